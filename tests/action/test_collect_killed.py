"""A worker killed at each step of an import: nothing half stored, and once begun again, whole once.

The real queue and real processes; SIGKILL falls inside the step.
"""

import json
from pathlib import Path

import pytest

from tests.journey.installation import installation

pytestmark = [pytest.mark.database]

SCRIPT = """
import json, os, signal
from datetime import UTC, datetime
from django.core.management import call_command
from django.db import connections
from cantik.collect import actions, storing
from cantik.collect.models import NoAnswer, Submission, SubmissionVersion, Upload
from cantik.ledger import api as ledger
from cantik.ledger.models import Job
from cantik.vault.models import Lookup, SealedIdentity
from tests.action.keluarga import filled_workbook, made
from tests.action.people import person, village
from tests.action.test_design_activities import opened

now = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
here = village()
agent = person("agen_statistik", here)
activity = opened(here, agent)

def end():
    os.kill(os.getpid(), signal.SIGKILL)

def killing(place, name, wanted=lambda *a, **k: True, after=True):
    real = getattr(place, name)
    def instead(*a, **k):
        hit = wanted(*a, **k)
        if hit and not after:
            end()
        done = real(*a, **k)
        if hit:
            end()
        return done
    setattr(place, name, instead)

def verb(name):
    return lambda actor, verb, *a, **k: verb == name

READ = {
    "sealing": lambda: killing(actions, "_sealed"),
    "before commit": lambda: killing(actions, "_log", verb("collect.read")),
    "after commit": lambda: killing(actions, "_delete", after=False),
}
STORE = {
    "families": lambda: killing(Submission.objects.__class__, "bulk_create"),
    "identity": lambda: killing(storing.vault, "seal_identities"),
    "look-ups": lambda: killing(storing.vault, "register_lookups"),
    "before commit": lambda: killing(actions, "_log", verb("collect.store")),
    "after commit": lambda: killing(actions, "_delete", after=False),
}

def work(spoil=None):
    "A worker in a process of its own; how it ended."
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            if spoil is not None:
                spoil()
            call_command("db_worker", "--batch", "--no-startup-delay", verbosity=0)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

def stored():
    return [
        model.objects.count()
        for model in (Submission, SealedIdentity, Lookup, NoAnswer, SubmissionVersion)
    ]

def send(seed):
    rows = made(activity, families=4, seed=seed)
    rows[0].family["hasil_pendataan"] = "3"
    data = filled_workbook(activity, answers=rows, book_id=f"buku{seed}")
    return actions.receive(actor=agent, activity_id=activity.id, data=data, now=now)

seed = 0
for step, spoil in READ.items():
    seed += 1
    upload = send(seed)
    print(json.dumps(["read", step, work(spoil), stored()]))
    again = ledger.recover(now=now)
    ended = work()
    upload.refresh_from_db()
    print(json.dumps(["again", step, ended, again, upload.state, upload.summary["new"]]))
    actions.discard(actor=agent, upload_id=upload.id, now=now)
for step, spoil in STORE.items():
    seed += 1
    upload = send(seed)
    work()
    actions.accept(actor=agent, upload_id=upload.id, keep_edits=True, now=now)
    before = stored()
    killed = work(spoil)
    half = [n - m for n, m in zip(stored(), before)]
    upload.refresh_from_db()
    print(json.dumps(["store", step, killed, half, upload.state]))
    again = ledger.recover(now=now)
    ended = work()
    whole = [n - m for n, m in zip(stored(), before)]
    upload.refresh_from_db()
    print(json.dumps(["again", step, ended, again, upload.state, whole, bool(upload.draft_id)]))
print(json.dumps(sorted(set(Job.objects.values_list("state", flat=True)))))
"""


def test_a_worker_killed_at_any_step_of_an_import(tmp_path: Path) -> None:
    with installation(tmp_path, {}) as place:
        place.run("key", "ensure")
        place.run("migrate", "--verbosity=0")
        said = [json.loads(line) for line in place.python(SCRIPT).splitlines()]
    states = said.pop()
    assert states == ["done"]
    read = [line for line in said if line[0] == "read"]
    store = [line for line in said if line[0] == "store"]
    assert [line[1] for line in read] == ["sealing", "before commit", "after commit"]
    assert len(store) == 5
    for _kind, _step, killed, counts in read:
        assert killed == -9
        assert counts == [0, 0, 0, 0, 0]
    for _kind, step, killed, half, state in store:
        assert killed == -9
        if step == "after commit":
            assert (half[:2], half[3:], state) == ([3, 3], [1, 0], "accepted")
        else:
            assert (half, state) == ([0, 0, 0, 0, 0], "accepting")
    again = [line[2:] for line in said if line[0] == "again"]
    for ended, restarted, state, new in again[:3]:
        assert (ended, restarted, state, new) == (0, 1, "draft", 3)
    for ended, restarted, state, whole, draft in again[3:]:
        assert (ended, restarted, state, draft) == (0, 1, "accepted", False)
        assert (whole[:2], whole[3:]) == ([3, 3], [1, 0])
        assert whole[2] >= 3  # by card, and by the NIK of each person
