"""Why a row or table is withheld, and why a step of a proposal is refused, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WITHHELD: dict[str, Promise] = {
    "small_area": _("Wilayah di bawah 100 orang: hanya jumlah penduduk dan keluarga."),
    "level": _("Tidak diumumkan pada tingkat wilayah ini."),
    "audit": _("Tidak diumumkan demi kerahasiaan."),
    "no_parts": _("Tidak diumumkan: tidak ada bagian wilayah dengan 100 orang atau lebih."),
    "not_closed": _("Tidak diumumkan: angkanya terlalu kecil untuk dibulatkan."),
    "one_class": _("Tidak diumumkan demi kerahasiaan warga."),
    "too_many_classes": _("Tidak diumumkan: rinciannya terlalu halus untuk data peka."),
    "merged": _("Tidak diumumkan: kelompoknya digabung demi kerahasiaan."),
    "nothing_to_divide": _("Tidak dapat dihitung."),
}


def withheld_words(code: str) -> Promise:
    """Raises KeyError for an unknown code."""
    return WITHHELD[code]


NOTE_HELP = _("Tulis apa yang diperbaiki. Jangan menyebut keluarga atau orang.")
SHARED = _(
    "Tabel berikut menghitung hal yang sama untuk kelompok yang sama: %(tables)s. "
    "Pakailah satu tabel untuk satu hal, agar angka kecil tidak dapat dihitung balik."
)
