"""What is remembered is what would have been worked out, whoever was judged before."""

from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cantik.design import remembering, store
from cantik.design.checks import check_files
from cantik.design.derived import scope_of
from cantik.design.judging import judge
from cantik.design.remembering import Remembered
from cantik.kernel.expression import Answers, Expression, evaluate, parse, text

PACK = check_files(store.texts(store.FOLDER / "keluarga" / "v1"))[1]
TODAY = date(2026, 8, 31)


def answer(question: Any) -> st.SearchStrategy[Any]:
    codes = [one.code for one in PACK.choices(question)]
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "choice": st.sampled_from([*codes, "99"]) if codes else st.none(),
        "integer": st.integers(-3, 120),
        "date": st.dates(date(1900, 1, 1), date(2030, 1, 1)),
        "text": st.sampled_from(["6404016704680004", "12", "08123456789", "x"]),
    }
    return st.one_of(st.none(), kinds[question.kind])


def record(name: str) -> st.SearchStrategy[dict[str, Any]]:
    """Answers as they are read: an empty one is there as None, or not at all."""
    return st.fixed_dictionaries({}, optional={q.name: answer(q) for q in PACK.instrument.of(name)})


FAMILIES = st.lists(
    st.tuples(record("keluarga"), st.lists(record("anggota"), max_size=3)), min_size=1, max_size=4
)


@given(FAMILIES)
def test_a_family_is_judged_alike_with_and_without_memory(families: list[Any]) -> None:
    known = Remembered(PACK)
    for family, members in families * 2:
        assert judge(PACK, family, members, TODAY, remembered=known) == judge(
            PACK, family, members, TODAY
        )


EXPRESSIONS = [
    parse(source)
    for source in (
        ". > 3", "x = '1'", "x = 1 and . != ''", "count(/data/anggota) > 1", "position(..) = 2",
        "if(x > 2, x, .)", "string-length(x) = 1", "today() > date('2026-01-01')",
        "count(/data/anggota[hubungan = '1']) = 1", "max(/data/anggota/umur) > 3",
        "/data/anggota[2]/umur", "count(/data/anggota[x = '1'])", "min(x, umur)", "umur",
    )
]  # fmt: skip
ANY = st.sampled_from([None, "", "1", 1, 1.0, "01", 0, "x", date(2026, 1, 1)])


PERSON = st.fixed_dictionaries({"umur": ANY}, optional={"hubungan": ANY, "x": ANY})
PEOPLE = st.lists(PERSON, min_size=2, max_size=3)


@given(
    st.lists(st.tuples(st.sampled_from(EXPRESSIONS), ANY, ANY, PEOPLE, st.booleans()), min_size=1)
)
@example(
    [
        (EXPRESSIONS[11], "1", None, [{"umur": None}, {"umur": None}], False),
        (EXPRESSIONS[11], "1", None, [{"umur": None}, {"umur": None, "x": None}], False),
    ]
)
def test_answers_that_only_look_alike_are_told_apart(
    asked: list[tuple[Expression, Any, Any, list[dict[str, Any]], bool]],
) -> None:
    known = Remembered(PACK)
    for expression, x, this, people, inside in asked * 2:
        outer = scope_of(PACK, {"x": x}, people, TODAY)
        scope: Answers = outer.repeats["anggota"][1] if inside else outer
        scope = scope.at(this)
        found, plain = known.value(expression, scope), evaluate(expression, scope)
        assert text(found) == text(plain)
        assert type(found) is type(plain)


def test_nothing_sealed_is_remembered() -> None:
    known = Remembered(PACK)
    member = {"nik": "6404016704680004", "nama": "Ani", "tanggal_lahir": date(1990, 1, 1)}
    judge(PACK, {"nomor_kk": "6404016704680005"}, [member], TODAY, remembered=known)
    kept = repr([asked.known for asked in known._asked.values()])
    assert "6404016704680" not in kept
    assert "1990" not in kept


def test_what_is_remembered_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "MOST", 50)
    known, wide = Remembered(PACK), parse("x > 100")
    for x in range(200):
        scope = scope_of(PACK, {"x": x}, [], TODAY)
        assert known.value(wide, scope) == (x > 100)
    assert len(known.asked(wide).known) == 50
