"""From a sent file to stored answers: once, whole or not at all, and never over an edit."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from cantik.collect import actions, api, storing
from cantik.collect.models import Submission, SubmissionVersion, Upload
from cantik.demo.families import MadeFamily
from cantik.kernel.problems import Refused
from cantik.kernel.states import NotNow
from cantik.ledger import api as ledger
from cantik.ledger.models import AuditLine, Job
from cantik.people.api import NotAllowed
from cantik.vault import api as vault
from tests.action.keluarga import (
    REFUSING,
    WAITING,
    accepted,
    filled_workbook,
    form,
    made,
    opened,
    saved,
    sent,
)
from tests.action.people import person, village
from tests.action.test_design_activities import opened as opened_activity

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def agent() -> Any:
    return person("agen_statistik", village())


@pytest.fixture
def activity(agent: Any) -> Any:
    return opened_activity(agent.appointments.get().area, agent)


def kinds(upload: Upload) -> list[str]:
    return [group[0] for group in actions.opened(upload, upload.report_id)["groups"]]


def draft(activity: Any, agent: Any, answers: list[MadeFamily], **other: Any) -> Upload:
    data = filled_workbook(activity, answers=answers, **other)
    return sent(activity, actor=agent, data=data, now=NOW)


def counts(upload: Upload) -> tuple[int, ...]:
    return tuple(upload.summary[key] for key in ("new", "same", "changed", "clashes"))


def store(upload: Upload, agent: Any, *, keep_edits: bool = True) -> Upload:
    actions.accept(actor=agent, upload_id=upload.id, keep_edits=keep_edits, now=NOW)
    upload.refresh_from_db()
    return upload


def of(activity: Any, agent: Any, one: MadeFamily) -> api.SubmissionInfo:
    """The stored family of a made one."""
    [found] = vault.find(
        activity_id=activity.id, kind="kk", values=[one.family["nomor_kk"]]
    ).values()
    return api.submission(found[-1])


# -- what a file is refused for, what waits ---------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("unknown_code", "unknown_code"),
        ("missing_area", "missing_area"),
        ("missing_number", "missing_key"),
        ("formula", "formula_text"),
        ("renamed", "renamed_column"),
    ],
)
def test_a_file_is_refused_whole(activity: Any, agent: Any, fault: str, code: str) -> None:
    data = filled_workbook(activity, families=6, faults=[fault])
    upload = sent(activity, actor=agent, data=data, now=NOW)
    assert upload.state == "refused"
    assert code in kinds(upload)
    assert upload.draft_id == ""
    with pytest.raises(NotNow):
        actions.accept(actor=agent, upload_id=upload.id, keep_edits=True, now=NOW)
    assert not Submission.objects.exists()


def test_all_that_refuses_is_told_at_once(activity: Any, agent: Any) -> None:
    data = filled_workbook(activity, families=30, faults=REFUSING)
    upload = sent(activity, actor=agent, data=data, now=NOW)
    assert {"unknown_code", "missing_area", "missing_key"} <= set(kinds(upload))
    assert upload.summary["refusing"] == 3


@pytest.mark.parametrize(
    ("fault", "code", "name"),
    [
        ("future_birth", "bounds", "tanggal_lahir"),
        ("two_heads", "rule", "satu_kepala"),
        ("long_nik", "bounds", "nik"),
        ("skipped", "missing", "lantai"),
    ],
)
def test_what_waits_is_told_once_and_stored(
    activity: Any, agent: Any, fault: str, code: str, name: str
) -> None:
    data = filled_workbook(activity, families=6, faults=[fault])
    upload = sent(activity, actor=agent, data=data, now=NOW)
    waiting = [
        one for one in actions.opened(upload, upload.report_id)["groups"] if one[5] == "wait"
    ]
    assert [(one[0], one[2], one[6]) for one in waiting] == [(code, name, 1)]
    assert upload.summary["waiting"] == 1
    store(upload, agent)
    assert Submission.objects.count() == 6


def test_thirty_families_with_three_faults_are_stored(activity: Any, agent: Any) -> None:
    upload = accepted(activity, actor=agent, families=30, faults=WAITING, now=NOW)
    assert upload.summary["waiting"] == 3
    assert set(api.progress(activity.id).values()) == {10}


# -- identity ---------------------------------------------------------------------------------


def test_stored_answers_hold_no_identity(activity: Any, agent: Any) -> None:
    rows = made(activity, families=6)
    accepted(activity, actor=agent, answers=rows, now=NOW)
    text = json.dumps([one.answers for one in api.submissions(activity.id)])
    for one in rows:
        assert one.family["nomor_kk"] not in text
        assert one.family["alamat"] not in text
        for member in one.members:
            assert member["nama"] not in text
            assert member["nik"] not in text
            assert str(member["tanggal_lahir"]) not in text
    born = rows[0].members[0]["tanggal_lahir"]
    reference = api.design.activity(activity.id).reference_date
    years = reference.year - born.year - ((reference.month, reference.day) < (born.month, born.day))
    assert of(activity, agent, rows[0]).answers["anggota"][0]["umur"] == years


def test_nothing_sent_lies_readable_in_the_data_folder(activity: Any, agent: Any) -> None:
    folder = Path(settings.HOME) / "files"
    before = set(folder.rglob("*"))  # other tests publish workbooks
    rows = made(activity, families=6)
    rows[0].family["air_minum"] = "Bu Ratna punya sumur"
    upload = draft(activity, agent, rows)
    actions.mend(
        actor=agent, upload_id=upload.id, now=NOW,
        mends={("air_minum", "Bu Ratna punya sumur"): "4"},
    )  # fmt: skip
    upload.refresh_from_db()
    store(upload, agent)
    one = of(activity, agent, rows[0])
    api.edit_submission(
        submission_id=one.id, changes={("keluarga", None, "lantai"): "1"}, actor=agent,
        reason="Kata Bu Ratna lantainya baru", now=NOW,
    )  # fmt: skip
    needles = [b"Ratna", rows[0].family["nomor_kk"].encode(), b"PK\x03\x04"]
    for path in set(folder.rglob("*")) - before:
        if path.is_file():
            data = path.read_bytes()
            assert not [one for one in needles if one in data]
    for model in (Upload, Submission, SubmissionVersion, AuditLine, Job):
        rows_text = json.dumps(list(model.objects.values()), default=str)
        assert "Ratna" not in rows_text
        assert rows[0].family["nomor_kk"] not in rows_text
    [change] = [one for one in api.history(submission_id=one.id, actor=agent) if one.why == "edit"]
    assert change.reason == "Kata Bu Ratna lantainya baru"
    with pytest.raises(NotAllowed):
        api.history(submission_id=one.id, actor=person("petugas", agent.appointments.get().area))


# -- a second file ----------------------------------------------------------------------------


def test_a_second_file_knows_new_same_and_changed(activity: Any, agent: Any) -> None:
    rows = made(activity, families=9)
    accepted(activity, actor=agent, answers=rows[:6], now=NOW)
    rows[0].family["lantai"] = "1" if rows[0].family["lantai"] != "1" else "2"
    rows[1].members[0]["nama"] = "Nama Baru Contoh"
    upload = draft(activity, agent, rows[::-1], book_id="bukulain")
    assert counts(upload) == (3, 4, 2, 0)
    store(upload, agent)
    assert Submission.objects.count() == 9
    assert of(activity, agent, rows[0]).version == 2
    assert of(activity, agent, rows[2]).version == 1
    again = draft(activity, agent, rows, book_id="bukulain")
    assert counts(again) == (0, 9, 0, 0)


def test_a_family_without_a_card_is_known_by_its_place_in_the_form(
    activity: Any, agent: Any
) -> None:
    rows = made(activity, families=3)
    card = rows[0].family.pop("nomor_kk")
    accepted(activity, actor=agent, answers=rows, now=NOW)
    rows[0].family["lantai"] = "1" if rows[0].family["lantai"] != "1" else "2"
    assert counts(draft(activity, agent, rows)) == (0, 2, 1, 0)
    # In another form its number says nothing.
    assert counts(draft(activity, agent, rows, book_id="lain")) == (1, 2, 0, 0)
    # It gets a card: still the same family, from now on known by it.
    rows[0].family["nomor_kk"] = card
    upload = draft(activity, agent, rows)
    assert counts(upload) == (0, 2, 1, 0)
    store(upload, agent)
    assert counts(draft(activity, agent, rows, book_id="lain")) == (0, 3, 0, 0)
    assert Submission.objects.count() == 3


def test_a_row_used_again_for_others_replaces_nobody(activity: Any, agent: Any) -> None:
    rows = made(activity, families=3)
    del rows[0].family["nomor_kk"]
    accepted(activity, actor=agent, answers=rows, now=NOW)
    other = made(activity, families=3, seed=2)[0]
    del other.family["nomor_kk"]
    for at, member in enumerate(other.members):
        member["nama"] = f"Orang {at} Lain"
    upload = draft(activity, agent, [other, *rows[1:]])
    assert counts(upload) == (1, 2, 0, 0)


def test_two_cards_alike_in_one_file_are_refused(activity: Any, agent: Any) -> None:
    rows = made(activity, families=3)
    rows[1].family["nomor_kk"] = rows[0].family["nomor_kk"]
    upload = draft(activity, agent, rows)
    assert kinds(upload)[0] == "twice_kk"
    assert upload.state == "refused"


def test_two_files_at_once_do_not_make_a_family_twice(activity: Any, agent: Any) -> None:
    """Both dry runs say new; what is stored second finds the first."""
    rows = made(activity, families=6)
    one, two = draft(activity, agent, rows), draft(activity, agent, rows, book_id="lain")
    assert counts(one) == counts(two) == (6, 0, 0, 0)
    store(one, agent)
    store(two, agent)
    assert Submission.objects.count() == 6
    assert counts(two) == (0, 6, 0, 0)


# -- edits ------------------------------------------------------------------------------------


def edited(activity: Any, agent: Any, one: MadeFamily, changes: dict[Any, Any]) -> str:
    found = of(activity, agent, one)
    api.edit_submission(
        submission_id=found.id, changes=changes, actor=agent, reason="Ditanyakan lagi", now=NOW
    )
    return found.id


def test_an_edit_outlives_the_same_file_sent_again(activity: Any, agent: Any) -> None:
    rows = made(activity, families=3)
    rows[0].family |= {"bantuan_pkh": "2", "bantuan_sembako": "2", "bantuan_blt_desa": "2"}
    accepted(activity, actor=agent, answers=rows, now=NOW)
    id_ = edited(activity, agent, rows[0], {("keluarga", None, "bantuan_pkh"): "1"})
    assert api.submission(id_).answers["keluarga"]["bantuan"] == "1"
    upload = draft(activity, agent, rows)
    assert counts(upload) == (0, 3, 0, 1)
    store(upload, agent)
    assert api.submission(id_).answers["keluarga"]["bantuan_pkh"] == "1"
    assert api.submission(id_).version == 2


def test_an_edit_outlives_other_changes_and_what_follows_from_it_is_worked_out_again(
    activity: Any, agent: Any
) -> None:
    rows = made(activity, families=3)
    rows[0].family |= {"bantuan_pkh": "2", "bantuan_sembako": "2", "bantuan_blt_desa": "2"}
    rows[0].family["lantai"] = "2"
    accepted(activity, actor=agent, answers=rows, now=NOW)
    id_ = edited(activity, agent, rows[0], {("keluarga", None, "bantuan_pkh"): "1"})
    rows[0].family["lantai"] = "5"
    upload = draft(activity, agent, rows)
    assert counts(upload) == (0, 2, 1, 1)
    store(upload, agent)
    family = api.submission(id_).answers["keluarga"]
    assert (family["lantai"], family["bantuan_pkh"], family["bantuan"]) == ("5", "1", "1")
    assert api.submission(id_).edited == {("keluarga", None, "bantuan_pkh")}


def test_the_sender_may_let_the_file_stand_instead(activity: Any, agent: Any) -> None:
    rows = made(activity, families=3)
    rows[0].family["lantai"] = "2"
    accepted(activity, actor=agent, answers=rows, now=NOW)
    id_ = edited(activity, agent, rows[0], {("keluarga", None, "lantai"): "5"})
    upload = draft(activity, agent, rows)
    # Edited between the dry run and the answer: this one nobody was asked about.
    edited(activity, agent, rows[0], {("keluarga", None, "luas_lantai"): 77})
    store(upload, agent, keep_edits=False)
    found = api.submission(id_)
    assert found.answers["keluarga"]["lantai"] == "2"
    assert found.answers["keluarga"]["luas_lantai"] == 77
    assert found.edited == {("keluarga", None, "luas_lantai")}


def test_a_mended_birth_date_outlives_the_file_that_had_it_wrong(activity: Any, agent: Any) -> None:
    rows = made(activity, families=3)
    right = rows[0].members[0]["tanggal_lahir"]
    data = filled_workbook(activity, answers=rows, faults=["future_birth"])
    store(sent(activity, actor=agent, data=data, now=NOW), agent)
    found = of(activity, agent, rows[0])
    assert "umur" not in found.answers["anggota"][0]
    assert ("bounds", 0, "tanggal_lahir") in found.sealed_faults
    edited(activity, agent, rows[0], {("anggota", 0, "tanggal_lahir"): right.strftime("%d/%m/%Y")})
    mended = api.submission(found.id)
    assert mended.answers["anggota"][0]["umur"] > 17
    assert mended.sealed_faults == ()
    again = sent(activity, actor=agent, data=data, now=NOW)
    assert counts(again) == (0, 3, 0, 1)
    store(again, agent)
    assert api.submission(found.id).answers == mended.answers
    assert api.submission(found.id).sealed_faults == ()


def test_an_edit_stays_with_the_person_when_members_move(activity: Any, agent: Any) -> None:
    rows = made(activity, families=12)
    one = next(row for row in rows if len(row.members) >= 3)
    accepted(activity, actor=agent, answers=rows, now=NOW)
    other = "3" if one.members[1]["status_kawin"] != "3" else "4"
    id_ = edited(activity, agent, one, {("anggota", 1, "status_kawin"): other})
    one.members.reverse()
    place = len(one.members) - 2
    store(draft(activity, agent, rows), agent)
    members = api.submission(id_).answers["anggota"]
    assert members[place]["status_kawin"] == other
    assert members[1]["status_kawin"] != other or place == 1
    assert api.submission(id_).edited == {("anggota", place, "status_kawin")}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({("keluarga", None, "lantai"): "99"}, "code"),
        ({("keluarga", None, "luas_lantai"): "dua puluh"}, "number"),
        ({("anggota", 0, "tanggal_lahir"): "31/02/1990"}, "date"),
        ({("anggota", 0, "nama"): "=1+1"}, "formula"),
        ({("anggota", 99, "hubungan"): "2"}, "field"),
        ({("anggota", -1, "hubungan"): "2"}, "field"),
        ({("anggota", None, "hubungan"): "2"}, "field"),
        ({("keluarga", 0, "lantai"): "2"}, "field"),
        ({("keluarga", None, "hubungan"): "2"}, "field"),
        ({("keluarga", None, "tidak_ada"): "2"}, "field"),
        ({("keluarga", None, "rt"): "x"}, "field"),
        ({("anggota", 0, "umur"): "12"}, "field"),
        ({("keluarga", None, "nomor_kk"): "12"}, "key"),
        ({("keluarga", None, "nomor_kk"): ""}, "key"),
        ({}, "nothing"),
    ],
)
def test_a_wrong_edit_changes_nothing(
    activity: Any, agent: Any, changes: dict[Any, Any], code: str
) -> None:
    rows = made(activity, families=3)
    accepted(activity, actor=agent, answers=rows, now=NOW)
    before = Submission.objects.values()
    seen = [dict(row) for row in before]
    with pytest.raises(Refused) as told:
        edited(activity, agent, rows[0], changes)
    assert told.value.code == code
    assert [dict(row) for row in Submission.objects.values()] == seen
    assert not SubmissionVersion.objects.exists()


def test_a_card_number_can_be_mended_but_not_taken_from_others(activity: Any, agent: Any) -> None:
    rows = made(activity, families=3)
    right = rows[0].family["nomor_kk"]
    rows[0].family["nomor_kk"] = right[:15]
    accepted(activity, actor=agent, answers=rows, now=NOW)
    [found] = [one for one in api.submissions(activity.id) if one.sealed_faults]
    given: dict[str, Any] = {"submission_id": found.id, "actor": agent, "reason": "a", "now": NOW}
    with pytest.raises(Refused) as told:
        api.edit_submission(
            changes={("keluarga", None, "nomor_kk"): rows[1].family["nomor_kk"]}, **given
        )
    assert told.value.code == "twice_kk"
    api.edit_submission(changes={("keluarga", None, "nomor_kk"): right}, **given)
    assert of(activity, agent, MadeFamily("", {"nomor_kk": right}, [])).id == found.id
    assert api.submission(found.id).sealed_faults == ()


def test_a_returned_family_comes_back_with_the_next_file(activity: Any, agent: Any) -> None:
    rows = made(activity, families=3)
    accepted(activity, actor=agent, answers=rows, now=NOW)
    one = of(activity, agent, rows[0])
    with pytest.raises(Refused):
        api.return_submission(submission_id=one.id, note=" ", actor=agent, now=NOW)
    api.return_submission(submission_id=one.id, note="Tanya lagi", actor=agent, now=NOW)
    assert api.submission(one.id).state == "returned"
    accepted(activity, actor=agent, answers=rows, now=NOW)
    back = api.submission(one.id)
    assert (back.state, back.version) == ("accepted", 3)  # a new version is looked at again


# -- killed in the middle ---------------------------------------------------------------------


class Killed(BaseException):
    """What no handler of ours catches, as nothing catches SIGKILL."""


@pytest.mark.parametrize("step", ["seal_identities", "register_lookups"])
def test_killed_while_storing_nothing_is_half_stored_and_it_ends_after_the_restart(
    activity: Any, agent: Any, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = draft(activity, agent, made(activity, families=6))

    def kill(**_given: Any) -> None:
        raise Killed

    Upload.objects.filter(pk=upload.pk).update(state="accepting")
    with monkeypatch.context() as patch:
        patch.setattr(storing.vault, step, kill)
        with pytest.raises(Killed):
            actions.store(upload_id=upload.id, now=NOW)
    assert not Submission.objects.exists()
    assert not vault.find(
        activity_id=activity.id,
        kind="kk",
        values=[made(activity, families=6)[0].family["nomor_kk"]],
    )
    upload.refresh_from_db()
    assert (upload.state, bool(upload.draft_id)) == ("accepting", True)
    Job.objects.filter(id=upload.job_id).update(kind="collect.store", state="running")
    ledger.recover(now=timezone.now())
    upload.refresh_from_db()
    assert upload.state == "accepted"
    assert Submission.objects.count() == 6


def test_killed_while_reading_it_is_read_after_the_restart(
    activity: Any, agent: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = draft(activity, agent, made(activity, families=6))
    Upload.objects.filter(pk=upload.pk).update(state="reading", draft_id="", report_id="")

    def kill(*_given: Any, **_more: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(actions, "_sealed", kill)
        with pytest.raises(Killed):
            actions.read(upload_id=upload.id, now=NOW)
    upload.refresh_from_db()
    assert (upload.state, upload.draft_id) == ("reading", "")
    Job.objects.filter(id=upload.job_id).update(state="running")
    ledger.recover(now=timezone.now())
    upload.refresh_from_db()
    assert (upload.state, upload.summary["new"]) == ("draft", 6)


def test_done_twice_is_done_once(activity: Any, agent: Any) -> None:
    upload = accepted(activity, actor=agent, families=6, now=NOW)
    lines = AuditLine.objects.count()
    actions.store(upload_id=upload.id, now=NOW)
    actions.read(upload_id=upload.id, now=NOW)
    assert Submission.objects.count() == 6
    assert AuditLine.objects.count() == lines
    with pytest.raises(NotNow):
        actions.accept(actor=agent, upload_id=upload.id, keep_edits=True, now=NOW)


def test_a_job_that_ends_badly_leaves_the_file_to_be_tried_again(
    activity: Any, agent: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = draft(activity, agent, made(activity, families=6))

    def broken(**_given: Any) -> None:
        raise OSError("disk")

    with monkeypatch.context() as patch:
        patch.setattr(storing.vault, "seal_identities", broken)
        store(upload, agent)
    assert actions.settle(upload).state == "draft"
    assert not Submission.objects.exists()
    assert store(upload, agent).state == "accepted"


# -- erasure ----------------------------------------------------------------------------------


def test_an_erased_family_leaves_nothing_but_a_line(activity: Any, agent: Any) -> None:
    rows = made(activity, families=6)
    upload = accepted(activity, actor=agent, answers=rows, now=NOW)
    waiting = draft(activity, agent, rows)
    id_ = edited(activity, agent, rows[0], {("anggota", 0, "nama"): "Nama Lain Contoh"})
    told: list[str] = []

    def heard(activity_id: str, _actor: Any, _now: datetime) -> None:
        told.append(activity_id)

    api.ON_ERASE.append(heard)
    try:
        api.erase_family(submission_id=id_, reason="Diminta oleh Ratna", actor=agent, now=NOW)
    finally:
        api.ON_ERASE.remove(heard)
    assert told == [activity.id]
    with pytest.raises(NotAllowed):
        api.submission(id_)
    assert not SubmissionVersion.objects.filter(submission_id=id_).exists()
    assert Submission.objects.count() == 5
    for kind, value in (("kk", rows[0].family["nomor_kk"]), ("nik", rows[0].members[0]["nik"])):
        assert not vault.find(activity_id=activity.id, kind=kind, values=[value])
    for one in (upload, waiting):
        with pytest.raises(ledger.Missing):
            vault.open_file(village_id=one.village_id, activity_id=activity.id, file_id=one.file_id)
    waiting.refresh_from_db()
    assert waiting.state == "discarded"
    lines = json.dumps(list(AuditLine.objects.values()), default=str)
    assert "Ratna" not in lines
    assert id_ in lines
    assert ledger.sealed_get(kind="collect.erase", ref=id_) == b"Diminta oleh Ratna"


def test_nothing_is_erased_while_a_file_is_being_read(activity: Any, agent: Any) -> None:
    rows = made(activity, families=3)
    upload = accepted(activity, actor=agent, answers=rows, now=NOW)
    Upload.objects.filter(pk=upload.pk).update(state="accepting")
    one = of(activity, agent, rows[0])
    with pytest.raises(Refused) as told:
        api.erase_family(submission_id=one.id, reason="a", actor=agent, now=NOW)
    assert told.value.code == "busy"
    assert api.submission(one.id) == one


# -- rights -----------------------------------------------------------------------------------


def verbs(upload: Upload, one: api.SubmissionInfo) -> list[tuple[str, Callable[[Any], Any]]]:
    now = NOW
    changes = {("keluarga", None, "lantai"): "1"}
    return [
        ("collect.upload", lambda who: actions.workbook(actor=who, activity_id=one.activity_id)),
        ("collect.upload", lambda who: actions.receive(
            actor=who, activity_id=one.activity_id, data=b"PK", now=now)),
        ("collect.upload", lambda who: actions.mend(
            actor=who, upload_id=upload.id, mends={}, now=now)),
        ("collect.upload", lambda who: actions.accept(
            actor=who, upload_id=upload.id, keep_edits=True, now=now)),
        ("collect.upload", lambda who: actions.discard(actor=who, upload_id=upload.id, now=now)),
        ("process.edit", lambda who: api.edit_submission(
            submission_id=one.id, changes=changes, actor=who, reason="a", now=now)),
        ("process.edit", lambda who: api.return_submission(
            submission_id=one.id, note="a", actor=who, now=now)),
        ("erase", lambda who: api.erase_family(
            submission_id=one.id, reason="a", actor=who, now=now)),
    ]  # fmt: skip


@pytest.mark.parametrize("role", ["petugas", "kepala_desa"])
def test_a_colleague_does_only_what_the_role_gives(activity: Any, agent: Any, role: str) -> None:
    here = agent.appointments.get().area
    rows = made(activity, families=3)
    accepted(activity, actor=agent, answers=rows, now=NOW)
    upload = draft(activity, agent, rows)
    colleague, stranger = person(role, here), person("agen_statistik", village("Sana"))
    from cantik.people.api import can

    state = [dict(row) for row in Submission.objects.values()]
    for capability, act in verbs(upload, of(activity, agent, rows[0])):
        with pytest.raises(NotAllowed):
            act(stranger)
        if not can(colleague, capability, here.id):
            with pytest.raises(NotAllowed):
                act(colleague)
    assert [dict(row) for row in Submission.objects.values()] == state
    upload.refresh_from_db()
    assert upload.state == "draft"


# -- what comes out ---------------------------------------------------------------------------


def test_the_form_says_whose_it_is_and_that_it_is_an_example(activity: Any, agent: Any) -> None:
    name, data = actions.workbook(actor=agent, activity_id=activity.id)
    assert name.startswith("contoh-formulir-")
    book = opened(data)
    assert book.sheetnames == ["Petunjuk", "Keluarga", "Anggota", "Kode", "_cantik"]
    assert "CONTOH DATA" in str(book["Petunjuk"]["A3"].value)
    assert book["_cantik"].sheet_state == "veryHidden"
    assert book["_cantik"]["A1"].value == activity.id
    other = actions.workbook(actor=agent, activity_id=activity.id)[1]
    assert opened(other)["_cantik"]["A4"].value != book["_cantik"]["A4"].value


def test_a_form_of_another_activity_or_another_version_is_told(activity: Any, agent: Any) -> None:
    here = agent.appointments.get().area
    other = opened_activity(
        here, agent, period="2025", reference_date=datetime(2025, 8, 31, tzinfo=UTC).date()
    )
    upload = sent(activity, actor=agent, data=filled_workbook(other, families=3), now=NOW)
    assert (upload.state, kinds(upload)) == ("refused", ["other_activity"])
    book = opened(filled_workbook(activity, families=3))
    book["_cantik"]["A2"].value = "0" * 64
    upload = sent(activity, actor=agent, data=saved(book), now=NOW)
    assert kinds(upload) == ["vanished"]
    # Nothing of such a file is kept.
    assert upload.file_id == ""
    with pytest.raises(Refused):
        actions.mend(actor=agent, upload_id=upload.id, mends={}, now=NOW)


def test_an_untouched_form_is_empty(activity: Any, agent: Any) -> None:
    upload = sent(activity, actor=agent, data=form(activity), now=NOW)
    assert (upload.state, kinds(upload)) == ("refused", ["empty"])


def test_the_next_step_is_told(activity: Any, agent: Any) -> None:
    here = agent.appointments.get().area
    design_targets(activity, agent)
    assert [t.button for t in api.next_things(agent, here.id, NOW)] == ["Kirim berkas"]
    upload = sent(
        activity, actor=agent, now=NOW,
        data=filled_workbook(activity, families=3, faults=["unknown_code"]),
    )  # fmt: skip
    assert [t.button for t in api.next_things(agent, here.id, NOW)] == ["Perbaiki"]
    actions.discard(actor=agent, upload_id=upload.id, now=NOW)
    upload = draft(activity, agent, made(activity, families=3))
    assert [t.button for t in api.next_things(agent, here.id, NOW)] == ["Lihat"]
    Upload.objects.filter(pk=upload.pk).update(state="failed")
    assert [t.button for t in api.next_things(agent, here.id, NOW)] == ["Baca lagi"]
    Upload.objects.filter(pk=upload.pk).update(state="draft")
    store(upload, agent)
    assert api.next_things(agent, here.id, NOW) == []
    assert api.next_things(person("kepala_desa", here), here.id, NOW) == []


def design_targets(activity: Any, agent: Any) -> None:
    from cantik.design import api as design
    from cantik.people.api import village_tree

    design.set_targets(
        actor=agent, activity_id=activity.id, source="uji", now=NOW,
        source_date=datetime(2026, 8, 31, tzinfo=UTC).date(),
        targets={
            leaf.id: design.LeafTarget(1, None, None)
            for leaf in village_tree(activity.village_id).leaves()
        },
    )  # fmt: skip
