"""What is typed on the pages of the programme."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

LARGEST_FILE = 10 * 1024 * 1024

Choices = Iterable[tuple[Any, Any]]


def day_field(label: Any, hint: Any = "", *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label, help_text=hint, required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Tulis tanggalnya, misalnya 2026-05-04.")},
    )  # fmt: skip


def file_field(label: Any) -> forms.FileField:
    return forms.FileField(
        label=label,
        help_text=_("PDF, atau foto JPEG atau PNG; paling besar 10 MB."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        error_messages={
            "required": _("Pilih berkasnya; paling besar 10 MB."),
            "empty": _("Berkas ini kosong."),
            "invalid": _("Pilih berkasnya; paling besar 10 MB."),
        },
    )


class YearForm(forms.Form):
    area = forms.ChoiceField(label=_("Kabupaten atau kota"))
    year = forms.IntegerField(
        label=_("Tahun"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": _("Tulis tahunnya dengan empat angka, misalnya 2026.")},
    )

    def __init__(self, *args: Any, areas: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["area"].choices = list(areas)  # type: ignore[attr-defined]


class MemberForm(forms.Form):
    person = forms.ChoiceField(label=_("Orang"))
    part = forms.ChoiceField(label=_("Kedudukan"), widget=forms.RadioSelect)
    since = day_field(_("Sejak"))

    def __init__(self, *args: Any, persons: Choices, parts: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["person"].choices = list(persons)  # type: ignore[attr-defined]
        self.fields["part"].choices = list(parts)  # type: ignore[attr-defined]


class CandidateForm(forms.Form):
    village = forms.ChoiceField(label=_("Desa atau kelurahan"))

    def __init__(self, *args: Any, villages: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["village"].choices = list(villages)  # type: ignore[attr-defined]


class DecisionForm(forms.Form):
    reason = forms.CharField(
        label=_("Alasan"),
        help_text=_("Satu atau dua kalimat. Tidak diumumkan."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class FileForm(forms.Form):
    file = file_field(_("Berkas"))
    number = forms.CharField(label=_("Nomor surat"), max_length=80, required=False)
    dated = day_field(_("Tanggal surat"), required=False)

    def __init__(self, *args: Any, letter: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if letter:
            self.fields["number"].required = self.fields["dated"].required = True


class AgentForm(forms.Form):
    person = forms.ChoiceField(label=_("Agen statistik"), widget=forms.RadioSelect)
    officer = forms.ChoiceField(
        label=_("Orang ini"),
        choices=[("ya", _("Perangkat kantor ini")), ("tidak", _("Dari luar kantor"))],
        widget=forms.RadioSelect,
    )
    number = forms.CharField(label=_("Nomor SK"), max_length=80)
    dated = day_field(_("Tanggal SK"))
    file = file_field(_("Berkas SK"))

    def __init__(self, *args: Any, persons: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["person"].choices = list(persons)  # type: ignore[attr-defined]


class CloseForm(forms.Form):
    why = forms.ChoiceField(
        label=_("Apa yang terjadi?"),
        choices=[
            ("split", _("Dimekarkan menjadi beberapa desa")),
            ("merged", _("Digabung ke desa lain")),
            ("left", _("Tidak dilanjutkan tahun ini")),
        ],
        widget=forms.RadioSelect,
    )
    successors = forms.MultipleChoiceField(
        label=_("Desa sesudahnya"),
        help_text=_("Untuk pemekaran sedikitnya dua, untuk penggabungan satu."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, villages: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["successors"].choices = list(villages)  # type: ignore[attr-defined]
