"""The pages of a programme year: what all its villages share, who is weighed, where each stands."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from cantik.assess import api as assess
from cantik.coach import stages
from cantik.coach.models import CANDIDATE, Agent, Candidate, Lokus, Programme, Proof
from cantik.coach.sealing import words_of
from cantik.kernel.problems import Refused
from cantik.kernel.states import NotNow
from cantik.kernel.text import pick
from cantik.ledger import api as ledger
from cantik.people import api as people

from . import actions, doing, evidence, fit, forms, rulebook
from .gate import programme_page


def say(text: Any) -> str:
    return pick(text, get_language() or "id")


# -- the village --------------------------------------------------------------------------------


def _lokus(village_id: str) -> Lokus:
    found = actions.lokus_of(village_id)
    if found is None:
        raise Http404
    return found


@people.office("coach.view", "coach.work")
@never_cache
@require_safe
def village(request: HttpRequest, village_id: str) -> HttpResponse:
    """Where a village stands: what proves each stage, what is missing, and where to do it."""
    here = people.area(village_id)
    lokus = actions.lokus_of(village_id)
    if lokus is None:
        return render(request, "coach/programme/none.html", {"village": here})
    book = rulebook.book(lokus.programme.rulebook)
    stand, found = actions.standing(lokus)
    passed = {one.stage: one for one in lokus.passed.all()}
    context = {
        "village": here,
        "lokus": lokus,
        "book": book,
        "source": book.source,
        "stages": [_stage(request, lokus, one, found, passed, here, book) for one in stand.stages],
        "number": stand.number,
        "total": len(book.stages),
        "now": stand.now and say(stand.now.stage.title),
        "lost": stand.lost,
        "agents": _agents(lokus),
        "follows": lokus.follows,
        "followed_by": list(lokus.followed_by.select_related("village")),
        "leads": people.can(request.user, "coach.lead", lokus.programme.area_id),
    }
    return render(request, "coach/programme/village.html", context)


def _stage(
    request: HttpRequest, lokus: Lokus, one: stages.StageStanding,
    found: dict[str, list[stages.Found]], passed: dict[str, Any], here: Any, book: rulebook.Book,
) -> dict[str, Any]:  # fmt: skip
    needs = []
    for need in one.stage.needs:
        proofs = found[need.id]
        url, button = ("", "") if proofs and need.kind == stages.THING else doing.place(need, lokus)
        if url and not doing.may(request.user, lokus, need):
            url = ""
        needs.append(
            {
                "title": say(need.title_for(here.village_kind)),
                "n": len(proofs),
                "proven": bool(proofs),
                "lost": one.state == "passed" and not proofs,
                "url": url,
                "button": button,
                "now": one.state == "now",
            }
        )
    mark = passed.get(one.stage.id)
    return {
        "title": say(one.stage.title),
        "state": {"passed": "done"}.get(one.state, one.state),
        "owner": say(book.owner(one.stage.owner, here.village_kind)),
        "at": mark.at if mark else None,
        "lost": one.lost,
        "needs": needs,
    }


def _agents(lokus: Lokus) -> list[dict[str, Any]]:
    rows = list(Agent.objects.filter(lokus=lokus))
    names = people.names_of(one.person_id for one in rows)
    standing = evidence.standing(one.evidence_id for one in rows)
    return [
        {
            "one": one,
            "name": names.get(one.person_id, ""),
            "evidence": one.evidence_id if one.evidence_id in standing else "",
        }
        for one in rows
    ]


@csrf_exempt  # only so that the way of taking in is set before the token is read; see below
def agents(request: HttpRequest, village_id: str) -> HttpResponseBase:
    """The head names agents by an SK."""
    request.upload_handlers = [ledger.InMemory(request, limit=forms.LARGEST_FILE)]
    return _agents_page(request, village_id=village_id)


@csrf_protect
@people.office("coach.name", "coach.view")
@never_cache
@require_http_methods(["GET", "POST"])
def _agents_page(request: HttpRequest, village_id: str) -> HttpResponse:
    here, lokus, now = people.area(village_id), _lokus(village_id), timezone.now()
    names = people.can(request.user, "coach.name", village_id) and lokus.closed_at is None
    known = {row["one"].person_id for row in _agents(lokus) if row["one"].until is None}
    free = [
        (id_, name) for id_, name in actions.may_be_agents(village_id).items() if id_ not in known
    ]
    what = request.POST.get("what", "")
    sent = request.method == "POST" and what == "name"
    form = forms.AgentForm(
        request.POST if sent else None, request.FILES if sent else None, persons=free
    )
    if request.method == "POST":
        people.check_can(request.user, "coach.name", village_id)
        try:
            if what == "end":
                actions.end_agent(
                    actor=request.user, lokus_id=lokus.id,
                    agent_id=_number(request.POST.get("which", "")), now=now,
                )  # fmt: skip
                messages.success(request, _("Masa tugas agen diakhiri hari ini."))
                return redirect("coach:agents", village_id=village_id)
            if form.is_valid():
                given = form.cleaned_data
                actions.name_agent(
                    actor=request.user, lokus_id=lokus.id, person_id=int(given["person"]),
                    officer=given["officer"] == "ya", number=given["number"], dated=given["dated"],
                    data=given["file"].read(), since=given["dated"], now=now,
                )  # fmt: skip
                messages.success(request, _("Agen statistik diangkat."))
                return redirect("coach:agents", village_id=village_id)
        except Refused as refused:
            _tell(form, refused)
    context = {
        "village": here, "lokus": lokus, "rows": _agents(lokus), "names": names, "form": form,
        "free": free,
    }  # fmt: skip
    return render(
        request, "coach/programme/agents.html", context, status=422 if form.errors else 200
    )


def _number(words: str) -> int:
    return int(words) if words.isascii() and words.isdigit() and len(words) < 12 else 0


def _tell(form: Any, refused: Refused) -> None:
    form.add_error(refused.code if refused.code in form.fields else None, str(refused))


# -- proof --------------------------------------------------------------------------------------


@csrf_exempt  # as above
def proof(request: HttpRequest, village_id: str, requirement: str) -> HttpResponseBase:
    request.upload_handlers = [ledger.InMemory(request, limit=forms.LARGEST_FILE)]
    return _proof(request, village_id=village_id, requirement=requirement)


@csrf_protect
@people.office("coach.view", "coach.work")
@never_cache
@require_http_methods(["GET", "POST"])
def _proof(request: HttpRequest, village_id: str, requirement: str) -> HttpResponse:
    """The files of one village for a requirement."""
    lokus = _lokus(village_id)
    context = {"village": people.area(village_id), "lokus": lokus}
    return _proof_page(request, lokus.programme, lokus, requirement, context)


@csrf_exempt  # as above
def shared_proof(request: HttpRequest, programme_id: str, requirement: str) -> HttpResponseBase:
    request.upload_handlers = [ledger.InMemory(request, limit=forms.LARGEST_FILE)]
    return _shared_proof(request, programme_id=programme_id, requirement=requirement)


@csrf_protect
@programme_page("coach.view")
@never_cache
@require_http_methods(["GET", "POST"])
def _shared_proof(request: HttpRequest, programme: Programme, requirement: str) -> HttpResponse:
    """The files of the whole year for a requirement."""
    context = {"programme": programme, "area": people.area(programme.area_id)}
    return _proof_page(request, programme, None, requirement, context)


def _proof_page(
    request: HttpRequest, programme: Programme, lokus: Lokus | None, requirement: str,
    context: dict[str, Any],
) -> HttpResponse:  # fmt: skip
    told = rulebook.book(programme.rulebook).requirement(requirement)
    level = stages.LOKUS if lokus else stages.PROGRAMME
    if told is None or told[1].kind != stages.FILE or told[1].level != level:
        raise Http404
    may = actions.may_prove(request.user, programme, lokus)
    if request.method == "POST" and not may:
        raise people.NotAllowed
    stage, need = told
    what = request.POST.get("what", "")
    sent = request.method == "POST" and what != "withdraw"
    form = forms.FileForm(
        request.POST if sent else None, request.FILES if sent else None, letter=need.letter
    )
    again = redirect(request.path)
    try:
        if what == "withdraw":
            actions.withdraw_proof(
                actor=request.user, proof_id=_own_proof(programme, lokus, need.id, request),
                why=request.POST.get("why", ""), now=timezone.now(),
            )  # fmt: skip
            messages.success(request, _("Berkas ditarik."))
            return again
        if sent and form.is_valid():
            given = form.cleaned_data
            actions.put_proof(
                actor=request.user, programme_id=programme.id,
                lokus_id=lokus.id if lokus else "", requirement=need.id,
                data=given["file"].read(), number=given["number"], dated=given["dated"],
                now=timezone.now(),
            )  # fmt: skip
            messages.success(request, _("Berkas tersimpan sebagai bukti."))
            return again
    except Refused as refused:
        if sent:
            _tell(form, refused)
        else:
            messages.error(request, str(refused))
            return again
    rows = Proof.objects.filter(programme=programme, lokus=lokus, requirement=need.id)
    context |= {
        "form": form,
        "may": may,
        "title": say(need.title),
        "stage": say(stage.title),
        "letter": need.letter,
        "rows": [(one, assess.evidence(one.evidence_id)) for one in rows],
        "back": reverse("coach:village", kwargs={"village_id": lokus.village_id})
        if lokus
        else reverse("coach:programme", kwargs={"programme_id": programme.id}),
    }
    status = 422 if form.errors else 200
    return render(request, "coach/programme/proof.html", context, status=status)


def _own_proof(
    programme: Programme, lokus: Lokus | None, requirement: str, request: HttpRequest
) -> int:
    rows = Proof.objects.filter(programme=programme, lokus=lokus, requirement=requirement)
    found = rows.filter(pk=_number(request.POST.get("which", ""))).first()
    if found is None:
        raise people.NotAllowed
    return found.pk


# -- the programme ------------------------------------------------------------------------------


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def open_year(request: HttpRequest) -> HttpResponse:
    areas = [
        (one.id, one.full_label)
        for one in people.areas_with(request.user, "coach.lead")
        if one.level == "kabupaten"
    ]
    if not areas:
        raise people.NotAllowed
    year = timezone.localdate().year
    form = forms.YearForm(request.POST or None, areas=areas, initial={"year": year})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.open_programme(
                actor=request.user, area_id=form.cleaned_data["area"],
                year=form.cleaned_data["year"], now=timezone.now(),
            )  # fmt: skip
        except Refused as refused:
            _tell(form, refused)
        else:
            messages.success(request, _("Tahun pembinaan dibuka."))
            return redirect("coach:programme", programme_id=made.id)
    status = 422 if form.errors else 200
    return render(request, "coach/programme/open.html", {"form": form}, status=status)


@programme_page("coach.view")
@never_cache
@require_safe
def programme(request: HttpRequest, one: Programme) -> HttpResponse:
    """What all villages of the year share, and how far each is."""
    book = rulebook.book(one.rulebook)
    rows = list(one.lokus.select_related("village"))
    areas = people.villages(row.village_id for row in rows)
    standing = evidence.standing(
        one.proofs.filter(lokus=None).values_list("evidence_id", flat=True)
    )
    shared = {
        proof_.requirement
        for proof_ in one.proofs.filter(lokus=None)
        if proof_.evidence_id in standing
    }
    context = {
        "programme": one,
        "area": people.area(one.area_id),
        "leads": people.can(request.user, "coach.lead", one.area_id),
        "files": [
            {"need": need.id, "title": say(need.title), "proven": need.id in shared}
            for _stage_of, need in book.files(stages.PROGRAMME)
        ],
        "team": one.team.filter(until=None).count(),
        "candidates": one.candidates.exclude(state="chosen").count(),
        "rows": [
            {
                "area": areas[row.village_id],
                "lokus": row,
                "stage": say(book.stages[row.stage].title) if row.stage < len(book.stages) else "",
                "missing": _missing(book, row, areas[row.village_id].village_kind),
            }
            for row in rows
        ],
        "total": len(book.stages),
        "source": book.source,
    }
    return render(request, "coach/programme/programme.html", context)


def _missing(book: rulebook.Book, row: Lokus, kind: str) -> str:
    told = book.requirement(row.missing) if row.missing else None
    return say(told[1].title_for(kind)) if told else ""


@programme_page("coach.view")
@never_cache
@require_http_methods(["GET", "POST"])
def team(request: HttpRequest, one: Programme) -> HttpResponse:
    leads = people.can(request.user, "coach.lead", one.area_id)
    if request.method == "POST" and not leads:
        raise people.NotAllowed
    book, now = rulebook.book(one.rulebook), timezone.now()
    inside = list(one.team.all())
    names = people.names_of(row.person_id for row in inside)
    present = {row.person_id for row in inside if row.until is None}
    free = [(id_, name) for id_, name in actions.coaches(one).items() if id_ not in present]
    sent = request.method == "POST" and request.POST.get("what") == "add"
    form = forms.MemberForm(
        request.POST if sent else None, persons=free,
        parts=[(id_, say(text)) for id_, text in book.team.items()],
        initial={"since": people.today(people.area(one.area_id), now)},
    )  # fmt: skip
    try:
        if request.POST.get("what") == "end":
            actions.end_member(
                actor=request.user, programme_id=one.id,
                member_id=_number(request.POST.get("which", "")), now=now,
            )  # fmt: skip
            return redirect("coach:team", programme_id=one.id)
        if sent and form.is_valid():
            given = form.cleaned_data
            actions.add_member(
                actor=request.user, programme_id=one.id, person_id=int(given["person"]),
                part=given["part"], since=given["since"], now=now,
            )  # fmt: skip
            messages.success(request, _("Anggota tim dicatat."))
            return redirect("coach:team", programme_id=one.id)
    except Refused as refused:
        _tell(form, refused)
    context = {
        "programme": one, "area": people.area(one.area_id), "leads": leads, "form": form,
        "free": free,
        "rows": [
            {"one": row, "name": names.get(row.person_id, ""),
             "part": say(book.team.get(row.part, {"id": row.part}))}
            for row in inside
        ],
    }  # fmt: skip
    return render(request, "coach/programme/team.html", context, status=422 if form.errors else 200)


# -- exploring ----------------------------------------------------------------------------------


@programme_page("coach.view")
@never_cache
@require_http_methods(["GET", "POST"])
def candidates(request: HttpRequest, one: Programme) -> HttpResponse:
    """Villages side by side, as their records of fit stand."""
    leads = people.can(request.user, "coach.lead", one.area_id)
    if request.method == "POST" and not leads:
        raise people.NotAllowed
    rows = list(one.candidates.select_related("village"))
    taken = {row.village_id for row in rows}
    free = [(area.id, area.full_label) for area in actions.villages_of(one) if area.id not in taken]
    form = forms.CandidateForm(request.POST or None, villages=free)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_candidate(
                actor=request.user, programme_id=one.id, village_id=form.cleaned_data["village"],
                now=timezone.now(),
            )  # fmt: skip
        except Refused as refused:
            _tell(form, refused)
        else:
            return redirect("coach:candidate", programme_id=one.id, candidate_id=made.id)
    areas = people.villages(taken)
    beside = [
        {"row": row, "area": areas[row.village_id], "url": _candidate_url(row)} for row in rows
    ]
    context = {
        "programme": one, "area": people.area(one.area_id), "leads": leads, "form": form,
        "free": free, "rows": beside,
        "lines": fit.side_by_side([row.sheet_id for row in rows], get_language() or "id"),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "coach/programme/candidates.html", context, status=status)


def _candidate_url(row: Candidate) -> str:
    kwargs = {"programme_id": row.programme_id, "candidate_id": row.id}
    return reverse("coach:candidate", kwargs=kwargs)


@programme_page("coach.view")
@never_cache
@require_http_methods(["GET", "POST"])
def candidate(request: HttpRequest, one: Programme, candidate_id: str) -> HttpResponse:
    """One village: its record of fit, and the decision with its reason."""
    row = one.candidates.select_related("village").filter(pk=candidate_id).first()
    if row is None:
        raise Http404
    leads = people.can(request.user, "coach.lead", one.area_id)
    if request.method == "POST" and not leads:
        raise people.NotAllowed
    form = forms.DecisionForm(request.POST or None)
    verb = request.POST.get("verb", "")
    if request.method == "POST" and form.is_valid():
        try:
            actions.decide_candidate(
                actor=request.user, candidate_id=row.id, verb=verb,
                reason=form.cleaned_data["reason"], now=timezone.now(),
            )  # fmt: skip
        except Refused as refused:
            _tell(form, refused)
        except NotNow:
            messages.error(request, _("Desa ini sudah diputuskan orang lain. Lihat putusannya."))
            return redirect(_candidate_url(row))
        else:
            messages.success(request, _("Putusan dicatat."))
            return redirect("coach:candidates", programme_id=one.id)
    here = people.area(row.village_id)
    context = {
        "programme": one, "area": people.area(one.area_id), "village": here, "row": row,
        "leads": leads, "form": form, "verbs": CANDIDATE.verbs(row.state),
        "reason": words_of("candidate", row.id, "reason", row.reason),
        "by": people.person_name(row.decided_by_id) if row.decided_by_id else "",
        "sheet_url": reverse(
            "assess:sheet", kwargs={"village_id": row.village_id, "sheet_id": row.sheet_id}
        ),
        "filled": fit.filled(row.sheet_id),
        "lines": fit.side_by_side([row.sheet_id], get_language() or "id"),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "coach/programme/candidate.html", context, status=status)


@programme_page("coach.lead")
@never_cache
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, one: Programme, lokus_id: str) -> HttpResponse:
    """A village was split, merged, or is not gone on with."""
    lokus = one.lokus.filter(pk=lokus_id, closed_at=None).first()
    if lokus is None:
        raise Http404
    others = [(a.id, a.full_label) for a in actions.villages_of(one) if a.id != lokus.village_id]
    form = forms.CloseForm(request.POST or None, villages=others)
    if request.method == "POST" and form.is_valid():
        try:
            actions.split(
                actor=request.user, lokus_id=lokus.id, why=form.cleaned_data["why"],
                successors=form.cleaned_data["successors"], now=timezone.now(),
            )  # fmt: skip
        except Refused as refused:
            _tell(form, refused)
        else:
            messages.success(request, _("Perubahan desa dicatat. Riwayatnya tetap."))
            return redirect("coach:programme", programme_id=one.id)
    context = {
        "programme": one, "area": people.area(one.area_id), "form": form,
        "here": people.area(lokus.village_id),
    }  # fmt: skip
    return render(
        request, "coach/programme/close.html", context, status=422 if form.errors else 200
    )
