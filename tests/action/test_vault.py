"""The vault: who may open what, what is kept of it, what is found, erased, and due."""

import datetime as dt
import io

import pytest
from django.core.management import call_command
from django.http import Http404

from cantik.kernel.canonical import digest
from cantik.ledger import api as ledger
from cantik.ledger import crypto
from cantik.ledger.models import AuditLine
from cantik.people.models import Person
from cantik.vault import api as vault
from cantik.vault import retention
from cantik.vault.models import DataKey, Lookup, Original, PurposeLine, SealedIdentity
from tests.action import people

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
PLACE = {"village_id": "v", "activity_id": "a"}
NIK = "6404010101010001"


def _seal(**entries):
    vault.seal_identities(entries=entries, now=NOW, **PLACE)


def _read(*ids):
    return vault.system_identities(record_ids=ids, now=NOW, **PLACE)


def _find(*values, kind="kk"):
    return vault.find(activity_id="a", kind=kind, values=values)


# -- who may open it --------------------------------------------------------------------------


@pytest.fixture
def village():
    area = people.village()
    vault.seal_identities(
        village_id=area.id,
        activity_id="a",
        entries={"r1": {"nama": "Xyzzy Plugh", "nik": NIK, "anggota": [{"nama": "Q"}]}},
        now=NOW,
    )
    return area


def _asked(actor, area, purpose="perbaikan_isian", ids=("r1",)):
    return vault.read_identities(
        actor=actor, village_id=area.id, activity_id="a", record_ids=ids, purpose=purpose, now=NOW
    )


def test_the_agent_of_the_village_opens_it_and_that_is_written_down(village):
    agent = people.person("agen_statistik", village)
    assert _asked(agent, village)["r1"]["nama"] == "Xyzzy Plugh"
    line = PurposeLine.objects.get()
    assert (line.actor_id, line.purpose, line.count, line.record_ids, line.village_id) == (
        str(agent.pk), "perbaikan_isian", 1, ["r1"], village.id,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("role", "level"),
    [
        ("kepala_desa", "desa"),
        ("petugas", "desa"),
        ("pembina_kabupaten", "kabupaten"),
        ("pembina_provinsi", "provinsi"),
        ("administrator", "provinsi"),
    ],
)
def test_nobody_else_of_this_village_or_above_opens_it(village, role, level):
    area = village if level == "desa" else people.above(village, level)
    actor = people.person(role, area)
    for opened in (
        lambda: _asked(actor, village),
        lambda: vault.masked_identities(
            actor=actor, village_id=village.id, activity_id="a", record_ids=["r1"], now=NOW
        ),
    ):
        with pytest.raises(Http404):
            opened()
    assert PurposeLine.objects.count() == 0


def test_the_agent_of_another_village_and_a_signed_out_person_do_not(village):
    other = people.village("Lain")
    stranger = people.person("agen_statistik", other)
    for actor in (stranger, None, Person(username="x", is_active=False)):
        with pytest.raises(Http404):
            _asked(actor, village)
    assert _asked(stranger, other) == {}


@pytest.mark.parametrize("purpose", ["", "ingin tahu", "sistem"])
def test_a_purpose_outside_the_list_opens_nothing(village, purpose):
    agent = people.person("agen_statistik", village)
    with pytest.raises(vault.UnknownPurpose):
        _asked(agent, village, purpose)
    assert PurposeLine.objects.count() == 0


def test_a_list_shows_it_covered_and_is_written_down_too(village):
    agent = people.person("agen_statistik", village)
    shown = vault.masked_identities(
        actor=agent, village_id=village.id, activity_id="a", record_ids=["r1"], now=NOW
    )
    assert shown == {
        "r1": {"nama": "X••• P•••", "nik": "6404••••••••001", "anggota": [{"nama": "Q•••"}]}
    }
    assert PurposeLine.objects.get().purpose == "tampilan_tersamar"


# -- what is kept -----------------------------------------------------------------------------


def test_an_earlier_version_stays_sealed_and_the_last_is_read():
    _seal(r1={"nama": "A"}, r2={"nama": "B"})
    _seal(r1={"nama": "C"}, r2={"nama": "B"})
    assert _read("r1", "r2") == {"r1": {"nama": "C"}, "r2": {"nama": "B"}}
    versions = SealedIdentity.objects.order_by("record_id", "version")
    assert [(v.record_id, v.version, v.current) for v in versions] == [
        ("r1", 1, False), ("r1", 2, True), ("r2", 1, True),
    ]  # fmt: skip


def test_an_old_version_put_in_place_of_the_new_does_not_open():
    _seal(r1={"nama": "A"})
    _seal(r1={"nama": "C"})
    old = SealedIdentity.objects.get(version=1).sealed
    SealedIdentity.objects.filter(version=2).update(sealed=old)
    with pytest.raises(ledger.NotOpened):
        _read("r1")


@pytest.mark.parametrize("harm", ["cut", "one byte", "empty", "not ours"])
def test_a_harmed_entry_does_not_open(harm):
    _seal(r1={"nama": "A"})
    row = SealedIdentity.objects.get()
    sealed = bytes(row.sealed)
    row.sealed = {
        "cut": sealed[:-5],
        "one byte": sealed[:20] + bytes([sealed[20] ^ 1]) + sealed[21:],
        "empty": b"",
        "not ours": b"\x02" + sealed[1:],
    }[harm]
    row.save()
    with pytest.raises(ledger.NotOpened):
        _read("r1")


def test_the_wrong_key_opens_nothing_and_says_so(settings, tmp_path):
    _seal(r1={"nama": "A"})
    file_id = vault.seal_file(data=b"book", now=NOW, **PLACE)
    vault.register_lookups(activity_id="a", kind="kk", pairs=[("1", "r1")])
    right = settings.KEY_FILE
    try:
        settings.KEY_FILE = tmp_path / "other.key"
        crypto.create_key()
        with pytest.raises(ledger.NotOpened, match="tidak cocok"):
            _read("r1")
        with pytest.raises(ledger.NotOpened):
            vault.open_file(file_id=file_id, **PLACE)
        assert _find("1") == {}
    finally:
        settings.KEY_FILE = right
        crypto.forget_key()
    assert _read("r1") == {"r1": {"nama": "A"}}


def test_what_is_not_there_is_empty_or_missing():
    assert _read("nobody") == {}
    assert not DataKey.objects.exists()
    with pytest.raises(ledger.Missing):
        vault.open_file(file_id="s234", **PLACE)


# -- look-ups ---------------------------------------------------------------------------------


def test_registering_twice_finds_once():
    for _ in range(2):
        vault.register_lookups(
            activity_id="a", kind="nik", pairs=[("1", "r1"), ("1", "r1"), ("2", "r2")]
        )
    assert _find("1", "2", "3", kind="nik") == {"1": ["r1"], "2": ["r2"]}
    assert Lookup.objects.count() == 2


def test_one_number_in_two_families_finds_both():
    vault.register_lookups(activity_id="a", kind="nik", pairs=[("1", "r1"), ("1", "r2")])
    assert _find("1", kind="nik") == {"1": ["r1", "r2"]}


def test_a_changed_family_is_found_by_its_new_numbers_only():
    vault.register_lookups(activity_id="a", kind="nik", pairs=[("1", "r1"), ("2", "r1")])
    vault.register_lookups(activity_id="a", kind="nik", pairs=[("1", "r2")])
    vault.register_lookups(activity_id="a", kind="kk", pairs=[("9", "r1")])
    vault.register_lookups(
        activity_id="a", kind="nik", pairs=[("2", "r1"), ("3", "r1")], replace_for=["r1"]
    )
    assert _find("1", "2", "3", kind="nik") == {"1": ["r2"], "2": ["r1"], "3": ["r1"]}
    assert _find("9") == {"9": ["r1"]}
    vault.register_lookups(activity_id="a", kind="nik", pairs=[], replace_for=["r1"])
    assert _find("2", "3", kind="nik") == {}


def test_hashes_join_neither_activities_nor_kinds():
    for activity, kind in (("a", "kk"), ("b", "kk"), ("a", "nik")):
        vault.register_lookups(activity_id=activity, kind=kind, pairs=[(NIK, "r")])
    hashes = set(Lookup.objects.values_list("hash", flat=True))
    assert len(hashes) == 3
    assert digest(NIK.encode()) not in hashes


# -- erased and due ---------------------------------------------------------------------------


def test_erasure_takes_every_version_and_file_and_leaves_a_tombstone(
    django_capture_on_commit_callbacks, settings
):
    _seal(r1={"nama": "A"}, r2={"nama": "B"})
    _seal(r1={"nama": "C"})
    vault.register_lookups(activity_id="a", kind="kk", pairs=[("1", "r1"), ("2", "r2")])
    file_id = vault.seal_file(data=b"book", now=NOW, **PLACE)
    with django_capture_on_commit_callbacks(execute=True):
        vault.erase_record(record_id="r1", file_ids=[file_id], actor=None, now=NOW, **PLACE)
    assert not SealedIdentity.objects.filter(record_id="r1").exists()
    assert _read("r2") == {"r2": {"nama": "B"}}
    assert _find("1", "2") == {"2": ["r2"]}
    assert not (settings.HOME / "files" / file_id[:2] / file_id).exists()
    with pytest.raises(ledger.Missing):
        vault.open_file(file_id=file_id, **PLACE)
    assert not Original.objects.exists()
    line = AuditLine.objects.get(verb="vault.erase")
    assert (line.thing_id, line.detail) == ("r1", "{}")


def test_a_file_deleted_by_its_room_is_no_longer_counted_or_opened():
    file_id = vault.seal_file(data=b"book", now=NOW, **PLACE)
    ledger.delete_file(file_id)
    assert not Original.objects.exists()
    with pytest.raises(ledger.Missing):
        vault.open_file(file_id=file_id, **PLACE)


def _listed():
    said = io.StringIO()
    call_command("vault", "retention", stdout=said)
    return said.getvalue()


def test_what_is_due_is_listed_by_kind_and_nothing_is_taken(monkeypatch):
    _seal(r1={"nama": "Xyzzy"})
    vault.seal_file(data=b"book", now=NOW, **PLACE)
    assert vault.due(now=retention.after(NOW, 24) - dt.timedelta(seconds=1)) == []
    first = vault.due(now=retention.after(NOW, 24))
    assert {(one.kind, one.count) for one in first} == {("identity", 1), ("originals", 1)}
    _read("r1")
    later = retention.after(NOW, 60)
    assert {one.kind for one in vault.due(now=later)} == {"identity", "originals", "purpose_log"}
    assert "Tidak ada" in _listed()
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    assert "1 identitas keluarga" in _listed()
    assert "Xyzzy" not in _listed()
    assert SealedIdentity.objects.count() == 1


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ((2026, 1, 31), 1, (2026, 2, 28)),
        ((2024, 2, 29), 12, (2025, 2, 28)),
        ((2026, 12, 1), 1, (2027, 1, 1)),
        ((2026, 11, 23), 24, (2028, 11, 23)),
    ],
)
def test_months_end_where_a_calendar_says(start, months, end):
    assert retention.after(dt.datetime(*start), months) == dt.datetime(*end)  # noqa: DTZ001


def test_the_policy_names_what_we_can_count(monkeypatch):
    assert all(rule.why for rule in retention.policy().values())
    retention.policy.cache_clear()
    monkeypatch.delitem(retention.COUNTED, "lookups")
    with pytest.raises(ValueError, match=r"retention\.yaml"):
        retention.policy()
    retention.policy.cache_clear()
