"""The marked copy: every value as it was, the faults coloured and listed, nothing alive in it."""

import io
import zipfile
from datetime import date, datetime, time
from typing import Any

import openpyxl
import pytest

from cantik.collect import marking, reading, workbook
from cantik.collect.marking import LISTED, Column, Mark, TooMuch, Words, marked
from cantik.kernel.problems import Severity
from tests.unit.collect_form import HEADING_ACTIVITY, LIMIT, changed, form, made, pack

WORDS = Words(
    "Yang perlu dilihat", ["Perbaiki lalu kirim lagi."],
    ["Tempat", "Pertanyaan", "Sekarang", "Masalah", "Cara", "Sifat"],
    {Severity.REFUSE: "ditolak", Severity.WAIT: "menunggu", Severity.NOTE: "dilihat"},
)  # fmt: skip


def forms() -> dict[str, dict[str, Column]]:
    return {
        name: {
            q.name: Column(not q.choices and q.kind != "integer", q.choices or "")
            for q in workbook.columns(pack(), record)
        }
        for record, name in workbook.sheets(pack()).items()
    }


def mark(row: int, column: str, sheet: str = "Keluarga", **more: Any) -> Mark:
    given = {"severity": Severity.WAIT, "label": "Lantai", "shown": "", "problem": "Kosong.",
             "remedy": "Isi."}  # fmt: skip
    return Mark(sheet, row, column, **{**given, **more})


def copy(data: bytes, *marks: Mark) -> bytes:
    return marked(data, marks, forms=forms(), words=WORDS)


def read(data: bytes) -> reading.Contents:
    return reading.contents(data, pack=pack(), activity_id=HEADING_ACTIVITY, limit=LIMIT)


def test_our_own_reader_reads_the_same_from_the_copy() -> None:
    def odd(book: Any) -> None:
        sheet = book["Keluarga"]
        values = ["  berspasi ", "=1+1", date(2026, 1, 5), datetime(2026, 1, 5, 7, 30),  # noqa: DTZ001
                  3.5, True,
                  time(6, 15), "_x0041_ é 字 \n baris", 123456789012345]  # fmt: skip
        for at, value in enumerate(values):
            cell = sheet.cell(3 + at, 5)
            cell.value = value
            if value == "=1+1":
                cell.data_type = "s"

    data = changed(form(made(12)), odd)
    again = copy(data, mark(4, "C"), mark(3, "B", "Anggota"), mark(30, "D"))
    assert read(again) == read(data)
    twice = copy(again, mark(4, "C"))
    assert read(twice) == read(data)
    names = openpyxl.load_workbook(io.BytesIO(twice)).sheetnames
    assert names.count(LISTED) == 1  # the list of the earlier copy is replaced
    assert not [name for name in names if name.startswith(LISTED + " ")]


def test_each_fault_is_coloured_told_and_listed_with_a_link() -> None:
    data = form(made(6))
    faults = [
        mark(4, "C", severity=Severity.WAIT),
        mark(4, "C", severity=Severity.REFUSE, problem="Kode tidak ada.", remedy="Pilih."),
        mark(5, "", severity=Severity.NOTE, label=""),
        mark(400, "B", "Anggota"),
        mark(0, "", ""),
    ]
    book = openpyxl.load_workbook(io.BytesIO(copy(data, *faults)))
    cell = book["Keluarga"]["C4"]
    assert cell.value == openpyxl.load_workbook(io.BytesIO(data))["Keluarga"]["C4"].value
    assert cell.fill.start_color.rgb.endswith("F6B8B0")  # the graver one gives the colour
    assert "[menunggu] Kosong. Isi." in cell.comment.text
    assert "[ditolak] Kode tidak ada. Pilih." in cell.comment.text
    assert "[dilihat]" in book["Keluarga"]["A5"].comment.text
    assert book["Anggota"]["B400"].comment is not None
    coloured = [
        c.coordinate for row in book["Keluarga"].iter_rows() for c in row if c.comment is not None
    ]
    assert coloured == ["C4", "A5"]
    listed = book.worksheets[0]
    assert listed.title == LISTED
    links = {c.value: c.hyperlink.location for row in listed for c in row if c.hyperlink}
    assert links == {
        "Keluarga C4": "'Keluarga'!C4", "Keluarga 5": "'Keluarga'!A5",
        "Anggota B400": "'Anggota'!B400",
    }  # fmt: skip
    assert sum(row[5].value in ("ditolak", "menunggu", "dilihat") for row in listed) == 5


def test_the_hidden_sheet_stays_hidden_and_lists_stay_lists() -> None:
    book = openpyxl.load_workbook(io.BytesIO(copy(form(made(6)), mark(3, "C"))))
    assert book["_cantik"].sheet_state == "veryHidden"
    before = openpyxl.load_workbook(io.BytesIO(form(made(6))))
    lists = [
        {(str(v.sqref).rstrip("0123456789"), v.formula1) for v in
         one["Keluarga"].data_validations.dataValidation}
        for one in (before, book)
    ]  # fmt: skip
    assert lists[0] == lists[1]
    assert len(lists[0]) > 5


@pytest.mark.parametrize("words", ["=HYPERLINK(1)", "+1", "@x", "http://x", "internal:A1", "{=1}"])
def test_nothing_in_the_copy_is_alive(words: str) -> None:
    def write(book: Any) -> None:
        for cell in (book["Keluarga"]["E3"], book.create_sheet("Coretan")["A1"]):
            cell.value, cell.data_type = words, "s"

    faults = mark(3, "E", problem=words, remedy=words, shown=words, label=words)
    data = copy(changed(form(made(3)), write), faults)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            assert b"<f>" not in archive.read(name)
            assert b'TargetMode="External"' not in archive.read(name)
        assert not [n for n in archive.namelist() if "vba" in n.lower() or "external" in n.lower()]
    again = openpyxl.load_workbook(io.BytesIO(data))
    assert again["Keluarga"]["E3"].value == again["Coretan"]["A1"].value == words
    assert reading.guard(data, limit=LIMIT) is None


def test_sheets_of_the_officers_own_come_along_whatever_their_name() -> None:
    def add(book: Any) -> None:
        book.create_sheet(LISTED)["A1"] = "milik sendiri"
        book.create_sheet("catatan")["B2"] = 7
        book["catatan"].sheet_state = "hidden"

    book = openpyxl.load_workbook(io.BytesIO(copy(changed(form(made(3)), add), mark(3, "B"))))
    assert book[LISTED]["A1"].value == "milik sendiri"
    assert book[f"{LISTED} 2"]["A1"].value == LISTED
    assert book["catatan"]["B2"].value == 7
    assert book["catatan"].sheet_state == "hidden"


def test_what_is_too_large_is_not_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marking, "MOST_CELLS", 200)
    with pytest.raises(TooMuch):
        copy(form(made(9)), mark(3, "B"))


def test_thousands_of_faults_stay_a_file_that_can_be_sent_again() -> None:
    data = form(made(200))
    faults = [mark(3 + n % 200, chr(ord("B") + n // 200), problem="x" * 300) for n in range(4000)]
    again = copy(data, *faults, *[mark(3, "B", problem="y" * 400)] * 1000)
    assert len(again) < 5 * len(data) + 500_000
    assert read(again) == read(data)
    book = openpyxl.load_workbook(io.BytesIO(again))
    assert len(book["Keluarga"]["B3"].comment.text) <= 1500
