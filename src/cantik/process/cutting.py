"""From checked answers to the tables of clean data, one for each record.

Pure: rows in, the same bytes always.

Families stand in tree order, then by their random id; members in the order of the form. Only
facts and calculated answers go in, and only members who are counted and have a sex.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet

from cantik.design.api import ActivityInfo, Question, counted_members
from cantik.kernel import canonical
from cantik.kernel.tree import Tree

SEX = "jenis_kelamin"


@dataclass
class Clean:
    """Rows by column, and what was left out."""

    families: dict[str, list[Any]]
    members: dict[str, list[Any]]
    without_sex: int = 0
    not_counted: int = 0
    by_leaf: dict[str, int] = field(default_factory=dict)

    @property
    def count(self) -> tuple[int, int]:
        return len(self.families["id"]), len(self.members["nomor"])


def variables(activity: ActivityInfo, record: str) -> list[Question]:
    """The questions whose answers are in the clean data."""
    return [q for q in activity.pack.instrument.of(record) if q.clean]


def cut(
    activity: ActivityInfo, tree: Tree, rows: Sequence[tuple[str, str, Mapping[str, Any]]]
) -> Clean:
    """``rows`` are (id, leaf area, answers)."""
    at = {leaf.id: place for place, leaf in enumerate(tree.leaves())}
    pack = activity.pack
    own = variables(activity, pack.main)
    inner = variables(activity, pack.member) if pack.member else []
    made = Clean(
        {"id": [], "wilayah": [], **{q.name: [] for q in own}},
        {pack.main: [], "wilayah": [], "nomor": [], **{q.name: [] for q in inner}},
    )
    for id_, leaf, answers in sorted(rows, key=lambda row: (at[row[1]], row[0])):
        family, members = answers[pack.main], pack.inside(answers)
        made.families["id"].append(id_)
        made.families["wilayah"].append(leaf)
        for question in own:
            made.families[question.name].append(family.get(question.name))
        made.by_leaf[leaf] = made.by_leaf.get(leaf, 0) + 1
        counted = counted_members(pack, family, members, activity.reference_date)
        for number, (member, counts) in enumerate(zip(members, counted, strict=True), 1):
            if not counts:
                made.not_counted += 1
                continue
            if pack.persons and not member.get(SEX):
                made.without_sex += 1
                continue
            made.members[pack.main].append(id_)
            made.members["wilayah"].append(leaf)
            made.members["nomor"].append(number)
            for question in inner:
                made.members[question.name].append(member.get(question.name))
    return made


def files(clean: Clean, activity: ActivityInfo, quality: Mapping[str, Any]) -> dict[str, bytes]:
    """The files of the clean edition."""
    rows = (clean.families, clean.members)
    made = {
        f"{record.name}.parquet": _parquet(columns, variables(activity, record.name))
        for record, columns in zip(activity.pack.records, rows, strict=False)
    }
    return {**made, "mutu.json": canonical.dumps(quality)}


def _parquet(columns: Mapping[str, list[Any]], questions: Sequence[Question]) -> bytes:
    whole = {q.name for q in questions if q.kind == "integer"} | {"nomor"}
    table = pa.table(
        {
            name: pa.array(values, pa.int32() if name in whole else pa.string())
            for name, values in columns.items()
        }
    )
    out = io.BytesIO()
    parquet.write_table(table, out, compression="zstd")
    return out.getvalue()
