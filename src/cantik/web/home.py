"""What next, across rooms: gathered from the doors of the rooms for the home page and the menu."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cantik.coach import api as coach
from cantik.collect import api as collect
from cantik.design import api as design
from cantik.disseminate import api as disseminate
from cantik.kernel.text import N_
from cantik.look.tasks import Task
from cantik.people import api as people
from cantik.process import api as process
from cantik.protect import api as protect
from cantik.web import above

MOST = 3

# label, path inside the village's office, icon, the capability that opens it
OFFICE = (
    (N_("Pendataan"), "pendataan", "users", "collect.progress"),
    (N_("Periksa"), "periksa", "list-check", "process.edit"),
    (N_("Tabel"), "tabel", "table", "release.propose"),
    (N_("Daftar nama"), "daftar-nama", "lock", "names.list"),
    (N_("Persetujuan"), "persetujuan", "shield-check", "proposal.view"),
    (N_("Kegiatan"), "kegiatan", "calendar", "activity.open"),
    (N_("Wilayah"), "wilayah", "map-pin", "area.edit"),
    (N_("Orang"), "orang", "user-plus", "people.invite"),
    (N_("Pembinaan"), "pembinaan", "flag", "coach.view"),
)
DESK = "/pembinaan/"
STAGES = (
    N_("Persiapan"),
    N_("Pendataan"),
    N_("Pemeriksaan"),
    N_("Persetujuan"),
    N_("Diumumkan"),
)


# -- values -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stage:
    label: str
    state: str  # done, now, later


@dataclass(frozen=True)
class Part:
    """How far one RT is: families answered, families on the list."""

    label: str
    done: int
    target: int

    @property
    def complete(self) -> bool:
        return self.target > 0 and self.done >= self.target


@dataclass(frozen=True)
class Collection:
    parts: tuple[Part, ...]

    @property
    def done(self) -> int:
        return sum(part.done for part in self.parts)

    @property
    def target(self) -> int:
        return sum(part.target for part in self.parts)

    @property
    def left(self) -> int:
        """Families still missing; one RT with more than its target does not hide another."""
        return sum(max(0, part.target - part.done) for part in self.parts)


@dataclass(frozen=True)
class Beside:
    """Another activity of the same village, and how far it is."""

    activity: Any
    stage: str
    done: int
    target: int


@dataclass(frozen=True)
class Watched:
    """A village as the pembina sees it; ``stage`` is "" when no activity was opened."""

    area: Any
    stage: str
    done: int
    target: int
    unit: Any = ""
    out: bool = False


def stage_number(*, done: int, target: int, clean: bool, released: bool) -> int:
    """The present stage, counted from 1. Clean data wait for a proposal and a decision."""
    if released:
        return 5
    if clean:
        return 4
    if done and done >= target:
        return 3
    return 2 if done else 1


def stages(number: int, *, finished: bool) -> tuple[Stage, ...]:
    """All stages with the present one marked; a finished thread has no present one."""
    made = []
    for place, label in enumerate(STAGES, start=1):
        state = "done" if place < number or finished else "now" if place == number else "later"
        made.append(Stage(_(label), state))
    return tuple(made)


def collected(
    leaves: Iterable[Any], counts: Mapping[str, int], targets: Mapping[str, int]
) -> Collection:
    """Counts and targets of the leaves of a village, in tree order."""
    return Collection(
        tuple(
            Part(leaf.label, int(counts.get(leaf.id, 0)), int(targets.get(leaf.id, 0)))
            for leaf in leaves
        )
    )


# -- gathering --------------------------------------------------------------------------------


def villages_with(person: Any, capability: str) -> list[Any]:
    """Villages in which the person may do this; areas above are opened into their villages."""
    found: dict[str, Any] = {}
    for area in people.areas_with(person, capability):
        below = [area] if area.level == "desa" else people.villages_under(area.id, area.kind)
        found.update((village.id, village) for village in below)
    return list(found.values())


def own_villages(person: Any) -> list[Any]:
    """Villages in whose office the person works; an area above is no office of a village."""
    found = people.areas_with(person, "collect.progress")
    return sorted((one for one in found if one.level == "desa"), key=lambda one: one.label)


def chosen(villages: Sequence[Any], wanted: str) -> Any:
    """The village asked for, or the only one; None when there is a choice to make."""
    for village in villages:
        if village.id == wanted:
            return village
    return villages[0] if len(villages) == 1 else None


def menu(person: Any, village: Any, path: str) -> list[tuple[str, str, str, bool]]:
    """(label, url, icon, active) of the pages this person may open in this village."""
    made = [(_("Beranda"), "/beranda/", "home", path == "/beranda/")]
    if stands(DESK) and coach.sees_desk(person):
        made.append((_("Meja pembina"), DESK, "flag", path.startswith(DESK)))
    if village is None:
        return made
    for label, name, icon, capability in OFFICE:
        url = f"/kantor/{village.id}/{name}/"
        if stands(url) and people.can(person, capability, village.id):
            made.append((_(label), url, icon, path.startswith(url)))
    return made


def log_of_readings(person: Any, village: Any) -> str:
    """Address of the page of who opened names, for whom it opens; else ""."""
    url = f"/kantor/{village.id}/pembukaan/"
    may = any(people.can(person, one, village.id) for one in ("identity.read", "audit.read"))
    return url if may and stands(url) else ""


def stands(url: str) -> bool:
    try:
        resolve(url)
    except Resolver404:
        return False
    return True


def tasks(person: Any, village: Any, now: datetime) -> list[Task]:
    """All rooms' next things, in the order of the line, then what may be done when there is time.
    Once the figures are out, what would only complete them presses no more; withdrawn, it does."""
    found: list[Task] = []
    for room in (people, collect, process, protect, design, coach):
        found += room.next_things(person, village.id, now)
    if any(one.until_released for one in found):
        out = {one.activity_id for one in protect.releases(village.id) if one.state == "published"}
        out |= protect.waiting(village.id)  # more answers now would not be in what is decided
        present = present_activity(village.id)
        own = present.id if present is not None else ""
        found = [
            replace(one, pressing=False)
            if one.until_released and (one.activity_id or own) in out
            else one
            for one in found
        ]
    # One of each room before the second of any: nobody is offered three of a kind.
    offered = [
        room.at_leisure(person, village.id, now)
        for room in (process, protect, disseminate, collect, design, people)
    ]
    return in_order(found + [one for row in zip_longest(*offered) for one in row if one])


def tasks_above(person: Any, seen: Sequence["Region"], rows: Sequence[Watched]) -> list[Task]:
    """What someone above the village should do next, then what they may do."""
    now = timezone.now()
    known = [one.id for one in villages_with(person, "proposal.view")] if seen else []
    own = {one.id for one in own_villages(person)}
    found = protect.above(person, [one for one in known if one not in own])
    found += coach.next_things_above(person, now)
    offered = [people.above(person, now), *(above.offers(one, rows) for one in seen)]
    return in_order(found + [one for row in zip_longest(*offered) for one in row if one])


def in_order(found: Iterable[Task]) -> list[Task]:
    """What presses before what does not; the same page is told once."""
    told: dict[str, Task] = {}
    for one in found:
        told.setdefault(one.url, one)
    return sorted(told.values(), key=lambda one: not one.pressing)


def present_activity(village_id: str) -> Any:
    """The one to show first of those that run side by side: the latest whose figures are not out
    yet, else the latest; None when none was opened."""
    found = design.running(village_id)
    found.sort(key=lambda one: (one.reference_date, one.id), reverse=True)
    if len(found) > 1:
        return next((one for one in found if not is_released(one)), found[0])
    return found[0] if found else None


def beside(village_id: str, activity: Any) -> list["Beside"]:
    """How far the other activities are that run in the village."""
    made = []
    for one in design.running(village_id):
        if one.id != activity.id:
            collection = collection_of(one)
            label = _(STAGES[stage_of(one, collection) - 1])
            made.append(Beside(one, label, collection.done, collection.target))
    return made


def collection_of(activity: Any) -> Collection:
    counts = collect.progress(activity.id)
    tree = design.tree_of(activity)
    leaves = tree.leaves() if tree is not None else ()
    return collected(leaves, counts, activity.kk_targets)


def is_released(activity: Any) -> bool:
    known = protect.releases(activity.village_id)
    return any(one.activity_id == activity.id and one.state == "published" for one in known)


def stage_of(activity: Any, collection: Collection) -> int:
    return stage_number(
        done=collection.done,
        target=collection.target,
        clean=process.clean_edition(activity.id) is not None,
        released=is_released(activity),
    )


def watched(villages: Iterable[Any]) -> list[Watched]:
    """The villages a pembina accompanies; those that have begun stand first."""
    rows = []
    listed = list(villages)
    known = design.latest_activities(area.id for area in listed)
    for area in listed:
        activity = known.get(area.id)
        if activity is None:
            rows.append(Watched(area, "", 0, 0))
            continue
        collection = collection_of(activity)
        number = stage_of(activity, collection)
        rows.append(
            Watched(
                area,
                _(STAGES[number - 1]),
                collection.done,
                collection.target,
                activity.unit,
                number == len(STAGES),
            )
        )
    return sorted(rows, key=lambda row: (not row.stage, row.area.label))


def call(villages: Iterable[Any]) -> str:
    """How these villages are called together; a list without any is of both."""
    kinds = {getattr(one, "village_kind", "") == "kelurahan" for one in villages}
    if len(kinds) == 1:
        return _("kelurahan") if kinds.pop() else _("desa")
    return _("desa dan kelurahan")


# -- from above the village -------------------------------------------------------------------


@dataclass(frozen=True)
class Region:
    """What someone above the village sees of the villages there; ``watches`` are the sections."""

    area: Any
    watches: tuple[str, ...]
    villages: tuple[Any, ...]
    published: tuple[Any, ...]
    topics: tuple[Any, ...]
    described: tuple["Described", ...]

    @property
    def called(self) -> str:
        return call(self.villages)

    @property
    def publishing(self) -> int:
        """Villages that have a release that stands."""
        return len({one.village_id for one in self.published})


@dataclass(frozen=True)
class Described:
    """How far the metadata of a village's newest activity are filled in."""

    area: Any
    title: Any
    period: str
    filled: int
    asked: int
    url: str


def regions(person: Any) -> list[Region]:
    """Areas above the village in which the person watches over villages, with their sections."""
    found = []
    for area in people.areas_with(person, "collect.progress"):
        role = people.role_in(person, area.id)
        watches = role.watches if role is not None else ()
        if area.level == "desa" or not watches:
            continue
        villages = people.villages_under(area.id, area.kind)
        released = disseminate.releases(one.id for one in villages) if villages else []
        found.append(
            Region(
                area,
                watches,
                tuple(villages),
                tuple(one for one, _read in released),
                tuple(disseminate.topics(released)) if "topics" in watches else (),
                tuple(_described(villages)) if "metadata" in watches else (),
            )
        )
    return found


def _described(villages: Sequence[Any]) -> Iterable[Described]:
    known = design.latest_activities(one.id for one in villages)
    for area in villages:
        activity = known.get(area.id)
        if activity is not None:
            filled, asked = design.metadata_filled(activity.id)
            given = {"village_id": area.id, "activity_id": activity.id}
            url = reverse("design:metadata", kwargs=given)
            yield Described(area, activity.pack.title, activity.period, filled, asked, url)
