"""What a person should do next about who works where, and about getting in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cantik.look.tasks import Task

from . import actions, duties, second
from .api import AreaInfo, areas_with, can, held
from .areas import day_at, infos
from .models import Appointment, Area, BpsRecord, Person, Policy
from .roles import rights

# A village stands still without who proposes its figures.
MOVES = "release.propose"


@dataclass(frozen=True)
class Empty:
    """A role that a person hands out, and the areas where nobody holds it today, in order."""

    role: str
    label: str
    level: str
    areas: tuple[AreaInfo, ...]


def empty_posts(person: Any, now: datetime) -> list[Empty]:
    """Posts this person may fill and that nobody holds, by role, the nearest level first. Kinds of
    areas are never mixed."""
    known = rights().roles
    wanted: dict[str, dict[str, Area]] = {}
    for one in held(person):
        for role in known[one.role].invites:
            level = known[role].level
            if level == one.area.level:
                here: Iterable[Area] = [one.area]
            else:
                here = Area.objects.filter(
                    path__startswith=one.area.path + "/", level=level, kind=one.area.kind,
                    closed_on=None,
                )  # fmt: skip
            wanted.setdefault(role, {}).update((area.pk, area) for area in here)
    found = []
    for role, areas in wanted.items():
        taken = {
            one.area_id
            for one in Appointment.objects.filter(
                role=role, area_id__in=areas, person__is_active=True
            ).select_related("area")
            if one.valid_to is None or one.valid_to >= day_at(one.area, now)
        }
        free = [area for id_, area in areas.items() if id_ not in taken]
        if free:
            listed = sorted(infos(free), key=lambda one: (one.name, one.id))
            kinds = {one.village_kind for one in listed}
            label = known[role].label_for(kinds.pop() if len(kinds) == 1 else "")
            found.append(Empty(role, label, known[role].level, tuple(listed)))
    return found


FOUND = 30


def places_to_invite(person: Any, words: str) -> list[AreaInfo]:
    """Areas of this name in which the person hands out some role; at most ``FOUND``."""
    known = rights().roles
    found: dict[str, Area] = {}
    for one in held(person):
        levels = {known[role].level for role in known[one.role].invites}
        near = Area.objects.filter(
            Q(pk=one.area_id) | Q(path__startswith=one.area.path + "/"),
            level__in=levels, kind=one.area.kind, closed_on=None, name__icontains=words,
        )  # fmt: skip
        found.update((area.pk, area) for area in near.order_by("name", "pk")[:FOUND])
    return sorted(infos(found.values()), key=lambda one: (one.name, one.id))[:FOUND]


def invite_url(area_id: str, role: str) -> str:
    """The form that invites, with the role chosen."""
    return f"{reverse('people:people', kwargs={'village_id': area_id})}?peran={role}#undang"


def next_things(person: Any, village_id: str, now: datetime) -> list[Task]:
    """In one village: invite whom the work cannot do without; a second step that is asked for."""
    found = [one for one in _getting_in(person, now) if one.pressing]
    return found + [one for one in _posts(person, village_id, now) if one.pressing]


def at_leisure(person: Any, village_id: str, now: datetime) -> list[Task]:
    """In one village: fill other posts, arrange for absence, set up a second step."""
    found = [one for one in _posts(person, village_id, now) if not one.pressing]
    post = duties.own_post(person, village_id)
    if post is not None and not duties.acting_now(village_id, now) and duties.deputies(post, now):
        url = reverse("people:delegation", kwargs={"village_id": village_id})
        why = _("Selama Bapak/Ibu pergi, sekretaris dapat bertindak a.n. Bapak/Ibu.")
        title = _("Limpahkan wewenang bila akan pergi")
        found.append(Task(title, why, "", 3, url, _("Limpahkan"), pressing=False))
    return found + [one for one in _getting_in(person, now) if not one.pressing]


def _posts(person: Any, village_id: str, now: datetime) -> list[Task]:
    known = rights().roles
    found = []
    for one in empty_posts(person, now):
        here = next((area for area in one.areas if area.id == village_id), None)
        if here is None:
            continue
        label = known[one.role].label_for(here.village_kind)
        found.append(
            Task(
                _("Undang %(role)s") % {"role": label},
                _("Belum ada yang memegang peran ini di %(place)s.") % {"place": here.label},
                "",
                3,
                invite_url(here.id, one.role),
                _("Undang"),
                pressing=MOVES in known[one.role].can,
            )
        )
    return found


def _getting_in(person: Any, now: datetime) -> list[Task]:
    if not isinstance(person, Person) or person.is_example or second.has(person):
        return []
    due = second.demanded_from(person, now)
    why = (
        _("Kantor memintanya. Tanpa itu, halaman kantor tidak terbuka lagi.")
        if due is not None
        else _("Kata sandi yang bocor saja lalu tidak cukup untuk masuk.")
    )
    url = reverse("people:second_step")
    title = _("Pasang langkah kedua saat masuk")
    return [Task(title, why, "", 5, url, _("Pasang"), pressing=due is not None)]


def above(person: Any, now: datetime) -> list[Task]:
    """For who works above the village: pairs of codes to confirm, the key's sheet, empty posts,
    rules for signing in."""
    found = [one for one in _getting_in(person, now) if one.pressing]
    found += _administering(person)
    for one in empty_posts(person, now):
        if len(one.areas) == 1:
            here = {"role": one.label, "place": one.areas[0].label}
            title = _("Undang %(role)s %(place)s") % here
            why = _("Belum ada yang memegang peran ini di %(place)s.") % here
            url = invite_url(one.areas[0].id, one.role)
        else:
            title = _("Undang %(role)s") % {"role": one.label}
            why = ngettext(
                "Di %(n)s tempat belum ada yang memegang peran ini.",
                "Di %(n)s tempat belum ada yang memegang peran ini.",
                len(one.areas),
            ) % {"n": len(one.areas)}
            url = f"{reverse('people:invite')}?{urlencode({'peran': one.role})}"
        found.append(Task(title, why, "", 3, url, _("Undang"), pressing=False))
    for area in areas_with(person, "people.policy"):
        if not Policy.objects.filter(area_id=area.id).exists():
            url = reverse("people:policies", kwargs={"village_id": area.id})
            why = _("Misalnya langkah kedua, atau berapa jam orang tetap masuk.")
            title = _("Atur cara masuk %(place)s") % {"place": area.label}
            found.append(Task(title, why, "", 3, url, _("Atur"), pressing=False))
    return found + [one for one in _getting_in(person, now) if not one.pressing]


def _administering(person: Any) -> list[Task]:
    here = areas_with(person, "system.admin")
    if not any(not one.is_example for one in here):
        return []
    found = []
    waiting = BpsRecord.objects.filter(state=BpsRecord.State.WAITING).count()
    if waiting:
        title = ngettext(
            "Pastikan %(n)s padanan kode BPS", "Pastikan %(n)s padanan kode BPS", waiting
        ) % {"n": waiting}
        why = _("Catatan ini bukan desa sampai seseorang memastikannya.")
        found.append(Task(title, why, "", 0, reverse("people:pairs"), _("Putuskan padanan")))
    if (
        any(can(person, "key.sheet", one.id) for one in here if not one.is_example)
        and actions.key_sheet_shown() is None
    ):
        why = _("Kunci yang hilang tanpa lembar ini berarti nama yang hilang.")
        title = _("Cetak lembar pemulihan kunci")
        found.append(Task(title, why, "", 5, reverse("people:key_sheet"), _("Cetak")))
    return found
