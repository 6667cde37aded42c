"""What the house itself holds that may prove an answer of an assessment sheet. Names nobody."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cantik.assess import api as assess
from cantik.design import api as design
from cantik.kernel.text import pick
from cantik.protect import api as protect

from .models import Agent, Lokus

Finder = Callable[[assess.SheetInfo, str], list[assess.Found]]


def _language() -> str:
    return get_language() or "id"


def _lokus(sheet: assess.SheetInfo) -> Lokus | None:
    """The village in the programme of the sheet's year."""
    return (
        Lokus.objects.filter(village_id=sheet.area_id, programme__year=sheet.year)
        .select_related("programme")
        .order_by("-chosen_at")
        .first()
    )


def _at(name: str, sheet: assess.SheetInfo) -> str:
    return reverse(name, kwargs={"village_id": sheet.area_id})


def agents(sheet: assess.SheetInfo, item: str) -> list[assess.Found]:
    """Those who are agents now by a decree that still stands."""
    lokus = _lokus(sheet)
    rows = list(Agent.objects.filter(lokus=lokus, until=None)) if lokus else []
    known = assess.evidence_by({one.evidence_id for one in rows})
    rows = [one for one in rows if one.evidence_id in known and known[one.evidence_id].stands]
    if not rows or lokus is None:
        return []
    words = _("%(n)s agen statistik dengan SK, %(officers)s di antaranya perangkat") % {
        "n": len(rows), "officers": sum(one.officer for one in rows),
    }  # fmt: skip
    # Another team of agents is another thing: what was taken as evidence stays what it was.
    ref = f"{lokus.id}.{max(one.pk for one in rows)}"
    return [assess.Found(words, _at("coach:agents", sheet), "agents", ref)]


def collections(sheet: assess.SheetInfo, item: str) -> list[assess.Found]:
    """Data collections of the sheet's year."""
    return [
        assess.Found(
            _("Kegiatan pendataan: %(title)s %(period)s")
            % {"title": pick(one.pack.title, _language()), "period": one.period},
            reverse("design:activity", kwargs={"village_id": sheet.area_id, "activity_id": one.id}),
            "activity", one.id,
        )
        for one in design.activities(sheet.area_id)
        if one.reference_date.year == sheet.year
    ]  # fmt: skip


def releases(sheet: assess.SheetInfo, item: str) -> list[assess.Found]:
    """What the village has released and not taken back."""
    made = []
    for one in protect.releases(sheet.area_id):
        if one.state != "published":
            continue
        title = pick(design.activity(one.activity_id).pack.title, _language())
        words = _("Terbitan nomor %(n)s: %(title)s %(period)s") % {
            "n": one.number, "title": title, "period": one.period,
        }  # fmt: skip
        made.append(assess.Found(words, _at("coach:village", sheet), "release", one.id))
    return made


FINDERS: dict[str, Finder] = {one.__name__: one for one in (agents, collections, releases)}


def register() -> None:
    assess.PROPOSE.update(FINDERS)
