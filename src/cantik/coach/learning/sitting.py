"""The fixed parallel forms of the test: what they ask, in which order, and how they mark. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cantik.kernel import canonical

FORMS = ("A", "B")
CHOICES = ("a", "b", "c", "d")
LEVELS = ("mudah", "sedang", "sukar")
PER_MODULE = 3


class BadTest(ValueError):
    """The forms are not parallel or an item is not sound; the message lists every place."""


@dataclass(frozen=True)
class Item:
    """``choices`` are (letter, words); ``why`` explains the right one after the last test."""

    id: str
    module: str
    level: str
    ask: str
    choices: tuple[tuple[str, str], ...]
    right: str
    why: str


@dataclass(frozen=True)
class Test:
    """``hash`` names the forms as asked: another word anywhere is another test."""

    hash: str
    title: str
    forms: Mapping[str, tuple[Item, ...]]

    def marks(self, form: str, answers: Mapping[str, str]) -> str:
        """ "1" for each item answered rightly, "0" for the others, in the order of the form."""
        return "".join(str(int(answers.get(one.id) == one.right)) for one in self.forms[form])


def read(data: Mapping[str, Any], modules: tuple[str, ...]) -> Test:
    """Raises BadTest with everything that is wrong."""
    wrong: list[str] = []
    forms = {form: _items(data, form, wrong) for form in FORMS}
    for form, items in forms.items():
        counted = Counter(one.module for one in items)
        if counted != dict.fromkeys(modules, PER_MODULE):
            wrong.append(f"{form}: not {PER_MODULE} items for each module")
        keys = Counter(one.right for one in items)
        if set(keys) != set(CHOICES) or max(keys.values()) > 2 * min(keys.values()):
            wrong.append(f"{form}: right answers are not spread over a to d")
    plan = [[(one.module, one.level) for one in forms[form]] for form in FORMS]
    if plan[0] != plan[1]:
        wrong.append("A and B do not follow one plan of modules and levels")
    every = [one for items in forms.values() for one in items]
    for words, times in Counter(one.ask.casefold() for one in every).items():
        if times > 1:
            wrong.append(f"asked twice: {words}")
    for id_, times in Counter(one.id for one in every).items():
        if times > 1:
            wrong.append(f"{id_}: twice")
    if wrong:
        raise BadTest("; ".join(wrong))
    return Test(canonical.digest(canonical.dumps(dict(data))), data["title"], forms)


def _items(data: Mapping[str, Any], form: str, wrong: list[str]) -> tuple[Item, ...]:
    found = []
    for raw in (data.get("forms") or {}).get(form) or ():
        choices = raw.get("choices") or {}
        if tuple(choices) != CHOICES:
            wrong.append(f"{raw.get('id')}: choices are not a, b, c, d")
        if len({str(words).casefold() for words in choices.values()}) != len(choices):
            wrong.append(f"{raw.get('id')}: two choices say the same")
        if str(raw.get("right")) not in CHOICES:
            wrong.append(f"{raw.get('id')}: no right choice")
        if raw.get("level") not in LEVELS:
            wrong.append(f"{raw.get('id')}: no level")
        if not raw.get("why") or not raw.get("ask"):
            wrong.append(f"{raw.get('id')}: without words")
        found.append(
            Item(
                raw["id"], raw["module"], raw["level"], raw["ask"],
                tuple((k, str(v)) for k, v in choices.items()), str(raw["right"]), raw["why"],
            )
        )  # fmt: skip
    return tuple(found)


def form_for(moment: str, draw: int, first: str = "") -> str:
    """Half of the people begin with A, half with B, by a draw that stays the same; the last test
    is the form not taken first."""
    if first:
        return "B" if first == "A" else "A"
    begin = FORMS[draw % 2]
    return begin if moment == "pre" else form_for(moment, draw, begin)
