"""The second step: a password alone opens nothing more, each code opens once, an office can demand
it, and a lost telephone locks nobody out for good."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyotp
import pytest
from django.test import Client
from django.utils import timezone

from cantik.kernel.problems import Refused
from cantik.people import actions, second
from cantik.people.models import CodeDevice, Passkey, Person, Policy, RecoveryCode
from tests.action.people import above, person, village

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
PASSWORD = "kata-sandi-uji"
PAGE = "/sandi/dua-langkah/"


def door(username: str, password: str = PASSWORD) -> tuple[Client, Any]:
    client = Client()
    return client, client.post("/masuk/", {"username": username, "password": password})


def with_codes(one: Person, at: datetime = NOW) -> tuple[str, list[str]]:
    secret = second.begin_codes(actor=one, now=at)
    return secret, second.confirm_codes(actor=one, code=pyotp.TOTP(secret).at(at), now=at)


def fresh(secret: str) -> str:
    return pyotp.TOTP(secret).at(timezone.now())


# -- RFC 6238, appendix B (SHA-1; the last six of its eight digits) -----------------------------

SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890" in base32
TABLE = [
    (59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"),
    (2000000000, "279037"),
]  # fmt: skip


@pytest.mark.parametrize(("seconds", "code"), TABLE)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert second.step_of(SEED, code, at) == seconds // 30
    assert second.step_of(SEED, f"{code[:3]} {code[3:]}", at + timedelta(seconds=29)) is not None
    assert second.step_of(SEED, code, at + timedelta(seconds=95)) is None


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "１２３４５６", "28708²", "-87082"]
)
def test_what_is_no_code_is_no_code(code: str) -> None:
    assert second.step_of(SEED, code, datetime.fromtimestamp(59, UTC)) is None


# -- at the door -------------------------------------------------------------------------------


def test_the_password_alone_no_longer_signs_in() -> None:
    secret, _codes = with_codes(person("agen_statistik", village(), "agen"))
    client, answer = door("agen")
    assert answer.headers["Location"] == "/masuk/kode/"
    assert client.get("/beranda/").status_code == 302
    assert "_auth_user_id" not in client.session
    assert client.post("/masuk/kode/", {"code": "000000"}).status_code == 422
    assert client.post("/masuk/kode/", {"code": fresh(secret)}).status_code == 302
    assert client.get("/beranda/").status_code == 200


def test_a_code_opens_once() -> None:
    one = person("agen_statistik", village(), "agen")
    secret, _codes = with_codes(one)
    later = NOW + timedelta(minutes=5)
    code = pyotp.TOTP(secret).at(later)
    assert second.check_code(person=one, code=code, now=later)
    assert not second.check_code(person=one, code=code, now=later)


def test_a_recovery_code_opens_once_and_only_for_its_owner() -> None:
    here = village()
    one, other = person("agen_statistik", here, "agen"), person("kepala_desa", here, "kepala")
    _secret, codes = with_codes(one)
    with_codes(other)
    assert len(set(codes)) == second.rules().recovery_codes
    assert not second.check_code(person=other, code=codes[0], now=NOW)
    client, _answer = door("agen")
    assert client.post("/masuk/kode/", {"code": codes[0].lower()}).status_code == 302
    assert client.get("/beranda/").status_code == 200
    again, _answer = door("agen")
    assert again.post("/masuk/kode/", {"code": codes[0]}).status_code == 422


def test_without_the_password_the_second_page_leads_back() -> None:
    assert Client().get("/masuk/kode/").headers["Location"] == "/masuk/"
    assert Client().post("/masuk/kode/", {"code": "123456"}).status_code == 302


def test_the_wait_for_the_second_step_ends() -> None:
    secret, _codes = with_codes(person("agen_statistik", village(), "agen"))
    client, _answer = door("agen")
    kept = client.session
    waiting = kept["waiting"]
    late = timedelta(minutes=second.rules().waiting_minutes, seconds=1)
    waiting["since"] = (timezone.now() - late).isoformat()
    kept["waiting"] = waiting
    kept.save()
    assert client.post("/masuk/kode/", {"code": fresh(secret)}).headers["Location"] == "/masuk/"


def test_guessing_codes_ends_after_a_few() -> None:
    secret, _codes = with_codes(person("agen_statistik", village(), "agen"))
    client, _answer = door("agen")
    seen = [client.post("/masuk/kode/", {"code": "000000"}).status_code for _n in range(9)]
    assert seen[-1] == 429
    assert client.post("/masuk/kode/", {"code": fresh(secret)}).status_code == 429


def test_a_slip_does_not_step_around_the_second_step() -> None:
    here = village()
    one, head = person("agen_statistik", here, "agen"), person("kepala_desa", here, "kepala")
    with_codes(one)
    code = actions.reset_slip(actor=head, person_id=one.pk, area_id=here.id, now=timezone.now())
    client = Client()
    new = {"password": "tiga kata mudah", "again": "tiga kata mudah"}
    assert client.post(f"/undangan/{code}/", new).headers["Location"] == "/masuk/kode/"
    assert "_auth_user_id" not in client.session


def test_a_lost_telephone_is_taken_off_by_whoever_makes_the_slip() -> None:
    here = village()
    one, head = person("agen_statistik", here, "agen"), person("kepala_desa", here, "kepala")
    with_codes(one)
    code = actions.reset_slip(
        actor=head, person_id=one.pk, area_id=here.id, lost_step=True, now=timezone.now()
    )
    assert not second.has(one)
    assert not RecoveryCode.objects.exists()
    client = Client()
    new = {"password": "tiga kata mudah", "again": "tiga kata mudah"}
    assert client.post(f"/undangan/{code}/", new).headers["Location"] == "/beranda/"


# -- in one's own account ----------------------------------------------------------------------


def test_setting_up_asks_the_password_shows_the_codes_once_and_ends_other_sessions() -> None:
    person("agen_statistik", village(), "agen")
    elsewhere, _answer = door("agen")
    client, _answer = door("agen")
    assert client.post(PAGE, {"what": "begin", "password": "salah"}).status_code == 422
    assert not CodeDevice.objects.exists()
    assert client.post(PAGE, {"what": "begin", "password": PASSWORD}).status_code == 302
    page = client.get(PAGE)
    assert "no-store" in page.headers["Cache-Control"]
    assert "<svg" in page.content.decode()
    assert client.post(PAGE, {"what": "confirm", "code": "000000"}).status_code == 422
    secret = second.waiting_secret(Person.objects.get())
    assert secret is not None
    done = client.post(PAGE, {"what": "confirm", "code": fresh(secret)}).content.decode()
    assert "Kode cadangan" in done
    assert client.get("/beranda/").status_code == 200
    assert elsewhere.get("/beranda/").status_code == 302
    assert secret.encode() not in bytes(CodeDevice.objects.get().sealed)
    assert (
        client.post(PAGE, {"what": "remove", "which": "kode", "password": "x"}).status_code == 422
    )
    given = {"what": "remove", "which": "kode", "password": PASSWORD}
    assert client.post(PAGE, given).status_code == 302
    assert not CodeDevice.objects.exists()
    assert not RecoveryCode.objects.exists()


def test_nobody_takes_away_the_key_of_another() -> None:
    here = village()
    one, other = person("agen_statistik", here, "agen"), person("kepala_desa", here, "kepala")
    key = Passkey.objects.create(
        person=other, host="localhost", name="x", credential="aa", public=b"", made_at=NOW
    )
    with pytest.raises(Refused):
        second.remove(actor=one, what=str(key.pk), now=NOW)
    for wrong in ("", "0", "-1", "9" * 40, "kode", "²"):
        with pytest.raises(Refused):
            second.remove(actor=one, what=wrong, now=NOW)
    assert Passkey.objects.count() == 1


def test_an_example_account_has_no_second_step() -> None:
    one = person("agen_statistik", village(), "agen")
    one.is_example = True
    one.save()
    with pytest.raises(Refused):
        second.begin_codes(actor=one, now=NOW)
    client, _answer = door("agen")
    given = {"password": PASSWORD}
    assert client.post(PAGE + "kunci/mulai/", given).status_code == 422


@pytest.mark.parametrize(
    "body", ["", "[]", "{", '{"id": 1}', '{"rawId": "AA", "id": "AA"}', "x" * 30_000]
)
def test_a_passkey_answer_that_is_none_opens_nothing(body: str) -> None:
    client = Client()
    assert client.post("/masuk/kunci/mulai/").status_code == 200
    answer = client.post("/masuk/kunci/selesai/", body, content_type="application/json")
    assert answer.status_code == 422
    assert "_auth_user_id" not in client.session


def test_without_a_question_no_passkey_answer_is_taken() -> None:
    given = {"content_type": "application/json"}
    assert Client().post("/masuk/kunci/selesai/", "{}", **given).status_code == 422
    one = person("agen_statistik", village(), "agen")
    client = Client()
    client.force_login(one)
    assert client.post(PAGE + "kunci/selesai/", "{}", **given).status_code == 422


# -- what an office asks for -------------------------------------------------------------------


def demand(since: date, role: str = "agen_statistik") -> tuple[Any, Any]:
    here = village()
    one, head = person(role, here, "agen"), person("kepala_desa", here, "kepala")
    Policy.objects.create(
        area=here, role=role, second_step=True, hours=4, since=since, made_by=head, made_at=NOW
    )
    return one, head


def test_from_the_day_on_everything_but_setting_up_is_closed() -> None:
    one, _head = demand(timezone.now().date() - timedelta(days=2))
    place = one.appointments.get().area_id
    client, _answer = door("agen")
    assert client.get("/beranda/").headers["Location"] == PAGE
    assert client.get(f"/kantor/{place}/wilayah/").headers["Location"] == PAGE
    assert client.post(f"/kantor/{place}/wilayah/", {}).headers["Location"] == PAGE
    assert client.get("/").status_code == 200
    assert "Kantor meminta" in client.get(PAGE).content.decode()
    client.post(PAGE, {"what": "begin", "password": PASSWORD})
    secret = second.waiting_secret(one)
    assert secret is not None
    client.post(PAGE, {"what": "confirm", "code": fresh(secret)})
    assert client.get("/beranda/").status_code == 200
    given = {"what": "remove", "which": "kode", "password": PASSWORD}
    assert client.post(PAGE, given).status_code == 422
    assert second.has(one)


def test_before_the_day_it_is_only_told() -> None:
    demand(timezone.now().date() + timedelta(days=5))
    client, _answer = door("agen")
    assert client.get("/beranda/").status_code == 200
    assert "Kantor memintanya mulai" in client.get(PAGE).content.decode()


def test_the_shortest_sign_in_of_all_offices_counts() -> None:
    one, head = demand(date(2026, 12, 31))
    here = one.appointments.get().area
    assert second.session_hours(one) == 4
    Policy.objects.create(
        area=above(here, "provinsi"), role="agen_statistik", second_step=False, hours=1,
        since=NOW.date(), made_by=head, made_at=NOW,
    )  # fmt: skip
    assert second.session_hours(one) == 1
    assert second.session_hours(head) == 12
    client, _answer = door("agen")
    assert client.session.get_expiry_age() == 3600


def test_who_rules_whom() -> None:
    here = village()
    head, agent = person("kepala_desa", here), person("agen_statistik", here)
    far = person("kepala_desa", village("Lain"))
    given: dict[str, Any] = {
        "area_id": here.id, "second_step": True, "hours": 8, "since": date(2026, 12, 24),
        "now": NOW,
    }  # fmt: skip
    assert second.set_policy(actor=head, role="agen_statistik", **given) is not None
    with pytest.raises(Refused):
        second.set_policy(actor=head, role="pembina_kabupaten", **given)
    with pytest.raises(Refused):  # nobody is given less than the days to set it up
        second.set_policy(actor=head, role="petugas", **given | {"since": date(2026, 11, 25)})
    with pytest.raises(Refused):
        second.set_policy(actor=head, role="petugas", **given | {"hours": 100})
    for stranger in (agent, far):
        client = Client()
        client.force_login(stranger)
        assert client.get(f"/kantor/{here.id}/orang/aturan/").status_code == 404
        assert client.post(f"/kantor/{here.id}/orang/aturan/", {}).status_code == 404
    client = Client()
    client.force_login(head)
    page = f"/kantor/{here.id}/orang/aturan/"
    assert "dua langkah sejak" in client.get(page).content.decode()
    lifted = {"role": "agen_statistik", "since": "2026-12-24", "hours": "12"}
    assert client.post(page, lifted).status_code == 302
    assert not Policy.objects.exists()
    assert client.post(page, {"role": "x", "since": "kemarin", "hours": "0"}).status_code == 422
