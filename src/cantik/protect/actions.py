"""Propose, comment, decide, withdraw: one verb, one transaction, one audit line."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cantik.design import api as design
from cantik.kernel.problems import Refused
from cantik.kernel.states import NotNow
from cantik.ledger import api as ledger
from cantik.people import api as people

from .catalogue import SHARED
from .models import PROPOSAL, RELEASE, Comment, Decision, Proposal, Release

TRIES = 3


def _move(proposal: Proposal, verb: str) -> None:
    """Take the proposal to its next state, or lose against someone faster (NotNow)."""
    after = PROPOSAL.after(proposal.state, verb)
    moved = Proposal.objects.filter(pk=proposal.pk, state=proposal.state).update(state=after)
    if not moved:
        proposal.refresh_from_db()
        raise NotNow(PROPOSAL.name, proposal.state, verb)
    proposal.state = after


@transaction.atomic
def propose(
    *, actor: Any, clean_edition_id: str, licence: str, note: str = "", now: datetime
) -> Proposal:
    """Ask for tables to be prepared from a clean edition. A correction needs a note."""
    clean = ledger.edition(clean_edition_id)
    people.check_can(actor, "release.propose", clean.area_id)
    if clean.kind != "clean":
        raise Refused("not_clean", _("Usulan dibuat dari data bersih."))
    if clean.deleted_at:
        raise Refused("clean_gone", _("Data bersih ini sudah diganti. Pakailah yang terbaru."))
    going = Proposal.objects.filter(
        village_id=clean.area_id, activity_id=clean.activity_id, state__in=["preparing", "waiting"]
    )
    if going.exists():
        raise Refused("already", _("Masih ada usulan yang menunggu keputusan."))
    again = Release.objects.filter(activity_id=clean.activity_id, village_id=clean.area_id)
    if again.exists() and not note.strip():
        raise Refused("note_needed", _("Perbaikan terbitan memerlukan catatan."))
    if not licence.strip():
        raise Refused("licence_needed", _("Pilih lisensi data."))
    shared = tables_sharing(design.activity(clean.activity_id).pack.tables)
    if shared:
        raise Refused("shared_variable", str(SHARED) % {"tables": ", ".join(shared)})
    try:
        with transaction.atomic():
            proposal = Proposal.objects.create(
                id=ledger.random_id(),
                village_id=clean.area_id,
                activity_id=clean.activity_id,
                period=clean.period,
                clean_edition_id=clean.id,
                licence=licence,
                note=note.strip(),
                proposed_by=actor,
                proposed_at=now,
            )
    except IntegrityError:  # someone proposed in the same moment
        raise Refused("already", _("Masih ada usulan yang menunggu keputusan.")) from None
    ledger.record(
        actor=actor,
        verb="protect.propose",
        thing="proposal",
        thing_id=proposal.id,
        area_id=proposal.village_id,
        now=now,
    )
    ledger.enqueue(
        kind="disseminate.prepare",
        params={"proposal": proposal.id},
        actor=actor,
        area_id=proposal.village_id,
        now=now,
    )
    return proposal


@transaction.atomic
def ready(
    *, proposal_id: str, files: Mapping[str, str], proposed_edition_id: str = "", now: datetime
) -> Proposal:
    """All files stand: the proposal waits for the head. Doing it twice changes nothing."""
    proposal = Proposal.objects.get(pk=proposal_id)
    if proposal.state == "waiting" and proposal.files == dict(files):
        return proposal
    _move(proposal, "ready")
    proposal.files = dict(files)
    proposal.proposed_edition_id = proposed_edition_id
    proposal.save(update_fields=["files", "proposed_edition_id"])
    ledger.record(
        actor=None,
        verb="protect.ready",
        thing="proposal",
        thing_id=proposal.id,
        area_id=proposal.village_id,
        now=now,
    )
    return proposal


@transaction.atomic
def fail(*, proposal_id: str, now: datetime) -> Proposal:
    """The preparation could not be finished."""
    proposal = Proposal.objects.get(pk=proposal_id)
    _move(proposal, "fail")
    ledger.record(
        actor=None,
        verb="protect.fail",
        thing="proposal",
        thing_id=proposal.id,
        area_id=proposal.village_id,
        now=now,
    )
    return proposal


@transaction.atomic
def rework(*, actor: Any, proposal_id: str, now: datetime) -> Proposal:
    """Prepare the files of a waiting proposal anew, because words that go into them changed. The
    figures are the same ones; what was shown before can no longer be approved."""
    proposal = Proposal.objects.get(pk=proposal_id)
    if not people.can(actor, "release.propose", proposal.village_id):
        people.check_can(actor, "release.decide", proposal.village_id)
    _move(proposal, "rework")
    proposal.files, proposal.proposed_edition_id = {}, ""
    proposal.save(update_fields=["files", "proposed_edition_id"])
    ledger.record(
        actor=actor,
        verb="protect.rework",
        thing="proposal",
        thing_id=proposal.id,
        area_id=proposal.village_id,
        now=now,
    )
    ledger.enqueue(
        kind="disseminate.prepare",
        params={"proposal": proposal.id},
        actor=actor,
        area_id=proposal.village_id,
        now=now,
    )
    return proposal


@transaction.atomic
def comment(*, actor: Any, proposal_id: str, text: str, now: datetime) -> Comment:
    proposal = Proposal.objects.get(pk=proposal_id)
    people.check_can(actor, "release.comment", proposal.village_id)
    if not text.strip():
        raise Refused("empty", _("Tulis tanggapan dahulu."))
    kept = Comment.objects.create(
        proposal=proposal, person=actor, text=text.strip(), written_at=now
    )
    ledger.record(
        actor=actor,
        verb="protect.comment",
        thing="proposal",
        thing_id=proposal.id,
        area_id=proposal.village_id,
        now=now,
    )
    return kept


def tables_sharing(tables: Iterable[Any]) -> list[str]:
    """Ids of tables that count the same variable in the same universe as another one: they would
    be rounded apart, and tell more together than the audit of each can see."""
    by: dict[tuple[str, str, str], list[Any]] = {}
    for one in tables:
        universe = getattr(one.universe, "source", one.universe) or ""
        by.setdefault((one.unit, one.variable, universe), []).append(one)
    return sorted(
        one.id
        for some in by.values()
        if len(some) > 1 and not design.one_count(some)
        for one in some
    )


def decide(
    *,
    actor: Any,
    proposal_id: str,
    verdict: str,
    note: str = "",
    shown_files: Mapping[str, str],
    confirmed: bool,
    now: datetime,
) -> Release | None:
    """Approve or return exactly the files that were shown. ``confirmed``: the password was given
    again and was right. Raises Refused, or NotNow when someone decided first."""
    for left in reversed(range(TRIES)):
        try:
            return _decide(
                actor=actor,
                proposal_id=proposal_id,
                verdict=verdict,
                note=note,
                shown_files=shown_files,
                confirmed=confirmed,
                now=now,
            )
        except IntegrityError:
            # Someone decided in the same moment: on this proposal, or on another of the village
            # that took the same number. Nothing of ours was kept.
            if Proposal.objects.get(pk=proposal_id).state != "waiting" or not left:
                raise Refused(
                    "decided", _("Usulan ini sudah diputuskan. Buka kembali halamannya.")
                ) from None
    return None


@transaction.atomic
def _decide(
    *,
    actor: Any,
    proposal_id: str,
    verdict: str,
    note: str,
    shown_files: Mapping[str, str],
    confirmed: bool,
    now: datetime,
) -> Release | None:
    proposal = Proposal.objects.select_for_update().get(pk=proposal_id)
    people.check_can(actor, "release.decide", proposal.village_id)
    if proposal.proposed_by_id == actor.pk:
        raise Refused("same_person", _("Yang mengusulkan tidak boleh memutuskan."))
    if not confirmed:
        raise Refused("not_confirmed", _("Masukkan kata sandi sekali lagi."))
    if verdict not in ("approve", "return"):
        raise Refused("verdict", _("Pilih setujui atau kembalikan."))
    if verdict == "return" and not note.strip():
        raise Refused("note_needed", _("Pengembalian memerlukan catatan."))
    PROPOSAL.after(proposal.state, verdict)
    if not proposal.files or dict(shown_files) != proposal.files:
        raise Refused("other_files", _("Berkas usulan telah berubah. Buka kembali halamannya."))
    if verdict == "approve" and ledger.edition(proposal.clean_edition_id).deleted_at:
        # A family asked to be erased: its answers may not be published any more.
        raise Refused(
            "clean_gone",
            _("Data bersih usulan ini sudah diganti. Kembalikan, agar diusulkan lagi."),
        )
    _move(proposal, verdict)
    Decision.objects.create(
        proposal=proposal,
        person=actor,
        verdict=verdict,
        note=note.strip(),
        files=dict(shown_files),
        decided_at=now,
    )
    ledger.record(
        actor=actor,
        verb="protect." + verdict,
        thing="proposal",
        thing_id=proposal.id,
        area_id=proposal.village_id,
        now=now,
    )
    if verdict == "return":
        return None
    return _release(proposal, actor, now)


def _release(proposal: Proposal, actor: Any, now: datetime) -> Release:
    own = Release.objects.filter(village_id=proposal.village_id)
    last = own.order_by("-number").first()
    replaced = own.filter(activity_id=proposal.activity_id, state="published").first()
    if replaced is not None:
        after = RELEASE.after(replaced.state, "replace")
        Release.objects.filter(pk=replaced.pk).update(state=after)
    release = Release.objects.create(
        id=ledger.random_id(),
        number=last.number + 1 if last else 1,
        village_id=proposal.village_id,
        activity_id=proposal.activity_id,
        period=proposal.period,
        proposal=proposal,
        replaces=replaced,
        note=proposal.note,
        released_at=now,
    )
    ledger.enqueue(
        kind="disseminate.publish",
        params={"release": release.id},
        actor=actor,
        area_id=release.village_id,
        now=now,
    )
    return release


@transaction.atomic
def withdraw(*, actor: Any, release_id: str, reason: str, now: datetime) -> Release:
    """Take a release back; its title, date and reason stay to be read."""
    release = Release.objects.select_for_update().get(pk=release_id)
    people.check_can(actor, "release.withdraw", release.village_id)
    if not reason.strip():
        raise Refused("note_needed", _("Penarikan memerlukan alasan."))
    after = RELEASE.after(release.state, "withdraw")
    moved = Release.objects.filter(pk=release.pk, state=release.state).update(
        state=after, reason=reason.strip()
    )
    if not moved:
        release.refresh_from_db()
        raise NotNow(RELEASE.name, release.state, "withdraw")
    release.refresh_from_db()
    ledger.record(
        actor=actor,
        verb="protect.withdraw",
        thing="release",
        thing_id=release.id,
        area_id=release.village_id,
        now=now,
    )
    ledger.enqueue(
        kind="disseminate.publish",
        params={"release": release.id},
        actor=actor,
        area_id=release.village_id,
        now=now,
    )
    return release
