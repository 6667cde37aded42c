"""A table as CSV: one row for each cell, plain UTF-8, headings in Indonesian. Pure.

A withheld cell is NA and says so in words; nothing is ever left blank or set to 0 for it.
"""

import csv
import io
from collections.abc import Callable, Mapping
from typing import Any

from cantik.kernel.text import pick

from .sheet import Sheet, unit_words

HEADINGS = (
    "jenis_wilayah",
    "desa",
    "tahun",
    "tanggal_rujukan",
    "tabel",
    "tingkat",
    "wilayah",
    "jenis_kelamin",
    "kelas",
    "nilai",
    "satuan",
    "keterangan",
    "semesta",
)
NOT_PUBLISHED = "NA"
ROUNDED = "dibulatkan demi kerahasiaan"
EXACT = "angka pasti"
CORRECTED = "diperbaiki"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def plain(words: str) -> str:
    """Words that no spreadsheet takes for a formula, on one line."""
    line = " ".join(words.split()) if words.strip() else ""
    return "'" + line if words.startswith(_FORMULA) or line.startswith(_FORMULA) else line


def table_csv(one: Sheet, village: Mapping[str, Any], why: Callable[[str], str]) -> bytes:
    """``village`` as in release.json; ``why`` gives the words of a withheld code."""
    out = io.StringIO(newline="")
    write = csv.writer(out, lineterminator="\r\n").writerow
    write(HEADINGS)
    fixed = (
        village["kind"],
        village["label"],
        one.period,
        one.reference_date,
        pick(one.title, "id"),
    )
    unit = pick(unit_words(one.unit), "id")
    universe = plain(pick(one.universe, "id")) if one.universe else ""
    for part, line, cell in one.cells():
        withheld = cell.value is None
        if withheld:
            words = why(line.withheld or "level")
            words = words if "tidak diumumkan" in words.lower() else f"Tidak diumumkan: {words}"
        else:
            words = EXACT if cell.exact else ROUNDED
            words += f"; {CORRECTED}" if line.corrected and not cell.exact else ""
        middle = (line.level, line.label, pick(part.label, "id"), pick(cell.head.label, "id"))
        value = NOT_PUBLISHED if withheld else str(cell.value)
        write([plain(str(w)) for w in (*fixed, *middle)] + [value, unit, plain(words), universe])
    for level, code in one.silent:
        words = why(code)
        middle = (level, "semua", "semua", "semua")
        said = [NOT_PUBLISHED, unit, plain(words), universe]
        write([plain(str(w)) for w in (*fixed, *middle)] + said)
    return out.getvalue().encode()


def file_name(village: Mapping[str, Any], *words: str, end: str) -> str:
    """ "contoh-apung-2026-air.csv": examples say so in the name of every file."""
    marked = [] if village["kind"] == "real" else [village["kind"]]
    joined = "-".join([*marked, village["name"], *words]).lower()
    safe = "".join(c if c.isascii() and c.isalnum() else "-" for c in joined)
    return "-".join(filter(None, safe.split("-"))) + "." + end
