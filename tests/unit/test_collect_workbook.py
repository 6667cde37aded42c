"""The form as it is made, and forms as other programs save them."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from cantik.collect import workbook
from cantik.kernel import workbooks
from cantik.kernel.tree import Node, Tree
from tests.unit.collect_form import LEAVES, changed, codes, contents, form, made, pack, repacked

KELUARGA = "xl/worksheets/sheet2.xml"


def book_of(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def test_every_question_has_a_column_with_its_name_and_words() -> None:
    book = book_of(form())
    for record, name in workbook.sheets(pack()).items():
        asked = [q.name for q in pack().instrument.of(record) if q.calculate is None]
        assert [cell.value for cell in book[name][1]] == ["nomor", *asked]
        assert all(cell.value for cell in book[name][2])
    assert "umur" not in [cell.value for cell in book["Anggota"][1]]


def test_numbers_of_cards_and_dates_are_text_and_choices_have_lists() -> None:
    book = book_of(form())
    for record, name in workbook.sheets(pack()).items():
        sheet = book[name]
        listed = {
            cells.min_col
            for one in sheet.data_validations.dataValidation
            for cells in one.sqref.ranges
        }
        formats = {
            at: one.number_format
            for one in sheet.column_dimensions.values()
            for at in range(one.min, one.max + 1)
        }
        for at, question in enumerate(workbook.columns(pack(), record), start=2):
            assert (at in listed) is bool(question.choices), question.name
            if question.kind in ("text", "date"):
                assert formats[at] == "@", question.name


def test_the_drop_down_of_rt_is_the_village() -> None:
    sheet = book_of(form())["Kode"]
    column = next(c for c in sheet.iter_cols(values_only=True) if c[0] == "wilayah")
    assert [word for word in column[1:] if word] == ["RT 01", "RT 02", "RT 03"]


def test_rt_of_the_same_name_are_told_apart() -> None:
    nodes = [
        Node("d", "desa", "contoh", "U", "Desa U", None, "desa"),
        Node("a", "dusun", "contoh", "A", "Dusun A", "d"),
        Node("a1", "rt", "contoh", "RT 01", "RT 01", "a"),
        Node("b", "dusun", "contoh", "B", "Dusun B", "d"),
        Node("b1", "rt", "contoh", "RT 01", "RT 01", "b"),
        Node("b2", "rt", "contoh", "RT 02", "RT 02", "b"),
    ]
    names = workbook.leaf_names(Tree(nodes))
    assert names == {"RT 01, Dusun A": "a1", "RT 01, Dusun B": "b1", "RT 02": "b2"}


def test_a_village_without_rt_is_its_own_choice() -> None:
    one = Tree([Node("d", "desa", "contoh", "U", "Desa U", None, "desa")])
    assert workbook.leaf_names(one) == {"Desa U": "d"}


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (("Apung (contoh)", "2026", True), "contoh-formulir-apung-contoh-2026.xlsx"),
        (("Kampung Empat", "2026", False), "formulir-kampung-empat-2026.xlsx"),
        (("Désa “../x”\n", "2026", False), "formulir-desa-x-2026.xlsx"),
    ],
)
def test_the_name_of_the_file_is_plain(given: tuple[str, str, bool], name: str) -> None:
    assert workbook.file_name(*given) == name


# -- as others save it ------------------------------------------------------------------------


def test_an_empty_row_far_below_is_nothing() -> None:
    """LibreOffice writes one at the last row of all."""
    row = b'<row r="1048576" customFormat="false" ht="12.8"></row>'
    data = repacked(
        form(made(3)),
        edit={KELUARGA: lambda old: old.replace(b"</sheetData>", row + b"</sheetData>")},
    )
    assert codes(data) == []


@pytest.mark.parametrize("size", [64, 97, 131, 4096])
def test_a_far_cell_is_seen_across_the_pieces_it_is_read_in(
    monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(workbooks, "CHUNK", size)
    cell = b'<row r="9"><c s="1" t="n" r="XFD9"><v>1</v></c></row>'

    def far(old: bytes) -> bytes:
        return old.replace(b"</sheetData>", cell + b"</sheetData>")

    assert codes(repacked(form(made(3)), edit={KELUARGA: far})) == ["far"]
    assert codes(form(made(3))) == []


def insert_rows(book: Any) -> None:
    book["Keluarga"].insert_rows(4, 3)


def own_sheet(book: Any) -> None:
    book.create_sheet("Catatan saya")["B2"].value = "beli kertas"


@pytest.mark.parametrize(("change", "rows"), [(insert_rows, [3, 7, 8]), (own_sheet, [3, 4, 5])])
def test_empty_rows_and_own_sheets_are_left_alone(
    change: Callable[[Any], None], rows: list[int]
) -> None:
    found = contents(changed(form(made(3)), change))
    assert list(found.family.rows) == rows
    assert len(found.family.values["nomor_kk"]) == len(LEAVES)
