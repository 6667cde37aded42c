"""The door of coach: what to do next about the programme, and the desk of those above a village."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cantik.kernel.text import pick
from cantik.look.tasks import Task
from cantik.people import api as people

from .learning import next as learning
from .overview import desk as desks
from .programme import actions, doing, rulebook

__all__ = ["next_things", "next_things_above", "sees_desk"]


def next_things(person: Any, village_id: str, now: datetime) -> list[Task]:
    """What the programme waits for from this person, then what they should learn."""
    return _of_stage(person, village_id) + learning.next_things(person, village_id, now)


def _of_stage(person: Any, village_id: str) -> list[Task]:
    """What the stage that goes on in this village waits for, where this person could do it."""
    if not people.can(person, "coach.work", village_id):
        return []
    lokus = actions.lokus_of(village_id)
    if lokus is None or lokus.closed_at is not None or not lokus.missing:
        return []
    book = rulebook.book(lokus.programme.rulebook)
    stand, _found = actions.standing(lokus)
    area = people.area(village_id)
    language = get_language() or "id"
    found = []
    for need in stand.missing:
        url, button = doing.place(need, lokus)
        if not url or not doing.may(person, lokus, need):
            continue
        stage = stand.now.stage if stand.now else book.stages[0]
        found.append(
            Task(
                title=doing.todo(need, button, pick(need.title_for(area.village_kind), language)),
                why=_("Tahap %(stage)s dalam pembinaan Desa Cantik menunggu ini.")
                % {"stage": pick(stage.title, language)},
                chip="",
                minutes=10,
                url=url,
                button=button,
            )
        )
    return found[:1]


def next_things_above(person: Any, now: datetime) -> list[Task]:
    """The first things of the coach's desk, for the coach's own home page."""
    found = desks.desk(person, now, get_language() or "id")
    if found is None:
        return []
    made = [
        Task(
            title=row.todo,
            why=f"{row.area.label} · {row.stage}",
            chip="late" if row.stuck else "",
            minutes=10,
            url=row.url,
            button=row.button,
        )
        for row in found.next
    ]
    if found.villages and not made:
        desk = Task(
            title=_("Lihat meja pembina"),
            why=_("%(n)s desa dibina tahun ini.") % {"n": found.villages},
            chip="", minutes=5, url=reverse("coach:desk"), button=_("Lihat"),
        )  # fmt: skip
        made = [replace(desk, chip="late" if found.stuck else "")]
    return made


def sees_desk(person: Any) -> bool:
    return bool(desks.places(person))
