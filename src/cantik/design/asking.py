"""When a question is asked, part by part, as far as words can tell it. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cantik.kernel.expression import Expression

from .pack import Choice, Pack, Question

_PART = re.compile(r"(?:[\w./]*/)?([^\W\d]\w*)\s*(=|<=|>=|<|>)\s*'?([\w.-]+)'?")
_JOINED = re.compile(r"\s+and\s+")
_TESTS = {
    "=": lambda a, b: a == b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
}


@dataclass(frozen=True)
class Condition:
    """A question is asked only when another one was answered so: by one of ``answers``, or by a
    number that stands in ``sign`` to ``number``. Neither: by an expression words cannot tell."""

    question: Question | None
    answers: tuple[Choice, ...] = ()
    sign: str = ""
    number: str = ""


def conditions(pack: Pack, expression: Expression | None) -> tuple[Condition, ...]:
    """What must hold, part by part. That the visit brought answers goes without saying."""
    if expression is None:
        return ()
    known = {q.name: q for q in pack.instrument.questions}
    found: list[Condition] = []
    parts = [part.strip() for part in _JOINED.split(expression.source)]
    for part in parts:
        # "and" binds closer than "or": without brackets the parts would be other ones.
        loose = len(parts) > 1 and " or " in part and not part.startswith("(")
        one = None if loose else _condition(pack, known, part)
        if one is None:
            return (Condition(None),)
        if one.question is None or one.question.name != pack.result:
            found.append(one)
    return tuple(found)


def _condition(pack: Pack, known: Mapping[str, Question], part: str) -> Condition | None:
    """One comparison, or several of one question joined by "or"; None for anything else."""
    alternatives = [_PART.fullmatch(one.strip()) for one in part.strip("() ").split(" or ")]
    names = {found.group(1) for found in alternatives if found is not None}
    if None in alternatives or len(names) != 1:
        return None
    question = known.get(names.pop())
    if question is None:
        return None
    tests = [(found.group(2), found.group(3)) for found in alternatives if found is not None]
    if question.kind == "choice":
        fitting = tuple(
            choice
            for choice in pack.choices(question)
            if any(_fits(choice.code, sign, code) for sign, code in tests)
        )
        return Condition(question, answers=fitting)
    if len(tests) != 1 or question.kind != "integer":
        return None
    return Condition(question, sign=tests[0][0], number=tests[0][1])


def _fits(code: str, sign: str, other: str) -> bool:
    if sign == "=":
        return code == other
    return code.isdigit() and other.isdigit() and _TESTS[sign](int(code), int(other))
