"""coach.desk_84k: the coach's desk over the villages of a nation, and over those of a province."""

import time
from collections.abc import Iterator
from typing import Any

from bench.figure import Figure, fresh, measured

VILLAGES, REGENCIES, PROVINCES = 84_000, 514, 38
SMALL = 482  # of Kalimantan Utara
RUNS = 40


def figures() -> Iterator[Figure]:
    with fresh(DEMO="0") as place:
        yield from measured(place, "coaching")


def measure() -> Iterator[Figure]:
    """Runs inside an installation: makes the villages, then opens the desk as a browser would."""
    from django.test import Client

    whole, coach_of_30 = _nation()
    for name, kept in (("coach.desk_84k", None), ("coach.desk_482", SMALL)):
        if kept is not None:
            _keep(kept)
        times = {}
        for who, person in (("from_above", whole), ("coach", coach_of_30)):
            client = Client()
            client.force_login(person)
            taken = []
            for run in range(RUNS + 2):
                start = time.perf_counter()
                answer = client.get(f"/pembinaan/?halaman={run % 3 + 1}")
                taken.append(time.perf_counter() - start)
                assert answer.status_code == 200  # noqa: S101 a measure of nothing else is none
            times[who] = sorted(taken[2:])
        above = times["from_above"]
        yield Figure(
            name,
            above[int(RUNS * 0.95)] * 1000,
            "p95 ms",
            RUNS,
            {
                "villages": kept or VILLAGES,
                "median_ms": round(above[RUNS // 2] * 1000, 1),
                "one_coach_p95_ms": round(times["coach"][int(RUNS * 0.95)] * 1000, 1),
                "page_bytes": len(answer.content),
            },
        )


def _nation() -> tuple[Any, Any]:
    """One province that holds all, so that somebody may look at all of it at once."""
    from datetime import timedelta

    from django.utils import timezone

    from cantik.coach.models import Lokus, Programme
    from cantik.coach.programme import rulebook
    from cantik.people.models import Area, Person

    now = timezone.now()
    top = Area(id="ukur", level="provinsi", name="Ukur", path="ukur", sort_key="ukur",
               time_zone="Asia/Makassar")  # fmt: skip
    areas, programmes = [top], []
    rows: list[Lokus] = []
    each = VILLAGES // REGENCIES
    boss = _person(Person, "ukur.provinsi")
    hash_ = rulebook.latest()
    stages = len(rulebook.book(hash_).stages)
    for r in range(REGENCIES):
        regency = f"k{r:05d}"
        areas.append(
            Area(id=regency, level="kabupaten", name=f"Kabupaten {r}", path=f"ukur/{regency}",
                 sort_key=regency)
        )  # fmt: skip
        programmes.append(
            Programme(id=f"p{r:05d}", area_id=regency, year=now.year, rulebook=hash_,
                      opened_by=boss, opened_at=now)
        )  # fmt: skip
        for _v in range(each + (r < VILLAGES - each * REGENCIES)):
            at = len(rows)
            id_ = f"v{at:06d}"
            areas.append(
                Area(id=id_, level="desa", name=f"Desa {at}", village_kind="desa",
                     path=f"ukur/{regency}/{id_}", sort_key=id_)
            )  # fmt: skip
            rows.append(
                Lokus(id=f"l{at:06d}", programme_id=f"p{r:05d}", village_id=id_, chosen_at=now,
                      moved_at=now - timedelta(minutes=at * 7 % 90_000), regency=regency,
                      year=now.year, province="ukur", stage=at % (stages + 1),
                      missing="sk_tim_pembina" if at % (stages + 1) < stages else "")
            )  # fmt: skip
    Area.objects.bulk_create(areas, batch_size=2000)
    Programme.objects.bulk_create(programmes, batch_size=2000)
    Lokus.objects.bulk_create(rows, batch_size=2000)
    day = now.date() - timedelta(days=30)
    boss.appointments.create(role="kepala_bps_provinsi", area_id="ukur", valid_from=day)
    # A regency with as many villages as one coach has: the others of it are left out.
    Lokus.objects.filter(regency="k00000").exclude(
        pk__in=[f"l{at:06d}" for at in range(30)]
    ).update(regency="k00001")
    coach = _person(Person, "ukur.pembina")
    coach.appointments.create(role="pembina_kabupaten", area_id="k00000", valid_from=day)
    return boss, coach


def _person(model: Any, username: str) -> Any:
    from django.utils import timezone

    one = model(username=username, name="Ukur", created_at=timezone.now())
    one.set_unusable_password()
    one.save()
    return one


def _keep(n: int) -> None:
    from cantik.coach.models import Lokus

    Lokus.objects.exclude(pk__in=[f"l{at:06d}" for at in range(n)]).delete()
