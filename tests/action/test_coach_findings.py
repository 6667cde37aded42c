"""What a sheet is offered as evidence out of the house itself."""

from datetime import timedelta
from typing import Any

import pytest

from cantik.assess import api as assess
from cantik.coach.findings import FINDERS
from cantik.coach.models import Attendance, Needs, Visit
from cantik.people import api as people

from . import coach_year
from .coach_year import NOW, Year
from .people import person

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def it() -> Year:
    return coach_year.year()


def sheet(it: Year, year: int = 2026) -> assess.SheetInfo:
    book = assess.latest("evaluasi_desa_cantik").hash
    return assess.open_sheet(
        actor=it.agent, rulebook=book, area_id=it.village.id, year=year, now=NOW
    )


def labels(name: str, one: assess.SheetInfo) -> list[str]:
    return [found.label for found in assess.PROPOSE[name](one, "I.1.a")]


def test_every_name_a_rulebook_asks_for_has_a_finder() -> None:
    for one in assess.rulebooks("scorecard") or assess.load_rulebooks(now=NOW):
        if one.kind == "scorecard":
            asked = {name for item in one.card.items() for name in item.propose}
            assert asked <= set(assess.PROPOSE)
    assert set(FINDERS) <= set(assess.PROPOSE)


def test_a_village_with_nothing_is_offered_nothing(it: Year) -> None:
    assert [labels(name, sheet(it)) for name in FINDERS] == [[]] * len(FINDERS)


def test_agents_count_while_their_decree_stands(it: Year) -> None:
    lokus = coach_year.chosen(it)
    coach_year.named(it, lokus)
    assert labels("agents", sheet(it)) == ["1 agen statistik dengan SK, 1 di antaranya perangkat"]
    assert labels("agents", sheet(it, 2025)) == []
    [found] = assess.PROPOSE["agents"](sheet(it), "I.1.a")
    assert found.url.endswith("/pembinaan/agen/")
    assess.withdraw_evidence(
        actor=it.head, evidence_id=lokus.agents.get().evidence_id, why="salah berkas", now=NOW
    )
    assert labels("agents", sheet(it)) == []


def visit(it: Year, lokus: Any, state: str) -> Visit:
    return Visit.objects.create(
        id=f"v{state}", lokus=lokus, purpose="sosialisasi", at=NOW, place="Balai", state=state,
        planned_by=it.coach, planned_at=NOW - timedelta(days=3),
    )  # fmt: skip


def test_minuted_visits_and_sent_needs_are_offered_without_a_name(it: Year) -> None:
    lokus = coach_year.chosen(it)
    visit(it, lokus, "held")
    one = visit(it, lokus, "minuted")
    guest = person("petugas", it.village)
    Attendance.objects.create(visit=one, person=guest, group="aparat", how="qr", mark="m", at=NOW)
    assert labels("visits", sheet(it)) == [
        "Notulen: Sosialisasi dan pencanangan, 4 Mei 2026, 1 orang hadir"
    ]
    Needs.objects.create(
        lokus=lokus, activity_id="a", number=1, summary={}, sent_by=it.agent, sent_at=NOW
    )
    assert labels("needs", sheet(it)) == ["Hasil identifikasi kebutuhan, dikirim 4 Mei 2026"]
    told = " ".join(label for name in FINDERS for label in labels(name, sheet(it)))
    assert people.person_name(guest.pk) not in told
