"""Each rule of keluarga v1, as it is found when answers are looked at: at its place, and alone."""

import copy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from cantik.design.checks import check_files
from cantik.design.store import folders, texts
from cantik.kernel.problems import Severity
from cantik.process import rules

PACK = check_files(texts(next(f for f in folders() if f.parent.name == "keluarga")))[1]
CASES: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("process_rules.yaml").read_text("utf-8")
)
ON = date(2026, 10, 31)


def given(case: dict[Any, Any]) -> dict[str, Any]:
    members = copy.deepcopy(CASES["members"])
    if "only" in case:
        members = [{**members[0], **other} for other in case["only"]]
    while len(members) < case.get("repeat", 0):
        members.append({**members[-1], "hubungan": "8"})
    for at, answers in case.items():
        if isinstance(at, int):
            members[at].update(answers)
    family = {**CASES["family"], **case.get("f", {})}
    return {
        "keluarga": {k: v for k, v in family.items() if v is not None},
        "anggota": [{k: v for k, v in one.items() if v is not None} for one in members],
    }


def broken(case: dict[Any, Any]) -> set[tuple[str, int]]:
    found = rules.in_family(PACK, given(case), [], ON)
    return {(one.name, one.member) for one in found if one.kind == rules.RULE}


def test_every_rule_of_the_pack_has_a_case_with_its_source() -> None:
    assert {rule.id for rule in PACK.rules} == set(CASES["rules"])
    assert all(case["source"] for case in CASES["rules"].values())


@pytest.mark.parametrize("rule", CASES["rules"])
def test_the_rule_is_broken_at_its_place_and_no_other_is(rule: str) -> None:
    case = CASES["rules"][rule]
    expected = {(rule, case["at"])} | {(other, -1) for other in case.get("with", [])}
    assert broken(case["wrong"]) == expected
    assert rules.severity(PACK, rules.RULE, rule) == Severity.WAIT


@pytest.mark.parametrize("rule", CASES["rules"])
def test_the_nearest_right_family_breaks_nothing(rule: str) -> None:
    assert broken(CASES["rules"][rule]["right"]) == set()
