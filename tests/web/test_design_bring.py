"""A village's own questionnaire: brought as an XLSForm, asked, counted, released, with no code."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cantik.collect import api as collect
from cantik.design import api as design
from cantik.design.models import PackRecord
from cantik.kernel.problems import Refused
from cantik.ledger import api as ledger
from cantik.people import api as people
from cantik.process import api as process
from cantik.protect import api as protect
from tests.action.people import above, person, village
from tests.action.process_village import NOW, ON
from tests.protocol.test_protect_adversary import attack_tables
from tests.unit.design_fishery import CHOICES, SURVEY, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def released(settings: Any, tmp_path: Any) -> None:
    settings.RELEASED = tmp_path / "released"


def signed_in(one: Any) -> Client:
    client = Client()
    client.force_login(one)
    return client


def page(here: Any) -> str:
    return reverse("design:bring", kwargs={"village_id": here.id})


def wishes(data: bytes, **other: str) -> dict[str, Any]:
    return {
        "file": SimpleUploadedFile("perikanan.xlsx", data),
        "title": "Perikanan sungai",
        "purpose": "Merencanakan bantuan alat tangkap.",
        "unit": "kapal",
        "placed": "rt",
        **other,
    }


def brought(client: Client, here: Any, **other: str) -> design.Pack:
    answer = client.post(page(here), wishes(workbook(SURVEY), **other))
    assert answer.status_code == 200, answer.content.decode()
    return design.pack(PackRecord.objects.exclude(village=None).latest("loaded_at").hash)


def answers(at: int) -> dict[str, Any]:
    return {
        "nama_pemilik": f"Pemilik {at}",
        "alat": ("jaring", "pancing", "lain")[at % 3],
        "mesin": ("ada", "tidak")[at % 2],
        "ikan_baung": "1" if at % 4 else "2",
        "ikan_patin": "2",
        **({"awak": at % 5 + 2} if at % 3 < 2 else {}),
        **({"musim_baung": "y"} if at % 4 and at % 3 < 2 else {}),
        "jual": ("pasar", "pengumpul", "other")[at % 3],
        "hari": at % 7,
    }


def sent(agent: Any, here: Any, pack: design.Pack, count: int = 45) -> design.ActivityInfo:
    """The activity with so many forms, cut."""
    opened = design.open_activity(
        actor=agent, village_id=here.id, pack_hash=pack.hash, period="2026", reference_date=ON,
        now=NOW,
    )  # fmt: skip
    activity = design.activity(opened.id)
    leaves = [leaf.id for leaf in design.tree_of(activity).leaves()]
    filled = [(leaves[at % len(leaves)], answers(at), []) for at in range(count)]
    _name, data = collect.workbook(
        actor=agent, activity_id=activity.id, families=count, answers=filled
    )
    upload = collect.receive(actor=agent, activity_id=activity.id, data=data, now=NOW)
    collect.accept(actor=agent, upload_id=upload.id, keep_edits=True, now=NOW)
    process.cut(actor=agent, activity_id=activity.id, confirmed=True, now=NOW)
    return activity


def test_a_plan_says_its_own_words_and_asks_only_what_it_needs() -> None:
    here = village()
    agent = person("agen_statistik", here)
    client = signed_in(agent)
    pack = brought(client, here, placed="desa")
    activity = design.open_activity(
        actor=agent, village_id=here.id, pack_hash=pack.hash, period=str(ON.year),
        reference_date=ON, licence="CC BY 4.0", now=NOW,
    )  # fmt: skip
    place = {"village_id": here.id, "activity_id": activity.id}
    url = reverse("design:targets", kwargs=place)
    shown = client.get(url).content.decode()
    assert "Jumlah kapal yang dituju" in shown
    assert "keluarga" not in shown.partition("<main")[2].partition("</main")[0].casefold()
    assert "Laki-laki" not in shown
    typed = {"source": "Daftar ketua kelompok", "source_date": ON.isoformat()}
    asked = {name for name in client.get(url).context["form"].fields if name.startswith("kk_")}
    assert asked == {f"kk_{here.id}"}
    refused = client.post(url, {**typed, f"kk_{here.id}": "banyak"})
    assert refused.status_code == 422
    assert client.post(url, {**typed, f"kk_{here.id}": "40"}).status_code == 302
    assert design.activity(activity.id).kk_targets == {here.id: 40}
    plan = client.get(reverse("design:activity", kwargs=place)).content.decode()
    assert "<b>40 kapal</b> dituju." in plan


@pytest.mark.parametrize("placed", ["rt", "desa"])
def test_a_form_of_the_village_goes_from_file_to_released_table(placed: str) -> None:
    here = village()
    agent, head = person("agen_statistik", here), person("kepala_desa", here)
    pack = brought(signed_in(agent), here, placed=placed)
    activity = sent(agent, here, pack)
    clean = process.clean_edition(activity.id)
    assert clean is not None
    assert set(ledger.manifest(clean.id)["files"]) >= {"isian.parquet", "mutu.json"}
    assert "Pemilik" not in ledger.edition_file(clean.id, "isian.parquet").decode("latin-1")
    made = protect.propose(
        actor=agent, clean_edition_id=clean.id, licence="CC BY 4.0", note="", now=NOW
    )
    proposal = protect.proposal(made.id)
    assert proposal.state == "waiting"
    edition = proposal.protected_edition_id
    listed = json.loads(ledger.edition_file(edition, "tables.json"))
    tables = {one: json.loads(ledger.edition_file(edition, f"tabel/{one}.json")) for one in listed}
    assert {row["level"] for one in tables.values() for row in one["rows"]} == {"desa"}
    tool = tables["alat"]["rows"][0]
    assert tool["open"] == [45]
    assert tool["values"] == [[15, 15, 15, 45]]
    assert attack_tables([tables]) == []
    release = protect.decide(
        actor=head, proposal_id=proposal.id, verdict="approve", shown_files=proposal.files,
        confirmed=True, now=NOW,
    )  # fmt: skip
    assert release is not None
    public = Client()
    for name in (f"/desa/{here.id}/", f"/desa/{here.id}/terbitan/1/tabel/alat/"):
        words = public.get(name).content.decode()
        assert "Jaring" in words
        assert "Pemilik" not in words
    book = public.get(f"/desa/{here.id}/terbitan/1/buku.pdf")
    assert book.status_code == 200
    # A correction is shown to the head beside what stands now, though nobody counts people here.
    first = collect.submissions(activity.id)[0]
    process.edit(
        actor=agent, submission_id=first.id, changes={("isian", None, "hari"): "7"},
        reason="Ditanyakan lagi.", seen=first.version, now=NOW,
    )  # fmt: skip
    again = process.cut(actor=agent, activity_id=activity.id, confirmed=True, now=NOW)
    second = protect.propose(
        actor=agent, clean_edition_id=again.edition_id, licence="CC BY 4.0",
        note="Satu isian diperbaiki.", now=NOW,
    )  # fmt: skip
    shown = signed_in(head).get(
        reverse("disseminate:proposal", kwargs={"village_id": here.id, "proposal_id": second.id})
    )
    assert shown.status_code == 200


def test_a_second_file_knows_its_forms_by_their_number() -> None:
    here = village()
    agent = person("agen_statistik", here)
    activity = sent(agent, here, brought(signed_in(agent), here), count=6)
    assert len(collect.submissions(activity.id)) == 6
    again = collect.progress(activity.id)
    assert sum(again.values()) == 6


def test_what_is_wrong_is_told_with_its_row_and_nothing_is_stored() -> None:
    here = village()
    client = signed_in(person("agen_statistik", here))
    answer = client.post(
        page(here), wishes(workbook([*SURVEY, ["geopoint", "tempat", "Tempat"]], CHOICES))
    )
    words = answer.content.decode()
    assert answer.status_code == 422
    assert "baris 17" in words
    assert "geopoint" in words
    assert not PackRecord.objects.exclude(village=None).exists()


@pytest.mark.parametrize(
    "other",
    [{"title": ""}, {"purpose": ""}, {"unit": "<b>"}, {"unit": "1"}, {"placed": "bulan"}],
)
def test_wrong_wishes_are_told(other: dict[str, str]) -> None:
    here = village()
    client = signed_in(person("agen_statistik", here))
    answer = client.post(page(here), wishes(workbook(SURVEY), **other))
    assert answer.status_code == 422
    assert not PackRecord.objects.exclude(village=None).exists()


def test_too_large_a_file_is_not_read() -> None:
    here = village()
    client = signed_in(person("agen_statistik", here))
    answer = client.post(page(here), wishes(b"PK" + b"\0" * (2 * 1024 * 1024)))
    assert answer.status_code == 422
    assert "2 MB" in answer.content.decode()


def test_only_those_who_may_open_an_activity_bring_one_and_only_their_village_sees_it() -> None:
    here, elsewhere = village(), village("Lain")
    agent, other = person("agen_statistik", here), person("agen_statistik", elsewhere)
    pack = brought(signed_in(agent), here)
    for stranger in (other, person("petugas", here), person("pembina_kabupaten",
                     above(here, "kabupaten"))):  # fmt: skip
        assert signed_in(stranger).get(page(here)).status_code == 404
        answer = signed_in(stranger).post(page(here), wishes(workbook(SURVEY)))
        assert answer.status_code == 404
    assert pack.id in {one.id for one in design.packs(here.id)}
    assert pack.id not in {one.id for one in design.packs(elsewhere.id)}
    assert pack.id not in {one.id for one in design.packs()}
    with pytest.raises(Refused):
        design.open_activity(
            actor=other, village_id=elsewhere.id, pack_hash=pack.hash, period="2026",
            reference_date=ON, now=NOW,
        )  # fmt: skip
    assert people.village_tree(elsewhere.id)


def test_two_questionnaires_run_side_by_side_and_each_says_its_own_words() -> None:
    here = village()
    agent = person("agen_statistik", here)
    client = signed_in(agent)
    boats, homes = brought(client, here), design.latest_pack("keluarga")
    made = [
        design.open_activity(
            actor=agent, village_id=here.id, pack_hash=pack.hash, period=str(year),
            reference_date=ON.replace(year=year), now=NOW,
        )
        for pack, year in ((boats, ON.year), (homes, ON.year), (homes, ON.year - 1))
    ]  # fmt: skip
    newest = {one.id for one in made[:2]}  # of each questionnaire; the year before is done
    assert {one.id for one in design.running(here.id)} == newest
    told = {one.activity_id: one.title for one in design.next_things(agent, here.id, NOW)}
    assert told == {
        made[0].id: f"Isi jumlah kapal tiap RT (Perikanan sungai {ON.year})",
        made[1].id: f"Isi jumlah keluarga tiap RT (Pendataan keluarga {ON.year})",
    }
    leaves = design.tree_of(design.activity(made[0].id)).leaves()
    for one in made[:2]:
        design.set_targets(
            actor=agent, activity_id=one.id, targets={x.id: design.LeafTarget(4) for x in leaves},
            source="Buku induk", source_date=ON, now=NOW,
        )  # fmt: skip
    assert design.next_things(agent, here.id, NOW) == []
    tasks = {one.activity_id: one for one in collect.next_things(agent, here.id, NOW)}
    assert tasks.keys() == newest
    place = reverse("collect:overview", kwargs={"village_id": here.id})
    assert tasks[made[0].id].url == f"{place}?kegiatan={made[0].id}"
    assert tasks[made[0].id].title.startswith("Kirim isian kapal (")
    shown = client.get(tasks[made[0].id].url).content.decode()
    assert f'<a href="?kegiatan={made[1].id}">Pendataan keluarga {ON.year}</a>' in shown
    assert f"0 dari {4 * len(leaves)} kapal" in shown
    assert "keluarga</b>" not in shown
    assert "dan Anggota" not in shown
    home = client.get(f"/beranda/?desa={here.id}").content.decode()
    assert "Kegiatan lain" in home
    assert f"?kegiatan={made[0].id}" in home
    stranger = signed_in(person("agen_statistik", village("Sana")))
    assert stranger.get(tasks[made[0].id].url).status_code == 404
    assert client.get(f"{place}?kegiatan=tidakada").status_code == 404
