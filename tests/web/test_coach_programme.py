"""Pages of the programme: each for whom it is, 404 for everybody else."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cantik.assess import api as assess
from cantik.coach.models import Candidate, Lokus, Programme
from tests.action.coach_year import Year, chosen, fill, named, pdf, shared, year

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def it() -> Year:
    return year()


def client_of(who: Any) -> Client:
    client = Client()
    if who is not None:
        client.force_login(who)
    return client


def upload(words: str = "berkas", data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile("SK.pdf", pdf(words) if data is None else data, "application/pdf")


def test_who_sees_what(it: Year) -> None:
    other = year(name="Lain")
    lokus = chosen(it)
    mine = named(it, lokus)
    proof = shared(it, "koordinasi")
    office, area = f"/kantor/{it.village.id}/pembinaan/", f"/pembinaan/{it.programme.id}/"
    candidate = Candidate.objects.get(programme=it.programme)
    # What the year's decree says is for the villages below it too.
    village_pages = [office, office + "agen/", office + "bukti/piagam/",
                     f"/bukti/{mine.evidence_id}/", f"/bukti/{proof.evidence_id}/"]  # fmt: skip
    area_pages = [area, area + "tim/", area + "bukti/koordinasi/", area + "penjajakan/",
                  area + f"penjajakan/{candidate.id}/"]  # fmt: skip
    for url in village_pages + area_pages:
        assert Client().get(url).status_code == 302, url
        for stranger in (other.coach, other.head, other.agent, other.boss):
            assert client_of(stranger).get(url).status_code == 404, url
        for own in (it.coach, it.boss):
            assert client_of(own).get(url).status_code == 200, url
    for url in village_pages:
        assert client_of(it.agent).get(url).status_code == 200, url
        assert client_of(it.head).get(url).status_code == 200, url
    for url in area_pages:
        assert client_of(it.agent).get(url).status_code == 404, url
    assert client_of(it.coach).get(area + f"desa/{lokus.id}/tutup/").status_code == 200
    assert client_of(it.boss).get(area + f"desa/{lokus.id}/tutup/").status_code == 404


def test_only_looking_is_not_doing(it: Year) -> None:
    chosen(it)
    area = f"/pembinaan/{it.programme.id}/"
    boss = client_of(it.boss)
    for url, data in (
        (area + "tim/", {"what": "add", "person": it.coach.pk, "part": "ketua"}),
        (area + "penjajakan/", {"village": it.village.id}),
        (area + "bukti/koordinasi/", {"file": upload()}),
    ):
        assert boss.post(url, data).status_code == 404, url
    assert client_of(it.agent).post(
        f"/kantor/{it.village.id}/pembinaan/agen/", {"what": "end", "which": "1"}
    ).status_code == 404  # fmt: skip


def test_a_coach_walks_from_the_year_to_a_chosen_village(it: Year) -> None:
    Programme.objects.all().delete()
    coach = client_of(it.coach)
    answer = coach.post("/pembinaan/buka/", {"area": it.regency.id, "year": "2026"})
    assert answer.status_code == 302
    area = answer["Location"]
    assert (
        coach.post("/pembinaan/buka/", {"area": it.regency.id, "year": "2026"}).status_code == 422
    )
    answer = coach.post(area + "penjajakan/", {"village": it.village.id})
    page = answer["Location"]
    one = Candidate.objects.get()
    choose = {"verb": "choose", "reason": "Kepala desa meminta sendiri."}
    assert coach.post(page, choose).status_code == 422  # the record is not filled yet
    fill(one.sheet_id, it.coach)
    assert "Meminta sendiri" in coach.get(area + "penjajakan/").content.decode()
    assert coach.post(page, choose).status_code == 302
    assert Lokus.objects.get().village_id == it.village.id
    said = coach.get(f"/kantor/{it.village.id}/pembinaan/").content.decode()
    assert "0 dari 13 tahap selesai" in said
    assert "Belum ada: SK tim pembina" in said
    assert f"{area}bukti/sk_tim_pembina/" in said


def test_the_head_names_an_agent_by_a_decree(it: Year) -> None:
    chosen(it)
    head = client_of(it.head)
    url = f"/kantor/{it.village.id}/pembinaan/agen/"
    given = {"what": "name", "person": it.agent.pk, "officer": "ya", "number": "141/02",
             "dated": "2026-05-04"}  # fmt: skip
    bad = head.post(url, {**given, "file": upload(data=b"MZ this is no PDF")})
    assert bad.status_code == 422
    assert "PDF" in bad.content.decode()
    assert assess.evidence_of(it.village.id) == []
    assert head.post(url, {**given, "file": upload()}).status_code == 302
    page = head.get(url).content.decode()
    assert "Unduh SK" in page
    assert "Akhiri masa tugas" in page
    assert "Akhiri masa tugas" not in client_of(it.agent).get(url).content.decode()


def test_a_file_is_given_as_a_download_and_never_shown_inside_a_page(it: Year) -> None:
    mine = named(it, chosen(it))
    answer = client_of(it.agent).get(f"/bukti/{mine.evidence_id}/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert answer.content == pdf("sk agen")


def test_a_withdrawn_file_says_when_and_why(it: Year) -> None:
    chosen(it)
    proof = shared(it, "koordinasi")
    url = f"/pembinaan/{it.programme.id}/bukti/koordinasi/"
    coach = client_of(it.coach)
    coach.post(url, {"what": "withdraw", "which": proof.pk, "why": "salah berkas"})
    page = coach.get(url).content.decode()
    assert "Berkas ditarik" in page
    assert "salah berkas" in page
    assert coach.get(f"/bukti/{proof.evidence_id}/").status_code == 404


@pytest.mark.parametrize("url", ["bukti/tim/", "bukti/piagam/", "bukti/xyz/", "penjajakan/xyz/"])
def test_what_is_no_page_of_the_year_is_not_found(it: Year, url: str) -> None:
    assert client_of(it.coach).get(f"/pembinaan/{it.programme.id}/{url}").status_code == 404


def test_a_village_outside_the_programme_says_so_kindly(it: Year) -> None:
    page = client_of(it.agent).get(f"/kantor/{it.village.id}/pembinaan/")
    assert page.status_code == 200
    assert "Belum ada pembinaan di sini" in page.content.decode()


def test_a_kelurahan_reads_its_own_words(it: Year) -> None:
    it.village.village_kind = "kelurahan"
    it.village.save()
    lokus = chosen(it)
    assert "lurah" in client_of(it.head).get(
        f"/kantor/{it.village.id}/pembinaan/"
    ).content.decode()  # fmt: skip
    assert lokus.village_id == it.village.id
