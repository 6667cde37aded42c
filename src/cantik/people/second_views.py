"""Pages of the second step: at the door, in one's own account, and what an office asks for."""

import json
from datetime import datetime, timedelta
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from cantik.kernel.problems import Refused
from cantik.ledger import api as ledger

from . import forms, second
from .api import office, today
from .gate import STRONG
from .models import Area, CodeDevice, Passkey, Person, Policy, RecoveryCode
from .roles import rights
from .views import TRIES, TRY_SECONDS, WAITING, end_other_sessions, enter

KEY_STATE = "key_state"  # the challenge a passkey answers, once
MOST_JSON = 20_000


def _host(request: HttpRequest) -> str:
    """The name the pages are read under, to which passkeys are bound: without the port."""
    return request.get_host().rpartition("]")[0].lstrip("[") or request.get_host().partition(":")[0]


def _many(key: str, limit: int = TRIES) -> bool:
    return ledger.rate_limited(key, limit=limit, seconds=TRY_SECONDS, now=timezone.now())


def _waiting(request: HttpRequest) -> tuple[Person | None, str]:
    """Who gave the right password a moment ago, and where this person wants to go."""
    kept = request.session.get(WAITING)
    if not isinstance(kept, dict):
        return None, reverse("home")
    since = datetime.fromisoformat(kept["since"])
    if timezone.now() - since > timedelta(minutes=second.rules().waiting_minutes):
        request.session.pop(WAITING, None)
        return None, reverse("home")
    return Person.objects.filter(pk=kept["person"], is_active=True).first(), str(kept["next"])


# -- at the door -------------------------------------------------------------------------------


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def second_step_at_the_door(request: HttpRequest) -> HttpResponse:
    """Asked after the password: a code of the telephone, a passkey, or a recovery code."""
    person, wanted = _waiting(request)
    if person is None:
        return redirect("people:sign_in")
    form = forms.CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if _many(f"langkah:{person.pk}"):
            form.add_error(None, _("Terlalu banyak percobaan. Tunggu 15 menit."))
            context = {"form": form, "keys": False}
            return render(request, "people/second.html", context, status=429)
        code = form.cleaned_data["code"]
        if second.check_code(person=person, code=code, now=timezone.now()):
            return enter(request, person, wanted, strong=True)
        form.add_error("code", _("Kode belum cocok, sudah dipakai, atau sudah lewat."))
    context = {
        "form": form,
        "keys": Passkey.objects.filter(person=person, host=_host(request)).exists(),
        "codes": CodeDevice.objects.filter(person=person).exclude(confirmed_at=None).exists(),
    }
    return render(request, "people/second.html", context, status=422 if form.errors else 200)


@require_POST
def begin_passkey_sign_in(request: HttpRequest) -> JsonResponse:
    """Options for the browser: the keys of whoever gave the password, else any key of this host."""
    if _many(f"kunci:{request.META.get('REMOTE_ADDR', '')}", TRIES * 10):
        return JsonResponse({"error": _("Terlalu banyak percobaan. Tunggu 15 menit.")}, status=429)
    person, _wanted = _waiting(request)
    options, state = second.begin_passkey_sign_in(person=person, host=_host(request))
    request.session[KEY_STATE] = state
    return JsonResponse(options)


@sensitive_variables()
@require_POST
def finish_passkey_sign_in(request: HttpRequest) -> JsonResponse:
    state = request.session.pop(KEY_STATE, None)  # answers one question only
    answer = _json(request)
    waiting, wanted = _waiting(request)
    person = None
    if state is not None and answer is not None:
        person = second.check_passkey(
            host=_host(request), state=state, answer=answer, now=timezone.now(), person=waiting
        )
    if person is None:
        words = _("Kunci sandi ini tidak dikenal di sini. Masuk dengan kata sandi.")
        return JsonResponse({"error": words}, status=422)
    done = enter(request, person, wanted, strong=True)
    said = JsonResponse({"next": wanted})
    said.cookies.update(done.cookies)
    return said


def _json(request: HttpRequest) -> dict[str, Any] | None:
    if len(request.body) > MOST_JSON:
        return None
    try:
        read = json.loads(request.body)
    except ValueError:
        return None
    return read if isinstance(read, dict) else None


# -- one's own account -------------------------------------------------------------------------


def _self(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise Http404
    return request.user


@login_required
@never_cache
@sensitive_variables("codes", "secret", "context")
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """Set up, look at and take away one's own second step; the password is asked for each change,
    since whoever finds a telephone signed in must not lock its owner out."""
    person = _self(request)
    what = request.POST.get("what", "") if request.method == "POST" else ""
    form = forms.PasswordAgainForm(request.POST if what in ("begin", "renew", "remove") else None)
    code = forms.CodeForm(request.POST if what == "confirm" else None)
    codes: list[str] | None = None
    now = timezone.now()
    try:
        if what == "confirm" and code.is_valid():
            if _many(f"langkah:{person.pk}"):
                raise Refused("many", _("Terlalu banyak percobaan. Tunggu 15 menit."))
            codes = second.confirm_codes(actor=person, code=code.cleaned_data["code"], now=now)
            _strengthen(request, person)
            messages.success(request, _("Langkah kedua terpasang."))
        elif what and form.is_bound and form.is_valid() and _password(request, person, form):
            if what == "begin":
                second.begin_codes(actor=person, now=now)
            elif what == "renew":
                codes = second.renew_recovery(actor=person, now=now)
            else:
                second.remove(actor=person, what=request.POST.get("which", ""), now=now)
                messages.success(request, _("Sudah dicabut."))
            if what != "renew":
                return redirect("people:second_step")
    except Refused as refused:
        (code if what == "confirm" else form).add_error(None, str(refused))
    status = 422 if form.errors or code.errors else 200
    context = {**_state(request, person), "form": form, "code": code, "codes": codes}
    answer = render(request, "people/second_step.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def _state(request: HttpRequest, person: Person) -> dict[str, Any]:
    secret = second.waiting_secret(person)
    due = second.demanded_from(person, timezone.now())
    return {
        "device": CodeDevice.objects.filter(person=person).exclude(confirmed_at=None).first(),
        "passkeys": list(Passkey.objects.filter(person=person)),
        "left": RecoveryCode.objects.filter(person=person, used_at=None).count(),
        "two_steps": second.has(person),
        "zone": settings.TIME_ZONE,
        "due": due,
        "kept_out": person.kept_out,
        "secret": secret and " ".join(secret[n : n + 4] for n in range(0, len(secret), 4)),
        "qr": secret and mark_safe(  # noqa: S308 made here, of our own address only
            segno.make(
                second.address(person, secret, f"Cantik {_host(request)}"), error="m"
            ).svg_inline(border=4, light="#fff", omitsize=True, svgclass="qr", lineclass=None)
        ),
    }  # fmt: skip


def _password(request: HttpRequest, person: Person, form: forms.PasswordAgainForm) -> bool:
    if _many(f"sandi:{person.pk}"):
        form.add_error(None, _("Terlalu banyak percobaan. Tunggu 15 menit."))
        return False
    if not person.check_password(form.cleaned_data["password"]):
        form.add_error("password", _("Kata sandi tidak cocok."))
        return False
    return True


def _strengthen(request: HttpRequest, person: Person) -> None:
    """This session has just shown the second step; those without it elsewhere end."""
    request.session[STRONG] = True
    end_other_sessions(request, person)


@login_required
@sensitive_post_parameters("password")
@require_POST
def begin_passkey(request: HttpRequest) -> JsonResponse:
    person = _self(request)
    form = forms.PasswordAgainForm(request.POST)
    if not form.is_valid() or not _password(request, person, form):
        said = next((str(one) for faults in form.errors.values() for one in faults), "")
        return JsonResponse({"error": said}, status=422)
    try:
        options, state = second.begin_passkey(actor=person, host=_host(request))
    except Refused as refused:
        return JsonResponse({"error": str(refused)}, status=422)
    request.session[KEY_STATE] = {"new": state}
    return JsonResponse(options)


@login_required
@sensitive_variables("codes")
@require_POST
def finish_passkey(request: HttpRequest) -> JsonResponse:
    person = _self(request)
    kept = request.session.pop(KEY_STATE, None)
    answer = _json(request)
    if not isinstance(kept, dict) or "new" not in kept or answer is None:
        return JsonResponse({"error": _("Mulai lagi dari awal.")}, status=422)
    try:
        codes = second.add_passkey(
            actor=person, host=_host(request), name=str(answer.pop("name", "")),
            state=kept["new"], answer=answer, now=timezone.now(),
        )  # fmt: skip
    except Refused as refused:
        return JsonResponse({"error": str(refused)}, status=422)
    _strengthen(request, person)
    return JsonResponse({"codes": codes, "next": reverse("people:second_step")})


# -- what an office asks for -------------------------------------------------------------------


@office("people.policy")
@require_http_methods(["GET", "POST"])
def policies(request: HttpRequest, village_id: str) -> HttpResponse:
    """Rules of an office for signing in, role by role."""
    area = Area.objects.get(pk=village_id)
    here = request.village  # type: ignore[attr-defined]
    now = timezone.now()
    names = second.roles_ruled_by(request.user, area)
    known = rights().roles
    roles = [(one, known[one].label_for(area.village_kind)) for one in names]
    first = today(here, now) + timedelta(days=second.rules().grace_days)
    form = forms.PolicyForm(
        request.POST if request.method == "POST" else None,
        roles=roles, hours=second.rules().session_hours,
        initial={"since": first, "hours": second.rules().session_hours[0]},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            second.set_policy(
                actor=request.user, area_id=village_id, role=given["role"],
                second_step=given["second_step"], hours=int(given["hours"]),
                since=given["since"], now=now,
            )  # fmt: skip
        except Refused as refused:
            form.add_error("since" if refused.code == "since" else None, str(refused))
        else:
            messages.success(request, _("Aturan masuk disimpan."))
            return redirect("people:policies", village_id=village_id)
    labels = dict(roles)
    rows = [
        (one, labels.get(one.role, one.role))
        for one in Policy.objects.filter(area=area).order_by("role")
    ]
    context = {
        "form": form,
        "rows": rows,
        "village": here,
        "usual": second.rules().session_hours[0],
    }
    return render(request, "people/policies.html", context, status=422 if form.errors else 200)
