"""Code lists that conflict, and maps between them. Pure; the facts stand in ``maps.yaml``.

Two years coded in different lists are compared only in groups of codes that hold the same answers
on both sides; where no such groups are left, it is a break.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from cantik.kernel.text import Text

FILE = Path(__file__).with_name("maps.yaml")
EXACT, JOINED, SPLIT, NONE = "exact", "joined", "split", "none"
Codes = Mapping[str, Sequence[str]]  # codes by class


@dataclass(frozen=True)
class CodeList:
    """``packs`` names lists of packs that hold these codes, as "pack/list"."""

    id: str
    title: Text
    source: str
    codes: Mapping[str, str]
    packs: tuple[str, ...]


@dataclass(frozen=True)
class CodeMap:
    """Where each code of ``before`` goes in ``after``; ``new`` are codes that none goes to."""

    before: CodeList
    after: CodeList
    source: str
    note: Text
    codes: Mapping[str, tuple[str, ...]]
    new: Mapping[str, Text]

    def exactness(self, code: str) -> str:
        """exact, joined (several become one), split (cannot be told) or none. Raises KeyError."""
        goes = self.codes[code]
        if len(goes) != 1:
            return SPLIT if goes else NONE
        return EXACT if sum(goes[0] in one for one in self.codes.values()) == 1 else JOINED


@dataclass(frozen=True)
class Apart:
    ids: tuple[str, str]
    titles: tuple[Text, Text]
    why: Text


@dataclass(frozen=True)
class Maps:
    lists: Mapping[str, CodeList]
    maps: tuple[CodeMap, ...]
    apart: tuple[Apart, ...]

    def list_of(self, codes: Mapping[str, str]) -> str:
        """The known list with just these codes and words; "" for a list of its own."""
        return next((one.id for one in self.lists.values() if one.codes == codes), "")

    def between(self, first: str, second: str) -> frozenset[tuple[str, str]] | None:
        """Pairs of codes of two lists that may mean the same, in either direction of a map; a code
        without counterpart stands in no pair. None when there is no map."""
        for one in self.maps:
            pairs = {(code, goes) for code, many in one.codes.items() for goes in many}
            if (one.before.id, one.after.id) == (first, second):
                return frozenset(pairs)
            if (one.before.id, one.after.id) == (second, first):
                return frozenset((goes, code) for code, goes in pairs)
        return None


class BadMaps(ValueError):
    """The file does not hold together; the message names the place."""


def read(data: Mapping[str, Any]) -> Maps:
    """Raises BadMaps: every code of both sides is told, each once."""
    lists: dict[str, CodeList] = {}
    for row in data["lists"]:
        made = CodeList(
            row["id"], row["title"], row["source"], dict(row["codes"]), tuple(row.get("packs", ()))
        )
        if made.id in lists or not made.codes or not made.source:
            raise BadMaps(f"list {made.id}")
        lists[made.id] = made
    for name, times in Counter(name for one in lists.values() for name in one.packs).items():
        if times > 1:
            raise BadMaps(f"{name} is two lists")
    maps = []
    for row in data["maps"]:
        name = f"{row['from']} -> {row['to']}"
        if row["from"] not in lists or row["to"] not in lists:
            raise BadMaps(f"{name}: unknown list")
        codes = {code: tuple(goes) for code, goes in row["codes"].items()}
        one = CodeMap(
            lists[row["from"]], lists[row["to"]], row["source"], row["note"], codes,
            row.get("new", {}),
        )  # fmt: skip
        reached = {code for goes in codes.values() for code in goes}
        for words, found, wanted in (
            ("codes", set(codes), set(one.before.codes)),
            ("reached", reached | set(one.new), set(one.after.codes)),
        ):
            if found != wanted:
                raise BadMaps(f"{name}: {words} {sorted(found ^ wanted)}")
        if reached & set(one.new):
            raise BadMaps(f"{name}: new {sorted(reached & set(one.new))}")
        maps.append(one)
    if len({frozenset((one.before.id, one.after.id)) for one in maps}) != len(maps):
        raise BadMaps("two maps between the same lists")
    apart = tuple(
        Apart(tuple(row["ids"]), tuple(row["titles"]), row["why"]) for row in data["apart"]
    )
    return Maps(lists, tuple(maps), apart)


@lru_cache(maxsize=1)
def known() -> Maps:
    return read(yaml.safe_load(FILE.read_text(encoding="utf-8")))


Group = tuple[tuple[str, ...], tuple[str, ...]]


def together(pairs: Iterable[tuple[str, str]], before: Codes, after: Codes) -> list[Group]:
    """The smallest groups of classes of two tables that hold the same answers on both sides, in
    the order of the later table. A group that holds a code without counterpart is left out: what
    was answered there cannot be found on the other side."""
    linked = set(pairs)
    where = [
        {code: name for name, codes in side.items() for code in codes} for side in (before, after)
    ]
    # Who belongs with whom: classes are joined by each pair of their codes.
    group: dict[tuple[int, str], int] = {}
    for at, key in enumerate([*((0, name) for name in before), *((1, name) for name in after)]):
        group[key] = at
    for first, second in linked:
        if first in where[0] and second in where[1]:
            one, other = group[0, where[0][first]], group[1, where[1][second]]
            group = {key: one if at == other else at for key, at in group.items()}
    found: dict[int, Group] = {}
    for side, name in (*((1, name) for name in after), *((0, name) for name in before)):
        at = group[side, name]
        parts: list[tuple[str, ...]] = list(found.get(at, ((), ())))
        parts[side] = (*parts[side], name)
        found[at] = (parts[0], parts[1])
    alone = (
        {code for code in where[0] if not any((code, one) in linked for one in where[1])},
        {code for code in where[1] if not any((one, code) in linked for one in where[0])},
    )
    return [
        names
        for names in found.values()
        if all(names)
        and not any(code in alone[0] for name in names[0] for code in before[name])
        and not any(code in alone[1] for name in names[1] for code in after[name])
    ]
