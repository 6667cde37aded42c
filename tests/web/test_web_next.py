"""What next, for every role of the rights file, in real rooms: at most three things, and each of
them leads to a page or a file that opens."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cantik.people import api as people
from cantik.people import tasks
from cantik.people.models import Area
from cantik.people.roles import rights
from cantik.protect import api as protect
from cantik.web import home
from tests.action.people import NOW, above, person, village
from tests.unit.disseminate_sample import sample
from tests.web.test_disseminate_public import entry, put

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def released(settings: Any, tmp_path: Path) -> Path:
    settings.RELEASED = tmp_path / "released"
    return tmp_path / "released"


def here_of(role: str, here: Area) -> Area:
    level = rights().roles[role].level
    return here if level == "desa" else above(here, level)


def shown_to(one: Any) -> list[Any]:
    client = Client()
    client.force_login(one)
    answer = client.get("/beranda/")
    assert answer.status_code == 200
    listed = [*answer.context["pressing"], *answer.context["offered"]]
    for task in listed:
        opened = client.get(task.url.partition("#")[0])
        assert opened.status_code == 200, (task.title, task.url)
    return listed


@pytest.mark.parametrize("role", rights().roles)
@pytest.mark.parametrize("kind", ["desa", "kelurahan"])
def test_every_role_finds_at_most_three_things_that_open(
    role: str, kind: str, released: Path
) -> None:
    here = village("Sini", village_kind=kind)
    files = sample() | {"buku.pdf": b"%PDF", "tabel.xlsx": b"PK"}
    put(released, entry(1, files), files=files, id_=here.id)
    listed = shown_to(person(role, here_of(role, here)))
    assert 1 <= len(listed) <= home.MOST
    assert len({task.url for task in listed}) == len(listed)


def test_an_empty_post_is_filled_by_who_may(released: Path) -> None:
    here = village("Sini", village_kind="kelurahan")
    head = person("kepala_desa", here)
    [agent] = people.next_things(head, here.id, NOW)
    assert agent.url.endswith("?peran=agen_statistik#undang")
    person("agen_statistik", here)
    assert people.next_things(head, here.id, NOW) == []
    assert "Undang Sekretaris lurah" in [t.title for t in people.at_leisure(head, here.id, NOW)]


def test_the_form_that_invites_has_the_role_chosen(released: Path) -> None:
    here = village("Sini")
    client = Client()
    client.force_login(person("kepala_desa", here))
    words = client.get(f"/kantor/{here.id}/orang/?peran=petugas").content.decode()
    assert 'value="petugas"' in words.partition("checked")[0].rpartition("<input")[2]


def test_examples_and_real_places_are_never_offered_together(released: Path) -> None:
    here, real = village("Sini"), village("Nyata", kind="real")
    coach = person("pembina_kabupaten", above(here, "kabupaten"))
    [empty] = tasks.empty_posts(coach, NOW)
    assert [one.id for one in empty.areas] == [here.id]
    assert real.id not in [one.id for one in tasks.places_to_invite(coach, "")]


def test_where_to_invite_is_for_who_invites_only(released: Path) -> None:
    here = village("Sini")
    client = Client()
    assert client.get("/undang/").status_code == 302
    client.force_login(person("walidata", above(here, "kabupaten")))
    assert client.get("/undang/").status_code == 404
    client.force_login(person("kepala_bps", above(here, "kabupaten")))
    words = client.get("/undang/?cari=Sini").content.decode()
    assert f"/kantor/{above(here, 'kabupaten').id}/orang/" in words
    assert f"/kantor/{here.id}/orang/" not in words  # this head invites nobody there
    assert "Tidak ada tempat bernama" in client.get("/undang/?cari=zzz").content.decode()


def test_several_empty_posts_lead_to_their_list(released: Path) -> None:
    here = village("Sini")
    other = village("Sana")
    Area.objects.filter(pk=other.pk).update(path=f"{above(here, 'kecamatan').path}/{other.id}")
    coach = person("pembina_kabupaten", above(here, "kabupaten"))
    [task] = [t for t in people.above(coach, NOW) if "Undang" in t.title]
    assert task.url == "/undang/?peran=kepala_desa"
    client = Client()
    client.force_login(coach)
    words = client.get(task.url).content.decode()
    for one in (here, other):
        assert f"/kantor/{one.id}/orang/?peran=kepala_desa#undang" in words


def test_a_proposal_that_waits_is_told_above_the_village(released: Path) -> None:
    here = village("Sini")
    protect.Proposal.objects.create(
        id="u1", village_id=here.id, activity_id="k", period="2026", state="waiting",
        clean_edition_id="c", proposed_by=person("agen_statistik", here), proposed_at=NOW,
    )  # fmt: skip
    coach = person("pembina_kabupaten", above(here, "kabupaten"))
    steward = person("walidata", above(here, "kabupaten"))
    [mine] = protect.above(coach, [here.id])
    [read] = protect.above(steward, [here.id])
    assert mine.pressing
    assert "Tanggapi" in mine.title
    assert not read.pressing
    assert mine.url == read.url
    assert protect.above(person("camat", above(here, "kecamatan")), [here.id]) == []
    assert protect.waiting(here.id) == {"k"}
