"""Rules that contradict each other: the smallest set is named, and nothing else."""

import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from cantik.design import store
from cantik.design.contradictions import Contradiction, contradictions, told
from tests.unit.design_fishery import form
from tests.unit.design_small import small

CASES: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("design_contradictions.yaml").read_text("utf-8")
)


def written(one: Contradiction) -> tuple[str, set[str]]:
    places = {
        f"rule {place.name}" if place.column == "rule" else f"{place.name} {place.column}"
        for place in one.places
    }
    return f"{one.kind} {one.name}", places


@pytest.mark.parametrize("case", CASES, ids=[case["says"] for case in CASES])
def test_what_contradicts_is_named(case: dict[str, Any]) -> None:
    pack = small(case["ask"], case.get("rules"), case.get("table", ()))
    found = contradictions(pack)
    if not case["finds"]:
        assert found == []
        return
    what, *places = case["finds"]
    assert [written(one) for one in found] == [(what, set(places))]
    _file, item, words = told(pack, found[0])
    assert item
    assert all(place.split()[1 if place.startswith("rule") else 0] in words for place in places)


def test_a_workbook_is_refused_at_its_row_with_all_that_contradicts() -> None:
    made = form(
        ["integer", "panjang", "Panjang kapal", "yes", "${mesin} = 'ada'", ". >= 30"],
        ["select_one yt", "besar", "Kapal besar?", "yes", "${panjang} < 30"],
    )
    [one] = [one for one in made.problems if one.severity == "refuse"]
    assert one.row == 18
    words = str(one.params["reason"])
    assert "tidak akan pernah ditanyakan" in words
    assert "batas isian panjang (. >= 30)" in words
    assert "syarat bertanya besar (panjang < 30)" in words


def test_the_packs_of_the_program_are_sound_and_this_is_known_soon() -> None:
    for folder in store.folders():
        pack = store.checked(folder)[1]
        before = time.process_time()
        assert contradictions(pack) == [], pack.id
        assert time.process_time() - before < 2, pack.id


def test_a_long_row_of_questions_under_one_condition_is_judged_in_time() -> None:
    ask: dict[str, list[object]] = {"a": ["1 2", "yes", "", ""]}
    for at in range(400):
        ask[f"b{at}"] = ["int", "yes", "${a} = '1'", ". >= 0 and . <= 20"]
    before = time.process_time()
    assert contradictions(small(ask)) == []
    [one] = contradictions(small({**ask, "z": ["int", "no", "${b7} > 20", ""]}))
    assert written(one) == ("asked z", {"b7 constraint"})
    assert time.process_time() - before < 5
