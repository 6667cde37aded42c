"""The page on how good clean data are: for those of the village who may read answers."""

import io
from typing import Any

import pyarrow.parquet as parquet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cantik.collect import api as collect
from cantik.design import api as design
from cantik.kernel.text import pick
from cantik.ledger import api as ledger
from cantik.people import api as people

from . import measuring, views
from .models import Cut

MOST_ODD = 60


@people.office("answers.read")
@never_cache
@require_safe
def quality(request: HttpRequest, village_id: str) -> HttpResponse:
    """How well one cut of clean data is filled, reached and agreed. The last cut, or ``dibuat``."""
    known = design.activities(village_id)
    wanted = request.GET.get("kegiatan", "")
    activity = next((one for one in known if one.id == wanted), None)
    if wanted and activity is None:
        raise Http404
    activity = activity or (known[0] if known else None)
    context: dict[str, Any] = {
        "village": people.area(village_id),
        "activity": activity,
        "known": known,
        "may_mend": people.can(request.user, "process.edit", village_id),
    }
    cuts = list(Cut.objects.filter(activity_id=activity.id)) if activity else []
    cut = _chosen(request, cuts)
    if activity is not None and cut is not None:
        context |= _measures(activity, cut) | {"cut": cut, "cuts": cuts}
        context["keying"] = collect.keying_errors(activity.id)
    return render(request, "process/quality.html", context)


def _chosen(request: HttpRequest, cuts: list[Cut]) -> Cut | None:
    wanted = request.GET.get("dibuat", "")
    if not wanted:
        return cuts[0] if cuts else None
    for one in cuts:
        if str(one.pk) == wanted:
            return one
    raise Http404


def _measures(activity: design.ActivityInfo, cut: Cut) -> dict[str, Any]:
    summary, spoken = cut.summary, get_language() or "id"
    tree = people.village_tree(activity.village_id, on=activity.reference_date)
    places = views._places(tree)
    rows = [_coverage(summary["by_leaf"].get(id_, {}), label) for id_, label in places.items()]
    found = summary.get("found", [])
    questions = [_filled(activity, one, spoken) for one in summary.get("variables", [])]
    limit = measuring.policy().filled_warning_percent
    asked = [one for one in questions if one["asked"]]
    low = [one for one in asked if one["filled"] * 100 < limit * one["asked"]]
    return {
        "summary": summary,
        "older": "variables" not in summary,
        "coverage": rows,
        "results": _results(activity, summary["refusals"], spoken),
        "refused": sum(summary["refusals"].values()),
        "answers": (sum(q["filled"] for q in asked), sum(q["asked"] for q in asked)),
        "low": low,
        "limit": limit,
        "groups": _groups(activity, questions, spoken),
        "unknown": [one for one in questions if one["unknown"]],
        "broken": [
            {**one, "words": views.words_of(activity, one["kind"], one["name"])[0]}
            for one in sorted(found, key=lambda o: (-o["open"], -o["accepted"], -o["solved"]))
        ],
        "policy": measuring.policy(),
        **_odd(activity, cut, places, spoken),
    }


def _coverage(one: dict[str, Any], label: str) -> dict[str, Any]:
    done, target, refused = (one.get(name, 0) for name in ("families", "target", "refusals"))
    return {
        "label": label,
        "done": done,
        "target": target,
        "refused": refused,
        "missing": max(0, target - done - refused) if target else None,
        "over": bool(target) and done + refused > target,
    }


def _results(
    activity: design.ActivityInfo, refusals: dict[str, int], spoken: str
) -> list[tuple[str, int]]:
    """ "menolak" 3, "tidak ditemui" 2: why families gave no answers."""
    if not activity.pack.result:
        return []
    question = activity.pack.instrument.question(activity.pack.result)
    return [
        (pick(activity.pack.label(question, code), spoken), n)
        for code, n in sorted(refusals.items())
    ]


def _filled(activity: design.ActivityInfo, one: dict[str, Any], spoken: str) -> dict[str, Any]:
    question = activity.pack.instrument.question(one["name"])
    asked = one["asked"]
    return {
        **one,
        "label": pick(question.label, spoken),
        "missing": None if asked is None else max(0, asked - one["filled"]),
        "some": question.relevant is not None,
    }


def _groups(
    activity: design.ActivityInfo, questions: list[dict[str, Any]], spoken: str
) -> list[dict[str, Any]]:
    return [
        {"title": pick(record.title, spoken), "rows": rows}
        for record in activity.pack.records
        if (rows := [q for q in questions if q["record"] == record.name and q["asked"] is not None])
    ]


def _odd(
    activity: design.ActivityInfo, cut: Cut, places: dict[str, str], spoken: str
) -> dict[str, Any]:
    """Numbers far from the others, with the family where each stands as long as it is here."""
    try:
        columns = [
            parquet.read_table(io.BytesIO(ledger.edition_file(cut.edition_id, name))).to_pydict()
            for name in (f"{record.name}.parquet" for record in activity.pack.records)
        ]
    except ledger.Missing:  # deleted when a family asked to be erased
        return {"odd": [], "more_odd": 0, "gone": True}
    main, inner = columns[0], columns[1] if len(columns) > 1 else {}
    here = {one.id for one in collect.submissions(activity.id)}
    found = [
        {
            "id": id_ if id_ in here else "",
            "place": places.get(leaf, ""),
            "who": _("Anggota %(n)s") % {"n": member + 1} if member >= 0 else "",
            "label": pick(question.label, spoken),
            "value": value,
            "fences": fences,
        }
        for id_, leaf, member, question, value, fences in measuring.odd_rows(activity, main, inner)
    ]
    return {"odd": found[:MOST_ODD], "more_odd": max(0, len(found) - MOST_ODD), "gone": False}
