"""Open a workbook safely: what it claims to be, how large it grows, whether it is ours. Pure.

Nothing of a file is looked at before its size, kind and unpacked size are known to be harmless.
"""

import difflib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from cantik.design.api import Pack
from cantik.kernel import workbooks
from cantik.kernel.numbers import mask
from cantik.kernel.problems import Problem, column_letter

from . import catalogue as told
from .workbook import FIRST_ROW, FORMAT, META, NUMBER, Heading, columns, sheets

LONGEST_HEADING = 40
NEAR = 0.5  # how alike a heading must be to be taken for a renamed one


class Unreadable(Exception):
    """The file is refused as a whole, before any answer was read."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(problems[0].code)
        self.problems = list(problems)


@dataclass(frozen=True)
class Sheet:
    """Cells of one sheet by variable name; ``rows`` are the numbers Excel shows."""

    rows: Sequence[int]
    values: Mapping[str, Sequence[Any]]
    letters: Mapping[str, str]


@dataclass(frozen=True)
class Contents:
    """``member`` is an empty sheet where the pack repeats nothing."""

    heading: Heading
    family: Sheet
    member: Sheet


def guard(data: bytes, *, limit: int) -> None:
    """Raises Unreadable for what is no plain workbook. Unpacks in small pieces to measure it."""
    try:
        workbooks.guard(data, limit=limit)
    except workbooks.Unsafe as fault:
        kind = told.PROBLEMS[fault.code]
        large = fault.code == "too_large"
        megabytes = str(limit // 1024 // 1024)
        raise Unreadable(kind.problem(limit=megabytes) if large else kind.problem()) from None


def is_ours(data: bytes) -> bool:
    """Whether the file says that it was made here; whatever cannot be opened does not."""
    try:
        workbooks.guard(data, limit=len(data), formulas=True)
        return META in CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names
    except (workbooks.Unsafe, CalamineError):
        return False
    except BaseException as fault:
        if type(fault).__name__ != "PanicException":
            raise
        return False


def contents(data: bytes, *, pack: Pack, activity_id: str, limit: int) -> Contents:
    """Read the sheets of our own workbook. Raises Unreadable with every structural fault."""
    guard(data, limit=limit)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = set(book.sheet_names)
        if META not in names:
            raise Unreadable(told.NOT_OURS.problem())
        heading = _heading(book)
        if heading.activity_id != activity_id:
            raise Unreadable(told.OTHER_ACTIVITY.problem())
        if heading.pack_hash not in {pack.hash, *pack.earlier} or heading.format != FORMAT:
            raise Unreadable(told.VANISHED.problem())
        named = sheets(pack)
        missing = [told.MISSING_SHEET.problem(sheet=s) for s in named.values() if s not in names]
        if missing:
            raise Unreadable(*missing)
        faults: list[Problem] = []
        read: dict[str, Sheet] = {}
        for record, name in named.items():
            cells = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            read[record] = _sheet(cells, pack, record, name, faults)
    except CalamineError:
        raise Unreadable(told.BROKEN.problem()) from None
    except BaseException as fault:
        if type(fault).__name__ != "PanicException":  # how the reader's own mistakes come out
            raise
        raise Unreadable(told.BROKEN.problem()) from None
    if faults:
        raise Unreadable(*faults)
    return Contents(heading, read[pack.main], read.get(pack.member, Sheet([], {}, {})))


def _heading(book: CalamineWorkbook) -> Heading:
    cells = book.get_sheet_by_name(META).to_python(skip_empty_area=False)
    words = [str(row[0]) if row else "" for row in cells]
    if len(words) < 4:
        raise Unreadable(told.NOT_OURS.problem())
    return Heading(*words[:4])


def _sheet(
    cells: list[list[Any]], pack: Pack, record: str, name: str, faults: list[Problem]
) -> Sheet:
    wanted = [NUMBER, *(q.name for q in columns(pack, record))]
    head = [str(cell).strip()[:LONGEST_HEADING] for cell in (cells[0] if cells else [])]
    unknown = [(at, word) for at, word in enumerate(head) if word and word not in wanted]
    if 2 * len(set(head) & set(wanted)) < len(wanted):
        # What stands there may be a family's answers: nothing of it is shown.
        faults.append(told.NO_HEADINGS.problem(sheet=name, row=1))
        return Sheet([], {}, {})
    for word in wanted:
        if head.count(word) > 1:
            faults.append(told.TWICE_COLUMN.problem(sheet=name, row=1, field=word))
    missing = [word for word in wanted if word not in head]
    for word in missing:
        near = difflib.get_close_matches(word, [w for _, w in unknown], n=1, cutoff=NEAR)
        if not near and len(missing) == len(unknown) == 1:
            near = [unknown[0][1]]
        if not near:
            faults.append(told.MISSING_COLUMN.problem(sheet=name, row=1, field=word))
            continue
        at = next(at for at, w in unknown if w == near[0])
        unknown.remove((at, near[0]))
        faults.append(
            told.RENAMED_COLUMN.problem(
                sheet=name, row=1, column=column_letter(at), field=word,
                shown=_heading_shown(near[0]), suggestion=_heading_shown(near[0]),
            )
        )  # fmt: skip
    faults += [
        told.UNKNOWN_COLUMN.problem(
            sheet=name, row=1, column=column_letter(at), shown=_heading_shown(word)
        )
        for at, word in unknown
    ]
    places = {word: at for at, word in enumerate(head) if word in wanted}
    body = cells[FIRST_ROW - 1 :]
    # A printed family number alone is not an answer.
    used = [at for word, at in places.items() if record != pack.main or word != NUMBER]
    kept = [
        at for at, row in enumerate(body) if any(row[p] not in ("", None) for p in used)
    ]  # fmt: skip
    values = {word: [body[at][place] for at in kept] for word, place in places.items()}
    letters = {word: column_letter(at) for word, at in places.items()}
    return Sheet([at + FIRST_ROW for at in kept], values, letters)


def _heading_shown(word: str) -> str:
    """A heading as a page may show it: a number of a card may have slipped in."""
    return mask(word) if sum(c.isdigit() for c in word) > 8 else word
