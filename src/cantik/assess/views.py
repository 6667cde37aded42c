"""The pages of sheets: the list, a sheet, a question, how the score came about, paper, evidence."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cantik.kernel import numbers, scorecard
from cantik.kernel.problems import Refused
from cantik.kernel.states import NotNow
from cantik.kernel.text import pick
from cantik.ledger import api as ledger
from cantik.look.printing import Order, typeset
from cantik.people import api as people

from . import api, evidence, rulebooks, sheets, showing
from .forms import EvidenceForm
from .sheets import SheetInfo

RIGHTS = ("coach.view", "coach.work", "coach.lead")


def _language() -> str:
    return get_language() or "id"


def _sheet(request: HttpRequest, village_id: str, sheet_id: str) -> SheetInfo:
    found = sheets.sheet(sheet_id)
    if found.area_id != village_id or not sheets.may_see(request.user, found):
        raise Http404
    return found


def _item(sheet: SheetInfo, item_id: str) -> scorecard.Item:
    found = sheet.card.item(item_id)
    if found is None:
        raise Http404
    return found


# -- the list -----------------------------------------------------------------------------------


@people.office(*RIGHTS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest, village_id: str) -> HttpResponse:
    """Sheets of a village, and those that may be begun."""
    village = people.area(village_id)
    year = people.today(village).year
    offered = [
        one for one in _offered(year) if sheets.may_open(request.user, one, village_id)
    ]  # fmt: skip
    if request.method == "POST":
        wanted = next((one for one in offered if one.hash == request.POST.get("lembar")), None)
        if wanted is None:
            raise Http404
        made = sheets.open_sheet(
            actor=request.user, rulebook=wanted.hash, area_id=village_id, year=year,
            now=timezone.now(),
        )  # fmt: skip
        return redirect("assess:sheet", village_id=village_id, sheet_id=made.id)
    found = [one for one in sheets.sheets(village_id) if sheets.may_see(request.user, one)]
    begun = {(one.rulebook.hash, one.year) for one in found}
    context = {
        "village": village,
        "rows": [_row(one) for one in found],
        "offered": [one for one in offered if (one.hash, year) not in begun],
        "year": year,
    }
    return render(request, "assess/sheets.html", context)


def _offered(year: int) -> list[rulebooks.RulebookInfo]:
    """The scorecards that hold this year, one of each name."""
    rulebooks.ensure(now=timezone.now())
    names = sorted({one.name for one in rulebooks.rulebooks(rulebooks.SCORECARD)})
    return [rulebooks.latest(name, year) for name in names]


def _row(one: SheetInfo) -> dict[str, Any]:
    turn = one.answering
    known = [item for item in one.card.items() if item.known]
    left = len(sheets.unanswered(one, turn.id)) if turn else 0
    return {"one": one, "turn": turn, "answered": len(known) - left, "items": len(known)}


# -- a sheet ------------------------------------------------------------------------------------


@people.office(*RIGHTS)
@never_cache
@require_safe
def detail(request: HttpRequest, village_id: str, sheet_id: str) -> HttpResponse:
    """Its questions by section, what is answered, and the step that comes next."""
    one = _sheet(request, village_id, sheet_id)
    language = _language()
    given = sheets.standing(sheet_id)
    own = sheets.own_layer(request.user, one)
    turn = one.answering
    left = sheets.unanswered(one, turn.id) if turn else []
    context = _about(one) | {
        "own": own,
        "left": len(left),
        "next": left[0].id if left else None,
        "sections": [
            {
                "title": section.title,
                "lines": [_line(one, item, given, language) for item in section.items()],
            }
            for section in one.card.sections
        ],
        "results": _results(one, language),
        "returns": sheets.returns(sheet_id),
        "names": people.names_of(back.by_id for back in sheets.returns(sheet_id)),
        "taken": turn is not None
        and own is None
        and people.can(request.user, turn.capability, village_id),
        "alone": len(one.layers) == 1,
        "reviewing": one.state == "reviewing",
    }
    return render(request, "assess/sheet.html", context)


def _about(one: SheetInfo) -> dict[str, Any]:
    content = one.rulebook.content
    return {
        "village": people.area(one.area_id),
        "sheet": one,
        "book": one.rulebook,
        "lead": content.get("lead"),
        "warning": content.get("warning"),
        "unread": content.get("unread") or [],
        "unconfirmed": bool(content.get("unconfirmed")),
        "added": one.card.combine != scorecard.NONE,
        "official": one.rulebook.complete and not content.get("mirror"),
        "mirror": bool(content.get("mirror")),
    }


def _line(
    one: SheetInfo, item: scorecard.Item, given: Mapping[Any, sheets.Given], language: str
) -> dict[str, Any]:
    said = [(layer, given.get((layer.id, item.id))) for layer in one.layers]
    answers = [
        (pick(layer.title, language), showing.chosen(item, got.choice, language))
        for layer, got in said
        if got is not None and got.choice
    ]
    choices = {got.choice for _layer, got in said if got is not None and got.choice}
    return {"item": item, "answers": answers, "differ": len(choices) > 1}


def _results(one: SheetInfo, language: str) -> list[showing.Result]:
    """The totals of the layers that have answered anything; none for an example or side by side."""
    if not sheets.scored(one.rulebook.content):
        return []
    made = []
    for layer in one.layers:
        tree = sheets.score(one.id, layer.id)
        if tree.answered:
            made.append(showing.result(one, layer, tree, language))
    return made


@people.office(*RIGHTS)
@never_cache
@require_safe
def steps(request: HttpRequest, village_id: str, sheet_id: str) -> HttpResponse:
    """How the score came about, down to each question."""
    one = _sheet(request, village_id, sheet_id)
    language = _language()
    layer = _layer(request, one)
    tree = sheets.score(sheet_id, layer.id)
    context = _about(one) | {
        "layer": layer,
        "layers": one.layers,
        "steps": showing.steps(one, tree, language),
        "result": showing.result(one, layer, tree, language),
        "scored": sheets.scored(one.rulebook.content),
        "combine": one.card.combine,
        "bands": _bands(one.card, language),
    }
    return render(request, "assess/steps.html", context)


def _layer(request: HttpRequest, one: SheetInfo) -> rulebooks.Layer:
    wanted = request.GET.get("pihak", "")
    found = next((layer for layer in one.layers if layer.id == wanted), None)
    if wanted and found is None:
        raise Http404
    return found or (one.layers[0] if one.state == "answering" else one.layers[-1])


def _bands(card: scorecard.Scorecard, language: str) -> list[tuple[str, str, str]]:
    """(title, from, below) of each band; "" for the one that reaches the top."""
    lows = [one.low for one in card.bands]
    return [
        (pick(one.title, language), showing.number(one.low, language),
         showing.number(after, language) if after is not None else "")
        for one, after in zip(card.bands, [*lows[1:], None], strict=False)
    ]  # fmt: skip


# -- a question ---------------------------------------------------------------------------------


@people.office(*RIGHTS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, village_id: str, sheet_id: str, item_id: str) -> HttpResponse:
    """One question: what each side says, its evidence, and the own answer."""
    one = _sheet(request, village_id, sheet_id)
    item = _item(one, item_id)
    wrong = ""
    typed: dict[str, str] | None = None
    if request.method == "POST":
        typed = {"choice": _typed(request, item), "words": request.POST.get("penjelasan", "")}
        seen = request.POST.get("dilihat", "")
        try:
            sheets.answer(
                actor=request.user, sheet_id=sheet_id, item=item_id, choice=typed["choice"],
                words=typed["words"], seen=int(seen) if seen.isdigit() else None,
                now=timezone.now(),
            )  # fmt: skip
        except Refused as refused:
            wrong = str(refused)
        else:
            return _after(request, one, item)
    context = _question(request, one, item, typed) | {"wrong": wrong}
    return render(request, "assess/question.html", context, status=422 if wrong else 200)


def _typed(request: HttpRequest, item: scorecard.Item) -> str:
    """The answer of the form as it is kept: a decimal comma becomes a point."""
    if item.kind == scorecard.RATIO:
        above, below = (request.POST.get(name, "").strip() for name in ("dari", "semua"))
        return f"{above}/{below}" if above or below else ""
    given = request.POST.get("jawaban", "").strip()
    return given.replace(",", ".") if item.kind == scorecard.NUMBER else given


def _after(request: HttpRequest, one: SheetInfo, item: scorecard.Item) -> HttpResponse:
    """To the next question, or back to the sheet after the last."""
    items = [each.id for each in one.card.items()]
    at = items.index(item.id) + 1
    if "selesai" in request.POST or at == len(items):
        messages.success(request, _("Jawaban tersimpan."))
        return redirect("assess:sheet", village_id=one.area_id, sheet_id=one.id)
    return redirect("assess:item", village_id=one.area_id, sheet_id=one.id, item_id=items[at])


def _question(
    request: HttpRequest, one: SheetInfo, item: scorecard.Item, typed: dict[str, str] | None
) -> dict[str, Any]:
    language = _language()
    given = sheets.standing(one.id)
    own = sheets.own_layer(request.user, one) if item.known else None
    standing = given.get((own.id, item.id)) if own else None
    standing = standing or sheets.Given(item.id, own.id if own else "")
    choice = typed["choice"] if typed else standing.choice
    items = [each.id for each in one.card.items()]
    at = items.index(item.id)
    above, _slash, below = choice.partition("/")
    history = sheets.history(one.id, item.id)
    beside = showing.beside(one, item, given, language)
    return _about(one) | {
        "item": item,
        "own": own,
        "number": at + 1,
        "total": len(items),
        "before": items[at - 1] if at else None,
        "after": items[at + 1] if at + 1 < len(items) else None,
        "section": one.card.section_of(item.id),
        "choice": choice,
        "shown": choice.replace(".", ",") if not language.startswith("en") else choice,
        "above": above,
        "below": below,
        "words": typed["words"] if typed else standing.words,
        "seen": standing.number,
        "options": [
            (option, showing.number(option.score, language) if item.kind == "options" else "")
            for option in item.options
        ],
        "beside": beside if any(b.number for b in beside) else [],
        "differ": len({b.answer for b in beside if b.number}) > 1,
        "history": [
            (got, showing.chosen(item, got.choice, language), _layer_title(one, got, language))
            for got in history
        ],
        "names": people.names_of(got.by_id for got in history if got.by_id),
        "evidence": sheets.evidence_on(one.id).get(item.id, []),
        "proposed": _proposed(one, item),
        "kept": [
            each
            for each in evidence.evidence_of(one.area_id)
            if each.id not in {used.id for used in sheets.evidence_on(one.id).get(item.id, [])}
        ][:12]
        if own
        else [],
        "longest": sheets.LONGEST,
    }


def _layer_title(one: SheetInfo, got: sheets.Given, language: str) -> str:
    return next((pick(each.title, language) for each in one.layers if each.id == got.layer), "")


def _proposed(one: SheetInfo, item: scorecard.Item) -> list[api.Found]:
    """What the house itself holds that may prove this, without what is on the sheet already."""
    used = {(e.thing, e.thing_id) for e in sheets.evidence_on(one.id).get(item.id, [])}
    return [
        found
        for name in item.propose
        if name in api.PROPOSE
        for found in api.PROPOSE[name](one, item.id)
        if (found.thing, found.thing_id) not in used
    ]


# -- moving -------------------------------------------------------------------------------------

MOVES: dict[str, tuple[Callable[..., SheetInfo], str]] = {
    "kirim": (sheets.submit, "answering"),
    "kembalikan": (sheets.send_back, "reviewing"),
    "selesai": (sheets.close, "reviewing"),
}


@people.office(*RIGHTS)
@never_cache
@require_POST
def move(request: HttpRequest, village_id: str, sheet_id: str, verb: str) -> HttpResponse:
    """Send, send back, finish. Pressed twice, it is done once and the same page is shown."""
    one = _sheet(request, village_id, sheet_id)
    if verb not in MOVES:
        raise Http404
    act, wanted = MOVES[verb]
    given: dict[str, Any] = {"actor": request.user, "sheet_id": sheet_id, "now": timezone.now()}
    if verb == "kembalikan":
        given["why"] = request.POST.get("alasan", "")
    try:
        if one.state == wanted:
            act(**given)
            messages.success(request, _said(verb, len(one.layers) == 1))
        else:
            messages.info(request, _("Langkah ini sudah dilakukan."))
    except NotNow:
        messages.info(request, _("Langkah ini sudah dilakukan."))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("assess:sheet", village_id=village_id, sheet_id=sheet_id)


def _said(verb: str, alone: bool) -> str:
    if verb == "kembalikan":
        return _("Lembar dikembalikan dengan catatan.")
    if verb == "kirim" and not alone:
        return _("Lembar terkirim.")
    return _("Lembar selesai. Isinya tidak berubah lagi.")


# -- evidence -----------------------------------------------------------------------------------


@csrf_exempt  # checked by the inner view, once the file is let in only up to its limit
def add_evidence(
    request: HttpRequest, village_id: str, sheet_id: str, item_id: str
) -> HttpResponseBase:
    taking = ledger.InMemory(request, limit=evidence.LARGEST)
    request.upload_handlers = [taking]
    return _add_evidence(
        request, village_id=village_id, sheet_id=sheet_id, item_id=item_id, taking=taking
    )


@csrf_protect
@people.office(*RIGHTS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def _add_evidence(
    request: HttpRequest, village_id: str, sheet_id: str, item_id: str, taking: ledger.InMemory
) -> HttpResponse:
    """Add a file to a question."""
    one = _sheet(request, village_id, sheet_id)
    item = _item(one, item_id)
    sheets.check_own_layer(request.user, one) if request.method == "POST" else None
    form = EvidenceForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        kinds=item.evidence, rulebook=one.rulebook,
    )  # fmt: skip
    if request.method == "POST":
        if taking.too_large:
            form.add_error("file", _("Berkas lebih dari 10 MB. Perkecil atau pindai lebih ringan."))
        elif form.is_valid():
            words = form.cleaned_data
            now = timezone.now()
            try:
                made = evidence.add_evidence(
                    actor=request.user, area_id=village_id, kind=words["kind"],
                    title=words["title"], data=words["file"].read(), number=words["number"],
                    dated=words["dated"], now=now,
                )  # fmt: skip
                sheets.use_evidence(
                    actor=request.user, sheet_id=sheet_id, item=item_id, evidence_id=made.id,
                    now=now,
                )  # fmt: skip
            except Refused as refused:
                form.add_error("title" if refused.code == "title" else "file", str(refused))
            else:
                messages.success(request, _("Bukti tersimpan."))
                return redirect(
                    "assess:item", village_id=village_id, sheet_id=sheet_id, item_id=item_id
                )
    context = _about(one) | {"item": item, "form": form}
    return render(request, "assess/evidence.html", context, status=422 if form.errors else 200)


@people.office(*RIGHTS)
@never_cache
@require_POST
def use(request: HttpRequest, village_id: str, sheet_id: str, item_id: str) -> HttpResponse:
    """Take evidence that is there, or a thing the house proposes; or take it off the question."""
    one = _sheet(request, village_id, sheet_id)
    item = _item(one, item_id)
    now = timezone.now()
    given: dict[str, Any] = {
        "actor": request.user, "sheet_id": sheet_id, "item": item_id, "now": now,
    }  # fmt: skip
    try:
        if request.POST.get("lepas"):
            sheets.drop_use(evidence_id=request.POST["lepas"], **given)
        elif request.POST.get("bukti"):
            sheets.use_evidence(evidence_id=request.POST["bukti"], **given)
        else:
            thing, _colon, thing_id = request.POST.get("hal", "").partition(":")
            found = next(
                (f for f in _proposed(one, item) if (f.thing, f.thing_id) == (thing, thing_id)),
                None,
            )
            if found is None:
                raise Http404
            sheets.check_own_layer(request.user, one)
            made = evidence.add_evidence(
                actor=request.user, area_id=village_id, kind=found.thing, title=found.label,
                thing=found.thing, thing_id=found.thing_id, now=now,
            )  # fmt: skip
            sheets.use_evidence(evidence_id=made.id, **given)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("assess:item", village_id=village_id, sheet_id=sheet_id, item_id=item_id)


@login_required
@never_cache
@require_safe
def download(request: HttpRequest, evidence_id: str) -> HttpResponse:
    """The file as it was received, never shown inside a page."""
    found = evidence.evidence(evidence_id)
    if not evidence.may_see(request.user, found.area_id):
        raise Http404
    try:
        data = evidence.evidence_file(evidence_id)
    except ledger.Missing:
        raise Http404 from None
    response = HttpResponse(data, content_type=found.media)
    response["Content-Disposition"] = f'attachment; filename="{found.file_name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox"
    response["Cache-Control"] = "no-store"
    return response


@people.office(*RIGHTS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, village_id: str, evidence_id: str) -> HttpResponse:
    """About one piece of evidence, and taking it back with a reason."""
    found = evidence.evidence(evidence_id)
    if found.area_id != village_id:
        raise Http404
    wrong = ""
    if request.method == "POST":
        try:
            evidence.withdraw_evidence(
                actor=request.user, evidence_id=evidence_id, why=request.POST.get("alasan", ""),
                now=timezone.now(),
            )  # fmt: skip
        except Refused as refused:
            wrong = str(refused)
        else:
            messages.success(request, _("Bukti ditarik. Berkasnya dihapus, catatannya tetap ada."))
            return redirect("assess:evidence", village_id=village_id, evidence_id=evidence_id)
    used = []
    for sheet_id, item_id in evidence.uses(evidence_id):
        one = sheets.sheet(sheet_id)
        if sheets.may_see(request.user, one):
            used.append((one, one.card.item(item_id)))
    context = {
        "village": people.area(village_id),
        "one": found,
        "owner": people.person_name(found.owner_id),
        "by": people.person_name(found.withdrawn_by_id),
        "used": used,
        "may_edit": evidence.may_edit(request.user, village_id) and found.stands,
        "wrong": wrong,
    }
    return render(request, "assess/withdraw.html", context, status=422 if wrong else 200)


# -- paper --------------------------------------------------------------------------------------


@people.office(*RIGHTS)
@never_cache
@require_safe
def printed(request: HttpRequest, village_id: str, sheet_id: str) -> HttpResponse:
    """The sheet on paper: every question with what each side says, and the steps of the score."""
    one = _sheet(request, village_id, sheet_id)
    [made] = typeset(
        [Path(__file__).with_name("sheet.typ")], _paper(one), [Order("pdf")], private=True
    )
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="lembar-{one.id[:8]}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


def _paper(one: SheetInfo) -> dict[str, Any]:
    language, village = _language(), people.area(one.area_id)
    content = one.rulebook.content
    given = sheets.standing(one.id)
    proof = sheets.evidence_on(one.id)
    now = timezone.now()
    scored = sheets.scored(content)
    sections = []
    for section in one.card.sections:
        lines = []
        for item in section.items():
            lines.append(
                {
                    "id": item.id,
                    "title": pick(item.title, language),
                    "said": [
                        {"who": b.title, "answer": b.answer, "score": b.score, "words": b.words}
                        for b in showing.beside(one, item, given, language)
                    ],
                    "evidence": [
                        e.title + ("" if e.stands else f" ({_('ditarik')})")
                        for e in proof.get(item.id, [])
                    ],
                    "unread": "" if item.known else _("Pilihan jawabannya belum kami ketahui."),
                }
            )
        sections.append({"title": pick(section.title, language), "lines": lines})
    totals = []
    for layer in one.layers if scored else ():
        tree = sheets.score(one.id, layer.id)
        if not tree.answered:
            continue
        totals.append(
            {
                "title": _("Nilai: %(layer)s") % {"layer": pick(layer.title, language)},
                "words": _result_words(showing.result(one, layer, tree, language)),
                "rows": [
                    [s.depth, s.title, s.answer, s.raw, s.weight, s.weighted]
                    for s in showing.steps(one, tree, language)
                ],
            }
        )
    state = {"answering": _("sedang diisi"), "reviewing": _("sedang dinilai")}
    return {
        "language": language,
        "title": pick(one.rulebook.title, language),
        "village": village.full_label,
        "year": str(one.year),
        "state": state.get(one.state, _("selesai")),
        "day": numbers.day(numbers.local_day(now, village.time_zone), language),
        "warning": pick(content.get("warning") or {}, language),
        "example": _("Contoh data: tempat dan orang di sini rekaan.") if village.is_example else "",
        "source": pick(one.rulebook.source, language),
        "hash": one.rulebook.hash[:12],
        "sections": sections,
        "totals": totals,
        "heads": [_("Bagian dan pertanyaan"), _("Jawaban"), _("Skor"), _("Bobot"), _("Sumbangan")],
        "said": {
            "evidence": _("Bukti"), "score": _("skor"), "page": _("halaman"), "of": _("dari"),
            "source": _("Sumber"), "printed": _("Dicetak"), "signs": _("Tanda tangan"),
        },
        "signs": [pick(layer.title, language) for layer in one.layers],
    }  # fmt: skip


def _result_words(one: showing.Result) -> str:
    if not one.value:
        return _(
            "%(n)s dari %(all)s pertanyaan terjawab; nilainya nanti antara %(a)s dan %(b)s."
        ) % {
            "n": one.answered, "all": one.items, "a": one.least, "b": one.most,
        }  # fmt: skip
    return f"{one.value} ({one.band})" if one.band else one.value
