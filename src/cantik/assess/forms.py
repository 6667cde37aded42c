from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from cantik.kernel.text import pick

from .rulebooks import RulebookInfo

OTHER = "lainnya"


class EvidenceForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("Jenis bukti"))
    title = forms.CharField(
        label=gettext_lazy("Nama bukti"),
        max_length=200,
        help_text=gettext_lazy("Supaya mudah dikenali, misalnya: Notulen sosialisasi 12 Mei 2026."),
    )
    file = forms.FileField(
        label=gettext_lazy("Berkas"),
        help_text=gettext_lazy("PDF, PNG, atau JPEG, paling besar 10 MB. SK harus PDF."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
    )
    number = forms.CharField(label=gettext_lazy("Nomor surat"), max_length=80, required=False)
    dated = forms.DateField(
        label=gettext_lazy("Tanggal surat"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(
        self, *given: Any, kinds: tuple[str, ...], rulebook: RulebookInfo, **named: Any
    ) -> None:
        super().__init__(*given, **named)
        language = get_language() or "id"
        known = rulebook.content.get("evidence_kinds") or {}
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            *((one, pick(known.get(one, {"id": one}), language)) for one in kinds),
            (OTHER, _("Lainnya")),
        ]


class LoadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Berkas lembar"),
        help_text=gettext_lazy("XLSX atau CSV dengan kolom seperti contoh, atau YAML."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.yaml,.yml"}),
    )
    title = forms.CharField(
        label=gettext_lazy("Nama lembar"),
        max_length=120,
        initial=gettext_lazy("Lembar evaluasi Desa Cantik"),
    )
    year = forms.IntegerField(label=gettext_lazy("Tahun"), min_value=2020, max_value=2100)
    combine = forms.ChoiceField(
        label=gettext_lazy("Bagaimana nilai dijumlahkan?"),
        widget=forms.RadioSelect,
        initial="points",
        choices=[
            (
                "points",
                gettext_lazy("Bobot adalah poin: skor dibagi skor tertinggi, dikali bobot"),
            ),
            ("share", gettext_lazy("Bobot adalah persen: rata-rata tertimbang, skala sama")),
            ("none", gettext_lazy("Tidak dijumlahkan: jawaban berdampingan")),
        ],
    )
    total = forms.CharField(
        label=gettext_lazy("Jumlah seluruh poin"),
        initial="100",
        max_length=12,
        required=False,
        help_text=gettext_lazy("Hanya untuk bobot berupa poin."),
    )
    source = forms.CharField(
        label=gettext_lazy("Sumber"),
        max_length=300,
        help_text=gettext_lazy("Naskah dan nomornya, misalnya: Lampiran surat BPS nomor …"),
    )
    complete = forms.BooleanField(
        label=gettext_lazy("Lembar ini lengkap menurut naskah resminya"),
        required=False,
        help_text=gettext_lazy(
            "Tanpa tanda ini lembar ditampilkan sebagai contoh, tanpa nilai akhir."
        ),
    )
