"""Which families of a file are new, the same or changed, and writing them down.

What a person has edited since is kept, unless the sender, who was shown it, chose the file.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from cantik.design.api import Pack, Verdict, judge
from cantik.kernel import canonical
from cantik.ledger import api as ledger
from cantik.vault import api as vault

from .checking import NIK, Family, complete
from .models import NoAnswer, Submission, SubmissionVersion, Upload

Place = tuple[str, int | None, str]  # record, member counted from 0, question
Edit = tuple[str, str, int | None, str]  # submission, then its place
KK, NUMBERED = "kk", "nomor"  # kinds of look-up; NIK is the third
DIGITS = 16
NAME, BORN = "nama", "tanggal_lahir"


@dataclass
class Compared:
    """What will be stored of a family. ``verdict`` is new, same or changed; ``clashes`` are the
    edited answers the file would change, at their place in what is stored."""

    family: Family
    verdict: str
    answers: dict[str, Any]
    identity: dict[str, Any]
    submission: Submission | None = None
    edited: list[Place] = field(default_factory=list)
    clashes: tuple[Place, ...] = ()
    sealed_faults: list[Verdict] = field(default_factory=list)


def is_number(value: Any) -> bool:
    """Whether it can be a KK or a NIK."""
    text = str(value or "")
    return len(text) == DIGITS and text.isascii() and text.isdigit()


def kk_of(pack: Pack, identity: Mapping[str, Any]) -> str:
    """The family's KK; "" where there is none that can be one. Of what is no family, its key."""
    key = next((q for q in pack.instrument.questions if q.role == "key"), None)
    if key is None:
        return ""
    value = str(identity[pack.main].get(key.name) or "")
    return value if is_number(value) or not pack.persons else ""


def niks_of(pack: Pack, identity: Mapping[str, Any]) -> list[str]:
    return [str(m[NIK]) for m in pack.inside(identity) if is_number(m.get(NIK))]


def mark_of(activity_id: str, identity: Mapping[str, Any]) -> str:
    """A keyed hash of sealed answers: tells whether they changed, and nothing else."""
    return _mark(activity_id, canonical.dumps(identity))


def _mark(activity_id: str, written: bytes) -> str:
    return ledger.keyed_hash(f"identity/{activity_id}", written.decode())


# -- comparing --------------------------------------------------------------------------------


def compare(
    families: Sequence[Family],
    *,
    pack: Pack,
    activity_id: str,
    book_id: str,
    today: date,
    now: datetime,
    overwrite: Iterable[Edit] = (),
) -> list[Compared]:
    """Match every family with what is known, by keyed look-up. ``overwrite`` names the edits that
    give way to the file; all others stay."""
    given = frozenset(overwrite)
    stored = {one.id: one for one in Submission.objects.filter(activity_id=activity_id)}
    identities = [one.identity(pack) for one in families]
    pairs = _pairs(families, identities, pack, activity_id, book_id, stored)
    wanted = [b for b, by_number in pairs if b is not None and (b.edited or by_number)]
    sealed = _identities(wanted, activity_id, now)
    found = []
    taken: set[str] = set()
    for one, identity, (before, by_number) in zip(families, identities, pairs, strict=True):
        answers = one.answers(pack)
        if before is not None and (
            before.id in taken
            or (by_number and not _same_people(pack, sealed[before.id], identity))
        ):
            before = None  # the row of the form was used again for others
        if before is None:
            found.append(
                Compared(one, "new", answers, identity, sealed_faults=list(one.sealed_faults))
            )
            continue
        taken.add(before.id)
        merged = Compared(one, "", answers, identity, before, sealed_faults=list(one.sealed_faults))
        if before.edited:
            _merge(merged, before, sealed[before.id], given, pack, today)
        same = (
            before.answers == merged.answers
            and before.leaf_id == one.leaf_id
            and before.identity_mark == mark_of(activity_id, merged.identity)
        )
        merged.verdict = "same" if same else "changed"
        found.append(merged)
    return found


def _pairs(
    families: Sequence[Family],
    identities: Sequence[Mapping[str, Any]],
    pack: Pack,
    activity_id: str,
    book_id: str,
    stored: Mapping[str, Submission],
) -> list[tuple[Submission | None, bool]]:
    """For each family who it is among the stored ones, and whether only its number says so."""
    if not stored:
        return [(None, False)] * len(families)
    cards = [kk_of(pack, identity) for identity in identities]
    numbers = [f"{book_id}:{one.number}" for one in families]
    by_card = vault.find(activity_id=activity_id, kind=KK, values=[c for c in cards if c])
    by_number = vault.find(activity_id=activity_id, kind=NUMBERED, values=numbers)
    pairs: list[tuple[Submission | None, bool]] = []
    for card, number in zip(cards, numbers, strict=True):
        known = stored.get(by_card.get(card, [""])[-1])
        if known is not None:
            pairs.append((known, False))
        else:
            pairs.append((stored.get(by_number.get(number, [""])[-1]), True))
    return pairs


def _identities(
    wanted: Sequence[Submission], activity_id: str, now: datetime
) -> dict[str, dict[str, Any]]:
    if not wanted:
        return {}
    return vault.system_identities(
        village_id=wanted[0].village_id,
        activity_id=activity_id,
        record_ids=[one.id for one in wanted],
        now=now,
    )


def _same_people(pack: Pack, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Of what is no family, the number in the workbook is trusted."""
    if not pack.persons:
        return True
    if set(niks_of(pack, one)) & set(niks_of(pack, other)):
        return True
    names = [{_name(m) for m in pack.inside(identity)} - {""} for identity in (one, other)]
    return bool(names[0] & names[1])


def _name(member: Mapping[str, Any]) -> str:
    return " ".join(str(member.get(NAME) or "").lower().split())


def aligned(
    before: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]
) -> dict[int, int]:
    """Where each member stands in the new list: by NIK, by name and birth date, by name; when the
    list is as long as before, by place."""
    place: dict[int, int] = {}
    for key in (
        lambda m: m.get(NIK) if is_number(m.get(NIK)) else None,
        lambda m: (_name(m), m.get(BORN)) if _name(m) and m.get(BORN) else None,
        lambda m: _name(m) or None,
    ):
        free: dict[Any, list[int]] = {}
        for at, member in enumerate(now):
            if at not in place.values() and key(member) is not None:
                free.setdefault(key(member), []).append(at)
        for at, member in enumerate(before):
            same = free.get(key(member), [])
            if at not in place and len(same) == 1:
                place[at] = same.pop()
    if len(before) == len(now):
        for at in range(len(before)):
            if at not in place and at not in place.values():
                place[at] = at
    return place


def _merge(
    merged: Compared,
    before: Submission,
    identity: Mapping[str, Any],
    overwrite: frozenset[Edit],
    pack: Pack,
    today: date,
) -> None:
    """Put edited answers back over those of the file. An edit of a member who is no longer in the
    family goes with that member."""
    answers, sealed = copied(pack, merged.answers), copied(pack, merged.identity)
    where = aligned(pack.inside(identity), pack.inside(sealed))
    clashes = []
    for record, member, name in before.edited:
        at = where.get(member) if record == pack.member else None
        if record == pack.member and at is None:
            continue
        hidden = pack.instrument.question(name).sealed
        old = _record(identity if hidden else before.answers, record, member).get(name)
        target = _record(sealed if hidden else answers, record, at)
        if target.get(name) != old:
            clashes.append((record, member, name))
            if (before.id, record, member, name) in overwrite:
                continue
            if old is None:
                target.pop(name, None)
            else:
                target[name] = old
        merged.edited.append((record, at, name))
    merged.clashes = tuple(clashes)
    if clashes:
        merged.answers, merged.identity = answers, sealed
        merged.sealed_faults = rejudge(answers, sealed, pack, today)


def copied(pack: Pack, content: Mapping[str, Any]) -> dict[str, Any]:
    inside = {pack.member: [dict(m) for m in pack.inside(content)]} if pack.member else {}
    return {pack.main: dict(content[pack.main]), **inside}


def _record(content: Mapping[str, Any], record: str, member: int | None) -> dict[str, Any]:
    found: dict[str, Any] = content[record] if member is None else content[record][member]
    return found


def verdicts(found: Sequence[Verdict]) -> list[list[Any]]:
    return [[v.kind, v.member, v.name] for v in found]


# -- writing ----------------------------------------------------------------------------------


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
    written: dict[str, bytes] = {}
    numbers: dict[str, str] = {}
    for one in compared:
        before = one.submission
        if before is not None and one.verdict == "same" and before.state != "returned":
            continue
        if before is None:
            before = Submission(
                id=ledger.random_id(),
                activity_id=upload.activity_id,
                village_id=upload.village_id,
                version=0,
            )
            fresh.append(before)
        else:
            versions.append(before_of(before, "upload", upload.uploaded_by, now))
            changed.append(before)
        before.answers = one.answers
        before.edited = [list(place) for place in one.edited]
        before.leaf_id = one.family.leaf_id
        before.sealed_faults = verdicts(one.sealed_faults)
        written[before.id] = canonical.dumps(one.identity)
        before.identity_mark = _mark(upload.activity_id, written[before.id])
        before.version += 1
        before.state, before.upload_id, before.changed_at = "accepted", upload.id, now
        sealed[before.id] = one.identity
        numbers[before.id] = f"{book_id}:{one.family.number}"
    SubmissionVersion.objects.bulk_create(versions, batch_size=1000)
    Submission.objects.bulk_create(fresh, batch_size=1000)
    Submission.objects.bulk_update(
        changed,
        ["answers", "edited", "leaf_id", "sealed_faults", "identity_mark", "version", "state",
         "upload_id", "changed_at"],
        batch_size=500,
    )  # fmt: skip
    vault.seal_identities(
        village_id=upload.village_id, activity_id=upload.activity_id, entries=written, now=now
    )
    register(upload.activity_id, sealed, numbers, pack=pack, replaced=[one.id for one in changed])
    _no_answers(upload, no_answers, book_id)


def register(
    activity_id: str,
    identities: Mapping[str, Mapping[str, Any]],
    numbers: Mapping[str, str],
    *,
    pack: Pack,
    replaced: Sequence[str],
) -> None:
    """Make families findable by KK, else by their number in the workbook, and by NIK."""
    pairs: dict[str, list[tuple[str, str]]] = {KK: [], NUMBERED: [], NIK: []}
    for id_, identity in identities.items():
        card = kk_of(pack, identity)
        if card:
            pairs[KK].append((card, id_))
        elif id_ in numbers:
            pairs[NUMBERED].append((numbers[id_], id_))
        pairs[NIK] += [(nik, id_) for nik in niks_of(pack, identity)]
    numbered = {id_ for _, id_ in pairs[NUMBERED]} | {id_ for _, id_ in pairs[KK]}
    for kind, found in pairs.items():
        gone = [id_ for id_ in replaced if kind != NUMBERED or id_ in numbered]
        vault.register_lookups(activity_id=activity_id, kind=kind, pairs=found, replace_for=gone)


def _no_answers(upload: Upload, counts: Mapping[tuple[str, str], int], book_id: str) -> None:
    NoAnswer.objects.filter(activity_id=upload.activity_id, book_id=book_id).delete()
    NoAnswer.objects.bulk_create(
        [
            NoAnswer(
                activity_id=upload.activity_id, leaf_id=leaf, result=result, families=n,
                book_id=book_id, upload_id=upload.id,
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
    own = read_sealed(identity.get(pack.main, {}), pack)
    sealed = [read_sealed(m, pack) for m in identity.get(pack.member, [])]
    pairs = list(zip(pack.inside(answers), sealed, strict=True))
    family, members = complete(pack, answers[pack.main], own, pairs, today)
    return [
        v
        for v in judge(pack, family, members, today)
        if v.kind != "rule" and pack.instrument.question(v.name).sealed
    ]
