"""Files on disk: write-once by the hash of their bytes, or sealed under an id that says nothing."""

import json
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from cantik.kernel import canonical
from cantik.ledger import crypto
from cantik.ledger.crypto import NotOpened, random_id
from cantik.ledger.models import Edition, RateHit, SealedFile

# What other rooms throw away when its time has come; each is called with the time.
ON_SWEEP: list[Callable[[datetime], object]] = []
# A file without a row may belong to a transaction still under way; after a day it does not.
LEFT_OVER = timedelta(days=1)


class Missing(Exception):
    """No such file, document or edition; or it was deleted and only its tombstone stands."""


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
    """Raises Missing, or NotOpened when the bytes are no longer what their name says."""
    try:
        data = _place(sha).read_bytes()
    except FileNotFoundError:
        raise Missing(sha) from None
    if canonical.digest(data) != sha:
        raise NotOpened(_("Isi berkas berubah sejak disimpan."))
    return data


def store_sealed(data: bytes, *, context: str, key: bytes | None = None) -> str:
    """Seal bytes to a file; a rolled-back transaction leaves only ciphertext, which is swept."""
    file_id = random_id("s")
    _write(_place(file_id), crypto.seal(data, context=context + "/" + file_id, key=key))
    SealedFile.objects.create(id=file_id)
    return file_id


def read_sealed(id: str, *, context: str, key: bytes | None = None) -> bytes:  # noqa: A002
    """Raises Missing, or NotOpened when cut, changed, of another context or another key."""
    try:
        sealed = _place(id).read_bytes()
    except FileNotFoundError:
        raise Missing(id) from None
    return crypto.unseal(sealed, context=context + "/" + id, key=key)


def delete_file(id: str) -> None:  # noqa: A002
    """Remove a file once the transaction stands; a rollback keeps it."""
    SealedFile.objects.filter(id=id).delete()
    transaction.on_commit(lambda: drop(id))


def drop(name: str) -> None:
    """Remove the file unless a living edition names it (one may have been made meanwhile)."""
    if not Edition.objects.filter(deleted_at=None, manifest_text__contains=name).exists():
        _place(name).unlink(missing_ok=True)


def sweep(*, now: datetime) -> int:
    """Remove what a rollback or a killed process left on disk; how many files that were.

    Half-written files, sealed files no row knows, and files of deleted editions. Old tries at
    signing in go with them, and what rooms keep for a time only.
    """
    RateHit.objects.filter(at__lt=now - LEFT_OVER).delete()
    for act in ON_SWEEP:
        act(now)
    gone = 0
    oldest = (now - LEFT_OVER).timestamp()
    for path in (Path(settings.HOME) / "files").glob("*/*"):
        half = path.name.startswith(".")
        if not half and not path.name.startswith("s"):
            continue
        if path.stat().st_mtime >= oldest:
            continue
        if half or not SealedFile.objects.filter(id=path.name).exists():
            path.unlink(missing_ok=True)
            gone += 1
    for text in Edition.objects.exclude(deleted_at=None).values_list("manifest_text", flat=True):
        for sha in json.loads(text)["files"].values():
            if _place(sha).exists():
                drop(sha)
                gone += not _place(sha).exists()
    return gone
