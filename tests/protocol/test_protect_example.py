"""The example villages as they are installed, made through the gates: one with two years and a
corrected release.

Nothing the adversary knows tells a small count, and random published figures come out again from
the raw answers by a script that imports no room.
"""

import base64
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy as copy_of
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.journey.installation import Installation, installation
from tests.protocol.protect_book import beyond, compare, read, released
from tests.protocol.protect_joint import attack_jointly, periods
from tests.protocol.test_protect_adversary import attack

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "recompute.py"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    # A database of its own for each worker is named after the folder.
    own = "angka-" + os.environ.get("PYTEST_XDIST_WORKER", "satu")
    with installation(tmp_path_factory.mktemp(own), {"DEMO": "1"}) as made:
        made.run("prepare")
        yield made


def villages(place: Installation) -> list[Path]:
    return [p.parent for p in (place.home / "var" / "released").glob("*/index.json")]


def named(place: Installation, name: str) -> Path:
    """The released folder of an example village."""
    [found] = [
        village
        for village in villages(place)
        if json.loads((village / "index.json").read_text("utf-8"))["name"].startswith(name)
    ]
    return found


def recompute(
    place: Installation, *more: str, home: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """In a process that cannot import cantik: no path to it, no site hooks of ours."""
    command = [sys.executable, "-S", "-c", BARE, str(SCRIPT)]
    command += ["--home", str(home or place.home / "var"), *more]
    command += ["--key", str(place.home / "key" / "master.key")]
    if place.environment["DATABASE_URL"] and home is None:
        command += ["--database", place.environment["DATABASE_URL"]]
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "CANTIK"))}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=clean)


# Our own package stands in site-packages as a link; this leaves out links and keeps libraries.
BARE = f"""
import runpy, sys
sys.path.append({str(Path(pytest.__file__).resolve().parents[1])!r})
sys.argv = sys.argv[1:]
sys.modules["cantik"] = None
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def test_the_example_holds_two_years_and_a_correction(place: Installation) -> None:
    village = named(place, "Apung")
    listed = json.loads((village / "index.json").read_text("utf-8"))["releases"]
    assert len({one["period"] for one in listed}) == 2
    assert any(one["replaces"] for one in listed)


LEVELS = {
    "Apung": {"desa", "dusun", "rt"},
    "Malinau Kota": {"desa", "rt"},
    "Kampung Empat": {"desa", "rw", "rt"},
}


# A table of each questionnaire that goes as far down as any of it.
LOWEST_TABLE = {
    "keluarga": "keluarga", "pertanian": "keluarga", "fasilitas": "bidang", "umkm": "usaha",
}  # fmt: skip


@pytest.mark.parametrize("name", LEVELS)
def test_every_file_of_an_example_says_what_it_is(place: Installation, name: str) -> None:
    """Each village with the parts it has: RT alone, dusun, or RW of a kelurahan."""
    village = named(place, name)
    for folder in (village / str(n) for n in range(1, len(list(village.glob("*/tabel"))) + 1)):
        facts = json.loads((folder / "release.json").read_text("utf-8"))
        first = LOWEST_TABLE[facts["pack"]]
        rows = json.loads((folder / "tabel" / f"{first}.json").read_text("utf-8"))["rows"]
        # Businesses are told of the whole village only.
        assert {row["level"] for row in rows} == (
            {"desa"} if facts["pack"] == "umkm" else LEVELS[name]
        )
        assert rows[0]["open"][0] <= 300
        for file in folder.rglob("*.csv"):
            assert all(
                line.startswith("contoh,") for line in file.read_text("utf-8").splitlines()[1:]
            )
        books = list(folder.rglob("*.xlsx"))
        assert len(books) == len(list(folder.glob("tabel/*.csv"))) + 1
        for file in books[:: len(books) // 3]:
            for one in openpyxl.load_workbook(file).worksheets:
                assert "CONTOH DATA" in str(one["A2"].value)


def test_the_kelurahan_has_its_own_words(place: Installation) -> None:
    village = named(place, "Kampung Empat")
    facts = json.loads((village / "1" / "release.json").read_text("utf-8"))
    assert facts["village"]["label"] == "Kelurahan Kampung Empat (contoh)"
    assert facts["village"]["head"] == "Lurah"
    raw = "".join(f.read_text("utf-8") for f in (village / "1").rglob("*.csv"))
    assert "usun" not in raw
    assert "Kepala Desa" not in raw


@pytest.mark.parametrize("name", LEVELS)
def test_no_book_of_an_example_says_more_than_its_tables(place: Installation, name: str) -> None:
    """So the attack on the tables is an attack on the book, replaced releases' books too."""
    folders = [one.parent for one in named(place, name).glob("*/buku.pdf")]
    assert folders
    for folder in folders:
        assert beyond(folder) == [], folder.name


@pytest.mark.parametrize("table", ["ronda", "jenis_ibadah"])
def test_a_changed_figure_is_found_in_every_shape_of_table(place: Installation, table: str) -> None:
    """Areas named beside their class, and a table turned: the facilities of Malinau Kota."""
    folder = next(
        one.parent
        for one in named(place, "Malinau Kota").glob("*/release.json")
        if json.loads(one.read_text("utf-8"))["pack"] == "fasilitas"
    )
    files = read(folder)
    name = f"tabel/{table}.json"
    told = json.loads(files[name])
    first, second, *others = told["rows"][-1]["values"][0]
    told["rows"][-1]["values"][0] = [second, first, *others]  # the last RT answers otherwise
    assert first != second
    own = released(files | {name: json.dumps(told).encode()})
    title = told["title"]["id"]
    assert any(one.startswith(title) for one in compare(files["buku.pdf"], own))


def test_another_run_makes_nothing_twice_and_states_differ(place: Installation) -> None:
    assert "Membuat desa contoh" not in place.run("demo", "seed")
    told = place.python(
        "from cantik.protect.models import Proposal\n"
        "from cantik.people import api\n"
        "for one in Proposal.objects.order_by('proposed_at'):\n"
        "    print(api.area(one.village_id).name.split(' (')[0], one.period, one.state)"
    )
    assert "Kampung Empat 2026 waiting" in told.splitlines()
    assert "Malinau Kota 2026 approved" in told.splitlines()
    assert "Apung 2025 returned" in told.splitlines()


def test_broad_ages_are_shown_by_dusun_and_add_up_to_the_ages_of_the_village(
    place: Installation,
) -> None:
    village = named(place, "Apung")
    for folder in village.glob("*/tabel"):
        fine, broad = (
            json.loads((folder / f"{name}.json").read_text("utf-8"))
            for name in ("umur", "umur_dusun")
        )
        shown = [row for row in broad["rows"] if row["values"]]
        dusun = [row for row in shown if row["level"] == "dusun"]
        assert len(dusun) >= 2
        assert {row["level"] for row in shown} == {"desa", "dusun"}
        for sex, whole in enumerate(shown[0]["values"]):
            ages = fine["rows"][0]["values"][sex]
            assert whole[:3] == [sum(ages[:3]), sum(ages[3:13]), sum(ages[13:16])]
            parts = [row["values"][sex] for row in dusun]
            assert whole == [sum(column) for column in zip(*parts, strict=True)]


@pytest.mark.database
def test_the_adversary_finds_nothing(place: Installation) -> None:
    for village in villages(place):
        assert attack(village) == []


@pytest.mark.parametrize("trusting", [False, True])
def test_the_joint_adversary_finds_nothing(place: Installation, trusting: bool) -> None:
    tried = {}
    for name in LEVELS:
        tried[name] = 0
        for releases in periods(named(place, name)).values():
            told, cells = attack_jointly(releases, trusting=trusting)
            assert told == []
            tried[name] += cells
    assert tried["Apung"] > 900
    assert min(tried.values()) > 150


def test_the_joint_adversary_tells_a_figure_that_was_rounded_apart(place: Installation) -> None:
    """Those of 15 and over are counted twice; one of the two tables now shows them otherwise."""
    village = named(place, "Apung")
    tables = copy_of(periods(village)["2026"][0])
    row = tables["ijazah"]["rows"][0]["values"]
    codes = [column["code"] for column in tables["ijazah"]["columns"]]
    at, out = codes.index("sd"), codes.index("di_luar")
    apart = tables["kegiatan"]["rows"][0]["values"][1][out] - row[1][out] - 4
    for part in row[:2]:
        part[out] += apart
        part[at] -= apart
    told, _ = attack_jointly([tables], trusting=True)
    assert ("0", "ijazah", village.name, "l", "di_luar") in told


def test_the_adversary_had_something_to_attack(place: Installation) -> None:
    village = named(place, "Apung")
    tables = [json.loads(f.read_text("utf-8")) for f in village.glob("*/tabel/*.json")]
    levels = {row["level"] for t in tables if t["base"] for row in t["rows"] if row["values"]}
    assert levels == {"desa", "dusun", "rt"}
    assert any(row["corrected"] for t in tables for row in t["rows"])
    assert {t["base"] for t in tables} == {0, 3, 5}


@pytest.mark.database
def test_fifty_random_figures_come_out_of_the_raw_answers(place: Installation) -> None:
    for seed in ("1", "2"):
        done = recompute(place, "--figures", "50", "--seed", seed)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.startswith("50 figures of 9 releases recomputed, 0 differ")


# -- the script finds what is wrong -----------------------------------------------------------


@pytest.fixture
def copy(place: Installation, tmp_path: Path) -> Path:
    """Spoilt below; these tests are not marked for PostgreSQL, whose data are no file to copy."""
    shutil.copytree(place.home / "var", tmp_path / "var")
    return tmp_path / "var"


def change(home: Path, statement: str, *given: Any) -> None:
    with sqlite3.connect(home / "cantik.sqlite3") as link:
        assert link.execute(statement, given).rowcount


def test_another_answer_than_was_counted_is_found(place: Installation, copy: Path) -> None:
    with sqlite3.connect(copy / "cantik.sqlite3") as link:
        rows = link.execute("SELECT id, answers FROM collect_submission").fetchall()
    for id_, text in rows:
        answers = json.loads(text)
        if "keluarga" not in answers:
            continue
        answers["keluarga"]["air_minum"] = "11"
        change(
            copy, "UPDATE collect_submission SET answers = ? WHERE id = ?", json.dumps(answers), id_
        )
    assert recompute(place, home=copy).returncode in (1, 2)


def test_another_figure_than_was_decided_on_is_found(place: Installation, copy: Path) -> None:
    table = next(copy.glob("released/*/1/tabel/air_minum.json"))
    table.write_bytes(table.read_bytes().replace(b'"base":3', b'"base":5'))
    done = recompute(place, home=copy)
    assert done.returncode == 2
    assert "air_minum" in done.stderr


def test_another_protection_state_is_found(place: Installation, copy: Path) -> None:
    sys.path.insert(0, str(SCRIPT.parent))
    try:
        import recompute as script
    finally:
        sys.path.remove(str(SCRIPT.parent))
    master = base64.b64decode((place.home / "key" / "master.key").read_bytes())
    with sqlite3.connect(copy / "cantik.sqlite3") as link:
        rows = link.execute("SELECT ref, version, sealed FROM ledger_sealeddocument").fetchall()
    for ref, version, sealed in rows:
        context = f"document/protection/{ref}/{version}"
        cells = json.loads(script.unseal(sealed, context, master))["cells"]
        for key, (true, shown) in cells.items():
            cells[key] = [true, shown + (1 if shown <= true else -1) * (true > 10)]
        text = json.dumps({"cells": cells}).encode()
        key_ = script.HKDF(
            algorithm=script.hashes.SHA256(), length=32, salt=b"cantik",
            info=f"seal:{context}".encode(),
        ).derive(master)  # fmt: skip
        nonce = os.urandom(12)
        again = b"\x01" + nonce + script.AESGCM(key_).encrypt(nonce, text, context.encode())
        change(copy, "UPDATE ledger_sealeddocument SET sealed = ? WHERE ref = ?", again, ref)
    done = recompute(place, home=copy)
    assert done.returncode == 1
    assert "published" in done.stdout


def test_a_wrong_key_opens_nothing(place: Installation, tmp_path: Path) -> None:
    (tmp_path / "key").mkdir()
    (tmp_path / "key" / "master.key").write_bytes(base64.b64encode(b"x" * 32))
    other = Installation(home=tmp_path, environment=place.environment, port=0)
    assert recompute(other, home=place.home / "var").returncode == 2


def test_the_script_imports_no_room() -> None:
    assert "cantik." not in "".join(
        line for line in SCRIPT.read_text("utf-8").splitlines(keepends=True) if "import" in line
    )
