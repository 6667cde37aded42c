"""The second step at the door: a code from a telephone, a passkey, or a recovery code on paper; and
which offices ask for it.

A code follows RFC 6238 (pyotp), a passkey WebAuthn level 3 (fido2, of which no attestation is
asked). The secret of the codes is sealed, of a recovery code only a keyed hash is kept, of a
passkey only its public half: a stolen database signs nobody in.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pyotp
import yaml
from django.db import transaction
from django.utils.translation import gettext as _
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestationConveyancePreference,
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from cantik.kernel.problems import Refused
from cantik.ledger import api as ledger

from .api import area as area_info
from .api import check_can, held, held_by_date, today
from .models import Area, CodeDevice, Passkey, Person, Policy, RecoveryCode
from .roles import rights

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
STEP = 30  # seconds, RFC 6238


@dataclass(frozen=True)
class Rules:
    steps_aside: int
    recovery_codes: int
    waiting_minutes: int
    grace_days: int
    session_hours: tuple[int, ...]
    passkeys_each: int
    acting_days: int
    shown_days: int


@cache
def rules() -> Rules:
    raw = yaml.safe_load(Path(__file__).with_name("sign_in.yaml").read_text(encoding="utf-8"))
    del raw["valid_from"]
    return Rules(**{**raw, "session_hours": tuple(raw["session_hours"])})


def _log(actor: Any, verb: str, now: datetime, **detail: object) -> None:
    ledger.record(
        actor=actor, verb=verb, thing="person", thing_id=str(actor.pk), area_id="", now=now,
        detail=detail,
    )  # fmt: skip


# -- what a person has -------------------------------------------------------------------------


def has(person: Any) -> bool:
    """Whether this person set up a second step."""
    return (
        CodeDevice.objects.filter(person=person).exclude(confirmed_at=None).exists()
        or Passkey.objects.filter(person=person).exists()
    )


def who_has(ids: Iterable[int]) -> set[int]:
    """Which of these persons set up a second step."""
    wanted = list(ids)
    codes = CodeDevice.objects.filter(person_id__in=wanted).exclude(confirmed_at=None)
    keys = Passkey.objects.filter(person_id__in=wanted)
    return set(codes.values_list("person_id", flat=True)) | set(
        keys.values_list("person_id", flat=True)
    )


def _not_example(person: Person) -> None:
    if person.is_example:
        raise Refused("example", _("Akun contoh dipakai bersama, jadi tanpa langkah kedua."))


def _recovery_hash(person: Any, code: str) -> str:
    plain = "".join(one for one in code.upper() if one.isalnum())
    return ledger.keyed_hash("recovery-code", f"{person.pk}:{plain}")


def _new_recovery(person: Person) -> list[str]:
    """Fresh recovery codes; the former ones end. Shown once, kept as keyed hashes."""
    RecoveryCode.objects.filter(person=person).delete()
    made = []
    for _number in range(rules().recovery_codes):
        word = "".join(secrets.choice(LETTERS) for _letter in range(10))
        made.append(f"{word[:5]}-{word[5:]}")
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(person=person, code_hash=_recovery_hash(person, one)) for one in made]
    )
    return made


@transaction.atomic
def renew_recovery(*, actor: Person, now: datetime) -> list[str]:
    if not has(actor):
        raise Refused("none", _("Pasang langkah kedua dahulu."))
    _log(actor, "people.recovery_codes", now)
    return _new_recovery(actor)


# -- codes from a telephone --------------------------------------------------------------------


def _context(person: Any) -> str:
    return f"people.code_device:{person.pk}"


@transaction.atomic
def begin_codes(*, actor: Person, now: datetime) -> str:
    """A new secret in base32, for the QR and for typing, that waits for its first code."""
    _not_example(actor)
    if CodeDevice.objects.filter(person=actor).exclude(confirmed_at=None).exists():
        raise Refused("twice", _("Kode dari ponsel sudah terpasang. Cabut dahulu yang lama."))
    secret = pyotp.random_base32()
    CodeDevice.objects.filter(person=actor).delete()
    CodeDevice.objects.create(
        person=actor, sealed=ledger.seal(secret.encode(), context=_context(actor)), made_at=now
    )
    return secret


def waiting_secret(person: Any) -> str | None:
    """The secret that waits for its first code."""
    found = CodeDevice.objects.filter(person=person, confirmed_at=None).first()
    return _secret(found) if found else None


def _secret(device: CodeDevice) -> str:
    return ledger.unseal(bytes(device.sealed), context=_context(device.person)).decode()


def address(person: Person, secret: str, issuer: str) -> str:
    """The otpauth address that a telephone's program scans."""
    return pyotp.TOTP(secret).provisioning_uri(name=person.username, issuer_name=issuer)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """Which 30-second step a code belongs to, within the steps allowed aside; None for a wrong
    code. Compared in constant time."""
    plain = "".join(code.split())
    if not (plain.isascii() and plain.isdigit() and len(plain) == 6):
        return None
    made = pyotp.TOTP(secret)
    present = int(now.timestamp()) // STEP
    for aside in range(-rules().steps_aside, rules().steps_aside + 1):
        if pyotp.utils.strings_equal(plain, made.generate_otp(present + aside)):
            return present + aside
    return None


@transaction.atomic
def confirm_codes(*, actor: Person, code: str, now: datetime) -> list[str]:
    """The first code proves that the telephone holds the secret. Returns recovery codes when these
    are the person's first."""
    device = CodeDevice.objects.select_for_update().filter(person=actor, confirmed_at=None).first()
    if device is None:
        raise Refused("none", _("Mulai lagi dari awal: kodenya sudah tidak menunggu."))
    step = step_of(_secret(device), code, now)
    if step is None:
        raise Refused("code", _("Kode belum cocok. Periksa jam ponsel, lalu ketik kode terbaru."))
    device.confirmed_at, device.last_step = now, step
    device.save(update_fields=["confirmed_at", "last_step"])
    _log(actor, "people.second_add", now, kind="code")
    return _first_recovery(actor)


def _first_recovery(person: Person) -> list[str]:
    known = RecoveryCode.objects.filter(person=person, used_at=None).exists()
    return [] if known else _new_recovery(person)


@transaction.atomic
def check_code(*, person: Person, code: str, now: datetime) -> bool:
    """Whether a code opens the second step: six digits of the telephone, each once, or a recovery
    code, each once."""
    device = (
        CodeDevice.objects.select_for_update()
        .filter(person=person)
        .exclude(confirmed_at=None)
        .first()
    )
    if device is not None:
        step = step_of(_secret(device), code, now)
        if step is not None and step > device.last_step:
            device.last_step, device.used_at = step, now
            device.save(update_fields=["last_step", "used_at"])
            return True
    spent = RecoveryCode.objects.filter(
        person=person, code_hash=_recovery_hash(person, code), used_at=None
    ).update(used_at=now)
    if spent:
        _log(person, "people.recovery_used", now)
    return bool(spent)


# -- passkeys ----------------------------------------------------------------------------------


def _server(host: str) -> Fido2Server:
    """``host`` is the name under which the pages are read; keys are bound to it."""
    return Fido2Server(
        PublicKeyCredentialRpEntity(id=host, name="Cantik"),
        attestation=AttestationConveyancePreference.NONE,
    )


def _keys(person: Any, host: str) -> list[AttestedCredentialData]:
    found = Passkey.objects.filter(person=person, host=host)
    return [AttestedCredentialData(bytes(one.public)) for one in found]


def begin_passkey(*, actor: Person, host: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the browser needs to make a key, and what the session remembers meanwhile."""
    _not_example(actor)
    if Passkey.objects.filter(person=actor).count() >= rules().passkeys_each:
        raise Refused("many", _("Kunci sandi sudah banyak. Cabut yang tidak dipakai lagi."))
    user = PublicKeyCredentialUserEntity(
        # No name of the account's row leaves the house: the handle is a keyed hash.
        id=bytes.fromhex(ledger.keyed_hash("passkey-user", str(actor.pk)))[:32],
        name=actor.username,
        display_name=actor.name,
    )
    options, state = _server(host).register_begin(
        user,
        credentials=_keys(actor, host),
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return dict(options.public_key), _kept(state)


def _kept(state: Mapping[str, Any]) -> dict[str, Any]:
    asked = state["user_verification"]
    return {"challenge": state["challenge"], "user_verification": asked and str(asked.value)}


@transaction.atomic
def add_passkey(
    *, actor: Person, host: str, name: str, state: dict[str, Any], answer: Mapping[str, Any],
    now: datetime,
) -> list[str]:  # fmt: skip
    """Keep the public half of a new key. Returns recovery codes when these are the first."""
    _not_example(actor)
    try:
        made = _server(host).register_complete(state, answer)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused("passkey", _("Kunci sandi itu tidak terbaca. Coba sekali lagi.")) from None
    public = made.credential_data
    if public is None or Passkey.objects.filter(credential=public.credential_id.hex()).exists():
        raise Refused("twice", _("Kunci sandi ini sudah terpasang."))
    Passkey.objects.create(
        person=actor, host=host, name=name.strip()[:60] or _("Kunci sandi"),
        credential=public.credential_id.hex(), public=bytes(public), counter=made.counter,
        made_at=now,
    )  # fmt: skip
    _log(actor, "people.second_add", now, kind="passkey")
    return _first_recovery(actor)


def begin_passkey_sign_in(
    *, person: Person | None, host: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Options for the browser. Without a person any key of this host may answer."""
    options, state = _server(host).authenticate_begin(
        credentials=_keys(person, host) if person is not None else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return dict(options.public_key), _kept(state)


@transaction.atomic
def check_passkey(
    *, host: str, state: dict[str, Any], answer: Mapping[str, Any], now: datetime,
    person: Person | None = None,
) -> Person | None:  # fmt: skip
    """Whose key answered; None when it is unknown, of another person or host, or was copied."""
    try:
        given = AuthenticationResponse.from_dict(dict(answer))
        wanted = given.raw_id.hex()
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    key = (
        Passkey.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(credential=wanted, host=host, person__is_active=True)
        .first()
    )
    if key is None or (person is not None and key.person_id != person.pk):
        return None
    try:
        _server(host).authenticate_complete(
            state, [AttestedCredentialData(bytes(key.public))], given
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    counter = given.response.authenticator_data.counter
    if counter and counter <= key.counter:  # the key was copied, or this answer played again
        return None
    key.counter, key.used_at = counter, now
    key.save(update_fields=["counter", "used_at"])
    return key.person


# -- taking away -------------------------------------------------------------------------------


@transaction.atomic
def remove(*, actor: Person, what: str, now: datetime) -> None:
    """Take away the telephone's codes (``kode``) or one passkey by its number."""
    if what == "kode":
        gone, _by = CodeDevice.objects.filter(person=actor).delete()
    else:
        number = int(what) if what.isascii() and what.isdigit() and len(what) < 10 else 0
        gone, _by = Passkey.objects.filter(person=actor, pk=number).delete()
    if not gone:
        raise Refused("none", _("Tidak ada yang dicabut."))
    due = demanded_from(actor, now)
    if not has(actor):
        if due is not None:
            raise Refused(
                "demanded", _("Kantor meminta langkah kedua. Pasang yang lain dahulu, baru cabut.")
            )
        RecoveryCode.objects.filter(person=actor).delete()
    _log(actor, "people.second_remove", now, kind="code" if what == "kode" else "passkey")


# -- what offices ask for ----------------------------------------------------------------------


def _asked(person: Any) -> list[Policy]:
    """The rules of offices that concern this person: made for a role held, there or above."""
    mine = [(one.role, one.area.path.split("/")) for one in held_by_date(person)]
    found = Policy.objects.filter(role__in={role for role, _path in mine})
    return [
        one for one in found if any(one.role == role and one.area_id in path for role, path in mine)
    ]


def demanded_from(person: Any, now: datetime) -> date | None:
    """From which day an office asks this person for a second step; None when nobody does."""
    return min((one.since for one in _asked(person) if one.second_step), default=None)


def session_hours(person: Any) -> int:
    """How long a sign-in of this person may last: the shortest of the offices' rules."""
    return min((one.hours for one in _asked(person)), default=rules().session_hours[0])


def roles_ruled_by(person: Any, area: Area) -> list[str]:
    """Roles at this area or below that whoever may hand them out may also bind by a rule."""
    known = rights().roles
    return [name for name in known if name in _given(person, area)]


def _given(person: Any, area: Area) -> frozenset[str]:
    mine = [one.role for one in held(person) if one.area_id in area.path.split("/")]
    return frozenset().union(*(rights().handed_out_in_the_end(one) | {one} for one in mine))


@transaction.atomic
def set_policy(
    *, actor: Any, area_id: str, role: str, second_step: bool, hours: int, since: date,
    now: datetime,
) -> Policy | None:  # fmt: skip
    """What the office asks of a role here and below; None when nothing is asked any more."""
    check_can(actor, "people.policy", area_id)
    area = Area.objects.get(pk=area_id)
    if role not in roles_ruled_by(actor, area):
        raise Refused("role", _("Peran ini diatur oleh kantor lain."))
    if hours not in rules().session_hours:
        raise Refused("hours", _("Pilih lama masuk dari daftar."))
    first = today(area_info(area_id), now) + timedelta(days=rules().grace_days)
    before = Policy.objects.filter(area=area, role=role).first()
    kept = before is not None and before.second_step and before.since == since
    if second_step and since < first and not kept:
        raise Refused(
            "since",
            _("Beri waktu sedikitnya %(n)s hari, supaya semua sempat memasang.")
            % {"n": rules().grace_days},
        )
    ledger.record(
        actor=actor, verb="people.policy", thing="role", thing_id=role, area_id=area_id, now=now,
        detail={"second_step": second_step, "hours": hours, "since": since.isoformat()},
    )  # fmt: skip
    Policy.objects.filter(area=area, role=role).delete()
    if not second_step and hours == rules().session_hours[0]:
        return None
    return Policy.objects.create(
        area=area, role=role, second_step=second_step, hours=hours, since=since, made_by=actor,
        made_at=now,
    )  # fmt: skip
