"""Statistical metadata of an activity: MS-Kegiatan, MS-Variabel, MS-Indikator. Pure.

What the pack knows is filled in before; what only the village knows is asked, by the skip rules of
the form. Answers are text: a code, codes with spaces, an ISO date, two with a slash. Labels are the
Indonesian words of the form itself.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from cantik.kernel.text import N_, pick

from .asking import conditions
from .pack import Indicator, Pack, Question, SeriesTemplate
from .universes import when_asked

FORM = Path(__file__).with_name("ms_metadata.yaml")
ID = "id"  # the language of the form
LONGEST = {"text": 300, "long": 3000}
FIRST_YEAR = 2019
Answers = Mapping[str, str]

SHORT = N_("Tulis paling sedikit %(n)s huruf.")
CODE = N_("Pilih dari daftar.")
DAY = N_("Tulis tanggal yang benar.")
BACKWARDS = N_("Tanggal akhir tidak boleh sebelum tanggal awal.")
NUMBER = N_("Tulis angka bulat, 0 atau lebih.")
MANY = N_("Tidak boleh lebih banyak daripada jumlah pencacah.")
YEAR = N_("Tulis tahun, dari 2019 sampai tahun ini.")
LONG = N_("Terlalu panjang: paling banyak %(n)s huruf.")


@dataclass(frozen=True)
class Field:
    """``when``: the field that decides whether this one is asked, and by which codes."""

    key: str
    label: str
    kind: str
    no: str = ""
    codes: tuple[tuple[str, str], ...] = ()
    least: int = 0
    when: tuple[str, frozenset[str]] | None = None
    most: str = ""  # the key of a number this one may not exceed
    year: bool = False

    def words(self, answer: str) -> str:
        """The answer as it is printed: labels for codes, dates as they were typed."""
        if self.codes:
            known = dict(self.codes)
            return "; ".join(known.get(code, code) for code in answer.split())
        return answer.replace("/", " s.d. ") if self.kind == "span" else answer


@dataclass(frozen=True)
class Block:
    id: str
    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Form:
    source: str
    activity: tuple[Block, ...]
    variable: tuple[Field, ...]
    indicator: tuple[Field, ...]

    def field(self, key: str) -> Field:
        """Raises KeyError."""
        for one in self.fields():
            if one.key == key:
                return one
        raise KeyError(key)

    def fields(self) -> Iterator[Field]:
        for block in self.activity:
            yield from block.fields


@cache
def form() -> Form:
    read = yaml.safe_load(FORM.read_text(encoding="utf-8"))
    blocks = tuple(
        Block(one["id"], one["title"], tuple(_field(f) for f in one["fields"]))
        for one in read["ms_keg"]
    )
    return Form(
        read["source"],
        blocks,
        tuple(_field(one) for one in read["ms_var"]),
        tuple(_field(one) for one in read["ms_ind"]),
    )


def _field(given: Mapping[str, Any]) -> Field:
    when = next(iter(given["when"].items())) if "when" in given else None
    return Field(
        key=given["key"],
        label=given["label"],
        kind=given["kind"],
        no=str(given.get("no", "")),
        codes=tuple((str(code), label) for code, label in given.get("codes", {}).items()),
        least=int(given.get("least", 0)),
        when=(when[0], frozenset(str(code) for code in when[1])) if when else None,
        most=given.get("most", ""),
        year=bool(given.get("year", False)),
    )


def applies(field: Field, answers: Answers) -> bool:
    """Whether the field is asked, given the answers before it; what is asked only after a field
    that is itself not asked, is not asked."""
    if field.when is None:
        return True
    key, codes = field.when
    return applies(form().field(key), answers) and bool(codes & set(answers.get(key, "").split()))


def cleaned(given: Answers) -> dict[str, str]:
    """Trimmed answers of fields that are asked; all others fall away, empty ones too."""
    kept = {
        one.key: " ".join(given[one.key].split()) if one.kind != "long" else given[one.key].strip()
        for one in form().fields()
        if given.get(one.key, "").strip()
    }
    return {key: value for key, value in kept.items() if applies(form().field(key), kept)}


def faults(answers: Answers, today: date) -> dict[str, tuple[str, dict[str, object]]]:
    """What is wrong, by key: (words to translate, their values). Empty answers are no fault."""
    found: dict[str, tuple[str, dict[str, object]]] = {}
    for one in form().fields():
        answer = answers.get(one.key, "")
        if not answer:
            continue
        fault = _fault(one, answer, answers, today)
        if fault:
            found[one.key] = fault
    return found


def _fault(
    field: Field, answer: str, answers: Answers, today: date
) -> tuple[str, dict[str, object]] | None:
    if field.codes:
        chosen = answer.split()
        one_too_many = field.kind == "choice" and len(chosen) > 1
        if one_too_many or not set(chosen) <= {code for code, _ in field.codes}:
            return CODE, {}
    elif field.year:
        if not re.fullmatch(r"\d{4}", answer) or not FIRST_YEAR <= int(answer) <= today.year:
            return YEAR, {}
    elif field.kind == "date":
        if _day(answer) is None:
            return DAY, {}
    elif field.kind == "span":
        begins, _, ends = answer.partition("/")
        pair = _day(begins), _day(ends)
        if pair[0] is None or pair[1] is None:
            return DAY, {}
        if pair[1] < pair[0]:
            return BACKWARDS, {}
    elif field.kind == "count":
        if not re.fullmatch(r"\d{1,6}", answer):
            return NUMBER, {}
        other = answers.get(field.most, "") if field.most else ""
        if re.fullmatch(r"\d{1,6}", other) and int(answer) > int(other):
            return MANY, {}
    elif len(answer) < field.least:
        return SHORT, {"n": field.least}
    elif len(answer) > LONGEST[field.kind]:
        return LONG, {"n": LONGEST[field.kind]}
    return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-01-01") else None
    except ValueError:
        return None


# -- what is known beforehand -----------------------------------------------------------------


def known_activity(
    pack: Pack, *, village: str, producer: str, places: str, period: str, year: int
) -> dict[str, str]:
    """Answers of MS-Kegiatan that follow from the activity itself; each may be changed."""
    units = {"orang": "1", "keluarga": "2", "usaha": "4"}
    counted = sorted({units.get(one.unit, "8") for one in pack.records}, key=int)
    return {
        "judul_kegiatan": f"{pick(pack.title, ID)} {village} {period}",
        "tahun": str(year),
        "jenis_statistik": "2",
        "instansi_penyelenggara": producer,
        "cakupan_wilayah": "2",
        "wilayah_kegiatan": places,
        "unit_pengumpulan": " ".join(counted),
        "penyuntingan": "1",
        "penyahihan": "1",
        "metode_analisis": "1",
        "unit_analisis": " ".join(counted),
        "tingkat_penyajian": "16",
        "produk_digital": "1",
        "produk_mikro": "2",
    }


KINDS = {"choice": "Pilihan", "many": "Beberapa pilihan", "integer": "Bilangan bulat",
         "date": "Tanggal", "text": "Teks"}  # fmt: skip


def variable(pack: Pack, question: Question, added: Answers) -> list[tuple[str, str]]:
    """MS-Variabel of one question: (label, words); "" where nothing is known."""
    choices = "; ".join(f"{one.code} = {pick(one.label, ID)}" for one in pack.choices(question))
    rules = []
    if question.required:
        rules.append("wajib diisi")
    if conditions(pack, question.relevant):
        told = when_asked(pack, question)
        rules.append(
            f"ditanyakan bila {told}"
            if told
            else "tidak ditanyakan kepada semua; syaratnya ada di kuesioner"
        )
    if question.constraint is not None:
        rules.append(pick(question.constraint_message, ID) or question.constraint.source)
    shown = any(one.variable == question.name for one in pack.tables)
    derived = question.role == "derived"
    return [
        ("Nama variabel", pick(question.label, ID)),
        ("Alias", question.name),
        ("Konsep", added.get("konsep", "") or _said(question, "concept")),
        ("Definisi", added.get("definisi", "") or _said(question, "definition")),
        ("Referensi pemilihan", added.get("referensi_pemilihan", "") or question.source),
        ("Referensi waktu", added.get("referensi_waktu", "") or _said(question, "time")),
        ("Tipe data", KINDS.get(question.kind, question.kind)),
        ("Ukuran", added.get("ukuran", "") or _said(question, "measure")),
        ("Satuan", added.get("satuan", "") or _said(question, "unit")),
        ("Klasifikasi isian", choices),
        ("Aturan validasi", "; ".join(rules)),
        (
            "Kalimat pertanyaan",
            "dihitung, tidak ditanyakan" if derived else pick(question.label, ID),
        ),
        ("Dapat diakses umum", "Ya, sebagai tabel" if shown else "Tidak"),
    ]


def indicator(pack: Pack, one: Indicator, added: Answers, activity: str) -> list[tuple[str, str]]:
    """MS-Indikator of one indicator: (label, words); "" where nothing is known."""
    table = pack.table(one.table)
    classes = {c.code: pick(c.label, ID) for c in pack.classification(table).classes}
    classes |= {c.code: pick(c.label, ID) for c in pack.classification(table).merged}
    parts = []
    for codes in (one.numerator, one.denominator):
        named = "jumlah" if isinstance(codes, str) else " + ".join(classes.get(c, c) for c in codes)
        parts.append(named)
    lowest = pack.classification(table).lowest
    level = {"desa": "desa/kelurahan", "dusun": "dusun/RW", "rt": "RT"}.get(lowest, lowest)
    given = {key: added.get(key, "") or _said(one, _IN_PACK[key]) for key in _IN_PACK}
    classes_said = _said(one, "classification")
    percent = one.multiplier == 100 and one.denominator == "all"
    return [
        ("Nama indikator", pick(one.title, ID)),
        ("Konsep", pick(one.concept, ID)),
        ("Definisi", given["definisi"]),
        ("Interpretasi", pick(one.interpretation, ID)),
        ("Metode/rumus penghitungan", f"({parts[0]}) : ({parts[1]}) × {one.multiplier}"),
        ("Ukuran", given["ukuran"] or ("Persentase" if percent else "Rasio")),
        ("Satuan", given["satuan"] or ("persen" if percent else "")),
        (
            "Klasifikasi penyajian",
            classes_said or ("Wilayah, jenis kelamin" if table.by_sex else "Wilayah"),
        ),
        ("Indikator komposit", "Tidak"),
        ("Publikasi ketersediaan indikator pembangun", "tidak berlaku"),
        ("Kegiatan penghasil variabel pembangun", activity),
        ("Variabel pembangun", pick(pack.instrument.question(table.variable).label, ID)),
        ("Level estimasi", f"desa/kelurahan; tabelnya sampai {level}"),
        ("Dapat diakses umum", "Ya"),
    ]


EVERY_ID = {"day": "hari", "week": "minggu", "month": "bulan", "year": "tahun"}


def of_series(one: SeriesTemplate, activity: str) -> list[list[tuple[str, str]]]:
    """MS-Indikator of a series: the price of each item, and the index of all of them."""
    every, title, currency = EVERY_ID[one.every], pick(one.title, ID), pick(one.currency, ID)
    base = f"{one.base} {every} pertama" if one.base > 1 else f"{every} pertama"
    price = [
        ("Nama indikator", f"{title}: harga tiap {every}"),
        ("Konsep", "Harga yang dihadapi pembeli di desa, dari waktu ke waktu."),
        ("Definisi", (f"Nilai tengah (median) semua catatan harga satu barang dalam satu {every}. "
         f"{every.capitalize()} tanpa catatan tidak ditaksir.")),
        ("Interpretasi", (f"Selisihnya dengan {every} tepat sebelumnya adalah naik turunnya harga; "
         "mutu barang mengikuti yang paling banyak dibeli.")),
        ("Metode/rumus penghitungan", f"median dari catatan harga dalam satu {every}"),
        ("Ukuran", "Nilai tengah"),
        ("Satuan", f"{currency} per satuan barang"),
        ("Klasifikasi penyajian", f"Barang, {every}"),
    ]  # fmt: skip
    index = [
        ("Nama indikator", f"{title}: indeks semua barang"),
        ("Konsep", "Arah harga barang yang dicatat, bersama-sama."),
        ("Definisi", (f"Rata-rata ukur perbandingan harga {len(one.items)} barang dengan harga "
         f"masa dasarnya ({base}), dikali 100; ditulis bila sedikitnya setengah barang tercatat.")),
        ("Interpretasi", ("Di atas 100 berarti lebih mahal daripada masa dasar. Semua barang sama "
         "beratnya: bukan angka inflasi dan bukan Indeks Harga Konsumen.")),
        ("Metode/rumus penghitungan", ("Jevons: akar ke-n dari hasil kali n (harga : harga dasar) "
         "× 100")),
        ("Ukuran", "Indeks"),
        ("Satuan", "masa dasar = 100"),
        ("Klasifikasi penyajian", every.capitalize()),
    ]  # fmt: skip
    shared = [
        ("Indikator komposit", "Tidak"),
        ("Publikasi ketersediaan indikator pembangun", "tidak berlaku"),
        ("Kegiatan penghasil variabel pembangun", activity),
        ("Variabel pembangun", "; ".join(pick(item.label, ID) for item in one.items)),
        ("Level estimasi", "desa/kelurahan"),
        ("Dapat diakses umum", "Ya"),
    ]
    return [[*price, *shared], [*index, *shared]]


_IN_PACK = {"definisi": "definition", "ukuran": "measure", "satuan": "unit"}


def _said(one: object, name: str) -> str:
    """What a pack says of a question or an indicator besides; not every pack does."""
    told = getattr(one, name, "")
    return pick(told, ID) if isinstance(told, Mapping) and told else str(told or "")


def described(pack: Pack) -> list[Question]:
    """The questions that are variables of MS-Variabel: those whose answers are counted."""
    return [one for one in pack.instrument.questions if one.role in ("fact", "derived")]
