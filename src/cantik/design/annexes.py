"""The pages of the metadata form: the activity, one variable, one indicator."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cantik.kernel.text import pick
from cantik.people import api as people
from cantik.people.api import office

from . import actions, api, metadata
from .models import Metadata

MONTH_DAY = "date"  # the browser's own field for a day


def _form_field(one: metadata.Field) -> forms.Field:
    label = f"{one.no} {one.label}".strip()
    if one.kind == "choice":
        return forms.ChoiceField(
            label=label, choices=[("", _("(belum diisi)")), *one.codes], required=False
        )
    if one.kind == "many":
        return forms.MultipleChoiceField(
            label=label,
            choices=list(one.codes),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
    if one.kind == "long":
        return forms.CharField(label=label, required=False, widget=forms.Textarea)
    if one.kind == "date":
        widget = forms.TextInput(attrs={"type": MONTH_DAY})
        return forms.CharField(label=label, required=False, widget=widget)
    if one.kind == "span":
        return _Span(label)
    if one.kind == "count":
        widget = forms.TextInput(attrs={"inputmode": "numeric"})
        return forms.CharField(label=label, required=False, widget=widget)
    return forms.CharField(label=label, required=False)


class _TwoDays(forms.MultiWidget):
    template_name = "design/two_days.html"

    def __init__(self, label: str) -> None:
        ends = (_("tanggal awal"), _("tanggal akhir"))
        super().__init__(
            [
                forms.TextInput(attrs={"type": MONTH_DAY, "aria-label": f"{label}, {end}"})
                for end in ends
            ]
        )

    def decompress(self, value: Any) -> list[Any]:
        begins, _slash, ends = str(value or "").partition("/")
        return [begins, ends]


class _Span(forms.MultiValueField):
    def __init__(self, label: str) -> None:
        parts = (forms.CharField(required=False), forms.CharField(required=False))
        super().__init__(
            parts, widget=_TwoDays(label), require_all_fields=False, label=label, required=False
        )

    def compress(self, data_list: Any) -> str:
        return "/".join(data_list) if data_list and any(data_list) else ""


class ActivityForm(forms.Form):
    """MS-Kegiatan: only what is asked by the answers so far."""

    def __init__(self, *given: Any, answers: dict[str, str], **named: Any) -> None:
        super().__init__(*given, **named)
        for one in metadata.form().fields():
            if metadata.applies(one, answers):
                self.fields[one.key] = _form_field(one)

    def answers(self) -> dict[str, str]:
        return {
            name: " ".join(value) if isinstance(value, list) else str(value or "")
            for name, value in self.cleaned_data.items()
        }

    def blocks(self) -> list[tuple[str, list[Any]]]:
        listed = [
            (block.title, [self[one.key] for one in block.fields if one.key in self.fields])
            for block in metadata.form().activity
        ]
        return [(title, fields) for title, fields in listed if fields]


def _initial(answers: dict[str, str]) -> dict[str, Any]:
    many = {one.key for one in metadata.form().fields() if one.kind == "many"}
    return {key: value.split() if key in many else value for key, value in answers.items()}


def _activity(village_id: str, activity_id: str) -> api.ActivityInfo:
    """Raises Http404, also for the activity of another village."""
    found = api.activity(activity_id)
    if found.village_id != village_id:
        raise Http404
    return found


@office("activity.open", "proposal.view")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def activity(request: HttpRequest, village_id: str, activity_id: str) -> HttpResponse:
    """MS-Kegiatan, filled in as far as it is known; and what may be added to variables. Only read
    by who sees proposals and does not run the activity: the walidata looks for what is missing."""
    one = _activity(village_id, activity_id)
    may_write = people.can(request.user, "activity.open", village_id)
    if request.method == "POST" and not may_write:
        raise people.NotAllowed
    area = people.area(village_id)
    kept = api.metadata_answers(one)
    form = ActivityForm(
        request.POST if request.method == "POST" else None, answers=kept, initial=_initial(kept)
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            answers = metadata.cleaned(form.answers())
            wrong = metadata.faults(answers, people.today(area))
            for key, (words, values) in wrong.items():
                form.add_error(key, _(words) % values)
            if not wrong:
                before = set(form.fields)
                actions.save_metadata(
                    actor=request.user,
                    activity_id=one.id,
                    part="activity",
                    about="",
                    answers=answers,
                    now=timezone.now(),
                )
                fields = metadata.form().fields()
                more = {f.key for f in fields if metadata.applies(f, answers)} - before
                messages.success(request, _("Metadata disimpan."))
                if more:
                    messages.info(
                        request,
                        _("Ada %(n)s pertanyaan lagi karena jawaban tadi.") % {"n": len(more)},
                    )
                return redirect("design:metadata", village_id=village_id, activity_id=one.id)
    spoken = get_language() or "id"
    told = Metadata.objects.filter(activity_id=one.id).first() or Metadata()
    asked = [f for f in metadata.form().fields() if metadata.applies(f, kept)]
    context = {
        "village": area,
        "activity": one,
        "form": form,
        "filled": sum(bool(kept.get(f.key)) for f in asked),
        "asked": len(asked),
        "source": metadata.form().source,
        "read": () if may_write else api.annex(one).activity,
        "variables": [
            (q.name, pick(q.label, spoken), q.name in told.variables)
            for q in metadata.described(one.pack)
        ],
        "indicators": [
            (i.id, pick(i.title, spoken), i.id in told.indicators) for i in one.pack.indicators
        ],
    }
    return render(request, "design/metadata.html", context, status=status)


PARTS = {"variabel": "variable", "indikator": "indicator"}


@office("activity.open")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def detail(
    request: HttpRequest, village_id: str, activity_id: str, kind: str, name: str
) -> HttpResponse:
    """What the village adds to the metadata of one variable or indicator."""
    one = _activity(village_id, activity_id)
    told = Metadata.objects.filter(activity_id=one.id).first() or Metadata()
    if kind not in PARTS:
        raise Http404
    if PARTS[kind] == "variable":
        question = next((q for q in metadata.described(one.pack) if q.name == name), None)
        if question is None:
            raise Http404
        title, fields, added = question.label, metadata.form().variable, told.variables
        lines = metadata.variable(one.pack, question, added.get(name, {}))
    else:
        indicator = next((i for i in one.pack.indicators if i.id == name), None)
        if indicator is None:
            raise Http404
        title, fields, added = indicator.title, metadata.form().indicator, told.indicators
        lines = metadata.indicator(one.pack, indicator, added.get(name, {}), "")
    form = forms.Form(
        request.POST if request.method == "POST" else None, initial=added.get(name, {})
    )
    for field in fields:
        form.fields[field.key] = forms.CharField(
            label=field.label,
            required=False,
            max_length=metadata.LONGEST[field.kind],
            widget=forms.Textarea if field.kind == "long" else forms.TextInput,
        )
    if request.method == "POST" and form.is_valid():
        actions.save_metadata(
            actor=request.user,
            activity_id=one.id,
            part=PARTS[kind],
            about=name,
            answers={key: " ".join(v.split()) for key, v in form.cleaned_data.items() if v.strip()},
            now=timezone.now(),
        )
        messages.success(request, _("Metadata disimpan."))
        return redirect("design:metadata", village_id=village_id, activity_id=one.id)
    context = {
        "village": people.area(village_id),
        "activity": one,
        "title": pick(title, get_language() or "id"),
        "form": form,
        "lines": lines,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "design/metadata_detail.html", context, status=status)
