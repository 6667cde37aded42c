"""The public side: it opens released files, asks people for names of villages, and nothing else."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from cantik.people import api as people

from . import pages, reading
from .download import file_name
from .publication import BOOK, PICTURE, POSTER, NotReleased, Publication
from .reading import Entry

View = Callable[..., HttpResponse]
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
    "png": "image/png",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LONGEST_SEARCH = 80
FOUND = 30


def public(view: View) -> View:
    """Only for reading. Kept by browsers but always asked about again, because a release can be
    corrected or withdrawn; a withdrawn one answers 410 and says why."""

    @require_safe
    @conditional_page
    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except reading.Withdrawn as gone:
            response = _withdrawn(request, gone)
        except NotReleased:
            raise Http404 from None
        if not request.user.is_authenticated:
            response["Cache-Control"] = "no-cache"
        patch_vary_headers(response, ["Cookie", "Save-Data"])
        return response

    return shown


def links(village_id: str, number: int) -> pages.Links:
    base = reverse("disseminate:release", kwargs={"village_id": village_id, "number": number})
    return pages.Links(base, base)


def menu(
    village_id: str, number: int | None, here: str, kind: str
) -> list[tuple[str, str, str, bool]]:
    """``kind`` is the kind of village; it says which figures these are."""
    home = reverse("disseminate:village", kwargs={"village_id": village_id})
    own = _("Angka kelurahan") if kind == "kelurahan" else _("Angka desa")
    made = [(own, home, "", here == "village")]
    if number is not None:
        base = links(village_id, number).base
        made.append((_("Semua tabel"), f"{base}#tabel", "", here == "table"))
    return [*made, (_("Cari desa"), reverse("disseminate:front"), "", False)]


def _named(request: HttpRequest, response: HttpResponse, kind: str) -> HttpResponse:
    if kind != "real":
        response["X-Robots-Tag"] = "noindex"
    return response


@public
def front(request: HttpRequest) -> HttpResponse:
    """Search for a village by name; villages with releases, examples apart."""
    asked = "".join(c for c in request.GET.get("cari", "") if c.isprintable())[:LONGEST_SEARCH]
    asked = asked.strip()
    released = reading.villages()
    known = {one.id for one in released}
    found = people.search_villages(asked, limit=FOUND) if asked else []
    rows = [(one, one.id in known) for one in found if one.kind != "latihan"]
    context = {
        "asked": asked,
        "found_real": [row for row in rows if row[0].kind == "real"],
        "found_examples": [row for row in rows if row[0].kind != "real"],
        "real": [(one, one.front()) for one in released if one.kind == "real"],
        "examples": [(one, one.front()) for one in released if one.kind == "contoh"],
        "menu": [(_("Cari desa"), reverse("disseminate:front"), "", True)],
    }
    return render(request, "disseminate/front.html", context)


@public
def village(request: HttpRequest, village_id: str) -> HttpResponse:
    """The newest release of a village; where there is none, a kind word."""
    listed = reading.village(village_id)
    shown = listed.front() if listed else None
    if listed is None or shown is None:
        return _empty(request, village_id, listed)
    entry, read = reading.publication(listed.id, shown.number)
    return _release(request, listed, entry, read, front_page=True)


@public
def release(request: HttpRequest, village_id: str, number: int) -> HttpResponse:
    entry, read = reading.publication(village_id, number)
    listed = reading.village(village_id)
    if listed is None:
        raise NotReleased(village_id[:10])
    return _release(request, listed, entry, read, front_page=False)


def _release(
    request: HttpRequest, listed: reading.Village, entry: Entry, read: Publication, front_page: bool
) -> HttpResponse:
    context = pages.release_page(read, entry, links(listed.id, entry.number))
    context |= {
        "menu": menu(
            listed.id,
            entry.number,
            "village" if front_page else "",
            read.village.village_kind,
        ),
        "front_page": front_page,
        "subjects": [one for one in listed.latest() if one.title != entry.title and one != entry],
        "others": [one for one in listed.entries if one.number != entry.number],
        "corrected": _corrected(listed, entry),
        "successor": _successor(listed, entry),
        **_book(listed, entry, read, front_page),
        "years": len({one.period for one in listed.latest()}),
    }
    return _named(request, render(request, "disseminate/release.html", context), listed.kind)


def _book(
    listed: reading.Village, entry: Entry, read: Publication, front_page: bool
) -> dict[str, Any]:
    """The book of the release; on the village's own page the newest one of the year, which holds
    the others too. Without address where it holds figures that were withdrawn."""
    newest = listed.year_book(entry.reference_date.year) if front_page else None
    if newest is not None and newest.number != entry.number:
        entry, read = reading.publication(listed.id, newest.number)
    numbers_held = [one["number"] for one in read.together]
    gone = listed.taken_back(numbers_held)
    old = [n for n in numbers_held if listed.entry(n).state == reading.REPLACED]
    return {
        "book_url": "" if gone else links(listed.id, entry.number).book,
        "book_size": read.size(BOOK),
        "book_holds": [one["title"] for one in read.together],
        "book_gone": gone,
        "book_old": old,
    }


def _corrected(listed: reading.Village, entry: Entry) -> Entry | None:
    """The release that this one corrects."""
    known = (one for one in listed.entries if one.number == entry.replaces)
    return next(known, None)


def _successor(listed: reading.Village, entry: Entry) -> Entry | None:
    known = (one for one in listed.entries if one.number == entry.replaced_by)
    return next(known, None)


@public
def table(request: HttpRequest, village_id: str, number: int, table_id: str) -> HttpResponse:
    return _table(request, village_id, number, table_id, "table")


@public
def origin(request: HttpRequest, village_id: str, number: int, table_id: str) -> HttpResponse:
    return _table(request, village_id, number, table_id, "origin")


def _table(
    request: HttpRequest, village_id: str, number: int, table_id: str, page: str
) -> HttpResponse:
    entry, read = reading.publication(village_id, number)
    listed = reading.village(village_id)
    build = pages.table_page if page == "table" else pages.origin_page
    context = build(read, entry, links(village_id, number), table_id)
    context["menu"] = menu(village_id, number, "table", read.village.village_kind)
    context["successor"] = _successor(listed, entry) if listed else None
    response = render(request, f"disseminate/{page}.html", context)
    return _named(request, response, read.village.kind)


@public
def series(request: HttpRequest, village_id: str, number: int, series_id: str) -> HttpResponse:
    entry, read = reading.publication(village_id, number)
    listed = reading.village(village_id)
    context = pages.series_page(read, entry, links(village_id, number), series_id)
    context["menu"] = menu(village_id, number, "table", read.village.village_kind)
    context["successor"] = _successor(listed, entry) if listed else None
    return _named(request, render(request, "disseminate/series.html", context), read.village.kind)


@public
def series_file(
    request: HttpRequest, village_id: str, number: int, series_id: str, end: str
) -> HttpResponse:
    entry, read = reading.publication(village_id, number)
    data = read.series_file(series_id, end)
    return download(read, data, end, entry.period, series_id, f"terbitan{number}")


@public
def table_csv(request: HttpRequest, village_id: str, number: int, table_id: str) -> HttpResponse:
    entry, read = reading.publication(village_id, number)
    return download(read, read.csv(table_id), "csv", entry.period, table_id, f"terbitan{number}")


@public
def table_xlsx(request: HttpRequest, village_id: str, number: int, table_id: str) -> HttpResponse:
    entry, read = reading.publication(village_id, number)
    return download(read, read.xlsx(table_id), "xlsx", entry.period, table_id, f"terbitan{number}")


@public
def workbook(request: HttpRequest, village_id: str, number: int) -> HttpResponse:
    entry, read = reading.publication(village_id, number)
    words = ("semua-tabel", entry.period, f"terbitan{number}")
    return download(read, read.workbook(), "xlsx", *words)


@public
def book(request: HttpRequest, village_id: str, number: int) -> HttpResponse:
    entry, read = reading.publication(village_id, number)
    listed = reading.village(village_id)
    if listed is None or listed.taken_back(one["number"] for one in read.together):
        raise NotReleased("buku")  # it holds figures that were withdrawn
    return download(read, read.book(), "pdf", "dalam-angka", entry.period, f"terbitan{number}")


@public
def infographic(request: HttpRequest, village_id: str, number: int, end: str) -> HttpResponse:
    entry, read = reading.publication(village_id, number)
    data = read.infographic(PICTURE if end == "png" else POSTER)
    return download(read, data, end, "infografis", entry.period, f"terbitan{number}")


def download(read: Publication, data: bytes, end: str, *words: str) -> HttpResponse:
    response = HttpResponse(data, content_type=KINDS[end])
    village = {"kind": read.village.kind, "name": read.village.name}
    name = file_name(village, *words, end=end)
    place = "inline" if end in ("pdf", "png") else "attachment"
    response["Content-Disposition"] = f'{place}; filename="{name}"'
    if read.village.kind != "real":
        response["X-Robots-Tag"] = "noindex"
    return response


def _empty(request: HttpRequest, village_id: str, listed: reading.Village | None) -> HttpResponse:
    if not reading.is_village_id(village_id):
        raise NotReleased
    area = people.area(village_id)
    if area.level != "desa":
        raise Http404
    gone = [one for one in listed.entries if one.state == reading.WITHDRAWN] if listed else []
    menu_ = menu(area.id, None, "village", area.village_kind)
    context = {"village": area, "menu": menu_, "gone": gone}
    return _named(request, render(request, "disseminate/no_release.html", context), area.kind)


def _withdrawn(request: HttpRequest, gone: reading.Withdrawn) -> HttpResponse:
    context = {
        "village": gone.village,
        "entry": gone.entry,
        "menu": menu(gone.village.id, None, "", gone.village.village_kind),
        "latest": gone.village.latest(),
    }
    response = render(request, "disseminate/withdrawn.html", context, status=410)
    return _named(request, response, gone.village.kind)
