"""The book says nothing the attacked tables do not; the reader that proves it can find fault."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from cantik.disseminate.book import book
from tests.protocol.protect_book import compare, printed, released, text_of
from tests.unit.disseminate_sample import sample, sheets

Change = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    made = sample()
    given = (json.loads(made[f"{one}.json"]) for one in ("release", "indicators"))
    facts, indicators = given
    return made | {"buku.pdf": book(facts, sheets(made), indicators)}


def test_the_book_holds_no_figure_beyond_the_tables(files: dict[str, bytes]) -> None:
    assert compare(files["buku.pdf"], released(files)) == []


def test_every_row_of_every_table_is_read(files: dict[str, bytes]) -> None:
    own = released(files)
    titles = {one["title"]["id"]: one for one in own.tables.values()}
    found = {
        one.title: list(one.rows({row["label"] for row in titles[one.title]["rows"]}))
        for one in printed(text_of(files["buku.pdf"]), set(titles))
        if one.kind == "Tabel" and one.title in titles
    }
    assert set(found) == set(titles)
    for title, rows in found.items():
        assert len(rows) >= min(len(titles[title]["rows"]), len(titles[title]["columns"])), title


def largest(table: dict[str, Any]) -> tuple[list[int], int]:
    """Where the largest figure of the whole village stands."""
    values = table["rows"][0]["values"][0]
    return values, values.index(max(values))


def one_more(table: dict[str, Any]) -> None:
    values, at = largest(table)
    values[at] += 3


def withhold(table: dict[str, Any]) -> None:
    table["rows"][0]["values"] = None


def forget_an_area(table: dict[str, Any]) -> None:
    table["rows"][-1]["values"] = None


@pytest.mark.parametrize("change", [one_more, withhold, forget_an_area])
def test_a_figure_that_was_not_released_is_found(files: dict[str, bytes], change: Change) -> None:
    found = 0
    for name in sorted(released(files).tables):
        table = json.loads(files[name])
        # Exact totals stand in open tables twice; a rounded one holds what may be told.
        if not table["base"] or None in (table["rows"][0]["values"], table["rows"][-1]["values"]):
            continue
        change(table)
        told = compare(files["buku.pdf"], released(files | {name: json.dumps(table).encode()}))
        assert any(one.startswith(table["title"]["id"]) for one in told), name
        found += 1
    assert found


def test_a_sentence_that_says_more_is_found(files: dict[str, bytes]) -> None:
    own = released(files)
    told = [one for one in own.indicators if one["n"] is not None]
    assert told
    for one in told:
        table = own.tables[f"tabel/{one['table']}.json"]
        for row in table["rows"]:
            row["values"] = None
    hidden = [{**one, "n": None, "d": None} for one in own.indicators]
    faults = compare(files["buku.pdf"], type(own)(own.facts, own.tables, hidden))
    assert any(one.startswith("sentence: ") for one in faults)


def test_a_table_the_book_leaves_out_is_told(files: dict[str, bytes]) -> None:
    own = released(files)
    extra = {**next(iter(own.tables.values())), "title": {"id": "Tabel yang tidak dicetak"}}
    faults = compare(
        files["buku.pdf"], type(own)(own.facts, {**own.tables, "tabel/x.json": extra},
                                     own.indicators),
    )  # fmt: skip
    assert faults == ["not printed: Tabel yang tidak dicetak"]
