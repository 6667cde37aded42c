"""Keying from paper, and keying twice: the same gate as every form, and who may see what."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from cantik.collect import api as collect
from cantik.collect import keying, twice
from cantik.collect.models import SecondEntry, Submission, Upload
from cantik.demo.families import MadeFamily, families
from cantik.design import api as design
from cantik.kernel.problems import Refused
from cantik.ledger.models import AuditLine
from cantik.people import api as people
from cantik.process import api as process
from tests.action.people import person
from tests.action.process_village import NOW, ON, Answered, answered

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def done() -> Answered:
    return answered(3)


def signed_in(one: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(one)
    return client


def base(done: Answered) -> str:
    return f"/kantor/{done.village.id}/pendataan/ketik/{done.activity.id}/"


def fresh(done: Answered, seed: int = 40) -> MadeFamily:
    leaf = next(iter(people.village_tree(done.village.id).leaves())).id
    return families({leaf: 1}, seed=seed, on=ON)[0]


def typed(done: Answered, one: MadeFamily, **other: str) -> dict[str, str]:
    """What a person types of a filled paper form: codes, and dates as they are written."""
    pack, found = done.activity.pack, {}

    def put(record: str, at: int, values: Any) -> None:
        for question in pack.instrument.of(record):
            value = values.get(question.name)
            if question.role == "area":
                value = one.leaf_id
            if question.role != "derived" and value not in (None, ""):
                day = getattr(value, "strftime", None)
                found[keying.key(record, at, question.name)] = (
                    day("%d/%m/%Y") if day else str(value)
                )

    put(pack.main, keying.MAIN, one.family)
    for at, member in enumerate(one.members):
        put(pack.member, at, member)
    return {**found, **other}


def keyed(done: Answered, who: str, one: MadeFamily, **other: str) -> Any:
    client = signed_in(done.people[who])
    answer = client.post(base(done), typed(done, one, **other))
    # What is left to mend is asked about first; the person says yes.
    if answer.status_code == 422 and answer.context.get("sure"):
        sure = {"yakin": answer.context["sure"]}
        answer = client.post(base(done), {**typed(done, one, **other), **sure})
    return answer


def test_what_is_keyed_is_stored_as_every_form(done: Answered) -> None:
    one = fresh(done)
    before = {s.id for s in collect.submissions(done.activity.id)}
    answer = keyed(done, "petugas", one)
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"?rt={one.leaf_id}")
    [new] = [s for s in collect.submissions(done.activity.id) if s.id not in before]
    assert new.leaf_id == one.leaf_id
    assert len(new.answers["anggota"]) == len(one.members)
    for name, value in new.answers["keluarga"].items():
        if name in one.family:
            assert str(value) == str(one.family[name])
    upload = Upload.objects.get(kind="keyed")
    assert upload.summary["number"] == 1
    page = answer.client.get(answer["Location"]).content.decode()
    assert "Tulis nomor 1 di formulir kertasnya." in page
    assert "<b>1 formulir</b> hari ini" in page
    assert f'value="{one.leaf_id}" selected' in page  # the next of the pile is from there too


def test_a_wrong_code_stands_at_its_field_and_nothing_is_lost(done: Answered) -> None:
    one = fresh(done)
    answer = keyed(
        done, "petugas", one, **{"keluarga.-1.lantai": "77", "anggota.0.nama": "Uji Satu"}
    )
    assert answer.status_code == 422
    words = answer.content.decode()
    assert 'id="keluarga.-1.lantai.salah"' in words
    assert "Pilih jawaban dari daftar." in words
    assert 'value="Uji Satu"' in words
    assert not Upload.objects.filter(kind="keyed").exists()


def test_words_are_understood_as_well_as_codes(done: Answered) -> None:
    pack = done.activity.pack
    label = pack.label(pack.instrument.question("lantai"), "4")["id"]
    assert keyed(done, "petugas", fresh(done), **{"keluarga.-1.lantai": label}).status_code == 302
    newest = Submission.objects.order_by("-changed_at").first()
    assert newest is not None
    assert newest.answers["keluarga"]["lantai"] == "4"


def test_empty_lines_are_no_members_and_lines_can_be_added(done: Answered) -> None:
    client = signed_in(done.people["petugas"])
    fields = typed(done, fresh(done))
    more = client.post(base(done), {**fields, "tambah": "1"})
    assert more.status_code == 200
    assert len(more.context["inside"]) > keying.policy().lines
    gap = {n.replace("anggota.0.", "anggota.3."): v for n, v in fields.items()}
    shown = client.post(base(done), {**gap, "anggota.3.jenis_kelamin": "9"})
    assert (
        'id="anggota.3.jenis_kelamin.salah"' in shown.content.decode()
    )  # at the line it was typed


@pytest.mark.parametrize("who", ["kepala", "pembina", "rekan", "administrator"])
def test_who_may_not_send_finds_no_page(done: Answered, who: str) -> None:
    client = signed_in(done.people[who])
    for url in ("", "kedua/", "kedua/abc/", "kedua/abc/banding/"):
        assert client.get(base(done) + url).status_code == 404
    assert client.post(base(done), {}).status_code == 404
    assert Client().get(base(done)).status_code == 302


def test_an_activity_of_another_village_is_not_there(done: Answered) -> None:
    other = answered(3, name="Seberang")
    url = f"/kantor/{other.village.id}/pendataan/ketik/{done.activity.id}/"
    assert signed_in(other.people["agen"]).get(url).status_code == 404


@pytest.mark.parametrize(
    "fields",
    [{"keluarga.-1.tidak_ada": "1"}, {"keluarga.abc.lantai": "1"}, {"anggota.9999.umur": "1"},
     {"keluarga.-1.umur": "<script>"}, {"keluarga.-1.alamat": "\x00\x01"}, {}],
)  # fmt: skip
def test_fields_that_no_page_has_do_nothing(done: Answered, fields: dict[str, str]) -> None:
    answer = signed_in(done.people["petugas"]).post(base(done), fields)
    assert answer.status_code == 422
    assert not Upload.objects.filter(kind="keyed").exists()


# -- twice --------------------------------------------------------------------------------------


@pytest.fixture
def pile(done: Answered) -> tuple[Answered, list[MadeFamily]]:
    """Seven forms keyed by the enumerator."""
    leaf = next(iter(people.village_tree(done.village.id).leaves())).id
    made = families({leaf: 7}, seed=91, on=ON)
    for one in made:
        assert keyed(done, "petugas", one).status_code == 302
    return done, made


def of(pile: tuple[Answered, list[MadeFamily]], entry: SecondEntry) -> MadeFamily:
    return pile[1][entry.number - 1]


def drawn(done: Answered) -> list[SecondEntry]:
    twice.draw(actor=done.people["agen"], activity_id=done.activity.id, now=NOW)
    return list(SecondEntry.objects.filter(activity_id=done.activity.id))


def again(pile: tuple[Answered, list[MadeFamily]], entry: SecondEntry, **other: str) -> None:
    done = pile[0]
    data = keying.written(
        done.activity.pack, typed(done, of(pile, entry), **other), activity_id=done.activity.id,
        instance_id="uuid:kedua",
    )  # fmt: skip
    assert (
        twice.key_again(
            actor=done.people["agen"],
            village_id=done.village.id,
            entry_id=entry.id,
            data=data,
            now=NOW,
        )
        == []
    )


@pytest.mark.parametrize(
    ("keyed", "expected"), [(0, 0), (3, 3), (5, 5), (7, 5), (50, 5), (51, 6), (60, 6), (301, 31)]
)
def test_how_many_are_keyed_twice(keyed: int, expected: int) -> None:
    assert twice.wanted(keyed) == expected


def test_nobody_chooses_the_sample_and_drawing_again_adds_nothing(
    pile: tuple[Answered, list[MadeFamily]],
) -> None:
    done = pile[0]
    first = {one.submission_id for one in drawn(done)}
    assert len(first) == 5
    assert {one.submission_id for one in drawn(done)} == first
    with pytest.raises(people.NotAllowed):
        twice.draw(actor=done.people["petugas"], activity_id=done.activity.id, now=NOW)


def test_who_keyed_first_never_keys_the_same_again(
    pile: tuple[Answered, list[MadeFamily]],
) -> None:
    done = pile[0]
    [entry, *_rest] = drawn(done)
    assert not twice.open_for(done.people["petugas"], done.activity.id).exists()
    page = signed_in(done.people["petugas"]).get(f"{base(done)}kedua/{entry.id}/")
    assert page.status_code == 404
    shown = signed_in(done.people["agen"]).get(f"{base(done)}kedua/{entry.id}/")
    assert shown.status_code == 200
    name = of(pile, entry).members[0]["nama"]
    assert name not in shown.content.decode()  # blind


def test_two_who_key_the_same_second_entry_the_later_is_told(
    pile: tuple[Answered, list[MadeFamily]],
) -> None:
    done = pile[0]
    [entry, *_rest] = drawn(done)
    again(pile, entry)
    other = person("petugas", done.village, username="lain")
    with pytest.raises(Refused, match="baru saja diketik ulang"):
        twice.key_again(
            actor=other, village_id=done.village.id, entry_id=entry.id, data=b"<data/>", now=NOW
        )
    answer = signed_in(other).get(f"{base(done)}kedua/{entry.id}/", follow=True)
    assert "baru saja diketik ulang oleh orang lain" in answer.content.decode()


def test_two_entries_are_compared_corrected_and_only_counts_stay(
    pile: tuple[Answered, list[MadeFamily]],
) -> None:
    done = pile[0]
    entry = drawn(done)[0]
    was = Submission.objects.get(pk=entry.submission_id).answers["keluarga"]["luas_lantai"]
    again(pile, entry, **{"keluarga.-1.luas_lantai": str(was + 1), "anggota.0.nama": "Nama Kedua"})
    counted = len(collect.submissions(done.activity.id))
    entry.refresh_from_db()
    assert b"Nama Kedua" not in bytes(entry.sealed)
    url = f"{base(done)}kedua/{entry.id}/banding/"
    assert signed_in(done.people["petugas"]).get(url).status_code == 404
    client = signed_in(done.people["agen"])
    page = client.get(url)
    words = page.content.decode()
    assert "<b>2 dari " in words
    assert "Nama Kedua" not in words  # masked, as everywhere
    assert str(was + 1) in words
    stale = client.post(url, {"versi": "99", "keluarga.-1.luas_lantai": "2"}, follow=True)
    assert "baru saja diubah" in stale.content.decode()
    version = page.context["pair"].version
    client.post(url, {"versi": version, "keluarga.-1.luas_lantai": "2", "anggota.0.nama": "1"})
    entry.refresh_from_db()
    assert (entry.state, bytes(entry.sealed)) == ("compared", b"")
    assert sorted(entry.differing) == ["luas_lantai", "nama"]
    now = Submission.objects.get(pk=entry.submission_id)
    assert now.answers["keluarga"]["luas_lantai"] == was + 1
    assert len(collect.submissions(done.activity.id)) == counted  # never a record of its own
    found = twice.errors(done.activity.id)
    assert (found.forms, found.differing) == (1, 2)
    assert found.by_person == ((done.people["petugas"].pk, 2, entry.compared),)
    told = client.get(f"{base(done)}kedua/").content.decode()
    assert f"<b>2 dari {entry.compared} isian</b>" in told
    process.cut(actor=done.people["agen"], activity_id=done.activity.id, confirmed=True, now=NOW)
    quality = client.get(f"/kantor/{done.village.id}/periksa/mutu/").content.decode()
    assert f"2 dari {entry.compared} isian" in quality
    kept = str(list(AuditLine.objects.filter(thing="second_entry").values("detail")))
    assert "Nama Kedua" not in kept


def test_the_same_paper_keyed_by_two_can_become_a_second_entry(
    pile: tuple[Answered, list[MadeFamily]],
) -> None:
    done, made = pile
    client = signed_in(done.people["agen"])
    fields = typed(done, made[0], **{"keluarga.-1.luas_lantai": "17"})
    asked = client.post(base(done), fields)
    assert asked.status_code == 422
    words = asked.content.decode()
    assert f"sudah diketik {done.people['petugas'].name}" in words
    before = [s.answers for s in collect.submissions(done.activity.id)]
    answer = client.post(
        base(done), {**fields, "dikenal": asked.context["known"], "jadikan": "kedua"}
    )
    assert answer.status_code == 302
    assert [s.answers for s in collect.submissions(done.activity.id)] == before
    assert SecondEntry.objects.get().state == "keyed"
    own = signed_in(done.people["petugas"]).post(
        base(done), {**fields, "dikenal": asked.context["known"], "jadikan": "kedua"}
    )
    assert own.status_code == 422  # not by who keyed it first


def test_a_second_entry_is_erased_with_its_form_and_after_its_days(
    pile: tuple[Answered, list[MadeFamily]],
) -> None:
    done = pile[0]
    first, second, *_rest = drawn(done)
    again(pile, first)
    again(pile, second)
    collect.erase_family(
        submission_id=first.submission_id, actor=done.people["agen"], reason="Diminta.", now=NOW
    )
    assert not SecondEntry.objects.filter(pk=first.pk).exists()
    assert twice.expire(now=NOW + timedelta(days=keying.policy().days)) == 0
    assert twice.expire(now=NOW + timedelta(days=keying.policy().days, seconds=1)) == 1
    second.refresh_from_db()
    assert (second.state, bytes(second.sealed), second.second_by) == ("drawn", b"", None)


def test_the_page_follows_the_arrows_of_the_paper(done: Answered) -> None:
    fields = keying.fields(
        done.activity.pack, "keluarga", keying.MAIN, {}, places=[], language="id", kind="desa"
    )
    told = {one.name: one.when for one in fields}
    assert told["kloset"].startswith('[["keluarga.-1.')
    assert told["hasil_pendataan"] == ""
    numbers = [one.number for one in fields]
    paper = [one.number for one in design.asked(done.activity.pack)["keluarga"]]
    assert numbers == paper
