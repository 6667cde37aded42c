"""A table the officer puts together: one question in classes of one's own, for whom, how far down.

Pure: what was chosen goes in, a table and its classes as a pack writes them come out. How sensitive
a question is stays as the pack says; how far down a table goes may only be made stricter.
"""

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cantik.kernel.expression import names
from cantik.kernel.text import Text

from .checks import check
from .pack import AGE, LOWEST, SENSITIVITIES, SEX, Class, Pack, Question, TableTemplate
from .reading import Content, build
from .universes import universe_words
from .xlsform import LANGUAGES

MOST_CLASSES = 20
MOST_CHOICES = 60  # of a question whose answers are grouped by hand
MOST_SENSITIVE = 3  # classes; the same limit as in the checks of a pack
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
    replace: bool = False  # the table this question has


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


def _made_of(pack: Pack, variable: str) -> frozenset[str]:
    """The asked questions an answer comes from: itself, or what it is calculated from. An age only
    says of whom, and what is counted over several members is no answer of theirs."""
    known = {one.name: one for one in pack.instrument.questions}
    record = known[variable].record if variable in known else ""
    found: set[str] = set()
    open_names, done = {variable}, set()
    while open_names:
        name = open_names.pop()
        question = known.get(name)
        if question is None or name in done:
            continue
        done.add(name)
        if question.calculate is None or name == AGE:
            if question.record == record and (name != AGE or variable == AGE):
                found.add(name)
        else:
            open_names |= names(question.calculate)
    return frozenset(found)


def touching(pack: Pack, variable: str) -> list[TableTemplate]:
    """Tables that show this answer already, by itself or inside a calculation."""
    own = _made_of(pack, variable)
    return [one for one in pack.tables if own & _made_of(pack, one.variable)]


def sensitivity(pack: Pack, *variables: str) -> tuple[str, str]:
    """How sensitive questions are and how far down they may go: as strictly as any table that
    shows one of them, also inside a calculation."""
    known = [
        pack.classification(table)
        for variable in variables
        for table in touching(pack, variable)
        if table.classification in pack.classifications
    ]
    if not touching(pack, variables[0]):
        # Of a question that no table shows nobody said that it is open.
        strict = max((one.sensitivity for one in known), key=SENSITIVITIES.index, default="")
        return ("sensitive" if strict == "sensitive" else "restricted"), "desa"
    kind = max((one.sensitivity for one in known), key=SENSITIVITIES.index)
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
    if wish.by_sex and not by_sex_allowed(pack, question):
        raise NotFit("sex")
    taken = {one.id for one in pack.tables} | set(pack.classifications)
    id_ = name_for(wish.title, sorted(taken))
    rows = classes(pack, question, wish)
    kind, lowest = sensitivity(pack, wish.variable, *_read(wish))
    if LOWEST.index(wish.lowest) < LOWEST.index(lowest):
        raise NotFit("level")
    if kind == "sensitive" and len(rows) > MOST_SENSITIVE:
        raise NotFit("sensitive")
    stated = _universe(pack, question, wish)
    shown = touching(pack, wish.variable)
    replaced = [one for one in shown if wish.replace and one.variable == wish.variable]
    if shown and not replaced:
        raise NotFit("shown", shown[0].title["id"])
    gone = {one.id for one in replaced}
    if used := [one for one in pack.indicators if one.table in gone]:
        raise NotFit("used", used[0].title["id"])
    chapter = next(
        (one.chapter for one in pack.tables if one.variable == wish.variable),
        pack.book.chapters[-1].id,
    )
    table: dict[str, Any] = {
        "id": id_, "title": _both(wish.title.strip()), "unit": pack.record(question.record).unit,
        "variable": wish.variable, "classification": id_, "by_sex": wish.by_sex,
        "chapter": chapter, "chart": "bars", "question": _both(wish.purpose.strip()),
    }  # fmt: skip
    if stated:
        table["universe"] = stated
    return {
        "op": "add_table",
        "table": table,
        "classification": {
            "id": id_, "variable": wish.variable, "sensitivity": kind, "lowest": wish.lowest,
            "classes": rows,
        },
        "drop": sorted(gone),
    }  # fmt: skip


def _read(wish: Wish) -> list[str]:
    return [one[0] for one in (wish.only, wish.between) if one is not None]


def added(content: Content, one: Mapping[str, Any]) -> Content:
    """The content with the table, without those it replaces."""
    made: Content = copy.deepcopy(dict(content))
    gone = set(one.get("drop", ()))
    made["tables.yaml"] = [t for t in made["tables.yaml"] if t["id"] not in gone]
    used = {t["classification"] for t in made["tables.yaml"]}
    made["classifications.yaml"] = [c for c in made["classifications.yaml"] if c["id"] in used]
    made["classifications.yaml"].append(one["classification"])
    made["tables.yaml"].append(one["table"])
    return made


@dataclass(frozen=True)
class Planned:
    """A table before it is saved; ``replaced`` are those that go."""

    table: TableTemplate
    classes: tuple[Class, ...]
    sensitivity: str
    lowest: str
    universe: Mapping[str, str]
    replaced: tuple[TableTemplate, ...]
    shared: tuple[TableTemplate, ...]


def planned(content: Content, pack: Pack, one: Mapping[str, Any]) -> Planned:
    """How the table stands beside the others of the pack; ``shared`` show who is counted in it."""
    made = build(added(content, one))[0]
    table = made.table(one["table"]["id"])
    kind = made.classification(table)
    stated = names(table.universe) if table.universe is not None else frozenset()
    return Planned(
        table, kind.classes, kind.sensitivity, kind.lowest, universe_words(made, table),
        tuple(t for t in pack.tables if t.id in one.get("drop", ())),
        tuple(t for t in pack.tables if t.variable in stated and t.id not in one.get("drop", ())),
    )  # fmt: skip


def same_questions(a: Content, b: Content) -> bool:
    """Whether two contents ask the same and judge the same: only tables, indicators and the book
    may differ."""
    parts = ("survey.csv", "choices.csv", "rules.yaml", "series.yaml")
    head = ("records", "counted", "result", "no_answers")
    return all(a.get(part) == b.get(part) for part in parts) and all(
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


def own(mine: Content, base: Content, now: Content) -> list[dict[str, Any]]:
    """The tables of ``mine`` that its base did not have and that ``now`` does not have either."""
    known = {one["id"] for content in (base, now) for one in content["tables.yaml"]}
    return [one for one in mine["tables.yaml"] if one["id"] not in known]


def carried(mine: Content, base: Content, now: Content) -> tuple[Content, list[Text], list[Text]]:
    """``now`` with the tables that were put together for another version: the content, the titles
    of those it took, and of those that no longer fit (their question is gone or asked otherwise).
    What a table replaced there it replaces here."""
    kinds = {one["id"]: one for one in mine["classifications.yaml"]}
    standing = {one["id"] for one in mine["tables.yaml"]}
    gone = {one["id"]: one for one in base["tables.yaml"] if one["id"] not in standing}
    kept: list[Text] = []
    left: list[Text] = []
    for table in own(mine, base, now):
        replaced = [id_ for id_, one in gone.items() if one["variable"] == table["variable"]]
        one = {"classification": kinds[table["classification"]], "table": table, "drop": replaced}
        tried = added(now, one)
        pack, faults = build(tried)
        if faults or check(pack):
            left.append(table["title"])
        else:
            now = tried
            kept.append(table["title"])
    return now, kept, left
