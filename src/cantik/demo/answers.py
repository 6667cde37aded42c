"""Made-up answers to any questionnaire: valid by its own conditions, limits and rules, from a fixed
seed, about nobody. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from cantik.design.derived import derive, scope_of
from cantik.design.judging import judge
from cantik.design.pack import Pack, Question
from cantik.design.remembering import Remembered
from cantik.kernel.expression import holds

Values = dict[str, Any]
Ways = Mapping[str, Mapping[str, int]]
TRIES = 200  # drawings before a form is given up: rules tell of slips, they are seldom broken
EXAMPLE = "Contoh"


class Luck(Random):
    """One form's luck: a generator of its own, so that one more form changes no other."""


class NoAnswers(RuntimeError):
    """The ways given leave no answers that keep the rules; the message names those broken."""


@dataclass
class MadeForm:
    leaf_id: str
    main: Values
    members: list[Values]


def forms(
    pack: Pack, counts: Mapping[str, int], *, seed: int, on: date, ways: Ways, inside: str = ""
) -> list[MadeForm]:
    """``counts`` is forms by leaf area. ``ways`` says how often each answer is drawn; without, the
    choices of a question are alike and numbers lie between 0 and 9. ``inside`` names the way by
    which the number of members of a form is drawn."""
    known = Remembered(pack)
    made = []
    for at, (leaf, wanted) in enumerate(counts.items()):
        for n in range(wanted):
            luck = Luck(f"{seed}/{at}/{n}")
            made.append(_form(pack, known, leaf, luck, on, ways, inside))
    return made


def _form(
    pack: Pack, known: Remembered, leaf: str, draw: Luck, on: date, ways: Ways, inside: str
) -> MadeForm:
    broken: list[str] = []
    for _ in range(TRIES):
        main: Values = {}
        _fill(pack, pack.main, main, main, draw, on, ways)
        members: list[Values] = []
        for _n in range(int(_pick(draw, ways[inside])) if pack.member and inside else 0):
            member: Values = {}
            _fill(pack, pack.member, member, main, draw, on, ways)
            members.append(member)
        whole = derive(pack, main, members, on, remembered=known)
        told = judge(pack, {**whole[0], **_areas(pack, leaf)}, whole[1], on, remembered=known)
        broken = [f"{one.kind} {one.name}" for one in told]
        if not broken:
            return MadeForm(leaf, main, members)
    raise NoAnswers(f"{pack.id}: {', '.join(dict.fromkeys(broken))}")


def _areas(pack: Pack, leaf: str) -> Values:
    return {q.name: leaf for q in pack.instrument.questions if q.role == "area"}


def _fill(
    pack: Pack, record: str, values: Values, main: Values, draw: Luck, on: date, ways: Ways
) -> None:
    for question in pack.instrument.of(record):
        # Drawn whether asked or not, so that one answer changes no later one.
        value = _answer(pack, question, draw, ways)
        if question.role in ("area", "derived"):
            continue
        if question.relevant is not None:
            inner = record != pack.main
            known = {**derive(pack, main, [], on)[0], **main}  # may ask by what is worked out
            scope = scope_of(pack, known, [values] if inner else [], on)
            here = scope.repeats[pack.member][0] if inner else scope
            if not holds(question.relevant, here):
                continue
        if value != "":
            values[question.name] = value


def _answer(pack: Pack, question: Question, draw: Luck, ways: Ways) -> Any:
    weighted = ways.get(question.name)
    if question.sealed:
        # Optional texts stay empty but for a name, so that no made-up number looks like a real one.
        return f"{EXAMPLE} {draw.randrange(1, 900)}" if question.name.startswith("nama") else ""
    if question.kind == "integer":
        drawn = _pick(draw, weighted) if weighted else str(draw.randrange(10))
        first, _dots, last = drawn.partition("..")
        return draw.randint(int(first), int(last or first))
    codes = [one.code for one in pack.choices(question)]
    return _pick(draw, weighted or dict.fromkeys(codes or [""], 1))


def _pick(draw: Luck, weighted: Mapping[str, int]) -> str:
    return draw.choices(list(weighted), weights=list(weighted.values()))[0]
