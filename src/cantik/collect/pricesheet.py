"""A price sheet as somebody keeps it, read as answers of a questionnaire with prices. Pure.

Its columns (or, where each row is one quote, its goods) are those of the questionnaire by name or
by words. Every row is a sheet of prices of its own; one that is sent again replaces itself.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from cantik.design import api as design
from cantik.design.api import Pack, Question
from cantik.kernel.problems import Problem

from . import catalogue as told
from .reading import Contents, Sheet, Unreadable
from .workbook import FORMAT, NUMBER, Heading, columns, sheets

MOST_TOLD = 20  # columns that are not taken


@dataclass(frozen=True)
class Prices:
    contents: Contents
    problems: list[Problem]  # what was not taken


def read(data: bytes, *, pack: Pack, activity_id: str, limit: int) -> Prices:
    """Raises Unreadable."""
    try:
        found = design.price_sheet(data, limit=limit)
    except design.NotPrices:
        raise Unreadable(told.NOT_PRICES.problem()) from None
    known = _known(pack)
    goods = {item: known[_plain(item)] for item in found.items if _plain(item) in known}
    items = {item.name for series in pack.series for item in series.items}
    if not any(one.name in items for one in goods.values()):
        raise Unreadable(told.NO_GOODS.problem())
    day = pack.series[0].date
    decimals = pack.series[0].decimals
    taken = {**{o: known[_plain(o)] for o in found.others if _plain(o) in known}, **goods}
    asked = columns(pack, pack.main)
    values: dict[str, list[Any]] = {NUMBER: [], **{q.name: [] for q in asked}}
    for quote in found.quotes:
        row: dict[str, Any] = {
            taken[word].name: _cell(taken[word], value, decimals)
            for word, value in quote.cells.items()
            if word in taken
        }
        row[day] = quote.day
        when = quote.day.isoformat() if isinstance(quote.day, date) else f"baris {quote.row}"
        row[NUMBER] = when if quote.nth == 1 else f"{when}, {quote.nth}"
        for name, column in values.items():
            column.append(row.get(name))
    heading = Heading(activity_id, pack.hash, FORMAT, _book(found, taken))
    rows = [quote.row for quote in found.quotes]
    sheet = Sheet(rows, values, dict.fromkeys(values, ""))
    name = sheets(pack)[pack.main]
    unknown = [word for word in (*found.items, *found.others) if word not in taken]
    return Prices(
        Contents(heading, sheet, Sheet([], {}, {})),
        [told.NOT_TAKEN.problem(sheet=name, shown=word) for word in unknown[:MOST_TOLD]],
    )


def _plain(words: str) -> str:
    return " ".join(words.lower().replace("_", " ").split())


def _known(pack: Pack) -> dict[str, Question]:
    """Questions by what a column may be called: their name, their words, or those of the item."""
    asked = {q.name: q for q in columns(pack, pack.main)}
    found: dict[str, Question] = {}
    for one in asked.values():
        for words in (one.name, *one.label.values()):
            found.setdefault(_plain(words), one)
    for series in pack.series:
        for item in series.items:
            for words in item.label.values():
                found.setdefault(_plain(words), asked[item.name])
    return found


def _cell(question: Question, value: Decimal | str, decimals: int) -> Any:
    """A price in units of its last digit; of another question the answer as it was written."""
    if isinstance(value, str) or question.kind != "integer":
        return str(value)
    return design.scaled_price(value, decimals)


def _book(found: design.PriceSheet, taken: Mapping[str, Question]) -> str:
    """What makes a sheet the same sheet when it is sent again with more rows or mended prices: its
    columns, and what its first row says besides prices."""
    first = found.quotes[0]
    words = [value for value in first.cells.values() if isinstance(value, str)]
    told_ = "\n".join([*sorted(taken), str(first.day), *words])
    return "harga-" + hashlib.sha256(told_.encode()).hexdigest()[:16]
