"""Each fault of a filled form: sheet, row, column, what stands there, how to mend it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pytest

from cantik.collect import checking, grouping
from cantik.collect.catalogue import PROBLEMS
from cantik.collect.meaning import Choices
from cantik.collect.reading import Contents, Sheet
from cantik.collect.workbook import NUMBER, Heading, columns
from cantik.design import checks, store
from cantik.design.pack import FAMILY, MEMBER, Pack
from cantik.kernel.problems import Problem, column_letter, words

LEAVES = {"RT 01": "R1", "RT 02": "R2"}
TODAY = date(2026, 8, 31)
Row = dict[str, Any]

FAMILY_ROW: Row = {
    NUMBER: 1.0, "nomor_kk": "9964010101010001", "rt": "RT 01", "hasil_pendataan": "1 = Selesai",
    "status_bangunan": "1", "bukti_tanah": "1", "luas_lantai": 36.0, "lantai": "2", "dinding": "1",
    "atap": "3", "air_minum": "4", "fasilitas_bab": "1", "kloset": "1", "tinja": "1",
    "penerangan": "1", "daya": "1", "bahan_bakar": "2", "bantuan_pkh": "2", "bantuan_sembako": "2",
    "bantuan_blt_desa": "2",
}  # fmt: skip
PERSON: Row = {
    NUMBER: 1.0, "nama": "Ani Contoh", "nik": "9964015208900001", "hubungan": "1",
    "keberadaan": "1", "jenis_kelamin": "2", "tanggal_lahir": "12/08/1990", "status_kawin": "4",
    "sekolah": "2", "ijazah": "3", "kegiatan": "1", "status_pekerjaan": "1", "lapangan_usaha": "1",
    "sulit_melihat": "4", "sulit_mendengar": "4", "sulit_berjalan": "4", "sulit_mengingat": "4",
    "sulit_merawat_diri": "4", "sulit_berkomunikasi": "4", "jaminan_kesehatan": "1",
}  # fmt: skip


@pytest.fixture(scope="module")
def pack() -> Pack:
    return checks.check_files(store.texts(store.FOLDER / "keluarga" / "v1"))[1]


def sheet(pack: Pack, record: str, rows: list[Row]) -> Sheet:
    wanted = [NUMBER, *(q.name for q in columns(pack, record))]
    return Sheet(
        [at + 3 for at in range(len(rows))],
        {name: [row.get(name, "") for row in rows] for name in wanted},
        {name: column_letter(at) for at, name in enumerate(wanted)},
    )


def check(pack: Pack, families: list[Row], members: list[Row], **other: Any) -> checking.Checked:
    found = Contents(
        Heading("K", pack.hash, "1", "B"), sheet(pack, FAMILY, families),
        sheet(pack, MEMBER, members),
    )  # fmt: skip
    return checking.check(found, pack=pack, leaves=LEAVES, today=TODAY, **other)


def with_family(**answers: Any) -> tuple[list[Row], list[Row]]:
    return [FAMILY_ROW | answers], [dict(PERSON)]


def with_person(**answers: Any) -> tuple[list[Row], list[Row]]:
    return [dict(FAMILY_ROW)], [PERSON | answers]


def told(found: checking.Checked) -> list[tuple[str, str, int, str]]:
    return [(one.code, one.sheet, one.row, one.field) for one in found.problems]


def test_a_good_form_has_no_fault(pack: Pack) -> None:
    found = check(pack, *with_family())
    assert found.problems == []
    [one] = found.families
    assert (one.leaf_id, one.number, one.row, one.rows) == ("R1", "1", 3, [3])
    assert one.facts["luas_lantai"] == 36
    assert one.facts["hasil_pendataan"] == "1"
    assert one.members[0][0]["umur"] == 36
    assert one.members[0][1]["tanggal_lahir"] == date(1990, 8, 12)


KINDS: list[tuple[tuple[list[Row], list[Row]], str, str, str, str]] = [
    (with_family(air_minum="Sungai Besar"), "unknown_code", "Keluarga", "air_minum", "refuse"),
    (with_family(air_minum=4.5), "unknown_code", "Keluarga", "air_minum", "refuse"),
    (with_family(air_minum=True), "unknown_code", "Keluarga", "air_minum", "refuse"),
    (with_family(rt=""), "missing_area", "Keluarga", "rt", "refuse"),
    (with_family(rt="RT 77"), "unknown_code", "Keluarga", "rt", "refuse"),
    (with_family(luas_lantai="tiga puluh"), "not_number", "Keluarga", "luas_lantai", "wait"),
    (with_family(luas_lantai=36.5), "not_number", "Keluarga", "luas_lantai", "wait"),
    (with_family(luas_lantai="9" * 12), "not_number", "Keluarga", "luas_lantai", "wait"),
    (with_family(lantai=""), "missing", "Keluarga", "lantai", "wait"),
    (with_family(fasilitas_bab="6"), "misplaced", "Keluarga", "kloset", "wait"),
    (with_family(alamat='=HYPERLINK("http://x.invalid")'), "formula_text", "Keluarga", "alamat",
     "refuse"),
    (with_family(alamat="@SUM(A1)"), "formula_text", "Keluarga", "alamat", "refuse"),
    (with_family(alamat="+cmd|' /C calc'!A0"), "formula_text", "Keluarga", "alamat", "refuse"),
    (with_family(alamat="-2+3"), "formula_text", "Keluarga", "alamat", "refuse"),
    (with_person(nama="=1+1"), "formula_text", "Anggota", "nama", "refuse"),
    (with_family(nomor_kk=9964010101010001.0), "number_lost", "Keluarga", "nomor_kk", "wait"),
    (with_family(nomor_kk="99640101"), "bounds", "Keluarga", "nomor_kk", "wait"),
    (with_person(nik="99640152089000010123"), "bounds", "Anggota", "nik", "wait"),
    (with_person(nik=9964015208900001.0), "number_lost", "Anggota", "nik", "wait"),
    (with_person(tanggal_lahir="01/01/2090"), "bounds", "Anggota", "tanggal_lahir", "wait"),
    (with_person(tanggal_lahir="31/02/1990"), "not_date", "Anggota", "tanggal_lahir", "wait"),
    (with_person(tanggal_lahir="kemarin"), "not_date", "Anggota", "tanggal_lahir", "wait"),
    (with_person(tanggal_lahir="13/08/1990"), "nik_date", "Anggota", "nik", "note"),
    (with_person(jenis_kelamin="1"), "nik_date", "Anggota", "nik", "note"),
    (with_person(nama=""), "missing", "Anggota", "nama", "wait"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "code", "at", "name", "severity"), KINDS)
def test_each_fault_says_where_what_and_how_to_mend(
    pack: Pack, rows: tuple[list[Row], list[Row]], code: str, at: str, name: str, severity: str
) -> None:
    found = check(pack, *rows)
    one = next(p for p in found.problems if p.code == code)
    assert (one.sheet, one.row, one.field, one.severity) == (at, 3, name, severity)
    record = FAMILY if at == "Keluarga" else MEMBER
    wanted = [NUMBER, *(q.name for q in columns(pack, record))]
    assert one.column == column_letter(wanted.index(name))
    assert found.refused == (severity == "refuse")
    said = words(one, PROBLEMS)
    assert said.message
    assert said.remedy
    # Told once, not again for what follows from it.
    assert sum(p.field == name and p.severity != "note" for p in found.problems) <= 1


def leak(problems: list[Problem], row: Row) -> list[str]:
    """What of a person stands readable in what is told."""
    text = repr(problems)
    return [
        str(row[name])
        for name in ("nama", "nik", "nomor_kk", "tanggal_lahir", "alamat")
        if row.get(name) and str(row[name]) in text
    ]


@pytest.mark.parametrize(("rows", "code", "at", "name", "severity"), KINDS)
def test_nothing_of_a_person_is_shown(
    pack: Pack, rows: tuple[list[Row], list[Row]], code: str, at: str, name: str, severity: str
) -> None:
    families, members = rows
    found = check(pack, *rows)
    assert found.problems
    assert leak(found.problems, families[0]) == []
    assert leak(found.problems, members[0]) == []


def test_a_number_of_a_card_is_shown_covered(pack: Pack) -> None:
    [one] = check(pack, *with_person(nik="99640152089000010123")).problems
    assert one.shown
    assert "89000010" not in one.shown
    assert one.shown.count("•") >= 8


@pytest.mark.parametrize(
    ("written", "code"),
    [("4", "4"), (4.0, "4"), ("4 = apa saja", "4"), (" 4 ", "4"), ("sumur bor / pompa", None)],
)
def test_an_answer_may_be_written_in_several_ways(
    pack: Pack, written: Any, code: str | None
) -> None:
    question = pack.instrument.question("air_minum")
    codes = {c.code: c.label["id"] for c in pack.choices(question)}
    wanted = code or Choices(codes).code(str(written))
    assert check(pack, *with_family(air_minum=written)).families[0].facts.get("air_minum") == wanted


def test_the_words_of_an_answer_are_enough(pack: Pack) -> None:
    question = pack.instrument.question("air_minum")
    for choice in pack.choices(question):
        written = choice.label["id"].upper()
        [one] = check(pack, *with_family(air_minum=written)).families
        assert one.facts["air_minum"] == choice.code


@pytest.mark.parametrize(
    "written",
    ["12/08/1990", "12-08-1990", "1990-08-12", date(1990, 8, 12), datetime(1990, 8, 12, 7, 0)],  # noqa: DTZ001
)
def test_a_birth_date_may_be_written_in_several_ways(pack: Pack, written: Any) -> None:
    [one] = check(pack, *with_person(tanggal_lahir=written)).families
    assert one.members[0][1]["tanggal_lahir"] == date(1990, 8, 12)


def test_a_telephone_number_is_no_formula(pack: Pack) -> None:
    assert check(pack, *with_family(telepon="+62 812-3456-7890")).problems == []


def test_members_belong_to_a_family(pack: Pack) -> None:
    families, members = with_family()
    found = check(pack, families, [*members, PERSON | {NUMBER: 9.0, "nik": ""}])
    assert told(found) == [("no_family", "Anggota", 4, NUMBER)]
    assert found.refused
    found = check(pack, families, [*members, PERSON | {NUMBER: "", "nik": ""}])
    assert told(found) == [("missing_key", "Anggota", 4, NUMBER)]


def test_each_family_has_a_number_of_its_own(pack: Pack) -> None:
    other = FAMILY_ROW | {"nomor_kk": "9964010101010002"}
    found = check(pack, [FAMILY_ROW, other], [PERSON])
    assert told(found) == [("twice_key", "Keluarga", 4, NUMBER)]
    found = check(pack, [FAMILY_ROW, other | {NUMBER: ""}], [PERSON])
    assert told(found) == [("missing_key", "Keluarga", 4, NUMBER)]


def test_two_families_do_not_share_a_card(pack: Pack) -> None:
    found = check(pack, [FAMILY_ROW, FAMILY_ROW | {NUMBER: 2.0}], [PERSON])
    assert ("twice_kk", "Keluarga", 4, "nomor_kk") in told(found)
    assert found.refused
    assert leak(found.problems, FAMILY_ROW) == []


def test_a_person_twice_is_only_worth_a_look(pack: Pack) -> None:
    found = check(pack, [dict(FAMILY_ROW)], [PERSON, PERSON | {"hubungan": "3"}])
    assert ("twice_nik", "Anggota", 4, "nik") in told(found)
    assert not found.refused
    assert leak(found.problems, PERSON) == []


@pytest.mark.parametrize("heads", [["1", "1"], ["2", "3"]])
def test_one_head_and_only_one(pack: Pack, heads: list[str]) -> None:
    members = [
        PERSON | {"hubungan": place, "nik": "", "nama": f"Orang {at}"}
        for at, place in enumerate(heads)
    ]
    found = check(pack, [dict(FAMILY_ROW)], members)
    assert [one.code for one in found.problems if one.field == "satu_kepala"] == ["rule"]
    assert not found.refused


def test_a_family_without_a_card_is_taken(pack: Pack) -> None:
    found = check(pack, *with_family(nomor_kk=""))
    assert found.problems == []


@pytest.mark.parametrize("result", ["3", "4", "5"])
def test_a_visit_without_answers_is_only_counted(pack: Pack, result: str) -> None:
    row = {name: FAMILY_ROW[name] for name in (NUMBER, "nomor_kk", "rt")}
    found = check(pack, [row | {"hasil_pendataan": result}], [])
    assert found.families == []
    assert found.no_answers == {("R1", result): 1}
    assert found.problems == []


def test_no_family_at_all(pack: Pack) -> None:
    found = check(pack, [], [])
    assert [one.code for one in found.problems] == ["empty"]


def test_too_many_families(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    assert checking.MOST_FAMILIES == 60_000
    monkeypatch.setattr(checking, "MOST_FAMILIES", 2)
    rows = [FAMILY_ROW | {NUMBER: n, "nomor_kk": ""} for n in (1, 2, 3)]
    found = check(pack, rows, [])
    assert found.refused
    assert "many" in [one.code for one in found.problems]
    assert found.families == []


def test_too_many_persons_name_their_own_limit(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "MOST_MEMBERS", 1)
    found = check(pack, [dict(FAMILY_ROW)], [PERSON, PERSON])
    one = next(p for p in found.problems if p.code == "many")
    assert one.sheet == "Anggota"
    assert words(one, PROBLEMS).message == "Lembar Anggota memuat lebih dari 1 baris."


def test_alike_faults_are_mended_together(pack: Pack) -> None:
    rows = [
        FAMILY_ROW | {NUMBER: float(n), "nomor_kk": "", "air_minum": "Sungai besar"}
        for n in range(1, 6)
    ]
    members = [PERSON | {NUMBER: float(n), "nik": ""} for n in range(1, 6)]
    found = check(pack, rows, members)
    [group] = grouping.groups(found.problems)
    assert (group.code, group.count, group.shown, group.mendable) == (
        "unknown_code", 5, "Sungai besar", True,
    )  # fmt: skip
    assert group.rows == (3, 4, 5, 6, 7)
    mends: Mapping[tuple[str, str], str] = {("air_minum", group.shown): "7"}
    again = check(pack, rows, members, mends=mends)
    assert again.problems == []
    assert {one.facts["air_minum"] for one in again.families} == {"7"}


def test_a_long_answer_outside_the_list_can_be_mended_too(pack: Pack) -> None:
    written = "air dari sumur tetangga di belakang rumah dekat sungai"
    rows, members = with_family(air_minum=written)
    [group] = grouping.groups(check(pack, rows, members).problems)
    mends = {("air_minum", group.shown): "7"}
    assert check(pack, rows, members, mends=mends).problems == []


def test_a_mend_that_is_no_answer_is_not_taken(pack: Pack) -> None:
    rows, members = with_family(air_minum="Sungai besar")
    found = check(pack, rows, members, mends={("air_minum", "Sungai besar"): "99"})
    assert [one.code for one in found.problems] == ["unknown_code"]
