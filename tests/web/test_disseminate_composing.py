"""The foreword, the choice of figures, the metadata: who may write them, and that they stand in
what is decided on."""

import io
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from cantik.design import api as design
from cantik.disseminate import actions
from cantik.kernel.problems import Refused
from cantik.kernel.states import NotNow
from cantik.ledger import api as ledger
from cantik.people import api as people
from cantik.protect import api as protect
from tests.action.disseminate_chain import NOW, Chain, chain

pytestmark = [pytest.mark.django_db, pytest.mark.database]
EVERYBODY = ("agen", "kepala", "petugas", "pembina", "rekan", "kepala_lain", "administrator")


@pytest.fixture(autouse=True)
def released(settings: Any, tmp_path: Path) -> Path:
    settings.RELEASED = tmp_path / "released"
    return tmp_path / "released"


@pytest.fixture
def made() -> Chain:
    return chain()


def client(made: Chain, who: str) -> Client:
    here = Client()
    here.force_login(made.people[who])
    return here


def url(made: Chain, tail: str) -> str:
    return f"/kantor/{made.village.id}/kegiatan/{made.activity.id}/{tail}"


def file(one: protect.Proposal, name: str) -> bytes:
    return ledger.edition_file(one.proposed_edition_id, name)


def book(one: protect.Proposal, title: str = "Tentang buku ini") -> str:
    """The words of the book from the page on that begins with ``title``, four pages at most."""
    read = PdfReader(io.BytesIO(file(one, "buku.pdf")))
    places = read.outline
    at = 0
    if title != "Tentang buku ini":
        [place] = [o for o in places if not isinstance(o, list) and o.title.startswith(title)]
        at = read.get_destination_page_number(place) or 0
    pages = read.pages[at : at + 4]
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


@pytest.mark.parametrize(("tail", "who"), [("kata-pengantar/", "kepala"), ("infografis/", "agen")])
def test_only_the_one_whose_work_it_is_opens_the_page(made: Chain, tail: str, who: str) -> None:
    for one in EVERYBODY:
        answer = client(made, one).get(url(made, tail))
        assert answer.status_code == (200 if one == who else 404), one
        assert client(made, one).post(url(made, tail), {}).status_code != 500
    elsewhere = url(made, tail).replace(made.village.id, made.people["rekan"].username)
    assert client(made, who).get(elsewhere).status_code == 404


def test_metadata_are_read_by_who_sees_proposals_and_written_by_the_agent(made: Chain) -> None:
    here = url(made, "metadata/")
    for one in EVERYBODY:
        answer = client(made, one).get(here)
        sees = one in ("agen", "kepala", "pembina")
        assert answer.status_code == (200 if sees else 404), one
        if sees:
            words = answer.content.decode()
            assert ("Simpan metadata" in words) == (one == "agen")
            assert ("belum diisi</i>" in words) == (one != "agen")
            assert f"{here}variabel/" not in words or one == "agen"
        if one != "agen":
            assert client(made, one).post(here, {"judul_kegiatan": "x"}).status_code == 404, one
    assert not ledger.AuditLine.objects.filter(verb="design.metadata").exists()


def test_a_book_without_a_foreword_says_so_and_invents_none(made: Chain) -> None:
    told = book(made.propose())
    assert "Kata pengantar belum ditulis oleh Kepala Desa" in told
    assert made.people["kepala"].name not in told


def test_a_foreword_is_in_the_very_bytes_that_are_decided_on(made: Chain) -> None:
    before = made.propose()
    shown = dict(before.files)
    words = "Terima kasih kepada semua warga.\n\nData ini dipakai untuk #rencana *desa* [2027]."
    answer = client(made, "kepala").post(
        url(made, "kata-pengantar/"), {"text": words, "name": "Rina  Contoh"}
    )
    assert answer.status_code == 302
    after = protect.proposal(before.id)
    assert after.state == "waiting"
    changed = {name for name in shown if shown[name] != after.files[name]}
    assert changed == {"buku.pdf"}
    told = book(after)
    assert "Data ini dipakai untuk #rencana *desa* [2027]." in told
    assert "Rina Contoh" in told
    page = client(made, "kepala").get(f"/kantor/{made.village.id}/persetujuan/{after.id}/")
    assert "Terima kasih kepada semua warga." in page.content.decode()
    with pytest.raises(Refused):  # what was read before is not what would be published now
        protect.decide(
            actor=made.people["kepala"], proposal_id=after.id, verdict="approve",
            shown_files=shown, confirmed=True, now=NOW,
        )  # fmt: skip
    made.approve(after)


def test_a_foreword_needs_a_name_and_can_be_taken_back(made: Chain) -> None:
    head = client(made, "kepala")
    refused = head.post(url(made, "kata-pengantar/"), {"text": "Salam.", "name": " "})
    assert refused.status_code == 422
    assert "Salam." in refused.content.decode()
    long = head.post(url(made, "kata-pengantar/"), {"text": "x" * 6001, "name": "A"})
    assert long.status_code == 422
    head.post(url(made, "kata-pengantar/"), {"text": "Salam.", "name": "A"})
    assert actions.foreword(made.activity.id) is not None
    listed = f"/kantor/{made.activity.village_id}/persetujuan/"
    assert url(made, "kata-pengantar/") in head.get(listed).content.decode()  # with no proposal
    assert "kata-pengantar" not in client(made, "agen").get(listed).content.decode()
    head.post(url(made, "kata-pengantar/"), {"text": "", "name": ""})
    assert actions.foreword(made.activity.id) is None
    with pytest.raises(people.NotAllowed):
        actions.write_foreword(
            actor=made.people["agen"], activity_id=made.activity.id, text="x", name="y", now=NOW
        )


def test_nothing_is_prepared_anew_after_the_decision(made: Chain) -> None:
    one = made.propose()
    made.approve(one)
    actions.write_foreword(
        actor=made.people["kepala"], activity_id=made.activity.id, text="Salam.", name="A", now=NOW
    )
    assert protect.proposal(one.id).files == one.files


def test_the_agent_chooses_figures_and_their_order(made: Chain) -> None:
    one = made.propose()
    facts = json.loads(file(one, "release.json"))
    by_rule = facts["infographic"]
    assert 1 <= len(by_rule) <= 6
    wanted = list(reversed(by_rule))[:2]
    form = {f"angka{at}": id_ for at, id_ in enumerate(wanted, 1)}
    assert client(made, "agen").post(url(made, "infografis/"), form).status_code == 302
    after = protect.proposal(one.id)
    assert json.loads(file(after, "release.json"))["infographic"] == wanted
    assert after.files["infografis.png"] != one.files["infografis.png"]
    client(made, "agen").post(url(made, "infografis/"), {})
    again = protect.proposal(one.id)
    assert again.files == one.files  # the rule, and the same bytes


@pytest.mark.parametrize("wrong", ["tidak_ada", "<b>", "penduduk"])
def test_a_figure_that_is_none_is_refused(made: Chain, wrong: str) -> None:
    answer = client(made, "agen").post(url(made, "infografis/"), {"angka1": wrong})
    assert answer.status_code == 422
    with pytest.raises(Refused):
        actions.choose_figures(
            actor=made.people["agen"], activity_id=made.activity.id, indicators=[wrong], now=NOW
        )


def test_the_infographic_is_published_with_all_its_words(made: Chain) -> None:
    made.approve(made.propose())
    page = Client().get(f"/desa/{made.village.id}/").content.decode()
    alt = re.search(r'alt="(Infografis [^"]+)"', page)
    assert alt
    assert "penduduk terdata" in alt[1]
    base = f"/desa/{made.village.id}/terbitan/1/infografis"
    picture, paper = Client().get(f"{base}.png"), Client().get(f"{base}.pdf")
    assert picture["Content-Type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    assert len(PdfReader(io.BytesIO(paper.content)).pages) == 1
    assert Client().get(f"/desa/{made.village.id}/terbitan/2/infografis.png").status_code == 404


def test_metadata_is_asked_by_its_skip_rules_and_printed(made: Chain) -> None:
    agent, here = client(made, "agen"), url(made, "metadata/")
    page = agent.get(here).content.decode()
    assert 'name="unit_sampel"' not in page
    survey = {"judul_kegiatan": "Pendataan keluarga uji", "cara_pengumpulan_data": "2"}
    assert agent.post(here, survey).status_code == 302
    page = agent.get(here).content.decode()
    assert 'name="unit_sampel"' in page
    agent.post(here, {**survey, "unit_sampel": "Keluarga pilihan", "latar_belakang": "L" * 60})
    one = made.propose()
    annex = book(one, "Lampiran 1")
    assert "Keluarga pilihan" in annex
    assert "belum diisi" in annex
    census = agent.post(here, {**survey, "cara_pengumpulan_data": "1", "unit_sampel": "Masih"})
    assert census.status_code == 302
    assert 'name="unit_sampel"' not in agent.get(here).content.decode()


def test_wrong_metadata_is_told_at_its_field_and_nothing_is_lost(made: Chain) -> None:
    form = {"judul_kegiatan": "Pendek", "tahun": "1900", "jadwal_desain_0": "2026-09-10",
            "jadwal_desain_1": "2026-09-01", "latar_belakang": "Terlalu singkat"}  # fmt: skip
    answer = client(made, "agen").post(url(made, "metadata/"), form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count('aria-invalid="true"') >= 4
    assert "Terlalu singkat" in page


def test_a_variable_and_an_indicator_are_described_by_hand(made: Chain) -> None:
    agent = client(made, "agen")
    about = url(made, "metadata/variabel/lantai/")
    assert agent.get(about).status_code == 200
    agent.post(about, {"referensi_waktu": "Saat pendataan di uji ini"})
    told = agent.get(about).content.decode()
    assert "Saat pendataan di uji ini" in told
    for tail in ("variabel/nik/", "variabel/x/", "indikator/x/", "lain/lantai/"):
        assert agent.get(url(made, f"metadata/{tail}")).status_code == 404, tail
    assert client(made, "kepala").get(about).status_code == 404


def test_the_book_tells_what_a_year_before_was_released(made: Chain) -> None:
    made.approve(made.propose())
    later = design.open_activity(
        actor=made.people["agen"], village_id=made.village.id,
        pack_hash=design.latest_pack("keluarga").hash, period="2027",
        reference_date=date(2027, 10, 31), now=NOW,
    )  # fmt: skip
    made.activity = design.activity(later.id)
    made.clean = made.cut(80)
    told = book(made.propose(), "Dari tahun ke tahun")
    assert "Angka 2026 2027 Selisih" in told
    assert "Keluarga 90 80 \u221210" in told


def test_both_days_of_a_span_say_what_they_are(made: Chain) -> None:
    page = client(made, "agen").get(url(made, "metadata/")).content.decode()
    spans = re.findall(r"<input[^>]*name=\"jadwal_\w+_[01]\"[^>]*>", page)
    assert spans
    assert all("aria-label=" in one for one in spans)


def test_only_the_two_who_release_may_have_files_made_anew(made: Chain) -> None:
    one = made.propose()
    for who in ("petugas", "pembina", "rekan", "kepala_lain", "administrator"):
        with pytest.raises(people.NotAllowed):
            protect.rework(actor=made.people[who], proposal_id=one.id, now=NOW)
    again = protect.rework(actor=made.people["agen"], proposal_id=one.id, now=NOW)
    assert protect.proposal(again.id).files == one.files
    made.approve(protect.proposal(one.id))
    with pytest.raises(NotNow):
        protect.rework(actor=made.people["agen"], proposal_id=one.id, now=NOW)
