"""The fast figures of a test say what the plain ones say."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cantik.coach.learning import items

marks = st.integers(1, 8).flatmap(
    lambda k: st.lists(st.lists(st.integers(0, 1), min_size=k, max_size=k), max_size=30).map(
        lambda rows: (k, rows)
    )
)


def near(a: float | None, b: float | None) -> bool:
    return (a is None) == (b is None) and (a is None or abs(a - (b or 0.0)) < 1e-12)


@given(marks)
def test_both_ways_agree(given_marks: tuple[int, list[list[int]]]) -> None:
    k, rows = given_marks
    array = items.array_of(["".join(map(str, row)) for row in rows], k)
    assert array.shape == (len(rows), k)
    slow, fast = items.analyse(rows, k), items.analyse_many(array)
    assert slow.n == fast.n
    assert near(slow.mean, fast.mean)
    assert near(slow.kr20, fast.kr20)
    for one, other in zip(slow.items, fast.items, strict=True):
        assert near(one.difficulty, other.difficulty)
        assert near(one.discrimination, other.discrimination)


@given(marks)
def test_bounds(given_marks: tuple[int, list[list[int]]]) -> None:
    k, rows = given_marks
    found = items.analyse_many(np.array(rows, dtype=np.uint8).reshape(len(rows), k))
    assert found.kr20 is None or found.kr20 <= 1
    for one in found.items:
        assert one.difficulty is None or 0 <= one.difficulty <= 1
        assert one.discrimination is None or abs(one.discrimination) <= 1 + 1e-12


@given(
    st.integers(1, 60).flatmap(
        lambda m: st.tuples(st.integers(0, m), st.integers(0, m), st.just(m))
    )
)
def test_gain_is_at_most_whole(case: tuple[int, int, int]) -> None:
    pre, post, most = case
    gain = items.gain(pre, post, most)
    assert (gain is None) == (pre == most)
    assert gain is None or (gain <= 1 and (gain > 0) == (post > pre))
