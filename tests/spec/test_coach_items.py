"""Figures of a test against an example worked by hand, and what is undefined."""

from fractions import Fraction
from math import sqrt

import numpy as np
import pytest

from cantik.coach.learning import items

# Five persons, four items. Totals 4, 3, 2, 1, 0: mean 2, variance (4+1+0+1+4)/5 = 2.
# p = 4/5, 3/5, 2/5, 1/5; sum(pq) = 0.16 + 0.24 + 0.24 + 0.16 = 0.8.
# KR-20 = 4/3 x (1 - 0.8/2) = 0.8.
STAIRS = [[1, 1, 1, 1], [1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]]


def test_reliability_worked_by_hand() -> None:
    assert items.kr20(STAIRS) == Fraction(4, 5)


def test_difficulty_worked_by_hand() -> None:
    found = [one.difficulty for one in items.analyse(STAIRS, 4).items]
    assert found == [0.8, 0.6, 0.4, 0.2]


def test_discrimination_worked_by_hand() -> None:
    # Item 1: own 1 1 1 1 0, the others' totals 3 2 1 0 0. Sum of products 6, sums 4 and 6:
    # 5x6 - 4x6 = 6; 5x4 - 16 = 4; 5x14 - 36 = 34; r = 6 / sqrt(4 x 34).
    assert items.discrimination(STAIRS, 0) == pytest.approx(6 / sqrt(136))
    # Item 2: own 1 1 1 0 0, others 3 2 1 1 0: 5x6 - 3x7 = 9; 5x3 - 9 = 6; 5x15 - 49 = 26.
    assert items.discrimination(STAIRS, 1) == pytest.approx(9 / sqrt(156))


def test_an_item_does_not_agree_with_itself() -> None:
    # Uncorrected, one of two unrelated items would correlate with its own total.
    assert items.discrimination([[1, 1], [1, 0], [0, 1], [0, 0]], 0) == 0


def test_a_turned_item_is_negative() -> None:
    assert items.discrimination([[0, 1, 1], [0, 1, 1], [1, 0, 0], [1, 0, 0]], 0) == pytest.approx(
        -1
    )


@pytest.mark.parametrize(
    ("marks", "count"),
    [([], 4), ([[1, 0, 1, 1]], 4), ([[1, 0], [0, 1]], 2), ([[1], [0]], 1)],
)
def test_undefined_reliability_is_none(marks: list[list[int]], count: int) -> None:
    assert items.analyse(marks, count).kr20 is None
    array = np.array(marks, dtype=np.uint8).reshape(len(marks), count)
    assert items.analyse_many(array).kr20 is None


def test_undefined_figures_of_an_item_are_none() -> None:
    nobody = items.analyse([], 2)
    assert nobody.mean is None
    assert nobody.items[0] == items.ItemFigures(None, None)
    one = items.analyse([[1, 0]], 2)
    assert one.items == (items.ItemFigures(1.0, None), items.ItemFigures(0.0, None))
    all_alike = items.analyse([[1, 1], [1, 0]], 2)
    assert all_alike.items[0].discrimination is None  # all answered it alike
    assert all_alike.items[1].discrimination is None  # nothing differs in the rest


def test_marks_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="length"):
        items.array_of(["101", "10"], 3)


@pytest.mark.parametrize(
    ("pre", "post", "gain"),
    [
        (9, 15, Fraction(2, 3)),
        (0, 18, Fraction(1)),
        (9, 9, Fraction(0)),
        (12, 9, Fraction(-1, 2)),
        (18, 18, None),
        (18, 10, None),
    ],
)
def test_gain(pre: int, post: int, gain: Fraction | None) -> None:
    assert items.gain(pre, post, 18) == gain


def test_gain_of_a_village_leaves_out_what_is_undefined() -> None:
    found = items.village_gain([(9, 15), (18, 18), (6, 6), (10, None), (None, None)], 18)
    assert (found.mean, found.n, found.of) == (Fraction(1, 3), 2, 4)
    assert items.village_gain([(18, 18)], 18).mean is None


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Fraction(-1, 9), "down"), (Fraction(0), "same"), (Fraction(1, 9), "low"),
        (Fraction(3, 10), "middle"), (Fraction(7, 10), "high"), (Fraction(1), "high"),
    ],
)  # fmt: skip
def test_words_of_a_gain(value: Fraction, words: str) -> None:
    assert items.gain_words(value) == words
