"""The ledger holds what happened; the vault holds who, sealed."""

import datetime as dt
import time

import pytest
from django.db import DatabaseError, transaction

from cantik.ledger import api as ledger
from cantik.ledger import crypto
from cantik.ledger.models import AuditLine
from cantik.vault import api as vault
from cantik.vault.models import SealedIdentity

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _key():
    if not crypto.key_file().exists():
        crypto.create_key()


def _line():
    return ledger.record(actor=None, verb="a.b", thing="x", thing_id="1", area_id="", now=NOW)


def test_the_database_refuses_a_changed_or_removed_line():
    _line()
    for change in (lambda: AuditLine.objects.update(verb="c"), AuditLine.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    _line()
    assert ledger.verify_audit() is None


def test_editions_are_the_same_bytes_until_deleted():
    made = {
        "kind": "clean",
        "area_id": "v",
        "activity_id": "a",
        "period": "2026",
        "made_from": [],
        "words": {},
    }
    one = ledger.put_edition(files={"x": b"1"}, now=NOW, **made)
    assert ledger.put_edition(files={"x": b"1"}, now=NOW, **made).id == one.id
    assert ledger.edition_file(one.id, "x") == b"1"
    ledger.delete_edition(id=one.id, reason="r", actor=None, now=NOW)
    with pytest.raises(ledger.Missing):
        ledger.edition_file(one.id, "x")


def test_jobs_end_well_or_with_a_kind():
    @ledger.job("test.fails")
    def fails(handle):
        _line()
        raise ledger.JobFailed("too_big")

    made = ledger.enqueue(kind="test.fails", params={}, actor=None, area_id="", now=NOW)
    state = ledger.job_state(made.id)
    assert (state.state, state.failure) == ("failed", "too_big")
    assert not AuditLine.objects.filter(verb="a.b").exists()


def test_rate_limit_and_documents():
    tries = [ledger.rate_limited("k", limit=2, seconds=9, now=NOW) for _ in range(3)]
    assert tries == [False, False, True]
    assert ledger.sealed_put(kind="p", ref="r", data=b"1", now=NOW) == 1
    assert ledger.sealed_put(kind="p", ref="r", data=b"2", now=NOW) == 2
    assert ledger.sealed_get(kind="p", ref="r", version=1) == b"1"
    assert ledger.sealed_get(kind="p", ref="none") is None


def test_identity_is_sealed_found_and_erased():
    place = {"village_id": "v", "activity_id": "a"}
    vault.seal_identities(entries={"r1": {"nama": "Xyzzy"}, "r2": {"nama": "B"}}, now=NOW, **place)
    vault.register_lookups(activity_id="a", kind="kk", pairs=[("6404", "r1")])
    assert b"Xyzzy" not in bytes(SealedIdentity.objects.get(record_id="r1").sealed)
    read = vault.system_identities(record_ids=["r1"], now=NOW, **place)
    assert read == {"r1": {"nama": "Xyzzy"}}
    assert vault.find(activity_id="a", kind="kk", values=["6404", "1"]) == {"6404": ["r1"]}
    assert vault.find(activity_id="other", kind="kk", values=["6404"]) == {}
    file_id = vault.seal_file(data=b"book", now=NOW, **place)
    assert vault.open_file(file_id=file_id, **place) == b"book"
    with pytest.raises(ledger.NotOpened):
        vault.open_file(file_id=file_id, village_id="v", activity_id="b")
    vault.erase_record(record_id="r1", actor=None, now=NOW, **place)
    assert vault.system_identities(record_ids=["r1"], now=NOW, **place) == {}
    assert vault.find(activity_id="a", kind="kk", values=["6404"]) == {}


def test_swapped_rows_do_not_open():
    place = {"village_id": "v", "activity_id": "a"}
    vault.seal_identities(entries={"r1": {"n": "A"}, "r2": {"n": "B"}}, now=NOW, **place)
    other = SealedIdentity.objects.get(record_id="r2").sealed
    SealedIdentity.objects.filter(record_id="r1").update(sealed=other)
    with pytest.raises(ledger.NotOpened):
        vault.system_identities(record_ids=["r1"], now=NOW, **place)


def test_a_big_village_is_sealed_quickly():
    entries = {f"r{n}": {"nama": "N" * 60} for n in range(12_500)}
    start = time.perf_counter()
    vault.seal_identities(village_id="v", activity_id="a", entries=entries, now=NOW)
    assert time.perf_counter() - start < 6  # 1.5 s on a free machine
