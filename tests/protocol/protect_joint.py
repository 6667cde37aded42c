"""A second adversary: all that a village has published as one integer programme. No room used.

He reads the released files and the words in them: "15 tahun ke atas" in a title tells him who is
outside a table, the labels of the table of ages tell him how old its classes are. He asks the
solver for the smallest and the largest true count behind every published number. The careful one
allows that some people did not answer; the trusting one believes, as long as that is possible,
that everybody who was asked did.
"""

import json
import random
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import highspy
import numpy as np

Table = Mapping[str, Any]
Cell = tuple[str, str, str, str, str]
OLDEST = 200
MANY = 10**6


class Silent(highspy.Highs):
    def enableCallbacks(self) -> None:  # noqa: N802 the solver's own name
        self.setOptionValue("output_flag", False)


class Programme:
    def __init__(self) -> None:
        self.low: list[int] = []
        self.high: list[int] = []
        self.rows: list[tuple[dict[int, int], int, int]] = []

    def number(self, low: int, high: int) -> int:
        self.low.append(low)
        self.high.append(high)
        return len(self.low) - 1

    def between(self, parts: Sequence[int], low: int, high: int, minus: Sequence[int] = ()) -> None:
        factors: dict[int, int] = {}
        for sign, some in ((1, parts), (-1, minus)):
            for i in some:
                factors[i] = factors.get(i, 0) + sign
        self.rows.append((factors, low, high))

    def solver(self) -> Any:
        model: Any = Silent()  # type: ignore[no-untyped-call]
        model.setOptionValue("threads", 1)
        model.setOptionValue("mip_rel_gap", 0.0)
        for at, (low, high) in enumerate(zip(self.low, self.high, strict=True)):
            model.addVar(float(low), float(high))
            model.changeColIntegrality(at, highspy.HighsVarType.kInteger)
        for factors, low, high in self.rows:
            model.addRow(
                float(low), float(high), len(factors),
                np.asarray(list(factors), dtype=np.int32),
                np.asarray(list(factors.values()), dtype=float),
            )  # fmt: skip
        return model

    def true(self, model: Any) -> list[int] | None:
        """A whole solution that fits, or None when there is none."""
        model.run()
        if model.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return None
        assert model.getModelStatus() == highspy.HighsModelStatus.kOptimal
        found = [round(value) for value in model.getSolution().col_value]
        for factors, low, high in self.rows:
            assert low <= sum(c * found[i] for i, c in factors.items()) <= high
        return found


def span(shown: int, base: int, step: int) -> tuple[int, int]:
    """By trying which true counts the method could show so."""
    fits = [
        true
        for true in range(shown + base + step + 1)
        if (true == 0 and shown == 0)
        or (0 < true < base and shown in (0, base))
        or (true == base == shown)
        or (true > base and shown >= base and abs(true - shown) <= step)
    ]
    return (min(fits), max(fits)) if fits else (shown, shown)


def ages_told(table: Table) -> tuple[int, int] | None:
    """Who is asked, by the title."""
    title = str((table.get("title") or {}).get("id"))
    if found := re.search(r"(\d+)–(\d+) tahun", title):
        return int(found[1]), int(found[2])
    if found := re.search(r"(\d+) tahun ke atas", title):
        return int(found[1]), OLDEST
    return None


def class_ages(table: Table) -> dict[str, tuple[int, int]]:
    """Ages by class, when every label is an age."""
    found = {}
    for column in table["columns"]:
        if column["code"] in ("jumlah", "di_luar"):
            continue
        label = str((column.get("label") or {}).get("id"))
        if whole := re.fullmatch(r"(\d+)–(\d+)", label):
            found[column["code"]] = int(whole[1]), int(whole[2])
        elif whole := re.fullmatch(r"(\d+)\+", label):
            found[column["code"]] = int(whole[1]), OLDEST
        else:
            return {}
    return found if table.get("variable") == "umur" else {}


class View:
    """One release as numbers of a programme."""

    def __init__(self, programme: Programme, tables: Mapping[str, Table], before: "View | None"):
        self.programme = programme
        self.tables = {id_: t for id_, t in tables.items() if t["base"]}
        self.before = before
        self.cells: dict[tuple[str, str, str, str], int] = {}
        self.targets: dict[tuple[str, str, str, str], tuple[list[int], int]] = {}
        self.silent: dict[str, list[int]] = {}
        for id_, table in self.tables.items():
            self._table(id_, table)
        self._people({id_: t for id_, t in self.tables.items() if t["unit"] == "orang"}, tables)

    def _table(self, id_: str, table: Table) -> None:
        listed = {row["area"]: row for row in table["rows"]}
        shown = {area for area, row in listed.items() if row["values"] is not None}
        if not shown:
            return
        ups = {row["parent"] for row in table["rows"]}
        leaves = [area for area in listed if area not in ups]
        codes = [c["code"] for c in table["columns"] if c["code"] != "jumlah"]
        sexes = [b["code"] for b in table["by"]]
        own = sexes[1:] or sexes

        def inside(area: str) -> set[str]:
            found = set()
            for leaf in leaves:
                up: str | None = leaf
                while up is not None and up != area:
                    up = listed[up]["parent"] if up in listed else None
                if up == area:
                    found.add(leaf)
            return found

        for sex in own:
            at = sexes.index(sex)
            for leaf in leaves:
                total = listed[leaf]["open"][at]
                made = [self.programme.number(0, total) for _ in codes]
                self.programme.between(made, total, total)
                self.cells |= {(id_, leaf, sex, c): i for c, i in zip(codes, made, strict=True)}
        for area in shown:
            below = {a for a in shown if a != area and inside(a) < inside(area)}
            rest = inside(area).difference(*(inside(a) for a in below))
            near = [a for a in below if not any(a != b and inside(a) < inside(b) for b in below)]
            row = listed[area]
            for at, code in enumerate(codes):
                for sex in own if rest else ():
                    n = row["values"][sexes.index(sex)][at]
                    n -= sum(listed[a]["values"][sexes.index(sex)][at] for a in near)
                    parts = [self.cells[id_, leaf, sex, code] for leaf in sorted(rest)]
                    low, high = span(n, table["base"], table["largest_step"])
                    self.programme.between(parts, low, high)
                    if below:
                        self._target(id_, f"rest of {area}", sex, code, parts, table["base"])
                    self._as_before(id_, table, row, sorted(rest), sex, code)
            columns = {code: [code] for code in codes}
            if "di_luar" in codes:
                columns["jumlah"] = [code for code in codes if code != "di_luar"]
            for sex in sexes:
                which = own if sex == "jumlah" else [sex]
                for column, some in columns.items():
                    parts = [
                        self.cells[id_, leaf, one, code]
                        for leaf in sorted(inside(area)) for one in which for code in some
                    ]  # fmt: skip
                    self._target(id_, area, sex, column, parts, table["base"])

    def _target(
        self, id_: str, area: str, sex: str, column: str, parts: list[int], base: int
    ) -> None:
        self.targets[id_, area, sex, column] = parts, base

    def _as_before(
        self, id_: str, table: Table, row: Mapping[str, Any], leaves: list[str], sex: str, code: str
    ) -> None:
        """Not marked as corrected, same people in it: the same true count as in the release
        before."""
        if self.before is None or id_ not in self.before.tables or row["corrected"]:
            return
        old = self.before.tables[id_]
        was = next((r for r in old["rows"] if r["area"] == row["area"]), None)
        keys = [(id_, leaf, sex, code) for leaf in leaves]
        if was is None or was["open"] != row["open"] or was["values"] is None:
            return
        if all(key in self.before.cells for key in keys):
            old_parts = [self.before.cells[key] for key in keys]
            self.programme.between([self.cells[key] for key in keys], 0, 0, minus=old_parts)

    def _people(self, tables: Mapping[str, Table], everything: Mapping[str, Table]) -> None:
        """The ages of the village's people by sex, behind all tables of people."""
        root = next(iter(everything.values()))["rows"][0]["area"] if everything else ""
        cuts = {0, OLDEST + 1}
        for table in tables.values():
            for low, high in [*class_ages(table).values(), ages_told(table) or (0, OLDEST)]:
                cuts |= {low, high + 1}
        edges = sorted(cuts)
        ages = list(zip(edges, (edge - 1 for edge in edges[1:]), strict=False))
        open_: dict[str, int] = {}
        for table in everything.values():
            codes = [c["code"] for c in table["columns"]]
            row = table["rows"][0]
            if not table["base"] and {"l", "p"} <= set(codes) and row["values"]:
                open_ |= {sex: row["values"][0][codes.index(sex)] for sex in "lp"}
            if len(table["by"]) > 1:
                open_ |= dict(zip("lp", row["open"][1:], strict=True))
        people = {}
        for sex in "lp":
            for age in ages:
                people[sex, age] = self.programme.number(0, open_.get(sex, MANY))
            if sex in open_:
                some = [people[sex, age] for age in ages]
                self.programme.between(some, open_[sex], open_[sex])
        for id_, table in tables.items():
            sexes = [by["code"] for by in table["by"]]
            for sex in sexes[1:] or sexes:
                both = ["l", "p"] if sex == "jumlah" else [sex]

                def of(low: int, high: int, both: list[str] = both) -> list[int]:
                    return [
                        people[s, age] for s in both for age in ages if low <= age[0] <= high
                    ]  # fmt: skip

                for code, (low, high) in class_ages(table).items():
                    if (cells := self._village(id_, table, root, sex, code)) is not None:
                        self.programme.between(cells, 0, 0, minus=of(low, high))
                asked = ages_told(table)
                outside = self._village(id_, table, root, sex, "di_luar")
                if asked is not None and outside is not None:
                    silent = self.programme.number(0, MANY)
                    self.silent.setdefault(id_, []).append(silent)
                    others = of(0, asked[0] - 1) + of(asked[1] + 1, OLDEST)
                    self.programme.between(outside, 0, 0, minus=[*others, silent])

    def _village(self, id_: str, table: Table, root: str, sex: str, code: str) -> list[int] | None:
        if table["rows"][0]["area"] != root:
            return None
        found = [i for (t, _, s, c), i in self.cells.items() if (t, s, c) == (id_, sex, code)]
        return found or None


def periods(folder: Path) -> dict[str, list[dict[str, Table]]]:
    """The tables of a village's released folder by period, oldest release first."""
    found: dict[str, list[dict[str, Table]]] = {}
    numbered = [place for place in folder.iterdir() if place.name.isdigit()]
    for place in sorted(numbered, key=lambda one: int(one.name)):
        tables = {f.stem: json.loads(f.read_bytes()) for f in (place / "tabel").glob("*.json")}
        if tables:
            found.setdefault(next(iter(tables.values()))["period"], []).append(tables)
    return found


def attack_jointly(
    releases: Sequence[Mapping[str, Table]], *, trusting: bool = False
) -> tuple[list[Cell], int]:
    """(cells whose count he can tell, how many he tried) over all releases of one period."""
    programme = Programme()
    views: list[View] = []
    for tables in releases:
        views.append(View(programme, tables, views[-1] if views else None))
    if trusting:
        for view in views:
            for silent in view.silent.values():
                model = programme.solver()
                for i in silent:
                    model.changeColBounds(i, 0.0, 0.0)
                if programme.true(model) is not None:
                    for i in silent:
                        programme.high[i] = 0
    targets = {
        (str(number), *key): value
        for number, view in enumerate(views)
        for key, value in view.targets.items()
    }
    model = programme.solver()
    if programme.true(model) is None:
        # Something published is not what the method says: he would find out which.
        return [(*key[:4], "impossible") for key in targets], len(targets)
    least: dict[Any, int] = {}
    most: dict[Any, int] = {}

    def ask(factors: Mapping[int, float]) -> None:
        for i, factor in factors.items():
            model.changeColCost(i, factor)
        found = programme.true(model)
        assert found is not None
        for i in factors:
            model.changeColCost(i, 0.0)
        for key, (parts, _) in targets.items():
            value = sum(found[i] for i in parts)
            least[key] = min(least.get(key, value), value)
            most[key] = max(most.get(key, value), value)

    def told(key: Any) -> bool:
        base = targets[key][1]
        return bool(least[key] >= most[key] or (least[key] >= 1 and most[key] < base))

    draw = random.Random(7)
    cells = [i for view in views for i in view.cells.values()]
    for _ in range(20):
        ask({i: draw.uniform(-1, 1) for i in cells})
    for key, (parts, _) in targets.items():
        for sign in (1.0, -1.0):
            if told(key):
                ask(dict.fromkeys(parts, sign))
    return [key for key in targets if told(key)], len(targets)
