"""The door of process: clean data, how good they are, and what waits to be looked at."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cantik.collect import api as collect
from cantik.design import api as design
from cantik.kernel.problems import Severity
from cantik.kernel.text import pick
from cantik.ledger import api as ledger
from cantik.look.tasks import Task
from cantik.people import api as people

from . import actions, lists
from .models import Cut, NameList

__all__ = [
    "accept_finding",
    "at_leisure",
    "check",
    "clean_edition",
    "clean_editions",
    "cut",
    "edit",
    "erase",
    "give_back",
    "is_current",
    "lineage_words",
    "next_things",
    "open_findings",
    "quality",
]

check = actions.check
edit = actions.edit
accept_finding = actions.accept_finding
give_back = actions.give_back
erase = actions.erase
cut = actions.cut


def clean_edition(activity_id: str) -> ledger.Edition | None:
    """The last clean data of an activity that still stand."""
    for one in Cut.objects.filter(activity_id=activity_id):
        edition = ledger.edition(one.edition_id)
        if edition.deleted_at is None:
            return edition
    return None


def clean_editions(activity_id: str) -> list[ledger.Edition]:
    """All clean data ever cut of an activity, the newest first; deleted ones are tombstones."""
    ids = Cut.objects.filter(activity_id=activity_id).values_list("edition_id", flat=True)
    return [ledger.edition(id_) for id_ in dict.fromkeys(ids)]


def quality(edition_id: str) -> dict[str, Any]:
    """Completeness of clean data, counts only; empty for an unknown edition."""
    found = Cut.objects.filter(edition_id=edition_id).first()
    return {k: v for k, v in found.summary.items() if k != "basis"} if found else {}


def lineage_words(edition_id: str) -> dict[str, Any]:
    """What may be told in public of how clean data were made: counts and versions, no ids."""
    found = quality(edition_id)
    words: dict[str, Any] = ledger.manifest(edition_id)["words"]
    return {
        "families": found.get("families", 0),
        "persons": found.get("persons", 0),
        "target": found.get("target", 0),
        "refusals": sum(found.get("refusals", {}).values()),
        "edits": found.get("edits", 0),
        "explained": found.get("explained", 0),
        "rules": words["rules"],
        "pack": words["pack_id"],
        "pack_version": words["pack_version"],
    }


def open_findings(activity_id: str) -> int:
    """What must be mended or seen before clean data are cut without a word."""
    found = actions.open_by_severity(design.activity(activity_id))
    return found[Severity.REFUSE] + found[Severity.WAIT]


def is_current(activity_id: str) -> bool:
    """Whether the last clean data are made from the answers as they were last checked."""
    last = Cut.objects.filter(activity_id=activity_id).first()
    return last is not None and last.summary.get("basis") == actions.basis(activity_id)


def next_things(person: Any, village_id: str, now: datetime) -> list[Task]:
    """What the person should do next here in this room."""
    found = _names(person, village_id, now)
    if not people.can(person, "process.edit", village_id):
        return found
    known = design.running(village_id)
    made = ((one, _next_thing(person, one, several=len(known) > 1)) for one in known)
    found += [design.of_activity(task, one, known) for one, task in made if task is not None]
    return found


def _names(person: Any, village_id: str, now: datetime) -> list[Task]:
    """Lists by name that wait for the head, and those the person may open since the head allowed
    them and has not opened yet."""
    if not people.can(person, "names.list", village_id):
        return []
    rows = NameList.objects.filter(village_id=village_id)
    found = []
    if people.can(person, "names.allow", village_id):
        for one in rows.filter(state=lists.WAITING).select_related("asked_by"):
            found.append(
                Task(
                    _("Beri atau tolak izin daftar nama"),
                    _("%(who)s meminta %(n)s nama; menyangkut hal yang peka.")
                    % {"who": one.asked_by.name, "n": one.found},
                    "fix",
                    3,
                    reverse("process:list", kwargs={"village_id": village_id, "list_id": one.id}),
                    _("Lihat permintaan"),
                )
            )
    for one in rows.filter(state=lists.READY, asked_by=person, opened=0, printed=0):
        if one.decided_by_id not in (None, person.pk) and lists.may_open(person, one, now):
            found.append(
                Task(
                    _("Buka daftar nama yang sudah diizinkan"),
                    _("%(n)s nama.") % {"n": one.found},
                    "",
                    2,
                    reverse("process:list", kwargs={"village_id": village_id, "list_id": one.id}),
                    _("Lihat daftar"),
                )
            )
    return found


def at_leisure(person: Any, village_id: str, now: datetime) -> list[Task]:
    """A first list by name, for the village's own work, of what is clean."""
    if not people.can(person, "names.list", village_id):
        return []
    if NameList.objects.filter(village_id=village_id, asked_by=person).exists():
        return []
    known = [one for one in design.running(village_id) if clean_edition(one.id) is not None]
    if not known:
        return []
    place = reverse("process:lists_new", kwargs={"village_id": village_id})
    return [
        Task(
            _("Buat daftar nama untuk kerja desa"),
            _("Misalnya keluarga yang belum punya jamban. Yang membuka daftar selalu dicatat."),
            "",
            5,
            f"{place}?kegiatan={known[0].id}",
            _("Buat daftar"),
            pressing=False,
        )
    ]


def _next_thing(person: Any, activity: design.ActivityInfo, *, several: bool) -> Task | None:
    if not sum(collect.progress(activity.id).values()):
        return None
    place = {"village_id": activity.village_id}
    chosen = f"?kegiatan={activity.id}" if several else ""
    look = reverse("process:overview", kwargs=place) + chosen
    fresh = actions.unchecked(activity.id)
    if fresh:  # found there: the home page only reads
        return Task(
            _("Periksa isian %(n)s %(unit)s")
            % {"n": fresh, "unit": pick(activity.unit, get_language() or "id")},
            _("Isian ini baru diterima atau berubah, dan belum diperiksa."),
            "fix",
            5,
            look,
            _("Periksa"),
        )
    waiting = open_findings(activity.id)
    if waiting:
        return Task(
            _("Lihat %(n)s isian yang perlu diperbaiki") % {"n": waiting},
            _("Perbaiki, atau jelaskan bila memang benar."),
            "fix",
            min(60, 2 * waiting),
            look,
            _("Periksa"),
        )
    if not people.can(person, "process.cut", activity.village_id):
        return None
    url = reverse("process:cut", kwargs=place) + chosen
    if clean_edition(activity.id) is None:
        why = _("Semua isian sudah dilihat. Data bersih menjadi dasar semua tabel.")
        return Task(_("Buat data bersih"), why, "", 2, url, _("Buat data bersih"))
    if not is_current(activity.id):
        why = _("Ada isian yang berubah sejak data bersih terakhir dibuat.")
        return Task(_("Perbarui data bersih"), why, "", 2, url, _("Perbarui data bersih"))
    return None
