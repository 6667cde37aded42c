"""Who acts for the head for a while, and how a duty passes from one person to the next."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cantik.kernel.problems import Refused
from cantik.ledger import api as ledger

from . import actions
from .api import area as area_info
from .api import check_can, held, today
from .areas import day_at
from .models import Appointment, Area, Person, Slip
from .roles import rights
from .second import rules


def _log(
    actor: Any, verb: str, person: Person, area_id: str, now: datetime, **more: object
) -> None:
    ledger.record(
        actor=actor, verb=verb, thing="person", thing_id=str(person.pk), area_id=area_id, now=now,
        detail=more,
    )  # fmt: skip


# -- in the name of ----------------------------------------------------------------------------


def own_post(person: Any, area_id: str) -> Appointment | None:
    """The post this person may let another act in: held here, not lent by somebody else."""
    known = rights().roles
    return next(
        (
            one
            for one in held(person)
            if one.area_id == area_id
            and one.on_behalf_of_id is None
            and known[one.role].deputies
            and "people.delegate" in known[one.role].can
        ),
        None,
    )


def deputies(post: Appointment, now: datetime) -> list[Person]:
    """Who may be asked to act: those who hold a role of a deputy in the same area today."""
    day = day_at(post.area, now)
    wanted = rights().roles[post.role].deputies
    found = (
        Appointment.objects.filter(role__in=wanted, area=post.area, person__is_active=True)
        .filter(valid_from__lte=day)
        .exclude(valid_to__lt=day)
        .exclude(person=post.person)
        .select_related("person")
    )
    return sorted({one.person for one in found}, key=lambda person: person.name)


def acting_now(area_id: str, now: datetime) -> list[Appointment]:
    """Who acts for somebody in this area, today or later."""
    day = today(area_info(area_id), now)
    return list(
        Appointment.objects.filter(area_id=area_id, on_behalf_of__isnull=False, valid_to__gte=day)
        .select_related("person", "on_behalf_of", "area")
        .order_by("valid_from", "pk")
    )


@transaction.atomic
def delegate(
    *, actor: Any, area_id: str, person_id: int, start: date, end: date, reason: str, now: datetime
) -> Appointment:
    """Let a deputy act in the actor's name from one day to another, both included. The head keeps
    the post; what the deputy decides is signed a.n."""
    check_can(actor, "people.delegate", area_id)
    post = own_post(actor, area_id)
    if post is None:
        raise Refused("post", _("Hanya pemegang jabatan sendiri yang dapat melimpahkan."))
    chosen = next((one for one in deputies(post, now) if one.pk == person_id), None)
    if chosen is None:
        raise Refused("person", _("Pilih orang dari daftar."))
    if len(reason.strip()) < 5:
        raise Refused("reason", _("Tulis alasannya, misalnya nomor surat tugas."))
    day = day_at(post.area, now)
    if start < day:
        raise Refused("start", _("Pelimpahan mulai hari ini atau sesudahnya."))
    if end < start:
        raise Refused("end", _("Tanggal selesai ada sebelum tanggal mulai."))
    if (end - start).days >= rules().acting_days:
        raise Refused(
            "end",
            _("Paling lama %(n)s hari. Lebih dari itu, mintalah penunjukan Plt.")
            % {"n": rules().acting_days},
        )
    # One at a time, so that it is always clear who decides beside the head.
    Area.objects.select_for_update().get(pk=area_id)
    taken = Appointment.objects.filter(
        area_id=area_id, role=post.role, on_behalf_of__isnull=False,
        valid_from__lte=end, valid_to__gte=start,
    )  # fmt: skip
    if taken.exists():
        raise Refused("taken", _("Pada hari itu wewenang sudah dilimpahkan. Akhiri dahulu."))
    made = Appointment.objects.create(
        person=chosen, role=post.role, area=post.area, valid_from=start, valid_to=end,
        on_behalf_of=post.person, reason=reason.strip()[:200],
    )  # fmt: skip
    _log(actor, "people.delegate", chosen, area_id, now, role=post.role,
         start=start.isoformat(), end=end.isoformat())  # fmt: skip
    return made


@transaction.atomic
def end_delegation(*, actor: Any, area_id: str, appointment_id: int, now: datetime) -> Appointment:
    """The head takes back what was lent; it ends with yesterday, so at once."""
    check_can(actor, "people.delegate", area_id)
    one = (
        Appointment.objects.select_for_update(of=("self",))
        .filter(pk=appointment_id, area_id=area_id, on_behalf_of=actor)
        .select_related("area", "person")
        .first()
    )
    day = today(area_info(area_id), now)
    if one is None or one.valid_to is None or one.valid_to < day:
        raise Refused("gone", _("Pelimpahan ini sudah berakhir."))
    _stop(one, day)
    _log(actor, "people.end_delegation", one.person, area_id, now, role=one.role)
    return one


def _stop(one: Appointment, day: date) -> None:
    one.valid_to = max(day - timedelta(days=1), one.valid_from - timedelta(days=1))
    one.save(update_fields=["valid_to"])


# -- hand-over ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class HandOver:
    """What passed from whom to whom; ``code`` of the slip when the successor is new here."""

    role: str
    before: Person
    after: Person
    day: date
    ended: int  # delegations that ended with the post
    code: str | None = None


@transaction.atomic
def hand_over(
    *, actor: Any, appointment_id: int, username: str, name: str = "", acting: bool = False,
    now: datetime,
) -> HandOver:  # fmt: skip
    """End one person's duty and give it to the next, in one step: no day without anybody, no day
    with two. A name makes a new account; without one the account must exist."""
    one = (
        Appointment.objects.select_for_update(of=("self",))
        .filter(pk=appointment_id, valid_to=None)
        .select_related("person", "area")
        .first()
    )
    if one is None:
        raise Refused("gone", _("Orang ini tidak bertugas di sini."))
    before, area = one.person, one.area
    if username == before.username:
        raise Refused("same", _("Penggantinya orang yang sama."))
    actions.end_appointment(actor=actor, appointment_id=one.pk, now=now)
    day = day_at(area, now)
    lent = Appointment.objects.filter(
        area=area, on_behalf_of=before, role=one.role, valid_to__gte=day
    ).select_related("person")
    ended = 0
    for loan in lent:
        _stop(loan, day)
        ended += 1
    if not Appointment.objects.filter(person=before, valid_to=None).exists():
        # Nothing is left to do for this person: no slip and no open session stays.
        Slip.objects.filter(person=before, used_at=None).delete()
        actions.end_sessions(before, now)
    given: dict[str, Any] = {
        "actor": actor, "username": username, "role": one.role, "area_id": area.id,
        "acting": acting, "now": now,
    }  # fmt: skip
    code = None
    if name.strip():
        after, code = actions.invite(name=name, **given)
    else:
        after = actions.appoint(**given)
    _log(actor, "people.hand_over", after, area.id, now, role=one.role, before=str(before.pk))
    return HandOver(one.role, before, after, day, ended, code)
