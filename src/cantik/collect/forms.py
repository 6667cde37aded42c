"""What is typed or chosen on the pages of collect."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SendForm(forms.Form):
    file = forms.FileField(
        label=_("Berkas formulir"),
        help_text=_("Excel (.xlsx), paling besar 25 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": _("Pilih berkasnya dahulu.")},
    )


class AcceptForm(forms.Form):
    edits = forms.ChoiceField(
        label=_("Isian yang pernah diperbaiki di sini"),
        choices=[
            ("keep", _("Pertahankan perbaikan yang sudah dibuat")),
            ("file", _("Ganti dengan isi berkas ini")),
        ],
        widget=forms.RadioSelect,
        required=False,
        initial="keep",
    )
