"""Whatever a pack asks, clean data hold facts and calculated answers only."""

import io
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow.parquet as parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cantik.design.api import FAMILY, MEMBER, ActivityInfo, Instrument, Pack, Question
from cantik.design.checks import check_files
from cantik.design.pack import ROLES
from cantik.design.store import folders, texts
from cantik.kernel.tree import Node, Tree
from cantik.process import cutting

PACKS = [check_files(texts(folder))[1] for folder in folders()]
KEPT = {"fact", "derived"}
ON = date(2026, 10, 31)
TREE = Tree([Node("d", "desa", "contoh", "Uji", "Desa Uji", None, "desa")])
SECRET = "jangan sampai keluar"


def activity(pack: Pack) -> ActivityInfo:
    return ActivityInfo("a", "d", pack, "2026", ON, "")


def value_of(question: Question) -> Any:
    if question.role not in KEPT:
        return SECRET
    return 3 if question.kind == "integer" else "1"


def written(pack: Pack) -> dict[str, Any]:
    """The tables cut from one family in which every question is answered, sealed ones too."""
    answers = {
        FAMILY: {q.name: value_of(q) for q in pack.instrument.of(FAMILY)},
        MEMBER: [{q.name: value_of(q) for q in pack.instrument.of(MEMBER)}],
    }
    one = activity(pack)
    clean = cutting.cut(one, TREE, [("k1", "d", answers)])
    return cutting.files(clean, one, {"families": 1})


def check(pack: Pack) -> None:
    files = written(pack)
    for name, record, own in (
        ("keluarga.parquet", FAMILY, ["id", "wilayah"]),
        ("anggota.parquet", MEMBER, ["keluarga", "wilayah", "nomor"]),
    ):
        table = parquet.read_table(io.BytesIO(files[name]))
        wanted = [q.name for q in pack.instrument.of(record) if q.role in KEPT]
        assert table.column_names == own + wanted
        assert table.num_rows == 1
        assert SECRET not in str(table.to_pylist())
    assert set(files) == {"keluarga.parquet", "anggota.parquet", "mutu.json"}


def test_there_are_packs_and_each_seals_something() -> None:
    assert PACKS
    assert all(any(q.sealed for q in pack.instrument.questions) for pack in PACKS)


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_of_every_pack_no_sealed_answer_is_written(pack: Pack) -> None:
    check(pack)


@given(st.data())
def test_whatever_role_a_question_has_only_facts_are_written(data: st.DataObject) -> None:
    """Questions of a real pack change their role at random; those that rules of counting read stay
    facts."""
    pack = PACKS[0]
    fixed = {"jenis_kelamin", "keberadaan", "hubungan"}
    questions = tuple(
        q if q.name in fixed else replace(q, role=data.draw(st.sampled_from(ROLES)))
        for q in pack.instrument.questions
    )
    check(replace(pack, instrument=Instrument(questions)))
