"""The pages on which answers come in."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cantik.design import api as design
from cantik.kernel import problems as told
from cantik.kernel.numbers import whole
from cantik.kernel.problems import Problem, Refused, Severity
from cantik.kernel.states import NotNow
from cantik.kernel.text import pick
from cantik.ledger import api as ledger
from cantik.people import api as people

from . import actions, api, drafts, forms, marking
from .catalogue import PROBLEMS
from .checking import BLANK
from .meaning import Choices
from .models import Upload
from .workbook import NUMBER, columns, file_name, leaf_names, sheets

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FAULTS_ON_A_PAGE = 50
KINDS_ON_A_PAGE = 60  # each may bring three fields of a form; the server takes a thousand
ALL_OFFERED, SOME_OFFERED = 300, 30  # answers to choose from: all of a list, or those alike
SHOWN_UPLOADS = 20
COPIES = 20  # marked workbooks a person may fetch in a quarter of an hour


def _present(village_id: str, activity_id: str) -> design.ActivityInfo | None:
    """The activity asked for, else the latest one."""
    known = design.activities(village_id)
    if not activity_id:
        return known[0] if known else None
    found = next((one for one in known if one.id == activity_id), None)
    if found is None:
        raise Http404
    return found


@csrf_exempt  # only so that the way of taking in is set before the token is read; see below
def overview(request: HttpRequest, village_id: str) -> HttpResponseBase:
    """How far the collection is; get the form; send it."""
    taking = ledger.InMemory(request, limit=settings.MAX_WORKBOOK_BYTES)
    request.upload_handlers = [taking]
    return _overview(request, village_id=village_id, taking=taking)


@csrf_protect
@people.office("collect.progress")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def _overview(request: HttpRequest, village_id: str, taking: ledger.InMemory) -> HttpResponse:
    activity = _present(village_id, request.GET.get("kegiatan", ""))
    may_send = people.can(request.user, "collect.upload", village_id)
    prices = activity is not None and bool(activity.pack.series)
    form = forms.SendForm(prices=prices)
    if request.method == "POST":
        if not may_send or activity is None:
            raise Http404
        form = forms.SendForm(request.POST, request.FILES, prices=prices)
        form.too_large = actions.too_large() if taking.too_large else ""
        upload = _sent(request, form, activity) if form.is_valid() else None
        if upload is not None:
            return redirect("collect:upload", village_id=village_id, upload_id=upload.id)
    context: dict[str, Any] = {
        "village": people.area(village_id),
        "activity": activity,
        "known": design.activities(village_id),
        "form": form,
        "may_send": may_send,
    }
    if activity is not None:
        context |= _progress(activity)
        if may_send:
            sent = Upload.objects.filter(activity_id=activity.id, kind="workbook").select_related(
                "uploaded_by"
            )
            context["on_screen"] = Upload.objects.filter(
                activity_id=activity.id, kind="form"
            ).count()
            context["drafts"] = drafts.waiting(request.user, activity.id, timezone.now())
            context["uploads"] = [actions.settle(one) for one in sent[:SHOWN_UPLOADS]]
    return render(request, "collect/overview.html", context, status=422 if form.errors else 200)


def _sent(
    request: HttpRequest, form: forms.SendForm, activity: design.ActivityInfo
) -> Upload | None:
    data = form.cleaned_data["file"].read()
    try:
        return actions.receive(
            actor=request.user, activity_id=activity.id, data=data, now=timezone.now()
        )
    except Refused as refused:
        form.add_error("file", str(refused))
        return None


def _progress(activity: design.ActivityInfo) -> dict[str, Any]:
    tree = design.tree_of(activity)
    done, refused = api.progress(activity.id), api.refusals(activity.id)
    rows = [
        {
            "label": leaf.label,
            "above": tree.node(leaf.parent_id).label
            if leaf.parent_id is not None and leaf.parent_id in tree
            else "",
            "done": done.get(leaf.id, 0),
            "target": activity.kk_targets.get(leaf.id, 0),
            "refused": sum(refused.get(leaf.id, {}).values()),
        }
        for leaf in tree.leaves()
    ]
    return {
        "rows": rows,
        "done": sum(row["done"] for row in rows),
        "target": sum(row["target"] for row in rows),
        "refused": sum(row["refused"] for row in rows),
        "untold": any(not row["target"] for row in rows),
    }


@people.office("collect.upload")
@require_safe
def workbook(request: HttpRequest, village_id: str, activity_id: str) -> HttpResponse:
    activity = design.activity(activity_id)
    if activity.village_id != village_id:
        raise Http404
    name, data = actions.workbook(actor=request.user, activity_id=activity_id)
    answer = HttpResponse(data, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _upload(village_id: str, upload_id: str) -> Upload:
    found = Upload.objects.filter(pk=upload_id, village_id=village_id).first()
    if found is None:
        raise Http404
    return found


@people.office("collect.upload")
@never_cache
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, village_id: str, upload_id: str) -> HttpResponse:
    """What was read from a file: its faults with their remedies, what is new, accept or not."""
    one = actions.settle(_upload(village_id, upload_id))
    if request.method == "POST":
        return _decide(request, one)
    context: dict[str, Any] = {"village": people.area(village_id), "upload": one}
    job = ledger.job_state(one.job_id) if one.job_id else None
    if one.state in ("reading", "accepting"):
        context["job"] = job
        return render(request, "collect/working.html", context)
    activity = design.activity(one.activity_id)
    context["activity"] = activity
    context["form"] = forms.AcceptForm()
    context["stopped"] = job is not None and job.state == "failed"
    if one.report_id:
        report = actions.opened(one, one.report_id)
        listed = [_problem(raw) for raw in report["problems"]]
        # What is wrong with the file as a whole has no place to list and no group.
        context["whole"] = [_fault(p, activity) for p in listed if not p.sheet]
        page = Paginator([p for p in listed if p.sheet], FAULTS_ON_A_PAGE).get_page(
            request.GET.get("halaman")
        )
        context["page"] = page
        context["faults"] = [_fault(problem, activity) for problem in page]
        context["groups"] = (
            [] if one.summary.get("unread")
            else [_group(raw, activity, one) for raw in report["groups"][:KINDS_ON_A_PAGE]]
        )  # fmt: skip
        context["more_kinds"] = len(report["groups"]) - KINDS_ON_A_PAGE
        context["more"] = report["all"] - len(report["problems"])
        context["can_copy"] = page.paginator.count > 0 and actions.may_copy(request.user, one)
        context["can_mend"] = one.state in ("refused", "draft") and any(
            group["choices"] for group in context["groups"]
        )
    return render(request, "collect/upload.html", context)


def _decide(request: HttpRequest, one: Upload) -> HttpResponse:
    what = request.POST.get("what", "")
    given: dict[str, Any] = {
        "actor": request.user,
        "upload_id": one.id,
        "now": timezone.now(),
    }
    try:
        if what == "mend":
            mends = {
                (field, written): code
                for field, written, code in zip(
                    request.POST.getlist("field"),
                    request.POST.getlist("written"),
                    request.POST.getlist("code"),
                    strict=False,
                )
                if code
            }
            if not mends:
                raise Refused("nothing", _("Pilih dahulu jawaban yang dimaksud."))
            actions.mend(mends=mends, **given)
        elif what == "accept":
            actions.accept(keep_edits=request.POST.get("edits") != "file", **given)
        elif what == "discard":
            actions.discard(**given)
            messages.success(request, _("Berkas dibuang. Tidak ada isian yang tersimpan."))
            return redirect("collect:overview", village_id=one.village_id)
    except Refused as refused:
        messages.error(request, str(refused))
    except NotNow:
        messages.warning(request, _("Langkah ini sudah dilakukan."))
    return redirect("collect:upload", village_id=one.village_id, upload_id=one.id)


@people.office("collect.upload")
@require_POST
def again(request: HttpRequest, village_id: str, upload_id: str) -> HttpResponse:
    """Read a file again whose job ended badly."""
    one = _upload(village_id, upload_id)
    try:
        actions.mend(actor=request.user, upload_id=one.id, mends={}, now=timezone.now())
    except (Refused, NotNow) as refused:
        messages.error(request, str(refused))
    return redirect("collect:upload", village_id=village_id, upload_id=upload_id)


@people.office("collect.upload")
@never_cache
@require_POST
def marked(request: HttpRequest, village_id: str, upload_id: str) -> HttpResponse:
    """The sender's own workbook with its faults marked, made now and kept nowhere."""
    one = _upload(village_id, upload_id)
    now = timezone.now()
    if ledger.rate_limited(f"tandai:{request.user.pk}", limit=COPIES, seconds=15 * 60, now=now):
        messages.error(request, _("Terlalu sering mengunduh. Tunggu 15 menit, lalu coba lagi."))
        return redirect("collect:upload", village_id=village_id, upload_id=upload_id)
    data = actions.original(actor=request.user, upload_id=one.id, now=now)
    activity, village = design.activity(one.activity_id), people.area(village_id)
    report = actions.opened(one, one.report_id)
    marks = [_mark(_problem(raw), activity) for raw in report["problems"]]
    try:
        copy = marking.marked(
            data, marks, forms=_forms(activity), words=_copy_words(village, report)
        )
    except marking.TooMuch:
        messages.error(
            request,
            _("Berkas ini terlalu besar untuk disalin di sini. Kirim per dusun atau per RW."),
        )
        return redirect("collect:upload", village_id=village_id, upload_id=upload_id)
    name = file_name(village.name, activity.period, village.is_example)
    answer = HttpResponse(copy, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name.replace("formulir", "ditandai")}"'
    return answer


# -- words ------------------------------------------------------------------------------------


def _problem(raw: list[Any]) -> Problem:
    code, sheet, row, column, field, shown, suggestion, params = raw
    return Problem(
        code, PROBLEMS[code].severity, sheet, row, column, field, shown, params, suggestion
    )


def filled(problem: Problem, activity: design.ActivityInfo) -> told.Words:
    """Words of a problem; those of bounds and rules come from the pack."""
    language = get_language() or "id"
    params = {"main": sheets(activity.pack)[activity.pack.main], **problem.params}
    if problem.code == "rule":
        rule = next((r for r in activity.pack.rules if r.id == problem.field), None)
        if rule is not None:
            params |= {"why": pick(rule.message, language), "mend": pick(rule.remedy, language)}
    elif problem.code == "bounds":
        question = activity.pack.instrument.question(problem.field)
        params["why"] = pick(question.constraint_message, language)
    filled = Problem(
        problem.code, problem.severity, problem.sheet, problem.row, problem.column,
        problem.field, problem.shown, params, problem.suggestion,
    )  # fmt: skip
    return told.words(filled, PROBLEMS, gettext)


def _fault(problem: Problem, activity: design.ActivityInfo) -> dict[str, Any]:
    words = filled(problem, activity)
    parts = [problem.sheet]
    if problem.row:
        parts.append(_("baris %(row)s") % {"row": problem.row})
    if problem.column:
        parts.append(_("kolom %(column)s") % {"column": problem.column})
    if problem.field and problem.code != "rule":
        parts.append(f"({problem.field})")
    return {
        "place": " ".join(part for part in parts if part),
        "shown": problem.shown,
        "problem": words.message,
        "remedy": words.remedy,
    }


def _label(name: str, activity: design.ActivityInfo) -> str:
    """The words of a question; "" for what is none."""
    if name not in activity.pack.instrument.names():
        return ""
    return pick(activity.pack.instrument.question(name).label, get_language() or "id")


def _mark(problem: Problem, activity: design.ActivityInfo) -> marking.Mark:
    words = filled(problem, activity)
    return marking.Mark(
        problem.sheet, problem.row, problem.column, problem.severity,
        _label(problem.field, activity), problem.shown, words.message, words.remedy,
    )  # fmt: skip


def _forms(activity: design.ActivityInfo) -> dict[str, dict[str, marking.Column]]:
    pack = activity.pack
    return {
        name: {NUMBER: marking.Column(text=False)}
        | {
            q.name: marking.Column(
                text=not q.choices and q.kind != "integer", choices=q.choices or ""
            )
            for q in columns(pack, record)
        }
        for record, name in sheets(pack).items()
    }


def _copy_words(village: people.AreaInfo, report: dict[str, Any]) -> marking.Words:
    left_out = report["all"] - len(report["problems"])
    notes = [
        _("Perbaiki sel yang diberi warna, simpan, lalu kirim lagi lewat halaman Pendataan."),
        _("Tiap sel berwarna mempunyai catatan: apa yang perlu diperbaiki dan caranya."),
        _("Berkas ini memuat nama dan nomor warga. Hapus sesudah dipakai; jangan diteruskan."),
    ]
    if village.is_example:
        notes.insert(0, _("CONTOH DATA. Tempat, orang, dan angka di sini rekaan."))
    return marking.Words(
        title=_("Yang perlu dilihat di berkas ini"),
        notes=notes,
        headings=(
            _("Tempat"), _("Pertanyaan"), _("Sekarang"), _("Yang perlu diperbaiki"),
            _("Caranya"), _("Sifat"),
        ),
        kinds={
            Severity.REFUSE: _("Berkas ditolak"),
            Severity.WAIT: _("Boleh menunggu"),
            Severity.NOTE: _("Sekadar dilihat"),
        },
        more=_("Masih ada %(n)s lagi. Perbaiki dahulu yang di atas, lalu kirim lagi.")
        % {"n": whole(left_out)} if left_out else "",
    )  # fmt: skip


def _offered(
    pack: design.Pack, question: design.Question, shown: str, suggestion: str
) -> list[tuple[str, str]]:
    """The answers one may choose: of a long list those alike, or the page would not open."""
    language = get_language() or "id"
    listed = {c.code: f"{c.code} = {pick(c.label, language)}" for c in pack.choices(question)}
    if len(listed) <= ALL_OFFERED:
        return list(listed.items())
    labels = {c.code: pick(c.label, "id") for c in pack.choices(question)}
    alike = Choices(labels).nearest(shown, SOME_OFFERED)
    codes = dict.fromkeys([suggestion, *alike] if suggestion in listed else alike)
    return [(code, listed[code]) for code in codes]


def _group(raw: list[Any], activity: design.ActivityInfo, one: Upload) -> dict[str, Any]:
    code, sheet, field, shown, suggestion, severity, count, rows = raw
    problem = Problem(code, PROBLEMS[code].severity, sheet, 0, "", field, shown, {}, suggestion)
    words = filled(problem, activity)
    tone = {Severity.REFUSE: "bad", Severity.WAIT: "warn"}.get(Severity(severity), "info")
    choices: list[tuple[str, str]] = []
    if code == "unknown_code" and one.file_id:
        question = activity.pack.instrument.question(field)
        if question.role == "area":
            tree = design.tree_of(activity)
            choices = [(leaf_id, name) for name, leaf_id in leaf_names(tree).items()]
        else:
            choices = _offered(activity.pack, question, shown, suggestion)
            choices.append((BLANK, _("(kosongkan isian ini)")))
    return {
        "title": words.title,
        "message": words.message,
        "remedy": words.remedy,
        "tone": tone,
        "sheet": sheet,
        "field": field,
        "label": _label(field, activity),
        "shown": shown,
        "count": count,
        "rows": ", ".join(str(row) for row in rows if row),
        "more": max(0, count - len(rows)),
        "choices": choices,
        "suggestion": suggestion,
    }
