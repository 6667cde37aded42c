"""What a person should do next about proposals."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from cantik.design import api as design
from cantik.look.tasks import Task
from cantik.people import api as people
from cantik.process import api as process

from .models import Proposal, Release


def next_things(person: Any, village_id: str, now: datetime) -> list[Task]:
    """Decide for the head; propose, or look at what came back, for the agent; read and comment
    for the coach."""
    place = {"village_id": village_id}
    found = []
    if people.can(person, "release.decide", village_id):
        for one in Proposal.objects.filter(village_id=village_id, state="waiting"):
            if one.proposed_by_id == person.pk:
                continue
            found.append(
                Task(
                    _("Putuskan usulan terbitan %(period)s") % {"period": one.period},
                    _("Baca dahulu apa yang akan dilihat warga."),
                    "waiting",
                    10,
                    reverse("disseminate:proposal", kwargs={**place, "proposal_id": one.id}),
                    _("Baca dan putuskan"),
                )
            )
    if people.can(person, "release.propose", village_id):
        known = design.running(village_id)
        made = ((one, _to_propose(one)) for one in known)
        found += [design.of_activity(task, one, known) for one, task in made if task is not None]
    return found + [one for one in above(person, [village_id]) if one.pressing]


def at_leisure(person: Any, village_id: str, now: datetime) -> list[Task]:
    """Read what waits for somebody else's decision."""
    if any(people.can(person, one, village_id) for one in ("release.decide", "release.propose")):
        return []
    return [one for one in above(person, [village_id]) if not one.pressing]


def above(person: Any, village_ids: Iterable[str]) -> list[Task]:
    """Proposals that wait in many villages, the oldest first: the coach comments on each once;
    who only sees them may read before they are decided."""
    waiting = Proposal.objects.filter(village_id__in=list(village_ids), state="waiting")
    found = []
    labels = people.villages(waiting.values_list("village_id", flat=True))
    said = set(waiting.filter(comments__person=person).values_list("pk", flat=True))
    for one in waiting.order_by("proposed_at", "pk"):
        here = {"period": one.period, "village": labels[one.village_id].label}
        given = {"village_id": one.village_id, "proposal_id": one.id}
        url = reverse("disseminate:proposal", kwargs=given)
        if people.can(person, "release.comment", one.village_id):
            if one.pk in said:
                continue
            title = _("Tanggapi usulan terbitan %(period)s %(village)s") % here
            why = _("Kepala desa atau lurah membaca tanggapan ini sebelum memutuskan.")
            found.append(Task(title, why, "waiting", 10, url, _("Baca dan tanggapi")))
        elif people.can(person, "proposal.view", one.village_id):
            title = _("Baca usulan terbitan %(period)s %(village)s") % here
            why = _("Menunggu keputusan kepala desa atau lurah.")
            found.append(Task(title, why, "waiting", 10, url, _("Baca usulan"), pressing=False))
    return found


def _to_propose(activity: design.ActivityInfo) -> Task | None:
    """The activity's clean data, when no proposal or release was made of them."""
    clean = process.clean_edition(activity.id)
    if clean is None:
        return None
    made = Proposal.objects.filter(activity_id=activity.id).order_by("-proposed_at", "-pk").first()
    if made is not None and made.state in ("preparing", "waiting"):
        return None
    if Release.objects.filter(proposal__clean_edition_id=clean.id).exists():
        return None
    url = reverse("disseminate:tables", kwargs={"village_id": activity.village_id})
    if made is not None and made.state == "returned":
        title = _("Perbaiki usulan terbitan %(period)s") % {"period": made.period}
        why = _("Kepala desa atau lurah mengembalikannya dengan catatan.")
        return Task(title, why, "returned", 10, url, _("Lihat catatan"))
    title = _("Usulkan terbitan %(period)s") % {"period": activity.period}
    why = _("Data bersih sudah ada. Tinggal meminta persetujuan.")
    return Task(title, why, "", 5, url, _("Usulkan"))
