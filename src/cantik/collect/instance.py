"""Read the XML of a form that was filled on a screen into the same contents as a workbook. Pure.

What came is not trusted: its size, its depth and every element are known before an answer is read.
"""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from cantik.design.api import Pack

from . import catalogue as told
from .reading import Contents, Sheet, Unreadable
from .workbook import FORMAT, NUMBER, Heading, columns

LARGEST = 1024 * 1024
MOST_MEMBERS = 200
ROOT, META, INSTANCE_ID = "data", "meta", "instanceID"
LONGEST_ID = 60
FIRST = 1  # the row of the form itself, and of its first member


def form_id(activity_id: str) -> str:
    return f"cantik-{activity_id}"


def version(pack: Pack) -> str:
    return pack.hash[:16]


def contents(data: bytes, *, pack: Pack, activity_id: str, book_id: str) -> Contents:
    """Raises Unreadable. Members are rows 1, 2, ...; calculated answers are left out, since they
    are worked out anew."""
    root = _root(data, pack, activity_id)
    heading = Heading(activity_id, pack.hash, FORMAT, book_id)
    main: dict[str, str] = {}
    inside: list[dict[str, str]] = []
    identified = False
    for child in root:
        if _name(child) == META:
            identified = _identified(child)
        elif pack.member and child.tag == pack.member:
            if len(inside) == MOST_MEMBERS:
                raise Unreadable(told.FORM_LARGE.problem())
            inside.append(_answers(child, pack, pack.member))
        else:
            _take(child, main, pack, pack.main)
    if not identified:
        raise Unreadable(told.FORM_BROKEN.problem())
    return Contents(
        heading, _sheet([main], pack, pack.main),
        _sheet(inside, pack, pack.member) if pack.member else Sheet([], {}, {}),
    )  # fmt: skip


def _root(data: bytes, pack: Pack, activity_id: str) -> Element:
    if len(data) > LARGEST:
        raise Unreadable(told.FORM_LARGE.problem())
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError):
        raise Unreadable(told.FORM_BROKEN.problem()) from None
    if root.tag != ROOT or root.get("id") != form_id(activity_id):
        raise Unreadable(told.FORM_OTHER.problem())
    if root.get("version") not in {hash_[:16] for hash_ in (pack.hash, *pack.earlier)}:
        raise Unreadable(told.FORM_OTHER.problem())
    return root


def _name(element: Element) -> str:
    """Without its namespace: ``meta`` may stand in that of OpenRosa."""
    return str(element.tag).rpartition("}")[2]


def _identified(meta: Element) -> bool:
    found = [(one.text or "").strip() for one in meta if _name(one) == INSTANCE_ID]
    return len(found) == 1 and 0 < len(found[0]) <= LONGEST_ID


def _answers(element: Element, pack: Pack, record: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for child in element:
        _take(child, found, pack, record)
    return found


def _take(element: Element, into: dict[str, str], pack: Pack, record: str) -> None:
    """One answer: of a question of this record, once, with nothing inside."""
    name = str(element.tag)
    known = {q.name for q in pack.instrument.of(record)}
    if name not in known or name in into or len(element):
        raise Unreadable(told.FORM_BROKEN.problem())
    into[name] = (element.text or "").strip()


def _sheet(rows: list[dict[str, str]], pack: Pack, record: str) -> Sheet:
    asked = [q.name for q in columns(pack, record)]
    values: dict[str, list[Any]] = {name: [row.get(name) or None for row in rows] for name in asked}
    values[NUMBER] = [str(FIRST)] * len(rows)  # one form, one family: all rows are its own
    return Sheet(range(FIRST, FIRST + len(rows)), values, dict.fromkeys(values, ""))


def place(sheet: str, row: int, named: Mapping[str, str], pack: Pack) -> tuple[str, int | None]:
    """The record a fault stands in, and which member (from 0)."""
    record = next((one for one, title in named.items() if title == sheet), pack.main)
    return record, row - FIRST if record != pack.main else None
