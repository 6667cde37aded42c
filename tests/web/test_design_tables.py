"""The page that puts a table together: who may, what is refused, and what comes of it."""

import json
from datetime import date
from typing import Any

import pytest
from django.http import Http404

from cantik.collect import api as collect
from cantik.design import actions, api, composing, store
from cantik.design.models import Activity, PackRecord
from cantik.design.reading import build
from cantik.kernel import canonical
from cantik.kernel.problems import Refused
from cantik.ledger import api as ledger
from cantik.ledger.models import AuditLine
from cantik.process import api as process
from cantik.protect import api as protect
from tests.action.people import person, village
from tests.action.process_village import NOW
from tests.action.test_design_activities import opened
from tests.web.test_design_bring import brought, sent, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.database]
TYPED = {"title": "Kapal bermesin menurut awak", "purpose": "Berapa kapal besar?",
         "limits": "1-2, 3-5, 6+", "only": "mesin=ada", "replace": "on"}  # fmt: skip


@pytest.fixture(autouse=True)
def released(settings: Any, tmp_path: Any) -> None:
    settings.RELEASED = tmp_path / "released"


def page(activity: Any, name: str = "awak/") -> str:
    return f"/kantor/{activity.village_id}/kegiatan/{activity.id}/susun-tabel/{name}"


def test_only_who_opens_activities_here_puts_tables_together() -> None:
    here = village()
    agent = person("agen_statistik", here)
    head = person("kepala_desa", here)
    activity = opened(here, agent)
    for who, status in (
        (agent, 200), (head, 404), (person("petugas", here), 404),
        (person("agen_statistik", village("Sana")), 404),
    ):  # fmt: skip
        for name in ("", "umur/"):
            assert signed_in(who).get(page(activity, name)).status_code == status, (who, name)
    for name in ("nik/", "nama/", "tidak_ada/"):
        assert signed_in(agent).get(page(activity, name)).status_code == 404
    with pytest.raises(Http404):
        actions.adopt_tables(
            actor=head, activity_id=activity.id,
            pack_hash=activity.pack_id, now=NOW,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"limits": "1-4, 3-6"}, "bertumpuk"), ({"limits": "1-2, 5-6"}, "Angka 3-4 belum masuk"),
        ({"limits": "banyak, sedikit"}, "bukan batas kelompok"),
        ({"replace": ""}, "sudah diumumkan di tabel"),
        ({"number": "hari", "low": "5", "high": "2"}, "terbalik"),
        ({"number": "hari", "low": "lima"}, "Tulis angka bulat"),
        ({"only": "mesin=x"}, "Hanya yang menjawab"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_and_nothing_is_kept(change: dict[str, str], words: str) -> None:
    here = village()
    agent = person("agen_statistik", here)
    client = signed_in(agent)
    pack = brought(client, here)
    activity = opened(here, agent, pack_hash=pack.hash)
    answer = client.post(page(activity), {**TYPED, **change, "save": "1"})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Activity.objects.get().pack_id == pack.hash


def test_a_table_is_looked_at_saved_and_stands_in_the_next_release() -> None:
    here = village()
    agent = person("agen_statistik", here)
    client = signed_in(agent)
    pack = brought(client, here)
    activity = sent(agent, here, pack)
    old_book = collect.workbook(actor=agent, activity_id=activity.id, families=5)[1]
    looked = client.post(page(activity), TYPED).content.decode()
    for words in ("Bentuk tabelnya", "“Ada” pada “Mesin”", "3–5", "Menggantikan tabel"):
        assert words in looked
    assert ">22<" not in looked
    assert ">45<" not in looked
    assert Activity.objects.get().pack_id == pack.hash
    assert client.post(page(activity), {**TYPED, "save": "1"}).status_code == 302
    now = api.activity(activity.id)
    assert (now.pack.version, now.pack.id) == ("1.0.1", pack.id)
    assert now.pack.earlier == {pack.hash}
    assert [one.pack.id for one in api.running(here.id)] == [pack.id]
    assert AuditLine.objects.filter(verb="design.adopt_tables", thing_id=activity.id).count() == 1
    # A workbook handed out before is still taken in.
    upload = collect.receive(actor=agent, activity_id=activity.id, data=old_book, now=NOW)
    assert upload.state != "refused", upload.state
    clean = process.clean_edition(activity.id)
    assert clean is not None
    made = protect.propose(
        actor=agent, clean_edition_id=clean.id, licence="CC BY 4.0", note="", now=NOW
    )
    proposal = protect.proposal(made.id)
    listed = json.loads(ledger.edition_file(proposal.protected_edition_id, "tables.json"))
    new = next(one for one in listed if one.startswith("kapal_bermesin"))
    table = json.loads(ledger.edition_file(proposal.protected_edition_id, f"tabel/{new}.json"))
    assert table["universe"]["id"].startswith("Semesta: kapal dengan jawaban “Ada” pada “Mesin”")
    assert [one["code"] for one in table["columns"]][:3] == ["a1", "a3", "a6"]
    assert "awak" not in listed
    # What was proposed may be known: from now on tables are only added.
    again = client.post(page(activity), {**TYPED, "limits": "1-3, 4+", "save": "1"})
    assert again.status_code == 422
    assert "hanya dapat bertambah" in again.content.decode()


def test_other_questions_and_fewer_tables_are_not_taken_over() -> None:
    here = village()
    agent = person("agen_statistik", here)
    client = signed_in(agent)
    pack = brought(client, here)
    activity = opened(here, agent, pack_hash=pack.hash)

    def other(version: str, **parts: Any) -> PackRecord:
        content = {**store.content(pack.hash), **parts}
        content["pack.yaml"] = {**content["pack.yaml"], "version": version}
        return actions.add_pack(actor=agent, village_id=here.id, content=content, now=NOW)

    content = store.content(pack.hash)
    survey = [dict(row) for row in content["survey.csv"]]
    survey[-1]["label::English (en)"] = "Changed"
    asks = other("2", **{"survey.csv": survey})
    fewer = other(
        "3",
        **{
            "tables.yaml": content["tables.yaml"][1:],
            "classifications.yaml": content["classifications.yaml"][1:],
        },
    )
    ledger.put_edition(
        kind="proposed", area_id=here.id, activity_id=activity.id, period="2026", files={},
        made_from=[], words={}, now=NOW,
    )  # fmt: skip
    for record, code in ((asks, "questions"), (fewer, "tables")):
        with pytest.raises(Refused) as refused:
            actions.adopt_tables(
                actor=agent, activity_id=activity.id, pack_hash=record.hash, now=NOW
            )
        assert refused.value.code == code
    there = village("Sana")
    stranger = person("agen_statistik", there)
    theirs = brought(signed_in(stranger), there)
    with pytest.raises(Refused):
        actions.adopt_tables(actor=agent, activity_id=activity.id, pack_hash=theirs.hash, now=NOW)


def test_a_table_of_a_composed_questionnaire_is_one_of_its_deviations() -> None:
    here = village()
    agent = person("agen_statistik", here)
    one = composing.begin(
        actor=agent, village_id=here.id, base_hash="", title="Kebun leci", purpose="Rencana.",
        unit="kebun", placed=True, now=NOW,
    )  # fmt: skip
    asked: list[dict[str, Any]] = [
        {"op": "add", "label": "Banyak pohon", "kind": "integer", "required": True},
        {"op": "add", "label": "Sudah berbuah", "kind": "yes_no", "required": True},
    ]
    one = composing.change(
        actor=agent, village_id=here.id, composition_id=one.id, version=one.version,
        operations=asked, now=NOW,
    )  # fmt: skip
    record = composing.finish(
        actor=agent, village_id=here.id, composition_id=one.id, version=one.version, now=NOW
    )
    activity = opened(here, agent, pack_hash=record.hash)
    typed = {"title": "Kebun menurut pohon", "purpose": "Berapa kebun besar?", "replace": "on",
             "limits": "0-9, 10-49, 50+", "save": "1"}  # fmt: skip
    answer = signed_in(agent).post(page(activity, "banyak_pohon/"), typed)
    assert answer.status_code == 302, answer.content.decode()
    one.refresh_from_db()
    made = composing.compiled(one)
    assert made.faults == []
    pack = api.activity(activity.id).pack
    assert [t.id for t in pack.tables] == [t["id"] for t in made.content["tables.yaml"]]
    assert one.made_id == pack.hash
    # The next pack made of it has the table too.
    one = composing.change(
        actor=agent, village_id=here.id, composition_id=one.id, version=one.version,
        operations=[{"op": "add", "label": "Punya sumur", "kind": "yes_no"}], now=NOW,
    )  # fmt: skip
    again = composing.finish(
        actor=agent, village_id=here.id, composition_id=one.id, version=one.version, now=NOW
    )
    assert {t.id for t in pack.tables} < {t.id for t in api.pack(again.hash).tables}


def next_version(changed: Any) -> PackRecord:
    """The shared questionnaire for families in its next version."""
    first = PackRecord.objects.get(name="keluarga", version="1", village=None)
    content = json.loads(first.content)
    content["pack.yaml"]["version"] = "2"
    changed(content)
    pack, faults = build(content)
    assert not faults
    return PackRecord.objects.create(
        hash=pack.hash, name=pack.id, version="2",
        content=canonical.dumps(content).decode(), loaded_at=NOW,
    )  # fmt: skip


HOUSE = {"title": "Rumah menurut luas", "purpose": "Berapa rumah sempit?",
         "limits": "1-20, 21-60, 61+", "replace": "on", "save": "1"}  # fmt: skip


def without_floors(content: Any) -> None:
    """The next version no longer asks how large the house is."""
    name = "luas_lantai"
    gone = {one["id"] for one in content["tables.yaml"] if one["variable"] == name}
    for file, key in (("survey.csv", "name"), ("tables.yaml", "variable"),
                      ("classifications.yaml", "variable")):  # fmt: skip
        content[file] = [one for one in content[file] if one[key] != name]
    content["rules.yaml"] = [
        one for one in content["rules.yaml"] if name not in one["expression"]
    ]  # fmt: skip
    content["indicators.yaml"] = [
        one for one in content["indicators.yaml"] if one["table"] not in gone
    ]  # fmt: skip


@pytest.mark.parametrize("asked", [True, False])
def test_a_village_table_goes_along_to_the_next_version_or_is_told(asked: bool) -> None:
    here = village()
    agent = person("agen_statistik", here)
    client = signed_in(agent)
    first = opened(here, agent, period="2025", reference_date=date(2025, 8, 31))
    answer = client.post(page(first, "luas_lantai/"), HOUSE)
    assert answer.status_code == 302, answer.content.decode()
    newer = next_version((lambda _content: None) if asked else without_floors)
    second = opened(here, agent, pack_hash=newer.hash)
    where = f"/kantor/{here.id}/kegiatan/{second.id}/"
    assert "Rumah menurut luas" in client.get(where).content.decode()
    for somebody in (person("petugas", here), person("agen_statistik", village("Sana"))):
        assert signed_in(somebody).post(f"{where}bawa-tabel/").status_code == 404
    told = client.post(f"{where}bawa-tabel/", follow=True).content.decode()
    now = Activity.objects.get(pk=second.id).pack
    if asked:
        assert "Ikut dibawa: Rumah menurut luas" in told
        assert (now.village_id, now.version) == (here.id, "2.0.1")
        assert "Bawa ke sini" not in told
        mine = api.pack(now.hash)
        assert [one.title["id"] for one in mine.tables].count("Rumah menurut luas") == 1
    else:
        assert "tidak dibawa: Rumah menurut luas" in told
        assert now.hash == newer.hash
