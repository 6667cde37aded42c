"""Acting for the head for some days, and a duty that passes to the next person."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cantik.kernel.problems import Refused
from cantik.people import api, duties
from cantik.people.models import Appointment, Person, Slip
from tests.action.people import above, person, village

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def now() -> datetime:
    return timezone.now()


def day(plus: int = 0) -> date:
    return api.today(api.area(Appointment.objects.earliest("pk").area_id), now()) + timedelta(plus)


@pytest.fixture
def office() -> tuple[Any, Any, Any, Any]:
    here = village()
    head = person("kepala_desa", here, "kepala")
    return (
        here,
        head,
        person("sekretaris_desa", here, "sekdes"),
        person("agen_statistik", here, "agen"),
    )


def lend(head: Any, who: Any, here: Any, start: int = 0, end: int = 5, **more: Any) -> Appointment:
    given: dict[str, Any] = {
        "actor": head, "area_id": here.id, "person_id": who.pk, "start": day(start),
        "end": day(end), "reason": "Dinas luar, surat 12/2026", "now": now(),
    }  # fmt: skip
    return duties.delegate(**given | more)


def again(one: Any) -> Person:
    """The person as the next request finds it."""
    return Person.objects.get(pk=one.pk)


def test_the_deputy_decides_in_the_heads_name_and_the_head_still_may(office: Any) -> None:
    here, head, deputy, _agent = office
    assert not api.can(deputy, "release.decide", here.id)
    lend(head, deputy, here)
    assert api.can(again(deputy), "release.decide", here.id)
    assert api.can(again(head), "release.decide", here.id)
    held = api.role_in(again(deputy), here.id)
    assert held is not None
    assert held.label == "a.n. Kepala desa"


def test_it_begins_and_ends_by_itself(office: Any) -> None:
    here, head, deputy, _agent = office
    one = lend(head, deputy, here, start=1, end=2)
    assert not api.can(again(deputy), "release.decide", here.id)
    Appointment.objects.filter(pk=one.pk).update(valid_from=day(-4), valid_to=day(-1))
    assert not api.can(again(deputy), "release.decide", here.id)
    assert duties.acting_now(here.id, now()) == []


def test_the_head_takes_it_back_at_once(office: Any) -> None:
    here, head, deputy, _agent = office
    one = lend(head, deputy, here)
    duties.end_delegation(actor=head, area_id=here.id, appointment_id=one.pk, now=now())
    assert not api.can(again(deputy), "release.decide", here.id)
    with pytest.raises(Refused):
        duties.end_delegation(actor=head, area_id=here.id, appointment_id=one.pk, now=now())


def test_what_was_lent_is_not_lent_on_and_invites_nobody(office: Any) -> None:
    here, head, deputy, _agent = office
    lend(head, deputy, here)
    other = person("sekretaris_desa", here, "sekdes2")
    with pytest.raises(Refused):
        lend(again(deputy), other, here, start=10, end=12)
    client = Client()
    client.force_login(deputy)
    assert 'name="role"' not in client.get(f"/kantor/{here.id}/orang/").content.decode()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"start": -1}, "start"), ({"start": 3, "end": 2}, "end"), ({"end": 90}, "end"),
        ({"reason": "   x "}, "reason"),
    ],
)  # fmt: skip
def test_wrong_days_and_no_reason(office: Any, change: dict[str, Any], code: str) -> None:
    here, head, deputy, _agent = office
    with pytest.raises(Refused) as refused:
        lend(head, deputy, here, **change)
    assert refused.value.code == code


def test_only_a_deputy_of_this_village_and_one_at_a_time(office: Any) -> None:
    here, head, deputy, agent = office
    far = person("sekretaris_desa", village("Lain"), "jauh")
    for wrong in (agent, far, head):
        with pytest.raises(Refused):
            lend(head, wrong, here)
    lend(head, deputy, here, start=0, end=5)
    second = person("sekretaris_desa", here, "sekdes2")
    with pytest.raises(Refused):
        lend(head, second, here, start=5, end=9)
    lend(head, second, here, start=6, end=9)


def test_strangers_find_no_page(office: Any) -> None:
    here, _head, deputy, agent = office
    coach = person("pembina_kabupaten", above(here, "kabupaten"))
    far = person("kepala_desa", village("Lain"), "jauh")
    for one in (deputy, agent, coach, far):
        client = Client()
        client.force_login(one)
        assert client.get(f"/kantor/{here.id}/orang/pelimpahan/").status_code == 404


def test_the_page_lends_and_takes_back(office: Any) -> None:
    here, head, deputy, _agent = office
    client = Client()
    client.force_login(head)
    page = f"/kantor/{here.id}/orang/pelimpahan/"
    given = {
        "what": "delegate", "person": deputy.pk, "start": day().isoformat(),
        "end": day(3).isoformat(), "reason": "<script>alert(1)</script> dinas",
    }  # fmt: skip
    assert client.post(page, {**given, "start": "besok"}).status_code == 422
    assert client.post(page, {**given, "person": "999999"}).status_code == 422
    assert client.post(page, given).status_code == 302
    words = client.get(page).content.decode()
    assert "<script>alert" not in words
    one = duties.acting_now(here.id, now())[0]
    assert client.post(page, {"what": "end", "which": "²"}).status_code == 200
    assert client.post(page, {"what": "end", "which": one.pk}).status_code == 302
    assert duties.acting_now(here.id, now()) == []


# -- hand-over ---------------------------------------------------------------------------------


def post_of(one: Any) -> Appointment:
    return Appointment.objects.get(person=one, valid_to=None)


def test_an_agent_is_replaced_by_a_new_person(office: Any) -> None:
    here, head, _deputy, agent = office
    there = Client()
    assert (
        there.post("/masuk/", {"username": "agen", "password": "kata-sandi-uji"}).status_code == 302
    )
    client = Client()
    client.force_login(head)
    page = f"/kantor/{here.id}/orang/{post_of(agent).pk}/ganti/"
    assert client.get(page).status_code == 200
    assert client.post(page, {"name": "Ibu Baru", "username": "AB"}).status_code == 422
    assert api.can(again(agent), "collect.upload", here.id)  # nothing ended halfway
    answer = client.post(page, {"name": "Ibu Baru", "username": "ibu.baru"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Berita acara" in answer.content.decode()
    after = Person.objects.get(username="ibu.baru")
    assert api.can(after, "collect.upload", here.id)
    assert not api.can(again(agent), "collect.upload", here.id)
    assert there.get("/beranda/").status_code == 302  # signed out on the old telephone
    assert Slip.objects.filter(person=after, used_at=None).count() == 1


def test_a_new_head_ends_what_the_old_one_lent(office: Any) -> None:
    here, head, deputy, _agent = office
    lend(head, deputy, here)
    coach = person("pembina_kabupaten", above(here, "kabupaten"))
    done = duties.hand_over(
        actor=coach, appointment_id=post_of(head).pk, username="kepala.baru", name="Pak Baru",
        acting=True, now=now(),
    )  # fmt: skip
    assert done.ended == 1
    assert not api.can(again(deputy), "release.decide", here.id)
    held = api.role_in(done.after, here.id)
    assert held is not None
    assert held.label.startswith("Plt.")
    assert not api.can(again(head), "release.decide", here.id)


def test_nobody_hands_over_what_is_not_theirs_to_give(office: Any) -> None:
    here, head, _deputy, agent = office
    far = person("kepala_desa", village("Lain"), "jauh")
    for actor, whose in ((agent, head), (far, agent), (head, head)):
        client = Client()
        client.force_login(actor)
        page = f"/kantor/{here.id}/orang/{post_of(whose).pk}/ganti/"
        answer = client.post(page, {"name": "X Y", "username": "x.y.z"})
        assert answer.status_code == 404
    assert not Person.objects.filter(username="x.y.z").exists()


@pytest.mark.parametrize("username", ["agen", "tidak.ada", "kepala"])
def test_the_successor_is_another_known_person(office: Any, username: str) -> None:
    here, head, _deputy, agent = office
    given = {"appointment_id": post_of(agent).pk, "username": username, "now": now()}
    if username == "kepala":  # a head who becomes agent too decides nothing proposed by himself
        duties.hand_over(actor=head, **given)
        assert api.can(again(head), "collect.upload", here.id)
        return
    with pytest.raises(Refused):
        duties.hand_over(actor=head, **given)
    assert api.can(again(agent), "collect.upload", here.id)


def test_midnight_leaves_no_gap() -> None:
    here = village()
    head, agent = person("kepala_desa", here, "kepala"), person("agen_statistik", here, "agen")
    late = datetime(2026, 11, 24, 15, 59, tzinfo=UTC)  # 23.59 WITA
    done = duties.hand_over(
        actor=head, appointment_id=post_of(agent).pk, username="baru.agen", name="Baru", now=late
    )
    ended = Appointment.objects.get(person=agent)
    begun = Appointment.objects.get(person=done.after)
    assert ended.valid_to is not None
    assert begun.valid_from - ended.valid_to == timedelta(days=1)
