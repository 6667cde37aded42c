"""The door of people: areas, who may do what where, and who someone is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from cantik.kernel.tree import Tree
from cantik.look.tasks import Task

from . import indices as index_facts
from .areas import AreaInfo, day_at, info, infos, tree_of
from .models import Appointment, Area, AreaIndex, Person
from .roles import rights

__all__ = [
    "AreaInfo",
    "NotAllowed",
    "RoleHeld",
    "above",
    "ancestors",
    "area",
    "areas_with",
    "at_leisure",
    "can",
    "check_can",
    "example_sign_ins",
    "holders",
    "indices",
    "names_of",
    "next_things",
    "office",
    "person_name",
    "role_in",
    "search_villages",
    "today",
    "village_tree",
    "villages",
    "villages_under",
    "word",
]

View = Callable[..., HttpResponseBase]


class NotAllowed(Http404):
    """The person may not see or do this. What may not be seen answers 404."""


@dataclass(frozen=True)
class RoleHeld:
    name: str
    label: str
    acting: bool = False
    watches: tuple[str, ...] = ()


# -- areas ------------------------------------------------------------------------------------


def area(area_id: str) -> AreaInfo:
    """Raises Http404 for an id nobody knows."""
    found = Area.objects.filter(pk=area_id).first()
    if found is None:
        raise Http404
    return infos([found])[0]


def village_tree(village_id: str, on: date | None = None) -> Tree:
    """Desa, dusun, RW and RT in tree order, without what was closed by ``on`` (today)."""
    found = Area.objects.filter(pk=village_id, level=Area.Level.DESA).first()
    if found is None:
        raise Http404
    return tree_of(found, on or day_at(found, timezone.now()))


def ancestors(area_id: str) -> list[AreaInfo]:
    """From the province down to the parent of the area."""
    found = Area.objects.filter(pk=area_id).first()
    if found is None:
        raise Http404
    ids = found.path.split("/")[:-1]
    known = {one.id: one for one in Area.objects.filter(id__in=ids)}
    return [info(known[id_]) for id_ in ids if id_ in known]


def villages_under(area_id: str, kind: str = "real") -> list[AreaInfo]:
    """Villages of one kind below an area, by name. Kinds are never mixed."""
    found = Area.objects.filter(pk=area_id).first()
    if found is None:
        return []
    below = Area.objects.filter(
        path__startswith=found.path + "/", level=Area.Level.DESA, kind=kind, closed_on=None
    )
    return sorted(infos(below), key=lambda one: (one.name, one.id))


def indices(village_id: str) -> list[dict[str, Any]]:
    """The official status of a village by year, the newest first, with the words of its index."""
    known, statuses = index_facts.known(), index_facts.statuses()
    return [
        {
            "index": one.index,
            "title": dict(known[one.index].title),
            "year": one.year,
            "score": one.score,
            "status": dict(statuses[one.status]),
            "source": one.source,
            "words": dict(known[one.index].words),
        }
        for one in AreaIndex.objects.filter(area_id=village_id)
    ]


def provinces() -> list[AreaInfo]:
    """The provinces this installation knows, examples too, by name."""
    found = Area.objects.filter(level=Area.Level.PROVINSI, closed_on=None)
    return [info(one) for one in found.order_by("name", "pk") if one.kind != Area.Kind.LATIHAN]


def villages(ids: Iterable[str]) -> dict[str, AreaInfo]:
    return {one.id: one for one in infos(Area.objects.filter(id__in=list(ids)))}


def search_villages(
    words: str, kinds: Iterable[str] = ("real", "contoh"), limit: int = 20
) -> list[AreaInfo]:
    """Villages whose name holds the words; a real one stands before an example."""
    wanted = words.strip()
    if not wanted:
        return []
    found = Area.objects.filter(
        level=Area.Level.DESA, kind__in=list(kinds), name__icontains=wanted, closed_on=None
    )
    listed = sorted(
        found, key=lambda a: (a.kind != "real", a.name.lower() != wanted.lower(), a.name)
    )
    return infos(listed[:limit])


def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name or "Asia/Jakarta")


def today(area: AreaInfo, now: datetime | None = None) -> date:
    """The date where the area lies."""
    return (now or timezone.now()).astimezone(_zone(area.time_zone)).date()


def word(area: AreaInfo, key: str) -> str:
    """How a kind of village calls a thing: ``village``, ``head``, ``government``."""
    kelurahan = area.village_kind == "kelurahan"
    words = {
        "village": _("kelurahan") if kelurahan else _("desa"),
        "head": _("Lurah") if kelurahan else _("Kepala Desa"),
        "government": f"{_('Pemerintah')} {area.label}",
    }
    return words[key]


# -- rights -----------------------------------------------------------------------------------


def held(person: Any) -> list[Appointment]:
    """What the person holds today. Nothing, until a second step that an office asks for is set up
    (see ``gate``): whatever asks for a right then finds none."""
    if isinstance(person, Person) and person.kept_out:
        return []
    return held_by_date(person)


def held_by_date(person: Any) -> list[Appointment]:
    if person is None or not getattr(person, "is_authenticated", False) or not person.is_active:
        return []
    now = timezone.now()
    kept = getattr(person, "_appointments", None)
    if kept is None:
        kept = list(Appointment.objects.filter(person=person).select_related("area"))
        person._appointments = kept
    return [one for one in kept if one.role in rights().roles and _holds(one, now)]


def _holds(one: Appointment, now: datetime) -> bool:
    day = day_at(one.area, now)
    return one.valid_from <= day and (one.valid_to is None or one.valid_to >= day)


def can(person: Any, capability: str, area_id: str) -> bool:
    """Whether the person holds a role here, or above when the capability reaches down."""
    reach = rights().reach(capability)
    path: list[str] | None = None
    for one in held(person):
        if capability not in rights().roles[one.role].can:
            continue
        if one.area_id == area_id:
            return True
        if reach == "down":
            if path is None:
                found = Area.objects.filter(pk=area_id).values_list("path", flat=True).first()
                path = found.split("/") if found else []
            if one.area_id in path:
                return True
    return False


def check_can(person: Any, capability: str, area_id: str) -> None:
    """Raises NotAllowed, which answers 404."""
    if not can(person, capability, area_id):
        raise NotAllowed


def holders(capability: str, area_id: str, *, own: bool = False) -> dict[int, str]:
    """Names by id of those who hold a role today that gives the capability here, also from above
    where it reaches down; with ``own`` only those whose role is held in this very area."""
    found = Area.objects.filter(pk=area_id).first()
    if found is None:
        return {}
    down = rights().reach(capability) == "down" and not own
    places = found.path.split("/") if down else [found.id]
    roles = [name for name, role in rights().roles.items() if capability in role.can]
    now = timezone.now()
    rows = Appointment.objects.filter(
        area_id__in=places, role__in=roles, person__is_active=True
    ).select_related("person", "area")
    held_now = {one.person_id: one.person.name for one in rows if _holds(one, now)}
    return dict(sorted(held_now.items(), key=lambda pair: (pair[1], pair[0])))


def areas_with(person: Any, capability: str) -> list[AreaInfo]:
    """The areas of appointment that give the capability (what lies below is not listed)."""
    found = {
        one.area_id: one.area for one in held(person) if capability in rights().roles[one.role].can
    }
    return infos(found.values())


def role_in(person: Any, area_id: str) -> RoleHeld | None:
    """The role held here, else the nearest one held above; None for a stranger."""
    found = Area.objects.filter(pk=area_id).first()
    if found is None:
        return None
    path = found.path.split("/")
    here = [one for one in held(person) if one.area_id in path]
    if not here:
        return None
    # Whoever also acts for another here does so in everything done here.
    one = max(here, key=lambda held: (path.index(held.area_id), held.on_behalf_of_id is not None))
    role = rights().roles[one.role]
    return RoleHeld(
        one.role,
        role.label_for(
            one.area.village_kind, acting=one.acting, behalf=one.on_behalf_of_id is not None
        ),
        one.acting,
        role.watches,
    )


def office(*capabilities: str) -> Callable[[View], View]:
    """For views of ``/kantor/<village_id>/…``: sign-in, then one of the capabilities in that
    village, else 404. The view finds the village as ``request.village``."""
    for capability in capabilities:
        rights().reach(capability)

    def wrap(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            village_id = str(kwargs["village_id"])
            if not village_id.isalnum():  # no id of ours; a database may refuse to look for it
                raise NotAllowed
            if not any(can(request.user, one, village_id) for one in capabilities):
                raise NotAllowed
            request.village = area(village_id)  # type: ignore[attr-defined]
            request.session["village"] = village_id
            return view(request, *args, **kwargs)

        return opened

    return wrap


# -- persons ----------------------------------------------------------------------------------


def person_name(person_id: Any) -> str:
    """Name of one officer; "" for an id nobody has. For lists there is ``names_of``."""
    return names_of([person_id]).get(int(person_id), "") if str(person_id).isdigit() else ""


def names_of(ids: Iterable[Any]) -> dict[int, str]:
    """Names of officers by id."""
    return dict(Person.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def example_sign_ins() -> list[tuple[str, str, str]]:
    """(role and place, username, password) of the example accounts that can sign in."""
    found = Appointment.objects.filter(
        person__is_example=True, person__is_active=True
    ).select_related("person", "area")
    roles = rights().roles
    return [
        (
            f"{roles[one.role].label_for(one.area.village_kind)}, {one.area.name}",
            one.person.username,
            one.person.example,
        )
        for one in found.order_by("pk")
        if one.person.example
    ]


# -- what next (tasks itself stands on this door) ----------------------------------------------


def next_things(person: Any, village_id: str, now: datetime) -> list[Task]:
    """What presses in one village about who works there and how they get in."""
    from . import tasks

    return tasks.next_things(person, village_id, now)


def at_leisure(person: Any, village_id: str, now: datetime) -> list[Task]:
    """What may be done in one village when there is time."""
    from . import tasks

    return tasks.at_leisure(person, village_id, now)


def above(person: Any, now: datetime) -> list[Task]:
    """What someone above the village should or may do: those that press say so."""
    from . import tasks

    return tasks.above(person, now)
