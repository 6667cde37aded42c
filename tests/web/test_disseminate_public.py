"""The public pages: what a citizen reads without signing in, and what nobody can reach."""

import hashlib
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from cantik.disseminate import publishing
from cantik.disseminate.book import book
from cantik.disseminate.layout import grids
from cantik.disseminate.pages import marked
from tests.action.people import village as place
from tests.unit.disseminate_sample import VILLAGE, sample, sheets

pytestmark = [pytest.mark.django_db, pytest.mark.database]
HOME = "/desa/contoh1/"
RELEASE = f"{HOME}terbitan/1/"


@pytest.fixture
def released(settings: Any, tmp_path: Path) -> Path:
    settings.RELEASED = tmp_path / "released"
    return tmp_path / "released"


def entry(number: int, files: dict[str, bytes], **more: Any) -> dict[str, Any]:
    return {
        "number": number, "activity": "kegiatan1", "period": "2026",
        "reference_date": "2026-10-31", "title": {"id": "Pendataan keluarga", "en": "Listing"},
        "state": "published", "released_at": "2026-11-20T02:00:00+00:00", "replaces": None,
        "replaced_by": None, "note": "", "reason": "", "changed_at": None,
        "files": {n: [hashlib.sha256(d).hexdigest(), len(d)] for n, d in files.items()}, **more,
    }  # fmt: skip


def put(
    released: Path, *entries: dict[str, Any], files: dict[str, bytes], kind: str = "contoh",
    id_: str = "contoh1",
) -> None:  # fmt: skip
    folder = released / id_
    listed = {
        "village": id_, "label": "Desa Sungai Angka", "name": "Sungai Angka", "kind": kind,
        "above": ["Provinsi Contoh", "Kabupaten Contoh"], "time_zone": "Asia/Makassar",
        "releases": list(entries),
    }  # fmt: skip
    with publishing.alone(folder):
        for one in entries:
            if one["state"] != "withdrawn":
                publishing.put_release(folder, one["number"], files)
        publishing.put_index(folder, listed)


_MADE: dict[str, dict[str, bytes]] = {}


def files_of(kind: str = "contoh", **facts: Any) -> dict[str, bytes]:
    key = kind + repr(sorted(facts.items()))
    if key not in _MADE:
        files = sample(village=replace(VILLAGE, kind=kind), **facts)
        facts_ = json.loads(files["release.json"])
        files["buku.pdf"] = book(facts_, sheets(files), json.loads(files["indicators.json"]))
        _MADE[key] = files
    return _MADE[key]


@pytest.fixture
def files(released: Path) -> dict[str, bytes]:
    made = files_of()
    put(released, entry(1, made), files=made)
    return made


def words(client: Client, url: str, **more: Any) -> str:
    answer = client.get(url, **more)
    assert answer.status_code == 200, url
    return str(answer.content.decode())


def test_a_village_is_read_without_one_question_to_the_database(
    client: Client, files: dict[str, bytes], django_assert_num_queries: Callable[..., Any]
) -> None:
    urls = [HOME, RELEASE, f"{RELEASE}buku.pdf", f"{RELEASE}tabel.xlsx"]
    urls += [
        f"{RELEASE}tabel/{id_}{end}" for id_ in ("air", "umur") for end in ("/", ".csv", ".xlsx")
    ]
    urls += [f"{RELEASE}asal-usul/air/", "/"]
    with django_assert_num_queries(0):
        for url in urls:
            assert client.get(url).status_code == 200, url


def test_the_village_page_says_its_figures_in_sentences(
    client: Client, files: dict[str, bytes]
) -> None:
    told = words(client, HOME)
    facts = json.loads(files["release.json"])
    people = f"{facts['open'][0]['persons']:,}".replace(",", ".")
    assert f"<b>{people} jiwa</b>" in told
    assert told.count('class="fig"') == 4
    assert "bukan statistik resmi BPS" in told
    assert "Contoh data." in told
    assert 'content="noindex"' in told
    assert "252 dari 270 keluarga (93,3%)" in told
    assert "Unduh PDF" in told
    assert "jamban" not in told


def test_the_same_figures_on_page_csv_and_book(client: Client, files: dict[str, bytes]) -> None:
    pdf = PdfReader(io.BytesIO(client.get(f"{RELEASE}buku.pdf").content))
    printed = " ".join(" ".join(p.extract_text().split()) for p in pdf.pages)
    for one in sheets(files):
        page = words(client, f"{RELEASE}tabel/{one.id}/")
        csv = words(client, f"{RELEASE}tabel/{one.id}.csv")
        cells = re.findall(r"<td class=\"n[^>]*>([^<]*)", page)
        shown = [c.words for g in grids(one) for r in g.rows for c in r.cells]
        assert cells == shown
        for grid in grids(one):
            for row in grid.rows:
                assert " ".join([row.label, *(c.words for c in row.cells)]) in printed
                for cell in row.cells:
                    assert f",{cell.words.replace('.', '')}," in csv


def test_files_of_an_example_say_so_in_their_name(client: Client, files: dict[str, bytes]) -> None:
    csv, pdf = client.get(f"{RELEASE}tabel/air.csv"), client.get(f"{RELEASE}buku.pdf")
    assert 'filename="contoh-sungai-angka-2026-air-' in csv["Content-Disposition"]
    assert 'filename="contoh-sungai-angka-' in pdf["Content-Disposition"]
    assert csv["Content-Type"] == "text/csv; charset=utf-8"
    assert csv["X-Robots-Tag"] == pdf["X-Robots-Tag"] == "noindex"
    assert csv.content == files["tabel/air.csv"]


@pytest.mark.parametrize("name", ["tabel/air.xlsx", "tabel.xlsx"])
def test_a_workbook_is_the_released_one_and_marked(
    client: Client, files: dict[str, bytes], name: str
) -> None:
    answer = client.get(RELEASE + name)
    assert answer.content == files[name]
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert answer["X-Robots-Tag"] == "noindex"
    assert 'attachment; filename="contoh-sungai-angka-' in answer["Content-Disposition"]
    assert RELEASE + name in words(client, RELEASE)
    assert f"{RELEASE}tabel/air.xlsx" in words(client, f"{RELEASE}tabel/air/")


def test_a_release_from_before_offers_no_workbook(client: Client, released: Path) -> None:
    old = {name: data for name, data in files_of().items() if not name.endswith(".xlsx")}
    put(released, entry(1, old), files=old)
    assert ".xlsx" not in words(client, RELEASE)
    assert ".xlsx" not in words(client, f"{RELEASE}tabel/air/")
    for name in ("tabel/air.xlsx", "tabel.xlsx"):
        assert client.get(RELEASE + name).status_code == 404
    # A file that lies there and was never approved stays unread.
    (released / "contoh1" / "1" / "tabel.xlsx").write_bytes(b"x")
    assert client.get(f"{RELEASE}tabel.xlsx").status_code == 404


def test_a_real_village_is_not_marked(client: Client, released: Path) -> None:
    made = files_of("real")
    put(released, entry(1, made), files=made, kind="real")
    told = words(client, HOME)
    assert "noindex" not in told
    assert "rekaan" not in told
    assert 'filename="sungai-angka' in client.get(f"{RELEASE}tabel/air.csv")["Content-Disposition"]
    front = words(client, "/")
    assert front.index("Desa Sungai Angka") > front.index("Desa yang sudah mengumumkan angka")
    assert "(contoh)" not in front


def test_a_kelurahan_has_its_own_words(client: Client, released: Path) -> None:
    place = replace(VILLAGE, village_kind="kelurahan", label="Kelurahan Sungai Angka",
                    head="Lurah")  # fmt: skip
    made = sample(village=place)
    made["buku.pdf"] = b"%PDF"
    put(released, entry(1, made), files=made)
    told = words(client, HOME)
    assert "Angka kelurahan" in told
    assert "Buku Kelurahan Dalam Angka" in told
    for word in ("Angka desa", "Buku Desa", "Kepala Desa"):
        assert word not in told
    assert "rekaan" in told


def test_a_kelurahan_reads_words_of_the_pack_as_its_own(client: Client, released: Path) -> None:
    place = replace(VILLAGE, village_kind="kelurahan", label="Kelurahan Sungai Angka")
    made = sample(village=place)
    told = json.loads(made["indicators.json"])
    told[0] |= {"title": {"id": "Judul bagi kepala desa"}}
    told[0]["sentence"] = {"id": f"{told[0]['n']} dari {told[0]['d']} di desa, di semua dusun."}
    table = told[0]["table"]
    facts = json.loads(made["release.json"])
    facts["chapters"][0]["title"] = {"id": "Layanan desa"}
    read = json.loads(made[f"tabel/{table}.json"])
    read |= {"title": {"id": "Dilayani desa"}, "notes": [{"id": "Catatan kantor desa."}]}
    made |= {
        "indicators.json": json.dumps(told).encode(), "release.json": json.dumps(facts).encode(),
        f"tabel/{table}.json": json.dumps(read).encode(), "buku.pdf": b"%PDF",
    }  # fmt: skip
    put(released, entry(1, made), files=made)
    said = words(client, RELEASE) + words(client, f"{RELEASE}tabel/{table}/")
    for wanted in ("di kelurahan, di semua RW.", "Judul bagi lurah", "Layanan kelurahan",
                   "Dilayani kelurahan", "Catatan kantor kelurahan."):  # fmt: skip
        assert wanted in said, wanted
    for gone in ("Dilayani desa", "Layanan desa", "kantor desa", "semua dusun", "kepala desa"):
        assert gone not in said, gone


def test_examples_stand_apart_on_the_front_page(client: Client, files: dict[str, bytes]) -> None:
    told = words(client, "/")
    assert "Belum ada desa yang mengumumkan angka." in told
    assert "Desa Sungai Angka</a> (contoh)" in told


@pytest.mark.parametrize(
    "tail",
    [
        "terbitan/0/", "terbitan/2/", "terbitan/-1/", "terbitan/x/", f"terbitan/{'9' * 400}/",
        f"terbitan/{'9' * 5000}/", "terbitan/1/tabel/tidakada/", "terbitan/1/tabel/tidakada.csv",
        "terbitan/1/tabel/tidakada.xlsx", "terbitan/1/tabel/..%2ftabel.xlsx",
        "terbitan/1/tabel/../release.json", "terbitan/1/tabel/%2e%2e%2frelease.csv",
        "terbitan/1/tabel/..%2findex.csv", "terbitan/1/tabel/air.json", "terbitan/1/release.json",
        "terbitan/1/asal-usul/tidakada/", "terbitan/1/asal-usul/%00/", "terbitan/1/indicators.json",
        f"terbitan/1/tabel/{'a' * 3000}/", "terbitan/1/tabel/=cmd/", "index.json",
    ],
)  # fmt: skip
def test_what_was_not_released_is_not_found(
    client: Client, files: dict[str, bytes], tail: str
) -> None:
    assert client.get(HOME + tail, follow=True).status_code == 404


@pytest.mark.parametrize("id_", ["..", "%2e%2e", "x" * 300, "tidakada", "%00", "a%2fb", "-", "é"])
def test_an_odd_village_is_not_found(client: Client, files: dict[str, bytes], id_: str) -> None:
    assert client.get(f"/desa/{id_}/").status_code == 404
    assert client.get(f"/desa/{id_}/terbitan/1/").status_code == 404


@pytest.mark.parametrize(
    "gone", ["release.json", "tabel/air.json", "tabel/air.csv", "buku.pdf", "tabel.xlsx"]
)
def test_a_missing_file_is_not_found(
    client: Client, released: Path, files: dict[str, bytes], gone: str
) -> None:
    (released / "contoh1" / "1" / gone).unlink()
    urls = {"release.json": "", "tabel/air.json": "tabel/air/"}
    assert client.get(RELEASE + urls.get(gone, gone)).status_code == 404


def test_a_changed_file_is_not_given_out(
    client: Client, released: Path, files: dict[str, bytes]
) -> None:
    (released / "contoh1" / "1" / "tabel" / "air.csv").write_bytes(b"x")
    assert client.get(f"{RELEASE}tabel/air.csv").status_code == 404


def test_only_reading_is_possible(client: Client, files: dict[str, bytes]) -> None:
    for url in ("/", HOME, RELEASE, f"{RELEASE}tabel/air/", f"{RELEASE}buku.pdf"):
        assert client.post(url).status_code == 405


def test_a_page_is_kept_and_asked_about_again(client: Client, files: dict[str, bytes]) -> None:
    for url in (HOME, f"{RELEASE}tabel/air/", f"{RELEASE}tabel/air.csv", f"{RELEASE}buku.pdf"):
        answer = client.get(url)
        assert answer["Cache-Control"] == "no-cache"
        assert {"Cookie", "Save-Data"} <= {v.strip() for v in answer["Vary"].split(",")}
        again = client.get(url, headers={"If-None-Match": answer["ETag"]})
        assert again.status_code == 304
        assert again.content == b""


def test_the_other_language_is_another_answer(client: Client, files: dict[str, bytes]) -> None:
    first = client.get(HOME)
    other = client.get(HOME + "?lang=en")
    assert first["ETag"] != other["ETag"]
    assert "not official BPS statistics" in other.content.decode()
    told = words(client, f"{RELEASE}tabel/umur/?lang=en")
    assert "Where does this number come from?" in told


def test_too_few_families_are_said_first(client: Client, released: Path) -> None:
    made = files_of(mutu={"target": 900, "refusals": {"4": 0}, "explained": 1, "edits": 0})
    put(released, entry(1, made), files=made)
    told = words(client, HOME)
    assert told.index("Baru 252 dari 900 keluarga (28,0%) yang terdata.") < told.index("jiwa</b>")
    assert "Belum semuanya terdata." in words(client, f"{RELEASE}tabel/air/")


def test_a_correction_says_what_it_mends_and_the_old_one_says_it_is_old(
    client: Client, released: Path
) -> None:
    made = files_of(corrects=True, note="satu isian diperbaiki")
    put(
        released, entry(1, made, state="replaced", replaced_by=2),
        entry(2, made, replaces=1, note="satu isian diperbaiki"), files=made,
    )  # fmt: skip
    told = words(client, HOME)
    assert "satu isian diperbaiki" in told
    assert "terbitan ke-1</a>" in told
    old = words(client, RELEASE)
    assert "Terbitan ini sudah diganti." in old
    assert "/terbitan/2/" in old
    assert "Terbitan ini sudah diganti." in words(client, f"{RELEASE}tabel/air/")


def test_a_withdrawn_release_says_when_and_why(client: Client, released: Path) -> None:
    gone = entry(
        1, {}, state="withdrawn", reason="Tahunnya salah", changed_at="2026-11-22T02:00:00+00:00"
    )
    put(released, gone, files={})
    for url in (RELEASE, f"{RELEASE}tabel/air/", f"{RELEASE}tabel/air.csv", f"{RELEASE}buku.pdf"):
        answer = client.get(url)
        told = answer.content.decode()
        assert answer.status_code == 410
        assert "Terbitan ini sudah ditarik" in told
        assert "Tahunnya salah" in told
        assert "22 November 2026" in told


def test_a_village_without_a_release_says_so_kindly(client: Client, released: Path) -> None:
    here = place("Sunyi")
    told = words(client, f"/desa/{here.id}/")
    assert "Belum ada angka yang diumumkan di sini." in told
    assert "Desa Sunyi" in told
    assert client.get(f"/desa/{here.path.split('/')[0]}/").status_code == 404


def test_a_village_with_only_withdrawn_releases_says_so(client: Client, released: Path) -> None:
    here = place("Sunyi")
    put(released, entry(1, {}, state="withdrawn", reason="Salah"), files={}, id_=here.id)
    told = words(client, f"/desa/{here.id}/")
    assert "Saat ini tidak ada angka yang diumumkan." in told
    assert "Salah" in told


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("sunyi", "Desa Sunyi"), ("SUN", "Desa Sunyi"), ("zzz", "Tidak ada desa dengan nama itu."),
        ("%", "Tidak ada desa dengan nama itu."), ("\x00sunyi", "Desa Sunyi"), ("", "Cari desa"),
        ("<b>'\"", "&lt;b&gt;"), ("a" * 5000, "Tidak ada desa dengan nama itu."),
    ],
)  # fmt: skip
def test_search_finds_by_part_of_a_name(
    client: Client, released: Path, asked: str, says: str
) -> None:
    place("Sunyi", kind="real")
    assert says in words(client, "/", query_params={"cari": asked})


def test_search_keeps_examples_apart_and_practice_out(client: Client, released: Path) -> None:
    place("Sunyi", kind="real")
    place("Sunyi Satu", kind="contoh")
    place("Sunyi Dua", kind="latihan")
    told = words(client, "/?cari=sunyi")
    assert "Sunyi Dua" not in told
    assert told.index("Desa Sunyi<") < told.index("<h3>Contoh</h3>") < told.index("Desa Sunyi Satu")


def test_where_a_number_comes_from_is_told_in_words(
    client: Client, files: dict[str, bytes]
) -> None:
    told = words(client, f"{RELEASE}asal-usul/air/")
    for step in ("Diumumkan", "Dilindungi", "Data bersih", "Diperiksa", "Ditanyakan", "Dijawab"):
        assert step in told
    assert "12 aturan pemeriksaan" in told
    assert "40 pertanyaan" in told
    public = {hashlib.sha256(data).hexdigest() for data in files.values()}
    assert set(re.findall(r"\b[0-9a-f]{64}\b", told)) <= public


def test_withheld_is_hatched_named_and_explained(client: Client, released: Path) -> None:
    made = dict(files_of())
    table = json.loads(made["tabel/air.json"])
    table["rows"][2]["values"], table["rows"][2]["withheld"] = None, "small_area"
    made["tabel/air.json"] = json.dumps(table).encode()
    put(released, entry(1, made), files=made)
    told = words(client, f"{RELEASE}tabel/air/")
    assert told.count('<td class="n hid">NA<span class="sr"> tidak diumumkan</span></td>') == 5
    assert "RT 01: Wilayah di bawah 100 orang" in told


@pytest.mark.parametrize(
    ("sentence", "n", "d", "said"),
    [
        ("12 dari 40 keluarga", 12, 40, "<b>12 dari 40</b> keluarga"),
        ("ada 1.234 orang dari 5.000", 1234, 5000, "ada <b>1.234</b> orang dari 5.000"),
        ("RT 112 dan 12 keluarga", 12, 40, "RT 112 dan <b>12</b> keluarga"),
        ("<i>12</i>", 12, 40, "&lt;i&gt;<b>12</b>&lt;/i&gt;"),
        ("tanpa angka", 3, 4, "tanpa angka"),
    ],
)
def test_the_number_of_a_sentence_is_marked(sentence: str, n: int, d: int, said: str) -> None:
    assert marked(sentence, n, d, "id") == said


def test_the_page_is_light(client: Client, files: dict[str, bytes]) -> None:
    answer = client.get(HOME, headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) < 8000
    page = client.get(HOME).content.decode()
    assert "style=" not in page
    assert "<style" not in page
    assert "htmx" not in page
