"""The pages of learning, as a person with a phone opens them, and who is kept out."""

import re
from typing import Any

import pytest
from django.test import Client

from cantik.coach.learning import actions, curriculum
from cantik.coach.models import Attempt, Reading, Response
from tests.action.coach_learning import LATER, Learners, learners, read_modules, sit
from tests.action.people import NOW, above, person, village

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def here() -> Learners:
    return learners()


def signed_in(one: Any, language: str = "id") -> Client:
    client = Client(raise_request_exception=False)
    client.cookies["lang"] = language
    client.force_login(one)
    return client


def said(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, url
    return answer.content.decode()


def test_from_first_test_to_result(here: Learners) -> None:
    client = signed_in(here.agen)
    assert "Mulai dari tes awal" in said(client, "/belajar/")
    answer = client.get("/belajar/kebutuhan/")  # locked until then
    assert (answer.status_code, answer.headers["Location"]) == (302, "/belajar/")
    answer = client.post("/belajar/tes/", {"moment": "pre"})
    url = answer.headers["Location"]
    one = Attempt.objects.get()
    items = curriculum.test_now().forms[one.form]
    for at, item in enumerate(items, 1):
        assert url == f"/belajar/tes/{one.id}/{at}/"
        page = said(client, url)
        assert page.count('type="radio"') == 4
        assert item.why not in page
        url = client.post(url, {"jawaban": "a"}).headers["Location"]
    assert url == f"/belajar/tes/{one.id}/"
    assert "Semua 18 soal sudah dijawab" in said(client, url)
    url = client.post(f"{url}selesai/").headers["Location"]
    page = said(client, url)
    assert "Tes awal selesai" in page
    assert "dari 18" not in page
    assert items[0].why not in page
    page = said(client, "/belajar/kebutuhan/")
    assert page.count("<details name=") >= 9
    assert client.post("/belajar/kebutuhan/").status_code == 302
    assert Reading.objects.get().finished_at is not None


def test_both_results_and_the_gain_are_shown_after_the_last_test(here: Learners) -> None:
    sit(here, here.agen, "pre", 9)
    read_modules(here, here.agen)
    post = sit(here, here.agen, "post", 15, LATER)
    page = said(signed_in(here.agen), f"/belajar/tes/{post.id}/hasil/")
    assert "9 dari 18 benar" in page
    assert "15 dari 18 benar" in page
    assert "67%" in page
    assert "Naik cukup banyak." in page
    for form in ("A", "B"):
        assert curriculum.test_now().forms[form][0].why in page
    assert "Up quite a lot." in said(signed_in(here.agen, "en"), f"/belajar/tes/{post.id}/hasil/")


def test_a_full_first_test_has_no_gain(here: Learners) -> None:
    sit(here, here.agen, "pre", 18)
    read_modules(here, here.agen)
    post = sit(here, here.agen, "post", 18, LATER)
    page = said(signed_in(here.agen), f"/belajar/tes/{post.id}/hasil/")
    assert "Kenaikan tidak dihitung" in page
    assert "%" not in re.sub(r"(?s)<head>.*?</head>|<ol.*?</ol>", "", page)


def test_an_answer_from_an_old_tab_is_refused_with_words(here: Learners) -> None:
    one = sit(here, here.agen, "pre", 9)
    before = list(Response.objects.order_by("pk").values_list("item", "choice", "at"))
    client = signed_in(here.agen)
    answer = client.post(f"/belajar/tes/{one.id}/1/", {"jawaban": "d"}, follow=True)
    assert "Jawaban yang datang sesudahnya tidak disimpan" in answer.content.decode()
    assert list(Response.objects.order_by("pk").values_list("item", "choice", "at")) == before
    assert client.get(f"/belajar/tes/{one.id}/1/").status_code == 302
    assert client.post(f"/belajar/tes/{one.id}/selesai/").status_code == 302


def test_no_answer_is_told_on_the_page(here: Learners) -> None:
    one = actions.begin(actor=here.agen, village_id=here.village.id, moment="pre", now=NOW)
    answer = signed_in(here.agen).post(f"/belajar/tes/{one.id}/1/", {})
    assert answer.status_code == 422
    assert "Pilih satu jawaban." in answer.content.decode()
    for wrong in (0, 19):
        said(signed_in(here.agen), f"/belajar/tes/{one.id}/{wrong}/", 404)


def test_others_find_nothing_of_a_sitting(here: Learners) -> None:
    one = sit(here, here.agen, "pre", 9)
    other = person("agen_statistik", village("Lain"))
    for who in (here.kepala, here.petugas, here.pembina, other):
        client = signed_in(who)
        for end in ("", "hasil/", "1/"):
            said(client, f"/belajar/tes/{one.id}/{end}", 404)
        assert client.post(f"/belajar/tes/{one.id}/selesai/").status_code == 404
        assert client.post(f"/belajar/tes/{one.id}/1/", {"jawaban": "a"}).status_code == 404
    assert Client().get(f"/belajar/tes/{one.id}/").status_code == 302


def test_who_has_learned_what(here: Learners) -> None:
    for who, right in ((here.agen, 9), (here.kepala, 3)):
        sit(here, who, "pre", right)
        read_modules(here, who)
        sit(here, who, "post", 15, LATER)
    url = f"/kantor/{here.village.id}/pembinaan/belajar/"
    head, agent = said(signed_in(here.kepala), url), said(signed_in(here.agen), url)
    coach = said(signed_in(here.pembina), url)
    assert head.count("Kenaikan 67%") == 1
    assert head.count("Kenaikan 80%") == 1
    assert agent.count("Kenaikan 67%") == 1  # one's own
    assert "Kenaikan 80%" not in agent
    assert here.agen.name in coach
    assert here.kepala.name not in coach
    assert "Selain agen, 1 orang" in coach
    assert "dari 2 orang yang kenaikannya" in coach
    for page in (head, agent, coach):
        assert "dari 18" not in page
    strangers = (
        here.petugas,
        person("agen_statistik", village("Lain")),
        person("pembina_kabupaten", above(village("Jauh"), "kabupaten")),
    )
    for who in strangers:
        said(signed_in(who), url, 404)


def test_the_coach_opens_the_last_test(here: Learners) -> None:
    sit(here, here.agen, "pre", 9)
    url = f"/kantor/{here.village.id}/pembinaan/belajar/"
    assert signed_in(here.kepala).post(url).status_code == 404
    assert "Buka tes akhir sekarang" in said(signed_in(here.pembina), url)
    assert signed_in(here.pembina).post(url).status_code == 302
    assert "Buka tes akhir" in said(signed_in(here.agen), "/belajar/")
    assert signed_in(here.agen).post("/belajar/tes/", {"moment": "post"}).status_code == 302
    assert Attempt.objects.filter(moment="post").exists()


def test_items_are_not_shown_of_few(here: Learners) -> None:
    sit(here, here.agen, "pre", 9)
    url = f"/pembinaan/{here.programme.id}/soal/"
    assert "<table" not in said(signed_in(here.pembina), url)
    form, test = Attempt.objects.get().form, curriculum.test_now()
    for at in range(9):
        Attempt.objects.create(
            id=f"S{at}", person=person("petugas", here.village, f"p{at}"), village=here.village,
            year=2026, test=test.hash, form=form, moment="pre", state="finished", begun_at=NOW,
            finished_at=NOW, score=at, items=18, marks="1" * at + "0" * (18 - at),
        )  # fmt: skip
    page = said(signed_in(here.pembina), url)
    assert page.count("<table") == 1
    assert "KR-20 0,85" in page
    assert "<table" not in said(signed_in(here.pembina), url + "?saat=post")
    for who in (
        here.agen,
        here.kepala,
        person("pembina_provinsi", above(here.village, "provinsi")),
    ):
        said(signed_in(who), url, 404)


def test_a_coach_reads_a_module_and_nothing_is_kept(here: Learners) -> None:
    assert "Untuk keputusan apa?" in said(signed_in(here.pembina), "/belajar/kebutuhan/")
    assert not Reading.objects.exists()
    said(signed_in(here.pembina), "/belajar/", 404)
    said(signed_in(here.pembina), "/belajar/bukan/", 404)


def test_a_module_is_small(here: Learners) -> None:
    sit(here, here.agen, "pre", 9)
    for id_ in curriculum.modules():
        assert len(said(signed_in(here.agen), f"/belajar/{id_}/").encode()) < 30_000, id_
