"""A year's own theme, by an officer who has only the app: river fishery in twelve questions.

Put together on a page, printed, 20 forms keyed from paper with the keyboard, 30 more sent as a
workbook, released by two people, and a list by name printed by the head. What is keyed into the
forms is not counted; everything else a person presses or types is, and must stay within 150.
"""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from .browser import browser, faults_of, other_hosts, page_of
from .installation import Installation, installation
from .test_thread import PASSWORD, SET_UP

pytestmark = [pytest.mark.browser]

WAIT = 60_000
MOST = 150
KEYED, SENT = 20, 30
# words, kind, answers, only if
QUESTIONS: list[tuple[str, str, str, tuple[str, str]]] = [
    ("Alat tangkap utama", "choice", "Jaring\nPancing\nBubu", ("", "")),
    ("Memakai mesin?", "yes_no", "", ("", "")),
    ("Bahan bakar mesin", "choice", "Solar\nBensin\nLainnya", ("memakai_mesin", "1")),
    ("Jumlah awak", "integer", "", ("", "")),
    ("Hari melaut dalam seminggu", "integer", "", ("", "")),
    ("Ikan yang paling sering", "choice", "Baung\nPatin\nUdang\nLainnya", ("", "")),
    ("Dijual ke mana", "choice", "Pasar\nPengumpul\nTidak dijual", ("", "")),
    ("Punya kartu nelayan?", "yes_no", "", ("", "")),
    ("Punya jaket pelampung?", "yes_no", "", ("", "")),
    ("Ikut kelompok nelayan?", "yes_no", "", ("", "")),
    ("Kendala utama", "choice", "Harga\nCuaca\nAlat\nTidak ada", ("", "")),
    ("Nama pemilik", "text", "", ("", "")),
]


class Counted:
    """Presses and entries of people, whoever does them."""

    def __init__(self) -> None:
        self.n = 0

    def click(self, what: Any) -> None:
        self.n += 1
        what.click()

    def fill(self, what: Any, words: str) -> None:
        self.n += 1
        what.fill(words)

    def select(self, what: Any, value: str) -> None:
        self.n += 1
        what.select_option(value)

    def check(self, what: Any) -> None:
        self.n += 1
        what.check()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("nelayan"), {"DEMO": "0"}) as made:
        made.run("prepare")
        yield made


def sign_in(page: Page, place: Installation, username: str, hand: Counted) -> None:
    page.goto(place.url + "/masuk/")
    hand.fill(page.get_by_label("Nama akun"), username)
    hand.fill(page.get_by_label("Kata sandi"), PASSWORD)
    hand.click(page.get_by_role("button", name="Masuk", exact=True))
    page.wait_for_url("**/beranda/**")


def answers(at: int) -> list[str]:
    """What stands on paper form ``at``, in the order of the questions."""
    engine = at % 3 != 0
    return [
        str(at % 3 + 1), "1" if engine else "2", str(at % 3 + 1) if engine else "",
        str(at % 4 + 1), str(at % 7), str(at % 4 + 1), str(at % 3 + 1),
        "1" if at % 2 else "2", "1" if at % 5 else "2", "1" if at % 4 else "2", str(at % 4 + 1),
        f"Pemilik {at}",
    ]  # fmt: skip


def test_river_fishery_from_a_thought_to_a_list_by_name(
    place: Installation, chromium: Browser, tmp_path: Path
) -> None:
    village = place.python(SET_UP).strip().splitlines()[-1]
    place.serve()
    hand = Counted()
    with page_of(chromium, width=1280) as agent:
        sign_in(agent, place, "agen", hand)
        compose(agent, hand)
        open_activity(agent, hand)
        key(agent, hand)
        workbook(agent, hand, tmp_path)
        propose(agent, hand)
        assert other_hosts(agent, place.url) == []
        assert faults_of(agent) == []
    with page_of(chromium, width=360) as head:
        sign_in(head, place, "kepala", hand)
        release(head, hand)
        by_name(head, hand)
        assert other_hosts(head, place.url) == []
    with page_of(chromium, width=360) as citizen:
        citizen.goto(f"{place.url}/desa/{village}/")
        words = citizen.locator("main").inner_text()
        assert "50 kapal" in words
        citizen.goto(f"{place.url}/desa/{village}/terbitan/1/tabel/alat_tangkap_utama/")
        assert "Jaring" in citizen.locator("main").inner_text()
        assert "Pemilik" not in citizen.content()
    assert hand.n <= MOST, hand.n


def compose(page: Page, hand: Counted) -> None:
    hand.click(page.get_by_role("link", name="Kegiatan", exact=True).first)
    hand.click(page.get_by_role("link", name="Buka kegiatan").first)
    hand.click(page.get_by_role("link", name="Susun kuesioner"))
    hand.fill(page.get_by_label("Nama kegiatan"), "Perikanan sungai")
    hand.fill(page.get_by_label("Untuk apa data ini?"), "Merencanakan bantuan alat tangkap.")
    hand.fill(page.get_by_label("Satu formulir untuk satu apa?"), "kapal")
    hand.check(page.get_by_label("Untuk seluruh desa atau kelurahan, tanpa RT"))
    hand.click(page.get_by_role("button", name="Mulai menyusun"))
    for label, kind, options, (question, value) in QUESTIONS:
        hand.fill(page.get_by_label("Pertanyaan", exact=True), label)
        if kind != "choice":  # what stands there first
            hand.select(page.get_by_label("Jawabannya", exact=True), kind)
        if options:
            hand.fill(page.get_by_label("Pilihan jawaban"), options)
        if question:
            hand.click(page.get_by_text("Wajib, batas angka, syarat, dan tempatnya"))
            hand.select(page.get_by_label("Hanya ditanyakan bila"), question)
            hand.fill(page.get_by_label("kode jawaban atau angka"), value)
        hand.click(page.get_by_role("button", name="Tambahkan"))
    expect(page.get_by_role("heading", name="12 pertanyaan")).to_be_visible()
    expect(page.get_by_role("heading", name="11 tabel akan jadi")).to_be_visible()


def open_activity(page: Page, hand: Counted) -> None:
    hand.click(page.get_by_role("button", name="Pakai kuesioner ini"))
    hand.click(page.get_by_role("button", name="Buka kegiatan"))
    hand.fill(page.get_by_label("Sumber").first, "Daftar kelompok nelayan")
    hand.fill(page.locator("input[type=date]"), "2026-01-02")
    hand.fill(page.locator("tbody input").first, "50")
    hand.click(page.get_by_role("button", name="Simpan jumlah"))
    expect(page.get_by_text("50 kapal").first).to_be_visible()
    printed = page.get_by_role("link", name="Cetak kuesioner kosong (PDF)")
    hand.n += 1
    answer = page.request.get(str(printed.evaluate("one => one.href")))
    paper = PdfReader(io.BytesIO(answer.body()))
    told = "\n".join(one.extract_text() for one in paper.pages)
    assert "Alat tangkap utama" in told
    assert "Bahan bakar mesin" in told


def key(page: Page, hand: Counted) -> None:
    """Twenty forms with the keyboard alone: the arrow of the paper passes over the fuel."""
    hand.click(page.get_by_role("link", name="Pendataan", exact=True).first)
    hand.click(page.get_by_role("link", name="Ketik dari kertas"))
    for at in range(1, KEYED + 1):
        expect(page.locator("li.key input:focus")).to_have_count(1)
        for answer in answers(at):
            if answer:
                page.keyboard.type(answer)
                page.keyboard.press("Enter")
        with page.expect_navigation():
            page.keyboard.press("Control+Enter")
        expect(page.get_by_text(f"Tulis nomor {at} di formulir kertasnya.")).to_be_visible()
    expect(page.get_by_text(f"{KEYED} formulir hari ini")).to_be_visible()


def workbook(page: Page, hand: Counted, folder: Path) -> None:
    hand.click(page.get_by_role("link", name="Pendataan", exact=True).first)
    with page.expect_download() as download:
        hand.click(page.get_by_role("link", name="Unduh formulir"))
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    sheet = book["Kapal"]
    heads = {c.value: int(c.column) for c in sheet[1] if c.value}
    names = [name for name in heads if name != "nomor"]
    for row in range(SENT):
        sheet.cell(3 + row, 1, row + 1)
        for name, answer in zip(names, answers(KEYED + 1 + row), strict=True):
            sheet.cell(3 + row, heads[name], answer or None)
    path = folder / "kapal.xlsx"
    book.save(path)
    hand.n += 1
    page.get_by_label("Berkas formulir").set_input_files(path)
    hand.click(page.get_by_role("button", name="Kirim berkas"))
    page.wait_for_url("**/berkas/**")
    hand.click(page.get_by_role("button", name="Simpan isian ini"))
    expect(page.get_by_text(re.compile(r"30 kapal\s+diterima"))).to_be_visible(timeout=WAIT)


def propose(page: Page, hand: Counted) -> None:
    hand.click(page.get_by_role("link", name="Lanjut ke pemeriksaan"))
    hand.click(page.get_by_role("link", name="Buat data bersih"))
    hand.click(page.get_by_role("button", name="Buat data bersih"))
    expect(page.get_by_text("Data bersih sudah dibuat")).to_be_visible()
    hand.click(page.get_by_role("link", name="Tabel", exact=True).first)
    hand.click(page.get_by_role("button", name="Usulkan terbitan"))
    page.wait_for_url("**/persetujuan/**")
    for _ in range(60):
        if page.get_by_text("Umumkan angka desa tahun").count():
            return
        page.wait_for_timeout(1000)
        page.reload()
    raise AssertionError(page.locator("main").inner_text())


def release(page: Page, hand: Counted) -> None:
    hand.click(page.locator("main a[href*='/persetujuan/']").first)
    hand.check(page.get_by_label("Setujui dan umumkan"))
    hand.fill(page.get_by_label("Kata sandi Bapak/Ibu"), PASSWORD)
    hand.click(page.get_by_role("button", name="Simpan keputusan"))
    expect(page.get_by_text("sudah diumumkan").first).to_be_visible(timeout=WAIT)


def by_name(page: Page, hand: Counted) -> None:
    """Whom to bring a life vest: the head asks, counts, writes why, prints."""
    hand.click(page.get_by_role("link", name="Daftar nama", exact=True).last)
    hand.click(page.get_by_role("link", name="Cari dengan keadaan lain"))
    hand.select(page.get_by_label("Menurut pertanyaan mana?"), "punya_jaket_pelampung")
    hand.click(page.get_by_role("button", name="Lanjut"))
    hand.check(page.get_by_label("Tidak", exact=True))
    hand.click(page.get_by_role("button", name="Hitung"))
    expect(page.get_by_role("heading", name="10 kapal")).to_be_visible()
    hand.check(page.get_by_label("Menawarkan bantuan atau program desa"))
    hand.fill(
        page.get_by_label("Ceritakan tujuannya"), "Membagikan jaket pelampung dari dana desa."
    )
    hand.click(page.get_by_role("button", name="Buat daftar"))
    hand.click(page.get_by_role("button", name="Buka nama-namanya"))
    names = page.locator("tbody th").all_inner_texts()
    assert sorted(names) == sorted(f"Pemilik {at}" for at in range(5, 51, 5))
    hand.n += 1  # the button that prints; its answer is fetched as the browser would
    token = page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    url = str(page.locator("form[action*=cetak]").first.evaluate("one => one.action"))
    answer = page.request.post(
        url, form={"csrfmiddlewaretoken": token}, headers={"Referer": page.url}
    )
    printed = PdfReader(io.BytesIO(answer.body()))
    told = "\n".join(one.extract_text() for one in printed.pages)
    for words in ("Pemilik 50", "Membagikan jaket pelampung", "RAHASIA", "Orang kepala"):
        assert words in told
