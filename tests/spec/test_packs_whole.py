"""What all packs give together, and the packs about no family."""

from dataclasses import replace
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
from cantik.design.universes import counted, universe_words
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
    """Every pack but the short forms of a longer one: what they count is counted there."""
    return [pack for pack in packs().values() if pack.id not in ("keluarga", "pertanian")]


def test_the_farming_questions_are_those_of_the_full_questionnaire() -> None:
    """So a village may change from the short forms to the full one and still compare years."""
    short, full = packs()["pertanian"], packs()["keluarga_lengkap"]
    for one in short.instrument.questions:
        other = full.instrument.question(one.name)
        assert (one.label, one.kind, one.role) == (other.label, other.kind, other.role), one.name
        assert short.choices(one) == full.choices(other)
    for table in short.tables:
        same = full.table(table.id)
        assert short.classification(table) == full.classification(same)
        assert replace(table, chapter=same.chapter) == same


def test_together_they_hold_sixty_tables_and_forty_indicators() -> None:
    tables = {(pack.id, one.id): one for pack in whole() for one in pack.tables}
    indicators = [one for pack in whole() for one in pack.indicators]
    assert len(tables) >= 60
    assert len({one.id for one in indicators}) == len(indicators) >= 40
    assert len({one.title["id"] for one in indicators}) == len(indicators)
    by_sex = [one for one in tables.values() if one.by_sex or one.variable == "jenis_kelamin"]
    assert len(by_sex) * 3 <= len(tables)


SIX = ("concept", "definition", "classification", "measure", "unit", "interpretation")
INDICATORS = [(pack.id, one.id) for pack in packs().values() for one in pack.indicators]


@pytest.mark.parametrize(("name", "id_"), INDICATORS)
def test_each_indicator_carries_six_words_of_metadata_that_say_six_things(
    name: str, id_: str
) -> None:
    """The idea (concept), what is divided by what and of whom (definition), by what it is shown
    (classification), what kind of figure (measure) in what (unit), and how to read it."""
    pack = packs()[name]
    one = next(one for one in pack.indicators if one.id == id_)
    for language in ("id", "en"):
        said = {part: getattr(one, part)[language] for part in SIX}
        for part in ("concept", "definition", "interpretation"):
            assert len(said[part].split()) >= (3 if part == "concept" else 5), part
            assert said[part] != one.title[language]
        assert len(set(said.values())) == len(SIX)
        divided = ("dibagi", "untuk setiap") if language == "id" else ("divided", "per 100")
        assert any(word in said["definition"].lower() for word in divided)
    assert "yang bekerja yang" not in one.title["id"]
    assert one.measure["id"] == ("Persentase" if one.denominator == "all" else "Rasio")
    by_sex = "jenis kelamin" in one.classification["id"]
    assert by_sex == pack.table(one.table).by_sex or one.id == "rasio_jenis_kelamin"


def test_the_full_family_survey_asks_about_a_hundred_and_twenty() -> None:
    asked = [q for q in packs()["keluarga_lengkap"].instrument.questions if q.role != "derived"]
    assert 110 <= len(asked) <= 130


def test_prices_are_twenty_a_week_and_of_nobody() -> None:
    pack = packs()["harga"]
    [series] = pack.series
    assert (len(series.items), series.every) == (20, "week")
    assert not pack.persons
    assert not any(one.sealed for one in pack.instrument.questions)


@pytest.mark.parametrize("name", [pack.id for pack in packs().values()])
def test_a_table_says_of_whom_it_is_where_its_question_may_be_skipped(name: str) -> None:
    """A base nobody can read is no base."""
    pack = packs()[name]
    for table in counted(pack).tables:
        if table.universe is not None:
            assert not complete(universe_words(pack, table)), table.id


@pytest.mark.parametrize("name", RULES)
def test_packs_about_no_family_are_whole(name: str) -> None:
    pack = packs()[name]
    assert not pack.persons
    assert len(pack.tables) >= 14
    assert len(pack.indicators) >= (3 if name == "pertanian" else 6)
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
