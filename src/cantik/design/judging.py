"""Judge one family's answers by the pack: what is missing, out of place, out of bounds, or against
a rule. Pure; the same judgement serves the dry run of a file and the checking room.

Answers are by variable name: choice codes as text, numbers as int, dates as date; None is empty.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cantik.kernel.expression import Answers, names

from .derived import scope_of
from .pack import Pack
from .remembering import Get, Remembered, Step, reader

Values = Mapping[str, Any]
MISSING, MISPLACED, BOUNDS, RULE = "missing", "misplaced", "bounds", "rule"


@dataclass(frozen=True)
class Verdict:
    """``kind`` is missing, misplaced, bounds or rule; ``member`` counts from 0, None for the
    family; ``name`` is the question, or the id of the rule."""

    kind: str
    member: int | None
    name: str


def judge(
    pack: Pack,
    family: Values,
    members: Sequence[Values],
    today: date,
    *,
    with_sealed: bool = True,
    remembered: Remembered | None = None,
) -> list[Verdict]:
    """All verdicts, in the order of the questionnaire, then of the rules. ``with_sealed`` is False
    where identity is not at hand: what needs it is then left out. ``remembered`` of the same pack
    and day saves work where many families are judged in one run."""
    known = remembered or Remembered(pack)
    scope = scope_of(pack, family, members, today)
    get = reader(scope)
    found = list(_questions(known.steps(pack.main), None, family, scope, get, with_sealed))
    inside = scope.repeats.get(pack.member, ())
    getters = [reader(inner) for inner in inside]
    if pack.member:
        steps = known.steps(pack.member)
        for at, (member, inner) in enumerate(zip(members, inside, strict=True)):
            found += _questions(steps, at, member, inner, getters[at], with_sealed)
    if pack.result and str(family.get(pack.result)) in pack.no_answers:
        return found
    for main, id_, asked in known.rules():
        if main:
            if not asked.holds(scope, get):
                found.append(Verdict(RULE, None, id_))
        else:
            found += [
                Verdict(RULE, at, id_)
                for at, inner in enumerate(inside)
                if not asked.holds(inner, getters[at])
            ]
    return found


def _questions(
    steps: Sequence[Step],
    at: int | None,
    values: Values,
    scope: Answers,
    get: Get,
    with_sealed: bool,
) -> Iterator[Verdict]:
    applies: dict[int, bool] = {}  # many questions share one condition
    for step in steps:
        if step.sealed and not with_sealed:
            continue
        value = values.get(step.name)
        empty = value is None or value == ""
        if empty and not step.needed:
            continue
        here = True
        if (relevant := step.relevant) is not None:
            known = applies.get(id(relevant))
            if known is None:
                known = applies[id(relevant)] = relevant.holds(scope, get)
            here = known
        if empty:
            if here:
                yield Verdict(MISSING, at, step.name)
        elif not here:
            yield Verdict(MISPLACED, at, step.name)
        elif step.constraint is not None and not step.constraint.holds(
            scope.at(value), get, sealed=step.sealed
        ):
            yield Verdict(BOUNDS, at, step.name)


def involved(pack: Pack, verdict: Verdict) -> list[str]:
    """The questions a verdict is about, for the page that mends it."""
    if verdict.kind != RULE:
        return [verdict.name]
    rule = next(one for one in pack.rules if one.id == verdict.name)
    read = names(rule.expression)
    return [q.name for q in pack.instrument.questions if q.name in read]
