"""The same answers are judged once: expressions over many records, remembered for one run. Pure.

Most conditions read few answers of short lists, and thousands of families give the same ones. Only
facts are remembered; what reads a sealed answer or the place in a row is evaluated every time, and
so is what sets one member beside all the others.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cantik.kernel.expression import Answers, Expression, Value, evaluate, names, truth

from .pack import Pack, Question

MOST = 10_000  # remembered values of one expression
_ABSENT = object()
Get = Callable[[str], Any]  # an answer by its name, or None


@dataclass(slots=True)
class Asked:
    """One expression, with what it gave for the answers it reads. ``inside`` are the answers it
    reads of all members together; ``alone`` means that nothing of it may be remembered."""

    expression: Expression
    read: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    this: bool = False
    many: bool = False
    alone: bool = False
    known: dict[Hashable, Value] = field(default_factory=dict)

    def value(self, scope: Answers, get: Get, *, sealed: bool = False) -> Value:
        """As ``evaluate``; ``get`` reads the same answers as ``scope``. ``sealed`` says that ``.``
        is a sealed answer."""
        if self.alone or (self.this and sealed) or (self.many and scope.around is not None):
            return evaluate(self.expression, scope)
        key: Hashable = tuple(map(get, self.read))
        if self.this:
            key = (key, scope.this)
        if self.many:
            key = (key, *_members(scope, self.inside))
        try:
            found = self.known.get(key)
        except TypeError:  # an answer that is a list
            return evaluate(self.expression, scope)
        if found is None:
            found = evaluate(self.expression, scope)
            if len(self.known) < MOST:
                self.known[key] = found
        return found

    def holds(self, scope: Answers, get: Get, *, sealed: bool = False) -> bool:
        return truth(self.value(scope, get, sealed=sealed))


def _members(scope: Answers, read: tuple[str, ...]) -> list[Hashable]:
    return [
        # A name that is absent is read from the record around it; an empty answer is not.
        (name, *(tuple([one.values.get(each, _ABSENT) for each in read]) for one in inside))
        for name, inside in scope.repeats.items()
    ]


@dataclass(frozen=True, slots=True)
class Step:
    """What is looked at of one question that is asked."""

    name: str
    sealed: bool
    needed: bool
    relevant: Asked | None
    constraint: Asked | None


class Remembered:
    """Evaluates the expressions of one pack on one day. Give it up after the run: it keeps
    answers."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._sealed = frozenset(q.name for q in pack.instrument.questions if q.sealed)
        self._asked: dict[str, Asked] = {}
        self._steps: dict[str, tuple[Step, ...]] = {}
        self._rules: tuple[tuple[bool, str, Asked], ...] | None = None

    def asked(self, expression: Expression) -> Asked:
        found = self._asked.get(expression.source)
        if found is None:
            found = self._asked[expression.source] = self._plan(expression)
        return found

    def value(self, expression: Expression, scope: Answers, *, sealed: bool = False) -> Value:
        """As ``evaluate``. ``sealed`` says that ``.`` is a sealed answer."""
        return self.asked(expression).value(scope, reader(scope), sealed=sealed)

    def steps(self, record: str) -> tuple[Step, ...]:
        """The questions asked of a record, in order; calculations are not."""
        found = self._steps.get(record)
        if found is None:
            found = self._steps[record] = tuple(
                self._step(q) for q in self._pack.instrument.of(record) if q.calculate is None
            )
        return found

    def rules(self) -> tuple[tuple[bool, str, Asked], ...]:
        """Of each rule whether it is of the main record, its id, and its condition."""
        if self._rules is None:
            self._rules = tuple(
                (rule.record == self._pack.main, rule.id, self.asked(rule.expression))
                for rule in self._pack.rules
            )
        return self._rules

    def _step(self, question: Question) -> Step:
        relevant, constraint = question.relevant, question.constraint
        return Step(
            question.name,
            question.sealed,
            question.required and question.role != "area",
            None if relevant is None else self.asked(relevant),
            None if constraint is None else self.asked(constraint),
        )

    def _plan(self, expression: Expression) -> Asked:
        read = names(expression)
        this = any(use.path == (".",) for use in expression.uses)
        many = any(use.many for use in expression.uses)
        if read & self._sealed or "position" in expression.functions or (this and many):
            return Asked(expression, alone=True)
        inside = tuple(sorted(read)) if many else ()
        return Asked(expression, tuple(sorted(read)), inside, this, many)


def reader(scope: Answers) -> Get:
    """Reads an answer of a record, else of the record around it, as ``scope.value`` does."""
    if scope.around is None:
        return scope.values.get
    around: Mapping[str, object] = scope.around.values
    return {**around, **scope.values}.get
