"""The coach's desk: every village in reach by stage and by days since anything moved.

It reads what ``programme.actions.refresh`` wrote down for each village, never the proof itself, so
that it opens as fast over a nation as over a regency.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from cantik.coach.models import Lokus, Programme
from cantik.coach.programme import doing, rulebook
from cantik.coach.stages import FILE, PROGRAMME
from cantik.kernel.text import pick
from cantik.people import api as people

ROWS = 30
ABOVE = ("kabupaten", "provinsi")


@dataclass(frozen=True)
class StageCount:
    number: int
    title: str
    villages: int
    stuck: int


@dataclass(frozen=True)
class Row:
    """``days`` since anything happened; ``missing`` the first thing without proof, in words;
    ``url`` and ``button`` where the reader could do it, else ""."""

    area: Any
    lokus: Lokus
    stage: str
    days: int
    stuck: bool
    missing: str
    owner: str
    url: str
    button: str
    todo: str


@dataclass(frozen=True)
class Desk:
    year: int
    years: tuple[int, ...]
    villages: int
    stuck: int
    done: int
    stages: tuple[StageCount, ...]
    page: Page[Lokus]
    rows: tuple[Row, ...]
    next: tuple[Row, ...]


def places(person: Any) -> list[people.AreaInfo]:
    """Areas above the village in which the person sees the programme."""
    return [one for one in people.areas_with(person, "coach.view") if one.level in ABOVE]


def reach(areas: Sequence[people.AreaInfo]) -> QuerySet[Lokus]:
    """Villages of the programme below these areas that are still coached."""
    wanted = Q()
    for one in areas:  # villages of a year are of the kind of their regency
        wanted |= Q(regency=one.id) if one.level == "kabupaten" else Q(province=one.id)
    return Lokus.objects.filter(wanted, closed_at=None) if areas else Lokus.objects.none()


def years_of(areas: Sequence[people.AreaInfo]) -> tuple[int, ...]:
    """Years of the programme below these areas, the newest first."""
    wanted = Q()
    for one in areas:
        own = Q(area=one.id)
        wanted |= own if one.level == "kabupaten" else own | Q(area__path__startswith=f"{one.id}/")
    found = Programme.objects.filter(wanted).order_by("-year").values_list("year", flat=True)
    return tuple(found.distinct())


def desk(
    person: Any, now: datetime, language: str, *, year: str = "", stage: str = "", page: str = ""
) -> Desk | None:
    """None for somebody who sees no programme from above."""
    areas = places(person)
    if not areas:
        return None
    years = years_of(areas)
    chosen = next((one for one in years if str(one) == year), years[0] if years else 0)
    found = reach(areas).filter(year=chosen)
    book = rulebook.book(rulebook.latest())
    last = len(book.stages)
    limit = now - timedelta(days=book.stuck_days)
    counted = {
        row["stage"]: (row["n"], row["old"])
        for row in found.order_by()
        .values("stage")
        .annotate(n=Count("pk"), old=Count("pk", filter=Q(moved_at__lt=limit)))
    }
    stages = tuple(
        StageCount(at, pick(one.title, language), *counted.get(at, (0, 0)))
        for at, one in enumerate(book.stages)
    )
    going = found.filter(stage__lt=last)
    if stage.isascii() and stage.isdigit() and int(stage) < last:
        going = going.filter(stage=int(stage))
    ordered = going.select_related("programme", "village").order_by("moved_at", "id")
    shown = _Counted(ordered, ROWS, _going(counted, last, stage)).get_page(page)
    leads = {one.id for one in people.areas_with(person, "coach.lead")}
    rows = _rows(list(shown.object_list), leads, now, limit, language)
    return Desk(
        year=chosen,
        years=years,
        villages=sum(n for n, _old in counted.values()),
        stuck=sum(one.stuck for one in stages),
        done=counted.get(last, (0, 0))[0],
        stages=stages,
        page=shown,
        rows=tuple(rows),
        next=tuple([one for one in rows if one.url][:3]),
    )


def _going(counted: Mapping[int, tuple[int, int]], last: int, stage: str) -> int:
    """How many villages the list holds, from what was counted already."""
    if stage.isascii() and stage.isdigit() and int(stage) < last:
        return counted.get(int(stage), (0, 0))[0]
    return sum(n for at, (n, _old) in counted.items() if at < last)


class _Counted(Paginator[Lokus]):
    def __init__(self, listed: QuerySet[Lokus], per_page: int, known: int) -> None:
        super().__init__(listed, per_page)
        self._known = known

    @property
    def count(self) -> int:
        return self._known


def _rows(
    listed: Sequence[Lokus], leads: set[str], now: datetime, limit: datetime, language: str
) -> list[Row]:
    areas = people.villages(one.village_id for one in listed)
    made = []
    for one in listed:
        book, area = rulebook.book(one.programme.rulebook), areas[one.village_id]
        stage = book.stages[one.stage]
        told = book.requirement(one.missing) if one.missing else None
        url, button, todo = "", "", ""
        missing = pick(told[1].title_for(area.village_kind), language) if told else ""
        if told is not None and one.regency in leads and _coachs(told[1], stage.owner):
            url, button = doing.place(told[1], one)
            todo = doing.todo(told[1], button, missing)
        made.append(
            Row(
                area,
                one,
                pick(stage.title, language),
                max(0, (now - one.moved_at).days),
                one.moved_at < limit,
                missing,
                pick(book.owner(stage.owner, area.village_kind), language),
                url,
                button,
                todo,
            )
        )
    return made


def _coachs(need: Any, owner: str) -> bool:
    """Whether the coach does it: files of the year, and what the coach's own stages need."""
    return (need.kind == FILE and need.level == PROGRAMME) or owner == "pembina"
