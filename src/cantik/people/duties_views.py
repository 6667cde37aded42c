"""Pages on which a head lets somebody act for a while, and a duty passes to the next person."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cantik.kernel.problems import Refused

from . import actions, duties, forms, second
from .api import office, today
from .models import Appointment
from .roles import rights
from .views import slip_words


@office("people.delegate")
@require_http_methods(["GET", "POST"])
def delegation(request: HttpRequest, village_id: str) -> HttpResponse:
    now = timezone.now()
    post = duties.own_post(request.user, village_id)
    here = request.village  # type: ignore[attr-defined]
    day = today(here, now)
    known = rights().roles
    choices = [(one.pk, one.name) for one in duties.deputies(post, now)] if post else []
    asked = request.POST.get("what", "") if request.method == "POST" else ""
    form = forms.DelegationForm(
        request.POST if asked == "delegate" else None, people=choices, initial={"start": day}
    )
    try:
        if asked == "end":
            number = request.POST.get("which", "")
            ended = duties.end_delegation(
                actor=request.user, area_id=village_id, now=now,
                appointment_id=int(number) if number.isascii() and number.isdigit() else 0,
            )  # fmt: skip
            messages.success(
                request, _("%(name)s tidak lagi bertindak a.n. Bapak/Ibu.")
                % {"name": ended.person.name},
            )  # fmt: skip
            return redirect("people:delegation", village_id=village_id)
        if asked == "delegate" and form.is_valid():
            given = form.cleaned_data
            duties.delegate(
                actor=request.user, area_id=village_id, person_id=int(given["person"]),
                start=given["start"], end=given["end"], reason=given["reason"], now=now,
            )  # fmt: skip
            messages.success(request, _("Pelimpahan dicatat."))
            return redirect("people:delegation", village_id=village_id)
    except Refused as refused:
        if asked == "delegate":
            form.add_error(refused.code if refused.code in form.fields else None, str(refused))
        else:
            messages.error(request, str(refused))
    deputy = known[post.role].deputies[0] if post else ""
    context = {
        "form": form,
        "post": post and known[post.role].label_for(here.village_kind, acting=post.acting),
        "choices": choices,
        "deputy": deputy and known[deputy].label_for(here.village_kind),
        "days": second.rules().acting_days,
        "rows": duties.acting_now(village_id, now),
        "village": here,
    }
    return render(request, "people/delegation.html", context, status=422 if form.errors else 200)


@office("people.invite")
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, village_id: str, appointment_id: int) -> HttpResponse:
    """The duty passes from one person to the next; a sheet to print for both to sign."""
    here = request.village  # type: ignore[attr-defined]
    one = (
        Appointment.objects.filter(pk=appointment_id, area_id=village_id, valid_to=None)
        .select_related("person", "area")
        .first()
    )
    # Whoever may not give this role learns nothing about who holds it.
    if one is None or one.role not in actions.handed_out_by(request.user, one.area):
        raise Http404
    role = rights().roles[one.role]
    form = forms.HandOverForm(
        request.POST if request.method == "POST" else None, may_act=role.acting
    )
    context: dict[str, Any] = {
        "form": form, "one": one, "village": here,
        "role": role.label_for(here.village_kind, acting=one.acting),
    }  # fmt: skip
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            done = duties.hand_over(
                actor=request.user, appointment_id=one.pk,
                username=given["username"].strip().lower(), name=given["name"],
                acting=given.get("acting", False), now=timezone.now(),
            )  # fmt: skip
        except Refused as refused:
            named = {"username", "taken", "unknown", "twice", "same", "example"}
            form.add_error("username" if refused.code in named else None, str(refused))
        else:
            context |= {"done": done, "by": request.user}
            if done.code:
                context |= slip_words(request, done.code)
            answer = render(request, "people/handed_over.html", context)
            answer["Cache-Control"] = "no-store"
            return answer
    return render(request, "people/hand_over.html", context, status=422 if form.errors else 200)
