"""How far a village has come by an official index: a file read and checked, nothing worked out.
Pure.

Columns are found by their headings: kode (Kemendagri), tahun, skor, status, and indeks where the
file holds more than one. Of an index with known limits a status that contradicts its score is told.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from python_calamine import CalamineError, CalamineWorkbook

from cantik.kernel import workbooks
from cantik.kernel.text import Text

FILE = Path(__file__).parent / "data" / "indeks.yaml"
IDM, INDEKS_DESA = "idm", "indeks_desa"
LARGEST = 20 * 1024 * 1024
MOST_FAULTS = 200
HEADINGS = {
    "code": ("kode", "kode_desa", "kode_kemendagri", "kode_wilayah"),
    "year": ("tahun", "year"),
    "index": ("indeks", "jenis_indeks"),
    "score": ("skor", "nilai", "nilai_idm", "skor_idm", "idm"),
    "status": ("status", "status_idm", "status_desa"),
}
NAMES = {"idm": IDM, "indeks desa membangun": IDM, "indeks desa": INDEKS_DESA}
_CODE = re.compile(r"\d{2}\.\d{2}\.\d{2}\.\d{4}")
_SCORE = re.compile(r"\d{1,3}(?:[.,]\d{1,6})?")


@dataclass(frozen=True)
class Band:
    code: str
    to: Decimal


@dataclass(frozen=True)
class Index:
    """``bands`` are empty where the limits are not known to us."""

    id: str
    title: Text
    years: tuple[int, int]
    source: str
    score: tuple[int, int]
    bands: tuple[Band, ...]
    words: Text

    def status_of(self, score: Decimal) -> str:
        """The status of a score by the law; "" where the limits are not known."""
        return next((one.code for one in self.bands if score <= one.to), "")


@lru_cache(maxsize=1)
def known() -> dict[str, Index]:
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {
        id_: Index(
            id_,
            one["title"],
            (one["years"][0], one["years"][1]),
            one["source"],
            (one["score"][0], one["score"][1]),
            tuple(Band(band["code"], Decimal(band["to"])) for band in one["bands"]),
            one["words"],
        )
        for id_, one in data.items()
        if id_ != "status"
    }


@lru_cache(maxsize=1)
def statuses() -> dict[str, Text]:
    found: dict[str, Text] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["status"]
    return found


@dataclass(frozen=True)
class Row:
    """``score`` with a point, as the file gives it; "" where it gives none."""

    line: int
    code: str
    index: str
    year: int
    score: str
    status: str


@dataclass
class Listing:
    rows: list[Row] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def tell(self, line: int, words: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(f"baris {line}: {words}" if line else words)


def read(data: bytes) -> Listing:
    """Every row of a CSV or an Excel file, and every fault with its line."""
    found = Listing()
    try:
        lines = list(_xlsx(data) if data[:2] == b"PK" else _csv(data))
    except (UnicodeDecodeError, csv.Error, CalamineError, workbooks.Unsafe, IndexError):
        found.tell(0, "berkas tidak terbaca; simpan sebagai CSV UTF-8 atau Excel (.xlsx)")
        return found
    places: dict[str, int] = {}
    seen: dict[tuple[str, str, int], int] = {}
    for line, cells in enumerate(lines, start=1):
        if not any(cells):
            continue
        if not places:
            places = _places(cells)
            for key, words in (("code", "kode"), ("year", "tahun"), ("status", "status")):
                if key not in places:
                    found.tell(line, f"kolom {words} tidak ditemukan")
            if found.faults:
                return found
            continue
        row = _row(line, {k: cells[at] if at < len(cells) else "" for k, at in places.items()})
        if isinstance(row, str):
            found.tell(line, row)
            continue
        what = (row.code, row.index, row.year)
        if what in seen:
            found.tell(line, f"{row.code} tahun {row.year} sudah ada di baris {seen[what]}")
            continue
        seen[what] = line
        found.rows.append(row)
    if not found.rows and not found.faults:
        found.tell(0, "tidak ada desa di berkas ini")
    return found


def _csv(data: bytes) -> Iterator[list[str]]:
    if len(data) > LARGEST:
        raise csv.Error
    text = data.decode("utf-8-sig")
    first = next((one for one in text.splitlines() if one.strip()), "")
    mark = max(";,\t|", key=first.count)
    for cells in csv.reader(io.StringIO(text, newline=None), delimiter=mark):
        yield [cell.strip() for cell in cells]


def _xlsx(data: bytes) -> Iterator[list[str]]:
    workbooks.guard(data, limit=LARGEST, formulas=True)
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for cells in book.get_sheet_by_index(0).to_python(skip_empty_area=False):
        yield [_cell(cell) for cell in cells]


def _cell(value: Any) -> str:
    """A whole number without its ".0"; other numbers as short as they are meant."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.6f}".rstrip("0")
    return str(value).strip()


def _places(cells: Sequence[str]) -> dict[str, int]:
    words = [re.sub(r"[\s.-]+", "_", cell.lower()) for cell in cells]
    return {
        key: words.index(name)
        for key, known_as in HEADINGS.items()
        for name in known_as[::-1]
        if name in words
    }


def _row(line: int, cells: Mapping[str, str]) -> Row | str:
    """The row, or what is wrong with it."""
    digits = cells["code"].replace(".", "")
    code = ".".join((digits[:2], digits[2:4], digits[4:6], digits[6:]))
    if not digits.isascii() or not _CODE.fullmatch(code):
        return f"kode “{cells['code'][:30]}” bukan kode desa Kemendagri (sepuluh angka)"
    year = int(cells["year"]) if re.fullmatch(r"20\d\d", cells["year"]) else 0
    named = " ".join(cells.get("index", "").lower().split())
    index = NAMES.get(named, "") if named else _of_year(year)
    if not index:
        return f"indeks “{named[:30]}” tidak dikenal; tulis IDM atau Indeks Desa"
    kind = known()[index]
    if not kind.years[0] <= year <= kind.years[1]:
        return f"tahun “{cells['year'][:10]}” bukan tahun {kind.title['id']}"
    bare = " ".join(cells["status"].lower().split()).removeprefix("desa ")
    status = next((c for c, words in statuses().items() if words["id"].lower() == bare), "")
    if not status:
        return f"status “{cells['status'][:30]}” bukan salah satu dari lima status"
    score = _score(kind, cells.get("score", ""))
    if isinstance(score, Decimal):
        meant = kind.status_of(score)
        if meant and meant != status:
            return (
                f"skor {_said(score)} berarti {statuses()[meant]['id']} menurut {kind.source}, "
                f"tetapi statusnya {statuses()[status]['id']}"
            )
        return Row(line, code, index, year, str(score), status)
    if score or kind.bands:
        return score or "skor kosong"
    return Row(line, code, index, year, "", status)


def _of_year(year: int) -> str:
    return next((one.id for one in known().values() if one.years[0] <= year <= one.years[1]), IDM)


def _score(kind: Index, words: str) -> Decimal | str:
    """The score; else what is wrong with it, "" for none."""
    if not words:
        return ""
    low, high = kind.score
    try:
        score = Decimal(words.replace(",", ".")) if _SCORE.fullmatch(words) else None
    except InvalidOperation:
        score = None
    if score is None or not low <= score <= high:
        return f"skor “{words[:20]}” bukan angka antara {low} dan {high}"
    return score


def _said(score: Decimal) -> str:
    return str(score).replace(".", ",")
