"""The attacker: reads published tables only and tries to tell small counts. Pure.

He knows the method, the base, the largest step and every exact total. Each published cell becomes
an unknown with an interval, each exact total an equation. Releases of the same village and period
are read together: a row that is not marked corrected and has the same total is taken as unchanged.
Propagation first; unknowns tied by more than one equation go to an integer solver whose solutions
are checked by putting them in. What stays undecided counts as failed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np

from .intervals import gives_away, interval
from .links import Link

MOST = 10**9  # more than any village counts
OUTSIDE = "di_luar"
# Levels of areas below a village, the finest last.
RANK = {"desa": 0, "dusun": 1, "rw": 1, "rt": 2}


@dataclass(frozen=True)
class Failing:
    """A cell whose count is given away; ``reason`` is "value", "small" or "undecided". Or a whole
    row that should not be there: "level" (below its lowest level) or "classes" (too many)."""

    table: str
    area: str
    by: str
    column: str
    reason: str


@dataclass
class System:
    """Unknown whole numbers with bounds, and sums that must hold."""

    low: list[int] = field(default_factory=list)
    high: list[int] = field(default_factory=list)
    base: list[int] = field(default_factory=list)
    names: list[tuple[str, str, str, str]] = field(default_factory=list)
    equations: list[tuple[tuple[tuple[int, int], ...], int]] = field(default_factory=list)

    def unknown(self, name: tuple[str, str, str, str], low: int, high: int, base: int) -> int:
        self.names.append(name)
        self.low.append(low)
        self.high.append(high)
        self.base.append(base)
        return len(self.low) - 1

    def holds(self, terms: Sequence[tuple[int, int]], total: int) -> None:
        self.equations.append((tuple(terms), total))


def propagate(system: System) -> bool:
    """Tighten bounds until nothing moves. False when nothing can be true: then something
    published is not what the method says, and all of it counts as failed."""
    while True:
        moved = False
        for terms, total in system.equations:
            least = sum(c * (system.low[i] if c > 0 else system.high[i]) for i, c in terms)
            most = sum(c * (system.high[i] if c > 0 else system.low[i]) for i, c in terms)
            if least > total or most < total:
                return False
            for i, c in terms:
                own_least = c * (system.low[i] if c > 0 else system.high[i])
                own_most = c * (system.high[i] if c > 0 else system.low[i])
                up, down = total - (least - own_least), total - (most - own_most)
                if c > 0:
                    new_low, new_high = -(-down // c), up // c
                else:
                    new_low, new_high = -(up // -c), (-down) // -c
                if new_low > system.low[i] or new_high < system.high[i]:
                    system.low[i] = max(system.low[i], new_low)
                    system.high[i] = min(system.high[i], new_high)
                    if system.low[i] > system.high[i]:
                        return False
                    moved = True
                    break
        if not moved:
            return True


def verdicts(system: System, targets: Sequence[int], *, seconds: float) -> dict[int, str]:
    """Target -> "" (safe), "value", "small" or "undecided"."""
    if not propagate(system):
        return dict.fromkeys(targets, "undecided")
    found: dict[int, str] = {}
    uses = np.zeros(len(system.low), dtype=np.int64)
    for terms, _ in system.equations:
        for i, _ in terms:
            uses[i] += 1
    tied = _tied(system, uses)
    for i in targets:
        low, high = system.low[i], system.high[i]
        if gives_away(low, high, system.base[i]):
            found[i] = "value" if low == high else "small"
        elif i not in tied:
            # One equation over intervals of whole numbers: propagation is exact.
            found[i] = ""
    left = [i for i in targets if i not in found]
    if left:
        found.update(_solve(system, left, seconds))
    return found


def _tied(system: System, uses: Any) -> set[int]:
    """Unknowns in a component where some unknown stands in more than one equation."""
    parent = list(range(len(system.low)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for terms, _ in system.equations:
        for i, _ in terms[1:]:
            parent[root(i)] = root(terms[0][0])
    bad = {root(i) for i in range(len(parent)) if uses[i] > 1}
    return {i for i in range(len(parent)) if root(i) in bad}


def _solve(system: System, targets: Sequence[int], seconds: float) -> dict[int, str]:
    model: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    model.setOptionValue("output_flag", False)
    model.setOptionValue("log_to_console", False)
    model.setOptionValue("threads", 1)
    model.setOptionValue("time_limit", float(seconds))
    for low, high in zip(system.low, system.high, strict=True):
        model.addVar(float(low), float(high))
    size = len(system.low)
    for i in range(size):
        model.changeColIntegrality(i, highspy.HighsVarType.kInteger)
    for terms, total in system.equations:
        model.addRow(
            float(total),
            float(total),
            len(terms),
            np.asarray([i for i, _ in terms], dtype=np.int32),
            np.asarray([float(c) for _, c in terms]),
        )
    least: dict[int, int] = {}
    most: dict[int, int] = {}
    proved: dict[int, list[bool]] = {i: [False, False] for i in targets}

    def run(objective: int, sense: int) -> bool:
        model.changeColCost(objective, float(sense))
        model.run()
        done = model.getModelStatus() == highspy.HighsModelStatus.kOptimal
        values = list(model.getSolution().col_value) if done else []
        model.changeColCost(objective, 0.0)
        witness = [round(value) for value in values]
        if not done or not _checks(system, witness):
            return False
        for i in targets:
            least[i] = min(least.get(i, witness[i]), witness[i])
            most[i] = max(most.get(i, witness[i]), witness[i])
        return True

    def safe(i: int) -> bool:
        return i in least and not gives_away(least[i], most[i], system.base[i])

    for i in targets:
        for side, sense in enumerate((1, -1)):
            if not safe(i):
                proved[i][side] = run(i, sense)
    return {
        i: ""
        if safe(i)
        else ("value" if least[i] == most[i] else "small")
        if all(proved[i])
        else "undecided"
        for i in targets
    }


def _checks(system: System, witness: Sequence[int]) -> bool:
    return (
        len(witness) == len(system.low)
        and all(
            low <= value <= high
            for low, value, high in zip(system.low, witness, system.high, strict=True)
        )
        and all(sum(c * witness[i] for i, c in terms) == t for terms, t in system.equations)
    )


def rows_of(table: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {row["area"]: row for row in table["rows"] if row["values"] is not None}


def audit(
    *,
    tables: Mapping[str, Mapping[str, Any]],
    earlier: Sequence[Mapping[str, Mapping[str, Any]]] = (),
    seconds: float = 20,
    most_classes: int = 3,
) -> list[Failing]:
    """Cells that fail. ``tables`` by id as published; ``earlier`` the tables of all earlier
    releases of the same village and period, oldest first; ``most_classes`` of a sensitive table."""
    failing: list[Failing] = []
    for id_, table in sorted(tables.items()):
        failing += _out_of_bounds(id_, table, most_classes)
        if table["base"]:
            system = System()
            targets = _fill(system, id_, table, [r[id_] for r in earlier if id_ in r])
            for i, verdict in sorted(verdicts(system, targets, seconds=seconds).items()):
                if verdict:
                    failing.append(Failing(*system.names[i], verdict))
    return failing


def audit_together(
    *,
    tables: Mapping[str, Mapping[str, Any]],
    links: Sequence[Link],
    earlier: Sequence[Mapping[str, Mapping[str, Any]]] = (),
    seconds: float = 20,
) -> list[Failing]:
    """Cells that fail when tables which share people are laid over each other. Areas that stand as
    one inner row in both tables of a link are compared."""
    system, targets = System(), []
    for id_, table in sorted(tables.items()):
        targets += _fill(system, id_, table, [r[id_] for r in earlier if id_ in r])
    at = {name: i for i, name in enumerate(system.names)}
    for link in links:
        shown = [by["code"] for by in tables[link.inner]["by"]]
        other = [by["code"] for by in tables[link.outer]["by"]]
        both = len(shown) > 1 and len(other) > 1
        groups = [[s] for s in shown if s != "jumlah"] if both else [["jumlah"]]
        for unit in _units(tables[link.outer]):
            for group in groups:
                few = [at.get((link.inner, unit, s, code)) for s in group for code in link.codes]
                many = [at.get((link.outer, unit, s, OUTSIDE)) for s in group]
                if None in few or None in many:
                    continue
                slack = system.unknown(("", unit, group[0], link.outer), 0, MOST, 0)
                terms = [(i, 1) for i in few if i is not None]
                terms += [(i, -1) for i in many if i is not None]
                system.holds([*terms, (slack, 1)], 0)
    found = sorted(verdicts(system, targets, seconds=seconds).items())
    return [Failing(*system.names[i], verdict) for i, verdict in found if verdict]


def _out_of_bounds(id_: str, table: Mapping[str, Any], most_classes: int) -> list[Failing]:
    """What no rounding makes safe: rows below the lowest level, too fine a sensitive table."""
    sensitive = table["sensitivity"] == "sensitive"
    lowest = "desa" if sensitive else table["lowest"]
    inner = [c for c in table["columns"] if c["code"] != "jumlah" and not c.get("outside")]
    found = []
    for row in rows_of(table).values():
        if RANK.get(row["level"], 0) > RANK[lowest]:
            found.append(Failing(id_, row["area"], "", "", "level"))
        if sensitive and len(inner) > most_classes:
            found.append(Failing(id_, row["area"], "", "", "classes"))
    return found


def _fill(
    system: System, id_: str, table: Mapping[str, Any], before: Sequence[Mapping[str, Any]]
) -> list[int]:
    """Add the cells of one table and what must hold of them; the targets come back."""
    targets: list[int] = []
    base, step = table["base"], table["largest_step"]
    codes = [column["code"] for column in table["columns"]]
    inner = [at for at, code in enumerate(codes) if code != "jumlah"]
    sexes = [by["code"] for by in table["by"]]
    separate = [s for s in range(len(sexes)) if sexes[s] != "jumlah"] or [0]
    areas = rows_of(table)
    old = [_unchanged(table, one) for one in _chain(table, before)]
    units = _units(table)
    for unit, signed in units.items():
        both: dict[int, list[int]] = {at: [] for at in inner}
        for s in separate:
            cells = []
            for at in inner:
                shown = sum(c * areas[a]["values"][s][at] for a, c in signed)
                low, high = _interval(shown, base, step)
                if len(signed) == 1:
                    for one in old:
                        if unit in one:
                            was = _interval(one[unit]["values"][s][at], base, step)
                            low, high = max(low, was[0]), min(high, was[1])
                i = system.unknown((id_, unit, sexes[s], codes[at]), low, high, base)
                cells.append(i)
                both[at].append(i)
                targets.append(i)
            exact = sum(c * areas[a]["open"][s] for a, c in signed)
            system.holds([(i, 1) for i in cells], exact)
        if len(separate) > 1:
            for at in inner:
                i = system.unknown((id_, unit, "jumlah", codes[at]), 0, MOST, base)
                system.holds([(i, -1), *((part, 1) for part in both[at])], 0)
                targets.append(i)
    return targets


def _interval(shown: int, base: int, step: int) -> tuple[int, int]:
    try:
        return interval(shown, base, step)
    except ValueError:
        return shown, shown


def _units(table: Mapping[str, Any]) -> dict[str, list[tuple[str, int]]]:
    """Inner rows as signed sums of published rows: a lowest area by itself; what an area shows
    beyond its shown children as "rest:<area>"."""
    areas = rows_of(table)
    inside: dict[str, list[str]] = {area: [] for area in areas}
    parents = {row["area"]: row["parent"] for row in table["rows"]}
    for area in areas:
        up = parents.get(area)
        while up is not None and up not in areas:
            up = parents.get(up)
        if up is not None:
            inside[up].append(area)
    units: dict[str, list[tuple[str, int]]] = {}
    for area, children in inside.items():
        if not children:
            units[area] = [(area, 1)]
        elif areas[area]["open"] != [
            sum(areas[c]["open"][s] for c in children) for s in range(len(areas[area]["open"]))
        ]:
            units["rest:" + area] = [(area, 1), *((child, -1) for child in children)]
    return units


def _chain(
    table: Mapping[str, Any], before: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Earlier tables of the same shape; other shapes cannot be laid cell on cell."""
    shape = [column["code"] for column in table["columns"]]
    return [one for one in before if [column["code"] for column in one["columns"]] == shape]


def _unchanged(
    table: Mapping[str, Any], earlier: Mapping[str, Any]
) -> dict[str, Mapping[str, Any]]:
    now = rows_of(table)
    return {
        area: row
        for area, row in rows_of(earlier).items()
        if area in now and not now[area]["corrected"] and now[area]["open"] == row["open"]
    }
