"""Whom a list by name would name: a rule over answers, in words and as a test. Pure.

A rule is a few conditions on answers, all or any of which must hold, perhaps in some areas only.
It is judged on facts alone; the names are put to it afterwards, by those who may open them.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from cantik.design.api import Pack, Question
from cantik.kernel.expression import names
from cantik.kernel.text import Text, pick

OPS = ("one_of", "at_least", "at_most", "empty")
ALL, ANY = "all", "any"
AGE = "umur"
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True)
class Policy:
    """``lists.yaml``: days, sizes, uses and the words that make a question sensitive."""

    days: int
    most_days: int
    fewest_letters: int
    most_letters: int
    conditions: int
    columns: int
    openings: int
    opening_seconds: int
    adult: int
    uses: Mapping[str, Text]
    sensitive_words: frozenset[str]
    lacks: tuple[str, ...]
    not_lacks: frozenset[str]


@cache
def policy() -> Policy:
    raw = yaml.safe_load(Path(__file__).with_name("lists.yaml").read_text("utf-8"))
    return Policy(
        raw["days"]["given"], raw["days"]["most"],
        raw["purpose"]["fewest_letters"], raw["purpose"]["most_letters"],
        raw["conditions"], raw["columns"],
        raw["openings"]["limit"], raw["openings"]["seconds"],
        raw["adult"], raw["uses"], frozenset(raw["sensitive_words"]),
        tuple(raw["lack"]["answers"]), frozenset(raw["lack"]["not_of"]),
    )  # fmt: skip


class NoRule(ValueError):
    """The rule does not fit the questionnaire; the words say why."""


@dataclass(frozen=True)
class Condition:
    """``op`` is one_of (of ``codes``), at_least or at_most (``number``), or empty."""

    question: str
    op: str
    codes: tuple[str, ...] = ()
    number: int = 0

    def holds(self, value: Any) -> bool:
        empty = value is None or value == ""
        if self.op == "empty":
            return empty
        if empty:
            return False
        if self.op == "one_of":
            return str(value) in self.codes
        return value >= self.number if self.op == "at_least" else bool(value <= self.number)


@dataclass(frozen=True)
class Rule:
    """``record`` is what the list names: one line for each. ``areas`` are leaf areas; none: all."""

    record: str
    conditions: tuple[Condition, ...]
    join: str = ALL
    areas: frozenset[str] = field(default_factory=frozenset)

    def plain(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "record": self.record,
            "join": self.join,
            "areas": sorted(self.areas),
            "conditions": [
                {"question": c.question, "op": c.op, "codes": list(c.codes), "number": c.number}
                for c in self.conditions
            ],
        }


def read(plain: Mapping[str, Any]) -> Rule:
    return Rule(
        plain["record"],
        tuple(
            Condition(c["question"], c["op"], tuple(c["codes"]), c["number"])
            for c in plain["conditions"]
        ),
        plain["join"],
        frozenset(plain["areas"]),
    )


def askable(pack: Pack) -> list[Question]:
    """The questions a rule may be about: facts and calculations with a code list or a number."""
    return [
        q
        for q in pack.instrument.questions
        if q.role in ("fact", "derived") and (q.kind == "integer" or pack.choices(q))
    ]


def check(rule: Rule, pack: Pack) -> None:
    """Raises NoRule with what is wrong, in words."""
    known = {q.name: q for q in askable(pack)}
    if rule.record not in {one.name for one in pack.records} or rule.join not in (ALL, ANY):
        raise NoRule(_("Pilih apa yang didaftar."))
    if not rule.conditions:
        raise NoRule(_("Pilih dahulu keadaan yang dicari."))
    if len(rule.conditions) > policy().conditions:
        raise NoRule(_("Paling banyak %(n)s keadaan.") % {"n": policy().conditions})
    for one in rule.conditions:
        question = known.get(one.question)
        if question is None or one.op not in OPS:
            raise NoRule(_("Pertanyaan itu tidak ada pada kuesioner ini."))
        if one.op == "one_of":
            codes = {choice.code for choice in pack.choices(question)}
            if not one.codes or set(one.codes) - codes:
                raise NoRule(_("Pilih jawaban dari daftarnya."))
        elif one.op in ("at_least", "at_most") and question.kind != "integer":
            raise NoRule(_("Pertanyaan itu tidak berisi angka."))


# -- whom it names ----------------------------------------------------------------------------


def matches(rule: Rule, pack: Pack, answers: Mapping[str, Any], leaf: str) -> list[int | None]:
    """Which lines a form gives: [None] for the form itself, places of members (from 0), or none.

    A condition on members holds for a form when one and the same member fulfils all of them.
    """
    if rule.areas and leaf not in rule.areas:
        return []
    record = {q.name: q.record for q in pack.instrument.questions}
    own = [c for c in rule.conditions if record.get(c.question) == pack.main]
    inner = [c for c in rule.conditions if record.get(c.question) != pack.main]
    form = [c.holds(answers[pack.main].get(c.question)) for c in own]
    members = pack.inside(answers)
    if rule.record == pack.main:
        if not inner:
            return [None] if _joined(rule, form) else []
        held = any(
            _joined(rule, form + [c.holds(m.get(c.question)) for c in inner]) for m in members
        )
        alone = rule.join == ANY and any(form)
        return [None] if held or alone else []
    return [
        at
        for at, member in enumerate(members)
        if _joined(rule, form + [c.holds(member.get(c.question)) for c in inner])
    ]


def _joined(rule: Rule, held: Sequence[bool]) -> bool:
    return all(held) if rule.join == ALL else any(held)


def is_child(pack: Pack, record: str, member: Mapping[str, Any]) -> bool:
    """Whether a person is under age, or of unknown age where age is asked."""
    if record != pack.persons or AGE not in pack.instrument.names():
        return False
    age = member.get(AGE)
    return age is None or age < policy().adult


# -- what it touches --------------------------------------------------------------------------


def sensitive(pack: Pack, question: Question) -> bool:
    """Whether a question is about health, religion, children or what its pack calls sensitive.

    Its own classes say so; where it has none, the calculations made from it; and always the words
    of ``lists.yaml``, for questionnaires that villages make themselves.
    """
    own = {c.sensitivity for c in pack.classifications.values() if c.variable == question.name}
    if own:
        judged = own == {"sensitive"}
    else:
        judged = any(
            sensitive(pack, other)
            for other in pack.instrument.questions
            if other.calculate is not None
            and other.name != question.name
            and question.name in names(other.calculate)
            and any(c.variable == other.name for c in pack.classifications.values())
        )
    return judged or _told(question)


def _told(question: Question) -> bool:
    said = f"{question.name.replace('_', ' ')} {question.label.get('id', '')}".casefold()
    return bool(set(_WORD.findall(said)) & policy().sensitive_words)


def touched(rule: Rule, columns: Iterable[str], pack: Pack) -> list[Question]:
    """The sensitive questions that the rule or a shown column would tell of somebody by name."""
    asked = {c.question for c in rule.conditions} | set(columns)
    return [q for q in pack.instrument.questions if q.name in asked and sensitive(pack, q)]


# -- in words ---------------------------------------------------------------------------------


def words(rule: Rule, pack: Pack, language: str) -> list[str]:
    """Each condition as a line: "Tempat buang air besar: Tidak ada"."""
    return [_condition(one, pack, language) for one in rule.conditions]


def _condition(one: Condition, pack: Pack, language: str) -> str:
    question = pack.instrument.question(one.question)
    label = pick(question.label, language).rstrip(" ?:")
    if one.op == "empty":
        return _("%(label)s: belum diisi") % {"label": label}
    if one.op == "at_least":
        return _("%(label)s: paling sedikit %(n)s") % {"label": label, "n": one.number}
    if one.op == "at_most":
        return _("%(label)s: paling banyak %(n)s") % {"label": label, "n": one.number}
    told = [pick(pack.label(question, code), language) for code in one.codes]
    return f"{label}: {_(' atau ').join(told)}"


def ready_made(pack: Pack) -> list[Rule]:
    """Rules that villages ask for first: of each question in a table, its answers of lack."""
    tabled = {pack.classification(t).variable for t in pack.tables}
    made = []
    for question in askable(pack):
        said = set(_WORD.findall(question.label.get("id", "").casefold()))
        if question.name not in tabled or not pack.choices(question) or said & policy().not_lacks:
            continue
        codes = tuple(
            one.code
            for one in pack.choices(question)
            if one.label.get("id", "").casefold().startswith(policy().lacks)
        )
        if codes and len(codes) < len(pack.choices(question)):
            made.append(Rule(question.record, (Condition(question.name, "one_of", codes),)))
    return made
