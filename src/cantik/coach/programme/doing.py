"""Where a requirement is done: the one page, and the words of its button."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from cantik.coach.models import Lokus
from cantik.coach.stages import FILE, PROGRAMME, Requirement
from cantik.kernel.text import N_
from cantik.people import api as people

from . import actions

# probe -> (name of the page, words of the button); all of them know the village
PAGES: dict[str, tuple[str, str]] = {
    "agent_named": ("coach:agents", N_("Angkat agen")),
    "instrument_in_use": ("design:activities", N_("Buka kegiatan")),
    "clean_cut": ("process:cut", N_("Buat data bersih")),
    "released": ("disseminate:tables", N_("Usulkan tabel")),
    "evaluated": ("assess:sheets", N_("Buka lembar evaluasi")),
}
OF_PROGRAMME = {
    "team": ("coach:team", N_("Catat tim")),
    "chosen": ("coach:candidates", N_("Buka penjajakan")),
}


def place(need: Requirement, lokus: Lokus) -> tuple[str, str]:
    """The address where it is done, and the words of the button."""
    if need.kind == FILE:
        if need.level == PROGRAMME:
            kwargs = {"programme_id": lokus.programme_id, "requirement": need.id}
            return reverse("coach:shared_proof", kwargs=kwargs), _("Kirim berkas")
        kwargs = {"village_id": lokus.village_id, "requirement": need.id}
        return reverse("coach:proof", kwargs=kwargs), _("Kirim berkas")
    if need.probe == "test_taken":
        return reverse("coach:learning"), _("Belajar dan mengerjakan tes")
    if need.probe in OF_PROGRAMME:
        name, words = OF_PROGRAMME[need.probe]
        return reverse(name, kwargs={"programme_id": lokus.programme_id}), _(words)
    name, words = PAGES[need.probe]
    return reverse(name, kwargs={"village_id": lokus.village_id}), _(words)


def todo(need: Requirement, button: str, title: str) -> str:
    """What is to be done, in words that begin with the verb: a file is named, a thing names
    itself."""
    return f"{button}: {title}" if need.kind == FILE else button


def may(person: Any, lokus: Lokus, need: Requirement) -> bool:
    """Whether this person could do it: no button leads to a page that answers 404."""
    if need.kind == FILE:
        shared = need.level == PROGRAMME
        return actions.may_prove(person, lokus.programme, None if shared else lokus)
    if need.probe in OF_PROGRAMME:
        return people.can(person, "coach.view", lokus.programme.area_id)
    wanted = {
        "agent_named": ("coach.name", "coach.view"),
        "test_taken": ("coach.learn",),
        "instrument_in_use": ("activity.open",),
        "clean_cut": ("process.cut",),
        "released": ("release.propose",),
    }.get(need.probe, ("coach.view", "coach.work"))
    return any(people.can(person, one, lokus.village_id) for one in wanted)
