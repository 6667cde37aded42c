"""Standard variables to pick from: the tabled questions of the packs that come with the program.

One wording stands once: an item is the very question of its pack, with its code list, classes,
sensitivity, concept and source. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cantik.kernel.text import Text, pick

from .overlay import ADD, Operation, questions
from .pack import Pack
from .reading import Content

LEFT = ("relevant", "calculation", "constraint", "list")  # they speak of questions left behind


@dataclass(frozen=True)
class Item:
    """``id`` is pack/question; ``group`` its chapter in the pack's book."""

    id: str
    group: Text
    label: Text
    source: str
    classes: tuple[Text, ...]
    sensitivity: str
    lowest: str
    operation: Operation


def speaks_of(item: Item, sought: str, language: str) -> bool:
    """Whether every word looked for stands in the question, its answers or its chapter."""
    said = [item.label, item.group, *item.classes]
    words = " ".join(pick(one, language) for one in said).lower()
    return all(word in words for word in sought.lower().split())


def items(packs: Sequence[tuple[Content, Pack]]) -> list[Item]:
    """Every question with a table of its own, by pack and chapter."""
    found: dict[str, Item] = {}
    for content, pack in packs:
        rows = {row["name"]: row for row in questions(content)}
        chapters = {one.id: one.title for one in pack.book.chapters}
        kinds: dict[str, dict[str, Any]] = {c["id"]: c for c in content["classifications.yaml"]}
        for table in pack.tables:
            question = pack.instrument.question(table.variable)
            if question.role != "fact" or table.universe is not None or table.merged:
                continue
            if question.name in found or question.name == pack.result:
                continue  # the first pack that asks it words it
            kind = kinds[table.classification]
            row = {k: v for k, v in rows[question.name].items() if k not in LEFT}
            if question.constraint is not None and set(question.constraint.source) & set("$/"):
                pass  # a bound that speaks of other questions stays behind
            elif "constraint" in rows[question.name]:
                row["constraint"] = rows[question.name]["constraint"]
            list_ = row["type"].partition(" ")[2]
            found[question.name] = Item(
                f"{pack.id}/{question.name}",
                chapters.get(table.chapter, pack.title),
                question.label,
                question.source,
                tuple(one.label for one in pack.classification(table).classes),
                kind["sensitivity"],
                kind["lowest"],
                {
                    "op": ADD, "name": question.name, "bank": f"{pack.id}/{question.name}",
                    "row": row,
                    "choices": [c for c in content["choices.csv"] if c["list_name"] == list_],
                    "classification": {
                        k: v for k, v in kind.items() if k not in ("id", "variable")
                    },
                },
            )  # fmt: skip
    return list(found.values())
