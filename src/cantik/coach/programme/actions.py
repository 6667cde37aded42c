"""The programme: open a year, weigh and choose villages, name agents, put proof, pass stages."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from cantik.assess import api as assess
from cantik.coach import stages
from cantik.coach.models import (
    CANDIDATE,
    Agent,
    Candidate,
    Lokus,
    Passed,
    Programme,
    Proof,
    TeamMember,
)
from cantik.coach.sealing import sealed
from cantik.kernel.problems import Refused
from cantik.kernel.states import NotNow
from cantik.ledger import api as ledger
from cantik.people import api as people

from . import fit, probes, rulebook

REFRESH = "coach.refresh"
OWN_VERBS = ("coach.stage",)  # written by the refresh itself
YEARS = range(2021, 2100)  # the programme began in 2021


def _log(
    actor: Any, verb: str, thing: str, thing_id: str, area_id: str, now: datetime, **more: object
) -> None:
    ledger.record(
        actor=actor, verb=verb, thing=thing, thing_id=thing_id, area_id=area_id, now=now,
        detail=more,
    )  # fmt: skip


# -- a year -----------------------------------------------------------------------------------


@transaction.atomic
def open_programme(*, actor: Any, area_id: str, year: int, now: datetime) -> Programme:
    """A year of coaching in a regency, under the rulebook that is newest today."""
    people.check_can(actor, "coach.lead", area_id)
    if people.area(area_id).level != "kabupaten":
        raise people.NotAllowed
    if year not in YEARS:
        raise Refused("year", _("Tulis tahunnya dengan empat angka, misalnya 2026."))
    try:
        with transaction.atomic():
            made = Programme.objects.create(
                id=ledger.random_id(), area_id=area_id, year=year, rulebook=rulebook.latest(),
                opened_by=actor, opened_at=now,
            )  # fmt: skip
    except IntegrityError:
        raise Refused("twice", _("Tahun ini sudah dibuka.")) from None
    _log(actor, "coach.open", "programme", made.id, area_id, now, year=year)
    return made


@transaction.atomic
def add_member(
    *, actor: Any, programme_id: str, person_id: int, part: str, since: date, now: datetime
) -> TeamMember:
    """Someone of the team named by the SK; they hold a role of coaching here already."""
    programme = Programme.objects.get(pk=programme_id)
    people.check_can(actor, "coach.lead", programme.area_id)
    if part not in rulebook.book(programme.rulebook).team:
        raise Refused("part", _("Pilih kedudukannya dalam tim."))
    if person_id not in coaches(programme):
        raise Refused("person", _("Pilih orang dari daftar."))
    if TeamMember.objects.filter(programme=programme, person_id=person_id, until=None).exists():
        raise Refused("person", _("Orang ini sudah ada dalam tim."))
    made = TeamMember.objects.create(
        programme=programme, person_id=person_id, part=part, since=since
    )
    _log(actor, "coach.team", "programme", programme.id, programme.area_id, now)
    return made


@transaction.atomic
def end_member(*, actor: Any, programme_id: str, member_id: int, now: datetime) -> None:
    programme = Programme.objects.get(pk=programme_id)
    people.check_can(actor, "coach.lead", programme.area_id)
    day = people.today(people.area(programme.area_id), now)
    ended = TeamMember.objects.filter(pk=member_id, programme=programme, until=None)
    if not ended.update(until=day):
        raise people.NotAllowed
    _log(actor, "coach.team", "programme", programme.id, programme.area_id, now)


def coaches(programme: Programme) -> dict[int, str]:
    """Who may be in the team: those who coach in this regency or above it."""
    return people.holders("coach.lead", programme.area_id)


# -- exploring --------------------------------------------------------------------------------


@transaction.atomic
def add_candidate(*, actor: Any, programme_id: str, village_id: str, now: datetime) -> Candidate:
    """A village is looked at: a record of fit is opened for it."""
    programme = Programme.objects.get(pk=programme_id)
    people.check_can(actor, "coach.lead", programme.area_id)
    if village_id not in {one.id for one in villages_of(programme)}:
        raise people.NotAllowed
    if Candidate.objects.filter(programme=programme, village_id=village_id).exists():
        raise Refused("twice", _("Desa ini sudah ada di daftar penjajakan."))
    sheet = assess.open_sheet(
        actor=actor, rulebook=assess.latest(fit.NAME).hash, area_id=village_id,
        year=programme.year, now=now,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made = Candidate.objects.create(
                id=ledger.random_id(), programme=programme, village_id=village_id,
                sheet_id=sheet.id, added_by=actor, added_at=now,
            )  # fmt: skip
    except IntegrityError:
        raise Refused("twice", _("Desa ini sudah ada di daftar penjajakan.")) from None
    _log(actor, "coach.candidate", "candidate", made.id, village_id, now)
    return made


def villages_of(programme: Programme) -> list[people.AreaInfo]:
    """The villages of the regency, of the regency's own kind."""
    return people.villages_under(programme.area_id, people.area(programme.area_id).kind)


@transaction.atomic
def decide_candidate(
    *, actor: Any, candidate_id: str, verb: str, reason: str, now: datetime
) -> Candidate:
    """``choose``, ``decline`` or ``weigh`` again, with its reason. Choosing makes it a lokus of the
    year. Raises NotNow when another coach was faster."""
    one = Candidate.objects.select_related("programme").get(pk=candidate_id)
    people.check_can(actor, "coach.lead", one.programme.area_id)
    if len(reason.strip()) < 10:
        raise Refused("reason", _("Tulis alasannya dengan satu kalimat."))
    if verb == "choose" and not fit.filled(one.sheet_id):
        raise Refused("sheet", _("Isi dahulu catatan penjajakannya sampai lengkap."))
    after = CANDIDATE.after(one.state, verb)
    moved = Candidate.objects.filter(pk=one.pk, state=one.state).update(
        state=after, reason=sealed("candidate", one.id, "reason", reason.strip()[:500]),
        decided_by=actor, decided_at=now,
    )  # fmt: skip
    if not moved:
        raise NotNow(CANDIDATE.name, one.state, verb)
    one.refresh_from_db()
    _log(actor, f"coach.{verb}", "candidate", one.id, one.village_id, now)
    if verb == "choose":
        _lokus(one.programme, one.village_id, now)
    return one


def _lokus(programme: Programme, village_id: str, now: datetime, follows: Any = None) -> Lokus:
    above = people.ancestors(village_id)
    made, new = Lokus.objects.get_or_create(
        programme=programme,
        village_id=village_id,
        defaults={
            "id": ledger.random_id(),
            "chosen_at": now,
            "moved_at": now,
            "follows": follows,
            "year": programme.year,
            "regency": programme.area_id,
            "province": next((one.id for one in above if one.level == "provinsi"), ""),
        },
    )
    if new:
        refresh(lokus_id=made.id, now=now)
    return made


# -- a village in the year --------------------------------------------------------------------


@transaction.atomic
def split(
    *, actor: Any, lokus_id: str, why: str, successors: Sequence[str], now: datetime
) -> list[Lokus]:
    """A village was split, merged, or leaves the year. Its history stays as it is; each successor
    begins a row of its own that follows it."""
    one = Lokus.objects.select_for_update().select_related("programme").get(pk=lokus_id)
    people.check_can(actor, "coach.lead", one.programme.area_id)
    if one.closed_at is not None:
        raise Refused("closed", _("Desa ini sudah tidak dibina tahun ini."))
    if why not in ("split", "merged", "left"):
        raise Refused("why", _("Pilih apa yang terjadi."))
    known = {area.id for area in villages_of(one.programme)}
    wanted = list(dict.fromkeys(successors))
    if why == "split" and len(wanted) < 2:
        raise Refused("successors", _("Pilih sedikitnya dua desa hasil pemekaran."))
    if why == "merged" and len(wanted) != 1:
        raise Refused("successors", _("Pilih satu desa hasil penggabungan."))
    if why == "left":
        wanted = []
    if not set(wanted) <= known:
        raise people.NotAllowed
    one.closed_at, one.closed_why = now, why
    one.save(update_fields=["closed_at", "closed_why"])
    Agent.objects.filter(lokus=one, until=None).update(
        until=people.today(people.area(one.village_id), now)
    )
    _log(actor, "coach.close", "lokus", one.id, one.village_id, now, why=why)
    return [_lokus(one.programme, id_, now, follows=one) for id_ in wanted if id_ != one.village_id]


def lokus_of(village_id: str, year: int | None = None) -> Lokus | None:
    """The village in the newest year of the programme, or in the given one."""
    found = Lokus.objects.filter(village_id=village_id).select_related("programme")
    if year is not None:
        found = found.filter(programme__year=year)
    return found.order_by("-programme__year", "-chosen_at").first()


def may_be_agents(village_id: str) -> dict[int, str]:
    """Whom the head may name: those who hold the work of an agent there, not the head."""
    return people.holders("activity.open", village_id, own=True)


@transaction.atomic
def name_agent(
    *, actor: Any, lokus_id: str, person_id: int, officer: bool, number: str, dated: date | None,
    data: bytes, since: date, now: datetime,
) -> Agent:  # fmt: skip
    """The head names an agent by an SK, which comes along as a file. Who is named holds the role of
    agen statistik in the village already."""
    lokus = _open(lokus_id)
    people.check_can(actor, "coach.name", lokus.village_id)
    if person_id not in may_be_agents(lokus.village_id):
        raise Refused("person", _("Pilih orang dari daftar."))
    if Agent.objects.filter(lokus=lokus, person_id=person_id, until=None).exists():
        raise Refused("person", _("Orang ini sudah diangkat."))
    if not number.strip():
        raise Refused("number", _("Tulis nomor SK-nya."))
    kept = assess.add_evidence(
        actor=actor, area_id=lokus.village_id, kind="sk_agen", title=_("SK agen statistik"),
        data=data, number=number.strip(), dated=dated, now=now,
    )  # fmt: skip
    made = Agent.objects.create(
        lokus=lokus, person_id=person_id, evidence_id=kept.id, officer=officer, since=since,
        named_by=actor, named_at=now,
    )  # fmt: skip
    _log(actor, "coach.agent", "lokus", lokus.id, lokus.village_id, now)
    return made


@transaction.atomic
def end_agent(*, actor: Any, lokus_id: str, agent_id: int, now: datetime) -> None:
    """The term of an agent ends today; what was done stays done."""
    lokus = _open(lokus_id)
    people.check_can(actor, "coach.name", lokus.village_id)
    day = people.today(people.area(lokus.village_id), now)
    if not Agent.objects.filter(pk=agent_id, lokus=lokus, until=None).update(until=day):
        raise people.NotAllowed
    _log(actor, "coach.agent", "lokus", lokus.id, lokus.village_id, now)


def _open(lokus_id: str) -> Lokus:
    one = Lokus.objects.select_related("programme").get(pk=lokus_id)
    if one.closed_at is not None:
        raise Refused("closed", _("Desa ini sudah tidak dibina tahun ini."))
    return one


# -- proof ------------------------------------------------------------------------------------


@transaction.atomic
def put_proof(
    *, actor: Any, programme_id: str, lokus_id: str = "", requirement: str, data: bytes,
    number: str = "", dated: date | None = None, now: datetime,
) -> Proof:  # fmt: skip
    """A file for a requirement, for one village or for all of the year. The same file sent twice is
    one."""
    programme = Programme.objects.get(pk=programme_id)
    lokus = _open(lokus_id) if lokus_id else None
    if lokus is not None and lokus.programme_id != programme.id:
        raise people.NotAllowed
    told = rulebook.book(programme.rulebook).requirement(requirement)
    level = stages.LOKUS if lokus else stages.PROGRAMME
    if told is None or told[1].kind != stages.FILE or told[1].level != level:
        raise people.NotAllowed
    _check_may_prove(actor, programme, lokus)
    if told[1].letter and not number.strip():
        raise Refused("number", _("Tulis nomor suratnya."))
    if told[1].letter and dated is None:
        raise Refused("dated", _("Tulis tanggal suratnya."))
    area_id = lokus.village_id if lokus else programme.area_id
    kept = assess.add_evidence(
        actor=actor, area_id=area_id, kind=requirement, title=told[1].title["id"], data=data,
        number=number.strip(), dated=dated, now=now,
    )  # fmt: skip
    here = Proof.objects.filter(programme=programme, lokus=lokus, requirement=requirement)
    if here.filter(evidence_id=kept.id).exists():
        raise Refused("file", _("Berkas yang sama sudah ada di sini."))
    made = Proof.objects.create(
        programme=programme, lokus=lokus, requirement=requirement, evidence_id=kept.id, by=actor,
        at=now,
    )  # fmt: skip
    _log(actor, "coach.proof", "proof", str(made.pk), area_id, now, requirement=requirement)
    return made


@transaction.atomic
def withdraw_proof(*, actor: Any, proof_id: int, why: str, now: datetime) -> None:
    """The file is taken back and its bytes go; that it stood here stays written."""
    one = Proof.objects.select_related("programme", "lokus").get(pk=proof_id)
    _check_may_prove(actor, one.programme, one.lokus)
    if len(why.strip()) < 5:
        raise Refused("why", _("Tulis alasannya."))
    assess.withdraw_evidence(actor=actor, evidence_id=one.evidence_id, why=why.strip(), now=now)
    area_id = one.lokus.village_id if one.lokus else one.programme.area_id
    _log(actor, "coach.unproof", "proof", str(one.pk), area_id, now, requirement=one.requirement)


def may_prove(person: Any, programme: Programme, lokus: Lokus | None) -> bool:
    """The coach everywhere in the regency; the village for what is its own."""
    if people.can(person, "coach.lead", programme.area_id):
        return True
    return lokus is not None and people.can(person, "coach.work", lokus.village_id)


def _check_may_prove(person: Any, programme: Programme, lokus: Lokus | None) -> None:
    if not may_prove(person, programme, lokus):
        raise people.NotAllowed


# -- standing ---------------------------------------------------------------------------------


def standing(lokus: Lokus) -> tuple[stages.Standing, dict[str, list[stages.Found]]]:
    """Where the village stands now, and what proves it."""
    told = rulebook.book(lokus.programme.rulebook)
    found = probes.proofs(lokus)
    passed = list(lokus.passed.values_list("stage", flat=True))
    return stages.standing(told.stages, found, passed), found


@transaction.atomic
def refresh(*, lokus_id: str, now: datetime) -> Lokus:
    """Pass what is proven, and write down what the coach's desk shows; ``now`` is when that
    happened which made it worth a look. Running it twice changes nothing."""
    one = Lokus.objects.select_for_update().select_related("programme").get(pk=lokus_id)
    if one.closed_at is not None:
        return one
    stand, found = standing(one)
    for at, stage in enumerate(stand.newly, start=stand.number - len(stand.newly) + 1):
        proofs = {need.id: [f.plain() for f in found[need.id]] for need in stage.needs}
        Passed.objects.create(lokus=one, stage=stage.id, number=at, at=now, proofs=proofs)
        _log(None, "coach.stage", "lokus", one.id, one.village_id, now, stage=stage.id)
    one.stage = stand.number
    one.missing = stand.missing[0].id if stand.missing else ""
    one.lost = stand.lost
    one.moved_at = max(one.moved_at, now)
    one.save(update_fields=["stage", "missing", "lost", "moved_at"])
    return one


def touched(area_id: str) -> QuerySet[Lokus]:
    """Villages that something in this area may move: itself, or those of its year."""
    return Lokus.objects.filter(Q(village_id=area_id) | Q(regency=area_id), closed_at=None)


def on_record(line: ledger.AuditLine) -> None:
    """Something happened in an area: the villages coached there are looked at again by a job. One
    that waits already will see this too."""
    if not line.area_id or line.verb in OWN_VERBS or ledger.waits(REFRESH, line.area_id):
        return
    if touched(line.area_id).exists():
        ledger.enqueue(
            kind=REFRESH, params={"at": line.at}, actor=None, area_id=line.area_id,
            now=datetime.fromisoformat(line.at),
        )  # fmt: skip
