"""A protected table as rows and columns of cells: the one form that page, CSV and book print. Pure.

Where a row is withheld its open total still stands, because open totals are exact everywhere.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cantik.kernel.text import Text, as_said_in

TOTAL = "jumlah"
WHOLE = "seluruhnya"
WHOLE_LABEL = {"id": "Seluruhnya", "en": "All"}
LEVELS = {
    "desa": {"id": "desa/kelurahan", "en": "village"},
    "dusun": {"id": "dusun", "en": "dusun"},
    "rw": {"id": "RW", "en": "RW"},
    "rt": {"id": "RT", "en": "RT"},
}
UNITS = {
    "keluarga": {"id": "keluarga", "en": "families"},
    "orang": {"id": "orang", "en": "persons"},
    "usaha": {"id": "usaha", "en": "businesses"},
    "fasilitas": {"id": "fasilitas", "en": "facilities"},
    "sarana": {"id": "sarana", "en": "facilities"},
    "lembar": {"id": "lembar harga", "en": "price sheets"},
    "lokasi": {"id": "wilayah", "en": "areas"},
}


def unit_words(unit: str) -> Text:
    """What a table counts; a unit that only its pack knows is its own word."""
    return UNITS.get(unit, {"id": unit, "en": unit})


@dataclass(frozen=True)
class Head:
    """A column: ``kind`` is class, total, outside or whole."""

    code: str
    label: Text
    kind: str


@dataclass(frozen=True)
class Cell:
    """``value`` None is withheld; ``exact`` tells an open total from a rounded count."""

    value: int | None
    exact: bool
    head: Head

    @property
    def total(self) -> bool:
        return self.head.kind in ("total", "whole")


@dataclass(frozen=True)
class Line:
    area: str
    level: str
    depth: int
    label: str
    cells: tuple[Cell, ...]
    withheld: str | None
    corrected: bool

    def cell(self, code: str) -> Cell:
        """Raises KeyError."""
        for cell in self.cells:
            if cell.head.code == code:
                return cell
        raise KeyError(code)


@dataclass(frozen=True)
class Part:
    """All areas for both sexes together, for men or for women."""

    code: str
    label: Text
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Sheet:
    id: str
    title: Text
    unit: str
    period: str
    reference_date: str
    base: int
    merged: bool
    chart: str
    chapter: str
    question: Text
    notes: tuple[Text, ...]
    heads: tuple[Head, ...]
    parts: tuple[Part, ...]
    silent: tuple[tuple[str, str], ...]  # (level, withheld code) of levels that have no rows
    universe: Text = field(default_factory=dict)  # for whom it counts; {} for everybody

    @property
    def whole_village(self) -> Line:
        return self.parts[0].lines[0]

    @property
    def classes(self) -> tuple[Head, ...]:
        return tuple(head for head in self.heads if head.kind == "class")

    @property
    def outside(self) -> bool:
        return any(head.kind == "outside" for head in self.heads)

    @property
    def reasons(self) -> dict[str, list[str]]:
        """Why rows or levels are withheld: area labels and levels by code, in row order."""
        found: dict[str, list[str]] = {}
        for line in self.parts[0].lines:
            if line.withheld:
                found.setdefault(line.withheld, []).append(line.label)
        return found

    @property
    def corrected(self) -> bool:
        return any(line.corrected for line in self.parts[0].lines)

    def part(self, code: str) -> Part | None:
        return next((part for part in self.parts if part.code == code), None)

    def cells(self) -> Iterator[tuple[Part, Line, Cell]]:
        for part in self.parts:
            for line in part.lines:
                for cell in line.cells:
                    yield part, line, cell


def sheet(table: Mapping[str, Any], village_kind: str = "") -> Sheet:
    """From a table as protect writes it, its words as the kind of village says them. Raises
    KeyError where a part is missing."""
    columns = list(table["columns"])
    heads = [Head(c["code"], c["label"], "class") for c in columns if _kind(c) == "class"]
    heads += [Head(c["code"], c["label"], "total") for c in columns if _kind(c) == "total"]
    heads += [Head(c["code"], c["label"], "outside") for c in columns if _kind(c) == "outside"]
    outside = any(head.kind == "outside" for head in heads)
    if outside:
        heads.append(Head(WHOLE, WHOLE_LABEL, "whole"))
    place = {column["code"]: at for at, column in enumerate(columns)}
    depth: dict[str, int] = {}
    for row in table["rows"]:
        depth[row["area"]] = depth.get(row["parent"] or "", -1) + 1
    parts = tuple(
        Part(
            by["code"],
            by["label"],
            tuple(
                _line(row, at, heads, place, depth[row["area"]], table["base"], outside)
                for row in table["rows"]
            ),
        )
        for at, by in enumerate(table["by"])
    )
    present = {row["level"] for row in table["rows"]}
    return Sheet(
        id=table["table"],
        title=as_said_in(table["title"], village_kind),
        unit=table["unit"],
        period=table["period"],
        reference_date=table["reference_date"],
        base=table["base"],
        merged=table["merged"] and not table.get("broad"),
        chart=table["chart"] or "",
        chapter=str(table["chapter"] or ""),
        question=as_said_in(table["question"] or {}, village_kind),
        notes=tuple(as_said_in(one, village_kind) for one in table["notes"]),
        heads=tuple(heads),
        parts=parts,
        silent=tuple(
            (level, code)
            for level, code in table["levels_withheld"].items()
            if level not in present
        ),
        universe=as_said_in(table.get("universe", {}), village_kind),
    )


def _kind(column: Mapping[str, Any]) -> str:
    if column["code"] == TOTAL:
        return "total"
    return "outside" if column.get("outside") else "class"


def _line(
    row: Mapping[str, Any],
    at: int,
    heads: list[Head],
    place: Mapping[str, int],
    depth: int,
    base: int,
    outside: bool,
) -> Line:
    opened, values = row["open"][at], row["values"]
    cells = []
    for head in heads:
        if head.kind == "whole" or (head.kind == "total" and not outside):
            cells.append(Cell(opened, True, head))
        else:
            value = None if values is None else values[at][place[head.code]]
            cells.append(Cell(value, base == 0, head))
    return Line(
        row["area"],
        row["level"],
        depth,
        row["label"],
        tuple(cells),
        row["withheld"],
        row["corrected"],
    )
