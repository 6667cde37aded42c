"""What the pages of a release show, worked out from its files. The approval screen uses the same,
so the head reads the very page that the public will read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cantik.kernel import numbers, periods
from cantik.kernel.text import pick

from . import official, poster, series, words
from .book import finding_words, incomplete, share
from .drawing import Drawing, draw, finding
from .layout import grids
from .publication import BOOK, PICTURE, POSTER, WORKBOOK, Publication, series_file, table_file
from .reading import Entry
from .series import PriceSeries
from .sheet import Sheet, unit_words

SENTENCES = 3
CHARTS = 4


def language() -> str:
    return get_language() or "id"


@dataclass(frozen=True)
class Links:
    """Addresses of one release, or of a proposal of one."""

    base: str  # of pages; both end in a slash
    files: str  # of files, asked for by their name in the release

    def table(self, id_: str) -> str:
        return f"{self.base}tabel/{id_}/"

    def origin(self, id_: str) -> str:
        return f"{self.base}asal-usul/{id_}/"

    def series(self, id_: str) -> str:
        return f"{self.base}deret/{id_}/"

    def series_file(self, id_: str, end: str) -> str:
        return f"{self.files}{series_file(id_, end)}"

    def csv(self, id_: str) -> str:
        return f"{self.files}{table_file(id_, 'csv')}"

    def xlsx(self, id_: str) -> str:
        return f"{self.files}{table_file(id_, 'xlsx')}"

    @property
    def workbook(self) -> str:
        return f"{self.files}{WORKBOOK}"

    @property
    def poster(self) -> str:
        return f"{self.files}{POSTER}"

    @property
    def picture(self) -> str:
        return f"{self.files}{PICTURE}"

    @property
    def book(self) -> str:
        return f"{self.files}{BOOK}"


@dataclass(frozen=True)
class Sentence:
    words: SafeString
    secret: bool
    url: str
    title: str


@dataclass(frozen=True)
class Figure:
    title: str
    unit: str
    finding: str
    drawing: Drawing
    url: str
    chart: str


@dataclass(frozen=True)
class Listed:
    id: str
    title: str
    url: str
    csv: str
    csv_size: str
    xlsx: str  # empty where the release is older than these files
    xlsx_size: str
    shown: bool


@dataclass(frozen=True)
class Chapter:
    title: str
    tables: list[Listed] = field(default_factory=list)


@dataclass(frozen=True)
class Went:
    """A series as the page of its release shows it."""

    title: str
    said: list[str]
    svg: str
    url: str


@dataclass(frozen=True)
class Course:
    """One item of a series, period by period."""

    label: str
    unit: str
    svg: str
    rows: list[tuple[str, list[str]]]


def release_page(read: Publication, entry: Entry | None, links: Links) -> dict[str, Any]:
    """The page of a village or of one release. ``entry`` is None for a proposal."""
    facts, spoken = read.facts, language()
    sheets = {id_: read.sheet(id_) for id_ in read.table_ids}
    found = (_figure(one, links, spoken) for one in _ordered(read, sheets))
    figures = [one for one in found if one is not None]
    pyramid = next((one for one in figures if one.chart == "pyramid"), None)
    return {
        **_common(read, entry, links),
        "people": facts["open"][0],
        "unit": facts.get("unit", unit_words("keluarga")),
        "sentences": _sentences(read, links, spoken),
        "pyramid": pyramid,
        "figures": [one for one in figures if one is not pyramid][:CHARTS],
        "chapters": _chapters(read, links, spoken),
        "rounded": any(one.base for one in sheets.values()),
        "book_size": read.sizes[BOOK],
        "book_holds": [one["title"] for one in read.together],
        "infographic": _infographic(read, spoken),
        "indices": official.by_index(facts, spoken),
        "courses": [_went(read.series(id_), links, spoken) for id_ in read.series_ids],
        "workbook_size": read.size(WORKBOOK),
        "table_count": len(sheets),
    }


def table_page(read: Publication, entry: Entry | None, links: Links, id_: str) -> dict[str, Any]:
    """Raises NotReleased for a table that is not in the release."""
    one, spoken = read.sheet(id_), language()
    said = finding(one, spoken)
    return {
        **_common(read, entry, links),
        "table": one,
        "title": pick(one.title, spoken),
        "question": pick(one.question, spoken) if one.question else "",
        "unit": pick(unit_words(one.unit), spoken),
        "finding": finding_words(said) if said else "",
        "grids": (shown := grids(one, spoken)),
        "has_na": any(c.withheld for g in shown for r in g.rows for c in r.cells),
        "drawing": draw(one, language=spoken),
        "withheld": words.withheld_list(one.reasons, list(one.silent)),
        "notes": notes(one, spoken),
        "rounded": bool(one.base),
        "csv": links.csv(id_),
        "csv_size": read.sizes[table_file(id_, "csv")],
        "xlsx": links.xlsx(id_),
        "xlsx_size": read.size(table_file(id_, "xlsx")),
        "origin": links.origin(id_),
        "indicators": [i for i in read.indicators if i["table"] == id_],
    }


def series_page(read: Publication, entry: Entry | None, links: Links, id_: str) -> dict[str, Any]:
    """Raises NotReleased for a series that is not in the release."""
    one, spoken = read.series(id_), language()
    title = pick(one.title, spoken)
    return {
        **_common(read, entry, links),
        "series": one,
        "title": title,
        "question": pick(one.question, spoken),
        "currency": pick(one.currency, spoken),
        "every": series.every_words(one.every),
        "first": periods.words(one.periods[0], spoken) if one.periods else "",
        "last": periods.words(one.periods[-1], spoken) if one.periods else "",
        "said": series.finding(one, spoken),
        "svg": series.line(one, None, spoken),
        "rows": series.newest(one, spoken),
        "courses": [
            Course(
                pick(item.label, spoken),
                pick(item.unit, spoken),
                series.line(one, item, spoken),
                list(series.by_period(one, item, spoken)),
            )
            for item in one.items
        ],
        "has_na": any(None in item.quotes for item in one.items),
        "notes": series.notes(one, spoken),
        "csv": links.series_file(id_, "csv"),
        "csv_size": read.sizes[series_file(id_, "csv")],
        "xlsx": links.series_file(id_, "xlsx"),
        "xlsx_size": read.sizes[series_file(id_, "xlsx")],
    }


def _went(one: PriceSeries, links: Links, spoken: str) -> Went:
    return Went(
        pick(one.title, spoken),
        series.finding(one, spoken),
        series.line(one, None, spoken),
        links.series(one.id),
    )


def origin_page(read: Publication, entry: Entry | None, links: Links, id_: str) -> dict[str, Any]:
    """From the release back to the answers, in words."""
    one, spoken = read.sheet(id_), language()
    # Only of a released file: a proposal has no hash that may be public.
    sha = entry.files[table_file(id_, "csv")][0] if entry else ""
    return {
        **_common(read, entry, links),
        "table": one,
        "title": pick(one.title, spoken),
        "table_url": links.table(id_),
        "steps": _steps(read, entry, one, spoken),
        "proposal": read.facts["proposal"],
        "activity": read.facts["activity"],
        "authentic": [sha[at : at + 8] for at in range(0, len(sha), 8)],
    }


def _infographic(read: Publication, spoken: str) -> dict[str, Any] | None:
    """The one-page picture: its size and all that it says; None for releases of before."""
    sizes = read.size(PICTURE), read.size(POSTER)
    if not all(sizes):
        return None
    by_id = {one["id"]: one for one in read.indicators}
    chosen = [by_id[id_] for id_ in read.facts.get("infographic", ()) if id_ in by_id]
    return {
        "alt": poster.in_words(read.facts, chosen, spoken),
        "picture_size": sizes[0],
        "size": sizes[1],
    }


# -- parts ------------------------------------------------------------------------------------


def _common(read: Publication, entry: Entry | None, links: Links) -> dict[str, Any]:
    facts, collected, spoken = read.facts, read.collected, language()
    return {
        "village": read.village,
        "entry": entry,
        "links": links,
        "facts": facts,
        "subject": pick(read.title, spoken),
        "reference_date": date.fromisoformat(facts["reference_date"]),
        "licence": facts["licence"],
        "collected": collected,
        "share": share(collected, spoken, facts.get("unit")),
        "incomplete": incomplete(collected, spoken, facts.get("unit"))
        if collected.incomplete
        else "",
        "producer": words.producer(read.village.label),
    }


def _sentences(read: Publication, links: Links, spoken: str) -> list[Sentence]:
    """At most three: those that say something stand before those that are withheld."""
    told, secret = [], []
    for one in read.indicators:
        title = pick(one["title"], spoken)
        if one["sentence"]:
            said = marked(pick(one["sentence"], spoken), one["n"], one["d"], spoken)
            told.append(Sentence(said, False, links.table(one["table"]), title))
        elif one["withheld"]:
            safe = mark_safe(conditional_escape(title))  # noqa: S308 escaped here
            secret.append(Sentence(safe, True, links.table(one["table"]), title))
    return [*told, *secret][:SENTENCES]


def marked(sentence: str, n: int, d: int, spoken: str) -> SafeString:
    """The sentence with its first number (and "dari y" after it) in bold; all of it escaped."""
    number, whole = (re.escape(numbers.whole(value, spoken)) for value in (n, d))
    found = re.search(rf"(?<![\d.,]){number}(?: (?:dari|of|out of) {whole})?(?![\d.,]\d)", sentence)
    if found is None:
        return conditional_escape(sentence)
    at, to = found.span()
    parts = (sentence[:at], sentence[at:to], sentence[to:])
    before, bold, after = (conditional_escape(part) for part in parts)
    return mark_safe(f"{before}<b>{bold}</b>{after}")  # noqa: S308 every part is escaped


def _ordered(read: Publication, sheets: Mapping[str, Sheet]) -> list[Sheet]:
    """Tables worth a chart first: those behind indicators, then the rounded, then plain totals."""
    told = list(dict.fromkeys(one["table"] for one in read.indicators))
    place = {id_: at for at, id_ in enumerate(told)}
    return sorted(sheets.values(), key=lambda one: (not one.base, place.get(one.id, len(told))))


def size(count: int, spoken: str) -> str:
    """Never broken between number and unit."""
    return numbers.size_kb(count, spoken).replace(" ", "\u00a0")


def _figure(one: Sheet, links: Links, spoken: str) -> Figure | None:
    drawn = draw(one, language=spoken)
    if drawn is None:
        return None
    said = finding(one, spoken)
    return Figure(
        pick(one.title, spoken),
        pick(unit_words(one.unit), spoken),
        finding_words(said) if said else "",
        drawn,
        links.table(one.id),
        one.chart,
    )


def _chapters(read: Publication, links: Links, spoken: str) -> list[Chapter]:
    made = []
    for chapter in read.chapters:
        tables = [
            _listed(read, links, one, spoken)
            for one in read.facts["tables"]
            if one["chapter"] == chapter["id"]
        ]
        made.append(Chapter(pick(chapter["title"], spoken), tables))
    return made


def _listed(read: Publication, links: Links, one: dict[str, Any], spoken: str) -> Listed:
    id_ = one["id"]
    sheets = read.size(table_file(id_, "xlsx"))
    return Listed(
        id_,
        pick(one["title"], spoken),
        links.table(id_),
        links.csv(id_),
        size(read.sizes[table_file(id_, "csv")], spoken),
        links.xlsx(id_) if sheets else "",
        size(sheets, spoken) if sheets else "",
        one["shown"],
    )


def notes(one: Sheet, spoken: str) -> list[str]:
    """What stands under a table, on its page and in its workbook."""
    told = [pick(one.universe, spoken)] if one.universe else []
    told.append(words.rounding(one.base))
    told += [words.outside(one.base)] if one.outside else []
    told += [words.merged()] if one.merged else []
    told += [pick(note, spoken) for note in one.notes]
    if one.unit == "orang":
        told.append(words.counted())
    return told


def _steps(read: Publication, entry: Entry | None, one: Sheet, spoken: str) -> list[dict[str, str]]:
    facts, collected, grids_of = read.facts, read.collected, grids(one, spoken)
    shown = sum(len(grid.rows) for grid in grids_of)
    steps = []
    if entry is not None:
        day = numbers.day(numbers.local_day(entry.released_at, read.village.time_zone), spoken)
        steps.append(
            {
                "title": _("Diumumkan"),
                "when": _("Terbitan ke-%(n)s, %(day)s") % {"n": entry.number, "day": day},
                "note": _("Diusulkan agen statistik, disetujui %(head)s.")
                % {"head": read.village.head},
            }
        )
    cut = numbers.day(date.fromisoformat(facts["cut_on"]), spoken)
    steps += [
        {
            "title": _("Dilindungi"),
            "when": _("Aturan perlindungan versi %(version)s (ketentuan kami)")
            % {"version": facts["policy"]},
            "note": words.rounding(one.base),
        },
        {
            "title": _("Dihitung menjadi tabel"),
            "when": pick(one.title, spoken),
            "note": _("%(rows)s baris, satuan %(unit)s.")
            % {"rows": numbers.whole(shown, spoken), "unit": pick(unit_words(one.unit), spoken)},
        },
        {
            "title": _("Data bersih"),
            "when": _("Dibuat %(day)s") % {"day": cut},
            "note": _("%(counts)s; %(edits)s isian diperbaiki.")
            % {
                "counts": words.counts(facts, spoken),
                "edits": numbers.whole(collected.edits, spoken),
            },
        },
        {
            "title": _("Diperiksa"),
            "when": _("%(n)s aturan pemeriksaan") % {"n": numbers.whole(facts["rules"], spoken)},
            "note": _(
                "Isian yang janggal diperbaiki dengan alasan, dijelaskan, atau ditanyakan lagi."
            ),
        },
        {
            "title": _("Ditanyakan"),
            "when": _("%(title)s, versi %(version)s")
            % {
                "title": pick(facts["instrument"]["title"], spoken),
                "version": facts["instrument"]["version"],
            },
            "note": _("%(n)s pertanyaan.")
            % {"n": numbers.whole(facts["instrument"]["questions"], spoken)},
        },
        {
            "title": _("Dijawab"),
            "when": share(collected, spoken, facts.get("unit")),
            "note": _("%(n)s tidak dapat didata (menolak, tidak ditemui, pindah).")
            % {"n": numbers.whole(collected.refused, spoken)}
            if collected.refused
            else "",
        },
    ]
    return [{"state": "done", **step} for step in steps]
