"""Whom lists by name protect in questionnaires that villages make or bring themselves, where no
pack says what is sensitive or who is a person."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from cantik.design import overlay
from cantik.design.api import Pack
from cantik.design.reading import build
from cantik.process import lists, naming
from cantik.process.naming import Condition, Rule
from tests.unit.design_fishery import CHOICES, form

SPOKEN = {"id": "Indonesia (id)", "en": "English (en)"}


def own(*asked: Mapping[str, Any], title: str = "Perikanan sungai", unit: str = "kapal") -> Pack:
    """A questionnaire put together from nothing."""
    start = overlay.Start("uji", title, "Bantuan alat tangkap.", unit, True)
    made = overlay.compiled(overlay.empty(start), [{"op": overlay.ADD, **one} for one in asked])
    assert made.faults == []
    return build(made.content)[0]


def choice(name: str, label: str, *options: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "label": label, "kind": "choice", "options": options, **more}


def brought(*rows: Sequence[Any], choices: Sequence[Sequence[Any]] = ()) -> Pack:
    """An XLSForm with further rows."""
    made = form(*rows, choices=[*CHOICES, *choices])
    assert not made.refused, made.problems
    return build(made.content)[0]


YES_NO = ("Ya", "Tidak")


@pytest.mark.parametrize(
    ("label", "options"),
    [
        ("Penyakitnya apa?", ("Ada", "Tidak")),
        ("Apakah berobat bulan ini?", YES_NO),
        ("Keadaan yang diderita", ("Diabetes", "Tidak ada")),  # told by the answers alone
        ("Golongan", ("Islam", "Kristen", "Lainnya")),
        ("Ada yang masih bersekolah?", YES_NO),
        ("Ada balitanya?", YES_NO),
        ("Is anybody pregnant?", YES_NO),
        ("Sedang mengandung/hamil", YES_NO),
    ],
)
def test_the_wording_of_an_own_question_tells_that_it_is_sensitive(
    label: str, options: Sequence[str]
) -> None:
    pack = own(choice("p1", label, *options))
    assert naming.sensitive(pack, pack.instrument.question("p1"))


@pytest.mark.parametrize(
    ("label", "options"),
    [
        ("Alat tangkap utama?", ("Jaring", "Pancing")),
        ("Hama tanaman", ("Ada", "Tidak")),
        ("Peternakan", ("Sapi", "Kambing")),
        ("Lapangan usaha", ("Pertanian", "Jasa kesehatan", "Pendidikan")),
        ("Mesin kapal", ("Ada", "Tidak ada")),
    ],
)
def test_plain_questions_of_a_village_need_nobody(label: str, options: Sequence[str]) -> None:
    pack = own(choice("p1", label, *options))
    assert not naming.sensitive(pack, pack.instrument.question("p1"))


def test_a_title_about_health_makes_every_question_sensitive() -> None:
    for title, unit in (("Pendataan stunting", "keluarga kita"), ("Kunjungan", "balita")):
        pack = own(choice("p1", "Kunjungan ke berapa?", "Satu", "Dua"), title=title, unit=unit)
        assert naming.sensitive(pack, pack.instrument.question("p1"))


def test_what_is_asked_because_of_a_sensitive_answer_tells_it() -> None:
    pack = own(
        choice("p1", "Ada yang sakit?", *YES_NO),
        choice("p2", "Dibawa ke mana?", "Kota", "Dusun",
               only_if={"question": "p1", "sign": "=", "value": "1"}),
        choice("p3", "Naik apa?", "Perahu", "Motor",
               only_if={"question": "p2", "sign": "=", "value": "1"}),
        choice("p4", "Punya perahu?", *YES_NO),
    )  # fmt: skip
    told = {q.name for q in pack.instrument.questions if naming.sensitive(pack, q)}
    assert told == {"p1", "p2", "p3"}


def test_what_is_worked_out_from_a_sensitive_answer_tells_it() -> None:
    pack = brought(
        ["integer", "berobat", "Berapa kali berobat?"],
        ["calculate", "skor", None, None, None, None, "${berobat} + ${hari}"],
        ["calculate", "skor_lagi", None, None, None, None, "${skor} + ${hari}"],
    )
    told = {q.name for q in pack.instrument.questions if naming.sensitive(pack, q)}
    assert {"berobat", "skor", "skor_lagi"} <= told
    assert not told & {"lelah", "hari", "alat"}


REPEAT = (["begin_repeat", "penghuni", "Penghuni"], ["text", "sebut", "Nama lengkap"])
SEXES = (["jk", "l", "Laki-laki", "Male"], ["jk", "p", "Perempuan", "Female"])


def member(pack: Pack, **answers: Any) -> bool:
    return naming.is_child(pack, pack.member, answers)


def test_a_roster_that_others_wrote_protects_its_children() -> None:
    pack = brought(
        *REPEAT, ["select_one jk", "jk", "Jenis kelamin"], ["integer", "usia", "Usia"],
        ["integer", "usia_b", "Usia dalam bulan"], ["end_repeat"], choices=SEXES,
    )  # fmt: skip
    assert not pack.persons
    assert member(pack, jk="p", usia=9)
    assert member(pack, jk="p")  # of unknown age
    assert member(pack, jk="p", usia_b=60)
    assert not member(pack, jk="p", usia=30)
    rule = Rule(pack.member, (Condition("jk", "one_of", ("p",)),))
    answers = {pack.main: {}, pack.member: [{"jk": "p", "usia": 9}, {"jk": "p", "usia": 30}]}
    assert [naming.children_in(rule, pack, answers, at) for at in (0, 1)] == [1, 0]
    whole = Rule(pack.main, rule.conditions)  # the form stands for a child inside it
    assert naming.children_in(whole, pack, answers, None) == 1


def test_people_whose_age_nobody_asks_may_be_children_and_boats_are_none() -> None:
    people = brought(
        *REPEAT, ["select_one jk", "jk", "Jenis kelamin"], ["end_repeat"], choices=SEXES
    )
    assert member(people, jk="l")
    boats = brought(
        ["begin_repeat", "perahu", "Perahu"], ["text", "nama", "Nama perahu"],
        ["integer", "umur", "Umur perahu"], ["end_repeat"],
    )  # fmt: skip
    assert not member(boats, umur=3)
    assert not member(boats)


def test_a_form_about_a_person_says_so_by_its_age() -> None:
    pack = own({"name": "usia_nya", "label": "Usia", "kind": "integer"})
    rule = Rule(pack.main, (Condition("usia_nya", "at_least", number=1),))
    assert naming.children_in(rule, pack, {pack.main: {"usia_nya": 12}}, None) == 1
    assert naming.children_in(rule, pack, {pack.main: {"usia_nya": 40}}, None) == 0


def test_a_line_is_called_by_a_name_never_by_a_note_or_a_number() -> None:
    pack = own(
        {"name": "keluhan", "label": "Keluhan", "kind": "text"},
        {"name": "nik", "label": "NIK pemilik", "kind": "text"},
        {"name": "pemilik", "label": "Siapa pemiliknya?", "kind": "text"},
        choice("alat", "Alat tangkap", "Jaring", "Pancing"),
    )
    sealed = {"isian": {"keluhan": "Batuk darah", "nik": "6404010101900001", "pemilik": "Rekaan"}}
    answers = {"isian": {"alat": "1"}}
    assert lists.called(pack, answers, sealed, None) == "Rekaan"
    del sealed["isian"]["pemilik"]
    assert lists.called(pack, answers, sealed, None) == "(tanpa nama)"
    assert lists.columns(pack, "isian") == [pack.instrument.question("alat")]
