"""The sentences that page, CSV and book say in the same words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from cantik.kernel import numbers
from cantik.kernel.text import pick
from cantik.protect import api as protect

from .sheet import unit_words


def rounding(base: int) -> str:
    """What rounding does to a figure; "" for exact tables. No bound of a withheld cell is told."""
    if not base:
        return _("Angka di tabel ini angka pasti, tidak dibulatkan.")
    return _(
        "Angka dibulatkan demi kerahasiaan. Angka kecil dibulatkan menjadi 0 atau %(base)d; "
        "0 berarti tidak ada atau sangat sedikit. Jumlah seluruhnya adalah angka "
        "pasti."
    ) % {"base": base}


def counts(facts: Mapping[str, Any], language: str) -> str:
    """What was counted, exactly: families and persons, or the forms of another activity."""
    root = facts["open"][0]
    unit = pick(facts.get("unit", unit_words("keluarga")), language)
    counted = f"{numbers.whole(root['families'], language)} {unit}"
    if "persons" not in root:
        return counted
    return _("%(counted)s, %(persons)s jiwa") % {
        "counted": counted,
        "persons": numbers.whole(root["persons"], language),
    }


def outside(base: int) -> str:
    words = _(
        "Di luar tabel: yang tidak termasuk kelompok yang dihitung di tabel ini, "
        "atau yang tidak menjawab."
    )
    if not base:
        return words
    added = _("Jumlah adalah penjumlahan angka yang dibulatkan; angka pasti hanya Seluruhnya.")
    return f"{words} {added}"


def merged() -> str:
    return _("Beberapa kelompok digabung agar warga tidak dapat dikenali.")


def not_official(place: str) -> str:
    return _("Statistik sektoral %(place)s; bukan statistik resmi BPS.") % {"place": place}


def producer(place: str) -> str:
    return _("Pemerintah %(place)s") % {"place": place}


def counted() -> str:
    return _(
        "Yang dihitung adalah penduduk terdata: orang yang tercatat pada Kartu Keluarga di desa "
        "atau kelurahan ini dan masih hidup pada tanggal rujukan."
    )


def withheld(code: str) -> str:
    """Words of a withheld code; an unknown code is still said to be withheld."""
    try:
        return str(protect.withheld_words(code))
    except KeyError:
        return _("Tidak diumumkan demi kerahasiaan.")


def withheld_list(reasons: dict[str, list[str]], silent: list[tuple[str, str]]) -> list[str]:
    """One line for each reason: which areas or levels, and why."""
    lines = [", ".join(labels) + ": " + withheld(code) for code, labels in reasons.items()]
    for code in dict.fromkeys(code for _level, code in silent):
        names = [level_name(level) for level, other in silent if other == code]
        lines.append(
            _("Angka per %(levels)s: %(why)s") % {"levels": ", ".join(names), "why": withheld(code)}
        )
    return lines


def level_name(level: str) -> str:
    names = {"desa": _("desa"), "dusun": _("dusun"), "rw": _("RW"), "rt": _("RT")}
    return names.get(level, level)
