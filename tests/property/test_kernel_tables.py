"""Cubes keep their totals whatever is summed first; charts of any numbers stay in their frame."""

import xml.etree.ElementTree as ET
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cantik.kernel import canonical, charts, numbers
from cantik.kernel.charts import Item, Range, Series
from cantik.kernel.cube import Cube, Dimension
from cantik.kernel.tree import Node, Tree

COUNTS = arrays(np.int64, st.tuples(*[st.integers(1, 5)] * 3), elements=st.integers(0, 10**9))
WORDS = {"id": "x", "en": "x"}
LABEL = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=40)
COUNT = st.one_of(st.none(), st.integers(0, 10**7))


def _cube(values: np.ndarray) -> Cube:
    return Cube(
        tuple(
            Dimension(name, tuple(str(at) for at in range(size)), (WORDS,) * size)
            for name, size in zip(("wilayah", "jk", "air"), values.shape, strict=True)
        ),
        values,
        "orang",
    )


@given(COUNTS)
def test_the_order_of_summing_does_not_matter(values: np.ndarray) -> None:
    cube = _cube(values)
    whole = [("desa", WORDS, slice(None))]
    assert cube.sum_over("jk").sum_over("air") == cube.sum_over("air").sum_over("jk")
    assert cube.roll_up(whole).sum_over("jk") == cube.sum_over("jk").roll_up(whole)
    assert cube.roll_up(whole).total == cube.total == sum(values.flatten().tolist())


@given(COUNTS, st.data())
def test_any_merging_is_a_sum_of_cells(values: np.ndarray, data: st.DataObject) -> None:
    cube = _cube(values)
    codes = cube.dimension("air").codes
    group_of = {code: data.draw(st.sampled_from("abc")) for code in codes}
    groups = [(g, WORDS, [c for c in codes if group_of[c] == g]) for g in "abc"]
    merged = cube.merge("air", groups)
    for group, _, members in groups:
        assert merged.cell(air=group) == sum(cube.cell(air=code) for code in members)


@given(st.lists(st.integers(0, 30), max_size=30))
def test_leaf_slices_of_any_tree_partition_its_leaves(parents: list[int]) -> None:
    below: dict[int, list[int]] = {0: []}
    for at, drawn in enumerate(parents, 1):
        below[drawn % at].append(at)
        below[at] = []
    nodes: list[Node] = []

    def walk(at: int, parent: int | None) -> None:
        above = None if parent is None else str(parent)
        nodes.append(Node(str(at), "x", "contoh", "", "", above))
        for child in below[at]:
            walk(child, at)

    walk(0, None)
    tree = Tree(nodes)
    assert tree.leaf_slice("0") == slice(0, len(tree.leaves()))
    for node in tree:
        children = tree.children(node.id)
        covered = [at for c in children for at in range(*tree.leaf_slice(c.id).indices(10**6))]
        own = list(range(*tree.leaf_slice(node.id).indices(10**6)))
        assert own == covered if children else len(own) == 1


@given(st.integers(0, 10**7), st.integers(1, 10**7))
def test_percent_is_exact_half_up(part: int, of: int) -> None:
    shown = Fraction(numbers.percent(part, of)[:-1].replace(",", "."))
    exact = Fraction(part * 100, of)
    assert Fraction(-1, 20) < shown - exact <= Fraction(1, 20)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), JSON))
def test_canonical_bytes_do_not_depend_on_order(value: dict[str, object]) -> None:
    turned = dict(reversed(list(value.items())))
    assert canonical.dumps(value) == canonical.dumps(turned)


def _inside(drawing: str) -> None:
    root = ET.fromstring(drawing)  # noqa: S314  our own text
    _, _, width, height = (int(part) for part in root.attrib["viewBox"].split())
    for part in root.iter():
        if part.tag.endswith("rect"):
            x, y, w, h = (float(part.attrib[name]) for name in ("x", "y", "width", "height"))
            assert -0.1 <= x <= x + w <= width + 0.2
            assert -0.1 <= y <= y + h <= height + 0.2
        if part.tag.endswith("circle"):
            assert 0 <= float(part.attrib["cx"]) <= width
            assert 0 <= float(part.attrib["cy"]) <= height


@given(st.lists(st.builds(Item, LABEL, COUNT), max_size=8))
def test_bars_and_lines_stay_inside(items: list[Item]) -> None:
    _inside(charts.bars(items))
    _inside(charts.line(items))


@given(st.lists(st.tuples(COUNT, COUNT), max_size=18))
def test_pyramids_stay_inside(rows: list[tuple[int | None, int | None]]) -> None:
    left, right = [row[0] for row in rows], [row[1] for row in rows]
    groups = [f"{at}–{at + 4}" for at in range(len(rows))]
    _inside(charts.pyramid(groups, Series("L", left), Series("P", right), axis="umur"))


@given(st.lists(st.lists(COUNT, min_size=3, max_size=3), max_size=5))
def test_stacks_stay_inside(parts: list[list[int | None]]) -> None:
    _inside(charts.stacked(["A", "B", "C"], [Series(f"s{n}", p) for n, p in enumerate(parts)]))


@given(st.lists(st.lists(st.integers(-1000, 1000), min_size=3, max_size=3).map(sorted), max_size=6))
def test_dots_stay_inside(rows: list[list[int]]) -> None:
    _inside(charts.dots([Range(f"r{n}", *row) for n, row in enumerate(rows)]))
