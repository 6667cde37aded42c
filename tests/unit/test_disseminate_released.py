"""The released folder: read as it was or as it will be, never half; nothing beside it is read."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cantik.disseminate import publishing, reading
from cantik.disseminate.publication import NotReleased

TITLE = {"id": "Pendataan keluarga", "en": "Family listing"}
OLD = {"release.json": b'{"tables":[{"id":"air"}]}', "tabel/air.json": b"{}", "tabel/air.csv": b"a"}
NEW = {**OLD, "tabel/air.csv": b"b"}


@pytest.fixture
def released(tmp_path: Path, settings: Any) -> Path:
    settings.RELEASED = tmp_path / "released"
    return settings.RELEASED / "desa1"


def listed(*releases: dict[str, Any]) -> dict[str, Any]:
    place = {
        "village": "desa1",
        "label": "Desa Satu",
        "name": "Satu",
        "kind": "contoh",
        "above": [],
        "time_zone": "Asia/Makassar",
    }
    return {**place, "releases": list(releases)}


def release(number: int, files: dict[str, bytes], state: str = "published") -> dict[str, Any]:
    return {
        "number": number, "activity": "k1", "period": "2026", "reference_date": "2026-10-31",
        "title": TITLE, "state": state, "released_at": "2026-11-20T01:00:00+00:00",
        "replaces": number - 1 or None, "replaced_by": None, "note": "", "reason": "",
        "changed_at": None,
        "files": {n: [hashlib.sha256(d).hexdigest(), len(d)] for n, d in files.items()},
    }  # fmt: skip


def first(folder: Path) -> None:
    with publishing.alone(folder):
        publishing.put_release(folder, 1, OLD)
        publishing.put_index(folder, listed(release(1, OLD)))


def correct(folder: Path) -> None:
    with publishing.alone(folder):
        publishing.put_release(folder, 2, NEW)
        publishing.put_index(folder, listed(release(1, OLD, "replaced"), release(2, NEW)))


def withdraw(folder: Path) -> None:
    with publishing.alone(folder):
        publishing.put_index(folder, listed({**release(1, OLD, "withdrawn"), "files": {}}))
        publishing.drop_release(folder, 1)


def seen() -> tuple[tuple[int, str, bytes], ...]:
    """What a reader finds now: every release that may be read, with its file."""
    village = reading.village("desa1")
    found = []
    for entry in village.entries if village else ():
        if entry.state != "withdrawn":
            _, read = reading.publication("desa1", entry.number)
            found.append((entry.number, entry.state, read.csv("air")))
    return tuple(found)


def fail_at(monkeypatch: pytest.MonkeyPatch, wanted: int) -> Callable[[], int]:
    """Stop before the wanted-th step that changes the disk; tells how many steps there were."""
    steps = 0

    def step(real: Any) -> Any:
        def wrapped(*given: Any, **named: Any) -> Any:
            nonlocal steps
            steps += 1
            if steps == wanted:
                raise OSError("the power went")
            return real(*given, **named)

        return wrapped

    monkeypatch.setattr(publishing, "_write", step(publishing._write))
    monkeypatch.setattr(publishing, "_sync", step(publishing._sync))
    monkeypatch.setattr(Path, "rename", step(Path.rename))
    monkeypatch.setattr(Path, "replace", step(Path.replace))
    monkeypatch.setattr(shutil, "rmtree", step(shutil.rmtree))
    return lambda: steps


@pytest.mark.parametrize("change", [correct, withdraw])
def test_a_stop_at_any_step_leaves_old_or_new(
    released: Path, change: Callable[[Path], None]
) -> None:
    first(released)
    old = seen()
    change(released)
    new = seen()
    assert old != new
    stops = 0
    while True:
        shutil.rmtree(released)
        first(released)
        with pytest.MonkeyPatch.context() as patched:
            fail_at(patched, stops + 1)
            try:
                change(released)
            except OSError:
                stops += 1
            else:
                break
        assert seen() in (old, new)
        change(released)  # made again, it finishes
        assert seen() == new
        assert not list(released.glob(".*"))
    assert stops > 4


def test_a_killed_writer_leaves_old_or_new(released: Path) -> None:
    first(released)
    old = seen()
    code = (
        "import sys; from pathlib import Path\n"
        "from tests.unit import test_disseminate_released as t\n"
        "print('x', flush=True)\n"
        "while True:\n t.correct(Path(sys.argv[1])); t.first(Path(sys.argv[1]))\n"
        " import shutil; shutil.rmtree(Path(sys.argv[1]) / '2')\n"
    )
    correct(released)
    new = seen()
    for wait in (0.0, 0.004, 0.011, 0.017, 0.023):
        writer = subprocess.Popen(
            [sys.executable, "-c", code, str(released)],
            stdout=subprocess.PIPE,
            env=dict(os.environ),
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(wait)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        assert seen() in (old, new)
        correct(released)
        assert seen() == new


def test_publishing_twice_changes_nothing(released: Path) -> None:
    first(released)
    before = {p: p.stat().st_mtime_ns for p in released.rglob("*") if p.is_file()}
    first(released)
    assert {p: p.stat().st_mtime_ns for p in released.rglob("*") if p.is_file()} == before


def test_a_changed_file_is_not_given_out_and_is_mended(released: Path) -> None:
    first(released)
    (released / "1" / "tabel" / "air.csv").write_bytes(b"z")
    with pytest.raises(NotReleased):
        seen()
    first(released)
    assert seen() == ((1, "published", b"a"),)


@pytest.mark.parametrize("name", ["tabel/air.csv", "release.json"])
def test_a_missing_file_is_not_released(released: Path, name: str) -> None:
    first(released)
    (released / "1" / name).unlink()
    with pytest.raises(NotReleased):
        seen()


@pytest.mark.parametrize(
    "id_",
    ["", ".", "..", "../x", "desa1/..", "a/b", "desa1\x00", "x" * 11, "désa", "desa1\n", ".x"],
)
def test_no_odd_village_leaves_the_folder(released: Path, id_: str) -> None:
    first(released)
    (released.parent / "index.json").write_bytes((released / "index.json").read_bytes())
    assert reading.village(id_) is None


@pytest.mark.parametrize("number", [0, -1, 2, 10**400], ids=["0", "-1", "2", "huge"])
def test_no_odd_number_is_read(released: Path, number: int) -> None:
    first(released)
    (released / "2").mkdir()
    with pytest.raises(NotReleased):
        reading.publication("desa1", number)


@pytest.mark.parametrize("id_", ["", "..", "../../index", "air/../air", "Air", "umur", "a" * 999])
def test_no_odd_table_is_read(released: Path, id_: str) -> None:
    first(released)
    _, read = reading.publication("desa1", 1)
    with pytest.raises(NotReleased):
        read.csv(id_)


def test_a_table_named_with_a_path_reads_nothing_unlisted(released: Path) -> None:
    bad = {"release.json": json.dumps({"tables": [{"id": "../../../secret"}]}).encode()}
    (released.parent / "secret.csv").parent.mkdir(parents=True)
    (released.parent / "secret.csv").write_bytes(b"secret")
    with publishing.alone(released):
        publishing.put_release(released, 1, bad)
        publishing.put_index(released, listed(release(1, bad)))
    _, read = reading.publication("desa1", 1)
    with pytest.raises(NotReleased):
        read.csv("../../../secret")


def test_a_withdrawn_release_keeps_its_words_and_loses_its_files(released: Path) -> None:
    first(released)
    withdraw(released)
    assert not (released / "1").exists()
    village = reading.village("desa1")
    assert village is not None
    assert village.latest() == []
    assert village.entry(1).title == TITLE
    assert reading.villages() == []
    with pytest.raises(NotReleased):
        reading.publication("desa1", 1)


def test_only_the_latest_of_each_activity_stands_in_front(released: Path) -> None:
    first(released)
    correct(released)
    village = reading.village("desa1")
    assert village is not None
    assert [one.number for one in village.latest()] == [2]
    assert [one.number for one in village.entries] == [2, 1]


def test_nothing_released_is_an_empty_list(settings: Any, tmp_path: Path) -> None:
    settings.RELEASED = tmp_path / "nowhere"
    assert reading.villages() == []
    assert reading.village("desa1") is None
