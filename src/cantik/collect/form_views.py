"""The form on the screen: begin or go on, the page itself, and what its script asks for."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cantik.design import api as design
from cantik.kernel.numbers import clock
from cantik.kernel.problems import Problem, Refused, Severity
from cantik.kernel.text import pick
from cantik.look.policy import WITH_WASM
from cantik.people import api as people

from . import catalogue, drafts, instance, sending
from .checking import LONGEST_TEXT
from .models import Draft
from .reading import Unreadable
from .screens import NOTES, PLACE, Screen, screens
from .views import filled
from .workbook import sheets

SAVED, STALE, WRONG, LARGE = 200, 409, 422, 413
View = Callable[..., HttpResponseBase]


def _activity(village_id: str, activity_id: str) -> design.ActivityInfo:
    found = design.activity(activity_id)
    if found.village_id != village_id:
        raise Http404
    return found


@people.office("collect.upload")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, village_id: str, activity_id: str) -> HttpResponse:
    """One's own half-filled forms; begin a new one."""
    activity, now = _activity(village_id, activity_id), timezone.now()
    drafts.expire(now=now)
    if request.method == "POST":
        try:
            draft = drafts.start(actor=request.user, activity_id=activity.id, now=now)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("collect:fill", village_id=village_id, activity_id=activity_id)
        return redirect(
            "collect:form", village_id=village_id, activity_id=activity_id, draft_id=draft.id
        )
    context = {
        "village": people.area(village_id),
        "activity": activity,
        "built": drafts.built(),
        "drafts": drafts.mine(actor=request.user, activity=activity, now=now),
        "days": drafts.policy().days,
    }
    return render(request, "collect/fill.html", context)


def _own(view: Callable[..., HttpResponse]) -> View:
    """Hand the view one's own draft of this village and activity; 404 for every other."""

    @people.office("collect.upload")
    @never_cache
    @wraps(view)
    def guarded(
        request: HttpRequest, village_id: str, activity_id: str, draft_id: str
    ) -> HttpResponse:
        draft = drafts.own(request.user, draft_id, village_id, timezone.now())
        if draft.activity_id != activity_id:
            raise Http404
        return view(request, draft)

    return guarded


@_own
@ensure_csrf_cookie
@require_safe
def page(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The page on which the form is filled; the script asks for the rest."""
    activity = design.activity(draft.activity_id)
    context = {
        "village": people.area(draft.village_id),
        "activity": activity,
        "draft": draft,
        "built": drafts.built(),
    }
    answer = render(request, "collect/form.html", context)
    answer["Content-Security-Policy"] = WITH_WASM
    return answer


@_own
@require_safe
def content(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The form, what was typed so far, how its questions stand on screens, and all words."""
    activity = design.activity(draft.activity_id)
    pack, language = activity.pack, get_language() or "id"
    listed = [_screen(one, pack, language) for one in screens(pack, pack.main)]
    inside = screens(pack, pack.member) if pack.member else []
    named = [q.name for q in pack.instrument.of(pack.member) if q.role == "identity"]
    record = pack.records[-1]
    return JsonResponse(
        {
            "form": drafts.form(activity),
            "saved": drafts.opened(draft).decode(),
            "version": draft.version,
            "when": _when(draft) if draft.version else "",
            "screens": listed,
            "inside": [_screen(one, pack, language) for one in inside],
            "member": pack.member,
            "title": pick(record.title, language) if pack.member else "",
            "named": named[:1],
            "result": pack.result,
            "no_answers": sorted(pack.no_answers),
            "long": [q.name for q in pack.instrument.questions if q.role == "free"],
            "digits": [q.name for q in pack.instrument.questions if q.role == "key"] + ["nik"],
            "longest": LONGEST_TEXT,
            "words": _words(pick(record.unit_label, language)),
        }
    )


def _screen(one: Screen, pack: design.Pack, language: str) -> dict[str, Any]:
    title = {PLACE: _("Tempat dan kunjungan"), NOTES: _("Catatan")}.get(one.kind, "")
    title = title or pick(one.title, language) or pick(pack.record(one.record).title, language)
    if one.part:
        title = _("%(title)s, bagian %(n)s") % {"title": title, "n": one.part}
    return {"title": title, "names": one.names, "last": one.kind == NOTES}


def _when(draft: Draft) -> str:
    return clock(draft.saved_at, people.area(draft.village_id).time_zone, get_language() or "id")


def _body(request: HttpRequest) -> tuple[int, bytes] | None:
    """(version typed over, XML); None for what is larger than any form."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > instance.LARGEST:
        return None
    version = request.GET.get("versi", "")
    return int(version) if version.isdigit() and len(version) < 9 else -1, request.body


def fault(problem: Problem, activity: design.ActivityInfo) -> dict[str, Any]:
    words, named = filled(problem, activity), sheets(activity.pack)
    record, member = instance.place(problem.sheet, problem.row, named, activity.pack)
    names = [problem.field] if problem.field in activity.pack.instrument.names() else []
    if problem.code == "rule":
        names = design.involved(activity.pack, design.Verdict("rule", member, problem.field))
    return {
        "record": record, "member": member, "names": names, "severity": problem.severity,
        "message": words.message, "remedy": words.remedy,
    }  # fmt: skip


def _stale(draft: Draft) -> HttpResponse:
    return JsonResponse({"version": draft.version, "when": _when(draft)}, status=STALE)


def _unread(problems: list[Problem], activity: design.ActivityInfo, status: int) -> HttpResponse:
    return JsonResponse({"faults": [fault(p, activity) for p in problems]}, status=status)


@_own
@require_POST
def save(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Keep what is typed so far. 409 with the present version when it was saved elsewhere."""
    given, activity = _body(request), design.activity(draft.activity_id)
    if given is None:
        return _unread([catalogue.FORM_LARGE.problem()], activity, LARGE)
    try:
        draft = drafts.save(
            actor=request.user, draft_id=draft.id, village_id=draft.village_id,
            version=given[0], data=given[1], now=timezone.now(),
        )  # fmt: skip
    except drafts.Stale as stale:
        return _stale(stale.draft)
    except Unreadable as bad:
        return _unread(bad.problems, activity, WRONG)
    return JsonResponse({"version": draft.version, "when": _when(draft)})


@_own
@require_POST
def send(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Judge and store. 422 with faults where something refuses it; ``ask`` where the sender must
    say yes first; the address of the receipt where it is stored."""
    given, activity = _body(request), design.activity(draft.activity_id)
    if given is None:
        return _unread([catalogue.FORM_LARGE.problem()], activity, LARGE)
    try:
        found = sending.send(
            actor=request.user, draft_id=draft.id, village_id=draft.village_id,
            version=given[0], data=given[1], sure=request.GET.get("yakin", ""),
            now=timezone.now(),
        )  # fmt: skip
    except drafts.Stale as stale:
        return _stale(stale.draft)
    except Unreadable as bad:
        return _unread(bad.problems, activity, WRONG)
    if found.upload is not None:
        place = {"village_id": draft.village_id, "upload_id": found.upload.id}
        return JsonResponse(
            {"state": found.state, "receipt": reverse("collect:upload", kwargs=place)}
        )
    return JsonResponse(
        {
            "state": found.state,
            "faults": [fault(p, activity) for p in found.problems],
            "mark": found.mark,
            "notes": notes(found, activity),
        },
        status=WRONG if found.state == "refused" else SAVED,
    )


def notes(found: sending.Outcome, activity: design.ActivityInfo) -> list[str]:
    """What the sender is asked before anything is stored."""
    told = []
    unit = pick(activity.unit, get_language() or "id")
    if found.verdict == "changed":
        words = (
            _("%(unit)s dengan nomor ini sudah tersimpan di %(place)s. Isian ini menggantikannya.")
            if found.place
            else _("%(unit)s dengan nomor ini sudah tersimpan. Isian ini menggantikannya.")
        )
        told.append(words % {"unit": unit.capitalize(), "place": found.place})
    if found.clashes:
        told.append(
            ngettext(
                "%(n)s jawaban yang pernah diperbaiki di kantor tetap dipakai.",
                "%(n)s jawaban yang pernah diperbaiki di kantor tetap dipakai.",
                found.clashes,
            )
            % {"n": found.clashes}
        )
    waiting = sum(p.severity == Severity.WAIT for p in found.problems)
    if waiting:
        told.append(
            ngettext(
                "%(n)s isian masih perlu diperbaiki. Boleh dikirim sekarang dan diperbaiki nanti.",
                "%(n)s isian masih perlu diperbaiki. Boleh dikirim sekarang dan diperbaiki nanti.",
                waiting,
            )
            % {"n": waiting}
        )
    return told


@_own
@require_POST
def discard(request: HttpRequest, draft: Draft) -> HttpResponse:
    drafts.discard(
        actor=request.user, draft_id=draft.id, village_id=draft.village_id, now=timezone.now()
    )
    messages.success(request, _("Isian dibuang. Tidak ada yang tersimpan darinya."))
    return redirect("collect:fill", village_id=draft.village_id, activity_id=draft.activity_id)


def _words(unit: str) -> dict[str, str]:
    """Everything the script says; %s is filled in there."""
    return {
        "step": _("Bagian %s dari %s"),
        "next": _("Lanjut"),
        "back": _("Kembali"),
        "later": _("Lanjut dulu, isi nanti"),
        "optional": _("boleh kosong"),
        "clear": _("Kosongkan jawaban"),
        "date_hint": _("Hari/bulan/tahun, misalnya 17/08/1990"),
        "date_fault": _("Tulis tanggal sebagai hari/bulan/tahun, misalnya 17/08/1990."),
        "number_fault": _("Tulis angka bulat saja, tanpa satuan."),
        "required_fault": _("Isian ini belum diisi."),
        "bounds_fault": _("Jawaban ini di luar batas. Periksa lagi."),
        "summary_one": _("Ada 1 isian yang perlu diperbaiki"),
        "summary": _("Ada %s isian yang perlu diperbaiki"),
        "search": _("Cari jawaban"),
        "found": _("%s jawaban cocok; pilih salah satu"),
        "more": _("Ketik lebih banyak huruf: %s jawaban lain tidak ditampilkan."),
        "none": _("Tidak ada jawaban yang cocok."),
        "add": _("Tambah %s"),
        "edit": _("Isi"),
        "remove": _("Hapus"),
        "remove_sure": _("Hapus %s dari isian ini?"),
        "remove_yes": _("Ya, hapus"),
        "cancel": _("Batal"),
        "nobody": _("Belum ada yang diisi. Mulai dengan menambah satu."),
        "years": _("%s tahun"),
        "left_one": _("1 isian belum lengkap"),
        "left": _("%s isian belum lengkap"),
        "complete": _("Lengkap"),
        "number": unit.capitalize() + " %s",
        "check": _("Periksa dan kirim"),
        "check_words": _(
            "Isian yang dikirim menjadi hasil pendataan dan diperiksa lagi di kantor. Sebelum "
            "dikirim, hanya Bapak/Ibu yang dapat membukanya."
        ),
        "all_right": _("Semua isian wajib sudah terisi."),
        "send": _("Kirim isian"),
        "send_anyway": _("Kirim apa adanya"),
        "sending": _("Sedang dikirim"),
        "saving": _("Menyimpan"),
        "saved": _("Tersimpan %s"),
        "fresh": _("Belum ada yang diketik"),
        "changed": _("Ada isian yang belum tersimpan"),
        "offline": _(
            "Sambungan terputus. Isian masih ada di halaman ini dan disimpan begitu sambungan "
            "kembali. Jangan tutup halaman ini."
        ),
        "signed_out": _(
            "Bapak/Ibu sudah keluar. Masuk lagi di tab lain; isian di halaman ini lalu disimpan."
        ),
        "gone": _("Isian ini sudah dikirim, dibuang, atau terlalu lama ditinggalkan."),
        "stale": _("Isian ini juga dibuka di tempat lain dan disimpan di sana %s."),
        "take": _("Pakai yang tersimpan di sana"),
        "keep": _("Pakai yang ada di layar ini"),
        "refused": _("Isian belum dapat diterima"),
        "ask": _("Sebelum disimpan"),
        "unread": _("Isian ini tidak dapat disimpan di sini. Muat ulang halamannya."),
    }
