"""Proposing and deciding: who sees what, two people, one decision, the files that were shown."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cantik.disseminate import publishing
from cantik.ledger import api as ledger
from cantik.people.models import Appointment
from cantik.protect import api as protect
from tests.action.disseminate_chain import Chain, chain
from tests.action.people import DAY, person

pytestmark = [pytest.mark.django_db, pytest.mark.database]
PASSWORD = "kata-sandi-uji"
EVERYBODY = ("agen", "kepala", "petugas", "pembina", "rekan", "kepala_lain", "administrator")


@pytest.fixture(autouse=True)
def released(settings: Any, tmp_path: Path) -> Path:
    settings.RELEASED = tmp_path / "released"
    return tmp_path / "released"


@pytest.fixture
def made() -> Chain:
    return chain()


@pytest.fixture
def waiting(made: Chain) -> protect.Proposal:
    return made.propose()


def sign_in(made: Chain, who: str) -> Client:
    client = Client()
    client.force_login(made.people[who])
    return client


def office(made: Chain, tail: str = "") -> str:
    return f"/kantor/{made.village.id}/persetujuan/{tail}"


def form_of(page: str, verdict: str = "approve", **more: str) -> dict[str, Any]:
    shown = re.findall(r'name="berkas" value="([^"]+)"', page)
    return {"berkas": shown, "verdict": verdict, "note": "", "password": PASSWORD, **more}


def page(client: Client, made: Chain, one: protect.Proposal) -> str:
    answer = client.get(office(made, f"{one.id}/"))
    assert answer.status_code == 200
    return str(answer.content.decode())


READERS = {"agen", "kepala", "pembina"}


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_sees_proposed_figures(made: Chain, waiting: protect.Proposal, who: str) -> None:
    client = sign_in(made, who)
    table = made.activity.pack.tables[0].id
    tails = ["", f"{waiting.id}/", f"{waiting.id}/halaman/", f"{waiting.id}/berkas/buku.pdf",
             f"{waiting.id}/halaman/tabel/{table}/", f"{waiting.id}/halaman/asal-usul/{table}/",
             f"{waiting.id}/berkas/tabel/{table}.csv", f"{waiting.id}/berkas/tabel/{table}.xlsx",
             f"{waiting.id}/berkas/tabel.xlsx"]  # fmt: skip
    wanted = 200 if who in READERS else 404
    assert {tail: client.get(office(made, tail)).status_code for tail in tails} == dict.fromkeys(
        tails, wanted
    )


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_opens_each_room(made: Chain, waiting: protect.Proposal, who: str) -> None:
    made.approve(waiting)
    client = sign_in(made, who)
    told = {
        "tables": client.get(f"/kantor/{made.village.id}/tabel/").status_code == 200,
        "decide": client.post(office(made, f"{waiting.id}/putuskan/")).status_code != 404,
        "comment": client.post(office(made, f"{waiting.id}/tanggapi/")).status_code != 404,
        "withdraw": client.get(office(made, "terbitan/1/tarik/")).status_code == 200,
    }
    wanted = {"agen": ["tables"], "kepala": ["decide", "withdraw"], "pembina": ["comment"]}
    assert [name for name, may in told.items() if may] == wanted.get(who, [])


def test_who_has_not_signed_in_is_sent_to_the_door(made: Chain, waiting: protect.Proposal) -> None:
    answer = Client().get(office(made, f"{waiting.id}/"))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/masuk/?next=")


def test_a_proposal_of_another_village_is_not_found(made: Chain) -> None:
    other = chain("Sana")
    theirs = other.propose()
    client = sign_in(made, "kepala")
    assert client.get(office(made, f"{theirs.id}/")).status_code == 404
    assert client.post(office(made, f"{theirs.id}/putuskan/"), form_of("")).status_code == 404
    assert protect.proposal(theirs.id).state == "waiting"


@pytest.mark.parametrize(
    "name",
    ["release.json", "tabel/umur.json", "../buku.pdf", "tabel/tidakada.csv", "tabel/tidakada.xlsx",
     "%2e%2e/buku.pdf",
     "buku.pdf%00", "tabel/../buku.pdf"],
)  # fmt: skip
def test_no_other_file_is_given_out(made: Chain, waiting: protect.Proposal, name: str) -> None:
    client = sign_in(made, "kepala")
    assert client.get(office(made, f"{waiting.id}/berkas/{name}")).status_code == 404


@pytest.mark.parametrize("id_", ["x", "tidakada", "%00", "a" * 300, "..%2f"])
def test_an_odd_proposal_is_not_found(made: Chain, id_: str) -> None:
    client = sign_in(made, "kepala")
    assert client.get(office(made, f"{id_}/")).status_code == 404


def test_the_head_reads_the_very_bytes_and_these_are_published(
    made: Chain, waiting: protect.Proposal, released: Path
) -> None:
    client = sign_in(made, "kepala")
    shown = page(client, made, waiting)
    form = form_of(shown)
    assert dict(line.rsplit("=", 1) for line in form["berkas"]) == waiting.files
    table = made.activity.pack.tables[0].id
    csv = client.get(office(made, f"{waiting.id}/berkas/tabel/{table}.csv")).content
    pdf = client.get(office(made, f"{waiting.id}/berkas/buku.pdf")).content
    xlsx = client.get(office(made, f"{waiting.id}/berkas/tabel.xlsx")).content
    answer = client.post(office(made, f"{waiting.id}/putuskan/"), form, follow=True)
    assert "Terbitan ke-1 sudah diumumkan" in answer.content.decode()
    folder = released / made.village.id / "1"
    assert (folder / "tabel" / f"{table}.csv").read_bytes() == csv
    assert (folder / "buku.pdf").read_bytes() == pdf
    assert (folder / "tabel.xlsx").read_bytes() == xlsx
    citizen = Client().get(f"/desa/{made.village.id}/terbitan/1/tabel/{table}.csv")
    assert citizen.content == csv


def test_the_preview_is_the_page_citizens_will_read(made: Chain, waiting: protect.Proposal) -> None:
    table = made.activity.pack.tables[2].id
    client = sign_in(made, "kepala")
    before = client.get(office(made, f"{waiting.id}/halaman/tabel/{table}/")).content.decode()
    made.approve(waiting)
    after = Client().get(f"/desa/{made.village.id}/terbitan/1/tabel/{table}/").content.decode()
    cells = r"<t[dh][^>]*>.*?</t[dh]>"
    assert re.findall(cells, before) == re.findall(cells, after)
    assert "Pratinjau usulan." in before
    assert "Pratinjau" not in after


def test_nothing_is_public_before_the_decision(made: Chain, waiting: protect.Proposal) -> None:
    told = Client().get(f"/desa/{made.village.id}/").content.decode()
    assert "Belum ada angka yang diumumkan di sini." in told
    assert Client().get(f"/desa/{made.village.id}/terbitan/1/").status_code == 404


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"password": "salah"}, "Kata sandi tidak cocok."),
        ({"password": ""}, "perlu diperbaiki"),
        ({"verdict": "mungkin"}, "perlu diperbaiki"),
        ({"verdict": "return"}, "Pengembalian memerlukan catatan."),
        ({"berkas": []}, "Berkas usulan telah berubah."),
        ({"berkas": ["buku.pdf=" + "0" * 64]}, "Berkas usulan telah berubah."),
        ({"berkas": ["tanpa tanda"]}, "Berkas usulan telah berubah."),
        ({"note": "x" * 3000}, "perlu diperbaiki"),
    ],
)
def test_a_wrong_decision_changes_nothing_and_says_why(
    made: Chain, waiting: protect.Proposal, change: dict[str, Any], says: str
) -> None:
    client = sign_in(made, "kepala")
    form = {**form_of(page(client, made, waiting)), **change}
    answer = client.post(office(made, f"{waiting.id}/putuskan/"), form)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert PASSWORD not in answer.content.decode()
    assert protect.proposal(waiting.id).state == "waiting"


def test_guessing_the_password_is_stopped(made: Chain, waiting: protect.Proposal) -> None:
    client = sign_in(made, "kepala")
    form = form_of(page(client, made, waiting), password="salah")
    for _ in range(8):
        client.post(office(made, f"{waiting.id}/putuskan/"), form)
    form["password"] = PASSWORD
    answer = client.post(office(made, f"{waiting.id}/putuskan/"), form)
    assert "Terlalu sering mencoba." in answer.content.decode()
    assert protect.proposal(waiting.id).state == "waiting"


def test_returning_keeps_the_note_for_the_agent(made: Chain, waiting: protect.Proposal) -> None:
    client = sign_in(made, "kepala")
    form = form_of(page(client, made, waiting), "return", note="Periksa RT 03")
    client.post(office(made, f"{waiting.id}/putuskan/"), form)
    told = page(sign_in(made, "agen"), made, waiting)
    assert "Periksa RT 03" in told
    assert "Perbaiki dan usulkan lagi" in told
    assert made.propose().state == "waiting"


def test_the_second_of_two_decisions_is_told_it_is_late(
    made: Chain, waiting: protect.Proposal
) -> None:
    first, second = sign_in(made, "kepala"), sign_in(made, "kepala")
    one, two = (form_of(page(c, made, waiting)) for c in (first, second))
    two.update(verdict="return", note="jangan dulu")
    first.post(office(made, f"{waiting.id}/putuskan/"), one)
    answer = second.post(office(made, f"{waiting.id}/putuskan/"), two)
    told = answer.content.decode()
    assert answer.status_code == 409
    assert "sudah diputuskan lebih dahulu" in told
    assert "jangan dulu" not in told
    assert protect.proposal(waiting.id).state == "approved"
    assert len(protect.releases(made.village.id)) == 1


def test_one_person_with_both_roles_cannot_do_both_halves(made: Chain) -> None:
    both = made.people["agen"]
    Appointment.objects.create(person=both, role="kepala_desa", area=made.village, valid_from=DAY)
    waiting = made.propose()
    client = sign_in(made, "agen")
    told = page(client, made, waiting)
    assert "Bapak/Ibu yang mengusulkan, jadi orang lain yang memutuskan." in told
    assert 'name="verdict"' not in told
    form = {**form_of(told), "berkas": [f"{k}={v}" for k, v in waiting.files.items()]}
    answer = client.post(office(made, f"{waiting.id}/putuskan/"), form)
    assert answer.status_code == 422
    assert "jadi orang lain yang memutuskan." in answer.content.decode()
    assert protect.proposal(waiting.id).state == "waiting"


def test_an_acting_head_decides(made: Chain, waiting: protect.Proposal) -> None:
    made.people["plt"] = person("kepala_desa", made.village, "plt", acting=True)
    client = sign_in(made, "plt")
    client.post(office(made, f"{waiting.id}/putuskan/"), form_of(page(client, made, waiting)))
    assert protect.proposal(waiting.id).state == "approved"


def test_the_coach_comments_and_never_decides(made: Chain, waiting: protect.Proposal) -> None:
    client = sign_in(made, "pembina")
    told = page(client, made, waiting)
    assert 'name="verdict"' not in told
    assert client.post(office(made, f"{waiting.id}/tanggapi/"), {"text": ""}).status_code == 422
    client.post(office(made, f"{waiting.id}/tanggapi/"), {"text": "<b>Cocok</b>"})
    shown = page(sign_in(made, "kepala"), made, waiting)
    assert "&lt;b&gt;Cocok&lt;/b&gt;" in shown


def test_withdrawing_takes_the_files_away(
    made: Chain, waiting: protect.Proposal, released: Path
) -> None:
    made.approve(waiting)
    client = sign_in(made, "kepala")
    url = office(made, "terbitan/1/tarik/")
    assert client.post(url, {"reason": "", "password": PASSWORD}).status_code == 422
    assert client.post(url, {"reason": "salah", "password": "x"}).status_code == 422
    assert Client().get(f"/desa/{made.village.id}/").status_code == 200
    client.post(url, {"reason": "Tahunnya salah", "password": PASSWORD})
    gone = Client().get(f"/desa/{made.village.id}/terbitan/1/")
    assert gone.status_code == 410
    assert "Tahunnya salah" in gone.content.decode()
    assert client.get(url).status_code == 404
    again = client.post(url, {"reason": "lagi", "password": PASSWORD})
    assert again.status_code == 409
    assert client.get(office(made, "terbitan/7/tarik/")).status_code == 404


def test_the_agent_proposes_from_the_page(made: Chain) -> None:
    client = sign_in(made, "agen")
    url = f"/kantor/{made.village.id}/tabel/"
    key = made.activity.id
    told = client.get(url).content.decode()
    assert "Usulkan terbitan" in told
    form = {"activity": key, f"{key}-licence": "CC BY 4.0", f"{key}-note": ""}
    wrong = client.post(url, {**form, f"{key}-licence": "milik saya"})
    assert wrong.status_code == 422
    assert not protect.Proposal.objects.exists()
    answer = client.post(url, form, follow=True)
    assert "Menunggu persetujuan" in answer.content.decode()
    assert "Lihat usulan" in client.get(url).content.decode()
    twice = client.post(url, form)
    assert twice.status_code == 422
    assert protect.Proposal.objects.count() == 1


def test_a_correction_needs_a_note_and_new_clean_data(
    made: Chain, waiting: protect.Proposal
) -> None:
    made.approve(waiting)
    client = sign_in(made, "agen")
    url = f"/kantor/{made.village.id}/tabel/"
    assert "Data bersih ini sudah diumumkan." in client.get(url).content.decode()
    made.cut(88)
    assert "Ini perbaikan." in client.get(url).content.decode()
    key = made.activity.id
    form = {"activity": key, f"{key}-licence": "CC BY 4.0", f"{key}-note": ""}
    assert client.post(url, form).status_code == 422
    client.post(url, {**form, f"{key}-note": "Satu isian diperbaiki"})
    second = protect.Proposal.objects.get(state="waiting")
    told = page(sign_in(made, "kepala"), made, second)
    assert "Satu isian diperbaiki" in told
    assert "Yang berubah dari terbitan lalu" in told
    assert "<s>90</s>" in told
    assert "<ins>88</ins>" in told


@pytest.mark.parametrize("activity", ["", "tidakada", "%00"])
def test_an_activity_of_nobody_is_not_found(made: Chain, activity: str) -> None:
    client = sign_in(made, "agen")
    answer = client.post(f"/kantor/{made.village.id}/tabel/", {"activity": activity})
    assert answer.status_code == 404


def test_a_proposal_in_preparation_shows_how_far_it_is(made: Chain) -> None:
    waiting = made.propose()
    protect.Proposal.objects.filter(pk=waiting.pk).update(
        state="preparing", files={}, proposed_edition_id=""
    )
    ledger.Job.objects.filter(kind="disseminate.prepare").update(
        state="running", done=2, total=4, words="Menyusun buku"
    )
    told = page(sign_in(made, "agen"), made, waiting)
    assert "Menyusun buku" in told
    assert "2 dari 4" in told
    assert 'name="verdict"' not in page(sign_in(made, "kepala"), made, waiting)
    tail = f"{waiting.id}/halaman/"
    assert sign_in(made, "kepala").get(office(made, tail)).status_code == 404


def test_a_failed_proposal_says_that_nothing_is_lost(made: Chain) -> None:
    waiting = made.propose()
    protect.Proposal.objects.filter(pk=waiting.pk).update(
        state="failed", files={}, proposed_edition_id=""
    )
    assert "Usulan tidak dapat disiapkan." in page(sign_in(made, "agen"), made, waiting)


def test_pages_of_the_office_are_never_kept(made: Chain, waiting: protect.Proposal) -> None:
    client = sign_in(made, "kepala")
    for tail in ("", f"{waiting.id}/", f"{waiting.id}/halaman/", f"{waiting.id}/berkas/buku.pdf"):
        assert "no-store" in client.get(office(made, tail))["Cache-Control"]


def test_every_decision_leaves_an_audit_line(made: Chain, waiting: protect.Proposal) -> None:
    client = sign_in(made, "kepala")
    client.post(office(made, f"{waiting.id}/putuskan/"), form_of(page(client, made, waiting)))
    line = ledger.AuditLine.objects.get(verb="protect.approve")
    assert (line.thing_id, line.actor_id) == (waiting.id, str(made.people["kepala"].pk))


def test_a_release_that_could_not_be_put_out_is_told_and_tried_again(
    made: Chain, waiting: protect.Proposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: Any) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patched:
        patched.setattr(publishing, "put_index", full)
        made.approve(waiting)
    assert Client().get(f"/desa/{made.village.id}/terbitan/1/").status_code == 404
    told = page(sign_in(made, "agen"), made, waiting)
    assert "halaman warga belum berubah" in told
    again = office(made, "umumkan-lagi/")
    assert "Coba umumkan lagi" not in told
    assert sign_in(made, "agen").post(again).status_code == 404
    client = sign_in(made, "kepala")
    assert "Coba umumkan lagi" in client.get(office(made)).content.decode()
    assert "Pengumuman dicoba lagi." in client.post(again, follow=True).content.decode()
    assert Client().get(f"/desa/{made.village.id}/terbitan/1/").status_code == 200
    assert ledger.AuditLine.objects.filter(verb="disseminate.publish_again").count() == 1
    client.post(again)
    assert ledger.AuditLine.objects.filter(verb="disseminate.publish_again").count() == 1
    assert client.get(again).status_code == 405
