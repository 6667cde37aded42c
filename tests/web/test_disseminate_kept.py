"""Kept pages: the same bytes as a view gives, for everybody alike, and never after a change."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cantik.disseminate.keeping import Kept
from tests.web.test_disseminate_public import entry, files_of, put

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def released(settings: Any, tmp_path: Path) -> Path:
    settings.RELEASED = tmp_path / "released"
    return Path(settings.RELEASED)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses of pages that a view really made."""
    from cantik.disseminate import pages

    seen: list[str] = []
    make = pages.release_page

    def told(*given: Any, **named: Any) -> Any:
        seen.append("made")
        return make(*given, **named)

    monkeypatch.setattr(pages, "release_page", told)
    return seen


def village_of(released: Path) -> str:
    files = files_of()
    put(released, entry(1, files), files=files)
    [folder] = released.iterdir()
    return f"/desa/{folder.name}/"


def test_a_page_is_made_once_and_given_again_as_it_was(released: Path, made: list[str]) -> None:
    url = village_of(released)
    client = Client()
    first, second = client.get(url), client.get(url)
    assert len(made) == 1
    assert first.content == second.content
    for name in ("ETag", "Vary", "Cache-Control", "Content-Language", "Content-Security-Policy"):
        assert first[name] == second[name], name
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert client.get(url, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    "change",
    [{"query": "?lang=en"}, {"cookie": ("lang", "en")}, {"cookie": ("theme", "dark")},
     {"headers": {"Save-Data": "on"}}, {"cookie": ("sessionid", "x")}],
)  # fmt: skip
def test_another_choice_is_another_page(
    released: Path, made: list[str], change: dict[str, Any]
) -> None:
    url = village_of(released)
    client = Client()
    client.get(url)
    if "cookie" in change:
        client.cookies[change["cookie"][0]] = change["cookie"][1]
    client.get(url + change.get("query", ""), headers=change.get("headers"))
    assert len(made) == 2


def test_nothing_is_kept_of_somebody_signed_in(released: Path, made: list[str]) -> None:
    from tests.action.people import person, village

    url = village_of(released)
    client = Client()
    client.force_login(person("agen_statistik", village()))
    answer = client.get(url)
    assert answer["Cache-Control"] == "no-store"
    assert "Akun saya" in answer.content.decode()
    client.get(url)
    client.logout()
    client.cookies.clear()
    assert "Akun saya" not in client.get(url).content.decode()
    assert len(made) == 3


def test_a_new_list_of_the_village_ends_what_was_kept(released: Path, made: list[str]) -> None:
    url = village_of(released)
    client = Client()
    client.get(url)
    [folder] = released.iterdir()
    path = folder / "index.json"
    told = json.loads(path.read_text("utf-8"))
    told["releases"][0] |= {
        "state": "withdrawn", "files": {}, "reason": "salah hitung",
        "changed_at": "2026-12-01T01:00:00+00:00",
    }  # fmt: skip
    waiting = folder / ".index"
    waiting.write_text(json.dumps(told), "utf-8")
    waiting.replace(path)
    assert "penduduk terdata" not in client.get(url).content.decode().lower()


def test_what_is_not_found_is_never_kept(released: Path) -> None:
    url = village_of(released)
    client = Client()
    assert client.get(url + "terbitan/99/").status_code == 404
    assert client.get(url + "terbitan/99/").status_code == 404
    assert client.post(url).status_code == 405


def test_the_least_lately_asked_for_leaves_first() -> None:
    kept = Kept(largest=10)
    for key in "abc":
        kept.put((key,), (1, 1, 1), b"1234", {})
    assert kept.get(("a",), (1, 1, 1)) is None
    assert kept.get(("b",), (1, 1, 1)) is not None
    kept.put(("d",), (1, 1, 1), b"1234", {})
    assert kept.get(("c",), (1, 1, 1)) is None
    assert kept.get(("b",), (2, 1, 1)) is None  # another list
    assert kept.size == 4
