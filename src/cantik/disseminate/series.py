"""A released series of prices as page, book, CSV and workbook read it. Pure: its document comes in.

Every change and index stands in the document; nothing is worked out here that another reader could
work out differently.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cantik.kernel import charts, numbers, periods
from cantik.kernel.charts import Ink
from cantik.kernel.text import Text, pick

from .download import NOT_PUBLISHED, plain

MOST_DRAWN = 53  # periods of a chart: a year of weeks and the week it began with
FEW_DRAWN = 2  # one point is no line
HEADINGS = (
    "jenis_wilayah", "desa", "deret", "masa", "mulai", "barang", "satuan", "mata_uang", "harga",
    "catatan", "terendah", "tertinggi", "perubahan_persen", "indeks", "keterangan",
)  # fmt: skip
NO_QUOTE = "tidak ada catatan harga"
FEW = "Tidak diumumkan: catatan harganya terlalu sedikit"


@dataclass(frozen=True)
class Priced:
    """One item of a series, by period. ``quotes`` None: withheld."""

    name: str
    label: Text
    unit: Text
    prices: list[int | None]
    quotes: list[int | None]
    lowest: list[int | None]
    highest: list[int | None]
    changes: list[int | None]
    indices: list[int | None]

    @property
    def last(self) -> int | None:
        """Where the newest price stands."""
        known = [at for at, price in enumerate(self.prices) if price is not None]
        return known[-1] if known else None


class PriceSeries:
    """One series. Prices are whole numbers of the last digit, changes and indices tenths."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.id: str = document["series"]
        self.title: Text = document["title"]
        self.question: Text = document["question"]
        self.chapter: str = document["chapter"]
        self.every: str = document["every"]
        self.currency: Text = document["currency"]
        self.decimals: int = document["decimals"]
        self.period: str = document["period"]
        self.periods: list[str] = document["periods"]
        self.index: list[int | None] = document["index"]
        self.used: list[int] = document["used"]

    @cached_property
    def items(self) -> list[Priced]:
        return [Priced(**one) for one in self.document["items"]]

    @property
    def opened(self) -> bool:
        return bool(self.document["sensitivity"] == "open")

    @property
    def shown(self) -> bool:
        """Whether any price is published."""
        return any(one.last is not None for one in self.items)

    def money(self, value: int | None, language: str) -> str:
        if value is None:
            return numbers.NOT_AVAILABLE
        return numbers.scaled(value, self.decimals, language)


# -- in words -----------------------------------------------------------------------------------


def every_words(every: str) -> str:
    return {
        "day": _("hari"), "week": _("minggu"), "month": _("bulan"), "year": _("tahun"),
    }[every]  # fmt: skip


def tenths(value: int | None, language: str, *, sign: bool = False) -> str:
    if value is None:
        return numbers.NOT_AVAILABLE
    return numbers.scaled(value, 1, language, sign=sign)


def finding(one: PriceSeries, language: str) -> list[str]:
    """What the newest period says: how many became dearer, which most, and all together."""
    if not one.shown:
        return []
    at = len(one.periods) - 1
    moved = [(item, item.changes[at]) for item in one.items if item.changes[at] is not None]
    said = []
    if moved:
        up, down = (sum(1 for _i, c in moved if c and c * way > 0) for way in (1, -1))
        said.append(
            _("Pada %(when)s: %(up)s barang naik, %(down)s turun, %(same)s tetap.")
            % {
                "when": periods.words(one.periods[at], language), "up": up, "down": down,
                "same": len(moved) - up - down,
            }
        )  # fmt: skip
    dear, most = max(moved, key=lambda pair: pair[1] or 0, default=(None, None))
    if dear is not None and most and most > 0:
        said.append(
            _(
                "Paling naik: %(item)s, %(change)s persen, "
                "menjadi %(price)s %(currency)s per %(unit)s."
            )
            % {
                "item": pick(dear.label, language),
                "change": tenths(most, language),
                "price": one.money(dear.prices[at], language),
                "currency": pick(one.currency, language),
                "unit": pick(dear.unit, language),
            }
        )
    if one.index[at] is not None:
        said.append(
            _("Indeks %(n)s barang: %(index)s (masa dasar = 100).")
            % {"n": one.used[at], "index": tenths(one.index[at], language)}
        )
    return said


def notes(one: PriceSeries, language: str) -> list[str]:
    """What stands under a series, on its page, in its workbook and in the book."""
    every, base = every_words(one.every), one.document["base"]
    told = [
        _("Harga adalah nilai tengah (median) dari semua catatan dalam satu %(every)s.")
        % {"every": every},
        _("Perubahan dihitung dari %(every)s tepat sebelumnya; bila salah satunya tidak dicatat, "
          "tidak ada perubahan yang ditulis. Harga yang tidak dicatat tidak ditaksir.")
        % {"every": every},
        ngettext(
            "Masa dasar (= 100): %(every)s pertama deret ini.",
            "Masa dasar (= 100): %(n)s %(every)s pertama deret ini, diambil nilai tengahnya.",
            base,
        )
        % {"every": every, "n": base},
        _("Indeks semua barang adalah rata-rata ukur perbandingan harga (Jevons), ditulis bila "
          "sedikitnya setengah dari barangnya tercatat. Semua barang sama beratnya: ini bukan "
          "angka inflasi."),
    ]  # fmt: skip
    if not one.opened:
        told.append(
            _("Harga diumumkan bila ada sedikitnya %(n)s catatan; harga terendah dan tertinggi "
              "tidak diumumkan.") % {"n": one.document["fewest"]}
        )  # fmt: skip
    return told + [pick(note, language) for note in one.document["notes"]]


# -- rows -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Newest:
    """The line of an item in the overview: its newest price and where that stands."""

    label: str
    unit: str
    price: str
    when: str
    change: str
    way: str  # up, down or same; "" where there is no change to tell
    index: str
    low: str
    high: str


def newest(one: PriceSeries, language: str) -> list[Newest]:
    found = []
    for item in one.items:
        at = item.last
        if at is None:
            dots = numbers.NOT_AVAILABLE
            label, unit = pick(item.label, language), pick(item.unit, language)
            found.append(Newest(label, unit, dots, "", dots, "", dots, dots, dots))
            continue
        change = item.changes[at]
        known = [price for price in item.prices if price is not None]
        way = "" if change is None else "up" if change > 0 else "down" if change < 0 else "same"
        found.append(
            Newest(
                pick(item.label, language),
                pick(item.unit, language),
                one.money(item.prices[at], language),
                "" if at == len(one.periods) - 1 else periods.words(one.periods[at], language),
                tenths(change, language, sign=True),
                way,
                tenths(item.indices[at], language),
                one.money(min(known), language),
                one.money(max(known), language),
            )
        )
    return found


def by_period(one: PriceSeries, item: Priced, language: str) -> Iterator[tuple[str, list[str]]]:
    """Of one item: period, then price, quotes, change and index, the newest first."""
    for at in reversed(range(len(one.periods))):
        withheld = item.quotes[at] is None
        yield (
            periods.words(one.periods[at], language),
            [
                NOT_PUBLISHED if withheld else one.money(item.prices[at], language),
                NOT_PUBLISHED if withheld else numbers.whole(item.quotes[at] or 0, language),
                tenths(item.changes[at], language, sign=True),
                tenths(item.indices[at], language),
            ],
        )


def line(one: PriceSeries, item: Priced | None, language: str, ink: Ink = "css") -> str:
    """The chart of an item's prices, or of the index of all items; "" for less than two points."""
    values = item.prices if item else one.index
    if sum(value is not None for value in values[-MOST_DRAWN:]) < FEW_DRAWN:
        return ""
    said = one.money if item else lambda value, language: tenths(value, language)
    points = [
        charts.Item(
            periods.short(period, language),
            None if value is None else float(value),
            "" if value is None else said(value, language),
        )
        for period, value in list(zip(one.periods, values, strict=True))[-MOST_DRAWN:]
    ]
    return charts.line(points, ink=ink, language=language)


# -- files ----------------------------------------------------------------------------------------


def cells(one: PriceSeries) -> Iterator[tuple[str, Priced, int]]:
    """(period, item, where) in the order of time, then of the items."""
    for at, period in enumerate(one.periods):
        for item in one.items:
            yield period, item, at


def remark(item: Priced, at: int) -> str:
    if item.quotes[at] is None:
        return FEW
    return "" if item.prices[at] is not None else NO_QUOTE


def _point(value: int | None, decimals: int) -> str:
    """A number as a program reads it: a point, no grouping; "" where there is none."""
    if value is None:
        return ""
    front, back = divmod(abs(value), 10**decimals)
    sign = "-" if value < 0 else ""
    return f"{sign}{front}" + (f".{back:0{decimals}d}" if decimals else "")


def series_csv(one: PriceSeries, village: Mapping[str, Any]) -> bytes:
    """One row for each item and period. A withheld price is NA; one that nobody noted is empty and
    says so; nothing is ever 0 for it."""
    out = io.StringIO(newline="")
    write = csv.writer(out, lineterminator="\r\n").writerow
    write(HEADINGS)
    fixed = [plain(str(w)) for w in (village["kind"], village["label"], pick(one.title, "id"))]
    for period, item, at in cells(one):
        withheld = item.quotes[at] is None
        write(
            [
                *fixed,
                period,
                periods.start(period).isoformat(),
                plain(pick(item.label, "id")),
                plain(pick(item.unit, "id")),
                plain(pick(one.currency, "id")),
                NOT_PUBLISHED if withheld else _point(item.prices[at], one.decimals),
                NOT_PUBLISHED if withheld else str(item.quotes[at]),
                _point(item.lowest[at], one.decimals),
                _point(item.highest[at], one.decimals),
                _point(item.changes[at], 1),
                _point(item.indices[at], 1),
                plain(remark(item, at)),
            ]
        )
    return out.getvalue().encode()
