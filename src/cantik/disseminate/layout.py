"""How a sheet is laid out for reading, the same on the page and in the book. Pure.

Where only the village is shown, classes stand in rows and sexes in columns; else areas stand in
rows and classes in columns, one grid for each sex. A table of one class needs one grid only.

On paper two more: where each lowest area is counted once, the areas of a class are named beside it;
and many classes with long names stand in rows, with a few areas in columns.
"""

from dataclasses import dataclass, replace

from cantik.kernel import numbers
from cantik.kernel.text import pick

from .download import NOT_PUBLISHED
from .sheet import TOTAL, Cell, Sheet


@dataclass(frozen=True)
class Shown:
    """``words`` is the number in the reader's form, or NA."""

    words: str
    withheld: bool
    total: bool


@dataclass(frozen=True)
class Row:
    label: str
    depth: int
    total: bool
    cells: tuple[Shown, ...]
    corrected: bool = False


@dataclass(frozen=True)
class Grid:
    """``name`` is empty when there is only one grid."""

    name: str
    code: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    areas: bool


def village_only(one: Sheet) -> bool:
    lines = one.parts[0].lines
    return len(one.heads) > 2 and all(line.withheld for line in lines[1:])


MOST_HEADS = 7  # of classes beside each other on paper
MOST_AREAS = 13  # in columns
LONGEST_WORD = 8  # letters of an area's name, else it does not fit over a column


@dataclass(frozen=True)
class Naming:
    """A class, how many areas are in it, and which."""

    label: str
    total: bool
    count: Shown
    share: str
    areas: str


def namings(one: Sheet, language: str = "id") -> list[Naming]:
    """Classes with their areas, where a table tells exactly one thing of each lowest area; [] for
    any other table."""
    lines = one.parts[0].lines
    lowest = max(line.depth for line in lines)
    leaves = [line for line in lines if line.depth == lowest]
    plain = not one.base and len(one.parts) == 1 and not one.outside and len(one.classes) > 1
    if not plain or not lowest or any(line.withheld for line in lines):
        return []
    if any(line.cell(TOTAL).value != 1 for line in leaves):
        return []
    whole = one.whole_village.cell(TOTAL).value or 0
    found = []
    for head in one.heads:
        cell = one.whole_village.cell(head.code)
        inside = [line.label for line in leaves if line.cell(head.code).value]
        found.append(
            Naming(
                pick(head.label, language),
                head.kind == "total",
                _shown(cell, language, total=cell.total),
                numbers.percent(cell.value or 0, whole, language=language).rstrip("%"),
                "" if head.kind == "total" else ", ".join(inside),
            )
        )
    return found


def turned(grid: Grid) -> Grid:
    """A grid of many classes with its areas in columns, where these are few and have short names;
    else itself."""
    words = [word for row in grid.rows[1:] for word in row.label.split()]
    if not grid.areas or len(grid.heads) <= MOST_HEADS or len(grid.rows) > MOST_AREAS:
        return grid
    if max(map(len, words), default=0) > LONGEST_WORD:
        return grid
    rows = tuple(
        Row(
            head,
            0,
            grid.rows[0].cells[at].total,
            tuple(replace(row.cells[at], total=row.total) for row in grid.rows),
            grid.rows[0].corrected,
        )
        for at, head in enumerate(grid.heads)
    )
    village = grid.rows[0].label.split(" ")[0]  # "Desa", "Kelurahan": the name does not fit
    heads = (village, *(row.label for row in grid.rows[1:]))
    return Grid(grid.name, grid.code, heads, rows, False)


def grids(one: Sheet, language: str = "id") -> list[Grid]:
    if village_only(one):
        heads = tuple(pick(part.label, language) for part in one.parts)
        rows = tuple(
            Row(
                pick(head.label, language),
                0,
                head.kind in ("total", "whole"),
                tuple(
                    _shown(part.lines[0].cell(head.code), language, total=part.code == "jumlah")
                    for part in one.parts
                ),
                one.whole_village.corrected,
            )
            for head in one.heads
        )
        return [Grid("", "", heads, rows, False)]
    if len(one.classes) == 1 and not one.outside and len(one.parts) > 1:
        return [_side_by_side(one, language)]
    heads = tuple(pick(head.label, language) for head in one.heads)
    return [
        Grid(
            pick(part.label, language) if len(one.parts) > 1 else "",
            part.code,
            heads,
            tuple(
                Row(
                    line.label,
                    line.depth,
                    not line.depth,
                    tuple(_shown(cell, language, total=cell.total) for cell in line.cells),
                    line.corrected,
                )
                for line in part.lines
            ),
            True,
        )
        for part in one.parts
    ]


def _side_by_side(one: Sheet, language: str) -> Grid:
    """One class only: its total for each sex stands in a column."""
    heads = tuple(pick(part.label, language) for part in one.parts)
    rows = tuple(
        Row(
            same[0].label,
            same[0].depth,
            not same[0].depth,
            tuple(_shown(line.cell(TOTAL), language, total=not at) for at, line in enumerate(same)),
            same[0].corrected,
        )
        for same in zip(*(part.lines for part in one.parts), strict=True)
    )
    return Grid("", "", heads, rows, True)


def _shown(cell: Cell, language: str, *, total: bool) -> Shown:
    if cell.value is None:
        return Shown(NOT_PUBLISHED, True, total)
    return Shown(numbers.whole(cell.value, language), False, total)
