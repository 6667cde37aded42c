"""A price sheet of the village's own becomes an activity: first what was understood, then what the
sheet does not say. The file itself is not kept; its prices come in as answers like any others."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from cantik.kernel import numbers
from cantik.kernel.problems import Refused
from cantik.ledger import api as ledger
from cantik.people import api as people
from cantik.people.api import office

from . import actions, pricing

SALT = "design.prices"
LONGEST_UNIT = 20
REFUSED = {
    "not_file": gettext_lazy("Berkas ini bukan Excel (.xlsx) dan bukan CSV."),
    "unsafe": gettext_lazy(
        "Berkas Excel ini tidak dapat dibuka dengan aman. "
        "Simpan ulang sebagai .xlsx tanpa makro dan tanpa sandi."
    ),
    "empty": gettext_lazy(
        "Tidak ada baris harga di berkas ini. "
        "Baris pertama berisi judul kolom, baris berikutnya isinya."
    ),
    "no_dates": gettext_lazy(
        "Kolom tanggal tidak ditemukan. Buat satu kolom tanggal, misalnya 05/01/2026."
    ),
    "no_prices": gettext_lazy(
        "Kolom harga tidak ditemukan. Tulis harga sebagai angka, tanpa kata."
    ),
    "too_much": gettext_lazy(
        "Berkas ini terlalu besar: paling banyak 8 MB, 60.000 baris, dan 100 barang."
    ),
}


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Berkas harga"),
        help_text=gettext_lazy("Excel (.xlsx) atau CSV, paling besar 8 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={
            "required": gettext_lazy("Pilih berkasnya dahulu; paling besar 8 MB."),
            "empty": gettext_lazy("Berkas ini kosong."),
            "invalid": gettext_lazy("Pilih berkasnya dahulu; paling besar 8 MB."),
        },
    )


class SheetForm(forms.Form):
    """What a price sheet does not say of itself, and which of its goods count."""

    found = forms.CharField(widget=forms.HiddenInput)
    title = forms.CharField(
        label=gettext_lazy("Nama kegiatan"),
        max_length=80,
        help_text=gettext_lazy("Misalnya: Harga pasar desa."),
    )
    every = forms.ChoiceField(
        label=gettext_lazy("Satu harga untuk setiap"),
        choices=[
            ("day", gettext_lazy("hari")), ("week", gettext_lazy("minggu")),
            ("month", gettext_lazy("bulan")), ("year", gettext_lazy("tahun")),
        ],
        help_text=gettext_lazy("Catatan di dalamnya diambil nilai tengahnya."),
    )  # fmt: skip
    currency = forms.CharField(
        label=gettext_lazy("Mata uang"), max_length=LONGEST_UNIT, initial="rupiah"
    )
    opened = forms.ChoiceField(
        label=gettext_lazy("Siapa yang boleh melihat harga ini di tempatnya?"),
        choices=[
            ("ya", gettext_lazy("Siapa saja: harganya terpampang atau disebutkan kepada pembeli")),
            ("tidak", gettext_lazy("Tidak semua orang: diumumkan bila ada sedikitnya 3 catatan")),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, items: list[str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.items = items
        for at, item in enumerate(items):
            self.fields[f"pakai_{at}"] = forms.BooleanField(
                label=item, required=False, initial=True
            )
            self.fields[f"satuan_{at}"] = forms.CharField(
                label=_("Satuan %(item)s") % {"item": item}, required=False,
                max_length=LONGEST_UNIT, initial="kg",
            )  # fmt: skip

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        return [(self[f"pakai_{at}"], self[f"satuan_{at}"]) for at in range(len(self.items))]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        units = {
            item: " ".join((given.get(f"satuan_{at}") or "").split()) or _("satuan")
            for at, item in enumerate(self.items)
            if given.get(f"pakai_{at}")
        }
        if not units:
            self.add_error(None, _("Pilih sedikitnya satu barang."))
        return {**given, "units": units}


@csrf_exempt  # only so that the way of taking in is set before the token is read; see below
def prices(request: HttpRequest, village_id: str) -> HttpResponseBase:
    """A price sheet of the village's own."""
    request.upload_handlers = [ledger.InMemory(request, limit=pricing.LARGEST)]
    return _prices(request, village_id=village_id)


@csrf_protect
@office("activity.open")
@never_cache
@require_http_methods(["GET", "POST"])
def _prices(request: HttpRequest, village_id: str) -> HttpResponse:
    context: dict[str, Any] = {"village": people.area(village_id)}
    if request.method == "POST" and "found" in request.POST:
        return _chosen(request, village_id, context)
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    context["form"] = form
    if form.is_valid():
        try:
            sheet = pricing.read(pricing.cells(form.cleaned_data["file"].read()))
        except pricing.NotPrices as refused:
            form.add_error("file", str(REFUSED[refused.code]))
        else:
            context |= _understood(sheet)
    status = 422 if form.errors else 200
    return render(request, "design/prices.html", context, status=status)


def _understood(sheet: pricing.PriceSheet) -> dict[str, Any]:
    """What was read, and the form for the rest. What goes along is signed: headings, no price."""
    language = get_language() or "id"
    items = list(sheet.items)
    told = {"items": items, "decimals": sheet.decimals}
    days = sheet.days
    form = SheetForm(
        items=items,
        initial={
            "found": signing.dumps(told, salt=SALT, compress=True),
            "every": sheet.every,
        },
    )
    return {
        "form": form,
        "sheet": sheet,
        "rows": len(sheet.quotes),
        "first": numbers.day(days[0], language) if days else "",
        "last": numbers.day(days[-1], language) if days else "",
        "ignored": ", ".join(sheet.others),
    }


def _chosen(request: HttpRequest, village_id: str, context: dict[str, Any]) -> HttpResponse:
    try:
        told = signing.loads(request.POST["found"], salt=SALT, max_age=24 * 3600)
    except signing.BadSignature:
        messages.error(request, _("Halaman ini sudah lama terbuka. Pilih berkasnya lagi."))
        return redirect("design:prices", village_id=village_id)
    form = SheetForm(request.POST, items=told["items"])
    if form.is_valid():
        given = form.cleaned_data
        wishes = pricing.Wishes(
            id="desa_" + ledger.random_id(),
            title=given["title"],
            every=given["every"],
            decimals=told["decimals"],
            currency=given["currency"],
            opened=given["opened"] == "ya",
            units=given["units"],
            source="Lembar harga desa",  # never the name of the file: it may name somebody
        )
        try:
            record = actions.add_pack(
                actor=request.user, village_id=village_id, content=pricing.content(wishes),
                now=timezone.now(),
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request,
                _("Lembar harga sudah dikenal. Buka kegiatannya, lalu kirim berkas yang sama."),
            )
            where = reverse("design:open", kwargs={"village_id": village_id})
            return redirect(f"{where}?kuesioner={record.hash}")
    context["form"] = form
    return render(request, "design/prices.html", context, status=422)
