"""Sign-in, slips, the areas of a village and the people of its office."""

from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.request import split_domain_port
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from cantik.kernel.problems import Refused
from cantik.kernel.tree import Tree
from cantik.ledger import api as ledger

from . import actions, duties, forms, second, tasks
from .api import AreaInfo, areas_with, can, office, person_name, search_villages, village_tree
from .api import area as area_info
from .areas import area_counts, infos, listed_villages, pair_choices
from .devices import device
from .gate import STRONG
from .models import Appointment, Area, BpsRecord, Person, SignIn
from .roles import rights

SHOWN_SIGN_INS = 20
TRIES, TRY_SECONDS = 8, 15 * 60
WAITING = "waiting"  # the password was right, the second step is still asked
LANGUAGE_COOKIE = "lang"


def _sent(request: HttpRequest) -> QueryDict | None:
    """What was sent, an empty form too."""
    return request.POST if request.method == "POST" else None


def _say_in(answer: HttpResponse, language: str) -> None:
    answer.set_cookie(LANGUAGE_COOKIE, language, max_age=31536000, samesite="Lax")


def _too_many(request: HttpRequest, username: str) -> bool:
    """Tries are counted for the account since it last signed in and, more loosely, for the address.
    An account that does not exist is counted the same way, so that nothing tells them apart."""
    now = timezone.now()
    address = request.META.get("REMOTE_ADDR", "")
    last = Person.objects.filter(username=username).values_list("last_login", flat=True).first()
    since = last.isoformat() if last else ""
    by_name = ledger.rate_limited(
        f"masuk:{username}:{since}", limit=TRIES, seconds=TRY_SECONDS, now=now
    )
    by_address = ledger.rate_limited(
        f"alamat:{address}", limit=TRIES * 10, seconds=TRY_SECONDS, now=now
    )
    return by_name or by_address


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    wanted = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        wanted = reverse("home")
    if request.user.is_authenticated:
        return redirect(wanted)
    form = forms.SignInForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        username = given["username"].strip().lower()
        if _too_many(request, username):
            form.add_error(
                None, _("Terlalu banyak percobaan. Tunggu 15 menit, atau mintalah lembar baru.")
            )
            return render(request, "people/sign_in.html", {"form": form}, status=429)
        person = authenticate(request, username=username, password=given["password"])
        if isinstance(person, Person):
            return arrive(request, person, wanted)
        form.add_error(None, _("Nama akun atau kata sandi belum cocok."))
    status = 422 if form.errors else 200
    return render(request, "people/sign_in.html", {"form": form}, status=status)


def arrive(request: HttpRequest, person: Person, wanted: str) -> HttpResponse:
    """The password was right: in, or on to the second step."""
    if second.has(person):
        request.session.cycle_key()
        request.session[WAITING] = {
            "person": person.pk, "since": timezone.now().isoformat(), "next": wanted,
        }  # fmt: skip
        return redirect("people:second")
    return enter(request, person, wanted)


def enter(
    request: HttpRequest, person: Person, wanted: str, *, strong: bool = False
) -> HttpResponse:
    """Sign in, for as many hours as the person's offices allow."""
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    request.session.pop(WAITING, None)
    request.session[STRONG] = strong
    request.session.set_expiry(second.session_hours(person) * 3600)
    _note(request, person)
    answer = redirect(wanted)
    if LANGUAGE_COOKIE not in request.COOKIES:
        _say_in(answer, person.language)
    return answer


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    mark = actions.session_mark(request.session.session_key or "")
    SignIn.objects.filter(session=mark or "-").update(session="")
    logout(request)
    return redirect("/")


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, code: str = "") -> HttpResponse:
    """Choose a password with the code of a printed slip."""
    now = timezone.now()
    # Whatever is logged about this request must not hold a code that still opens an account.
    request.path = request.path_info = reverse("people:invitation_start")
    code = code or request.GET.get("kode", "")
    address = request.META.get("REMOTE_ADDR", "")
    if code and ledger.rate_limited(f"slip:{address}", limit=20, seconds=TRY_SECONDS, now=now):
        return render(request, "people/slip_unknown.html", {"many": True}, status=429)
    slip = actions.find_slip(code, now) if code else None
    if slip is None:
        return render(
            request, "people/slip_unknown.html", {"asked": bool(code)}, status=404 if code else 200
        )
    form = forms.NewPasswordForm(_sent(request), person=slip.person)
    if request.method == "POST" and form.is_valid():
        try:
            person = actions.accept_slip(code=code, password=form.cleaned_data["password"], now=now)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Kata sandi sudah dipasang."))
            return arrive(request, person, reverse("home"))
    held = Appointment.objects.filter(person=slip.person, valid_to=None).select_related("area")
    roles = [
        (
            rights().roles[one.role].label_for(one.area.village_kind, acting=one.acting),
            infos([one.area])[0].label,
        )
        for one in held
    ]
    context = {"form": form, "slip": slip, "roles": roles}
    status = 422 if form.errors else 200
    return render(request, "people/invitation.html", context, status=status)


def _note(request: HttpRequest, person: Any) -> None:
    actions.note_sign_in(
        person=person,
        session=request.session.session_key or "",
        device=device(request.headers.get("User-Agent", "")),
        now=timezone.now(),
    )


def end_other_sessions(request: HttpRequest, person: Person) -> None:
    """End the person's sessions elsewhere, without a word in the log of its own."""
    actions.end_sessions(person, timezone.now(), keep=request.session.session_key or "")


@login_required
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """End one's own sessions elsewhere: a telephone lost, a computer left open."""
    person = request.user
    if not isinstance(person, Person):
        raise Http404
    ended = actions.end_other_sign_ins(
        actor=person, keep=request.session.session_key or "", now=timezone.now()
    )
    if ended:
        messages.success(request, _("Sudah dikeluarkan dari %(n)s perangkat lain.") % {"n": ended})
    else:
        messages.info(request, _("Tidak ada perangkat lain yang masih masuk."))
    return redirect("people:password")


def _sign_ins(request: HttpRequest, person: Person) -> list[dict[str, Any]]:
    """The last sign-ins: which is this one, and which are still open."""
    rows = list(person.sign_ins.all()[:SHOWN_SIGN_INS])
    here = actions.session_mark(request.session.session_key or "")
    open_ = actions.open_sessions(timezone.now())
    seat = Appointment.objects.filter(person=person, valid_to=None).select_related("area").first()
    zone = (seat and seat.area.time_zone) or settings.TIME_ZONE
    return [
        {
            "at": one.at,
            "zone": zone,
            "device": one.device,
            "here": bool(one.session) and one.session == here,
            "open": one.session in open_,
        }
        for one in rows
    ]


@login_required
@never_cache
@sensitive_post_parameters("old", "password", "again")
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """What belongs to the account itself: its password and the language of its pages."""
    person = request.user
    if not isinstance(person, Person):
        raise Http404
    asked = request.POST.get("what", "password") if request.method == "POST" else ""
    form = forms.ChangePasswordForm(request.POST if asked == "password" else None, person=person)
    language = forms.LanguageForm(
        request.POST if asked == "language" else None, initial={"language": person.language}
    )
    if asked == "password" and form.is_valid():
        if ledger.rate_limited(
            f"sandi:{person.pk}", limit=TRIES, seconds=TRY_SECONDS, now=timezone.now()
        ):
            form.add_error(None, _("Terlalu banyak percobaan. Tunggu 15 menit."))
        elif not person.check_password(form.cleaned_data["old"]):
            form.add_error("old", _("Kata sandi sekarang tidak cocok."))
        else:
            mark = actions.session_mark(request.session.session_key or "")
            actions.change_password(
                actor=person, password=form.cleaned_data["password"], now=timezone.now()
            )
            update_session_auth_hash(request, person)  # this session goes on under another key
            kept = actions.session_mark(request.session.session_key or "")
            SignIn.objects.filter(person=person, session=mark or "-").update(session=kept)
            SignIn.objects.filter(person=person).exclude(session=kept).update(session="")
            messages.success(request, _("Kata sandi sudah diganti."))
            return redirect("home")
    if asked == "language" and language.is_valid():
        chosen = language.cleaned_data["language"]
        actions.set_language(actor=person, language=chosen, now=timezone.now())
        answer = redirect("people:password")
        _say_in(answer, chosen)
        return answer
    status = 422 if form.errors or language.errors else 200
    context = {
        "form": form,
        "language": language,
        "sign_ins": _sign_ins(request, person),
        "two_steps": second.has(person),
    }
    return render(request, "people/password.html", context, status=status)


# -- areas of a village -----------------------------------------------------------------------

PARTS = {"dusun": gettext_lazy("Dusun"), "rw": "RW", "rt": "RT"}


def _parents(tree: Tree) -> list[tuple[str, str]]:
    """Areas below which something may stand, told with the area above them."""
    root = tree.root
    return [
        (n.id, n.label if n is root or n.parent_id == root.id
         else f"{n.label}, {tree.node(n.parent_id or root.id).label}")
        for n in tree if actions.below(n.level, root.village_kind)
    ]  # fmt: skip


@office("area.edit")
@require_http_methods(["GET", "POST"])
def areas(request: HttpRequest, village_id: str) -> HttpResponse:
    tree = village_tree(village_id)
    kinds = actions.below("desa", tree.root.village_kind)
    form = forms.AddAreasForm(
        _sent(request),
        parents=_parents(tree),
        levels=[(one, str(PARTS[one])) for one in kinds],
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.add_areas(
                actor=request.user,
                village_id=village_id,
                parent_id=given["parent"],
                level=given["level"],
                names=given["names"].splitlines(),
                now=timezone.now(),
            )
        except Refused as refused:
            form.add_error("level" if refused.code == "level" else "names", str(refused))
        else:
            messages.success(request, _("%(n)s wilayah ditambahkan.") % {"n": len(made)})
            return redirect("people:areas", village_id=village_id)
    depth: dict[str | None, int] = {tree.root.id: 0}
    rows = []
    for node in list(tree)[1:]:
        depth[node.id] = depth[node.parent_id] + 1
        beside = tree.children(node.parent_id or "")
        rows.append((node, depth[node.id], beside[0] is not node, beside[-1] is not node))
    context = {"form": form, "rows": rows, "village": area_info(village_id)}
    return render(request, "people/areas.html", context, status=422 if form.errors else 200)


STEPS = {"up": -1, "down": 1}


@office("area.edit")
@require_http_methods(["GET", "POST"])
def one_area(request: HttpRequest, village_id: str, area_id: str) -> HttpResponse:
    """Rename, move or close one dusun, RW or RT."""
    tree = village_tree(village_id)
    if area_id not in tree or area_id == village_id:
        raise Http404
    node = tree.node(area_id)
    form = forms.RenameForm(
        request.POST if request.POST.get("what") == "rename" else None, initial={"name": node.name}
    )
    if request.method == "POST":
        given: dict[str, Any] = {
            "actor": request.user,
            "village_id": village_id,
            "area_id": area_id,
            "now": timezone.now(),
        }
        try:
            what = request.POST.get("what")
            if what in STEPS:
                actions.move_area(steps=STEPS[what], **given)
                messages.success(request, _("%(name)s sudah dipindah.") % {"name": node.label})
                listed = reverse("people:areas", kwargs={"village_id": village_id})
                return redirect(f"{listed}#w-{area_id}")
            if what == "close":
                actions.close_area(**given)
                messages.success(request, _("%(name)s sudah ditutup.") % {"name": node.label})
                return redirect("people:areas", village_id=village_id)
            if form.is_valid():
                actions.rename_area(name=form.cleaned_data["name"], **given)
                messages.success(request, _("Nama sudah diganti."))
                return redirect("people:areas", village_id=village_id)
        except Refused as refused:
            if form.is_bound:
                form.add_error(None, str(refused))
            else:
                messages.error(request, str(refused))
    beside = [n.id for n in tree.children(node.parent_id or "")]
    context = {
        "form": form,
        "node": node,
        "below": tree.children(node.id),
        "first": beside[0] == node.id,
        "last": beside[-1] == node.id,
        "village": area_info(village_id),
    }
    return render(request, "people/one_area.html", context, status=422 if form.errors else 200)


# -- people of an office ----------------------------------------------------------------------


def _roles_to_hand_out(person: Any, area: Area) -> list[tuple[str, str]]:
    """Roles this person may hand out in this area, with the acting form where there is one."""
    names = actions.handed_out_by(person, area)
    offered = []
    for name, role in rights().roles.items():
        if name in names and role.level == area.level:
            offered.append((name, role.label_for(area.village_kind)))
            if role.acting:
                offered.append((name + ":plt", role.label_for(area.village_kind, acting=True)))
    return offered


# Which field a refusal belongs to; the others stand above the form.
FIELDS = {"username": "username", "taken": "username", "name": "name", "role": "role"}


@office("people.invite")
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest, village_id: str) -> HttpResponse:
    """Who holds which role in the area; invite one more. Also for areas above the village."""
    area = Area.objects.get(pk=village_id)
    offered = _roles_to_hand_out(request.user, area)
    asked = request.POST.get("what", "invite") if request.method == "POST" else ""
    form = forms.InviteForm(
        request.POST if asked == "invite" else None,
        roles=offered,
        initial={"role": request.GET.get("peran", "")},
    )
    more = forms.AppointForm(request.POST if asked == "appoint" else None, roles=offered)
    if asked == "invite" and form.is_valid():
        given = form.cleaned_data
        role, _colon, acting = given["role"].partition(":")
        try:
            person, code = actions.invite(
                actor=request.user,
                username=given["username"].strip().lower(),
                name=given["name"],
                role=role,
                area_id=village_id,
                acting=bool(acting),
                now=timezone.now(),
            )
        except Refused as refused:
            form.add_error(FIELDS.get(refused.code), str(refused))
        else:
            return _slip_page(request, person, code, village_id)
    if asked == "appoint" and more.is_valid():
        role, _colon, acting = more.cleaned_data["more"].partition(":")
        try:
            person = actions.appoint(
                actor=request.user,
                username=more.cleaned_data["known"].strip().lower(),
                role=role,
                area_id=village_id,
                acting=bool(acting),
                now=timezone.now(),
            )
        except Refused as refused:
            more.add_error("known", str(refused))
        else:
            messages.success(
                request, _("%(name)s sekarang bertugas di sini.") % {"name": person.name}
            )
            return redirect("people:people", village_id=village_id)
    context = {
        "form": form,
        "more": more,
        "rows": _duties(request.user, area, {name for name, _label in offered}),
        "village": area_info(village_id),
        "offered": offered,
        "acting": duties.acting_now(village_id, timezone.now()),
        "delegates": duties.own_post(request.user, village_id) is not None,
        "rules": can(request.user, "people.policy", village_id),
        "administers": can(request.user, "system.admin", area.path.split("/")[0]),
    }
    status = 422 if form.errors or more.errors else 200
    return render(request, "people/people.html", context, status=status)


@login_required
@require_http_methods(["GET"])
def invite_where(request: HttpRequest) -> HttpResponse:
    """Where this person may invite somebody: posts that nobody holds, and any place by name."""
    mine = areas_with(request.user, "people.invite")
    if not mine:
        raise Http404
    empty = tasks.empty_posts(request.user, timezone.now())
    chosen = next((one for one in empty if one.role == request.GET.get("peran")), None)
    wanted = request.GET.get("cari", "").strip()
    found = tasks.places_to_invite(request.user, wanted) if wanted else []
    context = {
        "empty": [(one, tasks.invite_url(one.areas[0].id, one.role)) for one in empty],
        "chosen": chosen,
        "places": [(one, tasks.invite_url(one.id, chosen.role)) for one in chosen.areas]
        if chosen
        else [],
        "wanted": wanted,
        "found": found,
        "mine": mine,
        "example": any(one.is_example for one in mine),
    }
    return render(request, "people/invite.html", context)


def _duties(person: Any, area: Area, offered: set[str]) -> list[dict[str, Any]]:
    """Who holds which role in this area, and what this person may do about it."""
    held = Appointment.objects.filter(area=area, valid_to=None).select_related("person")
    known = rights().roles
    listed = [one for one in held.order_by("role", "person__name") if one.role in known]
    slips = actions.resettable(person, [one.person_id for one in listed])
    strong = second.who_has(one.person_id for one in listed)
    return [
        {
            "id": one.pk,
            "person": one.person,
            "role": known[one.role].label_for(area.village_kind, acting=one.acting),
            "may_end": one.role in offered and one.person_id != person.pk,
            "may_reset": one.person_id in slips,
            "ready": one.person.has_usable_password(),
            "two_steps": one.person_id in strong,
            "since": one.valid_from,
        }
        for one in listed
    ]


def slip_words(request: HttpRequest, code: str) -> dict[str, Any]:
    """What a slip shows: the code, where to type it, the same as QR, and for how long."""
    url = request.build_absolute_uri(reverse("people:invitation_start"))
    return {
        "code": code,
        "door": url,
        "qr": mark_safe(  # noqa: S308 made here, of our own address and code only
            segno.make(f"{url}{code}/", error="m").svg_inline(
                border=4, light="#fff", omitsize=True, svgclass="qr", lineclass=None
            )
        ),
        "days": actions.SLIP_DAYS,
    }


def _slip_page(request: HttpRequest, person: Person, code: str, area_id: str) -> HttpResponse:
    """The slip is shown once; only its hash is kept."""
    area = Area.objects.get(pk=area_id)
    held = Appointment.objects.filter(person=person, area=area, valid_to=None).first()
    context = {
        "person": person,
        "role": rights().roles[held.role].label_for(area.village_kind, acting=held.acting)
        if held
        else "",
        **slip_words(request, code),
        "village": area_info(area_id),
    }
    answer = render(request, "people/slip.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@office("people.invite")
@require_POST
def reset(request: HttpRequest, village_id: str, appointment_id: int) -> HttpResponse:
    one = Appointment.objects.filter(pk=appointment_id, area_id=village_id, valid_to=None).first()
    if one is None:
        raise Http404
    try:
        code = actions.reset_slip(
            actor=request.user,
            person_id=one.person_id,
            area_id=village_id,
            lost_step="lost_step" in request.POST,
            now=timezone.now(),
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("people:people", village_id=village_id)
    return _slip_page(request, one.person, code, village_id)


@office("people.invite")
@require_POST
def end(request: HttpRequest, village_id: str, appointment_id: int) -> HttpResponse:
    if not Appointment.objects.filter(pk=appointment_id, area_id=village_id).exists():
        raise Http404
    try:
        ended = actions.end_appointment(
            actor=request.user, appointment_id=appointment_id, now=timezone.now()
        )
        messages.success(
            request, _("%(name)s tidak lagi bertugas di sini.") % {"name": ended.person.name}
        )
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("people:people", village_id=village_id)


# -- administration ---------------------------------------------------------------------------


def _keeper_of(person: Any) -> AreaInfo | None:
    """The area that gives the right to the key's sheet; an example gives none."""
    if getattr(person, "is_example", True):
        return None
    return next((one for one in areas_with(person, "key.sheet") if not one.is_example), None)


def _private(request: HttpRequest) -> bool:
    """Whether nobody in between can read the answer: encrypted, or never leaving this machine."""
    if request.is_secure():
        return True
    host, _port = split_domain_port(request.get_host())
    return (
        host in ("localhost", "127.0.0.1", "[::1]")
        and request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1")
        and "X-Forwarded-For" not in request.headers
        and "Forwarded" not in request.headers
    )


@login_required
@never_cache
@sensitive_variables("sheet", "context")
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def key_sheet(request: HttpRequest) -> HttpResponse:
    """The recovery sheet of the master key, for paper: the password is asked each time."""
    person = request.user
    place = _keeper_of(person)
    if place is None or not isinstance(person, Person):
        raise Http404
    private = _private(request)
    form = forms.PasswordAgainForm(_sent(request))
    sheet = None
    if request.method == "POST" and private and form.is_valid():
        now = timezone.now()
        try:
            if ledger.rate_limited(f"sandi:{person.pk}", limit=TRIES, seconds=TRY_SECONDS, now=now):
                form.add_error(None, _("Terlalu banyak percobaan. Tunggu 15 menit."))
            elif not person.check_password(form.cleaned_data["password"]):
                form.add_error("password", _("Kata sandi tidak cocok."))
            else:
                sheet = actions.show_key_sheet(actor=person, area_id=place.id, now=now)
        except ledger.KeyProblem as problem:
            form.add_error(None, str(problem))
    shown = actions.key_sheet_shown() if sheet is None else None
    context = {
        "form": form,
        "sheet": sheet,
        "private": private,
        "place": place,
        "shown": shown and {"at": shown[0], "name": person_name(shown[1])},
        "now": timezone.now(),
    }
    status = 422 if form.errors else 200 if private else 403
    answer = render(request, "people/key_sheet.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def _province(request: HttpRequest, kind: str | None = None) -> AreaInfo:
    """Where this person is administrator; a stranger finds nothing."""
    found = areas_with(request.user, "system.admin")
    listed = [one for one in found if kind is None or one.kind == kind]
    if not listed:
        raise Http404
    return listed[0]


@login_required
@require_http_methods(["GET"])
def administration(request: HttpRequest) -> HttpResponse:
    """The areas as listed, by kabupaten; who works above the villages; what waits for a person."""
    province = _province(request)
    here, counts = area_counts(province.id)
    chosen = next((one for one in here if one.id == request.GET.get("wilayah")), None)
    wanted = request.GET.get("cari", "").strip()
    found = search_villages(wanted, kinds=[province.kind], limit=30)
    under = set(Area.objects.filter(
        id__in=[one.id for one in found], path__startswith=province.id + "/"
    ).values_list("id", flat=True)) if found else set()  # fmt: skip
    context = {
        "province": province,
        "rows": [(one, counts[one.id]) for one in here],
        "total": counts[province.id],
        "waiting": BpsRecord.objects.filter(state=BpsRecord.State.WAITING).count()
        if province.kind == Area.Kind.REAL
        else 0,
        "chosen": chosen,
        "villages": listed_villages(chosen.id) if chosen else [],
        "wanted": wanted,
        "found": [one for one in found if one.id in under],
        "example": province.kind != Area.Kind.REAL,
        "keeps_key": _keeper_of(request.user) is not None,
    }
    return render(request, "people/administration.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def pairs(request: HttpRequest) -> HttpResponse:
    """Records of the BPS list that wait for a village, one by one."""
    province = _province(request, Area.Kind.REAL)
    if request.method == "POST":
        choice = request.POST.get("village", "")
        try:
            done = actions.decide_pair(
                actor=request.user,
                bps_code=request.POST.get("record", ""),
                area_id=choice if choice != "none" else None,
                province_id=province.id,
                now=timezone.now(),
            )
            messages.success(request, _("Keputusan dicatat: %(name)s.") % {"name": done.name})
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect("people:pairs")
    waiting = list(BpsRecord.objects.filter(state=BpsRecord.State.WAITING))
    choices = pair_choices(waiting, province)
    context = {
        "waiting": [(record, choices[record.code]) for record in waiting],
        "decided": BpsRecord.objects.exclude(state=BpsRecord.State.WAITING)
        .select_related("area")
        .order_by("-decided_at"),
        "villages": Area.objects.filter(level=Area.Level.DESA, kind=Area.Kind.REAL).count(),
    }
    return render(request, "people/pairs.html", context)
