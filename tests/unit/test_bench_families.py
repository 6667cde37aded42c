"""Made-up answers for measuring: the same every time, shaped as clean data are."""

from types import SimpleNamespace as Thing

from bench import families

PACK = Thing(
    code_lists={
        "air": [Thing(code="1"), Thing(code="2")],
        "jk": [Thing(code="1"), Thing(code="2")],
    },
    instrument=Thing(
        questions=[
            Thing(name="kk", record="keluarga", kind="text", role="key", choices=None),
            Thing(name="air", record="keluarga", kind="choice", role="fact", choices="air"),
            Thing(name="jk", record="anggota", kind="choice", role="fact", choices="jk"),
            Thing(name="umur", record="anggota", kind="integer", role="derived", choices=None),
            Thing(name="nama", record="anggota", kind="text", role="identity", choices=None),
        ]
    ),
)


def test_answers_are_clean_data_in_tree_order_and_repeat() -> None:
    leaves = [node.id for node in families.village(dusun=2, rt=3).leaves()]
    family, member = families.editions(PACK, leaves, families=50, members_each=4)
    assert len(leaves) == 6
    assert family.column_names == ["id", "wilayah", "air"]
    assert member.column_names == ["keluarga", "wilayah", "nomor", "jk", "umur"]
    assert (family.num_rows, member.num_rows) == (50, 200)
    places = [leaves.index(leaf) for leaf in family["wilayah"].to_pylist()]
    assert places == sorted(places)
    home = dict(zip(family["id"].to_pylist(), family["wilayah"].to_pylist(), strict=True))
    assert all(home[m["keluarga"]] == m["wilayah"] for m in member.to_pylist())
    again = families.editions(PACK, leaves, families=50, members_each=4)
    assert again[0].equals(family)
    assert again[1].equals(member)
