"""A passkey made and used by a real browser with an authenticator of its own."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from cantik.people.models import Passkey, RecoveryCode
from tests.action.people import person, village

from .browser import axe, browser, page_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database, pytest.mark.browser]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


def authenticator(page: Page) -> tuple[Any, str]:
    """A telephone's key store, as the browser's own tests have it."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    made = wire.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
                     "hasUserVerification": True, "isUserVerified": True}},
    )  # fmt: skip
    return wire, made["authenticatorId"]


def test_a_passkey_is_made_signs_in_and_a_copied_one_does_not(
    chromium: Browser, live_server: LiveServer
) -> None:
    one = person("agen_statistik", village(), "agen")
    base = live_server.url.replace("127.0.0.1", "localhost")
    with page_of(chromium, bypass_policy=False) as page:
        page.goto(f"{base}/masuk/")
        wire, store = authenticator(page)
        page.fill("#id_username", "agen")
        page.fill("#id_password", "kata-sandi-uji")
        page.click("main form.form button[type=submit]")
        page.goto(f"{base}/sandi/dua-langkah/")
        page.fill("#key-name", "ponsel saya")
        page.fill("#key-password", "salah sekali")
        page.click("form[data-passkey] button[type=submit]")
        page.wait_for_selector("[data-said]:not([hidden])")
        assert not Passkey.objects.exists()
        page.fill("#key-password", "kata-sandi-uji")
        page.click("form[data-passkey] button[type=submit]")
        page.wait_for_selector("[data-codes]:not([hidden])")
        codes = page.inner_text("[data-codes] pre").split()
        assert len(codes) == RecoveryCode.objects.filter(person=one).count()
        page.goto(f"{base}/sandi/dua-langkah/")
        assert "ponsel saya" in page.inner_text("main")
        kept = wire.send("WebAuthn.getCredentials", {"authenticatorId": store})["credentials"][0]

        page.context.clear_cookies()  # signed out: the key alone opens, nothing typed
        page.goto(f"{base}/masuk/")
        page.click("form[data-passkey] button[type=submit]")
        page.wait_for_url("**/beranda/")

        page.context.clear_cookies()  # password first: then the key is the second step
        page.goto(f"{base}/masuk/")
        page.fill("#id_username", "agen")
        page.fill("#id_password", "kata-sandi-uji")
        page.click("main form.form button[type=submit]")
        page.wait_for_url("**/masuk/kode/")
        page.click("form[data-passkey] button[type=submit]")
        page.wait_for_url("**/beranda/")

        page.context.clear_cookies()  # a copy of the key from before both sign-ins
        page.goto(f"{base}/masuk/")
        credential = {"authenticatorId": store, "credentialId": kept["credentialId"]}
        wire.send("WebAuthn.removeCredential", credential)
        wire.send("WebAuthn.addCredential", {"authenticatorId": store, "credential": kept})
        page.click("form[data-passkey] button[type=submit]")
        page.wait_for_selector("[data-said]:not([hidden])")
        assert "tidak dikenal" in page.inner_text("[data-said]")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_new_pages_at_360_pixels(
    chromium: Browser, live_server: LiveServer, theme: str
) -> None:
    here = village()
    person("kepala_desa", here, "kepala")
    person("sekretaris_desa", here, "sekdes")
    agent = person("agen_statistik", here, "agen")
    office = f"/kantor/{here.id}/orang"
    with page_of(chromium, theme=theme, bypass_policy=True) as page:
        page.goto(f"{live_server.url}/masuk/")
        page.fill("#id_username", "kepala")
        page.fill("#id_password", "kata-sandi-uji")
        page.click("main form.form button[type=submit]")
        post = agent.appointments.get().pk
        for address in ("/sandi/dua-langkah/", f"{office}/aturan/", f"{office}/pelimpahan/",
                        f"{office}/{post}/ganti/", f"{office}/"):  # fmt: skip
            page.goto(live_server.url + address)
            assert page.locator("h1").count() == 1, address
            wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            assert not page.evaluate(wide), address
            assert axe(page) == [], address
