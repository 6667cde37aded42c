"""A file with very many faults: shown in parts, mended in parts, nothing of a person in a log."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from cantik.collect import views
from cantik.collect.models import Upload
from cantik.ledger.models import AuditLine, Job
from tests.action.keluarga import WAITING, filled_workbook, made, sent
from tests.action.people import person, village
from tests.action.test_design_activities import opened

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def agent() -> Any:
    return person("agen_statistik", village())


@pytest.fixture
def activity(agent: Any) -> Any:
    return opened(agent.appointments.get().area, agent)


def signed_in(agent: Any) -> Client:
    client = Client()
    client.force_login(agent)
    return client


def test_very_many_kinds_are_mended_in_turn(
    agent: Any, activity: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "KINDS_ON_A_PAGE", 4)
    rows = made(activity, families=6)
    for at, one in enumerate(rows):
        one.family["air_minum"] = f"Sumur ke {at}"
    upload = sent(activity, actor=agent, data=filled_workbook(activity, answers=rows), now=NOW)
    client = signed_in(agent)
    address = f"/kantor/{activity.village_id}/pendataan/berkas/{upload.id}/"
    for left, state in ((4, "refused"), (2, "draft")):
        page = client.get(address)
        choosable = [group for group in page.context["groups"] if group["choices"]]
        assert len(choosable) == left
        assert ("Masih ada 2 jenis lagi" in page.content.decode()) == (left == 4)
        answer = client.post(
            address,
            {
                "what": "mend",
                "field": [group["field"] for group in choosable],
                "written": [group["shown"] for group in choosable],
                "code": ["4" for _ in choosable],
            },
        )
        assert answer.status_code == 302
        upload.refresh_from_db()
        assert upload.state == state


def test_a_page_of_kinds_fits_into_one_form(settings: Any) -> None:
    assert 3 * views.KINDS_ON_A_PAGE < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS


def test_nothing_of_a_person_is_written_down_or_shown(
    agent: Any, activity: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    rows = made(activity, families=6)
    data = filled_workbook(activity, answers=rows, faults=[*WAITING, "skipped"])
    upload = sent(activity, actor=agent, data=data, now=NOW)
    client = signed_in(agent)
    address = f"/kantor/{activity.village_id}/pendataan/berkas/{upload.id}/"
    pages = client.get(address).content.decode()
    assert client.post(address, {"what": "accept"})["Location"] == address
    pages += client.get(address).content.decode()
    upload.refresh_from_db()
    assert upload.state == "accepted"
    written = caplog.text + json.dumps(
        [list(model.objects.values()) for model in (AuditLine, Job, Upload)], default=str
    )
    assert "collect.store" in written
    for row in rows:
        for value in (
            row.family["nomor_kk"], row.family["alamat"],
            *(member[name] for member in row.members for name in ("nama", "nik")),
        ):  # fmt: skip
            assert value not in written
            assert value not in pages


def test_whoever_accepts_second_is_told(agent: Any, activity: Any) -> None:
    upload = sent(activity, actor=agent, data=filled_workbook(activity, families=3), now=NOW)
    address = f"/kantor/{activity.village_id}/pendataan/berkas/{upload.id}/"
    colleague = person("petugas", agent.appointments.get().area)
    first, second = signed_in(agent), signed_in(colleague)
    for client in (first, second):
        assert "Simpan isian ini" in client.get(address).content.decode()
    first.post(address, {"what": "accept"})
    lines = AuditLine.objects.count()
    told = second.post(address, {"what": "accept"}, follow=True).content.decode()
    assert "Langkah ini sudah dilakukan." in told
    assert "Isian sudah disimpan" in told
    assert AuditLine.objects.count() == lines
