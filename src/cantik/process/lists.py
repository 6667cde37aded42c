"""Lists by name: asked for with a purpose, allowed where that is needed, opened for a few days.

No name is ever kept in a list: whoever opens it sees the answers as they stand at that moment, and
each opening is written down in the audit trail and in the log of who opened identities.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from cantik.collect import api as collect
from cantik.design import api as design
from cantik.kernel.problems import Refused
from cantik.kernel.text import pick
from cantik.ledger import api as ledger
from cantik.people import api as people
from cantik.vault import api as vault

from . import naming
from .models import NameList

WAITING, READY, REFUSED, REVOKED = "waiting", "ready", "refused", "revoked"
HEAD = "hubungan", "1"  # who a family is called after, in packs that ask for it


# -- counting and choosing --------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """One line before anybody is named: a form, and the place of a member in it."""

    submission: collect.SubmissionInfo
    member: int | None


def places(activity: design.ActivityInfo, rule: naming.Rule) -> list[Place]:
    """Every line the rule gives, by area in tree order; forms that wait to be asked again do not
    count."""
    order = {leaf.id: at for at, leaf in enumerate(design.tree_of(activity).leaves())}
    found = [
        Place(one, member)
        for one in collect.submissions(activity.id)
        if one.state != "returned"
        for member in naming.matches(rule, activity.pack, one.answers, one.leaf_id)
    ]
    found.sort(key=lambda p: (order.get(p.submission.leaf_id, len(order)), p.submission.id))
    return found


def children(activity: design.ActivityInfo, rule: naming.Rule, found: Sequence[Place]) -> int:
    """How many children the lines name, or tell of by the name of their family."""
    return sum(_children(activity.pack, rule, one) for one in found)


def _children(pack: design.Pack, rule: naming.Rule, one: Place) -> int:
    return naming.children_in(rule, pack, one.submission.answers, one.member)


def columns(pack: design.Pack, record: str) -> list[design.Question]:
    """What may stand beside a name: facts of that record and of the form, and of what is sealed an
    address or a telephone; never a number of identity."""
    return [
        q
        for q in pack.instrument.questions
        if q.record in (record, pack.main)
        and (
            q.role in ("fact", "derived")
            or (
                q.role == "identity"
                and q.record == pack.main
                and q.kind == "text"
                and not naming.is_number(q)
            )
        )
    ]


# -- asking -----------------------------------------------------------------------------------


def _words(text: str, code: str) -> str:
    """A purpose as it is kept. Raises Refused for one that says nothing."""
    policy = naming.policy()
    plain = " ".join(text.split())
    if len(plain) < policy.fewest_letters:
        raise Refused(
            code,
            _(
                "Tulis dengan kata sendiri untuk apa nama-nama ini dipakai, "
                "paling sedikit %(n)s huruf."
            )
            % {"n": policy.fewest_letters},
        )
    if len(plain) > policy.most_letters:
        raise Refused(code, _("Paling banyak %(n)s huruf.") % {"n": policy.most_letters})
    return plain if plain[-1] in ".!?" else f"{plain}."


def _seal(one: NameList, what: str, words: str, now: datetime) -> bytes:
    return vault.seal_note(
        village_id=one.village_id, activity_id=one.activity_id,
        context=f"list/{one.id}/{what}", data=words.encode(), now=now,
    )  # fmt: skip


def purpose(one: NameList, what: str = "purpose") -> str:
    """What was written for it; "" when it was erased with the identities of its activity."""
    sealed = getattr(one, what)
    if not sealed:
        return ""
    try:
        return vault.open_note(
            village_id=one.village_id, activity_id=one.activity_id,
            context=f"list/{one.id}/{what}", sealed=bytes(sealed),
        ).decode()  # fmt: skip
    except ledger.Missing:
        return ""


@transaction.atomic
def ask(
    *,
    actor: Any,
    activity_id: str,
    rule: naming.Rule,
    columns: Sequence[str],
    use: str,
    purpose: str,
    days: int,
    now: datetime,
) -> NameList:
    """Ask for a list. It is ready at once, or waits for the head when it tells of health, religion
    or children; asked by the head, the written purpose is that permission."""
    activity = design.activity(activity_id)
    people.check_can(actor, "names.list", activity.village_id)
    policy = naming.policy()
    try:
        naming.check(rule, activity.pack)
    except naming.NoRule as wrong:
        raise Refused("rule", str(wrong)) from None
    allowed = {q.name for q in _columns(activity.pack, rule.record)}
    if len(set(columns)) > policy.columns or set(columns) - allowed:
        raise Refused("columns", _("Pilih paling banyak %(n)s kolom.") % {"n": policy.columns})
    if use not in policy.uses:
        raise Refused("use", _("Pilih untuk apa daftar ini."))
    if not 1 <= days <= policy.most_days:
        raise Refused("days", _("Paling lama %(n)s hari.") % {"n": policy.most_days})
    words = _words(purpose, "purpose")
    found = places(activity, rule)
    if not found:
        raise Refused("rule", _("Tidak ada yang memenuhi keadaan itu."))
    touched = [q.name for q in naming.touched(rule, columns, activity.pack)]
    young = children(activity, rule, found)
    head = people.can(actor, "names.allow", activity.village_id)
    waits = bool(touched or young) and not head
    one = NameList(
        id=ledger.random_id(), village_id=activity.village_id, activity_id=activity_id,
        rule=rule.plain(), columns=list(columns), use=use, asked_by=actor, asked_at=now,
        found=len(found), sensitive=touched, children=bool(young), days=days,
        state=WAITING if waits else READY,
    )  # fmt: skip
    one.purpose = _seal(one, "purpose", words, now)
    if not waits:
        one.expires_at = now + timedelta(days=days)
    if head and (touched or young):
        one.head_purpose = _seal(one, "head_purpose", words, now)
        one.decided_by, one.decided_at = actor, now
    one.save()
    _log(one, actor, "ask", now, found=len(found), sensitive=touched, children=bool(young))
    return one


_columns = columns  # the action has a parameter of that name


def _log(one: NameList, actor: Any, verb: str, now: datetime, **detail: object) -> None:
    ledger.record(
        actor=actor, verb=f"process.{verb}_names", thing="name_list", thing_id=one.id,
        area_id=one.village_id, now=now, detail={"activity": one.activity_id, **detail},
    )  # fmt: skip


# -- allowing ---------------------------------------------------------------------------------


def _held(list_id: str, village_id: str) -> NameList:
    one = NameList.objects.select_for_update().filter(pk=list_id, village_id=village_id).first()
    if one is None:
        raise people.NotAllowed
    return one


@transaction.atomic
def decide(
    *, actor: Any, village_id: str, list_id: str, allow: bool, purpose: str, now: datetime
) -> NameList:
    """The head allows a list that waits, with a purpose in the head's own words, or refuses it."""
    people.check_can(actor, "names.allow", village_id)
    one = _held(list_id, village_id)
    if one.state != WAITING:
        raise Refused("decided", _("Permintaan ini sudah diputuskan."))
    if allow:
        one.head_purpose = _seal(one, "head_purpose", _words(purpose, "purpose"), now)
        one.expires_at = now + timedelta(days=one.days)
    one.state = READY if allow else REFUSED
    one.decided_by, one.decided_at = actor, now
    one.save()
    _log(one, actor, "allow" if allow else "refuse", now)
    return one


@transaction.atomic
def revoke(*, actor: Any, village_id: str, list_id: str, now: datetime) -> None:
    """Close a list before its day: the head any, others their own."""
    people.check_can(actor, "names.list", village_id)
    one = _held(list_id, village_id)
    if one.asked_by_id != actor.pk:
        people.check_can(actor, "names.allow", village_id)
    if one.state not in (WAITING, READY):
        raise Refused("decided", _("Daftar ini sudah ditutup."))
    one.state = REVOKED
    one.save(update_fields=["state"])
    _log(one, actor, "revoke", now)


# -- opening ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One line with a name. ``cells`` are (label, words) in the order of the columns."""

    name: str
    area: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Opened:
    """What one opening shows. ``left_out`` are people under age that nobody allowed to be named."""

    lines: list[Line]
    left_out: int


def listed(one: NameList, now: datetime) -> str:
    """The state as people see it: a ready list whose day has passed is expired."""
    if one.state == READY and one.expires_at is not None and one.expires_at <= now:
        return "expired"
    return str(one.state)


def may_open(person: Any, one: NameList, now: datetime) -> bool:
    """Only who asked for it, and the head of the village, while it is open."""
    if listed(one, now) != READY or not people.can(person, "names.list", one.village_id):
        return False
    return one.asked_by_id == person.pk or people.can(person, "names.allow", one.village_id)


def open_list(
    *, actor: Any, village_id: str, list_id: str, language: str, printed: bool, now: datetime
) -> tuple[NameList, Opened]:
    """Name whom the rule names now. Raises NotAllowed (404) for everybody else, after its day and
    after it was closed; Refused when it is opened too often."""
    one = NameList.objects.filter(pk=list_id, village_id=village_id).first()
    if one is None or not may_open(actor, one, now):
        raise people.NotAllowed
    policy = naming.policy()
    if ledger.rate_limited(
        f"names:{actor.pk}", limit=policy.openings, seconds=policy.opening_seconds, now=now
    ):
        raise Refused("often", _("Terlalu sering dibuka. Tunggu 15 menit, lalu coba lagi."))
    activity = design.activity(one.activity_id)
    rule = naming.read(one.rule)
    allowed = one.head_purpose is not None
    if not allowed and naming.touched(rule, one.columns, activity.pack):
        # Asked for before the rules, or the tables of the questionnaire, said that it is sensitive.
        raise Refused("sensitive", _("Daftar ini kini perlu izin tertulis. Minta daftar baru."))
    found = places(activity, rule)
    kept = [p for p in found if allowed or not _children(activity.pack, rule, p)]
    with transaction.atomic():
        names = vault.read_identities(
            actor=actor, village_id=village_id, activity_id=one.activity_id,
            record_ids=sorted({p.submission.id for p in kept}), purpose="daftar_nama", now=now,
        )  # fmt: skip
        NameList.objects.filter(pk=one.pk).update(
            opened=F("opened") + int(not printed), printed=F("printed") + int(printed)
        )
        _log(one, actor, "print" if printed else "open", now, lines=len(kept))
    return one, Opened(_lines(activity, one, kept, names, language), len(found) - len(kept))


def _lines(
    activity: design.ActivityInfo,
    one: NameList,
    kept: Sequence[Place],
    names: Mapping[str, Mapping[str, Any]],
    language: str,
) -> list[Line]:
    pack, tree = activity.pack, design.tree_of(activity)
    order = {leaf.id: at for at, leaf in enumerate(tree.leaves())}
    shown = [pack.instrument.question(name) for name in one.columns]
    made = []
    for place in kept:
        sealed = names.get(place.submission.id, {})
        leaf = place.submission.leaf_id
        cells = tuple(
            (pick(q.label, language), _cell(pack, q, place, sealed, language)) for q in shown
        )
        name = called(pack, place.submission.answers, sealed, place.member)
        label = tree.node(leaf).label if leaf in tree else ""
        above = tree.node(leaf).parent_id if leaf in tree else None
        if above is not None and above in tree and above != tree.root.id:
            label = f"{label}, {tree.node(above).label}"
        made.append((order.get(leaf, len(order)), name.casefold(), Line(name, label, cells)))
    made.sort(key=lambda row: row[:2])
    return [line for _area, _name, line in made]


def called(
    pack: design.Pack, answers: Mapping[str, Any], sealed: Mapping[str, Any], member: int | None
) -> str:
    """By what name a line stands: the person's; the family after its head; else the first sealed
    text of the form that asks for a name, such as an owner or a shop. Never a number of identity,
    a note or an address."""
    inside = sealed.get(pack.member, []) if pack.member else []
    if member is not None:
        return _name(pack, pack.member, inside[member] if member < len(inside) else {})
    head, code = HEAD
    members = pack.inside(answers)
    own = naming.names_of(pack, pack.main)
    if not own:
        at = next((n for n, one in enumerate(members) if str(one.get(head)) == code), 0)
        if at < len(inside):
            return _name(pack, pack.member, inside[at])
    return _name(pack, pack.main, sealed.get(pack.main, {}))


def _name(pack: design.Pack, record: str, sealed: Mapping[str, Any]) -> str:
    return next(
        (str(sealed[q.name]) for q in naming.names_of(pack, record) if sealed.get(q.name)),
        _("(tanpa nama)"),
    )


def _cell(
    pack: design.Pack,
    question: design.Question,
    place: Place,
    sealed: Mapping[str, Any],
    language: str,
) -> str:
    if question.sealed:
        return str(sealed.get(pack.main, {}).get(question.name) or "")
    answers = place.submission.answers
    if question.record == pack.main:
        value = answers[pack.main].get(question.name)
    elif place.member is None:
        return ""
    else:
        value = pack.inside(answers)[place.member].get(question.name)
    if value is None or value == "":
        return ""
    if pack.choices(question):
        return pick(pack.label(question, value), language)
    return str(value)
