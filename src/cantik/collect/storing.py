"""Which families of a file are new, the same or changed, and writing them down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cantik.design.api import FAMILY, MEMBER, Pack, Verdict, judge
from cantik.kernel import canonical
from cantik.ledger import api as ledger
from cantik.vault import api as vault

from .checking import Family, complete
from .models import NoAnswer, Submission, SubmissionVersion, Upload

Place = tuple[str, int | None, str]  # record, member counted from 0, question
KK, NUMBERED = "kk", "nomor"


@dataclass(frozen=True)
class Compared:
    """``verdict`` is new, same or changed; ``clashes`` are edited answers the file would change."""

    family: Family
    verdict: str
    submission: Submission | None
    clashes: tuple[Place, ...] = ()


def key_of(pack: Pack, family: Family, book_id: str) -> tuple[str, str]:
    """(kind, value) by which a family is known again: its KK, else its number in this workbook."""
    question = next(q for q in pack.instrument.questions if q.role == "key")
    value = str(family.sealed.get(question.name) or "")
    if value.isdigit() and len(value) == 16:
        return KK, value
    return NUMBERED, f"{book_id}:{family.number}"


def mark_of(activity_id: str, identity: Mapping[str, Any]) -> str:
    """A keyed hash of sealed answers: tells whether they changed, and nothing else."""
    text = canonical.dumps(identity).decode()
    return ledger.keyed_hash(f"identity/{activity_id}", text)


def value_at(answers: Mapping[str, Any], place: Sequence[Any]) -> Any:
    record, member, name = place
    if record == FAMILY:
        return answers[FAMILY].get(name)
    members = answers[MEMBER]
    return members[member].get(name) if member is not None and member < len(members) else None


def compare(
    families: Sequence[Family], *, pack: Pack, activity_id: str, book_id: str
) -> list[Compared]:
    """Match every family with what is known, by keyed look-up."""
    keys = [key_of(pack, one, book_id) for one in families]
    known: dict[tuple[str, str], str] = {}
    for kind in (KK, NUMBERED):
        values = [value for k, value in keys if k == kind]
        for value, ids in vault.find(activity_id=activity_id, kind=kind, values=values).items():
            known[kind, value] = ids[-1]
    stored = {one.id: one for one in Submission.objects.filter(activity_id=activity_id)}
    found = []
    for one, key in zip(families, keys, strict=True):
        before = stored.get(known.get(key, ""))
        if before is None:
            found.append(Compared(one, "new", None))
            continue
        answers = one.answers()
        same = (
            before.answers == answers
            and before.leaf_id == one.leaf_id
            and before.identity_mark == mark_of(activity_id, one.identity())
        )
        clashes = tuple(
            (record, member, name)
            for record, member, name in before.edited
            if value_at(answers, (record, member, name))
            != value_at(before.answers, (record, member, name))
        )
        only_edits = not same and _patched(answers, before.answers, clashes) == before.answers
        verdict = "same" if same or (clashes and only_edits) else "changed"
        found.append(Compared(one, verdict, before, clashes))
    return found


def _patched(
    answers: Mapping[str, Any], before: Mapping[str, Any], places: Sequence[Place]
) -> dict[str, Any]:
    """``answers`` with the earlier values at ``places``."""
    made: dict[str, Any] = {
        FAMILY: dict(answers[FAMILY]),
        MEMBER: [dict(m) for m in answers[MEMBER]],
    }
    for record, member, name in places:
        value = value_at(before, (record, member, name))
        target: dict[str, Any] | None = None
        if record == FAMILY:
            target = made[FAMILY]
        elif member is not None and member < len(made[MEMBER]):
            target = made[MEMBER][member]
        if target is None:
            continue
        if value is None:
            target.pop(name, None)
        else:
            target[name] = value
    return made


def verdicts(found: Sequence[Verdict]) -> list[list[Any]]:
    return [[v.kind, v.member, v.name] for v in found]


def store(
    upload: Upload,
    compared: Sequence[Compared],
    no_answers: Mapping[tuple[str, str], int],
    *,
    pack: Pack,
    book_id: str,
    now: datetime,
) -> None:
    """Write all of a file, inside the caller's transaction."""
    fresh: list[Submission] = []
    changed: list[Submission] = []
    versions: list[SubmissionVersion] = []
    sealed: dict[str, Mapping[str, Any]] = {}
    lookups: dict[str, list[tuple[str, str]]] = {KK: [], NUMBERED: []}
    for one in compared:
        answers = one.family.answers()
        identity = one.family.identity()
        before = one.submission
        if before is None:
            made = Submission(
                id=ledger.random_id(),
                activity_id=upload.activity_id,
                village_id=upload.village_id,
                leaf_id=one.family.leaf_id,
                answers=answers,
                sealed_faults=verdicts(one.family.sealed_faults),
                identity_mark=mark_of(upload.activity_id, identity),
                upload_id=upload.id,
                changed_at=now,
            )
            fresh.append(made)
            sealed[made.id] = identity
            kind, value = key_of(pack, one.family, book_id)
            lookups[kind].append((value, made.id))
            continue
        if one.verdict == "same" and (upload.keep_edits or not one.clashes):
            if before.state == "returned":
                before.state = "accepted"
                changed.append(before)
            continue
        versions.append(before_of(before, "upload", upload.uploaded_by, now))
        kept = one.clashes if upload.keep_edits else ()
        before.answers = _patched(answers, before.answers, kept)
        before.edited = [list(place) for place in kept]
        before.leaf_id = one.family.leaf_id
        before.sealed_faults = verdicts(one.family.sealed_faults)
        before.identity_mark = mark_of(upload.activity_id, identity)
        before.version += 1
        before.state, before.upload_id, before.changed_at = "accepted", upload.id, now
        changed.append(before)
        sealed[before.id] = identity
    SubmissionVersion.objects.bulk_create(versions, batch_size=1000)
    Submission.objects.bulk_create(fresh, batch_size=1000)
    Submission.objects.bulk_update(
        changed,
        ["answers", "edited", "leaf_id", "sealed_faults", "identity_mark", "version", "state",
         "upload_id", "changed_at"],
        batch_size=500,
    )  # fmt: skip
    vault.seal_identities(
        village_id=upload.village_id, activity_id=upload.activity_id, entries=sealed, now=now
    )
    for kind, pairs in lookups.items():
        vault.register_lookups(activity_id=upload.activity_id, kind=kind, pairs=pairs)
    _no_answers(upload, compared, no_answers)


def _no_answers(
    upload: Upload, compared: Sequence[Compared], counts: Mapping[tuple[str, str], int]
) -> None:
    """The last file that speaks of an RT tells how many families there gave no answers."""
    leaves = {one.family.leaf_id for one in compared} | {leaf for leaf, _ in counts}
    NoAnswer.objects.filter(activity_id=upload.activity_id, leaf_id__in=leaves).delete()
    NoAnswer.objects.bulk_create(
        [
            NoAnswer(
                activity_id=upload.activity_id, leaf_id=leaf, result=result, families=n,
                upload_id=upload.id,
            )
            for (leaf, result), n in sorted(counts.items())
        ]
    )  # fmt: skip


def before_of(one: Submission, why: str, by: Any, now: datetime) -> SubmissionVersion:
    return SubmissionVersion(
        submission=one, version=one.version, answers=one.answers, why=why, by=by, at=now
    )


# -- one family, edited -----------------------------------------------------------------------


def read_sealed(values: Mapping[str, Any], pack: Pack) -> dict[str, Any]:
    """Sealed answers as the judge reads them: dates as dates."""
    kinds = {q.name: q.kind for q in pack.instrument.questions}
    return {
        name: date.fromisoformat(value) if kinds.get(name) == "date" and value else value
        for name, value in values.items()
    }


def rejudge(
    answers: dict[str, Any], identity: Mapping[str, Any], pack: Pack, today: date
) -> list[Verdict]:
    """Work out derived answers again, in place; the verdicts on sealed answers come back."""
    own = read_sealed(identity.get(FAMILY, {}), pack)
    sealed = [read_sealed(m, pack) for m in identity.get(MEMBER, [])]
    family, members = complete(
        pack, answers[FAMILY], own, list(zip(answers[MEMBER], sealed, strict=True)), today
    )
    return [
        v
        for v in judge(pack, family, members, today)
        if v.kind != "rule" and pack.instrument.question(v.name).sealed
    ]
