"""A bare XLSForm becomes a pack; what cannot be compiled is refused at its row."""

from typing import Any

import pytest

from cantik.design.bare import Wishes, read
from cantik.design.catalogue import PROBLEMS
from cantik.design.checks import check
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
    ([["geopoint", "tempat", "Tempat"]], "type", 17),
    ([["decimal", "berat", "Berat (kg)"]], "decimal", 17),
    ([["image", "foto", "Foto"]], "type", 17),
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


def test_a_code_that_stands_twice_or_is_no_code_is_refused() -> None:
    for code in ("jaring", "jaring besar", "", "x" * 21):
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
