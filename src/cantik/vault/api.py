"""The vault's only door. Every read of identity is logged with who, when, why and which records."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.db import connection, transaction
from django.db.models import QuerySet

from cantik.kernel import canonical
from cantik.kernel.text import Text
from cantik.ledger import api as ledger
from cantik.ledger import crypto
from cantik.people.api import can, check_can
from cantik.vault.masking import masked
from cantik.vault.models import DataKey, Lookup, Original, PurposeLine, SealedIdentity
from cantik.vault.retention import Due, due

__all__ = [
    "Due",
    "UnknownPurpose",
    "due",
    "erase_record",
    "find",
    "masked_identities",
    "open_file",
    "open_note",
    "purposes",
    "read_identities",
    "readings",
    "register_lookups",
    "seal_file",
    "seal_identities",
    "seal_note",
    "system_identities",
]
CHUNK = 500
SYSTEM, MASKED, LISTED = "sistem", "tampilan_tersamar", "daftar_nama"


class UnknownPurpose(ValueError):
    """The purpose is not on the fixed list."""


@lru_cache(maxsize=1)
def purposes() -> Mapping[str, Text]:
    """Every purpose for which an identity may be opened, and what people read of it."""
    listed: dict[str, Text] = yaml.safe_load(
        (Path(__file__).parent / "purposes.yaml").read_text("utf-8")
    )
    return listed


def _data_key(village_id: str, activity_id: str, now: datetime | None = None) -> bytes:
    """The key of an activity; made when ``now`` is given, else Missing is raised."""
    context = f"datakey/{village_id}/{activity_id}"
    place = {"village_id": village_id, "activity_id": activity_id}
    row = DataKey.objects.filter(**place).first()
    if row is None:
        if now is None:
            raise ledger.Missing(activity_id)
        fresh = {"wrapped": crypto.seal(crypto.new_key(), context=context), "at": now}
        row, _made = DataKey.objects.get_or_create(**place, defaults=fresh)
    return crypto.unseal(bytes(row.wrapped), context=context)


def _context(row: SealedIdentity) -> str:
    """Bound to its place and version: a row moved or an old one put in place does not open."""
    return f"identity/{row.village_id}/{row.activity_id}/{row.record_id}/{row.version}"


def seal_identities(
    *,
    village_id: str,
    activity_id: str,
    entries: Mapping[str, Mapping[str, Any] | bytes],
    now: datetime,
) -> None:
    """Seal one entry per family record. A changed entry is a new version; the same one adds none.
    Bytes are an entry as ``canonical.dumps`` has written it.

    Earlier versions stay sealed until the record is erased.
    """
    with transaction.atomic():
        key = _data_key(village_id, activity_id, now)
        standing = _standing(activity_id, list(entries))
        rows, replaced = [], []
        for record_id, entry in entries.items():
            plain = entry if isinstance(entry, bytes) else canonical.dumps(dict(entry))
            mark = crypto.hash_with(key, plain.decode())
            row_id, version, last_mark = standing.get(record_id, (0, 0, ""))
            if mark == last_mark:
                continue
            if row_id:
                replaced.append(row_id)
            row = SealedIdentity(
                village_id=village_id,
                activity_id=activity_id,
                record_id=record_id,
                version=version + 1,
                mark=mark,
                at=now,
            )
            row.sealed = crypto.seal(plain, context=_context(row), key=key)
            rows.append(row)
        for at in range(0, len(replaced), CHUNK):
            SealedIdentity.objects.filter(id__in=replaced[at : at + CHUNK]).update(current=False)
        SealedIdentity.objects.bulk_create(rows, batch_size=2000)


def _standing(activity_id: str, record_ids: Sequence[str]) -> dict[str, tuple[int, int, str]]:
    """Row, version and mark of the current entries of these records."""
    found: dict[str, tuple[int, int, str]] = {}
    for at in range(0, len(record_ids), CHUNK):
        rows = SealedIdentity.objects.filter(
            activity_id=activity_id, record_id__in=record_ids[at : at + CHUNK], current=True
        ).values_list("record_id", "id", "version", "mark")
        found.update({record_id: (row_id, n, mark) for record_id, row_id, n, mark in rows})
    return found


def read_identities(
    *,
    actor: Any,
    village_id: str,
    activity_id: str,
    record_ids: Sequence[str],
    purpose: str,
    now: datetime,
) -> dict[str, dict[str, Any]]:
    """Entries by record id, for a person with the right to them and a purpose on the list.

    A list by name asks for a right of its own. Raises NotAllowed (404) for everybody else,
    UnknownPurpose, NotOpened. The read is logged.
    """
    check_can(actor, "names.list" if purpose == LISTED else "identity.read", village_id)
    if purpose == SYSTEM:
        raise UnknownPurpose(purpose)
    return _read(str(actor.pk), village_id, activity_id, record_ids, purpose, now)


def masked_identities(
    *, actor: Any, village_id: str, activity_id: str, record_ids: Sequence[str], now: datetime
) -> dict[str, dict[str, Any]]:
    """The same entries covered, for lists on a screen; asks for the same right and is logged."""
    check_can(actor, "identity.read", village_id)
    found = _read(str(actor.pk), village_id, activity_id, record_ids, MASKED, now)
    return {record_id: masked(entry) for record_id, entry in found.items()}


def system_identities(
    *, village_id: str, activity_id: str, record_ids: Sequence[str], now: datetime
) -> dict[str, dict[str, Any]]:
    """For jobs, where no person sees what is read; logged as the system's."""
    return _read("", village_id, activity_id, record_ids, SYSTEM, now)


def _read(
    actor_id: str,
    village_id: str,
    activity_id: str,
    record_ids: Sequence[str],
    purpose: str,
    now: datetime,
) -> dict[str, dict[str, Any]]:
    if purpose not in purposes():
        raise UnknownPurpose(purpose)
    wanted = set(record_ids)
    with transaction.atomic():
        PurposeLine.objects.create(
            at=now,
            actor_id=actor_id,
            village_id=village_id,
            activity_id=activity_id,
            purpose=purpose,
            count=len(wanted),
            record_ids=sorted(wanted),
        )
        found: list[SealedIdentity] = []
        for at in range(0, len(wanted), CHUNK):
            found += SealedIdentity.objects.filter(
                village_id=village_id,
                activity_id=activity_id,
                record_id__in=sorted(wanted)[at : at + CHUNK],
                current=True,
            )
        if not found:
            return {}
        key = _data_key(village_id, activity_id)
        return {
            row.record_id: json.loads(
                crypto.unseal(bytes(row.sealed), context=_context(row), key=key)
            )
            for row in found
        }


def readings(*, actor: Any, village_id: str) -> QuerySet[PurposeLine]:
    """Who opened identities of a village, the latest first: the whole log for whom audit.read is
    given there, one's own lines for who may open identities. Raises NotAllowed (404)."""
    found = PurposeLine.objects.filter(village_id=village_id).order_by("-at", "-pk")
    if can(actor, "audit.read", village_id):
        return found
    check_can(actor, "identity.read", village_id)
    return found.filter(actor_id=str(actor.pk))


def _hash_key(activity_id: str, kind: str) -> bytes:
    # One secret per activity: look-ups of two activities cannot be joined without the master key.
    return ledger.secret(f"lookup/{activity_id}/{kind}")


def register_lookups(
    *,
    activity_id: str,
    kind: str,
    pairs: Iterable[tuple[str, str]],
    replace_for: Iterable[str] = (),
) -> None:
    """Let records be found by (value, record id). Registering again changes nothing.

    ``replace_for`` names records whose look-ups of this kind are to be just those in ``pairs``.
    """
    key = _hash_key(activity_id, kind)
    changed = sorted(set(replace_for))
    with transaction.atomic():
        for at in range(0, len(changed), CHUNK):
            Lookup.objects.filter(
                activity_id=activity_id, kind=kind, record_id__in=changed[at : at + CHUNK]
            ).delete()
        _add_lookups(
            [
                (activity_id, kind, crypto.hash_with(key, value), record_id)
                for value, record_id in pairs
            ]
        )


def _add_lookups(rows: Sequence[tuple[str, str, str, str]]) -> None:
    # Plain rows: a village registers tens of thousands at once, and models cost more than writing.
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO vault_lookup (activity_id, kind, hash, record_id)"
                " VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
                rows,
            )


def find(*, activity_id: str, kind: str, values: Iterable[str]) -> dict[str, list[str]]:
    """Record ids by value, for the values that are registered; in order of registration."""
    key = _hash_key(activity_id, kind)
    by_hash = {crypto.hash_with(key, value): value for value in values}
    hashes = list(by_hash)
    out: dict[str, list[str]] = {}
    for at in range(0, len(hashes), CHUNK):
        rows = Lookup.objects.filter(
            activity_id=activity_id, kind=kind, hash__in=hashes[at : at + CHUNK]
        ).order_by("id")
        for found, record_id in rows.values_list("hash", "record_id"):
            out.setdefault(by_hash[found], []).append(record_id)
    return out


def seal_file(*, village_id: str, activity_id: str, data: bytes, now: datetime) -> str:
    """Keep a file as it was received, sealed with the activity's key; the id opens it again."""
    with transaction.atomic():
        file_id = ledger.store_sealed(
            data,
            context=f"file/{village_id}/{activity_id}",
            key=_data_key(village_id, activity_id, now),
        )
        Original.objects.create(
            file_id=file_id, village_id=village_id, activity_id=activity_id, at=now
        )
    return file_id


def open_file(*, village_id: str, activity_id: str, file_id: str) -> bytes:
    """Raises Missing, or NotOpened when cut, changed or of another activity."""
    if not Original.objects.filter(file_id=file_id).exists():
        raise ledger.Missing(file_id)
    try:
        key = _data_key(village_id, activity_id)
    except ledger.Missing:
        raise ledger.NotOpened(file_id) from None
    return ledger.read_sealed(file_id, context=f"file/{village_id}/{activity_id}", key=key)


def seal_note(
    *, village_id: str, activity_id: str, context: str, data: bytes, now: datetime
) -> bytes:
    """Seal a small document that its room keeps in a row of its own, such as a half-filled form.
    ``context`` binds it to that row and version."""
    key = _data_key(village_id, activity_id, now)
    return crypto.seal(data, context=f"note/{village_id}/{activity_id}/{context}", key=key)


def open_note(*, village_id: str, activity_id: str, context: str, sealed: bytes) -> bytes:
    """Raises Missing, or NotOpened when changed or put in another's place."""
    key = _data_key(village_id, activity_id)
    return crypto.unseal(sealed, context=f"note/{village_id}/{activity_id}/{context}", key=key)


def erase_record(
    *,
    village_id: str,
    activity_id: str,
    record_id: str,
    actor: Any,
    now: datetime,
    file_ids: Sequence[str] = (),
) -> None:
    """Remove every version of a family's identity, its look-ups and files.

    One audit line, with the random record id alone, is the tombstone.
    """
    with transaction.atomic():
        SealedIdentity.objects.filter(
            village_id=village_id, activity_id=activity_id, record_id=record_id
        ).delete()
        Lookup.objects.filter(activity_id=activity_id, record_id=record_id).delete()
        for file_id in file_ids:
            ledger.delete_file(file_id)
        ledger.record(
            actor=actor,
            verb="vault.erase",
            thing="record",
            thing_id=record_id,
            area_id=village_id,
            now=now,
        )
