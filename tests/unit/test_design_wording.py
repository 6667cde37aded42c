"""Conditions of questions in words: what can be told is told exactly, the rest is not guessed."""

from functools import cache

import pytest

from cantik.design import store
from cantik.design.asking import Condition, conditions
from cantik.design.checks import check_files
from cantik.design.pack import FAMILY, MEMBER, Pack
from cantik.design.wording import planned, questionnaire
from cantik.kernel.expression import parse


@cache
def pack() -> Pack:
    return check_files(store.texts(store.FOLDER / "keluarga" / "v1"))[1]


def told(source: str) -> list[tuple[str, str]]:
    """Question and answers (or sign and number) of each part; "?" where words cannot tell."""
    return [
        (
            one.question.name if one.question else "?",
            "/".join(a.code for a in one.answers) or one.sign + one.number,
        )
        for one in conditions(pack(), parse(source))
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("umur >= 15", [("umur", ">=15")]),
        (" /data/anggota/umur  >= 15", [("umur", ">=15")]),
        ("umur < 5", [("umur", "<5")]),
        ("status_bangunan = '1'", [("status_bangunan", "1")]),
        ("fasilitas_bab <= 4", [("fasilitas_bab", "1/2/3/4")]),
        ("fasilitas_bab > 4", [("fasilitas_bab", "5/6")]),
        ("umur >= 15 and (kegiatan = '1' or kegiatan = '2')",
         [("umur", ">=15"), ("kegiatan", "1/2")]),
        # that the visit brought answers goes without saying
        ("hasil_pendataan <= 2", []),
        ("hasil_pendataan <= 2 and penerangan = '1'", [("penerangan", "1")]),
        # not guessed
        ("umur >= 15 or kegiatan = '1'", [("?", "")]),
        ("kegiatan = '1' or kegiatan = '2' and umur >= 15", [("?", "")]),
        ("not(umur >= 15)", [("?", "")]),
        ("umur >= 7 and umur + 1 <= 18", [("?", "")]),
        ("count(/data/anggota) > 3", [("?", "")]),
        ("umur >= 5 or umur <= 2", [("?", "")]),
        ("tidak_ada = '1'", [("?", "")]),
        ("nama = 'x'", [("?", "")]),
    ],
)  # fmt: skip
def test_conditions(source: str, expected: list[tuple[str, str]]) -> None:
    assert told(source) == expected


def test_no_condition_is_no_words() -> None:
    assert conditions(pack(), None) == ()
    assert conditions(pack(), parse("now-here = 1")) == (Condition(None),)


def test_every_condition_of_the_pack_can_be_told() -> None:
    for question in pack().instrument.questions:
        for one in conditions(pack(), question.relevant):
            assert one.question is not None, question.name


def test_the_questionnaire_holds_every_question_once_in_order() -> None:
    asked = questionnaire(pack())
    numbers = [one.number for record in (FAMILY, MEMBER) for one in asked[record]]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    names = {one.question.name for record in asked.values() for one in record}
    assert names == {q.name for q in pack().instrument.questions if q.role != "derived"}
    for record in asked.values():
        for one in record:
            assert one.question.why or one.tables


def test_every_table_stands_in_its_chapter_with_its_questions() -> None:
    shown = [one for _title, _words, tables in planned(pack()) for one in tables]
    assert {one.table.id for one in shown} == {t.id for t in pack().tables}
    by_id = {one.table.id: {q.name for q in one.questions} for one in shown}
    assert by_id["bantuan"] == {"bantuan_pkh", "bantuan_sembako", "bantuan_blt_desa"}
    assert by_id["umur"] == {"tanggal_lahir"}
    assert by_id["sekolah_anak"] == {"sekolah", "tanggal_lahir"}
    assert by_id["ukuran_keluarga"] == {"keberadaan"}
