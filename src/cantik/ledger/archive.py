"""The archive of an installation as bytes: written with checksums, read only when it is whole.

A tar.gz: first ``manifest.json``, then the members, last ``checksums.json`` with their sha256. What
is cut off, changed, foreign or reaches outside its folder is refused before anything is taken from
it. No database, no settings.
"""

import gzip
import hashlib
import io
import json
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.utils.translation import gettext as _

MANIFEST, CHECKSUMS = "manifest.json", "checksums.json"
FORMAT, VERSION = "cantik-backup", 1
MOST_WORDS = 256 * 1024 * 1024
CHUNK = 1024 * 1024


class BackupProblem(Exception):
    """Why no backup was made or nothing was restored, in one line with the remedy."""


class Writer:
    """Adds members to an open binary file. Leaving the block well writes the checksums."""

    def __init__(self, out: IO[bytes], manifest: dict[str, Any], mtime: int) -> None:
        self._tar = tarfile.open(fileobj=out, mode="w:gz", compresslevel=3)  # noqa: SIM115 see __exit__
        self._mtime = mtime
        self._sums: dict[str, str] = {}
        self._words(MANIFEST, {"format": FORMAT, "version": VERSION, **manifest})

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, kind: object, *rest: object) -> None:
        if kind is None:
            self._words(CHECKSUMS, self._sums)
        self._tar.close()

    def add(self, name: str, path: Path) -> None:
        with path.open("rb") as data:
            self._member(name, data, path.stat().st_size)

    def _words(self, name: str, words: object) -> None:
        data = json.dumps(words, sort_keys=True, indent=1).encode()
        self._member(name, io.BytesIO(data), len(data))

    def _member(self, name: str, data: IO[bytes], size: int) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = size, 0o600, self._mtime
        reading = _Hashing(data)
        self._tar.addfile(info, reading)
        self._sums[name] = reading.sha256.hexdigest()


class _Hashing(io.RawIOBase):
    def __init__(self, data: IO[bytes]) -> None:
        self._data = data
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self._data.read(size)
        self.sha256.update(chunk)
        return chunk


def check(path: Path) -> dict[str, Any]:
    """Read the whole archive once; its manifest when every byte is as it was written."""
    manifest: dict[str, Any] | None = None
    sums: dict[str, str] = {}
    wanted: dict[str, str] | None = None
    try:
        for name, data in _members(path):
            if wanted is not None:
                raise _damaged()
            if name in (MANIFEST, CHECKSUMS):
                words = data.read(MOST_WORDS)
                sums[name] = hashlib.sha256(words).hexdigest()
                if name == MANIFEST:
                    manifest = _manifest(words)
                else:
                    wanted = json.loads(words)
                continue
            if manifest is None:
                raise _foreign()
            if name in sums:
                raise _damaged()
            digest = hashlib.sha256()
            while chunk := data.read(CHUNK):
                digest.update(chunk)
            sums[name] = digest.hexdigest()
    except FileNotFoundError:
        raise BackupProblem(_("Berkas %(path)s tidak ada.") % {"path": path}) from None
    except (EOFError, zlib.error, ValueError) as fault:
        raise (_damaged() if manifest else _foreign()) from fault
    except (tarfile.TarError, gzip.BadGzipFile) as fault:
        raise (_damaged() if manifest else _foreign()) from fault
    if manifest is None:
        raise _foreign()
    sums.pop(CHECKSUMS, None)
    if wanted != sums:
        raise _damaged()
    return manifest


def extract(path: Path, into: Path) -> None:
    """Write the members of a checked archive below ``into``."""
    for name, data in _members(path):
        target = into / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as out:
            while chunk := data.read(CHUNK):
                out.write(chunk)


def _members(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with tarfile.open(path, "r:gz") as tar:
        for member in tar:
            name = PurePosixPath(member.name)
            inside = name.parts and not name.is_absolute() and ".." not in name.parts
            if not inside or not member.isreg() or "\\" in member.name or "\0" in member.name:
                raise BackupProblem(
                    _("Arsip ditolak: ada isi yang menunjuk ke luar foldernya. Jangan dipakai.")
                )
            data = tar.extractfile(member)
            if data is None:
                raise _damaged()
            yield str(name), data


def _manifest(words: bytes) -> dict[str, Any]:
    manifest = json.loads(words)
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise _foreign()
    if manifest.get("version") != VERSION:
        raise BackupProblem(
            _("Arsip ini dibuat oleh Cantik yang lebih baru. Perbarui Cantik, lalu ulangi.")
        )
    return manifest


def _damaged() -> BackupProblem:
    return BackupProblem(
        _("Arsip terpotong atau rusak; tidak ada yang diubah. Pakai cadangan yang lain.")
    )


def _foreign() -> BackupProblem:
    return BackupProblem(_("Berkas ini bukan cadangan Cantik; tidak ada yang diubah."))
