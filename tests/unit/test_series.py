"""Prices over time: medians, changes and indices, against slow and plain arithmetic."""

import math
import statistics
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cantik.analyse import series
from cantik.kernel import periods

price = st.one_of(st.none(), st.integers(1, 10**9))
prices = st.lists(price, min_size=1, max_size=30)


@given(st.lists(st.tuples(st.integers(0, 70), st.integers(-5, 10**6)), min_size=1, max_size=40))
def test_each_period_has_the_median_of_its_own_quotes(rows: list[tuple[int, int]]) -> None:
    first = date(2026, 1, 1)
    days = [(first + timedelta(days=after)).isoformat() for after, _p in rows]
    made = series.quoted("week", days, {"a": [p for _a, p in rows]})
    [item] = made.items
    assert list(made.periods) == sorted(made.periods)
    for at, period in enumerate(made.periods):
        quotes = [
            p for day, (_a, p) in zip(days, rows, strict=True)
            if periods.key(date.fromisoformat(day), "week") == period and p > 0
        ]  # fmt: skip
        assert item.quotes[at] == len(quotes)
        if not quotes:
            assert item.prices[at] is None  # never carried forward
            continue
        assert abs(item.prices[at] - Fraction(statistics.median(quotes))) <= Fraction(1, 2)  # type: ignore[operator]
        assert (item.lowest[at], item.highest[at]) == (min(quotes), max(quotes))


@given(prices)
def test_a_change_stands_between_two_prices_only(found: list[int | None]) -> None:
    changes = series.changes(found)
    assert len(changes) == len(found)
    assert changes[0] is None
    for before, now, change in zip(found, found[1:], changes[1:], strict=False):
        if before is None or now is None:
            assert change is None
        else:
            assert change is not None
            assert abs(change - Fraction((now - before) * 1000, before)) <= Fraction(1, 2)


@given(st.lists(prices, min_size=1, max_size=6), st.integers(1, 5))
def test_the_index_of_all_is_the_geometric_mean_of_what_is_quoted(
    items: list[list[int | None]], base: int
) -> None:
    longest = max(map(len, items))
    items = [one + [None] * (longest - len(one)) for one in items]
    index, used = series.together(items, base)
    based = [(one, series.base_price(one, base)) for one in items]
    for at in range(longest):
        ratios = [one[at] / whole for one, whole in based if whole and one[at] is not None]  # type: ignore[operator]
        assert used[at] == len(ratios)
        enough = ratios and 2 * len(ratios) >= sum(whole is not None for _o, whole in based)
        assert (index[at] is not None) == bool(enough)
        if enough:
            mean = math.exp(sum(math.log(one) for one in ratios) / len(ratios)) * 1000
            assert index[at] == pytest.approx(mean, rel=1e-9, abs=0.500001)


@given(st.integers(0, 10**60), st.integers(1, 12))
def test_a_root_is_the_largest_that_fits(value: int, n: int) -> None:
    found = series.root(value, n)
    assert found**n <= value < (found + 1) ** n


@given(st.integers(1, 10**6), st.lists(st.integers(1, 10**6), min_size=2, max_size=9))
def test_scale_does_not_matter_to_an_index(scale: int, found: list[int]) -> None:
    assert series.indices(found, 2) == series.indices([p * scale for p in found], 2)


@pytest.mark.parametrize(
    ("every", "first", "last", "wanted"),
    [
        ("day", date(2024, 2, 28), date(2024, 3, 1), ["2024-02-28", "2024-02-29", "2024-03-01"]),
        ("week", date(2026, 12, 28), date(2027, 1, 6), ["2026-W53", "2027-W01"]),
        ("month", date(2026, 11, 30), date(2027, 1, 1), ["2026-11", "2026-12", "2027-01"]),
        ("year", date(1999, 1, 1), date(2001, 12, 31), ["1999", "2000", "2001"]),
    ],
)
def test_periods_follow_each_other_without_a_gap(
    every: str, first: date, last: date, wanted: list[str]
) -> None:
    found = list(periods.between(periods.key(first, every), periods.key(last, every)))
    assert found == wanted
    assert all(periods.key(periods.start(one), every) == one for one in found)


def test_a_slip_in_a_year_makes_no_endless_calendar() -> None:
    made = series.quoted("day", ["0001-01-01", "2026-01-05", None], {"a": [1, 2, 3]})
    assert made.periods == ("0001-01-01", "2026-01-05")
    assert series.quoted("day", [None], {"a": [3]}).periods == ()


@pytest.mark.parametrize(
    ("period", "indonesian", "english"),
    [
        ("2026-W01", "29 Des 2025 – 4 Jan 2026", "29 Dec 2025 – 4 Jan 2026"),
        ("2026-W42", "12–18 Okt 2026", "12–18 Oct 2026"),
        ("2026-W40", "28 Sep – 4 Okt 2026", "28 Sep – 4 Oct 2026"),
        ("2026-03", "Maret 2026", "March 2026"),
        ("2026", "2026", "2026"),
        ("2026-03-04", "4 Mar 2026", "4 Mar 2026"),
    ],
)
def test_a_period_in_words(period: str, indonesian: str, english: str) -> None:
    assert periods.words(period, "id") == indonesian
    assert periods.words(period, "en") == english
