"""Small made-up villages with the real pack, published three times with corrections in between:
what the auditor lets through, the joint adversary cannot tell."""

import random
from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from bench import families as made_up

from cantik.analyse import api as analyse
from cantik.design import store
from cantik.design.checks import check_files
from cantik.kernel.tree import Tree
from cantik.protect.plan import Job, OpenTotals, Result, protect
from cantik.protect.policy import policy
from tests.protocol.protect_joint import attack_jointly

PACK: Any = next(
    pack
    for pack in (check_files(store.texts(folder))[1] for folder in store.folders(store.FOLDER))
    if pack.id == "keluarga"
)
TODAY = date(2026, 10, 31)
FIXED = {"id", "keluarga", "wilayah", "nomor", "jenis_kelamin", "umur"}


def each(table: pa.Table, change: Callable[[list[Any]], list[Any]]) -> pa.Table:
    """The same records with every answer but place, sex and age changed."""
    columns = {}
    for name in table.column_names:
        column = table.column(name)
        values = column.to_pylist()
        columns[name] = pa.array(values if name in FIXED else change(values), column.type)
    return pa.table(columns)


class Village:
    """Most people are alike, some did not answer, a few answers are corrected later."""

    def __init__(self, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.draw = random.Random(seed)
        monkeypatch.setattr(made_up, "SEED", seed)
        self.tree: Tree = made_up.village(self.draw.choice([1, 2, 3]), self.draw.choice([1, 2]))
        leaves = [leaf.id for leaf in self.tree.leaves()]
        count = self.draw.choice([35, 60, 90])
        silent = self.draw.choice([0, 0.02, 0.1])
        tables = made_up.editions(PACK, leaves, families=count, members_each=4)
        self.families, self.members = (
            each(table, lambda values: self._answers(values, silent)) for table in tables
        )

    def _answers(self, values: list[Any], silent: float) -> list[Any]:
        given = sorted({value for value in values if value is not None})
        usual = self.draw.choice(given) if given else None
        alike = [usual if self.draw.random() < 0.8 else value for value in values]
        return [None if self.draw.random() < silent else value for value in alike]

    def correct(self) -> None:
        def some(values: list[Any]) -> list[Any]:
            for _ in range(2):
                values[self.draw.randrange(len(values))] = self.draw.choice(values)
            return values

        self.families, self.members = each(self.families, some), each(self.members, some)

    def protect(self, before: list[Result], crossed: list[Any]) -> Result:
        # The form works this out; nobody under five has an answer.
        at = self.members.column_names.index("kesulitan_fungsi")
        health, ages = (self.members.column(n).to_pylist() for n in ("kesulitan_fungsi", "umur"))
        asked = [one if age >= 5 else None for one, age in zip(health, ages, strict=True)]
        self.members = self.members.set_column(
            at, "kesulitan_fungsi", pa.array(asked, self.members.column(at).type)
        )
        tables = {"keluarga": self.families, "anggota": self.members}
        given: Any = {"pack": PACK, "tree": self.tree, "tables": tables}
        cubes = analyse.tabulate(today=TODAY, **given)
        opened = analyse.open_counts(**given)
        known = analyse.classifications(PACK)
        crossed.append(analyse.crossings(today=TODAY, **given))
        return protect(
            tree=self.tree,
            jobs=[
                Job(one, known[one.classification], cubes[one.id])
                for one in analyse.templates(PACK)
            ],
            opened=OpenTotals(opened.units, opened.persons),
            policy=policy(), secret=b"s" * 32, previous=before[-1].state if before else {},
            earlier=[one.tables for one in before], period="2026",
            reference_date=TODAY.isoformat(), crossings=crossed[-1],
            earlier_crossings=crossed[:-1],
        )  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_what_the_audit_lets_through_is_not_told(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    village = Village(seed, monkeypatch)
    results: list[Result] = []
    crossed: list[Any] = []
    for _ in range(3):
        results.append(village.protect(results, crossed))
        village.correct()
    told, tried = attack_jointly([one.tables for one in results])
    assert tried > 300
    assert told == []
