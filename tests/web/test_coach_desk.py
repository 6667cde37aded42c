"""The coach's desk: who is stuck on what, each kind of area apart, and only what is in reach."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cantik.coach import api as coach
from cantik.coach.models import Lokus
from cantik.coach.overview import desk
from cantik.coach.programme import actions
from cantik.people import api as people
from tests.action.coach_year import Year, chosen, named, shared, year
from tests.action.people import above, person, village

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def it() -> Year:
    return year()


def client_of(who: Any) -> Client:
    client = Client()
    client.force_login(who)
    return client


def words(who: Any, url: str = "/pembinaan/") -> str:
    answer = client_of(who).get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_village_without_movement_is_told_with_what_it_waits_for(it: Year) -> None:
    lokus = chosen(it)
    Lokus.objects.filter(pk=lokus.pk).update(moved_at=timezone.now() - timedelta(days=30))
    page = words(it.coach)
    assert "1 dari 1 desa tersendat" in page
    assert "30 hari tanpa gerak" in page
    assert "menunggu Pembina, SK tim pembina" in page
    assert f"/pembinaan/{it.programme.id}/bukti/sk_tim_pembina/" in page
    Lokus.objects.filter(pk=lokus.pk).update(moved_at=timezone.now())
    assert "1 desa dibina, tidak ada yang tersendat" in words(it.coach)


def test_who_only_looks_gets_no_button_that_answers_404(it: Year) -> None:
    lokus = chosen(it)
    Lokus.objects.filter(pk=lokus.pk).update(moved_at=timezone.now() - timedelta(days=30))
    page = words(it.boss)
    assert "1 dari 1 desa tersendat" in page
    assert "bukti/sk_tim_pembina" not in page


def test_a_province_sees_its_regencies_and_nobody_else_anything(it: Year) -> None:
    other = year(name="Lain")
    chosen(it)
    chosen(other)
    province = person("pembina_provinsi", above(it.village, "provinsi"))
    assert "Desa Uji" in words(province)
    assert "Desa Lain" not in words(province)
    assert "Desa Lain" not in words(it.coach)
    for nobody in (it.agent, it.head, person("walidata", it.regency)):
        assert client_of(nobody).get("/pembinaan/").status_code == 404
    assert Client().get("/pembinaan/").status_code == 302


def test_kinds_are_never_mixed(it: Year) -> None:
    other = village("Sungguhan", kind="real")
    with pytest.raises(people.NotAllowed):
        actions.add_candidate(
            actor=it.coach, programme_id=it.programme.id, village_id=other.id, now=timezone.now()
        )
    real = year(kind="real", name="Nyata")
    assert {one.kind for one in actions.villages_of(real.programme)} == {"real"}
    assert {one.kind for one in actions.villages_of(it.programme)} == {"contoh"}


def test_the_choice_of_a_stage_stands_in_the_address(it: Year) -> None:
    chosen(it)
    assert "Desa Uji" in words(it.coach, "/pembinaan/?tahap=0")
    assert "Desa Uji</a>" not in words(it.coach, "/pembinaan/?tahap=5")
    for odd in ("?tahap=x", "?tahap=99", "?tahun=abc", "?halaman=0", "?tahap=²"):
        assert client_of(it.coach).get("/pembinaan/" + odd).status_code == 200, odd


def test_home_leads_each_to_the_next_thing(it: Year) -> None:
    lokus = chosen(it)
    now = timezone.now()
    [first] = coach.next_things_above(it.coach, now)
    assert first.url == f"/pembinaan/{it.programme.id}/bukti/sk_tim_pembina/"
    assert "Kirim berkas: SK tim pembina" in words(it.coach, "/beranda/")
    due = [one.url for one in coach.next_things(it.agent, it.village.id, now)]
    assert not any("/pembinaan/" in url for url in due)  # the coach has to move first
    shared(it, "sk_tim_pembina")
    shared(it, "koordinasi")
    shared(it, "sk_lokus")
    actions.add_member(
        actor=it.coach, programme_id=it.programme.id, person_id=it.coach.pk, part="ketua",
        since=now.date(), now=now,
    )  # fmt: skip
    task = coach.next_things(it.head, it.village.id, now)[0]
    assert task.url == f"/kantor/{it.village.id}/pembinaan/agen/"
    assert client_of(it.head).get(task.url).status_code == 200
    named(it, lokus)
    assert coach.next_things(it.head, it.village.id, now) != [task]


def test_the_page_is_small_with_thirty_villages(it: Year) -> None:
    first = chosen(it)
    from cantik.people import actions as places

    parent = places.Area.objects.get(pk=it.village.path.split("/")[-2])
    rows = []
    for at in range(40):
        area = places.place(
            parent=parent, level="desa", name=f"Uji {at}", kind="contoh", village_kind="desa",
            day=first.chosen_at.date(), source="uji",
        )  # fmt: skip
        row = Lokus.objects.get(pk=first.pk)
        row.id, row.village_id = f"l{at}", area.id
        rows.append(row)
    Lokus.objects.bulk_create(rows)
    client = client_of(it.coach)
    page = client.get("/pembinaan/").content
    assert page.count(b"Bergerak hari ini") + page.count(b"hari tanpa gerak") <= 33
    assert len(page) < 40_000
    assert b"halaman=2" in page


def test_how_often_the_database_is_asked_does_not_grow(
    it: Year, django_assert_max_num_queries: Any
) -> None:
    chosen(it)
    coach_ = person("pembina_kabupaten", it.regency, "pembina.lain")
    with django_assert_max_num_queries(14):
        desk.desk(coach_, timezone.now(), "id")
