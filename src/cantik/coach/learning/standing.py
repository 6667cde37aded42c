"""Who has learned what: read from the rows, for the learner, the village and the coach."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from cantik.people import api as people

from ..models import Agent, Attempt, LastTestOpened, Lokus, Reading
from . import curriculum, items

PRE, POST = "pre", "post"


def village_of(person: Any, wanted: str = "") -> people.AreaInfo | None:
    """The village somebody learns for: the one asked for when they serve there, else the first by
    name. Practice villages are never a home."""
    found = {
        one.id: one
        for one in people.areas_with(person, "coach.learn")
        if one.level == "desa" and one.kind != "latihan"
    }
    if wanted in found:
        return found[wanted]
    return min(found.values(), key=lambda one: (one.label, one.id), default=None)


def year_of(village: people.AreaInfo, now: datetime) -> int:
    """The year of the programme the village is in, else the year there now."""
    lokus = (
        Lokus.objects.filter(village_id=village.id, closed_at=None)
        .select_related("programme")
        .order_by("-programme__year")
        .first()
    )
    return int(lokus.programme.year) if lokus else people.today(village, now).year


@dataclass(frozen=True)
class ModuleStanding:
    """``state``: locked (before the first test), new, read."""

    id: str
    state: str


@dataclass(frozen=True)
class Standing:
    """One person's year of learning."""

    year: int
    pre: Attempt | None
    post: Attempt | None
    modules: tuple[ModuleStanding, ...]
    opened: bool

    @property
    def pre_done(self) -> bool:
        return self.pre is not None and self.pre.state == "finished"

    @property
    def post_done(self) -> bool:
        return self.post is not None and self.post.state == "finished"

    @property
    def read(self) -> int:
        return sum(one.state == "read" for one in self.modules)

    @property
    def may_post(self) -> bool:
        """Our own rule: the first test is finished, and all modules are read to their end or the
        coach has opened the last test for the village. What was begun may always be ended."""
        return self.post is not None or (
            self.pre_done and (self.read == len(self.modules) or self.opened)
        )

    @property
    def next_module(self) -> str:
        return next((one.id for one in self.modules if one.state != "read"), "")


def standing(person: Any, village_id: str, year: int) -> Standing:
    attempts = {one.moment: one for one in Attempt.objects.filter(person=person, year=year)}
    done = attempts.get(PRE) is not None and attempts[PRE].state == "finished"
    read = set(
        Reading.objects.filter(person=person, finished_at__isnull=False).values_list(
            "module", flat=True
        )
    )

    def state(id_: str) -> str:
        return "locked" if not done else "read" if id_ in read else "new"

    return Standing(
        year, attempts.get(PRE), attempts.get(POST),
        tuple(ModuleStanding(id_, state(id_)) for id_ in curriculum.modules()),
        LastTestOpened.objects.filter(village_id=village_id, year=year).exists(),
    )  # fmt: skip


def gain_of(pre: Attempt | None, post: Attempt | None) -> Fraction | None:
    """The gain between two finished tests with the same words; None where it is undefined."""
    if pre is None or post is None or pre.score is None or post.score is None:
        return None
    if pre.test != post.test or pre.items != post.items:
        return None
    return items.gain(pre.score, post.score, pre.items)


# -- a village ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Learner:
    """``gain`` is None where it is undefined; ``full`` says the first test was full."""

    person_id: int
    name: str
    agent: bool
    read: tuple[str, ...]
    pre: bool
    post: bool
    gain: Fraction | None
    full: bool

    @property
    def words(self) -> str:
        return "" if self.gain is None else items.gain_words(self.gain)


def learners(village_id: str, year: int, agents_only: bool = False) -> list[Learner]:
    """Everybody who learned for this village that year, and its agents, by name."""
    agents = set(
        Agent.objects.filter(
            lokus__village_id=village_id, lokus__closed_at=None, until=None
        ).values_list("person_id", flat=True)
    )
    attempts: dict[int, dict[str, Attempt]] = defaultdict(dict)
    for one in Attempt.objects.filter(village_id=village_id, year=year):
        attempts[one.person_id][one.moment] = one
    ids = agents if agents_only else agents | set(attempts)
    read: dict[int, set[str]] = defaultdict(set)
    for person_id, module in Reading.objects.filter(
        person_id__in=ids, finished_at__isnull=False
    ).values_list("person_id", "module"):
        read[person_id].add(module)
    names = people.names_of(ids)
    made = []
    for id_ in ids:
        pre, post = attempts[id_].get(PRE), attempts[id_].get(POST)
        made.append(
            Learner(
                id_, names.get(id_, ""), id_ in agents,
                tuple(one for one in curriculum.modules() if one in read[id_]),
                pre is not None and pre.state == "finished",
                post is not None and post.state == "finished",
                gain_of(pre, post),
                pre is not None and pre.score is not None and pre.score == pre.items,
            )
        )  # fmt: skip
    return sorted(made, key=lambda one: (not one.agent, one.name, one.person_id))


def gains(village_ids: Iterable[str], year: int) -> Mapping[str, items.VillageGain]:
    """Mean gain by village, n of those who finished a first test, in one reading of the rows."""
    rows: dict[str, dict[int, dict[str, Attempt]]] = defaultdict(lambda: defaultdict(dict))
    for one in Attempt.objects.filter(
        village_id__in=list(village_ids), year=year, state="finished"
    ):
        rows[one.village_id][one.person_id][one.moment] = one
    return {village_id: _mean(persons.values()) for village_id, persons in rows.items()}


def _mean(persons: Iterable[Mapping[str, Attempt]]) -> items.VillageGain:
    known, of = [], 0
    for one in persons:
        of += PRE in one
        gain = gain_of(one.get(PRE), one.get(POST))
        if gain is not None:
            known.append(gain)
    return items.VillageGain(
        sum(known, Fraction(0)) / len(known) if known else None, len(known), of
    )


# -- items --------------------------------------------------------------------------------------


def marks_of(test: str, form: str, kind: str, moment: str = "") -> Sequence[str]:
    """The marks of every finished sitting of a form in villages of one kind; nobody is named."""
    found = Attempt.objects.filter(test=test, form=form, state="finished", village__kind=kind)
    if moment:
        found = found.filter(moment=moment)
    return list(found.order_by().values_list("marks", flat=True))


def figures(test: str, form: str, kind: str, moment: str = "") -> items.FormFigures:
    known = curriculum.test(test)
    count = len(known.forms[form]) if known else 0
    return items.analyse_many(items.array_of(marks_of(test, form, kind, moment), count))
