"""Example places and people for tests: a village with two dusun and three RT."""

from datetime import UTC, date, datetime
from typing import Any

from cantik.people import actions
from cantik.people.models import Area, Person

NOW = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
DAY = date(2026, 1, 1)


def village(name: str = "Uji", kind: str = "contoh", village_kind: str = "desa") -> Area:
    """A village with its own kecamatan, kabupaten and province, and RT 01..03 in two dusun."""
    above: Area | None = None
    for level in ("provinsi", "kabupaten", "kecamatan"):
        above = actions.place(
            parent=above, level=level, name=f"{level} {name}", kind=kind,
            time_zone="Asia/Makassar", day=DAY, source="uji",
        )  # fmt: skip
    made = actions.place(
        parent=above, level="desa", name=name, kind=kind, village_kind=village_kind,
        day=DAY, source="uji",
    )  # fmt: skip
    for dusun, rts in (("Dusun Hilir", ["RT 01", "RT 02"]), ("Dusun Hulu", ["RT 03"])):
        part = actions.place(
            parent=made, level="dusun", name=dusun, kind=kind, day=DAY, source="uji"
        )
        for rt in rts:
            actions.place(parent=part, level="rt", name=rt, kind=kind, day=DAY, source="uji")
    return made


def above(area: Area, level: str) -> Area:
    return Area.objects.get(id__in=area.path.split("/"), level=level)


def person(role: str, area: Area, username: str = "", acting: bool = False) -> Any:
    """Someone who holds a role in an area since the beginning of the year."""
    one = Person(username=username or f"{role}.{area.id}", name=f"Orang {role}", created_at=NOW)
    one.set_password("kata-sandi-uji")
    one.save()
    one.appointments.create(role=role, area=area, valid_from=DAY, acting=acting)
    return one
