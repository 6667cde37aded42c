"""Which people two tables have in common, so that an attacker can lay one over the other. Pure.

A table of people of 15 and over leaves the younger ones outside; the table of ages shows them. All
who are outside by their age are among those whom the first table counts outside.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cantik.kernel.expression import Answers, Expression, holds, names, parse

OLDEST = 150  # where a class has no upper end


@dataclass(frozen=True)
class Link:
    """Everybody in the classes ``codes`` of table ``inner`` is outside the universe of table
    ``outer``."""

    inner: str
    codes: tuple[str, ...]
    outer: str


def links(
    outer: Any, others: Iterable[Any], tables: Mapping[str, Mapping[str, Any]], today: date
) -> list[Link]:
    """Links of one job's table with those of ``others`` (jobs) that show the variable of its
    universe for everybody. ``tables`` as protected, by id; ``today`` as universes see it."""
    universe = _parsed(outer.template.universe)
    if universe is None:
        return []
    used = names(universe)
    found = []
    for one in others:
        table = tables.get(one.template.id)
        if (
            table is None
            or not table["base"]
            or one.template.universe is not None
            or one.template.unit != outer.template.unit
            or used != {one.template.variable}
        ):
            continue
        codes = _outside(one, universe, today, merged=bool(table["merged"]))
        if codes:
            found.append(Link(one.template.id, codes, outer.template.id))
    return found


def _parsed(universe: Expression | str | None) -> Expression | None:
    if isinstance(universe, str):
        return parse(universe) if universe else None
    return universe


def _outside(job: Any, universe: Expression, today: date, *, merged: bool) -> tuple[str, ...]:
    classification, variable = job.classification, job.template.variable
    fine = {
        one.code
        for one in classification.classes
        if not any(
            holds(universe, Answers({variable: value}, today=today)) for value in _values(one)
        )
    }
    if not merged:
        return tuple(one.code for one in classification.classes if one.code in fine)
    return tuple(one.code for one in classification.merged if fine.issuperset(one.members))


def _values(one: Any) -> Sequence[object]:
    span = getattr(one, "range", None)
    if span is None:
        return list(getattr(one, "members", None) or (one.code,))
    low, high = span
    return range(0 if low is None else low, (OLDEST if high is None else high) + 1)
