"""Which example villages are made, and when: once each, also on an installation that held only the
first; none after the examples were ended. What the stories say is plausible and differs."""

from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cantik.demo import families, seeding
from cantik.people import api
from cantik.people.models import Area, Person
from cantik.people.roles import rights
from tests.action.people import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Places and people only; the years are walked by the tests of a whole installation."""
    monkeypatch.setattr(seeding, "_year", lambda *_, **__: None)


def villages() -> list[str]:
    found = Area.objects.filter(kind=Area.Kind.CONTOH, level="desa").order_by("name")
    return [one.name for one in found]


ALL = ["Apung (contoh)", "Kampung Empat (contoh)", "Malinau Kota (contoh)"]


def test_each_village_is_made_once(quick: None) -> None:
    assert seeding.seed() == list(seeding.STORIES)
    assert villages() == ALL
    assert seeding.seed() == []
    assert villages() == ALL
    # They share the places above where these are the same.
    above = Area.objects.filter(kind=Area.Kind.CONTOH)
    assert above.filter(level="provinsi").count() == 1
    assert above.filter(level="kabupaten").count() == 2


def test_an_installation_that_held_only_the_first_gets_the_others(quick: None) -> None:
    assert seeding.seed(["apung"]) == ["apung"]
    before = dict(Person.objects.values_list("username", "password"))
    assert seeding.seed() == ["malinau-kota", "kampung-empat"]
    after = dict(Person.objects.values_list("username", "password"))
    assert {name: after[name] for name in before} == before
    coach = Person.objects.get(username="pembina")
    assert len(api.areas_with(coach, "collect.progress")) >= 1


def test_once_ended_none_is_made_again(quick: None) -> None:
    seeding.seed(["apung"])
    call_command("demo", "remove")
    assert api.example_sign_ins() == []
    assert seeding.seed() == []
    assert villages() == ["Apung (contoh)"]


def test_remove_ends_the_sign_ins_of_all(quick: None, capsys: pytest.CaptureFixture[str]) -> None:
    seeding.seed()
    names = [name for _role, name, _password in api.example_sign_ins()]
    told = {one["username"] for n in seeding.STORIES for one in seeding.story_of(n)["people"]}
    assert set(names) == told
    assert len(names) == len(told) >= 13
    # An example sign-in for each role there is.
    roles = {one["role"] for n in seeding.STORIES for one in seeding.story_of(n)["people"]}
    assert roles == set(rights().roles)
    call_command("demo", "remove")
    assert capsys.readouterr().out.startswith(f"{len(told)} akun contoh diakhiri.")
    assert not any(one.has_usable_password() for one in Person.objects.all())


def test_a_name_that_somebody_has_is_left_alone(quick: None) -> None:
    somebody = Person.objects.create(username="lurah", name="Orang", created_at=NOW)
    told: list[str] = []
    assert seeding.seed(tell=told.append) == ["apung", "malinau-kota"]
    assert any("Kampung Empat" in line and "sudah dipakai" in line for line in told)
    somebody.refresh_from_db()
    assert not somebody.is_example


def test_an_unknown_name_is_told() -> None:
    with pytest.raises(CommandError, match="apung, malinau-kota, kampung-empat"):
        call_command("demo", "seed", "tidak-ada")
    assert villages() == []


@pytest.mark.parametrize("name", seeding.STORIES)
def test_a_story_fits_its_village(quick: None, name: str) -> None:
    story = seeding.story_of(name)
    seeding.seed([name])
    village = Area.objects.get(name=story["places"]["desa"])
    tree = api.village_tree(village.id)
    leaves = tree.leaves()
    kelurahan = name == "kampung-empat"
    assert village.village_kind == ("kelurahan" if kelurahan else "desa")
    assert {one.level for one in tree} <= {"desa", "rt", "rw" if kelurahan else "dusun"}
    assert set(story.get("ways", {})) <= set(families.WAYS)
    for year in story["years"]:
        assert len(year["families"]) == len(year["targets"]) == len(leaves)
        assert sum(year["families"]) <= 300
        assert all(n <= most for n, most in zip(year["families"], year["targets"], strict=True))
    if kelurahan:
        made = people_of(story)
        assert {one.family["bantuan_blt_desa"] for one in made} == {"2"}


def people_of(story: dict[str, Any]) -> list[families.MadeFamily]:
    year = story["years"][-1]
    counts = {str(at): n for at, n in enumerate(year["families"])}
    return families.families(
        counts, seed=year["seed"], on=year["reference_date"], ways=story.get("ways"),
        area=story["number"],
    )  # fmt: skip


def test_villages_differ_and_nobody_lives_in_two(quick: None) -> None:
    made = {name: people_of(seeding.story_of(name)) for name in seeding.STORIES}

    def share(name: str, question: str, code: str) -> float:
        work = [m for one in made[name] for m in one.members if question in m]
        return sum(m[question] == code for m in work) / len(work)

    assert share("kampung-empat", "lapangan_usaha", "2") > 0.3  # fishery
    assert share("apung", "lapangan_usaha", "1") > 0.3  # farming
    assert share("malinau-kota", "lapangan_usaha", "8") > 0.15  # offices
    cards = [one.family["nomor_kk"] for rows in made.values() for one in rows]
    niks = [m["nik"] for rows in made.values() for one in rows for m in one.members]
    assert len(cards) == len(set(cards))
    assert len(set(niks)) > 0.99 * len(niks)
    assert all(number.startswith("99") for number in cards + niks)
    names = {m["nama"].split()[-1] for rows in made.values() for one in rows for m in one.members}
    assert names == {families.SURNAME}


def test_the_same_families_live_there_a_year_later() -> None:
    year = {"seed": 7, "on": date(2025, 8, 1)}
    first = families.families({"a": 250}, **year)
    later = families.families({"a": 251}, seed=7, on=date(2026, 8, 1), later=1)
    assert [one.family["nomor_kk"] for one in later[:250]] == [
        one.family["nomor_kk"] for one in first
    ]
    gained = 0
    for before, after in zip(first, later, strict=False):
        known = [(m["nama"], m["nik"], m["tanggal_lahir"]) for m in before.members]
        now = [(m["nama"], m["nik"], m["tanggal_lahir"]) for m in after.members]
        assert now[: len(known)] == known
        gained += len(now) - len(known)
    assert 0 < gained < 40  # some were born
    moved = sum(a.family != b.family for a, b in zip(first, later, strict=False))
    assert 0 < moved < 60
