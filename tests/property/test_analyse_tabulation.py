"""Tabulation against a slow reference in plain loops."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cantik.analyse.api import open_counts, tabulate
from cantik.design.pack import HOUSEHOLD, Record
from cantik.kernel.tree import Node, Tree

TREE = Tree(
    [
        Node("d", "desa", "contoh", "D", "Desa D", None),
        *(Node(f"r{n}", "rt", "contoh", str(n), f"RT {n}", "d") for n in range(3)),
    ]
)


@dataclass(frozen=True)
class Class:
    code: str
    members: tuple[str, ...] = ()
    range: tuple[int | None, int | None] | None = None

    @property
    def label(self) -> dict[str, str]:
        return {"id": self.code, "en": self.code}


@dataclass(frozen=True)
class Classification:
    id: str
    classes: tuple[Class, ...]
    sensitivity: str = "restricted"


@dataclass(frozen=True)
class Template:
    id: str
    unit: str
    variable: str
    classification: str
    by_sex: bool
    universe: Any = None


@dataclass(frozen=True)
class Pack:
    tables: tuple[Template, ...]
    classifications: tuple[Classification, ...]
    records: tuple[Record, ...] = HOUSEHOLD


PACK = Pack(
    (
        Template("umur", "orang", "umur", "umur", True),
        Template("sekolah", "orang", "sekolah", "sekolah", True, "umur >= 15"),
        Template("air", "keluarga", "air", "air", False),
        Template("air_orang", "orang", "air", "air", False),
        Template("muda", "keluarga", "air", "air", False, "count(anggota) > 1"),
    ),
    (
        Classification("umur", (Class("0", range=(0, 14)), Class("15", range=(15, None)))),
        Classification("sekolah", (Class("ya", ("1", "2")), Class("tidak", ("3",)))),
        Classification("air", (Class("1"), Class("2"))),
    ),
)
MEMBER = st.tuples(
    st.sampled_from(["1", "2"]),
    st.one_of(st.none(), st.integers(0, 99)),
    st.sampled_from([None, "1", "2", "3", "9"]),
)
FAMILY = st.tuples(
    st.integers(0, 2), st.sampled_from([None, "1", "2", "7"]), st.lists(MEMBER, max_size=4)
)


def tables(families: Any) -> tuple[pa.Table, pa.Table]:
    rows = [(f"f{n}", f"r{area}", air) for n, (area, air, _) in enumerate(families)]
    inside = [
        (f"f{n}", f"r{area}", k, *person)
        for n, (area, _, members) in enumerate(families)
        for k, person in enumerate(members, 1)
    ]
    a, b = [list(c) for c in zip(*rows, strict=True)], [list(c) for c in zip(*inside, strict=True)]
    text, number = pa.string(), pa.int32()
    kinds = [text, text, number, text, number, text]
    return (
        pa.table(
            {k: pa.array(a[i] if a else [], text) for i, k in enumerate(("id", "wilayah", "air"))}
        ),
        pa.table(
            {
                k: pa.array(b[i] if b else [], kinds[i])
                for i, k in enumerate(
                    ("keluarga", "wilayah", "nomor", "jenis_kelamin", "umur", "sekolah")
                )
            }
        ),
    )


def slow(families: Any) -> dict[str, Any]:
    out = {
        "umur": np.zeros((3, 2, 2), int),
        "sekolah": np.zeros((3, 2, 2), int),
        "air": np.zeros((3, 2), int),
        "air_orang": np.zeros((3, 2), int),
        "muda": np.zeros((3, 2), int),
    }
    for area, air, members in families:
        if air in ("1", "2"):
            out["air"][area, int(air) - 1] += 1
            out["air_orang"][area, int(air) - 1] += len(members)
            if len(members) > 1:
                out["muda"][area, int(air) - 1] += 1
        for sex, age, school in members:
            if age is not None:
                out["umur"][area, int(sex) - 1, int(age >= 15)] += 1
                if age >= 15 and school in ("1", "2", "3"):
                    out["sekolah"][area, int(sex) - 1, int(school == "3")] += 1
    return out


@given(st.lists(FAMILY, max_size=12))
def test_equal_to_the_slow_reference(families: Any) -> None:
    a, b = tables(families)
    got = tabulate(pack=PACK, tree=TREE, tables={"keluarga": a, "anggota": b})
    for id_, expected in slow(families).items():
        assert np.array_equal(got[id_].values, expected), id_
    opened = open_counts(pack=PACK, tree=TREE, tables={"keluarga": a, "anggota": b})
    assert opened.units["keluarga"].sum() == len(families)
    assert opened.persons.sum() == sum(len(m) for _, _, m in families)


def test_a_record_outside_the_tree_is_refused() -> None:
    a, b = tables([(0, "1", [("1", 3, None)])])
    with pytest.raises(KeyError):
        tabulate(
            pack=PACK,
            tree=TREE,
            tables={"keluarga": a.set_column(1, "wilayah", [["zz"]]), "anggota": b},
        )
