"""The door of analyse: clean records in, raw counts out. Pure; the counts are secret."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from cantik.kernel.cube import Cube
from cantik.kernel.tree import Tree

from .crossings import Atom, Crossing
from .tabulation import SEX, SEX_CODES, SEX_LABELS, OpenCounts, Records, class_of

__all__ = [
    "SEX",
    "SEX_CODES",
    "SEX_LABELS",
    "Atom",
    "Crossing",
    "OpenCounts",
    "class_of",
    "classifications",
    "crossings",
    "open_counts",
    "tabulate",
    "templates",
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


def tabulate(
    *,
    pack: Any,
    tree: Tree,
    families: pa.Table,
    members: pa.Table,
    today: date | None = None,
) -> dict[str, Cube]:
    """Raw cubes by table id: leaf area x (sex x) finest class, in tree and class order.

    ``today`` is the reference date that expressions see. Raises KeyError for a record outside
    the tree's leaves.
    """
    records = Records(tree, families, members, today)
    known = classifications(pack)
    return {one.id: records.cube(one, known[one.classification]) for one in templates(pack)}


def open_counts(*, tree: Tree, families: pa.Table, members: pa.Table) -> OpenCounts:
    """Exact persons by sex and families by leaf area."""
    return Records(tree, families, members, None).open_counts()


def crossings(
    *,
    pack: Any,
    tree: Tree,
    families: pa.Table,
    members: pa.Table,
    today: date | None = None,
) -> list[Crossing]:
    """Which answers put people or families outside a table, by variable. No counts."""
    known = classifications(pack)
    jobs = [(one, known[one.classification]) for one in templates(pack)]
    questions = {one.name: one for one in pack.instrument.questions}
    return Records(tree, families, members, today).crossings(jobs, questions)
