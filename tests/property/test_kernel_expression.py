"""Parsing tells only one kind of error; evaluating never fails over typed answers."""

import math
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from cantik.kernel import expression
from cantik.kernel.expression import Answers, Unsupported

NAMES = ["air", "umur", "lahir", "bantuan", "hubungan"]
PATHS = [
    ".",
    "air",
    "../umur",
    "/data/anggota/umur",
    "/data/lahir",
    "/data/anggota[hubungan='1']/umur",
]
PIECES = [
    *PATHS, "1", "0", "2.5", "'1'", "'x'", "''", "(", ")", "[", "]", ",", "+", "-", "*", " div ",
    " mod ", " and ", " or ", "=", "!=", "<", "<=", ">", "/", "//", "..", "|", "$", "today()",
    "not(", "if(", "count(", "sum(", "regex(", "selected(", "position(..)", "jr:x(", "\\", "'", " ",
]  # fmt: skip
ANSWER = st.one_of(
    st.none(),
    st.text(max_size=6),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.lists(st.sampled_from(["1", "2", "30"]), max_size=3),
)
RECORD = st.dictionaries(st.sampled_from(NAMES), ANSWER)


def _expressions() -> st.SearchStrategy[str]:
    atom = st.sampled_from(
        [*PATHS, "1", "0", "-3", "2.5", "'1'", "'2026-01-01'", "''", "today()", "true()", "false()"]
    )

    def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        operator = st.sampled_from(
            ["+", "-", "*", "div", "mod", "=", "!=", "<", "<=", ">", ">=", "and", "or"]
        )
        one = [
            "not",
            "boolean",
            "number",
            "string",
            "int",
            "round",
            "abs",
            "date",
            "string-length",
            "count-selected",
        ]
        one += ["decimal-date-time", "normalize-space"]
        two = ["pow", "round", "contains", "selected", "selected-at", "coalesce", "min", "concat"]
        return st.one_of(
            st.tuples(inner, operator, inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
            st.tuples(st.sampled_from(one), inner).map(lambda t: f"{t[0]}({t[1]})"),
            st.tuples(st.sampled_from(two), inner, inner).map(lambda t: f"{t[0]}({t[1]}, {t[2]})"),
            st.tuples(inner, inner, inner).map(lambda t: f"substr({t[0]}, {t[1]}, {t[2]})"),
            st.tuples(inner, inner, inner).map(lambda t: f"if({t[0]}, {t[1]}, {t[2]})"),
            st.tuples(st.sampled_from(["count", "max"]), inner).map(
                lambda t: f"{t[0]}(/data/anggota[{t[1]}]/umur)"
            ),
            inner.map(lambda t: f"format-date({t}, '%Y-%m-%d')"),
            inner.map(lambda t: f"regex({t}, '^[0-9]+$')"),
        )

    return st.recursive(atom, grow, max_leaves=12)


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=14).map("".join)))
def test_parsing_gives_an_expression_or_says_why_not(source: str) -> None:
    try:
        parsed = expression.parse(source)
    except Unsupported:
        return
    assert parsed.source == source


@given(_expressions(), RECORD, st.lists(RECORD, max_size=3), ANSWER, st.dates())
def test_evaluating_is_total(
    source: str,
    family: dict[str, object],
    members: list[dict[str, object]],
    this: object,
    today: date,
) -> None:
    parsed = expression.parse(source)
    outer = Answers.family(family, members, today=today)
    for scope in (outer, *outer.repeats["anggota"]):
        value = expression.evaluate(parsed, scope.at(this))
        assert isinstance(value, str | float | bool | date)
        assert isinstance(expression.holds(parsed, scope.at(this)), bool)
        assert isinstance(expression.text(value), str)


@given(st.integers(-(10**15), 10**15), st.integers(-(10**6), 10**6))
def test_arithmetic_is_that_of_numbers(a: int, b: int) -> None:
    scope = Answers({"a": a, "b": b}, today=date(2026, 1, 1))
    run = {op: expression.parse(f"a {op} b").run(scope) for op in ("+", "-", "=", "<", "mod")}
    assert run["+"] == a + b
    assert run["-"] == a - b
    assert run["="] is (a == b)
    assert run["<"] is (a < b)
    assert math.isnan(run["mod"]) if b == 0 else run["mod"] == math.fmod(a, b)  # type: ignore[arg-type]


@given(st.text("()[]-!", max_size=400).map(lambda t: t + "1"))
def test_deep_nesting_is_refused_not_crashed(source: str) -> None:
    for text in (source, "(" * 5000 + "1", "-" * 5000 + "1", "1" + "+1" * 3000, "a[" * 3000):
        try:
            expression.evaluate(expression.parse(text), Answers({}, today=date(2026, 1, 1)))
        except Unsupported:
            continue
