"""A regency that coaches one village in 2026, for the tests of coaching."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from cantik.assess import api as assess
from cantik.coach.models import Candidate, Lokus, Programme
from cantik.coach.programme import actions
from tests.action.people import above, person, village

NOW = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)
DAY = date(2026, 5, 4)
YEAR = 2026
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def pdf(words: str) -> bytes:
    """A small file that is a PDF by its content; other words are other bytes."""
    return PDF.replace(b"trailer", f"% {words}\ntrailer".encode())


@dataclass
class Year:
    village: Any
    regency: Any
    coach: Any
    agent: Any
    head: Any
    boss: Any  # kepala BPS
    programme: Programme


def year(kind: str = "contoh", name: str = "Uji") -> Year:
    here = village(name, kind=kind)
    regency = above(here, "kabupaten")
    coach = person("pembina_kabupaten", regency)
    made = actions.open_programme(actor=coach, area_id=regency.id, year=YEAR, now=NOW)
    return Year(
        here, regency, coach, person("agen_statistik", here), person("kepala_desa", here),
        person("kepala_bps", regency), made,
    )  # fmt: skip


def fill(sheet_id: str, actor: Any) -> None:
    """Answer every question of a record of fit with its first option."""
    for item in assess.sheet(sheet_id).card.items():
        if item.known:
            assess.answer(
                actor=actor, sheet_id=sheet_id, item=item.id, choice=item.options[0].id, now=NOW
            )


def weighed(it: Year) -> Candidate:
    one = actions.add_candidate(
        actor=it.coach, programme_id=it.programme.id, village_id=it.village.id, now=NOW
    )
    fill(one.sheet_id, it.coach)
    return one


def chosen(it: Year) -> Lokus:
    actions.decide_candidate(
        actor=it.coach, candidate_id=weighed(it).id, verb="choose",
        reason="Kepala desa meminta, ada dua calon agen.", now=NOW,
    )  # fmt: skip
    found = actions.lokus_of(it.village.id)
    assert found is not None
    return found


def shared(it: Year, requirement: str, words: str = "", number: str = "01/2026") -> Any:
    return actions.put_proof(
        actor=it.coach, programme_id=it.programme.id, requirement=requirement,
        data=pdf(words or requirement), number=number, dated=DAY, now=NOW,
    )  # fmt: skip


def named(it: Year, lokus: Lokus, who: Any = None, words: str = "sk agen") -> Any:
    return actions.name_agent(
        actor=it.head, lokus_id=lokus.id, person_id=(who or it.agent).pk, officer=True,
        number="141/02/2026", dated=DAY, data=pdf(words), since=DAY, now=NOW,
    )  # fmt: skip
