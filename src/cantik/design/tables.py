"""The pages on which an officer puts a table together; its shape is shown before it is kept."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cantik.kernel.problems import Refused
from cantik.kernel.text import pick
from cantik.people.api import office

from . import api, composing, store, tabling
from .pack import Pack, Question

MOST_CONDITIONS = 400  # answers offered as a condition
REFUSED = {
    "text": gettext_lazy("“%(shown)s” bukan batas kelompok. Tulis misalnya 0-4, 5-9, 10+."),
    "turned": gettext_lazy("“%(shown)s” terbalik: angka pertama harus yang lebih kecil."),
    "overlap": gettext_lazy(
        "“%(shown)s” bertumpuk dengan kelompok sebelumnya. Satu angka hanya boleh masuk satu "
        "kelompok."
    ),
    "gap": gettext_lazy("Angka %(shown)s belum masuk kelompok mana pun."),
    "open": gettext_lazy("Kelompok terbuka (misalnya 10+) hanya boleh yang terakhir."),
    "few": gettext_lazy("Sebuah tabel butuh paling sedikit dua kelompok."),
    "many": gettext_lazy("Paling banyak 20 kelompok. Gabungkan beberapa."),
    "condition": gettext_lazy("Syarat ini tidak cocok dengan pertanyaannya. Pilih lagi."),
    "level": gettext_lazy("Tingkat wilayah ini lebih rinci daripada yang boleh."),
    "sex": gettext_lazy("Tabel ini tidak dapat dibagi menurut jenis kelamin."),
    "words": gettext_lazy("Isi judul dan kegunaannya."),
    "long": gettext_lazy("Daftar jawabannya terlalu panjang untuk tabel ini."),
    "sensitive": gettext_lazy(
        "Data ini peka: paling banyak tiga kelompok, hanya untuk seluruh desa atau kelurahan."
    ),
    "shown": gettext_lazy(
        "Jawaban ini sudah diumumkan di tabel “%(shown)s”. Dua pembulatan dari hitungan yang sama "
        "dapat dibandingkan, jadi tidak boleh ada dua tabelnya."
    ),
    "used": gettext_lazy("Tabel yang diganti dipakai indikator “%(shown)s”, jadi tetap ada."),
    "unknown": gettext_lazy("Pertanyaan ini tidak dapat dijadikan tabel."),
}
FIELDS = {
    "text": "limits", "turned": "limits", "overlap": "limits", "gap": "limits", "open": "limits",
    "condition": "only", "level": "lowest", "sex": "by_sex", "words": "title",
}  # fmt: skip


class ComposeForm(forms.Form):
    """Classes, for whom, how far down; fields follow the question."""

    def __init__(self, *args: Any, pack: Pack, question: Question, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pack, self.question = pack, question
        language = get_language() or "id"
        label = pick(question.label, language).strip(" ?:")
        record = pack.record(question.record)
        self.fields["title"] = forms.CharField(
            label=_("Judul tabel"), max_length=160,
            initial=f"{pick(record.title, language)} menurut {label[:1].lower()}{label[1:]}",
        )  # fmt: skip
        self.fields["purpose"] = forms.CharField(
            label=_("Pertanyaan perencanaan yang dijawab tabel ini"), max_length=200,
            help_text=_("Misalnya: berapa kapal yang perlu dibantu mesinnya?"),
        )  # fmt: skip
        if question.kind == "integer":
            self.fields["limits"] = forms.CharField(
                label=_("Batas kelompok"), max_length=300,
                help_text=_("Pisahkan dengan koma, misalnya 0-4, 5-9, 10+."),
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )  # fmt: skip
        else:
            for choice in pack.choices(question):
                words = pick(choice.label, language)
                self.fields[f"k_{choice.code}"] = forms.CharField(
                    label=words, max_length=80, initial=words, required=False
                )
        if tabling.by_sex_allowed(pack, question):
            self.fields["by_sex"] = forms.BooleanField(
                label=_("Bagi juga menurut jenis kelamin"), required=False
            )
        self._conditions(language)
        if any(one.variable == question.name for one in tabling.touching(pack, question.name)):
            self.fields["replace"] = forms.BooleanField(
                label=_("Ganti tabel yang sudah ada"), required=False,
                help_text=_("Hanya selama belum ada yang diusulkan atau diumumkan."),
            )  # fmt: skip
        words_of = {
            "desa": _("Seluruh desa atau kelurahan"), "dusun": _("Sampai dusun atau RW"),
            "rt": _("Sampai RT"),
        }  # fmt: skip
        levels = tabling.levels(pack, question.name)
        if len(levels) > 1:
            self.fields["lowest"] = forms.ChoiceField(
                label=_("Sampai tingkat apa?"), choices=[(one, words_of[one]) for one in levels],
                initial="desa", widget=forms.RadioSelect,
            )  # fmt: skip

    def _conditions(self, language: str) -> None:
        known = tabling.conditions_of(self.pack, self.question)
        offered: list[Any] = [("", _("Semua"))]
        numbers: list[Any] = [("", _("Tanpa batas angka"))]
        for one in known:
            label = pick(one.label, language)
            if one.kind == "integer":
                numbers.append((one.name, label))
            elif len(offered) < MOST_CONDITIONS:
                listed = [
                    (f"{one.name}={choice.code}", f"{label}: {pick(choice.label, language)}")
                    for choice in self.pack.choices(one)
                ]
                offered.append((label, listed))
        if len(offered) > 1:
            self.fields["only"] = forms.ChoiceField(
                label=_("Hanya yang menjawab"), choices=offered, required=False
            )
        if len(numbers) > 1:
            self.fields["number"] = forms.ChoiceField(
                label=_("Hanya dengan angka pada"), choices=numbers, required=False
            )
            for name, label in (("low", _("Dari")), ("high", _("Sampai"))):
                self.fields[name] = forms.IntegerField(
                    label=label, required=False, min_value=0, max_value=tabling.LARGEST,
                    error_messages={"invalid": _("Tulis angka bulat, misalnya 15.")},
                )  # fmt: skip

    def groups(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("k_")]

    def wish(self) -> tabling.Wish:
        """What was chosen, once the form is valid."""
        given = self.cleaned_data
        only = given.get("only") or ""
        number = given.get("number") or ""
        return tabling.Wish(
            variable=self.question.name,
            title=given["title"],
            purpose=given["purpose"],
            limits=given.get("limits", ""),
            groups={name[2:]: given[name] for name in self.fields if name.startswith("k_")},
            by_sex=bool(given.get("by_sex")),
            only=(only.partition("=")[0], only.partition("=")[2]) if only else None,
            between=(number, given.get("low"), given.get("high")) if number else None,
            lowest=given.get("lowest") or "desa",
            replace=bool(given.get("replace")),
        )


def _activity(village_id: str, activity_id: str) -> api.ActivityInfo:
    found = api.activity(activity_id)
    if found.village_id != village_id:
        raise Http404
    return found


@office("activity.open")
@require_safe
def choose(request: HttpRequest, village_id: str, activity_id: str) -> HttpResponse:
    """The questions a table can be made of, with the tables they have."""
    found = _activity(village_id, activity_id)
    pack = found.pack
    parts = []
    for record in pack.records:
        rows = [
            (one, [table for table in pack.tables if table.variable == one.name])
            for one in tabling.tabled(pack)
            if one.record == record.name
        ]
        parts.append((record, rows))
    context = {"village": request.village, "activity": found, "parts": parts}  # type: ignore[attr-defined]
    return render(request, "design/table_choose.html", context)


@office("activity.open")
@require_http_methods(["GET", "POST"])
def compose(request: HttpRequest, village_id: str, activity_id: str, name: str) -> HttpResponse:
    """One table: its parts, its shape without figures, and what will be withheld."""
    found = _activity(village_id, activity_id)
    pack = found.pack
    question = next((one for one in tabling.tabled(pack) if one.name == name), None)
    if question is None:
        raise Http404
    form = ComposeForm(request.POST or None, pack=pack, question=question)
    context: dict[str, Any] = {
        "village": request.village,  # type: ignore[attr-defined]
        "activity": found,
        "question": question,
        "form": form,
        "sensitivity": tabling.sensitivity(pack, name)[0],
    }
    if form.is_valid():
        try:
            operation = tabling.operation(pack, form.wish())
            shape = tabling.planned(store.content(pack.hash), pack, operation)
            context |= {"shape": shape, "places": _places(found, shape.lowest)}
            if "save" in request.POST:
                composing.keep_table(
                    actor=request.user, activity_id=activity_id, operation=operation,
                    now=timezone.now(),
                )  # fmt: skip
                messages.success(
                    request, _("Tabel disimpan. Terbitan berikutnya memuatnya; yang lama tetap.")
                )
                return redirect("design:activity", village_id=village_id, activity_id=activity_id)
        except tabling.NotFit as fault:
            field = FIELDS.get(fault.code)
            words = str(REFUSED[fault.code]) % {"shown": fault.shown}
            form.add_error(field if field in form.fields else None, words)
        except Refused as refused:
            form.add_error(None, str(refused))
    status = 422 if form.errors else 200
    return render(request, "design/table.html", context, status=status)


def _places(found: api.ActivityInfo, lowest: str) -> list[tuple[int, str]]:
    """(depth, label) of the rows the table may have."""
    rank = {"desa": 0, "dusun": 1, "rw": 1, "rt": 2}
    most = {"desa": 0, "dusun": 1, "rt": 2}[lowest]
    tree = api.tree_of(found)
    return [
        (rank.get(node.level, 0), node.label)
        for node in tree
        if rank.get(node.level, 0) <= most
    ]  # fmt: skip
