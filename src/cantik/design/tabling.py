"""A table the officer puts together: one question in classes of one's own, for whom, how far down.

Pure: what was chosen goes in, a table and its classes as a pack writes them come out. How sensitive
a question is stays as the pack says; how far down a table goes may only be made stricter.
"""

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .pack import LOWEST, SEX, Class, Pack, Question, TableTemplate
from .reading import Content, build
from .universes import plain, universe, universe_words
from .xlsform import LANGUAGES

MOST_CLASSES = 20
MOST_CHOICES = 60  # of a question whose answers are grouped by hand
LARGEST = 1_000_000_000
_RANGE = re.compile(r"(\d{1,10})(?:\s*[-–]\s*(\d{1,10})|\s*(\+))?")
_WORD = re.compile(r"[a-z0-9]+")


class NotFit(ValueError):
    """What was chosen makes no table; ``code`` says how, ``shown`` the words it is about."""

    def __init__(self, code: str, shown: str = "") -> None:
        super().__init__(code)
        self.code, self.shown = code, shown


@dataclass(frozen=True)
class Wish:
    """``limits`` as typed for a number ("0-4, 5-9, 10+"), ``groups`` the name of the class by code
    for choices. ``only`` is (question, code) of who counts, ``between`` (question, first, last)."""

    variable: str
    title: str
    purpose: str
    limits: str = ""
    groups: Mapping[str, str] = field(default_factory=dict)
    by_sex: bool = False
    only: tuple[str, str] | None = None
    between: tuple[str, int | None, int | None] | None = None
    lowest: str = "desa"


def tabled(pack: Pack) -> list[Question]:
    """The questions a table can be made of: facts of choices or numbers, and calculations."""
    return [
        one
        for one in pack.instrument.questions
        if one.role in ("fact", "derived")
        and (one.kind == "integer" or 1 < len(pack.choices(one)) <= MOST_CHOICES)
    ]


def limits(typed: str) -> list[tuple[int, int | None]]:
    """ "0-4, 5-9, 10+" as ranges with both ends inside. Raises NotFit: text, turned, overlap, gap,
    open (in the middle), few, many."""
    found: list[tuple[int, int | None]] = []
    for part in (one.strip() for one in re.split(r"[,;\n]", typed)):
        if not part:
            continue
        read = _RANGE.fullmatch(part)
        if read is None:
            raise NotFit("text", part[:20])
        low = int(read[1])
        high = None if read[3] else int(read[2] or read[1])
        if max(low, high or 0) > LARGEST:
            raise NotFit("text", part[:20])
        if high is not None and high < low:
            raise NotFit("turned", part)
        if found:
            end = found[-1][1]
            if end is None:
                raise NotFit("open", part)
            if low <= end:
                raise NotFit("overlap", part)
            if low > end + 1:
                raise NotFit("gap", f"{end + 1}" if low == end + 2 else f"{end + 1}-{low - 1}")
        found.append((low, high))
    if len(found) < 2:
        raise NotFit("few")
    if len(found) > MOST_CLASSES:
        raise NotFit("many")
    return found


def _shown(low: int, high: int | None) -> str:
    if high is None:
        return f"{low}+"
    return str(low) if low == high else f"{low}–{high}"


def _both(words: str) -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, words)


def classes(pack: Pack, question: Question, wish: Wish) -> list[dict[str, Any]]:
    """The classes as a pack writes them. Raises NotFit."""
    if question.kind == "integer":
        return [
            {"code": f"a{low}", "label": _both(_shown(low, high)), "range": [low, high]}
            for low, high in limits(wish.limits)
        ]
    choices = pack.choices(question)
    if not 1 < len(choices) <= MOST_CHOICES:
        raise NotFit("long")
    inside: dict[str, list[int]] = {}
    for at, choice in enumerate(choices):
        name = " ".join(wish.groups.get(choice.code, "").split()) or choice.label["id"]
        inside.setdefault(name.casefold(), []).append(at)
    if len(inside) > MOST_CLASSES:
        raise NotFit("many")
    if len(inside) < 2:
        raise NotFit("few")
    found = []
    for number, places in enumerate(inside.values(), start=1):
        first = choices[places[0]]
        typed = " ".join(wish.groups.get(first.code, "").split())
        own = len(places) == 1 and typed in ("", first.label["id"])
        found.append(
            {"code": f"k{number}", "label": dict(first.label) if own else _both(typed[:80]),
             "members": [choices[at].code for at in places]}
        )  # fmt: skip
    return found


def sensitivity(pack: Pack, variable: str) -> tuple[str, str]:
    """How sensitive a question is and how far down it may go: as strictly as any of its tables."""
    known = [one for one in pack.classifications.values() if one.variable == variable]
    if not known:
        return "restricted", "desa"
    order = ("open", "restricted", "sensitive")
    kind = max((one.sensitivity for one in known), key=order.index)
    lowest = "desa" if kind == "sensitive" else min(
        (one.lowest for one in known), key=LOWEST[::-1].index
    )  # fmt: skip
    return kind, lowest


def levels(pack: Pack, variable: str) -> list[str]:
    """The lowest levels that may be chosen, the strictest first."""
    lowest = sensitivity(pack, variable)[1]
    return list(LOWEST[::-1][: LOWEST[::-1].index(lowest) + 1])


def by_sex_allowed(pack: Pack, question: Question) -> bool:
    return bool(pack.persons) and question.record == pack.persons and question.name != SEX


def conditions_of(pack: Pack, question: Question) -> list[Question]:
    """The questions by which a table of ``question`` may be limited: of its record or around it."""
    return [
        one
        for one in tabled(pack)
        if one.name != question.name and one.record in (question.record, pack.main)
    ]


def _universe(pack: Pack, question: Question, wish: Wish) -> str:
    known = {one.name: one for one in conditions_of(pack, question)}
    parts = []
    if wish.only is not None:
        name, code = wish.only
        if name not in known or code not in {c.code for c in pack.choices(known[name])}:
            raise NotFit("condition")
        parts.append(f"${{{name}}} = '{code}'")
    if wish.between is not None:
        name, low, high = wish.between
        if name not in known or known[name].kind != "integer" or (low is None and high is None):
            raise NotFit("condition")
        if low is not None and high is not None and high < low:
            raise NotFit("turned", f"{low}-{high}")
        parts += [f"${{{name}}} >= {low}"] if low is not None else []
        parts += [f"${{{name}}} <= {high}"] if high is not None else []
    return " and ".join(parts)


def name_for(title: str, taken: Sequence[str]) -> str:
    words = "_".join(_WORD.findall(title.lower()))[:28].strip("_")
    made = words if words and words[0].isalpha() else f"t_{words}".strip("_")
    name, at = made, 2
    while name in taken:
        name, at = f"{made}_{at}", at + 1
    return name


def operation(pack: Pack, wish: Wish) -> dict[str, Any]:
    """The table and its classes as one operation on the pack's content. Raises NotFit: unknown,
    words, level, and as ``classes``."""
    question = next((one for one in tabled(pack) if one.name == wish.variable), None)
    if question is None:
        raise NotFit("unknown")
    if not wish.title.strip() or not wish.purpose.strip():
        raise NotFit("words")
    if wish.lowest not in levels(pack, wish.variable):
        raise NotFit("level")
    if wish.by_sex and not by_sex_allowed(pack, question):
        raise NotFit("sex")
    taken = {one.id for one in pack.tables} | set(pack.classifications)
    id_ = name_for(wish.title, sorted(taken))
    rows = classes(pack, question, wish)
    kind, _lowest = sensitivity(pack, wish.variable)
    chapter = next(
        (one.chapter for one in pack.tables if one.variable == wish.variable),
        pack.book.chapters[-1].id,
    )
    table: dict[str, Any] = {
        "id": id_, "title": _both(wish.title.strip()), "unit": pack.record(question.record).unit,
        "variable": wish.variable, "classification": id_, "by_sex": wish.by_sex,
        "chapter": chapter, "chart": "bars", "question": _both(wish.purpose.strip()),
    }  # fmt: skip
    if stated := _universe(pack, question, wish):
        table["universe"] = stated
    return {
        "op": "add_table",
        "table": table,
        "classification": {
            "id": id_, "variable": wish.variable, "sensitivity": kind, "lowest": wish.lowest,
            "classes": rows,
        },
    }  # fmt: skip


def added(content: Content, one: Mapping[str, Any]) -> Content:
    """The content with the table; what was there stays."""
    made: Content = copy.deepcopy(dict(content))
    made["classifications.yaml"].append(one["classification"])
    made["tables.yaml"].append(one["table"])
    return made


@dataclass(frozen=True)
class Planned:
    """A table before it is saved. ``same`` is the table that counts the same already; ``near``
    those of the same question for others: they share who is counted."""

    table: TableTemplate
    classes: tuple[Class, ...]
    sensitivity: str
    lowest: str
    universe: Mapping[str, str]
    same: TableTemplate | None
    near: tuple[TableTemplate, ...]


def planned(content: Content, pack: Pack, one: Mapping[str, Any]) -> Planned:
    """How the table stands beside the others of the pack."""
    made = build(added(content, one))[0]
    table = made.table(one["table"]["id"])
    own = plain(universe(made, table))
    others = [t for t in pack.tables if t.variable == table.variable]
    same = next((t for t in others if plain(universe(pack, t)) == own), None)
    kind = made.classification(table)
    return Planned(
        table, kind.classes, kind.sensitivity, kind.lowest, universe_words(made, table), same,
        tuple(t for t in others if t is not same),
    )  # fmt: skip


def same_questions(a: Content, b: Content) -> bool:
    """Whether two contents ask the same and judge the same: only tables, indicators and the book
    may differ."""
    parts = ("survey.csv", "choices.csv", "rules.yaml")
    head = ("records", "counted", "result", "no_answers")
    return all(a[part] == b[part] for part in parts) and all(
        a["pack.yaml"].get(key) == b["pack.yaml"].get(key) for key in head
    )


def lost(old: Content, new: Content) -> list[str]:
    """Tables that are gone or changed, with their classes or indicators."""
    kinds = {one["id"]: one for one in new["classifications.yaml"]}
    before = {one["id"]: one for one in old["classifications.yaml"]}
    tables = {one["id"]: one for one in new["tables.yaml"]}
    return [
        one["id"]
        for one in old["tables.yaml"]
        if tables.get(one["id"]) != one
        or kinds.get(one["classification"]) != before[one["classification"]]
    ]
