"""What all packs give together, and the packs about no family."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from cantik.demo import answers
from cantik.design import store
from cantik.design.derived import derive
from cantik.design.judging import judge
from cantik.design.pack import Pack
from cantik.kernel.text import complete
from cantik.protect.policy import policy

RULES = yaml.safe_load(Path(__file__).with_name("packs_whole_rules.yaml").read_text("utf-8"))
CASES = [(name, rule) for name, one in RULES.items() for rule in one["rules"]]
DATA = Path(answers.__file__).with_name("data")
ON = date(2026, 10, 31)


@cache
def packs() -> dict[str, Pack]:
    found = [store.checked(folder) for folder in store.folders()]
    assert [str(fault) for _content, _pack, faults in found for fault in faults] == []
    return {pack.id: pack for _content, pack, _faults in found}


def whole() -> list[Pack]:
    """Every pack but the short form of a longer one: what it counts is counted there."""
    return [pack for pack in packs().values() if pack.id != "keluarga"]


def test_together_they_hold_sixty_tables_and_forty_indicators() -> None:
    tables = {(pack.id, one.id): one for pack in whole() for one in pack.tables}
    indicators = [one for pack in whole() for one in pack.indicators]
    assert len(tables) >= 60
    assert len({one.id for one in indicators}) == len(indicators) >= 40
    assert len({one.title["id"] for one in indicators}) == len(indicators)
    by_sex = [one for one in tables.values() if one.by_sex or one.variable == "jenis_kelamin"]
    assert len(by_sex) * 3 <= len(tables)


def test_each_indicator_carries_all_words_of_its_metadata() -> None:
    for pack in whole():
        for one in pack.indicators:
            for words in (
                one.concept, one.definition, one.classification, one.measure, one.unit,
                one.interpretation, one.sentence, one.question,
            ):  # fmt: skip
                assert not complete(words), (pack.id, one.id)
            # Concept and definition say two things: how it is worked out, and what it is of.
            assert one.concept != one.definition or pack.id == "keluarga_lengkap", one.id


@pytest.mark.parametrize("name", RULES)
def test_packs_about_no_family_are_whole(name: str) -> None:
    pack = packs()[name]
    assert not pack.persons
    assert len(pack.tables) >= 14
    assert len(pack.indicators) >= 6
    assert {one.id for one in pack.rules} == set(RULES[name]["rules"])


def test_businesses_are_counted_and_nothing_of_them_is_added_up() -> None:
    """No table is open but how many there are; what names one is sealed."""
    pack = packs()["umkm"]
    for one in pack.tables:
        kind = pack.classification(one)
        assert kind.sensitivity != "open" or one.id == "usaha"
        assert kind.lowest == "desa"
    for name in ("omset", "kredit_usaha"):
        assert pack.classifications[name].sensitivity == "sensitive"
        shown = pack.classifications[name].merged or pack.classifications[name].classes
        assert len(shown) <= policy().most_sensitive_classes
    for one in pack.instrument.questions:
        assert one.sealed or one.kind != "text"


def test_facilities_are_open_and_nobody_is_among_them() -> None:
    pack = packs()["fasilitas"]
    assert {one.sensitivity for one in pack.classifications.values()} == {"open"}
    assert all(one.sealed for one in pack.instrument.questions if one.kind == "text")
    assert [one.unit for one in pack.records] == ["lokasi", "sarana"]


def broken(name: str, case: dict[Any, Any]) -> set[str]:
    pack, told = packs()[name], RULES[name]
    main = {**told["main"], **{k: v for k, v in case.items() if isinstance(k, str) and k != "none"}}
    member = {**told.get("member", {}), **case.get(0, {})}
    members = [member] if pack.member and "none" not in case else []
    found = judge(pack, *derive(pack, main, members, ON), ON, with_sealed=False)
    return {one.name for one in found if one.kind == "rule"}


@pytest.mark.parametrize("name", RULES)
def test_the_plain_form_breaks_no_rule(name: str) -> None:
    assert broken(name, {}) == set()


@pytest.mark.parametrize(("name", "rule"), CASES)
def test_each_rule_tells_wrong_from_right(name: str, rule: str) -> None:
    for case in RULES[name]["rules"][rule]["wrong"]:
        assert rule in broken(name, case), case
    for case in RULES[name]["rules"][rule]["right"]:
        assert rule not in broken(name, case), case


def told(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((DATA / f"{name}.yaml").read_text("utf-8")))


@pytest.mark.parametrize("name", RULES)
def test_made_up_answers_keep_all_rules_and_stay_the_same(name: str) -> None:
    pack = packs()[name]
    common: dict[str, Any] = {"seed": 7, "on": ON, **told(name)}
    made = answers.forms(pack, {"a": 4, "b": 3}, **common)
    assert [one.leaf_id for one in made] == ["a"] * 4 + ["b"] * 3
    for one in made:
        values = derive(pack, {**one.main, "rt": one.leaf_id}, one.members, ON)
        assert judge(pack, *values, ON) == []
    assert answers.forms(pack, {"a": 5, "b": 3}, **common)[:4] == made[:4]


def test_ways_that_leave_no_answer_are_told() -> None:
    ways = {**told("umkm")["ways"], "bulan_aktif": {"0": 1}}
    with pytest.raises(answers.NoAnswers, match=r"umkm: .*tidak_berjalan"):
        answers.forms(packs()["umkm"], {"a": 9}, seed=1, on=ON, ways=ways)
