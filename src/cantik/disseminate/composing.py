"""The pages on which people add what no data can tell: the foreword, and the choice of figures."""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cantik.design import api as design
from cantik.kernel.problems import Refused
from cantik.kernel.text import pick
from cantik.ledger import api as ledger
from cantik.people import api as people
from cantik.protect import api as protect

from . import actions, poster
from .publication import FACTS


class ForewordForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Kata pengantar"),
        help_text=gettext_lazy(
            "Tulis dengan kata Bapak/Ibu sendiri: mengapa data ini dikumpulkan, siapa yang "
            "dimintai terima kasih, untuk apa dipakai. Baris kosong memulai alinea baru. Jangan "
            "menyebut keluarga atau orang yang didata. Kosongkan untuk menariknya."
        ),
        required=False,
        max_length=actions.LONGEST_FOREWORD,
        widget=forms.Textarea(attrs={"rows": 14}),
    )
    name = forms.CharField(
        label=gettext_lazy("Nama di bawahnya"),
        required=False,
        max_length=120,
    )


class FiguresForm(forms.Form):
    """One list for each place on the page; all empty lets the rule choose."""

    def __init__(self, *given: Any, listed: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        for at in range(1, poster.MOST + 1):
            self.fields[f"angka{at}"] = forms.ChoiceField(
                label=_("Angka ke-%(n)s") % {"n": at},
                choices=[("", _("(tidak ada)")), *listed],
                required=False,
            )

    def chosen(self) -> list[str]:
        given = self.cleaned_data
        return [one for name in sorted(self.fields) if (one := given.get(name, ""))]


def _activity(village_id: str, activity_id: str) -> design.ActivityInfo:
    """Raises Http404, also for the activity of another village."""
    found = design.activity(activity_id)
    if found.village_id != village_id:
        raise Http404
    return found


def _back(activity: design.ActivityInfo, fallback: str) -> HttpResponse:
    """To the proposal that is being prepared anew, else to the list."""
    going = protect.Proposal.objects.filter(
        activity_id=activity.id, state__in=["preparing", "waiting"]
    ).first()
    if going is not None:
        return redirect(
            "disseminate:proposal", village_id=activity.village_id, proposal_id=going.id
        )
    return redirect(fallback, village_id=activity.village_id)


@people.office("release.decide")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def foreword(request: HttpRequest, village_id: str, activity_id: str) -> HttpResponse:
    """The head types the foreword of the book."""
    activity = _activity(village_id, activity_id)
    kept = actions.foreword(activity.id)
    known = {"text": kept.text, "name": kept.name} if kept else {"name": request.user.name}  # type: ignore[union-attr]
    form = ForewordForm(request.POST if request.method == "POST" else None, initial=known)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.write_foreword(
                    actor=request.user,
                    activity_id=activity.id,
                    text=form.cleaned_data["text"],
                    name=form.cleaned_data["name"],
                    now=timezone.now(),
                )
            except Refused as refused:
                form.add_error(refused.code if refused.code in form.fields else None, str(refused))
            else:
                messages.success(request, _("Kata pengantar disimpan."))
                return _back(activity, "disseminate:approvals")
    context = {
        "village": people.area(village_id),
        "activity": activity,
        "form": form,
        "waiting": protect.Proposal.objects.filter(
            activity_id=activity.id, state="waiting"
        ).exists(),
    }
    return render(request, "disseminate/foreword.html", context, status=status)


@people.office("release.propose")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def figures(request: HttpRequest, village_id: str, activity_id: str) -> HttpResponse:
    """The agent chooses the figures of the infographic, or leaves them to the rule."""
    activity = _activity(village_id, activity_id)
    spoken = get_language() or "id"
    listed = [(one.id, pick(one.title, spoken)) for one in activity.pack.indicators]
    now_shown = _shown(activity)
    wanted = actions.wanted_figures(activity.id)
    start = {f"angka{at}": id_ for at, id_ in enumerate(wanted, 1)}
    form = FiguresForm(
        request.POST if request.method == "POST" else None, listed=listed, initial=start
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.choose_figures(
                    actor=request.user,
                    activity_id=activity.id,
                    indicators=form.chosen(),
                    now=timezone.now(),
                )
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("Pilihan angka disimpan."))
                return _back(activity, "disseminate:tables")
    titles = dict(listed)
    context = {
        "village": people.area(village_id),
        "activity": activity,
        "form": form,
        "wanted": wanted,
        "shown": [titles[id_] for id_ in now_shown if id_ in titles],
        "most": poster.MOST,
    }
    return render(request, "disseminate/figures.html", context, status=status)


def _shown(activity: design.ActivityInfo) -> list[str]:
    """The figures on the last infographic that was prepared."""
    last = (
        protect.Proposal.objects.filter(activity_id=activity.id)
        .exclude(proposed_edition_id="")
        .order_by("-proposed_at")
        .first()
    )
    if last is None:
        return []
    try:
        facts = json.loads(ledger.edition_file(last.proposed_edition_id, FACTS))
    except (ledger.Missing, ledger.NotOpened):
        return []
    shown: list[str] = facts.get("infographic", [])
    return shown
