"""A sheet on a phone: filled question by question with a real browser, then looked at by axe."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from .browser import axe, browser, faults_of, other_hosts, overflow, page_of
from .installation import Installation, installation

pytestmark = [pytest.mark.browser, pytest.mark.database]

MAKE = """
from tests.action import people
from cantik.assess import api as assess
village = people.village("Uji")
people.person("agen_statistik", village, username="agen.uji")
people.person("pembina_kabupaten", people.above(village, "kabupaten"), username="pembina.uji")
print(village.id)
"""
PASSWORD = "kata-sandi-uji"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("lembar"), {"DEMO": "0"}) as made:
        made.run("prepare")
        made.serve()
        yield made


@pytest.fixture(scope="module")
def village(place: Installation) -> str:
    return place.python(MAKE).strip()


def sign_in(page: Page, place: Installation, name: str) -> None:
    page.goto(place.url + "/masuk/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/beranda/**")


def look(page: Page, name: str) -> None:
    """Nothing serious for axe, no sideways scroll; a picture where somebody asks for one."""
    assert axe(page) == [], name
    assert overflow(page) == [], name
    folder = os.environ.get("CANTIK_PICTURES", "")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_a_village_fills_its_sheet_on_a_phone(
    place: Installation, chromium: Browser, village: str
) -> None:
    office = f"{place.url}/kantor/{village}/lembar/"
    with page_of(chromium, width=360, theme="light", bypass_policy=True) as page:
        faults = faults_of(page)
        sign_in(page, place, "agen.uji")
        page.goto(office)
        look(page, "lembar-360")
        page.click("li:has-text('evaluasi') button")
        page.wait_for_url("**/lembar/*/")
        sheet = page.url
        look(page, "lembar-isi-360")
        page.click("text=Lanjut mengisi")
        for at in range(4):
            page.locator("input[name=jawaban]").first.check()
            if not at:
                page.fill("#penjelasan", "Ada SK, kegiatan tiap bulan.")
                look(page, "lembar-tanya-360")
            page.click("button:has-text('Simpan dan lanjut')")
        look(page, "lembar-belum-terbaca-360")
        page.goto(sheet + "tanya/I.1.a/bukti/")
        look(page, "lembar-bukti-360")
        page.goto(sheet)
        page.click("button:has-text('Kirim lembar')")
        assert "Lembar terkirim." in page.inner_text("main")
        assert faults == []
        assert other_hosts(page, place.url) == []
    with page_of(chromium, width=1280, theme="dark", bypass_policy=True) as page:
        sign_in(page, place, "pembina.uji")
        page.goto(sheet + "tanya/I.1.a/?lang=en")
        look(page, "lembar-tanya-1280")
        page.goto(sheet)
        look(page, "lembar-isi-1280")
        page.goto(place.url + "/lembar/")
        look(page, "lembar-muat-1280")


def test_the_mirror_and_its_steps(place: Installation, chromium: Browser, village: str) -> None:
    with page_of(chromium, width=360, theme="dark", bypass_policy=True) as page:
        sign_in(page, place, "agen.uji")
        page.goto(f"{place.url}/kantor/{village}/lembar/")
        page.click("li:has-text('Cermin') button")
        page.wait_for_url("**/lembar/*/")
        sheet = page.url
        page.click("text=Lanjut mengisi")
        look(page, "cermin-tanya-360")
        page.locator("input[name=jawaban]").nth(2).check()
        page.click("button:has-text('Simpan dan lanjut')")
        page.goto(sheet + "hitungan/")
        look(page, "cermin-hitungan-360")
        page.goto(sheet)
        look(page, "cermin-360")
