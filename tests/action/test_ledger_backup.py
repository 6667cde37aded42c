"""Backup and restore, with real commands in a real home on the database of this run."""

import gzip
import hashlib
import io
import json
import shutil
import tarfile
from pathlib import Path

import pytest

from cantik.ledger import archive
from tests.journey.installation import installation

pytestmark = [pytest.mark.database]

FILL = """
import datetime as dt
from cantik.ledger import api as ledger
from cantik.vault import api as vault
now = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
place = {"village_id": "v", "activity_id": "a"}
vault.seal_identities(entries={"r1": {"nama": "Xyzzy"}}, now=now, **place)
vault.register_lookups(activity_id="a", kind="kk", pairs=[("kkqz-6404", "r1")])
book = vault.seal_file(data=b"book" * 1000, now=now, **place)
made = ledger.put_edition(kind="clean", area_id="v", activity_id="a", period="2026",
    files={"x": b"rows\\x00\\n\\\\N\\t"}, made_from=[], words={"n": "é\\t\\\\."}, now=now)
ledger.sealed_put(kind="protection", ref="v", data=b"state", now=now)
for n in range(3):
    ledger.record(actor=None, verb="a.b", thing="x", thing_id=str(n), now=now, detail={"t": "\\n"})
from django.conf import settings
(settings.HOME / "released" / "v").mkdir(parents=True)
(settings.HOME / "released" / "v" / "index.json").write_text("[]")
from django.contrib.sessions.models import Session
Session.objects.create(session_key="signedin", session_data="x", expire_date=now)
from cantik.people import actions
from cantik.people.models import Person
one = Person.objects.create(username="someone", name="Someone", created_at=now)
actions.note_sign_in(person=one, session="signedin", device="Android", now=now)
print(book, made.id)
"""
READ = """
import datetime as dt
from cantik.ledger import api as ledger
from cantik.vault import api as vault
now = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
place = {{"village_id": "v", "activity_id": "a"}}
assert vault.system_identities(record_ids=["r1"], now=now, **place) == {{"r1": {{"nama": "Xyzzy"}}}}
assert vault.find(activity_id="a", kind="kk", values=["kkqz-6404"]) == {{"kkqz-6404": ["r1"]}}
assert vault.open_file(file_id="{book}", **place) == b"book" * 1000
assert ledger.edition_file("{edition}", "x") == b"rows\\x00\\n\\\\N\\t"
assert ledger.manifest("{edition}")["words"] == {{"n": "é\\t\\\\."}}
assert ledger.sealed_get(kind="protection", ref="v") == b"state"
assert ledger.verify_audit() is None
assert ledger.AuditLine.objects.filter(verb="a.b").count() == 3
# Numbers go on where they stood, and the audit is still refused to be changed.
vault.system_identities(record_ids=["r1"], now=now, **place)
assert ledger.sealed_put(kind="protection", ref="v", data=b"2", now=now) == 2
ledger.record(actor=None, verb="a.b", thing="x", thing_id="4", now=now)
from django.db import DatabaseError
try:
    ledger.AuditLine.objects.all().delete()
except DatabaseError:
    pass
else:
    raise SystemExit("audit was deleted")
from django.contrib.sessions.models import Session
assert not Session.objects.exists()
from django.conf import settings
assert (settings.HOME / "released" / "v" / "index.json").read_text() == "[]"
print("all read")
"""


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """An installation with something of everything, its archive, and the code that reads it."""
    folder = tmp_path_factory.mktemp("backup")
    with installation(folder, {}) as place:
        place.run("key", "ensure")
        place.run("migrate", "--verbosity=0")
        book, edition = place.python(FILL).split()
        file = folder / "one.tar.gz"
        place.run("backup", str(file))
        yield place, file, READ.format(book=book, edition=edition)


@pytest.fixture
def fresh(filled, tmp_path):
    """Another machine: empty home and database, the same key brought there."""
    with installation(tmp_path, {}) as place:
        key = filled[0].environment["CANTIK_KEY_FILE"]
        mine = Path(place.environment["CANTIK_KEY_FILE"])
        mine.parent.mkdir(parents=True)
        shutil.copy(key, mine)
        yield place


def _home(place):
    return place.home / "var"


def _rewritten(source, target, change):
    """The archive with its members passed through ``change(name, data)``."""
    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        for member in old:
            for name, data in change(member.name, old.extractfile(member).read()):
                info = tarfile.TarInfo(name)
                info.size = len(data)
                new.addfile(info, io.BytesIO(data))
    return target


def _tree(home):
    return {
        path.relative_to(home): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and path.name != "session.key"
    }


def test_all_is_read_again_on_another_machine(filled, fresh):
    _, file, read = filled
    fresh.run("restore", str(file))
    assert "all read" in fresh.python(read)
    assert not (_home(fresh) / "restore.unfinished").exists()
    assert not list(_home(fresh).glob(".pulih-*"))


def test_what_stood_is_replaced_and_kept_aside(filled, fresh):
    _, file, read = filled
    fresh.run("migrate", "--verbosity=0")
    fresh.python(FILL.replace('"r1"', '"other"').replace('"a.b"', '"c.d"'))
    fresh.run("restore", str(file))
    assert "all read" in fresh.python(read)
    aside = next(_home(fresh).glob("before-restore-*"))
    assert (aside / "files").is_dir()
    assert list(aside.glob("database.json")) or list(aside.glob("*.sqlite3"))


def test_the_archive_holds_neither_key_nor_name_nor_session(filled):
    place, file, _ = filled
    key = Path(place.environment["CANTIK_KEY_FILE"]).read_bytes().strip()
    session = (_home(place) / "session.key").read_bytes()
    with tarfile.open(file) as tar:
        names = tar.getnames()
        held = b"".join(tar.extractfile(name).read() for name in names)
    assert names[0] == "manifest.json"
    assert names[-1] == "checksums.json"
    for secret in (key, session, b"Xyzzy", b"kkqz-6404", b"signedin"):
        assert secret not in held
    assert file.stat().st_mode & 0o077 == 0


def test_a_backup_is_never_written_over(filled):
    place, file, _ = filled
    before = file.read_bytes()
    with pytest.raises(AssertionError, match="tidak ditimpa"):
        place.run("backup", str(file))
    assert file.read_bytes() == before


def test_the_default_place_and_only_before_migrations(filled):
    place, *_ = filled
    place.run("backup", "--if-migrations")
    assert not (_home(place) / "backups").exists()
    place.python(
        "from django.db.migrations.recorder import MigrationRecorder as R\n"
        "from django.db import connection\n"
        "R(connection).record_unapplied('vault', '0001_opens_the_vault')"
    )
    try:
        place.run("backup", "--if-migrations")
    finally:
        place.run("migrate", "vault", "--fake", "--verbosity=0")
    assert len(list((_home(place) / "backups").glob("cantik-*.tar.gz"))) == 1
    shutil.rmtree(_home(place) / "backups")


def test_no_backup_of_nothing(fresh):
    fresh.run("backup", "--if-migrations")
    if not fresh.environment["DATABASE_URL"]:
        with pytest.raises(AssertionError, match="Belum ada basis data"):
            fresh.run("backup")
    assert not (_home(fresh) / "cantik.sqlite3").exists()


def _cut(file, target):
    target.write_bytes(file.read_bytes()[:-2000])


def _cut_at_a_member(file, target):
    _rewritten(file, target, lambda n, d: [] if n == "checksums.json" else [(n, d)])


def _changed(file, target):
    _rewritten(file, target, lambda n, d: [(n, d + b"x" if "released" in n else d)])


def _added(file, target):
    _rewritten(
        file, target, lambda n, d: [("files/aa/aa", b"")] * (n == "checksums.json") + [(n, d)]
    )


def _newer(file, target):
    def change(name, data):
        if name == "manifest.json":
            words = json.loads(data)
            words["migrations"].append(["vault", "9999_of_tomorrow"])
            data = json.dumps(words).encode()
        if name == "checksums.json":
            sums = json.loads(data)
            sums["manifest.json"] = hashlib.sha256(made[0]).hexdigest()
            data = json.dumps(sums).encode()
        else:
            made.append(data)
        return [(name, data)]

    made: list[bytes] = []
    _rewritten(file, target, change)


def _text(file, target):
    target.write_text("halo")


def _other_gzip(file, target):
    target.write_bytes(gzip.compress(b"halo" * 1000))


def _other_tar(file, target):
    _rewritten(file, target, lambda n, d: [(n, d)] if n.startswith("files/") else [])


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (_cut, "terpotong"),
        (_cut_at_a_member, "terpotong"),
        (_changed, "terpotong atau rusak"),
        (_added, "terpotong atau rusak"),
        (_newer, "Perbarui Cantik"),
        (_text, "bukan cadangan"),
        (_other_gzip, "bukan cadangan"),
        (_other_tar, "bukan cadangan"),
    ],
)
def test_a_bad_archive_changes_nothing(filled, tmp_path, harm, words):
    place, file, _ = filled
    bad = tmp_path / "bad.tar.gz"
    harm(file, bad)
    before = _tree(_home(place) / "files")
    with pytest.raises(AssertionError, match=words):
        place.run("restore", str(bad))
    assert _tree(_home(place) / "files") == before
    assert not list(_home(place).glob("before-restore-*"))


@pytest.mark.parametrize(
    "name", ["../escape", "/escape", "files/../../escape", "files\\..\\escape"]
)
def test_nothing_is_written_outside(filled, tmp_path, name):
    _, file, _ = filled
    bad = _rewritten(
        file, tmp_path / "bad.tar.gz", lambda n, d: [(n, d)] + [(name, b"")] * ("index" in n)
    )
    with pytest.raises(archive.BackupProblem, match="ke luar"):
        archive.check(bad)
    with pytest.raises(archive.BackupProblem, match="ke luar"):
        archive.extract(bad, tmp_path / "into")


def test_links_are_refused(tmp_path):
    bad = tmp_path / "bad.tar.gz"
    with tarfile.open(bad, "w:gz") as tar:
        info = tarfile.TarInfo("files/link")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
    with pytest.raises(archive.BackupProblem, match="ke luar"):
        archive.check(bad)


def test_another_key_is_told_by_its_fingerprint(filled, tmp_path):
    _, file, _ = filled
    with tarfile.open(file) as tar:
        wanted = json.load(tar.extractfile("manifest.json"))["key"]
    with installation(tmp_path, {}) as place:
        with pytest.raises(AssertionError, match="key restore"):
            place.run("restore", str(file))
        place.run("key", "create")
        with pytest.raises(AssertionError, match=wanted):
            place.run("restore", str(file))
        assert not (_home(place) / "files").exists()


def test_a_failure_while_placing_brings_the_old_state_back(filled):
    """The last move fails: every move before it is undone."""
    place, file, _ = filled
    code = (
        "from cantik.ledger import backup\n"
        "import datetime as dt, pathlib, shutil\n"
        "real, count = shutil.move, []\n"
        "def move(a, b):\n"
        "    count.append(1)\n"
        "    if len(count) == 4: raise OSError(28, 'penuh')\n"
        "    return real(a, b)\n"
        "backup.shutil.move = move\n"
        "try:\n"
        f"    backup.restore(pathlib.Path({str(file)!r}), now=dt.datetime.now(dt.UTC))\n"
        "except backup.BackupProblem as problem: print(problem)\n"
    )
    before = _tree(_home(place) / "files")
    assert "penuh" in place.python(code)
    assert _tree(_home(place) / "files") == before
    assert not list(_home(place).glob("before-restore-*"))
    assert not (_home(place) / "restore.unfinished").exists()
    count = "from cantik.ledger.models import AuditLine as A\n"
    count += "print(A.objects.filter(verb='a.b').count())"
    assert place.python(count).strip() == "3"


def test_a_restore_killed_in_the_middle_is_named_and_finished_by_the_next(filled, fresh):
    _, file, read = filled
    fresh.run("migrate", "--verbosity=0")
    code = (
        "from cantik.ledger import backup\n"
        "import datetime as dt, os, pathlib, shutil, signal\n"
        "real, count = shutil.move, []\n"
        "def move(a, b):\n"
        "    count.append(1)\n"
        "    if len(count) == 2: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return real(a, b)\n"
        "backup.shutil.move = move\n"
        f"backup.restore(pathlib.Path({str(file)!r}), now=dt.datetime.now(dt.UTC))\n"
    )
    with pytest.raises(AssertionError):
        fresh.python(code)
    with pytest.raises(AssertionError, match="Ulangi sampai selesai"):
        fresh.run("backup", "--if-migrations")
    fresh.run("restore", str(file))
    assert "all read" in fresh.python(read)
    fresh.run("backup", "--if-migrations")
