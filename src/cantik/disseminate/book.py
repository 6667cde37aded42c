"""Desa Dalam Angka as PDF, and its infographic. The words and numbers are gathered here; the pages
are set by book.typ and poster.typ.

The same release gives the same bytes: no clock, no system fonts, nothing from the network.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils import translation
from django.utils.translation import gettext as _

from cantik.kernel import charts, numbers, periods
from cantik.kernel.text import Text, pick
from cantik.look.printing import Order, typeset

from . import download, official, order, poster, words
from . import series as series_words
from .drawing import Drawing, areas_of, draw, finding
from .layout import Grid, Naming, grids, namings, turned, village_only
from .publication import Collected, Place, chapters_in, indicators_in
from .series import PriceSeries
from .sheet import TOTAL, Sheet, unit_words

HERE = Path(__file__).parent
POSTER_SOURCE = HERE / "poster.typ"
LANGUAGE = "id"  # the book is a document of the village, in the language of its office
ITEMS_BESIDE = 6  # of a series in one grid
MOST_FINDINGS = 12  # opening a chapter of several releases
FEWEST_TO_RANK = 30  # families or persons, below which an area is not called highest or lowest
PHONE_PIXELS_PER_INCH = 144  # 360 points wide: 720 pixels


@dataclass(frozen=True)
class Preface:
    """The foreword as somebody typed it."""

    paragraphs: tuple[str, ...]
    name: str
    role: str
    day: str


@dataclass(frozen=True)
class Since:
    """The same figures a year before: what was released then and is released now."""

    before: str
    after: str
    lines: tuple[tuple[str, str, str, str], ...]  # label, before, after, change
    notes: tuple[str, ...]
    broken: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """One question as it was asked: its words, the answers to choose from, of whom it is asked."""

    words: str
    answers: str
    when: str


Pairs = tuple[tuple[str, str], ...]
IDEA = ("concept", "definition")  # of an indicator; the formula stands in the annex


@dataclass(frozen=True)
class Extras:
    """What stands in a book besides its own figures. ``questions`` by record; ``activity`` are
    lines of MS-Kegiatan by block, ``variables`` and ``indicators`` one entry each; words are ""
    where nothing is known."""

    preface: Preface | None = None
    since: Since | None = None
    questions: tuple[tuple[str, tuple[Question, ...]], ...] = ()
    source: str = ""
    activity: tuple[tuple[str, Pairs], ...] = ()
    variables: tuple[Pairs, ...] = ()
    indicators: tuple[Pairs, ...] = field(default_factory=tuple)


@dataclass(frozen=True)
class Beside:
    """Another release of the same village and year that this book holds too, as it was approved:
    its tables without their charts; its metadata and its questions stand in its own book."""

    number: int
    facts: dict[str, Any]
    sheets: Sequence[Sheet]
    indicators: Sequence[Any]
    series: Sequence[PriceSeries] = ()
    edition: str = ""  # the approved files it is read from
    mark: str = ""  # sha256 of its release.json


def book(
    facts: dict[str, Any],
    sheets: Sequence[Sheet],
    indicators: Sequence[Any],
    extras: Extras | None = None,
    *,
    series: Sequence[PriceSeries] = (),
    beside: Sequence[Beside] = (),
) -> bytes:
    """The finished PDF. Raises look.printing.NotPrinted."""
    with translation.override(LANGUAGE):
        told = in_its_words(facts, sheets, indicators)
        others = []
        for one in beside:
            words_of, sheets_of, indicators_of = in_its_words(one.facts, one.sheets, one.indicators)
            others.append(replace(one, facts=words_of, sheets=sheets_of, indicators=indicators_of))
        data = content(*told, extras or Extras(), series=series, beside=others)
    [made] = typeset([HERE / "book.typ", POSTER_SOURCE], data, [Order("pdf")])
    return made


def infographic(
    facts: dict[str, Any], sheets: Sequence[Sheet], indicators: Sequence[Any]
) -> tuple[bytes, bytes]:
    """The same page for paper (PDF, A4) and for a phone (PNG). Raises look.printing.NotPrinted."""
    with translation.override(LANGUAGE):
        facts, sheets, indicators = in_its_words(facts, sheets, indicators)
        data = _frame(facts) | {"poster": _poster(facts, sheets, indicators)}
        if data["example"]:
            data["example"] = _("Contoh: tempat, orang, dan angka di sini rekaan.")
    paper, phone = typeset(
        [HERE / "infographic.typ", POSTER_SOURCE],
        data,
        [Order("pdf"), Order("png", PHONE_PIXELS_PER_INCH, {"page": "phone"})],
    )
    return paper, phone


def in_its_words(
    facts: dict[str, Any], sheets: Sequence[Sheet], indicators: Sequence[Any]
) -> tuple[dict[str, Any], Sequence[Sheet], list[dict[str, Any]]]:
    """Words of the pack as the kind of village says them: lurah, kelurahan, RW. Sheets are read
    with theirs."""
    kind = facts["village"]["village_kind"]
    told = {**facts, "chapters": chapters_in(kind, facts["chapters"])}
    return told, sheets, indicators_in(kind, indicators)


# -- the frame: what book and infographic share ------------------------------------------------


def _village(facts: Mapping[str, Any]) -> Place:
    return Place(**{**facts["village"], "above": tuple(facts["village"]["above"])})


def _day(iso: str) -> str:
    return numbers.day(date.fromisoformat(iso))


def _frame(facts: Mapping[str, Any]) -> dict[str, Any]:
    village = _village(facts)
    marks = {
        "real": ("", ""),
        "latihan": (_("Data latihan: isian dan angka di buku ini hanya untuk belajar."), "LATIHAN"),
    }
    example, example_word = marks.get(
        village.kind, (_("Contoh data: tempat, orang, dan angka di buku ini rekaan."), "CONTOH")
    )
    return {
        "title": f"{village.label} {_('Dalam Angka')} {facts['period']}",
        "village_label": village.label,
        "above": ", ".join(reversed(village.above)),
        "period": facts["period"],
        "subject": pick(facts["title"], LANGUAGE),
        "reference_date": _day(facts["reference_date"]),
        "producer": words.producer(village.label),
        "footer": words.not_official(village.label),
        "example": example,
        "example_word": example_word,
    }


def _poster(
    facts: Mapping[str, Any], sheets: Sequence[Sheet], indicators: Sequence[Any]
) -> dict[str, Any]:
    root, collected = facts["open"][0], Collected(**facts["collected"])
    chapter_of = {one["id"]: one["chapter"] for one in facts["tables"]}
    chosen = poster.chosen(indicators, chapter_of, facts.get("infographic", ()))
    pyramid = next((one for one in sheets if one.chart == "pyramid"), None)
    drawn = draw(pyramid, language=LANGUAGE, ink="print") if pyramid else None
    counted = []
    if "persons" in root:
        counted = [
            (numbers.whole(root["persons"]), _("penduduk terdata")),
            (numbers.whole(root["male"]), _("laki-laki")),
            (numbers.whole(root["female"]), _("perempuan")),
            (numbers.whole(root["families"]), _("keluarga")),
        ]
    return {
        "counted": counted,
        "reached": _("Terdata %(share)s.") % {"share": share(collected, unit=facts.get("unit"))},
        "items": poster.items(chosen),
        "pyramid": drawn.svg if drawn else "",
        "pyramid_title": pick(pyramid.title, LANGUAGE) if pyramid else "",
        "alt": poster.in_words(facts, chosen, LANGUAGE),
        "note": _("Jumlah seluruhnya adalah angka pasti; angka lain dibulatkan demi kerahasiaan."),
        "source": _("Sumber: %(who)s, keadaan %(day)s")
        % {"who": words.producer(facts["village"]["label"]), "day": _day(facts["reference_date"])},
    }


# -- the book ---------------------------------------------------------------------------------


def content(
    facts: dict[str, Any],
    sheets: Sequence[Sheet],
    indicators: Sequence[Any],
    extras: Extras | None = None,
    *,
    series: Sequence[PriceSeries] = (),
    beside: Sequence[Beside] = (),
) -> dict[str, Any]:
    """All that book.typ prints, as text. Where the book holds several releases, what is told of the
    whole village (people, summary, the page at a glance) comes from the one that counts people."""
    extras = extras or Extras()
    village, collected = _village(facts), Collected(**facts["collected"])
    frame = _frame(facts)
    own = Beside(0, facts, sheets, indicators, series)
    parts = (own, *beside)
    lead = next((one for one in parts if "persons" in one.facts["open"][0]), own)
    chapters = _chapters(parts, lead, village)
    every_sheet = [one for part in parts for one in part.sheets]
    every_indicator = [one for part in parts for one in part.indicators]
    if beside:
        frame |= _of_several(parts)
    return {
        **frame,
        "corrects": facts["corrects"],
        "not_official": words.not_official(village.label),
        "about": _about(facts, village, len(parts)),
        "imprint": _imprint(parts, village),
        "incomplete": incomplete(collected, unit=facts.get("unit")) if collected.incomplete else "",
        "note": facts["note"] if facts["corrects"] else "",
        "corrects_word": _("Pembaruan terbitan sebelumnya")
        if series
        else _("Perbaikan atas terbitan sebelumnya"),
        "note_word": _("Yang baru.") if series else _("Yang diperbaiki."),
        "preface": _preface(extras.preface),
        "no_preface": _("Kata pengantar belum ditulis oleh %(head)s %(village)s.")
        % {"head": village.head, "village": village.label},
        "poster": _poster(lead.facts, lead.sheets, lead.indicators),
        "reading": _reading(every_sheet),
        "summary": _summary(lead, parts),
        "since": _since(extras.since),
        "chapters": chapters,
        "not_covered": _not_covered([one.facts for one in parts]),
        "methods": _methods(facts, village, collected, beside),
        "concepts_intro": [_("Setiap indikator menjawab satu pertanyaan perencanaan.")],
        "concepts": [
            {
                "title": pick(one["title"], LANGUAGE),
                "concept": " ".join(
                    filter(None, (pick(one.get(said) or {}, LANGUAGE) for said in IDEA))
                ),
                "interpretation": pick(one["interpretation"] or {}, LANGUAGE),
            }
            for one in every_indicator
        ],
        "quality": _quality(facts, collected),
        "quality_words": _quality_words(facts),
        "coverage": _coverage(facts),
        "filled": _filled(facts, sheets),
        "protection": _protection(lead.facts, every_sheet),
        "withheld": _withheld(every_sheet),
        "glossary": [
            [one["word"], one["said"]]
            for one in _glossary()
            if "persons" in lead.facts["open"][0] or not one.get("people")
        ],
        "questions": [
            [title, [[one.words, one.answers, one.when] for one in asked]]
            for title, asked in extras.questions
        ],
        "annex": {
            "source": extras.source,
            "activity": [[title, list(map(list, lines))] for title, lines in extras.activity],
            "variables": [list(map(list, one)) for one in extras.variables],
            "indicators": [list(map(list, one)) for one in extras.indicators],
        },
    }


@cache
def _glossary() -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = yaml.safe_load(
        (HERE / "glossary.yaml").read_text(encoding="utf-8")
    )
    return read


def share(collected: Collected, language: str = LANGUAGE, unit: Text | None = None) -> str:
    """ "642 dari 742 keluarga (86,5%)"; without a target only the number of families."""
    done = numbers.whole(collected.families, language)
    what = pick(unit or unit_words("keluarga"), language)
    if not collected.target:
        return f"{done} {what}"
    return _("%(n)s dari %(total)s %(unit)s (%(percent)s)") % {
        "n": done,
        "unit": what,
        "total": numbers.whole(collected.target, language),
        "percent": numbers.percent(collected.families, collected.target, language=language),
    }


def incomplete(collected: Collected, language: str = LANGUAGE, unit: Text | None = None) -> str:
    return _("Baru %(share)s yang terdata. Bacalah angka di sini sebagai keadaan itu saja.") % {
        "share": share(collected, language, unit)
    }


def _since(given: Since | None) -> dict[str, Any] | None:
    if given is None:
        return None
    return {
        "heads": [_("Angka"), given.before, given.after, _("Selisih")],
        "lines": [list(line) for line in given.lines],
        "notes": [
            *given.notes,
            _(
                "Selain jumlah seluruhnya, angka dibulatkan demi kerahasiaan: selisih "
                "yang kecil belum tentu perubahan. Selisih bagian ditulis dalam poin persen."
            ),
        ],
        "broken": list(given.broken),
    }


def _of_several(parts: Sequence[Beside]) -> dict[str, str]:
    """What the cover says of a book that holds several releases."""
    days = sorted(one.facts["reference_date"] for one in parts)
    first, last = _day(days[0]), _day(days[-1])
    return {
        "subject": _("Dari %(n)s pendataan") % {"n": numbers.whole(len(parts))},
        "reference_date": first if first == last else f"{first} – {last}",
    }


def _about(facts: Mapping[str, Any], village: Place, parts: int = 1) -> list[str]:
    given = {"who": words.producer(village.label), "head": village.head}
    if parts > 1:
        return [
            _(
                "Buku ini disusun dari %(n)s pendataan yang dilakukan sendiri oleh %(who)s. "
                "Isi setiap pendataan disetujui %(head)s sebelum diumumkan; angkanya sama dengan "
                "yang ada di terbitannya."
            )
            % {**given, "n": numbers.whole(parts)},
            words.counted(),
        ]
    if "persons" not in facts["open"][0]:
        given["what"] = pick(facts["title"], LANGUAGE)
        return [
            _(
                "Buku ini disusun dari %(what)s yang dilakukan sendiri oleh %(who)s. "
                "Isinya disetujui %(head)s sebelum diumumkan."
            )
            % given
        ]
    return [
        _(
            "Buku ini disusun dari pendataan keluarga yang dilakukan sendiri oleh %(who)s. "
            "Isinya disetujui %(head)s sebelum diumumkan."
        )
        % given,
        words.counted(),
    ]


def _preface(given: Preface | None) -> dict[str, Any] | None:
    if given is None:
        return None
    return {
        "paragraphs": list(given.paragraphs),
        "name": given.name,
        "role": given.role,
        "day": given.day,
    }


def _imprint(parts: Sequence[Beside], village: Place) -> list[tuple[str, str]]:
    facts = parts[0].facts
    rows = [
        (_("Disusun oleh"), words.producer(village.label)),
        (_("Disetujui oleh"), f"{village.head}, {village.label}"),
        (_("Wilayah"), village.full_label),
    ]
    if len(parts) == 1:
        rows += [
            (_("Keadaan"), _day(facts["reference_date"])),
            (_("Terdata"), _reach(facts)),
            (_("Sumber"), pick(facts["title"], LANGUAGE)),
        ]
    rows += [(_("Sumber"), _source(one)) for one in parts if len(parts) > 1]
    return [*rows, (_("Lisensi data"), facts["licence"])]


def _reach(facts: Mapping[str, Any]) -> str:
    return share(Collected(**facts["collected"]), unit=facts.get("unit"))


def _source(one: Beside) -> str:
    """One of the releases in the book, in a line."""
    said = _("%(title)s: keadaan %(day)s, terdata %(share)s") % {
        "title": pick(one.facts["title"], LANGUAGE),
        "day": _day(one.facts["reference_date"]),
        "share": _reach(one.facts),
    }
    if not one.number:
        return said + "."
    return said + ". " + _("Terbitan ke-%(n)s.") % {"n": one.number}


def _reading(sheets: Sequence[Sheet]) -> list[tuple[str, str]]:
    rows = [
        ("1.234", _("Titik memisahkan ribuan, koma memisahkan desimal.")),
        ("%", _("Bagian dari seratus, dihitung dari angka yang tercetak di tabel.")),
        ("NA", _("Tidak diumumkan, agar jawaban seseorang tidak dapat ditebak.")),
        ("0", _("Di tabel yang dibulatkan: tidak ada atau sangat sedikit.")),
        (_("belum diisi"), _("Keterangan yang belum ditulis oleh penyusun.")),
    ]
    if any(one.outside for one in sheets):
        rows.append(
            (_("Di luar tabel"), _("Tidak termasuk kelompok tabel itu, atau tidak menjawab."))
        )
    return rows


def _not_covered(parts: Sequence[Mapping[str, Any]]) -> str:
    given = [chapter for facts in parts for chapter in facts["chapters"]]
    told = " ".join(pick(one["title"], LANGUAGE) for one in given).lower()
    missing = [
        title
        for one in order.not_covered(c["id"] for c in given)
        if (title := pick(one, LANGUAGE)).lower() not in told
    ]
    if not missing:
        return ""
    said = (
        _("Belum didata dalam kegiatan ini: %(chapters)s.")
        if len(parts) == 1
        else _("Belum didata tahun ini: %(chapters)s.")
    )
    return said % {"chapters": ", ".join(one.lower() for one in missing)}


def _summary(lead: Beside, parts: Sequence[Beside]) -> list[dict[str, str]]:
    root = lead.facts["open"][0]
    found = []
    if "persons" in root:
        people = _("Penduduk terdata %(n)s jiwa: %(l)s laki-laki dan %(p)s perempuan.") % {
            "n": numbers.whole(root["persons"]),
            "l": numbers.whole(root["male"]),
            "p": numbers.whole(root["female"]),
        }
        found.append({"sentence": people, "question": ""})
    for part in parts:
        reached = _("Terdata %(share)s.") % {"share": _reach(part.facts)}
        found.append({"sentence": reached, "question": ""})
    for one in (
        told for part in (lead, *(p for p in parts if p is not lead)) for told in part.indicators
    ):
        if one["sentence"]:
            found.append(
                {
                    "sentence": pick(one["sentence"], LANGUAGE),
                    "question": pick(one["question"] or {}, LANGUAGE),
                }
            )
    return found


# -- chapters ---------------------------------------------------------------------------------


class _Count:
    """Numbers of tables and figures: "2.1" is the first of chapter 2."""

    def __init__(self, chapter: int) -> None:
        self.chapter, self.tables, self.figures = chapter, 0, 0

    def table(self) -> str:
        self.tables += 1
        return f"{self.chapter}.{self.tables}"

    def figure(self) -> str:
        self.figures += 1
        return f"{self.chapter}.{self.figures}"


def _chapters(parts: Sequence[Beside], lead: Beside, village: Place) -> list[dict[str, Any]]:
    """The place first, then the chapters that have tables or series."""
    grouped = _grouped(parts)
    at_home = next((one for one in grouped if order.place(one.ids[0]) == 0), None)
    first = _Count(1)
    opening: dict[str, Any] = {
        "number": 1,
        "title": pick(at_home.title if at_home else order.known()[0].title, LANGUAGE),
        "words": [_where(lead.facts, village)],
        "findings": [],
        "kind_word": "",
        "tables": _places(lead.facts, first) + _official(lead.facts, first),
    }
    if at_home:
        opening["tables"] += _inside(at_home, parts, first)
    else:
        opening["words"].append(
            _("Luas, batas, dan letak wilayah belum didata dalam kegiatan ini.")
        )
    made = [opening]
    for chapter in grouped:
        if chapter is at_home:
            continue
        sheets = [
            (part, one) for part in parts for one in part.sheets if one.chapter in chapter.ids
        ]
        count = _Count(len(made) + 1)
        made.append(
            {
                "number": count.chapter,
                "title": pick(chapter.title, LANGUAGE),
                "words": list(chapter.words),
                "findings": [
                    said
                    for part in parts
                    for said in _findings([s for p, s in sheets if p is part], part.indicators)
                ][: MOST_FINDINGS if len(parts) > 1 else None],
                "kind_word": _all_secret([one for _part, one in sheets]) if sheets else "",
                "tables": _inside(chapter, parts, count),
            }
        )
    return made


@dataclass(frozen=True)
class _Chapter:
    title: Text
    ids: tuple[str, ...]
    words: tuple[str, ...]


def _grouped(parts: Sequence[Beside]) -> list[_Chapter]:
    """The chapters of one release as its questionnaire has them; those of several gathered under
    the usual chapters of a village book."""
    if len(parts) == 1:
        return [
            _Chapter(one["title"], (one["id"],), tuple(filter(None, [_said(one)])))
            for one in parts[0].facts["chapters"]
        ]
    by_place: dict[Any, list[Mapping[str, Any]]] = {}
    for one in (chapter for part in parts for chapter in part.facts["chapters"]):
        place = order.place(one["id"])
        key = (place, "") if place < len(order.known()) else (place, one["id"])
        by_place.setdefault(key, []).append(one)
    made = []
    for (place, _own), inside in sorted(by_place.items(), key=lambda pair: pair[0][0]):
        usual = place < len(order.known())
        made.append(
            _Chapter(
                order.known()[place].title if usual else inside[0]["title"],
                tuple(dict.fromkeys(one["id"] for one in inside)),
                tuple(dict.fromkeys(filter(None, map(_said, inside)))),
            )
        )
    return made


def _said(chapter: Mapping[str, Any]) -> str:
    return pick(chapter.get("words") or {}, LANGUAGE)


def _inside(chapter: _Chapter, parts: Sequence[Beside], count: _Count) -> list[dict[str, Any]]:
    """Series and tables of a chapter, those of this release before those beside it."""
    made = []
    for part in parts:
        made += [_series(one, count) for one in part.series if one.chapter in chapter.ids]
        made += [
            _table(one, count, charts_too=not part.number)
            for one in part.sheets
            if one.chapter in chapter.ids
        ]
    return made


def _all_secret(inside: Sequence[Sheet]) -> str:
    if not all(_secret(one) for one in inside):
        return ""
    return _(
        "Semua tabel di bab ini tidak diumumkan, agar jawaban warga yang sedikit tidak dapat "
        "ditebak. Datanya tetap tersimpan di kantor dan dapat dipakai untuk perencanaan."
    )


def _secret(one: Sheet) -> bool:
    return all(line.withheld for line in one.parts[0].lines)


def _findings(inside: Sequence[Sheet], indicators: Sequence[Any]) -> list[str]:
    """Sentences of the chapter, all from cells that are printed in it."""
    said = []
    for one in inside:
        own = [i for i in indicators if i["table"] == one.id and i["sentence"]]
        said += [pick(i["sentence"], LANGUAGE) for i in own]
        found = finding(one, LANGUAGE)
        if found and not own:
            said.append(f"{pick(one.title, LANGUAGE)}: {_lower(finding_words(found))}")
        said += _by_area(one)
    return said


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _by_area(one: Sheet) -> list[str]:
    """Where the largest class of the village is most and least common, among areas of one level."""
    found = finding(one, LANGUAGE)
    if found is None:
        return []
    head = max(one.classes, key=lambda h: one.whole_village.cell(h.code).value or 0)
    lines = [line for line in one.parts[0].lines if line.depth and not line.withheld]
    lowest = max((line.depth for line in lines), default=0)
    ranked = []
    for line in lines:
        n, d = line.cell(head.code).value, line.cell(TOTAL).value
        if line.depth == lowest and n is not None and d and d >= FEWEST_TO_RANK:
            ranked.append((n / d, n, d, line))
    if len(ranked) < 2:
        return []
    ranked.sort(key=lambda r: r[0])
    (low, low_n, low_d, least), (high, high_n, high_d, most) = ranked[0], ranked[-1]
    if low == high:
        return []
    return [
        _(
            "Bagian “%(class)s” paling besar di %(most)s (%(high)s), paling kecil di "
            "%(least)s (%(low)s)."
        )
        % {
            "class": pick(head.label, LANGUAGE),
            "most": _full(one, most),
            "high": numbers.percent(high_n, high_d),
            "least": _full(one, least),
            "low": numbers.percent(low_n, low_d),
        }
    ]


def _full(one: Sheet, line: Any) -> str:
    """ "RT 03, Dusun Hulu": labels of RT may come again in another dusun."""
    above = ""
    for other in one.parts[0].lines:
        if other.area == line.area:
            break
        if other.depth == line.depth - 1 and other.depth:
            above = other.label
    return f"{line.label}, {above}" if above else line.label


def _where(facts: Mapping[str, Any], village: Place) -> str:
    by_level: dict[str, int] = {}
    for row in facts["open"][1:] or facts.get("quality", {}).get("coverage", [])[1:]:
        by_level[row["level"]] = by_level.get(row["level"], 0) + 1
    parts = [
        f"{numbers.whole(by_level[level])} {words.level_name(level)}"
        for level in ("dusun", "rw", "rt")
        if level in by_level
    ]
    lead = _("%(village)s terletak di %(around)s.") % {
        "village": village.label,
        "around": village.around,
    }
    if not parts:
        return lead
    return f"{lead} " + _("Wilayahnya terdiri atas %(parts)s.") % {"parts": _and(parts)}


def _and(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + _(" dan ") + parts[-1]


def _places(facts: Mapping[str, Any], count: _Count) -> list[dict[str, Any]]:
    """Open counts by area: they are exact everywhere."""
    rows = [row for row in facts["open"] if "persons" in row]
    if len(rows) < 2:
        return []
    depth = _depths(rows)
    exact = [_("Angka di tabel ini angka pasti, tidak dibulatkan.")]
    heads = [_("Keluarga"), _("Penduduk"), _("Jiwa per keluarga"), _("Laki-laki per 100 perempuan")]
    table = {
        **_frame_of_table(count, _("Wilayah, keluarga, dan penduduk terdata")),
        "notes": exact,
        "grids": [
            {
                "name": "",
                "corner": _("Wilayah"),
                "heads": heads,
                "rows": [
                    {
                        "label": row["label"],
                        "depth": depth[at],
                        "total": not at,
                        "cells": [
                            {"words": w, "withheld": False, "total": False}
                            for w in (
                                numbers.whole(row["families"]),
                                numbers.whole(row["persons"]),
                                numbers.ratio(row["persons"], row["families"], multiplier=1),
                                numbers.ratio(row["male"], row["female"], multiplier=100),
                            )
                        ],
                    }
                    for at, row in enumerate(rows)
                ],
            }
        ],
    }
    lowest = max(depth)
    bars = [row for at, row in enumerate(rows) if depth[at] == lowest]
    if 2 <= len(bars) <= MOST_BARS:
        items = [charts.Item(row["label"], row["families"]) for row in bars]
        svg = charts.bars(items, ink="print", language=LANGUAGE)
        table["figures"] = [_figure(count, _("Keluarga terdata menurut wilayah"), svg)]
    return [table]


def _official(facts: Mapping[str, Any], count: _Count) -> list[dict[str, Any]]:
    """The status of the village by year as its source gives it, a table for each index."""
    return [
        {
            **_frame_of_table(
                count, _("Status desa menurut %(index)s") % {"index": group["title"]}
            ),
            "notes": [group["words"], _("Sumber: %(sources)s.") % {"sources": group["sources"]}],
            "grids": [
                {
                    "name": "",
                    "corner": _("Tahun"),
                    "heads": [_("Status"), _("Skor")],
                    "rows": [
                        {
                            "label": str(year),
                            "depth": 0,
                            "total": False,
                            "cells": [
                                {"words": w or "–", "withheld": False, "total": False}
                                for w in (status, score)
                            ],
                        }
                        for year, status, score in group["years"]
                    ],
                }
            ],
        }
        for group in official.by_index(facts, LANGUAGE)
    ]


MOST_BARS = 40


def _depths(rows: Sequence[Mapping[str, Any]]) -> list[int]:
    levels = list(dict.fromkeys(row["level"] for row in rows))
    return [levels.index(row["level"]) for row in rows]


def _frame_of_table(count: _Count, title: str) -> dict[str, Any]:
    return {
        "number": count.table(),
        "title": title,
        "question": "",
        "finding": "",
        "figures": [],
        "secret": "",
        "grids": [],
        "notes": [],
    }


def _figure(count: _Count, title: str, svg: str, *, tall: bool = False) -> dict[str, Any]:
    return {"number": count.figure(), "title": title, "svg": svg, "tall": tall}


def _table(one: Sheet, count: _Count, *, charts_too: bool = True) -> dict[str, Any]:
    title = pick(one.title, LANGUAGE)
    made = _frame_of_table(count, title)
    made["question"] = pick(one.question, LANGUAGE) if one.question else ""
    if _secret(one):
        why = words.withheld_list(one.reasons, list(one.silent))
        made["secret"] = _("Tabel ini tidak diumumkan.") + " " + " ".join(why[:1])
    said = finding(one, LANGUAGE)
    made["finding"] = finding_words(said) if said else ""
    if charts_too:
        drawn = draw(one, language=LANGUAGE, ink="print")
        made["figures"] = [
            _figure(count, f"{title}{more}", each.svg, tall=one.chart == "pyramid" and not more)
            for each, more in _drawings(one, drawn)
        ]
    notes = [
        _("Satuan: %(unit)s. Keadaan %(day)s.")
        % {"unit": pick(unit_words(one.unit), LANGUAGE), "day": _day(one.reference_date)},
        *([pick(one.universe, LANGUAGE)] if one.universe else []),
        words.rounding(one.base),
    ]
    notes += [words.outside(one.base)] if one.outside else []
    notes += [words.merged()] if one.merged else []
    notes += [pick(note, LANGUAGE) for note in one.notes]
    if one.reasons or one.silent:
        notes.append(_("NA: tidak diumumkan. Sebabnya ada di bab Perlindungan warga."))
    made["notes"] = notes
    named = namings(one, LANGUAGE)
    if named:
        made["grids"] = [_named(named)]
    else:
        for grid in grids(one, LANGUAGE):
            shown = turned(grid)
            made["grids"].append({**_grid(one, shown), "turned": shown is not grid})
    return made


def _named(rows: Sequence[Naming]) -> dict[str, Any]:
    """Which areas are in each class."""
    return {
        "name": "",
        "corner": _("Kelompok"),
        "heads": [_("Jumlah"), "%", _("Wilayah")],
        "words": True,
        "rows": [
            {
                "label": row.label,
                "depth": 0,
                "total": row.total,
                "cells": [
                    {"words": row.count.words, "withheld": row.count.withheld, "total": row.total},
                    {"words": row.share, "withheld": False, "total": False},
                    {"words": row.areas, "withheld": False, "total": False},
                ],
            }
            for row in rows
        ],
    }


def _series(one: PriceSeries, count: _Count) -> dict[str, Any]:
    """The newest prices and how all of them went; then each item by its last periods."""
    title = pick(one.title, LANGUAGE)
    made = _frame_of_table(count, title)
    made["question"] = pick(one.question, LANGUAGE)
    made["finding"] = " ".join(series_words.finding(one, LANGUAGE))
    if not one.shown:
        made["secret"] = _("Deret ini tidak diumumkan: catatan harganya terlalu sedikit.")
        return made
    together = series_words.line(one, None, LANGUAGE, "print")
    if together:
        said = _("%(title)s: indeks semua barang, masa dasar = 100") % {"title": title}
        made["figures"] = [_figure(count, said, together)]
    rows = [
        [row.unit, row.price, row.change, row.index, row.low, row.high]
        for row in series_words.newest(one, LANGUAGE)
    ]
    heads = [_("Satuan"), _("Harga terakhir"), _("Perubahan (%)"), _("Indeks"), _("Terendah"),
             _("Tertinggi")]  # fmt: skip
    labels = [pick(item.label, LANGUAGE) for item in one.items]
    made["grids"] = [_plain_grid("", _("Barang"), heads, list(zip(labels, rows, strict=True)))]
    for at in range(0, len(one.items), ITEMS_BESIDE):
        some = one.items[at : at + ITEMS_BESIDE]
        heads = [pick(item.label, LANGUAGE) for item in some]
        lines = [
            (
                periods.words(period, LANGUAGE),
                [
                    download.NOT_PUBLISHED
                    if item.quotes[place] is None
                    else one.money(item.prices[place], LANGUAGE)
                    for item in some
                ],
            )
            for place, period in list(enumerate(one.periods))[-series_words.MOST_DRAWN :]
        ]
        made["grids"].append(_plain_grid("", every_title(one.every), heads, lines))
    made["notes"] = [
        _("Harga dalam %(currency)s.") % {"currency": pick(one.currency, LANGUAGE)},
        *series_words.notes(one, LANGUAGE),
    ]
    return made


def every_title(every: str) -> str:
    return series_words.every_words(every).capitalize()


def _plain_grid(
    name: str, corner: str, heads: list[str], lines: Sequence[tuple[str, Sequence[str]]]
) -> dict[str, Any]:
    rows = [
        {
            "label": label,
            "depth": 0,
            "total": False,
            "cells": [
                {"words": w, "withheld": w == download.NOT_PUBLISHED, "total": False} for w in cells
            ],
        }
        for label, cells in lines
    ]
    return {"name": name, "corner": corner, "heads": heads, "rows": rows}


def _drawings(one: Sheet, drawn: Drawing | None) -> Iterator[tuple[Drawing, str]]:
    """The chart of the table, and one that lays its areas beside each other."""
    if drawn is not None:
        yield drawn, ""
    if one.chart not in ("stacked", "none") and len(one.classes) > 1:
        beside = areas_of(one, language=LANGUAGE, ink="print")
        if beside is not None:
            yield beside, _(", menurut wilayah")


def _grid(one: Sheet, grid: Grid) -> dict[str, Any]:
    rows: list[dict[str, Any]] = [
        {
            "label": row.label,
            "depth": row.depth,
            "total": row.total,
            "cells": [
                {"words": c.words, "withheld": c.withheld, "total": c.total} for c in row.cells
            ],
        }
        for row in grid.rows
    ]
    heads = list(grid.heads)
    line = one.whole_village
    whole = None if line.withheld else line.cell(TOTAL).value
    if not grid.areas and village_only(one) and whole:
        heads.append("%")
        for row, head in zip(rows, one.heads, strict=True):
            value = line.cell(head.code).value
            part = head.kind in ("class", "total") and value is not None
            shown = numbers.percent(value or 0, whole).rstrip("%") if part else ""
            row["cells"].append({"words": shown, "withheld": False, "total": False})
    corner = _("Wilayah") if grid.areas else _("Kelompok")
    return {"name": grid.name, "corner": corner, "heads": heads, "rows": rows}


def finding_words(said: Any) -> str:
    """The largest class in one sentence."""
    return _("Terbanyak: %(label)s, %(n)s dari %(total)s %(unit)s (%(percent)s).") % {
        "label": said.label,
        "n": said.value,
        "total": said.total,
        "unit": said.unit,
        "percent": said.percent,
    }


# -- methods, quality, protection -------------------------------------------------------------


def _methods(
    facts: Mapping[str, Any], village: Place, collected: Collected, beside: Sequence[Beside] = ()
) -> list[tuple[str, str]]:
    instrument = facts["instrument"]
    also = [
        (
            _("Juga memuat"),
            _("%(source)s Cara, mutu, metadata, dan pertanyaannya ada di bukunya sendiri.")
            % {"source": _source(one)},
        )
        for one in beside
    ]
    return [
        (
            _("Ditanyakan"),
            _(
                "Semua %(unit)s didata (pendataan lengkap). Kuesionernya %(title)s, versi "
                "%(version)s, %(n)s pertanyaan. Keadaan yang dicatat adalah keadaan %(day)s."
            )
            % {
                "unit": pick(facts.get("unit", unit_words("keluarga")), LANGUAGE),
                "title": pick(instrument["title"], LANGUAGE),
                "version": instrument["version"],
                "n": numbers.whole(instrument["questions"]),
                "day": _day(facts["reference_date"]),
            },
        ),
        (
            _("Dijawab"),
            _("Terdata %(share)s.") % {"share": share(collected, unit=facts.get("unit"))},
        ),
        (
            _("Diperiksa"),
            _(
                "Berkas dengan kode yang tidak dikenal ditolak. Isian lain diperiksa dengan "
                "%(rules)s aturan; yang janggal diperbaiki dengan alasan tertulis, dijelaskan, "
                "atau ditanyakan lagi."
            )
            % {"rules": numbers.whole(facts["rules"])},
        ),
        (
            _("Data bersih"),
            _(
                "Isian yang sudah diperiksa disalin pada %(day)s tanpa nama dan nomor. Semua tabel "
                "dihitung dari salinan itu."
            )
            % {"day": _day(facts["cut_on"])},
        ),
        (
            _("Dilindungi"),
            _(
                "Tabel dibulatkan dan diuji seperti oleh orang yang ingin menebak jawaban "
                "tetangganya "
                "(aturan versi %(version)s, ketentuan kami). Yang masih dapat ditebak tidak "
                "diumumkan."
            )
            % {"version": facts["policy"]},
        ),
        (
            _("Disetujui"),
            _(
                "Agen statistik mengusulkan, %(head)s membaca dan memutuskan. Yang diumumkan "
                "adalah "
                "berkas yang sama dengan yang disetujui, sampai huruf terakhir."
            )
            % {"head": village.head},
        ),
        *also,
    ]


def _quality(facts: dict[str, Any], collected: Collected) -> list[tuple[str, str]]:
    rows = [
        (_("Terdata"), numbers.whole(collected.families)),
        (
            _("Sasaran"),
            numbers.whole(collected.target) if collected.target else _("tidak diketahui"),
        ),
        (
            _("Tidak dapat didata (menolak, tidak ditemui, pindah)"),
            numbers.whole(collected.refused),
        ),
        (_("Isian yang diperbaiki setelah diperiksa"), numbers.whole(collected.edits)),
        (_("Isian janggal yang diterima dengan penjelasan"), numbers.whole(collected.explained)),
        (_("Aturan pemeriksaan"), numbers.whole(facts["rules"])),
    ]
    told = facts.get("quality") or {}
    if told.get("questions"):
        rows.append((_("Pertanyaan yang keterisiannya diukur"), numbers.whole(told["questions"])))
        rows.append(
            (_("Pertanyaan berangka yang dicari pencilannya"), numbers.whole(told["numeric"]))
        )
    if facts["target_source"]:
        rows.append((_("Sumber sasaran"), facts["target_source"]))
    if facts["target_date"]:
        rows.append((_("Tanggal sasaran"), _day(facts["target_date"])))
    return rows


def _quality_words(facts: dict[str, Any]) -> list[str]:
    return [
        _(
            "Setiap isian diperiksa dengan %(rules)s aturan. Isian yang tidak wajar "
            "diperbaiki dengan alasan tertulis, dijelaskan, atau ditanyakan lagi."
        )
        % {"rules": numbers.whole(facts["rules"])},
        _(
            "Angka yang jauh dari kebanyakan dicari dengan median dan simpangan mutlak "
            "median, cara "
            "yang tidak terganggu oleh angka yang salah itu sendiri. Banyaknya isian yang kosong, "
            "janggal, atau ditolak per pertanyaan hanya dilihat di kantor: angka sekecil itu dapat "
            "menunjuk satu keluarga atau satu orang."
        ),
    ]


def _coverage(facts: Mapping[str, Any]) -> dict[str, Any] | None:
    """Families reached by area, from counts that are open anyway."""
    rows = (facts.get("quality") or {}).get("coverage", [])
    if len(rows) < 2 or not rows[0]["target"]:
        return None
    depth = _depths(rows)
    lowest = max(depth)
    items = [
        charts.Item(row["label"], row["families"] * 100 / row["target"], _reached(row))
        for at, row in enumerate(rows)
        if depth[at] == lowest and row["target"]
    ]
    return {
        "grid": {
            "name": "",
            "corner": _("Wilayah"),
            "heads": [_("Terdata"), _("Sasaran"), "%"],
            "rows": [
                {
                    "label": row["label"],
                    "depth": depth[at],
                    "total": not at,
                    "cells": [
                        {"words": w, "withheld": False, "total": False}
                        for w in (
                            numbers.whole(row["families"]),
                            numbers.whole(row["target"]) if row["target"] else "…",
                            _reached(row).rstrip("%"),
                        )
                    ],
                }
                for at, row in enumerate(rows)
            ],
        },
        "svg": charts.bars(items, ink="print", language=LANGUAGE)
        if 2 <= len(items) <= MOST_BARS
        else "",
    }


def _reached(row: Mapping[str, Any]) -> str:
    return numbers.percent(row["families"], row["target"]) if row["target"] else "…"


def _filled(facts: Mapping[str, Any], sheets: Sequence[Sheet]) -> list[tuple[str, str, str, str]]:
    """How many of all stand in each table, from its printed cells; a percent only where everybody
    was asked, since else those outside are mostly people the question was not for."""
    everybody = {one["id"] for one in facts["tables"] if one.get("asked") == "all"}
    rows = []
    for one in sheets:
        line = one.whole_village
        if line.withheld or not one.base:
            continue
        inside = line.cell(TOTAL).value or 0
        outside = next(
            (line.cell(head.code).value for head in one.heads if head.kind == "outside"), None
        )
        whole = inside + (outside or 0)
        rate = numbers.percent(inside, whole) if one.id in everybody and whole else ""
        rows.append(
            (
                pick(one.title, LANGUAGE),
                numbers.whole(inside),
                "" if outside is None else numbers.whole(outside),
                rate or _("tidak dihitung"),
            )
        )
    return rows


def _withheld(sheets: Sequence[Sheet]) -> list[dict[str, Any]]:
    """What is not published, by what is said of it: the tables of which it is said."""
    by: dict[tuple[str, ...], list[str]] = {}
    for one in sheets:
        lines = tuple(words.withheld_list(one.reasons, list(one.silent)))
        if lines:
            by.setdefault(lines, []).append(pick(one.title, LANGUAGE))
    return [{"lines": list(lines), "titles": "; ".join(titles)} for lines, titles in by.items()]


def _protection(facts: Mapping[str, Any], sheets: Sequence[Sheet]) -> list[str]:
    bases = sorted({one.base for one in sheets if one.base})
    said = [
        _("Nama, NIK, nomor KK, dan alamat tidak pernah masuk ke dalam tabel."),
        _(
            "Jumlah penduduk menurut jenis kelamin dan jumlah keluarga adalah angka pasti. "
            "Angka lain dibulatkan demi kerahasiaan."
        )
        if "persons" in facts["open"][0]
        else _("Jumlah seluruhnya adalah angka pasti. Angka lain dibulatkan demi kerahasiaan."),
    ]
    said += [
        _(
            "Di tabel yang dibulatkan dengan dasar %(base)d, angka kecil dibulatkan menjadi "
            "0 atau %(base)d; 0 berarti tidak ada atau sangat sedikit."
        )
        % {"base": base}
        for base in bases
    ]
    said.append(
        _("Angka yang masih dapat membuka jawaban seseorang tidak diumumkan dan ditulis NA.")
    )
    return said
