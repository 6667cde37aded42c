"""What protect asks of whom next, and two people who decide at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections

from cantik.kernel.states import NotNow
from cantik.protect import api as protect
from cantik.protect.models import Decision
from tests.action.disseminate_chain import NOW, Chain, chain

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def released(settings: Any, tmp_path: Path) -> None:
    settings.RELEASED = tmp_path / "released"


@pytest.fixture
def made() -> Chain:
    return chain(families=60)


def asked(made: Chain) -> dict[str, list[tuple[str, str]]]:
    """(chip, last parts of the address) of what each person is asked."""
    return {
        who: [
            (task.chip, task.url.removeprefix(f"/kantor/{made.village.id}/"))
            for task in protect.next_things(person, made.village.id, NOW)
        ]
        for who, person in made.people.items()
    }


NOBODY: dict[str, list[tuple[str, str]]] = {
    who: []
    for who in (
        "agen", "kepala", "petugas", "pembina", "rekan", "kepala_lain", "administrator"
    )
}  # fmt: skip


def returned(made: Chain, one: protect.Proposal) -> None:
    protect.decide(
        actor=made.people["kepala"], proposal_id=one.id, verdict="return", note="periksa lagi",
        shown_files=one.files, confirmed=True, now=NOW,
    )  # fmt: skip


def test_clean_data_are_proposed_by_the_agent(made: Chain) -> None:
    assert asked(made) == {**NOBODY, "agen": [("", "tabel/")]}


def test_a_waiting_proposal_is_decided_by_the_head_and_read_by_the_coach(made: Chain) -> None:
    one = made.propose()
    place = [("waiting", f"persetujuan/{one.id}/")]
    assert asked(made) == {**NOBODY, "kepala": place, "pembina": place}
    protect.comment(actor=made.people["pembina"], proposal_id=one.id, text="Baik.", now=NOW)
    assert asked(made) == {**NOBODY, "kepala": place}


def test_a_returned_proposal_is_seen_by_the_agent(made: Chain) -> None:
    returned(made, made.propose())
    assert asked(made) == {**NOBODY, "agen": [("returned", "tabel/")]}


def test_a_release_asks_nothing_until_the_data_change(made: Chain) -> None:
    made.approve(made.propose())
    assert asked(made) == NOBODY
    made.clean = made.cut(70)
    assert asked(made) == {**NOBODY, "agen": [("", "tabel/")]}


def test_without_clean_data_nobody_is_asked() -> None:
    made = chain(families=60)
    made.village = made.people["rekan"].appointments.get().area
    assert asked(made) == NOBODY


# -- two at once ------------------------------------------------------------------------------


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Results or faults. Really at once on PostgreSQL; SQLite lets in one after the other anyway
    (and its test database in memory belongs to one thread)."""

    def run(call: Callable[[], Any]) -> Any:
        try:
            return call()
        except Exception as fault:
            return fault

    if connection.vendor != "postgresql":
        return [run(call) for call in calls]
    together = Barrier(len(calls))

    def wait(call: Callable[[], Any]) -> Any:
        together.wait(10)
        try:
            return run(call)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(wait, calls))


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_make_one_release(made: Chain) -> None:
    one = made.propose()
    acting = made.people["kepala"]
    second = type(acting).objects.create(username="plt", name="Plt", created_at=NOW)
    second.appointments.create(
        role="kepala_desa", area=made.village, valid_from=NOW.date(), acting=True
    )

    def approve(who: Any) -> Callable[[], Any]:
        return lambda: protect.decide(
            actor=who, proposal_id=one.id, verdict="approve", shown_files=one.files,
            confirmed=True, now=NOW,
        )  # fmt: skip

    results = at_once(approve(acting), approve(second))
    assert sum(isinstance(result, protect.Release) for result in results) == 1
    [told] = [result for result in results if not isinstance(result, protect.Release)]
    assert isinstance(told, NotNow | protect.Refused)
    assert [one.number for one in protect.releases(made.village.id)] == [1]
    assert Decision.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_proposals_at_once_leave_one_going(made: Chain) -> None:
    results = at_once(made.propose, made.propose)
    assert sum(isinstance(result, protect.Proposal) for result in results) == 1
    [told] = [result for result in results if not isinstance(result, protect.Proposal)]
    assert isinstance(told, protect.Refused)
    assert told.code == "already"
    assert protect.Proposal.objects.count() == 1
