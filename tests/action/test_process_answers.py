"""Findings are settled, answers are mended with a reason, clean data are cut and cut again."""

import io
import json
from datetime import timedelta
from typing import Any

import pyarrow.parquet as parquet
import pytest
from django.http import Http404

from cantik.collect import api as collect
from cantik.demo.families import MadeFamily
from cantik.kernel.problems import Refused
from cantik.ledger import api as ledger
from cantik.people import api as people_api
from cantik.process import actions, api, cutting
from cantik.process.models import Cut, Finding
from tests.action.process_village import NOW, Answered, answered

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def plant(made: list[MadeFamily]) -> None:
    made[0].family.pop("lantai")
    made[1].members[0]["hubungan"] = "9"


def finding(done: Answered, name: str) -> Finding:
    return Finding.objects.get(activity_id=done.activity.id, name=name)


def cut(done: Answered, **other: Any) -> Cut:
    given = {"actor": done.people["agen"], "confirmed": True, "now": NOW, **other}
    return actions.cut(activity_id=done.activity.id, **given)


def read(edition: ledger.Edition, name: str) -> Any:
    return parquet.read_table(io.BytesIO(ledger.edition_file(edition.id, name)))


def test_checking_finds_what_was_planted_and_again_finds_nothing_new() -> None:
    done = answered(plant=plant)
    assert actions.check(done.activity.id) == 12
    first = done.open()
    assert ("missing", "lantai", -1) in first
    assert ("rule", "satu_kepala", -1) in first
    assert actions.check(done.activity.id) == 0
    assert done.open() == first


def test_the_home_page_is_told_of_unchecked_answers_and_nothing_is_written() -> None:
    done = answered(plant=plant)
    agent, here = done.people["agen"], done.village.id
    titles = [task.title for task in api.next_things(agent, here, NOW)]
    assert titles == ["Periksa isian 12 keluarga"]
    assert not Finding.objects.exists()
    actions.check(done.activity.id)
    [task] = api.next_things(agent, here, NOW)
    assert task.title == f"Lihat {len(done.open())} isian yang perlu diperbaiki"


def test_an_edit_with_a_reason_solves_and_is_logged() -> None:
    done = answered(plant=plant)
    actions.check(done.activity.id)
    row = finding(done, "lantai")
    actions.edit(
        actor=done.people["agen"], submission_id=row.submission_id,
        changes={("keluarga", None, "lantai"): "2"}, reason="ditanyakan kepada kepala", now=NOW,
    )  # fmt: skip
    row.refresh_from_db()
    assert row.state == "solved"
    assert collect.submission(row.submission_id).answers["keluarga"]["lantai"] == "2"
    line = ledger.AuditLine.objects.get(verb="collect.edit")
    assert (line.thing_id, line.actor_id) == (row.submission_id, str(done.people["agen"].pk))
    assert "ditanyakan" not in line.detail


def test_an_edit_that_breaks_it_again_opens_it_again() -> None:
    done = answered(plant=plant)
    actions.check(done.activity.id)
    row = finding(done, "lantai")
    given = {"actor": done.people["agen"], "submission_id": row.submission_id, "now": NOW}
    for code, state in (("2", "solved"), ("", "open")):
        actions.edit(
            changes={("keluarga", None, "lantai"): code}, reason="ditanyakan lagi", **given
        )
        row.refresh_from_db()
        assert row.state == state


@pytest.mark.parametrize("reason", ["", "   "])
def test_without_a_reason_nothing_is_changed_or_accepted(reason: str) -> None:
    done = answered(plant=plant)
    actions.check(done.activity.id)
    row = finding(done, "lantai")
    given = {"actor": done.people["agen"], "reason": reason, "now": NOW}
    with pytest.raises(Refused):
        actions.accept_finding(finding_id=row.pk, **given)
    with pytest.raises(Refused):
        actions.edit(
            submission_id=row.submission_id, changes={("keluarga", None, "lantai"): "2"}, **given
        )
    with pytest.raises(Refused):
        actions.give_back(
            actor=given["actor"], note=reason, submission_id=row.submission_id, now=NOW
        )
    row.refresh_from_db()
    assert row.state == "open"
    assert collect.submission(row.submission_id).version == 1


def test_an_explanation_stays_until_the_answers_it_is_about_change() -> None:
    done = answered(plant=plant)
    actions.check(done.activity.id)
    row = finding(done, "satu_kepala")
    agent = done.people["agen"]
    actions.accept_finding(actor=agent, finding_id=row.pk, reason="yatim piatu", now=NOW)
    row.refresh_from_db()
    assert (row.state, actions.reason_of(row)) == ("accepted", "yatim piatu")

    def edit(place: tuple[str, int | None, str], code: str) -> str:
        actions.edit(
            actor=agent, submission_id=row.submission_id, changes={place: code}, reason="ya",
            now=NOW,
        )  # fmt: skip
        row.refresh_from_db()
        return row.state

    assert edit(("keluarga", None, "atap"), "1") == "accepted"
    assert edit(("anggota", 0, "hubungan"), "7") == "open"
    assert actions.reason_of(row) == ""


def test_a_reason_is_sealed_at_rest(settings: Any) -> None:
    done = answered(plant=plant)
    actions.check(done.activity.id)
    row = finding(done, "satu_kepala")
    actions.accept_finding(
        actor=done.people["agen"], finding_id=row.pk, reason="kata Pak Zulkarnaen", now=NOW
    )
    stored = json.dumps(list(Finding.objects.values()), default=str)
    stored += json.dumps(list(ledger.AuditLine.objects.values()), default=str)
    assert "Zulkarnaen" not in stored
    files = [p.read_bytes() for p in (settings.HOME / "files").rglob("*") if p.is_file()]
    assert not any(b"Zulkarnaen" in data for data in files)


def test_a_returned_family_stays_out_until_it_is_sent_again() -> None:
    done = answered(plant=plant)
    actions.check(done.activity.id)
    row = finding(done, "lantai")
    actions.give_back(
        actor=done.people["agen"], submission_id=row.submission_id, note="lantai", now=NOW
    )
    assert ("missing", "lantai", -1) not in done.open()
    made = cut(done)
    assert made.summary["families"] == 11
    assert made.summary["returned"] == 1
    done.send(done.made)
    actions.check(done.activity.id)
    assert ("missing", "lantai", -1) in done.open()
    assert cut(done).summary["families"] == 12


def test_a_family_sent_twice_is_told_and_one_returned_solves_both() -> None:
    def twice(made: list[MadeFamily]) -> None:
        big = max(made, key=lambda one: len(one.members))
        copy = made[0] if made[0] is not big else made[1]
        copy.members[:] = [{**m, "nik": None} for m in big.members]

    done = answered(plant=twice)
    actions.check(done.activity.id)
    rows = list(Finding.objects.filter(kind="twin"))
    assert len(rows) == 2
    actions.give_back(
        actor=done.people["agen"], submission_id=rows[0].submission_id, note="dua kali", now=NOW
    )
    assert not Finding.objects.filter(kind="twin", state="open").exists()


# -- cutting ----------------------------------------------------------------------------------


def test_open_findings_must_be_seen_before_cutting() -> None:
    done = answered(plant=plant)
    with pytest.raises(Refused) as told:
        cut(done, confirmed=False)
    assert told.value.code == "open"
    assert api.clean_edition(done.activity.id) is None
    assert cut(done).summary["open"] >= 2


def test_a_family_without_a_place_stops_the_cut() -> None:
    done = answered()
    actions.check(done.activity.id)
    Finding.objects.create(
        activity_id=done.activity.id, submission_id=done.ids()[0], kind="area", name="area"
    )
    with pytest.raises(Refused) as told:
        cut(done)
    assert told.value.code == "refuse"
    row = Finding.objects.get(kind="area")
    with pytest.raises(Refused):
        actions.accept_finding(actor=done.people["agen"], finding_id=row.pk, reason="biar", now=NOW)


def test_nothing_is_cut_from_nothing() -> None:
    done = answered()
    for id_ in done.ids():
        actions.give_back(actor=done.people["agen"], submission_id=id_, note="ulang", now=NOW)
    with pytest.raises(Refused) as told:
        cut(done)
    assert told.value.code == "empty"


def test_clean_data_hold_allowed_columns_only_in_tree_order() -> None:
    done = answered()
    made = cut(done)
    edition = api.clean_edition(done.activity.id)
    assert edition is not None
    assert edition.id == made.edition_id
    families, members = read(edition, "keluarga.parquet"), read(edition, "anggota.parquet")
    instrument = done.activity.pack.instrument
    sealed = {q.name for q in instrument.questions if q.sealed or q.role == "area"}
    assert not sealed & (set(families.column_names) | set(members.column_names))
    assert families.column_names[:2] == ["id", "wilayah"]
    assert members.column_names[:3] == ["keluarga", "wilayah", "nomor"]
    leaves = [leaf.id for leaf in people_api.village_tree(done.village.id).leaves()]
    rows = list(zip(*(families.column(n).to_pylist() for n in ("wilayah", "id")), strict=True))
    assert rows == sorted(rows, key=lambda row: (leaves.index(row[0]), row[1]))
    assert len(rows) == 12
    people = sum(len(one.members) for one in done.made)
    assert members.num_rows == people
    assert None not in members.column("jenis_kelamin").to_pylist()


def test_only_counted_persons_with_a_sex_are_in() -> None:
    def some(made: list[MadeFamily]) -> None:
        big = max(made, key=lambda one: len(one.members))
        big.members[1]["keberadaan"] = "2"
        made[0].members[0].pop("jenis_kelamin")

    done = answered(plant=some)
    made = cut(done)
    people = sum(len(one.members) for one in done.made)
    assert made.summary["persons"] == people - 2
    assert (made.summary["not_counted"], made.summary["without_sex"]) == (1, 1)


def test_the_same_answers_give_the_same_bytes() -> None:
    done = answered()
    present = collect.submissions(done.activity.id)
    tree = people_api.village_tree(done.village.id)
    rows = [(one.id, one.leaf_id, one.answers) for one in present]

    def files(order: list[Any]) -> dict[str, bytes]:
        made = cutting.cut(done.activity, tree, order)
        return cutting.files(made, done.activity, {"families": 1})

    turned = [(id_, leaf, dict(reversed(answers.items()))) for id_, leaf, answers in reversed(rows)]
    assert files(rows) == files(turned)


def test_cutting_again_without_a_change_makes_nothing_new() -> None:
    done = answered()
    first = cut(done)
    again = cut(done, now=NOW + timedelta(days=3))
    assert again.pk == first.pk
    assert api.is_current(done.activity.id)


def test_quality_counts_target_and_edits_and_lineage_holds_no_id() -> None:
    done = answered(plant=plant)
    actions.check(done.activity.id)
    row = finding(done, "lantai")
    actions.edit(
        actor=done.people["agen"], submission_id=row.submission_id,
        changes={("keluarga", None, "lantai"): "2"}, reason="ditanyakan", now=NOW,
    )  # fmt: skip
    edition = ledger.edition(cut(done).edition_id)
    quality = json.loads(ledger.edition_file(edition.id, "mutu.json"))
    assert (quality["families"], quality["target"], quality["edits"]) == (12, 15, 1)
    words = api.lineage_words(edition.id)
    assert (words["families"], words["target"], words["edits"], words["pack"]) == (
        12, 15, 1, "keluarga"
    )  # fmt: skip
    assert not any(id_ in json.dumps(words) for id_ in done.ids())


def test_new_answers_make_the_clean_data_old() -> None:
    done = answered()
    cut(done)
    actions.edit(
        actor=done.people["agen"], submission_id=done.ids()[0],
        changes={("keluarga", None, "atap"): "1"}, reason="ditanyakan", now=NOW,
    )  # fmt: skip
    assert not api.is_current(done.activity.id)
    for row in Finding.objects.filter(state="open"):
        actions.accept_finding(
            actor=done.people["agen"], finding_id=row.pk, reason="sudah dilihat", now=NOW
        )
    titles = [t.title for t in api.next_things(done.people["agen"], done.village.id, NOW)]
    assert titles == ["Perbarui data bersih"]


# -- erasing ----------------------------------------------------------------------------------


def test_an_erased_family_is_nowhere_and_the_old_clean_data_are_a_tombstone(
    django_capture_on_commit_callbacks: Any,
) -> None:
    done = answered(plant=plant)
    first = ledger.edition(cut(done).edition_id)
    gone = finding(done, "lantai").submission_id
    with django_capture_on_commit_callbacks(execute=True):
        actions.erase(
            actor=done.people["agen"], submission_id=gone, reason="diminta kepala", now=NOW
        )
    first.refresh_from_db()
    assert first.deleted_at is not None
    with pytest.raises(ledger.Missing):
        ledger.edition_file(first.id, "keluarga.parquet")
    with pytest.raises(ledger.Missing):
        ledger.read_bytes(ledger.manifest(first.id)["files"]["keluarga.parquet"])
    edition = api.clean_edition(done.activity.id)
    assert edition is not None
    assert gone not in read(edition, "keluarga.parquet").column("id").to_pylist()
    assert gone not in read(edition, "anggota.parquet").column("keluarga").to_pylist()
    assert not Finding.objects.filter(submission_id=gone).exists()
    assert [one.id for one in api.clean_editions(done.activity.id)] == [edition.id, first.id]
    with pytest.raises(Http404):
        collect.submission(gone)


def test_the_last_family_leaves_tombstones_only() -> None:
    done = answered(3)
    cut(done)
    for id_ in done.ids():
        actions.erase(actor=done.people["agen"], submission_id=id_, reason="diminta", now=NOW)
    assert api.clean_edition(done.activity.id) is None
    assert all(one.deleted_at for one in api.clean_editions(done.activity.id))


# -- who may ----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["kepala", "petugas", "pembina", "rekan", "administrator"])
def test_nobody_else_may_change_accept_return_erase_or_cut(who: str) -> None:
    done = answered(plant=plant)
    actions.check(done.activity.id)
    row = finding(done, "lantai")
    actor, sid = done.people[who], row.submission_id
    for act in (
        lambda: actions.accept_finding(actor=actor, finding_id=row.pk, reason="ya", now=NOW),
        lambda: actions.edit(
            actor=actor, submission_id=sid, changes={("keluarga", None, "lantai"): "2"},
            reason="ya", now=NOW,
        ),
        lambda: actions.give_back(actor=actor, submission_id=sid, note="ya", now=NOW),
        lambda: actions.erase(actor=actor, submission_id=sid, reason="ya", now=NOW),
        lambda: actions.cut(
            actor=actor, activity_id=done.activity.id, confirmed=True, now=NOW
        ),
    ):  # fmt: skip
        with pytest.raises(Http404):
            act()
    assert api.next_things(actor, done.village.id, NOW) == []


def test_an_unknown_finding_or_family_is_not_found() -> None:
    done = answered(3)
    agent = done.people["agen"]
    with pytest.raises(Http404):
        actions.accept_finding(actor=agent, finding_id=999, reason="ya", now=NOW)
    with pytest.raises(Http404):
        actions.give_back(actor=agent, submission_id="tidakada", note="ya", now=NOW)
