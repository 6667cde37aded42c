"""What is typed or chosen on the pages of collect."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class SendForm(forms.Form):
    file = forms.FileField(
        label=_("Berkas formulir"),
        help_text=_("Excel (.xlsx), paling besar 25 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={
            "required": _("Pilih berkasnya dahulu."),
            "empty": _("Berkas ini kosong."),
            "invalid": _("Pilih berkasnya dahulu."),
        },
    )
    too_large = ""

    def __init__(self, *args: Any, prices: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        if prices:  # a sheet somebody keeps already may come as it is
            file = self.fields["file"]
            file.label = _("Berkas formulir atau lembar harga")
            file.help_text = _("Excel (.xlsx) atau CSV, paling besar 25 MB.")
            file.widget.attrs["accept"] = ".xlsx,.csv"

    def add_error(self, field: str | None, error: Any) -> None:
        """A file beyond the limit was let go by, so it seems not chosen; say what it was."""
        super().add_error(field, self.too_large if field == "file" and self.too_large else error)


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
