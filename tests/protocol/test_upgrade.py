"""An installation of the first landed version is brought up to this one: nothing published changes,
everything opens, and the same answers give the same figures once more."""

import hashlib
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
FIRST = ROOT / "tests" / "data" / "upgrade" / "first-thread.tar.xz"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("upgrade")
    with tarfile.open(FIRST) as packed:
        packed.extractall(where, filter="data")
    return where


def told(place: Path, *words: str, code: int = 0, **more: str) -> str:
    """What a command prints in the copied home, apart from this process's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CANTIK_")}
    kept.pop("DATABASE_URL", None)
    home = {
        "CANTIK_HOME": str(place / "var"), "CANTIK_KEY_FILE": str(place / "key"), "DEMO": "0",
        "DJANGO_SETTINGS_MODULE": "cantik.web.settings", "PYTHONPATH": f"{ROOT / 'src'}",
        "CANTIK_INLINE_JOBS": "1",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, *words], env=kept | home | more, capture_output=True, text=True,
        timeout=300, cwd=place, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr[-3000:]
    return done.stdout


def sums(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*")) if path.is_file()
    }  # fmt: skip


def cantik(place: Path, *words: str, code: int = 0) -> str:
    return told(place, "-m", "django", *words, code=code)


def test_the_doctor_says_that_the_old_database_waits(place: Path) -> None:
    lines = [json.loads(one) for one in cantik(place, "doctor", "--json", code=1).splitlines()]
    waits = [one for one in lines if one["check"] == "database"]
    assert waits[0]["state"] == "bad"
    assert waits[0]["remedy"] == "cantik prepare"


def test_upgrade_changes_nothing_published_and_goes_on(place: Path) -> None:
    released = place / "var" / "released"
    before = sums(released)
    cantik(place, "prepare")
    assert sums(released) == before
    backups = list((place / "var" / "backups").glob("*.tar.gz"))
    assert len(backups) == 1  # taken before the first change
    village = next(released.iterdir()).name
    read: dict[str, Any] = json.loads(
        told(place, str(ROOT / "tests" / "protocol" / "upgraded.py"), village).splitlines()[-1]
    )
    assert set(read["shown"].values()) == {200}, read["shown"]
    assert read["names"] == 200
    assert read["bad"] == []
    assert read["tables"] > 50
    assert read["different"] == []
    assert read["again"] == 200
    after = sums(released)
    assert {name: after[name] for name in before if "index" not in name} == {
        name: before[name] for name in before if "index" not in name
    }


def test_a_second_prepare_changes_nothing_and_makes_no_further_backup(place: Path) -> None:
    before = sums(place / "var" / "released")
    cantik(place, "prepare")
    assert sums(place / "var" / "released") == before
    assert len(list((place / "var" / "backups").glob("*.tar.gz"))) == 1
