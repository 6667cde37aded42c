"""A bare XLSForm becomes a pack; what cannot be compiled is refused at its row."""

from datetime import date
from typing import Any

import pytest

from cantik.design.bare import Wishes, read
from cantik.design.catalogue import PROBLEMS
from cantik.design.checks import check
from cantik.design.judging import judge
from cantik.design.pack import Pack
from cantik.design.reading import build
from cantik.kernel.problems import Severity, words

from .design_fishery import CHOICES, SURVEY, WISHES, form, workbook


def pack(**wishes: Any) -> Pack:
    made = read(workbook(SURVEY), Wishes(**{**WISHES.__dict__, **wishes}))
    assert not made.refused, made.problems
    found, faults = build(made.content)
    assert faults == []
    return found


def test_every_choice_and_number_has_a_restricted_table_of_the_whole_village() -> None:
    found = pack()
    assert [one.id for one in found.tables] == [
        "alat", "mesin", "ikan_baung", "ikan_patin", "awak", "musim_baung", "jual", "hari", "lelah",
    ]  # fmt: skip
    for table in found.tables:
        classes = found.classification(table)
        assert (classes.sensitivity, classes.lowest) == ("restricted", "desa")
        assert table.unit == "kapal"
    assert found.table("alat").title == {
        "id": "Kapal menurut Alat tangkap utama", "en": "Kapal by Alat tangkap utama"
    }  # fmt: skip


def test_text_is_sealed_and_what_the_phone_writes_is_left_out() -> None:
    found = pack()
    assert found.instrument.question("nama_pemilik").sealed
    assert "start" not in found.instrument.names()
    assert "sapa" not in found.instrument.names()
    notes = [one.code for one in form().problems]
    assert notes.count("left_out") == 2
    assert {"sealed", "renamed"} <= set(notes)


def test_a_group_asks_all_its_questions_under_its_condition() -> None:
    relevant = pack().instrument.question("musim_baung").relevant
    assert relevant is not None
    source = "".join(relevant.source.split())
    assert source == "((/data/ikan_baung='1'))and(/data/awak>1)"


def test_one_more_choice_stands_for_or_other() -> None:
    found = pack()
    assert [one.code for one in found.choices(found.instrument.question("jual"))] == [
        "pasar", "pengumpul", "other"
    ]  # fmt: skip


def test_without_rt_every_form_is_of_the_whole_village() -> None:
    assert pack().placed
    assert not pack(placed=False).placed


def test_a_repeat_becomes_a_record_of_its_own() -> None:
    made = form(
        ["begin_repeat", "Mesin Kapal", "Mesin"],
        ["select_one mesin", "bagus", "Berfungsi?"],
        ["end_repeat"],
    )
    assert not made.refused
    found, _ = build(made.content)
    assert [one.name for one in found.records] == ["isian", "mesin_kapal"]
    assert found.table("bagus").unit == "mesin_kapal"


REFUSED: list[tuple[list[list[Any]], str, int]] = [
    ([["geopoint", "tempat", "Tempat"]], "media", 17),
    ([["decimal", "berat", "Berat (kg)"]], "decimal", 17),
    ([["image", "foto", "Foto"]], "media", 17),
    ([["time", "jam", "Jam"]], "clock", 17),
    ([["range", "nilai", "Nilai"]], "range", 17),
    ([["rank alat", "urut", "Urutan"]], "rank", 17),
    ([["select_one_from_file desa.csv", "desa", "Desa"]], "elsewhere", 17),
    ([["begin_kobomatrix", "m", "M"]], "type", 17),
    ([["integer", "x", "X" * 501]], "long", 17),
    ([["begin_repeat", "r", "R"], ["end_repeat"]], "empty_part", 17),
    ([["integer", "x", "X", None, "${y} = 1"], ["integer", "y", "Y", None, "${x} = 1"]],
     "unfit", 17),
    ([["select_one alat", "a2", "A", None, None, None, None, "x = 1"]], "choice_filter", 17),
    ([["select_one tidak_ada", "a2", "A"]], "list", 17),
    ([["integer", "awak", "Dua kali"]], "name", 17),
    ([["integer", None, "Tanpa nama"]], "name", 17),
    ([["integer", "x", "X", "kadang"]], "required", 17),
    ([["integer", "x", "X", None, "${kosong} = 1"]], "expression", 17),
    ([["integer", "x", "X", None, "random() > 1"]], "expression", 17),
    ([["integer", "x", "X", None, "${awak} >"]], "expression", 17),
    ([["integer", "x", "X", None, "${ikan} = 'baung'"]], "many_chosen", 17),
    ([["integer", "x", "X", None, "selected(${ikan}, 'arwana')"]], "expression", 17),
    ([["begin_group", "g", "G"]], "nesting", 17),
    ([["end_repeat"]], "nesting", 17),
    (
        [["begin_repeat", "r", "R"], ["integer", "x", "X"], ["begin_repeat", "s", "S"],
         ["integer", "y", "Y"], ["end_repeat"], ["end_repeat"]],
        "repeat", 19,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "code", "row"), REFUSED, ids=lambda one: str(one)[:30])
def test_what_cannot_be_compiled_is_refused_with_its_row(
    rows: list[list[Any]], code: str, row: int
) -> None:
    made = form(*rows)
    assert made.refused
    told = [one for one in made.problems if one.severity == Severity.REFUSE]
    assert (code, row) in {(one.code, one.row) for one in told}
    for one in told:
        said = words(one, PROBLEMS)
        assert said.message
        assert said.remedy
        assert "…" not in said.message


def test_a_code_that_stands_twice_or_is_empty_is_refused() -> None:
    for code in ("jaring", ""):
        made = form(choices=[*CHOICES, ["alat", code, "Sekali lagi"]])
        assert ("code", len(CHOICES) + 1) in {(one.code, one.row) for one in made.problems}


def test_a_list_of_ten_thousand_choices_is_collected_without_a_table() -> None:
    many = [["spesies", f"s{n}", f"Spesies {n}"] for n in range(10_000)]
    made = form(["select_one spesies", "spesies", "Spesies"], choices=[*CHOICES, *many])
    assert not made.refused
    found, faults = build(made.content)
    assert faults == []
    assert len(found.choices(found.instrument.question("spesies"))) == 10_000
    assert "spesies" not in {one.id for one in found.tables}
    assert [one.shown for one in made.problems if one.code == "no_table"] == ["10000"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_workbook"),
        (b"halo", "not_workbook"),
        (b"PK" + b"\0" * 40, "not_workbook"),
        (workbook([["type", "label"], ["integer", "x"]]), "no_column"),
        (workbook([]), "no_sheet"),
        (workbook([["type", "name", "label"], ["text", "a", "A"]]), "nothing"),
    ],
)
def test_what_is_no_form_is_refused_whole(data: bytes, code: str) -> None:
    made = read(data, WISHES)
    assert made.refused
    assert code in {one.code for one in made.problems}


def calculated(formula: str) -> list[str]:
    """What the checks say when a table shows a calculation beside the answers it is made of."""
    content = form().content
    row = {"type": "calculate", "name": "besar", "role": "derived", "calculation": formula,
           "label::Indonesia (id)": "Besar", "label::English (en)": "Large"}  # fmt: skip
    content["survey.csv"] = [*content["survey.csv"], row]
    table = next(one for one in content["tables.yaml"] if one["variable"] == "awak")
    classes = next(one for one in content["classifications.yaml"] if one["variable"] == "awak")
    content["tables.yaml"].append(
        {**table, "id": "besar", "variable": "besar", "classification": "besar"}
    )
    content["classifications.yaml"].append({**classes, "id": "besar", "variable": "besar"})
    pack, told = build(content)
    return [str(one) for one in (*told, *check(pack))]


def test_a_calculation_that_only_repeats_a_published_answer_is_refused() -> None:
    [words] = calculated("if(${awak} > 5, 1, 0)")
    assert "besar hanya menghitung ulang awak, yang sudah diumumkan" in words
    assert calculated("if(${awak} > 5 and ${hari} > 3, 1, 0)") == []


def fitting(made: Any) -> Pack:
    assert not made.refused, made.problems
    found, faults = build(made.content)
    assert faults == []
    assert check(found) == []
    return found


def test_a_code_from_another_program_is_shortened_wherever_it_is_spoken_of() -> None:
    long, other = "jaring_yang_dipasang_di_muara", "jaring yang dipasang-di-hulu"
    choices = [*CHOICES, ["muara", long, "Di muara"], ["muara", other, "Di hulu"]]
    made = form(
        ["select_one muara", "di_mana", "Di mana?", None, None, f". != '{long}' or 1 = 1"],
        ["integer", "m1", "M1", None, f"${{di_mana}} = '{long}'"],
        ["integer", "m2", "M2", None, f"'{other}' = ${{di_mana}}"],
        ["integer", "m3", "M3", None, f"selected(${{di_mana}}, '{long}')"],
        choices=choices,
    )
    found = fitting(made)
    first, second = (one.code for one in found.choices(found.instrument.question("di_mana")))
    assert first != second
    assert max(len(first), len(second)) <= 20
    asked = {name: found.instrument.question(name).relevant for name in ("m1", "m2", "m3")}
    for name, code in (("m1", first), ("m2", second), ("m3", first)):
        relevant = asked[name]
        assert relevant is not None
        assert f"'{code}'" in relevant.source
    assert [one.shown for one in made.problems if one.code == "recoded"] == [long]


def test_answers_to_tick_keep_apart_when_questions_begin_with_the_same_words() -> None:
    found = fitting(
        form(
            ["select_multiple jual", "bantuan_pemerintah_pusat", "Bantuan pusat"],
            ["select_multiple jual", "bantuan_pemerintah_daerah", "Bantuan daerah"],
        )
    )
    names = [one.name for one in found.instrument.questions]
    assert len(names) == len(set(names))
    assert len([one for one in names if one.startswith("bantuan_pemerint")]) == 6


def test_too_many_answers_to_tick_are_refused_at_their_row() -> None:
    many = [["jenis", f"s{n}", f"Jenis {n}"] for n in range(41)]
    made = form(["select_multiple jenis", "jenis", "Jenis"], choices=[*CHOICES, *many])
    assert [(one.code, one.row) for one in made.problems if one.severity == Severity.REFUSE] == [
        ("many_ticked", 17)
    ]


def test_words_are_printed_without_marks_and_without_answers_inside_them() -> None:
    made = form(["integer", "x", "<b>Hasil</b> **${awak}** orang &amp; kapal?"])
    label = fitting(made).instrument.question("x").label["id"]
    assert label.startswith("Hasil [")
    assert label.endswith("] orang & kapal?")
    assert not set("<>*${}") & set(label)
    assert ("named", 17) in {(one.code, one.row) for one in made.problems}


def test_a_number_that_is_calculated_is_asked_of_nobody_and_counted_once() -> None:
    made = form(["integer", "lebih", "Lebih", "yes", None, ". > 0", "${awak} + 1"])
    found = fitting(made)
    assert found.instrument.question("lebih").role == "derived"
    assert "lebih" not in {one.variable for one in found.tables}
    assert "recounting" in {one.code for one in made.problems}


def test_a_refused_row_shows_what_stands_there() -> None:
    made = form(["decimal", "berat", "Berat (kg)"])
    assert [one.shown for one in made.problems if one.code == "decimal"] == ["decimal"]


def test_a_sheet_that_is_too_long_is_not_called_empty() -> None:
    rows = [["type", "name", "label"], *[["integer", f"a{n}", "A"] for n in range(501)]]
    assert [one.code for one in read(workbook(rows), WISHES).problems] == ["many"]


PLACES = [
    ["list_name", "name", "label", "kec"],
    ["kec", "a", "Kecamatan A"], ["kec", "kecamatan_yang_panjang_b", "Kecamatan B"],
    ["desa", "a1", "Desa A1", "a"], ["desa", "a2", "Desa A2", "a"],
    ["desa", "b1", "Desa B1", "kecamatan_yang_panjang_b"],
]  # fmt: skip


@pytest.mark.parametrize("source", ["kec = ${kec}", "${ kec }=kec"])
def test_a_list_filtered_by_an_earlier_answer_bounds_what_may_be_answered(source: str) -> None:
    rows = [
        ["type", "name", "label", "choice_filter"],
        ["select_one kec", "kec", "Kecamatan"],
        ["select_one desa or_other", "desa", "Desa", source],
    ]
    made = read(workbook(rows, PLACES), WISHES)
    assert ("filtered", 3) in {(one.code, one.row) for one in made.problems}
    found = fitting(made)
    second = found.choices(found.instrument.question("kec"))[1].code

    def faults(kec: str, desa: str) -> list[str]:
        told = judge(found, {"kec": kec, "desa": desa}, [], date(2026, 1, 1))
        return [one.kind for one in told if one.name == "desa"]

    assert faults("a", "a1") == faults("a", "a2") == faults(second, "b1") == []
    assert faults("a", "other") == faults(second, "other") == []
    assert faults("a", "b1") == faults(second, "a1") == ["bounds"]


def test_a_filter_of_four_hundred_choices_is_compiled_and_a_longer_one_refused() -> None:
    def made(n: int) -> Any:
        places = [*PLACES[:3], *[["desa", f"d{at}", f"Desa {at}", "a"] for at in range(n)]]
        rows = [
            ["type", "name", "label", "choice_filter"],
            ["select_one kec", "kec", "Kecamatan"],
            ["select_one desa", "desa", "Desa", "kec = ${kec}"],
        ]
        return read(workbook(rows, places), WISHES)

    assert not made(400).refused
    assert "choice_filter" in {one.code for one in made(2000).problems}
    assert made(2000).refused
