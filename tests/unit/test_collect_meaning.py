"""What was meant by the words in a cell, in short lists and in one of ten thousand answers."""

import dataclasses
import time
from typing import Any

import pytest

from cantik.collect import meaning, views
from cantik.collect.meaning import Choices
from cantik.design.api import Pack
from cantik.design.pack import Choice
from tests.unit.test_collect_checking import check, pack, with_family

__all__ = ["pack"]
MANY = 10_000
FEW = Choices({"1": "Leding", "2": "SD / MI", "3": "Sumur bor / pompa", "x y": "Leding"})


@pytest.mark.parametrize(
    ("written", "code"),
    [("3", "3"), ("3 = apa saja", "3"), ("LEDING", "1"), ("x y = a", "x y"), ("3=a", None),
     ("9 = Leding", None), ("SD", None), ("", None), (" = ", None)],
)  # fmt: skip
def test_a_code_is_known_by_itself_or_by_its_words(written: str, code: str | None) -> None:
    assert FEW.code(written) == code


@pytest.mark.parametrize(
    ("written", "code"),
    [("mi", "2"), ("Sumur boor", "3"), ("pompaa", "3"), ("su", "3"), ("zzz", ""), ("", "")],
)
def test_what_is_alike_is_suggested(written: str, code: str) -> None:
    assert FEW.near(written) == code


@pytest.mark.parametrize(
    ("written", "code"), [("SMU", ""), ("sm", ""), ("SMAA", "3"), ("smp sederajat", "2")]
)
def test_between_two_equally_alike_none_is_chosen_beforehand(written: str, code: str) -> None:
    school = Choices({"1": "SD/sederajat", "2": "SMP/sederajat", "3": "SMA/sederajat"})
    assert school.near(written) == code


def long_list() -> dict[str, str]:
    return {str(at): f"Usaha {at:05d} kelompok {at * 7919 % 10007}" for at in range(MANY)}


def test_of_ten_thousand_answers_the_one_that_is_alike_is_found() -> None:
    labels = long_list()
    many = Choices(labels)
    for at in (0, 77, 5_000, 9_999):
        assert many.code(labels[str(at)].upper()) == str(at)
        assert many.near(labels[str(at)].replace("kelompok", "kelompk")) == str(at)
    assert many.nearest("usaha 0123", 30)[:10] == [f"123{at}" for at in range(10)]
    assert len(many.nearest("usaha", 30)) == 30
    assert many.nearest("qqqqqqqq", 30) == []


def test_no_more_words_are_searched_than_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning, "MOST_SEARCHED", 2)
    few = Choices(FEW.labels)
    assert [few.near(text) for text in ("ledin", "pompaa", "sumu", "pompaa")] == [
        "x y", "3", "", "3",
    ]  # fmt: skip


def with_long_list(pack: Pack) -> Pack:
    question = pack.instrument.question("air_minum")
    listed = tuple(Choice(code, {"id": label, "en": label}) for code, label in long_list().items())
    return dataclasses.replace(pack, code_lists={**pack.code_lists, question.choices: listed})


def test_a_form_of_unknown_answers_to_a_list_of_ten_thousand_is_read(pack: Pack) -> None:
    wide = with_long_list(pack)
    [row], [member] = with_family()
    families: list[dict[str, Any]] = [
        row | {"nomor": str(at), "nomor_kk": "", "air_minum": f"Usha {at:05d} kelompok x{at}"}
        for at in range(2_000)
    ]
    start = time.process_time()
    found = check(wide, families, [member | {"nomor": one["nomor"]} for one in families])
    taken = time.process_time() - start
    faults = [one for one in found.problems if one.code == "unknown_code"]
    assert len(faults) == 2_000
    # Of the five hundred looked for, many stand between two.
    assert sum(bool(one.suggestion) for one in faults) > 200
    assert taken < 30  # one word beside all ten thousand, two thousand times, takes many minutes


def test_of_a_long_list_only_those_alike_are_offered(pack: Pack) -> None:
    wide = with_long_list(pack)
    question = wide.instrument.question("air_minum")
    offered = views._offered(wide, question, "Usaha 0123", "1234")
    assert 10 <= len(offered) <= views.SOME_OFFERED
    assert offered[0][0] == "1234"
    assert "1230" in dict(offered)
    short = views._offered(pack, question, "zzz", "")
    assert len(short) == len(pack.choices(question)) > 3
