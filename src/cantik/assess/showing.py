"""Scores as words and numbers of a page: rounded only here, half up, to two places."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from cantik.kernel import numbers, scorecard
from cantik.kernel.text import pick

from .sheets import Given, SheetInfo


def number(value: Fraction | None, language: str, decimals: int = 2) -> str:
    """1/3 -> "0,33"; a whole number without places; "…" for None."""
    if value is None:
        return numbers.NOT_AVAILABLE
    if value.denominator == 1:
        return numbers.whole(int(value), language)
    scaled = value * 10**decimals
    half = (abs(scaled.numerator) * 2 + scaled.denominator) // (2 * scaled.denominator)
    text = numbers.scaled(-half if scaled < 0 else half, decimals, language)
    point = "." if language.startswith("en") else ","
    return text.rstrip("0").rstrip(point) if point in text else text


def chosen(item: scorecard.Item, choice: str, language: str) -> str:
    """An answer as it is read."""
    if not choice:
        return _("Belum dijawab")
    if item.kind in (scorecard.OPTIONS, scorecard.LEVEL):
        option = item.option(choice)
        return pick(option.title, language) if option else choice
    if item.kind == scorecard.RATIO:
        above, _slash, below = choice.partition("/")
        return _("%(n)s dari %(all)s") % {"n": above, "all": below}
    value = scorecard.exact(choice)
    return number(value, language, item.decimals) if value is not None else choice


@dataclass(frozen=True)
class Step:
    """One line of how a score came about, indented by ``depth``."""

    depth: int
    title: str
    item: str
    answer: str
    raw: str
    weight: str
    weighted: str
    answered: int
    items: int
    open: bool


def steps(sheet: SheetInfo, tree: scorecard.Node, language: str) -> list[Step]:
    """Every node of the tree but its root, in the order of the page."""
    added = sheet.card.combine != scorecard.NONE
    made = []
    for depth, node in tree.walk():
        if not depth:
            continue
        made.append(
            Step(
                depth, pick(node.title, language), node.item.id if node.item else "",
                chosen(node.item, node.answer, language) if node.item else "",
                number(node.raw, language) if added or node.item else "",
                number(node.weight, language) if added else "",
                number(node.weighted, language) if added else "",
                node.answered, node.items, node.raw is None,
            )
        )  # fmt: skip
    return made


@dataclass(frozen=True)
class Result:
    """The total of a layer. ``value`` is "" while something is unanswered; ``least`` and ``most``
    say what it can still become."""

    layer: str
    value: str
    band: str
    least: str
    most: str
    answered: int
    items: int


def result(sheet: SheetInfo, layer: Any, tree: scorecard.Node, language: str) -> Result:
    card = sheet.card
    band = card.band(tree.raw) if tree.raw is not None else None
    return Result(
        pick(layer.title, language),
        number(tree.raw, language) if tree.raw is not None else "",
        pick(band.title, language) if band else "",
        number(tree.least, language), number(tree.most, language), tree.answered, tree.items,
    )  # fmt: skip


@dataclass(frozen=True)
class Beside:
    """What a layer says of an item, for reading beside the others."""

    title: str
    answer: str
    score: str
    words: str
    by_id: int | None
    at: Any
    number: int


def beside(
    sheet: SheetInfo, item: scorecard.Item, given: dict[tuple[str, str], Given], language: str
) -> list[Beside]:
    made = []
    for layer in sheet.layers:
        one = given.get((layer.id, item.id)) or Given(item.id, layer.id)
        score = scorecard.worth(item, one.choice) if one.choice else None
        made.append(
            Beside(
                pick(layer.title, language), chosen(item, one.choice, language),
                number(score, language) if score is not None else "",
                one.words, one.by_id, one.at, one.number,
            )
        )  # fmt: skip
    return made
