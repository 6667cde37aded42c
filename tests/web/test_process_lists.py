"""Lists by name: who may ask, open and print, what needs the head, and what is left behind."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from cantik.collect.models import Submission
from cantik.demo.families import MadeFamily
from cantik.kernel.problems import Refused
from cantik.ledger.models import AuditLine
from cantik.people import api as people
from cantik.process import api as process
from cantik.process import lists, naming
from cantik.process.models import NameList
from cantik.process.naming import Condition, Rule
from cantik.vault.models import PurposeLine
from tests.action.process_village import NOW, Answered, answered

pytestmark = [pytest.mark.django_db, pytest.mark.database]
HEAD_NAME, CHILD_NAME = "Zulkarnaen Contoh", "Zahra Contoh"
PURPOSE = "Mendatangi keluarga tanpa jamban sebelum musrenbang."
LATRINE = Rule("keluarga", (Condition("fasilitas_bab", "one_of", ("6",)),))
SICK = Rule("anggota", (Condition("jaminan_kesehatan", "one_of", ("4",)),))
YOUNG = Rule("anggota", (Condition("umur", "at_most", number=12),))
WITH_YOUNG = Rule("keluarga", (Condition("umur", "at_most", number=12),))


def plant(made: list[MadeFamily]) -> None:
    for one in made:
        one.family["fasilitas_bab"] = "1"
        one.family["kloset"], one.family["tinja"] = "1", "1"
        for member in one.members:
            member["jaminan_kesehatan"] = "1"
    for one in made[:2]:
        one.family["fasilitas_bab"] = "6"
        one.family.pop("kloset")
        one.family.pop("tinja")
    made[0].members[0] |= {"nama": HEAD_NAME, "hubungan": "1", "jaminan_kesehatan": "4"}


@pytest.fixture
def done() -> Answered:
    return answered(6, plant=plant)


def signed_in(one: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(one)
    return client


def base(done: Answered) -> str:
    return f"/kantor/{done.village.id}/daftar-nama/"


def asked(done: Answered, who: str = "agen", rule: Rule = LATRINE, **other: Any) -> NameList:
    given = {"columns": ["alamat"], "use": "kunjungan", "purpose": PURPOSE, "days": 14, "now": NOW}
    return lists.ask(
        actor=done.people[who], activity_id=done.activity.id, rule=rule, **{**given, **other}
    )


def opened(done: Answered, one: NameList, who: str = "agen", now: Any = NOW) -> list[str]:
    _one, found = lists.open_list(
        actor=done.people[who], village_id=done.village.id, list_id=one.id, language="id",
        printed=False, now=now,
    )  # fmt: skip
    return [line.name for line in found.lines]


def test_from_a_tap_to_the_names(done: Answered) -> None:
    client = signed_in(done.people["agen"])
    front = client.get(base(done)).content.decode()
    assert "Tempat buang air besar: Tidak ada" in front  # a rule to begin with
    query = f"?kegiatan={done.activity.id}&tanya=fasilitas_bab&j.fasilitas_bab=6&hitung=1"
    counted = client.get(base(done) + "baru/" + query)
    assert '<h2 id="hasil">2 keluarga</h2>' in counted.content.decode()
    short = {"use": "kunjungan", "purpose": "perlu", "days": "14", "columns": ["alamat"]}
    refused = client.post(base(done) + "baru/" + query, short)
    assert refused.status_code == 422
    assert "kata sendiri" in refused.content.decode()
    made = client.post(base(done) + "baru/" + query, {**short, "purpose": PURPOSE})
    assert made.status_code == 302
    assert HEAD_NAME not in client.get(made.url).content.decode()  # not at an address
    shown = client.post(made.url + "buka/")
    words = shown.content.decode()
    assert HEAD_NAME in words
    assert "no-store" in shown["Cache-Control"]
    assert done.people["agen"].name in words
    assert HEAD_NAME not in words.partition("<title>")[2].partition("</title>")[0]
    assert f'data-mark="{done.people["agen"].name} · ' in words  # over the names on the screen
    assert client.get(made.url + "buka/").status_code == 405
    printed = client.post(made.url + "cetak/")
    assert printed["Content-Type"] == "application/pdf"
    told = "\n".join(p.extract_text() for p in PdfReader(io.BytesIO(printed.content)).pages)
    for words in (
        HEAD_NAME,
        "RAHASIA",
        done.people["agen"].name,
        "Berlaku sampai",
        "halaman 1 dari 1",
    ):
        assert words in told


def test_every_opening_is_written_down_and_no_name_is(done: Answered) -> None:
    one = asked(done)
    opened(done, one)
    line = PurposeLine.objects.get(purpose="daftar_nama")
    assert (line.count, line.actor_id) == (2, str(done.people["agen"].pk))
    verbs = AuditLine.objects.filter(thing="name_list").values_list("verb", flat=True)
    assert sorted(verbs) == ["process.ask_names", "process.open_names"]
    kept = json.dumps(list(AuditLine.objects.values("detail", "thing_id")), default=str)
    kept += json.dumps(list(NameList.objects.values()), default=str)
    for secret in (HEAD_NAME, "Zulkarnaen", PURPOSE, "musrenbang"):
        assert secret not in kept


@pytest.mark.parametrize("who", ["petugas", "pembina", "rekan", "administrator"])
def test_who_may_not_finds_nothing(done: Answered, who: str) -> None:
    one = asked(done)
    client = signed_in(done.people[who])
    for url in ("", "baru/", f"{one.id}/"):
        assert client.get(base(done) + url).status_code == 404
    for url in (f"{one.id}/buka/", f"{one.id}/cetak/", f"{one.id}/putuskan/", f"{one.id}/tutup/"):
        assert client.post(base(done) + url).status_code == 404
    with pytest.raises(people.NotAllowed):
        asked(done, who)
    assert PurposeLine.objects.count() == 0


def test_nobody_signed_in_is_asked_to_and_learns_nothing(done: Answered) -> None:
    one = asked(done)
    answer = Client().post(f"{base(done)}{one.id}/buka/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/masuk/")


def test_a_list_of_another_village_is_not_there(done: Answered) -> None:
    one = asked(done)
    elsewhere = answered(3, name="Seberang")
    with pytest.raises(people.NotAllowed):
        lists.open_list(
            actor=elsewhere.people["agen"], village_id=elsewhere.village.id, list_id=one.id,
            language="id", printed=False, now=NOW,
        )  # fmt: skip


def test_after_its_day_a_list_is_a_line_in_the_register(done: Answered) -> None:
    one = asked(done, days=3)
    assert opened(done, one, now=NOW + timedelta(days=3, seconds=-1))
    with pytest.raises(people.NotAllowed):
        opened(done, one, now=NOW + timedelta(days=3))
    NameList.objects.update(expires_at=NOW - timedelta(days=400))
    client = signed_in(done.people["agen"])
    assert client.post(f"{base(done)}{one.id}/buka/").status_code == 404
    assert "Waktunya sudah lewat" in client.get(f"{base(done)}{one.id}/").content.decode()
    assert client.get(base(done)).status_code == 200


@pytest.mark.parametrize(
    "rule", [SICK, YOUNG, WITH_YOUNG], ids=["health", "children", "families-with-children"]
)
def test_health_and_children_wait_for_the_head(done: Answered, rule: Rule) -> None:
    one = asked(done, rule=rule)
    assert one.state == "waiting"
    with pytest.raises(people.NotAllowed):
        opened(done, one)
    with pytest.raises(people.NotAllowed):  # not even the head before the purpose is written
        opened(done, one, "kepala")
    client = signed_in(done.people["kepala"])
    url = f"{base(done)}{one.id}/"
    assert url in [t.url for t in process.next_things(done.people["kepala"], done.village.id, NOW)]
    assert client.get(url).status_code == 200
    client.post(url + "putuskan/", {"putusan": "izinkan", "purpose": "ya"})
    one.refresh_from_db()
    assert one.state == "waiting"  # a purpose of one word is none
    with pytest.raises(people.NotAllowed):
        lists.decide(
            actor=done.people["agen"], village_id=done.village.id, list_id=one.id, allow=True,
            purpose=PURPOSE, now=NOW,
        )  # fmt: skip
    lists.decide(
        actor=done.people["kepala"], village_id=done.village.id, list_id=one.id, allow=True,
        purpose="Kader posyandu menjenguk mereka.", now=NOW,
    )  # fmt: skip
    ready = [t.url for t in process.next_things(done.people["agen"], done.village.id, NOW)]
    assert url in ready
    assert len(opened(done, one)) == one.found
    page = signed_in(done.people["agen"]).get(url).content.decode()
    assert "Kader posyandu menjenguk mereka." in page


def test_the_head_refuses_and_closes(done: Answered) -> None:
    one = asked(done, rule=SICK)
    given = {"actor": done.people["kepala"], "village_id": done.village.id, "list_id": one.id}
    lists.decide(allow=False, purpose="", now=NOW, **given)
    with pytest.raises(people.NotAllowed):
        opened(done, one)
    with pytest.raises(Refused):
        lists.decide(allow=True, purpose=PURPOSE, now=NOW, **given)
    plain = asked(done)
    lists.revoke(actor=done.people["kepala"], village_id=done.village.id, list_id=plain.id, now=NOW)
    with pytest.raises(people.NotAllowed):
        opened(done, plain)


def test_the_head_s_own_list_carries_the_written_purpose(done: Answered) -> None:
    one = asked(done, "kepala", SICK)
    assert one.state == "ready"
    assert lists.purpose(one, "head_purpose") == PURPOSE
    assert opened(done, one, "kepala") == [HEAD_NAME]
    with pytest.raises(people.NotAllowed):  # asked by the head, not by the agent
        opened(done, one)


def test_a_child_who_comes_in_later_is_left_out(done: Answered) -> None:
    adults = Rule("anggota", (Condition("jenis_kelamin", "one_of", ("1",)),
                              Condition("umur", "at_least", number=18)))  # fmt: skip
    one = asked(done, rule=adults)
    assert not one.children
    before = opened(done, one)
    submission = Submission.objects.filter(activity_id=done.activity.id).first()
    assert submission is not None
    # The rule is kept as it was; a member whose age is unknown now is nobody's to name.
    rule = {**one.rule, "conditions": one.rule["conditions"][:1]}
    NameList.objects.filter(pk=one.pk).update(rule=rule)
    _one, found = lists.open_list(
        actor=done.people["agen"], village_id=done.village.id, list_id=one.id, language="id",
        printed=False, now=NOW,
    )  # fmt: skip
    assert sorted(line.name for line in found.lines) == sorted(before)
    everybody = lists.places(done.activity, naming.read(rule))
    assert found.left_out == len(everybody) - len(before)
    assert found.left_out > 0


def test_a_list_from_before_it_was_sensitive_is_not_opened(done: Answered) -> None:
    one = asked(done)
    NameList.objects.filter(pk=one.pk).update(rule=SICK.plain())
    with pytest.raises(Refused, match="izin tertulis"):
        opened(done, one)
    assert PurposeLine.objects.count() == 0


def test_a_person_without_a_name_is_not_called_by_a_number(done: Answered) -> None:
    pack = done.activity.pack
    sealed = {
        "keluarga": {"nomor_kk": "6404010101900001"},
        "anggota": [{"nik": "6404010101900002"}],
    }
    for member in (0, None):
        answers = {"keluarga": {}, "anggota": [{"hubungan": "1"}]}
        assert lists.called(pack, answers, sealed, member) == "(tanpa nama)"


EVIL = '#read("data.json") $x$ *tebal* <b>&amp; \\u{41} =HYPERLINK("http://x")'


def test_words_of_a_purpose_stay_words(done: Answered) -> None:
    """What somebody writes is neither typesetting nor markup, on the screen or on paper."""
    agent = done.people["agen"]
    agent.name = 'Agen " onx=1 <i>'
    agent.save()
    one = asked(done, purpose=f"Mendatangi keluarga {EVIL}")
    client = signed_in(agent)
    words = client.post(f"{base(done)}{one.id}/buka/").content.decode()
    assert "&lt;b&gt;&amp;amp;" in words
    assert "<b>&amp;" not in words
    assert "&amp;lt;" not in words  # nor escaped twice
    assert "<i>" not in words
    assert 'data-mark="Agen &quot; onx=1 &lt;i&gt;' in words
    printed = client.post(f"{base(done)}{one.id}/cetak/")
    made = PdfReader(io.BytesIO(printed.content))
    told = " ".join(" ".join(p.extract_text() for p in made.pages).split())
    assert '#read("data.json")' in told
    assert "*tebal*" in told
    kept = " ".join(str(value) for value in (made.metadata or {}).values())
    for name in (HEAD_NAME, agent.name, "Mendatangi"):
        assert name not in kept
    assert "no-store" in printed["Cache-Control"]
    assert HEAD_NAME not in printed["Content-Disposition"]
    assert printed["Referrer-Policy"] == "same-origin"


def test_no_number_of_identity_can_be_shown(done: Answered) -> None:
    offered = {q.name for q in lists.columns(done.activity.pack, "anggota")}
    assert not offered & {"nik", "nomor_kk", "tanggal_lahir", "catatan"}
    for column in ("nik", "nomor_kk", "catatan", "rt"):
        with pytest.raises(Refused):
            asked(done, columns=[column])


@pytest.mark.parametrize(
    "wrong",
    [{"days": 0}, {"days": 31}, {"use": "dijual"}, {"purpose": "  "}, {"purpose": "x" * 301},
     {"rule": Rule("keluarga", ())},
     {"rule": Rule("keluarga", (Condition("fasilitas_bab", "one_of", ("5",)),))}],
)  # fmt: skip
def test_a_wrong_request_makes_no_list(done: Answered, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        asked(done, **wrong)
    assert NameList.objects.count() == 0


def test_opening_without_end_is_stopped(done: Answered) -> None:
    one = asked(done)
    for _turn in range(naming.policy().openings):
        opened(done, one)
    with pytest.raises(Refused, match="Terlalu sering"):
        opened(done, one)


@pytest.mark.parametrize(
    "query", ["tanya=nik&j.nik=1", "tanya=umur&min.umur=abc", "tanya=lantai",
              "wilayah=xx&tanya=lantai&j.lantai=1", "satuan=orang&tanya=lantai&j.lantai=1"],
)  # fmt: skip
def test_a_wrong_question_is_told_or_not_found(done: Answered, query: str) -> None:
    client = signed_in(done.people["agen"])
    answer = client.get(f"{base(done)}baru/?hitung=1&{query}")
    assert answer.status_code in (404, 422)
