"""Pages of activities: opened and filled by the agent, read by colleagues, hidden from others."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cantik.design import actions, api
from cantik.design.models import Activity
from cantik.people.api import village_tree
from tests.action.people import above, person, village
from tests.action.test_design_activities import NOW, fill, numbers, opened

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def signed_in(one: Any) -> Client:
    client = Client()
    client.force_login(one)
    return client


def page(name: str, here: Any, made: Any = None) -> str:
    given = {"village_id": here.id}
    if made is not None:
        given["activity_id"] = made.id
    return reverse(f"design:{name}", kwargs=given)


def given(**other: Any) -> dict[str, Any]:
    return {
        "pack": api.latest_pack("keluarga").hash,
        "period": "2026",
        "reference_date": "2026-08-31",
        "licence": "CC BY 4.0",
        **other,
    }


def register(
    here: Any, families: str = "1.234", male: str = "", female: str = ""
) -> dict[str, str]:
    typed = {"source": "Dukcapil", "source_date": "2026-08-01"}
    for leaf in village_tree(here.id).leaves():
        typed |= {f"kk_{leaf.id}": families, f"l_{leaf.id}": male, f"p_{leaf.id}": female}
    return typed


def test_an_agent_opens_fills_and_reads() -> None:
    here = village()
    client = signed_in(person("agen_statistik", here))
    assert "Belum ada kegiatan" in client.get(page("activities", here)).content.decode()
    answer = client.post(page("open", here), given())
    made = Activity.objects.get()
    assert answer["Location"] == page("targets", here, made)
    answer = client.post(page("targets", here, made), register(here, male="2000", female="2.100"))
    assert answer["Location"] == page("activity", here, made)
    words = client.get(page("activity", here, made)).content.decode()
    for part in ("3.702", "6.000", "6.300", "Dukcapil", "1 Agustus 2026", "Dusun Hilir"):
        assert part in words
    assert 'value="1234"' in client.get(page("targets", here, made)).content.decode()
    words = client.get(page("activities", here)).content.decode()
    assert "Pendataan keluarga 2026" in words
    assert "3.702" in words


def test_every_table_is_shown_with_its_planning_question_and_its_questions() -> None:
    here = village()
    client = signed_in(person("petugas", here))
    made = opened(here)
    words = client.get(page("activity", here, made)).content.decode()
    pack = api.activity(made.id).pack
    for table in pack.tables:
        assert table.title["id"] in words
        assert table.question["id"] in words
    asked = client.get(page("questions", here, made)).content.decode()
    for question in pack.instrument.questions:
        shown = f'id="{question.name}"' in asked
        assert shown is (question.role != "derived"), question.name
    for link in re.findall(r'/pertanyaan/#(\w+)"', words):
        assert f'id="{link}"' in asked
    for rule in pack.rules:
        assert rule.message["id"] in asked
    assert "<details open" not in asked
    unfolded = client.get(page("questions", here, made) + "?pilihan=semua").content.decode()
    assert unfolded.count("<details open") == asked.count("<details>")
    assert "Undang-Undang Nomor 27 Tahun 2022" in words
    assert "Ditanyakan bila Umur (tahun penuh): 15 atau lebih" in " ".join(asked.split())
    assert "Ditanyakan bila Status rumah yang ditempati: Milik sendiri" in " ".join(asked.split())


def test_the_pages_speak_english() -> None:
    here = village()
    client = signed_in(person("petugas", here))
    made = opened(here)
    asked = client.get(page("questions", here, made) + "?lang=en").content.decode()
    assert "Law 27/2022" in asked
    assert "Main floor material" in asked
    assert "Bahan lantai terluas" not in asked


@pytest.mark.parametrize(
    ("role", "reads", "opens", "fills"),
    [
        ("agen_statistik", 200, 200, 200),
        ("petugas", 200, 404, 404),
        ("kepala_desa", 200, 404, 404),
    ],
)
def test_who_may_do_what(role: str, reads: int, opens: int, fills: int) -> None:
    here = village()
    made = opened(here)
    client = signed_in(person(role, here, "dia"))
    for name in ("activity", "questions"):
        assert client.get(page(name, here, made)).status_code == reads
    assert client.get(page("activities", here)).status_code == reads
    assert client.get(page("open", here)).status_code == opens
    assert client.get(page("targets", here, made)).status_code == fills
    buttons = client.get(page("activity", here, made)).content.decode()
    assert (page("targets", here, made) in buttons) is (fills == 200)


def test_a_stranger_finds_nothing_and_a_visitor_signs_in_first() -> None:
    here, there = village("Sini"), village("Sana")
    made = opened(here)
    stranger = signed_in(person("agen_statistik", there))
    administrator = signed_in(person("administrator", above(here, "provinsi")))
    pages = [page(name, here, made) for name in ("activity", "questions", "targets")]
    pages += [page("activities", here), page("open", here)]
    for url in pages:
        assert stranger.get(url).status_code == 404
        assert administrator.get(url).status_code == 404
        assert Client().get(url)["Location"].startswith("/masuk/")
        for client in (stranger, administrator):
            assert client.post(url, {**given(), **register(here)}).status_code == 404
    for name in ("activity", "questions", "targets"):
        assert stranger.get(page(name, there, made)).status_code == 404
    assert api.activity(made.id).kk_targets == {}


def test_the_coach_reads_down_the_tree_and_changes_nothing() -> None:
    here = village()
    made = opened(here)
    coach = signed_in(person("pembina_kabupaten", above(here, "kabupaten")))
    assert coach.get(page("activity", here, made)).status_code == 200
    assert coach.get(page("open", here)).status_code == 404
    assert coach.post(page("targets", here, made), register(here)).status_code == 404


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"period": "26"}, "empat angka"),
        ({"reference_date": "31/02/2026"}, "Tulis tanggalnya"),
        ({"reference_date": "2024-08-31"}, "dalam tahun kegiatan"),
        ({"pack": "x"}, "Kuesioner"),
        ({"licence": "semua hak milik kami"}, "Izin pakai"),
        ({"pack": "", "period": "", "reference_date": "", "licence": ""}, "Ada 4 isian"),
    ],
)
def test_a_wrong_opening_is_told_and_kept(other: dict[str, str], words: str) -> None:
    here = village()
    client = signed_in(person("agen_statistik", here))
    answer = client.post(page("open", here), given(**other))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Activity.objects.exists()


def test_the_same_year_twice_is_told() -> None:
    here = village()
    client = signed_in(person("agen_statistik", here))
    client.post(page("open", here), given())
    answer = client.post(page("open", here), given())
    assert answer.status_code == 422
    assert "sudah dibuka untuk tahun 2026" in answer.content.decode()


@pytest.mark.parametrize(
    ("families", "male", "female", "words"),
    [
        ("", "", "", "0 bila tidak ada"),
        ("-1", "", "", "angka bulat"),
        ("1,5", "", "", "angka bulat"),
        ("1.5", "", "", "angka bulat"),
        ("87 KK", "", "", "angka bulat"),
        ("١٢", "", "", "angka bulat"),
        ("100001", "", "", "angka bulat"),
        ("999999999999", "", "", "kk_"),
        ("10", "5", "", "Isi keduanya"),
        ("10", "", "5", "Isi keduanya"),
        ("10", "5", "x", "angka bulat"),
    ],
)
def test_a_wrong_register_is_told_and_kept(
    families: str, male: str, female: str, words: str
) -> None:
    here = village()
    agent = person("agen_statistik", here)
    made = opened(here, agent)
    answer = signed_in(agent).post(
        page("targets", here, made), register(here, families, male, female)
    )
    assert answer.status_code == 422
    text = answer.content.decode()
    assert words in text
    assert 'aria-invalid="true"' in text
    assert 'value="Dukcapil"' in text
    assert api.activity(made.id).kk_targets == {}


def test_a_new_rt_shows_what_is_missing() -> None:
    from cantik.people import actions as people_actions

    here = village()
    agent = person("agen_statistik", here)
    made = opened(here, agent)
    fill(made, numbers(here))
    client = signed_in(agent)
    assert "belum berisi" not in client.get(page("activity", here, made)).content.decode()
    people_actions.add_areas(
        actor=agent, village_id=here.id, parent_id=here.id, level="rt", names=["RT 09"], now=NOW
    )
    assert "belum berisi" in client.get(page("activity", here, made)).content.decode()
    [task] = api.next_things(agent, here.id, NOW)
    assert task.url == page("targets", here, made)


def test_a_village_without_rt_is_its_own_leaf() -> None:
    from cantik.people.models import Area
    from tests.action.people import DAY

    here = village()
    parent = above(here, "kecamatan")
    from cantik.people import actions as people_actions

    bare = people_actions.place(
        parent=parent, level="desa", name="Tanpa RT", kind="contoh", village_kind="desa",
        day=DAY, source="uji",
    )  # fmt: skip
    assert Area.objects.filter(path__startswith=bare.path + "/").count() == 0
    agent = person("agen_statistik", bare)
    made = opened(bare, agent)
    client = signed_in(agent)
    assert "RT belum didaftar" in client.get(page("targets", bare, made)).content.decode()
    assert client.post(page("targets", bare, made), register(bare, "40")).status_code == 302
    assert api.activity(made.id).kk_targets == {bare.id: 40}


def test_get_is_all_a_reading_page_takes() -> None:
    here = village()
    agent = person("agen_statistik", here)
    made = opened(here, agent)
    assert signed_in(agent).post(page("activity", here, made)).status_code == 405
    assert actions.Activity.objects.count() == 1


@pytest.mark.parametrize(("kind", "word"), [("kelurahan", "kelurahan"), ("desa", "desa")])
def test_planning_questions_say_what_the_village_is(kind: str, word: str) -> None:
    here = village(village_kind=kind)
    agent = person("agen_statistik", here)
    made = opened(here, agent)
    told = "".join(
        signed_in(agent).get(page(name, here, made)).content.decode()
        for name in ("activity", "questions")
    )
    assert f"dipermudah jalannya ke layanan {word}?" in told
    assert f"bantuan menjangkau keluarga di {word}?" in told
    assert "kelurahan atau kelurahan" not in told
