"""Sending a workbook page by page: what is told, what is stored, who may."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from cantik.collect import actions, api
from cantik.collect.models import NoAnswer, Submission, Upload
from cantik.people.models import Area
from cantik.people.roles import rights
from tests.action.keluarga import accepted, filled_workbook, made
from tests.action.people import above, person, village
from tests.action.test_design_activities import opened

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def here() -> Area:
    return village()


@pytest.fixture
def agent(here: Area) -> Any:
    return person("agen_statistik", here)


@pytest.fixture
def activity(here: Area, agent: Any) -> Any:
    return opened(here, agent)


def client_of(one: Any) -> Client:
    client = Client(enforce_csrf_checks=False)
    client.force_login(one)
    return client


def page(here: Area, tail: str = "") -> str:
    return f"/kantor/{here.id}/pendataan/{tail}"


def send(client: Client, here: Area, data: bytes, name: str = "isian.xlsx") -> Any:
    return client.post(page(here), {"file": SimpleUploadedFile(name, data, XLSX)})


def test_from_the_form_to_the_receipt(here: Area, agent: Any, activity: Any) -> None:
    client = client_of(agent)
    assert "0 keluarga" in client.get(page(here)).content.decode()
    answer = client.get(page(here, f"formulir/{activity.id}/"))
    assert answer["Content-Type"] == XLSX
    assert answer["Content-Disposition"].startswith('attachment; filename="contoh-formulir-uji')
    assert answer.content[:2] == b"PK"

    sent = send(client, here, filled_workbook(activity, families=9))
    draft = client.get(sent["Location"]).content.decode()
    assert "Terbaca <b>9 keluarga</b>" in draft
    assert "Semua isian beres." in draft
    assert not Submission.objects.exists()
    client.post(sent["Location"], {"what": "accept"})
    receipt = client.get(sent["Location"]).content.decode()
    assert "Isian sudah disimpan" in receipt
    assert Upload.objects.get().receipt in receipt
    assert sum(api.progress(activity.id).values()) == 9
    assert "9 keluarga" in client.get(page(here)).content.decode()


def test_faults_are_told_with_place_and_remedy_and_mended_together(
    here: Area, agent: Any, activity: Any
) -> None:
    client = client_of(agent)
    rows = made(activity, families=9)
    for one in rows[:4]:
        one.family["penerangan"] = "Listrik tetangga <b>"
        one.family.pop("daya", None)
    sent = send(client, here, filled_workbook(activity, answers=rows))
    told = client.get(sent["Location"]).content.decode()
    assert "Berkas belum dapat diterima" in told
    assert "“Listrik tetangga &lt;b&gt;” pada 4 isian berarti" in told
    assert "Keluarga baris 3 kolom" in told
    client.post(
        sent["Location"],
        {"what": "mend", "field": "penerangan", "written": "Listrik tetangga <b>", "code": "2"},
    )
    assert "Periksa sebelum disimpan" in client.get(sent["Location"]).content.decode()
    client.post(sent["Location"], {"what": "accept"})
    lights = [one.answers["keluarga"]["penerangan"] for one in api.submissions(activity.id)]
    assert lights.count("2") >= 4


@pytest.mark.parametrize(
    "given",
    [
        {"what": "mend", "field": "penerangan", "written": "x", "code": "77"},
        {"what": "mend", "field": "nama", "written": "x", "code": "1"},
        {"what": "mend", "field": "tidak_ada", "written": "x", "code": "-"},
        {"what": "mend", "field": "rt", "written": "x", "code": "-"},
        {"what": "mend"},
        {"what": "lain"},
        {},
    ],
)
def test_a_mend_that_means_nothing_changes_nothing(
    here: Area, agent: Any, activity: Any, given: dict[str, str]
) -> None:
    client = client_of(agent)
    sent = send(client, here, filled_workbook(activity, families=3, faults=["unknown_code"]))
    assert client.post(sent["Location"], given)["Location"] == sent["Location"]
    one = Upload.objects.get()
    assert (one.state, one.mends_id) == ("refused", "")


def test_many_faults_come_in_pages(here: Area, agent: Any, activity: Any) -> None:
    rows = made(activity, families=60)
    for one in rows:
        del one.family["lantai"]
    client = client_of(agent)
    sent = send(client, here, filled_workbook(activity, answers=rows))
    first = client.get(sent["Location"]).content.decode()
    assert "60 isian: Belum diisi" in first
    assert "Halaman 1 dari 2" in first
    assert "Keluarga baris 62 " not in first
    assert "Keluarga baris 62 " in client.get(sent["Location"] + "?halaman=2").content.decode()


def test_a_file_over_the_limit_is_let_go_by_with_a_sentence(
    here: Area, agent: Any, activity: Any, settings: Any
) -> None:
    settings.MAX_WORKBOOK_BYTES = 1024 * 1024
    answer = send(client_of(agent), here, b"PK" + b"\0" * (3 * 1024 * 1024))
    assert answer.status_code == 422
    assert "Berkas ini lebih besar dari 1 MB. Kirim per dusun." in answer.content.decode()
    assert not Upload.objects.exists()


def test_200_megabytes_are_refused_without_being_kept(
    here: Area, agent: Any, activity: Any
) -> None:
    """Fed in pieces, as the network brings them; nothing of it is ever in memory or on disk."""

    class Endless(io.RawIOBase):
        def __init__(self, head: bytes, tail: bytes) -> None:
            self.head, self.tail = head, tail
            self.left = 200 * 1024 * 1024

        def readable(self) -> bool:
            return True

        def readinto(self, into: Any) -> int:
            if self.head:
                part, self.head = self.head[: len(into)], self.head[len(into) :]
            elif self.left:
                part = b"\0" * min(self.left, len(into))
                self.left -= len(part)
            else:
                part, self.tail = self.tail[: len(into)], self.tail[len(into) :]
            into[: len(part)] = part
            return len(part)

    mark = "batas"
    head = (
        f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n'
        f"Content-Type: {XLSX}\r\n\r\n"
    ).encode()
    tail = f"\r\n--{mark}--\r\n".encode()
    client = client_of(agent)
    answer = client.generic(
        "POST",
        page(here),
        CONTENT_TYPE=f"multipart/form-data; boundary={mark}",
        CONTENT_LENGTH=str(len(head) + len(tail) + 200 * 1024 * 1024),
        **{"wsgi.input": io.BufferedReader(Endless(head, tail))},  # type: ignore[arg-type]
    )
    assert answer.status_code == 422
    assert "Berkas ini lebih besar dari 25 MB. Kirim per dusun." in answer.content.decode()
    assert not Upload.objects.exists()


def test_no_file_and_an_empty_file_are_told(here: Area, agent: Any, activity: Any) -> None:
    client = client_of(agent)
    none = client.post(page(here), {})
    assert none.status_code == 422
    assert "Pilih berkasnya dahulu." in none.content.decode()
    empty = send(client, here, b"")
    assert empty.status_code == 422
    assert "Berkas ini kosong." in empty.content.decode()


def test_the_token_of_the_page_is_asked_for(here: Area, agent: Any, activity: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(agent)
    data = filled_workbook(activity, families=3)
    assert send(client, here, data).status_code == 403
    assert not Upload.objects.exists()


def test_the_wait_is_shown_and_a_stopped_job_is_freed(
    here: Area, agent: Any, activity: Any
) -> None:
    from cantik.ledger.models import Job

    client = client_of(agent)
    sent = send(client, here, filled_workbook(activity, families=3))
    Upload.objects.update(state="reading")
    Job.objects.update(state="running")
    wait = client.get(sent["Location"]).content.decode()
    assert "Berkas sedang dibaca" in wait
    assert 'http-equiv="refresh"' in wait
    Job.objects.update(state="failed")
    assert "Berkas belum selesai dibaca" in client.get(sent["Location"]).content.decode()
    client.post(sent["Location"] + "lagi/")
    assert "Periksa sebelum disimpan" in client.get(sent["Location"]).content.decode()


def test_a_file_may_be_thrown_away(here: Area, agent: Any, activity: Any) -> None:
    client = client_of(agent)
    sent = send(client, here, filled_workbook(activity, families=3))
    client.post(sent["Location"], {"what": "discard"})
    assert "Berkas ini sudah dibuang" in client.get(sent["Location"]).content.decode()
    answer = client.post(sent["Location"], {"what": "accept"}, follow=True)
    assert "Langkah ini sudah dilakukan." in answer.content.decode()
    assert not Submission.objects.exists()


def test_only_counts_of_those_who_gave_no_answers(here: Area, agent: Any, activity: Any) -> None:
    rows = made(activity, families=9)
    for at, one in enumerate(rows[:2]):
        one.family = {"nomor_kk": one.family["nomor_kk"], "hasil_pendataan": str(3 + at)}
        one.members = []
    accepted(activity, actor=agent, answers=rows, now=NOW)
    assert sum(api.progress(activity.id).values()) == 7
    leaf = rows[0].leaf_id
    assert api.refusals(activity.id) == {leaf: {"3": 1, "4": 1}}
    accepted(activity, actor=agent, answers=rows, now=NOW)  # sent again: counted once
    assert sum(NoAnswer.objects.values_list("families", flat=True)) == 2
    told = client_of(agent).get(page(here)).content.decode()
    assert "2 keluarga tidak menjawab" in told


@pytest.mark.parametrize("role", sorted(rights().roles))
def test_who_may_look_and_who_may_send(here: Area, agent: Any, activity: Any, role: str) -> None:
    other = village("Sana")
    level = rights().roles[role].level
    stranger = client_of(person(role, above(other, level), "orang.asing"))
    colleague = client_of(person(role, above(here, level), "rekan"))
    upload = actions.receive(
        actor=agent, activity_id=activity.id, now=timezone.now(),
        data=filled_workbook(activity, families=3, faults=["unknown_code"]),
    )  # fmt: skip
    may = rights().roles[role].can
    data = filled_workbook(activity, families=3)
    pages = [page(here, f"formulir/{activity.id}/"), page(here, f"berkas/{upload.id}/")]
    assert stranger.get(page(here)).status_code == 404
    assert send(stranger, here, data).status_code == 404
    for one in [
        *pages,
        page(other, f"berkas/{upload.id}/"),
        page(other, f"formulir/{activity.id}/"),
    ]:
        assert stranger.get(one).status_code == 404
        assert stranger.post(one, {"what": "discard"}).status_code in (404, 405)
    assert colleague.get(page(here)).status_code == (200 if "collect.progress" in may else 404)
    for one in pages:
        assert colleague.get(one).status_code == (200 if "collect.upload" in may else 404)
    if "collect.upload" not in may:
        assert send(colleague, here, data).status_code == 404
        for tail in ("", "lagi/"):
            answer = colleague.post(page(here, f"berkas/{upload.id}/{tail}"), {"what": "discard"})
            assert answer.status_code == 404
        assert "Berkas yang pernah dikirim" not in colleague.get(page(here)).content.decode()
    assert Upload.objects.count() == 1
    assert Upload.objects.get().state == "refused"
    assert Client().get(page(here))["Location"] == f"/masuk/?next={page(here)}"


def test_an_activity_of_another_village_is_not_reached_from_here(
    here: Area, agent: Any, activity: Any
) -> None:
    other = village("Sana")
    theirs = opened(other, person("agen_statistik", other, "agen.sana"))
    client = client_of(agent)
    assert client.get(page(here, f"formulir/{theirs.id}/")).status_code == 404
    assert client.get(page(here) + f"?kegiatan={theirs.id}").status_code == 404
    answer = client.post(
        page(here) + f"?kegiatan={theirs.id}",
        {"file": SimpleUploadedFile("a.xlsx", filled_workbook(theirs, families=3), XLSX)},
    )
    assert answer.status_code == 404
    assert not Upload.objects.exists()
