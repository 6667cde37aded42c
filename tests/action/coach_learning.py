"""A village of learners for tests: agent, head, enumerator, coach; sittings and modules read."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cantik.assess import api as assess
from cantik.coach.learning import actions, curriculum
from cantik.coach.models import Agent, Attempt, Lokus, Programme
from tests.action.people import NOW, above, person, village

LATER = NOW + timedelta(days=30)


@dataclass
class Learners:
    village: Any
    regency: Any
    agen: Any
    kepala: Any
    petugas: Any
    pembina: Any
    programme: Programme
    lokus: Lokus


def learners(name: str = "Belajar", kind: str = "real") -> Learners:
    place = village(name, kind)
    regency = above(place, "kabupaten")
    roles = ("agen_statistik", "kepala_desa", "petugas")
    who = {role: person(role, place) for role in roles}
    pembina = person("pembina_kabupaten", regency)
    programme = Programme.objects.create(
        id=f"P{place.id}", area=regency, year=2026, rulebook=assess.latest("desa_cantik").hash,
        opened_by=pembina, opened_at=NOW,
    )  # fmt: skip
    lokus = Lokus.objects.create(
        id=f"L{place.id}", programme=programme, village=place, year=2026, chosen_at=NOW,
        regency=regency.id,
        province=above(place, "provinsi").id, moved_at=NOW,
    )  # fmt: skip
    Agent.objects.create(
        lokus=lokus, person=who["agen_statistik"], evidence_id="E", officer=True,
        since=datetime(2026, 1, 1, tzinfo=UTC).date(), named_by=who["kepala_desa"], named_at=NOW,
    )  # fmt: skip
    return Learners(
        place,
        regency,
        who["agen_statistik"],
        who["kepala_desa"],
        who["petugas"],
        pembina,
        programme,
        lokus,
    )


def sit(here: Learners, who: Any, moment: str, right: int, now: datetime = NOW) -> Attempt:
    """A finished sitting with the first ``right`` items answered rightly, the others wrongly."""
    one = actions.begin(actor=who, village_id=here.village.id, moment=moment, now=now)
    for at, item in enumerate(actions.test_of(one).forms[one.form]):
        wrong = "a" if item.right != "a" else "b"
        actions.answer(
            actor=who, attempt_id=one.id, item=item.id,
            choice=item.right if at < right else wrong, now=now,
        )  # fmt: skip
    return actions.finish(actor=who, attempt_id=one.id, now=now)


def read_modules(here: Learners, who: Any, count: int = 6) -> None:
    for module in curriculum.modules()[:count]:
        actions.read_to_end(actor=who, village_id=here.village.id, module=module, now=NOW)
