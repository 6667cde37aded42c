"""The coach's desk."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cantik.coach.models import Programme
from cantik.people import api as people

from . import desk as reading


@login_required
@never_cache
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Who is stuck on what, and the next thing to do about it."""
    stage, year = request.GET.get("tahap", ""), request.GET.get("tahun", "")
    found = reading.desk(
        request.user, timezone.now(), get_language() or "id",
        year=year, stage=stage, page=request.GET.get("halaman", ""),
    )  # fmt: skip
    if found is None:
        raise people.NotAllowed
    areas = reading.places(request.user)
    kept = {name: value for name, value in (("tahun", year), ("tahap", stage)) if value}
    context = {
        "desk": found,
        "area": areas[0],
        "stage": stage,
        "query": urlencode(kept) + "&" if kept else "",
        "programmes": _programmes(areas, found.year),
        "opens": any(
            one.level == "kabupaten" for one in people.areas_with(request.user, "coach.lead")
        ),
        "page": found.page,
    }
    return render(request, "coach/overview/desk.html", context)


def _programmes(areas: list[people.AreaInfo], year: int) -> list[tuple[Programme, people.AreaInfo]]:
    """The years of the regencies in reach; of a whole province they are too many to list."""
    own = {one.id: one for one in areas if one.level == "kabupaten"}
    rows = Programme.objects.filter(area__in=list(own)).order_by("-year")
    return [(one, own[one.area_id]) for one in rows if not year or one.year >= year - 1]
