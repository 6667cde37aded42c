"""A price sheet as somebody keeps it, read for what it says: days, goods, prices. Pure.

Wide (a column for each item) or long (a row for each quote), as a workbook or as CSV, with headings
of its own. Nothing is guessed in silence: the page shows what was understood before it is used.
"""

import csv
import io
import re
import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from cantik.kernel import workbooks
from cantik.kernel.text import Text

from .reading import Content

LARGEST = 8 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS, MOST_CELLS, MOST_ITEMS = 60_000, 400, 600_000, 100
TITLE_ROWS = 20  # rows above the headings that may hold a title
LONGEST = 80
MOST_DECIMALS, MOST_DIGITS = 2, 9
SAMPLE = 200  # cells of a column that show whether it may hold days at all
NEARLY_ALL = 0.8  # of the cells of a column are days
MOSTLY = 0.5  # of the cells of a column are prices; the others are told one by one
GAPS = ((2, "day"), (10, "week"), (45, "month"))  # days between two dates, at most
BLANKS = frozenset({"", "-", "–", "n/a", "na", "null", "kosong", "x"})
ITEM_WORDS = re.compile(r"komodit|barang|item|commodit|product|produk|symbol|nama|jenis", re.I)
PLACE_WORDS = re.compile(r"pasar|tempat|lokasi|toko|wilayah|desa|market|place|region|store", re.I)
PRICE_WORDS = re.compile(r"harga|price|nilai|rp\b", re.I)
YEAR_WORDS = re.compile(r"tahun|year|thn", re.I)
_MONTHS = {
    word: at
    for at, words in enumerate(
        ("jan januari january", "feb februari february", "mar maret march", "apr april",
         "mei may", "jun juni june", "jul juli july", "agu agustus aug august",
         "sep september sept", "okt oktober oct october", "nov november",
         "des desember dec december"), start=1,
    )
    for word in words.split()
}  # fmt: skip
_PARTS = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO = re.compile(r"(\d{4})[-/](\d{1,2})(?:[-/](\d{1,2}))?(?:[T ].*)?")
_WEEK = re.compile(r"(\d{4})-?W(\d{1,2})", re.I)
_NAMED = re.compile(r"(?:(\d{1,2})\s+)?([A-Za-z]+)\.?\s+(?:(\d{1,2}),?\s+)?(\d{4})")
_PLAIN = re.compile(r"-?\d{1,15}(\.\d{1,20})?")
_DOTS, _COMMAS = re.compile(r"\d{1,3}(\.\d{3})+(,\d+)?"), re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")


class NotPrices(Exception):
    """The file is no price sheet; ``code`` is not_file, unsafe, empty, no_dates, no_prices or
    too_much."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Quote:
    """A row of a wide sheet, or the quotes of one day of a long one. ``cells`` are by heading or by
    item: a Decimal, or the words that are no number. ``nth`` counts rows of the same day from 1."""

    row: int
    day: date | str
    nth: int
    cells: Mapping[str, Decimal | str]


@dataclass(frozen=True)
class PriceSheet:
    """What was understood. ``items`` are the columns of numbers, or the goods of a long sheet;
    ``others`` the columns that hold neither day nor price."""

    long: bool
    day: str
    price: str
    items: tuple[str, ...]
    others: tuple[str, ...]
    every: str
    decimals: int
    month_first: bool
    quotes: tuple[Quote, ...]

    @property
    def unread(self) -> int:
        """Rows whose day cannot be read."""
        return sum(isinstance(one.day, str) for one in self.quotes)

    @property
    def days(self) -> list[date]:
        return sorted({one.day for one in self.quotes if isinstance(one.day, date)})


def cells(data: bytes, *, limit: int = LARGEST) -> list[list[Any]]:
    """The cells of the first sheet that has any. Raises NotPrices before anything large is read.
    Formulas are read by their result."""
    if len(data) > limit:
        raise NotPrices("too_much")
    rows = _workbook(data, limit) if data[:2] == b"PK" else _csv(data)
    widest = max(map(len, rows), default=0)
    if len(rows) > MOST_ROWS or widest > MOST_COLUMNS or sum(map(len, rows)) > MOST_CELLS:
        raise NotPrices("too_much")
    return rows


def _workbook(data: bytes, limit: int) -> list[list[Any]]:
    try:
        workbooks.guard(data, limit=limit, formulas=True)
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in book.sheet_names:
            found = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if len(found) > 1:
                return found
    except workbooks.Unsafe as fault:
        raise NotPrices("unsafe" if fault.code != "not_workbook" else "not_file") from None
    except CalamineError:
        raise NotPrices("not_file") from None
    except BaseException as fault:
        if type(fault).__name__ != "PanicException":  # how the reader's own mistakes come out
            raise
        raise NotPrices("not_file") from None
    raise NotPrices("empty")


def _csv(data: bytes) -> list[list[Any]]:
    if b"\x00" in data:
        raise NotPrices("not_file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    head = text[:4096].partition("\n")[0]
    mark = max(",;\t", key=head.count)
    try:
        return list(csv.reader(io.StringIO(text), delimiter=mark))
    except csv.Error:
        raise NotPrices("not_file") from None


def read(rows: Sequence[Sequence[Any]]) -> PriceSheet:
    """Raises NotPrices when there are no days or no prices to be found."""
    at_head = _head(rows)
    head = _headings(rows[at_head])
    body = [(at + 1, row) for at, row in enumerate(rows) if at > at_head and any(map(_said, row))]
    if not body:
        raise NotPrices("empty")
    columns = {at: [row[at] if at < len(row) else "" for _n, row in body] for at in head}
    day_at, days, month_first = _day_column(head, columns)
    numbers = {at: found for at, column in columns.items()
               if at != day_at and (found := _numbers(column)) is not None}  # fmt: skip
    if not numbers:
        raise NotPrices("no_prices")
    words = [at for at in head if at != day_at and at not in numbers]
    item_at = _item_column(head, columns, words, days, list(numbers))
    known = [day for day in days if isinstance(day, date)]
    if item_at is None:
        items = [head[at] for at in numbers]
        quotes = _wide(body, days, head, numbers, columns, words)
        price_at = -1
        used = list(numbers.values())
    else:
        price_at = next((at for at in numbers if PRICE_WORDS.search(head[at])), min(numbers))
        items = list(dict.fromkeys(word for cell in columns[item_at] if (word := _said(cell))))
        quotes = _long(body, days, columns[item_at], numbers[price_at])
        used = [numbers[price_at]]
    if len(items) > MOST_ITEMS:
        raise NotPrices("too_much")
    taken = {day_at, item_at, price_at}
    others = [head[at] for at in (words if item_at is None else head) if at not in taken]
    return PriceSheet(
        item_at is not None, head[day_at], head.get(price_at, ""), tuple(items), tuple(others),
        _every(known), _decimals(used), month_first, tuple(quotes),
    )  # fmt: skip


def _said(cell: Any) -> str:
    return " ".join(str(cell).split())[:LONGEST] if cell is not None else ""


def _head(rows: Sequence[Sequence[Any]]) -> int:
    """The first row with two words stands over the columns; a title stands alone."""
    for at, row in enumerate(rows[:TITLE_ROWS]):
        if sum(isinstance(cell, str) and bool(cell.strip()) for cell in row) > 1:
            return at
    raise NotPrices("empty")


def _headings(row: Sequence[Any]) -> dict[int, str]:
    """Words by column; a heading that stands twice gets its number, one that is empty goes."""
    made: dict[int, str] = {}
    for at, cell in enumerate(row):
        word = _said(cell)
        if word:
            made[at] = word if word not in made.values() else f"{word} ({at + 1})"
    return made


# -- days -----------------------------------------------------------------------------------------


def _day_column(
    head: Mapping[int, str], columns: Mapping[int, Sequence[Any]]
) -> tuple[int, list[date | str], bool]:
    for at, column in columns.items():
        years = bool(YEAR_WORDS.search(head[at]))
        filled = sum(bool(_said(cell)) for cell in column)
        sample = [cell for cell in column[:SAMPLE] if _said(cell)]
        if not any(_day(cell, first, years) for cell in sample for first in (False, True)):
            continue
        ways = {first: [_day(cell, first, years) for cell in column] for first in (False, True)}
        good = {first: sum(day is not None for day in days) for first, days in ways.items()}
        # Day before month, as here; the other way only where it reads more.
        month_first = good[True] > good[False]
        if good[month_first] and good[month_first] >= NEARLY_ALL * filled:
            days = zip(ways[month_first], column, strict=True)
            return at, [day or _said(cell) for day, cell in days], month_first
    raise NotPrices("no_dates")


def _day(cell: Any, month_first: bool, years: bool) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        return _written(_said(cell), month_first, years)
    except ValueError:
        return None


def _written(text: str, month_first: bool, years: bool) -> date | None:
    """Raises ValueError for a day that does not exist."""
    if years and re.fullmatch(r"(19|20)\d\d(\.0)?", text):
        return date(int(text[:4]), 1, 1)
    if found := _PARTS.fullmatch(text):
        first, second, year = map(int, found.groups())
        return date(year, first, second) if month_first else date(year, second, first)
    if found := _WEEK.fullmatch(text):
        return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    if found := _ISO.fullmatch(text):
        return date(int(found[1]), int(found[2]), int(found[3] or 1))
    if found := _NAMED.fullmatch(text):
        month = _MONTHS.get(found[2].lower())
        return date(int(found[4]), month, int(found[1] or found[3] or 1)) if month else None
    return None


def _every(days: Sequence[date]) -> str:
    known = sorted(set(days))
    gaps = [(b - a).days for a, b in pairwise(known)]
    usual = statistics.median(gaps) if gaps else GAPS[1][0]
    return next((every for most, every in GAPS if usual <= most), "year")


# -- numbers --------------------------------------------------------------------------------------


def _numbers(column: Sequence[Any]) -> list[Decimal | str | None] | None:
    """The cells of a column of numbers; None for a column of something else. Whether a point is a
    thousands mark is told by the whole column, not by one cell."""
    texts = [_said(cell) for cell in column]
    plain = [re.sub(r"^rp\.?\s*", "", text, flags=re.I).replace(" ", "") for text in texts]
    filled = [text for text in plain if text.lower() not in BLANKS]
    grouped = all(_DOTS.fullmatch(t) for t in filled if "." in t and "," not in t)
    found: list[Decimal | str | None] = []
    for cell, text in zip(column, plain, strict=True):
        if text.lower() in BLANKS or isinstance(cell, bool):
            found.append(None)
        elif isinstance(cell, int | float):
            number = _number(format(Decimal(str(cell)), "f"), False)
            found.append(str(cell) if number is None else number)
        else:
            number = _number(text, grouped)
            found.append(text if number is None else number)
    good = sum(isinstance(one, Decimal) for one in found)
    return found if good and good >= MOSTLY * len(filled) else None


def _number(text: str, grouped: bool) -> Decimal | None:
    if _DOTS.fullmatch(text) and (grouped or "," in text):
        text = text.replace(".", "").replace(",", ".")
    elif _COMMAS.fullmatch(text) and ("." in text or text.count(",") > 1):
        text = text.replace(",", "")
    elif text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    return Decimal(text).normalize() if _PLAIN.fullmatch(text) else None


def _decimals(columns: Sequence[Sequence[Decimal | str | None]]) -> int:
    """How many digits after the comma are kept: as many as there are, within what is kept."""
    known = [one for column in columns for one in column if isinstance(one, Decimal)]
    places = max((-int(one.as_tuple().exponent) for one in known), default=0)
    digits = max((one.adjusted() + 1 for one in known if one), default=1)
    return max(0, min(places, MOST_DECIMALS, MOST_DIGITS - digits))


def scaled(value: Decimal, decimals: int) -> int:
    """A price as a whole number of the last digit, rounded half up."""
    return int(value.scaleb(decimals).quantize(Decimal(1), ROUND_HALF_UP))


# -- the two shapes -------------------------------------------------------------------------------


def _item_column(
    head: Mapping[int, str],
    columns: Mapping[int, Sequence[Any]],
    words: Sequence[int],
    days: Sequence[date | str],
    numbers: Sequence[int],
) -> int | None:
    """The column that names what a price is of, where a day has several rows and one column has
    the prices. A column of markets beside a column for each item is none."""
    priced = len(numbers) == 1 or any(PRICE_WORDS.fullmatch(head[at]) for at in numbers)
    if len(set(days)) == len(days) or not priced:
        return None
    several = [
        at for at in words
        if 1 < len(set(filter(None, map(_said, columns[at])))) < len(days)
    ]  # fmt: skip
    named = [
        at for at in several if ITEM_WORDS.search(head[at]) and not PLACE_WORDS.search(head[at])
    ]
    return next(iter([*named, *several]), None)


def _wide(
    body: Sequence[tuple[int, Sequence[Any]]],
    days: Sequence[date | str],
    head: Mapping[int, str],
    numbers: Mapping[int, Sequence[Decimal | str | None]],
    columns: Mapping[int, Sequence[Any]],
    words: Sequence[int],
) -> Iterator[Quote]:
    seen: Counter[date | str] = Counter()
    for at, (row, _cells) in enumerate(body):
        seen[days[at]] += 1
        found: dict[str, Decimal | str] = {
            head[column]: value
            for column, values in numbers.items()
            if (value := values[at]) is not None
        }
        found |= {head[one]: said for one in words if (said := _said(columns[one][at]))}
        yield Quote(row, days[at], seen[days[at]], found)


def _long(
    body: Sequence[tuple[int, Sequence[Any]]],
    days: Sequence[date | str],
    items: Sequence[Any],
    prices: Sequence[Decimal | str | None],
) -> Iterator[Quote]:
    """The n-th quotes of a day stand together."""
    seen: Counter[tuple[date | str, str]] = Counter()
    together: dict[tuple[date | str, int], tuple[int, dict[str, Decimal | str]]] = {}
    for (row, _cells), day, cell, price in zip(body, days, items, prices, strict=True):
        item = _said(cell)
        if not item or price is None:
            continue
        seen[day, item] += 1
        _row, found = together.setdefault((day, seen[day, item]), (row, {}))
        found[item] = price
    for (day, nth), (row, found) in together.items():
        yield Quote(row, day, nth, found)


# -- the questionnaire ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Wishes:
    """What a sheet does not say. ``units`` by item, in the order of the chosen ones."""

    id: str
    title: str
    every: str
    decimals: int
    currency: str
    opened: bool
    units: Mapping[str, str]
    source: str


def content(wishes: Wishes) -> Content:
    """A questionnaire of one price sheet per day with the chosen goods, and their series."""
    base = {"day": 7, "week": 4, "month": 3, "year": 1}[wishes.every]
    name = "Lembar harga"
    both = {"id": wishes.title, "en": wishes.title}
    survey = [
        {
            "type": "date", "name": "tanggal", "role": "period", "required": "yes",
            **_two("label", "Tanggal harga dicatat", "Day the prices were noted"),
            **_two("why", "Menempatkan harga pada masanya.", "To place the prices in time."),
        }
    ]  # fmt: skip
    items = []
    for at, (item, unit) in enumerate(wishes.units.items(), start=1):
        scale = f" (× {10**wishes.decimals})" if wishes.decimals else ""
        survey.append(
            {
                "type": "integer", "name": f"barang_{at}", "role": "fact", "constraint": ". > 0",
                **_two("label", f"{item}{scale}", f"{item}{scale}"),
                **_two("constraint_message", "Harga lebih dari nol.", "A price is above nought."),
            }
        )  # fmt: skip
        items.append({"name": f"barang_{at}", "label": _same(item), "unit": _same(unit)})
    notice = {
        "id": "Yang dicatat hanya harga barang. Nama penjual tidak ditanyakan dan tidak disimpan.",
        "en": "Only prices of goods are noted. Names of sellers are neither asked nor kept.",
    }
    series: dict[str, Any] = {
        "id": "harga",
        "title": both,
        "question": {
            "id": "Barang apa yang naik, sejak kapan, dan seberapa banyak?",
            "en": "What has become dearer, since when, and by how much?",
        },
        "chapter": "harga",
        "date": "tanggal",
        "every": wishes.every,
        "base": base,
        "currency": _same(wishes.currency),
        "decimals": wishes.decimals,
        "sensitivity": "open" if wishes.opened else "restricted",
        "items": items,
    }
    return {
        "pack.yaml": {
            "id": wishes.id,
            "version": "1",
            "title": both,
            "records": [
                {
                    "name": "lembar", "title": {"id": name, "en": "Price sheets"}, "unit": "lembar",
                    "unit_label": {"id": "lembar harga", "en": "price sheets"},
                }
            ],
            "source": {"id": wishes.source, "en": wishes.source},
            "privacy_notice": notice,
        },
        "survey.csv": survey,
        "choices.csv": [],
        "classifications.yaml": [],
        "rules.yaml": [],
        "tables.yaml": [],
        "indicators.yaml": [],
        "book.yaml": {
            "chapters": [{"id": "harga", "title": {"id": "Harga", "en": "Prices"}}],
        },
        "series.yaml": [series],
    }  # fmt: skip


def _two(key: str, indonesian: str, english: str) -> dict[str, str]:
    return {f"{key}::Indonesia (id)": indonesian, f"{key}::English (en)": english}


def _same(words: str) -> Text:
    return {"id": words, "en": words}
