"""The recovery sheet of the master key on a page: for whom, after which password, over which wire,
and what remains of it."""

import html
import logging
import re
from typing import Any

import pytest
from django.test import Client

from cantik.ledger import crypto
from cantik.ledger.models import AuditLine
from cantik.people.models import Area, Person
from cantik.people.roles import rights
from tests.action.people import above, person, village

pytestmark = [pytest.mark.django_db, pytest.mark.database]
PAGE = "/administrasi/lembar-kunci/"
RIGHT = {"password": "kata-sandi-uji"}
HERE = {"headers": {"host": "localhost:8000"}}
LINE = re.compile(r"^\d  [A-Z2-7]{4} [A-Z2-7]{4}  [A-Z2-7]{2}$|^7  [A-Z2-7]{4}  [A-Z2-7]{2}$", re.M)


def signed_in(one: object) -> Client:
    client = Client()
    client.force_login(one)  # type: ignore[arg-type]
    return client


@pytest.fixture
def province() -> Area:
    return above(village("Nyata", kind="real"), "provinsi")


@pytest.fixture
def keeper(province: Area) -> Any:
    return person("administrator", province, "admin")


def test_the_sheet_on_the_page_brings_the_very_key_back(keeper: Any) -> None:
    client = signed_in(keeper)
    assert LINE.search(client.get(PAGE, **HERE).content.decode()) is None
    answer = client.post(PAGE, RIGHT, **HERE)
    words = html.unescape(answer.content.decode())
    lines = LINE.findall(words)
    assert crypto.key_from_sheet(lines) == crypto.master_key()
    assert crypto.fingerprint() in words
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"


def test_each_showing_is_one_line_in_the_log_and_told_to_the_next_reader(
    keeper: Any, province: Area, caplog: pytest.LogCaptureFixture
) -> None:
    client = signed_in(keeper)
    assert "Belum pernah ditampilkan" in client.get(PAGE, **HERE).content.decode()
    before = AuditLine.objects.count()
    with caplog.at_level(logging.DEBUG):
        shown = html.unescape(client.post(PAGE, RIGHT, **HERE).content.decode())
    [line] = list(AuditLine.objects.order_by("number"))[before:]
    assert (line.verb, line.actor_id, line.area_id, line.thing_id) == (
        "people.show_key_sheet", str(keeper.pk), province.id, crypto.fingerprint(),
    )  # fmt: skip
    group = LINE.findall(shown)[0].split()[1]
    assert group not in str(vars(line))
    assert group not in caplog.text
    after = client.get(PAGE, **HERE).content.decode()
    assert "Terakhir ditampilkan" in after
    assert keeper.name in after
    assert LINE.search(after) is None


@pytest.mark.parametrize("given", [{}, {"password": ""}, {"password": "salah-sekali"}])
def test_without_the_password_again_nothing_is_shown(keeper: Any, given: dict[str, str]) -> None:
    before = AuditLine.objects.count()
    answer = signed_in(keeper).post(PAGE, given, **HERE)
    assert answer.status_code == 422
    assert LINE.search(answer.content.decode()) is None
    assert AuditLine.objects.count() == before


def test_guessing_is_stopped_even_with_the_right_password_at_last(keeper: Any) -> None:
    client = signed_in(keeper)
    for _ in range(8):
        client.post(PAGE, {"password": "salah-sekali"}, **HERE)
    answer = client.post(PAGE, RIGHT, **HERE)
    assert "Terlalu banyak percobaan" in answer.content.decode()
    assert LINE.search(answer.content.decode()) is None


@pytest.mark.parametrize(
    ("host", "given"),
    [
        ("cantik.desa.id", {}),
        ("192.168.1.4:8000", {}),
        ("localhost:8000", {"REMOTE_ADDR": "192.168.1.9"}),
        ("localhost", {"HTTP_X_FORWARDED_FOR": "192.168.1.9"}),
        ("localhost", {"HTTP_FORWARDED": "for=192.168.1.9"}),
        ("localhost.jahat.id", {}),
    ],
)
def test_a_wire_others_can_read_carries_no_sheet(
    keeper: Any, host: str, given: dict[str, str]
) -> None:
    client = signed_in(keeper)
    before = AuditLine.objects.count()
    for answer in (
        client.get(PAGE, headers={"host": host}, **given),
        client.post(PAGE, RIGHT, headers={"host": host}, **given),
    ):
        assert answer.status_code == 403
        assert "cantik key sheet" in answer.content.decode()
        assert LINE.search(answer.content.decode()) is None
    assert AuditLine.objects.count() == before


@pytest.mark.parametrize(
    "given",
    [
        {"headers": {"host": "cantik.desa.id"}, "secure": True},
        {"headers": {"host": "[::1]:8000"}, "REMOTE_ADDR": "::1"},
        {"headers": {"host": "127.0.0.1"}},
    ],
)
def test_https_or_the_machine_itself_carries_it(keeper: Any, given: dict[str, Any]) -> None:
    answer = signed_in(keeper).post(PAGE, RIGHT, **given)
    assert answer.status_code == 200
    assert len(LINE.findall(html.unescape(answer.content.decode()))) == 7


@pytest.mark.parametrize("role", sorted(set(rights().roles) - {"administrator"}))
def test_no_other_role_finds_the_page(province: Area, role: str) -> None:
    level = rights().roles[role].level
    here = Area.objects.get(level="desa", kind="real")
    client = signed_in(person(role, here if level == "desa" else above(here, level)))
    assert client.get(PAGE, **HERE).status_code == 404
    assert client.post(PAGE, RIGHT, **HERE).status_code == 404


def test_an_example_never_holds_the_key(province: Area) -> None:
    example = above(village("Rekaan"), "provinsi")
    one = person("administrator", example, "contoh.admin")
    known = person("administrator", province, "sandi.dikenal")
    Person.objects.filter(pk=known.pk).update(is_example=True)
    for who in (one, Person.objects.get(pk=known.pk)):
        client = signed_in(who)
        assert client.get(PAGE, **HERE).status_code == 404
        assert client.post(PAGE, RIGHT, **HERE).status_code == 404
        assert PAGE not in client.get("/administrasi/", **HERE).content.decode()
    assert Client().get(PAGE, **HERE)["Location"] == f"/masuk/?next={PAGE}"


def test_the_administration_leads_there(keeper: Any) -> None:
    assert PAGE in signed_in(keeper).get("/administrasi/", **HERE).content.decode()


def test_a_missing_key_is_told_and_no_line_is_written(
    keeper: Any, settings: Any, tmp_path: Any
) -> None:
    client = signed_in(keeper)
    before = AuditLine.objects.count()
    stood = settings.KEY_FILE
    settings.KEY_FILE = tmp_path / "tidak" / "ada.key"
    crypto.forget_key()
    try:
        answer = client.post(PAGE, RIGHT, **HERE)
    finally:
        settings.KEY_FILE = stood
        crypto.forget_key()
    assert answer.status_code == 422
    assert "cantik key restore" in answer.content.decode()
    assert AuditLine.objects.count() == before
    assert LINE.search(answer.content.decode()) is None
