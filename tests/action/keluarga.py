"""Filled workbooks for tests: the form as it is downloaded, filled as an officer would fill it.

``faults`` plants wrong input, each at a place of its own: the name of a function below.
"""

import io
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

import openpyxl

from cantik.collect import actions, workbook
from cantik.collect.models import Upload
from cantik.demo.families import MadeFamily
from cantik.demo.families import families as made_families
from cantik.design.api import FAMILY, MEMBER, ActivityInfo
from cantik.design.api import activity as activity_info
from cantik.kernel.text import pick
from cantik.kernel.tree import Tree
from cantik.people.api import area, village_tree

FILLED_FROM = workbook.FIRST_ROW


def activity_of(activity: Any) -> ActivityInfo:
    return activity if isinstance(activity, ActivityInfo) else activity_info(activity.id)


def form(activity: Any, *, families: int = 30, book_id: str = "bukuuji") -> bytes:
    """The form of an activity, empty. Its workbook number is fixed: two calls give one workbook."""
    one = activity_of(activity)
    village = area(one.village_id)
    return workbook.build(
        one.pack,
        _tree(one),
        heading=workbook.Heading(one.id, one.pack.hash, workbook.FORMAT, book_id),
        title="Pendataan keluarga",
        notice="Uji",
        example=village.is_example,
        rows=families,
    )


def _tree(one: ActivityInfo) -> Tree:
    return village_tree(one.village_id, on=one.reference_date)


def made(activity: Any, *, families: int = 30, seed: int = 1) -> list[MadeFamily]:
    """Plausible families, spread evenly over the RT."""
    one = activity_of(activity)
    leaves = [leaf.id for leaf in _tree(one).leaves()]
    counts = {
        leaf: families // len(leaves) + (at < families % len(leaves))
        for at, leaf in enumerate(leaves)
    }
    return made_families(counts, seed=seed, on=one.reference_date)


def filled_workbook(
    activity: Any,
    *,
    families: int = 30,
    seed: int = 1,
    faults: Iterable[str] = (),
    answers: list[MadeFamily] | None = None,
    book_id: str = "bukuuji",
) -> bytes:
    """The bytes of a workbook with so many families, or with ``answers``."""
    one = activity_of(activity)
    rows = made(one, families=families, seed=seed) if answers is None else answers
    book = openpyxl.load_workbook(io.BytesIO(form(one, families=len(rows), book_id=book_id)))
    sheets = {record: book[name] for record, name in workbook.sheets(one.pack).items()}
    names = {leaf: name for name, leaf in workbook.leaf_names(_tree(one)).items()}
    below = FILLED_FROM
    for at, row in enumerate(rows):
        _fill(one, sheets[FAMILY], FAMILY, FILLED_FROM + at, at + 1, row.family, names[row.leaf_id])
        for member in row.members:
            _fill(one, sheets[MEMBER], MEMBER, below, at + 1, member, "")
            below += 1
    for fault in faults:
        FAULTS[fault](sheets[FAMILY], sheets[MEMBER])
    return saved(book)


def _fill(
    one: ActivityInfo, sheet: Any, record: str, row: int, number: int, values: Any, leaf: str
) -> None:
    sheet.cell(row, 1, number)
    for at, question in enumerate(workbook.columns(one.pack, record), start=2):
        value = leaf if question.role == "area" else values.get(question.name)
        if value is None:
            continue
        known = {c.code: pick(c.label, "id") for c in one.pack.choices(question)}
        if isinstance(value, date):
            value = value.strftime("%d/%m/%Y")
        elif value in known:
            value = f"{value} = {known[value]}"
        sheet.cell(row, at, value)


def saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def column(sheet: Any, name: str) -> int:
    """The column of a variable, counted from 1."""
    return next(cell.column for cell in sheet[1] if cell.value == name)


def put(sheet: Any, row: int, name: str, value: Any) -> None:
    """Write one cell; None empties it."""
    sheet.cell(row, column(sheet, name)).value = value


# -- wrong input ------------------------------------------------------------------------------


def _unknown_code(family: Any, member: Any) -> None:
    put(family, FILLED_FROM, "air_minum", "Sumur bor tetangga")


def _future_birth(family: Any, member: Any) -> None:
    put(member, FILLED_FROM, "tanggal_lahir", "01/01/2090")


def _two_heads(family: Any, member: Any) -> None:
    """The first family with two persons gets a second head."""
    at = next(
        row
        for row in range(FILLED_FROM + 1, member.max_row + 1)
        if member.cell(row, 1).value == member.cell(row - 1, 1).value
    )
    put(member, at, "hubungan", "1")


def _long_nik(family: Any, member: Any) -> None:
    put(member, FILLED_FROM + 1, "nik", "99640112908600010123")


def _formula(family: Any, member: Any) -> None:
    put(member, FILLED_FROM, "nama", '=HYPERLINK("http://contoh.invalid")')
    member.cell(FILLED_FROM, column(member, "nama")).data_type = "s"


def _skipped(family: Any, member: Any) -> None:
    put(family, FILLED_FROM + 1, "lantai", None)


def _missing_area(family: Any, member: Any) -> None:
    put(family, FILLED_FROM, "rt", None)


def _missing_number(family: Any, member: Any) -> None:
    member.cell(FILLED_FROM, 1).value = None


def _renamed(family: Any, member: Any) -> None:
    family.cell(1, column(family, "air_minum")).value = "sumber_air"


FAULTS: dict[str, Callable[[Any, Any], None]] = {
    "unknown_code": _unknown_code,
    "missing_area": _missing_area,
    "missing_number": _missing_number,
    "renamed": _renamed,
    "formula": _formula,
    "future_birth": _future_birth,
    "two_heads": _two_heads,
    "long_nik": _long_nik,
    "skipped": _skipped,
}
REFUSING = ("unknown_code", "missing_area", "missing_number")
WAITING = ("future_birth", "two_heads", "long_nik")


# -- through the gate -------------------------------------------------------------------------


def sent(activity: Any, *, actor: Any, data: bytes, now: datetime) -> Upload:
    """Send a file and let it be read."""
    upload = actions.receive(actor=actor, activity_id=activity.id, data=data, now=now)
    upload.refresh_from_db()
    return upload


def accepted(
    activity: Any,
    *,
    actor: Any,
    families: int = 30,
    seed: int = 1,
    now: datetime,
    faults: Iterable[str] = (),
    answers: list[MadeFamily] | None = None,
) -> Upload:
    """A workbook sent, read and stored."""
    data = filled_workbook(activity, families=families, seed=seed, faults=faults, answers=answers)
    upload = sent(activity, actor=actor, data=data, now=now)
    if upload.state != "draft":
        raise AssertionError(upload.state, upload.summary)
    actions.accept(actor=actor, upload_id=upload.id, keep_edits=True, now=now)
    upload.refresh_from_db()
    if upload.state != "accepted":
        raise AssertionError(upload.state)
    return upload
