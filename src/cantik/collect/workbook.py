"""The workbook an officer fills, made from the instrument. Pure: a pack comes in, bytes go out.

Row 1 holds variable names, row 2 their words, answers begin in row 3. Columns with a choice have a
drop-down "code = words"; RT are chosen by their name.
"""

import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import xlsxwriter

from cantik.design.api import AREAS, Pack, Question
from cantik.kernel.text import pick
from cantik.kernel.tree import Tree

from .meaning import EQUALS

NUMBER = "nomor"
META = "_cantik"
FORMAT = "1"
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\']")
FIRST_ROW = 3  # as the sheet counts
# leaf area, the family's answers, its members' answers, all by question name
Filled = tuple[str, Mapping[str, Any], Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Heading:
    """What the hidden sheet says the workbook was made for."""

    activity_id: str
    pack_hash: str
    format: str
    book_id: str


def sheets(pack: Pack) -> dict[str, str]:
    """The name of the sheet of each record."""
    return {one.name: _NOT_IN_A_NAME.sub(" ", pick(one.title, "id"))[:31] for one in pack.records}


def columns(pack: Pack, record: str) -> list[Question]:
    """The questions that are typed into a sheet, in order; calculations are not."""
    return [q for q in pack.instrument.of(record) if q.calculate is None]


def leaf_names(tree: Tree) -> dict[str, str]:
    """How each leaf area is called in the drop-down, with the place above where two are alike."""
    leaves = tree.leaves()
    labels = [leaf.label for leaf in leaves]
    names: dict[str, str] = {}
    for leaf in leaves:
        name = leaf.label
        if labels.count(leaf.label) > 1 and leaf.parent_id and leaf.parent_id in tree:
            name = f"{leaf.label}, {tree.node(leaf.parent_id).label}"
        names[name if name not in names else f"{name} ({leaf.id})"] = leaf.id
    return names


def file_name(village: str, period: str, example: bool) -> str:
    plain = unicodedata.normalize("NFKD", village).encode("ascii", "ignore").decode().lower()
    word = "-".join("".join(c if c.isalnum() else " " for c in plain).split())
    return f"{'contoh-' if example else ''}formulir-{word}-{period}.xlsx"


def build(
    pack: Pack,
    tree: Tree,
    *,
    heading: Heading,
    title: str,
    notice: str,
    example: bool,
    rows: int,
    answers: Sequence[Filled] = (),
) -> bytes:
    """A fresh workbook with room for ``rows`` families; ``answers`` stand in it already."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    bold = book.add_format({"bold": True, "bg_color": "#0E3D47", "font_color": "#FFFFFF"})
    soft = book.add_format({"italic": True, "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    _instructions(book, wrap, bold, pack, title, notice, example)
    lists = _lists(pack, tree)
    named = sheets(pack)
    added = {record: book.add_worksheet(name) for record, name in named.items()}
    codes = book.add_worksheet("Kode")
    ranges = _codes(codes, lists, bold)
    for record, sheet in added.items():
        sheet.freeze_panes(FIRST_ROW - 1, 1)
        sheet.set_row(1, 60)
        sheet.write_string(0, 0, NUMBER, bold)
        unit = pick(pack.records[0].unit_label, "id")
        words = f"Nomor {unit}" + (f" di lembar {named[pack.main]}" if record != pack.main else "")
        sheet.write_string(1, 0, words, soft)
        room = FIRST_ROW - 1 + rows * (1 if record == pack.main else 8)
        for at, question in enumerate(columns(pack, record), start=1):
            sheet.write_string(0, at, question.name, bold)
            sheet.write_string(1, at, _words(question), soft)
            # Numbers of cards and dates are text: a spreadsheet would round or turn them around.
            plain = question.choices or question.kind == "integer"
            sheet.set_column(at, at, 18, None if plain else text)
            if question.choices:
                sheet.data_validation(
                    FIRST_ROW - 1, at, room, at,
                    {"validate": "list", "source": ranges[question.choices],
                     "error_title": "Pilih dari daftar", "error_message": "Pilih salah satu."},
                )  # fmt: skip
    for n in range(1, rows + 1):
        added[pack.main].write_number(FIRST_ROW - 2 + n, 0, n)
    _answers(added, pack, tree, answers)
    meta = book.add_worksheet(META)
    meta.very_hidden()
    for at, value in enumerate(
        (heading.activity_id, heading.pack_hash, heading.format, heading.book_id)
    ):
        meta.write_string(at, 0, value)
    book.close()
    return out.getvalue()


def _answers(added: dict[str, Any], pack: Pack, tree: Tree, answers: Sequence[Filled]) -> None:
    """Write answers as an officer would: list entries with their words, the rest as it is."""
    names = {leaf: name for name, leaf in leaf_names(tree).items()}
    at_member = FIRST_ROW - 1
    for at, (leaf_id, family, members) in enumerate(answers):
        added[pack.main].write_number(FIRST_ROW - 1 + at, 0, at + 1)
        _row(added[pack.main], FIRST_ROW - 1 + at, pack, pack.main, family, names[leaf_id])
        for member in members:
            added[pack.member].write_number(at_member, 0, at + 1)
            _row(added[pack.member], at_member, pack, pack.member, member, "")
            at_member += 1


def _row(
    sheet: Any, row: int, pack: Pack, record: str, values: Mapping[str, Any], leaf: str
) -> None:
    for at, question in enumerate(columns(pack, record), start=1):
        value = leaf if question.role == "area" else values.get(question.name)
        if value is None or value == "":
            continue
        if isinstance(value, date):
            sheet.write_string(row, at, value.strftime("%d/%m/%Y"))
        elif isinstance(value, int):
            sheet.write_number(row, at, value)
        else:
            known = {c.code: pick(c.label, "id") for c in pack.choices(question)}
            text = f"{value}{EQUALS}{known[value]}" if value in known else str(value)
            sheet.write_string(row, at, text)


def _words(question: Question) -> str:
    label, hint = pick(question.label, "id"), pick(question.hint, "id")
    need = "" if question.required else " (boleh kosong)"
    return f"{label}{need}" + (f"\n{hint}" if hint else "")


def _lists(pack: Pack, tree: Tree) -> dict[str, list[str]]:
    found = {AREAS: list(leaf_names(tree))} if pack.placed else {}
    for question in pack.instrument.questions:
        if question.choices and question.choices not in found:
            found[question.choices] = [
                f"{one.code}{EQUALS}{pick(one.label, 'id')}" for one in pack.choices(question)
            ]
    return found


def _codes(sheet: Any, lists: dict[str, list[str]], bold: Any) -> dict[str, str]:
    """Write each list as a column; the address of each for the drop-downs."""
    ranges = {}
    for at, (name, items) in enumerate(lists.items()):
        sheet.write_string(0, at, name, bold)
        sheet.set_column(at, at, 28)
        for row, item in enumerate(items, start=1):
            sheet.write_string(row, at, item)
        letter = xlsxwriter.utility.xl_col_to_name(at)
        ranges[name] = f"=Kode!${letter}$2:${letter}${len(items) + 1}"
    return ranges


def _instructions(
    book: Any, wrap: Any, bold: Any, pack: Pack, title: str, notice: str, example: bool
) -> None:
    named = list(sheets(pack).values())
    units = [pick(one.unit_label, "id") for one in pack.records]
    steps = [f"Satu baris pada lembar {named[0]} untuk satu {units[0]}."]
    if pack.member:
        steps.append(
            f"Satu baris pada lembar {named[1]} untuk satu {units[1]}, dengan nomor {units[0]}nya."
        )
    steps += [
        "Pilih jawaban dari daftar. Kolom yang tidak bertanda 'boleh kosong' harus diisi.",
        "Jangan mengubah nama kolom di baris pertama.",
        "Simpan, lalu kirim berkas ini lewat Cantik. Kesalahan akan ditunjukkan satu per satu.",
    ]
    sheet = book.add_worksheet("Petunjuk")
    sheet.set_column(0, 0, 90, wrap)
    lines: Sequence[str] = [
        *(["CONTOH DATA. Tempat, orang, dan angka di sini rekaan."] if example else []),
        *(f"{at}. {step}" for at, step in enumerate(steps, start=1)),
        "",
        "Bacakan sebelum mulai:",
        notice,
    ]
    sheet.write_string(0, 0, title, bold)
    for at, line in enumerate(lines, start=2):
        sheet.write_string(at, 0, line, wrap)
