"""What is typed on the pages of people."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class SignInForm(forms.Form):
    username = forms.CharField(
        label=_("Nama akun"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("Kata sandi"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PasswordAgainForm(forms.Form):
    """Whoever sits at a machine that someone else left signed in gets no further."""

    password = forms.CharField(
        label=_("Kata sandi Bapak/Ibu"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Kode"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "text", "autocapitalize": "none"}
        ),
    )


class PolicyForm(forms.Form):
    role = forms.ChoiceField(label=_("Peran"))
    second_step = forms.BooleanField(label=_("Wajib masuk dengan dua langkah"), required=False)
    since = forms.DateField(
        label=_("Berlaku sejak"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    hours = forms.TypedChoiceField(label=_("Keluar sendiri sesudah"), coerce=int)

    def __init__(
        self, *args: Any, roles: list[tuple[str, str]], hours: tuple[int, ...], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles  # type: ignore[attr-defined]
        self.fields["hours"].choices = [  # type: ignore[attr-defined]
            (one, _("%(n)s jam") % {"n": one}) for one in hours
        ]


class DelegationForm(forms.Form):
    person = forms.ChoiceField(label=_("Siapa yang bertindak"), widget=forms.RadioSelect)
    start = forms.DateField(
        label=_("Mulai"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    end = forms.DateField(
        label=_("Sampai dengan"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(
        label=_("Alasan"),
        help_text=_("Misalnya: dinas luar, surat tugas nomor 12/2026."),
        max_length=200,
    )

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = people  # type: ignore[attr-defined]


class HandOverForm(forms.Form):
    name = forms.CharField(
        label=_("Nama lengkap penggantinya"),
        help_text=_("Kosongkan bila penggantinya sudah punya akun."),
        max_length=120,
        required=False,
    )
    username = forms.CharField(
        label=_("Nama akun penggantinya"),
        help_text=_("Akun baru: huruf kecil tanpa spasi, misalnya siti.apung."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    acting = forms.BooleanField(label=_("Sebagai pelaksana tugas (Plt.)"), required=False)

    def __init__(self, *args: Any, may_act: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_act:
            del self.fields["acting"]


class NewPasswordForm(forms.Form):
    password = forms.CharField(
        label=_("Kata sandi baru"),
        help_text=_("Paling sedikit 10 huruf. Tiga kata yang mudah diingat sudah baik."),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Ulangi kata sandi baru"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        password = given.get("password")
        if password and password != given.get("again"):
            self.add_error("again", _("Kedua kata sandi belum sama."))
        elif password:
            try:
                validate_password(password, self.person)
            except ValidationError as fault:
                self.add_error("password", fault)
        return given


class ChangePasswordForm(NewPasswordForm):
    old = forms.CharField(
        label=_("Kata sandi sekarang"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("old", "password", "again")


class InviteForm(forms.Form):
    name = forms.CharField(label=_("Nama lengkap"), max_length=120)
    username = forms.CharField(
        label=_("Nama akun"),
        max_length=60,
        help_text=_("Huruf kecil tanpa spasi, misalnya siti.apung. Dipakai untuk masuk."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=_("Peran"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, roles: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles  # type: ignore[attr-defined]


class AppointForm(forms.Form):
    known = forms.CharField(
        label=_("Nama akun yang sudah ada"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    more = forms.ChoiceField(label=_("Peran tambahan"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, roles: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["more"].choices = roles  # type: ignore[attr-defined]


class LanguageForm(forms.Form):
    language = forms.ChoiceField(
        label=_("Bahasa halaman"),
        choices=[("id", "Bahasa Indonesia"), ("en", "English")],
        widget=forms.RadioSelect,
    )


class AddAreasForm(forms.Form):
    parent = forms.ChoiceField(label=_("Letaknya di"))
    level = forms.ChoiceField(label=_("Jenis"), widget=forms.RadioSelect)
    names = forms.CharField(
        label=_("Nama"),
        help_text=_("Satu nama setiap baris, misalnya RT 01. Beberapa RT bisa ditambah sekaligus."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(
        self,
        *args: Any,
        parents: list[tuple[str, str]],
        levels: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].choices = parents  # type: ignore[attr-defined]
        self.fields["level"].choices = levels  # type: ignore[attr-defined]


class RenameForm(forms.Form):
    name = forms.CharField(label=_("Nama baru"), max_length=60)
