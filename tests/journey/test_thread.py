"""The main journey in a real installation and a real browser: from a form to a citizen's page.

An agent downloads the form; a file with faults that refuse it is refused; 30 families with faults
that wait are accepted and mended; clean data; a proposal; the head returns it once, then approves;
a citizen without sign-in reads page, CSV and PDF, which tell the same figures.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from cantik.demo.families import MadeFamily, families

from .browser import axe, browser, faults_of, other_hosts, overflow, page_of
from .installation import Installation, installation

pytestmark = [pytest.mark.browser, pytest.mark.database]

WAIT = 60_000
PASSWORD = "kata-sandi-perjalanan"
SET_UP = """
from datetime import date
from django.utils import timezone
from cantik.people import actions
now = timezone.now()
parent = None
for level, name in (("provinsi", "Provinsi Uji"), ("kabupaten", "Kabupaten Uji"),
                    ("kecamatan", "Kecamatan Uji"), ("desa", "Uji Jalan")):
    parent = actions.place(parent=parent, level=level, name=name, kind="contoh",
                           village_kind="desa" if level == "desa" else "",
                           time_zone="Asia/Makassar", day=date(2026, 1, 1), source="uji")
for username, role in (("agen", "agen_statistik"), ("kepala", "kepala_desa")):
    actions.example_person(username=username, name="Orang " + username, role=role,
                           area_id=parent.id, password="kata-sandi-perjalanan",
                           day=date(2026, 1, 1), now=now)
print(parent.id)
"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("perjalanan"), {"DEMO": "0"}) as made:
        made.run("prepare")
        yield made


def sign_in(page: Page, place: Installation, username: str) -> None:
    page.goto(place.url + "/masuk/")
    page.get_by_label("Nama akun").fill(username)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.wait_for_url("**/beranda/**")


def fill(form: bytes, made: list[MadeFamily], names: dict[str, str]) -> Any:
    """The downloaded form, filled as an officer would."""
    book = openpyxl.load_workbook(io.BytesIO(form))
    sheets = {"keluarga": book["Keluarga"], "anggota": book["Anggota"]}
    heads = {
        record: {cell.value: cell.column for cell in sheet[1] if cell.value}
        for record, sheet in sheets.items()
    }
    row = 3
    for at, one in enumerate(made):
        sheets["keluarga"].cell(3 + at, 1, at + 1)
        sheets["keluarga"].cell(3 + at, heads["keluarga"]["rt"], names[one.leaf_id])
        for name, value in one.family.items():
            sheets["keluarga"].cell(3 + at, heads["keluarga"][name], value)
        for member in one.members:
            sheets["anggota"].cell(row, 1, at + 1)
            for name, value in member.items():
                sheets["anggota"].cell(row, heads["anggota"][name], value)
            row += 1
    return book


def saved(book: Any, path: Path) -> Path:
    book.save(path)
    return path


def column(book: Any, sheet: str, name: str) -> int:
    return next(int(c.column) for c in book[sheet][1] if c.value == name)


def thirty() -> list[MadeFamily]:
    """Thirty families of at least four: more than a hundred persons, so that tables are shown."""
    wide = families({"RT 01": 90, "RT 02": 90}, seed=7, on=date(2026, 8, 1))
    large = [one for one in wide if len(one.members) >= 4]
    first = [one for one in large if one.leaf_id == "RT 01"][:15]
    return first + [one for one in large if one.leaf_id == "RT 02"][:15]


def send(page: Page, place: Installation, village: str, path: Path) -> None:
    page.goto(f"{place.url}/kantor/{village}/pendataan/")
    page.get_by_label("Berkas formulir").set_input_files(path)
    page.get_by_role("button", name="Kirim berkas").click()
    page.wait_for_url("**/berkas/**")


def test_from_a_form_to_a_citizens_page(
    place: Installation, chromium: Browser, tmp_path: Path
) -> None:
    village = place.python(SET_UP).strip().splitlines()[-1]
    place.serve()
    office = f"{place.url}/kantor/{village}"
    with page_of(chromium, width=1280) as agent:
        sign_in(agent, place, "agen")
        areas_and_activity(agent, office)
        agent.goto(office + "/pendataan/")
        with agent.expect_download() as download:
            agent.get_by_role("link", name="Unduh formulir").click()
        assert download.value.suggested_filename == "contoh-formulir-uji-jalan-2026.xlsx"
        form = Path(download.value.path()).read_bytes()
        made = thirty()
        names = {"RT 01": "RT 01", "RT 02": "RT 02"}
        refused(agent, place, village, fill(form, made, names), tmp_path)
        waiting(agent, place, village, fill(form, made, names), tmp_path)
        clean_and_propose(agent, office)
        assert other_hosts(agent, place.url) == []
        assert faults_of(agent) == []
    with page_of(chromium, width=360) as head:
        sign_in(head, place, "kepala")
        decide(head, office, "Kembalikan dengan catatan", "Mohon catatan tentang RT 02.")
        expect(head.get_by_text("Mohon catatan tentang RT 02.")).to_be_visible()
    with page_of(chromium, width=360) as agent:
        sign_in(agent, place, "agen")
        propose(agent, office)
    with page_of(chromium, width=360) as head:
        sign_in(head, place, "kepala")
        decide(head, office, "Setujui dan umumkan", "")
        expect(head.get_by_text("sudah diumumkan").first).to_be_visible(timeout=WAIT)
        assert other_hosts(head, place.url) == []
    with page_of(chromium, width=360) as citizen:
        reads(citizen, place, village)
    for theme in ("light", "dark"):
        with page_of(chromium, width=360, theme=theme, bypass_policy=True) as page:
            for path in public_pages(place, village):
                page.goto(place.url + path)
                assert axe(page) == [], path
                assert overflow(page) == [], path


def areas_and_activity(page: Page, office: str) -> None:
    page.goto(office + "/wilayah/")
    page.get_by_label("Nama", exact=True).fill("RT 01\nRT 02")
    page.get_by_label("RT", exact=True).check()
    page.get_by_role("button", name="Tambahkan").click()
    expect(page.get_by_role("listitem").filter(has_text="RT 02").first).to_be_visible()
    page.goto(office + "/kegiatan/buka/")
    page.get_by_label("Pendataan keluarga", exact=True).check()
    page.get_by_label("Tahun").fill("2026")
    page.get_by_label("Tanggal rujukan").fill("2026-08-01")
    page.get_by_role("button", name="Buka kegiatan").click()
    if not page.get_by_label("Sumber").count():
        page.get_by_role("link", name=re.compile("Isi jumlah|Perbaiki jumlah")).first.click()
    page.get_by_label("Sumber").first.fill("Buku induk penduduk")
    page.locator("input[type=date]").fill("2026-08-01")
    for row in page.locator("tbody tr").all():
        if row.locator("input").count():
            row.locator("input").first.fill("16")
    page.get_by_role("button", name="Simpan jumlah").click()
    expect(page.get_by_text("32 keluarga").first).to_be_visible()


def refused(page: Page, place: Installation, village: str, book: Any, folder: Path) -> None:
    """An unknown code, a member without a family, a missing RT: nothing is stored."""
    book["Anggota"].cell(4, column(book, "Anggota", "ijazah"), "SMU")
    book["Anggota"].cell(5, 1, 777)
    book["Keluarga"].cell(6, column(book, "Keluarga", "rt")).value = None
    send(page, place, village, saved(book, folder / "salah.xlsx"))
    expect(page.get_by_role("heading", name="Berkas belum dapat diterima")).to_be_visible(
        timeout=WAIT
    )
    words = page.locator("main").inner_text()
    for told in ("SMU", "777", "Anggota baris 4", "Keluarga baris 6", "Pilih RT dari daftar"):
        assert told in words, told
    assert stored(place) == 0
    page.get_by_role("button", name="Buang berkas ini").click()
    expect(page.get_by_text("Tidak ada isian yang tersimpan")).to_be_visible()


def stored(place: Installation) -> int:
    return int(
        place.python(
            "from cantik.collect.models import Submission\nprint(Submission.objects.count())"
        )
    )


def waiting(page: Page, place: Installation, village: str, book: Any, folder: Path) -> None:
    """A birth in the future, two heads, an unanswered question: stored, and mended one by one."""
    people = book["Anggota"]
    place_of = {name: column(book, "Anggota", name) for name in ("hubungan", "tanggal_lahir")}
    people.cell(6, place_of["tanggal_lahir"], "01/02/2090")
    rows = [r for r in range(3, people.max_row + 1) if people.cell(r, 1).value == 5]
    people.cell(rows[1], place_of["hubungan"], "1")
    book["Keluarga"].cell(12, column(book, "Keluarga", "lantai")).value = None
    send(page, place, village, saved(book, folder / "tiga.xlsx"))
    expect(page.get_by_role("heading", name="Periksa sebelum disimpan")).to_be_visible(timeout=WAIT)
    assert "30 keluarga" in page.locator("main").inner_text()
    assert stored(place) == 0
    page.get_by_role("button", name="Simpan isian ini").click()
    expect(page.get_by_role("heading", name="Isian sudah disimpan")).to_be_visible(timeout=WAIT)
    assert stored(place) == 30
    mend(page, place, village)


def mend(page: Page, place: Installation, village: str) -> None:
    """Mend the three planted faults; whatever else is found is explained."""
    overview = f"{place.url}/kantor/{village}/periksa/"
    mended = set()
    for _ in range(40):
        page.goto(overview)
        if page.get_by_text("Semua isian beres").count():
            break
        page.get_by_role("link", name=re.compile("^Buka")).first.click()
        section = page.locator("main section.card").first
        words = section.inner_text()
        form = section.locator("form:has(input[name=what][value=edit])")
        if "tidak boleh setelah" in words:
            form.locator("[name$='.tanggal_lahir']").first.fill("01/02/1999")
            mended.add("future birth")
        elif "satu kepala keluarga" in words:
            form.locator("select[name='anggota.1.hubungan']").select_option("2")
            mended.add("two heads")
        elif "lantai" in words:
            form.locator("select[name='keluarga.-1.lantai']").select_option("2")
            mended.add("skipped")
        else:
            section.get_by_text("Isian ini sudah benar").click()
            form = section.locator("form:has(input[name=what][value=accept])")
        form.locator("[name=reason]").fill("Ditanyakan lagi sesuai kartunya")
        form.get_by_role("button").click()
    assert mended == {"future birth", "two heads", "skipped"}
    expect(page.get_by_text("Semua isian beres")).to_be_visible()


def clean_and_propose(page: Page, office: str) -> None:
    page.goto(office + "/periksa/data-bersih/")
    assert "30 dari 32 keluarga" in page.locator("main").inner_text()
    page.get_by_role("button", name="Buat data bersih").click()
    expect(page.get_by_text("Data bersih sudah dibuat")).to_be_visible()
    propose(page, office)


def propose(page: Page, office: str) -> None:
    page.goto(office + "/tabel/")
    page.get_by_role("button", name="Usulkan terbitan").click()
    page.wait_for_url("**/persetujuan/**")
    for _ in range(60):
        if page.get_by_text("Umumkan angka desa tahun 2026?").count():
            return
        page.wait_for_timeout(1000)
        page.reload()
    raise AssertionError(page.locator("main").inner_text())


def decide(page: Page, office: str, choice: str, note: str) -> None:
    page.goto(office + "/persetujuan/")
    page.locator("main a[href*='/persetujuan/']").first.click()
    page.get_by_label(choice).check()
    if note:
        page.get_by_role("textbox", name="Catatan").fill(note)
    page.get_by_label("Kata sandi Bapak/Ibu").fill(PASSWORD)
    page.get_by_role("button", name="Simpan keputusan").click()
    page.wait_for_load_state()


# -- the citizen ------------------------------------------------------------------------------


def release_of(place: Installation, village: str) -> Path:
    folder = Path(place.environment["CANTIK_HOME"]) / "released" / village
    assert json.loads((folder / "index.json").read_text())
    return folder / "1"


def public_pages(place: Installation, village: str) -> list[str]:
    base = f"/desa/{village}/terbitan/1/"
    pages = ["/", f"/desa/{village}/", base]
    for name in ("penduduk", "umur", "air_minum", "bantuan"):
        pages += [f"{base}tabel/{name}/", f"{base}asal-usul/{name}/"]
    return pages


def reads(page: Page, place: Installation, village: str) -> None:
    """Without signing in: page, CSV and PDF tell the same figures."""
    page.goto(place.url)
    page.get_by_role("searchbox").or_(page.locator("input[name=q]")).first.fill("uji jalan")
    page.keyboard.press("Enter")
    page.locator(f"a[href='/desa/{village}/']").first.click()
    assert "Contoh data" in page.locator("body").inner_text()
    assert page.locator("meta[name=robots][content=noindex]").count() == 1
    release = release_of(place, village)
    base = f"{place.url}/desa/{village}/terbitan/1/"
    pdf = page.request.get(base + "buku.pdf")
    assert pdf.status == 200
    book = " ".join(
        " ".join(leaf.extract_text().split()) for leaf in PdfReader(io.BytesIO(pdf.body())).pages
    )
    shown = 0
    for path in sorted((release / "tabel").glob("*.json")):
        table = json.loads(path.read_text())
        row = table["rows"][0]
        if row["values"] is None:
            continue
        shown += 1
        page.goto(f"{base}tabel/{table['table']}/")
        text = " ".join(page.locator("main table").first.inner_text().split())
        answer = page.request.get(f"{base}tabel/{table['table']}.csv")
        rows = list(csv.DictReader(io.StringIO(answer.body().decode("utf-8-sig"))))
        assert {one["jenis_wilayah"] for one in rows} == {"contoh"}
        for code, value in zip(table["columns"], row["values"][0], strict=True):
            told = f"{value:,}".replace(",", ".")
            assert told in text, (table["table"], code)
            assert any(str(value) in one.values() for one in rows), (table["table"], code)
            assert told in book, (table["table"], code)
    assert shown >= 7
    page.goto(f"{base}asal-usul/air_minum/")
    words = page.locator("main").inner_text()
    assert "30 dari 32 keluarga" in words
    for hidden in ("/kantor/", "/beranda/"):
        assert page.request.get(place.url + hidden, max_redirects=0).status in (302, 404)
    assert other_hosts(page, place.url) == []
