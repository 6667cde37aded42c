"""Pages of design: the activities of a village, their register and their questionnaire."""

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cantik.kernel import numbers
from cantik.kernel.problems import Problem, Refused, Severity, words
from cantik.kernel.text import pick
from cantik.kernel.tree import Node, Tree
from cantik.ledger import api as ledger
from cantik.look.printing import Order, typeset
from cantik.people import api as people
from cantik.people.api import office

from . import actions, api, bare, carrying, composing, paper, store, wording
from .catalogue import PROBLEMS
from .forms import BringForm, OpenForm, ReceiveForm, TargetForm

ZIP = "application/zip"


def _village(request: HttpRequest) -> people.AreaInfo:
    found: people.AreaInfo = request.village  # type: ignore[attr-defined]
    return found


def _activity(village_id: str, activity_id: str) -> api.ActivityInfo:
    """Raises Http404, also for the activity of another village."""
    found = api.activity(activity_id)
    if found.village_id != village_id:
        raise Http404
    return found


def _above(tree: Tree, leaf: Node) -> str:
    """The dusun or RW of an RT; "" when it stands right under the village."""
    if leaf.parent_id is None or leaf.parent_id not in tree or leaf.parent_id == tree.root.id:
        return ""
    return tree.node(leaf.parent_id).label


@office("collect.progress")
@require_safe
def activities(request: HttpRequest, village_id: str) -> HttpResponse:
    """All activities of a village, the newest first."""
    context = {
        "village": _village(request),
        "activities": api.activities(village_id),
        "may_open": people.can(request.user, "activity.open", village_id),
    }
    return render(request, "design/activities.html", context)


@office("collect.progress")
@require_safe
def printed(request: HttpRequest, village_id: str, activity_id: str) -> HttpResponse:
    """The questionnaire for paper, A4, as PDF: the same instrument, empty."""
    found = _activity(village_id, activity_id)
    village = _village(request)
    language = get_language() or "id"
    tree = api.tree_of(found)
    places = [
        ", ".join(part for part in (leaf.label, _above(tree, leaf)) if part)
        for leaf in tree.leaves()
    ]
    data = paper.paper(
        found.pack,
        places=places,
        words={
            "village": village.full_label,
            "period": found.period,
            "day": _("Keadaan %(day)s") % {"day": numbers.day(found.reference_date, language)},
            "example": _("Contoh data: tempat dan orang di sini rekaan.")
            if village.is_example
            else "",
            "language": language,
        },
        kind=village.village_kind,
        language=language,
    )
    [made] = typeset([Path(__file__).with_name("paper.typ")], data, [Order("pdf")])
    response = HttpResponse(made, content_type="application/pdf")
    name = f"kuesioner-{found.pack.id}-{found.period}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@csrf_exempt  # only so that the way of taking in is set before the token is read; see below
def bring(request: HttpRequest, village_id: str) -> HttpResponseBase:
    """A questionnaire of the village's own, from an XLSForm."""
    taking = ledger.InMemory(request, limit=bare.LARGEST)
    request.upload_handlers = [taking]
    return _bring(request, village_id=village_id)


@csrf_protect
@office("activity.open")
@never_cache
@require_http_methods(["GET", "POST"])
def _bring(request: HttpRequest, village_id: str) -> HttpResponse:
    form = BringForm(request.POST, request.FILES) if request.method == "POST" else BringForm()
    context: dict[str, Any] = {"village": _village(request), "form": form}
    if form.is_valid():
        given = form.cleaned_data
        wishes = bare.Wishes(
            id="desa_" + ledger.random_id(),
            title=given["title"],
            purpose=given["purpose"],
            unit=given["unit"].lower(),
            placed=given["placed"] == "rt",
            source="XLSForm desa",  # never the name of the file: it may name somebody
        )
        made = bare.read(given["file"].read(), wishes)
        if not made.refused:
            try:
                record = actions.add_pack(
                    actor=request.user, village_id=village_id, content=made.content,
                    now=timezone.now(),
                )  # fmt: skip
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                pack = api.pack(record.hash)
                context |= {"pack": pack, "planned": wording.planned(pack)}
        context |= {
            "faults": [_fault(one) for one in made.problems if one.severity == Severity.REFUSE],
            "notes": [_fault(one) for one in made.problems if one.severity != Severity.REFUSE],
            "refused": made.refused,
        }
    status = 422 if form.errors or context.get("refused") else 200
    return render(request, "design/bring.html", context, status=status)


@office("collect.progress")
@require_safe
def carry(request: HttpRequest, village_id: str, activity_id: str) -> HttpResponse:
    """The questionnaire with its tables as one file, for another village or another office. It
    holds questions and rules, never an answer."""
    pack = _activity(village_id, activity_id).pack
    response = HttpResponse(carrying.packed(store.content(pack.hash)), content_type=ZIP)
    name = f"kuesioner-{pack.id}-{pack.version}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@csrf_exempt  # only so that the way of taking in is set before the token is read; see below
def receive(request: HttpRequest, village_id: str) -> HttpResponseBase:
    """A questionnaire that was carried here as one file."""
    request.upload_handlers = [ledger.InMemory(request, limit=carrying.LARGEST_FILE)]
    return _receive(request, village_id=village_id)


@csrf_protect
@office("activity.open")
@never_cache
@require_http_methods(["GET", "POST"])
def _receive(request: HttpRequest, village_id: str) -> HttpResponse:
    form = ReceiveForm(request.POST, request.FILES) if request.method == "POST" else ReceiveForm()
    context: dict[str, Any] = {"village": _village(request), "form": form}
    if form.is_valid():
        try:
            record, told = actions.receive_pack(
                actor=request.user, village_id=village_id,
                data=form.cleaned_data["file"].read(), now=timezone.now(),
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            context["told"] = told
            if record is not None:
                pack = api.pack(record.hash)
                context |= {"pack": pack, "planned": wording.planned(pack)}
    status = 422 if form.errors or context.get("told") else 200
    return render(request, "design/receive.html", context, status=status)


def _fault(problem: Problem) -> dict[str, str]:
    said = words(problem, PROBLEMS, _)
    place = [_("lembar %(name)s") % {"name": problem.sheet}] if problem.sheet else []
    if problem.row:
        place.append(_("baris %(row)s") % {"row": problem.row})
    if problem.column:
        place.append(_("kolom %(column)s") % {"column": problem.column})
    return {
        "place": ", ".join(place),
        "shown": problem.shown,
        "problem": said.message,
        "remedy": said.remedy,
    }


@office("activity.open")
@require_http_methods(["GET", "POST"])
def open_activity(request: HttpRequest, village_id: str) -> HttpResponse:
    language = get_language() or "id"
    packs = [(one.hash, pick(one.title, language)) for one in api.packs(village_id)]
    today = people.today(_village(request))
    form = OpenForm(
        request.POST or None,
        packs=packs,
        initial={
            "period": str(today.year),
            "reference_date": today,
            "pack": request.GET.get("kuesioner", ""),
        },
    )
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.open_activity(
                actor=request.user,
                village_id=village_id,
                pack_hash=given["pack"],
                period=given["period"].strip(),
                reference_date=given["reference_date"],
                licence=given["licence"],
                now=timezone.now(),
            )
        except Refused as refused:
            form.add_error(refused.code if refused.code in form.fields else None, str(refused))
        else:
            messages.success(request, _("Kegiatan sudah dibuka. Berikutnya: jumlah yang dituju."))
            return redirect("design:targets", village_id=village_id, activity_id=made.id)
    context = {"village": _village(request), "form": form, "packs": packs}
    status = 422 if form.errors else 200
    return render(request, "design/open.html", context, status=status)


@office("collect.progress")
@require_safe
def activity(request: HttpRequest, village_id: str, activity_id: str) -> HttpResponse:
    """The plan of one activity: whom to reach, what is asked, what becomes of it."""
    found = _activity(village_id, activity_id)
    tree = people.village_tree(village_id)
    rows = [
        {
            "label": leaf.label,
            "above": _above(tree, leaf),
            "families": found.kk_targets.get(leaf.id),
            "male": found.register.get(leaf.id, (None, None))[0],
            "female": found.register.get(leaf.id, (None, None))[1],
        }
        for leaf in actions.target_areas(village_id, found.pack)
    ]
    known = list(found.register.values())
    context = {
        "village": _village(request),
        "activity": found,
        "rows": rows,
        "missing": any(row["families"] is None for row in rows),
        "male": sum(one[0] for one in known),
        "female": sum(one[1] for one in known),
        "all_sexes": all(row["male"] is not None for row in rows),
        "chapters": wording.planned(found.pack),
        "asked": sum(q.role != "derived" for q in found.pack.instrument.questions),
        "may_fill": people.can(request.user, "register.edit", village_id),
        "may_compose": people.can(request.user, "activity.open", village_id),
        "own": composing.behind(village_id, found.pack.id),
        "to_carry": actions.tables_to_carry(activity_id),
    }
    return render(request, "design/activity.html", context)


@office("activity.open")
@require_POST
def carry_tables(request: HttpRequest, village_id: str, activity_id: str) -> HttpResponse:
    """Tables the village put together before, brought along to this activity."""
    _activity(village_id, activity_id)
    language = get_language() or "id"
    try:
        _one, kept, left = actions.carry_tables(
            actor=request.user, activity_id=activity_id, now=timezone.now()
        )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        if kept:
            titles = ", ".join(pick(one, language) for one in kept)
            messages.success(request, _("Ikut dibawa: %(titles)s.") % {"titles": titles})
        if left:
            titles = ", ".join(pick(one, language) for one in left)
            words_ = _("Tidak cocok lagi dengan kuesioner ini, jadi tidak dibawa: %(titles)s.")
            messages.warning(request, words_ % {"titles": titles})
    return redirect("design:activity", village_id=village_id, activity_id=activity_id)


@office("register.edit")
@require_http_methods(["GET", "POST"])
def targets(request: HttpRequest, village_id: str, activity_id: str) -> HttpResponse:
    """Family cards and persons by RT, in one table."""
    found = _activity(village_id, activity_id)
    tree = people.village_tree(village_id)
    areas = actions.target_areas(village_id, found.pack)
    unit = pick(found.unit, get_language() or "id")
    people_too = bool(found.pack.persons)
    form = TargetForm(
        request.POST or None, leaves=areas, unit=unit, people=people_too, initial=_typed(found)
    )
    if form.is_valid():
        try:
            actions.set_targets(
                actor=request.user,
                activity_id=activity_id,
                targets=form.targets(),
                source=form.cleaned_data["source"],
                source_date=form.cleaned_data["source_date"],
                now=timezone.now(),
            )
        except Refused as refused:
            form.add_error(refused.code if refused.code in form.fields else None, str(refused))
        else:
            messages.success(request, _("Jumlah yang dituju sudah disimpan."))
            return redirect("design:activity", village_id=village_id, activity_id=activity_id)
    names = [("kk", unit), ("l", _("Laki-laki")), ("p", _("Perempuan"))]
    rows = [
        {
            "label": leaf.label,
            "above": _above(tree, leaf),
            "cells": [
                (name, form[f"{part}_{leaf.id}"]) for part, name in names[: 3 if people_too else 1]
            ],
        }
        for leaf in areas
    ]
    context = {
        "village": _village(request),
        "activity": found,
        "form": form,
        "rows": rows,
        "no_parts": len(tree) == 1,
        "may_edit_areas": people.can(request.user, "area.edit", village_id),
    }
    return render(request, "design/targets.html", context, status=422 if form.errors else 200)


def _typed(found: api.ActivityInfo) -> dict[str, Any]:
    """What was typed before, for the form."""
    typed: dict[str, Any] = {"source": found.target_source, "source_date": found.target_date}
    typed |= {f"kk_{leaf}": families for leaf, families in found.kk_targets.items()}
    for leaf, (male, female) in found.register.items():
        typed |= {f"l_{leaf}": male, f"p_{leaf}": female}
    return typed


@office("collect.progress")
@require_safe
def questions(request: HttpRequest, village_id: str, activity_id: str) -> HttpResponse:
    """The questionnaire to read: questions, answers, and why each is asked."""
    found = _activity(village_id, activity_id)
    asked = wording.questionnaire(found.pack)
    context = {
        "village": _village(request),
        "activity": found,
        "parts": [(found.pack.record(name), some) for name, some in asked.items()],
        "rules": found.pack.rules,
        "unfolded": request.GET.get("pilihan") == "semua",
    }
    return render(request, "design/questions.html", context)
