"""Half-filled forms: start, save as they are typed, discard; erase those left behind.

A draft is its owner's alone and is sealed whole: names and numbers are in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cantik.design import api as design
from cantik.design.api import ActivityInfo
from cantik.kernel.problems import Refused
from cantik.ledger import api as ledger
from cantik.people import api as people
from cantik.vault import api as vault

from . import checking, instance, storing
from .models import Draft
from .reading import Contents, Unreadable
from .workbook import leaf_names

PRODUCT = Path(__file__).parent / "static" / "collect" / "isi" / "isi.js"


class Stale(Exception):
    """The draft was saved elsewhere since; ``draft`` is how it stands now."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft.id)
        self.draft = draft


@dataclass(frozen=True)
class Policy:
    """From ``since`` on a draft is kept ``days`` after its last saving; ``most`` of them a person
    in one activity."""

    since: date
    days: int
    most: int


@dataclass(frozen=True)
class Glance:
    """What the list of drafts tells of one: enough to know it again, nothing in full."""

    draft: Draft
    place: str
    name: str
    members: int
    until: datetime


@lru_cache(maxsize=1)
def policy() -> Policy:
    read = yaml.safe_load((Path(__file__).parent / "drafts.yaml").read_text("utf-8"))
    return Policy(read["since"], int(read["days"]), int(read["most"]))


def _oldest(now: datetime) -> datetime:
    return now - timedelta(days=policy().days)


def built() -> bool:
    """Whether this machine has the form: it is made from ``frontend/`` when Cantik is set up."""
    return PRODUCT.is_file()


def areas(activity: ActivityInfo) -> dict[str, str]:
    """The name of each leaf area by its id, as the workbook calls them."""
    return {id_: name for name, id_ in leaf_names(design.tree_of(activity)).items()}


def form(activity: ActivityInfo) -> str:
    """The XForm of an activity."""
    return design.form_of(
        activity, areas(activity),
        form_id=instance.form_id(activity.id), version=instance.version(activity.pack),
    )  # fmt: skip


def own(actor: Any, draft_id: str, village_id: str, now: datetime, *, lock: bool = False) -> Draft:
    """One's own draft. Raises NotAllowed (404) for another's, a lapsed one, or none."""
    rows = Draft.objects.select_for_update() if lock else Draft.objects.all()
    found = rows.filter(
        pk=draft_id, owner=actor, village_id=village_id, saved_at__gte=_oldest(now)
    ).first()
    if found is None:
        raise people.NotAllowed
    people.check_can(actor, "collect.upload", found.village_id)
    return found


def note(draft: Draft, action: str, actor: Any, now: datetime, **detail: object) -> None:
    ledger.record(
        actor=actor, verb=action, thing="draft", thing_id=draft.id, area_id=draft.village_id,
        now=now, detail=detail,
    )  # fmt: skip


@transaction.atomic
def start(*, actor: Any, activity_id: str, now: datetime) -> Draft:
    """A new form; one in which nothing was typed yet is taken up again."""
    activity = design.activity(activity_id)
    people.check_can(actor, "collect.upload", activity.village_id)
    mine = Draft.objects.filter(activity_id=activity.id, owner=actor)
    empty = mine.filter(version=0).first()
    if empty is not None:
        return empty
    if mine.count() >= policy().most:
        raise Refused(
            "many", _("Terlalu banyak isian yang belum dikirim. Kirim atau buang dahulu.")
        )
    draft = Draft.objects.create(
        id=ledger.random_id(), activity_id=activity.id, village_id=activity.village_id,
        owner=actor, started_at=now, saved_at=now,
    )  # fmt: skip
    note(draft, "collect.draft_start", actor, now)
    return draft


def opened(draft: Draft) -> bytes:
    """What was saved; empty where nothing was typed yet."""
    if not draft.version:
        return b""
    return vault.open_note(
        village_id=draft.village_id, activity_id=draft.activity_id, context=_context(draft),
        sealed=bytes(draft.sealed),
    )  # fmt: skip


def _context(draft: Draft) -> str:
    """Bound to owner and version: a row put in another's place does not open."""
    return f"draft/{draft.id}/{draft.owner_id}/{draft.version}"


def contents(draft: Draft, activity: ActivityInfo, data: bytes) -> Contents:
    return instance.contents(
        data, pack=activity.pack, activity_id=activity.id, book_id=draft.id
    )  # fmt: skip


@transaction.atomic
def save(
    *, actor: Any, draft_id: str, village_id: str, version: int, data: bytes, now: datetime
) -> Draft:
    """Keep what is typed so far; ``version`` is the one it was typed over. Raises Stale, and
    Unreadable for what is not this form. Typing is no act: it has no line in the audit."""
    draft = own(actor, draft_id, village_id, now, lock=True)
    if version != draft.version:
        raise Stale(draft)
    contents(draft, design.activity(draft.activity_id), data)
    draft.version += 1
    draft.saved_at = now
    draft.sealed = vault.seal_note(
        village_id=draft.village_id, activity_id=draft.activity_id, context=_context(draft),
        data=data, now=now,
    )  # fmt: skip
    draft.save(update_fields=["version", "saved_at", "sealed"])
    return draft


@transaction.atomic
def discard(*, actor: Any, draft_id: str, village_id: str, now: datetime) -> None:
    """Throw a draft away; nothing of it stays but a line in the log."""
    draft = own(actor, draft_id, village_id, now, lock=True)
    note(draft, "collect.draft_discard", actor, now)
    draft.delete()


@transaction.atomic
def expire(*, now: datetime) -> int:
    """Erase drafts nobody has come back to; how many those were."""
    gone = list(Draft.objects.select_for_update().filter(saved_at__lt=_oldest(now)))
    for draft in gone:
        note(draft, "collect.draft_expire", None, now)
        draft.delete()
    return len(gone)


def mine(*, actor: Any, activity: ActivityInfo, now: datetime) -> list[Glance]:
    """One's own drafts of an activity in which something was typed, the latest first."""
    names, member = areas(activity), activity.pack.member
    named = next(
        (q for q in activity.pack.instrument.of(member) if q.role == "identity"), None
    ) if member else None  # fmt: skip
    found = []
    for draft in _begun(actor, activity.id, now):
        try:
            read = contents(draft, activity, opened(draft))
        except Unreadable:
            continue
        at = next((q.name for q in activity.pack.instrument.questions if q.role == "area"), "")
        place = (read.family.values.get(at) or [None])[0]
        people_ = [name for name in read.member.values.get(named.name, []) if name] if named else []
        found.append(
            Glance(
                draft,
                names.get(str(place), ""),
                checking.shown(named, people_[0]) if people_ else "",
                len(read.member.rows),
                draft.saved_at + timedelta(days=policy().days),
            )
        )
    return found


def waiting(actor: Any, activity_id: str, now: datetime) -> int:
    """How many forms a person has begun and not sent."""
    return _begun(actor, activity_id, now).count()


def _begun(actor: Any, activity_id: str, now: datetime) -> QuerySet[Draft]:
    return Draft.objects.filter(
        activity_id=activity_id, owner=actor, version__gt=0, saved_at__gte=_oldest(now)
    )


def forget(activity_id: str, pack: design.Pack, identity: Mapping[str, Any]) -> int:
    """Erase the drafts in which a family that is being erased stands: by its numbers, by its names
    where it has none. How many those were."""
    sought = {storing.kk_of(pack, identity), *storing.niks_of(pack, identity)} - {""}
    if not sought:
        sought = {str(m.get(storing.NAME) or "") for m in pack.inside(identity)} - {""}
    gone = 0
    for draft in Draft.objects.filter(activity_id=activity_id, version__gt=0):
        try:
            read = instance.contents(
                opened(draft), pack=pack, activity_id=activity_id, book_id=draft.id
            )
        except (Unreadable, ledger.NotOpened):
            draft.delete()  # whose it is cannot be told any more
            gone += 1
            continue
        there = {
            value
            for sheet in (read.family, read.member)
            for values in sheet.values.values()
            for value in values
        }
        if sought & there:
            draft.delete()
            gone += 1
    return gone
