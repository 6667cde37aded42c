"""Everybody sees where the own account is signed in, ends the others, and sees nobody else's."""

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils import timezone

from cantik.people.devices import device
from cantik.people.models import SignIn
from tests.action.people import above, person, village

pytestmark = [pytest.mark.django_db, pytest.mark.database]
PHONE = (
    "Mozilla/5.0 (Linux; Android 13; SM-A042F) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/118.0.5993.65 Mobile Safari/537.36"
)
LAPTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"


def enter(username: str, agent: str) -> Client:
    client = Client(HTTP_USER_AGENT=agent)
    answer = client.post("/masuk/", {"username": username, "password": "kata-sandi-uji"})
    assert answer.status_code == 302
    return client


def page(client: Client) -> str:
    return client.get("/sandi/").content.decode()


def test_both_sign_ins_are_listed_and_the_other_is_ended() -> None:
    person("agen_statistik", village(), "agen")
    phone, laptop = enter("agen", PHONE), enter("agen", LAPTOP)
    words = page(laptop)
    assert "Android, Chrome" in words
    assert "Windows, Firefox" in words
    assert words.count("(ini)") == 1
    assert words.count("(masih masuk)") == 1
    assert laptop.post("/sandi/keluarkan/").status_code == 302
    assert "(masih masuk)" not in page(laptop)
    answer = phone.get("/sandi/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/masuk/")


def test_no_model_no_version_and_no_address_is_kept() -> None:
    person("agen_statistik", village(), "agen")
    enter("agen", PHONE)
    row = SignIn.objects.get()
    assert row.device == "Android, Chrome"
    assert not any(field.name in ("ip", "address", "agent") for field in SignIn._meta.fields)


def test_nobody_sees_or_ends_the_sign_ins_of_another() -> None:
    here = village()
    person("agen_statistik", here, "agen")
    person("kepala_desa", here, "kepala")
    agent, head = enter("agen", PHONE), enter("kepala", LAPTOP)
    assert "Android" not in page(head)
    head.post("/sandi/keluarkan/")
    assert agent.get("/sandi/").status_code == 200
    assert Client().post("/sandi/keluarkan/").status_code == 302
    assert head.get("/sandi/keluarkan/").status_code == 405


def test_nothing_kept_opens_a_session() -> None:
    """A backup takes this table along and leaves the sessions out."""
    person("agen_statistik", village(), "agen")
    keys = {enter("agen", agent).session.session_key for agent in (PHONE, LAPTOP)}
    kept = set(SignIn.objects.values_list("session", flat=True))
    assert len(kept) == 2
    assert not kept & keys
    for mark in kept:
        thief = Client()
        thief.cookies["sessionid"] = mark
        assert thief.get("/sandi/").status_code == 302


def test_another_password_keeps_this_sign_in_and_ends_the_others() -> None:
    person("agen_statistik", village(), "agen")
    phone, laptop = enter("agen", PHONE), enter("agen", LAPTOP)
    given = {"what": "password", "old": "kata-sandi-uji"}
    given |= {"password": "sungai-panjang-7", "again": "sungai-panjang-7"}
    assert laptop.post("/sandi/", given).status_code == 302
    words = page(laptop)
    assert words.count("(ini)") == 1
    assert "(masih masuk)" not in words
    assert phone.get("/sandi/").status_code == 302


def test_keys_kept_by_an_earlier_version_are_forgotten_and_opened_no_more() -> None:
    one = person("agen_statistik", village(), "agen")
    client = enter("agen", PHONE)
    key = client.session.session_key
    SignIn.objects.filter(person=one).update(session=key)
    step = import_module("cantik.people.migrations.0003_keeps_no_session_keys")
    step.end(apps, SimpleNamespace(connection=connection))
    assert SignIn.objects.get().session == ""
    assert client.get("/sandi/").status_code == 302


def test_a_coach_without_a_village_of_the_own_sees_the_list_too() -> None:
    person("pembina_kabupaten", above(village(), "kabupaten"), "pembina")
    assert "Android, Chrome" in page(enter("pembina", PHONE))


def test_signing_out_ends_the_own_row_and_old_rows_go() -> None:
    one = person("agen_statistik", village(), "agen")
    old = SignIn.objects.create(person=one, at=timezone.now() - timedelta(days=100))
    client = enter("agen", PHONE)
    assert not SignIn.objects.filter(pk=old.pk).exists()
    client.post("/keluar/")
    assert SignIn.objects.get().session == ""


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (PHONE, "Android, Chrome"), (LAPTOP, "Windows, Firefox"), ("", ""), ("x" * 9000, ""),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Version/17.0 Mobile Safari/604.1",
         "iPhone, Safari"),
        ("<script>alert(1)</script>", ""),
    ],
)  # fmt: skip
def test_a_device_is_told_in_plain_words(agent: str, words: str) -> None:
    assert device(agent) == words
