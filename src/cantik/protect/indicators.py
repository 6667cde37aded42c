"""Indicators and their sentences, from protected tables only. Pure.

Nothing is read but published cells of the village's row, so an indicator says no more than its
table. No sentence says that there is none of something.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from cantik.kernel.numbers import ratio, whole


def indicators(
    wanted: Sequence[Any], tables: Mapping[str, Mapping[str, Any]], village: str
) -> list[dict[str, Any]]:
    """One entry for each indicator; n and d are sums of published cells."""
    return [_one(one, tables.get(one.table), village) for one in wanted]


def _one(one: Any, table: Mapping[str, Any] | None, village: str) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": one.id,
        "title": one.title,
        "table": one.table,
        "n": None,
        "d": None,
        "percent": None,
        "sentence": None,
        "withheld": "level",
        "question": one.question,
        "concept": one.concept,
        "definition": dict(getattr(one, "definition", {}) or {}),
        "interpretation": one.interpretation,
        # What it divides by what: another year's share is the same indicator only if this is.
        "made_of": {
            "numerator": list(one.numerator),
            "denominator": one.denominator
            if isinstance(one.denominator, str)
            else list(one.denominator),
            "multiplier": int(one.multiplier),
        },
    }
    if table is None:
        return entry
    row = next((row for row in table["rows"] if row["area"] == village), None)
    if row is None or row["values"] is None:
        return {**entry, "withheld": (row and row["withheld"]) or "level"}
    cells = dict(zip((c["code"] for c in table["columns"]), row["values"][0], strict=True))
    codes = ["jumlah"] if one.denominator == "all" else list(one.denominator)
    if not set(one.numerator) | set(codes) <= set(cells):
        return {**entry, "withheld": "merged"}
    n, d = (sum(cells[code] for code in picked) for picked in (one.numerator, codes))
    if d == 0:
        return {**entry, "withheld": "nothing_to_divide"}
    percent = ratio(n, d, multiplier=int(one.multiplier))
    sentence = None
    if n:
        sentence = {
            language: text.format(
                n=whole(n, language),
                d=whole(d, language),
                p=percent if language == "id" else percent.replace(",", "."),
            )
            for language, text in one.sentence.items()
        }
    return {**entry, "n": n, "d": d, "percent": percent, "sentence": sentence, "withheld": None}
