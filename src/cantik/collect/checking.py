"""From cells to families and faults. Pure; what a page may show of a value is masked here.

A family's answers keep sealed ones (names, numbers, dates, free text) apart from the facts.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from cantik.design.api import (
    Pack,
    Question,
    Remembered,
    Verdict,
    age_on,
    derive,
    judge,
)
from cantik.kernel.expression import names
from cantik.kernel.numbers import mask, whole
from cantik.kernel.problems import Kind, Problem, Severity

from . import catalogue as told
from .meaning import Choices
from .reading import Contents, Sheet
from .workbook import NUMBER, columns, sheets

MOST_FAMILIES = 60_000
MOST_MEMBERS = 300_000
LONGEST_TEXT = 300
MOST_KNOWN = 10_000  # spellings of the answers to one question that are kept in mind
SHOWN = 40
AGE, BORN = "umur", "tanggal_lahir"  # the one derived answer that needs a sealed one
NIK, SEX, WOMAN = "nik", "jenis_kelamin", "2"
EXACT_DIGITS = 15  # what a spreadsheet keeps of a number
EXCEL_DAY_0, LAST_SERIAL = date(1899, 12, 30), 80_000
_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")  # as the form asks for it
BLANK = "-"  # a mend that leaves the answer empty
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

    def answers(self, pack: Pack) -> dict[str, Any]:
        """Facts as they are stored: nothing sealed."""
        inside = {pack.member: [facts for facts, _ in self.members]} if pack.member else {}
        return {pack.main: self.facts, **inside}

    def identity(self, pack: Pack) -> dict[str, Any]:
        """Sealed answers as they are sealed."""
        inside = {pack.member: [_written(s) for _, s in self.members]} if pack.member else {}
        return {pack.main: _written(self.sealed), **inside}


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
    text = plain(value)
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


def as_whole(value: Any) -> int | None:
    """A whole number of at most nine digits; None for anything else."""
    text = plain(value)
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= 9 else None


def like_formula(text: str) -> bool:
    """Whether a spreadsheet would run it after an export. A telephone number may begin with +."""
    head, rest = text[:1], text[1:].replace(" ", "").replace("-", "")
    return head != "" and (head in "=@\t\r" or (head in "+-" and not rest.isdigit()))


def as_date(value: Any) -> date | None:
    """A real date, a spreadsheet's day number, "17/08/1990" or "1990-08-17"; None for others."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, (int, float)) and 1 <= value < LAST_SERIAL:
        return EXCEL_DAY_0 + timedelta(days=int(value))  # a date pasted where text is expected
    text = plain(value)
    if usual := _DAY.fullmatch(text):
        try:
            return date(int(usual[3]), int(usual[2]), int(usual[1]))
        except ValueError:
            return None
    for form in ("%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 a birth date has no zone
        except ValueError:
            continue
    return None


class _Reader:
    """Turns the cells of one sheet into answers and notes what cannot be read. ``unread`` are the
    cells noted: what follows from them (nothing stands there) is not told a second time."""

    def __init__(
        self, pack: Pack, record: str, sheet: Sheet, leaves: Mapping[str, str], mends: Mends
    ) -> None:
        self.sheet, self.name, self.mends = sheet, sheets(pack)[record], mends
        self.questions = columns(pack, record)
        self.leaves, self.leaf_ids = leaves, frozenset(leaves.values())
        self.choices = {
            q.name: Choices({c.code: c.label.get("id", "") for c in pack.choices(q)})
            for q in self.questions
            if q.kind == "choice"
        }
        # The same few answers, thousands of times.
        self.known: dict[str, dict[str, str]] = {name: {} for name in self.choices}
        self.typed = [
            (q, q.name, sheet.values[q.name], self.known.get(q.name), q.sealed)
            for q in self.questions
            if q.role != "area"
        ]
        self.problems: list[Problem] = []
        self.unread: set[tuple[int, str]] = set()

    def note(self, kind: Kind, at: int, field_: str, value: Any = None, **more: str) -> None:
        question = next((q for q in self.questions if q.name == field_), None)
        self.unread.add((self.sheet.rows[at], field_))
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
        for question, name, values, known, hidden in self.typed:
            value = values[at]
            if value is None or value == "":
                continue
            found: Any = None
            if isinstance(value, str):
                found = known.get(value) if known is not None else None
                if found is None and not value.strip():
                    continue
            if found is None:
                found = self._answer(at, question, value)
                if found is None:
                    continue
                if known is not None and isinstance(value, str) and len(known) < MOST_KNOWN:
                    known[value] = found
            if hidden:
                sealed[name] = found
            else:  # facts are kept as they are: the day of a price as text
                facts[name] = found.isoformat() if isinstance(found, date) else found
        return facts, sealed

    def _answer(self, at: int, question: Question, value: Any) -> Any:
        if question.kind == "choice":
            return self._choice(at, question, value)
        if question.kind == "integer":
            number = as_whole(value)
            if number is None:
                self.note(told.NOT_NUMBER, at, question.name, value)
            return number
        if question.kind == "date":
            found = as_date(value)
            if found is None:
                self.note(told.NOT_DATE, at, question.name, value)
            return found
        return self._text(at, question, value)

    def _choice(self, at: int, question: Question, value: Any) -> str | None:
        choices, text = self.choices[question.name], plain(value)
        found = choices.code(text)
        if found is None:
            found = self.mends.get((question.name, text[:SHOWN]))
            if found == BLANK:
                return None
            if found not in choices:
                near = choices.near(text)
                self.note(told.UNKNOWN_CODE, at, question.name, value, suggestion=near)
                return None
        return found

    def _text(self, at: int, question: Question, value: Any) -> str | None:
        if isinstance(value, (int, float)) and abs(value) >= 10**EXACT_DIGITS:
            self.note(told.NUMBER_LOST, at, question.name, value)
        text = plain(value)[:LONGEST_TEXT]
        if like_formula(text):
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
        if found not in self.leaf_ids:
            self.note(told.UNKNOWN_CODE, at, question.name, value, suggestion="")
            return ""
        return found


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
    family = _Reader(pack, pack.main, found.family, leaves, mends)
    families = _families(family, problems)
    readers = [family]
    if pack.member:
        member = _Reader(pack, pack.member, found.member, leaves, mends)
        _members(member, families, problems)
        readers.append(member)
    problems += [problem for reader in readers for problem in reader.problems]
    unread = {
        record.name: reader.unread for record, reader in zip(pack.records, readers, strict=True)
    }
    _twice_kk(found, pack, families, problems)
    _niks(found, pack, families, problems)
    kept: list[Family] = []
    remembered = Remembered(pack)
    refused: dict[tuple[str, str], int] = {}
    for at, one in enumerate(families):
        if progress is not None and at % 500 == 0:
            progress(at, len(families))
        result = str(one.facts.get(pack.result, ""))
        if result in pack.no_answers:
            key = (one.leaf_id, result)
            refused[key] = refused.get(key, 0) + 1
            continue
        _judge(found, pack, one, today, problems, unread, remembered)
        kept.append(one)
    if not families:
        problems.append(told.EMPTY.problem(sheet=sheets(pack)[pack.main]))
    return Checked(kept, refused, problems)


def _families(reader: _Reader, problems: list[Problem]) -> list[Family]:
    sheet = reader.sheet
    area = next((q for q in reader.questions if q.role == "area"), None)
    families: list[Family] = []
    seen: set[str] = set()
    if len(sheet.rows) > MOST_FAMILIES:
        problems.append(told.MANY.problem(sheet=reader.name, limit=whole(MOST_FAMILIES)))
        return []
    for at, row in enumerate(sheet.rows):
        number = plain(sheet.values[NUMBER][at])
        if not number:
            reader.note(told.MISSING_KEY, at, NUMBER)
            continue
        if number in seen:
            reader.note(told.TWICE_KEY, at, NUMBER, number)
            continue
        seen.add(number)
        facts, sealed = reader.row(at)
        leaf = reader.leaf(at, area) if area is not None else next(iter(reader.leaves.values()))
        families.append(Family(number, row, leaf, facts, sealed))
    return families


def _members(reader: _Reader, families: Sequence[Family], problems: list[Problem]) -> None:
    sheet = reader.sheet
    if len(sheet.rows) > MOST_MEMBERS:
        problems.append(told.MANY.problem(sheet=reader.name, limit=whole(MOST_MEMBERS)))
        return
    by_number = {one.number: one for one in families}
    for at, row in enumerate(sheet.rows):
        number = plain(sheet.values[NUMBER][at])
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


def _twice_kk(
    found: Contents, pack: Pack, families: Sequence[Family], problems: list[Problem]
) -> None:
    key = next((q for q in pack.instrument.questions if q.role == "key"), None)
    if key is None:
        return
    seen: set[str] = set()
    for one in families:
        value = one.sealed.get(key.name)
        if value and value in seen:
            problems.append(
                told.TWICE_KK.problem(
                    sheet=sheets(pack)[pack.main], row=one.row,
                    column=found.family.letters[key.name], field=key.name,
                    shown=shown(key, value),
                )
            )  # fmt: skip
        seen.add(value or "")


def _niks(found: Contents, pack: Pack, families: Sequence[Family], problems: list[Problem]) -> None:
    """NIK that stand twice, or whose own birth date is another. Only worth a look: cards are wrong
    at times, and the card decides."""
    question = next((q for q in pack.instrument.questions if q.name == NIK), None)
    if question is None:
        return
    seen: set[str] = set()
    for one in families:
        for row, (facts, sealed) in zip(one.rows, one.members, strict=True):
            nik = str(sealed.get(NIK) or "")
            if nik and nik in seen:
                problems.append(_at_nik(told.TWICE_NIK, found, pack, row, question, nik))
            seen.add(nik)
            born = sealed.get(BORN)
            if isinstance(born, date) and not fits_birth(nik, born, facts.get(SEX) == WOMAN):
                problems.append(_at_nik(told.NIK_DATE, found, pack, row, question, nik))


def _at_nik(
    kind: Kind, found: Contents, pack: Pack, row: int, question: Question, nik: str
) -> Problem:
    letter = found.member.letters[NIK]
    return kind.problem(
        sheet=sheets(pack)[question.record],
        row=row,
        column=letter,
        field=NIK,
        shown=shown(question, nik),
    )


def fits_birth(nik: str, born: date, woman: bool) -> bool:
    """Whether digits 7 to 12 of a NIK are day (plus 40 for women), month and year of the birth.
    True for what is no NIK of 16 digits."""
    if len(nik) != 16 or not (nik.isascii() and nik.isdigit()):
        return True
    return nik[6:12] == f"{born.day + (40 if woman else 0):02d}{born:%m%y}"


def complete(
    pack: Pack,
    facts: dict[str, Any],
    sealed: Mapping[str, Any],
    members: Sequence[tuple[dict[str, Any], Mapping[str, Any]]],
    today: date,
    *,
    remembered: Remembered | None = None,
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Work out ages and calculated answers and write them among the facts, in place. Returns all
    answers of the family and of its members together, for judging."""
    for own, hidden in members:
        born = hidden.get(BORN)
        own.pop(AGE, None)
        if isinstance(born, date) and born <= today:
            own[AGE] = age_on(born, today)
    family, people = derive(
        pack, {**facts, **sealed}, [{**own, **hidden} for own, hidden in members], today,
        remembered=remembered,
    )  # fmt: skip
    for question in pack.instrument.questions:
        if question.role != "derived" or question.name == AGE:
            continue
        pairs = (
            [(family, facts)]
            if question.record == pack.main
            else [(person, own) for person, (own, _) in zip(people, members, strict=True)]
        )
        for values, own in pairs:
            own.pop(question.name, None)
            if values.get(question.name) is not None:
                own[question.name] = values[question.name]
    return family, people


def _judge(
    found: Contents, pack: Pack, one: Family, today: date, problems: list[Problem],
    unread: Mapping[str, set[tuple[int, str]]], remembered: Remembered,
) -> None:  # fmt: skip
    family, members = complete(
        pack, one.facts, one.sealed, one.members, today, remembered=remembered
    )
    for verdict in judge(pack, family, members, today, remembered=remembered):
        if not _follows(pack, one, verdict, members, unread):
            problems.append(_told(found, pack, one, verdict, family, members))
        if verdict.kind != "rule" and pack.instrument.question(verdict.name).sealed:
            one.sealed_faults.append(verdict)


def _follows(
    pack: Pack, one: Family, verdict: Verdict, members: Sequence[Mapping[str, Any]],
    unread: Mapping[str, set[tuple[int, str]]],
) -> bool:  # fmt: skip
    """Whether a verdict only follows from a fault that is told already: a cell that could not be
    read counts as empty, and without an age nothing that depends on it applies."""
    if verdict.kind == "rule":
        return False
    record, row = (
        (pack.main, one.row) if verdict.member is None else (pack.member, one.rows[verdict.member])
    )
    if verdict.kind == "missing":
        return (row, verdict.name) in unread[record]
    relevant = pack.instrument.question(verdict.name).relevant
    return (
        verdict.kind == "misplaced"
        and verdict.member is not None
        and members[verdict.member].get(AGE) is None
        and relevant is not None
        and AGE in names(relevant)
    )


def _told(
    found: Contents, pack: Pack, one: Family, verdict: Verdict,
    family: Mapping[str, Any], members: Sequence[Mapping[str, Any]],
) -> Problem:  # fmt: skip
    name = sheets(pack)[pack.main if verdict.member is None else pack.member]
    sheet = found.family if verdict.member is None else found.member
    row = one.row if verdict.member is None else one.rows[verdict.member]
    kind = told.PROBLEMS[verdict.kind]
    if verdict.kind == "rule":
        return kind.problem(sheet=name, row=row, field=verdict.name)
    question = pack.instrument.question(verdict.name)
    values = family if verdict.member is None else members[verdict.member]
    return kind.problem(
        sheet=name,
        row=row,
        column=sheet.letters.get(verdict.name, ""),
        field=verdict.name,
        shown=shown(question, values.get(verdict.name)),
    )
