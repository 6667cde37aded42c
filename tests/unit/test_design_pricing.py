"""What a price sheet in somebody's own shape is understood to say."""

import io
from contextlib import suppress
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cantik.design import checks, pricing
from cantik.design.reading import build


def read(text: str) -> pricing.PriceSheet:
    return pricing.read(pricing.cells(text.encode()))


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("05/01/2026", date(2026, 1, 5)), ("2026-01-05", date(2026, 1, 5)),
        ("5-1-2026", date(2026, 1, 5)), ("5 Januari 2026", date(2026, 1, 5)),
        ("Jan 5, 2026", date(2026, 1, 5)), ("Mei 2026", date(2026, 5, 1)),
        ("2026-W02", date(2026, 1, 5)), ("2026-01", date(2026, 1, 1)),
        ("05.01.2026", date(2026, 1, 5)), ("2026-01-05 10:00:00", date(2026, 1, 5)),
    ],
)  # fmt: skip
def test_days_as_people_write_them(cell: str, wanted: date) -> None:
    assert read(f"Tanggal;Beras\n{cell};14000\n").quotes[0].day == wanted


def test_a_sheet_that_can_only_be_month_first_is_read_so_and_says_so() -> None:
    sheet = read("Date;Rice\n1/5/2026;1\n1/25/2026;2\n")
    assert sheet.month_first
    assert sheet.days == [date(2026, 1, 5), date(2026, 1, 25)]


def test_one_day_that_does_not_exist_turns_no_other_around() -> None:
    days = ["02/11/2026", "03/11/2026", "31/02/2026", "04/11/2026", "05/11/2026"]
    sheet = read("Tanggal;Beras\n" + "".join(f"{day};14000\n" for day in days))
    assert not sheet.month_first
    assert sheet.unread == 1
    assert sheet.days == [date(2026, 11, day) for day in (2, 3, 4, 5)]


@pytest.mark.parametrize(
    ("column", "wanted", "decimals"),
    [
        (["14.000", "9.500"], ["14000", "9500"], 0),  # thousands as here
        (["14,000", "9,5"], ["14", "9.5"], 1),
        (["14.25", "9.500"], ["14.25", "9.5"], 2),  # one cell shows that points are decimal
        (["Rp 14.000", "rp9.500"], ["14000", "9500"], 0),
        (["1.234.567,89", "1"], ["1234567.89", "1"], 2),
        (["1,234,567.89", "1"], ["1234567.89", "1"], 2),
        (["14000", "-"], ["14000"], 0),
    ],
)
def test_numbers_by_their_whole_column(column: list[str], wanted: list[str], decimals: int) -> None:
    lines = "\n".join(f"{at + 1:02}/01/2026;{cell}" for at, cell in enumerate(column))
    sheet = read(f"Tanggal;Beras\n{lines}\n")
    found = [one.cells["Beras"] for one in sheet.quotes if one.cells]
    assert found == [Decimal(one) for one in wanted]
    assert sheet.decimals == decimals


def test_a_number_beyond_all_prices_is_words() -> None:
    lines = "".join(f"{day:02}/01/2026;14000\n" for day in range(1, 9))
    sheet = read(f"Tanggal;Beras\n{lines}09/01/2026;1e999999\n10/01/2026;0\n")
    assert [one.cells["Beras"] for one in sheet.quotes][-2:] == ["1e999999", Decimal(0)]


def test_two_markets_a_day_beside_a_column_for_each_item_stay_wide() -> None:
    sheet = read("Tanggal,Pasar,Beras,Gula\n2026-01-05,A,1,2\n2026-01-05,B,3,4\n")
    assert not sheet.long
    assert [one.nth for one in sheet.quotes] == [1, 2]
    assert sheet.quotes[1].cells == {"Beras": Decimal(3), "Gula": Decimal(4), "Pasar": "B"}


def test_a_long_sheet_of_one_quote_a_row() -> None:
    sheet = read("tgl,komoditas,harga\n2026-01-05,Beras,1\n2026-01-05,Gula,2\n2026-01-05,Gula,3\n")
    assert sheet.long
    assert (sheet.items, sheet.price) == (("Beras", "Gula"), "harga")
    assert [(one.nth, dict(one.cells)) for one in sheet.quotes] == [
        (1, {"Beras": Decimal(1), "Gula": Decimal(2)}), (2, {"Gula": Decimal(3)}),
    ]  # fmt: skip


def test_a_workbook_with_a_title_and_real_dates() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Harga pasar desa"])
    sheet.append([])
    sheet.append(["Tanggal", "Beras", "Gula"])
    sheet.append([date(2026, 1, 5), 14000, 18000.5])
    out = io.BytesIO()
    book.save(out)
    found = pricing.read(pricing.cells(out.getvalue()))
    assert found.quotes[0].row == 4
    assert found.quotes[0].cells == {"Beras": Decimal(14000), "Gula": Decimal("18000.5")}


@pytest.mark.parametrize(
    "data",
    [
        b"Tanggal" + b";a" * pricing.MOST_COLUMNS + b"\n",
        b"Tanggal;Beras\n" + b"05/01/2026;1\n" * pricing.MOST_ROWS,
        b"Tanggal" + b";a" * 99 + b"\n" + (b"05/01/2026" + b";1" * 99 + b"\n") * 6000,
        b"Tanggal" + b";a" * 101 + b"\n05/01/2026" + b";1" * 101 + b"\n",
        b"x" * (pricing.LARGEST + 1),
    ],
    ids=["columns", "rows", "cells", "items", "bytes"],
)
def test_too_much_is_refused_before_it_is_looked_through(data: bytes) -> None:
    with pytest.raises(pricing.NotPrices, match="too_much"):
        pricing.read(pricing.cells(data))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    found: pricing.PriceSheet | None = None
    with suppress(pricing.NotPrices):
        found = pricing.read(pricing.cells(data))
    assert found is None or found.items


@given(st.text(alphabet='0123456789,.;-/\n" aRp\u2013', max_size=200))
def test_any_text_of_numbers_is_read_or_refused(text: str) -> None:
    found: pricing.PriceSheet | None = None
    with suppress(pricing.NotPrices):
        found = read("Tanggal;Beras\n05/01/2026;14000\n" + text)
    assert found is None or all(
        isinstance(cell, str) or cell.is_finite()
        for one in found.quotes
        for cell in one.cells.values()
    )


@pytest.mark.parametrize("every", ["day", "week", "month", "year"])
@pytest.mark.parametrize("opened", [True, False])
def test_the_questionnaire_of_a_sheet_holds_together(every: str, opened: bool) -> None:
    wishes = pricing.Wishes(
        "desa_x", "Harga", every, 2, "rupiah", opened, {"Beras": "kg", 'Nila "segar"': "ekor"}, "x"
    )
    pack, faults = build(pricing.content(wishes))
    assert [*faults, *checks.check(pack)] == []
    assert [one.label["id"] for one in pack.series[0].items] == ["Beras", 'Nila "segar"']
