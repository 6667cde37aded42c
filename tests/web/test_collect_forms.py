"""Filling a form on the screen: drafts, sending, and whose they are."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from cantik.collect import actions, api, drafts, instance
from cantik.collect.models import Draft, NoAnswer, Submission, Upload
from cantik.demo.families import MadeFamily
from cantik.design import api as design
from cantik.ledger import api as ledger
from cantik.ledger.models import AuditLine
from cantik.people.models import Area
from cantik.people.roles import rights
from cantik.vault import api as vault
from tests.action.keluarga import accepted, activity_of, made
from tests.action.people import above, person, village
from tests.action.test_design_activities import opened
from tests.unit.collect_instance import xml

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def here() -> Area:
    return village()


@pytest.fixture
def agent(here: Area) -> Any:
    return person("agen_statistik", here)


@pytest.fixture
def worker(here: Area) -> Any:
    return person("petugas", here)


@pytest.fixture
def activity(here: Area, agent: Any) -> Any:
    return opened(here, agent)


def client_of(one: Any) -> Client:
    client = Client()
    client.force_login(one)
    return client


def filled(activity: Any, one: MadeFamily | None = None, **other: str) -> bytes:
    info = activity_of(activity)
    return xml(one or made(info, families=1)[0], info.pack, info.id, **other)


class Desk:
    """One person's way of filling a form."""

    def __init__(self, who: Any, activity: Any) -> None:
        self.client = client_of(who)
        self.list = f"/kantor/{activity.village_id}/pendataan/isi/{activity.id}/"
        self.activity = activity
        self.version = 0

    def begin(self) -> "Desk":
        self.address = self.client.post(self.list)["Location"]
        self.version = 0
        return self

    def post(self, tail: str, data: bytes, **query: Any) -> Any:
        given = "&".join(f"{k}={v}" for k, v in {"versi": self.version, **query}.items())
        return self.client.post(f"{self.address}{tail}/?{given}", data, content_type="text/xml")

    def save(self, data: bytes) -> Any:
        answer = self.post("simpan", data)
        if answer.status_code == 200:
            self.version = answer.json()["version"]
        return answer

    def send(self, data: bytes, sure: str = "") -> Any:
        return self.post("kirim", data, **({"yakin": sure} if sure else {}))


@pytest.fixture
def desk(worker: Any, activity: Any) -> Desk:
    return Desk(worker, activity).begin()


# -- drafts -------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_sealed_and_comes_back(desk: Desk, activity: Any) -> None:
    one = made(activity, families=1)[0]
    data = filled(activity, one)
    saved = desk.save(data).json()
    assert saved["version"] == 1
    assert saved["when"].startswith("pukul ")
    row = Draft.objects.get()
    for secret in (one.family["nomor_kk"], one.members[0]["nama"]):
        assert secret.encode() not in bytes(row.sealed)
        assert secret not in str(vars(row))
    found = desk.client.get(desk.address + "isian/")
    assert found["Cache-Control"].count("no-store") == 1
    content = found.json()
    assert content["saved"].encode() == data
    assert content["version"] == 1
    assert f"<value>{'RT 01'}</value>" in content["form"]
    assert content["no_answers"] == ["3", "4", "5"]
    listed = desk.client.get(desk.list).content.decode()
    assert one.members[0]["nama"] not in listed
    assert one.members[0]["nama"][0] + "•••" in listed
    assert not Submission.objects.exists()
    assert not Upload.objects.exists()


def test_a_stale_page_is_told_and_overwrites_only_knowingly(desk: Desk, activity: Any) -> None:
    first, second = (filled(activity, one) for one in made(activity, families=2))
    other = Desk.__new__(Desk)
    other.__dict__.update(vars(desk))  # the same form in another tab
    desk.save(first)
    refused = other.save(second)
    assert refused.status_code == 409
    assert refused.json()["version"] == 1
    assert desk.client.get(desk.address + "isian/").json()["saved"].encode() == first
    assert other.send(second).status_code == 409
    other.version = refused.json()["version"]
    assert other.save(second).status_code == 200
    assert desk.save(first).status_code == 409


@pytest.mark.parametrize("version", ["", "-1", "x", "99999999999999999999", "7"])
def test_no_version_is_guessed(desk: Desk, activity: Any, version: str) -> None:
    desk.version = version  # type: ignore[assignment]
    assert desk.save(filled(activity)).status_code == 409


def test_what_is_not_this_form_is_neither_kept_nor_stored(desk: Desk, activity: Any) -> None:
    for data, status in (
        (b"bukan xml", 422), (filled(activity, id="cantik-lain"), 422), (b"x" * 1_100_000, 413),
        (filled(activity, before='<!DOCTYPE data [<!ENTITY a "b">]>'), 422),
    ):  # fmt: skip
        for answer in (desk.save(data), desk.send(data)):
            assert answer.status_code == status
            assert answer.json()["faults"][0]["message"]
    assert Draft.objects.get().version == 0
    assert not Upload.objects.exists()


def test_an_empty_form_is_taken_up_again_and_there_is_an_end_to_them(
    desk: Desk, activity: Any, worker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = desk.address
    assert desk.begin().address == address
    desk.save(filled(activity))
    assert desk.begin().address != address
    desk.save(filled(activity))
    monkeypatch.setattr(drafts, "policy", lambda: drafts.Policy(NOW.date(), 30, 2))
    answer = desk.client.post(desk.list, follow=True)
    assert "Terlalu banyak isian" in answer.content.decode()
    assert Draft.objects.count() == 2


def test_a_draft_left_behind_is_out_of_reach_and_erased(desk: Desk, activity: Any) -> None:
    desk.save(filled(activity))
    late = timezone.now() - timedelta(days=drafts.policy().days, minutes=1)
    Draft.objects.update(saved_at=late)
    assert desk.client.get(desk.address).status_code == 404
    assert desk.save(filled(activity)).status_code == 404
    assert Draft.objects.count() == 1
    assert "Tidak ada." in desk.client.get(desk.list).content.decode()
    assert not Draft.objects.exists()
    assert AuditLine.objects.filter(verb="collect.draft_expire").count() == 1


def test_the_time_drafts_are_kept_is_dated_data() -> None:
    policy = drafts.policy()
    assert policy.since.year == 2026
    assert 0 < policy.days < 366


def test_discarding_leaves_a_line_and_nothing_else(desk: Desk, activity: Any) -> None:
    desk.save(filled(activity))
    assert desk.client.get(desk.address + "buang/").status_code == 405
    desk.client.post(desk.address + "buang/")
    assert not Draft.objects.exists()
    assert AuditLine.objects.filter(verb="collect.draft_discard").count() == 1
    assert desk.client.get(desk.address).status_code == 404


def test_a_moved_row_does_not_open(desk: Desk, activity: Any, agent: Any) -> None:
    """Who can write to the database cannot read another's draft through an own one."""
    desk.save(filled(activity))
    theirs = Draft.objects.get()
    mine = Desk(agent, activity).begin()
    mine.save(filled(activity))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE collect_draft SET sealed = (SELECT sealed FROM collect_draft WHERE id = %s)",
            [theirs.id],
        )
    draft = Draft.objects.exclude(id=theirs.id).get()
    with pytest.raises(vault.ledger.NotOpened):
        drafts.opened(draft)


# -- whose it is --------------------------------------------------------------------------------


def test_owner_colleague_and_stranger(desk: Desk, here: Area, activity: Any, agent: Any) -> None:
    desk.save(filled(activity))
    elsewhere = village("Lain")
    others = [agent, person("petugas", here, "lain"), person("agen_statistik", elsewhere)]
    for one in others:
        client = client_of(one)
        for tail in ("", "isian/"):
            assert client.get(desk.address + tail).status_code == 404
        for tail in ("simpan/?versi=1", "kirim/?versi=1", "buang/"):
            answer = client.post(desk.address + tail, b"<data/>", content_type="text/xml")
            assert answer.status_code == 404
    assert Draft.objects.get().version == 1
    wrong = desk.address.replace(here.id, elsewhere.id)
    assert desk.client.get(wrong).status_code == 404
    assert Client().get(desk.address).status_code == 302
    other = opened(here, agent, pack_hash=design.latest_pack("keluarga_lengkap").hash)
    assert desk.client.get(desk.address.replace(activity.id, other.id)).status_code == 404


@pytest.mark.parametrize("role", sorted(rights().roles))
def test_who_may_send_workbooks_may_fill_forms(role: str, here: Area, activity: Any) -> None:
    one = rights().roles[role]
    client = client_of(person(role, above(here, one.level), "orang.lain"))
    address = f"/kantor/{here.id}/pendataan/isi/{activity.id}/"
    status = client.get(address).status_code
    assert status == (200 if "collect.upload" in one.can else 404)
    if status == 404:
        assert client.post(address).status_code == 404


# -- sending ------------------------------------------------------------------------------------


def test_a_form_is_stored_as_a_workbook_would(desk: Desk, activity: Any, agent: Any) -> None:
    one = made(activity, families=1)[0]
    data = filled(activity, one)
    desk.save(data)
    answer = desk.send(data).json()
    assert answer["state"] == "stored"
    receipt = desk.client.get(answer["receipt"]).content.decode()
    upload = Upload.objects.get()
    assert upload.receipt in receipt
    assert "Isi yang berikutnya" in receipt
    assert (upload.kind, upload.state) == ("form", "accepted")
    stored = Submission.objects.get()
    assert stored.leaf_id == one.leaf_id
    assert stored.upload_id == upload.id
    assert one.family["nomor_kk"] not in json.dumps(stored.answers)
    assert not Draft.objects.exists()
    original = vault.open_file(
        village_id=upload.village_id, activity_id=upload.activity_id, file_id=upload.file_id
    )
    assert original == data
    assert desk.send(data).status_code == 404
    # The same family in a workbook is known again, and the other way round.
    again = accepted(activity, actor=agent, answers=[one], now=NOW)
    assert {k: again.summary[k] for k in ("new", "same", "changed")} == {
        "new": 0, "same": 1, "changed": 0,
    }  # fmt: skip
    assert Desk(agent, activity).begin().send(data).json()["state"] == "stored"
    assert Submission.objects.get().version == 1


def test_replacing_a_stored_family_is_asked_first(desk: Desk, activity: Any, agent: Any) -> None:
    one = made(activity, families=1)[0]
    accepted(activity, actor=agent, answers=[one], now=NOW)
    one.family["air_minum"] = "10" if one.family["air_minum"] != "10" else "3"
    data = filled(activity, one)
    asked = desk.send(data).json()
    assert asked["state"] == "ask"
    assert "sudah tersimpan di RT" in asked["notes"][0]
    assert Submission.objects.get().version == 1
    assert Draft.objects.exists()
    assert desk.send(data, "lain").json()["state"] == "ask"
    assert desk.send(data, asked["mark"]).json()["state"] == "stored"
    assert Submission.objects.get().version == 2


def test_an_answer_fixed_at_the_office_stays(desk: Desk, activity: Any, agent: Any) -> None:
    one = made(activity, families=1)[0]
    accepted(activity, actor=agent, answers=[one], now=NOW)
    actions.edit_submission(
        submission_id=Submission.objects.get().id, reason="ditanya lagi", now=NOW, actor=agent,
        changes={("keluarga", None, "luas_lantai"): 77},
    )  # fmt: skip
    one.family |= {"luas_lantai": 50, "penerangan": "4"}
    one.family.pop("daya", None)
    data = filled(activity, one)
    asked = desk.send(data).json()
    assert "tetap dipakai" in " ".join(asked["notes"])
    desk.send(data, asked["mark"])
    answers = Submission.objects.get().answers["keluarga"]
    assert (answers["luas_lantai"], answers["penerangan"]) == (77, "4")


def test_faults_come_back_at_their_field(desk: Desk, activity: Any) -> None:
    one = made(activity, families=1)[0]
    one.family["luas_lantai"] = 3
    del one.members[0]["nama"]
    asked = desk.send(filled(activity, one)).json()
    assert asked["state"] == "ask"
    places = {(f["record"], f["member"], *f["names"]) for f in asked["faults"]}
    assert places == {("keluarga", None, "luas_lantai"), ("anggota", 0, "nama")}
    assert "antara 4 dan 2.000" in json.dumps(asked["faults"])
    one.family["air_minum"] = "99"
    refused = desk.send(filled(activity, one), asked["mark"])
    assert refused.status_code == 422
    assert refused.json()["state"] == "refused"
    assert ("keluarga", None, "air_minum") in {
        (f["record"], f["member"], *f["names"]) for f in refused.json()["faults"]
    }
    assert not Upload.objects.exists()
    assert Draft.objects.exists()


def test_a_refused_visit_is_counted_once(desk: Desk, activity: Any) -> None:
    one = made(activity, families=1)[0]
    one.family["hasil_pendataan"] = "4"
    answer = desk.send(filled(activity, one)).json()
    assert answer["state"] == "stored"
    assert "tidak memberi jawaban" in desk.client.get(answer["receipt"]).content.decode()
    assert NoAnswer.objects.get().families == 1
    assert not Submission.objects.exists()


def test_a_form_of_another_village_s_area_is_refused(desk: Desk, activity: Any) -> None:
    one = made(activity, families=1)[0]
    one.leaf_id = village("Lain").id
    assert desk.send(filled(activity, one)).status_code == 422
    assert not Submission.objects.exists()


def test_an_erased_family_leaves_the_drafts_too(desk: Desk, activity: Any, agent: Any) -> None:
    one, other = made(activity, families=2)
    accepted(activity, actor=agent, answers=[one], now=NOW)
    desk.save(filled(activity, one))
    kept = Desk(agent, activity).begin()
    kept.save(filled(activity, other))
    actions.erase_family(
        submission_id=Submission.objects.get().id, reason="diminta", actor=agent, now=NOW
    )
    assert Draft.objects.get().owner_id == agent.pk


# -- pages --------------------------------------------------------------------------------------


def test_only_the_form_page_may_compile_its_parser(desk: Desk) -> None:
    policy = desk.client.get(desk.address)["Content-Security-Policy"]
    assert "script-src 'self' 'wasm-unsafe-eval';" in policy
    assert "'unsafe-" not in policy
    assert "wasm" not in desk.client.get(desk.list)["Content-Security-Policy"]


def test_without_the_built_form_the_page_offers_the_workbook(
    desk: Desk, activity: Any, monkeypatch: pytest.MonkeyPatch, worker: Any
) -> None:
    monkeypatch.setattr(drafts, "PRODUCT", drafts.PRODUCT / "tidak-ada")
    for address in (desk.list, desk.address):
        page = desk.client.get(address).content.decode()
        assert "belum dibuat di komputer ini" in page
        assert f"/formulir/{activity.id}/" in page
    assert not [t for t in api.next_things(worker, activity.village_id, NOW) if "/isi/" in t.url]


def test_the_home_page_leads_to_the_screen(
    desk: Desk, activity: Any, worker: Any, agent: Any
) -> None:
    def titles(who: Any) -> list[str]:
        now = timezone.now()
        return [t.title for t in api.next_things(who, activity.village_id, now)]

    desk.save(filled(activity))
    assert titles(worker)[0] == "Lanjutkan isian di layar"
    assert "Lanjutkan isian di layar" not in titles(agent)
    page = desk.client.get(f"/kantor/{activity.village_id}/pendataan/").content.decode()
    assert f"/isi/{activity.id}/" in page
    assert "belum dikirim" in page


def test_the_number_of_a_form_is_the_activity_s_own(activity: Any) -> None:
    info = activity_of(activity)
    assert f'id="{instance.form_id(info.id)}"' in drafts.form(info)
    assert f'version="{instance.version(info.pack)}"' in drafts.form(info)


def test_drafts_left_behind_go_when_nobody_opens_the_page(desk: Desk, activity: Any) -> None:
    desk.save(filled(activity))
    later = timezone.now() + timedelta(days=drafts.policy().days)
    ledger.sweep(now=later - timedelta(minutes=1))
    assert Draft.objects.exists()
    ledger.sweep(now=later + timedelta(minutes=1))
    assert not Draft.objects.exists()
