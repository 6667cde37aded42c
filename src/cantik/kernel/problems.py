"""What is wrong with an input, where, and how to mend it: data first, words from a catalogue.

A problem never carries a raw personal value: ``shown`` is already masked by the one who found it.
"""

import dataclasses
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Severity(StrEnum):
    REFUSE = "refuse"  # the whole file is refused, nothing is stored
    WAIT = "wait"  # stored once accepted, waits in process for a person
    NOTE = "note"  # worth a look, stops nothing


@dataclass(frozen=True)
class Problem:
    """One fault at one place. ``row`` counts from 1 as the sheet does; 0 means the whole sheet."""

    code: str
    severity: Severity
    sheet: str = ""
    row: int = 0
    column: str = ""
    field: str = ""
    shown: str = ""
    params: Mapping[str, str] = dataclasses.field(default_factory=dict)
    suggestion: str = ""


@dataclass(frozen=True)
class Kind:
    """A catalogue entry. The three texts are msgids; they may hold %(name)s, filled from params."""

    code: str
    severity: Severity
    title: str
    message: str
    remedy: str

    def problem(
        self,
        *,
        sheet: str = "",
        row: int = 0,
        column: str = "",
        field: str = "",
        shown: str = "",
        suggestion: str = "",
        **params: str,
    ) -> Problem:
        """A problem of this kind at a place."""
        return Problem(
            self.code, self.severity, sheet, row, column, field, shown, params, suggestion
        )


@dataclass(frozen=True)
class Words:
    title: str
    message: str
    remedy: str


class DuplicateCode(ValueError):
    """Two catalogue entries share a code; retired codes are never used again either."""


Catalogue = Mapping[str, Kind]


def catalogue(*kinds: Kind) -> Catalogue:
    """The entries by code. Raises DuplicateCode, and ValueError on an empty text."""
    entries: dict[str, Kind] = {}
    for kind in kinds:
        if kind.code in entries:
            raise DuplicateCode(kind.code)
        if not (kind.code and kind.title and kind.message and kind.remedy):
            raise ValueError(
                f"{kind.code or 'an entry'}: code, title, message and remedy are needed"
            )
        entries[kind.code] = kind
    return MappingProxyType(entries)


def words(
    problem: Problem, entries: Catalogue, translate: Callable[[str], str] = lambda message: message
) -> Words:
    """The words of ``problem``. ``translate`` is gettext. A missing parameter shows as "…"."""
    kind = entries[problem.code]
    values = _Filled(
        {
            "sheet": problem.sheet,
            "row": str(problem.row),
            "column": problem.column,
            "field": problem.field,
            "shown": problem.shown,
            "suggestion": problem.suggestion,
            **problem.params,
        }
    )
    return Words(*(translate(text) % values for text in (kind.title, kind.message, kind.remedy)))


class _Filled(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def column_letter(index: int) -> str:
    """Excel's name of a column counted from 0: 0 -> A, 26 -> AA."""
    if index < 0:
        raise ValueError("a column is counted from 0")
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = string.ascii_uppercase[rest] + name
    return name


class Refused(Exception):
    """A step that is not possible now, told to a person: ``code`` for tests, the words for eyes."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code
