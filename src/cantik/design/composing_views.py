"""The pages on which a village puts its own questionnaire together."""

import re
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cantik.kernel.problems import Refused
from cantik.kernel.text import pick
from cantik.look.printing import Order, typeset
from cantik.people import api as people
from cantik.people.api import office

from . import api, bank, composing, overlay, paper, store, wording
from .models import Composition
from .pack import Pack
from .reading import build

KIND_WORDS = (
    ("choice", gettext_lazy("Satu jawaban dari daftar")),
    ("yes_no", gettext_lazy("Ya atau tidak")),
    ("integer", gettext_lazy("Angka")),
    ("many", gettext_lazy("Beberapa jawaban dari daftar")),
    ("text", gettext_lazy("Kata-kata (disimpan terkunci, tidak menjadi tabel)")),
    ("date", gettext_lazy("Tanggal (disimpan terkunci, tidak menjadi tabel)")),
)
SIGN_WORDS = (
    ("=", gettext_lazy("sama dengan")), ("!=", gettext_lazy("bukan")),
    (">=", gettext_lazy("paling sedikit")), ("<=", gettext_lazy("paling banyak")),
)  # fmt: skip
LONGEST_SEARCH = 60
MOST = 999_999_999
NUMBER = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
_NUMBER = re.compile(r"[0-9]{1,6}")


class BeginForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("Nama kegiatan"), max_length=80,
        help_text=gettext_lazy("Misalnya: Perikanan sungai."),
    )  # fmt: skip
    purpose = forms.CharField(
        label=gettext_lazy("Untuk apa data ini?"), max_length=200,
        help_text=gettext_lazy("Dibacakan kepada yang ditanya, dan dicetak di buku."),
    )  # fmt: skip
    base = forms.ChoiceField(label=gettext_lazy("Dimulai dari"), required=False)
    unit = forms.RegexField(
        label=gettext_lazy("Satu formulir untuk satu apa?"), regex=r"^[A-Za-z][A-Za-z -]{1,29}$",
        help_text=gettext_lazy("Misalnya: kapal, kebun, usaha."), required=False,
        error_messages={"invalid": gettext_lazy("Tulis satu kata benda, misalnya kapal.")},
    )  # fmt: skip
    placed = forms.ChoiceField(
        label=gettext_lazy("Di mana formulir ini berlaku?"),
        choices=[
            ("rt", gettext_lazy("Setiap formulir di satu RT")),
            ("desa", gettext_lazy("Untuk seluruh desa atau kelurahan, tanpa RT")),
        ],
        initial="rt", widget=forms.RadioSelect, required=False,
    )  # fmt: skip

    def __init__(self, *given: Any, packs: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["base"].choices = [("", _("Kuesioner kosong")), *packs]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("base") and not given.get("unit") and "unit" not in self.errors:
            self.add_error("unit", _("Tulis satu kata benda, misalnya kapal."))
        return given


class QuestionForm(forms.Form):
    label = forms.CharField(label=gettext_lazy("Pertanyaan"), max_length=overlay.LONGEST)
    kind = forms.ChoiceField(label=gettext_lazy("Jawabannya"), choices=KIND_WORDS)
    options = forms.CharField(
        label=gettext_lazy("Pilihan jawaban"), required=False, max_length=4000,
        help_text=gettext_lazy("Satu di setiap baris; hanya untuk jawaban dari daftar."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    least = forms.IntegerField(
        label=gettext_lazy("Angka terkecil"), required=False, min_value=0, max_value=MOST,
        help_text=gettext_lazy("Hanya untuk angka."), widget=NUMBER,
    )  # fmt: skip
    most = forms.IntegerField(
        label=gettext_lazy("Angka terbesar"), required=False, min_value=0, max_value=MOST,
        widget=NUMBER,
    )  # fmt: skip
    required = forms.BooleanField(label=gettext_lazy("Wajib diisi"), required=False)
    only_if = forms.ChoiceField(label=gettext_lazy("Hanya ditanyakan bila"), required=False)
    sign = forms.ChoiceField(label=gettext_lazy("jawabannya"), choices=SIGN_WORDS, required=False)
    value = forms.CharField(
        label=gettext_lazy("kode jawaban atau angka"), required=False, max_length=20
    )
    after = forms.ChoiceField(label=gettext_lazy("Diletakkan sesudah"), required=False)

    def __init__(self, *given: Any, asked: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["only_if"].choices = [("", _("selalu ditanyakan")), *asked]  # type: ignore[attr-defined]
        self.fields["after"].choices = [("", _("pertanyaan terakhir")), *asked]  # type: ignore[attr-defined]

    def operation(self) -> overlay.Operation:
        given = self.cleaned_data
        made: overlay.Operation = {
            "op": overlay.ADD, "label": given["label"].strip(), "kind": given["kind"],
            "options": given["options"].splitlines(), "required": given["required"],
            "after": given["after"],
        }  # fmt: skip
        if given["kind"] == "integer":
            made |= {key: given[key] for key in ("least", "most") if given[key] is not None}
        if given["only_if"]:
            made["only_if"] = {
                "question": given["only_if"], "sign": given["sign"] or "=", "value": given["value"],
            }  # fmt: skip
        return made


@office("activity.open")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, village_id: str) -> HttpResponse:
    """Name a new questionnaire; go on with one."""
    language = get_language() or "id"
    packs = [(one.hash, pick(one.title, language)) for one in api.packs(village_id)]
    form = BeginForm(request.POST if request.method == "POST" else None, packs=packs)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                made = composing.begin(
                    actor=request.user, village_id=village_id, base_hash=given["base"],
                    title=given["title"], purpose=given["purpose"], unit=given["unit"] or "isian",
                    placed=given["placed"] != "desa", now=timezone.now(),
                )  # fmt: skip
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                return redirect("design:compose", village_id=village_id, composition_id=made.id)
    context = {
        "village": people.area(village_id),
        "form": form,
        "mine": Composition.objects.filter(village_id=village_id),
    }
    return render(request, "design/compose_begin.html", context, status=status)


def _pack(one: Composition) -> tuple[Pack, list[Any]]:
    made = composing.compiled(one)
    pack, _faults = build(made.content)
    return pack, made.faults


def _page(
    request: HttpRequest,
    one: Composition,
    form: QuestionForm | None = None,
    status: int = 200,
    changing: str = "",
) -> HttpResponse:
    """``changing`` names the own question that the form holds; "" for a new one."""
    pack, faults = _pack(one)
    language = get_language() or "id"
    asked = wording.questionnaire(pack)
    own = {op["name"] for op in one.operations if op["op"] == overlay.ADD}
    written = {o["name"]: o for o in one.operations if o["op"] == overlay.ADD and "row" not in o}
    changing = changing or request.GET.get("ubah", "")
    changing = changing if changing in written else ""
    listed = [(q.question.name, f"{q.number}. {pick(q.question.label, language)}")
              for q in asked[pack.main]]  # fmt: skip
    newer = composing.newer_base(one)
    taken = {row["name"] for row in overlay.questions(composing.base_of(one))} | own
    groups: dict[str, list[Any]] = {}
    sought = " ".join(request.GET.get("cari", "").split())[:LONGEST_SEARCH]
    for item in composing.bank_items():
        if item.operation["name"] not in taken and bank.speaks_of(item, sought, language):
            groups.setdefault(pick(item.group, language), []).append(item)
    context: dict[str, Any] = {
        "village": people.area(one.village_id),
        "one": one,
        "pack": pack,
        "parts": [(pack.record(name), some) for name, some in asked.items() if some],
        "own": own,
        "asked": sum(len(some) for some in asked.values()),
        "tables": [t for _title, _words, tables in wording.planned(pack) for t in tables],
        "faults": [f for f in faults if f.file != "tables.yaml" or pack.tables],
        "form": form
        or QuestionForm(
            asked=[one for one in listed if one[0] != changing],
            initial=_as_typed(written[changing], pack) if changing else {},
        ),
        "changing": changing,
        "written": set(written) & set(pack.instrument.names()),
        "places": listed,
        "groups": sorted(groups.items()),
        "sought": sought,
        "newer": newer,
        "deviations": composing.deviations(one),
        "ready": not faults,
    }
    return render(request, "design/compose.html", context, status=status)


def _as_typed(operation: overlay.Operation, pack: Pack) -> dict[str, Any]:
    """An own question as it stands in the form; its words as they are worded now."""
    condition = operation.get("only_if") or {}
    known = {q.name: q for q in pack.instrument.questions}
    label = known[operation["name"]].label["id"] if operation["name"] in known else ""
    return {
        "label": label or operation["label"], "kind": operation["kind"],
        "options": "\n".join(operation.get("options", ())), "required": operation.get("required"),
        "least": operation.get("least"), "most": operation.get("most"),
        "only_if": condition.get("question", ""), "sign": condition.get("sign", "="),
        "value": condition.get("value", ""),
    }  # fmt: skip


def _version(request: HttpRequest) -> int:
    text = request.POST.get("versi", "")
    return int(text) if _NUMBER.fullmatch(text) else -1


@office("activity.open")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def compose(request: HttpRequest, village_id: str, composition_id: str) -> HttpResponse:
    """The questions, the tables that follow from them, and how to add more."""
    one = composing.of(village_id, composition_id)
    if request.method != "POST":
        return _page(request, one)
    form = None
    what, changing = request.POST.get("what", ""), ""
    operations: list[overlay.Operation] = []
    if what in ("add", composing.CHANGE):
        listed = [(row["name"], row["name"]) for row in
                  overlay.questions(composing.compiled(one).content)]  # fmt: skip
        form = QuestionForm(request.POST, asked=listed)
        if what == composing.CHANGE:
            changing = request.POST.get("name", "")
        if not form.is_valid():
            return _page(request, one, form, 422, changing)
        operations = [form.operation()]
        if changing:
            operations = [{**operations[0], "op": composing.CHANGE, "name": changing}]
    elif what == "bank":
        known = {item.id: item for item in composing.bank_items()}
        wanted = [name for name in request.POST.getlist("ambil") if name in known]
        operations = [known[name].operation for name in wanted]
    elif what == "drop":
        operations = [{"op": overlay.DROP, "name": request.POST.get("name", "")}]
    elif what == "move":
        operations = [{"op": overlay.MOVE, "name": request.POST.get("name", ""),
                       "after": request.POST.get("after", "")}]  # fmt: skip
    elif what == "reword":
        operations = [{"op": overlay.REWORD, "name": request.POST.get("name", ""),
                       "label": request.POST.get("label", "")}]  # fmt: skip
    else:
        raise Http404
    try:
        if not operations:
            raise Refused("nothing", _("Beri tanda pada pertanyaan yang diambil."))
        composing.change(
            actor=request.user, village_id=village_id, composition_id=composition_id,
            version=_version(request), operations=operations, now=timezone.now(),
        )  # fmt: skip
    except Refused as refused:
        if form is not None:
            field = {
                "options": "options",
                "condition": "value",
                "words": "label",
                "bounds": "most",
            }.get(refused.code)
            form.add_error(field, str(refused))
            again = composing.of(village_id, composition_id)
            return _page(request, again, form, 422, changing)
        messages.error(request, str(refused))
    return redirect(
        reverse("design:compose", kwargs={"village_id": village_id, "composition_id": one.id})
        + ("#tambah" if what == "add" else "")
    )


@office("activity.open")
@never_cache
@require_POST
def finish(request: HttpRequest, village_id: str, composition_id: str) -> HttpResponse:
    try:
        record = composing.finish(
            actor=request.user, village_id=village_id, composition_id=composition_id,
            version=_version(request), now=timezone.now(),
        )  # fmt: skip
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("design:compose", village_id=village_id, composition_id=composition_id)
    messages.success(request, _("Kuesioner siap dipakai."))
    url = reverse("design:open", kwargs={"village_id": village_id})
    return redirect(f"{url}?kuesioner={record.hash}")


@office("activity.open")
@never_cache
@require_safe
def on_paper(request: HttpRequest, village_id: str, composition_id: str) -> HttpResponse:
    """How the questionnaire looks on paper so far."""
    one = composing.of(village_id, composition_id)
    pack, _faults = _pack(one)
    village = people.area(village_id)
    language = get_language() or "id"
    tree = people.village_tree(village_id)
    data = paper.paper(
        pack,
        places=[leaf.label for leaf in tree.leaves()],
        words={
            "village": village.full_label, "period": "", "day": _("Belum dipakai"),
            "example": _("Contoh data: tempat dan orang di sini rekaan.")
            if village.is_example else "",
            "language": language,
        },
        kind=village.village_kind, language=language,
    )  # fmt: skip
    [made] = typeset([Path(__file__).with_name("paper.typ")], data, [Order("pdf")])
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="kuesioner.pdf"'
    return response


@office("activity.open")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def newer(request: HttpRequest, village_id: str, composition_id: str) -> HttpResponse:
    """What the next version of the base changes, what is kept, and what no longer fits."""
    one = composing.of(village_id, composition_id)
    found = composing.newer_base(one)
    if found is None or one.base_id is None:
        raise Http404
    back = redirect("design:compose", village_id=village_id, composition_id=composition_id)
    if request.method == "POST":
        keep = {
            int(name[2:]): value == "simpan"
            for name, value in request.POST.items()
            if name.startswith("c.") and _NUMBER.fullmatch(name[2:])
        }
        try:
            composing.take_up(
                actor=request.user, village_id=village_id, composition_id=composition_id,
                version=_version(request), keep=keep, now=timezone.now(),
            )  # fmt: skip
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("design:newer", village_id=village_id, composition_id=composition_id)
        messages.success(request, _("Kuesioner kini berdiri di atas versi yang baru."))
        return back
    _kept, conflicts = composing.waiting(one, found)
    context = {
        "village": people.area(village_id),
        "one": one,
        "newer": found,
        "changes": list(overlay.changes(store.content(one.base_id), store.content(found.hash))),
        "conflicts": [
            (c, c.operation.get("label") or c.operation.get("name") or c.operation.get("id"))
            for c in conflicts
        ],
        "kept": len(_kept),
    }
    return render(request, "design/compose_newer.html", context)
