"""The ledger's only door: audit, files, sealed documents, editions, jobs, rate limits."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django_tasks import task

from cantik.kernel import canonical
from cantik.ledger import crypto
from cantik.ledger.crypto import KeyProblem, NotOpened, keyed_hash, random_id, secret
from cantik.ledger.models import (
    AuditLine,
    Edition,
    Job,
    RateHit,
    SealedDocument,
    SealedFile,
)

__all__ = [
    "AuditLine",
    "Edition",
    "Job",
    "JobFailed",
    "JobHandle",
    "JobView",
    "KeyProblem",
    "Missing",
    "NotOpened",
    "keyed_hash",
    "random_id",
    "secret",
]
AUDIT_LOCK = 7_221_001


class Missing(Exception):
    """No such file, document or edition; or it was deleted and only its tombstone stands."""


class JobFailed(Exception):
    """Raised by a job with the kind of its failure; the kind never holds personal data."""


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


# -- files ------------------------------------------------------------------------------------


def _place(name: str) -> Path:
    if not name.isalnum():
        raise Missing(name[:8])
    return Path(settings.HOME) / "files" / name[:2] / name


def _write(path: Path, data: bytes) -> None:
    """All or nothing: a temporary file beside it, synced, then renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    waiting = path.with_name(f".{path.name}.{random_id()}")
    try:
        with waiting.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        waiting.replace(path)
    finally:
        waiting.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def store_bytes(data: bytes) -> str:
    """Keep bytes that hold no identity under their sha256."""
    sha = canonical.digest(data)
    if not _place(sha).exists():
        _write(_place(sha), data)
    return sha


def read_bytes(sha: str) -> bytes:
    try:
        data = _place(sha).read_bytes()
    except FileNotFoundError:
        raise Missing(sha) from None
    if canonical.digest(data) != sha:
        raise NotOpened(_("Isi berkas berubah sejak disimpan."))
    return data


def store_sealed(data: bytes, *, context: str, key: bytes | None = None) -> str:
    file_id = random_id("s")
    _write(_place(file_id), crypto.seal(data, context=context + "/" + file_id, key=key))
    SealedFile.objects.create(id=file_id)
    return file_id


def read_sealed(id: str, *, context: str, key: bytes | None = None) -> bytes:  # noqa: A002
    try:
        sealed = _place(id).read_bytes()
    except FileNotFoundError:
        raise Missing(id) from None
    return crypto.unseal(sealed, context=context + "/" + id, key=key)


def delete_file(id: str) -> None:  # noqa: A002
    """Remove a file once the transaction stands; a rollback keeps it."""
    SealedFile.objects.filter(id=id).delete()
    transaction.on_commit(lambda: _place(id).unlink(missing_ok=True))


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
    """Keep files under a manifest; the same content is the same edition."""
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


def delete_edition(*, id: str, reason: str, actor: Any, now: datetime) -> None:  # noqa: A002
    """Remove the files no other living edition names; the manifest stays as a tombstone."""
    with transaction.atomic():
        found = edition(id)
        if found.deleted_at:
            return
        shas = set(manifest(id)["files"].values())
        found.deleted_at, found.deleted_reason = now, reason
        found.save(update_fields=["deleted_at", "deleted_reason"])
        for other in Edition.objects.filter(deleted_at=None).iterator():
            shas -= set(json.loads(other.manifest_text)["files"].values())
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


# -- jobs -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class JobHandle:
    id: str
    params: Mapping[str, Any]
    actor_id: str
    area_id: str

    def progress(self, done: int, total: int, words: str = "") -> None:
        """Say how far the job is. Inside a transaction nobody could see it, so it is left out."""
        if not connection.in_atomic_block:
            Job.objects.filter(id=self.id).update(done=done, total=total, words=words)


@dataclass(frozen=True)
class JobView:
    id: str
    kind: str
    state: str
    done: int
    total: int
    words: str
    failure: str
    area_id: str


JOBS: dict[str, Callable[[JobHandle], None]] = {}


def job(kind: str) -> Callable[[Callable[[JobHandle], None]], Callable[[JobHandle], None]]:
    def keep(work: Callable[[JobHandle], None]) -> Callable[[JobHandle], None]:
        JOBS[kind] = work
        return work

    return keep


def enqueue(
    *, kind: str, params: Mapping[str, Any], actor: Any, area_id: str, now: datetime
) -> Job:
    """Ask for a job in the caller's transaction."""
    if kind not in JOBS:
        raise LookupError(kind)
    with transaction.atomic():
        row = Job.objects.create(
            id=random_id("j"),
            kind=kind,
            params=dict(params),
            area_id=area_id or "",
            at=now,
            actor_id=str(actor.pk) if actor is not None else "",
        )
        _run_job.enqueue(row.id)
    row.refresh_from_db()
    return row


@task()  # type: ignore[untyped-decorator, unused-ignore]
def _run_job(job_id: str) -> None:
    row = Job.objects.get(id=job_id)
    if row.state in (Job.State.DONE, Job.State.FAILED):
        return
    Job.objects.filter(id=job_id).update(state=Job.State.RUNNING)
    handle = JobHandle(row.id, row.params, row.actor_id, row.area_id)
    try:
        if connection.in_atomic_block:
            with transaction.atomic():
                JOBS[row.kind](handle)
        else:
            JOBS[row.kind](handle)
    except JobFailed as failed:
        Job.objects.filter(id=job_id).update(state=Job.State.FAILED, failure=str(failed)[:60])
    except Exception as fault:
        # Only the kind of the fault: its text could hold an answer.
        name = type(fault).__name__
        Job.objects.filter(id=job_id).update(state=Job.State.FAILED, failure=name[:60])
    else:
        Job.objects.filter(id=job_id).update(state=Job.State.DONE)


def job_state(id: str) -> JobView:  # noqa: A002
    row = Job.objects.filter(id=id).first()
    if row is None:
        raise Missing(id)
    return JobView(
        row.id, row.kind, row.state, row.done, row.total, row.words, row.failure, row.area_id
    )


def recover(*, now: datetime) -> int:
    """Before a worker starts: put back what a killed one left running. One worker is assumed."""
    with transaction.atomic():
        left = list(Job.objects.select_for_update().filter(state=Job.State.RUNNING))
        for row in left:
            Job.objects.filter(id=row.id).update(state=Job.State.WAITING, done=0)
            _run_job.enqueue(row.id)
    return len(left)


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
