"""Files that are no workbook of ours, each refused in words before any answer is read."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from cantik.collect import reading, workbook
from cantik.collect.catalogue import PROBLEMS
from cantik.design import checks, store
from cantik.design.pack import FAMILY, MEMBER, Pack
from cantik.kernel.problems import Problem, words
from cantik.kernel.tree import Node, Tree

LIMIT = 25 * 1024 * 1024
SHEET = "xl/worksheets/sheet2.xml"  # Keluarga
TREE = Tree(
    [
        Node("V", "desa", "contoh", "Uji", "Desa Uji", None, "desa"),
        Node("R1", "rt", "contoh", "01", "RT 01", "V"),
        Node("R2", "rt", "contoh", "02", "RT 02", "V"),
    ]
)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return checks.check_files(store.texts(store.FOLDER / "keluarga" / "v1"))[1]


@pytest.fixture(scope="module")
def form(pack: Pack) -> bytes:
    """A form with one family of one person in it."""
    return workbook.build(
        pack,
        TREE,
        heading=workbook.Heading("KEGIATAN", pack.hash, workbook.FORMAT, "BUKU"),
        title="Uji",
        notice="Uji",
        example=True,
        rows=3,
        answers=[("R1", {"nomor_kk": "9964010101010001"}, [{"nama": "Ani Contoh"}])],
    )


def read(data: bytes, pack: Pack, activity: str = "KEGIATAN") -> reading.Contents:
    return reading.contents(data, pack=pack, activity_id=activity, limit=LIMIT)


def refused(data: bytes, pack: Pack, activity: str = "KEGIATAN") -> list[Problem]:
    """The problems told; each has words without a hole in them."""
    with pytest.raises(reading.Unreadable) as told:
        read(data, pack, activity)
    for one in told.value.problems:
        assert one.severity == "refuse"
        assert "%" not in "".join(vars(words(one, PROBLEMS)).values())
    return told.value.problems


def changed(data: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The same archive with parts changed; None leaves a part out."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            content = change(entry.filename, old.read(entry))
            if content is not None:
                new.writestr(entry.filename, content)
    return out.getvalue()


def with_part(data: bytes, name: str, content: bytes = b"x") -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def replaced(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    def change(name: str, content: bytes) -> bytes:
        if name != part:
            return content
        assert old in content
        return content.replace(old, new, 1)

    return changed(data, change)


def saved(data: bytes, spoil: Callable[[Any], object]) -> bytes:
    """Opened, spoilt and saved again, as another program would."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    spoil(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# -- what is read -----------------------------------------------------------------------------


def test_the_form_is_read_with_its_rows_and_letters(form: bytes, pack: Pack) -> None:
    found = read(form, pack)
    assert found.heading == workbook.Heading("KEGIATAN", pack.hash, workbook.FORMAT, "BUKU")
    assert list(found.family.rows) == [3]  # numbers printed on empty rows are no families
    assert found.family.values["nomor_kk"] == ["9964010101010001"]
    assert found.family.letters["nomor_kk"] == "B"
    assert found.member.values["nama"] == ["Ani Contoh"]


def test_it_is_read_the_same_after_another_program_saved_it(form: bytes, pack: Pack) -> None:
    assert read(saved(form, lambda book: None), pack) == read(form, pack)


def test_columns_may_stand_in_another_order(form: bytes, pack: Pack) -> None:
    def move(book: Any) -> None:
        sheet = book["Keluarga"]
        for row in (1, 2, 3):
            one, other = sheet.cell(row, 2), sheet.cell(row, 12)
            one.value, other.value = other.value, one.value

    found = read(saved(form, move), pack)
    assert found.family.values["nomor_kk"] == ["9964010101010001"]
    assert found.family.letters["nomor_kk"] == "L"


# -- wrong files ------------------------------------------------------------------------------


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_workbook"),
        (b"%PDF-1.7 ...", "not_workbook"),
        (b"nomor,nama\n1,Ani\n", "not_workbook"),
        (b"<html><table></table></html>", "not_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_or_locked"),
        (b"PK\x03\x04" + b"\0" * 100, "broken"),
        (archive(**{"word/document.xml": b"<a/>"}), "not_workbook"),
        (archive(**{"foto.jpg": b"\xff\xd8"}), "not_workbook"),
        (
            archive(**{"xl/workbook.xml": b"<a", "[Content_Types].xml": b"<Types/>"}),
            "broken",
        ),
    ],
)
def test_a_file_of_another_kind(data: bytes, code: str, pack: Pack) -> None:
    assert [one.code for one in refused(data, pack)] == [code]


def test_a_larger_file_is_refused_before_it_is_opened(pack: Pack) -> None:
    with pytest.raises(reading.Unreadable) as told:
        reading.guard(b"PK" + b"\0" * 100, limit=50)
    assert told.value.problems[0].code == "too_large"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_file_cut_off_on_its_way(form: bytes, pack: Pack, share: float) -> None:
    assert [p.code for p in refused(form[: int(len(form) * share)], pack)] == ["broken"]


def test_an_encrypted_part(form: bytes, pack: Pack) -> None:
    data = bytearray(form)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + place] |= 1
            at = data.find(mark, at + 4)
    assert [p.code for p in refused(bytes(data), pack)] == ["old_or_locked"]


@pytest.mark.parametrize(
    "name", ["xl/vbaProject.bin", "xl/VBAPROJECT.BIN", "xl/macrosheets/sheet1.xml"]
)
def test_macros_by_a_part(form: bytes, pack: Pack, name: str) -> None:
    assert [p.code for p in refused(with_part(form, name), pack)] == ["macros"]


def test_macros_by_the_kind_of_file(form: bytes, pack: Pack) -> None:
    data = replaced(
        form,
        "[Content_Types].xml",
        b"openxmlformats-officedocument.spreadsheetml.sheet.main",
        b"ms-excel.sheet.macroEnabled.main",
    )
    assert [p.code for p in refused(data, pack)] == ["macros"]


def test_values_from_another_file(form: bytes, pack: Pack) -> None:
    data = with_part(form, "xl/externalLinks/externalLink1.xml")
    assert [p.code for p in refused(data, pack)] == ["outside_links"]


@pytest.mark.parametrize("formula", ["=1+1", '=HYPERLINK("http://x.invalid","x")', "=B3"])
def test_a_real_formula(form: bytes, pack: Pack, formula: str) -> None:
    def put(book: Any) -> None:
        book["Keluarga"]["F3"] = formula

    assert [p.code for p in refused(saved(form, put), pack)] == ["formulas"]


# -- files that grow --------------------------------------------------------------------------


def test_a_small_file_that_unpacks_hugely(form: bytes, pack: Pack) -> None:
    data = with_part(form, "xl/media/bom.bin", b"\0" * 80_000_000)
    assert len(data) < 500_000
    assert [p.code for p in refused(data, pack)] == ["bomb"]


def test_a_header_that_lies_about_the_size(form: bytes, pack: Pack) -> None:
    content = b"<a>" + b" " * 90_000_000
    data = with_part(form, "xl/media/bom.xml", content)
    shown = struct.pack("<I", len(content))
    data = data.replace(shown, struct.pack("<I", 100))
    assert shown not in data
    assert [p.code for p in refused(data, pack)] == ["broken"]
    # Even when the checksum fits what is claimed, the reader must not unpack the rest.
    data = data.replace(
        struct.pack("<I", zlib.crc32(content)), struct.pack("<I", zlib.crc32(content[:100]))
    )
    assert list(read(data, pack).family.rows) == [3]  # a part nobody opens


def test_very_many_parts(form: bytes, pack: Pack) -> None:
    out = io.BytesIO(form)
    with zipfile.ZipFile(out, "a") as archive:
        for at in range(400):
            archive.writestr(f"xl/media/{at}.png", b"")
    assert [p.code for p in refused(out.getvalue(), pack)] == ["bomb"]


@pytest.mark.parametrize("cell", ["XFD1048576", "BA3", "B400000", "A1000000"])
def test_one_cell_far_away_takes_no_memory(form: bytes, pack: Pack, cell: str) -> None:
    def put(book: Any) -> None:
        book["Keluarga"][cell] = "x"

    assert [p.code for p in refused(saved(form, put), pack)] == ["far"]


@pytest.mark.parametrize(
    "tag",
    [
        b'<c r ="XFD1048576" t="n">',
        b"<c r='XFD1048576'>",
        b'<c s="0" r="XFD1048576">',
        b"<c s='\"' >",
        b"<c>",
        b'<x:c r="XFD1048576">',
        b'<c\nr="XFD1048576">',
        b'<c r="&#88;FD1048576">',
    ],
)
def test_a_cell_far_away_is_seen_however_it_is_written(form: bytes, pack: Pack, tag: bytes) -> None:
    far = b'<row r="1048576">' + tag + b"<v>1</v></c></row></sheetData>"
    data = replaced(form, SHEET, b"</sheetData>", far)
    assert [p.code for p in refused(data, pack)] == ["far"]


def test_a_sheet_under_another_name_is_looked_at_too(form: bytes, pack: Pack) -> None:
    moved = "xl/other/keluarga.data"

    def change(name: str, content: bytes) -> bytes | None:
        if name == SHEET:
            return None
        pairs = ((b"worksheets/sheet2.xml", b"other/keluarga.data"),)
        for old, new in pairs:
            content = content.replace(old, new)
        return content

    with zipfile.ZipFile(io.BytesIO(form)) as old:
        sheet = old.read(SHEET)
    far = b'<row r="9"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    data = with_part(changed(form, change), moved, sheet.replace(b"</sheetData>", far))
    assert [p.code for p in refused(data, pack)] == ["far"]


# -- not our form -----------------------------------------------------------------------------


def test_a_workbook_of_somebody_else(pack: Pack) -> None:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    assert [p.code for p in refused(out.getvalue(), pack)] == ["not_ours"]


def test_a_form_of_another_activity(form: bytes, pack: Pack) -> None:
    assert [p.code for p in refused(form, pack, "LAIN")] == ["other_activity"]


@pytest.mark.parametrize("row", [2, 3])
def test_a_form_version_that_is_gone(form: bytes, pack: Pack, row: int) -> None:
    def put(book: Any) -> None:
        book["_cantik"].cell(row, 1).value = "0" * 64

    assert [p.code for p in refused(saved(form, put), pack)] == ["vanished"]


def test_a_hidden_sheet_that_was_emptied(form: bytes, pack: Pack) -> None:
    def put(book: Any) -> None:
        book["_cantik"].delete_rows(1, 4)

    assert [p.code for p in refused(saved(form, put), pack)] == ["not_ours"]


@pytest.mark.parametrize(("record", "name"), [(FAMILY, "Keluarga"), (MEMBER, "Anggota")])
def test_a_sheet_that_is_gone(form: bytes, pack: Pack, record: str, name: str) -> None:
    sheet = workbook.sheets(pack)[record]
    [told] = refused(saved(form, lambda book: book.remove(book[sheet])), pack)
    assert (told.code, told.sheet) == ("missing_sheet", name)
    assert name in words(told, PROBLEMS).message


def test_a_renamed_column_is_named_with_what_it_was(form: bytes, pack: Pack) -> None:
    def put(book: Any) -> None:
        book["Keluarga"]["M1"] = "sumber_air_minum"

    was = read(form, pack).family.letters
    assert was["air_minum"] == "M"
    [told] = refused(saved(form, put), pack)
    assert (told.code, told.field, told.suggestion, told.sheet, told.row, told.column) == (
        "renamed_column", "air_minum", "sumber_air_minum", "Keluarga", 1, "M",
    )  # fmt: skip
    assert "sumber_air_minum" in words(told, PROBLEMS).message
    assert "air_minum" in words(told, PROBLEMS).remedy


def test_a_column_renamed_to_something_else_altogether(form: bytes, pack: Pack) -> None:
    def put(book: Any) -> None:
        book["Keluarga"]["M1"] = "xyz"

    [told] = refused(saved(form, put), pack)
    assert (told.code, told.field, told.suggestion) == ("renamed_column", "air_minum", "xyz")


def test_columns_that_are_gone_and_columns_too_many(form: bytes, pack: Pack) -> None:
    def put(book: Any) -> None:
        book["Keluarga"]["M1"] = None
        book["Keluarga"]["L1"] = None
        book["Keluarga"]["AB1"] = "xyz"

    told = refused(saved(form, put), pack)
    assert [(one.code, one.field, one.shown) for one in told] == [
        ("missing_column", "atap", ""),
        ("missing_column", "air_minum", ""),
        ("unknown_column", "", "xyz"),
    ]


def test_a_column_that_stands_twice(form: bytes, pack: Pack) -> None:
    def put(book: Any) -> None:
        book["Anggota"].cell(1, 40).value = "nik"

    [told] = refused(saved(form, put), pack)
    assert (told.code, told.field, told.sheet) == ("twice_column", "nik", "Anggota")


def test_answers_in_place_of_headings_are_not_shown(form: bytes, pack: Pack) -> None:
    """With the first rows deleted the headings are somebody's name and number."""

    def put(book: Any) -> None:
        book["Anggota"].delete_rows(1, 2)
        book["Keluarga"].delete_rows(1, 2)

    told = refused(saved(form, put), pack)
    assert [(one.code, one.sheet) for one in told] == [
        ("no_headings", "Keluarga"), ("no_headings", "Anggota"),
    ]  # fmt: skip
    assert "Contoh" not in repr(told)
    assert "9964" not in repr(told)


def test_a_card_number_in_the_headings_is_covered(form: bytes, pack: Pack) -> None:
    def put(book: Any) -> None:
        book["Anggota"].cell(1, 40).value = "9964010101010001"

    assert "9964010101010001" not in repr(refused(saved(form, put), pack))


def test_no_headings_at_all(form: bytes, pack: Pack) -> None:
    told = refused(saved(form, lambda book: book["Keluarga"].delete_rows(1, 9)), pack)
    assert [one.code for one in told] == ["no_headings"]
