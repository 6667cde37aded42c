"""Answers that nobody is asked for: ages, and what a pack calculates from other answers. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date

from cantik.kernel import expression
from cantik.kernel.expression import Answers

from .pack import AGE, BIRTH, Pack, Question
from .remembering import Asked, Remembered, reader

Record = dict[str, object]


def age_on(birth: date, on: date) -> int:
    """Full years by the calendar. Someone born on 29 February turns a year older on 1 March of a
    common year. Negative for a birth after ``on``."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def scope_of(
    pack: Pack, values: Mapping[str, object], members: Sequence[Mapping[str, object]], today: date
) -> Answers:
    """Answers as expressions see them; those of the members are ``.repeats[pack.member]``."""
    if not pack.member:
        return Answers(values, today=today)
    return Answers.family(values, members, today=today, repeat=pack.member)


def derive(
    pack: Pack,
    family: Mapping[str, object],
    members: Sequence[Mapping[str, object]],
    today: date,
    *,
    remembered: Remembered | None = None,
) -> tuple[Record, list[Record]]:
    """The same answers with all derived ones worked out anew, in the order of the instrument;
    ``today`` is the reference date. An empty result is None. ``umur`` comes from the birth date
    where that is at hand, and stays as given where it is not: a birth date is no fact."""
    known = remembered or Remembered(pack)
    household: Record = dict(family)
    people: list[Record] = [dict(one) for one in members]
    for person in people:
        born = person.get(BIRTH)
        if isinstance(born, date):
            person[AGE] = age_on(born, today) if born <= today else None
    for question in pack.instrument.questions:
        if question.role != "derived" or question.calculate is None or question.name == AGE:
            continue
        scope = scope_of(pack, household, people, today)
        asked = known.asked(question.calculate)
        if question.record == pack.main:
            household[question.name] = _answer(question, asked, scope)
        else:
            found = [_answer(question, asked, one) for one in scope.repeats[pack.member]]
            for person, answer in zip(people, found, strict=True):
                person[question.name] = answer
    return household, people


def _answer(question: Question, asked: Asked, scope: Answers) -> object:
    value = asked.value(scope, reader(scope))
    if question.kind == "integer":
        number = expression.number(value)
        return int(number) if number == number and abs(number) < 2**31 else None
    return expression.text(value) or None


def counted_members(
    pack: Pack, family: Mapping[str, object], members: Sequence[Mapping[str, object]], today: date
) -> list[bool]:
    """For each member whether it belongs to the published population."""
    if pack.counted is None:
        return [True] * len(members)
    scope = scope_of(pack, family, members, today)
    return [expression.holds(pack.counted, one) for one in scope.repeats[pack.member]]
