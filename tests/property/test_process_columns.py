"""Whatever a pack asks, clean data hold facts and calculated answers only."""

import io
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow.parquet as parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cantik.design.api import FAMILY, ActivityInfo, Instrument, Pack, Question
from cantik.design.checks import check_files
from cantik.design.pack import ROLES
from cantik.design.store import folders, texts
from cantik.kernel.tree import Node, Tree
from cantik.process import cutting

PACKS = [check_files(texts(folder))[1] for folder in folders()]

ON = date(2026, 10, 31)
TREE = Tree([Node("d", "desa", "contoh", "Uji", "Desa Uji", None, "desa")])
SECRET = "jangan sampai keluar"


def activity(pack: Pack) -> ActivityInfo:
    return ActivityInfo("a", "d", pack, "2026", ON, "")


def kept(question: Question) -> bool:
    """Facts, what is calculated, and the day of a price; whatever else calls itself a period."""
    dated = (question.role, question.kind) == ("period", "date")
    return dated or question.role in {"fact", "derived"}


def value_of(question: Question) -> Any:
    if not kept(question):
        return SECRET
    return 3 if question.kind == "integer" else "1"


def written(pack: Pack) -> dict[str, Any]:
    """The tables cut from one family in which every question is answered, sealed ones too."""
    answers: dict[str, Any] = {
        pack.main: {q.name: value_of(q) for q in pack.instrument.of(pack.main)}
    }
    if pack.member:
        answers[pack.member] = [{q.name: value_of(q) for q in pack.instrument.of(pack.member)}]
    one = activity(pack)
    clean = cutting.cut(one, TREE, [("k1", "d", answers)])
    return cutting.files(clean, one, {"families": 1})


def check(pack: Pack) -> None:
    files = written(pack)
    own_columns = (["id", "wilayah"], [pack.main, "wilayah", "nomor"])
    records = [one.name for one in pack.records]
    for record, own in zip(records, own_columns, strict=False):
        table = parquet.read_table(io.BytesIO(files[f"{record}.parquet"]))
        wanted = [q.name for q in pack.instrument.of(record) if kept(q)]
        assert table.column_names == own + wanted
        assert table.num_rows == 1
        assert SECRET not in str(table.to_pylist())
    assert set(files) == {*(f"{record}.parquet" for record in records), "mutu.json"}


def test_there_are_packs_and_each_seals_something_or_asks_prices_only() -> None:
    assert PACKS
    # Open prices stand where there is nothing to seal.
    for pack in PACKS:
        assert any(q.sealed for q in pack.instrument.questions) != bool(pack.series), pack.id


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_of_every_pack_no_sealed_answer_is_written(pack: Pack) -> None:
    check(pack)


@given(st.data())
def test_whatever_role_a_question_has_only_facts_are_written(data: st.DataObject) -> None:
    """Questions of a real pack change their role at random; those that rules of counting read stay
    facts."""
    pack = next(one for one in PACKS if one.main == FAMILY)
    fixed = {"jenis_kelamin", "keberadaan", "hubungan"}
    questions = tuple(
        q if q.name in fixed else replace(q, role=data.draw(st.sampled_from(ROLES)))
        for q in pack.instrument.questions
    )
    check(replace(pack, instrument=Instrument(questions)))
