"""Scorecards: questions with scores, weighted up a tree, exactly. Pure: no database, no clock.

A card says with ``combine`` how the scores of its items become one:

* ``share``: all items are scored on the card's ``scale``; a section is the weighted mean of what it
  holds, and the weights of what it holds add up to 100;
* ``points``: an item gives its weight times its score over its highest score, a section the sum of
  these; the weights of what it holds add up to its own weight, those of all to ``total``;
* ``none``: scores stand side by side and are never added up.

Where no part of a section has a weight, all its parts weigh the same. An item of kind ``level``
takes the card's ``levels`` and may say in ``means`` what one of them is for it. Numbers are whole
numbers or text with a point ("33.5"); a floating number is refused, since 0.1 is not a tenth.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any

from .problems import Problem, Severity
from .text import Text

SHARE, POINTS, NONE = "share", "points", "none"
OPTIONS, NUMBER, RATIO, LEVEL = "options", "number", "ratio", "level"
WHOLE = Fraction(100)
EXACT = re.compile(r"-?\d{1,12}(\.\d{1,9})?", re.ASCII)
DIGITS = re.compile(r"\d{1,12}", re.ASCII)
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,39}")
DEEPEST = 6


class BadScorecard(ValueError):
    """The card contradicts itself; ``problems`` are all that was found, each ``field`` a place."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{one.field}: {one.code}" for one in problems))
        self.problems = tuple(problems)


class BadAnswer(ValueError):
    """No answer to this item: ``code`` is option, number, range, ratio or above."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Option:
    """``means``: what has to be so for this one to be chosen."""

    id: str
    title: Text
    score: Fraction
    means: Text = field(default_factory=dict)


@dataclass(frozen=True)
class Item:
    """A question. ``low`` and ``high`` are the least and the greatest score it can give; ``zero``
    is the score of a ratio of nothing; ``evidence`` the kinds that prove it, ``propose`` the names
    of finders. ``known`` is false for a question whose options nobody could read: it is shown and
    cannot be answered."""

    id: str
    title: Text
    weight: Fraction
    kind: str
    options: tuple[Option, ...] = ()
    low: Fraction = Fraction(0)
    high: Fraction = Fraction(1)
    zero: Fraction | None = None
    decimals: int = 0
    help: Text = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    evidence_words: Text = field(default_factory=dict)
    propose: tuple[str, ...] = ()
    known: bool = True

    def option(self, id_: str) -> Option | None:
        return next((one for one in self.options if one.id == id_), None)


@dataclass(frozen=True)
class Section:
    """``parts`` are sections or items, in the order of the page."""

    id: str
    title: Text
    weight: Fraction
    parts: "tuple[Section | Item, ...]"
    help: Text = field(default_factory=dict)

    def items(self) -> list[Item]:
        return [
            item
            for one in self.parts
            for item in (one.items() if isinstance(one, Section) else [one])
        ]


@dataclass(frozen=True)
class Band:
    """From ``low`` up to, not including, the next band's; the highest holds the top as well."""

    id: str
    title: Text
    low: Fraction


@dataclass(frozen=True)
class Scorecard:
    combine: str
    sections: tuple[Section, ...]
    scale: tuple[Fraction, Fraction] = (Fraction(0), Fraction(1))
    total: Fraction = WHOLE
    bands: tuple[Band, ...] = ()

    def items(self) -> list[Item]:
        return [item for one in self.sections for item in one.items()]

    def item(self, id_: str) -> Item | None:
        return next((one for one in self.items() if one.id == id_), None)

    def top(self) -> Section | None:
        """The first section, for a page that has to begin somewhere."""
        return self.sections[0] if self.sections else None

    def section_of(self, item_id: str) -> Section | None:
        """The section of the first level in which an item stands."""
        return next(
            (one for one in self.sections if any(i.id == item_id for i in one.items())), None
        )

    def band(self, value: Fraction) -> Band | None:
        found = [one for one in self.bands if one.low <= value]
        return found[-1] if found else None


# -- reading ------------------------------------------------------------------------------------


def exact(value: Any) -> Fraction | None:
    """A whole number or a text such as "33.5" as it is; None for everything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Fraction(value)
    if isinstance(value, str) and EXACT.fullmatch(value.strip()):
        return Fraction(value.strip())
    return None


def read(data: Mapping[str, Any]) -> Scorecard:
    """The card of a rulebook. Raises BadScorecard with all that is wrong."""
    return _Reader().card(data)


def _plain(number: Fraction) -> str:
    """As short as it can be told exactly: 33, 33.5, 1/3."""
    if number.denominator == 1:
        return str(number.numerator)
    for digits in range(1, 10):
        scaled = number * 10**digits
        if scaled.denominator == 1:
            sign, whole = ("-" if scaled < 0 else ""), abs(scaled.numerator)
            return f"{sign}{whole // 10**digits}.{whole % 10**digits:0{digits}d}"
    return str(number)


class _Reader:
    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.seen: set[str] = set()
        self.combine = SHARE
        self.scale = (Fraction(0), Fraction(1))
        self.levels: Any = None

    def fault(self, code: str, place: str, **params: str) -> None:
        self.problems.append(Problem(code, Severity.REFUSE, field=place, params=params))

    def card(self, data: Mapping[str, Any]) -> Scorecard:
        self.combine = str(data.get("combine", SHARE))
        if self.combine not in (SHARE, POINTS, NONE):
            self.fault("combine", "combine", given=self.combine)
            self.combine = NONE
        self.levels = data.get("levels")
        total = WHOLE
        if self.combine == POINTS:
            total = self._number(data.get("total", 100), "total")
        if self.combine == SHARE:
            self.scale = self._scale(data.get("scale"))
        sections = self._parts(
            [("sections", data.get("sections"))], "", total if self.combine == POINTS else WHOLE, 1
        )
        made = tuple(one for one in sections if isinstance(one, Section))
        if not any(one.items() for one in made):
            self.fault("empty", "sections")
        bands = self._bands(data.get("bands"), total)
        if self.problems:
            raise BadScorecard(self.problems)
        return Scorecard(self.combine, made, self.scale, total, bands)

    def _number(self, value: Any, place: str, default: Fraction = Fraction(0)) -> Fraction:
        number = exact(value)
        if number is None:
            self.fault("number", place, given=str(value)[:40])
            return default
        return number

    def _scale(self, raw: Any) -> tuple[Fraction, Fraction]:
        if not isinstance(raw, list) or len(raw) != 2:
            self.fault("scale", "scale")
            return (Fraction(0), Fraction(1))
        low, high = (self._number(one, "scale") for one in raw)
        if low >= high:
            self.fault("scale", "scale")
        return (low, high)

    def _bands(self, raw: Any, total: Fraction) -> tuple[Band, ...]:
        listed = self._list(raw, "bands")
        if listed and self.combine == NONE:
            self.fault("bands_none", "bands")
        made: list[Band] = []
        for one in listed:
            place = f"bands/{one.get('id', '?')}"
            made.append(
                Band(self._id(one, "bands"), self._text(one, place),
                     self._number(one.get("from"), place))
            )  # fmt: skip
        low, high = self.scale if self.combine == SHARE else (Fraction(0), total)
        for before, after in pairwise(made):
            if after.low <= before.low:
                self.fault("bands_order", f"bands/{after.id}")
        if made and made[0].low != low:
            self.fault("bands_start", f"bands/{made[0].id}", low=_plain(low))
        if made and made[-1].low > high:
            self.fault("bands_end", f"bands/{made[-1].id}", high=_plain(high))
        return tuple(made)

    def _list(self, raw: Any, place: str) -> list[Mapping[str, Any]]:
        if raw is None:
            return []
        if not isinstance(raw, list) or not all(isinstance(one, Mapping) for one in raw):
            self.fault("list", place)
            return []
        return raw

    def _id(self, raw: Mapping[str, Any], place: str) -> str:
        given = raw.get("id")
        # YAML reads an unquoted 101 as a number; an id is what was written.
        id_ = str(given) if isinstance(given, str | int) and not isinstance(given, bool) else ""
        if not ID.fullmatch(id_):
            self.fault("id", place, given=id_[:40])
        return id_

    def _text(self, raw: Mapping[str, Any], place: str, key: str = "title") -> Text:
        given = raw.get(key)
        if isinstance(given, str) and given.strip():
            return {"id": given.strip()}
        if (
            isinstance(given, Mapping)
            and isinstance(given.get("id"), str)
            and given["id"].strip()
            and all(isinstance(one, str) for one in given.values())
        ):
            return {str(k): str(v) for k, v in given.items()}
        if key == "title" or given is not None:
            self.fault("words", f"{place}/{key}")
        return {}

    # -- sections and items --

    def _parts(
        self,
        lists: Sequence[tuple[str, Any]],
        place: str,
        total: Fraction,
        depth: int,
    ) -> "list[Section | Item]":
        raws = [
            (name, one)
            for name, raw in lists
            for one in self._list(raw, f"{place}/{name}".strip("/"))
        ]
        if depth > DEEPEST:
            self.fault("deep", place)
            return []
        weights = self._weights([one for _name, one in raws], place, total)
        made: list[Section | Item] = []
        for (name, one), weight in zip(raws, weights, strict=True):
            id_ = self._id(one, place or name)
            where = f"{place}/{id_}".strip("/")
            if id_ in self.seen:
                self.fault("twice", where, given=id_)
            self.seen.add(id_)
            if name == "items":
                made.append(self._item(one, id_, where, weight))
                continue
            inside = self._parts(
                [("sections", one.get("sections")), ("items", one.get("items"))],
                where, weight if self.combine == POINTS else WHOLE, depth + 1,
            )  # fmt: skip
            if not inside:
                self.fault("empty", where)
            made.append(
                Section(id_, self._text(one, where), weight, tuple(inside),
                        self._text(one, where, "help"))
            )  # fmt: skip
        return made

    def _weights(
        self, raws: Sequence[Mapping[str, Any]], place: str, total: Fraction
    ) -> list[Fraction]:
        given = [one.get("weight") for one in raws]
        if not raws:
            return []
        if self.combine == NONE:
            for one, weight in zip(raws, given, strict=True):
                if weight is not None:
                    self.fault("weight_none", f"{place}/{one.get('id')}".strip("/"))
            return [Fraction(0)] * len(raws)
        if all(one is None for one in given):
            return [total / len(raws)] * len(raws)
        made = []
        for one, weight in zip(raws, given, strict=True):
            where = f"{place}/{one.get('id')}".strip("/")
            if weight is None:
                self.fault("weight_missing", where)
                made.append(Fraction(0))
                continue
            number = self._number(weight, where)
            if number < 0:
                self.fault("weight_negative", where, given=_plain(number))
            made.append(number)
        if sum(made) != total:
            self.fault(
                "weights", place or "sections", found=_plain(sum(made, Fraction(0))),
                wanted=_plain(total),
            )  # fmt: skip
        return made

    def _item(self, raw: Mapping[str, Any], id_: str, place: str, weight: Fraction) -> Item:
        kind = str(raw.get("kind", OPTIONS))
        known = raw.get("known", True) is not False
        options: list[Option] = []
        low, high, zero = Fraction(0), Fraction(1), None
        decimals = 0
        if kind not in (OPTIONS, NUMBER, RATIO, LEVEL):
            self.fault("kind", place, given=kind[:40])
        elif kind in (OPTIONS, LEVEL):
            options = self._options(raw, place, kind) if known else []
            scores = [one.score for one in options]
            if scores:
                low, high = min(scores), max(scores)
        elif kind == NUMBER:
            low = self._number(raw.get("low", 0), place)
            high = self._number(raw.get("high"), place, Fraction(1))
            found = raw.get("decimals", 0)
            decimals = found if isinstance(found, int) and 0 <= found <= 4 else 0
            if low >= high:
                self.fault("range", place)
        else:
            high = self._number(raw.get("high", 1), place, Fraction(1))
            if raw.get("zero") is None:
                self.fault("zero", place)
            else:
                zero = self._number(raw["zero"], place)
                if not low <= zero <= high:
                    self.fault("zero", place)
        if known and self.combine == SHARE and (low, high) != self.scale:
            self.fault(
                "scale_other", place, found=f"{_plain(low)}-{_plain(high)}",
                wanted=f"{_plain(self.scale[0])}-{_plain(self.scale[1])}",
            )  # fmt: skip
        if known and self.combine == POINTS and (low < 0 or high <= 0):
            self.fault("points", place)
        if not known and self.combine != NONE:
            self.fault("unread", place)
        return Item(
            id_, self._text(raw, place), weight, kind, tuple(options), low, high, zero, decimals,
            self._text(raw, place, "help"), self._names(raw, "evidence", place),
            self._text(raw, place, "evidence_words"), self._names(raw, "propose", place), known,
        )  # fmt: skip

    def _options(self, raw: Mapping[str, Any], place: str, kind: str) -> list[Option]:
        given = raw.get("options")
        shared = given is None and kind == LEVEL
        listed = self._list(self.levels if shared else given, f"{place}/options")
        means = raw.get("means") or {}
        if not isinstance(means, Mapping) or (means and not shared):
            self.fault("list", f"{place}/means")
            means = {}
        for name in sorted(set(means) - {str(one.get("id")) for one in listed}):
            self.fault("id", f"{place}/means", given=str(name)[:40])
        if len(listed) < 2:
            self.fault("options", place)
        made: list[Option] = []
        ids: set[str] = set()
        for at, one in enumerate(listed, start=1):
            id_ = self._id(one, f"{place}/options")
            where = f"{place}/{id_}"
            if id_ in ids:
                self.fault("option_twice", where, given=id_)
            ids.add(id_)
            if one.get("score") is None and kind == OPTIONS:
                self.fault("no_score", where, given=id_)
                continue
            # A level is its own score.
            score = self._number(one.get("score", id_ if kind == LEVEL else None), where)
            if kind == LEVEL and score != at + self.scale[0] - 1 and self.combine == SHARE:
                self.fault("level_order", where)
            said = self._text(one, where, "means")
            if id_ in means:
                said = self._text(means, f"{place}/means", id_)
            made.append(Option(id_, self._text(one, where), score, said))
        return made

    def _names(self, raw: Mapping[str, Any], key: str, place: str) -> tuple[str, ...]:
        given = raw.get(key) or []
        if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
            self.fault("list", f"{place}/{key}")
            return ()
        return tuple(given)


# -- answers ------------------------------------------------------------------------------------


def worth(item: Item, answer: str) -> Fraction | None:
    """The score an answer gives; None for no answer (""). Raises BadAnswer.

    A number is written with a point, a ratio as "3/7"."""
    text = answer.strip()
    if not text:
        return None
    if not item.known:
        raise BadAnswer("option")
    if item.kind in (OPTIONS, LEVEL):
        chosen = item.option(text)
        if chosen is None:
            raise BadAnswer("option")
        return chosen.score
    if item.kind == NUMBER:
        number = exact(text)
        if number is None or (number * 10**item.decimals).denominator != 1:
            raise BadAnswer("number")
        if not item.low <= number <= item.high:
            raise BadAnswer("range")
        return number
    above, slash, below = text.partition("/")
    if not slash or not DIGITS.fullmatch(above) or not DIGITS.fullmatch(below):
        raise BadAnswer("ratio")
    if int(above) > int(below):
        raise BadAnswer("above")
    if int(below) == 0:
        return item.zero
    return Fraction(int(above), int(below)) * item.high


# -- scoring ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Node:
    """One step of the score. ``raw``: an item's score, a section's value; None where something in
    it is not answered, which is not a zero. ``weighted``: what it gives to the node above it, of
    what is answered so far. ``least`` and ``most``: what ``raw`` can still become. ``part``: by how
    much the total moves when ``raw`` moves by one."""

    id: str
    title: Text
    weight: Fraction
    share: Fraction
    part: Fraction
    raw: Fraction | None
    weighted: Fraction
    least: Fraction
    most: Fraction
    answered: int
    items: int
    item: Item | None = None
    answer: str = ""
    parts: "tuple[Node, ...]" = ()

    @property
    def complete(self) -> bool:
        return self.answered == self.items

    def walk(self, depth: int = 0) -> "Iterable[tuple[int, Node]]":
        """This node and all below it, each with its depth, in the order of the page."""
        yield depth, self
        for one in self.parts:
            yield from one.walk(depth + 1)


def score(card: Scorecard, answers: Mapping[str, str]) -> Node:
    """The tree of scores; the root's ``raw`` is the total. Raises BadAnswer."""
    root = Section("", {}, card.total if card.combine == POINTS else WHOLE, card.sections)
    return _section(card, root, Fraction(1), Fraction(1), answers)


def _section(
    card: Scorecard, one: Section, share: Fraction, part: Fraction, answers: Mapping[str, str]
) -> Node:
    whole = sum((inside.weight for inside in one.parts), Fraction(0))
    made: list[Node] = []
    for inside in one.parts:
        own = inside.weight / whole if whole else Fraction(0)
        down = part * own if card.combine == SHARE else part
        if isinstance(inside, Section):
            made.append(_section(card, inside, own, down, answers))
        else:
            made.append(_item(card, inside, own, down, answers.get(inside.id, "")))
    # In points a node's raw already is what it gives; in shares it gives its share of it.
    least = sum((_gives(card, node, node.least) for node in made), Fraction(0))
    most = sum((_gives(card, node, node.most) for node in made), Fraction(0))
    answered = sum(node.answered for node in made)
    items = sum(node.items for node in made)
    so_far = sum((node.weighted for node in made), Fraction(0))
    done = answered == items and card.combine != NONE
    return Node(
        one.id, one.title, one.weight, share, part, so_far if done else None,
        so_far * share if card.combine == SHARE else so_far,
        least, most, answered, items, parts=tuple(made),
    )  # fmt: skip


def _gives(card: Scorecard, node: Node, raw: Fraction) -> Fraction:
    if card.combine == NONE:
        return Fraction(0)
    if card.combine == SHARE:
        return node.share * raw
    return raw if node.item is None else node.weight * raw / node.item.high


def _item(card: Scorecard, one: Item, share: Fraction, part: Fraction, answer: str) -> Node:
    raw = worth(one, answer)
    least, most = (one.low, one.high) if raw is None else (raw, raw)
    node = Node(
        one.id, one.title, one.weight, share,
        one.weight / one.high if card.combine == POINTS else part,
        raw, Fraction(0), least, most, int(raw is not None), int(one.known), one,
        answer.strip(),
    )  # fmt: skip
    if raw is None:
        return node
    return Node(**{**node.__dict__, "weighted": _gives(card, node, raw)})
