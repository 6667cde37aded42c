"""What the figures of a table stand for, as short marks: two releases with the same marks counted
the same. Pure.

A mark tells whether something changed, not what; which mark differs says what kind of break it is.
Case, spaces and punctuation do not count: a corrected comma is no new definition.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from cantik.design import universes
from cantik.kernel import canonical, expression
from cantik.kernel.text import pick

# In the order in which a reader is told: the first that differs is the reason given.
POPULATION, ASKED, FORMULA, ANSWERS, SAID, WORDING = (
    "population", "asked", "formula", "answers", "said", "wording",
)  # fmt: skip
BREAKS = (POPULATION, ASKED, FORMULA, ANSWERS, SAID)
_LETTERS = re.compile(r"\W+")


def mark(what: object) -> str:
    return canonical.digest(canonical.dumps(what))[:16]


def population(pack: Any) -> str:
    """Who is counted of the members of a form; "" where no member is left out."""
    counted = universes.plain(getattr(pack, "counted", None))
    return mark(counted) if counted else ""


def of_table(pack: Any, template: Any) -> dict[str, str]:
    """``population`` who is counted at all, ``asked`` whom the question is put to, ``formula`` how
    a calculated answer comes about, ``answers`` the choices and their words, ``said`` definition
    and reference time, ``wording`` the words of the question. "" where there is none of it."""
    question = pack.instrument.question(template.variable)
    whole = pack.member and template.unit == pack.record(pack.member).unit
    derived = question.calculate is not None
    return {
        POPULATION: population(pack) if whole else "",
        ASKED: _some(universes.plain(question.relevant)),
        FORMULA: _some(_formula(pack, question)) if derived else "",
        ANSWERS: _some(_choices(pack, question)),
        SAID: _some([plain(question.definition), plain(question.time)]),
        # Nobody is asked for what is calculated: its name may change.
        WORDING: "" if derived else _some([plain(question.label), plain(question.hint)]),
    }


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Which marks differ, in the order they are told. A definition that only one of the two puts
    into words is no other definition."""
    return [
        name
        for name in (*BREAKS, WORDING)
        if before.get(name, "") != after.get(name, "")
        and not (name == SAID and not (before.get(SAID) and after.get(SAID)))
    ]


def of_indicator(one: Mapping[str, Any]) -> tuple[object, ...] | None:
    """What an indicator divides by what; None for a release that does not tell."""
    made = one.get("made_of")
    if not made:
        return None
    below = made["denominator"]
    return (
        tuple(sorted(made["numerator"])),
        below if isinstance(below, str) else tuple(sorted(below)),
        made["multiplier"],
    )


def _some(what: Any) -> str:
    empty = not any(what) if isinstance(what, list) else not what
    return "" if empty else mark(what)


def of_item(pack: Any, name: str) -> str:
    """Definition and reference time of what has a price; "" where it has none in words."""
    question = pack.instrument.question(name)
    return _some([plain(question.definition), plain(question.time)])


def plain(text: Mapping[str, str]) -> str:
    """The Indonesian words in small letters, without punctuation."""
    return _LETTERS.sub(" ", pick(text, "id").casefold()).strip() if text else ""


def _choices(pack: Any, question: Any) -> list[list[str]]:
    return [[one.code, plain(one.label)] for one in pack.choices(question)]


def _formula(pack: Any, question: Any) -> list[object]:
    """The calculation, those it is made of, and the choices of every question they read."""
    known = {one.name: one for one in pack.instrument.questions}
    seen: dict[str, object] = {}
    waiting = [question.name]
    while waiting:
        name = waiting.pop()
        one = known.get(name)
        if one is None or name in seen or one.sealed:
            continue
        if one.calculate is None:
            seen[name] = _choices(pack, one)
            continue
        seen[name] = universes.plain(one.calculate)
        waiting += sorted(_read(one.calculate, known))
    return [[name, seen[name]] for name in sorted(seen)]


def _read(calculation: Any, known: Iterable[str]) -> set[str]:
    return set(expression.names(calculation)) & set(known)
