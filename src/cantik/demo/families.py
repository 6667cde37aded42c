"""Made-up families for the example villages: plausible, from a fixed seed, nobody's. Pure.

Numbers begin with 99, which is no province; every name ends in "Contoh".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Any

MALE = (
    "Adi Agus Andi Arif Bayu Budi Darma Dedi Eko Fajar Hadi Iwan Joko Lukas Made Nando Petrus "
    "Rudi Surya Yusuf"
)
FEMALE = (
    "Ani Ayu Bunga Citra Dewi Eka Fitri Hana Indah Kartini Lestari Maria Nur Putri Ratna Sari "
    "Siti Tuti Wati Yuni"
)
NAMES = {"1": MALE.split(), "2": FEMALE.split()}
SURNAME = "Contoh"
Values = dict[str, Any]
Ways = Mapping[str, Mapping[str, int]]
# How often each answer is drawn; a village of another character gives its own for some questions.
WAYS: Ways = {
    "hasil_pendataan": {"1": 97, "2": 3},
    "status_bangunan": {"1": 80, "2": 8, "3": 9, "4": 2, "5": 1},
    "lantai": {"2": 34, "5": 38, "6": 20, "4": 4, "8": 4},
    "dinding": {"1": 35, "3": 60, "5": 5},
    "atap": {"3": 88, "2": 7, "7": 5},
    "air_minum": {"2": 27, "3": 22, "4": 16, "5": 10, "7": 8, "9": 9, "10": 8},
    "fasilitas_bab": {"1": 74, "2": 14, "4": 5, "6": 7},
    "penerangan": {"1": 84, "2": 9, "3": 5, "4": 2},
    "bahan_bakar": {"2": 78, "4": 20, "1": 2},
    "bantuan_pkh": {"1": 16, "2": 84},
    "bantuan_sembako": {"1": 22, "2": 78},
    "bantuan_blt_desa": {"1": 12, "2": 88},
    "bukti_tanah": {"1": 45, "2": 15, "3": 30, "4": 10},
    "kloset": {"1": 88, "2": 7, "4": 5},
    "tinja": {"1": 76, "3": 10, "4": 14},
    "daya": {"1": 35, "2": 44, "3": 16, "4": 5},
    "jaminan_kesehatan": {"1": 46, "2": 30, "3": 3, "4": 21},
    "lapangan_usaha": {"1": 44, "2": 9, "3": 6, "4": 5, "5": 8, "6": 14, "7": 4, "8": 10},
    "status_pekerjaan": {"1": 42, "2": 8, "3": 32, "4": 10, "5": 8},
    "anak": {"0": 18, "1": 28, "2": 30, "3": 16, "4": 8},
    # Certificates of those under 50 and of the others.
    "ijazah_muda": {"0": 12, "1": 26, "2": 18, "3": 32, "4": 4, "5": 8},
    "ijazah_tua": {"0": 30, "1": 38, "2": 12, "3": 15, "4": 2, "5": 3},
}


@dataclass
class MadeFamily:
    leaf_id: str
    family: Values
    members: list[Values]


class Draw(Random):
    """One family's luck, with the ways of its village."""

    ways: Ways

    def way(self, question: str) -> str:
        weighted = self.ways[question]
        return self.choices(list(weighted), weights=list(weighted.values()))[0]


def families(
    counts: Mapping[str, int],
    *,
    seed: int,
    on: date,
    later: int = 0,
    ways: Ways | None = None,
    area: int = 0,
) -> list[MadeFamily]:
    """``counts`` is families by leaf area. The same seed gives the same families in another year,
    older by ``on``; ``later`` counts the years since the first, and moves some answers on. ``ways``
    changes how often answers are drawn; ``area`` (0 to 9) keeps the numbers of villages apart."""
    made = []
    number = 0
    for at, (leaf, wanted) in enumerate(counts.items()):
        for n in range(wanted):
            # A generator of its own for each family: one more family changes no other.
            number += 1
            draw = Draw(f"{seed}/{at}/{n}")
            draw.ways = {**WAYS, **(ways or {})}
            made.append(_family(leaf, draw, area * 100_000 + at * 1000 + n, on, later))
    return made


def _pick(draw: Random, weighted: Mapping[str, int]) -> str:
    return draw.choices(list(weighted), weights=list(weighted.values()))[0]


def _digits(draw: Draw, number: int) -> str:
    return f"99{draw.randrange(10**8):08d}{number:06d}"


def _nik(draw: Draw, born: date, sex: str, number: int) -> str:
    """Built like a real one: area, day of birth (plus 40 for women), month, year, number."""
    place = draw.randrange(10**8) // 10**4
    day = born.day + (40 if sex == "2" else 0)
    return f"99{place:04d}{day:02d}{born:%m%y}{number % 10**4:04d}"


def _born(draw: Draw, years: int, start: date) -> date:
    return start - timedelta(days=years * 365 + draw.randrange(365) + years // 4)


def _family(leaf: str, draw: Draw, number: int, on: date, later: int) -> MadeFamily:
    start = on.replace(year=on.year - later)
    # Drawn in every year, so that the same family comes out again in a later one; its people with
    # luck of their own: what was built in the meantime makes nobody another person.
    luck, inside = draw.random(), Draw(draw.random())
    inside.ways = draw.ways
    better = later and luck < 0.15
    toilet = draw.way("fasilitas_bab")
    light = draw.way("penerangan")
    if better:
        toilet, light = "1", "1"
    own = draw.way("status_bangunan")
    family: Values = {
        "nomor_kk": _digits(draw, number),
        "hasil_pendataan": draw.way("hasil_pendataan"),
        "alamat": f"Jalan Contoh {number % 90 + 1}",
        "status_bangunan": own,
        "luas_lantai": draw.randrange(24, 120),
        "lantai": draw.way("lantai"),
        "dinding": draw.way("dinding"),
        "atap": draw.way("atap"),
        "air_minum": draw.way("air_minum"),
        "fasilitas_bab": toilet,
        "penerangan": light,
        "bahan_bakar": draw.way("bahan_bakar"),
        "bantuan_pkh": draw.way("bantuan_pkh"),
        "bantuan_sembako": draw.way("bantuan_sembako"),
        "bantuan_blt_desa": draw.way("bantuan_blt_desa"),
    }
    if own == "1":
        family["bukti_tanah"] = draw.way("bukti_tanah")
    if toilet in "1234":
        family["kloset"] = draw.way("kloset")
        family["tinja"] = draw.way("tinja")
        if family["kloset"] == "4":
            family["tinja"] = "4"
    if light == "1":
        family["daya"] = draw.way("daya")
    members = _members(inside, number, start, on)
    if later and luck > 0.93 and len(members) > 1:
        members.append(_newborn(inside, number, len(members), on))
    return MadeFamily(leaf, family, members)


def _newborn(draw: Draw, number: int, at: int, on: date) -> Values:
    born = on - timedelta(days=draw.randrange(20, 340))
    return {**_person(draw, number, at, "3", draw.choice("12"), born, on), "status_kawin": "1"}


def _members(draw: Draw, number: int, start: date, on: date) -> list[Values]:
    age = draw.randrange(24, 76)
    alone = draw.random() < (0.10 if age < 60 else 0.3)
    sex = "2" if alone and draw.random() < 0.7 else "1"
    people = [_person(draw, number, 0, "1", sex, _born(draw, age, start), on)]
    people[0]["status_kawin"] = _pick(draw, {"4": 60, "3": 25, "1": 15}) if alone else "2"
    if not alone:
        spouse = max(19, age - draw.randrange(0, 7))
        people.append(_person(draw, number, 1, "2", "2", _born(draw, spouse, start), on))
        people[1]["status_kawin"] = "2"
    most = {True: 2, False: 4}[alone]
    weights = list(draw.ways["anak"].values())[: most + 1]
    for n in range(draw.choices(range(most + 1), weights=weights)[0]):
        child = age - 22 - draw.randrange(0, 14) - n * 2
        if not 0 <= child <= 35:
            continue
        one = _person(
            draw, number, len(people), "3", draw.choice("12"), _born(draw, child, start), on
        )
        one["status_kawin"] = "1"
        people.append(one)
    if draw.random() < 0.12:
        parent = min(92, age + draw.randrange(20, 30))
        one = _person(
            draw, number, len(people), "6", draw.choice("12"), _born(draw, parent, start), on
        )
        one["status_kawin"] = _pick(draw, {"4": 70, "2": 30})
        people.append(one)
    return people


def _person(draw: Draw, number: int, at: int, place: str, sex: str, born: date, on: date) -> Values:
    years = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    person: Values = {
        "nama": f"{draw.choice(NAMES[sex])} {SURNAME}",
        "nik": _nik(draw, born, sex, number * 10 + at),
        "hubungan": place,
        "keberadaan": "1",
        "jenis_kelamin": sex,
        "tanggal_lahir": born,
        "jaminan_kesehatan": draw.way("jaminan_kesehatan"),
    }
    rolls = [draw.random() for _ in range(4)]
    hard = [_pick(draw, {"4": 90, "3": 8, "2": 2}) for _ in range(6)]
    if years >= 5:
        person |= _schooling(draw.ways, years, rolls[0], rolls[1])
        for name, code in zip(
            ("melihat", "mendengar", "berjalan", "mengingat", "merawat_diri", "berkomunikasi"),
            hard,
            strict=True,
        ):
            person["sulit_" + name] = "2" if years > 65 and code == "3" else code
    # Always drawn, so that a birthday moves nobody else's luck.
    work = {"status_pekerjaan": draw.way("status_pekerjaan")}
    work["lapangan_usaha"] = draw.way("lapangan_usaha")
    if years >= 15:
        person |= _work(work, years, sex, person["sekolah"], rolls[2])
    return person


def _schooling(ways: Ways, years: int, first: float, second: float) -> Values:
    if years < 7:
        return {"sekolah": "1" if first < 0.5 else "0", "ijazah": "0"}
    if years <= 18:
        inside = first < (0.97 if years <= 12 else 0.9 if years <= 15 else 0.74)
        done = "0" if years < 13 else "1" if years < 16 else "2"
        return {"sekolah": "1" if inside else "2", "ijazah": done}
    if years <= 22 and first < 0.2:
        return {"sekolah": "1", "ijazah": "3"}
    weighted = ways["ijazah_muda" if years < 50 else "ijazah_tua"]
    limits = accumulate(weighted.values())
    whole = sum(weighted.values())
    level = next(
        code for code, limit in zip(weighted, limits, strict=True) if second < limit / whole
    )
    if level == "5" and years < 22:
        level = "3"
    never = level == "0" and first < 0.3
    return {"sekolah": "0" if never else "2", "ijazah": level}


def _work(work: Values, years: int, sex: str, school: str, roll: float) -> Values:
    if school == "1":
        return {"kegiatan": "4"}
    working = 0.86 if sex == "1" else 0.46
    if years > 64:
        working /= 2
    if roll < working:
        return {"kegiatan": "1", **work}
    if roll < working + 0.05 and years < 60:
        return {"kegiatan": "3"}
    return {"kegiatan": "5" if sex == "2" else "6"}
