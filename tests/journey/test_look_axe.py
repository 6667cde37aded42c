"""The look in a real browser: nothing serious for axe, no sideways scroll, no other host."""

from collections.abc import Iterator
from typing import cast

import pytest
from playwright.sync_api import Browser, Page

from tests.journey import browser as tools
from tests.journey.look_site import serving

pytestmark = pytest.mark.browser

PAGES = {
    "sheet/": 200,
    "form/": 200,
    "tidak-ada/": 404,
    "crash/": 500,
    "beranda/agen/": 200,
    "beranda/dua/": 200,
    "beranda/kepala/": 200,
    "beranda/pembina/": 200,
    "beranda/administrator/": 200,
    "beranda/baru/": 200,
}


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with tools.browser() as started:
        yield started


def opened(page: Page, address: str, status: int = 200) -> Page:
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == status
    assert page.locator("h1").count() == 1
    return page


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_serious_or_critical(site: str, chromium: Browser, width: int, theme: str) -> None:
    with tools.page_of(chromium, width=width, theme=theme, bypass_policy=True) as page:
        for path, status in PAGES.items():
            opened(page, f"{site}/{path}", status)
            assert tools.axe(page) == [], path


def test_axe_notices_what_is_wrong(site: str, chromium: Browser) -> None:
    with tools.page_of(chromium, bypass_policy=True) as page:
        opened(page, f"{site}/beranda/agen/")
        page.evaluate("document.querySelector('main').innerHTML += '<button></button>'")
        assert [fault for fault in tools.axe(page) if fault.startswith("button-name (critical)")]


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("width", [320, 360])
def test_no_page_scrolls_sideways(site: str, chromium: Browser, width: int, language: str) -> None:
    with tools.page_of(chromium, width=width) as page:
        for path, status in PAGES.items():
            opened(page, f"{site}/{path}?lang={language}", status)
            assert tools.overflow(page) == [], path


def test_overflow_notices_what_is_too_wide(site: str, chromium: Browser) -> None:
    with tools.page_of(chromium) as page:
        opened(page, f"{site}/beranda/agen/")
        page.evaluate("document.querySelector('h1').style.width = '900px'")
        page.evaluate("document.querySelector('h1').style.maxWidth = 'none'")
        assert tools.overflow(page)


def test_no_other_host_and_no_broken_policy(site: str, chromium: Browser) -> None:
    with tools.page_of(chromium) as page:
        for path, status in PAGES.items():
            if status == 200:
                opened(page, f"{site}/{path}", status)
        assert len(tools.seen_by(page)) > len(PAGES)
        assert tools.other_hosts(page, site) == []
        assert tools.faults_of(page) == []


def test_another_host_is_noticed(site: str, chromium: Browser) -> None:
    with tools.page_of(chromium) as page:
        opened(page, f"{site}/sheet/")
        assert tools.other_hosts(page, "http://127.0.0.1:1") != []


def test_every_page_reads_without_javascript(site: str, chromium: Browser) -> None:
    with tools.page_of(chromium, javascript=False) as page:
        opened(page, f"{site}/sheet/")
        assert page.get_by_role("button", name="Cetak").count() == 0
        page.get_by_text("Baca angkanya").first.click()
        assert page.get_by_role("cell", name="117").first.is_visible()
        opened(page, f"{site}/form/")
        page.get_by_role("link", name="Menu", exact=True).click()
        assert page.locator("#menu").is_visible()


@pytest.mark.parametrize("phone", ["light", "dark"])
def test_the_reader_chooses_light_or_dark_and_it_is_kept(
    site: str, chromium: Browser, phone: str
) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    with tools.page_of(chromium, theme=phone) as page:
        opened(page, f"{site}/form/")
        before = page.evaluate(ground)
        page.locator("[data-theme-switch]").click()
        after = page.evaluate(ground)
        assert {before, after} == {"rgb(244, 247, 246)", "rgb(14, 25, 29)"}
        opened(page, f"{site}/sheet/")
        assert page.evaluate(ground) == after


def test_by_keyboard_the_content_is_one_key_away_and_the_focus_is_seen(
    site: str, chromium: Browser
) -> None:
    with tools.page_of(chromium) as page:
        opened(page, f"{site}/beranda/agen/")
        page.keyboard.press("Tab")
        skip = page.locator(".skip")
        assert skip.evaluate("e => e === document.activeElement")
        assert skip.evaluate("e => getComputedStyle(e).outlineWidth") == "3px"
        assert skip.evaluate("e => e.getBoundingClientRect().top") >= 0
        page.keyboard.press("Enter")
        assert page.evaluate("location.hash") == "#isi"


def test_on_paper_only_the_content_stays(site: str, chromium: Browser) -> None:
    with tools.page_of(chromium, width=794, theme="dark") as page:
        opened(page, f"{site}/sheet/")
        page.emulate_media(media="print", color_scheme="dark")
        ground = page.evaluate("getComputedStyle(document.querySelector('.board')).backgroundColor")
        assert cast(str, ground) == "rgb(255, 255, 255)"
        for gone in (".nav", ".tomenu", ".crumbs", ".btn"):
            assert not page.locator(gone).first.is_visible()
        assert page.locator(".banner").is_visible()


def test_a_missing_browser_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/tidak/ada")
    with pytest.raises(tools.NoBrowserError, match="CHROMIUM=") as told:
        tools.chromium_path()
    assert "\n" not in str(told.value)
    monkeypatch.delenv("CHROMIUM")
    monkeypatch.setattr(tools.shutil, "which", lambda name: None)
    with pytest.raises(tools.NoBrowserError, match="apt-get install chromium"):
        tools.chromium_path()
