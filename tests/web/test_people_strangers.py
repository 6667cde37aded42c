"""Every page of people for who belongs there, a colleague, a stranger and nobody at all."""

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from cantik.people import actions, api
from cantik.people.models import Appointment, Area, Person, Slip
from cantik.people.roles import rights
from tests.action.people import above, person, village

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NEW = {"password": "tiga kata panjang", "again": "tiga kata panjang"}


def signed_in(one: object) -> Client:
    client = Client()
    client.force_login(one)  # type: ignore[arg-type]
    return client


def office(here: Area) -> list[tuple[str, str, dict[str, str]]]:
    """(page, capability, what is sent) of each page under the village's office."""
    rt = next(n.id for n in api.village_tree(here.id) if n.level == "rt")
    worker = Appointment.objects.get(area=here, person__username="pekerja")
    base = f"/kantor/{here.id}/"
    return [
        (base + "wilayah/", "area.edit", {"parent": here.id, "level": "rt", "names": "RT 90"}),
        (f"{base}wilayah/{rt}/", "area.edit", {"what": "close"}),
        (base + "orang/", "people.invite",
         {"name": "Baru", "username": "orang.baru", "role": "petugas"}),
        (f"{base}orang/{worker.pk}/lembar/", "people.invite", {}),
        (f"{base}orang/{worker.pk}/akhiri/", "people.invite", {}),
    ]  # fmt: skip


def state() -> tuple[object, ...]:
    return (
        list(Area.objects.order_by("id").values_list("id", "name", "closed_on", "sort_key")),
        list(Person.objects.order_by("id").values_list("id", "password")),
        list(Appointment.objects.order_by("id").values_list("id", "valid_to")),
        Slip.objects.count(),
    )


@pytest.mark.parametrize("role", sorted(rights().roles))
def test_no_page_of_the_office_moves_for_who_may_not(role: str) -> None:
    here, other = village("Sini"), village("Sana")
    person("petugas", here, "pekerja")
    level = rights().roles[role].level
    stranger = signed_in(person(role, above(other, level), "orang.asing"))
    colleague = signed_in(person(role, above(here, level), "rekan"))
    before = state()
    for page, capability, given in office(here):
        assert stranger.get(page).status_code == 404, page
        assert stranger.post(page, given).status_code == 404, page
        assert stranger.post(page.replace(here.id, other.id), given).status_code in (
            200, 302, 404, 422,
        )  # fmt: skip
        may = capability in rights().roles[role].can and (
            level == "desa" or rights().reach(capability) == "down"
        )
        if not may:
            assert colleague.get(page).status_code == 404, page
            assert colleague.post(page, given).status_code == 404, page
        assert Client().post(page, given)["Location"] == f"/masuk/?next={page}"
    here_now = [row for row in state()[0] if here.id in Area.objects.get(pk=row[0]).path]  # type: ignore[attr-defined]
    here_then = [row for row in before[0] if row[0] in {one[0] for one in here_now}]  # type: ignore[attr-defined]
    assert here_now == here_then
    assert Person.objects.get(username="pekerja").check_password("kata-sandi-uji")
    assert Appointment.objects.get(person__username="pekerja").valid_to is None


def test_an_appointment_of_another_village_is_not_reached_through_the_own() -> None:
    here, other = village("Sini"), village("Sana")
    head, foreign = person("kepala_desa", here), person("agen_statistik", other)
    one = foreign.appointments.get()
    client = signed_in(head)
    for verb in ("lembar", "akhiri"):
        assert client.post(f"/kantor/{here.id}/orang/{one.pk}/{verb}/").status_code == 404
        assert client.get(f"/kantor/{here.id}/orang/{one.pk}/{verb}/").status_code == 405
    one.refresh_from_db()
    assert one.valid_to is None


def test_the_door_of_an_office_gives_the_village_to_the_view() -> None:
    here = village()

    @api.office("collect.progress")
    def view(request: HttpRequest, village_id: str) -> HttpResponse:
        return HttpResponse(request.village.label)  # type: ignore[attr-defined]

    request = RequestFactory().get("/x/")
    request.user, request.session = person("petugas", here), {}  # type: ignore[assignment]
    assert view(request, village_id=here.id).content == b"Desa Uji"
    with pytest.raises(api.NotAllowed):
        view(request, village_id="tidakada")
    with pytest.raises(KeyError):
        api.office("collect.uplaod")


# -- sign-in ----------------------------------------------------------------------------------


def test_who_was_closed_is_told_what_a_stranger_is_told(client: Client) -> None:
    one = person("petugas", village(), "lama")
    Person.objects.filter(pk=one.pk).update(is_active=False)
    answer = client.post("/masuk/", {"username": "lama", "password": "kata-sandi-uji"})
    assert answer.status_code == 422
    assert "belum cocok" in answer.content.decode()


def test_an_unknown_account_is_stopped_after_as_many_tries(client: Client) -> None:
    person("petugas", village(), "ada")
    stopped = {}
    for name in ("ada", "tidakada"):
        answers = [
            client.post("/masuk/", {"username": name, "password": "salah"}).status_code
            for _ in range(10)
        ]
        stopped[name] = answers.index(429)
    assert stopped == {"ada": 8, "tidakada": 8}


def test_signing_in_often_and_well_is_no_offence(client: Client) -> None:
    person("petugas", village(), "rajin")
    given = {"username": "rajin", "password": "kata-sandi-uji"}
    for _ in range(12):
        assert client.post("/masuk/", given).status_code == 302
        client.post("/keluar/")


def test_one_address_cannot_try_many_accounts(client: Client) -> None:
    codes = [
        client.post("/masuk/", {"username": f"akun{n}", "password": "salah"}).status_code
        for n in range(82)
    ]
    assert codes[0] == 422
    assert codes[-1] == 429


@pytest.mark.parametrize(
    "given", [{}, {"username": "agen"}, {"username": "x" * 70, "password": "p"}]
)
def test_an_unfinished_sign_in_names_the_field(client: Client, given: dict[str, str]) -> None:
    answer = client.post("/masuk/", given)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


def test_signing_out_needs_a_button(client: Client) -> None:
    client.force_login(person("petugas", village()))
    assert client.get("/keluar/").status_code == 405
    assert "_auth_user_id" in client.session
    client.post("/keluar/")
    assert "_auth_user_id" not in client.session


def test_pages_of_an_account_speak_its_language(client: Client) -> None:
    person("petugas", village(), "tamu")
    given = {"username": "tamu", "password": "kata-sandi-uji"}
    client.post("/masuk/", given)
    assert client.cookies["lang"].value == "id"
    assert client.post("/sandi/", {"what": "language", "language": "en"}).status_code == 302
    assert client.cookies["lang"].value == "en"
    assert client.post("/sandi/", {"what": "language", "language": "xx"}).status_code == 422
    elsewhere = Client()
    elsewhere.post("/masuk/", given)
    assert elsewhere.cookies["lang"].value == "en"


def test_tries_of_the_old_password_are_counted() -> None:
    client = signed_in(person("petugas", village()))
    codes = [client.post("/sandi/", {"old": "salah", **NEW}) for _ in range(9)]
    assert "tidak cocok" in codes[0].content.decode()
    assert "Terlalu banyak percobaan" in codes[-1].content.decode()


def test_a_new_slip_ends_what_is_open_elsewhere() -> None:
    here = village()
    agent = person("agen_statistik", here, "agen")
    open_page = signed_in(agent)
    assert open_page.get(f"/kantor/{here.id}/wilayah/").status_code == 200
    actions.reset_slip(
        actor=person("kepala_desa", here), person_id=agent.pk, area_id=here.id, now=timezone.now()
    )
    assert open_page.get(f"/kantor/{here.id}/wilayah/").status_code == 302


# -- slips ------------------------------------------------------------------------------------


@pytest.fixture
def invited() -> tuple[Person, str]:
    here = village()
    return actions.invite(
        actor=person("kepala_desa", here), username="siti", name="Siti", role="petugas",
        area_id=here.id, now=timezone.now(),
    )  # fmt: skip


def test_a_slip_of_last_week_is_told_how_to_get_another(
    client: Client, invited: tuple[Person, str]
) -> None:
    Slip.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    answer = client.get(f"/undangan/{invited[1]}/")
    assert answer.status_code == 404
    assert "Mintalah lembar baru" in answer.content.decode()
    assert client.post(f"/undangan/{invited[1]}/", NEW).status_code == 404
    assert not Person.objects.get(pk=invited[0].pk).has_usable_password()


def test_the_log_never_holds_a_code_that_still_opens(
    client: Client, invited: tuple[Person, str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = client.post(f"/undangan/{invited[1]}/", {"password": "12345", "again": "12345"})
        assert answer.status_code == 422
        for _ in range(25):
            client.get(f"/undangan/{invited[1]}/")
    assert any(line.name == "django.request" for line in caplog.records)
    assert invited[1] not in caplog.text
    assert "12345" not in caplog.text


def test_the_code_may_be_typed_with_small_letters(
    client: Client, invited: tuple[Person, str]
) -> None:
    answer = client.get("/undangan/", {"kode": invited[1].lower().replace("-", " ")})
    words = answer.content.decode()
    assert answer.status_code == 200
    assert "Petugas pendataan" in words
    assert "Desa Uji" in words
    assert answer["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("code", ["", "   ", "A" * 500, "../../x", "%00", "ABCD-EFGH-JKLM"])
def test_odd_codes_find_nothing(client: Client, code: str) -> None:
    answer = client.get("/undangan/", {"kode": code})
    assert answer.status_code == (404 if code else 200)
    assert "Ketik kode dari lembar" in answer.content.decode()


def test_a_further_role_is_given_on_the_page() -> None:
    here, other = village("Sini"), village("Sana")
    person("petugas", other, "lama")
    client = signed_in(person("kepala_desa", here))
    page = f"/kantor/{here.id}/orang/"
    given = {"what": "appoint", "known": "Lama", "more": "petugas"}
    assert client.post(page, given).status_code == 302
    assert "lama" in client.get(page).content.decode()
    again = client.post(page, given)
    assert again.status_code == 422
    assert "sudah memegang" in again.content.decode()
    forbidden = {"what": "appoint", "known": "lama", "more": "administrator"}
    assert client.post(page, forbidden).status_code == 422


# -- the keeping of passwords -----------------------------------------------------------------


def test_argon2_stands_first_outside_tests(run_settings: Callable[[], list[str]]) -> None:
    assert run_settings() == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert settings.PASSWORD_HASHERS[-1] == "django.contrib.auth.hashers.Argon2PasswordHasher"


@pytest.fixture
def run_settings(tmp_path: object) -> Callable[[], list[str]]:
    import json
    import os
    import subprocess
    import sys

    def run() -> list[str]:
        environment = {
            name: value for name, value in os.environ.items() if name != "CANTIK_TESTING"
        }
        environment |= {"CANTIK_HOME": str(tmp_path)}
        line = "import json\nfrom cantik.web.settings import *\nprint(json.dumps(PASSWORD_HASHERS))"
        told = subprocess.run(
            [sys.executable, "-c", line],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        found: list[str] = json.loads(told.stdout)
        return found

    return run
