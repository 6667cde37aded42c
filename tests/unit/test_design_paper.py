"""The questionnaire on paper asks every question once, in order, and no arrow leads past a question
that the form itself would still ask."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from cantik.design import paper as module
from cantik.design import store
from cantik.design.pack import Choice, Pack
from cantik.design.paper import paper
from cantik.kernel.expression import Answers, holds
from cantik.look.printing import Order, typeset

WORDS = {
    "village": "Desa Uji", "period": "2026", "day": "Keadaan 30 Juni 2026",
    "example": "Contoh data", "language": "id",
}  # fmt: skip
PACKS = [store.checked(folder)[1] for folder in store.folders()]


def sheet(pack: Pack, **more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"places": ["RT 01"], "words": WORDS, "kind": "desa", "language": "id"}
    return paper(pack, **given | more)


def pdf(data: dict[str, Any]) -> PdfReader:
    [made] = typeset([Path(module.__file__).with_name("paper.typ")], data, [Order("pdf")])
    return PdfReader(BytesIO(made))


def lines(data: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for part in data["parts"] for one in (*part["listed"], *part["lines"])]


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_every_question_stands_once_under_its_own_number(pack: Pack) -> None:
    asked = [q.name for q in pack.instrument.questions if q.role != "derived"]
    printed = sorted(lines(sheet(pack)), key=lambda one: int(one["number"]))
    assert [one["name"] for one in printed] == asked
    assert [one["number"] for one in printed] == list(range(1, len(asked) + 1))


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_an_arrow_passes_only_questions_the_form_leaves_out(pack: Pack) -> None:
    chance = random.Random(7)
    questions = [q for q in pack.instrument.questions if q.role != "derived"]
    number = {q.name: at for at, q in enumerate(questions, start=1)}
    arrows = 0
    for question in questions:
        if question.kind != "choice" or question.name == pack.result:
            continue
        of_record = [q for q in questions if q.record == question.record]
        later = of_record[of_record.index(question) + 1 :]
        asked = {one.question.name: one for one in module.questionnaire(pack)[question.record]}
        jumps = module._jumps(asked[question.name], [asked[q.name] for q in later])
        for code, to in jumps.items():
            arrows += 1
            passed = [q for q in later if not to or number[q.name] < to]
            assert passed
            for skipped in passed:
                assert skipped.relevant is not None
                for _try in range(15):
                    main, member = (
                        {
                            q.name: chance.choice([c.code for c in pack.choices(q)])
                            if q.kind == "choice" and pack.choices(q)
                            else str(chance.randint(0, 90))
                            for q in pack.instrument.of(record)
                            if q.kind in ("choice", "integer")
                        }
                        for record in (pack.main, pack.member or pack.main)
                    )
                    (main if question.record == pack.main else member)[question.name] = code
                    scope = Answers.family(
                        main, [member], today=date(2026, 6, 30), repeat=pack.member or "anggota"
                    )
                    if question.record == pack.member:
                        scope = scope.repeats[pack.member][0]
                    assert not holds(skipped.relevant, scope), (question.name, code, skipped.name)
    conditional = any(one.relevant is not None for one in questions)
    assert arrows >= (3 if pack.persons else conditional)


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_the_pdf_shows_the_words_and_the_pages(pack: Pack) -> None:
    data = sheet(pack)
    read = pdf(data)
    words = " ".join("".join(page.extract_text() for page in read.pages).split())
    for one in lines(data):
        assert " ".join(str(one["words"]).split()[:2]) in words, one["name"]
    assert "Contoh data" in words
    assert "Dibacakan sebelum bertanya" in words
    box = read.pages[0].mediabox
    assert (round(box.width), round(box.height)) == (595, 842)
    assert len(read.pages) < 40


def test_nobody_answered_ends_the_visit() -> None:
    [pack] = [one for one in PACKS if one.id == "keluarga"]
    [line] = [one for one in lines(sheet(pack)) if one["name"] == pack.result]
    ends = {one["code"] for one in line["answers"] if one["to"] == "selesai"}
    assert ends == set(pack.no_answers)


def test_words_of_a_pack_are_never_read_as_commands() -> None:
    [pack] = [one for one in PACKS if one.id == "keluarga"]
    hostile = '#panic("x") $ * _ [ ] #read("/etc/passwd") \\ <script> //'
    questions = tuple(
        replace(q, label={"id": hostile, "en": hostile}) for q in pack.instrument.questions
    )
    other = replace(pack, instrument=replace(pack.instrument, questions=questions))
    assert "#panic" in pdf(sheet(other)).pages[0].extract_text()


@pytest.mark.parametrize(
    ("many", "note"), [(41, "Lihat daftar kode"), (10_000, "Tulis jawabannya dengan kata")]
)
def test_long_lists_do_not_fill_the_form(many: int, note: str) -> None:
    [pack] = [one for one in PACKS if one.id == "keluarga"]
    long = tuple(Choice(str(n), {"id": f"Jawaban {n}", "en": f"Answer {n}"}) for n in range(many))
    other = replace(pack, code_lists={**pack.code_lists, "lantai": long})
    data = sheet(other)
    [line] = [one for one in lines(data) if one["name"] == "lantai"]
    assert line["answers"] == []
    assert line["note"].startswith(note)
    assert len(pdf(data).pages) < 12


def test_a_kelurahan_reads_its_own_words_and_english_reads_english() -> None:
    [pack] = [one for one in PACKS if one.id == "keluarga"]
    data = sheet(pack, kind="kelurahan", language="en")
    assert lines(data)[0]["words"] == "Family card number"
    places = Counter(one["kind"] for one in lines(data))
    assert places["place"] == 1
