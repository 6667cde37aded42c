"""A year of coaching: stages pass because their proof exists, and stay passed when it is gone."""

from datetime import timedelta
from typing import Any

import pytest

from cantik.assess import api as assess
from cantik.coach.models import Agent, Lokus, Passed
from cantik.coach.programme import actions
from cantik.kernel.problems import Refused
from cantik.kernel.states import NotNow
from cantik.ledger import api as ledger
from cantik.people import api as people
from tests.action.coach_year import DAY, NOW, Year, chosen, named, pdf, shared, weighed, year
from tests.action.people import person

pytestmark = [pytest.mark.django_db, pytest.mark.database]
LATER = NOW + timedelta(days=30)


@pytest.fixture
def it() -> Year:
    return year()


def stage(lokus: Lokus) -> int:
    lokus.refresh_from_db()
    return lokus.stage


def first_three(it: Year, lokus: Lokus) -> None:
    shared(it, "sk_tim_pembina")
    actions.add_member(
        actor=it.coach, programme_id=it.programme.id, person_id=it.coach.pk, part="ketua",
        since=DAY, now=NOW,
    )  # fmt: skip
    shared(it, "koordinasi")
    shared(it, "sk_lokus")
    assert stage(lokus) == 3


def test_stages_move_with_their_proof_and_in_their_order(it: Year) -> None:
    lokus = chosen(it)
    assert stage(lokus) == 0
    shared(it, "koordinasi")  # of the second stage: the first has no proof yet
    shared(it, "sk_tim_pembina")
    assert stage(lokus) == 0
    assert lokus.missing == "tim"
    actions.add_member(
        actor=it.coach, programme_id=it.programme.id, person_id=it.coach.pk, part="ketua",
        since=DAY, now=NOW,
    )  # fmt: skip
    assert stage(lokus) == 2
    assert lokus.missing == "sk_lokus"
    shared(it, "sk_lokus")
    named(it, lokus)
    assert stage(lokus) == 4
    record = list(Passed.objects.filter(lokus=lokus).values_list("stage", "number"))
    assert record == [("sk_tim", 1), ("koordinasi", 2), ("penetapan", 3), ("agen", 4)]


def test_looking_again_changes_nothing(it: Year) -> None:
    lokus = chosen(it)
    first_three(it, lokus)
    before = list(Passed.objects.values())
    stood = Lokus.objects.values().get(pk=lokus.id)
    actions.refresh(lokus_id=lokus.id, now=NOW)
    assert list(Passed.objects.values()) == before
    assert Lokus.objects.values().get(pk=lokus.id) == stood
    assert stood["moved_at"] == NOW


def test_what_is_written_down_names_the_proof_by_its_hash(it: Year) -> None:
    lokus = chosen(it)
    first_three(it, lokus)
    one = Passed.objects.get(lokus=lokus, stage="koordinasi")
    [[kind, ref, sha, _words]] = one.proofs["koordinasi"]
    assert kind == "file"
    assert sha == assess.evidence(ref).sha256


def test_a_withdrawn_file_takes_no_stage_back_and_the_stage_says_so(it: Year) -> None:
    lokus = chosen(it)
    first_three(it, lokus)
    proof = it.programme.proofs.get(requirement="koordinasi")
    written = Passed.objects.get(lokus=lokus, stage="koordinasi").proofs
    actions.withdraw_proof(actor=it.coach, proof_id=proof.pk, why="salah berkas", now=LATER)
    assert stage(lokus) == 3
    assert lokus.lost
    stand, _found = actions.standing(lokus)
    assert [one.stage.id for one in stand.stages if one.lost] == ["koordinasi"]
    assert Passed.objects.get(lokus=lokus, stage="koordinasi").proofs == written
    shared(it, "koordinasi", "lagi")
    lokus.refresh_from_db()
    assert not lokus.lost


def test_a_decree_that_is_no_pdf_is_refused_and_nothing_is_kept(it: Year) -> None:
    lokus = chosen(it)
    for data in (b"", b"MZ\x90 SK.pdf", b"<html>%PDF-</html>", pdf("x")[:-8]):
        with pytest.raises(Refused):
            actions.name_agent(
                actor=it.head, lokus_id=lokus.id, person_id=it.agent.pk, officer=True,
                number="1", dated=DAY, data=data, since=DAY, now=NOW,
            )  # fmt: skip
    assert not Agent.objects.exists()
    assert assess.evidence_of(it.village.id) == []


def test_a_decree_needs_its_number_and_day(it: Year) -> None:
    for number, dated in (("", DAY), ("1/2026", None)):
        with pytest.raises(Refused):
            actions.put_proof(
                actor=it.coach, programme_id=it.programme.id, requirement="sk_lokus",
                data=pdf("sk"), number=number, dated=dated, now=NOW,
            )  # fmt: skip


def test_the_same_file_twice_is_one(it: Year) -> None:
    shared(it, "koordinasi")
    with pytest.raises(Refused):
        shared(it, "koordinasi")
    assert it.programme.proofs.count() == 1


def test_two_coaches_decide_at_once_and_the_second_is_told(it: Year) -> None:
    second = person("pembina_kabupaten", it.regency, "pembina.dua")
    one = weighed(it)
    reason = "Kepala desa meminta sendiri."
    actions.decide_candidate(
        actor=it.coach, candidate_id=one.id, verb="choose", reason=reason, now=NOW
    )
    with pytest.raises(NotNow):
        actions.decide_candidate(
            actor=second, candidate_id=one.id, verb="decline", reason=reason, now=NOW
        )
    assert Lokus.objects.count() == 1


def test_choosing_needs_the_whole_record_and_a_reason(it: Year) -> None:
    one = actions.add_candidate(
        actor=it.coach, programme_id=it.programme.id, village_id=it.village.id, now=NOW
    )
    for verb, reason in (("choose", "Kepala desa meminta."), ("decline", "tidak")):
        with pytest.raises(Refused):
            actions.decide_candidate(
                actor=it.coach, candidate_id=one.id, verb=verb, reason=reason, now=NOW
            )
    declined = actions.decide_candidate(
        actor=it.coach, candidate_id=one.id, verb="decline", reason="Belum ada calon agen.", now=NOW
    )
    assert declined.state == "declined"
    assert b"calon" not in bytes(declined.reason or b"")  # sealed
    assert not Lokus.objects.exists()


def test_an_agent_who_is_replaced_proves_nothing_any_more(it: Year) -> None:
    lokus = chosen(it)
    first_three(it, lokus)
    first = named(it, lokus)
    assert stage(lokus) == 4
    actions.end_agent(actor=it.head, lokus_id=lokus.id, agent_id=first.pk, now=LATER)
    assert stage(lokus) == 4  # it was so
    assert lokus.lost
    next_one = person("agen_statistik", it.village, "agen.dua")
    named(it, lokus, next_one, "sk agen baru")
    lokus.refresh_from_db()
    assert not lokus.lost
    rows = [(one.person_id, one.until is None) for one in Agent.objects.filter(lokus=lokus)]
    assert rows == [(it.agent.pk, False), (next_one.pk, True)]


def test_only_who_holds_the_role_here_is_named(it: Year) -> None:
    lokus = chosen(it)
    with pytest.raises(Refused):
        named(it, lokus, it.coach)
    with pytest.raises(people.NotAllowed):
        actions.name_agent(
            actor=it.agent, lokus_id=lokus.id, person_id=it.agent.pk, officer=True, number="1",
            dated=DAY, data=pdf("x"), since=DAY, now=NOW,
        )  # fmt: skip


def test_a_village_split_in_two_keeps_its_history(it: Year) -> None:
    from cantik.people import actions as places

    lokus = chosen(it)
    first_three(it, lokus)
    parent = people.ancestors(it.village.id)[-1]
    made = [
        places.place(
            parent=places.Area.objects.get(pk=parent.id), level="desa", name=name, kind="contoh",
            village_kind="desa", day=DAY, source="uji",
        )
        for name in ("Uji Hulu", "Uji Hilir")
    ]  # fmt: skip
    with pytest.raises(Refused):
        actions.split(
            actor=it.coach, lokus_id=lokus.id, why="split", successors=[made[0].id], now=LATER
        )
    after = actions.split(
        actor=it.coach, lokus_id=lokus.id, why="split", successors=[one.id for one in made],
        now=LATER,
    )  # fmt: skip
    lokus.refresh_from_db()
    assert lokus.closed_why == "split"
    assert lokus.passed.count() == 3
    assert [one.follows_id for one in after] == [lokus.id, lokus.id]
    # What is shared by the year proves the same for the new ones, each on a record of its own.
    for one in after:
        assert stage(one) == 3
    with pytest.raises(Refused):
        actions.split(actor=it.coach, lokus_id=lokus.id, why="left", successors=[], now=LATER)


def test_a_closed_village_moves_no_more(it: Year) -> None:
    lokus = chosen(it)
    first_three(it, lokus)
    actions.split(actor=it.coach, lokus_id=lokus.id, why="left", successors=[], now=NOW)
    with pytest.raises(Refused):
        named(it, lokus)
    assert stage(lokus) == 3


def test_strangers_and_other_regencies_may_nothing(it: Year) -> None:
    other = year(name="Lain")
    lokus = chosen(it)
    for who in (other.coach, other.head, it.agent, it.head, it.boss):
        with pytest.raises(people.NotAllowed):
            actions.put_proof(
                actor=who, programme_id=it.programme.id, requirement="koordinasi",
                data=pdf("k"), now=NOW,
            )  # fmt: skip
        with pytest.raises(people.NotAllowed):
            actions.add_candidate(
                actor=who, programme_id=it.programme.id, village_id=it.village.id, now=NOW
            )
        with pytest.raises(people.NotAllowed):
            actions.split(actor=who, lokus_id=lokus.id, why="left", successors=[], now=NOW)
    with pytest.raises(people.NotAllowed):  # a village of another regency
        actions.add_candidate(
            actor=it.coach, programme_id=it.programme.id, village_id=other.village.id, now=NOW
        )


def test_the_year_is_opened_once_and_only_for_a_regency(it: Year) -> None:
    with pytest.raises(Refused):
        actions.open_programme(actor=it.coach, area_id=it.regency.id, year=2026, now=NOW)
    with pytest.raises(Refused):
        actions.open_programme(actor=it.coach, area_id=it.regency.id, year=26, now=NOW)
    with pytest.raises(people.NotAllowed):
        actions.open_programme(actor=it.coach, area_id=it.village.id, year=2027, now=NOW)


def test_the_audit_names_nobody_and_holds(it: Year) -> None:
    lokus = chosen(it)
    named(it, lokus)
    lines = ledger.AuditLine.objects.filter(verb__startswith="coach.")
    assert {one.verb for one in lines} >= {"coach.open", "coach.choose", "coach.agent"}
    assert not any("Orang" in one.detail for one in lines)
    assert ledger.verify_audit() is None


def test_a_rulebook_this_program_cannot_follow_is_refused() -> None:
    from cantik.coach.programme import probes
    from cantik.coach.stages import BadStages

    told = assess.latest("desa_cantik").content
    stages = [dict(one) for one in told["stages"]]
    stages[0]["needs"] = [{**stages[0]["needs"][1], "probe": "nobody_wrote_it"}]
    with pytest.raises(BadStages, match="nobody_wrote_it"):
        assess.CHECKS["stages"]({**told, "stages": stages})
    assert assess.CHECKS["stages"] is probes.check


def test_a_whole_year_passes_on_what_an_office_really_has(it: Year) -> None:
    """Files for what happens outside Cantik, and the things of the house themselves."""
    from cantik.coach.models import Attempt

    lokus = chosen(it)
    first_three(it, lokus)
    named(it, lokus)

    def put(requirement: str, who: object) -> None:
        actions.put_proof(
            actor=who, programme_id=it.programme.id, lokus_id=lokus.id, requirement=requirement,
            data=pdf(requirement), now=NOW,
        )  # fmt: skip

    for requirement in ("sosialisasi", "piagam"):
        put(requirement, it.coach)
    assert stage(lokus) == 5
    put("identifikasi", it.agent)
    put("rencana", it.agent)
    assert stage(lokus) == 7
    put("kunjungan_1", it.coach)
    assert (stage(lokus), lokus.missing) == (7, "kuesioner")
    Attempt.objects.create(
        id="a1", person=it.agent, village=it.village, year=2026, test="t", form="A", moment="pre",
        state="finished", begun_at=NOW, finished_at=NOW, score=9, items=18,
    )  # fmt: skip
    stand, found = actions.standing(lokus)
    assert [one.kind for one in found["tes_awal"]] == ["test"]
    assert [need.id for need in stand.missing] == ["kuesioner"]


def test_a_job_that_waits_already_is_asked_for_once(it: Year, settings: Any) -> None:
    lokus = chosen(it)
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    shared(it, "sk_tim_pembina")
    shared(it, "koordinasi")
    for _several in range(3):
        ledger.record(
            actor=it.agent, verb="collect.accept", thing="upload", thing_id="u",
            area_id=it.village.id, now=LATER,
        )  # fmt: skip
    waiting = ledger.Job.objects.filter(kind=actions.REFRESH, state="waiting")
    assert sorted(waiting.values_list("area_id", flat=True)) == sorted(
        [it.regency.id, it.village.id]
    )
    assert ledger.waits(actions.REFRESH, it.village.id)
    assert not ledger.waits(actions.REFRESH, lokus.id)


def test_evidence_of_the_year_taken_back_on_its_own_page_is_seen_at_once(it: Year) -> None:
    lokus = chosen(it)
    first_three(it, lokus)
    proof = it.programme.proofs.get(requirement="sk_lokus")
    assess.withdraw_evidence(
        actor=it.coach, evidence_id=proof.evidence_id, why="salah berkas", now=LATER
    )
    lokus.refresh_from_db()
    assert lokus.lost
