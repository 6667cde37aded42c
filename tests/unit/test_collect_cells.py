"""What one cell may say."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from cantik.collect import checking, grouping
from cantik.kernel.problems import Severity
from tests.unit.collect_form import TODAY, checked, form, made, pack


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("17/08/1990", date(1990, 8, 17)),
        (" 7/8/1990 ", date(1990, 8, 7)),
        (datetime(1990, 8, 17, 23, 59, tzinfo=UTC), date(1990, 8, 17)),
        (33102.0, date(1990, 8, 17)),  # a date pasted where text is expected
        ("29/02/2000", date(2000, 2, 29)),
        ("29/02/1900", None),
        ("31/04/1990", None),
        ("08/17/1990", None),
        ("17/08/90", None),
        (1e12, None),
        (-3, None),
        ("besok", None),
        ("", None),
    ],
)
def test_dates(value: Any, found: date | None) -> None:
    assert checking.as_date(value) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (36, 36), (36.0, 36), ("36", 36), (" 36 ", 36), ("-4", -4), ("0", 0), (True, None),
        (36.5, None), ("36 m2", None), ("--4", None), ("-", None), ("٣٦", None), ("²", None),
        (1e20, None), ("1234567890", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_whole_numbers(value: Any, found: int | None) -> None:
    assert checking.as_whole(value) == found


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("=1+1", True), ("@SUM(A1)", True), ("+cmd|x", True), ("-2+3+cmd|' /C calc'!A0", True),
        ("\t=1", True), ("\r=1", True), ("-", True), ("+62 812-3456", False),
        ("Jalan = 5", False), ("a@b", False), ("", False), ("-5", False),
    ],
)  # fmt: skip
def test_what_a_spreadsheet_would_run(text: str, runs: bool) -> None:
    assert checking.like_formula(text) is runs


@pytest.mark.parametrize(
    ("nik", "born", "woman", "fits"),
    [
        ("9900011708900001", date(1990, 8, 17), False, True),
        ("9900015708900001", date(1990, 8, 17), True, True),
        ("9900015708900001", date(1990, 8, 17), False, False),
        ("9900011808900001", date(1990, 8, 17), False, False),
        ("990001170890000", date(1990, 8, 18), False, True),  # no NIK: told elsewhere
        ("99000117089000012345", date(1990, 8, 18), False, True),
        ("", date(1990, 8, 18), False, True),
    ],
)
def test_the_birth_date_inside_a_nik(nik: str, born: date, woman: bool, fits: bool) -> None:
    assert checking.fits_birth(nik, born, woman) is fits


def test_made_up_nik_are_built_like_real_ones_but_of_no_place() -> None:
    everybody = [member for one in made(300) for member in one.members]
    for member in everybody:
        assert member["nik"].startswith("99")
        woman = member["jenis_kelamin"] == "2"
        assert checking.fits_birth(member["nik"], member["tanggal_lahir"], woman)
    assert len({member["nik"] for member in everybody}) == len(everybody)


def test_plausible_families_are_read_as_they_are() -> None:
    found = checked(form(made(12)))
    assert [(p.code, p.field) for p in found.problems] == []
    for one, family in zip(made(12), found.families, strict=True):
        assert family.leaf_id == one.leaf_id
        assert family.sealed["nomor_kk"] == one.family["nomor_kk"]
        for facts, sealed in family.members:
            assert not {"nama", "nik", "tanggal_lahir"} & set(facts)
            assert facts["umur"] == checking.age_on(sealed["tanggal_lahir"], TODAY)


def test_what_only_follows_from_an_unreadable_birth_date_is_not_told() -> None:
    rows = made(6)
    rows[0].members[0]["tanggal_lahir"] = "besok"
    [problem] = checked(form(rows)).problems
    assert (problem.code, problem.field) == ("not_date", "tanggal_lahir")


def test_a_mend_may_leave_the_answer_empty() -> None:
    rows = made(6)
    for one in rows[:3]:
        one.family["dinding"] = "seng bekas"
    [group] = grouping.groups(checked(form(rows)).problems)
    assert (group.count, group.shown, group.mendable) == (3, "seng bekas", True)
    left = checked(form(rows), mends={("dinding", "seng bekas"): checking.BLANK})
    assert "dinding" not in left.families[0].facts
    assert left.problems == []


def test_a_near_word_is_suggested() -> None:
    rows = made(3)
    rows[0].family["atap"] = "Senk"
    [problem] = checked(form(rows)).problems
    label = {c.code: c.label["id"] for c in pack().code_lists["atap"]}
    assert label[problem.suggestion].lower().startswith("seng")


def test_groups_begin_with_what_refuses_and_end_with_what_is_only_noted() -> None:
    rows = made(9)
    rows[0].family["air_minum"] = "??"
    for one in rows[1:5]:
        del one.family["lantai"]
    rows[2].members[0]["nik"] = rows[1].members[0]["nik"]
    found = grouping.groups(checked(form(rows)).problems)
    assert [(one.code, one.count) for one in found[:2]] == [("unknown_code", 1), ("missing", 4)]
    assert found[-1].severity == Severity.NOTE
