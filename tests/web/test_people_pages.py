"""Sign-in, slips and the office pages of people, for owner, colleague and stranger."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from cantik.people import actions, api
from cantik.people.models import Area
from tests.action.people import above, person, village

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def signed_in(one: object) -> Client:
    client = Client()
    client.force_login(one)  # type: ignore[arg-type]
    return client


def test_sign_in_tells_the_same_for_unknown_account_and_wrong_password(client: Client) -> None:
    person("agen_statistik", village(), "agen")
    pages = []
    for name in ("agen", "tidakada"):
        answer = client.post("/masuk/", {"username": name, "password": "salah-sekali"})
        assert answer.status_code == 422
        pages.append(re.sub(r'value="[^"]*"', "", answer.content.decode()))
    assert pages[0] == pages[1]
    assert "belum cocok" in pages[0]


def test_sign_in_opens_the_page_asked_for_but_no_other_site(client: Client) -> None:
    here = village()
    person("agen_statistik", here, "agen")
    page = f"/kantor/{here.id}/wilayah/"
    answer = client.get(page)
    assert answer.status_code == 302
    assert answer["Location"] == f"/masuk/?next={page}"
    given = {"username": "Agen", "password": "kata-sandi-uji"}
    assert client.post("/masuk/?next=https://jahat.example/", given)["Location"] == "/beranda/"
    client.post("/keluar/")
    assert client.post(answer["Location"], given)["Location"] == page
    assert client.get(page).status_code == 200


def test_many_tries_are_stopped_even_with_the_right_password(client: Client) -> None:
    person("agen_statistik", village(), "agen")
    for _ in range(8):
        client.post("/masuk/", {"username": "agen", "password": "salah-sekali"})
    answer = client.post("/masuk/", {"username": "agen", "password": "kata-sandi-uji"})
    assert answer.status_code == 429
    assert "Terlalu banyak percobaan" in answer.content.decode()


@pytest.mark.parametrize(
    ("role", "wilayah", "orang"),
    [("agen_statistik", 200, 200), ("kepala_desa", 404, 200), ("petugas", 404, 404)],
)
def test_office_pages_by_role(role: str, wilayah: int, orang: int) -> None:
    here, other = village("Sini"), village("Sana")
    client = signed_in(person(role, here))
    assert client.get(f"/kantor/{here.id}/wilayah/").status_code == wilayah
    assert client.get(f"/kantor/{here.id}/orang/").status_code == orang
    for page in ("wilayah", "orang"):
        assert client.get(f"/kantor/{other.id}/{page}/").status_code == 404
        assert client.get(f"/kantor/tidakada/{page}/").status_code == 404


def test_an_agent_adds_renames_and_closes_areas() -> None:
    here = village()
    client = signed_in(person("agen_statistik", here))
    page = f"/kantor/{here.id}/wilayah/"
    given = {"parent": here.id, "level": "dusun", "names": "Dusun Baru\nDusun Lama"}
    assert client.post(page, given).status_code == 302
    assert "Dusun Baru" in client.get(page).content.decode()
    assert client.post(page, given).status_code == 422
    node = next(n for n in api.village_tree(here.id) if n.name == "Dusun Baru")
    assert client.post(f"{page}{node.id}/", {"what": "rename", "name": " "}).status_code == 422
    client.post(f"{page}{node.id}/", {"what": "rename", "name": "Dusun Muda"})
    assert "Dusun Muda" in client.get(page).content.decode()
    client.post(f"{page}{node.id}/", {"what": "close"})
    assert "Dusun Muda</th>" not in client.get(page).content.decode()
    foreign = next(iter(Area.objects.filter(path__startswith=village("Lain").path, level="rt")))
    assert client.get(f"{page}{foreign.id}/").status_code == 404


def test_from_invitation_to_first_page(client: Client) -> None:
    here = village()
    head = signed_in(person("kepala_desa", here))
    given = {"name": "Siti", "username": "siti.uji", "role": "agen_statistik"}
    slip = head.post(f"/kantor/{here.id}/orang/", given)
    found = re.search(r"data-code>([A-Z0-9-]+)<", slip.content.decode())
    assert found is not None
    code = found.group(1)
    assert slip["Cache-Control"] == "no-store"
    assert code not in head.get(f"/kantor/{here.id}/orang/").content.decode()
    page = f"/undangan/{code}/"
    assert "Desa Uji" in client.get(page).content.decode()
    assert client.post(page, {"password": "pendek", "again": "pendek"}).status_code == 422
    assert client.post(page, {"password": "tiga kata panjang", "again": "x"}).status_code == 422
    done = client.post(page, {"password": "tiga kata panjang", "again": "tiga kata panjang"})
    assert done.status_code == 302
    assert client.get("/beranda/").status_code == 200
    assert Client().get(page).status_code == 404


def test_slips_cannot_be_guessed_in_numbers(client: Client) -> None:
    answers = [client.get(f"/undangan/AAAA-BBBB-{n:04d}/").status_code for n in range(25)]
    assert answers[0] == 404
    assert answers[-1] == 429


def test_new_slip_and_end_of_duty() -> None:
    here = village()
    head, agent = person("kepala_desa", here), person("agen_statistik", here, "agen")
    client = signed_in(head)
    one = agent.appointments.get()
    assert b"data-code" in client.post(f"/kantor/{here.id}/orang/{one.pk}/lembar/").content
    other = village("Lain")
    stranger = signed_in(person("kepala_desa", other))
    assert stranger.post(f"/kantor/{other.id}/orang/{one.pk}/lembar/").status_code == 404
    client.post(f"/kantor/{here.id}/orang/{one.pk}/akhiri/")
    one.refresh_from_db()
    assert one.valid_to is not None


def test_change_of_password_needs_the_old_one() -> None:
    agent = person("agen_statistik", village())
    client = signed_in(agent)
    new = {"password": "kata lain panjang", "again": "kata lain panjang"}
    assert client.post("/sandi/", {"old": "salah", **new}).status_code == 422
    assert client.post("/sandi/", {"old": "kata-sandi-uji", **new}).status_code == 302
    assert client.get("/beranda/").status_code == 200


def test_only_the_administrator_sees_administration_and_pairs() -> None:
    here = village(kind="real")
    for role in ("agen_statistik", "kepala_desa", "petugas"):
        stranger = signed_in(person(role, here))
        assert stranger.get("/padanan/").status_code == 404
        assert stranger.get("/administrasi/").status_code == 404
    coach = signed_in(person("pembina_provinsi", above(here, "provinsi")))
    assert coach.get("/padanan/").status_code == 404
    admin = signed_in(person("administrator", above(here, "provinsi")))
    assert admin.get("/padanan/").status_code == 200
    assert admin.get("/administrasi/").status_code == 200
    assert Client().get("/padanan/")["Location"] == "/masuk/?next=/padanan/"


def test_slip_of_the_first_administrator() -> None:
    from cantik.people import areas

    areas.load()
    code = actions.first_administrator(
        username="administrator", name="Administrator", now=timezone.now()
    )
    assert Client().get(f"/undangan/{code}/").status_code == 200


@pytest.mark.parametrize("odd", ["%00", "a%00b", "..", "%2e%2e", "'", "x" * 300])
def test_an_odd_village_is_not_there(odd: str) -> None:
    client = signed_in(person("agen_statistik", village()))
    assert client.get(f"/kantor/{odd}/orang/").status_code == 404


def test_the_slip_can_be_scanned() -> None:
    """The picture holds the address with the code, and nothing is fetched from elsewhere."""
    import segno

    here = village()
    client = Client()
    client.force_login(person("kepala_desa", here))
    answer = client.post(
        f"/kantor/{here.id}/orang/",
        {"what": "invite", "role": "petugas", "username": "baru.sekali", "name": "Orang Baru"},
    )
    words = answer.content.decode()
    code = re.search(r"data-code>([^<]+)<", words)
    assert code is not None
    url = f"http://testserver/undangan/{code[1]}/"
    path = re.search(r'd="([^"]+)"', segno.make(url, error="m").svg_inline(border=4, omitsize=True))
    assert path is not None
    assert path[1] in words
