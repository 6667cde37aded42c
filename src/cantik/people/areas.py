"""Reading and keeping the tree of areas."""

import base64
import csv
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from cantik.kernel.tree import Node, Tree

from .models import Area, AreaCode, AreaName, AreaParent, BpsRecord

DATA = Path(__file__).with_name("data")
KEMENDAGRI_YEAR, BPS_YEAR = 2026, 2018
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
    return base64.b32encode(digest).decode().lower()[:10]


PART_WORDS = {"dusun": "Dusun", "rw": "RW", "rt": "RT"}


def label_of(level: str, name: str, village_kind: str) -> str:
    """How people call an area. A part typed as "01" or "Hilir" gets its word in front."""
    if level == "desa":
        return f"{_('Kelurahan') if village_kind == 'kelurahan' else _('Desa')} {name}"
    if level in PART_WORDS:
        word = PART_WORDS[level]
        return name if re.match(rf"{word}\b", name, re.IGNORECASE) else f"{word} {name}"
    if level == "kecamatan" and not name.startswith("Kecamatan"):
        return f"{_('Kecamatan')} {name}"
    if level == "provinsi" and not name.startswith("Provinsi"):
        return f"{_('Provinsi')} {name}"
    return name


def bare(label: str) -> str:
    """Letters and digits only, numbers padded: RT 2 stands before RT 10, and is RT 02."""
    padded = re.sub(r"\d+", lambda found: found.group().lstrip("0").zfill(4), label.lower())
    return re.sub(r"[\W_]", "", padded)


NOT_MOVED = "500"


def sort_word(label: str, place: str = NOT_MOVED) -> str:
    """One step of a sort key: the place a person gave it among its neighbours, then its name."""
    return place + re.sub(r"[^0-9a-z]", "", bare(label))[:24]


def in_order(areas: Iterable[Area]) -> list[Area]:
    """A parent before its children, the same on every database whatever its collation. Areas whose
    parent is not among them begin a tree of their own. Equal sort keys never mix two families."""
    listed = list(areas)
    ids = {area.id for area in listed}
    below: dict[str | None, list[Area]] = {}
    for area in listed:
        parent = area.path.split("/")[-2] if "/" in area.path else None
        below.setdefault(parent if parent in ids else None, []).append(area)
    ordered: list[Area] = []
    waiting = _next(below, None)
    while waiting:
        area = waiting.pop()
        ordered.append(area)
        waiting += _next(below, area.id)
    return ordered


def _next(below: dict[str | None, list[Area]], parent: str | None) -> list[Area]:
    """Children, the first one last, as a stack wants them."""
    found = below.get(parent, [])
    return sorted(found, key=lambda a: (a.sort_key, a.name, a.id), reverse=True)


def day_at(area: Area, now: datetime) -> date:
    """The date where an area lies."""
    return now.astimezone(ZoneInfo(area.time_zone or "Asia/Jakarta")).date()


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
    shown: set[str | None] = set()
    nodes = []
    for area in in_order([village, *kept]):
        parent = area.path.split("/")[-2] if "/" in area.path else None
        if area.id != village.id and parent not in shown:
            continue
        shown.add(area.id)
        label = label_of(area.level, area.name, area.village_kind)
        nodes.append(
            Node(area.id, area.level, area.kind, area.name, label, parent, area.village_kind)
        )
    return Tree(nodes)


# -- the lists as they are --------------------------------------------------------------------


@dataclass(frozen=True)
class Counts:
    kecamatan: int
    desa: int
    kelurahan: int
    with_bps: int

    @property
    def villages(self) -> int:
        return self.desa + self.kelurahan


def area_counts(province_id: str) -> tuple[list[AreaInfo], dict[str, Counts]]:
    """The kabupaten of a province in order, and how many areas it and each of them holds."""
    found = list(Area.objects.filter(path__startswith=province_id + "/", closed_on=None))
    coded = set(
        AreaCode.objects.filter(
            scheme="bps", area__level="desa", area__path__startswith=province_id + "/"
        ).values_list("area_id", flat=True)
    )
    here = [info(area) for area in in_order(a for a in found if a.level == "kabupaten")]
    counts = {}
    for id_ in (province_id, *(one.id for one in here)):
        below = [a for a in found if id_ in a.path.split("/")]
        villages = [a for a in below if a.level == "desa"]
        counts[id_] = Counts(
            sum(a.level == "kecamatan" for a in below),
            sum(a.village_kind != "kelurahan" for a in villages),
            sum(a.village_kind == "kelurahan" for a in villages),
            sum(a.id in coded for a in villages),
        )
    return here, counts


@dataclass(frozen=True)
class Listed:
    area: AreaInfo
    kecamatan: str
    codes: dict[str, str]  # scheme -> code


def listed_villages(area_id: str) -> list[Listed]:
    """Villages below an area in tree order, with their codes in both schemes."""
    above = Area.objects.get(pk=area_id)
    found = list(Area.objects.filter(path__startswith=above.path + "/", closed_on=None))
    known = {one.id: one for one in found}
    villages = [a for a in in_order(found) if a.level == "desa"]
    codes: dict[str, dict[str, str]] = {}
    for row in AreaCode.objects.filter(area__in=villages, valid_to=None):
        codes.setdefault(row.area_id, {})[row.scheme] = row.code
    return [
        Listed(info(a), known[a.path.split("/")[-2]].name, codes.get(a.id, {})) for a in villages
    ]


def pair_choices(records: Iterable[BpsRecord], province: AreaInfo) -> dict[str, list[AreaInfo]]:
    """For each record of the BPS list the villages of the same kabupaten that have no BPS code yet,
    the most alike in spelling first. Only an order to read in: a person decides."""
    below = Area.objects.filter(path__startswith=province.id + "/", closed_on=None)
    kabupaten = dict(
        AreaCode.objects.filter(
            scheme="bps", area__level="kabupaten", area__path__startswith=province.id + "/"
        ).values_list("code", "area_id")
    )
    free = infos(below.filter(level="desa").exclude(codes__scheme="bps"))
    paths = {area.id: area.path.split("/") for area in below.filter(level="desa")}
    made = {}
    for record in records:
        at = kabupaten.get(record.code[:4])
        near = [one for one in free if at in paths[one.id]]
        made[record.code] = sorted(near, key=lambda one: (-_alike(record.name, one.name), one.name))
    return made


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one.lower(), other.lower()).ratio()


# -- loading the lists ------------------------------------------------------------------------


def time_zones() -> dict[str, str]:
    """The time zone of each province by its code (Keppres 41/1987; later provinces as the one they
    came from)."""
    with (DATA / "zona_waktu.csv").open(encoding="utf-8", newline="") as file:
        return {row["kode_provinsi"]: row["zona"] for row in csv.DictReader(file)}


def load() -> int:
    """Bring in the lists that come with the program; what is there already stays. Returns how many
    areas were new."""
    with (DATA / "kaltara_wilayah.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    known = set(Area.objects.filter(kind=Area.Kind.REAL).values_list("id", flat=True))
    zones = time_zones()
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
            time_zone=zones[code[:2]],
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
