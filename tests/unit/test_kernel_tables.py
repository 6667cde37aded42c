"""Trees in tree order, cubes over them, and charts of what may be shown."""

import xml.etree.ElementTree as ET
from collections.abc import Callable

import numpy as np
import pytest

from cantik.kernel import charts
from cantik.kernel.charts import Item, Range, Series
from cantik.kernel.cube import Cube, Dimension
from cantik.kernel.tree import BrokenTree, Node, Tree


def _node(id_: str, level: str, parent: str | None) -> Node:
    return Node(id_, level, "contoh", id_, id_, parent)


TREE = Tree(
    [
        _node("desa", "desa", "kec"),
        _node("hilir", "dusun", "desa"),
        _node("rt1", "rt", "hilir"),
        _node("rt2", "rt", "hilir"),
        _node("hulu", "dusun", "desa"),
        _node("muara", "dusun", "desa"),
        _node("rt3", "rt", "muara"),
    ]
)


def test_every_area_is_a_slice_of_the_leaves() -> None:
    leaves = [node.id for node in TREE.leaves()]
    assert leaves == ["rt1", "rt2", "hulu", "rt3"]
    assert leaves[TREE.leaf_slice("desa")] == leaves
    assert leaves[TREE.leaf_slice("hilir")] == ["rt1", "rt2"]
    assert leaves[TREE.leaf_slice("hulu")] == ["hulu"]
    assert leaves[TREE.leaf_slice("muara")] == ["rt3"]


def test_tree_reads() -> None:
    assert [node.id for node in TREE.children("desa")] == ["hilir", "hulu", "muara"]
    assert [node.id for node in TREE.level("rt")] == ["rt1", "rt2", "rt3"]
    assert TREE.levels() == ("desa", "dusun", "rt")
    assert "rt9" not in TREE
    with pytest.raises(KeyError):
        TREE.node("rt9")


def test_a_village_without_parts_is_its_own_leaf() -> None:
    tree = Tree([_node("desa", "desa", None)])
    assert tree.leaves() == (tree.root,)
    assert tree.leaf_slice("desa") == slice(0, 1)


@pytest.mark.parametrize(
    "nodes",
    [
        [],
        [_node("a", "desa", None), _node("a", "rt", "a")],
        [_node("a", "desa", None), _node("c", "rt", "b")],
        # rt2 stands after another dusun began, so hilir would be no slice
        [
            _node("a", "desa", None),
            _node("b", "dusun", "a"),
            _node("c", "dusun", "a"),
            _node("d", "rt", "b"),
        ],
    ],
)
def test_broken_trees_are_refused(nodes: list[Node]) -> None:
    with pytest.raises(BrokenTree):
        Tree(nodes)


def _dimension(name: str, *codes: str) -> Dimension:
    return Dimension(name, codes, tuple({"id": code, "en": code} for code in codes))


def _cube() -> Cube:
    values = np.array([[[1, 2], [3, 4]], [[5, 6], [7, 8]], [[9, 10], [11, 12]]], dtype=np.int64)
    return Cube(
        (
            _dimension("wilayah", "rt1", "rt2", "rt3"),
            _dimension("jk", "l", "p"),
            _dimension("air", "1", "2"),
        ),
        values,
        "orang",
    )


def test_cells_and_sums() -> None:
    cube = _cube()
    assert cube.cell(wilayah="rt2", jk="p", air="1") == 7
    assert cube.cell(wilayah="rt2") == 26
    assert cube.cell() == cube.total == 78
    flat = cube.sum_over("jk")
    assert flat.names == ("wilayah", "air")
    assert flat.values.tolist() == [[4, 6], [12, 14], [20, 22]]


def test_roll_up_by_slice_or_places() -> None:
    words = {"id": "x", "en": "x"}
    rolled = _cube().roll_up(
        [("desa", words, slice(0, 3)), ("hilir", words, [0, 2]), ("kosong", words, [])]
    )
    assert rolled.dimension("wilayah").codes == ("desa", "hilir", "kosong")
    assert [rolled.cell(wilayah=code) for code in ("desa", "hilir", "kosong")] == [78, 52, 0]


def test_merging_keeps_the_total() -> None:
    words = {"id": "x", "en": "x"}
    merged = _cube().merge("air", [("semua", words, ["2", "1"])])
    assert merged.values.shape == (3, 2, 1)
    assert merged.total == 78
    for groups in ([("a", words, ["1"])], [("a", words, ["1", "2"]), ("b", words, ["2"])]):
        with pytest.raises(ValueError, match="exactly one group"):
            _cube().merge("air", groups)


def test_select_keeps_the_order_asked_for() -> None:
    assert _cube().select("jk", ["p", "l"]).dimension("jk").codes == ("p", "l")


def test_cubes_are_values() -> None:
    assert _cube() == _cube()
    assert _cube() != _cube().sum_over("jk")
    with pytest.raises(ValueError, match="read-only"):
        _cube().values[0, 0, 0] = 5


@pytest.mark.parametrize("name", ["hilang", "umur"])
def test_unknown_dimensions_and_codes_are_key_errors(name: str) -> None:
    with pytest.raises(KeyError):
        _cube().sum_over(name)
    with pytest.raises(KeyError):
        _cube().cell(**{name: "1"})
    with pytest.raises(KeyError):
        _cube().cell(jk="x")


def test_a_cube_that_does_not_fit_is_refused() -> None:
    jk = _dimension("jk", "l", "p")
    with pytest.raises(ValueError, match="shape"):
        Cube((jk,), np.zeros(3, dtype=np.int64), "orang")
    with pytest.raises(TypeError):
        Cube((jk,), np.zeros(2), "orang")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="twice"):
        Cube((jk, jk), np.zeros((2, 2), dtype=np.int64), "orang")
    with pytest.raises(ValueError, match="twice"):
        _dimension("jk", "l", "l")


DRAWINGS: list[Callable[[charts.Ink], str]] = [
    lambda ink: charts.bars([Item("A & B <i>", 12), Item("Lain", None), Item("C", 0)], ink=ink),
    lambda ink: charts.bars([Item("Sumur tak terlindung dan mata air", 1234)], ink=ink),
    lambda ink: charts.bars([], ink=ink),
    lambda ink: charts.pyramid(
        ["0–4", "5–9"], Series("L", [3, None], "3"), Series("P", [0, 2000]), ink=ink, axis="umur"
    ),
    lambda ink: charts.line(
        [Item("2025", 1, "1,0%"), Item("2026", None), Item("2027", 3)], ink=ink
    ),
    lambda ink: charts.line([Item("2025", 7)], ink=ink),
    lambda ink: charts.stacked(["A", "B"], [Series("x", [1, None]), Series("y", [0, 2])], ink=ink),
    lambda ink: charts.dots([Range("A", 1, 2, 3), Range("B", 2, 2, 2)], ink=ink),
]


@pytest.mark.parametrize("draw", DRAWINGS)
@pytest.mark.parametrize("ink", ["css", "print"])
def test_drawings_are_well_formed_and_pass_a_strict_policy(
    draw: Callable[[charts.Ink], str], ink: charts.Ink
) -> None:
    drawing = draw(ink)
    root = ET.fromstring(drawing)  # noqa: S314  our own text
    _, _, width, height = (int(part) for part in root.attrib["viewBox"].split())
    assert root.attrib["aria-hidden"] == "true"
    for part in root.iter():
        assert "style" not in part.attrib
        assert not any(name.startswith("on") for name in part.attrib)
        assert int(part.attrib.get("font-size", 14)) * 328 / width >= 11
        assert float(part.attrib.get("width", 0)) >= 0
        for axis, end in (("x", width), ("y", height)):
            assert -0.1 <= float(part.attrib.get(axis, 0)) <= end
        if ink == "print" and part.tag.endswith(("text", "rect", "circle")):
            assert part.attrib["fill"].startswith("#")
            assert "class" not in part.attrib


def test_withheld_is_said_and_never_drawn() -> None:
    drawing = charts.bars([Item("A", None), Item("B", 0)])
    assert "tidak diumumkan" in drawing
    assert "<rect" not in drawing
    assert "not published" in charts.bars([Item("A", None)], language="en")
    assert charts.stacked(["A"], [Series("x", [None]), Series("y", [5])]).count("<rect") == 2


def test_every_bar_carries_its_number() -> None:
    drawing = charts.bars([Item("A", 1234), Item("B", 50, "50,0%")])
    assert ">1.234<" in drawing
    assert ">50,0%<" in drawing


def test_bars_are_in_proportion() -> None:
    root = ET.fromstring(charts.bars([Item("A", 100), Item("B", 25)]))  # noqa: S314
    widths = [float(part.attrib["width"]) for part in root.iter() if part.tag.endswith("rect")]
    assert widths[0] == pytest.approx(4 * widths[1], abs=0.3)


def test_wrong_input_is_refused() -> None:
    with pytest.raises(ValueError, match="tones"):
        charts.bars([Item("A", 1)], tone=6)
    with pytest.raises(ValueError, match="five"):
        charts.stacked(["A"], [Series(str(n), [1]) for n in range(6)])
    with pytest.raises(ValueError, match="finite"):
        charts.bars([Item("A", float("nan"))])
    with pytest.raises(ValueError, match="ink"):
        charts.bars([Item("A", 1)], ink="pink")  # type: ignore[arg-type]
