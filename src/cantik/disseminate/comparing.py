"""Two releases of one village side by side, and many villages added up; from released files only.
Pure.

What was counted differently is never subtracted or added: it says so, and why.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cantik.analyse import api as analyse
from cantik.design import mapping
from cantik.kernel import numbers
from cantik.kernel.text import pick

from . import meaning
from .publication import Publication
from .series import Priced, PriceSeries, every_words, tenths
from .sheet import TOTAL, Head, Sheet

# Points of completeness between two years, from which the page warns (ketentuan kami).
UNEQUAL_REACH = 5


@dataclass(frozen=True)
class Line:
    """``change`` is "" where the two may not be subtracted; ``broken`` says why they do not follow
    each other, where that is the reason."""

    label: str
    before: str
    after: str
    change: str
    broken: str = ""


@dataclass(frozen=True)
class Break:
    """Why two tables of one name do not follow each other. ``apart``: they are not about the same
    people or things, and are not even laid side by side. ``grouping``: only classes or codes
    differ, which a map between the code lists may mend."""

    words: str
    apart: bool = False
    grouping: bool = False


@dataclass(frozen=True)
class Pair:
    """One table of both releases. ``broken`` says why its figures do not follow each other; then no
    line has a change, and without ``lines`` they are not even laid side by side. ``mapped`` says
    how groups of two code lists were laid together, ``reworded`` that the question was put in other
    words."""

    id: str
    title: str
    lines: tuple[Line, ...]
    broken: str
    mapped: str = ""
    reworded: str = ""


@dataclass(frozen=True)
class Comparison:
    counts: tuple[Line, ...]
    indicators: tuple[Line, ...]
    tables: tuple[Pair, ...]
    notes: tuple[str, ...]  # what a reader must know before the figures
    only: tuple[tuple[str, str], ...]  # tables of one release only: (title, period)
    prices: tuple[Pair, ...] = ()  # series, item by item


def same_questions(before: Publication, after: Publication) -> bool:
    """Whether both come from the same kind of activity, whatever its version; or from two that
    say of each table what it counts, and share one: then table by table is decided."""
    packs = [read.facts.get("pack", "") for read in (before, after)]
    if not all(packs):
        return bool(before.facts["title"] == after.facts["title"])
    if packs[0] == packs[1]:
        return True
    told = [
        {(one["id"], one["who"]) for one in read.facts["tables"] if one.get("means")}
        for read in (before, after)
    ]
    return bool(told[0] & told[1])


def compare(before: Publication, after: Publication, language: str) -> Comparison:
    marks = [_by_id(read.facts["tables"]) for read in (before, after)]
    versions = [str(read.facts["instrument"]["version"]) for read in (before, after)]
    packs = [str(read.facts.get("pack", "")) for read in (before, after)]
    same_version = (packs[0], versions[0]) == (packs[1], versions[1])
    broken = {
        id_: _why(marks[0][id_], marks[1][id_], same_version=same_version)
        for id_ in marks[1]
        if id_ in marks[0]
    }
    periods = [str(read.facts["period"]) for read in (before, after)]
    pairs = []
    for id_, why in list(broken.items()):
        sheets = before.sheet(id_), after.sheet(id_)
        recoded = _recoded(marks[0][id_], marks[1][id_])
        if recoded and (why is None or why.grouping):
            pair = _through_map(id_, (marks[0][id_], marks[1][id_]), sheets, language)
            # Shares of what was coded otherwise are not those of the indicator's classes.
            broken[id_] = Break(pair.broken or pair.mapped)
            pairs.append(pair)
            continue
        lines = [] if why and why.apart else _lines(*sheets, language, subtract=why is None)
        pairs.append(
            Pair(
                id_,
                pick(sheets[1].title, language),
                tuple(lines),
                why.words if why else "",
                reworded=_reworded(marks[0][id_], marks[1][id_]),
            )
        )
    return Comparison(
        tuple(_counts(before, after, language, same_version=same_version)),
        tuple(_indicators(before, after, broken, language, same_version=same_version)),
        tuple(pairs),
        tuple(_notes(before, after, versions, periods, language)),
        tuple(
            (pick(one["title"], language), periods[at])
            for at in (0, 1)
            for id_, one in marks[at].items()
            if id_ not in marks[1 - at]
        ),
        tuple(_prices(before, after, language)),
    )


def _by_id(tables: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {one["id"]: one for one in tables}


def _why(
    before: Mapping[str, Any], after: Mapping[str, Any], *, same_version: bool
) -> Break | None:
    """None when both count the same."""
    if not (before.get("who") and after.get("who")):
        if before["unit"] != after["unit"]:
            return Break(_("Yang dihitung berbeda, jadi angkanya tidak disandingkan."), apart=True)
        if same_version and before["title"] == after["title"]:
            return None
        return Break(
            _("Kuesionernya berubah dan terbitan lama tidak mencatat pengertiannya."), apart=True
        )
    if before["who"] != after["who"]:
        return Break(_("Yang dihitung berbeda, jadi angkanya tidak disandingkan."), apart=True)
    means = before.get("means"), after.get("means")
    if means[0] is not None and means[1] is not None:
        for name in meaning.changed(means[0], means[1]):
            if name not in (meaning.ANSWERS, meaning.WORDING):
                return Break(_reason(name))
    elif not same_version:
        return Break(_("Kuesionernya berubah dan terbitan lama tidak mencatat pengertiannya."))
    if before["classes"] != after["classes"]:
        return Break(_("Kelompoknya berubah, jadi angkanya tidak dikurangkan."), grouping=True)
    if means[0] and means[1] and meaning.ANSWERS in meaning.changed(means[0], means[1]):
        return Break(_reason(meaning.ANSWERS), grouping=True)
    return None


def _reason(name: str) -> str:
    return {
        meaning.POPULATION: _(
            "Siapa yang termasuk penduduk terdata berubah, jadi angkanya tidak dikurangkan."
        ),
        meaning.ASKED: _(
            "Pertanyaannya diajukan kepada orang lain, jadi angkanya tidak dikurangkan."
        ),
        meaning.FORMULA: _("Cara menghitungnya berubah, jadi angkanya tidak dikurangkan."),
        meaning.ANSWERS: _("Pilihan jawabannya berubah, jadi angkanya tidak dikurangkan."),
        meaning.SAID: _(
            "Pengertian atau masa rujukannya berubah, jadi angkanya tidak dikurangkan."
        ),
    }[name]


def _reworded(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    means = before.get("means"), after.get("means")
    if means[0] and means[1] and meaning.WORDING in meaning.changed(means[0], means[1]):
        return _(
            "Kalimat pertanyaannya berubah; sebagian selisih dapat berasal dari cara bertanya."
        )
    return ""


def _recoded(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether the answers were coded in two different lists: equal codes may then differ."""
    lists = before.get("list"), after.get("list")
    return all(lists) and lists[0] != lists[1]


def _through_map(
    id_: str,
    marks: tuple[Mapping[str, Any], Mapping[str, Any]],
    sheets: tuple[Sheet, Sheet],
    language: str,
) -> Pair:
    """The table in groups of classes that hold the same answers in both lists; a break where there
    is no map, or it leaves nothing to compare."""
    pairs = mapping.known().between(marks[0]["list"], marks[1]["list"])
    heads = [{head.code: head for head in one.classes} for one in sheets]
    coded = [
        {code: mark["coded"].get(code, ()) for code in known}
        for mark, known in zip(marks, heads, strict=True)
    ]
    groups = mapping.together(pairs, *coded) if pairs is not None else []
    title = pick(sheets[1].title, language)
    if not groups or (len(groups) == 1 and len(groups[0][1]) == len(heads[1])):
        return Pair(id_, title, (), _("Daftar kodenya berubah, jadi angkanya tidak disandingkan."))
    rows = [one.whole_village for one in sheets]
    wholes = [None if row.withheld else row.cell(TOTAL).value for row in rows]
    lines = []
    for names in groups:
        sums = []
        for row, codes, whole in zip(rows, names, wholes, strict=True):
            cells = [row.cell(code).value for code in codes] if whole else [None]
            sums.append(None if None in cells else sum(n or 0 for n in cells))
        told = [_told(n, whole, language) for n, whole in zip(sums, wholes, strict=True)]
        change = ""
        if sums[0] is not None and sums[1] is not None:
            change = points((sums[0], wholes[0] or 0), (sums[1], wholes[1] or 0), language)
        label = " + ".join(pick(heads[1][code].label, language) for code in names[1])
        lines.append(Line(label, told[0], told[1], change))
    mapped = _("Daftar kodenya berubah. Yang disandingkan hanya kelompok yang isinya sama.")
    return Pair(id_, title, tuple(lines), "", mapped)


def _lines(before: Sheet, after: Sheet, language: str, *, subtract: bool) -> list[Line]:
    """The village's row: each class as a share of its printed total."""
    rows = before.whole_village, after.whole_village
    wholes = [None if row.withheld else row.cell(TOTAL).value for row in rows]
    heads: dict[str, Head] = {}
    for one in (before, after):
        heads |= {head.code: head for head in one.classes if head.code not in heads}
    found = []
    for code, head in heads.items():
        cells = []
        for one, row, whole in zip((before, after), rows, wholes, strict=True):
            here = next((h for h in one.classes if h.code == code), None)
            same = here is not None and (subtract or here.label == head.label)
            cells.append(row.cell(code).value if same and whole else None)
        if cells == [None, None]:
            continue
        told = [_told(n, whole, language) for n, whole in zip(cells, wholes, strict=True)]
        change = ""
        if subtract and cells[0] is not None and cells[1] is not None and all(wholes):
            change = points((cells[0], wholes[0] or 0), (cells[1], wholes[1] or 0), language)
        found.append(Line(pick(head.label, language), told[0], told[1], change))
    return found


def _told(n: int | None, whole: int | None, language: str) -> str:
    if n is None or not whole:
        return _("tidak diumumkan")
    return f"{numbers.whole(n, language)} ({numbers.percent(n, whole, language=language)})"


def points(before: tuple[int, int], after: tuple[int, int], language: str) -> str:
    """The change of a share in percentage points, "+1,2" or "−0,4", one decimal."""
    tenths = [round(n * 1000 / d) for n, d in (before, after)]
    moved = tenths[1] - tenths[0]
    sign = "+" if moved > 0 else numbers.MINUS if moved < 0 else ""
    front, back = divmod(abs(moved), 10)
    comma = "," if language == "id" else "."
    return _("%(change)s poin") % {"change": f"{sign}{front}{comma}{back}"}


def _counts(
    before: Publication, after: Publication, language: str, *, same_version: bool
) -> list[Line]:
    names = [
        ("persons", _("Penduduk terdata")),
        ("male", _("Laki-laki")),
        ("female", _("Perempuan")),
        ("families", _("Keluarga")),
    ]
    rows = before.facts["open"][0], after.facts["open"][0]
    told = [read.facts.get("counted") for read in (before, after)]
    # A release from before this was written says nothing: the same questionnaire counts the same.
    same = told[0] == told[1] if None not in told else same_version
    found = []
    for name, label in names:
        if not (name in rows[0] and name in rows[1]):
            continue
        broken = "" if same or name == "families" else _reason(meaning.POPULATION)
        found.append(
            Line(
                label
                if name != "families"
                else capfirst(pick(after.facts.get("unit", {}), language)) or label,
                numbers.whole(rows[0][name], language),
                numbers.whole(rows[1][name], language),
                "" if broken else _moved(rows[1][name] - rows[0][name], language),
                broken,
            )
        )
    return found


def _moved(by: int, language: str) -> str:
    sign = "+" if by > 0 else numbers.MINUS if by < 0 else ""
    return f"{sign}{numbers.whole(abs(by), language)}"


def _indicators(
    before: Publication,
    after: Publication,
    broken: Mapping[str, Break | None],
    language: str,
    *,
    same_version: bool,
) -> list[Line]:
    """Indicators that both releases tell of the same people or things. Where the table breaks, or
    the indicator is worked out otherwise, both stand without a change and say so."""
    old = {one["id"]: one for one in before.indicators}
    found = []
    for one in after.indicators:
        was = old.get(one["id"])
        if was is None or was["table"] != one["table"] or one["table"] not in broken:
            continue
        why = broken[one["table"]]
        if why is not None and why.apart:
            continue
        words = why.words if why else _made_otherwise(was, one, same_version=same_version)
        told = [_share(each, language) for each in (was, one)]
        change = ""
        if not words and was["percent"] is not None and one["percent"] is not None:
            whole = all(each["n"] <= each["d"] for each in (was, one))
            pair = (was["n"], was["d"]), (one["n"], one["d"])
            change = points(*pair, language) if whole else ""
        found.append(Line(pick(one["title"], language), told[0], told[1], change, words))
    return found


def _made_otherwise(
    before: Mapping[str, Any], after: Mapping[str, Any], *, same_version: bool
) -> str:
    made = meaning.of_indicator(before), meaning.of_indicator(after)
    same = same_version if None in made else made[0] == made[1]
    return "" if same else _("Cara menghitung indikatornya berubah, jadi tidak dikurangkan.")


def _share(one: Mapping[str, Any], language: str) -> str:
    if one["percent"] is None:
        return _("tidak diumumkan")
    ratio = one["percent"] if language == "id" else one["percent"].replace(",", ".")
    n, d = (numbers.whole(one[name], language) for name in ("n", "d"))
    return f"{ratio} ({n} : {d})"


def _notes(
    before: Publication,
    after: Publication,
    versions: Sequence[str],
    periods: Sequence[str],
    language: str,
) -> list[str]:
    said = []
    reached = []
    for read in (before, after):
        done = read.collected
        reached.append(done.families * 100 / done.target if done.target else None)
    if None in reached:
        said.append(
            _("Kelengkapan salah satu tahun tidak diketahui; bacalah selisihnya hati-hati.")
        )
    elif abs((reached[0] or 0) - (reached[1] or 0)) >= UNEQUAL_REACH:
        shares = [
            numbers.percent(r.collected.families, r.collected.target, language=language)
            for r in (before, after)
        ]
        said.append(
            _(
                "Kelengkapannya tidak sama: %(first)s pada %(before)s, %(second)s pada %(after)s. "
                "Sebagian selisih dapat berasal dari yang belum terdata."
            )
            % {
                "first": shares[0],
                "before": periods[0],
                "second": shares[1],
                "after": periods[1],
            }
        )
    if before.facts.get("pack", "") != after.facts.get("pack", ""):
        said.append(
            _(
                "Kuesionernya berlainan: %(before)s dan %(after)s. Yang disandingkan hanya tabel "
                "yang menghitung hal yang sama."
            )
            % {
                "before": pick(before.facts["title"], language),
                "after": pick(after.facts["title"], language),
            }
        )
    elif versions[0] != versions[1]:
        said.append(
            _("Kuesionernya berubah dari versi %(before)s menjadi %(after)s.")
            % {"before": versions[0], "after": versions[1]}
        )
    if before.facts.get("policy") != after.facts.get("policy"):
        said.append(_("Aturan kerahasiaannya berubah, jadi pembulatan kedua tahun dapat berbeda."))
    return said


# -- prices -----------------------------------------------------------------------------------


def _prices(before: Publication, after: Publication, language: str) -> list[Pair]:
    """Series of both releases: of each item the median of its prices in those weeks (or months)
    of the two years that both have a price for, so that no season is set against another."""
    told = [{one["id"]: one for one in read.facts.get("series", ())} for read in (before, after)]
    found = []
    for id_ in told[1]:
        if id_ not in told[0]:
            continue
        pair = before.series(id_), after.series(id_)
        means = [told[at][id_].get("means") or {} for at in (0, 1)]
        found.append(_priced(id_, pair, means, language))
    return found


def _priced(
    id_: str, pair: tuple[PriceSeries, PriceSeries], means: Sequence[Mapping[str, str]],
    language: str,
) -> Pair:  # fmt: skip
    title = pick(pair[1].title, language)
    if len({(one.every, one.decimals, pick(one.currency, "id")) for one in pair}) > 1:
        why = _("Masa atau mata uangnya berubah, jadi harganya tidak disandingkan.")
        return Pair(id_, title, (), why)
    years = [one.periods[-1][:4] if one.periods else "" for one in pair]
    if not all(years) or years[0] >= years[1]:
        why = _("Kedua deret berakhir pada tahun yang sama, jadi tidak ada dua tahun.")
        return Pair(id_, title, (), why)
    items = [{item.name: item for item in one.items} for one in pair]
    lines = []
    for name, item in items[1].items():
        was = items[0].get(name)
        if was is None:
            continue
        label = f"{pick(item.label, language)}, {pick(item.unit, language)}"
        if meaning.plain(was.unit) != meaning.plain(item.unit):
            why = _("Satuannya berubah: %(before)s menjadi %(after)s.") % {
                "before": pick(was.unit, language), "after": pick(item.unit, language),
            }  # fmt: skip
            lines.append(Line(label, "", "", "", why))
            continue
        if means[0].get(name) and means[1].get(name) and means[0][name] != means[1][name]:
            lines.append(Line(label, "", "", "", _("Mutu atau pengertian barangnya berubah.")))
            continue
        lines.append(_year_on_year(label, pair, (was, item), years, language))
    return Pair(id_, title, tuple(lines), "")


def _year_on_year(
    label: str, pair: tuple[PriceSeries, PriceSeries], items: tuple[Priced, Priced],
    years: Sequence[str], language: str,
) -> Line:  # fmt: skip
    known = [
        {
            period[4:]: price
            for period, price in zip(one.periods, item.prices, strict=True)
            if period[:4] == year and price is not None
        }
        for one, item, year in zip(pair, items, years, strict=True)
    ]
    both = sorted(known[0].keys() & known[1].keys())
    if not both:
        return Line(label, numbers.NOT_AVAILABLE, numbers.NOT_AVAILABLE, "")
    middle = [analyse.half_up(analyse.middle(side[at] for at in both)) for side in known]
    moved = analyse.changes(middle)[1]
    change = "" if moved is None else _("%(change)s persen") % {
        "change": tenths(moved, language, sign=True)
    }  # fmt: skip
    counted = f"{numbers.whole(len(both), language)} {every_words(pair[1].every)}"
    told = [pair[1].money(one, language) for one in middle]
    return Line(f"{label} ({counted})", told[0], told[1], change)


# -- many villages ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Sum:
    """One table added over villages: ``villages`` of them gave it in the same definition."""

    id: str
    title: str
    unit: str
    lines: tuple[tuple[str, int, str], ...]  # class, sum, share of the sum of totals
    villages: int
    left_out: tuple[str, ...]  # names of villages whose table differs or is not published


@dataclass(frozen=True)
class Together:
    """Villages of one period and one kind of activity. ``complete``: all villages of the area are
    in every figure that says so."""

    period: str
    pack: str
    title: str
    names: tuple[str, ...]
    counts: tuple[tuple[str, int], ...]
    tables: tuple[Sum, ...]
    prices: bool = False  # whether some of them publish prices, which are never added


def together(reads: Sequence[tuple[str, Publication]], language: str) -> list[Together]:
    """Add up what may be added: same kind of activity and same period; a table only over those
    that count the same people in the same classes. ``reads`` are (name, release), the newest of a
    village first; the names tell villages apart, and each village is counted once."""
    groups: dict[tuple[str, str, str], list[tuple[str, Publication]]] = {}
    for name, read in reads:
        key = (
            str(read.facts.get("pack") or pick(read.title, "id")),
            str(read.facts["period"]),
            _population(read),
        )
        some = groups.setdefault(key, [])
        if name not in {known for known, _read in some}:
            some.append((name, read))
    return [
        _group(pack, period, some, language)
        for (pack, period, _counted), some in sorted(
            groups.items(), key=lambda g: (g[0][1], len(g[1])), reverse=True
        )
    ]


def _population(read: Publication) -> str:
    """Who counts as population there: persons of two definitions are never added."""
    told = read.facts.get("counted")
    return f"v{read.facts['instrument']['version']}" if told is None else str(told)


def _group(
    pack: str, period: str, some: Sequence[tuple[str, Publication]], language: str
) -> Together:
    labels = {
        "persons": _("Penduduk terdata"),
        "male": _("Laki-laki"),
        "female": _("Perempuan"),
        "families": capfirst(pick(some[0][1].facts.get("unit", {}), language)) or _("Keluarga"),
    }
    roots = [read.facts["open"][0] for _name, read in some]
    counts = tuple(
        (label, sum(root[name] for root in roots))
        for name, label in labels.items()
        if all(name in root for root in roots)
    )
    ids = list(dict.fromkeys(one["id"] for _name, read in some for one in read.facts["tables"]))
    sums = [made for id_ in ids if (made := _sum(id_, some, language)) is not None]
    return Together(
        period,
        pack,
        pick(some[0][1].title, language),
        tuple(name for name, _read in some),
        counts,
        tuple(sums),
        any(read.facts.get("series") for _name, read in some),
    )


def _meant(means: Mapping[str, str] | None) -> tuple[str, ...]:
    """What must be equal to be added; other words of a question are left to the reader."""
    if means is None:
        return ("",)
    # An unstated definition and a stated one cannot be told apart here: they are not added.
    return tuple(means.get(name, "") for name in meaning.BREAKS)


def _sum(id_: str, some: Sequence[tuple[str, Publication]], language: str) -> Sum | None:
    """The definition that most villages use (the first of equals) is the one that is added."""
    by_mark: dict[tuple[str, ...], list[tuple[str, Sheet]]] = {}
    left = []
    for name, read in some:
        marks = _by_id(read.facts["tables"]).get(id_)
        if marks is None:
            left.append(name)
            continue
        one = read.sheet(id_)
        if one.whole_village.withheld:
            left.append(name)
            continue
        mark = (
            str(marks.get("who") or read.facts["instrument"]["version"]),
            str(marks.get("classes") or ""),
            str(marks.get("list") or ""),
            *_meant(marks.get("means")),
            *(head.code for head in one.classes),
        )
        by_mark.setdefault(mark, []).append((name, one))
    if not by_mark:
        return None
    chosen = max(by_mark.values(), key=len)
    left += [name for others in by_mark.values() if others is not chosen for name, _one in others]
    first = chosen[0][1]
    whole = sum(one.whole_village.cell(TOTAL).value or 0 for _name, one in chosen)
    lines = []
    for head in first.classes:
        n = sum(one.whole_village.cell(head.code).value or 0 for _name, one in chosen)
        lines.append((pick(head.label, language), n, numbers.percent(n, whole, language=language)))
    return Sum(
        id_,
        pick(first.title, language),
        first.unit,
        tuple(lines),
        len(chosen),
        tuple(sorted(left)),
    )
