"""Every page an officer of the example village can open: nothing serious for axe, no sideways
scroll, no fault in the console, no other host; light and dark, Indonesian and English."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from .browser import axe, browser, faults_of, other_hosts, overflow, page_of
from .installation import Installation, installation

pytestmark = [pytest.mark.browser, pytest.mark.database]

IDS = """
from cantik.people import api as people
from cantik.design import api as design
from cantik.protect.models import Proposal
from cantik.collect.models import Submission, Upload
village = people.search_villages("apung", kinds=("contoh",))[0].id
activity = design.activities(village)[0].id
print(village, activity, Proposal.objects.filter(activity_id=activity).first().id,
      Upload.objects.filter(activity_id=activity).first().id,
      Submission.objects.filter(activity_id=activity).first().id)
for _role, name, password in people.example_sign_ins():
    print(name, password)
"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("kantor"), {"DEMO": "0"}) as made:
        made.run("prepare")
        made.run("demo", "seed", "apung")
        made.serve()
        yield made


def known(place: Installation) -> tuple[list[str], dict[str, str]]:
    first, *rest = place.python(IDS).strip().splitlines()
    return first.split(), dict(line.split() for line in rest)


def pages(ids: list[str]) -> dict[str, list[str]]:
    """What each role opens, by account."""
    village, activity, proposal, upload, family = ids
    office = f"/kantor/{village}/"
    plan = f"{office}kegiatan/{activity}/"
    return {
        "agen": [
            "/beranda/", "/sandi/", office + "wilayah/", office + "orang/", office + "kegiatan/",
            office + "kegiatan/buka/", plan, plan + "daftar-kk/", plan + "pertanyaan/",
            office + "pendataan/", f"{office}pendataan/berkas/{upload}/", office + "periksa/",
            f"{office}periksa/keluarga/{family}/", office + "periksa/data-bersih/",
            office + "tabel/", office + "persetujuan/", f"{office}persetujuan/{proposal}/",
        ],
        "kepala": ["/beranda/", office + "orang/", office + "persetujuan/",
                   f"{office}persetujuan/{proposal}/"],
        "pembina": ["/beranda/", f"{office}persetujuan/{proposal}/"],
        "sekretaris": ["/beranda/"],
        "petugas": ["/beranda/"],
        "provinsi": ["/beranda/", "/undang/"],
        "walidata": ["/beranda/", plan + "metadata/"],
        "bappeda": ["/beranda/"],
        "camat": ["/beranda/"],
        "bps": ["/beranda/", "/undang/?cari=apung"],
        "bps-provinsi": ["/beranda/"],
        "pengelola": ["/beranda/", "/undang/", "/undang/?peran=camat"],
    }  # fmt: skip


def sign_in(page: Page, place: Installation, name: str, password: str) -> None:
    page.goto(place.url + "/masuk/")
    page.fill("#id_username", name)
    page.fill("#id_password", password)
    page.click("main button[type=submit]")
    page.wait_for_url("**/beranda/**")


@pytest.mark.parametrize(("theme", "language"), [("light", "id"), ("dark", "en")])
def test_every_page_of_the_office(
    place: Installation, chromium: Browser, theme: str, language: str
) -> None:
    ids, passwords = known(place)
    for name, paths in pages(ids).items():
        with page_of(chromium, width=360, theme=theme, bypass_policy=True) as page:
            sign_in(page, place, name, passwords[name])
            page.goto(f"{place.url}/beranda/?lang={language}")
            for path in paths:
                answer = page.goto(place.url + path)
                assert answer is not None
                assert answer.status == 200, (name, path)
                assert page.locator("html").get_attribute("lang") == language
                assert axe(page) == [], (name, path)
                assert overflow(page) == [], (name, path)
            assert other_hosts(page, place.url) == []


def test_nothing_breaks_the_content_policy(place: Installation, chromium: Browser) -> None:
    ids, passwords = known(place)
    with page_of(chromium, width=1280) as page:
        sign_in(page, place, "agen", passwords["agen"])
        for path in pages(ids)["agen"]:
            page.goto(place.url + path)
            assert faults_of(page) == [], path
