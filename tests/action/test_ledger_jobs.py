"""Jobs with the real queue and a real worker that is killed; progress; failures without words."""

import datetime as dt
import logging

import pytest
from django.db import transaction

from cantik.ledger import api as ledger
from cantik.ledger.jobs import JOBS
from cantik.ledger.models import Job
from tests.journey.installation import installation

pytestmark = [pytest.mark.database]
NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)

HEAD = """
import datetime as dt, os, signal, sys
from django.core.management import call_command
from django_tasks_db.models import DBTaskResult
from cantik.ledger import api as ledger
from cantik.ledger.models import Job, SealedDocument
now = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)

@ledger.job("test.works")
def works(handle):
    ledger.sealed_put(kind="ran", ref=handle.params["n"], data=b"1", now=now)

@ledger.job("test.kills")
def kills(handle):
    ledger.sealed_put(kind="ran", ref="kills", data=b"1", now=now)
    if handle.params["times"] > SealedDocument.objects.filter(ref="kills").count() - 1:
        os.kill(os.getpid(), signal.SIGKILL)

def ask(kind, **params):
    return ledger.enqueue(kind=kind, params=params, actor=None, area_id="v", now=now).id

def work():
    call_command("db_worker", "--batch", "--no-startup-delay", verbosity=0)

def states():
    return sorted(Job.objects.values_list("kind", "params__n", "state", "starts", "failure"))

def ran(ref):
    return SealedDocument.objects.filter(ref=ref).count()
"""


@pytest.fixture
def place(tmp_path):
    with installation(tmp_path, {}) as made:
        made.run("key", "ensure")
        made.run("migrate", "--verbosity=0")
        yield made


def _killed(place, code):
    with pytest.raises(AssertionError):
        place.python(HEAD + code)


def test_a_killed_worker_loses_nothing_and_repeats_only_what_it_had_in_hand(place):
    _killed(
        place,
        "ask('test.works', n='1'); ask('test.kills', times=1)\nask('test.works', n='2')\nwork()",
    )
    said = place.python(
        HEAD
        + "print(DBTaskResult.objects.filter(status='RUNNING').count(), ran('1'), ran('2'))\n"
        + "print(ledger.recover(now=now), ledger.recover(now=now))\n"
        + "print(DBTaskResult.objects.filter(status='READY').count())\n"
        + "work()\n"
        + "print(ran('1'), ran('2'), ran('kills'))\n"
        + "print(set(Job.objects.values_list('state', flat=True)), ledger.recover(now=now))\n"
    ).splitlines()  # fmt: skip
    assert said == ["1 1 0", "1 0", "2", "1 1 2", "{'done'} 0"]


def test_a_job_taken_but_not_begun_is_not_lost(place):
    """Killed between the queue's row and ours: the queue says running, we say waiting."""
    said = place.python(
        HEAD
        + "ask('test.works', n='1')\n"
        + "DBTaskResult.objects.get().claim('dead')\n"
        + "print(Job.objects.get().state, ledger.recover(now=now))\n"
        + "work()\n"
        + "print(Job.objects.get().state, ran('1'))\n"
    ).splitlines()
    assert said == ["waiting 1", "done 1"]


def test_what_kills_every_worker_fails_in_the_end(place):
    for _ in range(3):
        _killed(
            place,
            "Job.objects.exists() or ask('test.kills', times=9)\nledger.recover(now=now)\nwork()",
        )
    said = place.python(
        HEAD
        + "print(ledger.recover(now=now))\nwork()\n"
        + "row = Job.objects.get()\nprint(row.state, row.failure, row.starts)"
    ).splitlines()
    assert said == ["0", "failed stopped_too_often 3"]


def test_a_job_is_asked_for_with_its_transaction_or_not_at_all(place):
    said = place.python(
        HEAD
        + "from django.db import transaction\n"
        + "try:\n"
        + "    with transaction.atomic():\n"
        + "        ask('test.works', n='1')\n"
        + "        raise ValueError\n"
        + "except ValueError: pass\n"
        + "print(Job.objects.count(), DBTaskResult.objects.count())"
    )
    assert said.strip() == "0 0"


@pytest.fixture
def registered():
    before = dict(JOBS)
    yield
    JOBS.clear()
    JOBS.update(before)


def _ask(kind, **params):
    return ledger.enqueue(kind=kind, params=params, actor=None, area_id="v", now=NOW).id


@pytest.mark.django_db
def test_an_unforeseen_fault_keeps_its_kind_and_place_only(registered, caplog):
    @ledger.job("test.breaks")
    def breaks(handle):
        raise ValueError("Xyzzy 6404010101010001")

    with caplog.at_level(logging.DEBUG):
        state = ledger.job_state(_ask("test.breaks"))
    assert (state.state, state.failure) == ("failed", "ValueError")
    assert "test_ledger_jobs.py:" in caplog.text
    assert "Xyzzy" not in caplog.text
    assert "Xyzzy" not in str(list(Job.objects.values()))


@pytest.mark.django_db
def test_unknown_kinds_and_jobs_are_refused(registered):
    with pytest.raises(LookupError):
        _ask("test.nobody")
    with pytest.raises(ledger.Missing):
        ledger.job_state("j0")


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_while_the_job_runs_and_left_out_inside_a_transaction(registered):
    seen = []

    @ledger.job("test.counts")
    def counts(handle):
        handle.progress(3, 10, "membaca baris")
        with transaction.atomic():
            handle.progress(9, 10, "menyimpan")
        seen.append(ledger.job_state(handle.id))

    row = Job.objects.create(id="j1", kind="test.counts", at=NOW)
    from cantik.ledger.jobs import run

    run.call(row.id)
    assert [(s.state, s.done, s.total, s.words) for s in seen] == [
        ("running", 3, 10, "membaca baris")
    ]
    assert ledger.job_state("j1").state == "done"
    run.call(row.id)  # a second place in the queue does nothing
    assert len(seen) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_a_database_with_audit_lines_can_be_emptied_after_a_test(turn):
    assert not ledger.AuditLine.objects.filter(verb="a.b").exists()
    ledger.record(actor=None, verb="a.b", thing="x", thing_id="1", now=NOW)


@pytest.mark.django_db(transaction=True)
def test_the_audit_refuses_to_be_emptied_all_the_same():
    from django.db import DatabaseError, connection

    ledger.record(actor=None, verb="a.b", thing="x", thing_id="1", now=NOW)
    empty = "TRUNCATE" if connection.vendor == "postgresql" else "DELETE FROM"
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(empty + " ledger_auditline")
    assert ledger.AuditLine.objects.filter(verb="a.b").count() == 1
