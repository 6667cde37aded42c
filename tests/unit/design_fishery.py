"""A questionnaire of a village's own as people bring it: river fishery, about a dozen questions."""

import io
from collections.abc import Sequence
from typing import Any

import openpyxl

from cantik.design.bare import Made, Wishes, read

SURVEY: list[list[Any]] = [
    ["type", "name", "label", "required", "relevant", "constraint", "calculation", "choice_filter"],
    ["start", "start"],
    ["note", "sapa", "Selamat pagi"],
    ["begin_group", "kapal", "Kapal"],
    ["text", "nama_pemilik", "Nama pemilik", "yes"],
    ["select_one alat", "alat", "Alat tangkap utama?", "yes"],
    ["select_one mesin", "mesin", "Mesin", "yes"],
    ["select_multiple ikan", "ikan", "Ikan yang ditangkap"],
    ["end_group"],
    ["integer", "awak", "Jumlah awak", "yes", "${alat} != 'lain'", ". >= 1 and . <= 20"],
    ["begin_group", "musim", "Musim", None, "selected(${ikan}, 'baung')"],
    ["select_one yt", "Musim-Baung", "Ada musim baung?", None, "${awak} > 1"],
    ["end_group"],
    ["select_one jual or_other", "jual", "Dijual ke mana?"],
    ["integer", "hari", "Hari melaut seminggu", None, None, ". >= 0 and . <= 7"],
    ["calculate", "lelah", None, None, None, None, "${awak} * ${hari}"],
]
CHOICES: list[list[Any]] = [
    ["list_name", "name", "label::Bahasa Indonesia (id)", "label::English (en)"],
    ["alat", "jaring", "Jaring", "Net"], ["alat", "pancing", "Pancing", "Line"],
    ["alat", "lain", "Lainnya", "Other"],
    ["mesin", "ada", "Ada", "Yes"], ["mesin", "tidak", "Tidak ada", "No"],
    ["ikan", "baung", "Baung", "Baung"], ["ikan", "patin", "Patin", "Patin"],
    ["jual", "pasar", "Pasar", "Market"], ["jual", "pengumpul", "Pengumpul", "Trader"],
    ["yt", "y", "Ya", "Yes"], ["yt", "t", "Tidak", "No"],
]  # fmt: skip
WISHES = Wishes("perikanan", "Perikanan sungai", "Merencanakan bantuan alat tangkap.", "kapal")


def workbook(survey: Sequence[Sequence[Any]], choices: Sequence[Sequence[Any]] = CHOICES) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in (("survey", survey), ("choices", choices)):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def form(*more: Sequence[Any], choices: Sequence[Sequence[Any]] = CHOICES) -> Made:
    """The form with further rows at its end."""
    return read(workbook([*SURVEY, *more], choices), WISHES)
