"""A table put together by hand: its classes, for whom it counts, and what makes no table."""

from dataclasses import replace
from typing import Any

import pytest

from cantik.design import store
from cantik.design.checks import check
from cantik.design.reading import build
from cantik.design.tabling import (
    NotFit,
    Wish,
    added,
    levels,
    limits,
    lost,
    operation,
    planned,
    same_questions,
    sensitivity,
)
from tests.unit.design_fishery import form

CONTENT = form().content
PACK = build(CONTENT)[0]
AWAK = Wish("awak", "Kapal menurut banyaknya awak", "Berapa kapal besar?", limits="1-2, 3-5, 6+",
            only=("mesin", "ada"), replace=True)  # fmt: skip


def test_limits_are_read_as_people_write_them() -> None:
    assert limits("0-4, 5-9, 10+") == [(0, 4), (5, 9), (10, None)]
    assert limits(" 0 ; 1 – 4;5 + ") == [(0, 0), (1, 4), (5, None)]
    assert limits("1-2,\n3-4") == [(1, 2), (3, 4)]


@pytest.mark.parametrize(
    ("typed", "code", "shown"),
    [
        ("0-4, 4-9", "overlap", "4-9"), ("5-9, 0-4", "overlap", "0-4"),
        ("0-4, 6-9", "gap", "5"), ("0-4, 10+", "gap", "5-9"), ("0-4, banyak", "text", "banyak"),
        ("-3-4, 5+", "text", "-3-4"), ("1.5-2, 3+", "text", "1.5-2"), ("9-5, 10+", "turned", "9-5"),
        ("0+, 5-9", "open", "5-9"), ("0-4", "few", ""), ("", "few", ""),
        ("0-4, 99999999999+", "text", "99999999999+"),
        (",".join(str(n) for n in range(21)), "many", ""),
    ],
)  # fmt: skip
def test_limits_that_do_not_fit_are_told(typed: str, code: str, shown: str) -> None:
    with pytest.raises(NotFit) as fault:
        limits(typed)
    assert (fault.value.code, fault.value.shown) == (code, shown)


def test_a_table_stands_in_the_pack_and_every_check_holds() -> None:
    one = operation(PACK, AWAK)
    assert one["table"]["universe"] == "${mesin} = 'ada'"
    content = added(CONTENT, one)
    pack, told = build(content)
    assert [*told, *check(pack)] == []
    assert same_questions(CONTENT, content)
    assert lost(CONTENT, content) == ["awak"]
    assert lost(content, CONTENT) == [one["table"]["id"]]
    shape = planned(CONTENT, PACK, one)
    assert [c.label["id"] for c in shape.classes] == ["1–2", "3–5", "6+"]
    assert (shape.sensitivity, shape.lowest) == ("restricted", "desa")
    assert [t.id for t in shape.replaced] == ["awak"]
    assert [t.id for t in shape.shared] == ["mesin"]
    assert "“Ada” pada “Mesin”" in shape.universe["id"]


def test_an_answer_is_not_published_twice() -> None:
    """Two roundings of one count could be compared, whatever the condition."""
    for only in (None, ("mesin", "ada")):
        with pytest.raises(NotFit) as fault:
            operation(PACK, replace(AWAK, only=only, replace=False))
        assert (fault.value.code, fault.value.shown) == ("shown", "Kapal menurut Jumlah awak")


def household(variable: str, **more: Any) -> Wish:
    return Wish(variable, "Judul", "Untuk apa?", limits="0-9, 10+", replace=True, **more)


def test_what_a_calculation_shows_is_as_sensitive_as_its_table() -> None:
    pack = store.checked(store.FOLDER / "keluarga" / "v1")[1]
    assert sensitivity(pack, "sulit_melihat") == ("sensitive", "desa")
    assert sensitivity(pack, "bahan_bakar", "bantuan_pkh")[0] == "sensitive"
    assert sensitivity(pack, "bahan_bakar") == ("restricted", "desa")
    assert sensitivity(pack, "umur") == ("restricted", "desa")
    assert sensitivity(pack, "bahan_bakar", "umur") == ("restricted", "desa")
    assert sensitivity(pack, "jenis_kelamin") == ("open", "rt")
    with pytest.raises(NotFit) as fault:
        operation(pack, household("sulit_melihat", groups={"1": "x", "2": "x"}))
    assert fault.value.code == "shown"
    with pytest.raises(NotFit) as fault:
        operation(pack, household("bahan_bakar", only=("bantuan_pkh", "1")))
    assert fault.value.code == "sensitive"
    with pytest.raises(NotFit) as fault:
        operation(pack, household("umur", only=("jenis_kelamin", "1")))
    assert fault.value.code == "used"
    assert operation(pack, household("luas_lantai"))["drop"] == []


def test_answers_with_one_name_are_one_class() -> None:
    wish = Wish("alat", "Alat", "Untuk apa?", groups={"jaring": "Jaring", "pancing": "lain-lain",
                "lain": "Lain-lain"}, between=("hari", 1, 3), replace=True)  # fmt: skip
    one = operation(PACK, wish)
    assert [c["members"] for c in one["classification"]["classes"]] == [
        ["jaring"], ["pancing", "lain"],
    ]  # fmt: skip
    assert one["classification"]["classes"][0]["label"] == {"id": "Jaring", "en": "Net"}
    assert one["table"]["universe"] == "${hari} >= 1 and ${hari} <= 3"
    pack, told = build(added(CONTENT, one))
    assert [*told, *check(pack)] == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"variable": "nama_pemilik"}, "unknown"), ({"variable": "rt"}, "unknown"),
        ({"title": " "}, "words"), ({"purpose": ""}, "words"), ({"lowest": "rt"}, "level"),
        ({"by_sex": True}, "sex"), ({"only": ("mesin", "9")}, "condition"),
        ({"only": ("nama_pemilik", "x")}, "condition"), ({"only": ("awak", "1")}, "condition"),
        ({"between": ("mesin", 1, 2)}, "condition"),
        ({"between": ("hari", None, None)}, "condition"),
        ({"between": ("hari", 5, 2)}, "turned"), ({"limits": "semua"}, "text"),
        ({"variable": "alat", "groups": dict.fromkeys(("jaring", "pancing", "lain"), "x")}, "few"),
    ],
)  # fmt: skip
def test_what_makes_no_table_is_told(change: dict[str, Any], code: str) -> None:
    with pytest.raises(NotFit) as fault:
        operation(PACK, replace(AWAK, **change))
    assert fault.value.code == code


def test_how_far_down_may_only_be_made_stricter() -> None:
    kinds = {
        name: replace(one, lowest="dusun") if name == "alat" else one
        for name, one in PACK.classifications.items()
    }
    pack = replace(PACK, classifications=kinds)
    assert levels(pack, "alat") == ["desa", "dusun"]
    assert levels(PACK, "alat") == ["desa"]
    kinds["alat"] = replace(kinds["alat"], sensitivity="sensitive")
    assert levels(replace(pack, classifications=kinds), "alat") == ["desa"]


def test_changed_questions_or_rules_are_another_questionnaire() -> None:
    assert not same_questions(CONTENT, {**CONTENT, "survey.csv": CONTENT["survey.csv"][:-1]})
    assert not same_questions(CONTENT, {**CONTENT, "choices.csv": CONTENT["choices.csv"][:-1]})
    head = {**CONTENT["pack.yaml"], "counted": "1 = 1"}
    assert not same_questions(CONTENT, {**CONTENT, "pack.yaml": head})
    assert same_questions(CONTENT, {**CONTENT, "book.yaml": {}})
