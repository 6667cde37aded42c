"""Who opened identities of a village, when and what for, in words. Never whose."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cantik.kernel.text import Text
from cantik.people import api as people

from . import api

ROWS = 50


@dataclass(frozen=True)
class Reading:
    """One line of the log; ``name`` is "" for the system."""

    at: datetime
    name: str
    why: Text
    families: int


@people.office("identity.read", "audit.read")
@never_cache
@require_safe
def readings(request: HttpRequest, village_id: str) -> HttpResponse:
    lines = api.readings(actor=request.user, village_id=village_id)
    page = Paginator(lines, ROWS).get_page(request.GET.get("halaman"))
    names = people.names_of({int(line.actor_id) for line in page if line.actor_id})
    known = api.purposes()
    rows = [
        Reading(
            line.at,
            names.get(int(line.actor_id), "") if line.actor_id else "",
            known[line.purpose],
            line.count,
        )
        for line in page
    ]
    context = {
        "village": people.area(village_id),
        "rows": rows,
        "page": page,
        "everybody": people.can(request.user, "audit.read", village_id),
    }
    return render(request, "vault/readings.html", context)
