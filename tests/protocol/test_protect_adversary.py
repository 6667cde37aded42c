"""An adversary apart from the auditor: plain Python over released files, no room imported.

``attack(folder)`` reads <folder>/<number>/tabel/*.json of every release and returns the cells whose
count he can tell (a single value, or certainly 1..base-1).
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

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
                    for at, (low, high) in enumerate(spans):
                        low, high = (
                            max(low, total - (highs - high)), min(high, total - (lows - low))
                        )  # fmt: skip
                        key = (id_, name, by["code"], shape + ":" + codes[at])
                        known[key] = (low, high, total)
                        if low >= high or (low >= 1 and high < base):
                            found.append((str(number), id_, name, by["code"], codes[at]))
    return found


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


def attack(folder: Path) -> list[Cell]:
    """Failing cells over all releases in a village's released folder, period by period."""
    periods: dict[str, list[dict[str, Any]]] = {}
    for place in sorted(
        (p for p in folder.iterdir() if p.name.isdigit()), key=lambda p: int(p.name)
    ):
        tables = {
            f.stem: json.loads(f.read_text("utf-8")) for f in (place / "tabel").glob("*.json")
        }
        for period in {table["period"] for table in tables.values()}:
            periods.setdefault(period, []).append(
                {id_: table for id_, table in tables.items() if table["period"] == period}
            )
    return [cell for releases in periods.values() for cell in attack_tables(releases)]


def _release(folder: Path, number: int, cells: list[int]) -> None:
    place = folder / str(number) / "tabel"
    place.mkdir(parents=True)
    columns = [{"code": c} for c in "abc"] + [{"code": "jumlah"}]
    row = {"area": "d", "parent": None, "open": [34], "values": [[*cells, 34]], "corrected": False}
    table = {"base": 3, "largest_step": 2, "period": "2026", "by": [{"code": "jumlah"}],
             "columns": columns, "rows": [row]}  # fmt: skip
    (place / "t.json").write_text(json.dumps(table))


def test_a_small_count_shown_as_it_is_is_found(tmp_path: Path) -> None:
    _release(tmp_path, 1, [30, 2, 2])
    assert attack(tmp_path)


def test_two_roundings_of_the_same_answers_are_found(tmp_path: Path) -> None:
    _release(tmp_path, 1, [31, 3, 0])
    assert attack(tmp_path) == []
    _release(tmp_path, 2, [31, 0, 3])
    assert {cell[-1] for cell in attack(tmp_path)} == {"b", "c"}
