from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cantik.protect.intervals import interval
from cantik.protect.rounding import Within, round_rows

SECRET = b"k" * 32
COUNTS = st.lists(
    st.lists(st.one_of(st.integers(0, 6), st.integers(0, 60)), min_size=4, max_size=4),
    min_size=1,
    max_size=6,
)
METHODS = st.sampled_from([(3, 2), (5, 3)])


def run(rows, method, previous=None, codes="abcd", secret=SECRET):  # type: ignore[no-untyped-def]
    return round_rows(
        variable="v", codes=codes, rows=rows, base=method[0], largest_step=method[1],
        secret=secret, previous=previous or {},
    )  # fmt: skip


@given(COUNTS, METHODS)
def test_rows_close_and_every_change_is_bounded(counts, method) -> None:  # type: ignore[no-untyped-def]
    rows = {f"r{at}": row for at, row in enumerate(counts)}
    done = run(rows, method)
    assert set(done.rows) | done.open_rows == set(rows)
    for key, shown in done.rows.items():
        assert sum(shown) == sum(rows[key])
        for true, out in zip(rows[key], shown, strict=True):
            low, high = interval(out, *method)
            assert low <= true <= high
            assert out == 0 or out >= method[0]


@given(COUNTS, METHODS, st.data())
def test_blocks_close_to_what_is_published_of_them(counts, method, data) -> None:  # type: ignore[no-untyped-def]
    """The coarse counts are rounded first; the finer ones add up to them or are not shown."""
    rows = {f"r{at}": row for at, row in enumerate(counts)}
    pairs = {key: [row[0] + row[1], row[2] + row[3]] for key, row in rows.items()}
    coarse = run(pairs, method, codes="xy")
    within = Within((("a", "b"), ("c", "d")), coarse.rows)
    done = round_rows(
        variable="v", codes="abcd", rows=rows, base=method[0], largest_step=method[1],
        secret=SECRET, previous={}, within=within,
    )  # fmt: skip
    assert set(done.rows) | done.open_rows == set(rows)
    for key, shown in done.rows.items():
        if key in coarse.rows:
            assert (shown[0] + shown[1], shown[2] + shown[3]) == coarse.rows[key]
        for true, out in zip(rows[key], shown, strict=True):
            low, high = interval(out, *method)
            assert low <= true <= high


def test_a_block_that_cannot_be_reached_leaves_its_row_open() -> None:
    within = Within((("a", "b"), ("c", "d")), {"r": (5, 35)})
    rows = {"r": [2, 2, 20, 16]}
    done = round_rows(
        variable="v", codes="abcd", rows=rows, base=3, largest_step=2, secret=SECRET, previous={},
        within=within,
    )  # fmt: skip
    assert done.open_rows == {"r"}
    assert done.state == {}


@given(COUNTS, METHODS, st.permutations(range(4)))
def test_order_of_rows_and_columns_does_not_matter(counts, method, order) -> None:  # type: ignore[no-untyped-def]
    rows = {f"r{at}": row for at, row in enumerate(counts)}
    turned = {key: [rows[key][at] for at in order] for key in reversed(rows)}
    a = run(rows, method)
    b = run(turned, method, codes=["abcd"[at] for at in order])
    assert a.open_rows == b.open_rows
    assert a.state == b.state


@given(COUNTS, METHODS)
def test_unchanged_answers_keep_what_was_published_even_under_another_secret(  # type: ignore[no-untyped-def]
    counts, method
) -> None:
    rows = {f"r{at}": row for at, row in enumerate(counts)}
    first = run(rows, method)
    kept = {key: rows[key] for key in first.rows}
    again = run(kept, method, previous=first.state, secret=b"other" * 8)
    assert again.rows == first.rows
    assert again.changed == frozenset()


def test_t5_closes_the_row_by_one_step() -> None:
    done = run({"1": [1, 7, 2, 12], "2": [2, 1, 9, 1], "3": [15, 2, 1, 8]}, (3, 2))
    assert not done.open_rows
    assert [sum(done.rows[key]) for key in "123"] == [22, 13, 26]


def test_a_row_without_a_large_cell_stays_open() -> None:
    assert run({"1": [1, 1, 0, 0]}, (3, 2)).open_rows == {"1"}


def test_published_counts_of_a_cell_only_go_up_with_its_interval() -> None:
    spans = [interval(n, 3, 2) for n in (0, 3, 4, 5, 6, 7)]
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in pairwise(spans))
