"""From proposal to a citizen in a real browser: two people, one decision, light and dark."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from cantik.protect import api as protect
from tests.action.disseminate_chain import Chain, chain

from .browser import axe, browser, faults_of, other_hosts, overflow, page_of, seen_by

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database, pytest.mark.browser]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture
def made(live_server: LiveServer, settings: Any, tmp_path: Path) -> Chain:
    """One release, and a correction of it that waits."""
    settings.RELEASED = tmp_path / "released"
    here = chain()
    here.approve(here.propose())
    here.propose(note="Satu isian diperbaiki.", clean=here.cut(88))
    return here


def sign_in(page: Page, base: str, made: Chain, who: str) -> None:
    page.goto(f"{base}/masuk/")
    page.fill("#id_username", made.people[who].username)
    page.fill("#id_password", "kata-sandi-uji")
    page.click("main button[type=submit]")


def public(made: Chain) -> list[str]:
    home = f"/desa/{made.village.id}/"
    release = f"{home}terbitan/1/"
    return ["/", "/?cari=zzz", home, release, f"{release}tabel/umur/", f"{release}tabel/air_minum/",
            f"{release}asal-usul/air_minum/"]  # fmt: skip


def office(made: Chain) -> list[str]:
    waiting = protect.Proposal.objects.get(state="waiting")
    home = f"/kantor/{made.village.id}/persetujuan/"
    return [
        home,
        f"{home}{waiting.id}/",
        f"{home}{waiting.id}/halaman/",
        f"{home}terbitan/1/tarik/",
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_serious_and_nothing_too_wide(
    chromium: Browser, live_server: LiveServer, made: Chain, theme: str
) -> None:
    base = live_server.url
    with page_of(chromium, width=320, theme=theme, bypass_policy=True) as page:
        for address in public(made):
            page.goto(base + address)
            assert axe(page) == [], address
            assert overflow(page) == [], address
            assert page.locator("h1").count() == 1
        sign_in(page, base, made, "kepala")
        for address in office(made):
            page.goto(base + address)
            assert axe(page) == [], address
            assert overflow(page) == [], address
        page.context.clear_cookies()
        sign_in(page, base, made, "agen")
        page.goto(f"{base}/kantor/{made.village.id}/tabel/")
        assert axe(page) == []
        assert overflow(page) == []


def test_public_pages_ask_no_other_host_and_keep_the_policy(
    chromium: Browser, live_server: LiveServer, made: Chain
) -> None:
    with page_of(chromium) as page:
        for address in public(made):
            page.goto(live_server.url + address)
        assert other_hosts(page, live_server.url) == []
        assert faults_of(page) == []
        assert not [url for url in seen_by(page) if "htmx" in url]


@pytest.mark.parametrize("javascript", [True, False])
def test_the_head_returns_or_approves_and_a_citizen_reads(
    chromium: Browser, live_server: LiveServer, made: Chain, javascript: bool
) -> None:
    base = live_server.url
    with page_of(chromium, javascript=javascript) as page:
        sign_in(page, base, made, "kepala")
        page.goto(base + office(made)[1])
        page.get_by_text("Setujui dan umumkan").click()
        page.fill("#id_password", "bukan sandi saya")
        page.click("text=Simpan keputusan")
        assert page.get_by_text("Kata sandi tidak cocok.").first.is_visible()
        page.fill("#id_password", "kata-sandi-uji")
        page.click("text=Simpan keputusan")
        assert page.get_by_text("Terbitan ke-2 sudah diumumkan").is_visible()
        page.click("text=Buka halaman warga")
        assert page.url.endswith("/terbitan/2/")
    with page_of(chromium, javascript=javascript) as page:
        page.goto(base + public(made)[2])
        assert page.get_by_text("Satu isian diperbaiki.").is_visible()
        assert page.get_by_text("88 keluarga", exact=False).first.is_visible()
        page.get_by_text("Baca angkanya").first.click()
        assert page.locator("details[open] td").first.is_visible()
        with page.expect_download() as got:
            page.locator("a[href$='.csv']").first.click()
        assert got.value.suggested_filename.startswith("contoh-uji-2026-")
