"""What is written into the form comes out of it again, whatever plausible or odd was written."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cantik.collect import checking
from cantik.demo.families import MadeFamily
from cantik.design.api import FAMILY, MEMBER, Question
from tests.unit.collect_form import LEAVES, checked, form, made, pack

# Letters that a workbook can hold; what would be read as a formula is told apart elsewhere.
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=30
).filter(lambda text: not checking.like_formula(text) and checking.plain(text) == text)


def value_of(question: Question) -> st.SearchStrategy[Any]:
    if question.kind == "choice":
        return st.sampled_from([choice.code for choice in pack().choices(question)])
    if question.kind == "integer":
        return st.integers(-999_999_999, 999_999_999)
    if question.kind == "date":
        return st.dates(min_value=checking.date(1900, 3, 1), max_value=checking.date(2099, 12, 31))
    return WORDS


def record(name: str) -> st.SearchStrategy[dict[str, Any]]:
    asked = [q for q in pack().instrument.of(name) if q.calculate is None and q.role != "area"]
    free = {q.name: value_of(q) for q in asked if q.name != pack().result}
    first = {pack().result: st.sampled_from(["1", "2"])} if name == FAMILY else {"nama": WORDS}
    return st.fixed_dictionaries(first, optional={k: v for k, v in free.items() if k not in first})


FAMILIES = st.lists(
    st.builds(
        MadeFamily, st.sampled_from(LEAVES), record(FAMILY), st.lists(record(MEMBER), max_size=4)
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda one: one.family.get("nomor_kk") or object(),
)


@given(FAMILIES)
def test_any_answers_come_back(rows: list[MadeFamily]) -> None:
    found = checked(form(rows))
    assert not found.refused
    assert len(found.families) == len(rows)
    derived = {q.name for q in pack().instrument.questions if q.calculate is not None}
    for row, family in zip(rows, found.families, strict=True):
        assert family.leaf_id == row.leaf_id
        facts = {k: v for k, v in family.facts.items() if k not in derived}
        assert {**facts, **family.sealed} == row.family
        for member, (own, sealed) in zip(row.members, family.members, strict=True):
            facts = {k: v for k, v in own.items() if k not in derived}
            assert {**facts, **sealed} == member


@given(st.integers(0, 10**6))
def test_plausible_answers_come_back_without_a_fault_that_refuses(seed: int) -> None:
    rows = made(6, seed=seed)
    found = checked(form(rows))
    # What is left is what a rule of the pack asks to look at again.
    assert {one.code for one in found.problems} <= {"rule"}
    for row, family in zip(rows, found.families, strict=True):
        assert len(family.members) == len(row.members)
