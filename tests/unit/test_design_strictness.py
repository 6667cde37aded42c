"""A carried questionnaire may not publish more than the program's own."""

from dataclasses import replace

import pytest

from cantik.design import store, strictness
from cantik.design.pack import Pack
from cantik.kernel.expression import parse


@pytest.fixture(scope="module")
def known() -> list[Pack]:
    return [store.checked(folder)[1] for folder in store.folders()]


def told(pack: Pack, known: list[Pack]) -> set[str]:
    return {one.item for one in strictness.looser(pack, known)}


def test_the_packs_of_the_program_allow_themselves(known: list[Pack]) -> None:
    for pack in known:
        assert told(pack, known) == set()


def named(known: list[Pack], id_: str) -> Pack:
    return next(one for one in known if one.id == id_)


def test_exact_counts_only_of_what_the_program_counts_exactly(known: list[Pack]) -> None:
    pack = named(known, "keluarga")
    kinds = {
        k: replace(c, sensitivity="open", lowest="rt") for k, c in pack.classifications.items()
    }
    faults = told(replace(pack, classifications=kinds), known)
    assert "jenis_kelamin" not in faults
    assert {k for k, c in pack.classifications.items() if c.sensitivity != "open"} <= faults


def test_an_exact_table_of_somebody_else_is_told(known: list[Pack]) -> None:
    pack = named(known, "keluarga")
    table = next(t for t in pack.tables if t.variable == "jenis_kelamin")
    sick = replace(table, universe=parse("kesulitan_fungsi = '1'"))
    assert table.id in told(
        replace(pack, tables=tuple(sick if t is table else t for t in pack.tables)), known
    )


def test_the_same_question_asked_of_others_is_another_question(known: list[Pack]) -> None:
    pack = named(known, "keluarga")
    asked = tuple(
        replace(q, relevant=parse("kesulitan_fungsi = '1'")) if q.name == "jenis_kelamin" else q
        for q in pack.instrument.questions
    )
    other = replace(pack, instrument=replace(pack.instrument, questions=asked))
    assert "jenis_kelamin" in told(other, known)


def test_a_question_that_nobody_knows_is_rounded_and_of_the_whole_village(
    known: list[Pack],
) -> None:
    pack = named(known, "umkm")
    one = next(iter(pack.classifications.values()))
    for given, allowed in (
        (("restricted", "desa"), True), (("sensitive", "desa"), True),
        (("restricted", "rt"), False), (("open", "desa"), False),
    ):  # fmt: skip
        kind = replace(one, sensitivity=given[0], lowest=given[1], merged_lowest="")
        alone = replace(pack, classifications={kind.id: kind}, tables=())
        assert (told(alone, []) == set()) is allowed
