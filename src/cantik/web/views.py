"""Home, health and the pages for what went wrong."""

import logging
import secrets

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from cantik.people import api as people
from cantik.web import home as gather
from cantik.web.context import VILLAGE

log = logging.getLogger(__name__)
NUMBER_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no O and 0, no I and 1


def healthz(request: HttpRequest) -> JsonResponse:
    """Ready when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this person should do next, and how far the work is."""
    person = request.user
    own = gather.own_villages(person)
    asked = request.GET.get("desa", "")
    village = gather.chosen(own, asked or request.session.get(VILLAGE, ""))
    if village is not None and village.id == asked:
        request.session[VILLAGE] = village.id
    own_ids = {one.id for one in own}
    accompanied = [
        one for one in gather.villages_with(person, "collect.progress") if one.id not in own_ids
    ]
    rows = gather.watched(accompanied)
    regions = gather.regions(person)
    context = {
        "own": own,
        "village": village,
        "accompanied": len(rows),
        "example": any(row.area.kind != "real" for row in rows)
        or any(one.kind != "real" for one in people.areas_with(person, "people.invite")),
        "begun": [row for row in rows if row.stage],
        "not_begun": [row for row in rows if not row.stage],
        "administers": bool(people.areas_with(person, "system.admin")),
        "invites": any(one.level != "desa" for one in people.areas_with(person, "people.invite")),
        "regions": regions,
        "sees_proposals": bool(people.areas_with(person, "proposal.view")),
        "called": gather.call(row.area for row in rows),
    }
    found = gather.tasks_above(person, regions, rows)
    if village is not None:
        context["today"] = people.today(village)
        context["readings"] = gather.log_of_readings(person, village)
        found = gather.in_order(gather.tasks(person, village, timezone.now()) + found)
        activity = gather.present_activity(village.id)
        if activity is not None:
            collection = gather.collection_of(activity)
            number = gather.stage_of(activity, collection)
            context |= {
                "activity": activity,
                "beside": gather.beside(village.id, activity),
                "collection": collection,
                "stages": gather.stages(number, finished=number == len(gather.STAGES)),
                "finished": number == len(gather.STAGES),
            }
    if village is not None or not own:
        shown = found[: gather.MOST]
        context |= {
            "pressing": [one for one in shown if one.pressing],
            "offered": [one for one in shown if not one.pressing],
            "count": sum(one.pressing for one in found),
        }
    return render(request, "web/home.html", context)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Rendered without the request: whatever broke must not break this page as well."""
    number = "".join(secrets.choice(NUMBER_LETTERS) for _ in range(8))
    number = f"{number[:4]}-{number[4:]}"
    log.error("broken page, number %s", number)
    return HttpResponse(render_to_string("500.html", {"number": number}), status=500)
