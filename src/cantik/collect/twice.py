"""Double entry: a few forms keyed from paper are keyed again, blind, by somebody else.

Which ones is decided by a keyed hash, not by people. A second entry is no submission: it is never
counted, stays sealed, and goes once the two were compared.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cantik.design import api as design
from cantik.kernel.problems import Problem, Refused
from cantik.ledger import api as ledger
from cantik.people import api as people
from cantik.vault import api as vault

from . import actions, checking, drafts, instance, keying
from .models import SecondEntry, Submission, Upload
from .sending import KEYED

DRAWN, TYPED, COMPARED = "drawn", "keyed", "compared"


@dataclass(frozen=True)
class Errors:
    """How often two entries differ. ``by_question`` and ``by_person`` are (differing, compared or
    forms); a rate of nothing compared is none."""

    forms: int
    compared: int
    differing: int
    by_question: tuple[tuple[str, int], ...]
    by_person: tuple[tuple[int, int, int], ...]  # person, differing, compared


def _keyed(activity_id: str) -> dict[str, Upload]:
    """Submissions that stand as they were keyed from paper, with their upload."""
    uploads = {one.id: one for one in Upload.objects.filter(activity_id=activity_id, kind=KEYED)}
    rows = Submission.objects.filter(activity_id=activity_id).values_list("id", "upload_id")
    return {id_: uploads[upload] for id_, upload in rows if upload in uploads}


def keyed_as(activity_id: str, submission_id: str) -> Upload | None:
    """The keying a submission stands from; None for one that was sent in another way."""
    return _keyed(activity_id).get(submission_id)


def wanted(keyed: int) -> int:
    """How many of so many keyed forms are keyed twice."""
    policy = keying.policy()
    return min(keyed, max(policy.fewest, -(-keyed * policy.percent // 100)))


@transaction.atomic
def draw(*, actor: Any, activity_id: str, now: datetime) -> int:
    """Draw as many forms as the share asks for; how many came new. Nobody can choose them: the
    order is a keyed hash."""
    activity = design.activity(activity_id)
    people.check_can(actor, "process.edit", activity.village_id)
    keyed = _keyed(activity_id)
    drawn = set(
        SecondEntry.objects.filter(activity_id=activity_id).values_list("submission_id", flat=True)
    )
    order = sorted(
        keyed.keys() - drawn, key=lambda id_: ledger.keyed_hash(f"twice/{activity_id}", id_)
    )
    fresh = order[: max(0, wanted(len(keyed)) - len(drawn & keyed.keys()))]
    for id_ in fresh:
        _add(activity, id_, keyed[id_], now)
    if fresh:
        _log(actor, "draw_second", activity.village_id, activity_id, now, forms=len(fresh))
    return len(fresh)


def _add(activity: design.ActivityInfo, id_: str, upload: Upload, now: datetime) -> SecondEntry:
    return SecondEntry.objects.create(
        id=ledger.random_id(), activity_id=activity.id, village_id=activity.village_id,
        submission_id=id_, number=upload.summary.get("number", 0), first_by=upload.uploaded_by,
        drawn_at=now,
    )  # fmt: skip


def _log(actor: Any, verb: str, village_id: str, id_: str, now: datetime, **detail: object) -> None:
    ledger.record(
        actor=actor, verb=f"collect.{verb}", thing="second_entry", thing_id=id_,
        area_id=village_id, now=now, detail=detail,
    )  # fmt: skip


def open_for(person: Any, activity_id: str) -> QuerySet[SecondEntry]:
    """What this person may key again: drawn, and first keyed by somebody else."""
    rows = SecondEntry.objects.filter(activity_id=activity_id, state=DRAWN)
    return rows.exclude(first_by=person)


def _own(actor: Any, village_id: str, entry_id: str, *, lock: bool = False) -> SecondEntry:
    rows = SecondEntry.objects.select_for_update() if lock else SecondEntry.objects.all()
    found = rows.filter(pk=entry_id, village_id=village_id).first()
    if found is None:
        raise people.NotAllowed
    people.check_can(actor, "collect.upload", village_id)
    return found


def to_key(*, actor: Any, village_id: str, entry_id: str) -> SecondEntry:
    """The form to be keyed again. Raises NotAllowed (404) for who keyed it first, Refused for one
    that somebody else has keyed meanwhile."""
    one = _own(actor, village_id, entry_id)
    if one.first_by_id == actor.pk:
        raise people.NotAllowed
    if one.state != DRAWN:
        raise Refused("keyed", _("Formulir ini baru saja diketik ulang oleh orang lain."))
    return one


@transaction.atomic
def key_again(
    *, actor: Any, village_id: str, entry_id: str, data: bytes, now: datetime
) -> list[Problem]:
    """Keep the second entry, sealed. What is wrong with it as a form comes back and keeps nothing.
    Raises as ``to_key``."""
    to_key(actor=actor, village_id=village_id, entry_id=entry_id)
    one = _own(actor, village_id, entry_id, lock=True)
    if one.state != DRAWN:
        raise Refused("keyed", _("Formulir ini baru saja diketik ulang oleh orang lain."))
    checked = _read(design.activity(one.activity_id), one, data)
    if checked.refused or not checked.families:
        return checked.problems
    _keep(one, actor, data, now)
    return []


def _keep(one: SecondEntry, actor: Any, data: bytes, now: datetime) -> None:
    one.second_by, one.keyed_at, one.state = actor, now, TYPED
    one.sealed = vault.seal_note(
        village_id=one.village_id, activity_id=one.activity_id, context=f"twice/{one.id}",
        data=data, now=now,
    )  # fmt: skip
    one.save()
    _log(actor, "key_second", one.village_id, one.id, now)


@transaction.atomic
def instead(
    *, actor: Any, activity_id: str, submission_id: str, data: bytes, now: datetime
) -> SecondEntry:
    """A form that somebody else had keyed already, made its second entry. Raises Refused where the
    first was not keyed from paper, by the same person, or twice already."""
    activity = design.activity(activity_id)
    people.check_can(actor, "collect.upload", activity.village_id)
    upload = _keyed(activity_id).get(submission_id)
    if upload is None or upload.uploaded_by_id == actor.pk:
        raise Refused("keyed", _("Ketikan kedua dibuat orang lain dari formulir kertas yang sama."))
    one = SecondEntry.objects.select_for_update().filter(submission_id=submission_id).first()
    if one is None:
        one = _add(activity, submission_id, upload, now)
    elif one.state != DRAWN:
        raise Refused("keyed", _("Formulir ini sudah diketik dua kali."))
    _keep(one, actor, data, now)
    return one


def _read(activity: design.ActivityInfo, one: SecondEntry, data: bytes) -> checking.Checked:
    found = instance.contents(data, pack=activity.pack, activity_id=activity.id, book_id=one.id)
    names = drafts.areas(activity)
    return checking.check(
        found, pack=activity.pack, leaves={id_: id_ for id_ in names},
        today=activity.reference_date,
    )  # fmt: skip


# -- comparing --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pair:
    """Two entries side by side. ``members`` are how many each has; different numbers cannot be
    settled here, only by sending the form again."""

    entry: SecondEntry
    differences: list[keying.Difference]
    compared: int
    members: tuple[int, int]
    version: int
    gone: bool = False


def to_compare(*, actor: Any, village_id: str, entry_id: str, now: datetime) -> Pair:
    """Needs process.edit. Identities that are read for it are written down by the vault."""
    people.check_can(actor, "process.edit", village_id)
    one = _own(actor, village_id, entry_id)
    if one.state != TYPED:
        raise Refused("compared", _("Formulir ini tidak menunggu pembandingan."))
    return _pair(one, now)


def _pair(one: SecondEntry, now: datetime) -> Pair:
    activity = design.activity(one.activity_id)
    pack = activity.pack
    standing = Submission.objects.filter(pk=one.submission_id).first()
    if standing is None:
        return Pair(one, [], 0, (0, 0), 0, gone=True)
    data = vault.open_note(
        village_id=one.village_id, activity_id=one.activity_id, context=f"twice/{one.id}",
        sealed=bytes(one.sealed),
    )  # fmt: skip
    [family] = _read(activity, one, data).families
    sealed = vault.system_identities(
        village_id=one.village_id, activity_id=one.activity_id,
        record_ids=[standing.id], now=now,
    ).get(standing.id, {})  # fmt: skip
    first = _together(pack, standing.answers, sealed, standing.leaf_id)
    second = _together(pack, family.answers(pack), family.identity(pack), family.leaf_id)
    found, compared = keying.differences(pack, first, second)
    counts = (len(pack.inside(first)), len(pack.inside(second)))
    return Pair(one, found, compared, counts, standing.version)


def _together(
    pack: design.Pack, answers: Mapping[str, Any], sealed: Mapping[str, Any], leaf: str
) -> dict[str, Any]:
    area = {q.name: leaf for q in pack.instrument.questions if q.role == "area"}
    made: dict[str, Any] = {pack.main: {**answers[pack.main], **sealed.get(pack.main, {}), **area}}
    if pack.member:
        inside = sealed.get(pack.member, [])
        made[pack.member] = [
            {**facts, **(inside[at] if at < len(inside) else {})}
            for at, facts in enumerate(answers[pack.member])
        ]
    return made


@transaction.atomic
def settle(
    *,
    actor: Any,
    village_id: str,
    entry_id: str,
    second_is_right: set[tuple[str, int | None, str]],
    version: int,
    now: datetime,
) -> None:
    """Keep which questions differed, correct where the second entry is right, erase it. ``version``
    is that of the answers the actor looked at."""
    people.check_can(actor, "process.edit", village_id)
    one = _own(actor, village_id, entry_id, lock=True)
    if one.state != TYPED:
        raise Refused("compared", _("Formulir ini tidak menunggu pembandingan."))
    pair = _pair(one, now)
    if not pair.gone and pair.version != version:
        raise Refused("changed", _("Isian ini baru saja diubah. Bandingkan lagi."))
    changes = {
        (d.record, d.member, d.name): "" if d.second is None else d.second
        for d in pair.differences
        if (d.record, d.member, d.name) in second_is_right
    }
    roles = {q.name: q.role for q in design.activity(one.activity_id).pack.instrument.questions}
    changes = {place: v for place, v in changes.items() if roles[place[2]] != "area"}
    if changes:
        actions.edit_submission(
            submission_id=one.submission_id, changes=changes, actor=actor,
            reason=_("Ketikan kedua dari formulir kertas."), now=now,
        )  # fmt: skip
    one.state, one.sealed, one.settled_by = COMPARED, b"", actor
    one.compared, one.differing = pair.compared, [d.name for d in pair.differences]
    one.save()
    _log(actor, "compare_second", village_id, one.id, now, differing=len(pair.differences),
         compared=pair.compared)  # fmt: skip


def errors(activity_id: str) -> Errors:
    """What all comparisons of an activity tell of keying."""
    rows = list(SecondEntry.objects.filter(activity_id=activity_id, state=COMPARED))
    questions: Counter[str] = Counter()
    people_: dict[int, list[int]] = {}
    for one in rows:
        questions.update(one.differing)
        kept = people_.setdefault(one.first_by_id, [0, 0])
        kept[0] += len(one.differing)
        kept[1] += one.compared
    return Errors(
        len(rows), sum(r.compared for r in rows), sum(len(r.differing) for r in rows),
        tuple(sorted(questions.items(), key=lambda q: (-q[1], q[0]))),
        tuple((person, wrong, compared) for person, (wrong, compared) in sorted(people_.items())),
    )  # fmt: skip


@transaction.atomic
def expire(*, now: datetime) -> int:
    """Erase second entries that nobody compared; how many."""
    old = now - timedelta(days=keying.policy().days)
    gone = list(SecondEntry.objects.select_for_update().filter(state=TYPED, keyed_at__lt=old))
    for one in gone:
        one.state, one.sealed, one.second_by, one.keyed_at = DRAWN, b"", None, None
        one.save()
        _log(None, "expire_second", one.village_id, one.id, now)
    return len(gone)
