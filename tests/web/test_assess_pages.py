"""The pages of sheets: answered, judged, printed; evidence in and out; a yearly sheet loaded."""

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfReader

from cantik.assess import api as assess
from cantik.assess.models import Answer, Evidence, Rulebook
from tests.action.test_assess_sheets import NOW, PDF, PNG, Place

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def place() -> Place:
    return Place()


def signed_in(one: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(one)
    return client


def opened(place: Place, name: str) -> tuple[assess.SheetInfo, str]:
    actor = place.coach if name == "penjajakan" else place.agent
    sheet = assess.open_sheet(
        actor=actor, rulebook=assess.latest(name).hash, area_id=place.village.id, year=2026, now=NOW
    )
    return sheet, f"/kantor/{place.village.id}/lembar/{sheet.id}/"


def text(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


# -- filling ------------------------------------------------------------------------------------


def test_a_village_opens_fills_and_sends_the_example_sheet(place: Place) -> None:
    agent = signed_in(place.agent)
    office = f"/kantor/{place.village.id}/lembar/"
    listed = agent.get(office)
    assert "Lembar evaluasi Desa Cantik" in text(listed)
    book = assess.latest("evaluasi_desa_cantik").hash
    url = agent.post(office, {"lembar": book})["Location"]
    page = text(agent.get(url))
    assert "Lembar contoh." in page
    assert "Yang belum terbaca" in page
    first = url + "tanya/I.1.a/"
    sent = agent.post(first, {"jawaban": "4", "penjelasan": "SK nomor 3", "dilihat": "0"})
    assert sent["Location"] == url + "tanya/I.2.a/"
    for item, choice in (("I.2.a", "1"), ("I.2.b", "0"), ("II.1.a", "3")):
        agent.post(f"{url}tanya/{item}/", {"jawaban": choice, "dilihat": "0"})
    agent.post(url + "langkah/kirim/")
    again = agent.post(url + "langkah/kirim/", follow=True)
    assert "Langkah ini sudah dilakukan." in text(again)
    coach = signed_in(place.coach)
    asked = text(coach.get(first))
    assert "SK nomor 3" in asked
    assert "Jawaban: Pembina" in asked
    assert "Nilai" not in text(coach.get(url)).replace("Lembar penilaian", "")


def test_what_cannot_be_answered_says_so(place: Place) -> None:
    _sheet, url = opened(place, "evaluasi_desa_cantik")
    page = signed_in(place.agent).get(url + "tanya/II.2/")
    assert "belum dapat dijawab" in text(page)
    assert b'name="jawaban"' not in page.content
    sent = signed_in(place.agent).post(url + "tanya/II.2/", {"jawaban": "1"})
    assert sent.status_code == 422


def test_two_at_once_the_second_is_told_and_keeps_what_was_typed(place: Place) -> None:
    _sheet, url = opened(place, "evaluasi_desa_cantik")
    given = {"jawaban": "4", "dilihat": "0"}
    signed_in(place.agent).post(url + "tanya/I.1.a/", given)
    told = signed_in(place.head).post(
        url + "tanya/I.1.a/", {"jawaban": "2", "dilihat": "0", "penjelasan": "Kata saya"}
    )
    assert told.status_code == 422
    assert place.agent.name in text(told)
    assert "Kata saya" in told.content.decode()
    assert Answer.objects.count() == 1


def test_strangers_find_nothing(place: Place) -> None:
    _sheet, url = opened(place, "evaluasi_desa_cantik")
    stranger = signed_in(place.stranger)
    for end in ("", "tanya/I.1.a/", "hitungan/", "cetak/"):
        assert stranger.get(url + end).status_code == 404
        assert Client().get(url + end).status_code == 302
    assert stranger.post(url + "langkah/kirim/").status_code == 404
    other = url.replace(place.village.id, place.other.id)
    assert signed_in(place.stranger).get(other).status_code == 404
    assert signed_in(place.agent).get(url + "tanya/tidak-ada/").status_code == 404


def test_the_record_of_fit_is_the_coachs_alone(place: Place) -> None:
    _sheet, url = opened(place, "penjajakan")
    assert signed_in(place.agent).get(url).status_code == 404
    page = signed_in(place.coach).get(url)
    assert page.status_code == 200
    assert "Bagaimana tanggapan kepala desa" in text(page)
    steps = text(signed_in(place.coach).get(url + "hitungan/"))
    assert "tidak dijumlahkan" in steps


# -- the mirror ---------------------------------------------------------------------------------


def test_the_mirror_never_looks_like_a_score(place: Place) -> None:
    sheet, url = opened(place, "epss")
    agent = signed_in(place.agent)
    for item in sheet.card.items():
        agent.post(f"{url}tanya/{item.id}/", {"jawaban": "3", "dilihat": "0"})
    agent.post(f"{url}tanya/10101/", {"jawaban": "4", "dilihat": "1"})
    for end in ("", "hitungan/", "tanya/10101/"):
        assert "bukan nilai resmi" in text(agent.get(url + end)).lower()
    steps = text(agent.get(url + "hitungan/"))
    assert "3,07" in steps  # 7 per cent of the whole went one level up
    assert "dari 2,6, kurang dari 3,5" in steps
    agent.post(url + "langkah/kirim/")
    assert assess.sheet(sheet.id).state == "closed"


def test_what_is_not_answered_is_no_zero(place: Place) -> None:
    _sheet, url = opened(place, "epss")
    agent = signed_in(place.agent)
    agent.post(f"{url}tanya/10101/", {"jawaban": "5", "dilihat": "0"})
    page = text(agent.get(url))
    assert "1 dari 38 terjawab; nilainya nanti antara 1,28 dan 5" in page


def test_paper_tells_every_question_and_what_it_is_not(place: Place) -> None:
    _sheet, url = opened(place, "epss")
    agent = signed_in(place.agent)
    agent.post(f"{url}tanya/40104/", {"jawaban": "2", "penjelasan": "Kata kami", "dilihat": "0"})
    made = agent.get(url + "cetak/")
    assert made["Content-Type"] == "application/pdf"
    words = " ".join(
        " ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(made.content)).pages
    )
    assert "bukan nilai resmi" in words
    assert "Kata kami" in words
    assert "Terkelola" in words


@pytest.mark.parametrize("name", ["epss", "evaluasi_desa_cantik", "penjajakan"])
def test_english_pages_hold_no_indonesian_of_ours(place: Place, name: str) -> None:
    sheet, url = opened(place, name)
    client = signed_in(place.coach if name == "penjajakan" else place.agent)
    client.cookies["lang"] = "en"
    item = sheet.card.items()[0].id
    for end in ("", "hitungan/", f"tanya/{item}/", f"tanya/{item}/bukti/"):
        page = text(client.get(url + end))
        for word in ("Lembar penilaian", "Belum dijawab", "Pertanyaan", "Jawaban", "Sumber"):
            assert word not in page


# -- evidence -----------------------------------------------------------------------------------


def test_evidence_goes_in_and_is_only_ever_downloaded(place: Place) -> None:
    _sheet, url = opened(place, "evaluasi_desa_cantik")
    agent = signed_in(place.agent)
    form = url + "tanya/I.1.a/bukti/"
    sent = agent.post(
        form,
        {"kind": "sk_agen", "title": "SK agen", "number": "3/2026", "dated": "2026-05-02",
         "file": SimpleUploadedFile("sk.pdf", PDF)},
    )  # fmt: skip
    assert sent.status_code == 302
    made = Evidence.objects.get()
    assert "SK agen" in text(agent.get(url + "tanya/I.1.a/"))
    got = agent.get(f"/bukti/{made.id}/")
    assert got.content == PDF
    assert got["Content-Disposition"].startswith("attachment")
    assert got["X-Content-Type-Options"] == "nosniff"
    assert signed_in(place.stranger).get(f"/bukti/{made.id}/").status_code == 404
    about = f"/kantor/{place.village.id}/bukti/{made.id}/"
    assert signed_in(place.stranger).get(about).status_code == 404
    assert agent.post(about, {"alasan": ""}).status_code == 422
    agent.post(about, {"alasan": "salah berkas"})
    assert agent.get(f"/bukti/{made.id}/").status_code == 404
    page = text(agent.get(url + "tanya/I.1.a/"))
    assert "Ditarik" in page


def test_a_decree_that_is_no_pdf_is_refused_with_words(place: Place) -> None:
    _sheet, url = opened(place, "evaluasi_desa_cantik")
    sent = signed_in(place.agent).post(
        url + "tanya/I.1.a/bukti/",
        {"kind": "sk_agen", "title": "SK agen", "file": SimpleUploadedFile("sk.pdf", PNG)},
    )
    assert sent.status_code == 422
    assert "bukan berkas PDF" in text(sent)
    assert not Evidence.objects.exists()


def test_what_the_house_finds_is_proposed_and_taken(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = assess.Found("Agen: 2 orang", "/kantor/x/", "agent", "7")
    monkeypatch.setitem(assess.PROPOSE, "agents", lambda _sheet, _item: [found])
    _sheet, url = opened(place, "evaluasi_desa_cantik")
    agent = signed_in(place.agent)
    assert "Agen: 2 orang" in text(agent.get(url + "tanya/I.1.a/"))
    agent.post(url + "tanya/I.1.a/pakai/", {"hal": "agent:7"})
    agent.post(url + "tanya/I.1.a/pakai/", {"hal": "agent:7"})
    made = Evidence.objects.get()
    assert (made.thing, made.thing_id, made.title) == ("agent", "7", "Agen: 2 orang")
    assert "Ditemukan di Cantik" not in text(agent.get(url + "tanya/I.1.a/"))
    agent.post(url + "tanya/I.1.a/pakai/", {"lepas": made.id})
    assert "Ditemukan di Cantik" in text(agent.get(url + "tanya/I.1.a/"))


# -- loading ------------------------------------------------------------------------------------

HEADS = "bagian_kode;bagian;bagian_bobot;kode;pertanyaan;bobot;pilihan_kode;pilihan;skor"
ROWS = (
    "A;Tata kelola;60;A1;Ada agen?;60;a;Ada;1\n;;;;;;b;Belum;0\n"
    "B;Data;40;B1;Ada tabel?;12,5;a;Ada;2\n;;;;;;b;Belum;0\n"
    ";;;B2;Ada buku?;27,5;a;Ada;1\n;;;;;;b;Belum;0\n"
)
WISHES = {
    "title": "Lembar evaluasi Desa Cantik", "year": "2026", "combine": "points", "total": "100",
    "source": "Surat uji", "complete": "on",
}  # fmt: skip


def load(client: Client, data: str | bytes, **more: str) -> Any:
    raw = data.encode() if isinstance(data, str) else data
    return client.post(
        "/lembar/", {**WISHES, **more, "file": SimpleUploadedFile("lembar.csv", raw)}
    )


def test_a_yearly_sheet_is_loaded_and_holds(place: Place) -> None:
    coach = signed_in(place.coach)
    assert load(coach, f"{HEADS}\n{ROWS}").status_code == 302
    made = assess.latest("evaluasi_desa_cantik", 2026)
    assert made.complete
    assert [str(one.weight) for one in made.card.items()] == ["60", "25/2", "55/2"]
    assert load(coach, f"{HEADS}\n{ROWS}").status_code == 302
    assert Rulebook.objects.filter(name="evaluasi_desa_cantik", year=2026).count() == 1
    assert "2026.muat" in text(coach.get("/lembar/"))


def test_the_sample_can_be_loaded_as_it_is(place: Place) -> None:
    coach = signed_in(place.coach)
    sample = coach.get("/lembar/contoh.xlsx").content
    sent = load(coach, sample)
    assert sent.status_code == 302, text(sent)
    assert len(assess.latest("evaluasi_desa_cantik", 2026).card.items()) == 2


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (ROWS.replace("12,5", "12"), "Baris 4: B 39,5 Jumlah bobot di sini 39,5, seharusnya 40."),
        (ROWS.replace("b;Belum;0\nB;", "b;Belum;\nB;"), "Baris 3"),
        (ROWS.replace("B1;", "A1;", 1), "Kode A1 dipakai dua kali"),
        (ROWS.replace("12,5", "banyak"), "bukan angka"),
    ],
)
def test_a_wrong_sheet_is_refused_by_its_rows(place: Place, wrong: str, told: str) -> None:
    sent = load(signed_in(place.coach), f"{HEADS}\n{wrong}")
    assert sent.status_code == 422
    assert told in text(sent)
    assert not Rulebook.objects.filter(year=2026, name="evaluasi_desa_cantik").exists()


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04 no zip", b"\x00\x01\x02", b"kind: scorecard\na: &a [1]\nb: *a\n", b"x;y\n1;2"],
)
def test_what_is_no_sheet_is_refused(place: Place, data: bytes) -> None:
    assert load(signed_in(place.coach), data).status_code == 422


def test_only_coaches_and_administrators_load(place: Place) -> None:
    for one in (place.agent, place.head, place.petugas):
        assert signed_in(one).get("/lembar/").status_code == 404
        assert load(signed_in(one), f"{HEADS}\n{ROWS}").status_code == 404
    assert Client().get("/lembar/").status_code == 302
