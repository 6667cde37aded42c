"""MS-Kegiatan by its skip rules: what is asked, what is refused, what is printed."""

from datetime import date

import pytest

from cantik.design import store
from cantik.design.metadata import applies, cleaned, faults, form, of_series

TODAY = date(2026, 11, 23)


def test_every_skip_rule_names_an_earlier_field_and_its_codes() -> None:
    seen: dict[str, set[str]] = {}
    for one in form().fields():
        if one.when:
            key, codes = one.when
            assert codes <= seen[key], one.key
        seen[one.key] = {code for code, _ in one.codes}


def test_sampling_is_asked_of_surveys_only_and_falls_away_else() -> None:
    survey = cleaned(
        {"cara_pengumpulan_data": "2", "pemilihan_sampel": "1", "metode_probabilitas": "3"}
    )
    assert survey["metode_probabilitas"] == "3"
    census = cleaned({**survey, "cara_pengumpulan_data": "1"})
    assert census == {"cara_pengumpulan_data": "1"}


def test_a_field_behind_a_field_that_is_not_asked_is_not_asked() -> None:
    left_over = {"cara_pengumpulan_data": "1", "pemilihan_sampel": "1"}
    assert not applies(form().field("fraksi_sampel"), left_over)


@pytest.mark.parametrize(
    ("sarana", "asked"), [("1", True), ("2 16", True), ("8 16", False), ("", False)]
)
def test_field_workers_are_asked_about_where_there_are_any(sarana: str, asked: bool) -> None:
    assert applies(form().field("petugas"), {"sarana": sarana}) is asked


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"judul_kegiatan": "Pendek"}, "judul_kegiatan"),
        ({"tahun": "2018"}, "tahun"),
        ({"tahun": "2027"}, "tahun"),
        ({"tahun": "dua ribu"}, "tahun"),
        ({"sektor_kegiatan": "23"}, "sektor_kegiatan"),
        ({"sektor_kegiatan": "1 2"}, "sektor_kegiatan"),
        ({"sarana": "1 3"}, "sarana"),
        ({"latar_belakang": "x" * 49}, "latar_belakang"),
        ({"latar_belakang": "x" * 3001}, "latar_belakang"),
        ({"jadwal_analisis": "2026-09-10/2026-09-01"}, "jadwal_analisis"),
        ({"jadwal_analisis": "2026-09-10/"}, "jadwal_analisis"),
        ({"produk_digital": "1", "rilis_digital": "2026-02-30"}, "rilis_digital"),
        ({"sarana": "1", "jumlah_supervisor": "9", "jumlah_pencacah": "8"}, "jumlah_supervisor"),
        ({"sarana": "1", "jumlah_pencacah": "-1"}, "jumlah_pencacah"),
    ],
)
def test_what_does_not_fit_is_told_at_its_field(given: dict[str, str], wrong: str) -> None:
    assert set(faults(cleaned(given), TODAY)) == {wrong}


def test_what_fits_or_is_empty_is_no_fault() -> None:
    given = {
        "judul_kegiatan": "Pendataan keluarga 2026", "tahun": "2026", "sarana": "1 2",
        "jumlah_supervisor": "2", "jumlah_pencacah": "8", "latar_belakang": "x" * 50,
        "jadwal_analisis": "2026-09-01/2026-09-01", "sektor_kegiatan": "", "tak_dikenal": "x",
    }  # fmt: skip
    kept = cleaned(given)
    assert faults(kept, TODAY) == {}
    assert "tak_dikenal" not in kept
    assert "sektor_kegiatan" not in kept


def test_codes_are_printed_as_words() -> None:
    assert form().field("sarana").words("1 2") == "PAPI (kertas); CAPI (gawai)"
    assert (
        form().field("jadwal_desain").words("2026-01-02/2026-01-05") == "2026-01-02 s.d. 2026-01-05"
    )


def test_a_series_has_the_metadata_of_its_price_and_of_its_index() -> None:
    pack = store.checked(store.FOLDER / "harga" / "v1")[1]
    price, index = (dict(told) for told in of_series(pack.series[0], "Harga 2026"))
    for one in (price, index):
        assert all(one.values())
        assert {"Konsep", "Definisi", "Klasifikasi penyajian", "Ukuran", "Satuan",
                "Interpretasi"} <= set(one)  # fmt: skip
    assert "median" in price["Definisi"]
    assert "Jevons" in index["Metode/rumus penghitungan"]
    assert "20 barang" in index["Definisi"]
    assert "bukan angka inflasi" in index["Interpretasi"]
