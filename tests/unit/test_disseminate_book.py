"""The book: the same bytes each time, the figures of the tables, marked when an example."""

import io
import json
import re
from dataclasses import replace

import pytest
from django.utils import translation
from pypdf import PdfReader

from cantik.disseminate.book import book, content, in_its_words, infographic
from cantik.disseminate.layout import grids
from tests.unit.disseminate_sample import VILLAGE, sample, sheets


def text(data: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(data)).pages]


def made(files: dict[str, bytes]) -> bytes:
    return book(
        json.loads(files["release.json"]), sheets(files), json.loads(files["indicators.json"])
    )


def told(files: dict[str, bytes]) -> str:
    """All that the pages are set from, without setting them."""
    given = json.loads(files["release.json"]), sheets(files), json.loads(files["indicators.json"])
    with translation.override("id"):
        return json.dumps(content(*in_its_words(*given)), ensure_ascii=False)


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return sample()


@pytest.fixture(scope="module")
def pages(files: dict[str, bytes]) -> list[str]:
    return text(made(files))


def test_the_same_release_gives_the_same_bytes(files: dict[str, bytes]) -> None:
    first = made(files)
    assert first == made(files)
    assert b"CreationDate" not in first or b"D:1970" in first


def test_it_prints_the_figures_of_the_tables(files: dict[str, bytes], pages: list[str]) -> None:
    whole = " ".join(pages)
    for one in sheets(files):
        for grid in grids(one):
            for row in grid.rows:
                line = " ".join([row.label, *(cell.words for cell in row.cells)])
                assert line in whole, line


def test_cover_names_the_producer_and_claims_nothing(pages: list[str]) -> None:
    assert "Pemerintah Desa Sungai Angka" in pages[0]
    assert "bukan statistik resmi BPS" in pages[0]
    assert "ISBN" not in " ".join(pages)


def test_every_page_of_an_example_says_so(pages: list[str]) -> None:
    assert all("Contoh data: tempat, orang, dan angka di buku ini rekaan." in p for p in pages)


def test_a_real_village_is_not_marked() -> None:
    whole = " ".join(text(made(sample(village=replace(VILLAGE, kind="real")))))
    assert "rekaan" not in whole
    assert "CONTOH" not in whole


def test_too_few_families_are_said_first() -> None:
    files = sample(mutu={"target": 900, "refusals": {"4": 0}, "explained": 1, "edits": 0})
    assert "Baru 252 dari 900 keluarga (28,0%) yang terdata." in text(made(files))[1]


def test_no_target_is_no_percent() -> None:
    files = sample()
    facts = json.loads(files["release.json"])
    facts["collected"]["target"] = 0
    files["release.json"] = json.dumps(facts).encode()
    assert "tidak diketahui" in told(files)


def test_words_of_people_are_never_taken_as_markup() -> None:
    files = sample(note="#panic() *x* [", corrects=True)
    assert "#panic() *x* [" in " ".join(text(made(files)))


def test_a_kelurahan_reads_its_own_words() -> None:
    kelurahan = replace(
        VILLAGE, village_kind="kelurahan", label="Kelurahan Angka", head="Lurah", kind="real"
    )
    files = sample(village=kelurahan)
    asked = json.loads(files["indicators.json"])
    asked[0]["question"] = {"id": "Di dusun mana kepala desa perlu menambah layanan desa?"}
    files["indicators.json"] = json.dumps(asked).encode()
    whole = told(files)
    assert "Kelurahan Angka" in whole
    assert "Di RW mana lurah perlu menambah layanan kelurahan?" in whole
    assert "Kata pengantar belum ditulis oleh Lurah Kelurahan Angka." in whole
    assert "Kepala Desa" not in whole


def test_every_table_and_figure_is_listed_with_the_page_it_is_on(pages: list[str]) -> None:
    listed = next(page for page in pages if "Daftar tabel" in page and "Daftar isi" not in page)
    for number, name in (("1.1", "Wilayah, keluarga"), ("2.1", "Penduduk menurut wilayah")):
        found = re.search(rf"{number} {name}[^.]*[. ]+(\d+)", listed)
        assert found, number
        there = [page for page in pages if f"Tabel {number}" in page]
        assert len(there) == 1
        assert there[0].rstrip().endswith(found[1]) or f" {found[1]} " in there[0]


def test_a_chapter_that_keeps_everything_secret_says_so_kindly() -> None:
    files = sample()
    for name in list(files):
        if name == "tabel/bantuan.json":
            table = json.loads(files[name])
            for row in table["rows"]:
                row["values"], row["withheld"] = None, row["withheld"] or "small_area"
            files[name] = json.dumps(table).encode()
    whole = told(files)
    assert "Semua tabel di bab ini tidak diumumkan" in whole
    assert "Tabel ini tidak diumumkan." in whole


def test_a_long_name_and_hundreds_of_areas_still_make_a_book() -> None:
    files = sample(village=replace(VILLAGE, label="Desa " + "Panjang Sekali " * 9))
    facts = json.loads(files["release.json"])
    last = facts["open"][-1]
    facts["open"] += [{**last, "area": f"x{n}", "label": f"RT {n:03d}"} for n in range(300)]
    files["release.json"] = json.dumps(facts).encode()
    assert "RT 299" in " ".join(text(made(files)))


def test_two_files_of_one_page_for_paper_and_phone() -> None:
    files = sample()
    given = json.loads(files["release.json"]), sheets(files), json.loads(files["indicators.json"])
    paper, phone = infographic(*given)
    assert (paper, phone) == infographic(*given)
    [page] = text(paper)
    assert "Contoh: tempat, orang, dan angka di sini rekaan." in page
    assert "bukan statistik resmi BPS" in page
    assert phone.startswith(b"\x89PNG")
    assert int.from_bytes(phone[16:20], "big") == 720


def test_the_pdf_is_tagged_says_its_language_and_carries_its_fonts(files: dict[str, bytes]) -> None:
    read = PdfReader(io.BytesIO(made(files)))
    root = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "id"
    for page in read.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & set(inner.get_object())
