"""What a sheet is offered as evidence out of the house itself."""

import pytest

from cantik.assess import api as assess
from cantik.coach.findings import FINDERS

from . import coach_year
from .coach_year import NOW, Year

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
