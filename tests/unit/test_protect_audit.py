"""The audit must fail where a part of the method is switched off, and only there."""

import copy
import sys
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from cantik.analyse.api import Atom, Crossing
from cantik.kernel.cube import AREA, Cube, Dimension
from cantik.kernel.tree import Node, Tree
from cantik.protect import plan, rounding
from cantik.protect.audit import OUTSIDE, System, audit, propagate, verdicts
from cantik.protect.plan import Job, OpenTotals, Result, protect
from cantik.protect.policy import Method, policy
from cantik.protect.rounding import Rounded
from tests.protocol.test_protect_adversary import attack_tables


def words(text: str) -> dict[str, str]:
    return {"id": text, "en": text}


@dataclass(frozen=True)
class Class:
    code: str
    label: dict[str, str]
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Classification:
    id: str
    sensitivity: str
    lowest: str
    classes: tuple[Class, ...]
    merged: tuple[Class, ...] | None = None
    merged_lowest: str = ""


@dataclass(frozen=True)
class Template:
    id: str
    unit: str
    variable: str = "air"
    by_sex: bool = False
    universe: Any = None
    classification: str = "k"
    title: Any = None
    question: Any = None
    chapter: str = "1"
    chart: str = "bars"
    notes: tuple[Any, ...] = ()
    merged: bool = False


TREE = Tree(
    [
        Node("d", "desa", "contoh", "D", "Desa D", None),
        *(Node(f"r{n}", "rt", "contoh", str(n), f"RT {n}", "d") for n in range(3)),
    ]
)
PERSONS = np.asarray([[80, 70], [90, 80], [60, 70]])
FAMILIES = np.asarray([[20, 2, 12, 1], [30, 1, 2, 9], [15, 8, 1, 2]])


def job(
    counts: Any = FAMILIES, sensitivity: str = "restricted", lowest: str = "rt", merged: Any = None
) -> Job:
    codes = tuple("abcdefgh"[: counts.shape[-1]])
    area = Dimension(AREA, ("r0", "r1", "r2"), (words("x"),) * 3)
    across = Dimension("kelas", codes, tuple(words(c) for c in codes))
    classes = tuple(Class(c, words(c)) for c in codes)
    return Job(
        Template("t", "keluarga"),
        Classification("k", sensitivity, lowest, classes, merged),
        Cube((area, across), counts, "keluarga"),
    )


def run(
    one: Job,
    *,
    previous: Any = None,
    earlier: Any = (),
    persons: Any = PERSONS,
    secret: bytes = b"s" * 32,
) -> Result:
    return protect(
        tree=TREE,
        jobs=[one],
        opened=OpenTotals({"keluarga": one.cube.values.sum(axis=1)}, persons),
        policy=policy(),
        secret=secret,
        previous=previous or {},
        earlier=earlier,
        period="2026",
        reference_date="2026-06-30",
    )


def test_honest_tables_pass_and_keep_exact_totals() -> None:
    table = run(job()).tables["t"]
    assert audit(tables={"t": table}) == []
    shown = {row["area"]: row["values"][0] for row in table["rows"] if row["values"]}
    assert {area: cells[-1] for area, cells in shown.items()} == {
        "d": 103, "r0": 35, "r1": 42, "r2": 26
    }  # fmt: skip
    assert [sum(column) for column in zip(*(shown[f"r{n}"] for n in range(3)), strict=True)] == (
        shown["d"]
    )


def planted(values: dict[str, list[int]]) -> dict[str, Any]:
    table = copy.deepcopy(run(job()).tables["t"])
    for row in table["rows"]:
        if row["area"] in values:
            row["values"] = [values[row["area"]]]
    return table


def test_rounding_switched_off_is_found() -> None:
    table = planted({"r0": [20, 2, 12, 1, 35]})
    assert any(f.area == "r0" and f.column == "b" for f in audit(tables={"t": table}))


def test_large_cell_step_switched_off_is_found() -> None:
    # Without steps the attacker knows a = 20 and c = 12, so b + d = 3 with 3 and 0 shown; a row
    # with one small cell is then exact: 20 + 12 + 2 + 0 = 34 shown as 20, 12, 3, 0 and total 34.
    table = planted({"r0": [30, 0, 3, 0, 32]})
    for row in table["rows"]:
        if row["area"] == "r0":
            row["open"] = [32]
    table["largest_step"] = 0
    failing = audit(tables={"t": table})
    assert {(f.area, f.column) for f in failing} >= {("r0", "c")}


def test_stickiness_switched_off_is_found() -> None:
    first = planted({"r0": [20, 3, 12, 0, 35]})
    second = planted({"r0": [20, 0, 12, 3, 35]})
    assert [f for f in audit(tables={"t": first}) if f.area == "r0"] == []
    failing = [f for f in audit(tables={"t": second}, earlier=[{"t": first}]) if f.area == "r0"]
    assert {f.column for f in failing} == {"b", "d"}


def test_lowest_level_switched_off_is_found() -> None:
    sensitive = job(np.asarray([[30, 2], [3, 30], [40, 4]]), "sensitive", "desa")
    table = run(sensitive).tables["t"]
    assert [row["area"] for row in table["rows"]] == ["d"]
    low = copy.deepcopy(table)
    low["rows"][0]["values"] = [[73, 36, 109]]
    low["rows"] += [
        {**low["rows"][0], "area": f"r{n}", "parent": "d", "level": "rt", "values": [[*v, sum(v)]],
         "open": [sum(v)]}
        for n, v in enumerate(([30, 2], [3, 30], [40, 4]))
    ]  # fmt: skip
    assert {f.area for f in audit(tables={"t": low})} >= {"r0", "r1", "r2"}


def test_merging_switched_off_is_found() -> None:
    # Four classes whose row cannot be closed must be merged; unmerged cells give the small away.
    table = planted({"r0": [2, 2, 2, 1, 7]})
    next(row for row in table["rows"] if row["area"] == "r0")["open"] = [7]
    assert len([f for f in audit(tables={"t": table}) if f.area == "r0"]) >= 3


# -- the method itself with one part switched off ---------------------------------------------


def unaudited(monkeypatch: pytest.MonkeyPatch, one: Job, **given: Any) -> dict[str, Any]:
    """The table as the rest of the method makes it, before the audit looks at it."""
    with monkeypatch.context() as patch:
        patch.setattr(plan, "audit", lambda **_: [])
        return run(one, **given).tables["t"]


def reasons(table: dict[str, Any], **earlier: Any) -> set[tuple[str, str, str]]:
    return {(f.area, f.column, f.reason) for f in audit(tables={"t": table}, **earlier)}


SMALL = np.asarray([[20, 2, 12, 1], [30, 1, 20, 9], [15, 8, 11, 2]])


def test_the_whole_method_passes_on_the_planted_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reasons(unaudited(monkeypatch, job(SMALL))) == set()


def test_method_without_rounding_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def plainly(**given: Any) -> Rounded:
        rows = {key: tuple(counts) for key, counts in given["rows"].items()}
        return Rounded(rows, frozenset(), frozenset(), {})

    monkeypatch.setattr(plan, "round_rows", plainly)
    found = reasons(unaudited(monkeypatch, job(SMALL)))
    assert ("r0", "b", "value") in found
    assert ("r2", "d", "value") in found


def test_method_without_steps_on_large_cells_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only small cells are rounded, as in the plain method; the exact total then tells them."""
    monkeypatch.setattr(rounding, "_close", lambda *given: True)
    rules = policy()
    still = replace(rules, methods={**rules.methods, "restricted": Method(3, 0)})
    monkeypatch.setattr(sys.modules[__name__], "policy", lambda: still)
    found = reasons(unaudited(monkeypatch, job(np.asarray([[20, 2, 12, 0], *SMALL[1:].tolist()]))))
    assert {area for area, _, _ in found} >= {"r0"}
    assert {reason for _, _, reason in found} <= {"value", "small", "undecided"}


def test_method_without_a_memory_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = np.asarray([[20, 2, 12, 1, 1], [30, 1, 20, 2, 9], [15, 1, 11, 2, 2]])
    first = unaudited(monkeypatch, job(counts))
    assert reasons(first) == set()
    remembered = run(job(counts)).state
    kept = unaudited(monkeypatch, job(counts), previous=remembered, secret=b"t" * 32)
    assert reasons(kept, earlier=[{"t": first}]) == set()
    again = unaudited(monkeypatch, job(counts), secret=b"t" * 32)
    assert again["rows"] != first["rows"]
    assert reasons(again, earlier=[{"t": first}])


def test_method_without_a_lowest_level_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    one = job(np.asarray([[30, 12], [13, 30], [40, 14]]), "sensitive", "desa")
    assert reasons(unaudited(monkeypatch, one)) == set()
    monkeypatch.setattr(plan, "_nodes", lambda tree, lowest: list(tree))
    found = reasons(unaudited(monkeypatch, one))
    assert {area for area, _, reason in found if reason == "level"} == {"r0", "r1", "r2"}


def test_method_without_merging_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    merged = (Class("ab", words("ab"), ("a", "b")), Class("cd", words("cd"), ("c", "d")))
    one = job(SMALL, "sensitive", "desa", merged)
    assert reasons(unaudited(monkeypatch, one)) == set()
    apart = job(SMALL, "sensitive", "desa")
    rules = policy()
    with monkeypatch.context() as patch:
        patch.setattr(
            sys.modules[__name__], "policy", lambda: replace(rules, most_sensitive_classes=99)
        )
        table = unaudited(monkeypatch, apart)
    assert ("d", "", "classes") in reasons(table)


def test_what_the_audit_finds_is_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken rounding never gets out: the gate takes the table away."""

    def plainly(**given: Any) -> Rounded:
        rows = {key: tuple(counts) for key, counts in given["rows"].items()}
        return Rounded(rows, frozenset(), frozenset(), {})

    monkeypatch.setattr(plan, "round_rows", plainly)
    counts = np.asarray([[2, 1, 1, 30], [0, 0, 0, 30], [0, 0, 0, 20]])
    table = run(job(counts)).tables["t"]
    assert all(row["values"] is None for row in table["rows"])
    assert table["rows"][0]["withheld"] == "audit"


def test_same_answers_state_and_secret_give_the_same_table() -> None:
    first = run(job())
    again = run(job(), previous=first.state, earlier=[first.tables])
    assert again.tables == first.tables
    assert again.state == first.state
    assert run(job()).tables == first.tables


def test_correction_changes_only_the_changed_area_and_marks_it() -> None:
    first = run(job())
    counts = FAMILIES.copy()
    counts[1, 0] += 1
    second = run(job(counts), previous=first.state, earlier=[first.tables])
    old = {row["area"]: row for row in first.tables["t"]["rows"]}
    for row in second.tables["t"]["rows"]:
        if row["area"] in ("r0", "r2"):
            assert row == old[row["area"]]
        else:
            assert row["corrected"]
    assert attack_tables([first.tables, second.tables]) == []


def test_small_area_is_withheld_and_counted_with_the_rest() -> None:
    persons = PERSONS.copy()
    persons[0] = [40, 40]
    table = run(job(), persons=persons).tables["t"]
    row = next(row for row in table["rows"] if row["area"] == "r0")
    assert (row["values"], row["withheld"]) == (None, "small_area")
    assert audit(tables={"t": table}) == []


def test_sensitive_class_that_holds_everybody_is_withheld() -> None:
    table = run(job(np.asarray([[35, 0], [42, 0], [26, 0]]), "sensitive")).tables["t"]
    assert table["rows"][0]["withheld"] == "one_class"


def test_sensitive_table_with_too_many_classes_is_withheld() -> None:
    assert run(job(FAMILIES, "sensitive")).tables["t"]["rows"][0]["withheld"] == "too_many_classes"


def test_propagation_refuses_what_cannot_be_true() -> None:
    system = System()
    x = system.unknown(("t", "a", "jumlah", "x"), 0, 2, 3)
    system.holds([(x, 1)], 7)
    assert not propagate(system)
    assert verdicts(system, [x], seconds=1) == {x: "undecided"}


def test_solver_without_time_leaves_undecided_never_safe() -> None:
    system = System()
    cells = [
        [system.unknown(("t", f"{r}", "", f"{c}"), 0, 9, 3) for c in range(3)] for r in range(3)
    ]
    for line in (*cells, *zip(*cells, strict=True)):
        system.holds([(i, 1) for i in line], 9)
    targets = [i for row in cells for i in row]
    assert set(verdicts(system, targets, seconds=0).values()) <= {"undecided", ""}
    assert set(verdicts(system, targets, seconds=5).values()) == {""}


def test_policy_refuses_a_step_as_large_as_the_base() -> None:
    with pytest.raises(ValueError, match="smaller"):
        replace(policy().methods["restricted"], largest_step=3)


# -- tables that share people -----------------------------------------------------------------


def table(codes: str, cells: list[int], **other: Any) -> dict[str, Any]:
    columns = [{"code": code} for code in (*codes.split(), "jumlah")]
    row = {"area": "d", "parent": None, "open": [sum(cells)], "values": [[*cells, 0]],
           "corrected": False, "level": "desa"}  # fmt: skip
    return {"base": 3, "largest_step": 2, "by": [{"code": "jumlah"}], "rows": [row],
            "columns": columns, "merged": False, "sensitivity": "restricted", "lowest": "desa",
            **other}  # fmt: skip


def ages_and_adults(young: int, outside: int) -> dict[str, Any]:
    """Ages as published, and adults with ``outside`` published beside the rest of 95 inside."""
    return {
        "ages": table("u00 u05 u15", [young, 40, 55 - young]),
        "adults": table(f"x y {OUTSIDE}", [90 - outside, 5, outside]),
    }


def from_age(*codes: str, asked: tuple[str, ...] = ("u15",), table: str = "adults") -> Crossing:
    """Everybody in ``codes`` is outside a table, everybody in ``asked`` inside, others may be."""
    return Crossing(
        "umur", "orang",
        tuple(
            Atom({"ages": code}, (table,) * (code in asked), (table,) * (code in codes))
            for code in ("u00", "u05", "u15")
        ),
    )  # fmt: skip


def together(tables: dict[str, Any], *crossings: Crossing) -> set[tuple[str, str]]:
    return {(f.table, f.column) for f in audit(tables=tables, crossings=crossings)}


@pytest.mark.parametrize(("young", "outside", "fails"), [(3, 43, False), (3, 5, True)])
def test_people_counted_outside_bound_the_ages_that_are_shown(
    young: int, outside: int, fails: bool
) -> None:
    tables = ages_and_adults(young, outside)
    assert together(tables) == set()
    assert bool(together(tables, from_age("u00", "u05"))) is fails


def test_a_few_children_told_by_two_tables_are_found() -> None:
    """One table shows 3 (at least one), the other 0 (at most two)."""
    found = together(ages_and_adults(3, 0), from_age("u00", asked=("u05", "u15")))
    assert found >= {("ages", "u00"), ("adults", OUTSIDE)}


def test_two_tables_of_the_same_people_shown_apart_are_found() -> None:
    """Adults are counted twice; four more here than there leaves one count for both."""
    tables = ages_and_adults(30, 70) | {"work": table(f"b c {OUTSIDE}", [15, 14, 66])}
    alike = Crossing(
        "umur", "orang",
        (Atom({}, (), ("adults", "work")), Atom({}, ("adults", "work"), ())),
    )  # fmt: skip
    assert together(tables) == set()
    assert together(tables, alike) == {
        ("adults", OUTSIDE), ("adults", "jumlah"), ("work", OUTSIDE), ("work", "jumlah")
    }  # fmt: skip


def test_what_an_earlier_release_shows_is_laid_over_other_tables_now() -> None:
    """The ages were shown before and are withheld now; they are still known."""
    tables = ages_and_adults(3, 0)
    first, second = {"ages": tables["ages"]}, {"adults": tables["adults"]}
    link = from_age("u00", asked=("u05", "u15"))
    assert audit(tables=second, crossings=[link]) == []
    found = audit(tables={**second, **first}, earlier=[first], crossings=[link])
    assert {(f.table, f.column) for f in found} >= {("ages", "u00"), ("adults", OUTSIDE)}


def test_finer_classes_of_an_earlier_release_are_laid_over_merged_ones() -> None:
    first = {"t": table("a b c", [30, 3, 0])}
    second = {"t": table("ab c", [31, 2 + 0], merged=True)}
    second["t"]["rows"][0]["values"] = [[30, 3, 0]]
    second["t"]["rows"][0]["open"] = [33]
    members = {"t": {"ab": ("a", "b"), "c": ("c",)}}
    found = audit(tables=second, earlier=[first], members=members)
    assert {(f.area, f.column) for f in found} >= {("d", "c")}


def test_a_row_corrected_in_between_is_not_taken_as_unchanged() -> None:
    """Corrected, then published again: the last is like the second, and unlike the first."""
    first, second = table("a b c", [31, 3, 0]), table("a b c", [31, 0, 3])
    second["rows"][0]["corrected"] = True
    third = copy.deepcopy(second)
    third["rows"][0]["corrected"] = False
    assert audit(tables={"t": third}, earlier=[{"t": first}, {"t": second}]) == []
    assert audit(tables={"t": third}, earlier=[{"t": first}])


def persons_job(id_: str, counts: Any, codes: str, **other: Any) -> Job:
    names = codes.split()
    area = Dimension(AREA, ("r0", "r1", "r2"), (words("x"),) * 3)
    across = Dimension("kelas", tuple(names), tuple(words(c) for c in names))
    return Job(
        Template(id_, "orang", variable=id_, **other),
        Classification("k", "restricted", "desa", tuple(Class(c, words(c)) for c in names)),
        Cube((area, across), np.asarray(counts), "orang"),
    )


def test_the_later_of_two_tables_that_tell_together_is_withheld(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One child of under five, shown as 3 by age; the people asked leave out nobody else. Rounded
    by itself the second table shows 0 outside."""
    ages = persons_job("ages", [[1, 60, 89], [0, 80, 90], [0, 60, 70]], "u00 u05 u15")
    asked = persons_job("asked", [[70, 79], [80, 90], [60, 70]], "x y", universe="umur >= 5")
    rows = {"ages": (3, 198, 249), "asked": (210, 240, 0)}

    def planted(*, variable: str, rows_: dict[str, Any] = rows, **given: Any) -> Rounded:
        shown = rows_[variable.split(":")[0]]
        return Rounded(dict.fromkeys(given["rows"], shown), frozenset(), frozenset(), {})

    monkeypatch.setattr(plan, "round_rows", planted)
    link = Crossing(
        "umur", "orang",
        (Atom({"ages": "u00"}, (), ("asked",)), Atom({"ages": "u05"}, ("asked",), ()),
         Atom({"ages": "u15"}, ("asked",), ())),
    )  # fmt: skip

    def made(*jobs: Job, crossings: Any = (link,)) -> dict[str, Any]:
        return protect(
            tree=TREE, jobs=jobs, opened=OpenTotals({"orang": PERSONS.sum(axis=1)}, PERSONS),
            policy=policy(), secret=b"s" * 32, previous={}, earlier=(), period="2026",
            reference_date="2026-06-30", crossings=crossings,
        ).tables  # fmt: skip

    def stands(tables: dict[str, Any]) -> set[str]:
        return {id_ for id_, one in tables.items() if one["rows"][0]["values"]}

    assert stands(made(ages, asked, crossings=())) == {"ages", "asked"}
    assert stands(made(ages, asked)) == {"ages"}
    assert stands(made(asked, ages)) == {"asked"}
    assert made(ages, asked)["asked"]["rows"][0]["withheld"] == "audit"
