"""The only writer of HOME/released. All or nothing at every step, so that a process killed anywhere
leaves what was readable before or what is readable after, and the same call made again finishes.

A release is written into a folder with a dot, synced, renamed; then the list of the village is
replaced by one rename. A withdrawn one first leaves the list, then its folder goes.
"""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

INDEX = "index.json"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else writes in this village; what a killed writer left behind is cleared away."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        for left in folder.glob(".*"):
            _remove(left)
        yield
    finally:
        os.close(handle)


def put_release(folder: Path, number: int, files: Mapping[str, bytes]) -> None:
    """Let ``folder/<number>`` hold exactly these files."""
    place = folder / str(number)
    if place.exists():
        if _holds(place, files):
            return
        # Never seen by a reader as half: the list gives no file whose bytes are not the approved.
        away = folder / f".{number}.{secrets.token_hex(4)}"
        place.rename(away)
        _remove(away)
    waiting = folder / f".{number}.{secrets.token_hex(4)}"
    waiting.mkdir()
    for name, data in files.items():
        path = waiting / name
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, data)
    for inner in (*(p for p in waiting.rglob("*") if p.is_dir()), waiting):
        _sync(inner)
    waiting.rename(place)
    _sync(folder)


def put_index(folder: Path, listed: Mapping[str, Any]) -> None:
    data = json.dumps(listed, ensure_ascii=False, sort_keys=True, indent=1).encode()
    path = folder / INDEX
    if path.exists() and path.read_bytes() == data:
        return
    waiting = folder / f".{INDEX}.{secrets.token_hex(4)}"
    _write(waiting, data)
    waiting.replace(path)
    _sync(folder)


def drop_release(folder: Path, number: int) -> None:
    place = folder / str(number)
    if not place.exists():
        return
    away = folder / f".{number}.{secrets.token_hex(4)}"
    place.rename(away)
    _sync(folder)
    _remove(away)


def has_release(folder: Path, number: int, files: Mapping[str, str]) -> bool:
    """Whether the folder stands with files of these sha256."""
    place = folder / str(number)
    return place.is_dir() and _shas(place) == dict(files)


def _holds(place: Path, files: Mapping[str, bytes]) -> bool:
    return _shas(place) == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


def _shas(place: Path) -> dict[str, str]:
    return {
        path.relative_to(place).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in place.rglob("*")
        if path.is_file()
    }


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
