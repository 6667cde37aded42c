"""Send a workbook, mend it, accept it; edit, return or erase one family."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from cantik.design import api as design
from cantik.design.api import Pack, Question
from cantik.kernel.problems import Problem, Refused
from cantik.ledger import api as ledger
from cantik.people import api as people
from cantik.vault import api as vault

from . import checking, drafts, grouping, pricesheet, reading, storing
from .models import UPLOAD, SecondEntry, Submission, Upload
from .workbook import FORMAT, Filled, Heading, build, file_name, leaf_names

FAMILIES_IN_WORKBOOK = 500
KEPT_PROBLEMS = 5000
LONGEST_REASON = 300
# Rooms that must act when a family is erased: called with activity, actor and time.
ON_ERASE: list[Callable[[str, Any, datetime], None]] = []


def _move(upload: Upload, verb: str) -> None:
    after = UPLOAD.after(upload.state, verb)
    if not Upload.objects.filter(pk=upload.pk, state=upload.state).update(state=after):
        raise Refused("moved", _("Berkas ini sedang dikerjakan di tempat lain."))
    upload.state = after


def _log(actor: Any, verb: str, upload: Upload, now: datetime, **detail: object) -> None:
    ledger.record(
        actor=actor, verb=verb, thing="upload", thing_id=upload.id, area_id=upload.village_id,
        now=now, detail=detail,
    )  # fmt: skip


def workbook(
    *,
    actor: Any,
    activity_id: str,
    families: int = FAMILIES_IN_WORKBOOK,
    answers: Sequence[Filled] = (),
) -> tuple[str, bytes]:
    """(file name, bytes) of a fresh form. Every download is a workbook of its own; ``answers``
    (for examples and measuring) stand in it already."""
    activity = design.activity(activity_id)
    people.check_can(actor, "collect.upload", activity.village_id)
    village = people.area(activity.village_id)
    tree = design.tree_of(activity)
    heading = Heading(activity.id, activity.pack.hash, FORMAT, ledger.random_id())
    data = build(
        activity.pack,
        tree,
        heading=heading,
        title=f"{activity.pack.title['id']} {village.label} {activity.period}",
        notice=" ".join(activity.pack.privacy_notice["id"].split()),
        example=village.is_example,
        rows=families,
        answers=answers,
    )
    return file_name(village.name, activity.period, village.is_example), data


def too_large() -> str:
    most = settings.MAX_WORKBOOK_BYTES // 1024 // 1024
    return _("Berkas ini lebih besar dari %(n)s MB. Kirim per dusun.") % {"n": most}


# -- sending ----------------------------------------------------------------------------------


@transaction.atomic
def receive(*, actor: Any, activity_id: str, data: bytes, now: datetime) -> Upload:
    """Keep a sent file sealed and have it read. A file that is too large is refused here."""
    activity = design.activity(activity_id)
    people.check_can(actor, "collect.upload", activity.village_id)
    if len(data) > settings.MAX_WORKBOOK_BYTES:
        raise Refused("too_large", too_large())
    if not data:
        raise Refused("empty", _("Berkas ini kosong."))
    upload = Upload.objects.create(
        id=ledger.random_id(),
        activity_id=activity.id,
        village_id=activity.village_id,
        size=len(data),
        file_id=vault.seal_file(
            village_id=activity.village_id, activity_id=activity.id, data=data, now=now
        ),
        uploaded_by=actor,
        uploaded_at=now,
    )
    _log(actor, "collect.receive", upload, now, bytes=len(data))
    _start(upload, "collect.read", actor, now)
    return upload


def _start(upload: Upload, kind: str, actor: Any, now: datetime) -> None:
    job = ledger.enqueue(
        kind=kind,
        params={"upload": upload.id},
        actor=actor,
        area_id=upload.village_id,
        now=now,
    )
    Upload.objects.filter(pk=upload.pk).update(job_id=job.id)


def _sealed(upload: Upload, content: object, now: datetime) -> str:
    return vault.seal_file(
        village_id=upload.village_id,
        activity_id=upload.activity_id,
        data=json.dumps(content).encode(),
        now=now,
    )


def opened(upload: Upload, file_id: str) -> Any:
    """The content of a sealed draft or report of this upload."""
    data = vault.open_file(
        village_id=upload.village_id, activity_id=upload.activity_id, file_id=file_id
    )
    return json.loads(data)


def read(*, upload_id: str, now: datetime, progress: Any = None) -> Upload:
    """The job of reading: everything is looked at, nothing of the answers is stored as answers."""
    upload = Upload.objects.get(pk=upload_id)
    if upload.state != "reading":
        return upload
    activity = design.activity(upload.activity_id)
    data = vault.open_file(
        village_id=upload.village_id, activity_id=upload.activity_id, file_id=upload.file_id
    )
    given: dict[str, Any] = {
        "pack": activity.pack, "activity_id": activity.id, "limit": settings.MAX_WORKBOOK_BYTES,
    }  # fmt: skip
    prices = bool(activity.pack.series) and not reading.is_ours(data)
    try:
        if prices:
            taken = pricesheet.read(data, **given)
            found, notes = taken.contents, taken.problems
        else:
            found, notes = reading.contents(data, **given), []
    except reading.Unreadable as bad:
        return _refuse_unread(upload, bad.problems, now)
    tree = design.tree_of(activity)
    checked = checking.check(
        found,
        pack=activity.pack,
        leaves=leaf_names(tree),
        today=activity.reference_date,
        mends={(field, written): code for field, written, code in _mends(upload)},
        progress=progress,
    )
    book_id = found.heading.book_id
    compared = storing.compare(
        checked.families,
        pack=activity.pack,
        activity_id=activity.id,
        book_id=book_id,
        today=activity.reference_date,
        now=now,
    )
    checked.problems.extend(notes)
    report = _report(checked.problems)
    draft = {
        "book": book_id,
        # The edits the sender is shown; only these may give way to the file.
        "clashes": [
            [one.submission.id, *place]
            for one in compared
            if one.submission is not None
            for place in one.clashes
        ],
        "families": [_packed(activity.pack, one) for one in checked.families],
        "no_answers": [[leaf, result, n] for (leaf, result), n in checked.no_answers.items()],
    }
    summary = {
        "families": len(checked.families),
        "persons": sum(len(one.members) for one in checked.families),
        "no_answers": sum(checked.no_answers.values()),
        **{v: sum(c.verdict == v for c in compared) for v in ("new", "same", "changed")},
        "clashes": sum(bool(c.clashes) for c in compared),
        "refusing": sum(p.severity == "refuse" for p in checked.problems),
        "waiting": sum(p.severity == "wait" for p in checked.problems),
        **({"prices": True} if prices else {}),
    }
    with transaction.atomic():
        old = [upload.draft_id, upload.report_id]
        upload.draft_id = "" if checked.refused else _sealed(upload, draft, now)
        upload.report_id = _sealed(upload, report, now)
        upload.summary = summary
        upload.save(update_fields=["draft_id", "report_id", "summary"])
        _move(upload, "refuse" if checked.refused else "show")
        _log(None, "collect.read", upload, now, refused=checked.refused)
    _delete(old)
    return upload


def _refuse_unread(upload: Upload, problems: list[Problem], now: datetime) -> Upload:
    """A file that is no form of ours: only the reasons stay, the file itself is removed."""
    file_id = upload.file_id
    with transaction.atomic():
        upload.report_id = _sealed(upload, _report(problems), now)
        upload.summary = {"refusing": len(problems), "unread": True}
        upload.file_id = ""
        upload.save(update_fields=["report_id", "summary", "file_id"])
        _move(upload, "refuse")
        _log(None, "collect.read", upload, now, refused=True)
    _delete([file_id])
    return upload


def _mends(upload: Upload) -> list[list[str]]:
    """[question, what was written, code], as chosen so far."""
    found: list[list[str]] = opened(upload, upload.mends_id) if upload.mends_id else []
    return found


def _delete(file_ids: list[str]) -> None:
    for file_id in file_ids:
        if file_id:
            ledger.delete_file(file_id)


def _report(problems: list[Problem]) -> dict[str, Any]:
    """What the page shows, what refuses the file first; the rest of very many is left out."""
    listed = sorted(problems, key=lambda p: grouping.ORDER.index(p.severity))
    return {
        "groups": [
            [g.code, g.sheet, g.field, g.shown, g.suggestion, str(g.severity), g.count,
             list(g.rows)]
            for g in grouping.groups(problems)
        ],
        "problems": [
            [p.code, p.sheet, p.row, p.column, p.field, p.shown, p.suggestion, dict(p.params)]
            for p in listed[:KEPT_PROBLEMS]
        ],
        "all": len(problems),
    }  # fmt: skip


def _packed(pack: Pack, one: checking.Family) -> list[Any]:
    identity = one.identity(pack)
    return [
        one.number,
        one.row,
        one.leaf_id,
        one.facts,
        identity[pack.main],
        [
            [facts, sealed]
            for (facts, _s), sealed in zip(one.members, pack.inside(identity), strict=True)
        ],
        storing.verdicts(one.sealed_faults),
    ]


def _unpacked(raw: list[Any]) -> checking.Family:
    number, row, leaf, facts, sealed, members, faults = raw
    return checking.Family(
        number, row, leaf, facts, sealed,
        [(facts_, sealed_) for facts_, sealed_ in members], [],
        [design.Verdict(kind, member, name) for kind, member, name in faults],
    )  # fmt: skip


@transaction.atomic
def mend(
    *, actor: Any, upload_id: str, mends: Mapping[tuple[str, str], str], now: datetime
) -> Upload:
    """Mend faults of the same kind together: what was written in a question means this code."""
    upload = Upload.objects.select_for_update().get(pk=upload_id)
    people.check_can(actor, "collect.upload", upload.village_id)
    if not upload.file_id:
        raise Refused("unread", _("Berkas ini tidak dapat diperbaiki di sini. Kirim lagi."))
    activity = design.activity(upload.activity_id)
    tree = design.tree_of(activity)
    known = {(field, written): code for field, written, code in _mends(upload)}
    for (field, written), code in mends.items():
        question = next((q for q in activity.pack.instrument.questions if q.name == field), None)
        codes = {c.code for c in activity.pack.choices(question)} if question else set()
        codes |= {checking.BLANK} if codes else set()
        if question is not None and question.role == "area":
            codes = {leaf.id for leaf in tree.leaves()}
        if code not in codes:
            raise Refused("code", _("Pilih jawaban dari daftar."))
        known[field, written] = code
    old = upload.mends_id
    chosen = [[field, written, code] for (field, written), code in known.items()]
    upload.mends_id = _sealed(upload, chosen, now)
    upload.save(update_fields=["mends_id"])
    _move(upload, "mend")
    _delete([old])
    _log(actor, "collect.mend", upload, now, mends=len(mends))
    _start(upload, "collect.read", actor, now)
    return upload


@transaction.atomic
def accept(*, actor: Any, upload_id: str, keep_edits: bool, now: datetime) -> Upload:
    """Store what the dry run showed. What a person has edited stays unless asked otherwise."""
    upload = Upload.objects.select_for_update().get(pk=upload_id)
    people.check_can(actor, "collect.upload", upload.village_id)
    upload.keep_edits = keep_edits
    upload.save(update_fields=["keep_edits"])
    _move(upload, "accept")
    _log(actor, "collect.accept", upload, now)
    _start(upload, "collect.store", actor, now)
    return upload


def store(*, upload_id: str, now: datetime) -> Upload:
    """The job of storing: one transaction, all or nothing; doing it again changes nothing."""
    upload = Upload.objects.get(pk=upload_id)
    if upload.state != "accepting":
        return upload
    activity = design.activity(upload.activity_id)
    draft = opened(upload, upload.draft_id)
    families = [_unpacked(raw) for raw in draft["families"]]
    with transaction.atomic():
        # One file of an activity at a time: two would each take the same family for new.
        uploads = Upload.objects.select_for_update().filter(activity_id=activity.id).order_by("id")
        upload = next(one for one in uploads if one.id == upload_id)
        if upload.state != "accepting":
            return upload
        # Somebody else's file may have been stored since the dry run: compare again.
        compared = storing.compare(
            families,
            pack=activity.pack,
            activity_id=activity.id,
            book_id=draft["book"],
            today=activity.reference_date,
            now=now,
            overwrite=() if upload.keep_edits else [tuple(one) for one in draft["clashes"]],
        )
        storing.store(
            upload,
            compared,
            {(leaf, result): n for leaf, result, n in draft["no_answers"]},
            pack=activity.pack,
            book_id=draft["book"],
            now=now,
        )
        old, upload.draft_id, upload.accepted_at = upload.draft_id, "", now
        upload.save(update_fields=["draft_id", "accepted_at"])
        _move(upload, "finish")
        counts = {v: sum(c.verdict == v for c in compared) for v in ("new", "same", "changed")}
        upload.summary = {**upload.summary, **counts}
        upload.save(update_fields=["summary"])
        _log(None, "collect.store", upload, now, **counts)
    _delete([old])
    return upload


def settle(upload: Upload) -> Upload:
    """Free a file whose job was given up: a killed worker could not say so itself."""
    working = upload.state in ("reading", "accepting") and upload.job_id
    if working and ledger.job_state(upload.job_id).state == "failed":
        fail(upload_id=upload.id)
        upload.refresh_from_db()
    return upload


def fail(*, upload_id: str) -> None:
    """A job ended badly: the file is as it was before, and can be tried again."""
    with transaction.atomic():
        upload = Upload.objects.select_for_update().get(pk=upload_id)
        if upload.state in ("reading", "accepting"):
            _move(upload, "fail")


def may_copy(actor: Any, upload: Upload) -> bool:
    """Whether the person may have the sent workbook back: it is full of names, so the sender, or
    who may read identity here. Only while its dry run stands and the file is kept."""
    return (
        upload.state in ("refused", "draft")
        and bool(upload.file_id)
        and not upload.summary.get("prices")  # a sheet of their own has no place for our marks
        and people.can(actor, "collect.upload", upload.village_id)
        and (
            upload.uploaded_by_id == actor.pk
            or people.can(actor, "identity.read", upload.village_id)
        )
    )


@transaction.atomic
def original(*, actor: Any, upload_id: str, now: datetime) -> bytes:
    """The workbook as it was sent, for a copy with its faults marked; every time is logged."""
    upload = Upload.objects.get(pk=upload_id)
    if not may_copy(actor, upload):
        raise people.NotAllowed
    _log(actor, "collect.mark", upload, now)
    return vault.open_file(
        village_id=upload.village_id, activity_id=upload.activity_id, file_id=upload.file_id
    )


@transaction.atomic
def discard(*, actor: Any, upload_id: str, now: datetime) -> Upload:
    """Throw a file away before it is accepted; nothing of it stays but a line in the log."""
    upload = Upload.objects.select_for_update().get(pk=upload_id)
    people.check_can(actor, "collect.upload", upload.village_id)
    _move(upload, "discard")
    old = [upload.file_id, upload.draft_id, upload.report_id, upload.mends_id]
    upload.file_id = upload.draft_id = upload.report_id = upload.mends_id = ""
    upload.save(update_fields=["file_id", "draft_id", "report_id", "mends_id"])
    _log(actor, "collect.discard", upload, now)
    _delete(old)
    return upload


# -- one family -------------------------------------------------------------------------------


def _typed(activity: design.ActivityInfo, question: Question, value: Any) -> Any:
    """The value of one question as it is stored. Raises Refused with what is expected."""
    text = checking.plain(value)
    if question.role in ("derived", "area"):
        raise Refused("field", _("Isian ini tidak diubah di sini."))
    if question.role == "key" and not storing.is_number(text):
        raise Refused("key", _("Nomor KK terdiri dari 16 angka."))
    if not text:
        return None
    if question.kind == "choice":
        if text not in {c.code for c in activity.pack.choices(question)}:
            raise Refused("code", _("Pilih jawaban dari daftar."))
        return text
    if question.kind == "integer":
        found = checking.as_whole(text)
        if found is None:
            raise Refused("number", _("Tulis angka saja, tanpa satuan."))
        return found
    if question.kind == "date":
        day = checking.as_date(value)
        if day is None:
            raise Refused("date", _("Tulis tanggal sebagai hari/bulan/tahun."))
        return day.isoformat()
    if checking.like_formula(text):
        raise Refused("formula", _("Hapus tanda seperti rumus (=, +, -, @) dari awal isian."))
    return text[: checking.LONGEST_TEXT]


def _reason(one: Submission, text: str, now: datetime) -> str:
    """Keep a reason sealed: people write names into it."""
    return vault.seal_file(
        village_id=one.village_id,
        activity_id=one.activity_id,
        data=text.strip()[:LONGEST_REASON].encode(),
        now=now,
    )


def reason_of(village_id: str, activity_id: str, reason_id: str) -> str:
    if not reason_id:
        return ""
    data = vault.open_file(village_id=village_id, activity_id=activity_id, file_id=reason_id)
    return data.decode()


@transaction.atomic
def edit_submission(
    *,
    submission_id: str,
    changes: Mapping[tuple[str, int | None, str], Any],
    actor: Any,
    reason: str,
    now: datetime,
) -> Submission:
    """Change answers of one family, with a reason. The log keeps which questions, never values of
    sealed answers; the reason is sealed."""
    one = _standing(submission_id)
    people.check_can(actor, "process.edit", one.village_id)
    if not reason.strip():
        raise Refused("reason", _("Tulis alasan perubahannya."))
    activity = design.activity(one.activity_id)
    pack = activity.pack
    identity = vault.system_identities(
        village_id=one.village_id, activity_id=one.activity_id, record_ids=[one.id], now=now
    )[one.id]
    before = storing.before_of(one, "edit", actor, now)
    answers = storing.copied(pack, one.answers)
    touched = {tuple(place) for place in one.edited}
    known = {q.name: q for q in pack.instrument.questions}
    for (record, member, name), value in changes.items():
        question = known.get(name)
        if question is None or not _there(pack, question, record, member, answers):
            raise Refused("field", _("Isian ini tidak ada pada formulir itu."))
        new = _typed(activity, question, value)
        where: Any = identity if question.sealed else answers
        target = where[record] if member is None else where[record][member]
        if new == target.get(name):
            continue
        if new is None:
            target.pop(name, None)
        else:
            target[name] = new
        touched.add((record, member, name))
        before.fields = [*before.fields, [record, member, name]]
    if not before.fields:
        raise Refused("nothing", _("Belum ada isian yang berubah."))
    card = storing.kk_of(pack, identity)
    others = vault.find(activity_id=one.activity_id, kind=storing.KK, values=[card] if card else [])
    if set(others.get(card, [])) - {one.id}:
        raise Refused("twice_kk", _("Nomor KK itu sudah dipakai keluarga lain."))
    faults = storing.rejudge(answers, identity, pack, activity.reference_date)
    before.reason_id = _reason(one, reason, now)
    before.save()
    one.answers = answers
    one.sealed_faults = storing.verdicts(faults)
    one.identity_mark = storing.mark_of(one.activity_id, identity)
    one.edited = [list(place) for place in sorted(touched, key=str)]
    one.version += 1
    one.changed_at = now
    one.save()
    vault.seal_identities(
        village_id=one.village_id, activity_id=one.activity_id, entries={one.id: identity}, now=now
    )
    storing.register(one.activity_id, {one.id: identity}, {}, pack=pack, replaced=[one.id])
    _log_family(
        actor, "collect.edit", one, now, {"fields": sorted({place[2] for place in before.fields})}
    )
    return one


def _standing(submission_id: str) -> Submission:
    """Raises NotAllowed (404) for an id nobody knows, or whose family was erased."""
    found = Submission.objects.select_for_update().filter(pk=submission_id).first()
    if found is None:
        raise people.NotAllowed
    return found


def _there(
    pack: Pack, question: Question, record: str, member: int | None, answers: Mapping[str, Any]
) -> bool:
    if question.record != record:
        return False
    if record == pack.main:
        return member is None
    return member is not None and 0 <= member < len(pack.inside(answers))


@transaction.atomic
def return_submission(*, submission_id: str, note: str, actor: Any, now: datetime) -> Submission:
    """Send a family back to the enumerator: it stays out of clean data until sent again."""
    one = _standing(submission_id)
    people.check_can(actor, "process.edit", one.village_id)
    if not note.strip():
        raise Refused("reason", _("Tulis apa yang perlu ditanyakan lagi."))
    before = storing.before_of(one, "return", actor, now)
    before.reason_id = _reason(one, note, now)
    before.save()
    one.version += 1
    one.state, one.changed_at = "returned", now
    one.save(update_fields=["version", "state", "changed_at"])
    _log_family(actor, "collect.return", one, now, {})
    return one


@transaction.atomic
def erase_family(*, submission_id: str, reason: str, actor: Any, now: datetime) -> None:
    """Remove a family's answers and identity, and the sealed files that still hold them: all files
    sent for the activity, because each may hold the family. The reason stays, sealed."""
    one = _standing(submission_id)
    people.check_can(actor, "erase", one.village_id)
    if not reason.strip():
        raise Refused("reason", _("Tulis siapa yang meminta penghapusan dan kapan."))
    uploads = list(Upload.objects.select_for_update().filter(activity_id=one.activity_id))
    if any(u.state in ("reading", "accepting") for u in uploads):
        raise Refused("busy", _("Ada berkas yang sedang dibaca. Coba lagi sebentar."))
    files = [f for u in uploads for f in (u.file_id, u.draft_id, u.report_id, u.mends_id) if f]
    files += [f for f in one.versions.values_list("reason_id", flat=True) if f]
    Upload.objects.filter(activity_id=one.activity_id).update(
        file_id="", draft_id="", report_id="", mends_id=""
    )
    Upload.objects.filter(
        activity_id=one.activity_id, state__in=["draft", "refused", "failed"]
    ).update(state="discarded")
    identity = vault.system_identities(
        village_id=one.village_id, activity_id=one.activity_id, record_ids=[one.id], now=now
    )
    if one.id in identity:
        drafts.forget(one.activity_id, design.activity(one.activity_id).pack, identity[one.id])
    SecondEntry.objects.filter(submission_id=one.id).delete()
    vault.erase_record(
        village_id=one.village_id, activity_id=one.activity_id, record_id=one.id, actor=actor,
        now=now, file_ids=files,
    )  # fmt: skip
    text = reason.strip()[:LONGEST_REASON]
    ledger.sealed_put(kind="collect.erase", ref=one.id, data=text.encode(), now=now)
    _log_family(actor, "collect.erase", one, now, {})
    activity_id = one.activity_id
    one.delete()
    for act in ON_ERASE:
        act(activity_id, actor, now)


def _log_family(
    actor: Any, verb: str, one: Submission, now: datetime, detail: dict[str, object]
) -> None:
    ledger.record(
        actor=actor, verb=verb, thing="submission", thing_id=one.id, area_id=one.village_id,
        now=now, detail=detail,
    )  # fmt: skip
