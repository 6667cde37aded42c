"""What in Cantik itself proves a requirement of a stage. Each probe looks, and writes nothing."""

from collections.abc import Callable, Mapping
from typing import Any

from cantik.assess import api as assess
from cantik.coach.models import Agent, Attempt, Lokus
from cantik.coach.stages import FILE, LOKUS, BadStages, Found
from cantik.design import api as design
from cantik.process import api as process
from cantik.protect import api as protect

from . import rulebook
from .evidence import standing as _still

Probe = Callable[[Lokus, Mapping[str, Any]], list[Found]]


def team(lokus: Lokus, given: Mapping[str, Any]) -> list[Found]:
    rows = lokus.programme.team.filter(until=None)
    return [Found("team", str(one.pk)) for one in rows]


def chosen(lokus: Lokus, given: Mapping[str, Any]) -> list[Found]:
    rows = lokus.programme.candidates.filter(village=lokus.village_id, state="chosen")
    found = [Found("candidate", one.id) for one in rows]
    # A village that came out of another one by a split was chosen with it.
    return found or ([Found("lokus", str(lokus.follows_id))] if lokus.follows_id else [])


def agent_named(lokus: Lokus, given: Mapping[str, Any]) -> list[Found]:
    rows = Agent.objects.filter(lokus=lokus, until=None)
    known = _still(one.evidence_id for one in rows)
    return [
        Found("agent", str(one.pk), known[one.evidence_id])
        for one in rows
        if one.evidence_id in known
    ]


def _activities(lokus: Lokus) -> list[design.ActivityInfo]:
    year = lokus.programme.year
    return [one for one in design.activities(lokus.village_id) if one.reference_date.year == year]


def instrument_in_use(lokus: Lokus, given: Mapping[str, Any]) -> list[Found]:
    return [Found("activity", one.id, one.pack.hash) for one in _activities(lokus)]


def test_taken(lokus: Lokus, given: Mapping[str, Any]) -> list[Found]:
    """The first or the last test, taken to its end by somebody who is agent now."""
    persons = Agent.objects.filter(lokus=lokus, until=None).values_list("person", flat=True)
    rows = Attempt.objects.filter(
        person__in=persons, year=lokus.programme.year, moment=given["moment"], state="finished"
    )
    return [Found("test", one.id, one.test) for one in rows]


def clean_cut(lokus: Lokus, given: Mapping[str, Any]) -> list[Found]:
    editions = (process.clean_edition(one.id) for one in _activities(lokus))
    return [Found("edition", one.id, one.id) for one in editions if one is not None]


def released(lokus: Lokus, given: Mapping[str, Any]) -> list[Found]:
    own = {one.id for one in _activities(lokus)}
    return [
        Found("release", one.id, one.proposal.files.get("buku.pdf", ""))
        for one in protect.releases(lokus.village_id)
        if one.state == "published" and one.activity_id in own
    ]


def evaluated(lokus: Lokus, given: Mapping[str, Any]) -> list[Found]:
    year = lokus.programme.year
    return [
        Found("sheet", one.id)
        for one in assess.sheets(lokus.village_id, str(given["sheet"]))
        if one.year == year and one.state == "closed"
    ]


PROBES: dict[str, Probe] = {
    one.__name__: one
    for one in (
        team, chosen, agent_named, instrument_in_use, test_taken, clean_cut, released, evaluated,
    )
}  # fmt: skip


def check(data: Mapping[str, Any]) -> rulebook.Book:
    """A rulebook of stages that this program can follow. Raises BadStages."""
    told = rulebook.read(data)
    asked = {need.probe for stage in told.stages for need in stage.needs if need.probe}
    if unknown := asked - set(PROBES):
        raise BadStages(f"unknown probe: {', '.join(sorted(unknown))}")
    return told


def proofs(lokus: Lokus) -> dict[str, list[Found]]:
    """Everything that proves something for this village now, by requirement."""
    told = rulebook.book(lokus.programme.rulebook)
    files = _files(lokus)
    found: dict[str, list[Found]] = {}
    for stage in told.stages:
        for need in stage.needs:
            if need.kind == FILE:
                found[need.id] = files.get((need.level, need.id), [])
            else:
                found[need.id] = PROBES[need.probe](lokus, need.given)
    return found


def _files(lokus: Lokus) -> dict[tuple[str, str], list[Found]]:
    rows = [
        one
        for one in lokus.programme.proofs.all()
        if one.lokus_id is None or one.lokus_id == lokus.id
    ]
    known = _still(one.evidence_id for one in rows)
    found: dict[tuple[str, str], list[Found]] = {}
    for one in rows:
        if one.evidence_id in known:
            level = LOKUS if one.lokus_id else "programme"
            found.setdefault((level, one.requirement), []).append(
                Found(FILE, one.evidence_id, known[one.evidence_id])
            )
    return found
