"""A module as it is written: words with few marks, read into parts a template can escape. Pure.

Front matter in YAML between two lines ``---``, then one screen after each ``## ``. In a screen:
paragraphs, lists (``- ``), numbered lists (``1. ``), a box (``> ``), and questions:

    ? What is asked
    ( ) a choice | why it is not right
    (x) the right one | why

Inside a line ``**bold**`` and ``[words](/address/)`` to a page of Cantik or to https. There is no
other mark and no HTML: a sign ``<`` is that sign.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

MARKS = re.compile(r"\*\*(?P<bold>[^*]+)\*\*|\[(?P<words>[^\]]+)\]\((?P<url>[^)\s]+)\)")
CHOICE = re.compile(r"^\((?P<right>[ x])\) (?P<words>[^|]+?) \| (?P<why>.+)$")
NUMBERED = re.compile(r"^\d+\. ")
MOST_WORDS, MOST_MINUTES = 900, 15
SCREENS = range(5, 9)


class BadLesson(ValueError):
    """A module that cannot be read or breaks a bound; the message names the place."""


@dataclass(frozen=True)
class Piece:
    """Words of a line: plain, bold, or a link to ``url``."""

    kind: str
    words: str
    url: str = ""


Line = tuple[Piece, ...]


@dataclass(frozen=True)
class Choice:
    words: Line
    right: bool
    why: Line


@dataclass(frozen=True)
class Block:
    """``kind``: para, list, steps, box, ask. ``lines`` of all but ask, which has ``choices``."""

    kind: str
    lines: tuple[Line, ...]
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Screen:
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Lesson:
    """``minutes`` to read and practise; ``aims`` what one can do afterwards; ``sources`` of facts;
    ``page`` an address inside the village's office where the work is done."""

    id: str
    title: str
    minutes: int
    aims: tuple[str, ...]
    sources: tuple[str, ...]
    page: str
    page_words: str
    screens: tuple[Screen, ...]
    words: int


def line(text: str) -> Line:
    """Raises BadLesson for a link that leads neither into Cantik nor to https."""
    found: list[Piece] = []
    at = 0
    for one in MARKS.finditer(text):
        if one.start() > at:
            found.append(Piece("plain", text[at : one.start()]))
        if one["bold"]:
            found.append(Piece("bold", one["bold"]))
        else:
            url = one["url"]
            if not url.startswith("https://") and not re.match(r"^/[a-z]", url):
                raise BadLesson(f"link {url}")
            found.append(Piece("link", one["words"], url))
        at = one.end()
    if at < len(text):
        found.append(Piece("plain", text[at:]))
    return tuple(found)


def read(id_: str, text: str) -> Lesson:
    """Raises BadLesson."""
    parts = text.split("---\n", 2)
    if len(parts) != 3 or parts[0]:
        raise BadLesson(f"{id_}: no front matter")
    head: Mapping[str, Any] = yaml.safe_load(parts[1])
    missing = {"title", "minutes", "aims", "sources", "page", "page_words"} - set(head)
    if missing:
        raise BadLesson(f"{id_}: without {', '.join(sorted(missing))}")
    before, *sections = re.split(r"^## ", parts[2], flags=re.MULTILINE)
    if before.strip():
        raise BadLesson(f"{id_}: words before the first screen")
    screens = tuple(_screen(id_, section) for section in sections)
    words = len(re.findall(r"\w+", parts[2]))
    if len(screens) not in SCREENS:
        raise BadLesson(f"{id_}: {len(screens)} screens")
    if words > MOST_WORDS or head["minutes"] > MOST_MINUTES:
        raise BadLesson(f"{id_}: {words} words, {head['minutes']} minutes")
    return Lesson(
        id_, head["title"], head["minutes"], tuple(head["aims"]), tuple(head["sources"]),
        head["page"], head["page_words"], screens, words,
    )  # fmt: skip


def _screen(id_: str, section: str) -> Screen:
    title, _, rest = section.partition("\n")
    chunks = [chunk.splitlines() for chunk in re.split(r"\n\s*\n", rest.strip()) if chunk.strip()]
    return Screen(title.strip(), tuple(_block(f"{id_}, {title.strip()}", one) for one in chunks))


def _block(place: str, rows: Sequence[str]) -> Block:
    first = rows[0]
    if first.startswith("? "):
        return _ask(place, rows)
    for kind, mark in (("list", "- "), ("box", "> ")):
        if first.startswith(mark):
            if not all(row.startswith(mark) for row in rows):
                raise BadLesson(f"{place}: {first}")
            return Block(kind, tuple(line(row.removeprefix(mark)) for row in rows))
    if NUMBERED.match(first):
        if not all(NUMBERED.match(row) for row in rows):
            raise BadLesson(f"{place}: {first}")
        return Block("steps", tuple(line(NUMBERED.sub("", row)) for row in rows))
    return Block("para", (line(" ".join(rows)),))


def _ask(place: str, rows: Sequence[str]) -> Block:
    choices = []
    for row in rows[1:]:
        found = CHOICE.match(row)
        if found is None:
            raise BadLesson(f"{place}: {row}")
        right = found["right"] == "x"
        choices.append(Choice(line(found["words"]), right, line(found["why"])))
    if len(choices) < 2 or sum(one.right for one in choices) != 1:
        raise BadLesson(f"{place}: a question needs two choices or more, one of them right")
    return Block("ask", (line(rows[0].removeprefix("? ")),), tuple(choices))
