"""The workbook of a table says what the table says: numbers as numbers, withheld in words."""

import io
import re
import zipfile
from typing import Any

import openpyxl
import pytest

from cantik.disseminate.sheet import Sheet, sheet
from cantik.disseminate.spreadsheet import (
    CONTENTS,
    EXAMPLE,
    WITHHELD,
    Told,
    release_xlsx,
    table_xlsx,
)
from tests.unit.disseminate_sample import sample, sheets
from tests.unit.test_disseminate_tables import VILLAGE, table, withheld

REAL = {**VILLAGE, "kind": "real"}


def why(code: str) -> str:
    return f"sebab {code}"


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return sample()


def written(one: Sheet, village: dict[str, str] = VILLAGE) -> bytes:
    return table_xlsx(Told(one, ("Catatan tabel.",)), village, why, ["Lisensi data: CC BY 4.0."])


def whole(found: list[Sheet]) -> bytes:
    told = [Told(one, ("Dibulatkan.", f"Hanya {one.id}.")) for one in found]
    return release_xlsx(
        "Desa Sungai Angka dalam angka 2026", told, VILLAGE, why,
        reference_date="2026-10-31", lines=["Bukan statistik resmi BPS."],
        chapters={"rumah": "Perumahan"},
    )  # fmt: skip


def cells(data: bytes, name: str) -> list[list[Any]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [[cell.value for cell in row] for row in book[name].iter_rows()]


def body(rows: list[list[Any]]) -> list[dict[str, Any]]:
    """Lines of the table by heading."""
    at = next(n for n, row in enumerate(rows) if row[0] == "Tingkat")
    head = [word for word in rows[at] if word]
    lines = []
    for row in rows[at + 1 :]:
        if row[0] is None:
            break
        lines.append(dict(zip(head, row, strict=False)))
    return lines


@pytest.mark.parametrize("id_", ["penduduk", "umur", "air", "bantuan"])
def test_every_cell_of_the_sheet_is_a_number_of_the_workbook(
    files: dict[str, bytes], id_: str
) -> None:
    one = sheet(table(files, id_))
    lines = body(cells(written(one), "Tabel"))
    shown = [line for part in one.parts for line in part.lines]
    heads = [head.label["id"] for head in one.heads]
    told = [[line[head] for head in heads] for line in lines[: len(shown)]]
    wanted = [[WITHHELD if c.value is None else c.value for c in line.cells] for line in shown]
    assert told == wanted
    assert all(type(v) in (int, str) for row in told for v in row)
    # Levels that have no rows are said, not left out.
    assert [line["Tingkat"] for line in lines[len(shown) :]] == [
        {"rt": "RT", "dusun": "dusun"}[level] for level, _ in one.silent
    ]


def test_withheld_is_a_word_and_never_nought_or_blank(files: dict[str, bytes]) -> None:
    one = sheet(withheld(table(files, "air"), "h1"))
    line = next(r for r in body(cells(written(one), "Tabel")) if r["Wilayah"] == "RT 01")
    heads = [head.label["id"] for head in one.heads]
    assert [line[head] for head in heads[:-1]] == [WITHHELD] * 5
    assert type(line["Jumlah"]) is int
    assert line["Keterangan"] == "sebab small_area"


def test_an_example_says_so_on_every_sheet(files: dict[str, bytes]) -> None:
    data = whole(sheets(files))
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == [CONTENTS, "01 air", "02 bantuan", "03 penduduk", "04 umur"]
    for name in book.sheetnames:
        assert EXAMPLE in [row[0] for row in cells(data, name)]
    real = written(sheet(table(files, "air")), REAL)
    assert EXAMPLE not in [row[0] for row in cells(real, "Tabel")]


def test_the_first_sheet_leads_to_every_table_and_says_how_to_read(
    files: dict[str, bytes],
) -> None:
    data = whole(sheets(files))
    book = openpyxl.load_workbook(io.BytesIO(data))
    links = [cell.hyperlink.location for row in book[CONTENTS] for cell in row if cell.hyperlink]
    assert links == [f"'{name}'!A1" for name in book.sheetnames[1:]]
    words = [row[0] for row in cells(data, CONTENTS)]
    assert "Dibulatkan." in words  # a note of all tables; a table's own note stays with it
    assert "Hanya air." not in words
    assert "Hanya air." in [row[0] for row in cells(data, "01 air")]
    assert any(WITHHELD in str(word) and "bukan nol" in str(word) for word in words)
    assert "Bukan statistik resmi BPS." in words


def test_the_same_release_is_the_same_file_whatever_the_hour(files: dict[str, bytes]) -> None:
    first = whole(sheets(files))
    assert whole(sheets(files)) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        told = re.findall(rb"\d{4}-\d\d-\d\dT[\d:]+Z", archive.read("docProps/core.xml"))
    assert set(told) == {b"2026-10-31T00:00:00Z"}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "{=", "http://", "internal:"])
def test_no_word_becomes_a_formula_or_a_link(files: dict[str, bytes], start: str) -> None:
    one = table(files, "air")
    one["rows"][0]["label"] = start + 'HYPERLINK("x")'
    one["title"] = {"id": start + "1+1"}
    data = written(sheet(one), {**VILLAGE, "label": start + "1+1"})
    book = openpyxl.load_workbook(io.BytesIO(data))
    found = [cell for row in book["Tabel"].iter_rows() for cell in row]
    assert not [cell for cell in found if cell.data_type == "f" or cell.hyperlink]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_odd_ids_and_long_ones_make_sheets_apart(files: dict[str, bytes]) -> None:
    one = table(files, "air")
    odd = ["x" * 60 + "1", "x" * 60 + "2", "a/b:c*d?[e]\\'"]
    data = whole([sheet({**one, "table": id_}) for id_ in odd])
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert len(set(book.sheetnames)) == 4
    assert book.sheetnames[3] == "03 a_b_c_d__e___"
