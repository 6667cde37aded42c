"""Desa Dalam Angka as PDF. The words and numbers are gathered here; the page is set by book.typ.

The same release gives the same bytes: no clock, no system fonts, nothing from the network.
"""

import json
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import typst
from django.utils import translation
from django.utils.translation import gettext as _

from cantik.kernel import numbers
from cantik.kernel.text import pick

from . import words
from .drawing import draw, finding
from .layout import grids
from .publication import Collected, Place
from .sheet import Sheet, unit_words

HERE = Path(__file__).parent
FONTS = HERE / "fonts"
LANGUAGE = "id"  # the book is a document of the village, in the language of its office


class BookProblem(Exception):
    """The book could not be set."""


def book(facts: dict[str, Any], sheets: Sequence[Sheet], indicators: Sequence[Any]) -> bytes:
    """The finished PDF. Raises BookProblem."""
    with translation.override(LANGUAGE), tempfile.TemporaryDirectory(prefix="cantik-") as place:
        folder = Path(place)
        (folder / "book.typ").write_bytes((HERE / "book.typ").read_bytes())
        data = content(facts, sheets, indicators)
        (folder / "data.json").write_text(json.dumps(data), encoding="utf-8")
        try:
            made = typst.compile(
                str(folder / "book.typ"),
                root=place,
                font_paths=[str(FONTS)],
                ignore_system_fonts=True,
                format="pdf",
                timestamp=0,
                package_path=place,
                package_cache_path=place,
            )
        except typst.TypstError as problem:
            # Its text quotes the template, never an answer; still only its kind goes on.
            raise BookProblem(type(problem).__name__) from problem
    return bytes(made)


def content(
    facts: dict[str, Any], sheets: Sequence[Sheet], indicators: Sequence[Any]
) -> dict[str, Any]:
    """All that book.typ prints, as text."""
    village = Place(**{**facts["village"], "above": tuple(facts["village"]["above"])})
    collected = Collected(**facts["collected"])
    day = numbers.day(date.fromisoformat(facts["reference_date"]))
    marks = {
        "real": ("", ""),
        "latihan": (_("Data latihan: isian dan angka di buku ini hanya untuk belajar."), "LATIHAN"),
    }
    example, example_word = marks.get(
        village.kind, (_("Contoh data: desa, orang, dan angka di buku ini rekaan."), "CONTOH")
    )
    return {
        "title": f"{village.label} {_('Dalam Angka')} {facts['period']}",
        "village_label": village.label,
        "above": ", ".join(reversed(village.above)),
        "period": facts["period"],
        "subject": pick(facts["title"], LANGUAGE),
        "reference_date": day,
        "corrects": facts["corrects"],
        "producer": words.producer(village.label),
        "footer": words.not_official(village.label),
        "not_official": words.not_official(village.label),
        "example": example,
        "example_word": example_word,
        "about": [
            _(
                "Buku ini disusun dari pendataan keluarga yang dilakukan sendiri oleh %(who)s. "
                "Isinya disetujui %(head)s sebelum diumumkan."
            )
            % {"who": words.producer(village.label), "head": village.head},
            words.counted(),
        ],
        "imprint": _imprint(facts, village, collected, day),
        "incomplete": incomplete(collected) if collected.incomplete else "",
        "note": facts["note"] if facts["corrects"] else "",
        "summary": _summary(facts, indicators),
        "chapters": _chapters(facts, sheets),
        "concepts_intro": [
            _("Setiap tabel dan indikator menjawab satu pertanyaan perencanaan desa."),
        ],
        "concepts": [
            {
                "title": pick(one["title"], LANGUAGE),
                "concept": pick(one["concept"] or {}, LANGUAGE),
                "interpretation": pick(one["interpretation"] or {}, LANGUAGE),
            }
            for one in indicators
        ],
        "quality": _quality(facts, collected),
        "quality_words": [
            _(
                "Setiap isian diperiksa dengan %(rules)s aturan. Isian yang tidak wajar "
                "diperbaiki dengan alasan tertulis, dijelaskan, atau ditanyakan lagi."
            )
            % {"rules": numbers.whole(facts["rules"])},
        ],
        "protection": _protection(sheets),
        "withheld": [
            {"title": pick(one.title, LANGUAGE), "lines": lines}
            for one in sheets
            if (lines := words.withheld_list(one.reasons, list(one.silent)))
        ],
    }


def share(collected: Collected, language: str = LANGUAGE) -> str:
    """ "642 dari 742 keluarga (86,5%)"; without a target only the number of families."""
    done = numbers.whole(collected.families, language)
    if not collected.target:
        return _("%(n)s keluarga") % {"n": done}
    return _("%(n)s dari %(total)s keluarga (%(percent)s)") % {
        "n": done,
        "total": numbers.whole(collected.target, language),
        "percent": numbers.percent(collected.families, collected.target, language=language),
    }


def incomplete(collected: Collected, language: str = LANGUAGE) -> str:
    return _("Baru %(share)s yang terdata. Bacalah angka di sini sebagai keadaan keluarga itu.") % {
        "share": share(collected, language)
    }


def _imprint(
    facts: dict[str, Any], village: Place, collected: Collected, day: str
) -> list[tuple[str, str]]:
    return [
        (_("Disusun oleh"), words.producer(village.label)),
        (_("Disetujui oleh"), f"{village.head}, {village.label}"),
        (_("Wilayah"), village.full_label),
        (_("Keadaan"), day),
        (_("Terdata"), share(collected)),
        (_("Sumber"), pick(facts["title"], LANGUAGE)),
        (_("Lisensi data"), facts["licence"]),
    ]


def _summary(facts: dict[str, Any], indicators: Sequence[Any]) -> list[dict[str, str]]:
    root = facts["open"][0]
    people = _("Penduduk terdata %(n)s jiwa: %(l)s laki-laki dan %(p)s perempuan.") % {
        "n": numbers.whole(root["persons"]),
        "l": numbers.whole(root["male"]),
        "p": numbers.whole(root["female"]),
    }
    families = _("Terdata %(share)s.") % {"share": share(Collected(**facts["collected"]))}
    found = [{"sentence": people, "question": ""}, {"sentence": families, "question": ""}]
    for one in indicators:
        if one["sentence"]:
            found.append(
                {
                    "sentence": pick(one["sentence"], LANGUAGE),
                    "question": pick(one["question"] or {}, LANGUAGE),
                }
            )
    return found


def _chapters(facts: dict[str, Any], sheets: Sequence[Sheet]) -> list[dict[str, Any]]:
    return [
        {
            "title": pick(chapter["title"], LANGUAGE),
            "tables": [_table(one) for one in sheets if one.chapter == chapter["id"]],
        }
        for chapter in facts["chapters"]
    ]


def _table(one: Sheet) -> dict[str, Any]:
    drawn = draw(one, language=LANGUAGE, ink="print")
    said = finding(one, LANGUAGE)
    notes = [
        _("Satuan: %(unit)s. Keadaan %(day)s.")
        % {
            "unit": pick(unit_words(one.unit), LANGUAGE),
            "day": numbers.day(date.fromisoformat(one.reference_date)),
        },
        words.rounding(one.base),
    ]
    notes += [words.outside(one.base)] if one.outside else []
    notes += [words.merged()] if one.merged else []
    notes += [pick(note, LANGUAGE) for note in one.notes]
    if one.reasons or one.silent:
        notes.append(_("NA: tidak diumumkan. Sebabnya ada di bab Perlindungan warga."))
    return {
        "title": pick(one.title, LANGUAGE),
        "question": pick(one.question, LANGUAGE) if one.question else "",
        "finding": finding_words(said) if said else "",
        "chart": drawn.svg if drawn else "",
        "tall": one.chart == "pyramid",
        "notes": notes,
        "grids": [
            {
                "name": grid.name,
                "corner": _("Wilayah") if grid.areas else _("Kelompok"),
                "heads": grid.heads,
                "rows": [
                    {
                        "label": row.label,
                        "depth": row.depth,
                        "total": row.total,
                        "cells": [
                            {"words": c.words, "withheld": c.withheld, "total": c.total}
                            for c in row.cells
                        ],
                    }
                    for row in grid.rows
                ],
            }
            for grid in grids(one, LANGUAGE)
        ],
    }


def finding_words(said: Any) -> str:
    """The largest class in one sentence."""
    return _("Terbanyak: %(label)s, %(n)s dari %(total)s %(unit)s (%(percent)s).") % {
        "label": said.label,
        "n": said.value,
        "total": said.total,
        "unit": said.unit,
        "percent": said.percent,
    }


def _quality(facts: dict[str, Any], collected: Collected) -> list[tuple[str, str]]:
    rows = [
        (_("Keluarga terdata"), numbers.whole(collected.families)),
        (
            _("Sasaran keluarga"),
            numbers.whole(collected.target) if collected.target else _("tidak diketahui"),
        ),
        (
            _("Keluarga yang tidak dapat didata (menolak, tidak ditemui, pindah)"),
            numbers.whole(collected.refused),
        ),
        (_("Isian yang diperbaiki setelah diperiksa"), numbers.whole(collected.edits)),
        (_("Isian janggal yang diterima dengan penjelasan"), numbers.whole(collected.explained)),
    ]
    if facts["target_source"]:
        rows.append((_("Sumber sasaran"), facts["target_source"]))
    if facts["target_date"]:
        rows.append((_("Tanggal sasaran"), numbers.day(date.fromisoformat(facts["target_date"]))))
    return rows


def _protection(sheets: Sequence[Sheet]) -> list[str]:
    bases = sorted({one.base for one in sheets if one.base})
    said = [
        _("Nama, NIK, nomor KK, dan alamat tidak pernah masuk ke dalam tabel."),
        _(
            "Jumlah penduduk menurut jenis kelamin dan jumlah keluarga adalah angka pasti. "
            "Angka lain dibulatkan demi kerahasiaan."
        ),
    ]
    said += [
        _(
            "Di tabel yang dibulatkan dengan dasar %(base)d, angka kecil dibulatkan menjadi "
            "0 atau %(base)d; 0 berarti tidak ada atau sangat sedikit."
        )
        % {"base": base}
        for base in bases
    ]
    said.append(
        _("Angka yang masih dapat membuka jawaban seseorang tidak diumumkan dan ditulis NA.")
    )
    return said
