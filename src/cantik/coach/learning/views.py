"""The pages of learning: modules that work without a signal once open, a test with one question a
page, who has learned what, and how well the questions work."""

from fractions import Fraction
from math import floor
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cantik.kernel import numbers
from cantik.kernel.problems import Refused
from cantik.kernel.text import N_
from cantik.people import api as people

from ..models import Attempt, Programme
from ..programme.gate import programme_page
from . import actions, curriculum, items, standing

GAIN = {
    "down": N_("Turun: di tes akhir lebih sedikit yang benar daripada di tes awal."),
    "same": N_("Tetap: sama banyak yang benar di kedua tes."),
    "low": N_("Naik sedikit."),
    "middle": N_("Naik cukup banyak."),
    "high": N_("Naik banyak."),
}
STATE = {
    "locked": N_("Terbuka setelah tes awal"),
    "new": N_("Belum dibaca"),
    "read": N_("Sudah dibaca"),
}


def _here(request: HttpRequest) -> people.AreaInfo:
    """The village the person learns for. Raises NotAllowed (404) for who learns nowhere."""
    village = standing.village_of(request.user, request.session.get("village", ""))
    if village is None:
        raise people.NotAllowed
    return village


def _number(value: float | Fraction, decimals: int) -> str:
    whole = floor(value * 10**decimals + Fraction(1, 2))
    return numbers.scaled(whole, decimals, get_language() or "id")


def _percent(value: float | Fraction) -> str:
    """ "47%" of 0.47."""
    return f"{_number(value * 100, 0)}%"


# -- learner ------------------------------------------------------------------------------------


@login_required
@never_cache
@require_safe
def learning(request: HttpRequest) -> HttpResponse:
    """My six modules and the next thing."""
    village = _here(request)
    stands = standing.standing(request.user, village.id, standing.year_of(village, timezone.now()))
    lessons = curriculum.lessons()
    cards = [
        {
            "lesson": lessons[one.id],
            "state": one.state,
            "words": _(STATE[one.state]),
            "next": one.id == stands.next_module,
        }
        for one in stands.modules
    ]
    context = {"village": village, "stands": stands, "cards": cards, "of": len(cards)}
    return render(request, "coach/learning/learning.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def module(request: HttpRequest, module: str) -> HttpResponse:
    """One module on one page: it stays readable, and its questions answer, without a signal."""
    lesson = curriculum.lessons().get(module)
    if lesson is None:
        raise Http404
    now = timezone.now()
    village = standing.village_of(request.user, request.session.get("village", ""))
    if village is None:  # a coach reads what the villages learn, and nothing is remembered
        if not people.areas_with(request.user, "coach.view"):
            raise people.NotAllowed
        return render(request, "coach/learning/module.html", {"lesson": lesson, "coach": True})
    stands = standing.standing(request.user, village.id, standing.year_of(village, now))
    state = next(one.state for one in stands.modules if one.id == module)
    if state == "locked":
        messages.info(request, _("Kerjakan tes awal lebih dahulu. Sesudah itu modul terbuka."))
        return redirect("coach:learning")
    if request.method == "POST":
        actions.read_to_end(actor=request.user, village_id=village.id, module=module, now=now)
        messages.success(request, _("Tercatat: modul ini sudah dibaca."))
        return redirect("coach:module", module=module)
    actions.opened(actor=request.user, module=module, now=now)
    order = list(curriculum.modules())
    after = order[order.index(module) + 1 :]
    context = {
        "lesson": lesson,
        "village": village,
        "state": state,
        "after": curriculum.lessons()[after[0]] if after else None,
        "page": f"/kantor/{village.id}/{lesson.page}/",
    }
    return render(request, "coach/learning/module.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def test(request: HttpRequest) -> HttpResponse:
    """Begin the first or the last test, or go on with it."""
    village = _here(request)
    stands = standing.standing(request.user, village.id, standing.year_of(village, timezone.now()))
    moment = standing.POST if stands.pre_done else standing.PRE
    going = stands.post if moment == standing.POST else stands.pre
    if request.method == "POST":
        try:
            made = actions.begin(
                actor=request.user, village_id=village.id,
                moment=request.POST.get("moment", ""), now=timezone.now(),
            )  # fmt: skip
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("coach:test")
        return _on(made)
    context = {
        "village": village,
        "stands": stands,
        "moment": moment,
        "going": going,
        "count": going.items if going else len(curriculum.test_now().forms["A"]),
    }
    return render(request, "coach/learning/test.html", context)


def _on(attempt: Attempt) -> HttpResponse:
    """To the first question without an answer, else to the review, else to the result."""
    if attempt.state == "finished":
        return redirect("coach:test_result", attempt_id=attempt.id)
    given = set(attempt.responses.values_list("item", flat=True))
    for at, one in enumerate(actions.test_of(attempt).forms[attempt.form], 1):
        if one.id not in given:
            return redirect("coach:test_item", attempt_id=attempt.id, number=at)
    return redirect("coach:test_review", attempt_id=attempt.id)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, attempt_id: str, number: int) -> HttpResponse:
    """One question. Each answer is kept at once; the last one given stands."""
    attempt = actions.own(request.user, attempt_id)
    asked = actions.test_of(attempt).forms[attempt.form]
    if not 1 <= number <= len(asked):
        raise Http404
    one, wrong = asked[number - 1], ""
    if request.method == "POST":
        try:
            actions.answer(
                actor=request.user, attempt_id=attempt_id, item=one.id,
                choice=request.POST.get("jawaban", ""), now=timezone.now(),
            )  # fmt: skip
        except Refused as refused:
            if refused.code == "late":
                messages.error(request, str(refused))
                return redirect("coach:test_result", attempt_id=attempt_id)
            wrong = str(refused)
        else:
            if number == len(asked) or "tinjau" in request.POST:
                return redirect("coach:test_review", attempt_id=attempt_id)
            return redirect("coach:test_item", attempt_id=attempt_id, number=number + 1)
    elif attempt.state == "finished":
        return redirect("coach:test_result", attempt_id=attempt_id)
    given = attempt.responses.filter(item=one.id).values_list("choice", flat=True).first()
    context = {
        "attempt": attempt, "one": one, "number": number, "of": len(asked),
        "before": number - 1, "given": given or "", "wrong": wrong,
    }  # fmt: skip
    return render(request, "coach/learning/item.html", context, status=422 if wrong else 200)


@login_required
@never_cache
@require_safe
def review(request: HttpRequest, attempt_id: str) -> HttpResponse:
    """Every question with what was chosen, before the sitting is ended."""
    attempt = actions.own(request.user, attempt_id)
    if attempt.state == "finished":
        return redirect("coach:test_result", attempt_id=attempt_id)
    given = dict(attempt.responses.values_list("item", "choice"))
    rows = [
        {"number": at, "ask": one.ask, "choice": dict(one.choices).get(given.get(one.id, ""), "")}
        for at, one in enumerate(actions.test_of(attempt).forms[attempt.form], 1)
    ]
    context = {
        "attempt": attempt,
        "rows": rows,
        "of": len(rows),
        "empty": sum(not row["choice"] for row in rows),
    }
    return render(request, "coach/learning/review.html", context)


@login_required
@never_cache
@require_POST
def finish(request: HttpRequest, attempt_id: str) -> HttpResponse:
    actions.finish(actor=request.user, attempt_id=attempt_id, now=timezone.now())
    return redirect("coach:test_result", attempt_id=attempt_id)


@login_required
@never_cache
@require_safe
def result(request: HttpRequest, attempt_id: str) -> HttpResponse:
    """After the first test: that it is done. After the last: both, the gain, and every answer
    explained."""
    attempt = actions.own(request.user, attempt_id)
    if attempt.state != "finished":
        return redirect("coach:test_review", attempt_id=attempt_id)
    stands = standing.standing(request.user, attempt.village_id, attempt.year)
    context: dict[str, Any] = {"attempt": attempt, "stands": stands}
    if stands.post_done and stands.pre and stands.post:
        gain = standing.gain_of(stands.pre, stands.post)
        context |= {
            "both": True,
            "gain": None if gain is None else _percent(gain),
            "gain_words": "" if gain is None else _(GAIN[items.gain_words(gain)]),
            "full": stands.pre.score == stands.pre.items,
            "sittings": [
                (title, one, _explained(one))
                for title, one in ((_("Tes akhir"), stands.post), (_("Tes awal"), stands.pre))
            ],
        }
    return render(request, "coach/learning/result.html", context)


def _explained(attempt: Attempt) -> list[dict[str, Any]]:
    given = dict(attempt.responses.values_list("item", "choice"))
    return [
        {
            "number": at,
            "ask": one.ask,
            "given": dict(one.choices).get(given.get(one.id, ""), ""),
            "right": given.get(one.id) == one.right,
            "answer": dict(one.choices)[one.right],
            "why": one.why,
        }
        for at, one in enumerate(actions.test_of(attempt).forms[attempt.form], 1)
    ]


# -- village and coach --------------------------------------------------------------------------


@people.office("coach.view", "coach.lead")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def learned(request: HttpRequest, village_id: str) -> HttpResponse:
    """Who has learned what. Colleagues see modules; the head and the coach also the gain; nobody
    sees anybody else's points or answers. From above, only the village's agents are named."""
    now = timezone.now()
    village = people.area(village_id)
    leads = people.can(request.user, "coach.lead", village_id)
    if request.method == "POST":
        actions.open_last_test(actor=request.user, village_id=village_id, now=now)
        messages.success(request, _("Tes akhir terbuka untuk yang sudah menyelesaikan tes awal."))
        return redirect("coach:learned", village_id=village_id)
    year = standing.year_of(village, now)
    inside = any(one.id == village_id for one in people.areas_with(request.user, "coach.view"))
    every = standing.learners(village_id, year)
    sees_gain = leads or people.can(request.user, "coach.name", village_id)
    lessons = curriculum.lessons()
    rows = [
        {
            "one": one,
            "modules": [lessons[id_].title for id_ in one.read],
            "gain": _percent(one.gain) if one.gain is not None else "",
            "gain_words": _(GAIN[one.words]) if one.words else "",
            "sees": sees_gain or one.person_id == request.user.pk,
        }
        for one in every
        if inside or one.agent
    ]
    whole = standing.gains([village_id], year).get(village_id)
    context = {
        "village": village,
        "year": year,
        "rows": rows,
        "others": len(every) - len(rows),
        "of": len(lessons),
        "whole": whole,
        "mean": _percent(whole.mean) if whole and whole.mean is not None else "",
        "leads": leads,
        "opened": standing.standing(request.user, village_id, year).opened,
        "learns": people.can(request.user, "coach.learn", village_id),
    }
    return render(request, "coach/learning/learned.html", context)


def _item_words(figure: items.ItemFigures) -> list[str]:
    """What is weak about an item, in words; nothing when it works."""
    rules = curriculum.rules()
    said = []
    if figure.difficulty is not None:
        if figure.difficulty * 100 > rules["easy_above"]:
            said.append(_("Terlalu mudah: hampir semua benar."))
        elif figure.difficulty * 100 < rules["hard_below"]:
            said.append(_("Terlalu sukar: lebih sedikit yang benar daripada kalau menebak."))
    if figure.discrimination is None:
        said.append(_("Daya beda tidak dapat dihitung: semua menjawab sama."))
    elif figure.discrimination < 0:
        said.append(_("Yang pandai justru lebih sering salah: periksa kunci dan kalimatnya."))
    elif figure.discrimination * 100 < rules["weak_below"]:
        said.append(_("Kurang membedakan yang paham dan yang belum."))
    return said


@programme_page("coach.lead")
@never_cache
@require_safe
def quality(request: HttpRequest, programme: Programme) -> HttpResponse:
    """How the items of both forms work, over everybody who sat them. No person, no village."""
    rules = curriculum.rules()
    moment = request.GET.get("saat", "")
    moment = moment if moment in (standing.PRE, standing.POST) else ""
    known, lessons = curriculum.test_now(), curriculum.lessons()
    forms = []
    for name, asked in known.forms.items():
        found = standing.figures(known.hash, name, programme.area.kind, moment)
        enough = found.n >= rules["least_attempts"]
        kr20 = found.kr20
        forms.append(
            {
                "name": name,
                "n": found.n,
                "enough": enough,
                "kr20": None if kr20 is None else _number(kr20, 2),
                "reliable": kr20 is not None and kr20 * 100 >= rules["reliable_from"],
                "rows": [
                    {
                        "number": at,
                        "module": lessons[one.module].title,
                        "ask": one.ask,
                        "p": "" if f.difficulty is None else _percent(f.difficulty),
                        "d": "–" if f.discrimination is None
                        else _number(f.discrimination, 2),
                        "words": _item_words(f),
                    }
                    for at, (one, f) in enumerate(zip(asked, found.items, strict=True), 1)
                ]
                if enough
                else [],
            }
        )  # fmt: skip
    context = {
        "programme": programme,
        "forms": forms,
        "moment": moment,
        "least": rules["least_attempts"],
        "kind": programme.area.kind,
        "area": people.area(programme.area_id),
    }
    return render(request, "coach/learning/items.html", context)
