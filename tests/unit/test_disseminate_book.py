"""The book: the same bytes each time, the figures of the tables, marked when an example."""

import io
import json
from dataclasses import replace

import pytest
from pypdf import PdfReader

from cantik.disseminate.book import book
from cantik.disseminate.layout import grids
from tests.unit.disseminate_sample import VILLAGE, sample, sheets


def text(data: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(data)).pages]


def made(files: dict[str, bytes]) -> bytes:
    return book(
        json.loads(files["release.json"]), sheets(files), json.loads(files["indicators.json"])
    )


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
    assert all("Contoh data: desa, orang, dan angka di buku ini rekaan." in p for p in pages)


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
    assert "tidak diketahui" in " ".join(text(made(files)))


def test_words_of_people_are_never_taken_as_markup() -> None:
    files = sample(note="#panic() *x* [", corrects=True)
    assert "#panic() *x* [" in " ".join(text(made(files)))
