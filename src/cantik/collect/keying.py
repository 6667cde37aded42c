"""Forms keyed from paper: the lines of the page, and what was typed as the XML of a form. Pure.

The page has the numbers, codes and arrows of the paper. What is typed goes the way of every form
filled on a screen: the same reading, the same checks, the same storing.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import yaml

from cantik.design.api import Asked, Pack, asked
from cantik.kernel.text import Text, as_said_in, pick

from . import instance

MOST_CODES = 60  # told on the page; of a longer list words are typed and found when it is read
MOST_LINES = 40
MOST_FIELDS = 950  # of one post: the server takes a thousand
LONGEST = 300
MAIN = -1  # in the name of a field: the form itself


@dataclass(frozen=True)
class Policy:
    since: date
    percent: int
    fewest: int
    days: int
    lines: int


@cache
def policy() -> Policy:
    return Policy(**yaml.safe_load(Path(__file__).with_name("keying.yaml").read_text("utf-8")))


@dataclass(frozen=True)
class Field:
    """One field of the page. ``codes`` are (code, words); ``when`` is the arrow of the paper as
    JSON for the page's script, "" where the question is always asked."""

    key: str
    name: str
    number: int
    label: str
    kind: str  # place, choice, integer, date, text
    codes: tuple[tuple[str, str], ...]
    when: str
    required: bool
    value: str = ""


def key(record: str, at: int, name: str) -> str:
    return f"{record}.{at}.{name}"


def fields(
    pack: Pack,
    record: str,
    at: int,
    typed: Mapping[str, str],
    *,
    places: Sequence[tuple[str, str]],
    language: str,
    kind: str,
) -> list[Field]:
    """The fields of one record in the order of the paper; ``at`` counts members from 0."""

    def say(text: Text) -> str:
        return pick(as_said_in(text, kind), language)

    made = []
    for one in asked(pack)[record]:
        question = one.question
        place = question.role == "area"
        codes = tuple(places) if place else tuple((c.code, say(c.label)) for c in one.choices)
        name = key(record, at, question.name)
        made.append(
            Field(
                name,
                question.name,
                one.number,
                say(question.label),
                "place" if place else question.kind,
                codes if place or len(codes) <= MOST_CODES else (),
                _when(one, at),
                question.required,
                typed.get(name, ""),
            )
        )
    return made


def _when(one: Asked, at: int) -> str:
    """Conditions that words can tell, as data: [[field, codes] or [field, sign, number], ...]."""
    told: list[list[Any]] = []
    for part in one.conditions:
        if part.question is None:
            return ""
        where = at if part.question.record == one.question.record else MAIN
        field = key(part.question.record, where, part.question.name)
        if part.answers:
            told.append([field, [choice.code for choice in part.answers]])
        elif part.sign:
            told.append([field, part.sign, float(part.number)])
        else:
            return ""
    return json.dumps(told) if told else ""


def lines(pack: Pack, typed: Mapping[str, str], least: int) -> int:
    """How many lines for members the page shows: all that hold something, and some empty ones."""
    if not pack.member:
        return 0
    filled = [at for at in range(MOST_LINES) if _filled(pack, typed, at)]
    each = max(1, len(pack.instrument.of(pack.member)))
    most = max(1, (MOST_FIELDS - len(pack.instrument.of(pack.main))) // each)
    return min(MOST_LINES, most, max([least, *[at + 1 for at in filled]]))


def _filled(pack: Pack, typed: Mapping[str, str], at: int) -> bool:
    return any(typed.get(key(pack.member, at, q.name)) for q in pack.instrument.of(pack.member))


def written(pack: Pack, typed: Mapping[str, str], *, activity_id: str, instance_id: str) -> bytes:
    """What was typed as the XML of this form. Lines left empty are no members."""
    root = Element(
        instance.ROOT,
        {"id": instance.form_id(activity_id), "version": instance.version(pack)},
    )
    meta = SubElement(root, instance.META)
    SubElement(meta, instance.INSTANCE_ID).text = instance_id
    _write(root, pack, pack.main, MAIN, typed)
    if pack.member:
        for at in range(MOST_LINES):
            if _filled(pack, typed, at):
                _write(SubElement(root, pack.member), pack, pack.member, at, typed)
    made: bytes = tostring(root, encoding="utf-8")
    return made


def _write(into: Element, pack: Pack, record: str, at: int, typed: Mapping[str, str]) -> None:
    for question in pack.instrument.of(record):
        value = typed.get(key(record, at, question.name), "")
        if question.role != "derived" and value:
            SubElement(into, question.name).text = _legal(value)


def _legal(value: str) -> str:
    """Without what XML cannot carry; cut far above what any answer needs."""
    return "".join(c for c in value if c.isprintable())[: LONGEST + 1]


def member_at(pack: Pack, typed: Mapping[str, str], place: int | None) -> int:
    """The line on the page of the member that stands at ``place`` in what was written."""
    if place is None:
        return MAIN
    filled = [at for at in range(MOST_LINES) if _filled(pack, typed, at)]
    return filled[place] if place < len(filled) else MAIN


# -- two entries ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """One answer that was keyed in two ways. ``member`` counts from 0, None for the form."""

    record: str
    member: int | None
    name: str
    first: Any
    second: Any


def differences(
    pack: Pack, first: Mapping[str, Any], second: Mapping[str, Any]
) -> tuple[list[Difference], int]:
    """Where two entries of one form differ, and how many answers were compared. Both are by
    record, sealed and open answers together; calculated ones are not keyed."""
    found: list[Difference] = []
    compared = 0
    rows: list[tuple[str, int | None, Mapping[str, Any], Mapping[str, Any]]] = [
        (pack.main, None, first[pack.main], second[pack.main])
    ]
    if pack.member:
        one, other = first[pack.member], second[pack.member]
        rows += [(pack.member, at, one[at], other[at]) for at in range(min(len(one), len(other)))]
    for record, member, mine, theirs in rows:
        for question in pack.instrument.of(record):
            if question.role == "derived":
                continue
            a, b = _plain(mine.get(question.name)), _plain(theirs.get(question.name))
            if a is None and b is None:
                continue
            compared += 1
            if a != b:
                found.append(Difference(record, member, question.name, a, b))
    return found, compared


def _plain(value: Any) -> Any:
    if value is None or value == "":
        return None
    return value.isoformat() if isinstance(value, date) else str(value).strip()
