"""One count in two tables: fine classes for the village, broad ones further down (decision 15)."""

from typing import Any

import numpy as np
import pytest

from cantik.kernel.cube import AREA, Cube, Dimension
from cantik.protect import plan
from cantik.protect.audit import Failing, audit, rows_of
from cantik.protect.plan import Job, OpenTotals, Result, protect
from cantik.protect.policy import policy
from tests.unit.test_protect_audit import TREE, Class, Classification, Template, words

CODES = tuple("abcdef")
MERGED = (Class("x", words("x"), ("a", "b", "c")), Class("y", words("y"), ("d", "e", "f")))
LARGE = [[20, 2, 12, 41, 9, 1], [30, 1, 2, 29, 7, 5], [15, 8, 1, 22, 14, 2]]


def run(counts: Any = LARGE, size: int = 150, previous: Any = None, earlier: Any = ()) -> Result:
    values = np.asarray(counts)
    cube = Cube(
        (
            Dimension(AREA, ("r0", "r1", "r2"), (words("x"),) * 3),
            Dimension("kelas", CODES, tuple(words(c) for c in CODES)),
        ),
        values,
        "keluarga",
    )
    classes = tuple(Class(c, words(c)) for c in CODES)
    kind = Classification("k", "restricted", "desa", classes, MERGED, "rt")
    return protect(
        tree=TREE,
        jobs=[
            Job(Template("halus", "keluarga"), kind, cube),
            Job(Template("luas", "keluarga", merged=True), kind, cube),
        ],
        opened=OpenTotals({"keluarga": values.sum(axis=1)}, np.full((3, 2), size // 2)),
        policy=policy(),
        secret=b"s" * 32,
        previous=previous or {},
        earlier=earlier,
        period="2026",
        reference_date="2026-06-30",
    )


def agree(tables: Any) -> bool:
    """The fine cells of the village add up to the broad ones, and these to their areas."""
    fine, broad = rows_of(tables["halus"])["d"], rows_of(tables["luas"])
    cells = fine["values"][0]
    below = [broad[area]["values"][0] for area in ("r0", "r1", "r2")]
    return bool(
        [sum(cells[:3]), sum(cells[3:6])] == broad["d"]["values"][0][:2]
        and [sum(column) for column in zip(*below, strict=True)] == broad["d"]["values"][0]
    )


def test_one_margin_has_one_value_in_both_tables() -> None:
    tables = run().tables
    assert agree(tables)
    assert set(rows_of(tables["halus"])) == {"d"}
    assert set(rows_of(tables["luas"])) == {"d", "r0", "r1", "r2"}
    assert tables["luas"]["broad"]
    assert audit(tables=tables) == []


@pytest.mark.parametrize("seed", range(20))
def test_they_agree_or_the_broad_one_is_not_shown(seed: int) -> None:
    draw = np.random.default_rng(seed)
    first = run(draw.poisson([9, 2, 5, 14, 3, 1], size=(3, 6)))
    counts = draw.poisson([9, 2, 5, 14, 3, 1], size=(3, 6))
    again = run(counts, previous=first.state, earlier=[first.tables])
    for tables in (first.tables, again.tables):
        assert audit(tables=tables) == []
        if rows_of(tables["luas"]) and rows_of(tables["halus"]):
            assert agree(tables)


def test_without_a_part_of_a_hundred_people_the_village_shows_its_fine_classes_only() -> None:
    tables = run(size=60).tables
    assert set(rows_of(tables["halus"])) == {"d"}
    assert not rows_of(tables["luas"])
    assert [row["withheld"] for row in tables["luas"]["rows"]] == ["no_parts"] + ["small_area"] * 3


def test_when_the_fine_classes_cannot_add_up_the_broad_table_gives_way() -> None:
    # d, e, f hold 2 each in the village: 0, 3, 6 or 9. The areas show 3 + 0 + 5.
    counts = [[20, 20, 20, 1, 0, 0], [20, 20, 20, 0, 0, 0], [20, 20, 20, 1, 2, 2]]
    tables = run(counts).tables
    assert set(rows_of(tables["halus"])) == {"d"}
    assert not tables["halus"]["merged"]
    if rows_of(tables["luas"]):
        assert agree(tables)
    else:
        assert tables["luas"]["rows"][0]["withheld"] in ("not_closed", "audit")


def test_a_table_in_broad_classes_alone_is_made_as_any_other() -> None:
    result = run()
    assert not any(key.startswith("luas:a") for key in result.state)
    assert any(key.startswith("luas:x,y|r0") for key in result.state)


def test_fine_classes_the_audit_refuses_become_broad_ones_that_stand_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuses(*, tables: Any, **rest: Any) -> list[Failing]:
        fine = tables.get("halus")
        if fine is not None and not fine["merged"]:
            return [Failing("halus", "d", "jumlah", "d", "small")]
        return audit(tables=tables, **rest)

    monkeypatch.setattr(plan, "audit", refuses)
    tables = run([[20, 20, 20, 1, 0, 0], [20, 20, 20, 0, 0, 0], [20, 20, 20, 0, 1, 0]]).tables
    assert tables["halus"]["merged"]
    assert set(rows_of(tables["halus"])) == {"d"}
    assert not rows_of(tables["luas"])
