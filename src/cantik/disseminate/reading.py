"""The only reader of HOME/released: what the public may see, and nothing else of the installation.

    released/<village>/index.json              every release, with the sha256 of its files
    released/<village>/<number>/release.json   and tabel/<id>.json, tabel/<id>.csv, …

Names are never joined to a path before they are found in a list we wrote ourselves, and no file is
given out whose bytes are not the approved ones.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from cantik.kernel.text import Text

from .publication import NotReleased, Publication
from .publishing import has_release

INDEX = "index.json"
PUBLISHED, REPLACED, WITHDRAWN = "published", "replaced", "withdrawn"
_VILLAGE = re.compile(r"[A-Za-z0-9_-]{1,10}")


@dataclass(frozen=True)
class Entry:
    """One release in the list of a village. A withdrawn one keeps title, date and reason."""

    number: int
    activity: str
    period: str
    reference_date: date
    title: Text
    state: str
    released_at: datetime
    replaces: int | None
    replaced_by: int | None
    note: str
    reason: str
    changed_at: datetime | None
    files: dict[str, tuple[str, int]]  # sha256 and size
    people: bool = True  # whether it counts people; lists from before it was written did


@dataclass(frozen=True)
class Village:
    id: str
    label: str
    name: str
    kind: str
    above: tuple[str, ...]
    time_zone: str
    entries: tuple[Entry, ...]  # the newest first

    @property
    def around(self) -> str:
        """The places above, the nearest first."""
        return ", ".join(reversed(self.above))

    @property
    def village_kind(self) -> str:
        """As the label says it; the list of releases was written in Indonesian."""
        return "kelurahan" if self.label.startswith("Kelurahan ") else "desa"

    def entry(self, number: int) -> Entry:
        """Raises NotReleased."""
        for one in self.entries:
            if one.number == number:
                return one
        raise NotReleased(str(number)[:20])

    def latest(self) -> list[Entry]:
        """The published release of each activity, the latest reference date first."""
        shown = [one for one in self.entries if one.state == PUBLISHED]
        return sorted(shown, key=lambda one: (one.reference_date, one.number), reverse=True)

    def front(self) -> Entry | None:
        """What the page of the village shows: the latest count of its people, else the latest of
        all. Prices of the week do not push the village's own figures away."""
        shown = self.latest()
        return next((one for one in shown if one.people), next(iter(shown), None))

    def taken_back(self, numbers: Iterable[int]) -> list[int]:
        """Which of these releases were withdrawn: a book that holds one of them is no longer
        given."""
        gone = {one.number for one in self.entries if one.state == WITHDRAWN}
        return sorted(gone & set(numbers))

    def year_book(self, year: int) -> Entry | None:
        """The newest release of a year: its book holds the others of that year too."""
        shown = [one for one in self.latest() if one.reference_date.year == year]
        return max(shown, key=lambda one: one.number, default=None)


class Withdrawn(NotReleased):
    """The release was taken back: only its title, date and reason are left."""

    def __init__(self, village: Village, entry: Entry) -> None:
        super().__init__(str(entry.number))
        self.village = village
        self.entry = entry


def root() -> Path:
    return Path(settings.RELEASED)


def is_village_id(words: str) -> bool:
    """Whether this could be the id of an area at all."""
    return bool(_VILLAGE.fullmatch(words))


def village(village_id: str) -> Village | None:
    """The list of a village; None when nothing was ever released there."""
    if not is_village_id(village_id):
        return None
    try:
        read = json.loads((root() / village_id / INDEX).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    return Village(
        id=read["village"],
        label=read["label"],
        name=read["name"],
        kind=read["kind"],
        above=tuple(read["above"]),
        time_zone=read["time_zone"],
        entries=tuple(sorted((_entry(one) for one in read["releases"]), key=lambda e: -e.number)),
    )


def _entry(one: dict[str, Any]) -> Entry:
    moments = {
        name: datetime.fromisoformat(one[name]) if one[name] else None
        for name in ("released_at", "changed_at")
    }
    return Entry(
        **{
            **one,
            **moments,
            "reference_date": date.fromisoformat(one["reference_date"]),
            "files": {name: (file[0], int(file[1])) for name, file in one["files"].items()},
        }
    )


def villages() -> list[Village]:
    """Every village that has a release to read now, by name."""
    if not root().is_dir():
        return []
    found = [village(one.name) for one in root().iterdir()]
    shown = [one for one in found if one is not None and one.latest()]
    return sorted(shown, key=lambda one: (one.name.lower(), one.id))


def publication(village_id: str, number: int) -> tuple[Entry, Publication]:
    """A release that may be read, replaced ones too. Raises NotReleased (Withdrawn) for others."""
    listed = village(village_id)
    if listed is None:
        raise NotReleased(village_id[:10])
    entry = listed.entry(number)
    if entry.state == WITHDRAWN:
        raise Withdrawn(listed, entry)
    folder = root() / listed.id / str(entry.number)

    def get(name: str) -> bytes:
        if name not in entry.files:
            raise NotReleased(name[:40])
        try:
            data = (folder / name).read_bytes()
        except OSError:
            raise NotReleased(name) from None
        if hashlib.sha256(data).hexdigest() != entry.files[name][0]:
            raise NotReleased(name)
        return data

    return entry, Publication(get, {name: size for name, (_, size) in entry.files.items()})


def damaged() -> list[tuple[str, int]]:
    """(village, number) of releases whose files are no longer the approved ones, or gone. Reads
    every released file once."""
    if not root().is_dir():
        return []
    found = []
    for folder in sorted(root().iterdir()):
        listed = village(folder.name)
        for entry in listed.entries if listed else ():
            wanted = {name: sha for name, (sha, _size) in entry.files.items()}
            if entry.state != WITHDRAWN and not has_release(folder, entry.number, wanted):
                found.append((folder.name, entry.number))
    return found
