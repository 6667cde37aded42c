"""What the pack plans is what the rooms after it make: every table counted and protected."""

from datetime import date
from functools import cache

import numpy as np
from bench import families

from cantik.analyse import api as analyse
from cantik.design import store
from cantik.design.checks import check_files
from cantik.design.pack import Pack
from cantik.protect.catalogue import withheld_words
from cantik.protect.indicators import indicators
from cantik.protect.plan import Job, OpenTotals, Result, protect
from cantik.protect.policy import policy

TREE = families.village(dusun=2, rt=3)


LEFT_OUT = {"rt": set(), "dusun": {"rt"}, "desa": {"rt", "dusun"}}


@cache
def pack() -> Pack:
    return check_files(store.texts(store.FOLDER / "keluarga" / "v1"))[1]


@cache
def result() -> Result:
    leaves = [node.id for node in TREE.leaves()]
    family, members = families.editions(pack(), leaves, families=400, members_each=4)
    records = {"keluarga": family, "anggota": members}
    cubes = analyse.tabulate(pack=pack(), tree=TREE, tables=records, today=date(2026, 8, 31))
    opened = analyse.open_counts(pack=pack(), tree=TREE, tables=records)
    for table in pack().tables:
        cube = cubes[table.id]
        classes = pack().classification(table).classes
        assert cube.dimensions[-1].codes == tuple(c.code for c in classes)
        assert len(cube.dimensions) == (3 if table.by_sex else 2)
        assert int(np.asarray(cube.values).sum()) > 0, table.id
    return protect(
        tree=TREE,
        jobs=[Job(one, pack().classification(one), cubes[one.id]) for one in pack().tables],
        opened=OpenTotals(opened.units, opened.persons),
        policy=policy(),
        secret=b"s" * 32,
        previous={},
        earlier=[],
        period="2026",
        reference_date="2026-08-31",
    )


def test_every_table_is_made_down_to_its_level_and_no_further() -> None:
    for table in pack().tables:
        classes = pack().classification(table)
        made = result().tables[table.id]
        shown = {row["level"] for row in made["rows"] if row["values"] is not None}
        assert "desa" in shown, (table.id, made["rows"][0]["withheld"])
        lowest = (table.merged and classes.merged_lowest) or classes.lowest
        assert shown == {"desa", "dusun", "rt"} - LEFT_OUT[lowest]
        assert made["base"] == {"open": 0, "restricted": 3, "sensitive": 5}[classes.sensitivity]
        for row in made["rows"]:
            assert row["values"] is not None or withheld_words(row["withheld"])


def test_every_indicator_has_a_figure_and_a_sentence_in_both_languages() -> None:
    made = indicators(pack().indicators, result().tables, TREE.root.id)
    assert [one["id"] for one in made] == [one.id for one in pack().indicators]
    for one in made:
        if one["withheld"] == "merged":
            continue
        assert one["withheld"] is None, one
        for sentence in one["sentence"].values():
            assert "{" not in sentence
            assert "tidak ada" not in sentence.lower()
    assert sum(one["withheld"] is None for one in made) >= 7
