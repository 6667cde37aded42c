"""What people do with people and areas: one verb, one transaction, one line in the log."""

import re
import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cantik.kernel.problems import Refused
from cantik.ledger import api as ledger

from . import areas, indices, second
from .api import NotAllowed, check_can
from .areas import NOT_MOVED, bare, day_at, in_order, label_of, sort_word
from .listing import Row, same_name
from .models import (
    Appointment,
    Area,
    AreaCode,
    AreaIndex,
    AreaName,
    AreaParent,
    BpsRecord,
    CodeDevice,
    Passkey,
    Person,
    RecoveryCode,
    SignIn,
    Slip,
)
from .roles import rights

SLIP_DAYS = 7
KEY_SHEET = "people.show_key_sheet"
BATCH = 2000  # rows written at once
LANGUAGES = ("id", "en")
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # nothing that is misread on paper
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,59}")


# -- persons ----------------------------------------------------------------------------------


def _code() -> str:
    letters = "".join(secrets.choice(LETTERS) for _ in range(12))
    return "-".join((letters[:4], letters[4:8], letters[8:]))


def _hash(code: str) -> str:
    plain = re.sub(r"[^A-Z0-9]", "", code.upper())
    return ledger.keyed_hash("slip", plain)


def _person(username: str, name: str, now: datetime) -> Person:
    if not USERNAME.fullmatch(username):
        raise Refused(
            "username",
            _("Nama akun sedikitnya 3 tanda: huruf kecil, angka, titik, atau garis."),
        )
    if not name.strip():
        raise Refused("name", _("Isi nama orangnya."))
    person = Person(username=username, name=name.strip(), created_at=now)
    person.set_unusable_password()
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:
        raise Refused("taken", _("Nama akun ini sudah dipakai. Pilih yang lain.")) from None
    return person


def _appoint(
    person: Person, role: str, area: Area, day: date, *, acting: bool = False
) -> Appointment:
    known = rights().roles.get(role)
    if known is None or known.level != area.level:
        raise Refused("role", _("Peran ini tidak ada di wilayah ini."))
    if acting and not known.acting:
        raise Refused("acting", _("Peran ini tidak mengenal pelaksana tugas."))
    if Appointment.objects.filter(person=person, role=role, area=area, valid_to=None).exists():
        raise Refused("twice", _("Orang ini sudah memegang peran itu."))
    return Appointment.objects.create(
        person=person, role=role, area=area, valid_from=day, acting=acting
    )


def _slip(person: Person, kind: str, actor: Any, now: datetime) -> str:
    Slip.objects.filter(person=person, used_at=None).delete()
    code = _code()
    Slip.objects.create(
        person=person,
        kind=kind,
        code_hash=_hash(code),
        made_by=actor,
        made_at=now,
        expires_at=now + timedelta(days=SLIP_DAYS),
    )
    return code


def _open(**where: Any) -> QuerySet[Appointment]:
    """Appointments nobody has ended. Rights themselves also look at the dates (api.can)."""
    return Appointment.objects.filter(valid_to=None, **where).select_related("person", "area")


def handed_out_by(person: Any, area: Area) -> frozenset[str]:
    """Roles the person may give and take in this area, by the roles held here or above."""
    held = _open(person=person, area_id__in=area.path.split("/"))
    known = rights().roles
    return frozenset(role for one in held if one.role in known for role in known[one.role].invites)


def _may_hand_out(actor: Any, role: str, area: Area) -> None:
    check_can(actor, "people.invite", area.id)
    if role not in handed_out_by(actor, area):
        raise Refused("may_not", _("Peran ini diundang oleh orang lain."))


def resettable(actor: Any, person_ids: Iterable[int]) -> set[int]:
    """Who may get a new slip from this person: those whose every role, wherever held, the actor
    could hand out there, directly or through someone invited. A slip opens the whole account, so
    one role is not enough: whoever resets a neighbour's head of village would become that head."""
    known = rights().roles
    mine: dict[str, frozenset[str]] = {}
    for one in _open(person=actor):
        given = rights().handed_out_in_the_end(one.role) if one.role in known else frozenset()
        mine[one.area_id] = mine.get(one.area_id, frozenset()) | given
    wanted = set(person_ids) - {actor.pk}
    found, held = set(wanted), set()
    for one in _open(person_id__in=wanted):
        held.add(one.person_id)
        if not any(one.role in mine.get(area, ()) for area in one.area.path.split("/")):
            found.discard(one.person_id)
    return found & held


def _area(area_id: str) -> Area:
    found = Area.objects.filter(pk=area_id, closed_on=None).first()
    if found is None:
        raise Refused("where", _("Wilayah ini tidak ada di sini."))
    return found


@transaction.atomic
def invite(
    *,
    actor: Any,
    username: str,
    name: str,
    role: str,
    area_id: str,
    acting: bool = False,
    now: datetime,
) -> tuple[Person, str]:
    """Make the account and the appointment; return the one-time code of the slip."""
    check_can(actor, "people.invite", area_id)
    area = _area(area_id)
    _may_hand_out(actor, role, area)
    person = _person(username, name, now)
    _appoint(person, role, area, day_at(area, now), acting=acting)
    code = _slip(person, Slip.Kind.INVITATION, actor, now)
    _log(actor, "people.invite", person, area_id, now, {"role": role, "acting": acting})
    return person, code


@transaction.atomic
def appoint(
    *, actor: Any, username: str, role: str, area_id: str, acting: bool = False, now: datetime
) -> Person:
    """A further role for someone who has an account already."""
    check_can(actor, "people.invite", area_id)
    area = _area(area_id)
    _may_hand_out(actor, role, area)
    person = Person.objects.filter(username=username, is_active=True).first()
    if person is None:
        raise Refused("unknown", _("Nama akun ini belum ada. Undang orangnya sebagai orang baru."))
    if person.is_example and area.kind == Area.Kind.REAL:
        raise Refused("example", _("Akun contoh hanya bertugas di wilayah contoh."))
    _appoint(person, role, area, day_at(area, now), acting=acting)
    _log(actor, "people.appoint", person, area_id, now, {"role": role, "acting": acting})
    return person


@transaction.atomic
def reset_slip(
    *, actor: Any, person_id: int, area_id: str, lost_step: bool = False, now: datetime
) -> str:
    """A new code for someone who forgot the password; the old password stops working at once.
    ``lost_step``: the telephone is lost too, so the second step is taken off."""
    check_can(actor, "people.invite", area_id)
    one = _open(person_id=person_id, area_id=area_id).first()
    if one is None:
        raise Refused("gone", _("Orang ini tidak bertugas di sini."))
    if person_id not in resettable(actor, [person_id]):
        raise Refused(
            "not_all", _("Orang ini juga memegang peran lain; lembarnya dibuat oleh orang lain.")
        )
    one.person.set_unusable_password()
    one.person.save(update_fields=["password"])
    code = _slip(one.person, Slip.Kind.RESET, actor, now)
    if lost_step:
        for model in (CodeDevice, Passkey, RecoveryCode):
            model.objects.filter(person=one.person).delete()
    _log(actor, "people.reset", one.person, area_id, now, {"lost_step": lost_step})
    return code


@transaction.atomic
def end_appointment(*, actor: Any, appointment_id: int, now: datetime) -> Appointment:
    """The person no longer holds the role; the account stays for other roles and for the log."""
    one = _open(pk=appointment_id).first()
    if one is None:
        raise Refused("gone", _("Orang ini tidak bertugas di sini."))
    _may_hand_out(actor, one.role, one.area)
    if one.person_id == actor.pk:
        raise Refused("self", _("Peran sendiri diakhiri oleh orang lain."))
    one.valid_to = day_at(one.area, now) - timedelta(days=1)
    one.save(update_fields=["valid_to"])
    _log(actor, "people.end", one.person, one.area_id, now, {"role": one.role})
    return one


def find_slip(code: str, now: datetime) -> Slip | None:
    """The open slip of a code; None when it is unknown, used or too old."""
    found = Slip.objects.filter(code_hash=_hash(code), used_at=None, expires_at__gt=now)
    return found.select_related("person").first()


@transaction.atomic
def accept_slip(*, code: str, password: str, now: datetime) -> Person:
    """Choose a password with a slip, once."""
    slip = find_slip(code, now)
    if slip is None or not Slip.objects.filter(pk=slip.pk, used_at=None).update(used_at=now):
        raise Refused("slip", _("Kode ini tidak berlaku lagi. Mintalah lembar baru."))
    validate_password(password, slip.person)
    slip.person.set_password(password)
    slip.person.save(update_fields=["password"])
    slip.person.sign_ins.update(session="")  # another password ends every session
    _log(slip.person, "people.accept", slip.person, "", now, {"kind": slip.kind})
    return slip.person


@transaction.atomic
def change_password(*, actor: Person, password: str, now: datetime) -> None:
    validate_password(password, actor)
    actor.set_password(password)
    actor.save(update_fields=["password"])
    _log(actor, "people.password", actor, "", now, {})


@transaction.atomic
def set_language(*, actor: Person, language: str, now: datetime) -> None:
    """The language of the pages after signing in on any machine."""
    if language not in LANGUAGES:
        raise Refused("language", _("Bahasa ini belum ada."))
    actor.language = language
    actor.save(update_fields=["language"])
    _log(actor, "people.language", actor, "", now, {"language": language})


@transaction.atomic
def first_administrator(*, username: str, name: str, now: datetime) -> str:
    """For the command line of a new installation. Returns the slip's code."""
    area = Area.objects.get(level=Area.Level.PROVINSI, kind=Area.Kind.REAL)
    person = _person(username, name, now)
    _appoint(person, "administrator", area, day_at(area, now))
    _log(None, "people.first_administrator", person, area.id, now, {})
    return _slip(person, Slip.Kind.INVITATION, None, now)


@transaction.atomic
def example_person(
    *, username: str, name: str, role: str, area_id: str, password: str, day: date, now: datetime
) -> Person:
    """An example account. Its password is known to everybody, so only this machine may serve it."""
    area = Area.objects.get(pk=area_id)
    if area.kind == Area.Kind.REAL:
        raise Refused("real", "an example account stays in an example area")
    person = _person(username, name, now)
    person.is_example = True
    person.example = password
    person.set_password(password)
    person.save()
    _appoint(person, role, area, day)
    _log(None, "people.example", person, area_id, now, {})
    return person


@transaction.atomic
def end_examples(*, now: datetime) -> int:
    """No example account can sign in any more. Returns how many could."""
    found = list(Person.objects.filter(is_example=True, is_active=True))
    for person in found:
        person.is_active = False
        person.example = ""
        person.set_unusable_password()
        person.save()
        _log(None, "people.end_example", person, "", now, {})
    return len(found)


@transaction.atomic
def show_key_sheet(*, actor: Any, area_id: str, now: datetime) -> ledger.Sheet:
    """The recovery sheet of the master key, once. The caller has asked for the password again.
    Nobody of an example holds the key of real names. Raises ledger.KeyProblem."""
    check_can(actor, "key.sheet", area_id)
    if actor.is_example or not Area.objects.filter(pk=area_id, kind=Area.Kind.REAL).exists():
        raise NotAllowed
    sheet = ledger.recovery_sheet()
    ledger.record(
        actor=actor, verb=KEY_SHEET, thing="key", thing_id=sheet.fingerprint, area_id=area_id,
        now=now,
    )  # fmt: skip
    return sheet


def key_sheet_shown() -> tuple[datetime, str] | None:
    """When the sheet was last shown on a page, and the id of the person; None when never."""
    line = ledger.AuditLine.objects.filter(verb=KEY_SHEET).order_by("-number").first()
    return (datetime.fromisoformat(line.at), line.actor_id) if line else None


def _log(
    actor: Any, verb: str, person: Person, area_id: str, now: datetime, detail: dict[str, object]
) -> None:
    ledger.record(
        actor=actor,
        verb=verb,
        thing="person",
        thing_id=str(person.pk),
        area_id=area_id,
        now=now,
        detail=detail,
    )


# -- areas ------------------------------------------------------------------------------------

BELOW = {"desa": ("dusun", "rw", "rt"), "dusun": ("rw", "rt"), "rw": ("rt",)}


def place(
    *, parent: Area | None, level: str, name: str, kind: str, village_kind: str = "",
    time_zone: str = "", day: date | None, source: str, position: int | None = None,
) -> Area:  # fmt: skip
    """A new area with its dated name and parent. Other fields follow the parent. Neighbours stand
    by name (RT 2 before RT 10), those with a ``position`` (1 to 499) before the others."""
    area = Area(
        id=ledger.random_id()[:10],
        level=level,
        kind=kind,
        village_kind=village_kind,
        name=name,
        time_zone=time_zone or (parent.time_zone if parent else ""),
    )
    area.path = f"{parent.path}/{area.id}" if parent else area.id
    word = sort_word(
        label_of(level, name, village_kind), NOT_MOVED if position is None else f"{position:03d}"
    )
    area.sort_key = f"{parent.sort_key}/{word}" if parent else word
    area.save(force_insert=True)
    AreaName.objects.create(area=area, name=name, valid_from=day, source=source)
    if parent:
        AreaParent.objects.create(area=area, parent=parent, valid_from=day, source=source)
    return area


def below(level: str, village_kind: str) -> tuple[str, ...]:
    """Levels that may stand directly below; a kelurahan has RW and RT, no dusun."""
    found = BELOW.get(level, ())
    return tuple(one for one in found if one != "dusun" or village_kind != "kelurahan")


def _within(village_id: str, area_id: str) -> Area:
    """An open area of the village, or the village itself; a foreign id is as good as none."""
    village = Area.objects.get(pk=village_id)
    found = Area.objects.select_for_update().filter(pk=area_id, closed_on=None).first()
    if found is None or village.id not in found.path.split("/"):
        raise Refused("where", _("Wilayah ini tidak ada di sini."))
    return found


def _beside(area_path: str) -> list[Area]:
    """Open areas directly below a path, in order."""
    depth = area_path.count("/") + 1
    found = Area.objects.filter(path__startswith=area_path + "/", closed_on=None)
    return in_order(one for one in found if one.path.count("/") == depth)


def _known(area: Area) -> str:
    return bare(label_of(area.level, area.name, area.village_kind))


@transaction.atomic
def add_areas(
    *, actor: Any, village_id: str, parent_id: str, level: str, names: list[str], now: datetime
) -> list[Area]:
    """Add dusun, RW or RT below an area of the village."""
    check_can(actor, "area.edit", village_id)
    parent = _within(village_id, parent_id)
    if level not in below(parent.level, parent.village_kind):
        raise Refused("level", _("Jenis ini tidak dapat berada di bawahnya."))
    wanted = [" ".join(name.split()) for name in names if name.strip()]
    if not wanted:
        raise Refused("empty", _("Tulis sedikitnya satu nama."))
    if any(len(name) > 60 for name in wanted):
        raise Refused("long", _("Nama paling panjang 60 huruf."))
    taken = {_known(one) for one in _beside(parent.path)}
    for name in wanted:
        word = bare(label_of(level, name, ""))
        if word in taken:
            raise Refused("twice", _("%(name)s sudah ada.") % {"name": name})
        taken.add(word)
    day = day_at(parent, now)
    made = [
        place(parent=parent, level=level, name=name, kind=parent.kind, day=day, source="desa")
        for name in wanted
    ]
    _log_area(actor, "people.add_areas", parent, village_id, now, {"level": level, "n": len(made)})
    return made


@transaction.atomic
def rename_area(*, actor: Any, village_id: str, area_id: str, name: str, now: datetime) -> Area:
    """A new name from today; the old one stays with its dates."""
    check_can(actor, "area.edit", village_id)
    area = _within(village_id, area_id)
    new = " ".join(name.split())
    if area.id == village_id:
        raise Refused("village", _("Nama desa diubah oleh administrator."))
    if not new or len(new) > 60:
        raise Refused("empty", _("Tulis nama yang baru, paling panjang 60 huruf."))
    label = label_of(area.level, new, "")
    others = [one for one in _beside(area.path.rpartition("/")[0]) if one.id != area.id]
    if bare(label) in {_known(one) for one in others}:
        raise Refused("twice", _("%(name)s sudah ada.") % {"name": new})
    day = day_at(area, now)
    area.names.filter(valid_to=None).update(valid_to=day)
    AreaName.objects.create(area=area, name=new, valid_from=day, source="desa")
    area.name = new
    area.save(update_fields=["name"])
    place_now = area.sort_key.rpartition("/")[2][: len(NOT_MOVED)]
    _sort_as(area, sort_word(label, place_now))
    _log_area(actor, "people.rename_area", area, village_id, now, {})
    return area


def _sort_as(area: Area, word: str) -> None:
    """Give an area and all below it the new step of their sort keys."""
    old = area.sort_key
    head, slash, _last = old.rpartition("/")
    new = head + slash + word
    if new == old:
        return
    area.sort_key = new
    moved = [area]
    for one in Area.objects.filter(path__startswith=area.path + "/"):
        one.sort_key = new + one.sort_key[len(old) :]
        moved.append(one)
    Area.objects.bulk_update(moved, ["sort_key"])


@transaction.atomic
def move_area(*, actor: Any, village_id: str, area_id: str, steps: int, now: datetime) -> Area:
    """Change the order among neighbours: -1 one place up, 1 one place down."""
    check_can(actor, "area.edit", village_id)
    area = _within(village_id, area_id)
    if area.id == village_id:
        raise Refused("village", _("Desa tidak dapat dipindah di sini."))
    listed = _beside(area.path.rpartition("/")[0])
    at = next(n for n, one in enumerate(listed) if one.id == area.id)
    to = max(0, min(len(listed) - 1, at + steps))
    listed.insert(to, listed.pop(at))
    for number, one in enumerate(listed, start=1):
        word = label_of(one.level, one.name, one.village_kind)
        _sort_as(one, sort_word(word, f"{number:03d}"))
    area.refresh_from_db()
    _log_area(actor, "people.move_area", area, village_id, now, {"place": to + 1})
    return area


@transaction.atomic
def close_area(*, actor: Any, village_id: str, area_id: str, now: datetime) -> Area:
    """The area is no longer used from today. What was counted there stays."""
    check_can(actor, "area.edit", village_id)
    area = _within(village_id, area_id)
    if area.id == village_id:
        raise Refused("village", _("Desa tidak dapat ditutup di sini."))
    day = day_at(area, now)
    shut = Area.objects.filter(path__startswith=area.path + "/", closed_on=None).update(
        closed_on=day
    )
    area.closed_on = day
    area.save(update_fields=["closed_on"])
    _log_area(actor, "people.close_area", area, village_id, now, {"n": shut + 1})
    return area


@transaction.atomic
def decide_pair(
    *, actor: Any, bps_code: str, area_id: str | None, province_id: str, now: datetime
) -> BpsRecord:
    """Confirm that a record of the BPS list is this village, or (without one) that it is none."""
    check_can(actor, "system.admin", province_id)
    # An administrator of example areas decides nothing about real ones.
    province = Area.objects.filter(pk=province_id, kind=Area.Kind.REAL).first()
    record = BpsRecord.objects.select_for_update().filter(pk=bps_code).first()
    if province is None or record is None:
        raise NotAllowed
    code = province.codes.filter(scheme="bps").values_list("code", flat=True).first()
    if not code or not record.code.startswith(code):
        raise NotAllowed
    if record.state != BpsRecord.State.WAITING:
        raise Refused("decided", _("Pasangan ini sudah diputuskan."))
    record.decided_by, record.decided_at = actor, now
    if area_id is None:
        record.state = BpsRecord.State.REJECTED
    else:
        area = Area.objects.filter(
            pk=area_id, level=Area.Level.DESA, path__startswith=province.path + "/", closed_on=None
        ).first()
        if area is None:
            raise Refused("where", _("Pilih desa yang ada dalam daftar."))
        if area.codes.filter(scheme="bps").exists():
            raise Refused("has_code", _("Desa ini sudah punya kode BPS."))
        listed = {"source": "BPS, dipadankan", "list_year": record.list_year}
        area.codes.create(scheme="bps", code=record.code, **listed)
        area.codes.create(scheme="bps_kecamatan", code=record.kecamatan_code, **listed)
        record.state, record.area = BpsRecord.State.CONFIRMED, area
    record.save()
    ledger.record(
        actor=actor, verb="people.pair", thing="bps_record", thing_id=record.code,
        area_id=area_id or "", now=now, detail={"state": record.state},
    )  # fmt: skip
    return record


def _log_area(
    actor: Any, verb: str, area: Area, village_id: str, now: datetime, detail: dict[str, object]
) -> None:
    ledger.record(
        actor=actor, verb=verb, thing="area", thing_id=area.id, area_id=village_id, now=now,
        detail=detail,
    )  # fmt: skip


# -- own sign-ins ------------------------------------------------------------------------------


def session_mark(key: str) -> str:
    """What the list of sign-ins keeps of a session: it knows the session again and opens none, so
    that neither the table nor a backup signs anybody in."""
    return ledger.keyed_hash("sign-in", key)[:40] if key else ""


def open_sessions(now: datetime) -> dict[str, str]:
    """The keys of all sessions that are open, by their marks."""
    keys = Session.objects.filter(expire_date__gt=now).values_list("session_key", flat=True)
    return {session_mark(key): key for key in keys}


@transaction.atomic
def note_sign_in(*, person: Person, session: str, device: str, now: datetime) -> None:
    """Remember a sign-in for the person's own list, and forget the old ones."""
    SignIn.objects.filter(at__lt=now - timedelta(days=second.rules().shown_days)).delete()
    SignIn.objects.create(person=person, at=now, device=device[:60], session=session_mark(session))


@transaction.atomic
def end_other_sign_ins(*, actor: Person, keep: str, now: datetime) -> int:
    """End every session of the person but the present one; how many were open."""
    ended = end_sessions(actor, now, keep=keep)
    _log(actor, "people.end_sign_ins", actor, "", now, {"ended": ended})
    return ended


def end_sessions(person: Person, now: datetime, *, keep: str = "") -> int:
    """End the sessions of a person, but the one to keep; how many were open."""
    others = SignIn.objects.filter(person=person).exclude(session__in=["", session_mark(keep)])
    open_ = open_sessions(now)
    keys = [open_[mark] for mark in others.values_list("session", flat=True) if mark in open_]
    Session.objects.filter(session_key__in=keys).delete()
    others.update(session="")
    return len(keys)


# -- national lists ---------------------------------------------------------------------------


@dataclass(frozen=True)
class ListReport:
    """What a list would change. ``unmatched`` are (code, name) of ours that the list lacks;
    ``renamed`` (code, before, after); ``pairs`` (code, BPS code) that wait for a person; ``moved``
    (code, code in the list, name) are villages that the list seems to hold under another code,
    as after a move to another kecamatan: told, since only a person knows whether they are one."""

    added: dict[str, int]
    renamed: list[tuple[str, str, str]]
    unmatched: list[tuple[str, str]]
    pairs: list[tuple[str, str]]
    moved: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not (self.added or self.renamed or self.pairs)


def compare_list(rows: Sequence[Row]) -> ListReport:
    """Lay a list beside the real areas of the provinces it covers. Writes nothing."""
    known = _coded("kemendagri")
    listed = {row.code for row in rows}
    covered = {code for code in listed if "." not in code}
    paired = set(AreaCode.objects.filter(scheme="bps").values_list("code", flat=True))
    paired |= set(BpsRecord.objects.values_list("code", flat=True))
    added = Counter(row.level for row in rows if row.code not in known)
    renamed = [
        (row.code, known[row.code].name, row.name)
        for row in rows
        if row.code in known and not same_name(known[row.code].name, row.name)
    ]
    gone = [
        (code, area.name)
        for code, area in sorted(known.items())
        if code[:2] in covered and code not in listed and area.closed_on is None
    ]
    pairs = [
        (row.code, row.bps)
        for row in rows
        if row.level == "desa" and row.bps and row.bps not in paired
    ]
    fresh = [row for row in rows if row.level == "desa" and row.code not in known]
    near: dict[str, list[Row]] = {}
    for row in fresh:
        near.setdefault(row.code[:5], []).append(row)
    moved = [
        (code, row.code, row.name)
        for code, name in gone
        for row in near.get(code[:5], ())
        if code.count(".") == 3 and same_name(name, row.name)
    ]
    return ListReport(dict(added), renamed, gone, pairs, moved)


def _coded(scheme: str) -> dict[str, Area]:
    found = AreaCode.objects.filter(scheme=scheme, valid_to=None, area__kind=Area.Kind.REAL)
    return {row.code: row.area for row in found.select_related("area")}


@dataclass(frozen=True)
class IndexReport:
    """``unknown`` are codes of the file that no area of ours has, with their lines."""

    added: int
    changed: int
    unknown: list[tuple[int, str]]


@transaction.atomic
def load_indices(
    *,
    rows: Sequence[indices.Row],
    source: str,
    now: datetime,
    write: bool = True,
    actor: Any = None,
) -> IndexReport:
    """Keep the official status of villages by year. With an unknown village nothing is written, and
    without ``write`` it is only told what would be."""
    known = _coded("kemendagri")
    unknown = [(row.line, row.code) for row in rows if row.code not in known]
    kept = {(one.area_id, one.index, one.year): one for one in AreaIndex.objects.all()}
    fresh, changed = [], []
    for row in rows:
        if row.code not in known:
            continue
        one = kept.get((known[row.code].id, row.index, row.year))
        if one is None:
            fresh.append(
                AreaIndex(
                    area=known[row.code], index=row.index, year=row.year, score=row.score,
                    status=row.status, source=source,
                )
            )  # fmt: skip
        elif (one.score, one.status, one.source) != (row.score, row.status, source):
            one.score, one.status, one.source = row.score, row.status, source
            changed.append(one)
    report = IndexReport(len(fresh), len(changed), unknown)
    if unknown or not write:
        return report
    AreaIndex.objects.bulk_create(fresh, batch_size=BATCH)
    AreaIndex.objects.bulk_update(changed, ["score", "status", "source"], batch_size=BATCH)
    ledger.record(
        actor=actor, verb="people.load_indices", thing="areas", thing_id="kemendagri", now=now,
        detail={"source": source, "added": report.added, "changed": report.changed},
    )  # fmt: skip
    return report


@transaction.atomic
def import_list(
    *, rows: Sequence[Row], source: str, list_year: int, day: date, now: datetime, actor: Any = None
) -> ListReport:
    """Add what is new, rename what is called otherwise, and put BPS pairs before a person. What the
    list lacks is told and stays: an area is closed by a decision, not by a missing line."""
    report = compare_list(rows)
    zones = areas.time_zones()
    known = _coded("kemendagri")
    listed = {"source": source, "list_year": list_year}
    fresh, names, codes, parents = [], [], [], []
    for row in rows:
        if row.code in known:
            continue
        parent = known.get(row.parent)
        area = Area(
            id=areas.made_id("kemendagri", row.code), level=row.level, kind=Area.Kind.REAL,
            village_kind=row.village_kind, name=row.name, time_zone=zones.get(row.code[:2], ""),
        )  # fmt: skip
        word = row.code.rpartition(".")[2]
        area.path = f"{parent.path}/{area.id}" if parent else area.id
        area.sort_key = f"{parent.sort_key}/{word}" if parent else word
        known[row.code] = area
        fresh.append(area)
        names.append(AreaName(area=area, name=area.name, **listed))
        codes.append(AreaCode(area=area, scheme="kemendagri", code=row.code, **listed))
        if parent:
            parents.append(AreaParent(area=area, parent=parent, **listed))
    Area.objects.bulk_create(fresh, batch_size=BATCH)
    AreaName.objects.bulk_create(names, batch_size=BATCH)
    AreaCode.objects.bulk_create(codes, batch_size=BATCH)
    AreaParent.objects.bulk_create(parents, batch_size=BATCH)
    for code, _before, after in report.renamed:
        area = known[code]
        AreaName.objects.filter(area=area, valid_to=None).update(valid_to=day)
        AreaName.objects.create(area=area, name=after, valid_from=day, **listed)
        Area.objects.filter(pk=area.pk).update(name=after)
    by_bps = {row.bps: row for row in rows if row.bps}
    BpsRecord.objects.bulk_create(
        [
            BpsRecord(
                code=bps, name=by_bps[bps].bps_name or by_bps[bps].name, kecamatan_code=bps[:7],
                kecamatan_name=known[by_bps[bps].parent].name, list_year=list_year,
            )
            for _code, bps in report.pairs
        ],
        batch_size=BATCH, ignore_conflicts=True,
    )  # fmt: skip
    ledger.record(
        actor=actor, verb="people.import_list", thing="areas", thing_id="kemendagri", now=now,
        detail={"source": source, "list_year": list_year, "added": sum(report.added.values()),
                "renamed": len(report.renamed), "unmatched": len(report.unmatched),
                "pairs": len(report.pairs)},
    )  # fmt: skip
    return report
