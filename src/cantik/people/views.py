"""Sign-in, slips, the areas of a village and the people of its office."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from cantik.kernel.problems import Refused
from cantik.ledger import api as ledger

from . import actions, forms
from .api import area as area_info
from .api import areas_with, check_can, office, village_tree
from .areas import infos
from .models import Appointment, Area, BpsRecord, Person
from .roles import rights

TRIES, TRY_SECONDS = 8, 15 * 60


def _too_many(request: HttpRequest, username: str) -> bool:
    """Tries are counted for the account and, more loosely, for the address."""
    now = timezone.now()
    address = request.META.get("REMOTE_ADDR", "")
    by_name = ledger.rate_limited(
        f"masuk:{username.lower()}", limit=TRIES, seconds=TRY_SECONDS, now=now
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
    form = forms.SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if _too_many(request, given["username"]):
            form.add_error(
                None, _("Terlalu banyak percobaan. Tunggu 15 menit, atau mintalah lembar baru.")
            )
            return render(request, "people/sign_in.html", {"form": form}, status=429)
        person = authenticate(
            request, username=given["username"].strip().lower(), password=given["password"]
        )
        if person is not None:
            login(request, person)
            return redirect(wanted)
        form.add_error(None, _("Nama akun atau kata sandi belum cocok."))
    status = 422 if form.errors else 200
    return render(request, "people/sign_in.html", {"form": form}, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("/")


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, code: str = "") -> HttpResponse:
    """Choose a password with the code of a printed slip."""
    now = timezone.now()
    code = code or request.GET.get("kode", "")
    address = request.META.get("REMOTE_ADDR", "")
    if code and ledger.rate_limited(f"slip:{address}", limit=20, seconds=TRY_SECONDS, now=now):
        return render(request, "people/slip_unknown.html", {"many": True}, status=429)
    slip = actions.find_slip(code, now) if code else None
    if slip is None:
        return render(
            request, "people/slip_unknown.html", {"asked": bool(code)}, status=404 if code else 200
        )
    form = forms.NewPasswordForm(request.POST or None, person=slip.person)
    if request.method == "POST" and form.is_valid():
        try:
            person = actions.accept_slip(code=code, password=form.cleaned_data["password"], now=now)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            login(request, person, backend="django.contrib.auth.backends.ModelBackend")
            messages.success(request, _("Kata sandi sudah dipasang."))
            return redirect("home")
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


@login_required
@never_cache
@sensitive_post_parameters("old", "password", "again")
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    person = request.user
    form = forms.ChangePasswordForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid() and isinstance(person, Person):
        actions.change_password(
            actor=person, password=form.cleaned_data["password"], now=timezone.now()
        )
        update_session_auth_hash(request, person)
        messages.success(request, _("Kata sandi sudah diganti."))
        return redirect("home")
    status = 422 if form.errors else 200
    return render(request, "people/password.html", {"form": form}, status=status)


# -- areas of a village -----------------------------------------------------------------------


def _parents(village_id: str) -> list[tuple[str, str]]:
    tree = village_tree(village_id)
    return [(n.id, n.label) for n in tree if n.level in actions.BELOW]


@office("area.edit")
@require_http_methods(["GET", "POST"])
def areas(request: HttpRequest, village_id: str) -> HttpResponse:
    form = forms.AddAreasForm(request.POST or None, parents=_parents(village_id))
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
            form.add_error("names", str(refused))
        else:
            messages.success(request, _("%(n)s wilayah ditambahkan.") % {"n": len(made)})
            return redirect("people:areas", village_id=village_id)
    tree = village_tree(village_id)
    depth: dict[str | None, int] = {tree.root.id: 0}
    rows = []
    for node in list(tree)[1:]:
        depth[node.id] = depth[node.parent_id] + 1
        rows.append((node, depth[node.id]))
    context = {"form": form, "rows": rows, "village": area_info(village_id)}
    return render(request, "people/areas.html", context, status=422 if form.errors else 200)


@office("area.edit")
@require_http_methods(["GET", "POST"])
def one_area(request: HttpRequest, village_id: str, area_id: str) -> HttpResponse:
    """Rename or close one dusun, RW or RT."""
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
            if request.POST.get("what") == "close":
                actions.close_area(**given)
                messages.success(request, _("%(name)s sudah ditutup.") % {"name": node.label})
                return redirect("people:areas", village_id=village_id)
            if form.is_valid():
                actions.rename_area(name=form.cleaned_data["name"], **given)
                messages.success(request, _("Nama sudah diganti."))
                return redirect("people:areas", village_id=village_id)
        except Refused as refused:
            form.add_error(None, str(refused)) if form.is_bound else messages.error(
                request, str(refused)
            )
    context = {"form": form, "node": node, "village": area_info(village_id)}
    return render(request, "people/one_area.html", context, status=422 if form.errors else 200)


# -- people of an office ----------------------------------------------------------------------


def _roles_to_hand_out(person: Any, area: Area) -> list[tuple[str, str]]:
    """Roles this person may hand out in this area, with the acting form where there is one."""
    path = area.path.split("/")
    held = Appointment.objects.filter(person=person, area_id__in=path, valid_to=None)
    names = {name for one in held for name in rights().roles[one.role].invites}
    offered = []
    for name, role in rights().roles.items():
        if name in names and role.level == area.level:
            offered.append((name, role.label_for(area.village_kind)))
            if role.acting:
                offered.append((name + ":plt", role.label_for(area.village_kind, acting=True)))
    return offered


@office("people.invite")
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest, village_id: str) -> HttpResponse:
    """Who holds which role in the area; invite one more. Also for areas above the village."""
    area = Area.objects.get(pk=village_id)
    offered = _roles_to_hand_out(request.user, area)
    form = forms.InviteForm(request.POST or None, roles=offered)
    if request.method == "POST" and form.is_valid():
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
            form.add_error("username", str(refused))
        else:
            return _slip_page(request, person, code, village_id)
    held = Appointment.objects.filter(area=area, valid_to=None).select_related("person")
    rows = [
        {
            "id": one.pk,
            "person": one.person,
            "role": rights().roles[one.role].label_for(area.village_kind, acting=one.acting),
            "mine": one.role in {name.partition(":")[0] for name, _label in offered}
            and one.person_id != request.user.pk,
            "ready": one.person.has_usable_password(),
            "since": one.valid_from,
        }
        for one in held.order_by("role", "person__name")
    ]
    context = {"form": form, "rows": rows, "village": area_info(village_id), "offered": offered}
    return render(request, "people/people.html", context, status=422 if form.errors else 200)


def _slip_page(request: HttpRequest, person: Person, code: str, area_id: str) -> HttpResponse:
    """The slip is shown once; only its hash is kept."""
    url = request.build_absolute_uri(reverse("people:invitation_start"))
    context = {
        "person": person,
        "code": code,
        "url": url,
        "days": actions.SLIP_DAYS,
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
            actor=request.user, person_id=one.person_id, area_id=village_id, now=timezone.now()
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


def _province(request: HttpRequest) -> str:
    """Where this person is administrator; a stranger finds nothing."""
    found = areas_with(request.user, "system.admin")
    if not found:
        raise Http404
    return found[0].id


@login_required
@require_http_methods(["GET", "POST"])
def pairs(request: HttpRequest) -> HttpResponse:
    """Records of the BPS list that wait for a village, one by one."""
    province = _province(request)
    check_can(request.user, "system.admin", province)
    if request.method == "POST":
        choice = request.POST.get("village", "")
        try:
            actions.decide_pair(
                actor=request.user,
                bps_code=request.POST.get("record", ""),
                area_id=choice if choice != "none" else None,
                province_id=province,
                now=timezone.now(),
            )
            messages.success(request, _("Keputusan dicatat."))
        except (Refused, BpsRecord.DoesNotExist) as refused:
            messages.error(request, str(refused) or _("Pilih desa yang ada dalam daftar."))
        return redirect("people:pairs")
    waiting = list(BpsRecord.objects.filter(state=BpsRecord.State.WAITING))
    without = Area.objects.filter(level=Area.Level.DESA, kind=Area.Kind.REAL, closed_on=None)
    without = without.exclude(codes__scheme="bps")
    choices = sorted(infos(without), key=lambda one: one.full_label)
    context = {
        "waiting": waiting,
        "choices": choices,
        "decided": BpsRecord.objects.exclude(state=BpsRecord.State.WAITING).count(),
        "villages": Area.objects.filter(level=Area.Level.DESA, kind=Area.Kind.REAL).count(),
    }
    return render(request, "people/pairs.html", context)
