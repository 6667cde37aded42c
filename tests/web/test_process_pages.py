"""The pages of process: for the agent, for others of the village, for strangers."""

import re
from typing import Any

import pytest
from django.test import Client

from cantik.collect import api as collect
from cantik.collect.models import Submission, Upload
from cantik.demo.families import MadeFamily
from cantik.process import actions
from cantik.process.models import Cut, Finding
from cantik.vault.models import PurposeLine
from tests.action.people import NOW
from tests.action.process_village import Answered, answered

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def plant(made: list[MadeFamily]) -> None:
    made[0].family.pop("lantai")
    made[1].members[0]["hubungan"] = "9"
    made[2].members[0]["nama"] = "Zulkarnaen Contoh"


@pytest.fixture
def done() -> Answered:
    made = answered(plant=plant)
    actions.check(made.activity.id)
    return made


def signed_in(one: Any) -> Client:
    client = Client()
    client.force_login(one)
    return client


def office(done: Answered, path: str = "") -> str:
    return f"/kantor/{done.village.id}/periksa/{path}"


def family(done: Answered, name: str = "lantai") -> tuple[str, Finding]:
    row = Finding.objects.get(name=name)
    return office(done, f"keluarga/{row.submission_id}/"), row


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_the_list_counts_kinds_and_names_families_by_place(done: Answered) -> None:
    page = text(signed_in(done.people["agen"]).get(office(done)))
    assert "Bahan lantai terluas: belum diisi." in page
    assert "Harus ada tepat satu kepala keluarga." in page
    assert "RT 01" in page
    assert "Zulkarnaen" not in page
    assert "style=" not in page
    only = text(signed_in(done.people["agen"]).get(office(done) + "?jenis=missing.lantai"))
    assert only.count("Buka<span") == 1


def test_a_fault_is_mended_at_its_question_and_the_reason_is_asked(done: Answered) -> None:
    client = signed_in(done.people["agen"])
    url, row = family(done)
    page = text(client.get(url))
    assert 'name="keluarga.-1.lantai"' in page
    form = {"what": "edit", "form": f"isian{row.pk}", "keluarga.-1.lantai": "5",
            "was.keluarga.-1.lantai": ""}  # fmt: skip
    refused = client.post(url, {**form, "reason": " "})
    assert refused.status_code == 422
    assert '<option value="5" selected>' in text(refused)
    answer = client.post(url, {**form, "reason": "ditanyakan"})
    assert answer.status_code == 302
    assert collect.submission(row.submission_id).answers["keluarga"]["lantai"] == "5"


def test_a_code_that_is_no_answer_is_refused(done: Answered) -> None:
    url, row = family(done)
    answer = signed_in(done.people["agen"]).post(
        url, {"what": "edit", "keluarga.-1.lantai": "77", "reason": "ditanyakan"}
    )
    assert answer.status_code == 422
    assert "Pilih jawaban dari daftar." in text(answer)
    assert "lantai" not in collect.submission(row.submission_id).answers["keluarga"]


def test_an_answer_is_accepted_with_its_reason(done: Answered) -> None:
    client = signed_in(done.people["agen"])
    url, row = family(done, "satu_kepala")
    client.post(url, {"what": "accept", "finding": row.pk, "reason": "kepala merantau"})
    row.refresh_from_db()
    assert row.state == "accepted"
    assert "kepala merantau" in text(client.get(url))


@pytest.mark.parametrize("wrong", ["", "x", "999999"])
def test_a_finding_of_nobody_is_not_found(done: Answered, wrong: str) -> None:
    url, _row = family(done)
    given = {"what": "accept", "finding": wrong, "reason": "ya"}
    assert signed_in(done.people["agen"]).post(url, given).status_code == 404


def test_names_are_covered_until_asked_for_and_the_asking_is_logged(done: Answered) -> None:
    client = signed_in(done.people["agen"])
    name = "Zulkarnaen Contoh"
    for id_ in done.ids():
        assert name not in text(client.get(office(done, f"keluarga/{id_}/")))
    before = PurposeLine.objects.filter(actor_id=str(done.people["agen"].pk)).count()
    pages = [
        text(client.post(office(done, f"keluarga/{id_}/"), {"what": "names"})) for id_ in done.ids()
    ]
    assert sum(name in page for page in pages) == 1
    lines = PurposeLine.objects.filter(actor_id=str(done.people["agen"].pk))
    assert lines.count() == before + len(pages)
    assert set(lines.values_list("purpose", flat=True)) == {"perbaikan_isian"}


def test_erasing_asks_for_a_sign(done: Answered) -> None:
    client = signed_in(done.people["agen"])
    url, row = family(done)
    assert client.post(url, {"what": "erase", "reason": "diminta"}).status_code == 422
    assert row.submission_id in done.ids()
    client.post(url, {"what": "erase", "reason": "diminta", "sure": "yes"})
    assert row.submission_id not in done.ids()
    assert client.get(url).status_code == 404


def test_clean_data_are_cut_on_the_page_that_says_what_is_missing(done: Answered) -> None:
    client = signed_in(done.people["agen"])
    url = office(done, "data-bersih/")
    page = text(client.get(url))
    assert "12 dari 15 keluarga" in page
    assert "3 keluarga belum didatangi" in page
    client.post(url)
    assert not Cut.objects.exists()
    client.post(url, {"confirmed": "yes"})
    assert Cut.objects.count() == 1
    assert "Lanjut ke tabel" in text(client.get(url))


@pytest.mark.parametrize("who", ["kepala", "petugas", "pembina", "rekan", "administrator"])
def test_everybody_else_finds_nothing_here(done: Answered, who: str) -> None:
    client = signed_in(done.people[who])
    url, row = family(done)
    for page in (office(done), office(done, "data-bersih/"), url):
        assert client.get(page).status_code == 404
        given = {"what": "accept", "finding": row.pk, "reason": "ya", "confirmed": "yes"}
        assert client.post(page, given).status_code in (404, 405)
    row.refresh_from_db()
    assert row.state == "open"
    assert not Cut.objects.exists()


def test_a_family_of_another_village_is_not_found_in_ones_own(done: Answered) -> None:
    _url, row = family(done)
    colleague = done.people["rekan"]
    own = colleague.appointments.get().area_id
    page = f"/kantor/{own}/periksa/keluarga/{row.submission_id}/"
    assert signed_in(colleague).get(page).status_code == 404


def test_without_a_sign_in_one_is_asked_for_it(done: Answered) -> None:
    assert Client().get(office(done))["Location"].startswith("/masuk/")


def test_a_village_without_answers_says_what_will_be_here(done: Answered) -> None:
    colleague = done.people["rekan"]
    own = colleague.appointments.get().area_id
    page = text(signed_in(colleague).get(f"/kantor/{own}/periksa/"))
    assert "Belum ada isian untuk diperiksa" in page


def test_pages_hold_nothing_inline(done: Answered) -> None:
    client = signed_in(done.people["agen"])
    url, _row = family(done)
    for page in (url, url + "?semua", office(done, "data-bersih/")):
        said = text(client.get(page))
        assert not re.search(r"\sstyle=|<style|\son\w+=", said)


def _answered_for(done: Answered, number: str, who: str = "agen") -> Any:
    return signed_in(done.people[who]).post(office(done), {"number": number})


def test_a_family_is_found_by_its_card_a_member_or_its_own_number(done: Answered) -> None:
    one = next(made for made in done.made if made.family.get("nomor_kk"))
    card = str(one.family["nomor_kk"])
    nik = next(str(m["nik"]) for m in one.members if m.get("nik"))
    to = _answered_for(done, f"{card[:4]} {card[4:10]}-{card[10:]}").headers["Location"]
    assert re.fullmatch(re.escape(office(done)) + r"keluarga/\w+/", to)
    assert _answered_for(done, nik).headers["Location"] == to
    id_ = to.rstrip("/").rsplit("/", 1)[1]
    assert _answered_for(done, id_.upper()).headers["Location"] == to
    assert card not in to


@pytest.mark.parametrize("number", ["", "0", "6404999999999999", "zzz", "9" * 4000, "１２"])
def test_a_number_nobody_has_is_said_so(done: Answered, number: str) -> None:
    answer = _answered_for(done, number)
    assert answer.status_code == 200
    assert "Formulir dengan nomor itu tidak ada di kegiatan ini." in text(answer)


def test_only_who_may_mend_looks_for_a_family(done: Answered) -> None:
    card = next(str(m.family["nomor_kk"]) for m in done.made if m.family.get("nomor_kk"))
    assert "Cari satu formulir" in text(signed_in(done.people["agen"]).get(office(done)))
    for who in ("kepala", "petugas", "pembina", "rekan", "administrator"):
        assert _answered_for(done, card, who).status_code == 404
    assert not PurposeLine.objects.filter(actor_id=str(done.people["agen"].pk)).exists()


def test_a_form_keyed_or_filled_is_found_by_the_number_on_paper_or_receipt(done: Answered) -> None:
    stored = Submission.objects.filter(activity_id=done.activity.id).first()
    assert stored is not None
    sent = Upload.objects.create(
        id="abcdefgh23456789", kind="keyed", activity_id=done.activity.id,
        village_id=done.village.id, state="accepted", size=1, summary={"number": 17},
        uploaded_by=done.people["agen"], uploaded_at=NOW,
    )  # fmt: skip
    Submission.objects.filter(pk=stored.pk).update(upload_id=sent.id)
    for number in ("17", sent.receipt):
        assert stored.pk in _answered_for(done, number).headers["Location"]
