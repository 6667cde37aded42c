"""What a pack is: an instrument with its code lists, rules, tables, indicators and book. Pure.

A pack is read once, is never changed, and is known by the hash of its content.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cantik.kernel.expression import Expression
from cantik.kernel.text import Text

FAMILY, MEMBER = "keluarga", "anggota"
FAMILIES, PERSONS = "keluarga", "orang"  # units in which tables count
BIRTH, AGE, SEX = "tanggal_lahir", "umur", "jenis_kelamin"  # read by name in the rest of the house
PERIOD = "period"  # the day an observation is about: no date of anybody, read by series only
ROLES = ("key", "identity", "area", "fact", "derived", "free", PERIOD)
# Roles whose answers live in the vault only.
SEALED = frozenset({"key", "identity", "free"})
KINDS = ("choice", "integer", "date", "text")
SENSITIVITIES = ("open", "restricted", "sensitive")
LOWEST = ("rt", "dusun", "desa")
EVERY = ("day", "week", "month", "year")  # how long one period of a series is


@dataclass(frozen=True)
class Record:
    """One kind of record: the main one of a form, or the one repeated inside it. ``unit`` is the
    word by which tables say what they count; ``title`` heads its sheet of the workbook."""

    name: str
    title: Text
    unit: str
    unit_label: Text


HOUSEHOLD = (
    Record(
        FAMILY, {"id": "Keluarga", "en": "Families"}, FAMILIES, {"id": "keluarga", "en": "families"}
    ),
    Record(MEMBER, {"id": "Anggota", "en": "Members"}, PERSONS, {"id": "orang", "en": "persons"}),
)


@dataclass(frozen=True)
class Choice:
    code: str
    label: Text


@dataclass(frozen=True)
class Question:
    """One question. ``kind`` is choice, integer, date or text; ``choices`` names a code list.

    ``why`` is the reason to ask where no table says it; ``source`` where wording and codes are
    from; ``concept``, ``definition`` and ``time`` (what time the answer is about) are for its
    metadata. A derived question is asked of nobody: ``calculate`` gives its answer.
    """

    name: str
    record: str
    kind: str
    role: str
    label: Text
    hint: Text
    choices: str = ""
    required: bool = False
    relevant: Expression | None = None
    constraint: Expression | None = None
    constraint_message: Text = field(default_factory=dict)
    calculate: Expression | None = None
    source: str = ""
    why: Text = field(default_factory=dict)
    concept: Text = field(default_factory=dict)
    definition: Text = field(default_factory=dict)
    time: Text = field(default_factory=dict)

    @property
    def sealed(self) -> bool:
        return self.role in SEALED

    @property
    def clean(self) -> bool:
        """Whether its answers are in the clean data."""
        dated = self.role == PERIOD and self.kind == "date"
        return dated or self.role in ("fact", "derived")


@dataclass(frozen=True)
class Instrument:
    questions: tuple[Question, ...]

    def of(self, record: str) -> tuple[Question, ...]:
        return tuple(q for q in self.questions if q.record == record)

    def question(self, name: str) -> Question:
        """Raises KeyError."""
        for one in self.questions:
            if one.name == name:
                return one
        raise KeyError(name)

    def names(self) -> frozenset[str]:
        return frozenset(q.name for q in self.questions)


@dataclass(frozen=True)
class Class:
    """A class of answers: by its codes, or by a range of numbers with both ends inside (None is
    open). In a merged list ``members`` are codes of the finer classes."""

    code: str
    label: Text
    members: tuple[str, ...] = ()
    range: tuple[int | None, int | None] | None = None


@dataclass(frozen=True)
class Classification:
    """``merged`` are broader classes of the same answers, for where the finer ones tell too much;
    ``merged_lowest`` how far down a table of them may go ("" as far as the finer ones)."""

    id: str
    variable: str
    sensitivity: str
    lowest: str
    classes: tuple[Class, ...]
    merged: tuple[Class, ...] = ()
    merged_lowest: str = ""


@dataclass(frozen=True)
class Rule:
    """``expression`` must be true of every family (or member); if not, ``message`` says what is
    wrong and ``remedy`` how to mend it. ``severity`` is a word of kernel.problems.Severity."""

    id: str
    record: str
    expression: Expression
    message: Text
    remedy: Text
    severity: str = "wait"


@dataclass(frozen=True)
class TableTemplate:
    """One variable over a universe, in the classes of ``classification``; persons may stand by sex.
    ``unit`` is keluarga or orang; ``question`` the planning question the table answers; ``merged``
    shows the broader classes of its classification, further down than the finer ones may go."""

    id: str
    title: Text
    unit: str
    variable: str
    classification: str
    by_sex: bool
    universe: Expression | None
    question: Text
    chapter: str
    chart: str
    notes: tuple[Text, ...] = ()
    merged: bool = False


def one_count(found: Sequence[TableTemplate]) -> bool:
    """A table in fine classes and one in their merged classes: protected as one count."""
    return (
        len(found) == 2
        and {one.merged for one in found} == {True, False}
        and len({(one.classification, one.unit, one.by_sex) for one in found}) == 1
    )


@dataclass(frozen=True)
class Indicator:
    """A share or ratio of published columns of one table; ``denominator`` is codes or "all".
    ``sentence`` holds {n} numerator, {d} denominator and {p} n / d x multiplier. ``classification``
    (by what it is broken down), ``measure`` and ``unit`` are words for its metadata."""

    id: str
    title: Text
    table: str
    numerator: tuple[str, ...]
    denominator: tuple[str, ...] | str
    multiplier: int
    sentence: Text
    question: Text
    concept: Text
    interpretation: Text
    definition: Text = field(default_factory=dict)
    classification: Text = field(default_factory=dict)
    measure: Text = field(default_factory=dict)
    unit: Text = field(default_factory=dict)


@dataclass(frozen=True)
class Item:
    """What has a price in a series: ``name`` is the question whose answers are the quotes, ``unit``
    what one price buys (kg, ikat)."""

    name: str
    label: Text
    unit: Text


@dataclass(frozen=True)
class SeriesTemplate:
    """Prices over time: for each period of ``every`` and each item the median of its quotes.

    ``date`` is the question that says when a quote was noted; ``base`` how many first periods are
    the base (= 100) of the indices; ``currency`` what prices are in, with ``decimals`` digits after
    the comma (quotes are whole numbers of the last digit). ``sensitivity`` open: prices anybody may
    read off a stall are published from one quote on; restricted: see protect.
    """

    id: str
    title: Text
    question: Text
    chapter: str
    date: str
    every: str
    base: int
    currency: Text
    decimals: int
    sensitivity: str
    items: tuple[Item, ...]
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Chapter:
    id: str
    title: Text
    words: Text = field(default_factory=dict)


@dataclass(frozen=True)
class Book:
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True)
class Pack:
    """``records`` are the main record and, at most, one repeated inside it. ``result`` names the
    question on how the visit ended and ``no_answers`` its codes that bring no answers (counted as
    refusals, never kept as records); ``counted`` says of a member whether it belongs to the
    published population."""

    id: str
    version: str
    hash: str
    title: Text
    source: Text
    privacy_notice: Text
    instrument: Instrument
    code_lists: Mapping[str, tuple[Choice, ...]]
    rules: tuple[Rule, ...]
    classifications: Mapping[str, Classification]
    tables: tuple[TableTemplate, ...]
    indicators: tuple[Indicator, ...]
    book: Book
    counted: Expression | None
    result: str
    no_answers: frozenset[str]
    records: tuple[Record, ...] = HOUSEHOLD
    series: tuple[SeriesTemplate, ...] = ()
    # Hashes of packs with the same questions: what was filled in for them fits this one.
    earlier: frozenset[str] = frozenset()

    @property
    def main(self) -> str:
        """The record a form is about: one for each form."""
        return self.records[0].name

    @property
    def member(self) -> str:
        """The record repeated inside the main one; "" for none."""
        return self.records[1].name if len(self.records) > 1 else ""

    def inside(self, answers: Mapping[str, Any]) -> list[Any]:
        """The members in a form's answers, as they stand; none where nothing is repeated."""
        found: list[Any] = answers[self.member] if self.member else []
        return found

    @property
    def persons(self) -> str:
        """The record of people; "" where nobody is counted."""
        return next((one.name for one in self.records if one.unit == PERSONS), "")

    @property
    def placed(self) -> bool:
        """Whether a form says in which RT it belongs; else it is about the whole village."""
        return any(one.role == "area" for one in self.instrument.questions)

    def record(self, name: str) -> Record:
        """Raises KeyError."""
        for one in self.records:
            if one.name == name:
                return one
        raise KeyError(name)

    def counted_as(self, unit: str) -> Record:
        """The record a unit counts. Raises KeyError."""
        for one in self.records:
            if one.unit == unit:
                return one
        raise KeyError(unit)

    def choices(self, question: Question) -> tuple[Choice, ...]:
        return self.code_lists.get(question.choices, ())

    def label(self, question: Question, code: object) -> Text:
        """The words of an answer's code; the code itself for an unknown one."""
        for one in self.choices(question):
            if one.code == str(code):
                return one.label
        return {"id": str(code), "en": str(code)}

    def table(self, id_: str) -> TableTemplate:
        """Raises KeyError."""
        for one in self.tables:
            if one.id == id_:
                return one
        raise KeyError(id_)

    def classification(self, table: TableTemplate) -> Classification:
        """Raises KeyError."""
        return self.classifications[table.classification]
