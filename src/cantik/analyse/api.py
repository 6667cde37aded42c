"""The door of analyse: clean records in, raw counts out. Pure; the counts are secret."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from cantik.kernel.cube import Cube
from cantik.kernel.tree import Tree

from .crossings import Atom, Crossing
from .series import Series, changes, half_up, indices, middle, series, together
from .tabulation import PERSONS, SEX, SEX_CODES, SEX_LABELS, OpenCounts, Records, class_of

__all__ = [
    "PERSONS",
    "SEX",
    "SEX_CODES",
    "SEX_LABELS",
    "Atom",
    "Crossing",
    "OpenCounts",
    "Series",
    "changes",
    "class_of",
    "classifications",
    "crossings",
    "half_up",
    "indices",
    "kinds",
    "middle",
    "open_counts",
    "series",
    "tabulate",
    "templates",
    "together",
]


def templates(pack: Any) -> list[Any]:
    """The pack's table templates, whether it keeps them by id or in a row."""
    return list(pack.tables.values() if isinstance(pack.tables, Mapping) else pack.tables)


def classifications(pack: Any) -> dict[str, Any]:
    """The pack's classifications by id (beside the code lists, or a part of their own)."""
    kept = getattr(pack, "classifications", None)
    if kept is None:
        kept = pack.code_lists
    rows: Sequence[Any] = list(kept.values() if isinstance(kept, Mapping) else kept)
    return {row.id: row for row in rows if hasattr(row, "sensitivity")}


def kinds(pack: Any) -> list[tuple[str, str]]:
    """(name, unit) of the pack's records: the main one, and the one repeated in it."""
    return [(one.name, one.unit) for one in pack.records]


def tabulate(
    *, pack: Any, tree: Tree, tables: Mapping[str, pa.Table], today: date | None = None
) -> dict[str, Cube]:
    """Raw cubes by table id: leaf area x (sex x) finest class, in tree and class order.

    ``tables`` are those of the clean edition by record; ``today`` is the reference date that
    expressions see. Raises KeyError for a record outside the tree's leaves.
    """
    records = Records(tree, kinds(pack), tables, today)
    known = classifications(pack)
    return {one.id: records.cube(one, known[one.classification]) for one in templates(pack)}


def open_counts(*, pack: Any, tree: Tree, tables: Mapping[str, pa.Table]) -> OpenCounts:
    """Exact counts by leaf area: what the pack counts, and persons by sex."""
    return Records(tree, kinds(pack), tables, None).open_counts()


def crossings(
    *, pack: Any, tree: Tree, tables: Mapping[str, pa.Table], today: date | None = None
) -> list[Crossing]:
    """Which answers put people or families outside a table, by variable. No counts."""
    known = classifications(pack)
    jobs = [(one, known[one.classification]) for one in templates(pack)]
    questions = {one.name: one for one in pack.instrument.questions}
    return Records(tree, kinds(pack), tables, today).crossings(jobs, questions)
