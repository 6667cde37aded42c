"""A list of areas as offices hand it around: read, checked, laid beside what is known. Pure.

Columns are found by their headings (kode, nama, and perhaps kode_bps, nama_bps); without headings
the first column is the code and the second the name. Codes are those of Kemendagri, with or without
points: 65, 65.02, 65.02.01, 65.02.01.1001. A village whose last part begins with 1 is a kelurahan,
with 2 a desa.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

LEVELS = {2: "provinsi", 4: "kabupaten", 6: "kecamatan", 10: "desa"}
HEADINGS = {
    "code": ("kode", "kode_wilayah", "kode_kemendagri", "kemendagri_code", "code", "id"),
    "name": ("nama", "nama_wilayah", "name", "wilayah"),
    "bps": ("kode_bps", "bps_code", "bps"),
    "bps_name": ("nama_bps", "bps_name"),
}
LARGEST = 50 * 1024 * 1024
MOST_FAULTS = 200
LONGEST_NAME = 120
_PREFIX = re.compile(
    r"^(provinsi|prov\.?|kabupaten|kab\.?|kota|kecamatan|kec\.?)\s+", re.IGNORECASE
)


@dataclass(frozen=True)
class Row:
    """One area of the list. ``code`` has its points."""

    line: int
    code: str
    level: str
    name: str
    bps: str = ""
    bps_name: str = ""

    @property
    def parent(self) -> str:
        return self.code.rpartition(".")[0]

    @property
    def village_kind(self) -> str:
        if self.level != "desa":
            return ""
        return "kelurahan" if self.code.rpartition(".")[2].startswith("1") else "desa"


@dataclass
class Listing:
    rows: list[Row] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def tell(self, line: int, words: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(f"baris {line}: {words}" if line else words)


def read(data: bytes) -> Listing:
    """Every area of the file in the order of the codes, and every fault with its line."""
    found = Listing()
    if len(data) > LARGEST:
        found.tell(0, "berkas lebih besar dari 50 MB")
        return found
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        found.tell(0, "berkas bukan UTF-8; simpan sebagai CSV UTF-8")
        return found
    if "\0" in text:
        found.tell(0, "berkas bukan teks CSV")
        return found
    first = next((one for one in text.splitlines() if one.strip()), "")
    mark = max(",;\t|", key=first.count)
    # Every kind of line end becomes one, so that lines count as an editor counts them.
    lines = csv.reader(io.StringIO(text, newline=None), delimiter=mark)
    places: dict[str, int] = {}
    seen: dict[str, int] = {}
    for line, cells in _numbered(lines, found):
        values = [cell.replace("\u00a0", " ").strip() for cell in cells]
        if not any(values):
            continue
        if places and not "".join(values).isprintable():
            # A quotation mark left open swallows the lines after it without a word.
            found.tell(line, "tanda kutip tidak ditutup, atau ada huruf yang tidak tercetak")
            continue
        if not places:
            places = _places(values)
            if not {"code", "name"} <= set(places):
                found.tell(line, "kolom kode dan nama tidak ditemukan")
                return found
            if _dotted(values[places["code"]]) is None:
                continue  # the headings themselves
        row = _row(line, values, places, found)
        if row is None:
            continue
        if row.code in seen:
            found.tell(line, f"kode {row.code} sudah ada di baris {seen[row.code]}")
            continue
        seen[row.code] = line
        found.rows.append(row)
    if not found.rows and not found.faults:
        found.tell(0, "tidak ada wilayah di berkas ini")
    for row in found.rows:
        if row.parent and row.parent not in seen:
            found.tell(row.line, f"induk {row.parent} dari {row.code} tidak ada di daftar")
    found.rows.sort(key=lambda row: row.code)
    return found


def _numbered(lines: Any, found: Listing) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line it begins on; what cannot be read is told and ends the list."""
    while True:
        line = lines.line_num + 1
        try:
            yield line, next(lines)
        except StopIteration:
            return
        except csv.Error:
            found.tell(line, "tidak terbaca sebagai CSV; periksa tanda kutip yang tidak ditutup")
            return


def _places(values: Sequence[str]) -> dict[str, int]:
    if len(values) > 1 and _dotted(values[0]) is not None:
        return {"code": 0, "name": 1}
    words = [re.sub(r"[\s.-]+", "_", value.lower()) for value in values]
    return {
        key: words.index(name)
        for key, known in HEADINGS.items()
        for name in known[::-1]
        if name in words
    }


def _dotted(code: str) -> str | None:
    """The code with its points; None for what is no code."""
    digits = code.replace(".", "")
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in LEVELS:
        return None
    dotted = ".".join(part for part in (digits[:2], digits[2:4], digits[4:6], digits[6:]) if part)
    return dotted if code in (digits, dotted) else None


def _row(line: int, values: Sequence[str], places: Mapping[str, int], found: Listing) -> Row | None:
    cells = {key: values[at] if at < len(values) else "" for key, at in places.items()}
    code = _dotted(cells["code"])
    if code is None:
        found.tell(line, f"kode “{cells['code'][:30]}” bukan kode wilayah Kemendagri")
        return None
    name = " ".join(cells["name"].split())
    if not name or len(name) > LONGEST_NAME:
        found.tell(line, f"nama wilayah {code} kosong atau terlalu panjang")
        return None
    level = LEVELS[len(code.replace(".", ""))]
    if level == "desa" and code.rpartition(".")[2][0] not in "12":
        found.tell(line, f"kode desa {code} tidak diawali 1 (kelurahan) atau 2 (desa)")
        return None
    bps = cells.get("bps", "")
    if bps and not (bps.isascii() and bps.isdigit() and len(bps) in (2, 4, 7, 10)):
        found.tell(line, f"kode BPS “{bps[:30]}” harus 2, 4, 7, atau 10 angka")
        return None
    return Row(line, code, level, _named(level, name), bps, cells.get("bps_name", ""))


def _named(level: str, name: str) -> str:
    """As we write it: capitals only at the beginning of words, Kabupaten and Kota in front."""
    written = name.title() if name.isupper() else name
    bare = _PREFIX.sub("", written)
    if level == "kabupaten":
        city = re.match(r"kota\s", written, re.IGNORECASE)
        return f"{'Kota' if city else 'Kabupaten'} {bare}"
    return bare if level in ("provinsi", "kecamatan") else written


def same_name(one: str, other: str) -> bool:
    """Whether two names differ in capitals, spaces or their first word only."""

    def plain(name: str) -> str:
        return re.sub(r"[\W_]+", "", _PREFIX.sub("", name).lower())

    return plain(one) == plain(other)
