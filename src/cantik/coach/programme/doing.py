"""Where a requirement is done: the one page, and the words of its button."""

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from cantik.coach.models import Lokus
from cantik.coach.stages import FILE, PROGRAMME, Requirement
from cantik.kernel.text import N_
from cantik.people import api as people

from . import actions

# probe -> (name of the page, words of the button); all of them know the village
PAGES: dict[str, tuple[str, str]] = {
    "agent_named": ("coach:agents", N_("Angkat agen")),
    "visit_minuted": ("coach:visits", N_("Buka kunjungan")),
    "needs_sent": ("coach:needs", N_("Buka identifikasi")),
    "plan_accepted": ("coach:plan", N_("Buka rencana kerja")),
    "instrument_in_use": ("design:activities", N_("Buka kegiatan")),
    "clean_cut": ("process:cut", N_("Buat data bersih")),
    "released": ("disseminate:tables", N_("Usulkan tabel")),
    "monthly_approved": ("coach:reports", N_("Buka laporan")),
    "final_approved": ("coach:reports", N_("Buka laporan")),
    "evaluated": ("assess:sheets", N_("Buka lembar evaluasi")),
}
OF_PROGRAMME = {
    "team": ("coach:team", N_("Catat tim")),
    "chosen": ("coach:candidates", N_("Buka penjajakan")),
}


def place(need: Requirement, lokus: Lokus) -> tuple[str, str]:
    """Address and words; ("", "") where it cannot be done on a page here."""
    if need.kind == FILE:
        if need.level == PROGRAMME:
            kwargs = {"programme_id": lokus.programme_id, "requirement": need.id}
            return reverse("coach:shared_proof", kwargs=kwargs), _("Kirim berkas")
        kwargs = {"village_id": lokus.village_id, "requirement": need.id}
        return reverse("coach:proof", kwargs=kwargs), _("Kirim berkas")
    if need.probe == "modules_passed":
        return _or_nothing("coach:learning", {}, N_("Belajar dan berlatih"))
    if need.probe in OF_PROGRAMME:
        name, words = OF_PROGRAMME[need.probe]
        return _or_nothing(name, {"programme_id": lokus.programme_id}, words)
    name, words = PAGES.get(need.probe, ("", ""))
    return _or_nothing(name, {"village_id": lokus.village_id}, words)


def _or_nothing(name: str, kwargs: dict[str, str], words: str) -> tuple[str, str]:
    try:
        return reverse(name, kwargs=kwargs), _(words)
    except NoReverseMatch:
        return "", ""


def may(person: Any, lokus: Lokus, need: Requirement) -> bool:
    """Whether this person could do it: no button leads to a page that answers 404."""
    if need.kind == FILE:
        shared = need.level == PROGRAMME
        return actions.may_prove(person, lokus.programme, None if shared else lokus)
    if need.probe in OF_PROGRAMME:
        return people.can(person, "coach.view", lokus.programme.area_id)
    wanted = {
        "agent_named": ("coach.name", "coach.view"),
        "modules_passed": ("coach.learn",),
        "instrument_in_use": ("activity.open",),
        "clean_cut": ("process.cut",),
        "released": ("release.propose",),
    }.get(need.probe, ("coach.view", "coach.work"))
    return any(people.can(person, one, lokus.village_id) for one in wanted)
