"""The stages of a coached village, derived from proof: pure, no database, no clock.

A stage has passed when each of its requirements has proof and every stage before it has passed.
What once passed stays passed, also when its proof is gone later; the standing says what is gone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cantik.kernel.states import StateTable
from cantik.kernel.text import Text

FILE, THING = "file", "thing"
PROGRAMME, LOKUS = "programme", "lokus"


class BadStages(ValueError):
    """The file of stages contradicts itself; the message names the place."""


@dataclass(frozen=True)
class Requirement:
    """``level`` is where a file is put; ``letter`` asks for its number and date; ``probe`` finds
    a thing, ``given`` are the probe's own bounds."""

    id: str
    kind: str
    title: Text
    level: str = LOKUS
    letter: bool = False
    probe: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)
    title_kelurahan: Text = field(default_factory=dict)

    def title_for(self, village_kind: str) -> Text:
        return (
            self.title_kelurahan
            if village_kind == "kelurahan" and self.title_kelurahan
            else (self.title)
        )


@dataclass(frozen=True)
class Stage:
    id: str
    title: Text
    owner: str
    needs: tuple[Requirement, ...]


@dataclass(frozen=True)
class Found:
    """One thing that proves a requirement: ``kind`` file or the thing's kind, ``ref`` its id,
    ``sha256`` where it is a file or an edition, ``words`` said of it at the time."""

    kind: str
    ref: str
    sha256: str = ""
    words: str = ""

    def plain(self) -> list[str]:
        return [self.kind, self.ref, self.sha256, self.words]


@dataclass(frozen=True)
class StageStanding:
    """``state``: passed, now, later. ``missing`` are requirements without proof now; of a passed
    stage they are what was lost since."""

    stage: Stage
    state: str
    missing: tuple[Requirement, ...]

    @property
    def lost(self) -> bool:
        return self.state == "passed" and bool(self.missing)


@dataclass(frozen=True)
class Standing:
    """``number`` stages have passed, counting from the first; ``newly`` those not on record yet."""

    stages: tuple[StageStanding, ...]
    number: int
    newly: tuple[Stage, ...]

    @property
    def now(self) -> StageStanding | None:
        return next((one for one in self.stages if one.state == "now"), None)

    @property
    def missing(self) -> tuple[Requirement, ...]:
        return self.now.missing if self.now else ()

    @property
    def lost(self) -> bool:
        return any(one.lost for one in self.stages)


def read(data: Mapping[str, Any]) -> tuple[Stage, ...]:
    """The stages of a rulebook. Raises BadStages."""
    made: list[Stage] = []
    seen: set[str] = set()
    for one in data.get("stages") or ():
        needs = tuple(_requirement(one["id"], raw) for raw in one.get("needs") or ())
        if not needs:
            raise BadStages(f"{one['id']}: a stage without requirements could never be told")
        for id_ in (one["id"], *(need.id for need in needs if need.id != one["id"])):
            if id_ in seen:
                raise BadStages(f"{id_}: twice")
            seen.add(id_)
        made.append(Stage(one["id"], one["title"], one["owner"], needs))
    if not made:
        raise BadStages("no stages")
    unknown = {one.owner for one in made} - set(data.get("owners") or ())
    if unknown:
        raise BadStages(f"unknown owner: {', '.join(sorted(unknown))}")
    return tuple(made)


def _requirement(stage: str, raw: Mapping[str, Any]) -> Requirement:
    kind = raw.get("kind")
    if kind not in (FILE, THING):
        raise BadStages(f"{stage}/{raw.get('id')}: kind {kind!r}")
    level = raw.get("level", LOKUS)
    if level not in (PROGRAMME, LOKUS):
        raise BadStages(f"{stage}/{raw.get('id')}: level {level!r}")
    if (kind == THING) != bool(raw.get("probe")):
        raise BadStages(f"{stage}/{raw.get('id')}: a thing has a probe, a file has none")
    return Requirement(
        raw["id"],
        kind,
        raw["title"],
        level,
        bool(raw.get("letter")),
        raw.get("probe", ""),
        dict(raw.get("with") or {}),
        raw.get("title_kelurahan", {}),
    )


def table(stages: Sequence[Stage]) -> StateTable:
    """The stages as one state table: the state is the stage going on, its only verb passes it."""
    following = [*(one.id for one in stages[1:]), "selesai"]
    moves = {one.id: {"pass": after} for one, after in zip(stages, following, strict=True)}
    return StateTable("stages", stages[0].id, {**moves, "selesai": {}})


def standing(
    stages: Sequence[Stage],
    proofs: Mapping[str, Sequence[Found]],
    passed: Sequence[str],
) -> Standing:
    """Where a village stands. ``proofs``: requirement -> what proves it now; ``passed``: ids of
    stages on record as passed, which stay so whatever happened to their proof."""
    made: list[StageStanding] = []
    newly: list[Stage] = []
    going = True
    for one in stages:
        missing = tuple(need for need in one.needs if not proofs.get(need.id))
        if one.id in passed:
            made.append(StageStanding(one, "passed", missing))
        elif going and not missing:
            made.append(StageStanding(one, "passed", ()))
            newly.append(one)
        else:
            made.append(StageStanding(one, "now" if going else "later", missing))
            going = False
    number = sum(one.state == "passed" for one in made)
    return Standing(tuple(made), number, tuple(newly))
