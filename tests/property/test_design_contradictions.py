"""Contradictions beside brute force: what is named contradicts, each part of it is needed, and
what can be answered is never accused."""

from collections.abc import Callable
from datetime import date
from itertools import product
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from cantik.design.contradictions import Place, contradictions
from cantik.design.judging import judge
from cantik.design.pack import Pack
from cantik.kernel.expression import Answers, Expression, holds
from tests.unit.design_small import small

DAY = date(2026, 1, 1)
TRIED: dict[str, list[Any]] = {"a": ["1", "2", "3", ""], "n": [*range(-2, 8), ""]}
TRIED["m"] = TRIED["n"]
SIGNS = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
ATOMS = st.one_of(
    st.tuples(st.sampled_from("nm"), SIGNS, st.integers(0, 5)).map(
        lambda t: f"${{{t[0]}}} {t[1]} {t[2]}"
    ),
    st.tuples(st.sampled_from(["=", "!="]), st.sampled_from("123")).map(
        lambda t: f"${{a}} {t[0]} '{t[1]}'"
    ),
    SIGNS.map(lambda sign: f"${{n}} {sign} ${{m}}"),
    st.sampled_from("anm").map(lambda name: f"${{{name}}} = ''"),
    st.sampled_from("12").map(lambda code: f"selected(${{a}}, '{code}')"),
)
SOURCES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            lambda t: f"({t[0]}) {t[1]} ({t[2]})"
        ),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(" ".join),
        inner.map(lambda one: f"not({one})"),
    ),
    max_leaves=4,
)
NEEDED = st.sampled_from(["yes", "no"])


@st.composite
def packs(draw: st.DrawFn) -> Pack:
    def asked_if(name: str) -> str:
        # Whether a question is asked never hangs on its own answer: packs that say so are refused.
        return draw(st.just("") | SOURCES.filter(lambda source: f"${{{name}}}" not in source))

    ask = {
        "a": ["1 2 3", draw(NEEDED), "", ""],
        "n": ["int", draw(NEEDED), asked_if("n"), draw(st.just("") | ATOMS)],
        "m": ["int", draw(NEEDED), asked_if("m"), draw(st.just("") | ATOMS)],
    }
    rules = draw(st.lists(SOURCES, max_size=4))
    return small(ask, {f"r{at}": one for at, one in enumerate(rules)})


ALL = [dict(zip(TRIED, some, strict=True)) for some in product(*TRIED.values())]


def test_of(pack: Pack, place: Place) -> Callable[[dict[str, Any]], bool]:
    """What a place asks of the answers, written down once more."""

    def true(expression: Expression | None, values: dict[str, Any], name: str) -> bool:
        scope = Answers(values, today=DAY).at(values.get(name))
        return expression is None or holds(expression, scope)

    if place.column == "rule":
        rule = next(one for one in pack.rules if one.id == place.name)
        return lambda values: true(rule.expression, values, "")
    one = pack.instrument.question(place.name)
    if place.column == "required":
        return lambda values: values[one.name] != "" or not true(one.relevant, values, one.name)
    found = one.relevant if place.column == "relevant" else one.constraint
    return lambda values: values[one.name] == "" or true(found, values, one.name)


test_of.__test__ = False  # type: ignore[attr-defined]


@given(packs())
@settings(max_examples=100, deadline=None)
@example(
    small(
        {"a": ["1 2", "no", "", ""], "n": ["int", "no", "", "${a} = ''"],
         "m": ["int", "no", "", ""]},
        {"r0": "${a} = '2' and ${n} = ${m}", "r1": "${a} = '2'"},
    )
)  # fmt: skip
def test_as_brute_force_says(pack: Pack) -> None:
    found = contradictions(pack)
    fitting = [values for values in ALL if not judge(pack, values, [], DAY)]
    assert ({one.kind for one in found} == {"form"}) == (not fitting)
    answered = {name for values in fitting for name, value in values.items() if value != ""}
    if fitting:
        # One contradiction may stand for several questions; who can be answered is never accused.
        assert {one.name for one in found} <= set(TRIED) - answered
        assert bool(found) == bool(set(TRIED) - answered)
    for one in found:
        tests = [test_of(pack, place) for place in one.places]
        goals: list[Callable[[dict[str, Any]], bool]] = []
        if one.kind == "answer":
            goals = [lambda values, name=one.name: values[name] != ""]  # type: ignore[misc]
        elif one.kind == "asked":
            asked = pack.instrument.question(one.name).relevant
            assert asked is not None
            goals = [lambda values, e=asked: holds(e, Answers(values, today=DAY))]  # type: ignore[misc]
        assert not any(all(test(values) for test in [*tests, *goals]) for values in ALL)
        for left in range(len(tests)):
            rest = [*tests[:left], *tests[left + 1 :], *goals]
            assert any(all(test(values) for test in rest) for values in ALL), one.places[left]
