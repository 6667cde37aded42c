"""Whole numbers with bounds, sums that must hold, and what can be told of other sums of them. Pure.

Bounds are propagated first; where they contradict each other, all that hangs together has failed.
A sum over unknowns that stand in one equation each has exact bounds in closed form; the rest go to
an integer solver, whose solutions are put into the equations before they count. What stays
undecided is never called safe.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import highspy
import numpy as np

from .intervals import gives_away

Name: TypeAlias = tuple[str, str, str, str]
Terms: TypeAlias = tuple[tuple[int, int], ...]  # (unknown, coefficient)

SWEEPS = 200  # bounds that still creep after so many rounds are left to the solver
TRIES = 12  # solutions in random directions before each sum is asked for by itself


@dataclass
class System:
    """Unknown whole numbers with bounds, and sums that must hold."""

    low: list[int] = field(default_factory=list)
    high: list[int] = field(default_factory=list)
    base: list[int] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)
    equations: list[tuple[Terms, int]] = field(default_factory=list)

    def unknown(self, name: Name, low: int, high: int, base: int) -> int:
        self.names.append(name)
        self.low.append(low)
        self.high.append(high)
        self.base.append(base)
        return len(self.low) - 1

    def holds(self, terms: Sequence[tuple[int, int]], total: int) -> None:
        self.equations.append((tuple(terms), total))


def propagate(system: System, equations: Sequence[int] | None = None) -> bool:
    """Tighten bounds until nothing moves, by all or by the chosen equations. False when nothing
    can be true: then something published is not what the method says."""
    chosen = range(len(system.equations)) if equations is None else equations
    uses: dict[int, list[int]] = {}
    for at in chosen:
        for i, _ in system.equations[at][0]:
            if system.low[i] > system.high[i]:
                return False
            uses.setdefault(i, []).append(at)
    waiting = set(chosen)
    for _ in range(SWEEPS):
        if not waiting:
            break
        now, waiting = sorted(waiting), set()
        for at in now:
            moved = _tighten(system, *system.equations[at])
            if moved is None:
                return False
            for i in moved:
                waiting.update(uses[i])
    return True


def _tighten(system: System, terms: Terms, total: int) -> list[int] | None:
    """Unknowns whose bounds moved; None when the equation cannot hold."""
    low, high = system.low, system.high
    spans = [(c * low[i], c * high[i]) if c > 0 else (c * high[i], c * low[i]) for i, c in terms]
    least, most = (sum(span[end] for span in spans) for end in (0, 1))
    if least > total or most < total:
        return None
    moved = []
    for (i, c), (own_least, own_most) in zip(terms, spans, strict=True):
        down, up = total - (most - own_most), total - (least - own_least)
        if c > 0:
            new_low, new_high = -(-down // c), up // c
        else:
            new_low, new_high = -(up // -c), (-down) // -c
        if new_low > low[i] or new_high < high[i]:
            low[i], high[i] = max(low[i], new_low), min(high[i], new_high)
            if low[i] > high[i]:
                return None
            moved.append(i)
    return moved


def verdicts(system: System, targets: Sequence[int], *, seconds: float) -> dict[int, str]:
    """Target -> "" (safe), "value", "small" or "undecided"."""
    sums = [(((i, 1),), system.base[i]) for i in targets]
    return dict(zip(targets, told(system, sums, seconds=seconds), strict=True))


def told(system: System, sums: Sequence[tuple[Terms, int]], *, seconds: float) -> list[str]:
    """For each (sum of unknowns, base): "" (safe), "value", "small" or "undecided"."""
    found: dict[int, str] = {}
    closed = _Closed(system)
    broken = {root for root, own in closed.equations.items() if not propagate(system, own)}
    for at, (terms, base) in enumerate(sums):
        if any(closed.root(i) in broken for i, _ in terms):
            found[at] = "undecided"
            continue
        # No sum can leave the bounds of its parts; whether it reaches them is another question.
        low, high = _outer(system, terms)
        if gives_away(low, high, base):
            found[at] = "value" if low == high else "small"
        elif (exact := closed.bounds(terms)) is not None:
            found[at] = _word(*exact, base)
    left = [at for at in range(len(sums)) if at not in found]
    for together in closed.grouped({at: sums[at][0] for at in left}):
        found.update(_solve(system, {at: sums[at] for at in together}, closed, seconds))
    return [found[at] for at in range(len(sums))]


def _outer(system: System, terms: Terms) -> tuple[int, int]:
    low = sum(c * (system.low[i] if c > 0 else system.high[i]) for i, c in terms)
    high = sum(c * (system.high[i] if c > 0 else system.low[i]) for i, c in terms)
    return low, high


def _word(low: int, high: int, base: int) -> str:
    if not gives_away(low, high, base):
        return ""
    return "value" if low >= high else "small"


class _Closed:
    """Which unknowns hang together, and exact bounds where one plain equation ties them."""

    def __init__(self, system: System) -> None:
        self.system = system
        self._parent = list(range(len(system.low)))
        for terms, _ in system.equations:
            for i, _ in terms[1:]:
                self._parent[self.root(i)] = self.root(terms[0][0])
        self.equations: dict[int, list[int]] = {}
        for at, (terms, _) in enumerate(system.equations):
            self.equations.setdefault(self.root(terms[0][0]), []).append(at)

    def root(self, i: int) -> int:
        while self._parent[i] != i:
            self._parent[i] = self._parent[self._parent[i]]
            i = self._parent[i]
        return i

    def bounds(self, terms: Terms) -> tuple[int, int] | None:
        """Exact smallest and largest sum; None when a solver has to say."""
        if any(c != 1 for _, c in terms):
            return None
        low = high = 0
        parts: dict[int, list[int]] = {}
        for i, _ in terms:
            parts.setdefault(self.root(i), []).append(i)
        for root, picked in parts.items():
            equations = self.equations.get(root, [])
            if not equations:
                low += sum(self.system.low[i] for i in picked)
                high += sum(self.system.high[i] for i in picked)
                continue
            if len(equations) > 1:
                return None
            whole, total = self.system.equations[equations[0]]
            if any(c != 1 for _, c in whole):
                return None
            rest = [i for i, _ in whole if i not in picked]
            low += max(
                sum(self.system.low[i] for i in picked),
                total - sum(self.system.high[i] for i in rest),
            )
            high += min(
                sum(self.system.high[i] for i in picked),
                total - sum(self.system.low[i] for i in rest),
            )
        return low, high

    def grouped(self, sums: Mapping[int, Terms]) -> list[list[int]]:
        """Sums that have to be solved together: those over unknowns that hang together."""
        above: dict[int, int] = {}

        def top(root: int) -> int:
            while above.setdefault(root, root) != root:
                root = above[root]
            return root

        for terms in sums.values():
            for i, _ in terms[1:]:
                above[top(self.root(i))] = top(self.root(terms[0][0]))
        groups: dict[int, list[int]] = {}
        for at, terms in sums.items():
            groups.setdefault(top(self.root(terms[0][0])), []).append(at)
        return list(groups.values())


class _Quiet(highspy.Highs):
    """The solver without its greeting on the standard output, which it says when callbacks are
    set. None are used here."""

    def enableCallbacks(self) -> None:  # noqa: N802 the solver's own name
        self.setOptionValue("output_flag", False)


def _solve(
    system: System, sums: Mapping[int, tuple[Terms, int]], closed: _Closed, seconds: float
) -> dict[int, str]:
    roots = {closed.root(i) for terms, _ in sums.values() for i, _ in terms}
    used = [i for i in range(len(system.low)) if closed.root(i) in roots]
    place = {i: at for at, i in enumerate(used)}
    equations = [system.equations[at] for root in sorted(roots) for at in closed.equations[root]]
    model: Any = _Quiet()  # type: ignore[no-untyped-call]
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)
    # Over all runs of this model together, not for each.
    model.setOptionValue("time_limit", float(seconds))
    for i in used:
        model.addVar(float(system.low[i]), float(system.high[i]))
        model.changeColIntegrality(place[i], highspy.HighsVarType.kInteger)
    for terms, total in equations:
        model.addRow(
            float(total),
            float(total),
            len(terms),
            np.asarray([place[i] for i, _ in terms], dtype=np.int32),
            np.asarray([float(c) for _, c in terms]),
        )
    least: dict[int, int] = {}
    most: dict[int, int] = {}

    def run(costs: Mapping[int, int]) -> bool:
        """Minimise; False when the solver could not say or what it says does not check."""
        for i, cost in costs.items():
            model.changeColCost(place[i], float(cost))
        model.run()
        done = model.getModelStatus() == highspy.HighsModelStatus.kOptimal
        values = list(model.getSolution().col_value) if done else []
        for i in costs:
            model.changeColCost(place[i], 0.0)
        witness = {i: round(values[at]) for i, at in place.items()} if values else {}
        if not witness or not _checks(system, witness, equations):
            return False
        for at, (terms, _) in sums.items():
            value = sum(c * witness[i] for i, c in terms)
            least[at] = min(least.get(at, value), value)
            most[at] = max(most.get(at, value), value)
        return True

    def safe(at: int) -> bool:
        return at in least and not gives_away(least[at], most[at], sums[at][1])

    draw = random.Random(1)  # noqa: S311 directions to look in; the same ones every time
    for _ in range(TRIES):
        if all(safe(at) for at in sums):
            break
        run({i: draw.choice((-1, 0, 1)) for i in used})
    found: dict[int, str] = {}
    for at, (terms, base) in sums.items():
        proved = [safe(at) or run({i: sign * c for i, c in terms}) for sign in (1, -1)]
        if safe(at):
            found[at] = ""
        else:
            found[at] = _word(least[at], most[at], base) if all(proved) else "undecided"
    return found


def _checks(
    system: System, witness: Mapping[int, int], equations: Sequence[tuple[Terms, int]]
) -> bool:
    return all(system.low[i] <= value <= system.high[i] for i, value in witness.items()) and all(
        sum(c * witness[i] for i, c in terms) == total for terms, total in equations
    )
