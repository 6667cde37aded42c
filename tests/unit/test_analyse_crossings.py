"""Who is counted in a table, read off the form; the data have the last word."""

from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from cantik.analyse.api import Atom, Crossing, crossings
from cantik.design.pack import HOUSEHOLD
from cantik.kernel.expression import parse
from cantik.kernel.tree import Node, Tree

TREE = Tree([Node("d", "desa", "contoh", "D", "Desa D", None, "desa")])
AGES = ((0, 4), (5, 14), (15, None))
CHILDREN, SCHOOL, ADULTS = ("u0", "u5", "u15")


def classification(id_: str, *classes: Any) -> Any:
    rows = [SimpleNamespace(code=code, label={}, **how) for code, how in classes]
    return SimpleNamespace(id=id_, sensitivity="restricted", classes=rows, merged=())


KNOWN = [
    classification(
        "umur", *((f"u{low}", {"range": (low, high), "members": ()}) for low, high in AGES)
    ),
    classification("kerja", *((code, {"members": (code,)}) for code in ("1", "2"))),
    classification("sakit", *((code, {"members": (code,)}) for code in ("1", "2"))),
]


def pack(kerja: str | None = None, **questions: Any) -> Any:
    """Ages for everybody, work in the universe ``kerja``, health for everybody."""
    tables = [
        SimpleNamespace(
            id=name, unit="orang", variable=name, by_sex=False, classification=name,
            universe=kerja if name == "kerja" else None,
        )
        for name in ("umur", "kerja", "sakit")
    ]  # fmt: skip
    asked = [
        SimpleNamespace(name=name, **{"relevant": None, "calculate": None, **how})
        for name, how in questions.items()
    ]
    return SimpleNamespace(
        tables=tables,
        classifications=KNOWN,
        instrument=SimpleNamespace(questions=asked),
        records=HOUSEHOLD,
    )


def found(made: Any, *people: tuple[int, str | None, str | None]) -> list[Crossing]:
    families = pa.table({"id": ["k"], "wilayah": ["d"]})
    members = pa.table({
        "keluarga": ["k"] * len(people), "wilayah": ["d"] * len(people),
        "jenis_kelamin": ["1"] * len(people),
        **{n: [one[at] for one in people] for at, n in enumerate(("umur", "kerja", "sakit"))},
    })  # fmt: skip
    return crossings(pack=made, tree=TREE, tables={"keluarga": families, "anggota": members})


ANSWERED = ((3, None, None), (9, None, "1"), (20, "1", "2"), (40, "2", "1"))


def test_a_universe_cuts_the_ages() -> None:
    [ages] = found(pack("umur >= 15"), *ANSWERED)
    assert (ages.variable, ages.unit) == ("umur", "orang")
    assert set(map(str, ages.atoms)) == set(map(str, [
        Atom({"umur": CHILDREN}, (), ("kerja",)),
        Atom({"umur": SCHOOL}, (), ("kerja",)),
        Atom({"umur": ADULTS}, ("kerja",), ()),
    ]))  # fmt: skip


def test_a_universe_may_cut_a_class_in_two() -> None:
    [ages] = found(pack("umur >= 18"), *ANSWERED)
    assert {(a.classes["umur"], a.outside) for a in ages.atoms} == {
        (CHILDREN, ("kerja",)), (SCHOOL, ("kerja",)), (ADULTS, ("kerja",)), (ADULTS, ()),
    }  # fmt: skip


@pytest.mark.parametrize(
    "how",
    [
        {"relevant": parse("umur >= 5")},
        {"calculate": parse("if(umur < 5, '', if(batuk = '1', '1', '2'))")},
    ],
)
def test_so_does_who_is_asked_and_how_an_answer_is_worked_out(how: dict[str, Any]) -> None:
    [ages] = found(pack(sakit=how), *ANSWERED)
    assert {(a.classes["umur"], a.inside, a.outside) for a in ages.atoms} == {
        (CHILDREN, (), ("sakit",)), (SCHOOL, ("sakit",), ()), (ADULTS, ("sakit",), ()),
    }  # fmt: skip


def test_where_somebody_did_not_answer_nobody_is_surely_inside() -> None:
    [ages] = found(pack("umur >= 15"), *ANSWERED, (50, None, "1"))
    assert {(a.inside, a.outside) for a in ages.atoms} == {((), ("kerja",)), ((), ())}


def test_what_the_data_contradict_is_not_claimed() -> None:
    """A child of three whose health was noted all the same."""
    asked = pack(sakit={"relevant": parse("umur >= 5")})
    [ages] = found(asked, *ANSWERED[1:], (3, None, "1"), (2, None, None))
    noted = [a for a in ages.atoms if a.classes["umur"] == CHILDREN]
    # Of those of three we know now that they are not left out; of the others that they are.
    assert sorted(a.outside for a in noted) == [(), ("sakit",)]


def test_without_conditions_nothing_is_tied() -> None:
    assert found(pack(), *ANSWERED) == []


def test_a_condition_on_other_answers_too_is_tried_with_them() -> None:
    either = pack("umur >= 15 or sakit = '1'")
    assert found(either, *((a, w or "1", s) for a, w, s in ANSWERED)) == []
    health, ages = found(pack("umur >= 15 and sakit = '1'"), *ANSWERED)
    assert {a.outside for a in ages.atoms} == {("kerja",), ()}
    assert all("kerja" not in a.inside for a in ages.atoms)
    assert {a.outside for a in health.atoms if a.classes.get("sakit") == "2"} == {("kerja",)}
    assert {a.outside for a in health.atoms if a.classes.get("sakit") == "1"} == {()}
