"""From clean data to files in the open, and away again: the jobs between two people."""

import json
from pathlib import Path
from typing import Any

import pytest

from cantik.disseminate import jobs, reading
from cantik.disseminate.publication import NotReleased
from cantik.kernel import canonical
from cantik.ledger import api as ledger
from cantik.ledger.jobs import JOBS
from cantik.protect import api as protect
from tests.action.disseminate_chain import NOW, Chain, chain

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def released(settings: Any, tmp_path: Path) -> Path:
    settings.RELEASED = tmp_path / "released"
    return tmp_path / "released"


@pytest.fixture
def made() -> Chain:
    return chain()


def on_disk(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def handle(**params: str) -> ledger.JobHandle:
    return ledger.JobHandle("j", params, "", "")


def test_what_is_approved_is_what_is_published(made: Chain, released: Path) -> None:
    proposal = made.propose()
    assert proposal.state == "waiting"
    assert not released.exists()
    release = made.approve(proposal)
    told = on_disk(released / made.village.id / "1")
    assert {name: canonical.digest(data) for name, data in told.items()} == proposal.files
    entry, read = reading.publication(made.village.id, release.number)
    assert (entry.state, entry.period) == ("published", "2026")
    assert read.village.label == "Desa Uji"
    assert read.collected.target == 96
    assert len(read.table_ids) == len(made.activity.pack.tables)
    assert read.table_ids == [one.id for one in made.activity.pack.tables]
    assert read.book().startswith(b"%PDF")


def test_nothing_released_names_an_unreleased_hash(made: Chain, released: Path) -> None:
    """A public hash of raw counts would let anyone test a guess (decision 13)."""
    proposal = made.propose()
    made.approve(proposal)
    public = set(proposal.files.values())
    secret = {
        proposal.clean_edition_id,
        proposal.protected_edition_id,
        proposal.proposed_edition_id,
    }
    secret |= set(ledger.manifest(proposal.clean_edition_id)["files"].values())
    secret |= set(ledger.manifest(proposal.protected_edition_id)["files"].values()) - public
    whole = b"".join(on_disk(released).values()).decode("latin-1")
    assert not [sha for sha in secret if sha in whole]


def test_preparing_again_changes_nothing(made: Chain) -> None:
    proposal = made.propose()
    jobs.prepare(handle(proposal=proposal.id))
    assert protect.proposal(proposal.id).files == proposal.files


def test_publishing_again_changes_nothing(made: Chain, released: Path) -> None:
    release = made.approve(made.propose())
    before = on_disk(released)
    jobs.publish(handle(release=release.id))
    assert on_disk(released) == before


def test_a_correction_takes_the_place_of_the_first(made: Chain, released: Path) -> None:
    made.approve(made.propose())
    again = made.propose(note="satu isian diperbaiki", clean=made.cut(88))
    made.approve(again)
    village = reading.village(made.village.id)
    assert village is not None
    assert [(one.number, one.state, one.replaced_by) for one in village.entries] == [
        (2, "published", None), (1, "replaced", 2),
    ]  # fmt: skip
    assert village.entry(2).note == "satu isian diperbaiki"
    _, old = reading.publication(made.village.id, 1)
    _, new = reading.publication(made.village.id, 2)
    assert (old.facts["corrects"], new.facts["corrects"]) == (False, True)
    assert old.facts["open"][0]["families"] == 90
    assert new.facts["open"][0]["families"] == 88


def test_a_withdrawn_release_leaves_its_words(made: Chain, released: Path) -> None:
    release = made.approve(made.propose())
    protect.withdraw(
        actor=made.people["kepala"], release_id=release.id, reason="salah tahun", now=NOW
    )
    assert list((released / made.village.id).iterdir()) == [
        released / made.village.id / "index.json"
    ]
    village = reading.village(made.village.id)
    assert village is not None
    entry = village.entry(1)
    assert (entry.state, entry.reason, entry.files) == ("withdrawn", "salah tahun", {})
    assert entry.changed_at == NOW
    with pytest.raises(NotReleased):
        reading.publication(made.village.id, 1)


def test_a_late_job_of_a_withdrawn_release_publishes_nothing(made: Chain, released: Path) -> None:
    release = made.approve(made.propose())
    protect.withdraw(actor=made.people["kepala"], release_id=release.id, reason="salah", now=NOW)
    jobs.publish(handle(release=release.id))
    assert not (released / made.village.id / "1").exists()


def test_a_proposal_that_cannot_be_prepared_says_so_and_may_be_made_again(
    made: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: Any) -> bytes:
        raise RuntimeError("isi rahasia")

    with monkeypatch.context() as patched:
        patched.setattr(jobs, "book", broken)
        failed = made.propose()
    assert failed.state == "failed"
    assert failed.files == {}
    assert made.propose().state == "waiting"


def test_missing_approved_bytes_publish_nothing(made: Chain, released: Path, settings: Any) -> None:
    proposal = made.propose()
    sha = proposal.files["buku.pdf"]
    (Path(settings.HOME) / "files" / sha[:2] / sha).unlink()
    made.approve(proposal)
    assert not (released / made.village.id / "index.json").exists()
    assert ledger.Job.objects.get(kind="disseminate.publish").failure == "approved_files_missing"


def test_a_returned_proposal_is_never_seen(made: Chain, released: Path) -> None:
    proposal = made.propose()
    protect.decide(
        actor=made.people["kepala"], proposal_id=proposal.id, verdict="return", note="periksa lagi",
        shown_files=proposal.files, confirmed=True, now=NOW,
    )  # fmt: skip
    assert not released.exists()


def test_lineage_counts_come_from_the_clean_data(made: Chain) -> None:
    made.approve(made.propose())
    _, read = reading.publication(made.village.id, 1)
    assert json.loads(json.dumps(read.facts["collected"])) == {
        "families": 90, "target": 96, "refused": 2, "edits": 4, "explained": 1, "warn_below": 80,
    }  # fmt: skip
    assert read.facts["rules"] == len(made.activity.pack.rules)


def killed(*given: Any, **named: Any) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("step", ["book", "table_csv", "release_facts"])
def test_a_worker_killed_while_preparing_begins_again(
    made: Chain, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setitem(JOBS, "disseminate.prepare", lambda job: None)
    proposal = made.propose()
    with monkeypatch.context() as patched:
        patched.setattr(jobs, step, killed)
        with pytest.raises(KeyboardInterrupt):
            jobs.prepare(handle(proposal=proposal.id))
    left = protect.proposal(proposal.id)
    assert (left.state, left.files, left.proposed_edition_id) == ("preparing", {}, "")
    jobs.prepare(handle(proposal=proposal.id))
    assert protect.proposal(proposal.id).state == "waiting"


@pytest.mark.parametrize("step", ["put_release", "put_index"])
def test_a_worker_killed_while_publishing_finishes_later(
    made: Chain, released: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setitem(JOBS, "disseminate.publish", lambda job: None)
    release = made.approve(made.propose())
    with monkeypatch.context() as patched:
        patched.setattr(jobs.publishing, step, killed)
        with pytest.raises(KeyboardInterrupt):
            jobs.publish(handle(release=release.id))
    assert reading.village(made.village.id) is None
    jobs.publish(handle(release=release.id))
    village = reading.village(made.village.id)
    assert village is not None
    assert [one.state for one in village.entries] == ["published"]
