"""A yearly sheet as an office writes it: one table, a row for each answer. Pure.

Columns, in any order, by their heads: ``bagian_kode``, ``bagian``, ``bagian_bobot``, ``kode``,
``pertanyaan``, ``bobot``, ``pilihan_kode``, ``pilihan``, ``skor``, ``arti``, ``bukti``. A cell left
empty under a section or a question goes on with the one above. Numbers may have a decimal comma.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from cantik.kernel import scorecard, workbooks
from cantik.kernel.problems import Problem, Severity

COLUMNS = (
    "bagian_kode", "bagian", "bagian_bobot", "kode", "pertanyaan", "bobot", "pilihan_kode",
    "pilihan", "skor", "arti", "bukti",
)  # fmt: skip
NEEDED = ("bagian_kode", "bagian", "kode", "pertanyaan", "pilihan", "skor")
LARGEST = 2 * 1024 * 1024
MOST_ROWS = 5000
LAYERS = (
    {"id": "desa", "title": {"id": "Desa", "en": "Village"}, "capability": "coach.work"},
    {"id": "pembina", "title": {"id": "Pembina", "en": "Coach"}, "capability": "coach.lead"},
)


@dataclass(frozen=True)
class Wishes:
    """What the form says beside the file."""

    name: str
    title: str
    year: int
    version: str
    combine: str
    total: str
    source: str
    complete: bool


@dataclass(frozen=True)
class Read:
    """``content`` stands only where nothing is wrong."""

    content: dict[str, Any] | None
    problems: tuple[Problem, ...] = ()


def read(data: bytes, wishes: Wishes) -> Read:
    """A rulebook out of a table. Problems carry the row of the file."""
    try:
        rows = _rows(data)
    except ValueError:
        return Read(None, (Problem("not_table", Severity.REFUSE),))
    heads = [_plain_head(cell) for cell in rows[0]] if rows else []
    missing = [one for one in NEEDED if one not in heads]
    if missing:
        return Read(
            None,
            tuple(Problem("no_column", Severity.REFUSE, row=1, column=one) for one in missing),
        )
    lines = [
        (at, {head: cell.strip() for head, cell in zip(heads, row, strict=False) if head})
        for at, row in enumerate(rows[1:], start=2)
        if any(cell.strip() for cell in row)
    ]
    if not lines:
        return Read(None, (Problem("no_rows", Severity.REFUSE, row=2),))
    made = _Table(wishes.combine)
    for at, line in lines:
        made.add(at, line)
    content = _content(made, wishes)
    problems = list(made.problems)
    try:
        scorecard.read(content)
    except scorecard.BadScorecard as wrong:
        problems += [made.placed(one) for one in wrong.problems]
    return Read(None if problems else content, tuple(problems))


def _plain_head(cell: str) -> str:
    return re.sub(r"[\s\-]+", "_", cell.strip().lower())


def _rows(data: bytes) -> list[list[str]]:
    """The cells of the file as text. Raises ValueError."""
    if data[:2] == b"PK":
        try:
            workbooks.guard(data, limit=LARGEST)
            book = CalamineWorkbook.from_filelike(io.BytesIO(data))
            found = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
        except (workbooks.Unsafe, CalamineError) as wrong:
            raise ValueError(str(wrong)) from None
        return [[_cell(one) for one in row] for row in found[:MOST_ROWS]]
    if len(data) > LARGEST or b"\0" in data:
        raise ValueError("not a table")
    text = data.decode("utf-8-sig")  # UnicodeDecodeError is a ValueError
    head = text.split("\n", 1)[0]
    mark = max(";,\t", key=head.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))[:MOST_ROWS]
    except csv.Error as wrong:
        raise ValueError(str(wrong)) from None


def _cell(value: Any) -> str:
    """As a person reads it: a number without what a spreadsheet added behind it."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.9f}".rstrip("0")
    return str(value)


def _exact(cell: str) -> str | int:
    """A number as the scorecard wants it; what is none is left for it to refuse."""
    plain = cell.replace(",", ".") if cell.count(",") == 1 and "." not in cell else cell
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 12 else plain


class _Table:
    def __init__(self, combine: str) -> None:
        self.combine = combine
        self.sections: list[dict[str, Any]] = []
        self.at: dict[str, int] = {}  # place of the card -> row of the file
        self.problems: list[Problem] = []

    def add(self, at: int, line: Mapping[str, str]) -> None:
        self._section(at, line)
        item = self._item(at, line)
        if item is None:
            self.problems.append(Problem("lost", Severity.REFUSE, row=at))
            return
        label = line.get("pilihan", "")
        if not label:
            return
        id_ = line.get("pilihan_kode") or str(len(item["options"]) + 1)
        option: dict[str, Any] = {"id": id_, "title": label}
        if line.get("skor"):
            option["score"] = _exact(line["skor"])
        if line.get("arti"):
            option["means"] = line["arti"]
        item["options"].append(option)
        self.at.setdefault(f"{self.sections[-1]['id']}/{item['id']}/{id_}", at)

    def _section(self, at: int, line: Mapping[str, str]) -> None:
        id_ = line.get("bagian_kode", "")
        if not id_ or (self.sections and self.sections[-1]["id"] == id_):
            return
        made: dict[str, Any] = {"id": id_, "title": line.get("bagian", ""), "items": []}
        if line.get("bagian_bobot"):
            made["weight"] = _exact(line["bagian_bobot"])
        self.sections.append(made)
        self.at.setdefault(id_, at)

    def _item(self, at: int, line: Mapping[str, str]) -> dict[str, Any] | None:
        if not self.sections:
            return None
        items: list[dict[str, Any]] = self.sections[-1]["items"]
        id_ = line.get("kode", "")
        if not id_ or (items and items[-1]["id"] == id_):
            return items[-1] if items else None
        made: dict[str, Any] = {"id": id_, "title": line.get("pertanyaan", ""), "options": []}
        if line.get("bobot"):
            made["weight"] = _exact(line["bobot"])
        if line.get("bukti"):
            made["evidence_words"] = line["bukti"]
        items.append(made)
        self.at.setdefault(f"{self.sections[-1]['id']}/{id_}", at)
        return made

    def placed(self, one: Problem) -> Problem:
        """A problem of the card with the row of the file where it stands."""
        parts = one.field.split("/")
        row = next(
            (
                self.at["/".join(parts[:length])]
                for length in range(len(parts), 0, -1)
                if "/".join(parts[:length]) in self.at
            ),
            0,
        )
        return Problem(one.code, one.severity, row=row, field=one.field, params=one.params)


def _content(made: _Table, wishes: Wishes) -> dict[str, Any]:
    content: dict[str, Any] = {
        "name": wishes.name, "kind": "scorecard", "version": wishes.version, "year": wishes.year,
        "complete": wishes.complete, "title": {"id": wishes.title}, "source": {"id": wishes.source},
        "combine": wishes.combine, "layers": [dict(one) for one in LAYERS],
        "sections": made.sections,
    }  # fmt: skip
    if wishes.combine == scorecard.POINTS:
        content["total"] = _exact(wishes.total or "100")
    if wishes.combine == scorecard.SHARE:
        content["scale"] = _scale(made.sections)
    if not wishes.complete:
        content["warning"] = {
            "id": "Lembar ini belum lengkap menurut naskah resminya: ditampilkan sebagai contoh, "
            "tanpa nilai akhir dan tanpa peringkat.",
            "en": "This sheet is not complete after its official text: shown as an example, "
            "without a total and without ranks.",
        }
    return content


def _scale(sections: Sequence[Mapping[str, Any]]) -> list[int | str]:
    """The least and the greatest score of the first question; the others have to be like it."""
    for section in sections:
        for item in section["items"]:
            scores = [s for s in (scorecard.exact(o.get("score")) for o in item["options"]) if s]
            found = {scorecard.exact(o.get("score")): o.get("score") for o in item["options"]}
            if scores:
                numbers = [one for one in found if one is not None]
                return [found[min(numbers)], found[max(numbers)]]
    return [0, 1]
