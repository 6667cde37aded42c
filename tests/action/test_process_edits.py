"""What an edit leaves behind: ages worked out again, nothing of identity outside the vault, and of
two at once the second is told."""

import json
import logging
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.http import Http404
from django.test import Client

from cantik.collect import api as collect
from cantik.demo.families import MadeFamily
from cantik.kernel.problems import Refused
from cantik.ledger import api as ledger
from cantik.process import actions
from cantik.process.models import Finding
from cantik.vault import api as vault
from cantik.vault.models import SealedIdentity
from tests.action.process_village import NOW, ON, Answered, answered

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NAME, NIK, KK = "Zulkarnaen Contoh", "9964011711900007", "9900112233445566"
ADDRESS, BORN = "Gang Kenanga Uji 77", date(1953, 11, 17)
SECRETS = (NAME, "Zulkarnaen", NIK, KK, ADDRESS, "Kenanga", "17/11/1953", BORN.isoformat())


def edit(done: Answered, id_: str, changes: Any, **other: Any) -> None:
    given = {"actor": done.people["agen"], "reason": "ditanyakan lagi", "now": NOW, **other}
    actions.edit(submission_id=id_, changes=changes, **given)


def identity(done: Answered, id_: str) -> dict[str, Any]:
    return vault.system_identities(
        village_id=done.village.id, activity_id=done.activity.id, record_ids=[id_], now=NOW
    ).get(id_, {})


def _readable(value: Any) -> Any:
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else value


def stored() -> str:
    """Every row of every table as text: what somebody with the database could read."""
    rows = [
        {name: _readable(value) for name, value in row.items()}
        for model in apps.get_models()
        if model._meta.managed
        for row in model._default_manager.values()
    ]
    return json.dumps(rows, default=str, ensure_ascii=False)


def test_no_sealed_answer_is_left_outside_the_vault(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    done = answered(3)
    id_ = done.ids()[0]
    caplog.set_level(logging.DEBUG)
    edit(
        done,
        id_,
        {
            ("anggota", 0, "nama"): NAME,
            ("anggota", 0, "nik"): NIK,
            ("anggota", 0, "tanggal_lahir"): f"{BORN:%d/%m/%Y}",
            ("keluarga", None, "nomor_kk"): KK,
            ("keluarga", None, "alamat"): ADDRESS,
        },
        reason=f"menurut {NAME}",
    )
    edit(done, id_, {("anggota", 0, "nik"): NIK[:-1]})  # too short: a finding of a sealed answer
    edit(done, id_, {("anggota", 0, "nik"): NIK})
    assert Finding.objects.filter(submission_id=id_, name="nik").exists()
    known = identity(done, id_)
    assert (known["anggota"][0]["nama"], known["anggota"][0]["nik"]) == (NAME, NIK)
    assert (known["keluarga"]["nomor_kk"], known["keluarga"]["alamat"]) == (KK, ADDRESS)

    database, log = stored(), caplog.text
    assert id_ in database
    assert "tanggal_lahir" in database  # the log says which questions, not what was answered
    files = b"".join(p.read_bytes() for p in settings.HOME.rglob("*") if p.is_file())
    assert files
    for secret in (*SECRETS, NIK[:-1]):
        assert secret not in database
        assert secret not in log
        assert secret.encode() not in files


def test_an_edited_birth_date_gives_another_age() -> None:
    done = answered(3)
    id_ = done.ids()[0]
    edit(done, id_, {("anggota", 0, "tanggal_lahir"): "01/11/1980"})
    assert collect.submission(id_).answers["anggota"][0]["umur"] == 45  # the day after ON
    edit(done, id_, {("anggota", 0, "tanggal_lahir"): "31/10/1980"})
    assert collect.submission(id_).answers["anggota"][0]["umur"] == 46
    edit(done, id_, {("anggota", 0, "tanggal_lahir"): f"{ON.replace(year=1900):%d/%m/%Y}"})
    assert ("rule", "umur_wajar", 0) in done.open()
    edit(done, id_, {("anggota", 0, "tanggal_lahir"): "31/10/1980"})
    assert ("rule", "umur_wajar", 0) not in done.open()


def test_a_birth_date_to_come_is_one_finding_until_it_is_mended() -> None:
    def plant(made: list[MadeFamily]) -> None:
        made[0].members[0]["tanggal_lahir"] = date(2090, 1, 1)

    done = answered(3, plant=plant)
    actions.check(done.activity.id)
    assert ("bounds", "tanggal_lahir", 0) in done.open()
    assert not [one for one in done.open() if one[0] == "misplaced"]
    id_ = Finding.objects.get(name="tanggal_lahir").submission_id
    assert collect.submission(id_).answers["anggota"][0]["sekolah"]  # stands, though no age does
    edit(done, id_, {("anggota", 0, "tanggal_lahir"): "31/10/2024"})
    assert ("bounds", "tanggal_lahir", 0) not in done.open()
    assert ("misplaced", "sekolah", 0) in done.open()  # now it is known to be out of place


@pytest.mark.parametrize(
    ("place", "value", "code"),
    [
        (("anggota", 0, "umur"), "30", "field"),
        (("keluarga", None, "rt"), "RT 02", "field"),
        (("keluarga", None, "tidak_ada"), "1", "field"),
        (("anggota", 99, "hubungan"), "1", "field"),
        (("anggota", None, "hubungan"), "1", "field"),
        (("keluarga", 0, "lantai"), "1", "field"),
        (("keluarga", None, "lantai"), "77", "code"),
        (("keluarga", None, "luas_lantai"), "dua puluh", "number"),
        (("keluarga", None, "luas_lantai"), "9" * 30, "number"),
        (("anggota", 0, "tanggal_lahir"), "31/02/1990", "date"),
        (("anggota", 0, "nama"), "=1+1", "formula"),
        (("keluarga", None, "nomor_kk"), "12", "key"),
    ],
)
def test_a_wrong_answer_changes_nothing(
    place: tuple[str, int | None, str], value: str, code: str
) -> None:
    done = answered(3)
    id_ = done.ids()[0]
    before = collect.submission(id_)
    with pytest.raises(Refused) as told:
        edit(done, id_, {("keluarga", None, "luas_lantai"): "33", place: value})
    assert told.value.code == code
    assert value not in str(told.value)
    assert collect.submission(id_) == before


def test_a_number_of_another_family_is_refused() -> None:
    done = answered(3)
    one, other = done.ids()[:2]
    taken = identity(done, other)["keluarga"]["nomor_kk"]
    with pytest.raises(Refused) as told:
        edit(done, one, {("keluarga", None, "nomor_kk"): taken})
    assert told.value.code == "twice_kk"
    assert taken not in str(told.value)
    assert identity(done, one)["keluarga"]["nomor_kk"] != taken


# -- two at once ------------------------------------------------------------------------------


def planted(made: list[MadeFamily]) -> None:
    made[0].family.pop("lantai")


def test_of_two_edits_at_once_the_second_is_told_and_the_first_stands() -> None:
    done = answered(3, plant=planted)
    actions.check(done.activity.id)
    row = Finding.objects.get(name="lantai")
    seen = collect.submission(row.submission_id).version
    edit(done, row.submission_id, {("keluarga", None, "lantai"): "5"}, seen=seen)
    with pytest.raises(Refused) as told:
        edit(done, row.submission_id, {("keluarga", None, "lantai"): "2"}, seen=seen)
    assert told.value.code == "changed"
    with pytest.raises(Refused):
        edit(done, row.submission_id, {("anggota", 0, "nama"): NAME}, seen=seen)
    now = collect.submission(row.submission_id)
    assert (now.answers["keluarga"]["lantai"], now.version) == ("5", seen + 1)
    assert identity(done, now.id)["anggota"][0]["nama"] != NAME
    edit(done, now.id, {("keluarga", None, "lantai"): "2"}, seen=seen + 1)
    assert collect.submission(now.id).answers["keluarga"]["lantai"] == "2"


def test_an_edit_that_came_between_looking_and_locking_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done = answered(3)
    id_ = done.ids()[0]
    real, seen = collect.edit_submission, collect.submission(id_).version

    def after_another(**given: Any) -> Any:
        real(**{**given, "changes": {("keluarga", None, "atap"): "1"}})
        return real(**given)

    monkeypatch.setattr(collect, "edit_submission", after_another)
    with pytest.raises(Refused) as told:
        edit(done, id_, {("keluarga", None, "luas_lantai"): "33"}, seen=seen)
    assert told.value.code == "changed"
    assert collect.submission(id_).version == seen  # the test's other edit is undone with it


def test_an_explanation_of_answers_that_changed_meanwhile_is_refused() -> None:
    def plant(made: list[MadeFamily]) -> None:
        made[0].members[0]["hubungan"] = "9"

    done = answered(3, plant=plant)
    actions.check(done.activity.id)
    row = Finding.objects.get(name="satu_kepala")
    given = {"actor": done.people["agen"], "finding_id": row.pk, "reason": "ya", "now": NOW}
    edit(done, row.submission_id, {("anggota", 0, "hubungan"): "8"})
    with pytest.raises(Refused) as told:
        actions.accept_finding(seen=1, **given)
    assert told.value.code == "changed"
    row.refresh_from_db()
    assert row.state == "open"
    assert actions.accept_finding(seen=2, **given).state == "accepted"


def test_a_solved_finding_needs_no_explanation() -> None:
    done = answered(3, plant=planted)
    actions.check(done.activity.id)
    row = Finding.objects.get(name="lantai")
    edit(done, row.submission_id, {("keluarga", None, "lantai"): "5"})
    with pytest.raises(Refused) as told:
        actions.accept_finding(
            actor=done.people["agen"], finding_id=row.pk, reason="ya", now=NOW
        )  # fmt: skip
    assert told.value.code == "solved"


def test_an_explanation_goes_when_its_fault_is_mended_and_does_not_come_back() -> None:
    def plant(made: list[MadeFamily]) -> None:
        made[0].members[0]["hubungan"] = "9"

    done = answered(3, plant=plant)
    actions.check(done.activity.id)
    row = Finding.objects.get(name="satu_kepala")
    agent = done.people["agen"]
    actions.accept_finding(actor=agent, finding_id=row.pk, reason="kepala merantau", now=NOW)
    client = Client()
    client.force_login(agent)
    page = f"/kantor/{done.village.id}/periksa/keluarga/{row.submission_id}/"
    assert "kepala merantau" in client.get(page).content.decode()
    for code, state in (("1", "solved"), ("9", "open")):
        edit(done, row.submission_id, {("anggota", 0, "hubungan"): code})
        row.refresh_from_db()
        assert row.state == state
        assert "kepala merantau" not in client.get(page).content.decode()


# -- erasing ----------------------------------------------------------------------------------


def test_identity_and_reasons_of_an_erased_family_are_gone(settings: Any) -> None:
    done = answered(3, plant=planted)
    actions.check(done.activity.id)
    row = Finding.objects.get(name="lantai")
    gone = row.submission_id
    reason = actions.accept_finding(
        actor=done.people["agen"], finding_id=row.pk, reason="ya", now=NOW
    ).reason_id
    edit(done, gone, {("anggota", 0, "nama"): NAME, ("keluarga", None, "nomor_kk"): KK})
    assert SealedIdentity.objects.filter(record_id=gone).count() == 2
    actions.erase(actor=done.people["agen"], submission_id=gone, reason="diminta", now=NOW)
    assert not SealedIdentity.objects.filter(record_id=gone).exists()
    assert identity(done, gone) == {}
    assert vault.find(activity_id=done.activity.id, kind="kk", values=[KK]) == {}
    assert not Finding.objects.filter(submission_id=gone).exists()
    with pytest.raises(ledger.Missing):
        vault.open_file(village_id=done.village.id, activity_id=done.activity.id, file_id=reason)
    with pytest.raises(Http404):
        edit(done, gone, {("keluarga", None, "lantai"): "5"})
