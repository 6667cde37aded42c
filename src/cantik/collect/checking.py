"""From cells to families and faults. Pure; what a page may show of a value is masked here.

A family's answers keep sealed ones (names, numbers, dates, free text) apart from the facts.
"""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from cantik.design.api import (
    FAMILY,
    MEMBER,
    Pack,
    Question,
    Verdict,
    age_on,
    derive,
    judge,
)
from cantik.kernel.numbers import mask
from cantik.kernel.problems import Kind, Problem, Severity

from . import catalogue as told
from .reading import Contents, Sheet
from .workbook import EQUALS, NUMBER, SHEETS, columns

MOST_FAMILIES = 60_000
LONGEST_TEXT = 300
SHOWN = 40
AGE, BORN = "umur", "tanggal_lahir"  # the one derived answer that needs a sealed one
EXACT_DIGITS = 15  # what a spreadsheet keeps of a number
Mends = Mapping[tuple[str, str], str]
Progress = Any


@dataclass
class Family:
    """One family of a file. ``facts`` and ``sealed`` are by question name; ``members`` pair both.
    ``places`` tells the row of each member."""

    number: str
    row: int
    leaf_id: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    sealed: dict[str, Any] = field(default_factory=dict)
    members: list[tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    sealed_faults: list[Verdict] = field(default_factory=list)

    def answers(self) -> dict[str, Any]:
        """Facts as they are stored: nothing sealed."""
        return {FAMILY: self.facts, MEMBER: [facts for facts, _ in self.members]}

    def identity(self) -> dict[str, Any]:
        """Sealed answers as they are sealed."""
        return {FAMILY: _written(self.sealed), MEMBER: [_written(s) for _, s in self.members]}


@dataclass
class Checked:
    families: list[Family]
    no_answers: dict[tuple[str, str], int]  # (leaf, result) -> families
    problems: list[Problem]

    @property
    def refused(self) -> bool:
        return any(p.severity == Severity.REFUSE for p in self.problems)


def _written(values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in values.items()}


def shown(question: Question | None, value: Any) -> str:
    """What a page may show of a cell: sealed answers masked, others as written, cut short."""
    text = "" if value is None else str(value).strip()
    if question is not None and question.sealed:
        digits = sum(c.isdigit() for c in text)
        return mask(text) if digits > 8 else (text[:1] + "•••" if text else "")
    return text[:SHOWN]


# -- one cell ---------------------------------------------------------------------------------


def plain(value: Any) -> str:
    """A cell as text; a whole number without its point."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def code_of(question: Question, value: Any, codes: Mapping[str, str]) -> str | None:
    """The code meant by a cell: "3", "3 = Leding" or "leding"; None for no code of the list."""
    text = plain(value)
    if text in codes:
        return text
    head = text.partition(EQUALS)[0].strip()
    if head in codes and EQUALS in text:
        return head
    lowered = text.lower()
    return next((code for code, label in codes.items() if label.lower() == lowered), None)


def as_date(value: Any) -> date | None:
    """A real date, "17/08/1990" or "1990-08-17"; None for anything else."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = plain(value)
    for form in ("%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 a birth date has no zone
        except ValueError:
            continue
    return None


class _Reader:
    """Turns the cells of one sheet into answers and notes what cannot be read."""

    def __init__(
        self, pack: Pack, record: str, sheet: Sheet, leaves: Mapping[str, str], mends: Mends
    ) -> None:
        self.sheet, self.name, self.mends = sheet, SHEETS[record], mends
        self.questions = columns(pack, record)
        self.leaves = leaves
        self.codes = {
            q.name: {c.code: c.label.get("id", "") for c in pack.choices(q)}
            for q in self.questions
            if q.kind == "choice"
        }
        self.problems: list[Problem] = []

    def note(self, kind: Kind, at: int, field_: str, value: Any = None, **more: str) -> None:
        question = next((q for q in self.questions if q.name == field_), None)
        self.problems.append(
            kind.problem(
                sheet=self.name,
                row=self.sheet.rows[at],
                column=self.sheet.letters.get(field_, ""),
                field=field_,
                shown=shown(question, value),
                **more,
            )
        )

    def row(self, at: int) -> tuple[dict[str, Any], dict[str, Any]]:
        """(facts, sealed) of one row; empty answers are left out."""
        facts: dict[str, Any] = {}
        sealed: dict[str, Any] = {}
        for question in self.questions:
            value = self.sheet.values[question.name][at]
            if value is None or value == "" or (isinstance(value, str) and not value.strip()):
                continue
            found = self._answer(at, question, value)
            if found is not None and question.role != "area":
                (sealed if question.sealed else facts)[question.name] = found
        return facts, sealed

    def _answer(self, at: int, question: Question, value: Any) -> Any:
        if question.role == "area":
            return None
        if question.kind == "choice":
            return self._choice(at, question, value)
        if question.kind == "integer":
            text = plain(value)
            if text.isascii() and text.lstrip("-").isdigit() and len(text) <= 9:
                return int(text)
            self.note(told.NOT_NUMBER, at, question.name, value)
            return None
        if question.kind == "date":
            found = as_date(value)
            if found is None:
                self.note(told.NOT_DATE, at, question.name, value)
            return found
        return self._text(at, question, value)

    def _choice(self, at: int, question: Question, value: Any) -> str | None:
        codes = self.codes[question.name]
        found = code_of(question, value, codes)
        if found is None:
            found = self.mends.get((question.name, plain(value)[:SHOWN]))
            if found not in codes:
                self.note(
                    told.UNKNOWN_CODE, at, question.name, value, suggestion=_near(value, codes)
                )
                return None
        return found

    def _text(self, at: int, question: Question, value: Any) -> str | None:
        if isinstance(value, (int, float)) and abs(value) >= 10**EXACT_DIGITS:
            self.note(told.NUMBER_LOST, at, question.name, value)
        text = plain(value)[:LONGEST_TEXT]
        if text[:1] in "=@\t" or (text[:1] in "+-" and not text[1:].replace(" ", "").isdigit()):
            self.note(told.FORMULA_TEXT, at, question.name, value)
            return None
        return text

    def leaf(self, at: int, question: Question) -> str:
        """The leaf area chosen; "" after noting what is wrong."""
        value = self.sheet.values[question.name][at]
        text = plain(value)
        if not text:
            self.note(told.MISSING_AREA, at, question.name)
            return ""
        found = self.leaves.get(text) or self.mends.get((question.name, text[:SHOWN]), "")
        if found not in self.leaves.values():
            self.note(told.UNKNOWN_CODE, at, question.name, value, suggestion="")
            return ""
        return found


def _near(value: Any, codes: Mapping[str, str]) -> str:
    """The code whose words are most like what was written; "" when none is."""
    text = plain(value).lower()
    words = {label.lower(): code for code, label in codes.items()}
    for code, label in codes.items():
        words.update({part.strip().lower(): code for part in label.split("/") if part.strip()})
    starts = [code for word, code in words.items() if text and word.startswith(text)]
    if starts:
        return starts[0]
    near = difflib.get_close_matches(text, list(words), n=1, cutoff=0.6)
    return words[near[0]] if near else ""


# -- the whole file ---------------------------------------------------------------------------


def check(
    found: Contents,
    *,
    pack: Pack,
    leaves: Mapping[str, str],
    today: date,
    mends: Mends | None = None,
    progress: Progress = None,
) -> Checked:
    """Read and judge all families. ``leaves`` is leaf id by the name in the drop-down."""
    mends = mends or {}
    problems: list[Problem] = []
    families = _families(found, pack, leaves, mends, problems)
    by_number = {one.number: one for one in families}
    _members(found, pack, leaves, mends, problems, by_number)
    _twice_kk(found, pack, families, problems)
    kept: list[Family] = []
    refused: dict[tuple[str, str], int] = {}
    for at, one in enumerate(families):
        if progress is not None and at % 500 == 0:
            progress(at, len(families))
        result = str(one.facts.get(pack.result, ""))
        if result in pack.no_answers:
            key = (one.leaf_id, result)
            refused[key] = refused.get(key, 0) + 1
            continue
        _judge(found, pack, one, today, problems)
        kept.append(one)
    if not families:
        problems.append(told.EMPTY.problem(sheet=SHEETS[FAMILY]))
    return Checked(kept, refused, problems)


def _families(
    found: Contents, pack: Pack, leaves: Mapping[str, str], mends: Mends, problems: list[Problem]
) -> list[Family]:
    reader = _Reader(pack, FAMILY, found.family, leaves, mends)
    area = next(q for q in pack.instrument.questions if q.role == "area")
    families: list[Family] = []
    seen: set[str] = set()
    if len(found.family.rows) > MOST_FAMILIES:
        problems.append(told.MANY.problem(sheet=SHEETS[FAMILY], limit=str(MOST_FAMILIES)))
        return []
    for at, row in enumerate(found.family.rows):
        number = plain(found.family.values[NUMBER][at])
        if not number:
            reader.note(told.MISSING_KEY, at, NUMBER)
            continue
        if number in seen:
            reader.note(told.TWICE_KEY, at, NUMBER, number)
            continue
        seen.add(number)
        facts, sealed = reader.row(at)
        families.append(Family(number, row, reader.leaf(at, area), facts, sealed))
    problems += reader.problems
    return families


def _members(
    found: Contents, pack: Pack, leaves: Mapping[str, str], mends: Mends,
    problems: list[Problem], by_number: Mapping[str, Family],
) -> None:  # fmt: skip
    reader = _Reader(pack, MEMBER, found.member, leaves, mends)
    for at, row in enumerate(found.member.rows):
        number = plain(found.member.values[NUMBER][at])
        if not number:
            reader.note(told.MISSING_KEY, at, NUMBER)
            continue
        family = by_number.get(number)
        if family is None:
            reader.note(told.NO_FAMILY, at, NUMBER, number)
            continue
        facts, sealed = reader.row(at)
        family.members.append((facts, sealed))
        family.rows.append(row)
    problems += reader.problems


def _twice_kk(
    found: Contents, pack: Pack, families: Sequence[Family], problems: list[Problem]
) -> None:
    key = next(q for q in pack.instrument.questions if q.role == "key")
    seen: set[str] = set()
    for one in families:
        value = one.sealed.get(key.name)
        if value and value in seen:
            problems.append(
                told.TWICE_KK.problem(
                    sheet=SHEETS[FAMILY], row=one.row, column=found.family.letters[key.name],
                    field=key.name, shown=shown(key, value),
                )
            )  # fmt: skip
        seen.add(value or "")


def complete(
    pack: Pack,
    facts: dict[str, Any],
    sealed: Mapping[str, Any],
    members: Sequence[tuple[dict[str, Any], Mapping[str, Any]]],
    today: date,
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Work out ages and calculated answers and write them among the facts, in place. Returns all
    answers of the family and of its members together, for judging."""
    for own, hidden in members:
        born = hidden.get(BORN)
        if isinstance(born, date):
            own.pop(AGE, None)
            if born <= today:
                own[AGE] = age_on(born, today)
    family, people = derive(
        pack, {**facts, **sealed}, [{**own, **hidden} for own, hidden in members], today
    )
    for question in pack.instrument.questions:
        if question.role != "derived" or question.name == AGE:
            continue
        pairs = (
            [(family, facts)]
            if question.record == FAMILY
            else [(person, own) for person, (own, _) in zip(people, members, strict=True)]
        )
        for values, own in pairs:
            own.pop(question.name, None)
            if values.get(question.name) is not None:
                own[question.name] = values[question.name]
    return family, people


def _judge(found: Contents, pack: Pack, one: Family, today: date, problems: list[Problem]) -> None:
    family, members = complete(pack, one.facts, one.sealed, one.members, today)
    for verdict in judge(pack, family, members, today):
        problems.append(_told(found, pack, one, verdict, family, members))
        if verdict.kind != "rule" and pack.instrument.question(verdict.name).sealed:
            one.sealed_faults.append(verdict)


def _told(
    found: Contents, pack: Pack, one: Family, verdict: Verdict,
    family: Mapping[str, Any], members: Sequence[Mapping[str, Any]],
) -> Problem:  # fmt: skip
    record = FAMILY if verdict.member is None else MEMBER
    sheet = found.family if verdict.member is None else found.member
    row = one.row if verdict.member is None else one.rows[verdict.member]
    kind = told.PROBLEMS[verdict.kind]
    if verdict.kind == "rule":
        return kind.problem(sheet=SHEETS[record], row=row, field=verdict.name)
    question = pack.instrument.question(verdict.name)
    values = family if verdict.member is None else members[verdict.member]
    return kind.problem(
        sheet=SHEETS[record],
        row=row,
        column=sheet.letters.get(verdict.name, ""),
        field=verdict.name,
        shown=shown(question, values.get(verdict.name)),
    )
