"""The door of design: packs, and the activities that use them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from cantik.look.tasks import Task
from cantik.people import api as people

from . import actions
from .judging import Verdict, age, derive, involved, judge
from .models import Activity, PackRecord
from .pack import FAMILY, MEMBER, Choice, Pack, Question
from .reading import AREAS, read

__all__ = [
    "AREAS",
    "FAMILY",
    "MEMBER",
    "ActivityInfo",
    "Choice",
    "Pack",
    "Question",
    "Verdict",
    "activities",
    "activity",
    "age",
    "derive",
    "involved",
    "judge",
    "latest_pack",
    "load_packs",
    "next_things",
    "open_activity",
    "pack",
    "previous_activity",
    "set_targets",
]

load_packs = actions.load_packs
open_activity = actions.open_activity
set_targets = actions.set_targets


@dataclass(frozen=True)
class ActivityInfo:
    """``kk_targets`` are families to reach, ``register`` persons (male, female), by leaf area."""

    id: str
    village_id: str
    pack: Pack
    period: str
    reference_date: date
    licence: str
    kk_targets: Mapping[str, int]
    register: Mapping[str, tuple[int, int]]
    target_source: str
    target_date: date | None

    @property
    def target(self) -> int:
        return sum(self.kk_targets.values())


@lru_cache(maxsize=32)
def pack(hash_: str) -> Pack:
    """Raises PackRecord.DoesNotExist for a hash that was never loaded."""
    return read(PackRecord.objects.get(pk=hash_).files)


def latest_pack(pack_id: str) -> Pack | None:
    found = PackRecord.objects.filter(pack_id=pack_id).order_by("-loaded_at", "-version").first()
    return pack(found.hash) if found else None


def _info(one: Activity) -> ActivityInfo:
    return ActivityInfo(
        one.id,
        one.village_id,
        pack(one.pack_hash),
        one.period,
        one.reference_date,
        one.licence,
        one.kk_targets,
        {id_: (pair[0], pair[1]) for id_, pair in one.register.items()},
        one.target_source,
        one.target_date,
    )


def activity(activity_id: str) -> ActivityInfo:
    """Raises Http404."""
    found = Activity.objects.filter(pk=activity_id).first()
    if found is None:
        raise Http404
    return _info(found)


def activities(village_id: str) -> list[ActivityInfo]:
    """The latest reference date first."""
    return [_info(one) for one in Activity.objects.filter(village_id=village_id)]


def previous_activity(activity_id: str) -> ActivityInfo | None:
    """The same village's activity before this one."""
    now = Activity.objects.get(pk=activity_id)
    found = Activity.objects.filter(
        village_id=now.village_id, reference_date__lt=now.reference_date
    ).first()
    return _info(found) if found else None


def next_things(person: Any, village_id: str, now: datetime) -> list[Task]:
    """What the person should do next here in this room."""
    known = activities(village_id)
    if not known:
        if not people.can(person, "activity.open", village_id):
            return []
        return [
            Task(
                _("Buka kegiatan pendataan tahun ini"),
                _("Desa ini belum punya kegiatan. Mulailah dengan memilih kuesioner dan tahunnya."),
                "",
                3,
                reverse("design:activities", kwargs={"village_id": village_id}),
                _("Buka"),
            )
        ]
    if known[0].target or not people.can(person, "register.edit", village_id):
        return []
    return [
        Task(
            _("Isi jumlah keluarga tiap RT"),
            _("Tanpa jumlah ini tidak terlihat berapa keluarga yang belum terdata."),
            "",
            5,
            reverse(
                "design:activity", kwargs={"village_id": village_id, "activity_id": known[0].id}
            ),
            _("Isi jumlah"),
        )
    ]
