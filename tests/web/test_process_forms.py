"""The forms of process with right and wrong input, page after page and year by year."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from cantik.collect import api as collect
from cantik.demo.families import MadeFamily
from cantik.design import api as design
from cantik.process import actions
from cantik.process.models import Cut, Finding
from cantik.vault.models import PurposeLine
from tests.action.process_village import NOW, Answered, answered

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NAME = "Zulkarnaen Contoh"


def plant(made: list[MadeFamily]) -> None:
    made[0].family.pop("lantai")
    made[0].members[0]["nama"] = NAME
    made[1].members[0]["hubungan"] = "9"


@pytest.fixture
def done() -> Answered:
    made = answered(6, plant=plant)
    actions.check(made.activity.id)
    return made


def signed_in(one: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(one)
    return client


def office(done: Answered, path: str = "") -> str:
    return f"/kantor/{done.village.id}/periksa/{path}"


def family(done: Answered, name: str = "lantai") -> tuple[str, Finding]:
    row = Finding.objects.get(name=name)
    return office(done, f"keluarga/{row.submission_id}/"), row


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def state(done: Answered) -> list[Any]:
    return [collect.submissions(done.activity.id), list(Finding.objects.values())]


# -- wrong input ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "form",
    [
        {"what": ""},
        {"what": "publish"},
        {"what": "edit", "keluarga.1": "x"},
        {"what": "edit", "keluarga.": "x"},
        {"what": "edit", "anggota.x.hubungan": "1"},
        {"what": "edit", "anggota.².hubungan": "1"},
        {"what": "edit", "anggota.-2.hubungan": "1"},
        {"what": "edit", "anggota.99999999999999999999.hubungan": "1"},
        {"what": "edit", "keluarga.-1.Lantai atas": "1"},
        {"what": "accept", "finding": "²"},
        {"what": "accept", "finding": "9" * 30},
        {"what": "accept", "finding": "-1"},
    ],
)
def test_a_form_of_no_page_of_ours_is_not_found(done: Answered, form: dict[str, str]) -> None:
    before = state(done)
    url, _row = family(done)
    answer = signed_in(done.people["agen"]).post(url, {**form, "reason": "ya"})
    assert answer.status_code == 404
    assert state(done) == before


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"what": "edit"}, "Belum ada isian yang berubah."),
        ({"what": "edit", "anggota.99.hubungan": "1"}, "tidak ada pada formulir itu"),
        ({"what": "edit", "keluarga.-1.umur": "1"}, "tidak ada pada formulir itu"),
        ({"what": "edit", "anggota.0.umur": "30"}, "tidak diubah di sini"),
        ({"what": "edit", "keluarga.-1.luas_lantai": "<b>"}, "Tulis angka saja"),
        ({"what": "edit", "keluarga.-1.nomor_kk": "12"}, "16 angka"),
        ({"what": "edit", "anggota.0.tanggal_lahir": "31/02/1990"}, "hari/bulan/tahun"),
        ({"what": "edit", "keluarga.-1.lantai": "5", "reason": " "}, "alasan"),
        ({"what": "accept", "reason": " "}, "Tulis mengapa"),
        ({"what": "return", "reason": " "}, "Tulis apa yang perlu ditanyakan lagi."),
        ({"what": "erase", "sure": "yes", "reason": " "}, "siapa yang meminta"),
        ({"what": "erase", "sure": "no"}, "Beri tanda"),
    ],
)
def test_a_refused_form_says_why_and_changes_nothing(
    done: Answered, form: dict[str, str], said: str
) -> None:
    before = state(done)
    url, row = family(done)
    given = {"reason": "ditanyakan", "finding": str(row.pk), **form}
    answer = signed_in(done.people["agen"]).post(url, given)
    assert answer.status_code == 422
    assert said in text(answer)
    assert state(done) == before


def test_what_was_typed_is_kept_and_escaped(done: Answered) -> None:
    url, _row = family(done)
    page = text(
        signed_in(done.people["agen"]).post(
            url + "?semua",
            {
                "what": "edit",
                "form": "semua",
                "keluarga.-1.luas_lantai": '"><script>',
                "reason": "<i>",
            },
        )
    )
    assert "&quot;&gt;&lt;script&gt;" in page
    assert "&lt;i&gt;" in page
    assert '"><script>' not in page


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(done: Answered, method: str) -> None:
    client = signed_in(done.people["agen"])
    for page in (family(done)[0], office(done, "data-bersih/")):
        assert getattr(client, method)(page).status_code == 405


@pytest.mark.parametrize("query", ["?kegiatan=tidakada", "?kegiatan=%00", "?kegiatan=" + "9" * 99])
def test_an_activity_nobody_knows_is_not_found(done: Answered, query: str) -> None:
    client = signed_in(done.people["agen"])
    assert client.get(office(done) + query).status_code == 404
    assert client.get(office(done, "data-bersih/") + query).status_code == 404
    assert (
        client.post(office(done, "data-bersih/") + query, {"confirmed": "yes"}).status_code == 404
    )
    assert not Cut.objects.exists()


def test_the_activity_of_another_village_is_not_found(done: Answered) -> None:
    colleague = done.people["rekan"]
    own = colleague.appointments.get().area_id
    client = signed_in(colleague)
    for page in ("", "data-bersih/"):
        url = f"/kantor/{own}/periksa/{page}?kegiatan={done.activity.id}"
        assert client.get(url).status_code == 404


# -- right input ------------------------------------------------------------------------------


def test_a_family_is_sent_back_and_says_so(done: Answered) -> None:
    client = signed_in(done.people["agen"])
    url, row = family(done)
    answer = client.post(url, {"what": "return", "reason": "lantai belum ditanya"})
    assert answer["Location"] == office(done) + f"?kegiatan={done.activity.id}"
    page = text(client.get(url))
    assert "menunggu ditanyakan lagi dan belum masuk data bersih" in page
    assert "Kembalikan dengan catatan" not in page
    assert row.submission_id not in text(client.get(office(done)))


def test_all_answers_can_be_changed_and_only_changed_ones_are(done: Answered) -> None:
    client = signed_in(done.people["agen"])
    url, row = family(done)
    page = text(client.get(url + "?semua"))
    fields = dict(re.findall(r'name="(was\.[^"]+)" value="([^"]*)"', page))
    assert len(fields) > 30
    form = fields | {key.removeprefix("was."): value for key, value in fields.items()}
    before = collect.submission(row.submission_id)
    assert client.post(url + "?semua", {**form, "what": "edit", "reason": "ya"}).status_code == 422
    form |= {"keluarga.-1.atap": "2", "was.keluarga.-1.atap": "", "anggota.0.nama": "Baru Contoh"}
    done_ = client.post(url + "?semua", {**form, "what": "edit", "form": "semua", "reason": "ya"})
    assert done_.status_code == 302
    after = collect.submission(row.submission_id)
    assert after.answers["keluarga"] == {**before.answers["keluarga"], "atap": "2"}
    assert after.answers["anggota"] == before.answers["anggota"]
    assert {place[2] for place in after.edited} <= {"atap", "nama"}
    assert "pernah diperbaiki" in text(client.get(url))


def test_of_two_tabs_the_second_is_told_and_keeps_what_was_typed(done: Answered) -> None:
    client = signed_in(done.people["agen"])
    url, row = family(done)
    shown = re.search(r'name="seen" value="(\d+)"', text(client.get(url)))
    assert shown is not None
    form = {"what": "edit", "reason": "ya", "form": "semua", "seen": shown[1]}
    first = {**form, "keluarga.-1.luas_lantai": "41", "was.keluarga.-1.luas_lantai": ""}
    assert client.post(url, first).status_code == 302
    second = client.post(url, {**first, "keluarga.-1.luas_lantai": "42"})
    assert second.status_code == 422
    page = text(second)
    assert "baru saja diubah di tempat lain" in page
    assert 'name="keluarga.-1.luas_lantai" value="42"' in page
    assert 'name="was.keluarga.-1.luas_lantai" value="41"' in page
    assert collect.submission(row.submission_id).answers["keluarga"]["luas_lantai"] == 41
    again = re.search(r'name="seen" value="(\d+)"', page)
    assert again is not None
    assert again[1] == str(int(shown[1]) + 1)
    stale = {"what": "accept", "finding": row.pk, "reason": "ya", "seen": shown[1]}
    assert client.post(url, stale).status_code == 422


def test_shown_names_are_on_that_answer_only_and_never_kept(done: Answered) -> None:
    client = signed_in(done.people["agen"])
    url, row = family(done)
    shown = client.post(url, {"what": "names"})
    assert NAME in text(shown)
    assert "no-store" in shown["Cache-Control"]
    assert NAME not in text(client.get(url))
    line = PurposeLine.objects.filter(actor_id=str(done.people["agen"].pk)).latest("pk")
    assert (line.record_ids, line.purpose) == ([row.submission_id], "perbaikan_isian")


@pytest.mark.parametrize("who", ["kepala", "petugas", "pembina", "rekan", "administrator"])
def test_nobody_else_is_shown_a_name_or_leaves_a_line(done: Answered, who: str) -> None:
    before = PurposeLine.objects.count()
    answer = signed_in(done.people[who]).post(family(done)[0], {"what": "names"})
    assert answer.status_code == 404
    assert NAME not in text(answer)
    assert PurposeLine.objects.count() == before


# -- pages, years, languages ------------------------------------------------------------------


def every(made: list[MadeFamily]) -> None:
    for one in made:
        one.family.pop("lantai")


def test_many_families_come_page_by_page_and_keep_the_kind_chosen() -> None:
    done = answered(36, plant=every)
    client = signed_in(done.people["agen"])
    url = office(done) + "?jenis=missing.lantai"
    pages = [text(client.get(f"{url}&halaman={n}")) for n in (1, 2)]
    listed = [re.findall(r"periksa/keluarga/([^/]+)/", page) for page in pages]
    assert [len(ids) for ids in listed] == [30, 6]
    assert sorted(listed[0] + listed[1]) == done.ids()
    assert f"kegiatan={done.activity.id}&amp;jenis=missing.lantai&amp;halaman=2" in pages[0]
    for wrong, same in (("x", 0), ("", 0), ("-1", 1), ("0", 1), ("999", 1)):
        found = text(client.get(f"{url}&halaman={wrong}"))
        assert re.findall(r"periksa/keluarga/([^/]+)/", found) == listed[same], wrong


def test_a_kind_nobody_knows_lists_nothing(done: Answered) -> None:
    page = text(signed_in(done.people["agen"]).get(office(done) + '?jenis="><script>'))
    assert "periksa/keluarga/" not in page
    assert "Semua jenis" in page
    assert "<script>" not in page.split("<main", 1)[1]


def test_an_earlier_year_is_mended_and_cut_without_falling_into_the_later(done: Answered) -> None:
    agent = done.people["agen"]
    later = design.open_activity(
        actor=agent, village_id=done.village.id, pack_hash=done.activity.pack.hash, period="2027",
        reference_date=date(2027, 10, 31), now=NOW,
    )  # fmt: skip
    client = signed_in(agent)
    assert "Belum ada isian untuk diperiksa" in text(client.get(office(done)))
    url, _row = family(done)
    answer = client.post(url, {"what": "edit", "keluarga.-1.lantai": "5", "reason": "ya"})
    assert answer["Location"] == office(done) + f"?kegiatan={done.activity.id}"
    cutting = office(done, f"data-bersih/?kegiatan={done.activity.id}")
    answer = client.post(cutting, {"confirmed": "yes"})
    assert answer["Location"] == cutting
    assert [one.activity_id for one in Cut.objects.all()] == [done.activity.id]
    Finding.objects.create(
        activity_id=done.activity.id, submission_id=done.ids()[0], kind="area", name="area"
    )
    page = text(client.get(cutting))
    # Only the line in which another activity can be chosen names it.
    assert page.count(later.id) == page.count(f'href="?kegiatan={later.id}"') == 1
    links = re.findall(r'href="(/kantor/[^"]+/periksa/[^"]*)"', page.split("<main", 1)[1])
    own = [link for link in links if "kegiatan=" in link]
    assert len(own) == 3
    assert all(link.endswith(done.activity.id) for link in own)


def test_pages_are_said_in_english_too(done: Answered) -> None:
    client = signed_in(done.people["agen"])
    url, _row = family(done)
    for page in (office(done), url, url + "?semua", office(done, "data-bersih/")):
        said = text(client.get(page, {"lang": "en"}, follow=True)).split("<main", 1)[1]
        said = said.split("</main", 1)[0]
        assert "family" in said or "families" in said, page
        for word in ("isian", "Kembalikan", "Perbaiki", "Anggota", "belum", "keluarga "):
            assert word not in re.sub(r"<[^>]*>", " ", said), (page, word)
