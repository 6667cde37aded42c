"""One sheet stands behind page, CSV and book; nothing withheld is shown as a number."""

import copy
import csv
import io
import json
from typing import Any

import pytest

from cantik.disseminate.download import HEADINGS, file_name, plain, table_csv
from cantik.disseminate.drawing import draw, finding
from cantik.disseminate.layout import MOST_HEADS, Grid, Row, Shown, grids, namings, turned
from cantik.disseminate.sheet import Sheet, sheet
from tests.unit.disseminate_sample import sample, sheets, words

VILLAGE = {"kind": "contoh", "label": "Desa Sungai Angka", "name": "Sungai Angka"}


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return sample()


def table(files: dict[str, bytes], id_: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(files[f"tabel/{id_}.json"])
    return read


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"))))


def withheld(one: dict[str, Any], area: str, code: str = "small_area") -> dict[str, Any]:
    made = copy.deepcopy(one)
    row = next(row for row in made["rows"] if row["area"] == area)
    row["values"], row["withheld"] = None, code
    return made


def test_every_cell_of_the_sheet_stands_in_the_csv(files: dict[str, bytes]) -> None:
    one = sheet(table(files, "air"))
    told = rows(table_csv(one, VILLAGE, lambda code: code))
    cells = [str(cell.value) for _, _, cell in one.cells()]
    assert [row["nilai"] for row in told] == cells
    assert {row["jenis_wilayah"] for row in told} == {"contoh"}
    assert tuple(told[0]) == HEADINGS


def test_withheld_is_na_in_words_and_its_open_total_stays(files: dict[str, bytes]) -> None:
    one = sheet(withheld(table(files, "air"), "h1"))
    told = [
        row
        for row in rows(table_csv(one, VILLAGE, lambda code: "sebab"))
        if row["wilayah"] == "RT 01"
    ]
    assert [row["nilai"] for row in told[:-1]] == ["NA"] * 5
    assert {row["keterangan"] for row in told[:-1]} == {"Tidak diumumkan: sebab"}
    assert told[-1]["nilai"].isdigit()
    assert told[-1]["keterangan"] == "angka pasti"


def test_levels_without_rows_are_said(files: dict[str, bytes]) -> None:
    told = rows(files["tabel/bantuan.csv"])
    assert [(r["tingkat"], r["nilai"]) for r in told if r["wilayah"] == "semua"] == [
        ("dusun", "NA"), ("rt", "NA"),
    ]  # fmt: skip


def test_a_total_is_not_exact_when_something_stands_outside(files: dict[str, bytes]) -> None:
    one = table(files, "air")
    one["columns"].insert(-1, {"code": "di_luar", "label": words("Di luar"), "outside": True})
    one["columns"][-1]["exact"] = False
    for row in one["rows"]:
        row["values"] = [[*values[:-1], 0, values[-1]] for values in row["values"]]
    read = sheet(one)
    assert [head.kind for head in read.heads][-3:] == ["total", "outside", "whole"]
    line = read.whole_village
    assert not line.cell("jumlah").exact
    assert line.cell("seluruhnya").exact
    hidden = sheet(withheld(one, "h1")).parts[0].lines[2]
    assert [cell.value is None for cell in hidden.cells] == [True] * 7 + [False]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", " =", "\n@"])
def test_no_word_becomes_a_formula(files: dict[str, bytes], start: str) -> None:
    one = table(files, "air")
    one["rows"][0]["label"] = start + 'HYPERLINK("x")'
    told = rows(table_csv(sheet(one), VILLAGE, lambda code: code))
    assert told[0]["wilayah"].startswith("'")
    assert plain("0–4") == "0–4"
    assert plain("") == ""


def test_an_example_says_so_in_its_file_name() -> None:
    assert file_name(VILLAGE, "2026", "air", end="csv") == "contoh-sungai-angka-2026-air.csv"
    real = {"kind": "real", "name": "A/../Ü b"}
    assert file_name(real, "2026", end="pdf") == "a-b-2026.pdf"


def test_the_layout_repeats_the_sheet(files: dict[str, bytes]) -> None:
    for one in sheets(files):
        shown = [c.words for g in grids(one) for r in g.rows for c in r.cells]
        held = {str(cell.value) for _, line, cell in one.cells() if not line.withheld}
        assert {word.replace(".", "") for word in shown} <= held | {"NA"}


def test_a_table_shown_only_for_the_village_is_turned(files: dict[str, bytes]) -> None:
    (grid,) = grids(sheet(table(files, "umur")))
    assert grid.heads == ("Jumlah", "Laki-laki", "Perempuan")
    assert [row.label for row in grid.rows][:2] == ["0–4", "5–9"]
    assert not grid.areas


def test_one_class_needs_one_grid(files: dict[str, bytes]) -> None:
    (grid,) = grids(sheet(table(files, "penduduk")))
    assert grid.heads == ("Jumlah", "Laki-laki", "Perempuan")
    assert grid.rows[0].total
    assert [row.depth for row in grid.rows[:3]] == [0, 1, 2]


def test_nothing_is_drawn_or_found_of_a_withheld_village(files: dict[str, bytes]) -> None:
    one = sheet(withheld(table(files, "air"), "contoh1", "audit"))
    assert draw(one) is None
    assert finding(one) is None


def flat(one: Sheet) -> list[int | None]:
    return [cell.value for cell in one.whole_village.cells]


def test_a_shared_first_place_or_only_zeros_is_no_finding(files: dict[str, bytes]) -> None:
    one = table(files, "air")
    one["rows"][0]["values"][0] = [30, 30, 0, 0, 0, 60]
    assert finding(sheet(one)) is None
    one["rows"][0]["values"][0] = [0, 0, 0, 0, 0, 0]
    assert finding(sheet(one)) is None
    assert draw(sheet(one)) is None
    assert flat(sheet(one))[0] == 0


def test_the_drawing_repeats_its_values(files: dict[str, bytes]) -> None:
    drawn = draw(sheet(table(files, "umur")))
    assert drawn is not None
    assert drawn.names == ("Laki-laki", "Perempuan")
    assert len(drawn.rows) == 16
    areas = draw(sheet(table(files, "penduduk")))
    assert areas is not None
    assert [label for label, _ in areas.rows] == [f"RT 0{n}" for n in range(1, 6)]


@pytest.mark.parametrize("missing", ["columns", "rows", "by", "base"])
def test_a_table_without_a_part_is_refused(files: dict[str, bytes], missing: str) -> None:
    one = table(files, "air")
    del one[missing]
    with pytest.raises(KeyError):
        sheet(one)


def one_answer_each(one: dict[str, Any]) -> dict[str, Any]:
    """The table as it would be if each lowest area were one thing counted: exact, in turn."""
    made = copy.deepcopy(one)
    made["base"] = 0
    codes = [column["code"] for column in made["columns"]]
    parents = {row["parent"] for row in made["rows"]}
    leaves = [row for row in made["rows"] if row["area"] not in parents]
    place = {row["area"]: at % 2 for at, row in enumerate(leaves)}
    above = {row["area"]: row["parent"] for row in made["rows"]}
    for row in made["rows"]:
        row["withheld"] = None
        values = [0] * len(codes)
        for leaf, at in place.items():
            up: str | None = leaf
            while up is not None and up != row["area"]:
                up = above[up]
            if up == row["area"]:
                values[at] += 1
                values[codes.index("jumlah")] += 1
        row["values"], row["open"] = [values], [values[codes.index("jumlah")]]
    return made


def test_areas_are_named_where_each_is_counted_once(files: dict[str, bytes]) -> None:
    plain_table = table(files, "air")
    assert namings(sheet(plain_table)) == []
    made = one_answer_each(plain_table)
    one = sheet(made)
    found = namings(one)
    leaves = [line.label for line in one.parts[0].lines if line.depth == 2]
    assert found[0].areas == ", ".join(leaves[::2])
    assert found[1].areas == ", ".join(leaves[1::2])
    assert [row.areas for row in found[2:]] == [""] * (len(found) - 2)
    assert [row.count.words for row in found[:2]] == [
        str(len(leaves[::2])), str(len(leaves[1::2])),
    ]  # fmt: skip
    assert found[-1].total
    assert found[-1].share == "100,0"
    # Two of one area, or a withheld one: a table as ever.
    doubled = copy.deepcopy(made)
    doubled["rows"][-1]["values"][0] = [2 * n for n in doubled["rows"][-1]["values"][0]]
    doubled["rows"][-1]["open"] = [2]
    assert namings(sheet(doubled)) == []
    assert namings(sheet(withheld(made, made["rows"][-1]["area"]))) == []


def a_grid(heads: int, depths: list[int], name: str = "RT") -> Grid:
    rows = tuple(
        Row(f"Desa Jauhsekali {at}" if not depth else f"{name} {at:02d}", depth, not depth, tuple(
            Shown(f"{at}.{n}", at == 2, n == heads - 1) for n in range(heads)))
        for at, depth in enumerate(depths)
    )  # fmt: skip
    return Grid("", "jumlah", tuple(f"Kelompok {n}" for n in range(heads)), rows, True)


def test_many_classes_stand_in_rows_where_areas_are_few() -> None:
    grid = a_grid(MOST_HEADS + 1, [0, 1, 2, 2])
    shown = turned(grid)
    assert shown.heads == ("Desa", "RT 01", "RT 02", "RT 03")
    assert [row.label for row in shown.rows] == list(grid.heads)
    for at, row in enumerate(shown.rows):
        assert [c.words for c in row.cells] == [r.cells[at].words for r in grid.rows]
        assert [c.withheld for c in row.cells] == [False, False, True, False]
    assert [row.total for row in shown.rows] == [False] * MOST_HEADS + [True]


@pytest.mark.parametrize(
    ("heads", "depths", "name"),
    [
        (MOST_HEADS, [0, 1, 1], "RT"),
        (MOST_HEADS + 1, [0] + [1] * 13, "RT"),
        (MOST_HEADS + 1, [0, 1, 1], "Sungaiurang"),
    ],
)
def test_other_grids_stay_as_they_are(heads: int, depths: list[int], name: str) -> None:
    grid = a_grid(heads, depths, name)
    assert turned(grid) is grid
