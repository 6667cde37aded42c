"""How well clean data are filled, and which numbers stand far from the others. Pure.

All of it is for the office: a count of what is missing may be one family. What of it may be told
outside is worked out by ``publishable`` from counts that are open anyway.
"""

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from cantik.design.api import ActivityInfo, Pack, Question
from cantik.kernel import expression
from cantik.kernel.expression import Answers
from cantik.kernel.tree import Tree

POLICY = Path(__file__).with_name("quality.yaml")
NORMAL = 1.4826  # a median absolute deviation of this many makes a standard deviation
MEAN_NORMAL = 1.2533  # the same of a mean absolute deviation
ALONE = -1
Columns = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Policy:
    """``bound`` in standard deviations; ``fewest`` answers, below which nothing is odd."""

    version: str
    source: str
    bound: float
    fewest: int
    filled_warning_percent: int


@cache
def policy() -> Policy:
    read = yaml.safe_load(POLICY.read_text(encoding="utf-8"))
    return Policy(
        str(read["version"]),
        read["source"],
        float(read["odd"]["bound"]),
        int(read["odd"]["fewest"]),
        int(read["filled_warning_percent"]),
    )


@dataclass(frozen=True)
class Fences:
    """Numbers below ``low`` or above ``high`` stand far from the others."""

    low: int
    high: int
    middle: int

    def odd(self, value: int) -> bool:
        return not self.low <= value <= self.high


def fences(values: Sequence[int], rules: Policy) -> Fences | None:
    """None when there are too few numbers, or when all of them are alike."""
    if len(values) < rules.fewest:
        return None
    middle = statistics.median(values)
    sides = []
    for sign in (-1, 1):
        away = [abs(value - middle) for value in values if (value - middle) * sign >= 0]
        spread = NORMAL * statistics.median(away) or MEAN_NORMAL * statistics.fmean(away)
        sides.append(spread)
    if not any(sides):
        return None
    low, high = (middle + sign * rules.bound * s for sign, s in zip((-1, 1), sides, strict=True))
    return Fences(math.floor(low), math.ceil(high), math.floor(middle))


@dataclass(frozen=True)
class Measured:
    """One question: of how many it was asked, how many answered, and what is wrong with answers.
    ``asked`` is None where the clean data cannot tell whom it was asked of."""

    name: str
    record: str
    asked: int | None
    filled: int
    unknown: int
    odd: int
    fences: Fences | None

    @property
    def missing(self) -> int | None:
        return None if self.asked is None else max(0, self.asked - self.filled)

    def as_counts(self) -> dict[str, Any]:
        f = self.fences
        return {
            "name": self.name,
            "record": self.record,
            "asked": self.asked,
            "filled": self.filled,
            "unknown": self.unknown,
            "odd": self.odd,
            "bounds": [f.low, f.high, f.middle] if f else None,
        }


def measure(activity: ActivityInfo, main: Columns, inner: Columns) -> list[Measured]:
    """Every question whose answers are in the clean data, in the order of the questionnaire."""
    pack, rules = activity.pack, policy()
    applies = _Applies(activity, main, inner)
    found = []
    for question in pack.instrument.questions:
        columns = main if question.record == pack.main else inner
        if not question.clean or question.name not in columns:
            continue
        values = columns[question.name]
        present = [value for value in values if value is not None and value != ""]
        asked: int | None = len(values)
        filled = len(present)
        if question.role == "derived":
            asked = None  # asked of nobody
        elif question.relevant is not None:
            who = applies.of(question)
            asked = None if who is None else sum(who)
            if who is not None:
                filled = sum(
                    1 for one, v in zip(who, values, strict=True) if one and v not in (None, "")
                )
        edges = fences(present, rules) if question.kind == "integer" else None
        found.append(
            Measured(
                question.name,
                question.record,
                asked,
                filled,
                _unknown(pack, question, present),
                sum(edges.odd(value) for value in present) if edges else 0,
                edges,
            )
        )
    return found


def odd_rows(
    activity: ActivityInfo, main: Columns, inner: Columns
) -> Iterator[tuple[str, str, int, Question, int, Fences]]:
    """(family id, leaf, member from 0 or -1, question, number, bounds) of every odd number."""
    for one in measure(activity, main, inner):
        if not one.odd or one.fences is None:
            continue
        question = activity.pack.instrument.question(one.name)
        own = question.record == activity.pack.main
        columns = main if own else inner
        ids = columns["id" if own else activity.pack.main]
        places = columns["wilayah"]
        for at, value in enumerate(columns[one.name]):
            if value is not None and one.fences.odd(value):
                member = ALONE if own else columns["nomor"][at] - 1
                yield ids[at], places[at], member, question, value, one.fences


def _unknown(pack: Pack, question: Question, present: Sequence[Any]) -> int:
    """Answers that are no code of the question's list."""
    if not question.choices:
        return 0
    codes = {choice.code for choice in pack.choices(question)}
    if question.kind == "choice":
        return sum(str(value) not in codes for value in present)
    return sum(not set(str(value).split()) <= codes for value in present)


class _Applies:
    """Who is asked a question. Rows that are alike in what its condition reads are judged once."""

    def __init__(self, activity: ActivityInfo, main: Columns, inner: Columns) -> None:
        self.pack, self.today = activity.pack, activity.reference_date
        self.main, self.inner = main, inner
        ids = main.get("id", ())
        self.place = {id_: at for at, id_ in enumerate(ids)}
        self.members: dict[int, list[int]] = {}
        for at, id_ in enumerate(inner.get(activity.pack.main, ())):
            self.members.setdefault(self.place[id_], []).append(at)

    def of(self, question: Question) -> list[bool] | None:
        """None when the condition reads what is not in the clean data."""
        condition = question.relevant
        if condition is None:
            return None
        read = expression.names(condition) & self.pack.instrument.names()
        own = {n for n in read if n in self.main}
        within = {n for n in read if n in self.inner}
        if read - own - within:
            return None
        if question.record == self.pack.main:
            if within:
                return self._with_members(condition, within)
            return self._rows(condition, sorted(own), len(self.main["id"]), self._own)
        return self._rows(condition, sorted(own | within), len(self.inner["nomor"]), self._within)

    def _own(self, name: str, at: int) -> Any:
        return self.main[name][at]

    def _within(self, name: str, at: int) -> Any:
        if name in self.inner:
            return self.inner[name][at]
        return self.main[name][self.place[self.inner[self.pack.main][at]]]

    def _rows(
        self, condition: expression.Expression, names: list[str], count: int, value: Any
    ) -> list[bool]:
        known: dict[tuple[Any, ...], bool] = {}
        found = []
        for at in range(count):
            key = tuple(value(name, at) for name in names)
            if key not in known:
                scope = Answers(dict(zip(names, key, strict=True)), today=self.today)
                known[key] = expression.holds(condition, scope)
            found.append(known[key])
        return found

    def _with_members(self, condition: expression.Expression, within: set[str]) -> list[bool]:
        names = sorted(expression.names(condition) & set(self.main))
        found = []
        for at in range(len(self.main["id"])):
            inside = [{n: self.inner[n][m] for n in within} for m in self.members.get(at, ())]
            own = {name: self.main[name][at] for name in names}
            scope = Answers.family(own, inside, today=self.today, repeat=self.pack.member)
            found.append(expression.holds(condition, scope))
        return found


# -- what may be told outside -----------------------------------------------------------------


def publishable(
    activity: ActivityInfo, tree: Tree, by_leaf: Mapping[str, int], measured: Sequence[Measured]
) -> dict[str, Any]:
    """Families reached and families of the register by area, both open down to the RT (of what is
    not people only the whole village is open), and how many questions were looked at. No count of
    a missing, odd or refused answer: such a count would say of a rounded table what its rounding
    hides."""
    questions = [activity.pack.instrument.question(one.name) for one in measured]
    rows = []
    for node in tree if activity.pack.persons else [tree.root]:
        span = tree.leaves()[tree.leaf_slice(node.id)]
        rows.append(
            {
                "area": node.id,
                "level": node.level,
                "label": node.label,
                "families": sum(by_leaf.get(leaf.id, 0) for leaf in span),
                "target": sum(activity.kk_targets.get(leaf.id, 0) for leaf in span),
            }
        )
    return {
        "coverage": rows,
        "questions": sum(one.role == "fact" for one in questions),
        "numeric": sum(one.kind == "integer" for one in questions),
        "policy": policy().version,
    }
