"""The page of a sent file in each of its states: easy to read, and within the content policy."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from cantik.collect.models import Upload
from cantik.design import api as design
from cantik.people.api import village_tree
from cantik.people.models import Area, Person
from tests.action.keluarga import accepted, filled_workbook, made, sent
from tests.action.people import person, village
from tests.action.test_design_activities import opened as opened_activity

from .browser import axe, browser, faults_of, other_hosts, overflow, page_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database, pytest.mark.browser]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture
def here(live_server: LiveServer) -> Area:
    design.load_packs(now=timezone.now())
    place = village()
    person("agen_statistik", place, "agen")
    person("petugas", place, "petugas")
    person("kepala_desa", place, "kepala")
    return place


@pytest.fixture
def agent(here: Area) -> Person:
    return Person.objects.get(username="agen")


@pytest.fixture
def activity(here: Area, agent: Person) -> Any:
    return opened_activity(here, agent)


def sign_in(page: Page, base: str, name: str) -> None:
    page.goto(f"{base}/masuk/")
    page.fill("#id_username", name)
    page.fill("#id_password", "kata-sandi-uji")
    page.click("main button[type=submit]")


def targets(activity: Any, agent: Person) -> None:
    design.set_targets(
        actor=agent, activity_id=activity.id, source="uji", source_date=date(2026, 8, 31),
        targets={
            leaf.id: design.LeafTarget(12, 20, 22)
            for leaf in village_tree(activity.village_id).leaves()
        },
        now=timezone.now(),
    )  # fmt: skip


def uploads(activity: Any, agent: Person) -> dict[str, Upload]:
    """A file in each state."""
    now = timezone.now()
    rows = made(activity, families=12)
    rows[0].family["hasil_pendataan"] = "3"
    for one in rows[4:8]:
        one.family["air_minum"] = "Sungai besar"
    found = {
        "accepted": accepted(activity, actor=agent, answers=rows[:4], now=now),
        "refused": sent(
            activity, actor=agent, now=now,
            data=filled_workbook(activity, answers=rows, faults=["missing_number", "two_heads"]),
        ),
        "renamed": sent(
            activity, actor=agent, now=now,
            data=filled_workbook(activity, answers=rows[:4], faults=["renamed"]),
        ),
        "unread": sent(activity, actor=agent, data=b"%PDF-1.7", now=now),
    }  # fmt: skip
    for one in rows[4:8]:
        one.family["air_minum"] = "4"
    waiting = filled_workbook(
        activity, answers=rows, faults=["two_heads", "future_birth", "long_nik", "skipped"]
    )
    for name, state in (
        ("draft", "draft"), ("failed", "failed"), ("reading", "reading"),
        ("accepting", "accepting"), ("discarded", "discarded"),
    ):  # fmt: skip
        found[name] = sent(activity, actor=agent, data=waiting, now=now)
        Upload.objects.filter(pk=found[name].pk).update(state=state)
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_is_hard_to_read(
    chromium: Browser, live_server: LiveServer, here: Area, agent: Person, activity: Any,
    theme: str, width: int,
) -> None:  # fmt: skip
    targets(activity, agent)
    office = f"{live_server.url}/kantor/{here.id}/pendataan/"
    pages = {f"berkas/{one.id}/": name for name, one in uploads(activity, agent).items()}
    with page_of(chromium, width=width, theme=theme, bypass_policy=True) as page:
        sign_in(page, live_server.url, "agen")
        for address, name in {"": "overview", **pages}.items():
            page.goto(office + address)
            assert page.locator("h1").count() == 1, name
            assert overflow(page) == [], name
            assert axe(page) == [], name
            assert other_hosts(page, live_server.url) == [], name


def test_the_pages_ask_for_nothing_they_may_not(
    chromium: Browser, live_server: LiveServer, here: Area, agent: Person, activity: Any
) -> None:
    """The content policy stands: no fault in the console, in either language."""
    pages = uploads(activity, agent)
    for language in ("id", "en"):
        with page_of(chromium, language=language) as page:
            sign_in(page, live_server.url, "agen")
            page.goto(f"{live_server.url}/kantor/{here.id}/pendataan/")
            for name in ("refused", "draft", "accepted"):
                page.goto(f"{live_server.url}/kantor/{here.id}/pendataan/berkas/{pages[name].id}/")
            assert faults_of(page) == []
