"""Public pages that lay released figures beside each other: two years of a village, and villages
of a kecamatan, kabupaten or province added up."""

import csv
import io
from collections import Counter
from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cantik.kernel import numbers
from cantik.kernel.text import pick
from cantik.people import api as people

from . import comparing, pages, reading
from . import publishers as publishing_list
from .book import share
from .publication import FACTS, NotReleased, Publication
from .reading import PUBLISHED, Entry
from .sheet import unit_words
from .views import KINDS, _named, menu, public

ABOVE = ("kecamatan", "kabupaten", "provinsi")
KEPT = 64  # sums that are kept in memory: they change only when something is published


@public
def compare(request: HttpRequest, village_id: str) -> HttpResponse:
    """Two published releases of a village side by side; the newest and the one before it unless
    ``dari`` and ``ke`` ask for others."""
    listed = reading.village(village_id)
    if listed is None:
        raise NotReleased(village_id[:10])
    shown = sorted(listed.latest(), key=lambda one: (one.reference_date, one.number))
    before, after = _pair(request, listed, shown)
    spoken = pages.language()
    context: dict[str, Any] = {
        "village": listed,
        "releases": shown,
        "menu": menu(listed.id, after.number if after else None, "", listed.village_kind),
        "before": before,
        "after": after,
        "above": [one for one in people.ancestors(listed.id) if one.level in ABOVE][::-1],
    }
    if before and after:
        reads = [reading.publication(listed.id, one.number)[1] for one in (before, after)]
        if comparing.same_questions(*reads):
            context["comparison"] = comparing.compare(reads[0], reads[1], spoken)
            context["shares"] = [share(r.collected, spoken, r.facts.get("unit")) for r in reads]
            context["rounded"] = any(r.sheet(id_).base for r in reads for id_ in r.table_ids)
        else:
            context["other_questions"] = True
        context["village"] = reads[1].village
    response = render(request, "disseminate/compare.html", context)
    return _named(request, response, listed.kind)


def _pair(
    request: HttpRequest, listed: reading.Village, shown: list[Entry]
) -> tuple[Entry | None, Entry | None]:
    """What was asked for, else the newest and the last one before it of the same title."""
    asked = [request.GET.get(name, "") for name in ("dari", "ke")]
    if any(asked):
        found = [_asked(listed, words) for words in asked]
        if found[0].number == found[1].number:
            return None, found[1]
        return found[0], found[1]
    for at in range(len(shown) - 1, 0, -1):
        for one in reversed(shown[:at]):
            if one.title == shown[at].title and one.period != shown[at].period:
                return one, shown[at]
    # A longer questionnaire took the place of the first one: what both count is still compared.
    people_of = [one for one in shown if one.people]
    for one in reversed(people_of[:-1]):
        if one.period != people_of[-1].period:
            return one, people_of[-1]
    return None, shown[-1] if shown else None


def _asked(listed: reading.Village, words: str) -> Entry:
    """Raises NotReleased; Withdrawn for what was taken back."""
    if not (words.isascii() and words.isdigit() and len(words) < 6):
        raise NotReleased(words[:20])
    entry = listed.entry(int(words))
    if entry.state == reading.WITHDRAWN:
        raise reading.Withdrawn(listed, entry)
    if entry.state != PUBLISHED:  # replaced: its figures are no longer the village's
        raise NotReleased(words)
    return entry


@public
def area(request: HttpRequest, area_id: str) -> HttpResponse:
    """Villages of an area added up. It bears the area's name only where all of them are in it."""
    if not reading.is_village_id(area_id):
        raise NotReleased
    here = people.area(area_id)
    if here.level not in ABOVE or here.kind == "latihan":
        raise Http404
    below = people.villages_under(here.id, kind=here.kind)
    known = {one.id: one for one in below}
    entries = [
        (one.id, entry.number, entry.files[FACTS][0])
        for id_ in known
        if (one := reading.village(id_)) is not None and one.kind == here.kind
        for entry in one.latest()
    ]
    spoken = pages.language()
    called = _told_apart(below)
    names = tuple(called[id_] for id_, _number, _sha in entries)
    groups = [
        {
            "sum": one,
            "full": len(set(one.names)) == len(below),
            "n": len(set(one.names)),
            "prices": one.prices,
            "title": _title(here, one, len(below)),
            "tables": [
                {
                    "one": table,
                    "unit": pick(unit_words(table.unit), spoken),
                    "full": table.villages == len(below),
                }
                for table in one.tables
            ],
            "absent": sorted(set(called.values()) - set(one.names)),
        }
        for one in _together(tuple(entries), names, spoken)
    ]
    context = {
        "area": here,
        "example": here.kind != "real",
        "groups": groups,
        "total": len(below),
        "villages": [(v, v.id in {id_ for id_, _n, _s in entries}) for v in below],
        "parts": people.ancestors(here.id),
        "menu": [(_("Cari desa"), "/", "", False)],
    }
    return _named(request, render(request, "disseminate/area.html", context), here.kind)


def _told_apart(below: list[people.AreaInfo]) -> dict[str, str]:
    """The names of villages by id; where two are called alike, with the place they are in, and by
    their number in the list where even that is the same."""
    alike = Counter(one.label for one in below)
    names = {
        one.id: one.label if alike[one.label] == 1 else f"{one.label} ({', '.join(one.above[-1:])})"
        for one in below
    }
    again = Counter(names.values())
    return {
        id_: name if again[name] == 1 else f"{name} #{at}"
        for at, (id_, name) in enumerate(names.items(), start=1)
    }


@public
def provinces(request: HttpRequest) -> HttpResponse:
    """The provinces known here, each with its list of releases."""
    context = {
        "provinces": people.provinces(),
        "menu": [(_("Cari desa"), "/", "", False)],
    }
    return render(request, "disseminate/provinces.html", context)


@public
def publishers(request: HttpRequest, area_id: str) -> HttpResponse:
    """Who has published what in an area, and who has not yet."""
    here, below, found = _publishing(area_id)
    has = {one.village_id for one, _read in found}
    context = {
        "area": here,
        "example": here.kind != "real",
        "published": [one for one, _read in found],
        "n": len(has),
        "total": len(below),
        "absent": [one for one in below if one.id not in has],
        "parts": people.ancestors(here.id),
        "menu": [(_("Cari desa"), "/", "", False)],
    }
    return _named(request, render(request, "disseminate/publishers.html", context), here.kind)


@public
def publishers_csv(request: HttpRequest, area_id: str) -> HttpResponse:
    """The same as CSV; villages without a release stand in it too."""
    here, below, found = _publishing(area_id)
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(
        ["wilayah", "desa", "jenis_wilayah", "kegiatan", "periode", "keadaan", "diumumkan",
         "tabel", "terdata", "target"]
    )  # fmt: skip
    rows: dict[str, list[publishing_list.Published]] = {}
    for one, _read in found:
        rows.setdefault(one.village_id, []).append(one)
    for village in below:
        around = ", ".join(reversed(village.above))
        for one in rows.get(village.id, []):
            table.writerow(
                [around, village.label, village.kind, one.title["id"], one.period,
                 one.reference_date.isoformat(), one.released_at.date().isoformat(), one.tables,
                 one.done, one.target or ""]
            )  # fmt: skip
        if village.id not in rows:
            table.writerow([around, village.label, village.kind, *[""] * 7])
    response = HttpResponse(out.getvalue(), content_type=KINDS["csv"])
    mark = "contoh-" if here.kind != "real" else ""
    response["Content-Disposition"] = f'attachment; filename="{mark}terbitan-{here.id}.csv"'
    return _named(request, response, here.kind)


def _publishing(
    area_id: str,
) -> tuple[
    people.AreaInfo,
    list[people.AreaInfo],
    list[tuple[publishing_list.Published, Publication]],
]:
    if not reading.is_village_id(area_id):
        raise NotReleased
    here = people.area(area_id)
    if here.level not in ABOVE or here.kind == "latihan":
        raise Http404
    below = people.villages_under(here.id, kind=here.kind)
    return here, below, publishing_list.releases(one.id for one in below)


def _title(here: people.AreaInfo, one: comparing.Together, total: int) -> str:
    n = len(set(one.names))
    if n == total:
        return f"{here.label}, {one.title} {one.period}"
    return _("Gabungan %(n)s dari %(total)s desa/kelurahan di %(area)s, %(title)s %(period)s") % {
        "n": numbers.whole(n),
        "total": numbers.whole(total),
        "area": here.label,
        "title": one.title,
        "period": one.period,
    }


@lru_cache(maxsize=KEPT)
def _together(
    entries: tuple[tuple[str, int, str], ...], names: tuple[str, ...], spoken: str
) -> tuple[comparing.Together, ...]:
    """Known by the sha256 of every release in it, so that a correction is another sum."""
    reads: list[tuple[str, Publication]] = []
    for (id_, number, _sha), name in zip(entries, names, strict=True):
        try:
            reads.append((name, reading.publication(id_, number)[1]))
        except NotReleased:
            continue
    return tuple(comparing.together(reads, spoken))
