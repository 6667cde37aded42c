"""What a scorecard refuses, all of it at once, and the edges of its answers."""

from fractions import Fraction
from typing import Any

import pytest

from cantik.assess.faults import FAULTS
from cantik.kernel import scorecard


def item(id_: str = "i", **more: Any) -> dict[str, Any]:
    return {
        "id": id_, "title": "?",
        "options": [{"id": "a", "title": "a", "score": 0}, {"id": "b", "title": "b", "score": 1}],
        **more,
    }  # fmt: skip


def card(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "combine": "points", "total": 10,
        "sections": [{"id": "s", "title": "s", "items": list(items)}], **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (card(item("i", weight=4), item("j", weight=5)), "weights", "s"),
        (card(item("i", weight=10), item("j")), "weight_missing", "s/j"),
        (card(item("i", weight="1,5")), "number", "s/i"),
        (card(item("i", weight=9.5)), "number", "s/i"),
        (card(item("i", weight=-1), item("j", weight=11)), "weight_negative", "s/i"),
        (card(item("i"), item("i")), "twice", "s/i"),
        (card(item("i", options=[{"id": "a", "title": "a", "score": 1}])), "options", "s/i"),
        (card(item("i", options=[{"id": "a", "title": "a"},
                                 {"id": "b", "title": "b", "score": 1}])),
         "no_score", "s/i/a"),
        (card(item("i", kind="lain")), "kind", "s/i"),
        (card(item("i", kind="ratio")), "zero", "s/i"),
        (card(item("i", kind="number", high=0)), "range", "s/i"),
        (card(item("i", title=" ")), "words", "s/i/title"),
        (card(), "empty", "s"),
        (card(item("i"), combine="share", scale=[1, 5]), "scale_other", "s/i"),
        (card(item("i"), combine="none", bands=[{"id": "x", "title": "x", "from": 0}]),
         "bands_none", "bands"),
        (card(item("i"), bands=[{"id": "x", "title": "x", "from": 1}]), "bands_start", "bands/x"),
        (card(item("i"), bands=[{"id": "x", "title": "x", "from": 0},
                                {"id": "y", "title": "y", "from": 0}]), "bands_order", "bands/y"),
        (card(item("i", known=False)), "unread", "s/i"),
        (card(item("/"), ), "id", "s"),
        ({"sections": 5, "scale": [0, 1]}, "list", "sections"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_at_its_place(data: dict[str, Any], code: str, place: str) -> None:
    with pytest.raises(scorecard.BadScorecard) as wrong:
        scorecard.read(data)
    assert (code, place) in {(one.code, one.field) for one in wrong.value.problems}
    assert all(one.code in FAULTS for one in wrong.value.problems)


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(scorecard.BadScorecard) as wrong:
        scorecard.read(card(item("i", weight=3), item("i", weight=3, kind="lain")))
    assert {one.code for one in wrong.value.problems} == {"weights", "twice", "kind"}


def test_without_weights_all_parts_weigh_the_same() -> None:
    read = scorecard.read(card(item("i"), item("j"), item("k")))
    assert [one.weight for one in read.items()] == [Fraction(10, 3)] * 3
    assert scorecard.score(read, {"i": "b", "j": "b", "k": "a"}).raw == Fraction(20, 3)


def test_a_tenth_is_a_tenth() -> None:
    read = scorecard.read(card(*(item(f"i{n}", weight="0.1") for n in range(10)), total=1))
    assert scorecard.score(read, {f"i{n}": "b" for n in range(10)}).raw == 1


@pytest.mark.parametrize(
    ("answer", "score"), [("3/4", Fraction(3, 4)), ("0/4", 0), ("0/0", Fraction(1, 2)), ("", None)]
)
def test_a_ratio_of_nothing_has_its_own_score(answer: str, score: Any) -> None:
    read = scorecard.read(card(item(kind="ratio", zero="0.5")))
    assert scorecard.worth(read.items()[0], answer) == score


@pytest.mark.parametrize(
    ("kind", "more", "answer", "code"),
    [
        ("ratio", {"zero": 0}, "5/4", "above"), ("ratio", {"zero": 0}, "5", "ratio"),
        ("ratio", {"zero": 0}, "1/0", "above"), ("ratio", {"zero": 0}, "-1/2", "ratio"),
        ("number", {"high": 4}, "5", "range"), ("number", {"high": 4}, "1.5", "number"),
        ("number", {"high": 4}, "٣", "number"), ("options", {}, "c", "option"),
    ],
)  # fmt: skip
def test_what_is_no_answer(kind: str, more: dict[str, Any], answer: str, code: str) -> None:
    read = scorecard.read(card(item(kind=kind, **more)))
    with pytest.raises(scorecard.BadAnswer) as wrong:
        scorecard.worth(read.items()[0], answer)
    assert wrong.value.code == code
