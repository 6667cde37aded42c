"""From clean data of the real pack to protected tables, again, and after a correction."""

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from cantik.kernel import canonical
from cantik.ledger import api as ledger
from cantik.people import api as people
from cantik.people.actions import close_area
from cantik.protect import api as protect
from cantik.protect.audit import audit
from tests.action.disseminate_chain import NOW, Chain, _bytes, chain
from tests.protocol.test_protect_adversary import attack_indicators, attack_tables

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def released(settings: Any, tmp_path: Path) -> None:
    settings.RELEASED = tmp_path / "released"


@pytest.fixture
def made() -> Chain:
    return chain(families=120)


def tables(edition_id: str) -> dict[str, Any]:
    listed = json.loads(ledger.edition_file(edition_id, "tables.json"))
    return {id_: json.loads(ledger.edition_file(edition_id, f"tabel/{id_}.json")) for id_ in listed}


def files(edition_id: str) -> dict[str, str]:
    found: dict[str, str] = ledger.manifest(edition_id)["files"]
    return found


def state(proposal_id: str) -> dict[str, list[int]]:
    sealed = ledger.sealed_get(kind="protection", ref=proposal_id)
    assert sealed is not None
    cells: dict[str, list[int]] = json.loads(sealed)["cells"]
    return cells


def corrected(made: Chain, moved: int) -> ledger.Edition:
    """Clean data in which ``moved`` families of one RT now have another toilet."""
    names = ("keluarga.parquet", "anggota.parquet")
    read = [
        parquet.read_table(io.BytesIO(ledger.edition_file(made.clean.id, name))) for name in names
    ]
    rows = read[0].column("fasilitas_bab").to_pylist()
    leaf = read[0].column("wilayah")[0].as_py()
    at = [n for n, area in enumerate(read[0].column("wilayah").to_pylist()) if area == leaf][:moved]
    for n in at:
        rows[n] = "1" if rows[n] != "1" else "5"
    place = read[0].column_names.index("fasilitas_bab")
    read[0] = read[0].set_column(place, "fasilitas_bab", pa.array(rows, pa.string()))
    mutu = json.loads(ledger.edition_file(made.clean.id, "mutu.json"))
    return ledger.put_edition(
        kind="clean", area_id=made.village.id, activity_id=made.activity.id, period="2026",
        files={**dict(zip(names, map(_bytes, read), strict=True)),
               "mutu.json": canonical.dumps({**mutu, "edits": mutu["edits"] + moved})},
        made_from=[], words={}, now=NOW,
    )  # fmt: skip


def test_every_table_of_the_pack_is_made_and_stands_the_audit(made: Chain) -> None:
    proposal = made.propose()
    found = tables(proposal.protected_edition_id)
    assert set(found) == {one.id for one in made.activity.pack.tables}
    assert audit(tables=found) == []
    assert attack_tables([found]) == []
    listed = json.loads(ledger.edition_file(proposal.protected_edition_id, "indicators.json"))
    assert len(listed) == len(made.activity.pack.indicators)
    assert attack_indicators(listed, found) == []
    assert sum(one["withheld"] is None for one in listed) >= 6


def test_preparing_again_gives_the_same_bytes(made: Chain) -> None:
    proposal = made.propose()
    again = protect.prepare(proposal.id, NOW)
    assert again.id == proposal.protected_edition_id


def test_a_returned_proposal_leaves_no_trace_in_the_next(made: Chain) -> None:
    first = made.propose()
    protect.decide(
        actor=made.people["kepala"], proposal_id=first.id, verdict="return", note="ulang",
        shown_files=first.files, confirmed=True, now=NOW,
    )  # fmt: skip
    second = made.propose()
    assert files(second.protected_edition_id) == files(first.protected_edition_id)


def test_the_same_answers_after_a_release_give_the_same_files(made: Chain) -> None:
    first = made.propose()
    made.approve(first)
    second = made.propose(note="diterbitkan ulang")
    assert files(second.protected_edition_id) == files(first.protected_edition_id)
    assert state(second.id) == state(first.id)


def test_the_state_is_sealed_and_comes_back_whole(made: Chain) -> None:
    proposal = made.propose()
    row = ledger.SealedDocument.objects.get(kind="protection", ref=proposal.id)
    assert b"fasilitas_bab" not in bytes(row.sealed)
    cells = state(proposal.id)
    shown = tables(proposal.protected_edition_id)
    for id_, table in shown.items():
        own = {key: pair for key, pair in cells.items() if key.startswith(id_ + ":")}
        if not table["base"]:
            assert not own
            continue
        root = table["rows"][0]
        if root["values"] is None:
            assert not own
            continue
        at = 1 if len(table["by"]) > 1 else 0
        by, code = table["by"][at]["code"], table["columns"][0]["code"]
        total = sum(pair[1] for key, pair in own.items() if key.endswith(f"/{by}|{code}"))
        assert total == root["values"][at][0]


def test_a_correction_changes_the_corrected_place_only(made: Chain) -> None:
    first = made.propose()
    made.approve(first)
    clean = corrected(made, 2)
    second = made.propose(note="dua isian diperbarui", clean=clean)
    old, new = tables(first.protected_edition_id), tables(second.protected_edition_id)
    assert {id_ for id_ in old if old[id_] != new[id_]} == {"fasilitas_bab"}
    before = {row["area"]: row for row in old["fasilitas_bab"]["rows"]}
    same = [row for row in new["fasilitas_bab"]["rows"] if not row["corrected"]]
    assert same
    assert all(row == before[row["area"]] for row in same)
    assert any(row["corrected"] for row in new["fasilitas_bab"]["rows"])
    assert audit(tables=new, earlier=[old]) == []
    assert attack_tables([old, new]) == []


def test_an_rt_closed_since_is_still_counted_where_it_was(made: Chain) -> None:
    first = made.propose()
    leaves = people.village_tree(made.village.id).leaves()
    gone = leaves[-1]
    after = made.activity.reference_date + timedelta(days=10)
    close_area(
        actor=made.people["agen"], village_id=made.village.id, area_id=gone.id,
        now=datetime(after.year, after.month, after.day, tzinfo=UTC),
    )  # fmt: skip
    later = after + timedelta(days=30)
    assert gone.id not in people.village_tree(made.village.id, on=later)
    again = protect.prepare(first.id, NOW)
    assert again.id == first.protected_edition_id
    rows = tables(again.id)["keluarga"]["rows"]
    families = parquet.read_table(
        io.BytesIO(ledger.edition_file(made.clean.id, "keluarga.parquet"))
    )
    here = families.column("wilayah").to_pylist().count(gone.id)
    assert here
    assert next(row for row in rows if row["area"] == gone.id)["open"] == [here]


def test_who_is_asked_what_is_kept_but_not_published(made: Chain) -> None:
    """What the audit of a later release has to know of this one."""
    release = made.approve(made.propose())
    kept = json.loads(ledger.edition_file(release.proposal.protected_edition_id, "crossings.json"))
    [ages] = [one for one in kept if one["variable"] == "umur"]
    told = {id_ for atom in ages["atoms"] for id_ in atom["outside"]}
    assert told >= {"ijazah", "kegiatan", "sekolah_anak", "status_kawin"}
    assert "crossings.json" not in release.proposal.files
