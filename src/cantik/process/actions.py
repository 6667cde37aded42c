"""Check answers, settle what was found, and cut clean data."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cantik.collect import api as collect
from cantik.design import api as design
from cantik.design.api import FAMILY, MEMBER
from cantik.kernel.problems import Refused
from cantik.ledger import api as ledger
from cantik.people import api as people

from . import cutting
from .models import Checked, Cut, Finding

LONGEST_REASON = 300
Key = tuple[str, str, int]  # kind, name, member (-1: the family)


# -- checking ---------------------------------------------------------------------------------


@transaction.atomic
def check(activity_id: str) -> int:
    """Check what came in or changed since the last time. Doing it again changes nothing. An
    explanation stays as long as what it explains is still found. Returns families checked."""
    activity = design.activity(activity_id)
    known = dict(
        Checked.objects.filter(activity_id=activity_id).values_list("submission_id", "version")
    )
    present = collect.submissions(activity_id)
    due = [one for one in present if known.get(one.id) != one.version]
    gone = set(known) - {one.id for one in present}
    if not due and not gone:
        return 0
    Finding.objects.filter(submission_id__in=gone).delete()
    Checked.objects.filter(submission_id__in=gone).delete()
    before: dict[str, dict[Key, Finding]] = {}
    ids = {one.id for one in due}
    for row in Finding.objects.filter(activity_id=activity_id):
        if row.submission_id in ids:
            before.setdefault(row.submission_id, {})[row.kind, row.name, row.member] = row
    fresh: list[Finding] = []
    solved: list[int] = []
    for one in due:
        found = set() if one.state == "returned" else findings(activity, one)
        old = before.get(one.id, {})
        solved += [row.pk for key, row in old.items() if key not in found]
        fresh += [
            Finding(activity_id=activity_id, submission_id=one.id, kind=k, name=n, member=m)
            for k, n, m in sorted(found - set(old))
        ]
    Finding.objects.filter(pk__in=solved).delete()
    Finding.objects.bulk_create(fresh, batch_size=1000)
    Checked.objects.bulk_create(
        [Checked(submission_id=o.id, activity_id=activity_id, version=o.version) for o in due],
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["submission_id"],
        update_fields=["version"],
    )
    return len(due)


def findings(activity: design.ActivityInfo, one: collect.SubmissionInfo) -> set[Key]:
    """What is to be looked at in one family, by the pack and by what its file showed."""
    judged = design.judge(
        activity.pack,
        one.answers[FAMILY],
        one.answers[MEMBER],
        activity.reference_date,
        with_sealed=False,
    )
    found = {(v.kind, v.name, -1 if v.member is None else v.member) for v in judged}
    found |= {(kind, name, -1 if m is None else m) for kind, m, name in one.sealed_faults}
    return found


@transaction.atomic
def accept_finding(*, actor: Any, finding_id: int, reason: str, now: datetime) -> Finding:
    """The answer is right as it is; the reason stays beside it."""
    row = Finding.objects.select_for_update().get(pk=finding_id)
    one = collect.submission(row.submission_id)
    people.check_can(actor, "process.edit", one.village_id)
    if not reason.strip():
        raise Refused("reason", _("Tulis mengapa isian ini memang benar."))
    row.state, row.reason = "accepted", reason.strip()[:LONGEST_REASON]
    row.accepted_by, row.accepted_at = actor, now
    row.save()
    ledger.record(
        actor=actor, verb="process.accept", thing="submission", thing_id=one.id,
        area_id=one.village_id, now=now, detail={"finding": row.name},
    )  # fmt: skip
    return row


@transaction.atomic
def edit(
    *,
    actor: Any,
    submission_id: str,
    changes: Mapping[tuple[str, int | None, str], Any],
    reason: str,
    now: datetime,
) -> None:
    """Change answers of one family with a reason, and check it again."""
    one = collect.edit_submission(
        submission_id=submission_id, changes=changes, actor=actor, reason=reason, now=now
    )
    check(one.activity_id)


@transaction.atomic
def give_back(*, actor: Any, submission_id: str, note: str, now: datetime) -> None:
    """Send a family back to be asked again; until then it is not in the clean data."""
    one = collect.return_submission(submission_id=submission_id, note=note, actor=actor, now=now)
    check(one.activity_id)


@transaction.atomic
def erase(*, actor: Any, submission_id: str, reason: str, now: datetime) -> None:
    """Remove a family on its own wish; clean data are cut again without it."""
    collect.erase_family(submission_id=submission_id, reason=reason, actor=actor, now=now)


# -- cutting ----------------------------------------------------------------------------------


@transaction.atomic
def cut(*, actor: Any, activity_id: str, confirmed: bool = False, now: datetime) -> Cut:
    """Cut clean data from everything that stands now. Open findings must be seen: they need
    ``confirmed``."""
    activity = design.activity(activity_id)
    people.check_can(actor, "process.cut", activity.village_id)
    check(activity_id)
    open_ = Finding.objects.filter(activity_id=activity_id, state="open").count()
    if open_ and not confirmed:
        raise Refused(
            "open", _("Masih ada %(n)s isian yang perlu dilihat.") % {"n": open_}
        )  # fmt: skip
    return _cut(actor, activity, now)


def _cut(actor: Any, activity: design.ActivityInfo, now: datetime) -> Cut:
    tree = people.village_tree(activity.village_id, on=activity.reference_date)
    present = collect.submissions(activity.id)
    kept = [one for one in present if one.state == "accepted"]
    if not kept:
        raise Refused("empty", _("Belum ada keluarga yang dapat masuk data bersih."))
    clean = cutting.cut(activity, tree, [(one.id, one.leaf_id, one.answers) for one in kept])
    quality = _quality(activity, clean, returned=len(present) - len(kept))
    edition = ledger.put_edition(
        kind="clean",
        area_id=activity.village_id,
        activity_id=activity.id,
        period=activity.period,
        files=cutting.files(clean, activity, quality),
        made_from=[],
        words={
            "pack": activity.pack.hash,
            "pack_id": activity.pack.id,
            "pack_version": activity.pack.version,
            "families": quality["families"],
            "persons": quality["persons"],
            "target": quality["target"],
            "rules": len(activity.pack.rules),
            "edits": quality["edits"],
        },
        now=now,
    )
    made = Cut.objects.create(
        activity_id=activity.id, edition_id=edition.id, cut_by=actor, cut_at=now, summary=quality
    )
    ledger.record(
        actor=actor, verb="process.cut", thing="edition", thing_id=edition.id[:16],
        area_id=activity.village_id, now=now,
        detail={"families": quality["families"], "persons": quality["persons"]},
    )  # fmt: skip
    return made


def _quality(
    activity: design.ActivityInfo, clean: cutting.Clean, *, returned: int
) -> dict[str, Any]:
    """How complete the clean data are: counts only."""
    refusals = collect.refusals(activity.id)
    families, persons = clean.count
    results: Counter[str] = Counter()
    for by_result in refusals.values():
        results.update(by_result)
    states = Counter(
        Finding.objects.filter(activity_id=activity.id).values_list("state", flat=True)
    )
    leaves = sorted(set(activity.kk_targets) | set(clean.by_leaf) | set(refusals))
    return {
        "families": families,
        "persons": persons,
        "target": sum(activity.kk_targets.values()),
        "register": [sum(pair[at] for pair in activity.register.values()) for at in (0, 1)],
        "refusals": dict(results),
        "returned": returned,
        "without_sex": clean.without_sex,
        "not_counted": clean.not_counted,
        "edits": collect.edits(activity.id),
        "open": states["open"],
        "explained": states["accepted"],
        "by_leaf": {
            leaf: {
                "families": clean.by_leaf.get(leaf, 0),
                "target": activity.kk_targets.get(leaf, 0),
                "refusals": sum(refusals.get(leaf, {}).values()),
            }
            for leaf in leaves
        },
    }


def after_erasure(activity_id: str, actor: Any, now: datetime) -> None:
    """A family was erased: old clean data go, new ones are cut without it."""
    old = list(
        Cut.objects.filter(activity_id=activity_id).values_list("edition_id", flat=True)
    )  # fmt: skip
    check(activity_id)
    if not old:
        return
    try:
        made = _cut(actor, design.activity(activity_id), now).edition_id
    except Refused:  # it was the last family
        made = ""
    for edition_id in set(old) - {made}:
        ledger.delete_edition(
            id=edition_id, reason="penghapusan atas permintaan warga", actor=actor, now=now
        )
