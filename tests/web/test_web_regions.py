"""What those above the village see: releases and progress of their villages, and nothing inside."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.action.people import above, person, village
from tests.unit.disseminate_sample import sample
from tests.web.test_disseminate_public import entry, put

pytestmark = [pytest.mark.django_db, pytest.mark.database]
SEEN = {
    "walidata": ("Yang sudah diumumkan", "Metadata kegiatan"),
    "bappeda": ("Angka yang tersedia untuk perencanaan", "Yang sudah diumumkan"),
    "kepala_bps": ("Yang sudah diumumkan", "Angka yang tersedia untuk perencanaan"),
    "kepala_bps_provinsi": ("Yang sudah diumumkan",),
    "pembina_kabupaten": ("Yang sudah diumumkan",),
    "camat": ("Yang sudah diumumkan",),
}
LEVELS = {"camat": "kecamatan", "kepala_bps_provinsi": "provinsi"}


@pytest.fixture
def released(settings: Any, tmp_path: Path) -> Path:
    settings.RELEASED = tmp_path / "released"
    return tmp_path / "released"


def home(role: str, here: Any) -> str:
    client = Client()
    client.force_login(person(role, above(here, LEVELS.get(role, "kabupaten"))))
    answer = client.get("/beranda/")
    assert answer.status_code == 200
    words: str = answer.content.decode()
    return words


@pytest.mark.parametrize("role", SEEN)
def test_each_sees_what_is_published_in_its_own_area_only(role: str, released: Path) -> None:
    here, other = village("Sini"), village("Sana")
    files = sample()
    put(released, entry(1, files), files=files, id_=here.id)
    shown, empty = home(role, here), home(role, other)
    for title in SEEN[role]:
        assert title in shown
    assert f"/desa/{here.id}/terbitan/1/" in shown
    assert "1 dari 1 desa" in shown
    assert here.id not in empty
    assert "0 dari 1 desa" in empty


def test_nobody_above_opens_an_office_page_of_answers(released: Path) -> None:
    here = village()
    for role in SEEN:
        client = Client()
        client.force_login(person(role, above(here, LEVELS.get(role, "kabupaten"))))
        for page in ("periksa/", "tabel/", "orang/x/"):
            assert client.get(f"/kantor/{here.id}/{page}").status_code == 404, (role, page)


def listing(area_id: str) -> list[dict[str, str]]:
    answer = Client().get(f"/wilayah/{area_id}/terbitan.csv")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def test_the_list_says_who_has_published_and_who_has_not(released: Path) -> None:
    here = village("Sini")
    area = above(here, "kabupaten")
    page = f"/wilayah/{area.id}/terbitan/"
    before = Client().get(page).content.decode()
    assert "0 dari 1 desa" in before
    assert [row["kegiatan"] for row in listing(area.id)] == [""]
    files = sample()
    put(released, entry(1, files), files=files, id_=here.id)
    answer = Client().get(page)
    assert "1 dari 1 desa" in answer.content.decode()
    assert answer["X-Robots-Tag"] == "noindex"
    [row] = listing(area.id)
    assert (row["kegiatan"], row["periode"], row["jenis_wilayah"]) == (
        "Pendataan keluarga", "2026", "contoh"
    )  # fmt: skip
    assert int(row["tabel"]) > 0


def test_examples_and_real_villages_never_stand_in_one_list(released: Path) -> None:
    example, real = village("Sini"), village("Nyata", kind="real")
    files = sample()
    for one in (example, real):
        put(released, entry(1, files), files=files, id_=one.id, kind=one.kind)
    words = Client().get(f"/wilayah/{above(real, 'provinsi').id}/terbitan/").content.decode()
    assert real.id in words
    assert example.id not in words


@pytest.mark.parametrize("id_", ["", "tidak-ada", "..%2f..", "x" * 40])
def test_no_list_of_what_is_no_area(id_: str, released: Path) -> None:
    assert Client().get(f"/wilayah/{id_}/terbitan/").status_code == 404
    assert Client().get(f"/wilayah/{village().id}/terbitan.csv").status_code == 404


def test_a_file_that_is_not_the_approved_one_is_nobodys_publication(released: Path) -> None:
    here = village("Sini")
    files = sample()
    put(released, entry(1, files), files=files, id_=here.id)
    (released / here.id / "1" / "release.json").write_bytes(b"{}")
    assert "0 dari 1 desa" in Client().get(
        f"/wilayah/{above(here, 'kabupaten').id}/terbitan/"
    ).content.decode()  # fmt: skip


def test_the_front_page_leads_to_the_list_of_each_province(released: Path) -> None:
    province = above(village("Sini"), "provinsi")
    assert 'href="/wilayah/"' in Client().get("/").content.decode()
    words = Client().get("/wilayah/").content.decode()
    assert f'href="/wilayah/{province.id}/terbitan/"' in words
