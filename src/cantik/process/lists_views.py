"""The pages of lists by name: ask, allow, open, print, close. Names are shown only as the answer to
a press of a button, never at an address that can be opened, kept or sent on."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cantik.design import api as design
from cantik.kernel import numbers
from cantik.kernel.problems import Refused
from cantik.kernel.text import pick
from cantik.kernel.tree import Tree
from cantik.look.printing import Order, typeset
from cantik.people import api as people

from . import lists, naming
from .models import NameList

MOST_READY = 12
SHOWN = 50
DIGITS = 7


def _language() -> str:
    return get_language() or "id"


def _activity(request: HttpRequest, village_id: str) -> design.ActivityInfo | None:
    known = design.activities(village_id)
    wanted = request.GET.get("kegiatan", "")
    if not wanted:
        return known[0] if known else None
    found = next((one for one in known if one.id == wanted), None)
    if found is None:
        raise Http404
    return found


def _list(village_id: str, list_id: str) -> NameList:
    found = NameList.objects.filter(pk=list_id, village_id=village_id).first()
    if found is None:
        raise Http404
    return found


def _may_see(person: Any, one: NameList) -> bool:
    """Its rule and purpose, not its names: who asked, and the head."""
    return one.asked_by_id == person.pk or people.can(person, "names.allow", one.village_id)


# -- the register -----------------------------------------------------------------------------


@people.office("names.list")
@never_cache
@require_safe
def overview(request: HttpRequest, village_id: str) -> HttpResponse:
    """Lists that were asked for, and rules to begin with."""
    now = timezone.now()
    head = people.can(request.user, "names.allow", village_id)
    found = NameList.objects.filter(village_id=village_id).select_related("asked_by")
    if not head:
        found = found.filter(asked_by=request.user)  # type: ignore[misc]
    activity = _activity(request, village_id)
    context: dict[str, Any] = {
        "village": people.area(village_id),
        "activity": activity,
        "known": design.activities(village_id),
        "head": head,
        "lists": [_row(one, now) for one in found[:SHOWN]],
        "ready": [],
    }
    if activity is not None:
        made = naming.ready_made(activity.pack)[:MOST_READY]
        context["ready"] = [
            {
                "words": naming.words(rule, activity.pack, _language())[0],
                "url": _url(village_id, activity, rule),
            }
            for rule in made
        ]
    return render(request, "process/lists.html", context)


def _row(one: NameList, now: Any) -> dict[str, Any]:
    activity = design.activity(one.activity_id)
    return {
        "one": one,
        "words": "; ".join(naming.words(naming.read(one.rule), activity.pack, _language())),
        "state": lists.listed(one, now),
    }


def _url(village_id: str, activity: design.ActivityInfo, rule: naming.Rule) -> str:
    query: list[tuple[str, str]] = [("kegiatan", activity.id), ("satuan", rule.record)]
    for one in rule.conditions:
        query.append(("tanya", one.question))
        query += [(f"j.{one.question}", code) for code in one.codes]
    return reverse("process:lists_new", kwargs={"village_id": village_id}) + "?" + urlencode(query)


# -- asking -----------------------------------------------------------------------------------


class AskForm(forms.Form):
    use = forms.ChoiceField(label=gettext_lazy("Untuk apa daftar ini?"), widget=forms.RadioSelect)
    purpose = forms.CharField(
        label=gettext_lazy("Ceritakan tujuannya"),
        help_text=gettext_lazy(
            "Dengan kata sendiri, misalnya: mendatangi keluarga tanpa jamban sebelum musrenbang. "
            "Tercetak di setiap lembar."
        ),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    columns = forms.MultipleChoiceField(
        label=gettext_lazy("Yang ditampilkan di samping nama"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.IntegerField(label=gettext_lazy("Berlaku berapa hari?"), min_value=1)

    def __init__(self, *given: Any, pack: design.Pack, rule: naming.Rule, **named: Any) -> None:
        super().__init__(*given, **named)
        policy = naming.policy()
        language = _language()
        self.fields["use"].choices = [  # type: ignore[attr-defined]
            (key, pick(words, language)) for key, words in policy.uses.items()
        ]
        asked = {c.question for c in rule.conditions}
        offered = lists.columns(pack, rule.record)
        # What the rule is about and what is needed to find somebody first; the rest only by need.
        first = [q for q in offered if q.name in asked or q.sealed]
        self.fields["columns"].choices = [  # type: ignore[attr-defined]
            (q.name, pick(q.label, language).rstrip(" ?:")) for q in first
        ]
        self.fields["columns"].initial = [
            q.name for q in first if q.name in asked and q.kind == "integer"
        ] + [q.name for q in first if q.sealed and q.name == "alamat"]
        self.fields["days"].initial = policy.days
        self.fields["days"].widget.attrs |= {"max": policy.most_days, "inputmode": "numeric"}
        self.fields["days"].help_text = _(
            "Paling lama %(n)s hari. Sesudah itu daftar tertutup sendiri."
        ) % {"n": policy.most_days}


def _whole(text: str) -> int | None:
    plain = text.strip().replace(".", "")
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= DIGITS else None


def _asked(given: QueryDict, pack: design.Pack, tree: Tree) -> naming.Rule:
    """The rule of a query. Raises NoRule for one that is unfinished or wrong."""
    records = [one.name for one in pack.records]
    record = given.get("satuan", "") or records[0]
    dropped = set(given.getlist("buang"))
    conditions: list[naming.Condition] = []
    for name in dict.fromkeys(given.getlist("tanya")):
        if not name or name in dropped:
            continue
        codes = tuple(dict.fromkeys(given.getlist(f"j.{name}")))
        low, high = given.get(f"min.{name}", ""), given.get(f"max.{name}", "")
        if given.get(f"k.{name}"):
            conditions.append(naming.Condition(name, "empty"))
        elif codes:
            conditions.append(naming.Condition(name, "one_of", codes))
        elif low or high:
            for text, op in ((low, "at_least"), (high, "at_most")):
                number = _whole(text) if text else None
                if text and number is None:
                    raise naming.NoRule(_("Tulis angka bulat, misalnya 3."))
                if number is not None:
                    conditions.append(naming.Condition(name, op, number=number))
        else:
            raise naming.NoRule(_("Pilih jawabannya dahulu."))
    areas: set[str] = set()
    for id_ in given.getlist("wilayah"):
        if id_ not in tree:
            raise Http404
        areas |= {leaf.id for leaf in tree.leaves()[tree.leaf_slice(id_)]}
    join = naming.ANY if given.get("gabung") == naming.ANY else naming.ALL
    rule = naming.Rule(record, tuple(conditions), join, frozenset(areas))
    naming.check(rule, pack)
    return rule


@people.office("names.list")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, village_id: str) -> HttpResponse:
    """Say whom to look for, see how many they are, then ask with a purpose."""
    activity = _activity(request, village_id)
    if activity is None:
        return redirect("process:lists", village_id=village_id)
    pack, tree = activity.pack, design.tree_of(activity)
    context: dict[str, Any] = {
        "village": people.area(village_id),
        "activity": activity,
        "askable": _offered(pack),
        "chosen": _chosen(request.GET, pack),
        "records": [(one.name, one.unit_label) for one in pack.records],
        "record": request.GET.get("satuan", "") or pack.main,
        "join": request.GET.get("gabung", naming.ALL),
        "areas": [
            (node.id, node.label, node.id in request.GET.getlist("wilayah"))
            for node in tree.nodes
            if node.id != tree.root.id
        ],
        "most": naming.policy().conditions,
    }
    status = 200
    try:
        rule = _asked(request.GET, pack, tree)
    except naming.NoRule as wrong:
        if request.GET.get("hitung") or request.method == "POST":
            context["wrong"] = str(wrong)
            status = 422
        return render(request, "process/list_new.html", context, status=status)
    found = lists.places(activity, rule)
    form = AskForm(request.POST if request.method == "POST" else None, pack=pack, rule=rule)
    context |= {
        "rule": naming.words(rule, pack, _language()),
        "found": len(found),
        "unit": pack.record(rule.record).unit_label,
        "form": form,
        "touched": naming.touched(rule, (), pack),
        "children": lists.children(activity, rule, found),
        "head": people.can(request.user, "names.allow", village_id),
    }
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = lists.ask(
                actor=request.user, activity_id=activity.id, rule=rule,
                columns=given["columns"], use=given["use"], purpose=given["purpose"],
                days=given["days"], now=timezone.now(),
            )  # fmt: skip
        except Refused as refused:
            form.add_error(refused.code if refused.code in form.fields else None, str(refused))
        else:
            return redirect("process:list", village_id=village_id, list_id=made.id)
    if form.errors:
        status = 422
    return render(request, "process/list_new.html", context, status=status)


def _offered(pack: design.Pack) -> list[tuple[str, list[tuple[str, str]]]]:
    language = _language()
    return [
        (
            pick(record.title, language),
            [
                (q.name, pick(q.label, language))
                for q in naming.askable(pack)
                if q.record == record.name
            ],
        )
        for record in pack.records
    ]


def _chosen(given: QueryDict, pack: design.Pack) -> list[dict[str, Any]]:
    """The questions that were picked, with what was answered for each."""
    language, dropped = _language(), set(given.getlist("buang"))
    known = {q.name: q for q in naming.askable(pack)}
    made = []
    for name in dict.fromkeys(given.getlist("tanya")):
        question = known.get(name)
        if question is None or name in dropped:
            continue
        picked = given.getlist(f"j.{name}")
        made.append(
            {
                "name": name,
                "label": pick(question.label, language),
                "choices": [
                    (c.code, pick(c.label, language), c.code in picked)
                    for c in pack.choices(question)
                ],
                "low": given.get(f"min.{name}", ""),
                "high": given.get(f"max.{name}", ""),
                "empty": bool(given.get(f"k.{name}")),
            }
        )
    return made


# -- one list ---------------------------------------------------------------------------------


def _about(one: NameList, request: HttpRequest) -> dict[str, Any]:
    now = timezone.now()
    activity = design.activity(one.activity_id)
    pack, rule, language = activity.pack, naming.read(one.rule), _language()
    tree = design.tree_of(activity)
    state = lists.listed(one, now)
    return {
        "village": people.area(one.village_id),
        "activity": activity,
        "one": one,
        "state": state,
        "rule": naming.words(rule, pack, language),
        "join": rule.join,
        "areas": [tree.node(id_).label for id_ in sorted(rule.areas) if id_ in tree],
        "unit": pack.record(rule.record).unit_label,
        "columns": [pick(pack.instrument.question(c).label, language) for c in one.columns],
        "use": naming.policy().uses.get(one.use, {}),
        "purpose": lists.purpose(one),
        "head_purpose": lists.purpose(one, "head_purpose"),
        "sensitive": [pick(pack.instrument.question(n).label, language) for n in one.sensitive],
        "may_open": lists.may_open(request.user, one, now),
        "may_decide": state == lists.WAITING
        and people.can(request.user, "names.allow", one.village_id),
        "may_close": state in (lists.WAITING, lists.READY),
        "sheet": one.id[:6].upper(),
    }


@people.office("names.list")
@never_cache
@require_safe
def detail(request: HttpRequest, village_id: str, list_id: str) -> HttpResponse:
    """What was asked for, by whom and what for. No name stands here."""
    one = _list(village_id, list_id)
    if not _may_see(request.user, one):
        raise Http404
    return render(request, "process/list.html", _about(one, request))


@people.office("names.list")
@never_cache
@require_POST
def show(request: HttpRequest, village_id: str, list_id: str) -> HttpResponse:
    """The names, as the answer to a press of the button."""
    now = timezone.now()
    try:
        one, opened = lists.open_list(
            actor=request.user, village_id=village_id, list_id=list_id,
            language=_language(), printed=False, now=now,
        )  # fmt: skip
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("process:list", village_id=village_id, list_id=list_id)
    context = _about(one, request) | {
        "lines": opened.lines,
        "left_out": opened.left_out,
        "heads": [label for label, _words in opened.lines[0].cells] if opened.lines else [],
        "now": now,
    }
    response = render(request, "process/list_names.html", context)
    response["Cache-Control"] = "no-store"
    return response


@people.office("names.list")
@never_cache
@require_POST
def printed(request: HttpRequest, village_id: str, list_id: str) -> HttpResponse:
    """The same list on paper, each page with who, when, what for and until when."""
    now = timezone.now()
    try:
        one, opened = lists.open_list(
            actor=request.user, village_id=village_id, list_id=list_id,
            language=_language(), printed=True, now=now,
        )  # fmt: skip
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("process:list", village_id=village_id, list_id=list_id)
    about = _about(one, request)
    [made] = typeset(
        [Path(__file__).with_name("names.typ")],
        _paper(one, opened, about, request, now),
        [Order("pdf")],
        private=True,
    )
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="daftar-{about["sheet"]}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


def _paper(
    one: NameList, opened: lists.Opened, about: Mapping[str, Any], request: HttpRequest, now: Any
) -> dict[str, Any]:
    language, village = _language(), about["village"]
    until = numbers.local_day(one.expires_at or now, village.time_zone)
    day = numbers.day(numbers.local_day(now, village.time_zone), language)
    clock = numbers.clock(now, village.time_zone, language)
    return {
        "language": language,
        "title": _("Daftar nama %(sheet)s") % {"sheet": about["sheet"]},
        "village": village.full_label,
        "rule": about["rule"],
        "joined": _("atau") if about["join"] == naming.ANY else _("dan"),
        "areas": about["areas"],
        "count": _("%(n)s %(unit)s")
        % {"n": numbers.whole(len(opened.lines), language), "unit": pick(about["unit"], language)},
        "purpose_label": _("Untuk"),
        "purpose": f"{pick(about['use'], language)}. {about['head_purpose'] or about['purpose']}",
        "mark": _("%(who)s · %(day)s, %(clock)s")
        % {"who": request.user.name, "day": day, "clock": clock},  # type: ignore[union-attr]
        "until": _("Berlaku sampai %(day)s. Sesudah itu musnahkan lembar ini.")
        % {"day": numbers.day(until, language)},
        "secret": _("RAHASIA: tidak untuk disalin, difoto, atau diteruskan."),
        "example": _("Contoh data: tempat dan orang di sini rekaan.") if village.is_example else "",
        "heads": [_("No."), _("Nama"), _("Wilayah"),
                  *([label for label, _w in opened.lines[0].cells] if opened.lines else []),
                  _("Sudah")],
        "rows": [
            [str(at), line.name, line.area, *[words for _label, words in line.cells], ""]
            for at, line in enumerate(opened.lines, 1)
        ],
        "left_out": _("%(n)s orang di bawah 18 tahun tidak ditampilkan.") % {"n": opened.left_out}
        if opened.left_out
        else "",
        "page": _("halaman"),
        "of": _("dari"),
    }  # fmt: skip


@people.office("names.allow")
@never_cache
@require_POST
def decide(request: HttpRequest, village_id: str, list_id: str) -> HttpResponse:
    allow = request.POST.get("putusan") == "izinkan"
    try:
        lists.decide(
            actor=request.user, village_id=village_id, list_id=list_id, allow=allow,
            purpose=request.POST.get("purpose", ""), now=timezone.now(),
        )  # fmt: skip
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Daftar diizinkan.") if allow else _("Permintaan ditolak."))
    return redirect("process:list", village_id=village_id, list_id=list_id)


@people.office("names.list")
@never_cache
@require_POST
def close(request: HttpRequest, village_id: str, list_id: str) -> HttpResponse:
    try:
        lists.revoke(actor=request.user, village_id=village_id, list_id=list_id, now=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Daftar ditutup. Nama-namanya tidak dapat dibuka lagi."))
    return redirect("process:lists", village_id=village_id)
