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
from .pack import Pack, Question
from .remembering import Remembered

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
    found = list(_questions(pack, pack.main, None, family, scope, with_sealed, known))
    inside = scope.repeats.get(pack.member, ())
    for at, (member, inner) in enumerate(zip(members, inside, strict=True)):
        found += _questions(pack, pack.member, at, member, inner, with_sealed, known)
    if pack.result and str(family.get(pack.result)) in pack.no_answers:
        return found
    for rule in pack.rules:
        if rule.record == pack.main:
            if not known.holds(rule.expression, scope):
                found.append(Verdict(RULE, None, rule.id))
        else:
            found += [
                Verdict(RULE, at, rule.id)
                for at, inner in enumerate(inside)
                if not known.holds(rule.expression, inner)
            ]
    return found


def _questions(
    pack: Pack,
    record: str,
    at: int | None,
    values: Values,
    scope: Answers,
    with_sealed: bool,
    known: Remembered,
) -> Iterator[Verdict]:
    for question in pack.instrument.of(record):
        if question.calculate is not None or (question.sealed and not with_sealed):
            continue
        value = values.get(question.name)
        empty = value is None or value == ""
        if empty:
            needed = question.required and question.role != "area"
            if needed and _applies(question, scope, known):
                yield Verdict(MISSING, at, question.name)
            continue
        if not _applies(question, scope, known):
            yield Verdict(MISPLACED, at, question.name)
        elif question.constraint is not None and not known.holds(
            question.constraint, scope.at(value), sealed=question.sealed
        ):
            yield Verdict(BOUNDS, at, question.name)


def _applies(question: Question, scope: Answers, known: Remembered) -> bool:
    return question.relevant is None or known.holds(question.relevant, scope)


def involved(pack: Pack, verdict: Verdict) -> list[str]:
    """The questions a verdict is about, for the page that mends it."""
    if verdict.kind != RULE:
        return [verdict.name]
    rule = next(one for one in pack.rules if one.id == verdict.name)
    read = names(rule.expression)
    return [q.name for q in pack.instrument.questions if q.name in read]
