"""A list of areas from outside: told first, then written whole; wrong lines by their number."""

import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cantik.ledger.models import AuditLine
from cantik.people import actions, areas, listing
from cantik.people.models import Area, AreaCode, AreaName, BpsRecord

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = datetime(2026, 11, 24, tzinfo=UTC)
LIST = """kode;nama;kode_bps
64;PROVINSI KALIMANTAN TIMUR;
64.01;KAB. PASER;
6402;KOTA UJI;
64.01.01;Kec. Batu Sopang;
64.01.01.2001;BATU KAJANG;6401010001
64.01.01.1002;Legai;
"""


@pytest.fixture(autouse=True)
def loaded() -> None:
    areas.load()


def rows(text: str) -> list[listing.Row]:
    found = listing.read(text.encode())
    assert found.faults == []
    return found.rows


def put(text: str) -> actions.ListReport:
    return actions.import_list(
        rows=rows(text), source="Kemendagri", list_year=2026, day=date(2026, 11, 24), now=NOW
    )


def test_a_list_is_told_and_then_written_once() -> None:
    before = Area.objects.count()
    told = actions.compare_list(rows(LIST))
    assert told.added == {"provinsi": 1, "kabupaten": 2, "kecamatan": 1, "desa": 2}
    assert told.pairs == [("64.01.01.2001", "6401010001")]
    assert Area.objects.count() == before
    assert put(LIST) == told
    assert Area.objects.count() == before + 6
    assert put(LIST).empty
    assert Area.objects.count() == before + 6
    assert AuditLine.objects.filter(verb="people.import_list").count() == 2


def test_an_added_village_stands_where_its_code_says() -> None:
    put(LIST)
    village = AreaCode.objects.get(code="64.01.01.1002").area
    assert (village.name, village.village_kind, village.kind) == ("Legai", "kelurahan", "real")
    assert village.time_zone == "Asia/Makassar"
    above = Area.objects.in_bulk(village.path.split("/"))
    assert [above[id_].name for id_ in village.path.split("/")] == [
        "Kalimantan Timur", "Kabupaten Paser", "Batu Sopang", "Legai"
    ]  # fmt: skip
    assert AreaCode.objects.get(code="64.02").area.name == "Kota Uji"
    assert village.id == areas.made_id("kemendagri", "64.01.01.1002")


def test_another_name_is_a_dated_row_and_capitals_are_none() -> None:
    put(LIST)
    assert not put(LIST.replace("BATU KAJANG", "Batu  kajang")).renamed
    report = put(LIST.replace("BATU KAJANG", "Batu Kajang Baru"))
    assert report.renamed == [("64.01.01.2001", "Batu Kajang", "Batu Kajang Baru")]
    village = AreaCode.objects.get(code="64.01.01.2001").area
    assert village.name == "Batu Kajang Baru"
    names = AreaName.objects.filter(area=village).order_by("id")
    assert [(one.name, one.valid_to) for one in names] == [
        ("Batu Kajang", date(2026, 11, 24)), ("Batu Kajang Baru", None)
    ]  # fmt: skip


def test_what_the_list_lacks_is_told_and_stays() -> None:
    put(LIST)
    shorter = LIST.replace("64.01.01.1002;Legai;\n", "")
    assert put(shorter).unmatched == [("64.01.01.1002", "Legai")]
    assert AreaCode.objects.get(code="64.01.01.1002").area.closed_on is None
    # A list of one province says nothing of the others.
    assert not any(code.startswith("65") for code, _ in put(shorter).unmatched)


def test_a_bps_code_waits_for_a_person() -> None:
    put(LIST)
    assert not AreaCode.objects.filter(scheme="bps", code="6401010001").exists()
    assert BpsRecord.objects.get(pk="6401010001").state == "waiting"


WRONG = [
    ("kode;nama\n64.1;X\n", "baris 2", "bukan kode"),
    ("kode;nama\n64;X\n64;Y\n", "baris 3", "sudah ada di baris 2"),
    ("kode;nama\n64.01.01.2001;X\n", "baris 2", "induk 64.01.01"),
    ("kode;nama\n64;\n", "baris 2", "kosong"),
    ("kode;nama\n64;" + "x" * 121 + "\n", "baris 2", "terlalu panjang"),
    ("kode;nama\n64;X\n64.01;Y\n64.01.01;Z\n64.01.01.9001;W\n", "baris 5", "tidak diawali"),
    ("kode;nama;kode_bps\n64;X;12a\n", "baris 2", "kode BPS"),
    ("provinsi;desa\nKaltim;Legai\n", "baris 1", "kolom kode dan nama"),
    ("", "", "tidak ada wilayah"),
    ("kode;nama\n٦٤;X\n", "baris 2", "bukan kode"),
    ('kode;nama\n64;"X\n64.01;Y\n64.02;Z\n', "baris 2", "tanda kutip"),
    ('kode;nama\n64;"X\n' + "64.01;Y\n" * 20000, "baris 2", "tanda kutip"),
    ("kode;nama\n64;X\n64.01;Y\x1b[31m\n", "baris 3", "tercetak"),
    ('kode;"nama\nwilayah";nama\n\n64;;X\n641;;Y\n', "baris 5", "bukan kode"),
]


@pytest.mark.parametrize(("text", "line", "words"), WRONG)
def test_a_fault_is_told_with_its_line_and_nothing_is_written(
    text: str, line: str, words: str, tmp_path: Path
) -> None:
    [told] = listing.read(text.encode()).faults
    assert told.startswith(line)
    assert words in told
    before = Area.objects.count()
    file = tmp_path / "daftar.csv"
    file.write_text(text)
    with pytest.raises(CommandError):
        call_command("areas", "import", str(file), "--apply", stderr=io.StringIO())
    assert Area.objects.count() == before


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00", b"PK\x03\x04\x00", "kode,nama\n64,é".encode("latin-1")]
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    assert listing.read(data).faults


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_every_line_end_and_empty_lines_are_read(end: str) -> None:
    found = listing.read(f"{end}kode;nama{end}64;X{end}{end}64.01;Batu\u00a0Y{end}".encode())
    assert [(row.line, row.name) for row in found.rows] == [(3, "X"), (5, "Kabupaten Batu Y")]


def test_a_list_without_headings_is_read_too() -> None:
    found = listing.read(b"\xef\xbb\xbf64,Kalimantan Timur\n64.01,Kabupaten Paser\n")
    assert [row.code for row in found.rows] == ["64", "64.01"]
    assert found.faults == []


def test_the_command_tells_before_it_writes(tmp_path: Path) -> None:
    file = tmp_path / "daftar.csv"
    file.write_text(LIST)
    out = io.StringIO()
    call_command("areas", "import", str(file), stdout=out)
    assert "Belum ditulis" in out.getvalue()
    assert not AreaCode.objects.filter(code="64").exists()
    call_command("areas", "import", str(file), "--apply", stdout=io.StringIO())
    assert AreaCode.objects.filter(code="64").exists()
    with pytest.raises(CommandError):
        call_command("areas", "import", str(tmp_path / "tidak-ada.csv"))


def test_a_village_under_another_code_is_told_and_never_joined() -> None:
    put(LIST)
    moved = LIST.replace("64.01.01.1002;Legai;", "64.01.02;Kec. Tanjung;\n64.01.02.1001;LEGAI;")
    told = actions.compare_list(rows(moved))
    assert told.moved == [("64.01.01.1002", "64.01.02.1001", "Legai")]
    assert told.unmatched == [("64.01.01.1002", "Legai")]
    assert told.added == {"kecamatan": 1, "desa": 1}
    put(moved)
    assert AreaCode.objects.get(code="64.01.01.1002").area.closed_on is None
    elsewhere = LIST.replace("64.01.01.1002;Legai;", "64.02.01;Kec. Jauh;\n64.02.01.1001;Legai;")
    assert actions.compare_list(rows(elsewhere)).moved == []  # another kabupaten
