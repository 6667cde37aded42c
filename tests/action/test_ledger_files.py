"""Files: whole or absent, also when the process is killed; changed bytes are told."""

import datetime as dt
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction

from cantik.kernel.canonical import digest
from cantik.ledger import api as ledger
from cantik.ledger.models import AuditLine, Edition, RateHit, SealedFile
from tests.journey.installation import installation

pytestmark = [pytest.mark.database]
NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
LATER = dt.timedelta(days=2)


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.HOME = tmp_path / "home"
    return settings.HOME / "files"


def _put(now=NOW, kind="clean", **files):
    return ledger.put_edition(
        kind=kind, area_id="v", activity_id="a", period="2026", files=files,
        made_from=[], words={}, now=now,
    )  # fmt: skip


def _all(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def _file(folder, name):
    return folder / name[:2] / name


@pytest.mark.django_db
@pytest.mark.parametrize("harm", ["cut", "one byte", "empty"])
def test_a_harmed_file_is_told(files, harm):
    sealed = ledger.store_sealed(b"book" * 100, context="c")
    plain = ledger.store_bytes(b"rows" * 100)
    for name in (sealed, plain):
        path = _file(files, name)
        data = path.read_bytes()
        changed = data[:50] + bytes([data[50] ^ 1]) + data[51:]
        path.write_bytes({"cut": data[:-3], "one byte": changed, "empty": b""}[harm])
    with pytest.raises(ledger.NotOpened):
        ledger.read_sealed(sealed, context="c")
    with pytest.raises(ledger.NotOpened):
        ledger.read_bytes(plain)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "", ".hidden"])
def test_a_name_cannot_leave_the_folder(name):
    with pytest.raises(ledger.Missing):
        ledger.read_bytes(name)
    with pytest.raises(ledger.Missing):
        ledger.read_sealed(name, context="c")


@pytest.mark.django_db(transaction=True)
def test_a_rollback_keeps_what_was_to_be_deleted_and_leaves_no_sealed_file(files):
    kept = ledger.store_sealed(b"1", context="c")
    with transaction.atomic():
        ledger.delete_file(kept)
        orphan = ledger.store_sealed(b"2", context="c")
        transaction.set_rollback(True)
    assert ledger.read_sealed(kept, context="c") == b"1"
    assert not SealedFile.objects.filter(id=orphan).exists()
    # Of a fresh file nobody knows whether its transaction is still under way.
    now = dt.datetime.now(dt.UTC)
    assert ledger.sweep(now=now) == 0
    assert ledger.sweep(now=now + LATER) == 1
    assert _all(files) == [kept]
    ledger.delete_file(kept)
    assert _all(files) == []


@pytest.mark.django_db(transaction=True)
def test_a_file_two_editions_share_goes_with_the_last(files):
    one, two = _put(x=b"same", y=b"1"), _put(x=b"same", y=b"2")
    ledger.delete_edition(id=one.id, reason="r", actor=None, now=NOW)
    assert ledger.edition_file(two.id, "x") == b"same"
    assert _all(files) == sorted([digest(b"same"), digest(b"2")])
    ledger.delete_edition(id=two.id, reason="r", actor=None, now=NOW)
    assert _all(files) == []
    assert ledger.manifest(one.id)["files"]["x"] == digest(b"same")


@pytest.mark.django_db(transaction=True)
def test_an_edition_made_after_another_was_deleted_keeps_the_shared_file():
    one = _put(x=b"same", y=b"1")
    with transaction.atomic():
        ledger.delete_edition(id=one.id, reason="r", actor=None, now=NOW)
        two = _put(x=b"same", y=b"2")
    assert ledger.edition_file(two.id, "x") == b"same"
    with pytest.raises(ledger.Missing):
        ledger.edition_file(one.id, "x")


@pytest.mark.django_db(transaction=True)
def test_a_deleted_edition_made_again_stands_again():
    one = _put(x=b"1")
    ledger.delete_edition(id=one.id, reason="r", actor=None, now=NOW)
    ledger.delete_edition(id=one.id, reason="twice", actor=None, now=NOW)
    assert Edition.objects.get().deleted_reason == "r"
    assert _put(x=b"1").id == one.id
    assert ledger.edition_file(one.id, "x") == b"1"
    verbs = list(AuditLine.objects.filter(thing="edition").values_list("verb", flat=True))
    assert verbs == ["edition.delete", "edition.again"]


@pytest.mark.django_db(transaction=True)
def test_microdata_left_by_a_killed_deletion_are_swept(files):
    one = _put(x=b"1")
    Edition.objects.update(deleted_at=NOW)  # the commit stood, its unlink never came
    assert ledger.sweep(now=NOW) == 1
    assert _all(files) == []
    assert ledger.edition(one.id).deleted_at


@pytest.mark.django_db
def test_a_changed_manifest_is_told():
    one = _put(x=b"1")
    text = one.manifest_text.replace('"2026"', '"2027"')
    Edition.objects.filter(id=one.id).update(manifest_text=text)
    with pytest.raises(ledger.NotOpened):
        ledger.edition_file(one.id, "x")


# -- killed -----------------------------------------------------------------------------------

KILL = """
import datetime as dt, os, pathlib, signal, sys
from cantik.ledger import api as ledger
now = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
count = [0]
def at(number, real):
    def wrapped(*args, **options):
        count[0] += 1
        if count[0] == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **options)
    return wrapped
if {where!r} == "write":
    os.fsync = at({number}, os.fsync)
elif {where!r} == "rename":
    pathlib.Path.replace = at({number}, pathlib.Path.replace)
else:
    from django.db.backends.utils import CursorWrapper
    def watched(self, sql, params=None, real=CursorWrapper.execute):
        if sql.startswith("INSERT"):
            os.kill(os.getpid(), signal.SIGKILL)
        return real(self, sql, params)
    CursorWrapper.execute = watched
"""
SEALED = "ledger.store_sealed(b'book' * 300000, context='c')"
EDITION = """ledger.put_edition(kind="clean", area_id="v", activity_id="a", period="2026",
    files={"x": b"1" * 3000000, "y": b"2" * 3000000}, made_from=[], words={}, now=now)"""
LOOK = """
import datetime as dt
from cantik.ledger import api as ledger
from cantik.ledger.models import Edition, SealedFile
print(Edition.objects.count(), SealedFile.objects.count())
ledger.sweep(now=dt.datetime.now(dt.UTC) + dt.timedelta(days=2))
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    with installation(tmp_path_factory.mktemp("killed"), {}) as made:
        made.run("key", "ensure")
        made.run("migrate", "--verbosity=0")
        yield made


@pytest.mark.parametrize(
    ("code", "where", "number"),
    [
        (SEALED, "write", 1),
        (SEALED, "rename", 1),
        (SEALED, "row", 1),
        (EDITION, "write", 1),
        (EDITION, "rename", 2),
        (EDITION, "row", 1),
    ],
)
def test_a_killed_process_leaves_nothing_half(place, code, where, number):
    with pytest.raises(AssertionError):
        place.python(KILL.format(where=where, number=number) + code)
    folder = place.home / "var" / "files"
    for name in _all(folder):
        if not name.startswith((".", "s")):
            assert digest(_file(folder, name).read_bytes()) == name
    assert place.python(LOOK).strip() == "0 0"
    assert not [name for name in _all(folder) if name.startswith((".", "s"))]
    # The same work done again stands whole.
    done = place.python(
        "import datetime as dt\nfrom cantik.ledger import api as ledger\n"
        "now = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)\n"
        f"made = {code}\n"
        "if isinstance(made, str):\n"
        "    print(len(ledger.read_sealed(made, context='c')))\n"
        "    ledger.delete_file(made)\n"
        "else:\n"
        "    print(len(ledger.edition_file(made.id, 'y')))\n"
        "    made.delete()\n"
    )
    assert done.strip() in ("1200000", "3000000")
    shutil.rmtree(folder)


# -- the audit --------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("harm", ["changed", "removed", "first", "put in", "rehashed"])
def test_the_chain_tells_what_was_done_behind_the_triggers(harm):
    """Someone with the whole database lifts the triggers; the chain breaks where they were."""
    from importlib import import_module

    from django.db import connection

    audit = import_module("cantik.ledger.migrations.0002_refuse_changed_audit")
    for n in range(5):
        ledger.record(actor=None, verb="a.b", thing="x", thing_id=str(n), now=NOW)
    assert ledger.verify_audit() is None
    with connection.cursor() as cursor:
        for statement in audit.BACKWARDS[connection.vendor]:
            cursor.execute(statement)
    try:
        lines = AuditLine.objects
        if harm == "changed":
            lines.filter(number=3).update(detail='{"t":1}')
        elif harm == "removed":
            lines.filter(number=3).delete()
        elif harm == "first":
            lines.filter(number=1).delete()
        elif harm == "put in":
            last = lines.get(number=5)
            lines.filter(number=3).update(previous=last.previous)
        else:
            line = lines.get(number=3)
            line.verb = "c.d"
            from cantik.ledger.api import _line_hash

            lines.filter(number=3).update(verb="c.d", hash=_line_hash(line))
    finally:
        with connection.cursor() as cursor:
            for statement in audit.FORWARDS[connection.vendor]:
                cursor.execute(statement)
    broken = {"changed": 3, "removed": 3, "first": 1, "put in": 3, "rehashed": 4}
    assert ledger.verify_audit() == broken[harm]


def test_two_writers_at_once_make_one_chain(place):
    write = (
        "import datetime as dt\nfrom cantik.ledger import api as ledger\n"
        "now = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)\n"
        "for n in range(60):\n"
        "    ledger.record(actor=None, verb='a.b', thing='x', thing_id=str(n), now=now)\n"
    )
    count = "from cantik.ledger.models import AuditLine\nprint(AuditLine.objects.count())"
    before = int(place.python(count))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(place.python, [write, write]))
    assert f"{before + 120} baris" in place.run("audit", "verify")


def test_a_broken_chain_is_named_by_the_command(monkeypatch):
    from django.core.management import CommandError, call_command

    monkeypatch.setattr(ledger, "verify_audit", lambda: 3)
    with pytest.raises(CommandError, match="mulai baris 3"):
        call_command("audit", "verify")


@pytest.mark.django_db
def test_old_tries_go_and_fresh_ones_count_on():
    assert not ledger.rate_limited("k", limit=1, seconds=99, now=NOW)
    ledger.sweep(now=NOW + dt.timedelta(hours=1))
    assert ledger.rate_limited("k", limit=1, seconds=9999, now=NOW)
    ledger.sweep(now=NOW + LATER)
    assert not RateHit.objects.exists()
