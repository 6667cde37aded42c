"""Pages of process in a real browser: narrow and wide, light and dark, and without scripts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from cantik.demo.families import MadeFamily
from cantik.process import actions
from cantik.process.models import Finding
from tests.action.process_village import NOW, Answered, answered

from .browser import axe, browser, faults_of, other_hosts, overflow, page_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database, pytest.mark.browser]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


def plant(made: list[MadeFamily]) -> None:
    made[0].family.pop("lantai")
    made[1].members[0]["hubungan"] = "9"
    made[2].family |= {"penerangan": "4", "bahan_bakar": "1", "daya": None}


@pytest.fixture
def done(live_server: LiveServer) -> Answered:
    made = answered(plant=plant)
    actions.check(made.activity.id)
    return made


def sign_in(page: Page, base: str, one: Answered) -> None:
    page.goto(f"{base}/masuk/")
    page.fill("#id_username", one.people["agen"].username)
    page.fill("#id_password", "kata-sandi-uji")
    page.click("main button[type=submit]")


def family(done: Answered, name: str) -> str:
    return f"keluarga/{Finding.objects.get(name=name).submission_id}/"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_is_hard_to_read(
    chromium: Browser, live_server: LiveServer, done: Answered, theme: str, width: int
) -> None:
    office = f"{live_server.url}/kantor/{done.village.id}/periksa/"
    row = Finding.objects.get(name="masak_listrik")
    actions.accept_finding(
        actor=done.people["agen"], finding_id=row.pk, reason="genset tetangga", now=NOW
    )
    pages = ["", "data-bersih/", family(done, "lantai"), family(done, "satu_kepala")]
    pages += [family(done, "masak_listrik"), family(done, "lantai") + "?semua"]
    with page_of(chromium, width=width, theme=theme, bypass_policy=True) as page:
        sign_in(page, live_server.url, done)
        for address in pages:
            page.goto(office + address)
            for more in page.locator("main details").all():
                more.locator("summary").click()
            assert page.locator("h1").count() == 1, address
            assert overflow(page) == [], address
            assert axe(page) == [], address
            assert other_hosts(page, live_server.url) == [], address


def test_a_family_is_mended_accepted_returned_and_cut_without_scripts(
    chromium: Browser, live_server: LiveServer, done: Answered
) -> None:
    office = f"{live_server.url}/kantor/{done.village.id}/periksa/"
    with page_of(chromium, javascript=False) as page:
        sign_in(page, live_server.url, done)
        page.goto(office + family(done, "lantai"))
        page.get_by_label("Bahan lantai terluas").select_option("5")
        page.get_by_label("Dari mana perbaikan ini").first.fill("ditanyakan lagi")
        page.get_by_role("button", name="Perbaiki isian ini").first.click()
        expect(page.get_by_text("Isian sudah diperbaiki.")).to_be_visible()

        page.goto(office + family(done, "satu_kepala"))
        page.get_by_text("Isian ini sudah benar").click()
        page.get_by_label("Mengapa isian ini memang benar").fill("kepala keluarga merantau")
        page.get_by_role("button", name="Terima dengan penjelasan").click()
        expect(page.get_by_text("Penjelasan dicatat.")).to_be_visible()

        page.goto(office + family(done, "masak_listrik"))
        page.get_by_label("Apa yang perlu ditanyakan lagi").fill("penerangan")
        page.get_by_role("button", name="Kembalikan dengan catatan").click()
        expect(page.get_by_text("Formulir ini menunggu ditanyakan lagi.")).to_be_visible()

        page.goto(office + "data-bersih/")
        expect(page.get_by_text("11 dari 15 keluarga")).to_be_visible()
        known = page.locator("input[name=confirmed]")
        if known.count():
            known.check()
        page.get_by_role("button", name="Buat data bersih").click()
        expect(page.get_by_text("Data bersih sudah dibuat.")).to_be_visible()
        expect(page.get_by_role("link", name="Lanjut ke tabel")).to_be_visible()
        assert faults_of(page) == []
