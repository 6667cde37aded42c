"""The forms of the office side: propose, decide, comment, withdraw."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cantik.design import api as design

NOTE_HELP = _("Tulis apa yang diperbaiki atau yang baru. Jangan menyebut keluarga atau orang.")
LONGEST = 2000


class Propose(forms.Form):
    licence = forms.ChoiceField(
        label=_("Lisensi data"),
        help_text=_("Izin bagi orang lain untuk memakai data ini. Pilihan desa."),
        choices=[(one, one) for one in design.LICENCES],
    )
    note = forms.CharField(
        label=_("Catatan"),
        help_text=NOTE_HELP,
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea,
    )

    def __init__(self, *given: Any, correcting: bool = False, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["note"].required = correcting


class Decide(forms.Form):
    verdict = forms.ChoiceField(
        label=_("Keputusan"),
        choices=[
            ("approve", _("Setujui dan umumkan")),
            ("return", _("Kembalikan dengan catatan")),
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Catatan"),
        help_text=_("Wajib diisi bila dikembalikan. Jangan menyebut keluarga atau orang."),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea,
    )
    password = forms.CharField(
        label=_("Kata sandi Bapak/Ibu"),
        help_text=_("Sekali lagi, untuk memastikan bahwa Bapak/Ibu sendiri yang memutuskan."),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class Comment(forms.Form):
    text = forms.CharField(label=_("Tanggapan"), max_length=LONGEST, widget=forms.Textarea)


class Withdraw(forms.Form):
    reason = forms.CharField(
        label=_("Alasan"),
        help_text=_("Alasan ini dibaca umum. Jangan menyebut keluarga atau orang."),
        max_length=LONGEST,
        widget=forms.Textarea,
    )
    password = forms.CharField(
        label=_("Kata sandi Bapak/Ibu"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
