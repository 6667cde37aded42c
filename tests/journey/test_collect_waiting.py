"""The page that waits for a job shows the result by itself, with scripts and without."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from cantik.collect.models import Upload
from cantik.design import api as design
from cantik.ledger.models import Job
from cantik.people.models import Area
from tests.action.keluarga import filled_workbook, sent
from tests.action.people import person, village
from tests.action.test_design_activities import opened

from .browser import axe, browser, faults_of, page_of
from .test_people_pages import sign_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database, pytest.mark.browser]
NOW = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture
def here(live_server: LiveServer) -> Area:
    design.load_packs(now=NOW)
    return village()


@pytest.fixture
def upload(here: Area) -> Any:
    """A file that is being read, a quarter done."""
    agent = person("agen_statistik", here, "agen")
    activity = opened(here, agent)
    one = sent(activity, actor=agent, data=filled_workbook(activity, families=3), now=NOW)
    Upload.objects.filter(pk=one.pk).update(state="reading")
    Job.objects.filter(pk=one.job_id).update(state="running", done=3, total=12)
    return one


@pytest.mark.parametrize("scripts", [True, False])
def test_the_result_comes_by_itself(
    chromium: Browser, live_server: LiveServer, here: Area, upload: Any, scripts: bool
) -> None:
    base = live_server.url
    with page_of(chromium, javascript=scripts) as page:
        sign_in(page, base, "agen")
        page.goto(f"{base}/kantor/{here.id}/pendataan/berkas/{upload.id}/")
        assert page.inner_text("h1") == "Berkas sedang dibaca"
        assert "3 dari 12" in page.inner_text("main")
        Upload.objects.filter(pk=upload.pk).update(state="draft")
        page.wait_for_selector("h1:has-text('Periksa sebelum disimpan')", timeout=15_000)
        assert page.locator("main").count() == 1
        assert page.locator("h1").count() == 1
        assert faults_of(page) == []


def test_the_wait_is_no_barrier(
    chromium: Browser, live_server: LiveServer, here: Area, upload: Any
) -> None:
    with page_of(chromium, bypass_policy=True) as page:
        sign_in(page, live_server.url, "agen")
        page.goto(f"{live_server.url}/kantor/{here.id}/pendataan/berkas/{upload.id}/")
        assert axe(page) == []
