"""The pictures of the README: real screens of a fresh example installation, taken here. Those of
the guides by role come from ``tools/guide_pictures.py``.

``python tools/pictures.py`` writes ``docs/pictures/*.png``. Nothing is retouched.
"""

import shutil
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page  # noqa: E402 the tests' tools lie beside us
from tests.journey.browser import browser, page_of  # noqa: E402
from tests.journey.installation import Installation, installation  # noqa: E402

BOOK_PAGES = (1, 12, 20)
TARGET = ROOT / "docs" / "pictures"
# The three villages, by the name of their picture.
VILLAGES = {"village": "apung", "malinau-kota": "malinau kota", "kampung-empat": "kampung empat"}


def _sign_in(page: Page, place: Installation, username: str) -> None:
    passwords = dict(
        line.split()
        for line in place.python(
            "from cantik.people import api\n"
            "for _, name, password in api.example_sign_ins(): print(name, password)"
        ).splitlines()
    )
    page.goto(place.url + "/masuk/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", passwords[username])
    page.click("main button[type=submit]")
    page.wait_for_url("**/beranda/**")


def _village(place: Installation, words: str) -> str:
    return place.python(
        "from cantik.people import api\n"
        f"print(api.search_villages({words!r}, kinds=('contoh',))[0].id)"
    ).strip()


def _pages(page: Page, url: str, name: str, pages: tuple[int, ...] = (1,)) -> None:
    """Pages of a PDF as pictures; only where poppler's pdftoppm is at hand."""
    tool = shutil.which("pdftoppm")
    if tool is None:
        print(f"{name}: no pdftoppm, left as it is")
        return
    made = page.request.get(url).body()
    for at in pages:
        target = f"{name}-{at}" if len(pages) > 1 else name
        subprocess.run(
            [tool, "-r", "60", "-f", str(at), "-l", str(at), "-png", "-singlefile", "-",
             str(TARGET / target)],
            input=made, check=True,
        )  # fmt: skip


def _table(page: Page, activities: str) -> None:
    """A table as it is put together, before it is kept."""
    page.goto(activities)
    page.locator("main a[href*='/kegiatan/']:has-text('2026')").first.click()
    page.click("a:has-text('Susun tabel sendiri')")
    page.click("a:has-text('Luas lantai')")
    page.fill("[name=title]", "Rumah milik sendiri menurut luas lantai")
    page.fill("[name=purpose]", "Berapa rumah yang terlalu sempit?")
    page.fill("[name=limits]", "0-35, 36-70, 71+")
    page.select_option("[name=only]", label="Status rumah yang ditempati: Milik sendiri")
    page.click("button[name=look]")
    page.get_by_text("Bentuk tabelnya").wait_for()
    page.screenshot(path=TARGET / "susun-tabel.png")


def _compose(page: Page, office: str) -> None:
    """A questionnaire put together: its beginning, and with some questions."""
    page.goto(office + "/kegiatan/susun/")
    page.fill("[name=title]", "Perikanan sungai")
    page.fill("[name=purpose]", "Merencanakan bantuan alat tangkap.")
    page.fill("[name=unit]", "kapal")
    page.screenshot(path=TARGET / "susun-mulai.png")
    page.click("button:has-text('Mulai menyusun')")
    for label, kind, options in (
        ("Alat tangkap utama", "choice", "Jaring\nPancing\nBubu"),
        ("Memakai mesin?", "yes_no", ""),
        ("Jumlah awak", "integer", ""),
    ):
        page.fill("#id_label", label)
        page.select_option("#id_kind", kind)
        page.fill("#id_options", options)
        page.click("button:has-text('Tambahkan')")
    page.get_by_role("heading", name="4 pertanyaan").wait_for()
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=TARGET / "susun-kuesioner.png")
    page.get_by_role("heading", name="Ambil yang sudah baku").scroll_into_view_if_needed()
    page.click("summary:has-text('Air, sanitasi')")
    page.screenshot(path=TARGET / "susun-bank.png")


def _keyed(page: Page, office: str) -> None:
    """A form keyed from paper."""
    page.goto(office + "/pendataan/")
    page.click("a:has-text('Ketik dari kertas')")
    page.locator("li.key select").select_option(index=1)
    page.locator("li.key input[data-kind=choice]").first.fill("1")
    page.screenshot(path=TARGET / "key.png")


def _names(page: Page, office: str) -> None:
    """A list by name of an example village."""
    page.goto(office + "/daftar-nama/")
    page.click("a:has-text('Tempat buang air besar')")
    page.get_by_label("Mendatangi atau mengundang warga").check()
    page.fill("[name=purpose]", "Mendatangi keluarga tanpa jamban sebelum musrenbang.")
    page.click("button:has-text('Buat daftar')")
    page.click("button:has-text('Buka nama-namanya')")
    page.screenshot(path=TARGET / "names-phone.png")


def _prices(page: Page, office: str) -> None:
    """A made-up price sheet, and what is understood of it."""
    days = [date(2026, 9, 7) + timedelta(days=7 * at) for at in range(8)]
    rows = [f"{day:%d/%m/%Y};{14000 + 50 * at};{18000 + 125 * at}" for at, day in enumerate(days)]
    sheet = "\n".join(["Tanggal;Beras;Gula", *rows])
    page.goto(f"{office}/kegiatan/lembar-harga/")
    page.set_input_files(
        "input[type=file]",
        {"name": "harga-contoh.csv", "mimeType": "text/csv", "buffer": sheet.encode()},
    )
    page.click("main form button[type=submit]")
    page.get_by_label("Nama kegiatan").fill("Harga pasar")
    page.screenshot(path=TARGET / "prices-phone.png", full_page=True)


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="cantik-pictures-") as folder,
        installation(Path(folder), {"DEMO": "1"}) as place,
        browser() as chromium,
    ):
        place.run("prepare")
        place.serve()
        ids = {name: _village(place, words) for name, words in VILLAGES.items()}
        public = f"{place.url}/desa/{ids['village']}/"
        with page_of(chromium, width=360) as page:
            for name, village in ids.items():
                page.goto(f"{place.url}/desa/{village}/")
                page.screenshot(path=TARGET / f"{name}-phone.png")
            page.goto(public + "terbitan/3/tabel/air_minum/")
            page.screenshot(path=TARGET / "table-phone.png")
        with page_of(chromium, width=1280, theme="dark") as page:
            page.goto(public)
            page.screenshot(path=TARGET / "village-dark.png")
        with page_of(chromium, width=360) as page:
            _sign_in(page, place, "agen")
            page.goto(f"{place.url}/kantor/{ids['village']}/pendataan/")
            page.click("a:has-text('Isi di layar')")
            page.click("button:has-text('Mulai isian baru')")
            page.get_by_label("Terisi lengkap").check()
            page.click("#formulir button.main")  # what is missing is told, then one goes on
            page.click("#formulir button.main")
            page.get_by_label("Milik sendiri").check()
            page.locator("#simpanan[data-state=saved]").wait_for()
            page.screenshot(path=TARGET / "form-phone.png")
        with page_of(chromium, width=1280) as page:
            _sign_in(page, place, "agen")
            _table(page, f"{place.url}/kantor/{ids['village']}/kegiatan/")
            _compose(page, f"{place.url}/kantor/{ids['village']}")
            _keyed(page, f"{place.url}/kantor/{ids['village']}")
        with page_of(chromium, width=360) as page:
            _sign_in(page, place, "agen")
            _names(page, f"{place.url}/kantor/{ids['village']}")
            _prices(page, f"{place.url}/kantor/{ids['village']}")
        with page_of(chromium, width=1280) as page:
            _sign_in(page, place, "lurah")
            page.goto(f"{place.url}/kantor/{ids['kampung-empat']}/persetujuan/")
            page.locator("main a[href*='/persetujuan/']").first.click()
            page.locator("input[name=verdict]").first.wait_for()
            page.screenshot(path=TARGET / "approval.png")
            proposal = page.url
            _pages(page, f"{proposal}berkas/infografis.pdf", "infographic-kampung-empat")
            _pages(page, f"{proposal}berkas/buku.pdf", "book-kampung-empat", BOOK_PAGES)
            for name, village in ids.items():
                if name == "kampung-empat":
                    continue
                page.goto(f"{place.url}/desa/{village}/")
                link = page.locator("a[href$='buku.pdf']").first.get_attribute("href") or ""
                release = place.url + link.removesuffix("buku.pdf")
                shown = "apung" if name == "village" else name
                _pages(page, f"{release}infografis.pdf", f"infographic-{shown}")
                _pages(page, f"{release}buku.pdf", f"book-{shown}", BOOK_PAGES)


if __name__ == "__main__":
    main()
