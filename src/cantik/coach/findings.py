"""What the house itself holds that may prove an answer of an assessment sheet. Names nobody."""

from collections.abc import Callable

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cantik.assess import api as assess
from cantik.design import api as design
from cantik.kernel import numbers
from cantik.kernel.text import pick
from cantik.people import api as people
from cantik.protect import api as protect

from .models import Agent, Lokus, Needs, Visit

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


def visits(sheet: assess.SheetInfo, item: str) -> list[assess.Found]:
    """Visits with minutes, and how many were there."""
    lokus = _lokus(sheet)
    if lokus is None:
        return []
    village = people.area(sheet.area_id)
    titles = assess.rulebook(lokus.programme.rulebook).content.get("visits") or {}
    rows = Visit.objects.filter(lokus=lokus, state="minuted").annotate(there=Count("attendance"))
    return [
        assess.Found(
            _("Notulen: %(what)s, %(day)s, %(n)s orang hadir")
            % {
                "what": pick(titles.get(one.purpose, {"id": one.purpose}), _language()),
                "day": numbers.day(numbers.local_day(one.at, village.time_zone), _language()),
                "n": one.there,
            },
            _at("coach:village", sheet), "visit", one.id,
        )
        for one in rows.order_by("at", "id")
    ]  # fmt: skip


def needs(sheet: assess.SheetInfo, item: str) -> list[assess.Found]:
    """The last summary of needs that the village sent."""
    one = Needs.objects.filter(lokus=_lokus(sheet)).order_by("-number").first()
    if one is None:
        return []
    village = people.area(sheet.area_id)
    day = numbers.day(numbers.local_day(one.sent_at, village.time_zone), _language())
    words = _("Hasil identifikasi kebutuhan, dikirim %(day)s") % {"day": day}
    return [assess.Found(words, _at("coach:village", sheet), "needs", str(one.pk))]


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


FINDERS: dict[str, Finder] = {
    one.__name__: one for one in (agents, visits, needs, collections, releases)
}


def register() -> None:
    assess.PROPOSE.update(FINDERS)
