"""The ledger's only door: audit, files, sealed documents, editions, jobs, rate limits."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from cantik.kernel import canonical
from cantik.ledger import crypto, custody
from cantik.ledger.archive import BackupProblem
from cantik.ledger.backup import check_finished, restore, snapshot
from cantik.ledger.crypto import (
    KeyProblem,
    NotOpened,
    keyed_hash,
    random_id,
    seal,
    secret,
    unseal,
)
from cantik.ledger.files import (
    ON_SWEEP,
    Missing,
    delete_file,
    read_bytes,
    read_sealed,
    store_bytes,
    store_sealed,
    sweep,
)
from cantik.ledger.jobs import (
    JobFailed,
    JobHandle,
    JobView,
    enqueue,
    job,
    job_state,
    recover,
    waits,
)
from cantik.ledger.models import AuditLine, Edition, Job, RateHit, SealedDocument
from cantik.ledger.uploading import InMemory

__all__ = [
    "ON_RECORD",
    "ON_SWEEP",
    "AuditLine",
    "BackupProblem",
    "Edition",
    "InMemory",
    "Job",
    "JobFailed",
    "JobHandle",
    "JobView",
    "KeyProblem",
    "Missing",
    "NotOpened",
    "Sheet",
    "check_finished",
    "check_key",
    "delete_edition",
    "delete_file",
    "edition",
    "edition_file",
    "enqueue",
    "job",
    "job_state",
    "keyed_hash",
    "lost_files",
    "manifest",
    "put_edition",
    "random_id",
    "rate_limited",
    "read_bytes",
    "read_sealed",
    "record",
    "recover",
    "recovery_sheet",
    "restore",
    "seal",
    "sealed_get",
    "sealed_put",
    "secret",
    "snapshot",
    "store_bytes",
    "store_sealed",
    "sweep",
    "unseal",
    "verify_audit",
    "waits",
]
AUDIT_LOCK = 7_221_001
# What later rooms do about something that happened; each is called with the line, in the
# transaction that wrote it, so it asks for a job rather than work.
ON_RECORD: list[Callable[[AuditLine], object]] = []


# -- audit ------------------------------------------------------------------------------------


def record(
    *,
    actor: Any,
    verb: str,
    thing: str,
    thing_id: str,
    area_id: str = "",
    now: datetime,
    detail: Mapping[str, object] | None = None,
) -> AuditLine:
    """Add one line in the caller's transaction; ``actor`` None is the system itself."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [AUDIT_LOCK])
        last = AuditLine.objects.order_by("-number").first()
        line = AuditLine(
            number=last.number + 1 if last else 1,
            at=now.astimezone(UTC).isoformat(),
            actor_id=str(actor.pk) if actor is not None else "",
            verb=verb,
            thing=thing,
            thing_id=str(thing_id),
            area_id=area_id or "",
            detail=canonical.dumps(dict(detail or {})).decode(),
            previous=last.hash if last else "",
        )
        line.hash = _line_hash(line)
        line.save(force_insert=True)
    for act in ON_RECORD:
        act(line)
    return line


def _line_hash(line: AuditLine) -> str:
    fields = (
        "number",
        "at",
        "actor_id",
        "verb",
        "thing",
        "thing_id",
        "area_id",
        "detail",
        "previous",
    )
    return canonical.digest(canonical.dumps({name: getattr(line, name) for name in fields}))


def verify_audit() -> int | None:
    """Number of the first line that breaks the chain; None when the whole chain holds."""
    previous = ""
    for number, line in enumerate(AuditLine.objects.order_by("number").iterator(), start=1):
        if line.number != number or line.previous != previous or line.hash != _line_hash(line):
            return number
        previous = line.hash
    return None


def check_key() -> str:
    """Fingerprint of the key at hand. Raises KeyProblem when it is missing, or another one than
    the data here were sealed with."""
    try:
        if not crypto.key_file().exists():
            raise KeyProblem(_("Berkas kunci %(path)s tidak ada.") % {"path": crypto.key_file()})
        given = crypto.fingerprint()
    except PermissionError:
        words = _("Berkas kunci %(path)s tidak boleh dibaca oleh pengguna ini.")
        raise KeyProblem(words % {"path": crypto.key_file()}) from None
    custody.check_belongs(given, custody.remembered())
    return given


# -- the key's recovery sheet -----------------------------------------------------------------

KEY_SHEET_PRINTED = "ledger.print_key_sheet"  # by the command, on the machine itself


@dataclass(frozen=True)
class Sheet:
    """What is printed to bring a lost master key back: its public name, and the key in lines."""

    fingerprint: str
    lines: tuple[str, ...]


def recovery_sheet() -> Sheet:
    """The whole key: whoever shows it asks who is reading and writes it down. Raises KeyProblem."""
    return Sheet(crypto.fingerprint(), tuple(crypto.sheet_lines(crypto.master_key())))


# -- sealed documents -------------------------------------------------------------------------


def sealed_put(*, kind: str, ref: str, data: bytes, now: datetime) -> int:
    with transaction.atomic():
        last = SealedDocument.objects.filter(kind=kind, ref=ref).aggregate(n=Max("version"))["n"]
        version = (last or 0) + 1
        sealed = crypto.seal(data, context=f"document/{kind}/{ref}/{version}")
        SealedDocument.objects.create(kind=kind, ref=ref, version=version, sealed=sealed, at=now)
    return version


def sealed_get(*, kind: str, ref: str, version: int | None = None) -> bytes | None:
    found = SealedDocument.objects.filter(kind=kind, ref=ref).order_by("-version")
    row = (found if version is None else found.filter(version=version)).first()
    if row is None:
        return None
    return crypto.unseal(bytes(row.sealed), context=f"document/{kind}/{ref}/{row.version}")


# -- editions ---------------------------------------------------------------------------------


def put_edition(
    *,
    kind: str,
    area_id: str,
    activity_id: str,
    period: str,
    files: Mapping[str, bytes],
    made_from: Sequence[str],
    words: Mapping[str, Any],
    now: datetime,
) -> Edition:
    """Keep files under a manifest; the same content is the same edition, also after deletion."""
    manifest = canonical.dumps(
        {
            "kind": kind,
            "area": area_id,
            "activity": activity_id,
            "period": period,
            "files": {name: store_bytes(data) for name, data in files.items()},
            "made_from": list(made_from),
            "words": dict(words),
        }
    )
    with transaction.atomic():
        found, _made = Edition.objects.get_or_create(
            id=canonical.digest(manifest),
            defaults={
                "kind": kind,
                "area_id": area_id,
                "activity_id": activity_id,
                "period": period,
                "manifest_text": manifest.decode(),
                "at": now,
            },
        )
        if found.deleted_at:
            found.deleted_at, found.deleted_reason = None, ""
            found.save(update_fields=["deleted_at", "deleted_reason"])
            record(
                actor=None,
                verb="edition.again",
                thing="edition",
                thing_id=found.id,
                area_id=area_id,
                now=now,
            )
    return found


def edition(id: str) -> Edition:  # noqa: A002
    try:
        return Edition.objects.get(id=id)
    except Edition.DoesNotExist:
        raise Missing(id) from None


def manifest(id: str) -> dict[str, Any]:  # noqa: A002
    found = edition(id)
    if canonical.digest(found.manifest_text.encode()) != id:
        raise NotOpened(_("Manifes berubah sejak disimpan."))
    read: dict[str, Any] = json.loads(found.manifest_text)
    return read


def edition_file(id: str, name: str) -> bytes:  # noqa: A002
    if edition(id).deleted_at:
        raise Missing(id)
    try:
        return read_bytes(manifest(id)["files"][name])
    except KeyError:
        raise Missing(name) from None


def lost_files() -> list[str]:
    """Names of files that living editions count on and that are gone or changed. Reads them all."""
    wanted: set[str] = set()
    lost = []
    for one in Edition.objects.filter(deleted_at=None).iterator():
        try:
            wanted |= set(manifest(one.id)["files"].values())
        except NotOpened:
            lost.append(one.id)
    for sha in sorted(wanted):
        try:
            read_bytes(sha)
        except (Missing, NotOpened):
            lost.append(sha)
    return lost


def delete_edition(*, id: str, reason: str, actor: Any, now: datetime) -> None:  # noqa: A002
    """Remove the files no other living edition names; the manifest stays as a tombstone."""
    with transaction.atomic():
        found = edition(id)
        if found.deleted_at:
            return
        shas = sorted(set(manifest(id)["files"].values()))
        found.deleted_at, found.deleted_reason = now, reason
        found.save(update_fields=["deleted_at", "deleted_reason"])
        for sha in shas:
            delete_file(sha)
        record(
            actor=actor,
            verb="edition.delete",
            thing="edition",
            thing_id=id,
            area_id=found.area_id,
            now=now,
            detail={"reason": reason},
        )


# -- rate limits ------------------------------------------------------------------------------


def rate_limited(key: str, *, limit: int, seconds: int, now: datetime) -> bool:
    """Count this try; True when more than ``limit`` came within the last ``seconds``."""
    hashed = keyed_hash("rate", key)
    since = now - timedelta(seconds=seconds)
    with transaction.atomic():
        RateHit.objects.filter(key=hashed, at__lte=since).delete()
        if RateHit.objects.filter(key=hashed).count() >= limit:
            return True
        RateHit.objects.create(key=hashed, at=now)
    return False
