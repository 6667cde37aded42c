"""Each damage is done to an installation, and the doctor names it with the step that mends it."""

import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone

from cantik.ledger import api as ledger
from cantik.ledger import crypto, custody
from cantik.people.models import Person
from cantik.web import doctor
from cantik.web.doctor import State, examine
from tests.action.people import NOW, person, village

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    """A home of this test's own; the key stays the one of the process."""
    settings.HOME = tmp_path / "home"
    settings.RELEASED = settings.HOME / "released"
    settings.HOME.mkdir()
    settings.HOME.chmod(0o755)
    return Path(settings.HOME)


def found(check: str) -> list[doctor.Finding]:
    return [one for one in examine() if one.check == check and one.state is not State.OK]


def test_a_sound_installation_has_nothing_bad(home: Path) -> None:
    assert [one for one in examine() if one.state is State.BAD] == []


def _edition() -> ledger.Edition:
    return ledger.put_edition(
        kind="clean", area_id="x", activity_id="a", period="2026", files={"a.json": b"{}"},
        made_from=[], words={}, now=NOW,
    )  # fmt: skip


def lost_file(home: Path) -> None:
    _edition()
    next((home / "files").glob("*/*")).unlink()


def changed_file(home: Path) -> None:
    _edition()
    next((home / "files").glob("*/*")).write_bytes(b"[]")


def changed_manifest(home: Path) -> None:
    ledger.Edition.objects.filter(pk=_edition().pk).update(manifest_text="{}")


def changed_release(home: Path) -> None:
    here = village()
    folder = home / "released" / here.id
    (folder / "1").mkdir(parents=True)
    (folder / "1" / "a.txt").write_text("changed")
    one = {
        "number": 1, "activity": "a", "period": "2026", "reference_date": "2026-06-30",
        "title": {"id": "x", "en": "x"}, "state": "published", "replaces": None,
        "released_at": "2026-09-01T00:00:00+00:00", "replaced_by": None, "note": "",
        "reason": "", "changed_at": None, "files": {"a.txt": ["0" * 64, 7]},
    }  # fmt: skip
    listed = {
        "village": here.id, "label": "Desa Uji", "name": "Uji", "kind": "contoh", "above": [],
        "time_zone": "Asia/Makassar", "releases": [one],
    }  # fmt: skip
    (folder / "index.json").write_bytes(ledger.canonical.dumps(listed))


def other_key(home: Path) -> None:
    custody.remember("0" * 16)


def open_folder(home: Path) -> None:
    home.chmod(0o777)


def waiting_job(home: Path) -> None:
    ledger.Job.objects.create(id="j", kind="x", at=timezone.now() - timedelta(hours=1))


def unfinished(home: Path) -> None:
    (home / "restore.unfinished").write_text("cadangan.tar.gz")


def clock_back(home: Path) -> None:
    ledger.record(
        actor=None, verb="x", thing="x", thing_id="x", now=timezone.now() + timedelta(days=400)
    )


DAMAGES: list[tuple[Callable[[Path], None], str, str]] = [
    (lost_file, "files", "cantik restore"),
    (changed_file, "files", "cantik restore"),
    (changed_manifest, "files", "cantik restore"),
    (changed_release, "files", "umumkan lagi"),
    (other_key, "key", "cantik key restore"),
    (open_folder, "home", "chmod"),
    (waiting_job, "jobs", "cantik serve"),
    (unfinished, "home", "cantik restore"),
    (clock_back, "clock", "timedatectl"),
]


@pytest.mark.parametrize(("damage", "check", "remedy"), DAMAGES)
def test_each_damage_is_named_with_its_remedy(
    home: Path, damage: Callable[[Path], None], check: str, remedy: str
) -> None:
    damage(home)
    told = found(check)
    assert [one.state for one in told] == [State.BAD]
    assert remedy in told[0].remedy


def test_a_missing_key_is_told_and_hides_nothing_else(home: Path, settings: Any) -> None:
    settings.KEY_FILE = home / "none.key"
    told = examine()
    assert [one.check for one in told if one.state is State.BAD] == ["key"]
    assert {one.check for one in told} >= {"database", "files", "serving"}


def test_a_key_within_the_data_or_readable_by_others(home: Path, settings: Any) -> None:
    path = home / "master.key"
    path.write_bytes(Path(settings.KEY_FILE).read_bytes())
    path.chmod(0o644)
    settings.KEY_FILE = path
    assert len([one for one in found("key") if one.state is State.BAD]) == 2


def test_a_changed_line_of_the_trail(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The database itself refuses to change a line; what it would look like is enough here.
    monkeypatch.setattr(doctor.ledger, "verify_audit", lambda: 12)
    assert "12" in found("audit")[0].words


def test_a_check_that_breaks_is_a_finding(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(now: datetime) -> Any:
        raise OSError("secret words of a file")

    monkeypatch.setattr(doctor, "FIRST", (broken, *doctor.FIRST))
    told = examine()
    assert "OSError" in told[0].words
    assert "secret" not in told[0].words
    assert len(told) > 5


def _says(monkeypatch: pytest.MonkeyPatch, fault: Exception, vendor: str) -> list[doctor.Finding]:
    def fails() -> Any:
        raise fault
        yield

    monkeypatch.setattr(doctor, "_database", fails)
    monkeypatch.setattr(connection, "vendor", vendor)
    return examine()


@pytest.mark.parametrize(
    ("vendor", "said", "words", "remedy"),
    [
        ("sqlite", "database disk image is malformed", "rusak", "cantik restore"),
        ("sqlite", "file is not a database", "rusak", "cantik restore"),
        ("sqlite", "unable to open database file", "tidak dapat dibuka", "pemilik"),
        ("postgresql", "connection refused", "tidak dapat dihubungi", "systemctl start"),
        ("postgresql", 'FATAL: database "c" does not exist', "belum dibuat", "createdb"),
        ("postgresql", "FATAL: password authentication failed", "menolak", "DATABASE_URL"),
        ("postgresql", 'FATAL: role "root" does not exist', "menolak", "pengguna layanan"),
    ],
)
def test_a_database_that_does_not_answer_is_said_once(
    home: Path, monkeypatch: pytest.MonkeyPatch, vendor: str, said: str, words: str, remedy: str
) -> None:
    told = _says(monkeypatch, OperationalError(said), vendor)
    assert [one.check for one in told if one.state is State.BAD] == ["database"]
    bad = next(one for one in told if one.state is State.BAD)
    assert words in bad.words
    assert remedy in bad.remedy
    assert told[-1].check == "rest"


def test_a_database_that_is_not_there_is_not_made(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = home / "cantik.sqlite3"
    monkeypatch.setattr(connection, "vendor", "sqlite")
    monkeypatch.setitem(connection.settings_dict, "NAME", gone)
    custody.remember(ledger.check_key())
    bad = next(one for one in examine() if one.check == "database")
    assert "cantik restore" in bad.remedy
    (home / "key.fingerprint").unlink()
    bad = next(one for one in examine() if one.check == "database")
    assert "cantik prepare" in bad.remedy
    assert not gone.exists()


def test_a_key_that_is_no_use_is_put_aside_before_the_right_one_comes(
    home: Path, settings: Any, tmp_path: Path
) -> None:
    settings.KEY_FILE = tmp_path / "key"
    assert "instalasi baru" in found("key")[0].remedy  # nothing was ever sealed here
    custody.remember("0" * 16)
    assert found("key")[0].remedy.endswith("cantik key restore")
    settings.KEY_FILE.write_text("rubbish")
    assert found("key")[0].remedy.startswith(f"mv {settings.KEY_FILE} ")


def test_a_key_that_may_not_be_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed() -> str:
        raise PermissionError

    monkeypatch.setattr(crypto, "fingerprint", closed)
    monkeypatch.setattr(doctor.os, "access", lambda path, way: way != doctor.os.R_OK)
    assert "tidak boleh dibaca" in found("key")[0].words
    assert "pengguna layanan" in found("key")[0].remedy


def test_a_full_disk(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = (100 << 30, 100 << 30, 5 << 20)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: _Usage(*full))
    assert "backups" in found("home")[0].remedy


class _Usage(NamedTuple):
    total: int
    used: int
    free: int


def test_a_look_of_another_version(tmp_path: Path) -> None:
    for finder in get_finders():
        for name, storage in finder.list([]):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(Path(storage.path(name)).read_bytes())
    assert doctor.stale_look(tmp_path) == []
    (tmp_path / "look" / "cantik.css").write_text("old")
    (tmp_path / "look" / "fonts.css").unlink()
    assert sorted(doctor.stale_look(tmp_path)) == ["look/cantik.css", "look/fonts.css"]


def test_the_sheet_printed_by_the_command_counts(home: Path) -> None:
    assert "Lembar pemulihan" in found("sheet")[0].words
    call_command("key", "sheet")
    assert found("sheet") == []
    assert ledger.AuditLine.objects.filter(verb=ledger.KEY_SHEET_PRINTED).count() == 1


def test_a_site_that_does_not_answer(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("PORT", str(free.getsockname()[1]))
    assert [one.state for one in found("running")] == [State.LOOK]
    monkeypatch.setattr(doctor, "answers", lambda address: True)
    assert found("running") == []


def test_served_to_the_outside_without_https_or_with_examples(
    home: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    one = person("agen_statistik", village())
    Person.objects.filter(pk=one.pk).update(is_example=True, example="x")
    assert found("serving") == []
    monkeypatch.setenv("HOST", "0.0.0.0")  # noqa: S104 that is the point
    assert len(found("serving")) == 2
    settings.SESSION_COOKIE_SECURE = True
    assert [one.remedy for one in found("serving")] == ["cantik demo remove"]


def test_an_old_backup_and_none(home: Path) -> None:
    ledger.record(actor=None, verb="x", thing="x", thing_id="x", now=NOW)
    assert found("backups")[0].state is State.LOOK
    made = home / "backups" / "cantik-1.tar.gz"
    made.parent.mkdir()
    made.write_bytes(b"x")
    assert found("backups") == []
    late = datetime.now(UTC) + timedelta(days=8)
    assert [one.state for one in doctor.backups(late)] == [State.LOOK]


def test_the_command_ends_with_an_error_only_when_something_is_bad(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("doctor")
    open_folder(home)
    with pytest.raises(CommandError, match="1 hal"):
        call_command("doctor")
    assert "chmod" in capsys.readouterr().out
    assert home == settings.HOME
