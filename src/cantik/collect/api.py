"""The door of collect: what came in, and the only ways to change it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from cantik.design import api as design
from cantik.kernel.text import pick
from cantik.look.tasks import Task
from cantik.people import api as people
from cantik.vault import api as vault

from . import actions, drafts, storing, twice
from .checking import NIK
from .models import NoAnswer, Submission, SubmissionVersion, Upload

__all__ = [
    "ON_ERASE",
    "Change",
    "SubmissionInfo",
    "accept",
    "at_leisure",
    "edit_submission",
    "edits",
    "erase_family",
    "history",
    "keying_errors",
    "last_upload",
    "mend",
    "next_things",
    "progress",
    "receive",
    "refusals",
    "return_submission",
    "sought",
    "submission",
    "submissions",
    "versions",
    "workbook",
]

ON_ERASE = actions.ON_ERASE
workbook = actions.workbook
receive = actions.receive
mend = actions.mend
accept = actions.accept
edit_submission = actions.edit_submission
return_submission = actions.return_submission
erase_family = actions.erase_family
keying_errors = twice.errors


@dataclass(frozen=True)
class SubmissionInfo:
    """One family's present answers; facts only. ``sealed_faults`` are [kind, member, question]."""

    id: str
    activity_id: str
    village_id: str
    leaf_id: str
    version: int
    answers: Mapping[str, Any]
    sealed_faults: tuple[tuple[str, int | None, str], ...]
    edited: frozenset[tuple[str, int | None, str]]
    state: str
    upload_id: str


@dataclass(frozen=True)
class Change:
    """What was done to a family after version ``version``: ``why`` is upload, edit or return;
    ``fields`` are (record, member, question) of an edit."""

    version: int
    why: str
    fields: tuple[tuple[str, int | None, str], ...]
    reason: str
    by: str
    at: datetime


def _info(one: Submission) -> SubmissionInfo:
    return SubmissionInfo(
        one.id,
        one.activity_id,
        one.village_id,
        one.leaf_id,
        one.version,
        one.answers,
        tuple((kind, member, name) for kind, member, name in one.sealed_faults),
        frozenset((record, member, name) for record, member, name in one.edited),
        one.state,
        one.upload_id,
    )


def submissions(activity_id: str) -> list[SubmissionInfo]:
    """All families of an activity, by id."""
    return [_info(one) for one in Submission.objects.filter(activity_id=activity_id)]


def versions(activity_id: str) -> dict[str, tuple[int, bool]]:
    """The version of each family's answers, and whether they were returned; reads no answers."""
    rows = Submission.objects.filter(activity_id=activity_id).order_by()
    return {
        id_: (version, state == "returned")
        for id_, version, state in rows.values_list("id", "version", "state")
    }


def submission(submission_id: str) -> SubmissionInfo:
    """Raises people.NotAllowed (404) for an id nobody knows."""
    found = Submission.objects.filter(pk=submission_id).first()
    if found is None:
        raise people.NotAllowed
    return _info(found)


LONGEST_NUMBER = 26  # letters of an id; a number is shorter


def sought(activity_id: str, words: str) -> list[str]:
    """Ids of the forms somebody means by a KK or NIK (16 digits), the number written on the paper,
    that of a receipt for one form, or the form's own. Nothing about them is read."""
    plain = "".join(words.split()).replace("-", "").lower()[:LONGEST_NUMBER]
    if not plain:
        return []
    stored = Submission.objects.filter(activity_id=activity_id)
    if plain.isascii() and plain.isdigit() and len(plain) == storing.DIGITS:
        by = [
            vault.find(activity_id=activity_id, kind=kind, values=[plain]).get(plain, [])
            for kind in (storing.KK, NIK)
        ]
        return sorted(stored.filter(pk__in=by[0] + by[1]).values_list("pk", flat=True))
    sent = Upload.objects.filter(activity_id=activity_id, kind__in=("form", "keyed"))
    if plain.isascii() and plain.isdigit():
        numbered = sent.filter(kind="keyed", summary__number=int(plain))
        uploads = list(numbered.values_list("pk", flat=True))
    else:
        uploads = [plain] if sent.filter(pk=plain).exists() else []
    meant = stored.filter(Q(pk=plain) | Q(upload_id__in=uploads))
    return sorted(meant.values_list("pk", flat=True))


def history(*, submission_id: str, actor: Any) -> list[Change]:
    """What was changed in a family, by whom and why, the oldest first. Needs answers.read."""
    one = submission(submission_id)
    people.check_can(actor, "answers.read", one.village_id)
    rows = SubmissionVersion.objects.filter(submission_id=one.id).select_related("by")
    return [
        Change(
            row.version,
            row.why,
            tuple((record, member, name) for record, member, name in row.fields),
            actions.reason_of(one.village_id, one.activity_id, row.reason_id),
            row.by.name if row.by else "",
            row.at,
        )
        for row in rows
    ]


def progress(activity_id: str) -> dict[str, int]:
    """Families with answers by leaf area."""
    rows = Submission.objects.filter(activity_id=activity_id).values("leaf_id")
    return {row["leaf_id"]: row["n"] for row in rows.annotate(n=Count("id")).order_by()}


def refusals(activity_id: str) -> dict[str, dict[str, int]]:
    """Visits without answers: leaf area -> result -> families."""
    found: dict[str, dict[str, int]] = {}
    rows = NoAnswer.objects.filter(activity_id=activity_id).values("leaf_id", "result")
    for row in rows.annotate(n=Sum("families")).order_by():
        found.setdefault(row["leaf_id"], {})[row["result"]] = row["n"]
    return found


def edits(activity_id: str) -> int:
    """How many times answers were changed by hand."""
    return SubmissionVersion.objects.filter(submission__activity_id=activity_id, why="edit").count()


def last_upload(activity_id: str) -> Upload | None:
    return Upload.objects.filter(activity_id=activity_id).first()


def next_things(person: Any, village_id: str, now: datetime) -> list[Task]:
    """What the person should do next here in this room."""
    if not people.can(person, "collect.upload", village_id):
        return []
    known = design.running(village_id)
    return [
        design.of_activity(task, one, known)
        for one in known
        for task in _next_things(person, one, now, several=len(known) > 1)
    ]


def at_leisure(person: Any, village_id: str, now: datetime) -> list[Task]:
    """How far the work is, for who only follows it."""
    if people.can(person, "collect.upload", village_id):
        return []
    if not people.can(person, "collect.progress", village_id):
        return []
    known = design.running(village_id)
    place = reverse("collect:overview", kwargs={"village_id": village_id})
    found = []
    for one in known[:1]:
        given = {
            "done": sum(progress(one.id).values()),
            "target": sum(one.kk_targets.values()),
            "unit": pick(one.unit, get_language() or "id"),
        }
        why = _("%(done)s dari %(target)s %(unit)s sudah terdata.") % given
        task = Task(_("Lihat pendataan tiap RT"), why, "", 2, place, _("Lihat"), pressing=False)
        found.append(design.of_activity(task, one, known))
    return found


def _next_things(
    person: Any, activity: design.ActivityInfo, now: datetime, *, several: bool
) -> list[Task]:
    place = {"village_id": activity.village_id}
    found = []
    begun = drafts.waiting(person, activity.id, now)
    if begun:
        why = ngettext(
            "%(n)s isian sudah dimulai di layar dan belum dikirim.",
            "%(n)s isian sudah dimulai di layar dan belum dikirim.",
            begun,
        ) % {"n": begun}
        url = reverse("collect:fill", kwargs={**place, "activity_id": activity.id})
        found.append(Task(_("Lanjutkan isian di layar"), why, "draft", 5, url, _("Lanjutkan")))
    open_ = Upload.objects.filter(
        activity_id=activity.id, state__in=["draft", "refused", "failed"]
    ).first()
    if open_ is not None:
        url = reverse("collect:upload", kwargs={**place, "upload_id": open_.id})
        n = open_.summary.get("refusing", 0)
        if open_.state == "draft":
            why = _("Berkas sudah dibaca dan belum disimpan.")
            found.append(Task(_("Lihat dan simpan isian"), why, "draft", 3, url, _("Lihat")))
        elif open_.state == "failed":
            why = _("Pembacaannya terhenti. Tidak ada yang hilang.")
            found.append(Task(_("Baca lagi berkas isian"), why, "fix", 1, url, _("Baca lagi")))
        else:
            why = ngettext(
                "%(n)s isian membuat berkas belum dapat diterima.",
                "%(n)s isian membuat berkas belum dapat diterima.",
                n,
            ) % {"n": n}
            found.append(Task(_("Perbaiki berkas"), why, "fix", 5, url, _("Perbaiki")))
    done = sum(progress(activity.id).values())
    target = sum(activity.kk_targets.values())
    if open_ is None and done < target:
        unit = pick(activity.unit, get_language() or "id")
        why = _("%(done)s dari %(target)s %(unit)s sudah terdata.") % {
            "done": done,
            "target": target,
            "unit": unit,
        }
        chosen = f"?kegiatan={activity.id}" if several else ""
        url = reverse("collect:overview", kwargs=place) + chosen
        title, button = _("Kirim isian %(unit)s") % {"unit": unit}, _("Kirim berkas")
        if drafts.built() and not people.can(person, "register.edit", activity.village_id):
            # Who goes from door to door fills form by form; the agent gathers workbooks.
            url = reverse("collect:fill", kwargs={**place, "activity_id": activity.id})
            title, button = _("Isi %(unit)s di layar") % {"unit": unit}, _("Isi di layar")
        found.append(Task(title, why, "", 5, url, button, until_released=True))
    return found
