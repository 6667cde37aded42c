"""The same file accepted twice in the same moment: two threads, each with its own connection."""

import json
from pathlib import Path

import pytest

from tests.journey.installation import installation

pytestmark = [pytest.mark.database]

# In an installation of its own: the database of other tests belongs to one thread on SQLite.
SCRIPT = """
import json, time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from django.contrib.messages import get_messages
from django.db import connections
from django.test import Client
from django.urls import reverse
from cantik.collect import actions
from cantik.collect.models import Submission, Upload
from cantik.ledger.models import AuditLine
from cantik.vault.models import SealedIdentity
from tests.action.keluarga import filled_workbook
from tests.action.people import person, village
from tests.action.test_design_activities import opened

now = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
here = village()
agent = person("agen_statistik", here)
activity = opened(here, agent)
data = filled_workbook(activity, families=6)
upload = actions.receive(actor=agent, activity_id=activity.id, data=data, now=now)
page = reverse("collect:upload", kwargs={"village_id": here.pk, "upload_id": upload.id})

accept, move, start, seen = actions.accept, actions._move, Barrier(2, timeout=30), []

def both_at_once(**given):
    start.wait()  # neither has looked at the file; both have been let in
    return accept(**given)

def slowly(one, verb):
    seen.append([verb, one.state])
    time.sleep(0.5)  # the other one comes while this one is in the middle
    move(one, verb)

actions.accept, actions._move = both_at_once, slowly

def press(client):
    try:
        answer = client.post(page, {"what": "accept"})
        return [answer.status_code, [str(m) for m in get_messages(answer.wsgi_request)]]
    finally:
        connections.close_all()

clients = [Client(SERVER_NAME="localhost") for _ in range(2)]
for client in clients:
    client.force_login(agent)
connections.close_all()
with ThreadPoolExecutor(2) as pool:
    told = list(pool.map(press, clients))
print(json.dumps(sorted(told, key=str)))
print(json.dumps([one for one in seen if one[0] == "accept"]))
print(json.dumps([
    Submission.objects.count(), SealedIdentity.objects.count(),
    AuditLine.objects.filter(verb="collect.accept").count(),
    AuditLine.objects.filter(verb="collect.store").count(),
    Upload.objects.get().state,
]))
"""


def test_of_two_who_accept_a_file_in_the_same_moment_one_stores_it_and_one_is_told(
    tmp_path: Path,
) -> None:
    with installation(tmp_path, {"CANTIK_INLINE_JOBS": "1"}) as place:
        place.run("key", "ensure")
        place.run("migrate", "--verbosity=0")
        told, seen, kept = [json.loads(line) for line in place.python(SCRIPT).splitlines()]
    assert told == [[302, ["Langkah ini sudah dilakukan."]], [302, []]]
    assert [verb for verb, _state in seen] == ["accept", "accept"]
    assert kept == [6, 6, 1, 1, "accepted"]
