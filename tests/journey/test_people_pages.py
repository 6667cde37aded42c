"""Pages of people in a real browser: narrow, light and dark, and with scripts switched off."""

import re
from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from cantik.people import actions, areas
from cantik.people.models import Area, Person
from tests.action.people import above, person, village

from .browser import axe, browser, other_hosts, page_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database, pytest.mark.browser]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture
def place(live_server: LiveServer) -> Area:
    areas.load()
    here = village()
    person("kepala_desa", here, "kepala")
    person("agen_statistik", here, "agen")
    person("administrator", above(here, "provinsi"), "contoh.admin")
    real = Area.objects.get(level="provinsi", kind="real")
    person("administrator", real, "admin")
    return here


def sign_in(page: Page, base: str, name: str) -> None:
    page.goto(f"{base}/masuk/")
    page.fill("#id_username", name)
    page.fill("#id_password", "kata-sandi-uji")
    page.click("main button[type=submit]")


def narrow(page: Page) -> bool:
    measure = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return bool(page.evaluate(measure) <= 0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_is_hard_to_read_at_360_pixels(
    chromium: Browser, live_server: LiveServer, place: Area, theme: str
) -> None:
    _one, code = actions.invite(
        actor=Person.objects.get(username="kepala"), username="siti", name="Siti", role="petugas",
        area_id=place.id, now=timezone.now(),
    )  # fmt: skip
    rt = Area.objects.get(path__startswith=place.path, name="RT 03")
    office = f"/kantor/{place.id}"
    pages = {
        "": ["/masuk/", "/undangan/", f"/undangan/{code}/", "/undangan/SALAH/"],
        "agen": [
            f"{office}/wilayah/",
            f"{office}/wilayah/{rt.id}/",
            f"{office}/pembukaan/",
            "/sandi/",
        ],
        "kepala": [f"{office}/orang/"],
        "admin": ["/administrasi/?cari=malinau", "/padanan/"],
    }
    for name, addresses in pages.items():
        with page_of(chromium, theme=theme, bypass_policy=True) as page:
            if name:
                sign_in(page, live_server.url, name)
            for address in addresses:
                page.goto(live_server.url + address)
                assert page.locator("h1").count() == 1, address
                assert narrow(page), address
                assert axe(page) == [], address
            assert other_hosts(page, live_server.url) == []


def test_from_slip_to_rt_without_any_script(
    chromium: Browser, live_server: LiveServer, place: Area
) -> None:
    base = live_server.url
    with page_of(chromium, javascript=False) as page:
        sign_in(page, base, "kepala")
        page.goto(f"{base}/kantor/{place.id}/orang/")
        page.fill("#id_name", "Siti Uji")
        page.fill("#id_username", "siti.uji")
        page.check("input[name=role][value=agen_statistik]")
        page.click("button:has-text('Undang')")
        shown = page.inner_text(".receipt")
        assert "siti.uji" in shown
        found = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", shown)
        assert found is not None
    with page_of(chromium, javascript=False) as page:
        page.goto(f"{base}/undangan/")
        page.fill("#kode", found.group())
        page.click("main button[type=submit]")
        assert "Agen statistik" in page.inner_text("main")
        page.fill("#id_password", "tiga kata panjang")
        page.fill("#id_again", "tiga kata panjang")
        page.click("main button[type=submit]")
        page.goto(f"{base}/kantor/{place.id}/wilayah/")
        page.select_option("#id_parent", place.id)
        page.check("input[name=level][value=rt]")
        page.fill("#id_names", "RT 11\nRT 12")
        page.click("button:has-text('Tambahkan')")
        told = page.inner_text("main")
        assert "2 wilayah ditambahkan." in told
        assert "RT 12" in told


def test_an_administrator_of_examples_sees_examples_only(
    chromium: Browser, live_server: LiveServer, place: Area
) -> None:
    with page_of(chromium, javascript=False) as page:
        sign_in(page, live_server.url, "contoh.admin")
        page.goto(f"{live_server.url}/administrasi/?cari=apung")
        told = page.inner_text("body")
        assert "Contoh data." in told
        assert "Tanjung Selor" not in told
        answer = page.goto(f"{live_server.url}/padanan/")
        assert answer is not None
        assert answer.status == 404
