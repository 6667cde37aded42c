"""Packs between the folder, the database and memory."""

import json
from functools import lru_cache
from pathlib import Path

import cantik

from .checks import check_files
from .faults import Fault
from .models import PackRecord
from .pack import Pack
from .reading import FILES, BadPack, Content, read

FOLDER = Path(cantik.__file__).parent / "packs"


def folders(root: Path = FOLDER) -> list[Path]:
    """Every version of every pack: folders that hold a pack.yaml."""
    return sorted(found.parent for found in root.glob("*/*/pack.yaml"))


def texts(folder: Path) -> dict[str, str]:
    """The text files of one pack by name; a missing one is left out."""
    return {
        name: (folder / name).read_bytes().decode("utf-8", errors="replace")
        for name in FILES
        if (folder / name).is_file()
    }


def checked(folder: Path) -> tuple[Content, Pack, list[Fault]]:
    """As ``check_files``, once for the same texts: a long questionnaire takes a second."""
    return _checked(tuple(sorted(texts(folder).items())))


@lru_cache(maxsize=32)
def _checked(files: tuple[tuple[str, str], ...]) -> tuple[Content, Pack, list[Fault]]:
    return check_files(dict(files))


@lru_cache(maxsize=32)
def by_hash(hash_: str) -> Pack:
    """Raises PackRecord.DoesNotExist."""
    return read(json.loads(PackRecord.objects.get(pk=hash_).content))


def content(hash_: str) -> Content:
    """The plain content of a pack's files. Raises PackRecord.DoesNotExist."""
    found: Content = json.loads(PackRecord.objects.get(pk=hash_).content)
    return found


def version_key(version: str) -> tuple[tuple[int, str], ...]:
    """Versions in their natural order: 2 before 10."""
    return tuple((int(part), "") if part.isdigit() else (0, part) for part in version.split("."))


def check_all(root: Path = FOLDER) -> int:
    """How many packs stand in the folder; raises BadPack with all faults of all of them."""
    faults = []
    found = folders(root)
    for folder in found:
        faults += [f"{folder.parent.name}/{folder.name}/{one}" for one in checked(folder)[2]]
    if faults:
        raise BadPack(faults)
    return len(found)
