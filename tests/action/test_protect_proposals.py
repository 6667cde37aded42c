"""Two people, the same files, one decision."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError

from cantik.kernel.states import NotNow
from cantik.people.models import Person
from cantik.protect import actions
from cantik.protect.models import Proposal, Release

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = datetime(2026, 11, 23, tzinfo=UTC)
FILES = {"tabel/air.json": "a" * 64}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    jobs: list[str] = []
    clean = SimpleNamespace(
        id="c", kind="clean", area_id="d", activity_id="k", period="2026", deleted_at=None
    )
    pack = SimpleNamespace(tables=[])
    monkeypatch.setattr(actions.design, "activity", lambda id: SimpleNamespace(pack=pack))  # noqa: A006
    monkeypatch.setattr(actions.people, "check_can", lambda *a, **k: None)
    monkeypatch.setattr(actions.ledger, "edition", lambda id: clean)  # noqa: A006
    monkeypatch.setattr(actions.ledger, "enqueue", lambda *, kind, **k: jobs.append(kind))
    return jobs


def person(name: str) -> Person:
    return Person.objects.create(username=name, name=name, created_at=NOW)


def waiting(agent: Person, note: str = "") -> Proposal:
    made = actions.propose(
        actor=agent, clean_edition_id="c", licence="CC BY 4.0", note=note, now=NOW
    )
    return actions.ready(proposal_id=made.id, files=FILES, now=NOW)


def decide(who: Person, what: Proposal, **other: Any) -> Release | None:
    given = {"verdict": "approve", "shown_files": FILES, "confirmed": True, **other}
    return actions.decide(actor=who, proposal_id=what.id, now=NOW, **given)


def test_two_people_make_a_release(asked: list[str]) -> None:
    release = decide(person("head"), waiting(person("agent")))
    assert release is not None
    assert (release.number, release.state) == (1, "published")
    assert asked == ["disseminate.prepare", "disseminate.publish"]


def test_the_proposer_never_decides(asked: list[str]) -> None:
    agent = person("agent")
    with pytest.raises(actions.Refused) as told:
        decide(agent, waiting(agent))
    assert told.value.code == "same_person"
    assert not Release.objects.exists()


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"confirmed": False}, "not_confirmed"),
        ({"shown_files": {"tabel/air.json": "b" * 64}}, "other_files"),
        ({"shown_files": {}}, "other_files"),
        ({"verdict": "return"}, "note_needed"),
        ({"verdict": "maybe"}, "verdict"),
    ],
)
def test_a_wrong_decision_is_refused(asked: list[str], other: dict[str, Any], code: str) -> None:
    proposal = waiting(person("agent"))
    with pytest.raises(actions.Refused) as told:
        decide(person("head"), proposal, **other)
    assert told.value.code == code
    proposal.refresh_from_db()
    assert proposal.state == "waiting"


def test_the_second_decision_is_told_that_it_is_late(asked: list[str]) -> None:
    proposal, head = waiting(person("agent")), person("head")
    decide(head, proposal, verdict="return", note="periksa RT 03")
    with pytest.raises(NotNow):
        decide(person("plt"), proposal)
    assert not Release.objects.exists()


def test_two_decisions_in_the_same_moment_one_is_told_so(
    asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = waiting(person("agent"))

    def faster(**given: Any) -> None:
        """Somebody's decision is in the database before ours, which saw none."""
        Proposal.objects.filter(pk=proposal.pk).update(state="approved")
        raise IntegrityError

    monkeypatch.setattr(actions, "_decide", faster)
    with pytest.raises(actions.Refused) as told:
        decide(person("plt"), proposal)
    assert told.value.code == "decided"
    assert "sudah diputuskan" in str(told.value)


def test_a_release_number_taken_by_another_activity_is_tried_again(
    asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal, real, tries = waiting(person("agent")), actions._release, []

    def once(*given: Any) -> Release:
        tries.append(1)
        if len(tries) == 1:
            raise IntegrityError
        return real(*given)

    monkeypatch.setattr(actions, "_release", once)
    made = decide(person("head"), proposal)
    assert made is not None
    assert len(tries) == 2
    assert proposal.decision.verdict == "approve"


def test_a_number_is_taken_once_in_a_village(asked: list[str]) -> None:
    agent, head = person("agent"), person("head")
    first = decide(head, waiting(agent))
    assert first is not None
    with pytest.raises(IntegrityError), actions.transaction.atomic():
        Release.objects.create(
            id="x", number=first.number, village_id=first.village_id, activity_id="other",
            period="2026", proposal=waiting(agent, note="lagi"), released_at=NOW,
        )  # fmt: skip


def test_clean_data_that_were_deleted_are_neither_proposed_nor_approved(
    asked: list[str],
) -> None:
    agent = person("agent")
    proposal = waiting(agent)
    actions.ledger.edition("c").deleted_at = NOW
    with pytest.raises(actions.Refused) as told:
        decide(person("head"), proposal)
    assert told.value.code == "clean_gone"
    decide(person("plt"), proposal, verdict="return", note="perbarui")
    with pytest.raises(actions.Refused) as told:
        waiting(agent)
    assert told.value.code == "clean_gone"


def test_two_proposals_in_the_same_moment_make_one(
    asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting(person("agent"))
    monkeypatch.setattr(Proposal.objects, "filter", lambda **given: Proposal.objects.none())
    with pytest.raises(actions.Refused) as told:
        actions.propose(actor=person("other"), clean_edition_id="c", licence="CC BY 4.0", now=NOW)
    assert told.value.code == "already"
    assert Proposal.objects.count() == 1
    assert asked == ["disseminate.prepare"]


def test_two_tables_of_the_same_thing_are_refused(asked: list[str]) -> None:
    def table(id_: str, variable: str, universe: str | None) -> SimpleNamespace:
        source = SimpleNamespace(source=universe) if universe else None
        return SimpleNamespace(
            id=id_, unit="orang", variable=variable, universe=source, by_sex=False, merged=False,
            classification="k",
        )  # fmt: skip

    tables = actions.design.activity("k").pack.tables
    tables += [table("a", "umur", None), table("b", "umur", "${umur} >= 15")]
    waiting(person("agent"))
    Proposal.objects.update(state="returned")
    tables.append(table("c", "umur", "${umur} >= 15"))
    with pytest.raises(actions.Refused) as told:
        waiting(person("other"))
    assert told.value.code == "shared_variable"
    assert "b, c" in str(told.value)


def test_a_stale_copy_loses(asked: list[str]) -> None:
    proposal = waiting(person("agent"))
    stale = Proposal.objects.get(pk=proposal.pk)
    actions._move(proposal, "approve")
    with pytest.raises(NotNow):
        actions._move(stale, "return")


def test_a_correction_needs_a_note_and_replaces(asked: list[str]) -> None:
    agent, head = person("agent"), person("head")
    first = decide(head, waiting(agent))
    with pytest.raises(actions.Refused) as told:
        waiting(agent)
    assert told.value.code == "note_needed"
    second = decide(head, waiting(agent, note="satu isian diperbaiki"))
    assert first is not None
    assert second is not None
    first.refresh_from_db()
    assert (second.number, second.replaces_id, first.state) == (2, first.id, "replaced")


def test_withdrawing_needs_a_reason_and_happens_once(asked: list[str]) -> None:
    head = person("head")
    release = decide(head, waiting(person("agent")))
    assert release is not None
    with pytest.raises(actions.Refused):
        actions.withdraw(actor=head, release_id=release.id, reason=" ", now=NOW)
    actions.withdraw(actor=head, release_id=release.id, reason="salah tahun", now=NOW)
    with pytest.raises(NotNow):
        actions.withdraw(actor=head, release_id=release.id, reason="lagi", now=NOW)
