"""How well the items of a test work, and what somebody gained: pure, no database, no clock.

Each function takes the marks of one form: a row a person, a column an item, 1 right and 0 not right
(an item left open is not right). What a formula leaves undefined is None, never 0.

Two ways lead to the same figures: ``analyse`` says each formula plainly in whole numbers and exact
fractions; ``analyse_many`` does the same over arrays for a whole nation. Tests compare them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

import numpy as np
from numpy.typing import NDArray

Marks = Sequence[Sequence[int]]


@dataclass(frozen=True)
class ItemFigures:
    """``difficulty`` p, the share who got it right (0..1, high is easy); ``discrimination`` the
    corrected point-biserial correlation (-1..1)."""

    difficulty: float | None
    discrimination: float | None


@dataclass(frozen=True)
class FormFigures:
    """``mean`` in points of 0..items; ``kr20`` the reliability of the whole form."""

    n: int
    mean: float | None
    kr20: float | None
    items: tuple[ItemFigures, ...]


def difficulty(column: Sequence[int]) -> Fraction | None:
    """p = right answers / persons (Lord & Novick 1968, ch. 15). None without persons."""
    return Fraction(sum(column), len(column)) if column else None


def variance(values: Sequence[int]) -> Fraction | None:
    """Of all persons, divided by n, as Kuder and Richardson do. None without persons."""
    if not values:
        return None
    mean = Fraction(sum(values), len(values))
    return sum(((one - mean) ** 2 for one in values), Fraction(0)) / len(values)


def kr20(marks: Marks) -> Fraction | None:
    """Kuder-Richardson formula 20: k/(k-1) x (1 - sum(p q) / variance of the totals)
    (Kuder & Richardson 1937, Psychometrika 2, 151-160). It can be negative. None under two persons
    or two items, and where everybody has the same total."""
    if len(marks) < 2 or len(marks[0]) < 2:
        return None
    k, spread = len(marks[0]), variance([sum(row) for row in marks])
    if not spread:
        return None
    inside = Fraction(0)
    for at in range(k):
        p = Fraction(sum(row[at] for row in marks), len(marks))
        inside += p * (1 - p)
    return Fraction(k, k - 1) * (1 - inside / spread)


def discrimination(marks: Marks, at: int) -> float | None:
    """Correlation of item ``at`` with the total of the OTHER items, so that an item does not
    agree with itself (corrected point-biserial; Henrysson 1963, Psychometrika 28, 211-218). None
    under two persons, where all answered the item alike, and where all other totals are equal."""
    n = len(marks)
    if n < 2:
        return None
    own = [row[at] for row in marks]
    rest = [sum(row) - row[at] for row in marks]
    # n^2 times covariance and variances: whole numbers, so that zero is exactly zero
    together = n * sum(a * b for a, b in zip(own, rest, strict=True)) - sum(own) * sum(rest)
    own_spread = n * sum(a * a for a in own) - sum(own) ** 2
    rest_spread = n * sum(b * b for b in rest) - sum(rest) ** 2
    if not own_spread or not rest_spread:
        return None
    return together / sqrt(own_spread * rest_spread)


def analyse(marks: Marks, items: int) -> FormFigures:
    """All figures of one form, as plainly as they can be said."""
    n = len(marks)
    reliability = kr20(marks)
    columns = [[row[at] for row in marks] for at in range(items)]
    return FormFigures(
        n,
        float(Fraction(sum(sum(row) for row in marks), n)) if n else None,
        None if reliability is None else float(reliability),
        tuple(
            ItemFigures(None if p is None else float(p), discrimination(marks, at))
            for at, p in enumerate(map(difficulty, columns))
        ),
    )


def analyse_many(marks: NDArray[np.uint8]) -> FormFigures:
    """The same figures as ``analyse`` from an array of persons x items of 0 and 1."""
    n, k = marks.shape
    if n == 0:
        return FormFigures(0, None, None, tuple(ItemFigures(None, None) for _at in range(k)))
    total = marks.sum(axis=1, dtype=np.int64)
    right = marks.sum(axis=0, dtype=np.int64)
    # sum over persons of mark x total, item by item; float64 is exact below 2^53
    with_total = (total.astype(np.float64) @ marks.astype(np.float64)).astype(np.int64)
    totals, squares = int(total.sum()), int((total * total).sum())
    spread = n * squares - totals**2  # n^2 x variance
    reliability = None
    if n >= 2 and k >= 2 and spread:
        inside = sum(int(r) * (n - int(r)) for r in right)  # n^2 x sum(p q)
        reliability = float(Fraction(k, k - 1) * (1 - Fraction(inside, spread)))
    found = []
    for at in range(k):
        r, both = int(right[at]), int(with_total[at])
        rest, rest_squares = totals - r, squares - 2 * both + r
        together = n * (both - r) - r * rest
        own_spread, rest_spread = n * r - r * r, n * rest_squares - rest * rest
        known = n >= 2 and own_spread and rest_spread
        found.append(
            ItemFigures(
                float(Fraction(r, n)),
                together / sqrt(own_spread * rest_spread) if known else None,
            )
        )
    return FormFigures(n, float(Fraction(totals, n)), reliability, tuple(found))


def array_of(rows: Sequence[str], items: int) -> NDArray[np.uint8]:
    """Marks written as "0110…" to an array. Raises ValueError for a row of another length."""
    if any(len(row) != items for row in rows):
        raise ValueError("a row of marks has another length than the form")
    flat = np.frombuffer("".join(rows).encode("ascii"), dtype=np.uint8) - ord("0")
    return flat.reshape(len(rows), items)


# -- gain ---------------------------------------------------------------------------------------


def gain(pre: int, post: int, most: int) -> Fraction | None:
    """Normalised gain (post - pre) / (most - pre): the share learnt of what was still missing
    (Hake 1998, American Journal of Physics 66, 64-74). None at a full pre-test, where nothing was
    missing. Negative when less was right at the end."""
    if most <= pre:
        return None
    return Fraction(post - pre, most - pre)


@dataclass(frozen=True)
class VillageGain:
    """``mean`` of the persons whose gain is defined: ``n`` of ``of`` who took a first test."""

    mean: Fraction | None
    n: int
    of: int


def village_gain(persons: Sequence[tuple[int | None, int | None]], most: int) -> VillageGain:
    """``persons`` are (pre, post) in points, None where not finished. The mean is of the persons'
    gains, not the gain of their means, so that each person weighs the same."""
    of = sum(pre is not None for pre, _post in persons)
    known = [
        one
        for pre, post in persons
        if pre is not None and post is not None and (one := gain(pre, post, most)) is not None
    ]
    return VillageGain(sum(known, Fraction(0)) / len(known) if known else None, len(known), of)


def gain_words(value: Fraction) -> str:
    """A code for words: down, same, low, middle, high. Bounds 0.3 and 0.7 after Hake 1998."""
    if value < 0:
        return "down"
    if value == 0:
        return "same"
    if value < Fraction(3, 10):
        return "low"
    return "middle" if value < Fraction(7, 10) else "high"
