"""Getting the own workbook back with its faults marked: who may, when, and what is left behind."""

import io
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.utils import timezone

from cantik.collect import actions, reading, views
from cantik.collect.models import Upload
from cantik.design.api import activity as activity_info
from cantik.ledger import api as ledger
from cantik.people.api import NotAllowed
from cantik.people.models import Area
from tests.action.keluarga import filled_workbook, made
from tests.action.people import above, person, village
from tests.web.test_collect_pages import activity, agent, client_of, here, page, send

__all__ = ["activity", "agent", "here"]  # the fixtures of a village that collects
pytestmark = [pytest.mark.django_db, pytest.mark.database]


def faulty(activity: Any, families: int = 9) -> bytes:
    rows = made(activity, families=families)
    for one in rows[:3]:
        del one.family["lantai"]
    rows[4].family["penerangan"] = "Listrik tetangga"
    rows[4].family.pop("daya", None)
    return filled_workbook(activity, answers=rows)


def contents(data: bytes, activity: Any) -> reading.Contents:
    pack = activity_info(activity.id).pack
    limit = settings.MAX_WORKBOOK_BYTES
    return reading.contents(data, pack=pack, activity_id=activity.id, limit=limit)


def test_the_sender_gets_the_same_answers_back_marked(
    here: Area, agent: Any, activity: Any
) -> None:
    client = client_of(agent)
    data = faulty(activity)
    where = send(client, here, data)["Location"]
    assert "Unduh berkas yang ditandai" in client.get(where).content.decode()
    answer = client.post(where + "ditandai/")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert 'attachment; filename="contoh-ditandai-' in answer["Content-Disposition"]
    assert contents(answer.content, activity) == contents(data, activity)
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    marks = [c.comment.text for row in book["Keluarga"].iter_rows() for c in row if c.comment]
    assert sum("[Boleh menunggu]" in one for one in marks) == 3
    assert sum("[Berkas ditolak]" in one for one in marks) == 1
    assert "Pilih" in next(one for one in marks if "ditolak" in one)
    # Nothing is kept of it but one line in the log.
    line = ledger.AuditLine.objects.filter(verb="collect.mark").get()
    assert line.thing_id == Upload.objects.get().id
    assert "Contoh" not in str(line.__dict__)
    # Sent again as it is, it is read and told the same faults.
    sent = send(client, here, answer.content)
    told = Upload.objects.get(pk=sent["Location"].rstrip("/").rpartition("/")[2])
    assert told.summary == Upload.objects.get(pk=where.rstrip("/").rpartition("/")[2]).summary


def test_only_the_sender_or_a_reader_of_identity(here: Area, agent: Any, activity: Any) -> None:
    other = village("Sana")
    enumerator = person("petugas", here, "petugas.satu")
    where = send(client_of(enumerator), here, faulty(activity))["Location"] + "ditandai/"
    known = Upload.objects.get()
    assert client_of(enumerator).post(where).status_code == 200
    assert client_of(agent).post(where).status_code == 200  # may read identity here
    strangers = [
        person("petugas", here, "petugas.dua"),  # may send, but not see what others sent
        person("kepala_desa", here, "kepala.sini"),
        person("agen_statistik", other, "agen.sana"),
        person("pembina_kabupaten", above(here, "kabupaten"), "pembina.sini"),
        person("administrator", above(here, "provinsi"), "pengelola.sini"),
    ]
    for one in strangers:
        assert client_of(one).post(where).status_code == 404, one.username
    there = page(other, f"berkas/{known.id}/ditandai/")
    assert client_of(strangers[2]).post(there).status_code == 404
    assert client_of(agent).post(page(here, "berkas/tidakada/ditandai/")).status_code == 404
    assert client_of(agent).get(where).status_code == 405  # a link opened ahead reads nothing
    assert (
        "ditandai" not in client_of(strangers[0]).get(where[: -len("ditandai/")]).content.decode()
    )
    assert ledger.AuditLine.objects.filter(verb="collect.mark").count() == 2


def test_it_ends_with_the_dry_run(here: Area, agent: Any, activity: Any) -> None:
    client = client_of(agent)
    rows = made(activity, families=3)
    del rows[0].family["lantai"]
    where = send(client, here, filled_workbook(activity, answers=rows))["Location"]
    assert client.post(where + "ditandai/").status_code == 200
    client.post(where, {"what": "accept"})
    assert client.post(where + "ditandai/").status_code == 404
    thrown = send(client, here, faulty(activity))["Location"]
    client.post(thrown, {"what": "discard"})
    assert client.post(thrown + "ditandai/").status_code == 404
    unread = send(client, here, b"PK bukan berkas")["Location"]
    assert "ditandai" not in client.get(unread).content.decode()
    assert client.post(unread + "ditandai/").status_code == 404


def test_a_file_without_faults_needs_no_copy(here: Area, agent: Any, activity: Any) -> None:
    client = client_of(agent)
    where = send(client, here, filled_workbook(activity, families=3))["Location"]
    assert "Unduh berkas yang ditandai" not in client.get(where).content.decode()


def test_too_large_and_too_often_are_told(
    here: Area, agent: Any, activity: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(agent)
    where = send(client, here, faulty(activity))["Location"]
    monkeypatch.setattr("cantik.collect.marking.MOST_CELLS", 10)
    told = client.post(where + "ditandai/", follow=True).content.decode()
    assert "terlalu besar untuk disalin" in told
    monkeypatch.undo()
    monkeypatch.setattr(views, "COPIES", 2)
    assert client.post(where + "ditandai/").status_code == 200
    assert "Terlalu sering" in client.post(where + "ditandai/", follow=True).content.decode()


def test_the_action_refuses_by_itself(here: Area, agent: Any, activity: Any) -> None:
    one = actions.receive(
        actor=agent, activity_id=activity.id, now=timezone.now(), data=faulty(activity)
    )
    with pytest.raises(NotAllowed):
        actions.original(
            actor=person("petugas", here, "petugas.dua"), upload_id=one.id, now=timezone.now()
        )
