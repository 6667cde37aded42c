"""For whom a table counts: from its universe and from the question it is made of, in words."""

# ruff: noqa: E501

import pytest

from cantik.design.checks import check
from cantik.design.metadata import variable as ms_variable
from cantik.design.reading import build
from cantik.design.universes import counted, plain, universe, universe_words, when_asked
from tests.unit.design_fishery import form
from tests.unit.design_small import small

ASK: dict[str, list[object]] = {
    "kapal": ["1 2", "yes", "", ""],
    "awak": ["int", "yes", "${kapal} = '1'", ""],
    "mesin": ["1 2", "yes", "${kapal} = '1' and ${awak} > 2", ""],
    "alat": ["1 2", "yes", "${kapal} = '1' and not(${awak} = 2 or ${awak} = 3)", ""],
}


@pytest.mark.parametrize(
    ("variable", "stated", "counts", "words"),
    [
        ("kapal", "", "", ""),
        ("mesin", "", "kapal='1'andawak>2",
         "Semesta: x dengan jawaban “x” pada “x” (pertanyaan 1) dan x lebih dari 2 (pertanyaan 2)."),
        ("mesin", "${awak} > 4", "awak>4",
         "Semesta: x dengan x lebih dari 4 (pertanyaan 2) dan jawaban “x” pada “x” (pertanyaan 1)."),
        ("kapal", "${awak} >= 2 and ${awak} <= 5", "awak>=2andawak<=5",
         "Semesta: x dengan x 2 sampai 5 (pertanyaan 2)."),
        ("alat", "", "kapal='1'andnot(awak=2orawak=3)",
         "Semesta: x dengan pertanyaan “x” yang ditanyakan kepadanya (pertanyaan 4)."),
        ("kapal", "not(${awak} = 2)", "not(awak=2)", "Semesta: sebagian x, seperti pada judul tabel."),
    ],
)  # fmt: skip
def test_who_is_counted_is_said(variable: str, stated: str, counts: str, words: str) -> None:
    pack = small(ASK, {}, (variable, stated))
    [table] = pack.tables
    assert plain(universe(pack, table)) == counts
    assert universe_words(pack, table).get("id", "") == words
    assert plain(counted(pack).tables[0].universe) == counts


def test_a_questionnaire_brought_along_counts_only_who_was_asked() -> None:
    pack = build(form().content)[0]
    table = next(one for one in pack.tables if one.variable == "awak")
    assert table.universe is None
    assert plain(universe(pack, table)) == "alat!='lain'"
    assert "pertanyaan “Jumlah awak” yang ditanyakan" in universe_words(pack, table)["id"]
    assert "asked of them" in universe_words(pack, table)["en"]


def test_a_universe_that_only_repeats_the_question_is_the_same_count() -> None:
    content = form().content
    first = next(one for one in content["tables.yaml"] if one["variable"] == "awak")
    content["tables.yaml"].append({**first, "id": "awak_lagi", "universe": "${alat} != 'lain'"})
    pack, told = build(content)
    assert told == []
    assert ["awak dengan semesta yang sama" in one.words for one in check(pack)] == [True]


@pytest.mark.parametrize(
    ("name", "words", "rule"),
    [
        ("kapal", "", "wajib diisi"),
        ("mesin", "jawaban “x” pada “x” (pertanyaan 1) dan x lebih dari 2 (pertanyaan 2)",
         "wajib diisi; ditanyakan bila jawaban “x” pada “x” (pertanyaan 1) dan x lebih dari 2 (pertanyaan 2)"),
        ("alat", "", "wajib diisi; tidak ditanyakan kepada semua; syaratnya ada di kuesioner"),
    ],
)  # fmt: skip
def test_when_a_question_is_asked_is_said_without_its_expression(
    name: str, words: str, rule: str
) -> None:
    pack = small(ASK, {}, ("kapal", ""))
    question = pack.instrument.question(name)
    assert when_asked(pack, question) == words
    told = dict(ms_variable(pack, question, {}))["Aturan validasi"]
    assert told == rule
    assert "/" not in told
    assert "$" not in told
