"""The same answers are judged once: expressions over many records, remembered for one run. Pure.

Most conditions read few answers of short lists, and thousands of families give the same ones. Only
facts are remembered; what reads a sealed answer, all members together, or the place in a row is
evaluated every time.
"""

from collections.abc import Hashable

from cantik.kernel.expression import Answers, Expression, Value, evaluate, names, truth

from .pack import Pack

MOST = 20_000  # remembered verdicts of one expression
_Key = tuple[Hashable, ...]


class Remembered:
    """Evaluates the expressions of one pack. Give it up after the run: it holds answers."""

    def __init__(self, pack: Pack) -> None:
        self._sealed = frozenset(q.name for q in pack.instrument.questions if q.sealed)
        self._plans: dict[str, tuple[tuple[str, ...], bool, dict[_Key, Value]] | None] = {}

    def value(self, expression: Expression, scope: Answers, *, sealed: bool = False) -> Value:
        """As ``evaluate``. ``sealed`` says that ``.`` is a sealed answer."""
        try:
            plan = self._plans[expression.source]
        except KeyError:
            plan = self._plans[expression.source] = self._plan(expression)
        if plan is None or (sealed and plan[1]):
            return evaluate(expression, scope)
        read, this, known = plan
        key: _Key = tuple([_kept(scope.value((name,))) for name in read])
        if this:
            key += (_kept(scope.this),)
        found = known.get(key)
        if found is None:
            found = evaluate(expression, scope)
            if len(known) < MOST:
                known[key] = found
        return found

    def holds(self, expression: Expression, scope: Answers, *, sealed: bool = False) -> bool:
        return truth(self.value(expression, scope, sealed=sealed))

    def _plan(
        self, expression: Expression
    ) -> tuple[tuple[str, ...], bool, dict[_Key, Value]] | None:
        read = names(expression)
        if (
            read & self._sealed
            or "position" in expression.functions
            or any(use.many for use in expression.uses)
        ):
            return None
        return tuple(sorted(read)), any(use.path == (".",) for use in expression.uses), {}


def _kept(value: object) -> Hashable:
    """An answer with its kind: 1 and "1" are told apart."""
    return value if value is None or isinstance(value, str | int | float) else repr(value)
