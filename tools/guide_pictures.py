"""The pictures of the guides: a made-up village walks through its year, as a guide tells it.

``python tools/guide_pictures.py`` writes ``docs/pictures/panduan-*.png``. Nothing is retouched; the
families are made, the village calls itself an example on every page.
"""

import re
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Locator, Page  # noqa: E402 the tests' tools lie beside us
from tests.journey import test_thread as thread  # noqa: E402
from tests.journey.browser import browser, page_of  # noqa: E402
from tests.journey.installation import Installation, installation  # noqa: E402

TARGET = ROOT / "docs" / "pictures"
NAME = "Sungai Damai"
PEOPLE = {
    "agen": "agen_statistik", "kepala": "kepala_desa", "petugas": "petugas",
}  # fmt: skip
SET_UP = f"""
from datetime import date
from django.utils import timezone
from cantik.people import actions
now = timezone.now()
day = date(2026, 1, 1)
parent, made = None, {{}}
for level, name in (("provinsi", "Provinsi Contoh"), ("kabupaten", "Kabupaten Contoh"),
                    ("kecamatan", "Kecamatan Contoh"), ("desa", "{NAME} (contoh)")):
    parent = made[level] = actions.place(
        parent=parent, level=level, name=name, kind="contoh",
        village_kind="desa" if level == "desa" else "", time_zone="Asia/Makassar", day=day,
        source="contoh")
people = {PEOPLE!r}
for username, role in people.items():
    actions.example_person(username=username, name=username.title() + " Contoh", role=role,
        area_id=parent.id, password={thread.PASSWORD!r}, day=day, now=now)
actions.example_person(username="pembina", name="Pembina Contoh", role="pembina_kabupaten",
    area_id=made["kabupaten"].id, password={thread.PASSWORD!r}, day=day, now=now)
print(parent.id)
"""


def shoot(page: Page, name: str, at: Locator | None = None) -> None:
    """The screen of a telephone, with ``at`` near its top."""
    page.evaluate("scrollTo(0, 0)")
    if at is not None:
        at.first.evaluate("one => scrollTo(0, one.getBoundingClientRect().top + scrollY - 90)")
    page.wait_for_timeout(300)
    page.screenshot(path=TARGET / f"panduan-{name}.png")


def areas_and_activity(page: Page, office: str) -> None:
    """Two dusun with three RT each, the year's activity, and whom it means to reach."""
    for kind, under, names in (
        ("Dusun", None, "Dusun Hulu\nDusun Hilir"),
        ("RT", "Dusun Hulu", "RT 01\nRT 02\nRT 03"),
        ("RT", "Dusun Hilir", "RT 04\nRT 05\nRT 06"),
    ):
        page.goto(office + "/wilayah/")
        if under:
            choice = page.get_by_label("Letaknya di")
            option = choice.locator("option", has_text=under).get_attribute("value")
            choice.select_option(option)
        page.get_by_label(kind, exact=True).check()
        page.get_by_label("Nama", exact=True).fill(names)
        if names.endswith("06"):
            shoot(page, "wilayah", page.get_by_role("heading", name="Tambah wilayah"))
        page.get_by_role("button", name="Tambahkan").click()
    page.goto(office + "/kegiatan/buka/")
    page.get_by_label("Pendataan keluarga", exact=True).check()
    page.get_by_label("Tahun").fill("2026")
    page.get_by_label("Tanggal rujukan").fill("2026-08-01")
    shoot(page, "buka-kegiatan")
    page.get_by_role("button", name="Buka kegiatan").click()
    if not page.get_by_label("Sumber").count():
        page.get_by_role("link", name=re.compile("Isi jumlah|Perbaiki jumlah")).first.click()
    page.get_by_label("Sumber").first.fill("Buku induk penduduk")
    page.locator("input[type=date]").fill("2026-08-01")
    for row in page.locator("tbody tr").all():
        if row.locator("input").count():
            row.locator("input").first.fill("16")
    shoot(page, "jumlah-dituju")
    page.get_by_role("button", name="Simpan jumlah").click()
    page.wait_for_load_state()


def workbook(page: Page, place: Installation, village: str, folder: Path) -> None:
    """A file that is refused, then one that is taken with entries to mend."""
    page.goto(f"{place.url}/kantor/{village}/pendataan/")
    shoot(page, "pendataan")
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh formulir").click()
    form = Path(download.value.path()).read_bytes()
    names = {"RT 01": "RT 01", "RT 02": "RT 02"}
    book = thread.fill(form, thread.thirty(), names)
    book["Anggota"].cell(4, thread.column(book, "Anggota", "ijazah"), "SMU")
    book["Keluarga"].cell(6, thread.column(book, "Keluarga", "rt")).value = None
    thread.send(page, place, village, thread.saved(book, folder / "isian-agustus.xlsx"))
    page.get_by_role("heading", name="Berkas belum dapat diterima").wait_for(timeout=thread.WAIT)
    shoot(page, "berkas-ditolak")
    page.get_by_role("button", name="Buang berkas ini").click()
    book = thread.fill(form, thread.thirty(), names)
    people = book["Anggota"]
    people.cell(6, thread.column(book, "Anggota", "tanggal_lahir"), "01/02/2090")
    book["Keluarga"].cell(12, thread.column(book, "Keluarga", "lantai")).value = None
    thread.send(page, place, village, thread.saved(book, folder / "isian-agustus-2.xlsx"))
    page.get_by_role("heading", name="Periksa sebelum disimpan").wait_for(timeout=thread.WAIT)
    shoot(page, "berkas-diperiksa")
    page.get_by_role("button", name="Simpan isian ini").click()
    page.get_by_role("heading", name="Isian sudah disimpan").wait_for(timeout=thread.WAIT)


def mended(page: Page, place: Installation, office: str) -> None:
    page.goto(f"{place.url}/beranda/")
    shoot(page, "beranda-agen")
    page.goto(office + "/periksa/")
    shoot(page, "periksa")
    page.get_by_role("link", name=re.compile("^Buka")).first.click()
    shoot(page, "betulkan", page.locator("main section.card"))
    for _ in range(40):
        page.goto(office + "/periksa/")
        if page.get_by_text("Semua isian beres").count():
            return
        page.get_by_role("link", name=re.compile("^Buka")).first.click()
        section = page.locator("main section.card").first
        section.get_by_text("Isian ini sudah benar").click()
        form = section.locator("form:has(input[name=what][value=accept])")
        form.locator("[name=reason]").fill("Ditanyakan lagi sesuai kartunya")
        form.get_by_role("button").click()


def proposed(page: Page, office: str) -> None:
    page.goto(office + "/periksa/data-bersih/")
    shoot(page, "data-bersih")
    page.get_by_role("button", name="Buat data bersih").click()
    page.get_by_text("Data bersih sudah dibuat").wait_for()
    page.goto(office + "/tabel/")
    shoot(page, "tabel")
    thread.propose(page, office)


def head(page: Page, place: Installation, office: str) -> None:
    """Reads, sends back; people, a slip, a power lent."""
    page.goto(f"{place.url}/beranda/")
    shoot(page, "beranda-kepala")
    page.goto(office + "/persetujuan/")
    page.locator("main a[href*='/persetujuan/']").first.click()
    shoot(page, "usulan")
    page.get_by_label("Kembalikan dengan catatan").check()
    page.get_by_role("textbox", name="Catatan").fill("Jumlah RT 03 mohon ditanyakan lagi.")
    shoot(page, "putuskan", page.locator("input[name=verdict]"))
    page.get_by_label("Kata sandi Bapak/Ibu").fill(thread.PASSWORD)
    page.get_by_role("button", name="Simpan keputusan").click()
    page.wait_for_load_state()
    page.goto(office + "/orang/")
    page.get_by_label("Nama lengkap").first.fill("Sekretaris Contoh")
    page.get_by_label("Nama akun").first.fill("sekdes.contoh")
    page.get_by_label("Sekretaris desa", exact=True).first.check()
    shoot(page, "undang", page.get_by_role("heading", name="Undang orang"))
    page.get_by_role("button", name="Undang").click()
    page.wait_for_load_state()
    shoot(page, "lembar")
    page.goto(office + "/orang/pelimpahan/")
    shoot(page, "pelimpahan")


def coach(page: Page, place: Installation, office: str) -> None:
    page.goto(f"{place.url}/beranda/")
    shoot(page, "beranda-pembina")
    page.goto(office + "/persetujuan/")
    page.locator("main a[href*='/persetujuan/']").first.click()
    shoot(page, "tanggapi", page.locator("form[action$='/tanggapi/'], textarea"))


def walk(chromium: Browser, place: Installation, village: str, folder: Path) -> None:
    office = f"{place.url}/kantor/{village}"
    with page_of(chromium, width=360) as page:
        page.goto(place.url + "/masuk/")
        shoot(page, "masuk")
        thread.sign_in(page, place, "agen")
        areas_and_activity(page, office)
        workbook(page, place, village, folder)
        with page_of(chromium, width=360) as other:
            thread.sign_in(other, place, "petugas")
            other.goto(place.url + "/beranda/")
            shoot(other, "beranda-petugas")
        mended(page, place, office)
        proposed(page, office)
        with page_of(chromium, width=360) as other:
            thread.sign_in(other, place, "pembina")
            coach(other, place, office)
        with page_of(chromium, width=360) as other:
            thread.sign_in(other, place, "kepala")
            head(other, place, office)
        page.goto(f"{place.url}/beranda/")
        shoot(page, "dikembalikan")
        thread.propose(page, office)
        with page_of(chromium, width=360) as other:
            thread.sign_in(other, place, "kepala")
            thread.decide(other, office, "Setujui dan umumkan", "")
            other.get_by_text("sudah diumumkan").first.wait_for(timeout=thread.WAIT)
            other.goto(office + "/persetujuan/terbitan/1/tarik/")
            shoot(other, "tarik")
    with page_of(chromium, width=360) as page:
        thread.sign_in(page, place, "petugas")
        page.goto(office + "/pendataan/")
        page.get_by_role("link", name="Isi di layar").click()
        page.click("button:has-text('Mulai isian baru')")
        page.locator("#formulir button.main").wait_for()
        shoot(page, "formulir-awal")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="cantik-guides-") as given:
        folder = Path(given)
        with installation(folder, {"DEMO": "0"}) as place, browser() as chromium:
            place.run("prepare")
            village = place.python(SET_UP).strip().splitlines()[-1]
            place.serve()
            walk(chromium, place, village, folder)


if __name__ == "__main__":
    main()
