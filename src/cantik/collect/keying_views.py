"""Keying from paper: one dense page a form, and the second entries of a few."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cantik.design import api as design
from cantik.kernel.problems import Problem, Refused
from cantik.kernel.text import pick
from cantik.ledger import api as ledger
from cantik.people import api as people

from . import checking, drafts, form_views, keying, sending, twice
from .models import SecondEntry, Upload
from .reading import Unreadable

MOST_TYPED = 4000  # fields of one post: 40 members of a long questionnaire


def _activity(village_id: str, activity_id: str) -> design.ActivityInfo:
    found = design.activity(activity_id)
    if found.village_id != village_id:
        raise Http404
    return found


def _typed(request: HttpRequest, pack: design.Pack) -> dict[str, str]:
    """What stands in the fields of this questionnaire; anything else that was sent is left out."""
    known = {(q.record, q.name) for q in pack.instrument.questions if q.role != "derived"}
    found: dict[str, str] = {}
    for name, value in list(request.POST.items())[:MOST_TYPED]:
        record, _dot, rest = name.partition(".")
        at, _dot, question = rest.partition(".")
        number = int(at) if at.removeprefix("-").isdigit() and len(at) < 4 else None
        if (record, question) in known and number is not None and isinstance(value, str):
            found[keying.key(record, number, question)] = value.strip()
    return found


def _page(
    activity: design.ActivityInfo,
    typed: Mapping[str, str],
    *,
    lines: int,
    faults: Mapping[str, list[dict[str, str]]],
) -> dict[str, Any]:
    pack, language = activity.pack, get_language() or "id"
    village = people.area(activity.village_id)
    given: dict[str, Any] = {
        "places": [(id_, name) for id_, name in drafts.areas(activity).items()],
        "language": language,
        "kind": village.village_kind,
    }

    def shown(record: str, at: int) -> list[dict[str, Any]]:
        return [
            {"field": one, "faults": faults.get(one.key, [])}
            for one in keying.fields(pack, record, at, typed, **given)
        ]

    return {
        "village": village,
        "activity": activity,
        "main": shown(pack.main, keying.MAIN),
        "inside": [shown(pack.member, at) for at in range(keying.lines(pack, typed, lines))],
        "member_title": pack.records[-1].title if pack.member else {},
        "whole": faults.get("", []),
    }


def _faults(
    problems: list[Problem], activity: design.ActivityInfo, typed: Mapping[str, str]
) -> dict[str, list[dict[str, str]]]:
    """What is wrong, by field; "" for what belongs to no field."""
    pack = activity.pack
    found: dict[str, list[dict[str, str]]] = {}
    for problem in problems:
        fault = form_views.fault(problem, activity)
        member = keying.member_at(pack, typed, fault["member"])
        told = {"words": f"{fault['message']} {fault['remedy']}", "tone": str(problem.severity)}
        names = [name for name in fault["names"] if name in pack.instrument.names()]
        places = [
            keying.key(q.record, member if q.record == fault["record"] else keying.MAIN, q.name)
            for q in map(pack.instrument.question, names)
            if q.role != "derived"
        ]
        for place in places[:1] or [""]:
            found.setdefault(place, []).append(told)
    return found


def _kept(request: HttpRequest, activity: design.ActivityInfo) -> dict[str, str]:
    """The place of the form before: a pile is sorted by place."""
    place = request.GET.get("rt", "")
    question = next((q for q in activity.pack.instrument.questions if q.role == "area"), None)
    if question is None or place not in drafts.areas(activity):
        return {}
    return {keying.key(question.record, keying.MAIN, question.name): place}


@people.office("collect.upload")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def key(request: HttpRequest, village_id: str, activity_id: str) -> HttpResponse:
    """Key one form after the other."""
    activity, now = _activity(village_id, activity_id), timezone.now()
    pack = activity.pack
    typed = _typed(request, pack) if request.method == "POST" else _kept(request, activity)
    least = keying.policy().lines
    context: dict[str, Any] = {}
    faults: dict[str, list[dict[str, str]]] = {}
    status = 200
    if request.method == "POST" and "tambah" in request.POST:
        least = keying.lines(pack, typed, least) + least
    elif request.method == "POST":
        try:
            found = _send(request, activity, typed, now)
        except (Refused, Unreadable) as refused:
            problems = refused.problems if isinstance(refused, Unreadable) else []
            faults = _faults(problems, activity, typed)
            if isinstance(refused, Refused):
                faults[""] = [{"words": str(refused), "tone": "refuse"}]
            status = 422
        else:
            if isinstance(found, HttpResponse):
                return found
            faults = _faults(found.problems, activity, typed)
            context = _asked(request, found, activity) if found.state == "ask" else {}
            status = 422
    context |= _page(activity, typed, lines=least, faults=faults)
    context |= {
        "today": _today(request.user, activity, now),
        "again": twice.open_for(request.user, activity.id).count(),
        "may_compare": people.can(request.user, "process.edit", village_id),
        "keyed": Upload.objects.filter(activity_id=activity.id, kind=sending.KEYED).exists(),
    }
    return render(request, "collect/key.html", context, status=status)


def _send(
    request: HttpRequest, activity: design.ActivityInfo, typed: Mapping[str, str], now: Any
) -> HttpResponse | sending.Outcome:
    """Judge and store what was typed; the page of the next form when it is stored."""
    data = keying.written(
        activity.pack, typed, activity_id=activity.id, instance_id=f"uuid:{ledger.random_id()}"
    )
    if request.POST.get("jadikan") == "kedua":
        twice.instead(
            actor=request.user, activity_id=activity.id,
            submission_id=request.POST.get("dikenal", ""), data=data, now=now,
        )  # fmt: skip
        messages.success(request, _("Disimpan sebagai ketikan kedua."))
        return _next(request, activity, typed)
    draft = drafts.start(actor=request.user, activity_id=activity.id, now=now)
    found = sending.send(
        actor=request.user, draft_id=draft.id, village_id=activity.village_id,
        version=draft.version, data=data, sure=request.POST.get("yakin", ""), now=now,
        kind=sending.KEYED,
    )  # fmt: skip
    if found.upload is None:
        return found
    if found.verdict == "same":
        words = _("Sama persis dengan yang sudah tersimpan; tidak ada yang berubah.")
    else:
        words = _("Tersimpan. Tulis nomor %(n)s di formulir kertasnya.") % {
            "n": found.upload.summary["number"]
        }
    messages.success(request, words)
    return _next(request, activity, typed)


def _next(
    request: HttpRequest, activity: design.ActivityInfo, typed: Mapping[str, str]
) -> HttpResponse:
    url = reverse(
        "collect:key", kwargs={"village_id": activity.village_id, "activity_id": activity.id}
    )
    question = next((q for q in activity.pack.instrument.questions if q.role == "area"), None)
    if question is None:
        return redirect(url)
    place = typed.get(keying.key(question.record, keying.MAIN, question.name), "")
    return redirect(f"{url}?rt={place}" if place in drafts.areas(activity) else url)


def _asked(
    request: HttpRequest, found: sending.Outcome, activity: design.ActivityInfo
) -> dict[str, Any]:
    """What must be said yes to first, and whether the form was keyed by somebody else before."""
    context: dict[str, Any] = {
        "sure": found.mark, "notes": form_views.notes(found, activity), "known": "",
    }  # fmt: skip
    upload = twice.keyed_as(activity.id, found.known)
    if upload is not None:
        context["earlier"] = upload
        if upload.uploaded_by_id != request.user.pk:
            context["known"] = found.known
    return context


def _today(person: Any, activity: design.ActivityInfo, now: Any) -> int:
    """How many forms this person keyed today, by the clock of the village."""
    day = people.today(people.area(activity.village_id), now)
    rows = Upload.objects.filter(
        activity_id=activity.id, kind=sending.KEYED, uploaded_by=person
    ).values_list("uploaded_at", flat=True)
    return sum(people.today(people.area(activity.village_id), at) == day for at in rows)


# -- second entries ---------------------------------------------------------------------------


@people.office("collect.upload")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second(request: HttpRequest, village_id: str, activity_id: str) -> HttpResponse:
    """The forms drawn to be keyed again, those that wait to be compared, and what came of it."""
    activity = _activity(village_id, activity_id)
    may = people.can(request.user, "process.edit", village_id)
    if request.method == "POST":
        made = twice.draw(actor=request.user, activity_id=activity.id, now=timezone.now())
        if made:
            messages.success(request, _("%(n)s formulir terpilih.") % {"n": made})
        else:
            messages.info(request, _("Sudah cukup formulir yang terpilih."))
        return redirect("collect:second", village_id=village_id, activity_id=activity_id)
    rows = SecondEntry.objects.filter(activity_id=activity.id)
    found = twice.errors(activity.id)
    language = get_language() or "id"
    names = people.names_of({person for person, _wrong, _compared in found.by_person})
    label = activity.pack.instrument.question
    context = {
        "village": people.area(village_id),
        "activity": activity,
        "may": may,
        "mine": twice.open_for(request.user, activity.id),
        "drawn": rows.filter(state=twice.DRAWN).count(),
        "waiting": rows.filter(state=twice.TYPED) if may else [],
        "errors": found,
        "questions": [(pick(label(n).label, language), count) for n, count in found.by_question],
        "persons": [(names.get(p, ""), wrong, n) for p, wrong, n in found.by_person],
        "percent": keying.policy().percent,
        "fewest": keying.policy().fewest,
    }
    return render(request, "collect/second.html", context)


@people.office("collect.upload")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def key_second(
    request: HttpRequest, village_id: str, activity_id: str, entry_id: str
) -> HttpResponse:
    """Key a drawn form again, without seeing what was keyed first."""
    activity, now = _activity(village_id, activity_id), timezone.now()
    list_ = redirect("collect:second", village_id=village_id, activity_id=activity_id)
    try:
        one = twice.to_key(actor=request.user, village_id=village_id, entry_id=entry_id)
    except Refused as refused:
        messages.warning(request, str(refused))
        return list_
    if one.activity_id != activity.id:
        raise Http404
    pack = activity.pack
    typed = _typed(request, pack)
    faults: dict[str, list[dict[str, str]]] = {}
    least, status = keying.policy().lines, 200
    if request.method == "POST" and "tambah" in request.POST:
        least = keying.lines(pack, typed, least) + least
    elif request.method == "POST":
        data = keying.written(
            pack, typed, activity_id=activity.id, instance_id=f"uuid:{ledger.random_id()}"
        )
        try:
            problems = twice.key_again(
                actor=request.user, village_id=village_id, entry_id=entry_id, data=data, now=now
            )
        except Refused as refused:
            messages.warning(request, str(refused))
            return list_
        except Unreadable as bad:
            problems = bad.problems
        if not problems:
            messages.success(request, _("Ketikan kedua tersimpan."))
            return list_
        faults, status = _faults(problems, activity, typed), 422
    context = _page(activity, typed, lines=least, faults=faults) | {"entry": one}
    return render(request, "collect/key.html", context, status=status)


@people.office("process.edit")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: HttpRequest, village_id: str, activity_id: str, entry_id: str) -> HttpResponse:
    """Two entries side by side; say which is right."""
    activity, now = _activity(village_id, activity_id), timezone.now()
    list_ = redirect("collect:second", village_id=village_id, activity_id=activity_id)
    try:
        if request.method == "POST":
            right = {
                place
                for name, value in request.POST.items()
                if value == "2" and (place := _place(name)) is not None
            }
            version = request.POST.get("versi", "")
            twice.settle(
                actor=request.user, village_id=village_id, entry_id=entry_id,
                second_is_right=right,
                version=int(version) if version.isdigit() and len(version) < 9 else -1, now=now,
            )  # fmt: skip
            messages.success(request, _("Selesai dibandingkan."))
            return list_
        pair = twice.to_compare(
            actor=request.user, village_id=village_id, entry_id=entry_id, now=now
        )
    except Refused as refused:
        messages.warning(request, str(refused))
        return list_
    if pair.entry.activity_id != activity.id:
        raise Http404
    context = {
        "village": people.area(village_id),
        "activity": activity,
        "pair": pair,
        "entry": pair.entry,
        "rows": [_side(activity, one) for one in pair.differences],
        "names": people.names_of({pair.entry.first_by_id, pair.entry.second_by_id or 0}),
        "first_name": pair.entry.first_by.name,
        "second_name": pair.entry.second_by.name if pair.entry.second_by else "",
    }
    return render(request, "collect/compare.html", context)


def _place(name: str) -> tuple[str, int | None, str] | None:
    record, _dot, rest = name.partition(".")
    at, _dot, question = rest.partition(".")
    if not question or not at.removeprefix("-").isdigit() or len(at) > 4:
        return None
    return record, None if int(at) == keying.MAIN else int(at), question


def _side(activity: design.ActivityInfo, one: keying.Difference) -> dict[str, Any]:
    pack, language = activity.pack, get_language() or "id"
    question = pack.instrument.question(one.name)
    places = drafts.areas(activity)

    def shown(value: Any) -> str:
        if value is None:
            return _("(kosong)")
        if question.role == "area":
            return places.get(str(value), str(value))
        if question.sealed:
            return checking.shown(question, value)
        words = pick(pack.label(question, value), language) if pack.choices(question) else ""
        return f"{value} {words}".strip()

    return {
        "key": keying.key(one.record, keying.MAIN if one.member is None else one.member, one.name),
        "label": pick(question.label, language),
        "member": None if one.member is None else one.member + 1,
        "first": shown(one.first),
        "second": shown(one.second),
        "sealed": question.sealed,
        "fixed": question.role == "area",
    }
