"""The chapters of a book in the order that villages use. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from cantik.kernel.text import Text

FILE = Path(__file__).with_name("chapters.yaml")
PLACE = "geografi"  # the chapter that every book opens with


@dataclass(frozen=True)
class Known:
    id: str
    title: Text
    also: tuple[str, ...]


@cache
def known() -> tuple[Known, ...]:
    read = yaml.safe_load(FILE.read_text(encoding="utf-8"))["chapters"]
    return tuple(Known(one["id"], one["title"], tuple(one["also"])) for one in read)


def place(chapter_id: str) -> int:
    """Where a chapter stands; one that is not known stands after all others."""
    for at, one in enumerate(known()):
        if chapter_id == one.id or chapter_id in one.also:
            return at
    return len(known())


def not_covered(chapter_ids: Iterable[str]) -> list[Text]:
    """Titles of the usual chapters that a release says nothing of."""
    told = {place(one) for one in chapter_ids}
    return [one.title for at, one in enumerate(known()) if at not in told and one.id != PLACE]
