"""Reading and keeping the tree of areas."""

import base64
import csv
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from cantik.kernel.tree import Node, Tree

from .models import Area, AreaCode, AreaName, AreaParent, BpsRecord

DATA = Path(__file__).with_name("data")
KEMENDAGRI_YEAR, BPS_YEAR = 2026, 2018
ZONES = {"65": "Asia/Makassar"}
LEVELS = ("provinsi", "kabupaten", "kecamatan", "desa", "dusun", "rw", "rt")


@dataclass(frozen=True)
class AreaInfo:
    """An area as pages need it. ``label`` is how people call it ("RT 03", "Desa Apung");
    ``full_label`` adds the place above it."""

    id: str
    level: str
    kind: str
    village_kind: str
    name: str
    label: str
    parent_id: str | None
    time_zone: str
    above: tuple[str, ...] = ()

    @property
    def full_label(self) -> str:
        return ", ".join((self.label, *reversed(self.above)))

    @property
    def is_example(self) -> bool:
        return self.kind != Area.Kind.REAL


def made_id(scheme: str, code: str) -> str:
    """The opaque id of a listed area: the same on every installation, telling nothing."""
    digest = hashlib.sha256(f"cantik area v1 {scheme} {code}".encode()).digest()
    return base64.b32encode(digest[:5]).decode().lower()


def label_of(level: str, name: str, village_kind: str) -> str:
    if level == "desa":
        return f"{_('Kelurahan') if village_kind == 'kelurahan' else _('Desa')} {name}"
    if level == "kecamatan" and not name.startswith("Kecamatan"):
        return f"{_('Kecamatan')} {name}"
    if level == "provinsi" and not name.startswith("Provinsi"):
        return f"{_('Provinsi')} {name}"
    return name


def sort_word(name: str) -> str:
    """Letters and digits of a name, numbers padded, so that RT 2 stands before RT 10."""
    padded = re.sub(r"\d+", lambda found: found.group().zfill(4), name.lower())
    return re.sub(r"[^0-9a-z]", "", padded)[:24] or "0"


def in_order(areas: Iterable[Area]) -> list[Area]:
    """Tree order, the same on every database whatever its collation."""
    return sorted(areas, key=lambda area: area.sort_key.split("/"))


def info(area: Area, above: tuple[str, ...] = ()) -> AreaInfo:
    ids = area.path.split("/")
    return AreaInfo(
        area.id,
        area.level,
        area.kind,
        area.village_kind,
        area.name,
        label_of(area.level, area.name, area.village_kind),
        ids[-2] if len(ids) > 1 else None,
        area.time_zone,
        above,
    )


def infos(areas: Iterable[Area]) -> list[AreaInfo]:
    """With the names above, in one query for all of them."""
    listed = list(areas)
    wanted = {id_ for area in listed for id_ in area.path.split("/")[:-1]}
    known = {a.id: label_of(a.level, a.name, "") for a in Area.objects.filter(id__in=wanted)}
    return [
        info(area, tuple(known[i] for i in area.path.split("/")[1:-1] if i in known))
        for area in listed
    ]


def tree_of(village: Area, on: date) -> Tree:
    """The areas of a village that were not yet closed on a day."""
    below = Area.objects.filter(path__startswith=village.path + "/")
    kept = [a for a in below if a.closed_on is None or a.closed_on > on]
    ids = {village.id, *(a.id for a in kept)}
    nodes = []
    for area in in_order([village, *kept]):
        parent = area.path.split("/")[-2] if "/" in area.path else None
        if area.id != village.id and parent not in ids:
            continue
        label = label_of(area.level, area.name, area.village_kind)
        nodes.append(
            Node(area.id, area.level, area.kind, area.name, label, parent, area.village_kind)
        )
    return Tree(nodes)


# -- loading the lists ------------------------------------------------------------------------


def load() -> int:
    """Bring in the lists that come with the program; what is there already stays. Returns how many
    areas were new."""
    with (DATA / "kaltara_wilayah.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    known = set(Area.objects.filter(kind=Area.Kind.REAL).values_list("id", flat=True))
    made: dict[str, Area] = {}
    names, codes, parents = [], [], []
    for row in rows:
        code = row["kemendagri_code"]
        parent = made.get(code.rpartition(".")[0])
        area = Area(
            id=made_id("kemendagri", code),
            level=row["level"],
            kind=Area.Kind.REAL,
            village_kind=row["village_kind"],
            name=row["name"],
            time_zone=ZONES[code[:2]],
        )
        area.path = f"{parent.path}/{area.id}" if parent else area.id
        word = code.rpartition(".")[2]
        area.sort_key = f"{parent.sort_key}/{word}" if parent else word
        made[code] = area
        if area.id in known:
            continue
        listed = {"source": "Kemendagri", "list_year": KEMENDAGRI_YEAR}
        names.append(AreaName(area=area, name=area.name, **listed))
        codes.append(AreaCode(area=area, scheme="kemendagri", code=code, **listed))
        if parent:
            parents.append(AreaParent(area=area, parent=parent, **listed))
        for scheme, written in (
            ("bps", row["bps_code"]),
            ("bps_kecamatan", row["bps_kecamatan_code"]),
        ):
            if written:
                codes.append(
                    AreaCode(
                        area=area, scheme=scheme, code=written, source="BPS", list_year=BPS_YEAR
                    )
                )
    fresh = [area for area in made.values() if area.id not in known]
    with transaction.atomic():
        Area.objects.bulk_create(fresh)
        AreaName.objects.bulk_create(names)
        AreaCode.objects.bulk_create(codes)
        AreaParent.objects.bulk_create(parents)
        _load_waiting()
    return len(fresh)


def _load_waiting() -> None:
    with (DATA / "kaltara_bps_tanpa_padanan.csv").open(encoding="utf-8", newline="") as file:
        BpsRecord.objects.bulk_create(
            [
                BpsRecord(
                    code=row["bps_code"],
                    name=row["bps_name"],
                    kecamatan_code=row["bps_kecamatan_code"],
                    kecamatan_name=row["bps_kecamatan_name"],
                    list_year=BPS_YEAR,
                )
                for row in csv.DictReader(file)
            ],
            ignore_conflicts=True,
        )
