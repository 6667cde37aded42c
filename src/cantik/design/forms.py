"""What is typed on the pages of design."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cantik.kernel.tree import Node

from .actions import LICENCES, MOST, LeafTarget

_WHOLE = re.compile(r"\d+|\d{1,3}(\.\d{3})+", re.ASCII)
LICENCE_WORDS = {
    "CC BY 4.0": _("CC BY 4.0: siapa pun boleh memakai asal menyebut sumber"),
    "CC BY-SA 4.0": _("CC BY-SA 4.0: seperti itu, dan hasilnya dibagikan dengan izin yang sama"),
    "CC0 1.0": _("CC0 1.0: boleh dipakai tanpa syarat"),
}


def day_field(label: Any, hint: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=hint,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Tulis tanggalnya, misalnya 2026-08-31.")},
    )


class OpenForm(forms.Form):
    pack = forms.ChoiceField(label=_("Kuesioner"), widget=forms.RadioSelect)
    period = forms.CharField(
        label=_("Tahun"),
        max_length=4,
        help_text=_("Empat angka, misalnya 2026."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    reference_date = day_field(
        _("Tanggal rujukan"),
        _("Keadaan pada hari ini yang dicatat; umur dihitung pada tanggal ini."),
    )
    licence = forms.ChoiceField(
        label=_("Izin pakai data yang diumumkan"),
        help_text=_("Pilihan desa. Bisa ditetapkan lagi saat mengusulkan terbitan."),
        choices=[(one, LICENCE_WORDS[one]) for one in LICENCES],
        initial=LICENCES[0],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, packs: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pack"].choices = packs  # type: ignore[attr-defined]
        if len(packs) == 1:
            self.fields["pack"].initial = packs[0][0]


class BringForm(forms.Form):
    """An XLSForm and what it does not say of itself."""

    file = forms.FileField(
        label=_("Berkas XLSForm"),
        help_text=_("Excel (.xlsx), paling besar 2 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={
            "required": _("Pilih berkasnya dahulu; paling besar 2 MB."),
            "empty": _("Berkas ini kosong."),
            "invalid": _("Pilih berkasnya dahulu; paling besar 2 MB."),
        },
    )
    title = forms.CharField(
        label=_("Nama kegiatan"), max_length=80, help_text=_("Misalnya: Perikanan sungai.")
    )
    purpose = forms.CharField(
        label=_("Untuk apa data ini?"),
        max_length=200,
        help_text=_("Dibacakan kepada yang ditanya, dan dicetak di buku."),
    )
    unit = forms.RegexField(
        label=_("Satu formulir untuk satu apa?"),
        regex=r"^[A-Za-z][A-Za-z -]{1,29}$",
        help_text=_("Misalnya: kapal, kebun, usaha."),
        error_messages={"invalid": _("Tulis satu kata benda, misalnya kapal.")},
    )
    placed = forms.ChoiceField(
        label=_("Di mana formulir ini berlaku?"),
        choices=[
            ("rt", _("Setiap formulir di satu RT")),
            ("desa", _("Untuk seluruh desa atau kelurahan, tanpa RT")),
        ],
        initial="rt",
        widget=forms.RadioSelect,
    )


class ReceiveForm(forms.Form):
    file = forms.FileField(
        label=_("Berkas kuesioner"),
        help_text=_("Berkas .zip yang diunduh dari Cantik di desa lain, paling besar 2 MB."),
        widget=forms.FileInput(attrs={"accept": ".zip"}),
        error_messages={
            "required": _("Pilih berkasnya dahulu; paling besar 2 MB."),
            "empty": _("Berkas ini kosong."),
            "invalid": _("Pilih berkasnya dahulu; paling besar 2 MB."),
        },
    )


class WholeField(forms.CharField):
    """A whole number as people write it: 1234 or 1.234."""

    def __init__(self, label: Any, *, required: bool) -> None:
        super().__init__(
            label=label,
            required=required,
            max_length=9,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            error_messages={"required": _("Isi jumlahnya; 0 bila tidak ada.")},
        )

    def clean(self, value: Any) -> Any:
        written = super().clean(value)
        if not written:
            return None
        number = int(written.replace(".", "")) if _WHOLE.fullmatch(written) else MOST + 1
        if number > MOST:
            raise ValidationError(_("Tulis angka bulat, misalnya 87."))
        return number


class TargetForm(forms.Form):
    """Numbers for every area, in one table: of what is counted, and by sex where people are.
    Names of the fields: kk_, l_ and p_ + area id."""

    source = forms.CharField(
        label=_("Sumber"),
        max_length=120,
        help_text=_("Misalnya Dukcapil, buku induk penduduk, atau daftar ketua RT."),
    )
    source_date = day_field(_("Keadaan menurut sumber pada tanggal"), "")

    def __init__(
        self, *args: Any, leaves: Iterable[Node], unit: str, people: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.leaves = tuple(leaves)
        for leaf in self.leaves:
            given = {"name": leaf.label}
            self.fields[f"kk_{leaf.id}"] = WholeField(f"{leaf.label}, {unit}", required=True)
            if not people:
                continue
            self.fields[f"l_{leaf.id}"] = WholeField(
                _("%(name)s, laki-laki") % given, required=False
            )
            self.fields[f"p_{leaf.id}"] = WholeField(
                _("%(name)s, perempuan") % given, required=False
            )
        for name, field in self.fields.items():
            if name.startswith(("kk_", "l_", "p_")):
                field.widget.attrs["aria-label"] = field.label

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for leaf in self.leaves:
            male, female = (given.get(f"{part}_{leaf.id}") for part in ("l", "p"))
            untouched = not {f"l_{leaf.id}", f"p_{leaf.id}"} & set(self.errors)
            if untouched and (male is None) != (female is None):
                empty = "l" if male is None else "p"
                self.add_error(f"{empty}_{leaf.id}", _("Isi keduanya, atau kosongkan keduanya."))
        return given

    def targets(self) -> dict[str, LeafTarget]:
        """What was typed, once the form is valid."""
        given = self.cleaned_data
        return {
            leaf.id: LeafTarget(
                given[f"kk_{leaf.id}"], given.get(f"l_{leaf.id}"), given.get(f"p_{leaf.id}")
            )
            for leaf in self.leaves
        }
