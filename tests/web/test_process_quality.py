"""The page on the quality of clean data: whom it is for, and what it says."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from cantik.collect import api as collect
from cantik.demo.families import MadeFamily
from cantik.ledger import api as ledger
from cantik.process import api as process
from cantik.process.models import Finding
from tests.action.process_village import NOW, Answered, answered

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def plant(made: list[MadeFamily]) -> None:
    made[0].family.pop("lantai")
    made[1].members[0]["hubungan"] = "9"


@pytest.fixture
def done() -> Answered:
    made = answered(count=40, plant=plant)
    process.check(made.activity.id)
    for row in Finding.objects.filter(activity_id=made.activity.id, state="open"):
        process.accept_finding(
            actor=made.people["agen"], finding_id=row.pk, reason="sudah ditanya", now=NOW
        )
    process.cut(actor=made.people["agen"], activity_id=made.activity.id, now=NOW)
    return made


def page(done: Answered, who: str, query: str = "") -> Any:
    client = Client()
    client.force_login(done.people[who])
    return client.get(f"/kantor/{done.village.id}/periksa/mutu/{query}")


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_it_says_what_is_missing_broken_and_not_reached(done: Answered) -> None:
    read = text(page(done, "agen"))
    families = sum(collect.progress(done.activity.id).values())
    assert f"{families} dari {done.activity.target} keluarga" in read
    assert re.search(rf"Bahan lantai terluas[a-z ]* {families} {families - 1}", read)
    assert "Bahan lantai terluas: belum diisi. 0 1 0" in read
    assert "Harus ada tepat satu kepala keluarga. 0 1 0" in read
    assert "ketentuan kami" in read


def test_only_those_who_may_read_answers_see_it(done: Answered) -> None:
    assert page(done, "agen").status_code == 200
    head = page(done, "kepala")
    assert head.status_code == 200
    assert "/periksa/keluarga/" not in head.content.decode()
    for who in ("petugas", "pembina", "administrator", "rekan"):
        assert page(done, who).status_code == 404, who
    assert Client().get(f"/kantor/{done.village.id}/periksa/mutu/").status_code == 302


@pytest.mark.parametrize("query", ["?kegiatan=tidakada", "?dibuat=999999", "?dibuat=%27"])
def test_what_does_not_exist_is_not_found(done: Answered, query: str) -> None:
    assert page(done, "agen", query).status_code == 404


def test_before_anything_is_cut_it_says_what_to_do() -> None:
    fresh = answered(count=4)
    assert "Belum ada data bersih" in text(page(fresh, "agen"))


def test_the_part_for_outside_holds_only_counts_that_are_open(done: Answered) -> None:
    edition = process.clean_edition(done.activity.id)
    assert edition is not None
    mutu = json.loads(ledger.edition_file(edition.id, "mutu.json"))
    assert set(mutu["public"]) == {"coverage", "questions", "numeric", "policy"}
    assert set(mutu["public"]["coverage"][0]) == {"area", "level", "label", "families", "target"}
