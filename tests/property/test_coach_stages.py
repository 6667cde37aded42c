"""Stages follow from proof: in their order, never backwards, and what is lost is told."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import cantik
from cantik.coach import stages
from cantik.coach.stages import BadStages, Found, Stage

FILE = Path(cantik.__file__).parent / "rulebooks" / "desa_cantik.yaml"
BOOK = yaml.safe_load(FILE.read_text(encoding="utf-8"))
STAGES = stages.read(BOOK)
NEEDS = [need.id for stage in STAGES for need in stage.needs]
ONE = [Found("file", "x")]

proven = st.sets(st.sampled_from(NEEDS))


def proofs(ids: set[str]) -> Mapping[str, list[Found]]:
    return dict.fromkeys(ids, ONE)


def whole(stage: Stage) -> set[str]:
    return {need.id for need in stage.needs}


@given(proven)
def test_passed_are_the_first_stages_that_are_wholly_proven(ids: set[str]) -> None:
    stand = stages.standing(STAGES, proofs(ids), [])
    states = [one.state for one in stand.stages]
    expected = 0
    while expected < len(STAGES) and whole(STAGES[expected]) <= ids:
        expected += 1
    assert stand.number == expected
    assert states[:expected] == ["passed"] * expected
    assert states[expected:] == (["now"] + ["later"] * len(STAGES))[: len(STAGES) - expected]
    assert not stand.lost


@given(proven, proven)
def test_more_proof_never_passes_less(some: set[str], more: set[str]) -> None:
    before = stages.standing(STAGES, proofs(some), [])
    after = stages.standing(STAGES, proofs(some | more), [one.id for one in before.newly])
    assert after.number >= before.number


@given(proven, proven)
def test_lost_proof_takes_no_stage_back_and_is_told(ids: set[str], gone: set[str]) -> None:
    before = stages.standing(STAGES, proofs(ids), [])
    record = [one.id for one in before.newly]
    after = stages.standing(STAGES, proofs(ids - gone), record)
    assert after.number >= len(record)
    lost = {need.id for one in after.stages if one.lost for need in one.missing}
    assert lost == {need for stage in before.newly for need in whole(stage) & gone}
    assert not set(record) & {one.id for one in after.newly}  # never written down twice


def test_the_table_walks_from_the_first_stage_to_the_end() -> None:
    table = stages.table(STAGES)
    state, walked = table.start, []
    while table.verbs(state):
        walked.append(state)
        state = table.after(state, "pass")
    assert walked == [one["id"] for one in BOOK["stages"]]
    assert state == "selesai"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"needs": []}, "without requirements"),
        ({"needs": [{"id": "a", "kind": "word", "title": {}}]}, "kind"),
        ({"needs": [{"id": "a", "kind": "thing", "title": {}}]}, "probe"),
        ({"needs": [{"id": "a", "kind": "file", "probe": "x", "title": {}}]}, "probe"),
        ({"needs": [{"id": "a", "kind": "file", "level": "x", "title": {}}]}, "level"),
        ({"needs": [{"id": "tim", "kind": "file", "title": {}}]}, "twice"),
        ({"owner": "nobody"}, "owner"),
        ({"id": "sk_tim"}, "twice"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(change: dict[str, object], named: str) -> None:
    bad = {**BOOK, "stages": [*BOOK["stages"]]}
    bad["stages"][1] = {**BOOK["stages"][1], **change}
    with pytest.raises(BadStages, match=named):
        stages.read(bad)


def test_no_stages_are_refused() -> None:
    with pytest.raises(BadStages):
        stages.read({**BOOK, "stages": []})


def test_every_title_speaks_both_languages() -> None:
    for stage in STAGES:
        for text in (stage.title, *(need.title for need in stage.needs)):
            assert text["id"]
            assert text["en"]
