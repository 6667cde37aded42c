"""The rules of keluarga v1 on right and wrong cases; what is calculated; how a family is judged."""

import copy
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from cantik.design import store
from cantik.design.checks import check_files
from cantik.design.derived import age_on, counted_members, derive
from cantik.design.judging import Verdict, involved, judge
from cantik.design.pack import FAMILY, MEMBER, Pack
from cantik.kernel.expression import Answers, evaluate

CASES = yaml.safe_load(Path(__file__).with_name("design_rules.yaml").read_text("utf-8"))
DAY = date(2026, 8, 31)


@cache
def pack() -> Pack:
    return check_files(store.texts(store.FOLDER / "keluarga" / "v1"))[1]


def changed(case: dict[Any, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    family = {**CASES["family"], **case.get("f", {})}
    members = copy.deepcopy(case["only"] if "only" in case else CASES["members"])
    for at, answers in case.items():
        if isinstance(at, int):
            members[at].update(answers)
    return family, members


def broken(case: dict[Any, Any]) -> set[str]:
    family, members = changed(case)
    return {v.name for v in judge(pack(), family, members, DAY) if v.kind == "rule"}


def cases(kind: str) -> list[tuple[str, dict[Any, Any]]]:
    return [(rule, case) for rule, both in CASES["rules"].items() for case in both[kind]]


def test_every_rule_has_cases_of_both_kinds() -> None:
    assert {rule.id for rule in pack().rules} == set(CASES["rules"])
    assert all(both["wrong"] and both["right"] for both in CASES["rules"].values())


def test_a_sound_family_breaks_nothing() -> None:
    family, members = changed({})
    assert judge(pack(), family, members, DAY, with_sealed=False) == []


@pytest.mark.parametrize(("rule", "case"), cases("wrong"))
def test_the_rule_is_broken(rule: str, case: dict[Any, Any]) -> None:
    assert rule in broken(case)


@pytest.mark.parametrize(("rule", "case"), cases("right"))
def test_the_rule_holds(rule: str, case: dict[Any, Any]) -> None:
    assert rule not in broken(case)


# -- judging --------------------------------------------------------------------------------------


def verdicts(case: dict[Any, Any], *, with_sealed: bool = False) -> set[Verdict]:
    family, members = changed(case)
    return set(judge(pack(), family, members, DAY, with_sealed=with_sealed))


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({"f": {"air_minum": None}}, Verdict("missing", None, "air_minum")),
        ({"f": {"air_minum": ""}}, Verdict("missing", None, "air_minum")),
        ({2: {"jenis_kelamin": None}}, Verdict("missing", 2, "jenis_kelamin")),
        ({2: {"kegiatan": "4"}}, Verdict("misplaced", 2, "kegiatan")),
        ({"f": {"penerangan": "3"}}, Verdict("misplaced", None, "daya")),
        ({"f": {"luas_lantai": 3}}, Verdict("bounds", None, "luas_lantai")),
        ({"f": {"luas_lantai": 2001}}, Verdict("bounds", None, "luas_lantai")),
    ],
)
def test_a_fault_of_one_answer_is_told(case: dict[Any, Any], expected: Verdict) -> None:
    assert expected in verdicts(case)


def test_sealed_answers_are_judged_only_where_they_are_at_hand() -> None:
    wrong = {0: {"nik": "123", "nama": "", "tanggal_lahir": date(2026, 9, 1)}}
    assert verdicts(wrong) == set()
    told = verdicts(wrong, with_sealed=True)
    assert {
        Verdict("bounds", 0, "nik"),
        Verdict("missing", 0, "nama"),
        Verdict("bounds", 0, "tanggal_lahir"),
    } <= told


def test_a_refusal_needs_no_answers() -> None:
    refused = dict.fromkeys(CASES["family"], None) | {"hasil_pendataan": "4"}
    assert judge(pack(), refused, [], DAY, with_sealed=False) == []


def test_a_verdict_names_its_questions() -> None:
    assert involved(pack(), Verdict("missing", None, "daya")) == ["daya"]
    rule = Verdict("rule", 0, "kegiatan_sekolah")
    assert involved(pack(), rule) == ["sekolah", "kegiatan"]


# -- what is calculated ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (date(2000, 8, 31), DAY, 26),
        (date(2000, 9, 1), DAY, 25),
        (date(2026, 8, 31), DAY, 0),
        (date(2024, 2, 29), date(2025, 2, 28), 0),
        (date(2024, 2, 29), date(2025, 3, 1), 1),
        (date(2024, 2, 29), date(2028, 2, 29), 4),
        (date(2026, 9, 1), DAY, -1),
    ],
)
def test_age_by_the_calendar(born: date, on: date, years: int) -> None:
    assert age_on(born, on) == years
    if years >= 0:
        # The form on a phone works it out by its formula; both must agree.
        formula = pack().instrument.question("umur").calculate
        assert formula is not None
        assert evaluate(formula, Answers({"tanggal_lahir": born}, today=on)) == years


def derived(case: dict[Any, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    family, members = changed(case)
    return derive(pack(), family, members, DAY)


@pytest.mark.parametrize(
    ("aid", "expected"),
    [
        (("2", "2", "2"), "2"),
        (("2", "1", "2"), "1"),
        (("1", None, None), "1"),
        (("2", "2", None), None),
        ((None, None, None), None),
    ],
)
def test_aid(aid: tuple[str | None, ...], expected: str | None) -> None:
    names = ("bantuan_pkh", "bantuan_sembako", "bantuan_blt_desa")
    family, _ = derived({"f": dict(zip(names, aid, strict=True))})
    assert family["bantuan"] == expected


SIX = ("melihat", "mendengar", "berjalan", "mengingat", "merawat_diri", "berkomunikasi")


@pytest.mark.parametrize(
    ("answers", "age", "expected"),
    [
        ("444444", 45, "2"),
        ("434343", 45, "2"),
        ("244444", 45, "1"),
        ("444441", 45, "1"),
        ("1-----", 45, "1"),
        ("44444-", 45, None),
        ("------", 45, None),
        ("244444", 4, None),
    ],
)
def test_functional_difficulty(answers: str, age: int, expected: str | None) -> None:
    """A lot of difficulty or cannot do at all in one of six (Washington Group Short Set)."""
    given = {
        f"sulit_{name}": None if code == "-" else code
        for name, code in zip(SIX, answers, strict=True)
    }
    _, members = derived({0: {**given, "umur": age}})
    assert members[0]["kesulitan_fungsi"] == expected


def test_family_size_leaves_the_dead_out_and_ages_come_from_birth_dates() -> None:
    family, members = derived(
        {1: {"keberadaan": "2"}, 2: {"tanggal_lahir": date(2010, 1, 1), "umur": 3}}
    )
    assert family["jumlah_anggota"] == 2
    assert [one["umur"] for one in members] == [45, 40, 16]
    _, unborn = derived({2: {"tanggal_lahir": date(2027, 1, 1), "umur": 3}})
    assert unborn[2]["umur"] is None
    family, members = changed({1: {"keberadaan": "2"}})
    assert counted_members(pack(), family, members, DAY) == [True, False, True]


def test_deriving_changes_nothing_that_was_given_and_repeats() -> None:
    family, members = changed({})
    before = copy.deepcopy((family, members))
    once = derive(pack(), family, members, DAY)
    assert (family, members) == before
    assert derive(pack(), *once, DAY) == once


def test_every_calculated_answer_fits_its_classes() -> None:
    from cantik.analyse.api import class_of

    family, members = derived({0: {f"sulit_{name}": "4" for name in SIX}})
    for name, record in (
        ("bantuan", FAMILY),
        ("jumlah_anggota", FAMILY),
        ("kesulitan_fungsi", MEMBER),
    ):
        [found] = [c for c in pack().classifications.values() if c.variable == name]
        value = family[name] if record == FAMILY else members[0][name]
        assert class_of(found.classes, value) >= 0
