"""Check answers, settle what was found, and cut clean data."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cantik.collect import api as collect
from cantik.design import api as design
from cantik.kernel import canonical
from cantik.kernel.problems import Refused, Severity
from cantik.kernel.tree import Tree
from cantik.ledger import api as ledger
from cantik.people import api as people
from cantik.vault import api as vault

from . import cutting, measuring, rules
from .models import Checked, Cut, Finding

LONGEST_REASON = 300
CHUNK = 500
RETURNED = "returned"  # a submission's state
OPEN, ACCEPTED, SOLVED = "open", "accepted", "solved"  # a finding's
Key = tuple[str, str, int]  # kind, name, member (-1: the family)


# -- checking ---------------------------------------------------------------------------------


def unchecked(activity_id: str) -> int:
    """Families that came in, changed or went since the last check. Writes nothing."""
    present = collect.versions(activity_id)
    known = _known(activity_id)
    return len(present.items() - known.items()) + len(known.keys() - present.keys())


def _known(activity_id: str) -> dict[str, tuple[int, bool]]:
    rows = Checked.objects.filter(activity_id=activity_id)
    return {
        id_: (version, returned)
        for id_, version, returned in rows.values_list("submission_id", "version", "returned")
    }


def _due(
    activity_id: str,
) -> tuple[list[collect.SubmissionInfo], list[collect.SubmissionInfo], list[str]]:
    known = _known(activity_id)
    present = collect.submissions(activity_id)
    due = [one for one in present if known.get(one.id) != (one.version, one.state == RETURNED)]
    return present, due, sorted(set(known) - {one.id for one in present})


def check(activity_id: str) -> int:
    """Check what came in or changed since the last time. Doing it again changes nothing. An
    explanation stays as long as what it explains is unchanged. Returns families checked."""
    # Looked at first: a transaction here waits for whoever is writing, and mostly nothing is due.
    return _check(activity_id) if unchecked(activity_id) else 0


@transaction.atomic
def _check(activity_id: str) -> int:
    activity = design.activity(activity_id)
    present, due, gone = _due(activity_id)
    for at in range(0, len(gone), CHUNK):
        some = gone[at : at + CHUNK]
        rows = Finding.objects.filter(submission_id__in=some)
        _forget(rows.values_list("reason_id", flat=True))
        rows.delete()
        Checked.objects.filter(submission_id__in=some).delete()
    _settle(activity, present, {one.id for one in due})
    Checked.objects.bulk_create(
        [
            Checked(
                submission_id=one.id,
                activity_id=activity_id,
                version=one.version,
                returned=one.state == RETURNED,
            )
            for one in due
        ],
        batch_size=CHUNK,
        update_conflicts=True,
        unique_fields=["submission_id"],
        update_fields=["version", "returned"],
    )
    return len(due)


def _settle(
    activity: design.ActivityInfo, present: Sequence[collect.SubmissionInfo], due: set[str]
) -> None:
    """Bring the findings in line with the answers: new ones open, changed ones open again, what
    is found no more is solved."""
    tree = design.tree_of(activity)
    kept = [one for one in present if one.state != RETURNED]
    alike = rules.twins(activity.pack, [(one.id, one.answers) for one in kept])
    before: dict[str, dict[Key, Finding]] = {}
    for row in Finding.objects.filter(activity_id=activity.id):
        before.setdefault(row.submission_id, {})[row.kind, row.name, row.member] = row
    fresh: list[Finding] = []
    moved: list[Finding] = []
    forgotten: list[str] = []
    remembered = design.Remembered(activity.pack)
    for one in present:
        old = before.get(one.id, {})
        found: dict[Key, rules.Found] = {}
        if one.id not in due:  # only its likeness to others may have changed
            found = {
                key: rules.Found(*key, row.mark)
                for key, row in old.items()
                if row.kind != rules.TWIN and row.state != SOLVED
            }
        elif one.state != RETURNED:
            judged = rules.in_family(
                activity.pack,
                one.answers,
                one.sealed_faults,
                activity.reference_date,
                remembered,
            )
            found = {each.key: each for each in judged}
            if one.leaf_id not in tree:
                lost = rules.Found(rules.AREA, rules.AREA)
                found[lost.key] = lost
        if one.id in alike:
            found[alike[one.id].key] = alike[one.id]
        for key, each in sorted(found.items()):
            row_ = old.get(key)
            if row_ is None:
                fresh.append(
                    Finding(
                        activity_id=activity.id, submission_id=one.id, kind=each.kind,
                        name=each.name, member=each.member, mark=each.mark,
                    )
                )  # fmt: skip
            elif row_.state == SOLVED or row_.mark != each.mark:
                forgotten.append(row_.reason_id)
                row_.state, row_.mark, row_.reason_id = OPEN, each.mark, ""
                row_.accepted_by, row_.accepted_at = None, None
                moved.append(row_)
        for key, row in old.items():
            if key not in found and row.state != SOLVED:
                row.state = SOLVED
                moved.append(row)
    # Two checks at once find the same; the second adds nothing.
    Finding.objects.bulk_create(fresh, batch_size=CHUNK, ignore_conflicts=True)
    Finding.objects.bulk_update(
        moved, ["state", "mark", "reason_id", "accepted_by", "accepted_at"], batch_size=CHUNK
    )
    _forget(forgotten)


def _forget(file_ids: Iterable[str]) -> None:
    for file_id in file_ids:
        if file_id:
            ledger.delete_file(file_id)


def _unchanged(version: int, seen: int | None) -> None:
    """Refuse to act on answers that somebody changed after they were looked at."""
    if seen is not None and version != seen:
        raise Refused(
            "changed",
            _("Formulir ini baru saja diubah di tempat lain. Lihat isiannya yang sekarang dahulu."),
        )


@transaction.atomic
def accept_finding(
    *, actor: Any, finding_id: int, reason: str, now: datetime, seen: int | None = None
) -> Finding:
    """The answer is right as it is; the reason stays beside it. ``seen``: as in ``edit``."""
    row = Finding.objects.select_for_update().filter(pk=finding_id).first()
    if row is None:
        raise people.NotAllowed
    one = collect.submission(row.submission_id)
    people.check_can(actor, "process.edit", one.village_id)
    _unchanged(one.version, seen)
    activity = design.activity(one.activity_id)
    if rules.severity(activity.pack, row.kind, row.name) == Severity.REFUSE:
        raise Refused("refuse", _("Isian ini harus diperbaiki dahulu."))
    if row.state == SOLVED:
        raise Refused("solved", _("Isian ini sudah diperbaiki."))
    if not reason.strip():
        raise Refused("reason", _("Tulis mengapa isian ini memang benar."))
    row.state = ACCEPTED
    _forget([row.reason_id])
    row.reason_id = vault.seal_file(
        village_id=one.village_id,
        activity_id=one.activity_id,
        data=reason.strip()[:LONGEST_REASON].encode(),
        now=now,
    )
    row.accepted_by, row.accepted_at = actor, now
    row.save()
    ledger.record(
        actor=actor, verb="process.accept", thing="submission", thing_id=one.id,
        area_id=one.village_id, now=now, detail={"finding": row.name},
    )  # fmt: skip
    return row


def reason_of(row: Finding) -> str:
    """Why an answer was accepted, in the words of whoever accepted it."""
    if not row.reason_id:
        return ""
    one = collect.submission(row.submission_id)
    return vault.open_file(
        village_id=one.village_id, activity_id=one.activity_id, file_id=row.reason_id
    ).decode()


@transaction.atomic
def edit(
    *,
    actor: Any,
    submission_id: str,
    changes: Mapping[tuple[str, int | None, str], Any],
    reason: str,
    now: datetime,
    seen: int | None = None,
) -> None:
    """Change answers of one family with a reason, and check it again. ``seen`` is the version the
    actor looked at: of two who change the same family at once the second is told."""
    one = collect.submission(submission_id)
    people.check_can(actor, "process.edit", one.village_id)
    _unchanged(one.version, seen)
    edited = collect.edit_submission(
        submission_id=submission_id, changes=changes, actor=actor, reason=reason, now=now
    )
    # Compared again under the lock of the edit; a refusal undoes it.
    _unchanged(edited.version - 1, seen)
    check(edited.activity_id)


@transaction.atomic
def give_back(*, actor: Any, submission_id: str, note: str, now: datetime) -> None:
    """Send a family back to be asked again; until then it is not in the clean data."""
    one = collect.submission(submission_id)
    collect.return_submission(submission_id=submission_id, note=note, actor=actor, now=now)
    check(one.activity_id)


@transaction.atomic
def erase(*, actor: Any, submission_id: str, reason: str, now: datetime) -> None:
    """Remove a family on its own wish; clean data are cut again without it."""
    collect.erase_family(submission_id=submission_id, reason=reason, actor=actor, now=now)


# -- cutting ----------------------------------------------------------------------------------


@transaction.atomic
def cut(*, actor: Any, activity_id: str, confirmed: bool = False, now: datetime) -> Cut:
    """Cut clean data from everything that stands now. What must be mended refuses; what waits to
    be seen needs ``confirmed``. Answers that did not change give the clean data that stand."""
    activity = design.activity(activity_id)
    people.check_can(actor, "process.cut", activity.village_id)
    check(activity_id)
    waiting = open_by_severity(activity)
    if waiting[Severity.REFUSE]:
        raise Refused(
            "refuse",
            _("Ada %(n)s isian yang harus diperbaiki sebelum data bersih dibuat.")
            % {"n": waiting[Severity.REFUSE]},
        )
    if waiting[Severity.WAIT] and not confirmed:
        raise Refused(
            "open", _("Masih ada %(n)s isian yang perlu dilihat.") % {"n": waiting[Severity.WAIT]}
        )
    return _cut(actor, activity, now)


def open_by_severity(activity: design.ActivityInfo) -> Counter[Severity]:
    """Open findings of an activity, counted by what they stop."""
    rows = Finding.objects.filter(activity_id=activity.id, state=OPEN).values_list("kind", "name")
    return Counter(rules.severity(activity.pack, kind, name) for kind, name in rows)


def _cut(actor: Any, activity: design.ActivityInfo, now: datetime) -> Cut:
    tree = design.tree_of(activity)
    present = collect.submissions(activity.id)
    kept = [one for one in present if one.state != RETURNED and one.leaf_id in tree]
    if not kept:
        raise Refused("empty", _("Belum ada isian yang dapat masuk data bersih."))
    clean = cutting.cut(activity, tree, [(one.id, one.leaf_id, one.answers) for one in kept])
    returned = sum(one.state == RETURNED for one in present)
    quality = _quality(activity, tree, clean, returned=returned)
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
    last = Cut.objects.filter(activity_id=activity.id).first()
    if last is not None and last.edition_id == edition.id:
        # Sent back and answered alike again: the same clean data, now from these versions.
        last.summary = {**last.summary, "basis": basis(activity.id)}
        last.save(update_fields=["summary"])
        return last
    made = Cut.objects.create(
        activity_id=activity.id,
        edition_id=edition.id,
        cut_by=actor,
        cut_at=now,
        summary={**quality, "basis": basis(activity.id)},
    )
    ledger.record(
        actor=actor, verb="process.cut", thing="edition", thing_id=edition.id[:16],
        area_id=activity.village_id, now=now,
        detail={"families": quality["families"], "persons": quality["persons"]},
    )  # fmt: skip
    return made


def basis(activity_id: str) -> str:
    """A mark of the answers as they were checked; another one means that something changed."""
    rows = Checked.objects.filter(activity_id=activity_id).order_by("submission_id")
    return canonical.digest(
        canonical.dumps([list(r) for r in rows.values_list("submission_id", "version", "returned")])
    )


def _quality(
    activity: design.ActivityInfo, tree: Tree, clean: cutting.Clean, *, returned: int
) -> dict[str, Any]:
    """How complete and how sound the clean data are: counts only, for the office. Only what stands
    under ``public`` may be told outside."""
    refusals = collect.refusals(activity.id)
    families, persons = clean.count
    results: Counter[str] = Counter()
    for by_result in refusals.values():
        results.update(by_result)
    states = Counter(
        Finding.objects.filter(activity_id=activity.id).values_list("state", flat=True)
    )
    leaves = sorted(set(activity.kk_targets) | set(clean.by_leaf) | set(refusals))
    measured = measuring.measure(activity, clean.families, clean.members)
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
        "open": states[OPEN],
        "explained": states[ACCEPTED],
        "solved": states[SOLVED],
        "by_leaf": {
            leaf: {
                "families": clean.by_leaf.get(leaf, 0),
                "target": activity.kk_targets.get(leaf, 0),
                "refusals": sum(refusals.get(leaf, {}).values()),
            }
            for leaf in leaves
        },
        "variables": [one.as_counts() for one in measured],
        "found": _found(activity.id),
        "public": measuring.publishable(activity, tree, clean.by_leaf, measured),
    }


def _found(activity_id: str) -> list[dict[str, Any]]:
    """What checking found, by kind and name: how many are open, explained and mended."""
    rows = Finding.objects.filter(activity_id=activity_id).values_list("kind", "name", "state")
    counts: dict[tuple[str, str], Counter[str]] = {}
    for kind, name, state in rows:
        counts.setdefault((kind, name), Counter())[state] += 1
    return [
        {"kind": kind, "name": name, **{s: n[s] for s in (OPEN, ACCEPTED, SOLVED)}}
        for (kind, name), n in sorted(counts.items())
    ]


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
