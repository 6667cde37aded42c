"""What every page's shell needs to know: who is here, where, and what they may open."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from cantik.people import api as people
from cantik.web import home

THEMES = ("light", "dark")
VILLAGE = "village"  # in the session: the village last worked in


@dataclass(frozen=True)
class Shell:
    person: Any = None
    role_label: Any = ""
    village: Any = None
    seat: Any = None  # the village, or the area above it, that stands in the header
    menu: list[tuple[str, str, str, bool]] = field(default_factory=list)
    theme: str = ""  # "", light, dark
    save_data: bool = False


def _village(request: HttpRequest, person: Any) -> Any:
    """The village of this page; else the one last worked in; else the only one."""
    here = getattr(request, "village", None)
    if here is not None:
        return here
    session = getattr(request, "session", {})
    return home.chosen(home.own_villages(person), session.get(VILLAGE, ""))


def _above(person: Any) -> Any:
    """Where someone works who has no village of their own: the first area they accompany."""
    for capability in ("collect.progress", "people.invite"):
        found = people.areas_with(person, capability)
        if found:
            return found[0]
    return None


def _role_label(person: Any, area: Any) -> Any:
    role = people.role_in(person, area.id) if area is not None else None
    return getattr(role, "label", "") if role is not None else ""


def build(request: HttpRequest) -> Shell:
    theme = request.COOKIES.get("theme", "")
    theme = theme if theme in THEMES else ""
    save_data = request.headers.get("Save-Data", "").lower() == "on"
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        search = [(_("Cari desa"), "/", "search", request.path == "/")]
        return Shell(menu=search, theme=theme, save_data=save_data)
    village = _village(request, user)
    area = village or _above(user)
    return Shell(
        person=user,
        role_label=_role_label(user, area),
        seat=village or (area if area is not None and area.level != "desa" else None),
        village=village,
        menu=home.menu(user, village, request.path),
        theme=theme,
        save_data=save_data,
    )


def shell(request: HttpRequest) -> dict[str, Any]:
    """Worked out only for pages that show it."""
    return {"shell": SimpleLazyObject(lambda: build(request))}
