"""Periods of a series: a day, an ISO week, a month or a year. Pure.

A period is known by its key: 2026-03-04, 2026-W10, 2026-03 or 2026. Keys of one kind sort in time.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from . import numbers


def key(day: date, every: str) -> str:
    """The period a day lies in."""
    if every == "week":
        year, week, _weekday = day.isocalendar()
        return f"{year:04}-W{week:02}"
    return {"day": day.isoformat(), "month": day.isoformat()[:7], "year": day.isoformat()[:4]}[
        every
    ]


def start(period: str) -> date:
    """The first day of a period. Raises ValueError for what is no key."""
    year, _dash, rest = period.partition("-")
    if rest.startswith("W"):
        return date.fromisocalendar(int(year), int(rest[1:]), 1)
    if len(rest) > 2:
        return date.fromisoformat(period)
    return date(int(year), int(rest or 1), 1)


def following(period: str) -> str:
    """The period after this one. Raises OverflowError at the end of the calendar."""
    first = start(period)
    if "W" in period:
        return key(first + timedelta(days=7), "week")
    if len(period) == len("2026"):
        return f"{first.year + 1:04}"
    if len(period) == len("2026-03"):
        return key((first.replace(day=28) + timedelta(days=4)).replace(day=1), "month")
    return key(first + timedelta(days=1), "day")


def between(first: str, last: str) -> Iterator[str]:
    """All periods from the first to the last."""
    while first < last:
        yield first
        first = following(first)
    yield last


def words(period: str, language: str = "id") -> str:
    """As a reader says it: "12–18 Jan 2026", "Januari 2026", "2026"."""
    first = start(period)
    if "W" in period:
        last = first + timedelta(days=6)
        end = numbers.day_short(last, language)
        if first.month == last.month:
            return f"{first.day}–{end}"
        begin = numbers.day_short(first, language)
        same = f" {first.year}"
        return f"{begin.removesuffix(same) if first.year == last.year else begin} – {end}"
    if len(period) == len("2026"):
        return period
    if len(period) == len("2026-03"):
        return numbers.day(first, language).split(" ", 1)[1]
    return numbers.day_short(first, language)


def short(period: str, language: str = "id") -> str:
    """As it stands under a chart: the day without its year; the month with its own."""
    if len(period) == len("2026"):
        return period
    said = numbers.day_short(start(period), language).split()
    return " ".join(said[1:] if len(period) == len("2026-03") else said[:2])
