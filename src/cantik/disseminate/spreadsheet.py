"""Published tables as Excel workbooks: one for each table, and one with all tables of a release.
Pure: sheets and words in, the same bytes out for the same input, whatever the hour.

A number is a number; a withheld cell says "tidak diumumkan" and is never 0 and never blank. Words
are written as words, so that nothing in them becomes a formula.
"""

import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter

from cantik.kernel import numbers, periods
from cantik.kernel.text import pick

from .download import CORRECTED, EXACT, ROUNDED, plain
from .series import Priced, PriceSeries, cells, remark
from .sheet import LEVELS, Line, Sheet, unit_words

WITHHELD = "tidak diumumkan"
EXAMPLE = "CONTOH DATA. Tempat, orang, dan angka di berkas ini rekaan."
CONTENTS = "Isi"
ONE = "Tabel"
LONGEST_NAME = 31  # what Excel allows in the name of a sheet
_NOT_IN_NAMES = "[]:*?/\\'"
Why = Callable[[str], str]


@dataclass(frozen=True)
class Told:
    """A table with the notes that stand under it."""

    sheet: Sheet
    notes: tuple[str, ...]


def table_xlsx(one: Told, village: Mapping[str, Any], why: Why, lines: Sequence[str]) -> bytes:
    """One table. ``village`` as in release.json; ``why`` gives the words of a withheld code;
    ``lines`` say who made it and how it may be used."""
    book = _Book(one.sheet.reference_date, village)
    book.table(ONE, one, why, lines)
    return book.close()


def release_xlsx(
    title: str,
    tables: Sequence[Told],
    village: Mapping[str, Any],
    why: Why,
    *,
    reference_date: str,
    lines: Sequence[str],
    chapters: Mapping[str, str],
) -> bytes:
    """All tables: contents and notes first, then a sheet for each. ``chapters`` is titles by id."""
    book = _Book(reference_date, village)
    names = [_name(at, one.sheet.id) for at, one in enumerate(tables, start=1)]
    book.contents(title, list(zip(names, tables, strict=True)), lines, chapters)
    for name, one in zip(names, tables, strict=True):
        book.table(name, one, why, ())
    return book.close()


def series_xlsx(
    one: PriceSeries, village: Mapping[str, Any], *, reference_date: str, notes: Sequence[str]
) -> bytes:
    """A series of prices: side by side for the eye, and below one another for other programs."""
    book = _Book(reference_date, village)
    book.prices(one, notes)
    book.quotes(one)
    return book.close()


def _name(at: int, table_id: str) -> str:
    """ "07 air_minum": the number keeps two shortened names apart."""
    safe = "".join("_" if c in _NOT_IN_NAMES else c for c in table_id)
    return f"{at:02d} {safe}"[:LONGEST_NAME]


class _Book:
    def __init__(self, reference_date: str, village: Mapping[str, Any]) -> None:
        self.out = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.out, {"in_memory": True})
        day = date.fromisoformat(reference_date)
        # The day of the figures, not of the writing: the same release is the same file.
        self.book.set_properties({"created": datetime(day.year, day.month, day.day, tzinfo=UTC)})
        self.village = village
        made = self.book.add_format
        self.big = made({"bold": True, "font_size": 14})
        self.bold = made({"bold": True})
        self.warn = made({"bold": True, "bg_color": "#FFE9A8", "font_color": "#14242A"})
        self.head = made({"bold": True, "bg_color": "#0E3D47", "font_color": "#FFFFFF",
                          "text_wrap": True, "valign": "top"})  # fmt: skip
        self.number = made({"num_format": "#,##0"})
        self.exact = made({"num_format": "#,##0", "bold": True})
        self.tenth = made({"num_format": "#,##0.0"})
        self.formats: dict[int, Any] = {}
        self.hidden = made({"italic": True, "font_color": "#44565C", "bg_color": "#E9EEED"})
        self.wrap = made({"text_wrap": True, "valign": "top"})
        self.link = self.book.get_default_url_format()

    def close(self) -> bytes:
        self.book.close()
        return self.out.getvalue()

    def _sheet(self, name: str, title: str, words: Sequence[str]) -> tuple[Any, int]:
        """A sheet with its heading; the first row below."""
        sheet = self.book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        place = plain(self.village["label"]).replace("&", "&&")
        sheet.set_footer(f"&L{place}&RStatistik sektoral; bukan statistik resmi BPS")
        sheet.write_string(0, 0, plain(title), self.big)
        row = 1
        if self.village["kind"] != "real":
            sheet.write_string(row, 0, EXAMPLE, self.warn)
            row += 1
        for line in words:
            sheet.write_string(row, 0, plain(line))
            row += 1
        return sheet, row + 1

    def contents(
        self,
        title: str,
        tables: Sequence[tuple[str, Told]],
        lines: Sequence[str],
        chapters: Mapping[str, str],
    ) -> None:
        sheet, row = self._sheet(CONTENTS, title, lines)
        for at, word in enumerate(("Lembar", "Tabel", "Satuan", "Bab")):
            sheet.write_string(row, at, word, self.head)
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 70)
        sheet.set_column(2, 3, 22)
        for name, one in tables:
            row += 1
            sheet.write_url(row, 0, f"internal:'{name}'!A1", self.link, name)
            sheet.write_string(row, 1, plain(pick(one.sheet.title, "id")))
            sheet.write_string(row, 2, _unit(one.sheet))
            sheet.write_string(row, 3, plain(chapters.get(one.sheet.chapter, "")))
        row += 2
        sheet.write_string(row, 0, "Cara membaca dan perlindungan", self.bold)
        for line in (*_READING, *_shared([one for _name, one in tables])):
            row += 1
            sheet.write_string(row, 0, plain(line))

    def table(self, name: str, one: Told, why: Why, lines: Sequence[str]) -> None:
        read = one.sheet
        day = numbers.day(date.fromisoformat(read.reference_date), "id")
        where = f"{self.village['label']}, keadaan {day}. Satuan: {_unit(read)}."
        sheet, row = self._sheet(name, pick(read.title, "id"), [where])
        several = len(read.parts) > 1
        fixed = ["Tingkat", "Wilayah", *(["Jenis kelamin"] if several else [])]
        heads = [*fixed, *(pick(head.label, "id") for head in read.heads), "Keterangan"]
        for at, words in enumerate(heads):
            sheet.write_string(row, at, plain(words), self.head)
        sheet.set_column(0, 0, 16)
        sheet.set_column(1, 1, 24)
        sheet.set_column(2, len(heads) - 2, 14)
        sheet.set_column(len(heads) - 1, len(heads) - 1, 60)
        sheet.freeze_panes(row + 1, len(fixed))
        first = row
        for part in read.parts:
            for line in part.lines:
                row += 1
                places = [pick(LEVELS.get(line.level, {"id": line.level}), "id"), line.label]
                places += [pick(part.label, "id")] if several else []
                for at, words in enumerate(places):
                    sheet.write_string(row, at, plain(words))
                for at, cell in enumerate(line.cells, start=len(fixed)):
                    if cell.value is None:
                        sheet.write_string(row, at, WITHHELD, self.hidden)
                    else:
                        style = self.exact if cell.exact and cell.total else self.number
                        sheet.write_number(row, at, cell.value, style)
                sheet.write_string(row, len(heads) - 1, plain(_remark(line, read, why)))
        for level, code in read.silent:
            row += 1
            places = [pick(LEVELS.get(level, {"id": level}), "id"), "semua"]
            places += ["semua"] if several else []
            for at, words in enumerate(places):
                sheet.write_string(row, at, words)
            for at in range(len(fixed), len(heads) - 1):
                sheet.write_string(row, at, WITHHELD, self.hidden)
            sheet.write_string(row, len(heads) - 1, plain(why(code)))
        sheet.autofilter(first, 0, row, len(heads) - 1)
        row += 2
        sheet.write_string(row, 0, "Catatan", self.bold)
        for note in (*one.notes, *lines):
            row += 1
            sheet.write_string(row, 0, plain(note))

    def prices(self, one: PriceSeries, notes: Sequence[str]) -> None:
        where = f"{self.village['label']}. Harga dalam {pick(one.currency, 'id')}."
        sheet, row = self._sheet("Harga", pick(one.title, "id"), [where])
        index = "Indeks semua barang (masa dasar = 100)"
        heads = ["Masa", "Mulai", *(f"{_label(item)}" for item in one.items), index]
        for at, words in enumerate(heads):
            sheet.write_string(row, at, plain(words), self.head)
        sheet.set_column(0, 0, 22)
        sheet.set_column(1, len(heads) - 1, 13)
        sheet.freeze_panes(row + 1, 2)
        for at, period in enumerate(one.periods):
            row += 1
            sheet.write_string(row, 0, periods.words(period, "id"))
            sheet.write_string(row, 1, periods.start(period).isoformat())
            for column, item in enumerate(one.items, start=2):
                self._price(sheet, row, column, one, item, at)
            self._tenths(sheet, row, len(heads) - 1, one.index[at])
        row += 2
        sheet.write_string(row, 0, "Catatan", self.bold)
        for note in notes:
            row += 1
            sheet.write_string(row, 0, plain(note))

    def quotes(self, one: PriceSeries) -> None:
        sheet, row = self._sheet("Deret", pick(one.title, "id"), [])
        heads = ("Masa", "Mulai", "Barang", "Satuan", "Harga", "Catatan harga", "Terendah",
                 "Tertinggi", "Perubahan (persen)", "Indeks", "Keterangan")  # fmt: skip
        for at, words in enumerate(heads):
            sheet.write_string(row, at, words, self.head)
        sheet.set_column(0, 2, 20)
        sheet.set_column(3, 9, 12)
        sheet.set_column(10, 10, 40)
        sheet.freeze_panes(row + 1, 0)
        first = row
        for period, item, at in cells(one):
            row += 1
            words_ = (periods.words(period, "id"), periods.start(period).isoformat(),
                      pick(item.label, "id"), pick(item.unit, "id"))  # fmt: skip
            for column, word in enumerate(words_):
                sheet.write_string(row, column, plain(word))
            self._price(sheet, row, 4, one, item, at)
            if item.quotes[at] is not None:
                sheet.write_number(row, 5, item.quotes[at], self.number)
            else:
                sheet.write_string(row, 5, WITHHELD, self.hidden)
            for column, value in ((6, item.lowest[at]), (7, item.highest[at])):
                if value is not None:
                    sheet.write_number(row, column, value / 10**one.decimals, self._money(one))
            self._tenths(sheet, row, 8, item.changes[at])
            self._tenths(sheet, row, 9, item.indices[at])
            sheet.write_string(row, 10, remark(item, at))
        sheet.autofilter(first, 0, row, len(heads) - 1)

    def _money(self, one: PriceSeries) -> Any:
        if one.decimals not in self.formats:
            digits = "." + "0" * one.decimals if one.decimals else ""
            self.formats[one.decimals] = self.book.add_format({"num_format": f"#,##0{digits}"})
        return self.formats[one.decimals]

    def _price(
        self, sheet: Any, row: int, column: int, one: PriceSeries, item: Priced, at: int
    ) -> None:
        value = item.prices[at]
        if value is not None:
            sheet.write_number(row, column, value / 10**one.decimals, self._money(one))
        elif item.quotes[at] is None:
            sheet.write_string(row, column, WITHHELD, self.hidden)
        else:
            sheet.write_string(row, column, numbers.NOT_AVAILABLE)

    def _tenths(self, sheet: Any, row: int, column: int, value: int | None) -> None:
        if value is None:
            sheet.write_string(row, column, numbers.NOT_AVAILABLE)
        else:
            sheet.write_number(row, column, value / 10, self.tenth)


def _label(item: Priced) -> str:
    return f"{pick(item.label, 'id')}, per {pick(item.unit, 'id')}"


_READING = (
    "Satu tabel satu lembar. Angka adalah angka dan dapat dihitung langsung.",
    f'Sel "{WITHHELD}" bukan nol dan bukan kosong; sebabnya ada di kolom Keterangan.',
    "Jumlah yang dicetak tebal adalah angka pasti.",
)


def _shared(tables: Sequence[Told]) -> list[str]:
    """Notes that more than one table carries, in their order."""
    known = Counter(note for one in tables for note in dict.fromkeys(one.notes))
    return [note for note, times in known.items() if times > 1]


def _unit(one: Sheet) -> str:
    return pick(unit_words(one.unit), "id")


def _remark(line: Line, one: Sheet, why: Why) -> str:
    if line.withheld:
        return why(line.withheld)
    words = ROUNDED if one.base else EXACT
    return f"{words}; {CORRECTED}" if line.corrected and one.base else words
