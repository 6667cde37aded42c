"""What every pack of the program must hold, beyond fitting together."""

import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from cantik.design import store
from cantik.design.checks import check_files
from cantik.design.judging import judge
from cantik.design.pack import Pack
from cantik.kernel.expression import names

from .test_design_rules import CASES as FAMILY
from .test_design_rules import DAY

FOLDERS = store.folders()
MORE = yaml.safe_load(Path(__file__).with_name("packs_rules.yaml").read_text("utf-8"))


@cache
def packs() -> dict[str, Pack]:
    found = {}
    for folder in FOLDERS:
        _content, pack, told = check_files(store.texts(folder))
        assert [str(one) for one in told] == []
        found[f"{pack.id} {pack.version}"] = pack
    return found


NAMES = [f"{folder.parent.name} {folder.name.removeprefix('v')}" for folder in FOLDERS]


def test_the_packs_together_give_a_village_its_book() -> None:
    tables = [one for pack in packs().values() for one in pack.tables]
    assert len({one.id for one in tables}) >= 60
    assert sum(one.by_sex for one in tables) * 3 <= len(tables)
    assert len({one.id for pack in packs().values() for one in pack.indicators}) >= 38


@pytest.mark.parametrize("name", NAMES)
def test_every_question_says_where_it_is_from(name: str) -> None:
    assert all(one.source for one in packs()[name].instrument.questions)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_published_carries_the_words_of_its_metadata(name: str) -> None:
    pack = packs()[name]
    for table in pack.tables:
        question = pack.instrument.question(table.variable)
        assert all((question.concept, question.definition, question.time)), table.id
    for one in pack.indicators:
        assert all((one.definition, one.classification, one.measure, one.unit)), one.id


HEALTH_CHILDREN_MONEY = re.compile(
    "kesulitan|jaminan|sakit|merokok|^kb$|balita|gizi|bantuan|akta|paud|anak$|rekening|ekonomi_"
    "|guncang"
)


@pytest.mark.parametrize("name", NAMES)
def test_health_children_aid_and_money_are_sensitive(name: str) -> None:
    for one in packs()[name].classifications.values():
        if HEALTH_CHILDREN_MONEY.search(one.id):
            assert (one.sensitivity, one.lowest) == ("sensitive", "desa"), one.id


@pytest.mark.parametrize("name", NAMES)
def test_no_answer_is_published_twice_through_a_calculation(name: str) -> None:
    """A count shown by its own table and again inside a calculated one could be compared. Who is
    counted (``keberadaan``) and the size of a family, of which only a quotient is shown, may be."""
    pack = packs()[name]
    formulas = {
        q.name: names(q.calculate)
        for q in pack.instrument.questions
        if q.calculate is not None and q.name != "umur"
    }
    free = {"keberadaan", "jumlah_anggota", "hubungan", pack.member, "data", "umur"}

    def made_of(name: str) -> set[str]:
        inner = formulas.get(name)
        if inner is None:
            return {name}
        return {leaf for one in inner - {name} for leaf in made_of(one)}

    for unit in {one.unit for one in pack.tables}:
        shown = {one.variable for one in pack.tables if one.unit == unit}
        calculated = [one for one in shown if one in formulas]
        seen: dict[str, str] = {one: one for one in shown if one not in formulas}
        for variable in calculated:
            for leaf in made_of(variable) - free:
                assert seen.setdefault(leaf, variable) == variable, (leaf, variable, seen[leaf])


# -- rules of the full family survey: those of keluarga v1 are tried in test_design_rules ----------


def broken(case: dict[object, object]) -> set[str]:
    pack = packs()["keluarga_lengkap 1"]
    family = {**FAMILY["family"], **case.get("f", {})}  # type: ignore[dict-item]
    members = [dict(one) for one in FAMILY["members"]]
    for at, answers in case.items():
        if isinstance(at, int):
            members[at].update(answers)  # type: ignore[call-overload]
    found = judge(pack, family, members, DAY, with_sealed=False)
    return {one.name for one in found if one.kind == "rule"}


def test_every_added_rule_has_cases_of_both_kinds() -> None:
    added = {one.id for one in packs()["keluarga_lengkap 1"].rules} - set(FAMILY["rules"])
    assert added == set(MORE)
    assert all(both["wrong"] and both["right"] for both in MORE.values())


@pytest.mark.parametrize("rule", MORE)
def test_the_added_rule_tells_wrong_from_right(rule: str) -> None:
    for case in MORE[rule]["wrong"]:
        assert rule in broken(case), case
    for case in MORE[rule]["right"]:
        assert rule not in broken(case), case
