"""The office's page for loading a yearly sheet, and which sheets stand."""

import dataclasses
import io
from typing import Any

import xlsxwriter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from cantik.kernel import problems, scorecard
from cantik.kernel.problems import Problem, Severity
from cantik.ledger import api as ledger
from cantik.people import api as people

from . import reading, rulebooks, tables
from .faults import FAULTS
from .forms import LoadForm
from .models import Sheet

NAME = "evaluasi_desa_cantik"
NUMBERS = ("found", "wanted", "low", "high")
MAY_LOAD = ("coach.lead", "system.admin")


def _check(request: HttpRequest) -> None:
    if not any(people.areas_with(request.user, one) for one in MAY_LOAD):
        raise people.NotAllowed


@csrf_exempt  # only so that the way of taking in is set before the token is read; see below
def overview(request: HttpRequest) -> HttpResponse:
    taking = ledger.InMemory(request, limit=tables.LARGEST)
    request.upload_handlers = [taking]
    return _overview(request, taking)


@csrf_protect
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def _overview(request: HttpRequest, taking: ledger.InMemory) -> HttpResponse:
    _check(request)
    posted = request.method == "POST"
    form = LoadForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        initial={"year": timezone.localdate().year},
    )
    found: list[Problem] = []
    if taking.too_large:
        form.add_error("file", _("Berkas lebih dari 2 MB."))
    elif form.is_valid():
        content, found = _read(form.cleaned_data)
        if content is not None and not found:
            _made, new = rulebooks.put(content=content, actor=request.user, now=timezone.now())
            messages.success(
                request,
                _("Lembar dimuat.")
                if new
                else _("Lembar yang sama sudah ada; tidak ada yang berubah."),
            )
            return redirect("assess:loading")
    context: dict[str, Any] = {
        "form": form,
        "faults": [_fault(one) for one in found],
        "books": [
            {"book": one, "items": len(one.card.items()),
             "who": people.person_name(one.loaded_by_id),
             "sheets": Sheet.objects.filter(rulebook_id=one.hash).count()}
            for one in _books()
        ],
        "columns": tables.COLUMNS,
    }  # fmt: skip
    status = 422 if form.errors or found else 200
    return render(request, "assess/loading.html", context, status=status)


def _books() -> list[rulebooks.RulebookInfo]:
    rulebooks.ensure(now=timezone.now())
    return rulebooks.rulebooks(rulebooks.SCORECARD)


def _read(words: Any) -> tuple[dict[str, Any] | None, list[Problem]]:
    """(content, problems) of what was sent: a table, or a rulebook as YAML."""
    data = words["file"].read()
    if not _is_yaml(data):
        made = tables.read(
            data,
            tables.Wishes(
                NAME, words["title"].strip(), words["year"], f"{words['year']}.muat",
                words["combine"], words["total"], words["source"].strip(), words["complete"],
            ),
        )  # fmt: skip
        return made.content, list(made.problems)
    try:
        content = reading.read_yaml(data)
        if content.get("kind") != rulebooks.SCORECARD:
            return None, [Problem("kind_other", Severity.REFUSE)]
        rulebooks.check(content)
    except reading.NotReadable as wrong:
        return None, [Problem(wrong.code, Severity.REFUSE, params={"given": wrong.place})]
    except scorecard.BadScorecard as wrong:
        return None, list(wrong.problems)
    return content, []


def _is_yaml(data: bytes) -> bool:
    """By its content: a rulebook says in a line of its own what kind it is; a table never does."""
    return any(line.startswith(b"kind:") for line in data.splitlines()[:400])


def _fault(one: Problem) -> dict[str, str]:
    if not (get_language() or "id").startswith("en"):
        numbers = {k: v.replace(".", ",") for k, v in one.params.items() if k in NUMBERS}
        one = dataclasses.replace(one, params={**one.params, **numbers})
    words = problems.words(one, FAULTS, _)
    place = one.field.replace("/", " › ")
    if one.row:
        row = _("Baris %(n)s") % {"n": one.row}
        place = f"{row}: {place}" if place else row
    return {
        "place": place or _("Berkas"),
        "shown": one.params.get("given", "") or one.params.get("found", ""),
        "problem": words.message,
        "remedy": words.remedy,
    }


@login_required
@require_safe
def sample(request: HttpRequest) -> HttpResponse:
    """The table to begin with: its heads, and two questions made up to show how it goes."""
    _check(request)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet("lembar")
    bold = book.add_format({"bold": True})
    for at, head in enumerate(tables.COLUMNS):
        page.write_string(0, at, head, bold)
    rows = [
        [
            "A",
            "Contoh bagian",
            100,
            "A.1",
            "Contoh pertanyaan pertama",
            60,
            "a",
            "Ada",
            1,
            "",
            "SK",
        ],
        ["", "", "", "", "", "", "b", "Tidak ada", 0, "", ""],
        ["", "", "", "A.2", "Contoh pertanyaan kedua", 40, "a", "Lengkap", 2, "Semua ada", ""],
        ["", "", "", "", "", "", "b", "Sebagian", 1, "", ""],
        ["", "", "", "", "", "", "c", "Belum", 0, "", ""],
    ]
    for line, row in enumerate(rows, start=1):
        for at, cell in enumerate(row):
            if cell != "":
                page.write(line, at, cell)
    page.set_column(0, len(tables.COLUMNS) - 1, 18)
    page.freeze_panes(1, 0)
    book.close()
    response = HttpResponse(
        out.getvalue(),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    response["Content-Disposition"] = 'attachment; filename="contoh-lembar.xlsx"'
    return response
