"""The vault's only door. Every read of identity is logged with who, when, why and which records."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from cantik.kernel import canonical
from cantik.ledger import api as ledger
from cantik.ledger import crypto
from cantik.vault.models import DataKey, Lookup, PurposeLine, SealedIdentity


class UnknownPurpose(ValueError):
    """The purpose is not on the fixed list."""


@lru_cache(maxsize=1)
def purposes() -> tuple[str, ...]:
    return tuple(yaml.safe_load((Path(__file__).parent / "purposes.yaml").read_text("utf-8")))


def _data_key(village_id: str, activity_id: str) -> bytes:
    context = f"datakey/{village_id}/{activity_id}"
    row = DataKey.objects.filter(village_id=village_id, activity_id=activity_id).first()
    if row is None:
        row, _ = DataKey.objects.get_or_create(
            village_id=village_id,
            activity_id=activity_id,
            defaults={"wrapped": crypto.seal(crypto.new_key(), context=context)},
        )
    return crypto.unseal(bytes(row.wrapped), context=context)


def _context(village_id: str, activity_id: str, record_id: str) -> str:
    return f"identity/{village_id}/{activity_id}/{record_id}"


def seal_identities(
    *, village_id: str, activity_id: str, entries: Mapping[str, Mapping[str, Any]], now: datetime
) -> None:
    """Seal one entry per family record; an entry already there is replaced."""
    with transaction.atomic():
        key = _data_key(village_id, activity_id)
        rows = [
            SealedIdentity(
                village_id=village_id,
                activity_id=activity_id,
                record_id=record_id,
                sealed=crypto.seal(
                    canonical.dumps(dict(entry)),
                    context=_context(village_id, activity_id, record_id),
                    key=key,
                ),
            )
            for record_id, entry in entries.items()
        ]
        SealedIdentity.objects.bulk_create(
            rows,
            batch_size=2000,
            update_conflicts=True,
            unique_fields=["activity_id", "record_id"],
            update_fields=["sealed"],
        )


def read_identities(
    *,
    actor: Any,
    village_id: str,
    activity_id: str,
    record_ids: Sequence[str],
    purpose: str,
    now: datetime,
) -> dict[str, dict[str, Any]]:
    from cantik.people.api import check_can

    check_can(actor, "identity.read", village_id)
    return _read(str(actor.pk), village_id, activity_id, record_ids, purpose, now)


def system_identities(
    *, village_id: str, activity_id: str, record_ids: Sequence[str], now: datetime
) -> dict[str, dict[str, Any]]:
    return _read("", village_id, activity_id, record_ids, "sistem", now)


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
        key = _data_key(village_id, activity_id)
        found = SealedIdentity.objects.filter(village_id=village_id, activity_id=activity_id)
        if len(wanted) <= 500:
            found = found.filter(record_id__in=wanted)
        return {
            row.record_id: json.loads(
                crypto.unseal(
                    bytes(row.sealed),
                    context=_context(village_id, activity_id, row.record_id),
                    key=key,
                )
            )
            for row in found.iterator()
            if row.record_id in wanted
        }


def _hash_key(activity_id: str, kind: str) -> bytes:
    # One secret per activity: look-ups of two activities cannot be joined without the master key.
    return ledger.secret(f"lookup/{activity_id}/{kind}")


def register_lookups(*, activity_id: str, kind: str, pairs: Iterable[tuple[str, str]]) -> None:
    key = _hash_key(activity_id, kind)
    Lookup.objects.bulk_create(
        [
            Lookup(
                activity_id=activity_id, kind=kind, hash=crypto.hash_with(key, value), record_id=rid
            )
            for value, rid in pairs
        ],
        batch_size=2000,
    )


def find(*, activity_id: str, kind: str, values: Iterable[str]) -> dict[str, list[str]]:
    key = _hash_key(activity_id, kind)
    by_hash = {crypto.hash_with(key, value): value for value in values}
    hashes = list(by_hash)
    out: dict[str, list[str]] = {}
    for at in range(0, len(hashes), 500):
        rows = Lookup.objects.filter(
            activity_id=activity_id, kind=kind, hash__in=hashes[at : at + 500]
        ).order_by("id")
        for row in rows:
            out.setdefault(by_hash[row.hash], []).append(row.record_id)
    return out


def seal_file(*, village_id: str, activity_id: str, data: bytes, now: datetime) -> str:
    return ledger.store_sealed(
        data, context=f"file/{village_id}/{activity_id}", key=_data_key(village_id, activity_id)
    )


def open_file(*, village_id: str, activity_id: str, file_id: str) -> bytes:
    return ledger.read_sealed(
        file_id, context=f"file/{village_id}/{activity_id}", key=_data_key(village_id, activity_id)
    )


def erase_record(
    *,
    village_id: str,
    activity_id: str,
    record_id: str,
    actor: Any,
    now: datetime,
    file_ids: Sequence[str] = (),
) -> None:
    """Remove a family's identity, look-ups and sealed files; one audit line is the tombstone."""
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
