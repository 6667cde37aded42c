"""Faults of the same kind together, so that many are mended with one choice. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from cantik.kernel.problems import Problem, Severity


@dataclass(frozen=True)
class Group:
    """Problems alike in kind, sheet, question and, for a mendable kind, in what was written."""

    code: str
    sheet: str
    field: str
    shown: str
    suggestion: str
    severity: Severity
    count: int
    rows: tuple[int, ...]  # the first few

    @property
    def mendable(self) -> bool:
        return self.code == "unknown_code"


FIRST_ROWS = 8
ORDER = (Severity.REFUSE, Severity.WAIT, Severity.NOTE)


def groups(problems: Sequence[Problem]) -> list[Group]:
    """What refuses the file first, then what waits; the most frequent first."""
    together: dict[tuple[str, str, str, str], list[Problem]] = {}
    for one in problems:
        written = one.shown if one.code == "unknown_code" else ""
        together.setdefault((one.code, one.sheet, one.field, written), []).append(one)
    found = [
        Group(
            code, sheet, field, written, alike[0].suggestion, alike[0].severity, len(alike),
            tuple(p.row for p in alike[:FIRST_ROWS]),
        )
        for (code, sheet, field, written), alike in together.items()
    ]  # fmt: skip
    return sorted(
        found, key=lambda g: (ORDER.index(g.severity), -g.count, g.sheet, g.field, g.shown)
    )
