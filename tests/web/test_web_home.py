"""The home page of each role, told by invented rooms; nothing touches the database."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory, override_settings

from cantik.web import context, home, views
from tests.journey.look_site import ABOVE, OFFERS, PEOPLE, TASKS, VILLAGES, Village

pytestmark = pytest.mark.usefixtures("paths")


@pytest.fixture
def paths() -> Any:
    with override_settings(ROOT_URLCONF="tests.journey.look_site"):
        yield


@pytest.fixture
def village(monkeypatch: pytest.MonkeyPatch) -> Village:
    made = Village()
    made.stand_in(monkeypatch)
    return made


def visit(who: str, query: str = "", session: dict[str, str] | None = None) -> HttpResponse:
    request = RequestFactory().get("/beranda/" + query)
    request.user = PEOPLE[who]  # type: ignore[assignment]
    request.session = {} if session is None else session  # type: ignore[assignment]
    return views.home(request)


def words(answer: HttpResponse) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def test_who_has_not_signed_in_is_sent_to_the_door() -> None:
    request = RequestFactory().get("/beranda/")
    request.user = AnonymousUser()
    answer = views.home(request)
    assert answer.status_code == 302
    assert answer["Location"] == "/masuk/?next=/beranda/"


def test_home_is_only_read(village: Village) -> None:
    request = RequestFactory().post("/beranda/")
    request.user = PEOPLE["agen"]  # type: ignore[assignment]
    assert views.home(request).status_code == 405


def test_the_agent_sees_three_tasks_of_all_rooms_and_the_collection(village: Village) -> None:
    shown = words(visit("agen"))
    assert "Ada 4 hal yang perlu dikerjakan" in shown
    assert all(task.title in shown for task in TASKS[:3])
    assert TASKS[3].title not in shown
    assert shown.count("btn main") == 1
    assert "266 dari 373 keluarga" in shown
    assert "Sisa 107 keluarga" in shown
    assert "Selesai 108" in shown
    assert "57 dari 87" in shown
    assert "Tahap 2 dari 5: Pendataan" in shown
    assert "Contoh data." in shown


def test_what_can_wait_stands_below_what_presses(village: Village) -> None:
    del village.tasks[1:]
    shown = words(visit("agen"))
    assert "Ada 1 hal yang perlu dikerjakan" in shown
    pressing, _head, offered = shown.partition("Bila sempat")
    assert TASKS[0].title in pressing
    assert OFFERS[0].title in offered
    assert shown.count("btn main") == 1


def test_when_nothing_presses_there_is_still_something_to_do(village: Village) -> None:
    village.tasks.clear()
    shown = words(visit("agen"))
    assert "Tidak ada yang mendesak" in shown
    assert OFFERS[0].title in shown.partition("Yang bisa dikerjakan sekarang")[2]
    assert shown.count("btn main") == 1
    village.offers.clear()
    assert 'class="tasks' not in words(visit("agen"))


def test_a_village_without_an_activity_says_what_will_be_here(village: Village) -> None:
    village.begun = ()
    shown = words(visit("agen"))
    assert "Belum ada kegiatan pendataan" in shown
    assert "Pendataan per RT" not in shown


def test_without_targets_no_share_is_claimed(village: Village) -> None:
    village.targets = {}
    shown = words(visit("agen"))
    assert "belum diisi" in shown
    assert "%" not in shown.split("Pendataan per RT")[1].split("<ul")[0]


@pytest.mark.parametrize(
    ("change", "stage"),
    [
        ({"counts": {}}, "Tahap 1 dari 5: Persiapan"),
        ({}, "Tahap 2 dari 5: Pendataan"),
        ({"counts": {"r1": 400}}, "Tahap 3 dari 5: Pemeriksaan"),
        ({"clean": True}, "Tahap 4 dari 5: Persetujuan"),
        ({"clean": True, "released": True}, "Sudah diumumkan"),
    ],
)
def test_the_stage_is_told_in_words(village: Village, change: dict[str, Any], stage: str) -> None:
    for name, value in change.items():
        setattr(village, name, value)
    assert stage in words(visit("agen"))


def test_more_than_the_target_in_one_rt_does_not_hide_another() -> None:
    found = home.Collection((home.Part("RT 01", 120, 100), home.Part("RT 02", 10, 30)))
    assert (found.done, found.target, found.left) == (130, 130, 20)


def test_several_villages_are_a_choice_that_is_kept(village: Village) -> None:
    session: dict[str, str] = {}
    assert "Mau bekerja untuk desa yang mana?" in words(visit("dua", session=session))
    assert session == {}
    assert "Desa Lembah Tabel" in words(visit("dua", "?desa=d2", session))
    assert session == {context.VILLAGE: "d2"}
    assert "Ada 4 hal" in words(visit("dua", session=session))


def test_a_village_of_others_cannot_be_chosen(village: Village) -> None:
    session: dict[str, str] = {}
    assert "Mau bekerja untuk desa yang mana?" in words(visit("dua", "?desa=d3", session))
    assert session == {}


def test_the_pembina_sees_what_to_do_and_the_stage_of_each_village(village: Village) -> None:
    shown = words(visit("pembina"))
    assert "Ada 1 hal yang perlu dikerjakan" in shown
    assert ABOVE[0].title in shown
    assert "Lihat pendataan Desa" in shown.partition("Bila sempat")[2]
    assert "2 dari 4 desa sudah memulai kegiatan" in shown
    assert "2 desa belum membuka kegiatan" in shown
    assert "/kantor/d1/persetujuan/" in shown
    assert "Contoh data." in shown


def test_the_head_sees_what_waits(village: Village) -> None:
    shown = words(visit("kepala"))
    assert "Ada 4 hal" in shown
    assert "Kepala Desa" in shown


def test_the_administrator_sees_people_and_no_progress(village: Village) -> None:
    shown = words(visit("administrator"))
    assert ABOVE[1].title in shown
    assert "/undang/" in shown
    assert "dari 373" not in shown


def test_someone_without_a_role_is_told_whom_to_ask(village: Village) -> None:
    assert "Belum ada tugas untuk akun ini" in words(visit("baru"))


def test_the_menu_shows_only_what_the_person_may_open(village: Village) -> None:
    labels = {who: [row[0] for row in home.menu(PEOPLE[who], VILLAGES[0], "/kantor/d1/orang/x/")]
              for who in ("agen", "kepala", "pembina", "baru")}  # fmt: skip
    assert labels["agen"] == [
        "Beranda", "Pendataan", "Periksa", "Tabel", "Persetujuan", "Kegiatan", "Wilayah", "Orang",
    ]  # fmt: skip
    assert labels["kepala"] == ["Beranda", "Pendataan", "Persetujuan", "Orang"]
    assert labels["pembina"] == ["Beranda", "Pendataan", "Persetujuan"]
    assert labels["baru"] == ["Beranda"]
    active = [
        row[0] for row in home.menu(PEOPLE["agen"], VILLAGES[0], "/kantor/d1/orang/x/") if row[3]
    ]
    assert active == ["Orang"]


def test_a_page_that_does_not_stand_is_not_in_the_menu(village: Village) -> None:
    with override_settings(ROOT_URLCONF="cantik.web.urls"):
        assert not home.stands("/kantor/d1/tidak-ada/")
        assert home.stands("/beranda/")


def test_a_broken_room_is_not_hidden(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*given: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(home.collect, "next_things", breaks)
    with pytest.raises(RuntimeError):
        visit("agen")


@pytest.mark.parametrize(
    ("cookie", "theme"), [("dark", "dark"), ("light", "light"), ("", ""), ('"><b>', "")]
)
def test_the_theme_comes_from_a_known_word(cookie: str, theme: str) -> None:
    request = RequestFactory().get("/")
    request.COOKIES["theme"] = cookie
    assert context.build(request).theme == theme


def test_saving_data_is_heard() -> None:
    assert context.build(RequestFactory().get("/", headers={"save-data": "on"})).save_data
    assert not context.build(RequestFactory().get("/")).save_data


def test_what_is_not_found_offers_a_way_back() -> None:
    answer = views.not_found(RequestFactory().get("/x/"))
    assert answer.status_code == 404
    assert "Halaman ini tidak ditemukan" in answer.content.decode()


def test_what_broke_gives_a_number_that_stands_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    answer = views.broken(RequestFactory().get("/rahasia/?nik=6404"))
    assert answer.status_code == 500
    number = caplog.messages[-1].rsplit(" ", 1)[-1]
    assert number in answer.content.decode()
    assert "6404" not in caplog.text
    assert not set("0O1I") & set(number)
