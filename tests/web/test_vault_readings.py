"""The log of opened identities, in words, for the reader's own eyes or the head's."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.test import Client

from cantik.people.models import Area
from cantik.vault import api as vault
from cantik.vault.models import PurposeLine
from tests.action.people import above, person, village

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def signed_in(one: object) -> Client:
    client = Client()
    client.force_login(one)  # type: ignore[arg-type]
    return client


def opened(here: Area, actor: object, purpose: str = "perbaikan_isian", n: int = 1) -> None:
    PurposeLine.objects.create(
        at=NOW, actor_id=str(actor.pk) if actor else "", village_id=here.id,  # type: ignore[attr-defined]
        activity_id="a", purpose=purpose, count=n, record_ids=[f"rahasia{i}" for i in range(n)],
    )  # fmt: skip


def rows(client: Client, here: Area, query: str = "") -> list[list[str]]:
    answer = client.get(f"/kantor/{here.id}/pembukaan/{query}")
    assert answer.status_code == 200
    words = answer.content.decode()
    assert "rahasia" not in words
    body = words.split("<tbody>")[1].split("</tbody>")[0] if "<tbody>" in words else ""
    return [re.findall(r"<td[^>]*>(.*?)</td>", unescape(row)) for row in body.split("<tr>")[1:]]


def test_every_purpose_has_words_in_both_languages() -> None:
    for name, words in vault.purposes().items():
        assert set(words) == {"id", "en"}
        assert all(" " in said and said != name for said in words.values()), name


@pytest.mark.parametrize("language", ["id", "en"])
def test_each_purpose_is_shown_in_words_and_never_by_its_name(language: str) -> None:
    here = village()
    agent = person("agen_statistik", here)
    for purpose in vault.purposes():
        opened(here, agent, purpose)
    shown = {row[-2] for row in rows(signed_in(agent), here, f"?lang={language}")}
    assert shown == {str(words[language]) for words in vault.purposes().values()}


def test_the_agent_sees_the_own_lines_only_with_time_of_the_place() -> None:
    here = village()
    agent, other = person("agen_statistik", here), person("agen_statistik", here, "rekan")
    opened(here, agent, n=1200)
    opened(here, other)
    opened(here, None, "sistem")
    assert rows(signed_in(agent), here) == [
        ["23 November 2026, pukul 09.00 WITA", "Memperbaiki isian", "1.200"]
    ]


def test_the_head_sees_who_and_what_the_system_read() -> None:
    here, elsewhere = village("Sini"), village("Sana")
    agent = person("agen_statistik", here)
    opened(here, agent)
    opened(here, None, "sistem", 3)
    opened(elsewhere, agent)
    head = rows(signed_in(person("kepala_desa", here)), here)
    assert [row[1:] for row in head] == [
        ["Sistem", "Dibaca sistem saat bekerja, tidak dilihat orang", "3"],
        ["Orang agen_statistik", "Memperbaiki isian", "1"],
    ]


def test_a_long_log_is_read_page_by_page_the_latest_first() -> None:
    here = village()
    agent = person("agen_statistik", here)
    for n in range(60):
        opened(here, agent, n=n)
    PurposeLine.objects.filter(count=7).update(at=NOW + timedelta(days=1))
    client = signed_in(agent)
    first, second = rows(client, here), rows(client, here, "?halaman=2")
    assert (len(first), len(second)) == (50, 10)
    assert first[0][-1] == "7"


@pytest.mark.parametrize(
    ("role", "level"),
    [("petugas", "desa"), ("pembina_kabupaten", "kabupaten"), ("administrator", "provinsi")],
)
def test_who_may_neither_open_names_nor_audit_finds_no_page(role: str, level: str) -> None:
    here = village()
    client = signed_in(person(role, above(here, level)))
    assert client.get(f"/kantor/{here.id}/pembukaan/").status_code == 404


def test_strangers_and_who_is_signed_out_find_nothing() -> None:
    here, elsewhere = village("Sini"), village("Sana")
    page = f"/kantor/{here.id}/pembukaan/"
    for role in ("agen_statistik", "kepala_desa"):
        assert signed_in(person(role, elsewhere)).get(page).status_code == 404
    assert Client().get(page)["Location"] == f"/masuk/?next={page}"
    assert signed_in(person("agen_statistik", here)).post(page).status_code == 405


def test_the_home_page_leads_there_for_whom_it_opens() -> None:
    here = village()
    link = f'href="/kantor/{here.id}/pembukaan/"'
    for role, wanted in (("agen_statistik", True), ("kepala_desa", True), ("petugas", False)):
        shown = signed_in(person(role, here)).get("/beranda/").content.decode()
        assert (link in shown) is wanted, role
