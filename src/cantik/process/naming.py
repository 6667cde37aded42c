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

from cantik.design.api import Pack, Question, Record
from cantik.kernel.expression import names
from cantik.kernel.text import Text, pick

OPS = ("one_of", "at_least", "at_most", "empty")
ALL, ANY = "all", "any"
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
    sensitive: "Words"  # facts and children
    facts: "Words"
    answers: "Words"
    age: "Words"
    months: "Words"
    not_age_of: "Words"
    sex: "Words"
    called: "Words"
    numbers: "Words"
    lacks: tuple[str, ...]
    not_lacks: frozenset[str]


@dataclass(frozen=True)
class Words:
    """``whole`` words, and ``parts`` that a word may hold anywhere (*sakit* in *kesakitan*)."""

    whole: frozenset[str]
    parts: tuple[str, ...]

    def among(self, text: str) -> bool:
        said = _WORD.findall(text.casefold().replace("_", " "))
        return any(w in self.whole or any(part in w for part in self.parts) for w in said)


def _listed(raw: Mapping[str, Sequence[str]], *groups: Mapping[str, Sequence[str]]) -> Words:
    every = (raw, *groups)
    return Words(
        frozenset(word for one in every for word in one.get("words", ())),
        tuple(part for one in every for part in one.get("parts", ())),
    )


@cache
def policy() -> Policy:
    raw = yaml.safe_load(Path(__file__).with_name("lists.yaml").read_text("utf-8"))
    return Policy(
        raw["days"]["given"], raw["days"]["most"],
        raw["purpose"]["fewest_letters"], raw["purpose"]["most_letters"],
        raw["conditions"], raw["columns"],
        raw["openings"]["limit"], raw["openings"]["seconds"],
        raw["adult"], raw["uses"],
        _listed(raw["sensitive"]["facts"], raw["sensitive"]["children"]),
        _listed(raw["sensitive"]["facts"]), _listed(raw["sensitive"]["answers"]),
        Words(frozenset(raw["people"]["age"]), ()), Words(frozenset(raw["people"]["months"]), ()),
        Words(frozenset(raw["people"]["not_age_of"]), ()),
        Words(frozenset(raw["people"]["sex"]), ()),
        _listed(raw["called"]), _listed(raw["numbers"]),
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


def is_child(pack: Pack, record: str, answers: Mapping[str, Any]) -> bool:
    """Whether whom a line names is or may be under age: people of unknown age, or whose age nobody
    asks, or in a list that calls those in it children. A form is about a child only where it says
    an age: most are about families, shops, boats."""
    if record != pack.main and _is_said(pack.record(record)):
        return True
    ages = [q for q in pack.instrument.of(record) if _is_age(q)]
    if record == pack.main and record != pack.persons:
        return any(_young(q, answers.get(q.name)) for q in ages)
    if record != pack.persons and not ages and not any(map(_is_sex, pack.instrument.of(record))):
        return False
    said = [q for q in ages if answers.get(q.name) is not None]
    return not said or any(_young(q, answers[q.name]) for q in said)


def _is_age(question: Question) -> bool:
    texts = [question.name, *question.label.values()]
    return (
        question.kind == "integer"
        and question.role in ("fact", "derived")
        and any(map(policy().age.among, texts))
        and not any(map(policy().not_age_of.among, texts))
    )


def _is_sex(question: Question) -> bool:
    return any(map(policy().sex.among, [question.name, *question.label.values()]))


def _young(question: Question, age: Any) -> bool:
    if age is None:
        return False
    months = any(map(policy().months.among, [question.name, *question.label.values()]))
    return bool(age < policy().adult * (12 if months else 1))


def children_in(rule: Rule, pack: Pack, answers: Mapping[str, Any], member: int | None) -> int:
    """How many children one line tells of: the person it names, or, in a list of forms, those whose
    answers bring the form into it ("families with somebody under five")."""
    members = pack.inside(answers)
    if member is not None:
        return int(is_child(pack, rule.record, members[member]))
    own = int(is_child(pack, pack.main, answers[pack.main]))
    record = {q.name: q.record for q in pack.instrument.questions}
    inner = [c for c in rule.conditions if record.get(c.question) != pack.main]
    return own + sum(
        bool(inner)
        and is_child(pack, pack.member, one)
        and _joined(rule, [c.holds(one.get(c.question)) for c in inner])
        for one in members
    )


# -- what it touches --------------------------------------------------------------------------


def sensitive(pack: Pack, question: Question) -> bool:
    """Whether a question is about health, religion, children or what its pack calls sensitive.

    Its own classes say so; where it has none, the calculations made from it; and always the words
    of ``lists.yaml``, for questionnaires that villages make themselves: in the question, in its
    answers, in the title of its sheet or of the whole. What is worked out from such a question, or
    asked because of an answer to one, tells that answer.
    """
    return question.name in _sensitive(pack)


def _sensitive(pack: Pack) -> frozenset[str]:
    """Names of all sensitive questions of a pack, which never changes."""
    found = _KNOWN.get(pack.hash)
    if found is None:
        if len(_KNOWN) >= MOST_KNOWN:
            _KNOWN.clear()
        found = _KNOWN[pack.hash] = _judged(pack)
    return found


MOST_KNOWN = 64
_KNOWN: dict[str, frozenset[str]] = {}


def _judged(pack: Pack) -> frozenset[str]:
    questions = pack.instrument.questions
    classes: dict[str, set[str]] = {}
    for one in pack.classifications.values():
        classes.setdefault(one.variable, set()).add(one.sensitivity)
    whole = policy().sensitive.among(pack.title.get("id", "") + " " + pack.title.get("en", ""))
    said = {one.name for one in pack.records if _is_said(one)}
    found = {
        q.name
        for q in questions
        if whole or q.record in said or classes.get(q.name) == {"sensitive"} or _told(pack, q)
    }
    reads = {
        q.name: {n for e in (q.calculate, q.relevant) if e is not None for n in names(e)}
        for q in questions
    }
    calculated = {q.name for q in questions if q.calculate is not None}
    # A part of a sensitive calculation, unless classes of its own say that it may be shown.
    parts = {
        n for name in calculated & found & set(classes) for n in reads[name] if n not in classes
    }
    found |= parts & pack.instrument.names()
    while more := {name for name, read in reads.items() if name not in found and read & found}:
        found |= more
    return frozenset(found)


def _is_said(record: Record) -> bool:
    texts = [*record.title.values(), *record.unit_label.values(), record.name]
    return any(policy().sensitive.among(one) for one in texts)


def _told(pack: Pack, question: Question) -> bool:
    answers = [words for one in pack.choices(question) for words in one.label.values()]
    return (
        any(map(policy().sensitive.among, [question.name, *question.label.values()]))
        or any(map(policy().facts.among, question.hint.values()))
        or any(map(policy().answers.among, answers))
    )


def touched(rule: Rule, columns: Iterable[str], pack: Pack) -> list[Question]:
    """The sensitive questions that the rule or a shown column would tell of somebody by name."""
    asked = {c.question for c in rule.conditions} | set(columns)
    return [q for q in pack.instrument.questions if q.name in asked and sensitive(pack, q)]


# -- by what name -------------------------------------------------------------------------------


def names_of(pack: Pack, record: str) -> list[Question]:
    """The sealed texts of a record that ask for a name, what calls itself one first."""
    asked = [
        q
        for q in pack.instrument.of(record)
        if q.role in ("identity", "free") and q.kind == "text" and not is_number(q)
    ]
    found = [
        q
        for q in asked
        if policy().called.among(q.name) or any(map(policy().called.among, q.label.values()))
    ]
    return sorted(found, key=lambda q: (q.role != "identity", not q.name.startswith("nama")))


def is_number(question: Question) -> bool:
    """Whether it asks for a number of identity, which no list shows."""
    texts = [question.name, *question.label.values()]
    return any(map(policy().numbers.among, texts))


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
