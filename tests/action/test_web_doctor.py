"""Each damage is done to an installation, and the doctor names it with the step that mends it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from cantik.ledger import api as ledger
from cantik.ledger import custody
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


DAMAGES: list[tuple[Callable[[Path], None], str, str]] = [
    (lost_file, "files", "cantik restore"),
    (changed_file, "files", "cantik restore"),
    (changed_manifest, "files", "cantik restore"),
    (changed_release, "files", "umumkan lagi"),
    (other_key, "key", "cantik key restore"),
    (open_folder, "home", "chmod"),
    (waiting_job, "jobs", "cantik serve"),
    (unfinished, "home", "cantik restore"),
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

    monkeypatch.setattr(doctor, "CHECKS", (broken, *doctor.CHECKS))
    told = examine()
    assert "OSError" in told[0].words
    assert "secret" not in told[0].words
    assert len(told) > 5


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
