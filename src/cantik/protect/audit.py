"""The attacker: reads published tables only and tries to tell small counts. Pure.

He knows the method, the base, the largest step, every exact total, and from the form who is asked
what. Each published cell becomes a sum of unknowns with an interval, each exact total an equation.
Everything is laid over everything: the rows of a table, releases of the same village and period (a
row that is not marked corrected and has the same total is taken as unchanged), and tables that
share people (see analyse.crossings). What stays undecided counts as failed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from cantik.analyse.api import Crossing

from .intervals import interval
from .solving import System, Terms, propagate, told, verdicts

__all__ = [
    "MOST",
    "OUTSIDE",
    "RANK",
    "Failing",
    "System",
    "audit",
    "propagate",
    "rows_of",
    "verdicts",
]

MOST = 10**9  # more than any village counts
OUTSIDE = "di_luar"
TOTAL = "jumlah"
# Levels of areas below a village, the finest last.
RANK = {"desa": 0, "dusun": 1, "rw": 1, "rt": 2}
Table: TypeAlias = Mapping[str, Any]
Areas: TypeAlias = frozenset[str]
# By table: published class -> the finest classes in it, where they are not the same.
Members: TypeAlias = Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True)
class Failing:
    """A cell whose count is given away; ``reason`` is "value", "small" or "undecided". Or a whole
    row that should not be there: "level" (below its lowest level) or "classes" (too many)."""

    table: str
    area: str
    by: str
    column: str
    reason: str

    @property
    def cell(self) -> tuple[str, str, str, str]:
        return self.table, self.area, self.by, self.column


def rows_of(table: Table) -> dict[str, Mapping[str, Any]]:
    return {row["area"]: row for row in table["rows"] if row["values"] is not None}


def audit(
    *,
    tables: Mapping[str, Table],
    earlier: Sequence[Mapping[str, Table]] = (),
    crossings: Sequence[Crossing] = (),
    earlier_crossings: Sequence[Sequence[Crossing]] = (),
    members: Members | None = None,
    seconds: float = 20,
    most_classes: int = 3,
) -> list[Failing]:
    """Cells that fail. ``tables`` by id as published; ``earlier`` the tables of all earlier
    releases of the same village and period, oldest first, with their own crossings;
    ``most_classes`` of a sensitive table."""
    before = list(earlier_crossings) + [()] * (len(earlier) - len(earlier_crossings))
    knowledge = _Knowledge([*earlier, tables], [*before, crossings], members or {})
    failing = []
    for id_, table in sorted(tables.items()):
        failing += _out_of_bounds(id_, table, most_classes)
    names, sums = list(knowledge.targets), list(knowledge.targets.values())
    for name, verdict in zip(names, told(knowledge.system, sums, seconds=seconds), strict=True):
        if verdict:
            failing.append(Failing(*name[1:], verdict))
    return failing


def _out_of_bounds(id_: str, table: Table, most_classes: int) -> list[Failing]:
    """What no rounding makes safe: rows below the lowest level, too fine a sensitive table."""
    sensitive = table["sensitivity"] == "sensitive"
    lowest = "desa" if sensitive else table["lowest"]
    inner = [c for c in table["columns"] if c["code"] != TOTAL and not c.get("outside")]
    found = []
    for row in rows_of(table).values():
        if RANK.get(row["level"], 0) > RANK[lowest]:
            found.append(Failing(id_, row["area"], "", "", "level"))
        if sensitive and len(inner) > most_classes:
            found.append(Failing(id_, row["area"], "", "", "classes"))
    return found


@dataclass(frozen=True)
class _Cells:
    """Unknown true counts of one piece, by class code; ``release`` the last that showed them."""

    unknown: Mapping[str, int]
    total: int
    release: int


@dataclass
class _Read:
    """One table of one release, as an attacker lays it out."""

    table: Table
    rows: dict[str, Mapping[str, Any]]
    below: dict[str, Areas]  # area -> lowest listed areas in it
    units: dict[str, list[tuple[str, int]]]  # inner row -> published rows it is the sum of
    codes: list[str]
    by: list[str]
    pieces: dict[str, list[Areas]] = field(default_factory=dict)  # of each unit

    @property
    def sexes(self) -> list[str]:
        return [by for by in self.by if by != TOTAL] or [TOTAL]

    def areas(self, unit: str) -> Areas:
        first, *others = self.units[unit]
        return self.below[first[0]].difference(*(self.below[area] for area, _ in others))

    def total(self, areas: Areas, sex: str) -> int:
        listed = {row["area"]: row for row in self.table["rows"]}
        return sum(int(listed[area]["open"][self.by.index(sex)]) for area in areas)


class _Knowledge:
    """All that is published, as one system; ``targets`` are the sums nobody may be able to tell,
    by (release, table, area, by, column)."""

    def __init__(
        self,
        releases: Sequence[Mapping[str, Table]],
        crossings: Sequence[Sequence[Crossing]],
        members: Members,
    ) -> None:
        self.system = System()
        self.targets: dict[tuple[int, str, str, str, str], tuple[Terms, int]] = {}
        self._seen: set[Terms] = set()
        self._members = members
        self._cells: dict[tuple[str, Areas, str], _Cells] = {}
        self._inside: dict[str, set[str]] = {}
        for row in (row for tables in releases for t in tables.values() for row in t["rows"]):
            self._inside.setdefault(row["parent"] or "", set()).add(row["area"])
        read = [
            {id_: _read(table) for id_, table in sorted(tables.items()) if table["base"]}
            for tables in releases
        ]
        for id_ in sorted({id_ for tables in read for id_ in tables}):
            _cut([tables[id_] for tables in read if id_ in tables])
        self._shapes = {
            id_: {tuple(sorted(set(t[id_].codes) - {OUTSIDE})) for t in read if id_ in t}
            for id_ in {id_ for tables in read for id_ in tables}
        }
        for number, tables in enumerate(read):
            for id_, one in tables.items():
                self._fill(number, id_, one)
                self._aim(number, id_, one)
            open_ = _open(releases[number])
            for crossing in crossings[number]:
                self._cross(crossing, tables, open_)

    # -- one table

    def _fine(self, id_: str, one: _Read, code: str) -> Sequence[str]:
        """The classes to keep apart in a column: only where releases showed it differently."""
        if len(self._shapes[id_]) == 1 or not one.table.get("merged"):
            return [code]
        return self._members.get(id_, {}).get(code) or [code]

    def _fill(self, number: int, id_: str, one: _Read) -> None:
        base, step = one.table["base"], one.table["largest_step"]
        for unit, signed in one.units.items():
            for sex in one.sexes:
                s = one.by.index(sex)
                cells = [self._piece(number, id_, one, unit, p, sex) for p in one.pieces[unit]]
                for at, code in enumerate(one.codes):
                    shown = sum(c * one.rows[a]["values"][s][at] for a, c in signed)
                    low, high = _interval(shown, base, step)
                    parts = [cell[fine] for cell in cells for fine in self._fine(id_, one, code)]
                    if len(parts) == 1:
                        self._within(parts[0], low, high)
                    else:
                        whole = self.system.unknown((id_, unit, sex, code), low, high, base)
                        self.system.holds([(whole, -1), *((i, 1) for i in parts)], 0)
                if OUTSIDE not in one.codes:
                    for cell in cells:
                        self._within(cell[OUTSIDE], 0, 0)

    def _within(self, i: int, low: int, high: int) -> None:
        self.system.low[i] = max(self.system.low[i], low)
        self.system.high[i] = min(self.system.high[i], high)

    def _piece(
        self, number: int, id_: str, one: _Read, unit: str, piece: Areas, sex: str
    ) -> Mapping[str, int]:
        """Unknowns of a piece by class; those of the release before where nothing was changed."""
        key, total = (id_, piece, sex), one.total(piece, sex)
        fine = {code for column in one.codes for code in self._fine(id_, one, column)} | {OUTSIDE}
        before = self._cells.get(key)
        same = (
            before is not None
            and before.total == total
            and set(before.unknown) == fine
            and not one.rows[unit.removeprefix("rest:")]["corrected"]
        )
        if before is None or not same:
            base = one.table["base"]
            unknown = {
                code: self.system.unknown((id_, unit, sex, code), 0, total, base)
                for code in sorted(fine)
            }
            self.system.holds([(i, 1) for i in unknown.values()], total)
        else:
            unknown = dict(before.unknown)
        self._cells[key] = _Cells(unknown, total, number)
        return unknown

    def _aim(self, number: int, id_: str, one: _Read) -> None:
        """Every published cell, and what is left when shown areas are taken from a larger one."""
        base = one.table["base"]
        places = {area: one.below[area] for area in one.rows}
        places |= {unit: one.areas(unit) for unit in one.units}
        columns = {code: [code] for code in one.codes}
        if OUTSIDE in one.codes:
            columns[TOTAL] = [code for code in one.codes if code != OUTSIDE]
        for place, areas in places.items():
            pieces = [p for some in one.pieces.values() for p in some if p <= areas]
            for by in one.by:
                sexes = one.sexes if by == TOTAL else [by]
                for column, codes in columns.items():
                    terms = tuple(
                        (self._cells[id_, piece, sex].unknown[fine], 1)
                        for piece in pieces
                        for sex in sexes
                        for code in codes
                        for fine in self._fine(id_, one, code)
                    )
                    if terms and terms not in self._seen:
                        self._seen.add(terms)
                        self.targets[number, id_, place, by, column] = terms, base

    # -- tables that share people

    def _cross(
        self,
        crossing: Crossing,
        tables: Mapping[str, _Read],
        open_: Mapping[tuple[str, str, str], int],
    ) -> None:
        """Everybody of a piece is in one atom; atoms that a table leaves out are among those it
        counts outside, and atoms of one class of it are among those in that class."""
        taking = {id_: tables[id_] for id_ in sorted(crossing.tables) if id_ in tables}
        taking = {id_: one for id_, one in taking.items() if one.units}
        if len(taking) < 2:
            return
        sexes = ["l", "p"] if crossing.unit == "orang" else [TOTAL]
        own: dict[str, dict[str, Areas]] = {}  # table -> lowest area anywhere -> its piece
        for id_, one in taking.items():
            own[id_] = {
                leaf: piece
                for some in one.pieces.values()
                for piece in some
                for area in piece
                for leaf in self._lowest(area)
            }
        alike: dict[tuple[Areas | None, ...], set[str]] = {}
        for leaf in {leaf for areas in own.values() for leaf in areas}:
            alike.setdefault(tuple(own[id_].get(leaf) for id_ in taking), set()).add(leaf)
        atoms: dict[tuple[Areas, str], list[int]] = {}
        parts = {key: frozenset(alike[key]) for key in sorted(alike, key=str)}
        for leaves in parts.values():
            for sex in sexes:
                total = self._total(leaves, crossing.unit, sex, open_)
                most = MOST if total is None else total
                made = [self.system.unknown(("", "", sex, ""), 0, most, 0) for _ in crossing.atoms]
                atoms[leaves, sex] = made
                if total is not None:
                    self.system.holds([(i, 1) for i in made], total)
        for at, (id_, one) in enumerate(taking.items()):
            for piece in (piece for some in one.pieces.values() for piece in some):
                inside = [leaves for key, leaves in parts.items() if key[at] == piece]
                for sex in one.sexes:
                    which = sexes if sex == TOTAL else [sex]
                    people = [atoms[leaves, s] for leaves in inside for s in which]
                    self._tie(crossing, id_, one, self._cells[id_, piece, sex].unknown, people)

    def _tie(
        self,
        crossing: Crossing,
        id_: str,
        one: _Read,
        cells: Mapping[str, int],
        people: Sequence[Sequence[int]],
    ) -> None:
        def of(chosen: Sequence[int]) -> list[int]:
            return [made[at] for made in people for at in chosen]

        groups = self._members.get(id_, {}) if one.table.get("merged") else {}
        if len(self._shapes[id_]) > 1:
            groups = {}
        column = {fine: code for code, some in groups.items() for fine in some}

        sure: dict[str, list[int]] = {OUTSIDE: []}
        mixed: list[int] = []
        for at, atom in enumerate(crossing.atoms):
            if id_ in atom.outside:
                sure[OUTSIDE].append(at)
            elif id_ in atom.classes:
                fine = atom.classes[id_]
                sure.setdefault(column.get(fine, fine), []).append(at)
            elif id_ not in atom.inside:
                mixed.append(at)
        shown = any(id_ in atom.classes for atom in crossing.atoms)
        for code, i in cells.items():
            if code != OUTSIDE and not shown:
                continue
            terms = [(i, 1), *((part, -1) for part in of(sure.get(code, [])))]
            if mixed:
                some, rest = (self.system.unknown(("", "", "", code), 0, MOST, 0) for _ in "ab")
                terms.append((some, -1))
                self.system.holds([(some, 1), (rest, 1), *((p, -1) for p in of(mixed))], 0)
            self.system.holds(terms, 0)

    def _lowest(self, area: str) -> Areas:
        below = self._inside.get(area)
        if not below:
            return frozenset([area])
        return frozenset().union(*(self._lowest(one) for one in below))

    def _total(
        self, leaves: Areas, unit: str, sex: str, open_: Mapping[tuple[str, str, str], int]
    ) -> int | None:
        each = [open_.get((unit, leaf, sex)) for leaf in leaves]
        if None not in each:
            return sum(n for n in each if n is not None)
        for other, area, by in open_:
            if (other, by) == (unit, sex) and self._lowest(area) == leaves:
                return open_[other, area, by]
        return None


def _open(tables: Mapping[str, Table]) -> dict[tuple[str, str, str], int]:
    """Exact counts by (unit, area, sex), wherever they are printed."""
    found: dict[tuple[str, str, str], int] = {}
    for table in tables.values():
        unit, by = table.get("unit", "orang"), [one["code"] for one in table["by"]]
        codes = [column["code"] for column in table["columns"]]
        for row in table["rows"]:
            for code, n in zip(by, row["open"], strict=True):
                found[unit, row["area"], code] = int(n)
            if not table["base"] and {"l", "p"} <= set(codes) and row["values"] is not None:
                for sex in ("l", "p"):
                    found["orang", row["area"], sex] = int(row["values"][0][codes.index(sex)])
    return found


def _read(table: Table) -> _Read:
    parents = {row["area"]: row["parent"] for row in table["rows"]}
    lowest = set(parents) - set(parents.values())
    below: dict[str, set[str]] = {area: set() for area in parents}
    for leaf in lowest:
        up: str | None = leaf
        while up is not None and up in below:
            below[up].add(leaf)
            up = parents[up]
    return _Read(
        table,
        rows_of(table),
        {area: frozenset(leaves) for area, leaves in below.items()},
        _units(table),
        [column["code"] for column in table["columns"] if column["code"] != TOTAL],
        [by["code"] for by in table["by"]],
    )


def _cut(shown: Sequence[_Read]) -> None:
    """Areas that every release keeps together are one piece; a unit is a sum of pieces."""
    unit_of = [{area: unit for unit in one.units for area in one.areas(unit)} for one in shown]
    pieces: dict[tuple[str | None, ...], set[str]] = {}
    for area in sorted({area for places in unit_of for area in places}):
        pieces.setdefault(tuple(places.get(area) for places in unit_of), set()).add(area)
    for at, one in enumerate(shown):
        one.pieces = {
            unit: [frozenset(areas) for key, areas in pieces.items() if key[at] == unit]
            for unit in one.units
        }


def _interval(shown: int, base: int, step: int) -> tuple[int, int]:
    try:
        return interval(shown, base, step)
    except ValueError:
        return shown, shown


def _units(table: Table) -> dict[str, list[tuple[str, int]]]:
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
