"""An officer's own workbook once more, each faulty cell coloured and its remedy beside it. Pure.

Every value is copied as it was written; nothing is mended. Formulas, macros, pictures and links
never come along: only values are written, words as words. The first sheet lists the faults, with a
link to each cell. The copy can be mended and sent like the form itself.
"""

import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum
from xlsxwriter.utility import xl_col_to_name

from cantik.kernel.problems import Severity

from .workbook import FIRST_ROW, META

MOST_CELLS = 600_000
MOST_TEXT = 32_767  # what a cell can hold
MOST_COMMENT = 1_500
LISTED = "Daftar perbaikan"
CODES = "Kode"
_BAD_IN_NAMES = frozenset("[]:*?/\\")
_COLOURS = {Severity.REFUSE: "#F6B8B0", Severity.WAIT: "#FFE08A", Severity.NOTE: "#CFE6F2"}
_DATES = ((datetime, "dd/mm/yyyy hh:mm:ss"), (date, "dd/mm/yyyy"), (time, "hh:mm:ss"),
          (timedelta, "[hh]:mm:ss"))  # fmt: skip


class TooMuch(ValueError):
    """The workbook is too large to be copied while somebody waits."""


@dataclass(frozen=True)
class Mark:
    """What is wrong at a place. ``row`` is the number Excel shows, 0 for none; ``column`` its
    letter, "" for the whole row."""

    sheet: str
    row: int
    column: str
    severity: Severity
    label: str
    shown: str
    problem: str
    remedy: str


@dataclass(frozen=True)
class Column:
    """How a column of the form was laid out: as text, and with which drop-down."""

    text: bool
    choices: str = ""


@dataclass(frozen=True)
class Words:
    """What the copy says beside the officer's own words."""

    title: str
    notes: Sequence[str]
    headings: Sequence[str]  # place, question, now, problem, remedy, kind
    kinds: Mapping[Severity, str]
    more: str = ""


@dataclass
class _Sheet:
    name: str
    rows: list[list[Any]]
    hidden: bool
    ours: Mapping[str, Column] = field(default_factory=dict)


def marked(
    data: bytes, marks: Sequence[Mark], *, forms: Mapping[str, Mapping[str, Column]], words: Words
) -> bytes:
    """``data`` has passed ``reading.guard``; ``forms`` are the columns of our sheets by variable
    name. Raises TooMuch."""
    sheets = list(_read(data, forms))
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    write = _Writer(book, words)
    taken = {one.name.lower() for one in sheets}
    listed = next(n for n in _names(LISTED) if n.lower() not in taken)
    names = {one.name for one in sheets}
    write.contents(listed, marks, names)
    ranges = _ranges(sheets)
    for one in sheets:
        write.sheet(one, [m for m in marks if m.sheet == one.name], ranges)
    book.close()
    return out.getvalue()


def _names(stem: str) -> Iterator[str]:
    yield stem
    n = 2
    while True:
        yield f"{stem} {n}"
        n += 1


def _read(data: bytes, forms: Mapping[str, Mapping[str, Column]]) -> Iterator[_Sheet]:
    """The sheets that hold cells, our earlier list left out. Raises TooMuch."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    cells, taken = 0, set()
    for meta in book.sheets_metadata:
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        rows = book.get_sheet_by_name(meta.name).to_python(skip_empty_area=False)
        if meta.name.startswith(LISTED) and rows and rows[0][:1] == [LISTED]:
            continue
        cells += sum(1 for row in rows for value in row if value != "")
        if cells > MOST_CELLS:
            raise TooMuch
        plain = "".join("_" if c in _BAD_IN_NAMES else c for c in meta.name).strip("'")[:28]
        name = next(n for n in _names(plain or "Lembar") if n.lower() not in taken)
        taken.add(name.lower())
        hidden = meta.visible != SheetVisibleEnum.Visible
        yield _Sheet(name, rows, hidden, forms.get(meta.name, {}))


def _ranges(sheets: Sequence[_Sheet]) -> dict[str, str]:
    """Where the list of each drop-down stands on the sheet of codes."""
    codes = next((one for one in sheets if one.name == CODES), None)
    if codes is None or not codes.rows:
        return {}
    found = {}
    for at, name in enumerate(codes.rows[0]):
        last = max((n for n, row in enumerate(codes.rows) if row[at] != ""), default=0)
        if last:
            letter = xl_col_to_name(at)
            found[str(name)] = f"={CODES}!${letter}$2:${letter}${last + 1}"
    return found


class _Writer:
    def __init__(self, book: Any, words: Words) -> None:
        self.book, self.words = book, words
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def style(self, **kept: Any) -> Any:
        key = tuple(sorted(kept.items()))
        if key not in self._made:
            self._made[key] = self.book.add_format(kept)
        return self._made[key]

    def contents(self, name: str, marks: Sequence[Mark], names: set[str]) -> None:
        sheet = self.book.add_worksheet(name)
        head = self.style(bold=True, bg_color="#0E3D47", font_color="#FFFFFF")
        wrap = self.style(text_wrap=True, valign="top")
        sheet.write_string(0, 0, LISTED, self.style(bold=True, font_size=14))
        row = 1
        for line in (self.words.title, *self.words.notes):
            sheet.write_string(row, 0, line)
            row += 1
        row += 1
        for at, word in enumerate(self.words.headings):
            sheet.write_string(row, at, word, head)
        for at, width in enumerate((16, 26, 18, 44, 44, 18)):
            sheet.set_column(at, at, width)
        sheet.freeze_panes(row + 1, 0)
        for one in marks:
            row += 1
            place = f"{one.sheet} {one.column}{one.row or ''}".strip()
            if one.sheet in names and one.row:
                target = f"internal:'{one.sheet}'!{one.column or 'A'}{one.row}"
                sheet.write_url(row, 0, target, self.book.get_default_url_format(), place)
            else:
                sheet.write_string(row, 0, place)
            told = (one.label, one.shown, one.problem, one.remedy)
            for at, text in enumerate(told, start=1):
                sheet.write_string(row, at, text, wrap)
            colour = self.style(bg_color=_COLOURS[one.severity], valign="top")
            sheet.write_string(row, 5, self.words.kinds[one.severity], colour)
        if self.words.more:
            sheet.write_string(row + 1, 0, self.words.more)
        sheet.activate()

    def sheet(self, one: _Sheet, marks: Sequence[Mark], ranges: Mapping[str, str]) -> None:
        sheet = self.book.add_worksheet(one.name)
        if one.name == META:
            sheet.very_hidden()
        elif one.hidden:
            sheet.hide()
        places: dict[tuple[int, int], list[Mark]] = {}
        for mark in marks:
            if mark.row:
                places.setdefault((mark.row - 1, _at(mark.column)), []).append(mark)
        text = self._layout(sheet, one, ranges)
        rows = one.rows
        for r, values in enumerate(rows):
            head = one.ours and r < FIRST_ROW - 1
            for c, value in enumerate(values):
                if value == "" and (r, c) not in places:
                    continue
                kept: dict[str, Any] = {"num_format": "@"} if c in text and not head else {}
                if head:
                    kept |= {"bold": True} if not r else {"italic": True, "text_wrap": True}
                self._cell(sheet, r, c, value, kept, places.get((r, c), ()))
        # A fault may stand beyond what was filled.
        for (r, c), found in places.items():
            if r >= len(rows) or c >= len(rows[r]):
                self._cell(sheet, r, c, "", {}, found)

    def _layout(self, sheet: Any, one: _Sheet, ranges: Mapping[str, str]) -> set[int]:
        """Widths, drop-downs, frozen headings; the columns that hold text."""
        if not one.ours:
            sheet.set_column(0, 0, 40)
            return set()
        sheet.freeze_panes(FIRST_ROW - 1, 1)
        text = set()
        for at, word in enumerate(one.rows[0] if one.rows else []):
            column = one.ours.get(str(word).strip())
            if column is None:
                continue
            sheet.set_column(at, at, 18, self.style(num_format="@") if column.text else None)
            if column.text:
                text.add(at)
            if column.choices in ranges:
                sheet.data_validation(
                    FIRST_ROW - 1, at, max(FIRST_ROW, len(one.rows)) + 200, at,
                    {"validate": "list", "source": ranges[column.choices]},
                )  # fmt: skip
        return text

    def _cell(
        self, sheet: Any, r: int, c: int, value: Any, kept: dict[str, Any], marks: Sequence[Mark]
    ) -> None:
        if marks:
            worst = min(marks, key=lambda m: list(_COLOURS).index(m.severity))
            kept = {**kept, "bg_color": _COLOURS[worst.severity], "border": 2}
            note = "\n\n".join(
                f"[{self.words.kinds[m.severity]}] {m.problem} {m.remedy}" for m in marks
            )
            options = {"author": "Cantik", "x_scale": 2, "y_scale": 1.5}
            sheet.write_comment(r, c, note[:MOST_COMMENT], options)
        form = next((form for kind, form in _DATES if isinstance(value, kind)), "")
        if form:
            style = self.style(**{**kept, "num_format": form})
            try:
                sheet.write_datetime(r, c, value, style)
            except (ValueError, OverflowError):
                sheet.write_string(r, c, str(value), style)
        elif value == "":
            sheet.write_blank(r, c, None, self.style(**kept))
        elif isinstance(value, bool):
            sheet.write_boolean(r, c, value, self.style(**kept))
        elif isinstance(value, (int, float)) and math.isfinite(value):
            sheet.write_number(r, c, value, self.style(**kept))
        else:
            sheet.write_string(r, c, str(value)[:MOST_TEXT], self.style(**kept))


def _at(letter: str) -> int:
    """The number of a column, from 0; a fault of a whole row stands at its first cell."""
    found = 0
    for one in letter:
        found = found * 26 + ord(one) - ord("A") + 1
    return max(0, found - 1)
