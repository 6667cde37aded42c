"""What is found in answers, and what is not."""

from datetime import date
from typing import Any

import pytest

from cantik.design.checks import check_files
from cantik.design.store import folders, texts
from cantik.kernel.problems import Severity
from cantik.process import rules

PACK = check_files(texts(next(f for f in folders() if f.parent.name == "keluarga")))[1]
ON = date(2026, 10, 31)
HOUSE = {
    "hasil_pendataan": "1", "status_bangunan": "1", "lantai": "2", "air_minum": "2",
    "fasilitas_bab": "1", "penerangan": "1", "bantuan_pkh": "2", "bantuan_sembako": "2",
    "bantuan_blt_desa": "2",
}  # fmt: skip


def someone(**other: Any) -> dict[str, Any]:
    adult = {
        "hubungan": "1", "keberadaan": "1", "jenis_kelamin": "1", "umur": 40, "status_kawin": "1",
        "sekolah": "2", "ijazah": "3", "kegiatan": "1", "status_pekerjaan": "1",
        "lapangan_usaha": "1", "jaminan_kesehatan": "1",
    }  # fmt: skip
    return {k: v for k, v in {**adult, **other}.items() if v is not None}


def found(
    members: list[dict[str, Any]], sealed: Any = (), **house: Any
) -> set[tuple[str, str, int]]:
    own = {k: v for k, v in {**HOUSE, **house}.items() if v is not None}
    answers = {"keluarga": own, "anggota": members}
    return {one.key for one in rules.in_family(PACK, answers, sealed, ON)}


def test_a_plain_family_has_nothing_to_look_at() -> None:
    assert found([someone()]) == set()


@pytest.mark.parametrize(
    ("members", "house", "wanted"),
    [
        ([someone(), someone()], {}, ("rule", "satu_kepala", -1)),
        ([someone(hubungan="9")], {}, ("rule", "satu_kepala", -1)),
        ([someone(umur=12, ijazah="0", sekolah="1", kegiatan=None, status_pekerjaan=None,
                  lapangan_usaha=None)], {}, ("rule", "kepala_cukup_umur", 0)),
        ([someone(), someone(hubungan="3", umur=41)], {}, ("rule", "anak_lebih_muda", 1)),
        ([someone(umur=111)], {}, ("rule", "umur_wajar", 0)),
        ([someone(sekolah="0")], {}, ("rule", "ijazah_tanpa_sekolah", 0)),
        ([someone()], {"penerangan": "4", "bahan_bakar": "1"}, ("rule", "masak_listrik", -1)),
        ([someone()], {"lantai": None}, ("missing", "lantai", -1)),
        ([someone(jenis_kelamin=None)], {}, ("missing", "jenis_kelamin", 0)),
        ([someone()], {"status_bangunan": "2", "bukti_tanah": "1"},
         ("misplaced", "bukti_tanah", -1)),
        ([someone()], {"luas_lantai": 3}, ("bounds", "luas_lantai", -1)),
    ],
)  # fmt: skip
def test_each_wrong_answer_is_found_at_its_place(
    members: list[dict[str, Any]], house: dict[str, Any], wanted: tuple[str, str, int]
) -> None:
    assert wanted in found(members, **house)


@pytest.mark.parametrize(
    ("members", "house"),
    [
        ([someone(), someone(hubungan="3", umur=18, kegiatan="4", sekolah="1", ijazah="2",
                             status_pekerjaan=None, lapangan_usaha=None)], {}),
        ([someone(umur=110)], {}),
        ([someone()], {"penerangan": "4", "bahan_bakar": "2"}),
        ([someone()], {"luas_lantai": 4}),
        ([someone()], {"bukti_tanah": "1"}),
    ],
)  # fmt: skip
def test_answers_at_the_edge_are_left_alone(
    members: list[dict[str, Any]], house: dict[str, Any]
) -> None:
    assert found(members, **house) == set()


def test_what_only_the_sender_could_see_is_kept() -> None:
    assert found([someone()], [("bounds", 0, "nik")]) == {("bounds", "nik", 0)}


def test_a_wrong_birth_date_is_told_once_and_not_by_all_that_needs_the_age() -> None:
    ageless = someone(umur=None, sulit_melihat="4")
    assert found([ageless], [("bounds", 0, "tanggal_lahir")]) == {("bounds", "tanggal_lahir", 0)}
    assert ("misplaced", "sekolah", 0) in found([ageless])  # nothing else tells of it
    told = found([ageless, someone(hubungan="3", umur=3)], [("missing", 0, "tanggal_lahir")])
    assert ("misplaced", "sekolah", 1) in told  # another member's age is known
    assert ("misplaced", "sekolah", 0) not in told
    told = found([ageless], [("bounds", 0, "tanggal_lahir")], status_bangunan="2", bukti_tanah="1")
    assert ("misplaced", "bukti_tanah", -1) in told


def test_findings_are_the_same_whatever_the_order_of_answers() -> None:
    one = {"keluarga": {**HOUSE, "lantai": ""}, "anggota": [someone(umur=111)]}
    turned = {
        "keluarga": dict(reversed(one["keluarga"].items())),  # type: ignore[attr-defined]
        "anggota": [dict(reversed(one["anggota"][0].items()))],  # type: ignore[index]
    }
    first = rules.in_family(PACK, one, [], ON)
    assert first
    assert first == rules.in_family(PACK, turned, [], ON)


def test_the_mark_changes_with_the_answers_it_is_about_only() -> None:
    def mark(member: dict[str, Any], **house: Any) -> str:
        answers = {"keluarga": {**HOUSE, **house}, "anggota": [member]}
        return next(
            f.mark for f in rules.in_family(PACK, answers, [], ON) if f.name == "umur_wajar"
        )

    assert mark(someone(umur=111)) == mark(someone(umur=111, ijazah="2"), lantai="5")
    assert mark(someone(umur=111)) != mark(someone(umur=112))


def test_families_alike_are_told_and_small_ones_are_not() -> None:
    three = [someone(), someone(hubungan="2"), someone(hubungan="3", umur=7)]
    other = [someone(), someone(hubungan="2"), someone(hubungan="3", umur=8)]
    rows = [("a", three), ("b", three), ("c", other), ("d", three[:2]), ("e", three[:2])]
    twins = rules.twins(
        PACK, [(id_, {"keluarga": {}, "anggota": members}) for id_, members in rows]
    )
    assert set(twins) == {"a", "b"}


@pytest.mark.parametrize(
    ("kind", "name", "wanted"),
    [
        ("area", "area", Severity.REFUSE),
        ("rule", "satu_kepala", Severity.WAIT),
        ("rule", "rule of an older pack", Severity.WAIT),
        ("missing", "lantai", Severity.WAIT),
    ],
)
def test_what_a_finding_stops(kind: str, name: str, wanted: Severity) -> None:
    assert rules.severity(PACK, kind, name) == wanted
