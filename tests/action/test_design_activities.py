"""Packs in the database, activities of a village, what the register says of its RT."""

from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.http import Http404

from cantik.design import actions, api, store
from cantik.design.models import Activity, PackRecord, Target
from cantik.kernel.problems import Refused
from cantik.ledger.models import AuditLine
from cantik.people.api import village_tree
from tests.action.people import person, village

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)


def opened(here: Any = None, actor: Any = None, **other: Any) -> Activity:
    here = here or village()
    given: dict[str, Any] = {
        "actor": actor or person("agen_statistik", here),
        "village_id": here.id,
        "pack_hash": api.latest_pack("keluarga").hash,
        "period": "2026",
        "reference_date": date(2026, 8, 31),
        "now": NOW,
    }
    return actions.open_activity(**{**given, **other})


def numbers(here: Any, families: int = 10, **other: Any) -> dict[str, api.LeafTarget]:
    return {leaf.id: api.LeafTarget(families, **other) for leaf in village_tree(here.id).leaves()}


# -- packs --------------------------------------------------------------------------------------


def copied(folder: Path, **changed: str) -> Path:
    """The folder of packs with files of keluarga v1 changed."""
    place = folder / "keluarga" / "v1"
    place.mkdir(parents=True)
    for name, text in store.texts(store.FOLDER / "keluarga" / "v1").items():
        key = name.replace(".", "_")
        (place / name).write_text(changed.get(key, text), encoding="utf-8")
    return folder


def changed_words() -> dict[str, str]:
    text = store.texts(store.FOLDER / "keluarga" / "v1")["pack.yaml"]
    return {"pack_yaml": text.replace("{id: Pendataan keluarga,", "{id: Pendataan warga,")}


def test_packs_stand_in_the_database_after_migrating() -> None:
    pack = api.latest_pack("keluarga")
    assert api.pack(pack.hash) == pack
    assert pack.hash == store.check_files(store.texts(store.FOLDER / "keluarga" / "v1"))[1].hash
    assert actions.load_packs(now=NOW) == []


def test_an_unknown_pack_is_told() -> None:
    with pytest.raises(KeyError):
        api.latest_pack("tidak-ada")
    with pytest.raises(PackRecord.DoesNotExist):
        api.pack("0" * 64)


def test_a_pack_never_changes() -> None:
    record = PackRecord.objects.get(name="keluarga")
    record.version = "9"
    with pytest.raises(DatabaseError), transaction.atomic():
        record.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        PackRecord.objects.filter(pk=record.pk).update(content="{}")
    assert PackRecord.objects.get(pk=record.pk).version == "1"


def test_an_unused_version_is_replaced_and_a_used_one_is_not(tmp_path: Path) -> None:
    root = copied(tmp_path, **changed_words())
    activity = opened()
    with pytest.raises(api.BadPack, match="versi 1 sudah dipakai"):
        actions.load_packs(now=NOW, root=root)
    assert api.activity(activity.id).pack.title["id"] == "Pendataan keluarga"
    Activity.objects.all().delete()
    [new] = actions.load_packs(now=NOW, root=root)
    assert api.latest_pack("keluarga").hash == new
    assert api.pack(new).title["id"] == "Pendataan warga"
    line = AuditLine.objects.get(verb="design.load_pack", thing_id=new)
    assert line.actor_id == ""


def test_a_broken_pack_is_refused_whole_with_all_its_faults(tmp_path: Path) -> None:
    files = store.texts(store.FOLDER / "keluarga" / "v1")
    root = copied(
        tmp_path,
        tables_yaml=files["tables.yaml"].replace("chapter: sosial", "chapter: lain"),
        pack_yaml=files["pack.yaml"].replace('version: "1"', 'version: "2"'),
    )
    before = PackRecord.objects.count()
    with pytest.raises(api.BadPack) as told:
        actions.load_packs(now=NOW, root=root)
    assert len([one for one in told.value.faults if "bab lain tidak ada" in one]) == 3
    assert "keluarga/v1/book.yaml: sosial: bab tanpa tabel" in told.value.faults
    assert PackRecord.objects.count() == before


def test_the_command_checks_and_loads(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Tidak ada paket"):
        call_command("packs", "check", str(tmp_path))
    root = copied(tmp_path, **changed_words())
    out = StringIO()
    call_command("packs", "check", str(root), stdout=out)
    assert PackRecord.objects.get(name="keluarga").content.count("Pendataan warga") == 0
    call_command("packs", "load", str(root), stdout=out)
    assert out.getvalue().split("\n")[:2] == ["1 paket utuh.", "1 paket baru."]
    (root / "keluarga" / "v1" / "book.yaml").unlink()
    with pytest.raises(CommandError, match=r"keluarga/v1/book\.yaml: berkas tidak ada"):
        call_command("packs", "load", str(root))


def test_versions_are_in_their_natural_order() -> None:
    assert store.version_key("10") > store.version_key("9") > store.version_key("2")
    assert store.version_key("1.10") > store.version_key("1.9") > store.version_key("1")


# -- activities ---------------------------------------------------------------------------------


def test_opening_writes_one_line_and_tells_what_was_chosen() -> None:
    here = village()
    before = AuditLine.objects.count()
    made = opened(here)
    assert AuditLine.objects.count() == before + 1
    line = AuditLine.objects.latest("number")
    assert (line.verb, line.thing_id, line.area_id) == ("design.open_activity", made.id, here.id)
    info = api.activity(made.id)
    assert (info.village_id, info.period, info.licence) == (here.id, "2026", "CC BY 4.0")
    assert info.pack.id == "keluarga"
    assert (info.kk_targets, info.register, info.target) == ({}, {}, 0)
    assert len({made.id, opened(here, person("agen_statistik", here, "b"), period="2025",
                               reference_date=date(2025, 8, 31)).id}) == 2  # fmt: skip


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"pack_hash": "0" * 64}, "pack"),
        ({"period": ""}, "period"),
        ({"period": "26"}, "period"),
        ({"period": "٢٠٢٦"}, "period"),
        ({"period": "1899"}, "period"),
        ({"reference_date": date(2025, 12, 31)}, "reference_date"),
        ({"licence": "milik kami"}, "licence"),
    ],
)
def test_a_wrong_opening_is_refused(other: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as told:
        opened(**other)
    assert told.value.code == code
    assert not Activity.objects.exists()


def test_one_activity_of_a_pack_in_a_year() -> None:
    here = village()
    agent = person("agen_statistik", here)
    opened(here, agent)
    with pytest.raises(Refused) as told:
        opened(here, agent)
    assert told.value.code == "twice"
    assert opened(village("Sana"), None).village_id != here.id


def test_two_openings_in_one_moment_make_one_activity(monkeypatch: pytest.MonkeyPatch) -> None:
    here = village()
    agent = person("agen_statistik", here)
    opened(here, agent)
    # What the second one saw before the first had finished.
    monkeypatch.setattr(actions.Activity.objects, "filter", lambda **_: Activity.objects.none())
    with pytest.raises(Refused) as told:
        opened(here, agent)
    assert told.value.code == "twice"
    monkeypatch.undo()
    assert Activity.objects.count() == 1


@pytest.mark.parametrize("role", ["kepala_desa", "petugas"])
def test_only_the_agent_opens_and_fills(role: str) -> None:
    here = village()
    colleague, stranger = person(role, here), person("agen_statistik", village("Sana"))
    for actor in (colleague, stranger, None):
        with pytest.raises(Http404):
            opened(here, actor) if actor else actions.open_activity(
                actor=None, village_id=here.id, pack_hash="", period="2026",
                reference_date=date(2026, 1, 1), now=NOW,
            )  # fmt: skip
    made = opened(here)
    for actor in (colleague, stranger, None):
        with pytest.raises(Http404):
            actions.set_targets(
                actor=actor, activity_id=made.id, targets=numbers(here), source="Dukcapil",
                source_date=date(2026, 8, 1), now=NOW,
            )  # fmt: skip
    assert not Target.objects.exists()


def test_above_the_village_nothing_is_opened() -> None:
    here = village()
    agent = person("agen_statistik", here)
    above = here.path.split("/")[-2]
    with pytest.raises(Http404):
        opened(here, agent, village_id=above)


def test_an_unknown_activity_is_not_found() -> None:
    with pytest.raises(Http404):
        api.activity("tidak-ada")
    with pytest.raises(Http404):
        actions.set_targets(
            actor=person("agen_statistik", village()), activity_id="tidak-ada", targets={},
            source="x", source_date=date(2026, 1, 1), now=NOW,
        )  # fmt: skip


# -- register -----------------------------------------------------------------------------------


def fill(made: Activity, targets: dict[str, api.LeafTarget], **other: Any) -> None:
    actions.set_targets(
        activity_id=made.id,
        targets=targets,
        **{
            "actor": made.opened_by,
            "source": "Dukcapil",
            "source_date": date(2026, 8, 1),
            "now": NOW,
            **other,
        },
    )


def test_targets_are_written_all_at_once_and_again() -> None:
    here = village()
    made = opened(here)
    before = AuditLine.objects.count()
    fill(made, numbers(here, 10))
    fill(made, numbers(here, 12, male=20, female=25), source="Buku induk")
    assert AuditLine.objects.count() == before + 2
    info = api.activity(made.id)
    assert set(info.kk_targets.values()) == {12}
    assert info.target == 36
    assert set(info.register.values()) == {(20, 25)}
    assert (info.target_source, info.target_date) == ("Buku induk", date(2026, 8, 1))


@pytest.mark.parametrize(
    ("change", "other", "code"),
    [
        (lambda t: t.popitem(), {}, "missing"),
        (lambda t: t.update(lain=api.LeafTarget(1)), {}, "leaf"),
        (lambda t: t.update({next(iter(t)): api.LeafTarget(-1)}), {}, "number"),
        (lambda t: t.update({next(iter(t)): api.LeafTarget(100_001)}), {}, "number"),
        (lambda t: t.update({next(iter(t)): api.LeafTarget(5, male=3)}), {}, "sex"),
        (lambda t: None, {"source": "  "}, "source"),
        (lambda t: None, {"source": "x" * 121}, "source"),
        (lambda t: None, {"source_date": date(2026, 9, 2)}, "source_date"),
    ],
)
def test_a_wrong_register_changes_nothing(change: Any, other: dict[str, Any], code: str) -> None:
    here = village()
    made = opened(here)
    fill(made, numbers(here, 7))
    wrong = numbers(here, 9)
    change(wrong)
    with pytest.raises(Refused) as told:
        fill(made, wrong, **other)
    assert told.value.code == code
    assert set(api.activity(made.id).kk_targets.values()) == {7}


# -- the door -----------------------------------------------------------------------------------


def test_activities_stand_newest_first_and_know_the_one_before() -> None:
    here = village()
    agent = person("agen_statistik", here)
    old = opened(here, agent, period="2025", reference_date=date(2025, 8, 31))
    new = opened(here, agent)
    opened(village("Sana"), None, period="2024", reference_date=date(2024, 8, 31))
    assert [one.id for one in api.activities(here.id)] == [new.id, old.id]
    before = api.previous_activity(new.id)
    assert before is not None
    assert before.id == old.id
    assert api.previous_activity(old.id) is None


def test_what_comes_next() -> None:
    here = village()
    agent, clerk = person("agen_statistik", here), person("petugas", here)
    [first] = api.next_things(agent, here.id, NOW)
    assert first.url == f"/kantor/{here.id}/kegiatan/buka/"
    assert api.next_things(clerk, here.id, NOW) == []
    made = opened(here, agent)
    [second] = api.next_things(agent, here.id, NOW)
    assert second.url == f"/kantor/{here.id}/kegiatan/{made.id}/daftar-kk/"
    assert api.next_things(clerk, here.id, NOW) == []
    fill(made, numbers(here))
    assert api.next_things(agent, here.id, NOW) == []
