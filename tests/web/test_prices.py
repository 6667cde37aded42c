"""A price sheet in somebody's own shape goes from its file to a released series, with no code."""

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cantik.collect import api as collect
from cantik.collect.models import Submission, Upload
from cantik.design import api as design
from cantik.design.models import PackRecord
from cantik.disseminate import reading
from cantik.process import api as process
from cantik.protect import api as protect
from tests.action.people import person, village
from tests.action.process_village import NOW, ON

pytestmark = [pytest.mark.django_db, pytest.mark.database]
CRUDE = Path(__file__).parents[1] / "data" / "strangers" / "crude.csv"


@pytest.fixture(autouse=True)
def released(settings: Any, tmp_path: Any) -> None:
    settings.RELEASED = tmp_path / "released"


def posted(client: Client, here: Any, data: bytes, name: str = "harga.csv") -> Any:
    page = reverse("design:prices", kwargs={"village_id": here.id})
    return client.post(page, {"file": SimpleUploadedFile(name, data)})


def chosen(client: Client, here: Any, shown: Any, **more: str) -> Any:
    found = re.search(r'name="found" value="([^"]+)"', shown.content.decode())
    assert found is not None
    page = reverse("design:prices", kwargs={"village_id": here.id})
    given = {"found": found[1], "title": "Harga pasar", "currency": "rupiah", "opened": "ya"}
    return client.post(page, {**given, **more})


def opened(client: Client, here: Any, agent: Any, answer: Any) -> design.ActivityInfo:
    assert answer.status_code == 302, answer.content.decode()
    hash_ = answer["Location"].rpartition("=")[2]
    assert PackRecord.objects.get(pk=hash_).village_id == here.id
    one = design.open_activity(
        actor=agent, village_id=here.id, pack_hash=hash_, period="2026", reference_date=ON, now=NOW
    )
    return design.activity(one.id)


def sent(client: Client, here: Any, activity: design.ActivityInfo, data: bytes) -> Upload:
    """By the same page that takes filled forms."""
    page = reverse("collect:overview", kwargs={"village_id": here.id})
    file = SimpleUploadedFile("harga.csv", data)
    answer = client.post(f"{page}?kegiatan={activity.id}", {"file": file})
    assert answer.status_code == 302, answer.content.decode()
    return Upload.objects.filter(activity_id=activity.id).latest("uploaded_at")


def release(agent: Any, head: Any, activity: design.ActivityInfo) -> Any:
    process.check(activity.id)
    process.cut(actor=agent, activity_id=activity.id, confirmed=True, now=NOW)
    clean = process.clean_edition(activity.id)
    assert clean is not None
    made = protect.propose(
        actor=agent, clean_edition_id=clean.id, licence="CC BY 4.0", note="", now=NOW
    )
    proposal = protect.proposal(made.id)
    done = protect.decide(
        actor=head, proposal_id=proposal.id, verdict="approve", shown_files=proposal.files,
        confirmed=True, now=NOW,
    )  # fmt: skip
    assert done is not None
    return reading.publication(activity.village_id, done.number)[1]


def test_prices_by_others_go_from_their_file_to_a_released_series() -> None:
    here = village()
    agent, head = person("agen_statistik", here), person("kepala_desa", here)
    client = Client()
    client.force_login(agent)
    shown = posted(client, here, CRUDE.read_bytes(), "crude.csv")
    assert shown.status_code == 200
    assert "Brent" in shown.content.decode()
    answer = chosen(
        client, here, shown, every="month", currency="dolar", pakai_0="on", pakai_1="on",
        satuan_0="barel", satuan_1="barel",
    )  # fmt: skip
    activity = opened(client, here, agent, answer)
    assert "crude" not in str(activity.pack)  # names of files may name somebody
    upload = sent(client, here, activity, CRUDE.read_bytes())
    assert (upload.state, upload.summary["new"], upload.summary["refusing"]) == ("draft", 393, 0)
    collect.accept(actor=agent, upload_id=upload.id, keep_edits=True, now=NOW)
    read = release(agent, head, activity)
    series = read.series("harga")
    assert (series.periods[0], series.periods[-1], series.decimals) == ("1987-05", "2020-01", 2)
    theirs = list(csv.DictReader(io.StringIO(CRUDE.read_text("utf-8-sig"))))
    brent = {period: price for period, price in zip(series.periods, series.items[0].prices)}  # noqa: B905, C416
    assert all(brent[row["Date"][:7]] == round(float(row["Brent"]) * 100) for row in theirs)
    public = Client()
    page = public.get(f"/desa/{here.id}/terbitan/1/deret/harga/")
    assert "63,83" in page.content.decode()
    assert public.get(f"/desa/{here.id}/terbitan/1/deret/lain/").status_code == 404
    lines = public.get(f"/desa/{here.id}/terbitan/1/deret/harga.csv").content.decode().splitlines()
    assert len(lines) == 1 + 2 * len(series.periods)
    assert read.book().startswith(b"%PDF")


LONG = b"""Tanggal;Komoditas;Harga
05/01/2026;Beras medium;14.000
05/01/2026;Beras medium;14.500
05/01/2026;Gula pasir;18.000
05/01/2026;Emas;1.900.000
12/01/2026;Beras medium;14.250
"""


def test_a_long_sheet_fills_the_shared_questionnaire_and_replaces_itself() -> None:
    here = village()
    agent = person("agen_statistik", here)
    client = Client()
    client.force_login(agent)
    design.load_packs(now=NOW)
    one = design.open_activity(
        actor=agent, village_id=here.id, pack_hash=design.latest_pack("harga").hash,
        period="2026", reference_date=ON, now=NOW,
    )  # fmt: skip
    activity = design.activity(one.id)
    upload = sent(client, here, activity, LONG)
    assert upload.summary["new"] == 3  # two notes on the first day, one on the second
    report = client.get(reverse(
        "collect:upload", kwargs={"village_id": here.id, "upload_id": upload.id}
    )).content.decode()  # fmt: skip
    assert "Emas" in report  # told, and not taken
    collect.accept(actor=agent, upload_id=upload.id, keep_edits=True, now=NOW)
    kept = Submission.objects.filter(activity_id=activity.id)
    assert sorted(s.answers["lembar"].get("beras_medium") for s in kept) == [14000, 14250, 14500]
    assert {s.answers["lembar"]["tanggal"] for s in kept} == {"2026-01-05", "2026-01-12"}
    longer = sent(client, here, activity, LONG + b"19/01/2026;Beras medium;14.300\n")
    assert {k: longer.summary[k] for k in ("new", "same", "changed")} == {
        "new": 1, "same": 3, "changed": 0
    }  # fmt: skip


def test_what_only_sellers_know_is_withheld_below_three_notes() -> None:
    here = village()
    agent, head = person("agen_statistik", here), person("kepala_desa", here)
    client = Client()
    client.force_login(agent)
    sheet = (
        b"Tanggal,Gaharu,Damar\n2026-01-05,100,7\n2026-01-06,110,\n2026-01-07,130,9\n"
        b"2026-01-13,777,5\n"
    )
    answer = chosen(
        client, here, posted(client, here, sheet), every="week", opened="tidak", pakai_0="on",
        pakai_1="on", satuan_0="kg", satuan_1="kg",
    )  # fmt: skip
    activity = opened(client, here, agent, answer)
    upload = sent(client, here, activity, sheet)
    collect.accept(actor=agent, upload_id=upload.id, keep_edits=True, now=NOW)
    read = release(agent, head, activity)
    gaharu, damar = read.series("harga").items
    assert (gaharu.prices, gaharu.quotes) == ([110, None], [3, None])
    assert (damar.prices, damar.quotes) == ([None, None], [None, None])
    assert set(gaharu.lowest + gaharu.highest) == {None}
    files = [read.series_file("harga", end) for end in ("json", "csv")]
    files += [str(read.facts).encode()]
    assert not any(b"777" in one or b"130" in one for one in files)
    words = Client().get(f"/desa/{here.id}/terbitan/1/deret/harga/").content.decode()
    assert "NA" in words
    assert "777" not in words


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "kosong"),
        (b"\x00\x01", "bukan Excel"),
        (b"PK\x03\x04broken", "tidak dapat dibuka"),
        (b"satu\ndua\n", "Tidak ada baris harga"),
        (b"Barang,Harga\nBeras,1\nGula,2\n", "Kolom tanggal tidak ditemukan"),
        (b"Tanggal,Barang\n2026-01-05,Beras\n", "Kolom harga tidak ditemukan"),
    ],
)
def test_what_is_no_price_sheet_is_refused_with_what_to_do(data: bytes, said: str) -> None:
    here = village()
    client = Client()
    client.force_login(person("agen_statistik", here))
    answer = posted(client, here, data)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not PackRecord.objects.exclude(village=None).exists()


def test_choosing_nothing_and_tampering_make_no_questionnaire() -> None:
    here = village()
    client = Client()
    client.force_login(person("agen_statistik", here))
    shown = posted(client, here, b"Tanggal,Beras\n2026-01-05,14000\n")
    answer = chosen(client, here, shown, every="week")
    assert answer.status_code == 422
    assert "Pilih sedikitnya satu barang" in answer.content.decode()
    page = reverse("design:prices", kwargs={"village_id": here.id})
    assert client.post(page, {"found": "bukan"}).status_code == 302
    assert not PackRecord.objects.exclude(village=None).exists()


def test_only_who_opens_activities_here_brings_a_price_sheet() -> None:
    here, elsewhere = village(), village("Sebelah")
    page = reverse("design:prices", kwargs={"village_id": here.id})
    for somebody in (person("petugas", here), person("agen_statistik", elsewhere)):
        client = Client()
        client.force_login(somebody)
        assert client.get(page).status_code == 404
    assert Client().get(page).status_code == 302  # to the sign-in


def test_a_sheet_of_something_else_is_refused_by_its_activity() -> None:
    here = village()
    agent = person("agen_statistik", here)
    client = Client()
    client.force_login(agent)
    design.load_packs(now=NOW)
    one = design.open_activity(
        actor=agent, village_id=here.id, pack_hash=design.latest_pack("harga").hash,
        period="2026", reference_date=ON, now=NOW,
    )  # fmt: skip
    activity = design.activity(one.id)
    for data in (b"Tanggal,Emas\n2026-01-05,1900000\n", b"nama,nik\nA,1\n"):
        upload = sent(client, here, activity, data)
        assert (upload.state, upload.summary["refusing"]) == ("refused", 1)
    assert not Submission.objects.filter(activity_id=activity.id).exists()


def test_prices_that_are_no_numbers_are_told_by_their_row_and_take_no_other_with_them() -> None:
    here = village()
    agent = person("agen_statistik", here)
    client = Client()
    client.force_login(agent)
    design.load_packs(now=NOW)
    one = design.open_activity(
        actor=agent, village_id=here.id, pack_hash=design.latest_pack("harga").hash,
        period="2026", reference_date=ON, now=NOW,
    )  # fmt: skip
    page = client.get(f"/kantor/{here.id}/kegiatan/{one.id}/").content.decode()
    assert "Harga 20 barang pokok" in page
    data = (
        b"Tanggal;Komoditas;Harga\n02/11/2026;Beras medium;14.000\n02/11/2026;Gula pasir;tiga\n"
        b"03/11/2026;Telur ayam ras;31.500\n31/02/2026;Tomat;9.000\n04/11/2026;Tomat;9.500\n"
    )
    upload = sent(client, here, design.activity(one.id), data)
    report = client.get(
        reverse("collect:upload", kwargs={"village_id": here.id, "upload_id": upload.id})
    ).content.decode()
    assert "tiga" in report
    assert "31/02/2026" in report
    assert "Unduh berkas yang ditandai" not in report
    marked = reverse("collect:marked", kwargs={"village_id": here.id, "upload_id": upload.id})
    assert client.post(marked).status_code == 404
