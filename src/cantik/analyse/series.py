"""Prices over time: quotes in, the median of each period out; of medians, changes and indices.

Pure and exact: whole numbers and fractions only, rounded once, half away from zero. A period
without a quote has no price. Nothing is carried forward and nothing is drawn between two prices.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from statistics import median
from typing import Any

import pyarrow as pa

from cantik.kernel import periods

TENTHS = 1000  # of a hundred: indices and percents are given to one digit
MOST_PERIODS = 1200  # beyond it, periods in which nothing was quoted are left out
Prices = Sequence[int | None]


@dataclass(frozen=True)
class Quoted:
    """Of one item, for each period: the median of its quotes, how many there are, the lowest and
    the highest. All in units of the last digit; None where nothing was quoted."""

    name: str
    prices: tuple[int | None, ...]
    quotes: tuple[int, ...]
    lowest: tuple[int | None, ...]
    highest: tuple[int | None, ...]


@dataclass(frozen=True)
class Series:
    periods: tuple[str, ...]
    items: tuple[Quoted, ...]


def series(*, pack: Any, tables: Mapping[str, pa.Table]) -> dict[str, Series]:
    """The pack's series by id, from the clean records of its main record. The medians are secret
    until they were protected."""
    if not pack.series:
        return {}
    main = tables[pack.main]
    return {
        one.id: quoted(
            one.every,
            main.column(one.date).to_pylist(),
            {item.name: main.column(item.name).to_pylist() for item in one.items},
        )
        for one in pack.series
    }


def quoted(every: str, days: Sequence[str | None], quotes: Mapping[str, Prices]) -> Series:
    """``days`` are ISO dates, row by row with the ``quotes`` of each item. A row without a day and
    a quote of nought or less are no quotes."""
    keys = [periods.key(date.fromisoformat(day), every) if day else None for day in days]
    known = sorted(set(filter(None, keys)))
    if not known:
        return Series((), tuple(Quoted(name, (), (), (), ()) for name in quotes))
    every_period = tuple(calendar(known))
    return Series(
        every_period,
        tuple(_item(name, keys, every_period, found) for name, found in quotes.items()),
    )


def calendar(known: Sequence[str]) -> list[str]:
    """Every period from the first to the last one known, so that a gap is seen as one."""
    made = []
    for period in periods.between(known[0], known[-1]):
        made.append(period)
        if len(made) > MOST_PERIODS:
            return list(known)
    return made


def _item(name: str, keys: Sequence[str | None], every: Sequence[str], found: Prices) -> Quoted:
    by_period: dict[str, list[int]] = {}
    for key, quote in zip(keys, found, strict=True):
        if key is not None and quote is not None and quote > 0:
            by_period.setdefault(key, []).append(quote)
    rows = [by_period.get(period, []) for period in every]
    return Quoted(
        name,
        tuple(half_up(middle(row)) if row else None for row in rows),
        tuple(map(len, rows)),
        tuple(min(row, default=None) for row in rows),
        tuple(max(row, default=None) for row in rows),
    )


def middle(values: Iterable[int]) -> Fraction:
    """The median. Raises statistics.StatisticsError for none."""
    return Fraction(median(map(Fraction, values)))


def half_up(value: Fraction) -> int:
    """To the nearest whole number; a half goes away from zero."""
    found = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return found if value >= 0 else -found


# -- from published prices only: whoever holds them can work out the same ------------------------


def base_price(prices: Prices, base: int) -> Fraction | None:
    """The median price of the first ``base`` periods; None where nothing was quoted in them."""
    known = [price for price in prices[:base] if price is not None]
    return middle(known) if known else None


def changes(prices: Prices) -> list[int | None]:
    """From one period to the next in tenths of a percent; None where either has no price."""
    return [None][: len(prices)] + [
        half_up(Fraction((now - before) * TENTHS, before)) if before and now is not None else None
        for before, now in pairwise(prices)
    ]


def indices(prices: Prices, base: int) -> list[int | None]:
    """Base = 100, in tenths; None where there is no price, and throughout without a base."""
    whole = base_price(prices, base)
    return [
        half_up(price * TENTHS / whole) if whole and price is not None else None for price in prices
    ]


def together(items: Sequence[Prices], base: int) -> tuple[list[int | None], list[int]]:
    """The index of all items by period in tenths, and of how many items it is made: the geometric
    mean of each price to its base (Jevons; Consumer Price Index Manual, ILO and others 2020,
    ch. 8). None where fewer than half the items that have a base were quoted."""
    based = [(prices, base_price(prices, base)) for prices in items]
    known = [(prices, whole) for prices, whole in based if whole]
    found: list[int | None] = []
    used = []
    for at in range(len(items[0]) if items else 0):
        ratios = [price / whole for prices, whole in known if (price := prices[at]) is not None]
        used.append(len(ratios))
        enough = ratios and 2 * len(ratios) >= len(known)
        found.append(_mean(ratios) if enough else None)
    return found, used


def _mean(ratios: Sequence[Fraction]) -> int:
    """Their geometric mean times a thousand, rounded half up: worked out in whole numbers."""
    product = Fraction(1)
    for one in ratios:
        product *= one
    n = len(ratios)
    doubled = product * (2 * TENTHS) ** n
    return (root(doubled.numerator // doubled.denominator, n) + 1) // 2


def root(value: int, n: int) -> int:
    """The largest whole number whose n-th power is at most ``value`` (not negative)."""
    low, high = 0, 1 << (value.bit_length() // n + 1)
    while low < high:
        half = (low + high + 1) // 2
        if half**n <= value:
            low = half
        else:
            high = half - 1
    return low
