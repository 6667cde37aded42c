"""A family filled on a phone: a skip, a wrong value, a page reloaded in the middle, two tabs, a
lost connection, and the receipt."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from cantik.collect.models import Draft, Submission, Upload
from cantik.design import api as design
from cantik.people.models import Area
from tests.action.people import person, village
from tests.action.test_design_activities import opened as opened_activity

from .browser import axe, browser, faults_of, other_hosts, overflow, page_of
from .test_collect_pages import sign_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database, pytest.mark.browser]
KK = "9999010101010001"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture
def activity(live_server: LiveServer) -> Any:
    design.load_packs(now=timezone.now())
    place = village()
    person("petugas", place, "petugas")
    return opened_activity(place, person("agen_statistik", place, "agen"))


def begin(page: Page, base: str, activity: Any) -> None:
    sign_in(page, base, "petugas")
    page.goto(f"{base}/kantor/{activity.village_id}/pendataan/")
    page.click("a:has-text('Isi di layar')")
    page.click("button:has-text('Mulai isian baru')")
    ready(page)


def ready(page: Page) -> None:
    expect(page.locator("#formulir[data-ready]")).to_be_visible()


def choose(page: Page, question: str, answer: str) -> None:
    group = page.locator("fieldset:visible", has=page.locator(f"legend:has-text('{question}')"))
    group.get_by_label(answer, exact=True).check()


def saved(page: Page) -> None:
    expect(page.locator("#simpanan[data-state=saved]")).to_be_visible()


def heading(page: Page, words: str) -> None:
    expect(page.locator("#formulir h2").first).to_contain_text(words)


def onward(page: Page) -> None:
    page.click("#formulir button.main")


def fill_house(page: Page) -> None:
    heading(page, "Tempat dan kunjungan")
    page.get_by_label("Nomor Kartu Keluarga").fill(KK)
    choose(page, "RT", "RT 02")
    choose(page, "Hasil pendataan", "Terisi lengkap")
    onward(page)
    heading(page, "Perumahan")
    # Asked only of who owns the house.
    expect(page.get_by_text("Bukti kepemilikan tanah rumah")).to_be_hidden()
    choose(page, "Status rumah yang ditempati", "Milik sendiri")
    expect(page.get_by_text("Bukti kepemilikan tanah rumah")).to_be_visible()
    choose(page, "Status rumah yang ditempati", "Kontrak/sewa")
    expect(page.get_by_text("Bukti kepemilikan tanah rumah")).to_be_hidden()
    page.get_by_label("Luas lantai rumah").fill("3")
    choose(page, "Bahan lantai terluas", "Keramik")
    onward(page)
    summary = page.locator(".summary")
    expect(summary).to_contain_text("Luas lantai antara 4 dan 2.000 meter persegi.")
    assert page.evaluate("document.activeElement.className") == "summary"
    page.get_by_label("Luas lantai rumah").fill("36")
    expect(page.locator("p.error:visible")).to_have_count(0)
    onward(page)
    onward(page)  # walls and roof may stay empty
    heading(page, "Air dan sanitasi")
    choose(page, "Sumber utama air untuk minum", "Leding")
    choose(page, "Tempat buang air besar", "Tidak ada")
    onward(page)
    heading(page, "Perumahan")  # no toilet: what becomes of its waste is not asked
    choose(page, "Sumber utama penerangan", "Bukan listrik")
    onward(page)
    for aid in ("PKH", "bantuan sembako", "BLT Dana Desa"):
        choose(page, f"Menerima {aid}", "Tidak")
    onward(page)
    heading(page, "Anggota")


def fill_member(page: Page, name: str, born: str, head: bool) -> None:
    page.get_by_label("Nama lengkap").fill(name)
    choose(page, "Kedudukan dalam keluarga", "Kepala keluarga" if head else "Anak")
    onward(page)
    choose(page, "Keberadaan saat pendataan", "Tinggal di rumah ini")
    choose(page, "Jenis kelamin", "Perempuan")
    page.get_by_label("Tanggal lahir").fill("31/02/1980")
    onward(page)
    expect(page.locator(".summary")).to_contain_text("Tulis tanggal sebagai hari/bulan/tahun")
    page.get_by_label("Tanggal lahir").fill(born)
    choose(page, "Status perkawinan", "Belum kawin")
    onward(page)


def test_a_family_with_a_reload_in_the_middle(
    chromium: Browser, live_server: LiveServer, activity: Any
) -> None:
    with page_of(chromium) as page:
        begin(page, live_server.url, activity)
        fill_house(page)
        page.click("button:has-text('Isi')")
        fill_member(page, "Ani Contoh", "17/08/1980", head=True)
        heading(page, "Pendidikan")
        choose(page, "Sedang bersekolah", "Tidak bersekolah lagi")
        saved(page)
        page.reload()
        ready(page)
        heading(page, "Pendidikan")  # where one was, with what was typed
        group = page.locator("fieldset", has_text="Sedang bersekolah")
        expect(group.get_by_label("Tidak bersekolah lagi")).to_be_checked()
        choose(page, "Ijazah tertinggi", "SMA/SMK/sederajat")
        onward(page)
        choose(page, "Kegiatan utama", "Mengurus rumah tangga")
        expect(page.get_by_text("Lapangan usaha pekerjaan utama")).to_be_hidden()
        onward(page)
        onward(page)
        choose(page, "Jaminan kesehatan", "Tidak punya")
        onward(page)
        heading(page, "Anggota")
        expect(page.locator(".members")).to_contain_text("46 tahun · Lengkap")
        page.click("button:has-text('Tambah anggota')")
        fill_member(page, "Bayu Contoh", "1/9/2023", head=False)
        # Two years old: neither school nor work is asked.
        choose(page, "Jaminan kesehatan", "Tidak punya")
        onward(page)
        heading(page, "Anggota")
        expect(page.locator(".members > li")).to_have_count(2)
        onward(page)
        heading(page, "Catatan")
        onward(page)
        heading(page, "Periksa dan kirim")
        expect(page.get_by_text("Semua isian wajib sudah terisi.")).to_be_visible()
        assert not Submission.objects.exists()
        page.click("button:has-text('Kirim isian')")
        expect(page.locator("h1")).to_have_text("Isian sudah diterima")
        assert Upload.objects.get().receipt in page.inner_text(".receipt")
        assert KK not in page.content()
        assert faults_of(page) == []
        assert other_hosts(page, live_server.url) == []
    answers = Submission.objects.get().answers
    assert answers["keluarga"]["luas_lantai"] == 36
    assert "kloset" not in answers["keluarga"]
    assert [one["umur"] for one in answers["anggota"]] == [46, 2]
    assert "sekolah" not in answers["anggota"][1]
    assert not Draft.objects.exists()


def test_a_lost_connection_and_a_second_tab_are_told(
    chromium: Browser, live_server: LiveServer, activity: Any
) -> None:
    with page_of(chromium) as page:
        begin(page, live_server.url, activity)
        page.context.set_offline(True)
        page.get_by_label("Alamat").fill("Jalan Contoh 1")
        status = page.locator("#simpanan")
        expect(status).to_contain_text("Sambungan terputus")
        assert not Draft.objects.filter(version__gt=0).exists()
        assert page.evaluate("Object.keys(localStorage).length + sessionStorage.length") == 0
        page.context.set_offline(False)
        saved(page)
        expect(status).to_contain_text("Tersimpan pukul")
        other = page.context.new_page()
        other.goto(page.url)
        ready(other)
        expect(other.get_by_label("Alamat")).to_have_value("Jalan Contoh 1")
        other.get_by_label("Alamat").fill("Jalan Contoh 2")
        saved(other)
        page.get_by_label("Alamat").fill("Jalan Contoh 3")
        expect(status).to_contain_text("juga dibuka di tempat lain")
        page.click("button:has-text('Pakai yang tersimpan di sana')")
        ready(page)
        expect(page.get_by_label("Alamat")).to_have_value("Jalan Contoh 2")
        other.get_by_label("Alamat").fill("Jalan Contoh 4")
        saved(other)
        page.get_by_label("Alamat").fill("Jalan Contoh 5")
        page.click("button:has-text('Pakai yang ada di layar ini')")
        saved(page)
        page.reload()
        ready(page)
        expect(page.get_by_label("Alamat")).to_have_value("Jalan Contoh 5")
        other.close()


@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (1280, "dark")])
def test_no_screen_is_hard_to_read(
    chromium: Browser, live_server: LiveServer, activity: Any, width: int, theme: str
) -> None:
    with page_of(chromium, width=width, theme=theme, bypass_policy=True) as page:
        begin(page, live_server.url, activity)
        choose(page, "Hasil pendataan", "Terisi lengkap")
        saved(page)
        address = page.url.split("#")[0]

        def look(name: str) -> None:
            assert page.locator("h1").count() == 1, name
            assert overflow(page) == [], name
            assert axe(page) == [], name

        look("first")
        onward(page)
        look("with faults")
        for name in ("bagian-2", "bagian-7", "daftar", "anggota-1-1", "anggota-1-2", "kirim"):
            page.goto(f"{address}#{name}")
            page.reload()
            ready(page)
            assert page.url.endswith(name)
            look(name)
        page.click("button:has-text('Kirim isian')")
        expect(page.locator(".verdict")).to_be_visible()
        look("refused")
        page.goto(address.rsplit("/", 2)[0] + "/")
        look("list")


def test_with_the_keyboard_alone_and_in_english(
    chromium: Browser, live_server: LiveServer, activity: Any
) -> None:
    with page_of(chromium, language="en") as page:
        begin(page, live_server.url, activity)
        page.goto(page.url.split("#")[0] + "?lang=en")
        ready(page)
        heading(page, "Place and visit")
        page.get_by_label("Family card number").focus()
        page.keyboard.type("12")
        page.keyboard.press("Tab")
        expect(page.get_by_text("A family card number has 16 digits.")).to_be_visible()
        page.keyboard.press("Space")  # the first RT
        page.keyboard.press("ArrowDown")
        expect(page.get_by_label("RT 02")).to_be_checked()
        page.get_by_label("Address").focus()
        page.keyboard.press("Enter")  # as the button does
        expect(page.locator(".summary")).to_contain_text("Result of the visit")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")  # the first fault leads to its field
        assert page.evaluate("document.activeElement.value") == "12"
        saved(page)


def test_an_area_of_another_village_leads_nowhere(
    chromium: Browser, live_server: LiveServer, activity: Any
) -> None:
    other: Area = village("Lain")
    with page_of(chromium) as page:
        begin(page, live_server.url, activity)
        answer = page.goto(page.url.split("#")[0].replace(activity.village_id, other.id))
        assert answer is not None
        assert answer.status == 404
