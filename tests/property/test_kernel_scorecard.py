"""Scores are exact, move by their share, and never take silence for a zero."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cantik.kernel import scorecard

PARTS = st.integers(1, 4)


@st.composite
def weights(draw: st.DrawFn, total: int) -> list[int]:
    """Whole weights that add up to a total, none of them nought."""
    cuts = draw(st.sets(st.integers(1, total - 1), max_size=3))
    edges = [0, *sorted(cuts), total]
    return [b - a for a, b in pairwise(edges)]


@st.composite
def cards(draw: st.DrawFn, combine: str) -> dict[str, Any]:
    sections = []
    for at, weight in enumerate(draw(weights(100))):
        inside = draw(weights(100 if combine == "share" else weight)) if weight > 1 else [weight]
        if combine == "share" and weight == 1:
            inside = [100]
        items = []
        for n, own in enumerate(inside):
            scores = [1, *draw(st.lists(st.integers(1, 5), max_size=3)), 5]
            items.append(
                {"id": f"{at}.{n}", "title": "?", "weight": own,
                 "options": [{"id": f"o{k}", "title": "o", "score": s}
                             for k, s in enumerate(scores)]}
            )  # fmt: skip
        sections.append({"id": f"s{at}", "title": "s", "weight": weight, "items": items})
    return {"combine": combine, "scale": [1, 5], "sections": sections}


@st.composite
def answered(draw: st.DrawFn) -> tuple[scorecard.Scorecard, dict[str, str]]:
    card = scorecard.read(draw(cards(draw(st.sampled_from(["share", "points"])))))
    return card, {
        one.id: draw(st.sampled_from([o.id for o in one.options])) for one in card.items()
    }


@given(answered(), st.data())
def test_one_answer_moves_the_total_by_its_part(
    made: tuple[scorecard.Scorecard, dict[str, str]], data: st.DataObject
) -> None:
    card, answers = made
    item = data.draw(st.sampled_from(card.items()))
    other = data.draw(st.sampled_from(item.options))
    before = scorecard.score(card, answers)
    after = scorecard.score(card, {**answers, item.id: other.id})
    part = next(n.part for _d, n in before.walk() if n.item is not None and n.id == item.id)
    old = scorecard.worth(item, answers[item.id])
    assert before.raw is not None
    assert after.raw is not None
    assert old is not None
    assert after.raw - before.raw == part * (other.score - old)
    share = item.weight / card.total
    if card.combine == "points":
        assert part == share * card.total / item.high


@given(answered(), st.data())
def test_silence_is_no_zero_and_stays_within_its_bounds(
    made: tuple[scorecard.Scorecard, dict[str, str]], data: st.DataObject
) -> None:
    card, answers = made
    whole = scorecard.score(card, answers)
    silent = data.draw(st.sets(st.sampled_from(sorted(answers)), min_size=1))
    some = scorecard.score(card, {k: v for k, v in answers.items() if k not in silent})
    assert some.raw is None
    assert some.answered == len(answers) - len(silent)
    assert whole.raw is not None
    assert whole.complete
    assert some.least <= whole.raw <= some.most
    assert whole.least == whole.raw == whole.most


@given(answered())
def test_every_step_adds_up_to_the_one_above(
    made: tuple[scorecard.Scorecard, dict[str, str]],
) -> None:
    card, answers = made
    tree = scorecard.score(card, answers)
    for _depth, node in tree.walk():
        assert isinstance(node.weighted, Fraction)
        if node.parts:
            assert node.raw == sum(one.weighted for one in node.parts)
            assert sum(one.share for one in node.parts) == 1
    top = max(o.score for one in card.items() for o in one.options)
    best = {one.id: max(one.options, key=lambda option: option.score).id for one in card.items()}
    assert scorecard.score(card, best).raw == (top if card.combine == "share" else card.total)


@given(cards("share"), st.integers(-3, 3).filter(bool))
def test_weights_that_do_not_add_up_are_always_refused(data: dict[str, Any], off: int) -> None:
    data["sections"][0]["items"][0]["weight"] += off
    with pytest.raises(scorecard.BadScorecard) as wrong:
        scorecard.read(data)
    assert ("weights", "s0") in {(one.code, one.field) for one in wrong.value.problems}


@given(st.text(max_size=12))
def test_any_text_is_an_answer_or_refused(text: str) -> None:
    for kind, more in (("number", {"high": 9}), ("ratio", {"zero": 0})):
        card = scorecard.read(
            {"combine": "points", "total": 1, "sections": [{"id": "s", "title": "s", "items": [
                {"id": "i", "title": "?", "kind": kind, **more}]}]}
        )  # fmt: skip
        item = card.items()[0]
        try:
            found = scorecard.worth(item, text)
        except scorecard.BadAnswer:
            continue
        assert found is None or item.low <= found <= item.high
