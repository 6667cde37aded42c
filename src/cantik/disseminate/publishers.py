"""Who has published what: from the list of releases and what each release says of itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from cantik.kernel.text import Text

from . import reading
from .publication import NotReleased, Publication


@dataclass(frozen=True)
class Published:
    """One release that stands, as a list shows it. ``tables`` are those of the village that are
    shown; ``share`` families reached, None without a target."""

    village_id: str
    label: str
    above: tuple[str, ...]
    time_zone: str
    title: Text
    period: str
    reference_date: date
    released_at: datetime
    number: int
    tables: int
    done: int
    target: int
    unit: Text | None
    url: str


@dataclass(frozen=True)
class Topic:
    """A table that villages have published, and which villages."""

    id: str
    title: Text
    question: Text
    chapter: str
    links: tuple[tuple[str, str], ...]  # label of the village, address of its newest table


def releases(village_ids: Iterable[str]) -> list[tuple[Published, Publication]]:
    """The releases that stand in these villages, by village, the newest first."""
    found = []
    for id_ in village_ids:
        listed = reading.village(id_)
        for entry in listed.latest() if listed else ():
            try:
                read = reading.publication(id_, entry.number)[1]
                found.append((_published(listed, entry, read.facts), read))
            except NotReleased:
                continue  # a file that is not the approved one is nobody's publication
    return found


def _published(listed: Any, entry: reading.Entry, facts: dict[str, Any]) -> Published:
    given = {"village_id": listed.id, "number": entry.number}
    return Published(
        listed.id,
        listed.label,
        listed.above,
        listed.time_zone,
        entry.title,
        entry.period,
        entry.reference_date,
        entry.released_at,
        entry.number,
        sum(bool(one["shown"]) for one in facts["tables"]),
        int(facts["collected"]["families"]),
        int(facts["collected"]["target"]),
        facts.get("unit"),
        reverse("disseminate:release", kwargs=given),
    )


def topics(found: Iterable[tuple[Published, Publication]]) -> list[Topic]:
    """Tables by what most villages have; a village counts once for a table, with its newest."""
    known: dict[str, tuple[dict[str, Any], dict[str, tuple[str, str]]]] = {}
    for one, read in found:
        for table in read.facts["tables"]:
            if not table["shown"]:
                continue
            _, links = known.setdefault(table["id"], (table, {}))
            url = f"{one.url}tabel/{table['id']}/"
            links.setdefault(one.village_id, (one.label, url))
    made = [
        Topic(
            id_, table["title"], table["question"] or {}, str(table["chapter"]),
            tuple(sorted(links.values())),
        )
        for id_, (table, links) in known.items()
    ]  # fmt: skip
    return sorted(made, key=lambda one: (-len(one.links), one.id))
