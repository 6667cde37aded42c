"""An adversary apart from the auditor: plain Python over released files, no room imported.

``attack(folder)`` reads what anyone can download from a village (tables as JSON, CSV and workbooks,
indicators) over all its releases, and returns the cells whose count he can tell: a single value,
or certainly 1..base-1. He adds up the sexes, lays releases and tables of the same people over each
other, and takes every number in a sentence, a CSV or a workbook that the tables do not hold for a
leak.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import openpyxl
import pytest

Cell = tuple[str, str, str, str, str]


def _span(shown: int, base: int, step: int) -> tuple[int, int]:
    possible = [
        true
        for true in range(max(0, shown - base - step), shown + base + step + 1)
        if (0 <= true < base and shown in ((0,) if true == 0 else (0, base)))
        or (true == base and shown == base)
        or (true > base and shown >= base and abs(shown - true) <= step)
    ]
    return (min(possible), max(possible)) if possible else (shown, shown)


def attack_tables(releases: Sequence[Mapping[str, Mapping[str, Any]]]) -> list[Cell]:
    """Failing cells of tables by id, oldest release first, all of one village and period."""
    found: list[Cell] = []
    known: dict[tuple[str, str, str, str], tuple[int, int, Any]] = {}
    for number, tables in enumerate(releases):
        for id_, table in tables.items():
            base, step = table["base"], table["largest_step"]
            if not base:
                continue
            codes = [c["code"] for c in table["columns"] if c["code"] != "jumlah"]
            rows = {row["area"]: row for row in table["rows"] if row["values"] is not None}
            shape = "|".join(codes)
            pieces = [(area, [(area, 1)]) for area in rows if not _below(area, table, rows)]
            pieces += [
                (f"rest of {area}", [(area, 1), *((b, -1) for b in _below(area, table, rows))])
                for area in rows
                if _below(area, table, rows)
            ]
            for name, signed in pieces:
                both: list[list[tuple[int, int]]] = []
                for s, by in enumerate(table["by"]):
                    if by["code"] == "jumlah" and len(table["by"]) > 1:
                        continue
                    total = sum(sign * rows[a]["open"][s] for a, sign in signed)
                    if name.startswith("rest") and total == 0:
                        continue
                    shown = [
                        sum(sign * rows[a]["values"][s][at] for a, sign in signed)
                        for at in range(len(codes))
                    ]
                    spans = [_span(n, base, step) for n in shown]
                    corrected = any(rows[a]["corrected"] for a, _ in signed)
                    for at, code in enumerate(codes):
                        before = known.get((id_, name, by["code"], shape + ":" + code))
                        if before and not corrected and before[2] == total:
                            spans[at] = (
                                max(spans[at][0], before[0]), min(spans[at][1], before[1])
                            )  # fmt: skip
                    lows = sum(low for low, _ in spans)
                    highs = sum(high for _, high in spans)
                    both.append([])
                    for at, (low, high) in enumerate(spans):
                        low, high = (
                            max(low, total - (highs - high)), min(high, total - (lows - low))
                        )  # fmt: skip
                        both[-1].append((low, high))
                        key = (id_, name, by["code"], shape + ":" + codes[at])
                        known[key] = (low, high, total)
                        if _told(low, high, base):
                            found.append((str(number), id_, name, by["code"], codes[at]))
                if len(both) > 1:
                    for at, code in enumerate(codes):
                        low, high = (sum(part[at][end] for part in both) for end in (0, 1))
                        if _told(low, high, base):
                            found.append((str(number), id_, name, "jumlah", code))
            for area, row in rows.items():
                for s, cells in enumerate(row["values"]):
                    parts = row["values"][1:] if len(table["by"]) > 1 and s == 0 else [cells]
                    if [sum(column) for column in zip(*parts, strict=True)] != cells:
                        found.append((str(number), id_, area, table["by"][s]["code"], "sexes"))
        found += [(str(number), *cell) for cell in attack_people(tables)]
    return found


def _told(low: int, high: int, base: int) -> bool:
    return low >= high or (low >= 1 and high < base)


def attack_people(tables: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str, str, str]]:
    """Who is too young for a table is in the age table: together no more people than stand outside
    it. Cells of either that this tells."""
    ages = tables.get("umur")
    if ages is None or not ages["base"]:
        return []
    codes = [c["code"] for c in ages["columns"]]
    if not all(re.fullmatch(r"u\d\d|jumlah|di_luar", code) for code in codes):
        return []
    found = []
    rows = {row["area"]: row for row in ages["rows"] if row["values"] is not None}
    for id_, table in tables.items():
        from_age = re.search(r"(\d+) tahun ke atas", str((table.get("title") or {}).get("id")))
        outside = [at for at, c in enumerate(table["columns"]) if c["code"] == "di_luar"]
        if not from_age or not outside or table["unit"] != "orang":
            continue
        young = [
            at for at, code in enumerate(codes)
            if code[0] == "u" and int(code[1:]) + 4 < int(from_age[1])
        ]  # fmt: skip
        for row in table["rows"]:
            if row["values"] is None or row["area"] not in rows:
                continue
            for s, by in enumerate(table["by"]):
                other = next((n for n, b in enumerate(ages["by"]) if b["code"] == by["code"]), None)
                if other is None or (by["code"] == "jumlah" and len(table["by"]) > 1):
                    continue
                sexes = (1, 2) if by["code"] == "jumlah" and len(ages["by"]) > 1 else (other,)
                cells = {
                    (n, at): _span(rows[row["area"]]["values"][n][at], ages["base"],
                                   ages["largest_step"])
                    for n in sexes for at in young
                }  # fmt: skip
                low, high = _span(
                    row["values"][s][outside[0]], table["base"], table["largest_step"]
                )
                least = sum(span[0] for span in cells.values())
                if _told(max(low, least), high, table["base"]):
                    found.append((id_, row["area"], by["code"], "di_luar"))
                for (n, at), span in cells.items():
                    if _told(span[0], min(span[1], high - (least - span[0])), ages["base"]):
                        found.append(("umur", row["area"], ages["by"][n]["code"], codes[at]))
    return found


def attack_indicators(
    wanted: Sequence[Mapping[str, Any]], tables: Mapping[str, Mapping[str, Any]]
) -> list[tuple[str, str, str, str]]:
    """Indicators that hold a number the published cells do not give: those leak."""
    found = []
    for one in wanted:
        table = tables[one["table"]]
        row = table["rows"][0]
        told = [one["n"], one["d"], one["percent"], one["sentence"]]
        if one["withheld"] is not None:
            if any(part is not None for part in told):
                found.append((one["id"], row["area"], "jumlah", "withheld"))
            continue
        cells = row["values"][0]
        sums = {sum(some) for n in range(1, len(cells)) for some in combinations(cells[:-1], n)}
        share = (2 * one["n"] * 1000 + one["d"]) // (2 * one["d"])
        percent = f"{share // 10},{share % 10}"
        if one["n"] not in sums or one["d"] not in sums | {cells[-1]} or one["percent"] != percent:
            found.append((one["id"], row["area"], "jumlah", "numbers"))
        known = {str(one["n"]), str(one["d"]), percent, percent.replace(",", ".")}
        title = set(re.findall(r"\d+", json.dumps(one["title"], ensure_ascii=False))) | {"100"}
        for text in (one["sentence"] or {}).values():
            numbers = {re.sub(r"[.,](?=\d{3})", "", n) for n in re.findall(r"\d[\d.,]*\d|\d", text)}
            if numbers - known - title - {"15", "64"}:
                found.append((one["id"], row["area"], "jumlah", "sentence"))
    return found


def attack_csv(text: str, table: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    """Lines of a download that say more than the table does."""
    allowed: dict[tuple[str, str, str], set[int]] = {}
    for row in table["rows"]:
        for s, by in enumerate(table["by"]):
            key = row["level"], row["label"], by["label"]["id"]
            numbers = allowed.setdefault(key, set())
            numbers |= {row["open"][s], *(row["values"][s] if row["values"] is not None else ())}
    found = []
    for line in csv.DictReader(io.StringIO(text)):
        if line["nilai"] == "NA":
            continue
        key = line["tingkat"], line["wilayah"], line["jenis_kelamin"]
        if int(line["nilai"]) not in allowed.get(key, set()):
            found.append((table["table"], line["wilayah"], line["jenis_kelamin"], line["kelas"]))
    return found


LEVEL_WORDS = {"desa/kelurahan": "desa", "dusun": "dusun", "RW": "rw", "RT": "rt"}


def attack_xlsx(data: bytes, tables: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """Numbers of a workbook that its tables do not hold, wherever they stand in it. One sheet is
    one table: the only one, or "07 air_minum"."""
    found: list[tuple[str, ...]] = []
    for name, rows in _sheets(data).items():
        id_ = next(iter(tables)) if len(tables) == 1 else name.partition(" ")[2]
        table = tables.get(id_)
        head: list[str] = []
        for row in rows:
            numbers = [value for value in row if isinstance(value, (int, float))]
            if row[0] == "Tingkat":
                head = [str(value) for value in row]
            if not numbers:
                continue
            if table is None or not head:
                found.append((name, *map(str, numbers)))
                continue
            line = dict(zip(head, row, strict=False))
            sex = line.get("Jenis kelamin", table["by"][0]["label"]["id"])
            held: set[int] = set()
            for one in table["rows"]:
                if (one["level"], one["label"]) != (LEVEL_WORDS[line["Tingkat"]], line["Wilayah"]):
                    continue
                for s, by in enumerate(table["by"]):
                    if by["label"]["id"] == sex:
                        held |= {one["open"][s], *(one["values"][s] if one["values"] else ())}
            found += [(id_, str(line["Wilayah"]), str(sex), str(n)) for n in numbers
                      if n not in held]  # fmt: skip
    return found


def _sheets(data: bytes) -> dict[str, list[list[Any]]]:
    """Every sheet that the file holds, hidden ones too, and comments as rows of their own."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {
        one.title: [[cell.value for cell in row] for row in one.iter_rows()]
        + [[cell.comment.text] for row in one.iter_rows() for cell in row if cell.comment]
        for one in book.worksheets
    }


def _below(area: str, table: Mapping[str, Any], rows: Mapping[str, Any]) -> list[str]:
    up = {row["area"]: row["parent"] for row in table["rows"]}
    below = []
    for other in rows:
        above = up[other]
        while above is not None and above not in rows:
            above = up.get(above)
        if above == area:
            below.append(other)
    return below


def _numbered(folder: Path) -> Iterator[Path]:
    yield from sorted((p for p in folder.iterdir() if p.name.isdigit()), key=lambda p: int(p.name))


def attack(folder: Path) -> list[Cell]:
    """Failing cells over all releases in a village's released folder, period by period."""
    periods: dict[str, list[dict[str, Any]]] = {}
    found: list[Cell] = []
    for place in _numbered(folder):
        tables = {
            f.stem: json.loads(f.read_text("utf-8")) for f in (place / "tabel").glob("*.json")
        }
        for period in {table["period"] for table in tables.values()}:
            periods.setdefault(period, []).append(
                {id_: table for id_, table in tables.items() if table["period"] == period}
            )
        listed = place / "indicators.json"
        if listed.exists():
            found += [
                (place.name, *cell)
                for cell in attack_indicators(json.loads(listed.read_text("utf-8")), tables)
            ]
        for file in (place / "tabel").glob("*.csv"):
            found += [
                (place.name, *cell)
                for cell in attack_csv(file.read_text("utf-8"), tables[file.stem])
            ]
        books = {file: {file.stem: tables[file.stem]} for file in (place / "tabel").glob("*.xlsx")}
        books |= dict.fromkeys(place.glob("*.xlsx"), tables)
        for file, held in books.items():
            found += [(place.name, *cell) for cell in attack_xlsx(file.read_bytes(), held)]
    return found + [cell for releases in periods.values() for cell in attack_tables(releases)]


def _release(folder: Path, number: int, cells: list[int]) -> None:
    place = folder / str(number) / "tabel"
    place.mkdir(parents=True)
    columns = [{"code": c} for c in "abc"] + [{"code": "jumlah"}]
    row = {"area": "d", "parent": None, "open": [34], "values": [[*cells, 34]], "corrected": False,
           "level": "desa", "label": "D"}  # fmt: skip
    table = {"base": 3, "largest_step": 2, "period": "2026", "columns": columns, "rows": [row],
             "by": [{"code": "jumlah", "label": {"id": "Jumlah"}}], "table": "t"}  # fmt: skip
    (place / "t.json").write_text(json.dumps(table))


def test_a_small_count_shown_as_it_is_is_found(tmp_path: Path) -> None:
    _release(tmp_path, 1, [30, 2, 2])
    assert attack(tmp_path)


def test_two_roundings_of_the_same_answers_are_found(tmp_path: Path) -> None:
    _release(tmp_path, 1, [31, 3, 0])
    assert attack(tmp_path) == []
    _release(tmp_path, 2, [31, 0, 3])
    assert {cell[-1] for cell in attack(tmp_path)} == {"b", "c"}


def _indicator(**other: Any) -> dict[str, Any]:
    return {
        "id": "i", "table": "t", "n": 31, "d": 34, "percent": "91,2", "withheld": None,
        "title": {"id": "A"}, "sentence": {"id": "31 dari 34 (91,2%)."}, **other,
    }  # fmt: skip


def _with(tmp_path: Path, name: str, text: str) -> list[Cell]:
    _release(tmp_path, 1, [31, 3, 0])
    (tmp_path / "1" / name).write_text(text)
    return attack(tmp_path)


def test_honest_indicators_are_no_leak(tmp_path: Path) -> None:
    assert _with(tmp_path, "indicators.json", json.dumps([_indicator()])) == []


@pytest.mark.parametrize(
    "other",
    [
        {"n": 30, "percent": "88,2"},
        {"percent": "88,2"},
        {"d": 33, "percent": "93,9"},
        {"sentence": {"id": "31 dari 34 (91,2%), di antaranya 2 di RT 04."}},
        {"withheld": "level"},
    ],
)
def test_an_indicator_with_a_number_of_its_own_is_found(
    tmp_path: Path, other: dict[str, Any]
) -> None:
    assert _with(tmp_path, "indicators.json", json.dumps([_indicator(**other)]))


@pytest.mark.parametrize(("value", "leaks"), [("31", 0), ("34", 0), ("NA", 0), ("2", 1)])
def test_a_download_that_says_more_than_the_table_is_found(
    tmp_path: Path, value: str, leaks: int
) -> None:
    text = f"tingkat,wilayah,jenis_kelamin,kelas,nilai\ndesa,D,Jumlah,a,{value}\n"
    assert len(_with(tmp_path, "tabel/t.csv", text)) == leaks


@pytest.mark.parametrize(("value", "leaks"), [(31, 0), (34, 0), ("tidak diumumkan", 0), (2, 1)])
@pytest.mark.parametrize("name", ["tabel/t.xlsx", "tabel.xlsx"])
def test_a_workbook_that_says_more_than_the_table_is_found(
    tmp_path: Path, value: Any, leaks: int, name: str
) -> None:
    _release(tmp_path, 1, [31, 3, 0])
    book = openpyxl.Workbook()
    book.active.title = "01 t"
    for row in (["Judul"], ["Tingkat", "Wilayah", "a"], ["desa/kelurahan", "D", value]):
        book.active.append(row)
    book.save(tmp_path / "1" / name)
    assert len(attack(tmp_path)) == leaks
    hidden = book.create_sheet("simpanan")
    hidden.sheet_state = "veryHidden"
    hidden.append([31, 2])
    book.save(tmp_path / "1" / name)
    assert len(attack(tmp_path)) == leaks + 1


def _sexes(both: list[int], men: list[int], women: list[int], exact: list[int]) -> dict[str, Any]:
    row = {"area": "d", "parent": None, "open": exact, "corrected": False,
           "values": [[*part, sum(part)] for part in (both, men, women)]}  # fmt: skip
    return {"base": 3, "largest_step": 2, "unit": "orang", "rows": [row],
            "columns": [{"code": c} for c in ("a", "b", "jumlah")],
            "by": [{"code": c} for c in ("jumlah", "l", "p")]}  # fmt: skip


def test_both_sexes_must_be_the_sum_of_each() -> None:
    fine = _sexes([63, 3], [32, 0], [31, 3], [66, 32, 34])
    assert attack_tables([{"t": fine}]) == []
    apart = _sexes([62, 4], [32, 0], [31, 3], [66, 32, 34])
    assert ("0", "t", "d", "jumlah", "sexes") in attack_tables([{"t": apart}])


def test_people_outside_one_table_tell_of_ages_in_another() -> None:
    def ages(young: int) -> dict[str, Any]:
        return {
            "base": 3, "largest_step": 2, "unit": "orang", "title": {"id": "umur"},
            "by": [{"code": "jumlah"}],
            "columns": [{"code": c} for c in ("u00", "u05", "u10", "jumlah")],
            "rows": [{"area": "d", "values": [[young, 40, 50, 90 + young]]}],
        }  # fmt: skip

    def adults(outside: int) -> dict[str, Any]:
        return {
            "base": 3, "largest_step": 2, "unit": "orang", "by": [{"code": "jumlah"}],
            "title": {"id": "Penduduk 5 tahun ke atas"},
            "columns": [{"code": c} for c in ("x", "di_luar", "jumlah")],
            "rows": [{"area": "d", "values": [[90, outside, 90]]}],
        }  # fmt: skip

    assert attack_people({"umur": ages(3), "t": adults(7)}) == []
    assert attack_people({"umur": ages(3), "t": adults(0)}) == [
        ("t", "d", "jumlah", "di_luar"), ("umur", "d", "jumlah", "u00")
    ]  # fmt: skip
