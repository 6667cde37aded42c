"""Which questions stand together on one screen of a phone, and under what heading. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cantik.design.api import Pack, Question
from cantik.kernel.expression import names
from cantik.kernel.text import Text

FULL = 10  # what a screen holds: a short question is 1, a long list 3
PLACE, NOTES = "place", "notes"  # headings of our own


@dataclass(frozen=True)
class Screen:
    """``title`` is the words of a chapter, or "" where ``kind`` (place, notes) or the record's own
    title says it; ``part`` counts the screens of one heading from 1, 0 for the only one."""

    record: str
    kind: str
    title: Text
    names: tuple[str, ...]
    part: int = 0


def screens(pack: Pack, record: str) -> list[Screen]:
    """All questions of a record that are asked, in their order. A heading is the chapter of the
    tables made of the answers; who and where come first, free notes stand apart."""
    chapters = {one.id: one.title for one in pack.book.chapters}
    of_variable = _chapters(pack)
    found: list[tuple[str, Text, list[Question]]] = []
    heading: tuple[str, Text] = (PLACE, {}) if record == pack.main else ("", {})
    for question in pack.instrument.of(record):
        if question.calculate is not None or question.role == "derived":
            continue
        if question.role == "free":
            wanted: tuple[str, Text] = (NOTES, {})
        elif question.name == pack.result or question.role in ("key", "area", "identity"):
            wanted = heading
        else:
            chapter = of_variable.get(question.name, "")
            wanted = ("", chapters[chapter]) if chapter in chapters else heading
            if wanted[0] == PLACE:
                wanted = ("", {})
        heading = wanted if question.role != "free" else heading
        if not found or (found[-1][0], found[-1][1]) != wanted:
            found.append((*wanted, []))
        found[-1][2].append(question)
    return _joined(pack, record, found)


def _chapters(pack: Pack) -> dict[str, str]:
    """The chapter of each question: that of its table, else of a table of what follows from it."""
    found = {t.variable: t.chapter for t in reversed(pack.tables)}
    for question in pack.instrument.questions:
        if question.calculate is not None and question.name in found:
            for name in names(question.calculate):
                found.setdefault(name, found[question.name])
    return found


def _joined(
    pack: Pack, record: str, found: Sequence[tuple[str, Text, list[Question]]]
) -> list[Screen]:
    """Cut what is too long for a screen. A heading with one question joins the one before."""
    groups: list[tuple[str, Text, list[Question]]] = []
    for kind, title, questions in found:
        alone = len(questions) == 1 and kind == "" and groups and groups[-1][0] == ""
        if alone and _weight(pack, groups[-1][2]) < FULL:
            groups[-1][2].extend(questions)
        else:
            groups.append((kind, title, list(questions)))
    cut: list[Screen] = []
    for kind, title, questions in groups:
        total = _weight(pack, questions)
        even = total / math.ceil(total / FULL)  # so that no question is left on a screen alone
        parts: list[list[Question]] = [[]]
        for question in questions:
            there = _weight(pack, parts[-1])
            if parts[-1] and (there >= even or there + _weight(pack, [question]) > FULL):
                parts.append([])
            parts[-1].append(question)
        cut += [
            Screen(record, kind, title, tuple(q.name for q in part), at if len(parts) > 1 else 0)
            for at, part in enumerate(parts, start=1)
        ]
    return cut


def _weight(pack: Pack, questions: Sequence[Question]) -> int:
    total = 0
    for question in questions:
        answers = len(pack.choices(question))
        total += 1 if answers <= 2 else 2 if answers <= 5 else 3
    return total
