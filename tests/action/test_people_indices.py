"""The official status of villages: read, checked where the law is known, kept by year."""

import io
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from cantik.ledger.models import AuditLine
from cantik.people import actions, api, areas, indices
from cantik.people.models import AreaCode, AreaIndex

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = datetime(2026, 11, 24, tzinfo=UTC)
HEAD = "kode,tahun,skor,status\n"


@pytest.fixture
def codes() -> list[str]:
    areas.load()
    found = AreaCode.objects.filter(scheme="kemendagri", area__level="desa").order_by("code")
    return list(found.values_list("code", flat=True)[:3])


def faults(text: str) -> list[str]:
    return indices.read((HEAD + text).encode()).faults


@pytest.mark.parametrize(
    ("score", "status"),
    [
        ("0", "sangat_tertinggal"), ("0.4907", "sangat_tertinggal"), ("0.4908", "tertinggal"),
        ("0.5989", "tertinggal"), ("0.599", "berkembang"), ("0.7072", "berkembang"),
        ("0.7073", "maju"), ("0.8155", "maju"), ("0.81551", "mandiri"), ("1", "mandiri"),
    ],
)  # fmt: skip
def test_the_five_bands_meet_without_a_gap(score: str, status: str) -> None:
    assert indices.known()[indices.IDM].status_of(Decimal(score)) == status


def test_the_new_index_is_never_worked_out() -> None:
    new = indices.known()[indices.INDEKS_DESA]
    assert new.status_of(Decimal("70")) == ""
    assert "tidak kami ketahui" in new.words["id"]
    assert "not known to us" in new.words["en"]
    [row] = indices.read((HEAD + "65.02.01.2001,2025,71.4,Tertinggal\n").encode()).rows
    assert (row.index, row.score, row.status) == ("indeks_desa", "71.4", "tertinggal")
    assert indices.read((HEAD + "65.02.01.2001,2025,,Maju\n").encode()).rows[0].score == ""


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("65.02.01.2001,2024,1.2,Mandiri", "bukan angka antara 0 dan 1"),
        ("65.02.01.2001,2024,-0.2,Maju", "bukan angka antara 0 dan 1"),
        ("65.02.01.2001,2024,NaN,Maju", "bukan angka antara 0 dan 1"),
        ("65.02.01.2001,2024,,Maju", "skor kosong"),
        ("65.02.01.2001,2024,0.65,Maju", "0,65 berarti Berkembang menurut Permendesa"),
        ("65.02.01.2001,2024,0.65,Makmur", "bukan salah satu dari lima status"),
        ("65.02.01,2024,0.65,Berkembang", "bukan kode desa"),
        ("65.02.01.20١1,2024,0.65,Berkembang", "bukan kode desa"),
        ("65.02.01.2001,1999,0.65,Berkembang", "bukan tahun"),
        ("65.02.01.2001,24,0.65,Berkembang", "bukan tahun"),
    ],
)
def test_a_wrong_row_is_told_with_its_line(line: str, words: str) -> None:
    [told] = faults(line + "\n")
    assert told.startswith("baris 2: ")
    assert words in told


def test_a_wrong_file_is_told() -> None:
    assert faults("") == ["tidak ada desa di berkas ini"]
    assert "kolom status tidak ditemukan" in indices.read(b"kode,tahun\n1,2\n").faults[0]
    assert "tidak terbaca" in indices.read(b"\xff\xfe\x00x").faults[0]
    assert "tidak terbaca" in indices.read(b"PK\x03\x04 rusak").faults[0]
    twice = "65.02.01.2001,2024,0.65,Berkembang\n6502012001,2024,0.65,Desa berkembang\n"
    assert faults(twice) == ["baris 3: 65.02.01.2001 tahun 2024 sudah ada di baris 2"]
    both = indices.read(b"kode,tahun,indeks,skor,status\n6502012001,2024,IPD,0.6,Maju\n")
    assert "tidak dikenal; tulis IDM atau Indeks Desa" in both.faults[0]


def test_excel_and_csv_say_the_same() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Kode Desa", "Tahun", "Nilai IDM", "Status IDM"])
    book.active.append([6502012001, 2024, 0.7073, "MAJU"])
    out = io.BytesIO()
    book.save(out)
    text = "Kode Desa;Tahun;Nilai IDM;Status IDM\n65.02.01.2001;2024;0,7073;Desa Maju\n"
    given = indices.read(out.getvalue()).rows
    assert given == indices.read(text.encode()).rows
    assert (given[0].score, given[0].status) == ("0.7073", "maju")


def test_statuses_are_kept_once_and_corrected_by_a_later_file(codes: list[str]) -> None:
    def put(text: str) -> actions.IndexReport:
        found = indices.read((HEAD + text).encode())
        assert found.faults == []
        return actions.load_indices(rows=found.rows, source="Uji", now=NOW)

    first = f"{codes[0]},2023,0.6,Berkembang\n{codes[0]},2024,0.8,Maju\n{codes[0]},2025,70,Maju\n"
    assert (put(first).added, put(first).added, AreaIndex.objects.count()) == (3, 0, 3)
    assert put(f"{codes[0]},2024,0.9,Mandiri\n").changed == 1
    village = AreaCode.objects.get(scheme="kemendagri", code=codes[0]).area_id
    told = api.indices(village)
    assert [(one["year"], one["index"], one["score"]) for one in told] == [
        (2025, "indeks_desa", "70"), (2024, "idm", "0.9"), (2023, "idm", "0.6"),
    ]  # fmt: skip
    assert told[1]["status"]["id"] == "Mandiri"
    line = AuditLine.objects.filter(verb="people.load_indices").last()
    assert line is not None
    assert codes[0] not in str(line.detail)


def test_the_command_tells_first_and_stops_at_an_unknown_village(
    codes: list[str], tmp_path: Path, capsys: Any
) -> None:
    file = tmp_path / "idm.csv"
    file.write_text(HEAD + f"{codes[0]},2024,0.65,Berkembang\n{codes[1]},2024,0.9,Mandiri\n")
    with pytest.raises(CommandError, match="sumbernya"):
        call_command("areas", "index", file)
    call_command("areas", "index", file, source="Uji")
    assert not AreaIndex.objects.exists()
    assert "2 baru, 0 berubah." in capsys.readouterr().out
    call_command("areas", "index", file, source="Uji", apply=True)
    assert AreaIndex.objects.count() == 2
    file.write_text(HEAD + f"{codes[2]},2024,0.65,Berkembang\n99.99.99.2001,2024,0.9,Mandiri\n")
    with pytest.raises(CommandError):
        call_command("areas", "index", file, source="Uji", apply=True)
    assert "baris 3: desa 99.99.99.2001 tidak dikenal" in capsys.readouterr().err
    assert AreaIndex.objects.count() == 2
