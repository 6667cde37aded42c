"""What a person may do about the book and about what is out."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from cantik.design import api as design
from cantik.look.tasks import Task
from cantik.people import api as people

from . import actions
from .publishers import releases


def at_leisure(person: Any, village_id: str, now: datetime) -> list[Task]:
    """The foreword for the head; the newest release for everyone in the village's office."""
    found = []
    if people.can(person, "release.decide", village_id):
        known = design.running(village_id)
        for one in known:
            if actions.foreword(one.id) is not None:
                continue
            given = {"village_id": village_id, "activity_id": one.id}
            task = Task(
                title=_("Tulis kata pengantar buku"),
                why=_("Tanpa itu halaman kata pengantar tidak ada di buku."),
                chip="",
                minutes=10,
                url=reverse("disseminate:foreword", kwargs=given),
                button=_("Tulis"),
                pressing=False,
            )
            found.append(design.of_activity(task, one, known))
    for newest, _read in releases([village_id])[:1]:
        found.append(
            Task(
                title=_("Baca dan bagikan angka %(period)s") % {"period": newest.period},
                why=_("Halaman, buku, dan infografisnya sudah terbuka untuk warga."),
                chip="published",
                minutes=5,
                url=newest.url,
                button=_("Buka halaman"),
                pressing=False,
            )
        )
    return found + compare(village_id)


def compare(village_id: str) -> list[Task]:
    """Two years of one questionnaire side by side, when two are out."""
    out = releases([village_id])
    for newest, _read in out:
        before = next(
            (one for one, _r in out if one.title == newest.title and one.period < newest.period),
            None,
        )
        if before is not None:
            return [
                Task(
                    title=_("Bandingkan %(village)s %(before)s dan %(after)s")
                    % {
                        "village": newest.label,
                        "before": before.period,
                        "after": newest.period,
                    },
                    why=_("Angka dua tahun berdampingan, untuk melihat yang berubah."),
                    chip="",
                    minutes=5,
                    url=reverse("disseminate:compare", kwargs={"village_id": village_id})
                    + f"?dari={before.number}&ke={newest.number}",
                    button=_("Bandingkan"),
                    pressing=False,
                )
            ]
    return []
