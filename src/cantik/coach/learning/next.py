"""What to do next about learning, for the home page."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from cantik.look.tasks import Task
from cantik.people import api as people

from ..models import Lokus
from . import curriculum, standing


def next_things(person: Any, village_id: str, now: datetime) -> list[Task]:
    """One thing at most, and only in a village that is in a programme: elsewhere learning is open
    and asks for nothing."""
    if not people.can(person, "coach.learn", village_id):
        return []
    if not Lokus.objects.filter(village_id=village_id, closed_at=None).exists():
        return []
    year = standing.year_of(people.area(village_id), now)
    stands = standing.standing(person, village_id, year)
    if not stands.pre_done:
        why = _("Tes awal menunjukkan apa yang sudah dan belum dikuasai sebelum belajar.")
        return [Task(_("Kerjakan tes awal"), why, "", 15, reverse("coach:test"), _("Buka tes"))]
    if stands.post_done:
        return []
    if stands.may_post:
        why = _("Keenam modul sudah dibaca, atau pembina sudah membuka tes akhir.")
        return [Task(_("Kerjakan tes akhir"), why, "", 15, reverse("coach:test"), _("Buka tes"))]
    module = curriculum.lessons()[stands.next_module]
    return [
        Task(
            _("Pelajari %(module)s") % {"module": module.title},
            _("%(n)s dari %(of)s modul sudah dibaca.")
            % {"n": stands.read, "of": len(stands.modules)},
            "", module.minutes, reverse("coach:module", args=[module.id]), _("Buka modul"),
        )
    ]  # fmt: skip
