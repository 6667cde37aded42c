"""A stolen data folder or database of a whole installation, searched byte by byte.

The example is seeded through every gate, so all that a real village would have stored is there:
uploads, drafts, versions, edits, clean data, editions, queue, sessions, log.
"""

import base64
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from cantik.demo import families, seeding
from tests.journey.installation import Installation, installation

pytestmark = pytest.mark.database

DUMP = """
from django.db import connection
from django.apps import apps
with connection.cursor() as cursor:
    for table in sorted(connection.introspection.table_names()):
        cursor.execute("SELECT * FROM " + connection.ops.quote_name(table))
        for row in cursor.fetchall():
            for value in row:
                plain = bytes(value) if isinstance(value, (bytes, memoryview)) else None
                print((str(value).encode() if plain is None else plain).hex())
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    # A database of its own for each worker is named after the folder.
    own = "curian-" + os.environ.get("PYTEST_XDIST_WORKER", "satu")
    with installation(tmp_path_factory.mktemp(own), {"DEMO": "0"}) as made:
        made.run("prepare")
        made.run("demo", "seed", "apung")
        made.run("backup")
        yield made


def secrets() -> set[str]:
    """Every name, NIK, KK and birth date of the example, as the story fills them in."""
    story = seeding.story_of("apung")
    found: set[str] = set()
    for year in story["years"]:
        leaves = dict(enumerate(year["families"]))
        made = families.families(
            {str(at): n for at, n in leaves.items()},
            seed=story["years"][0]["seed"],
            on=year["reference_date"],
            later=year["reference_date"].year - story["years"][0]["reference_date"].year,
        )
        for one in made:
            found.add(one.family["nomor_kk"])
            for member in one.members:
                found |= {member["nik"], member["nama"]}
    return found


def forms(secret: str) -> list[bytes]:
    plain = secret.encode()
    return [plain, secret.encode("utf-16-le"), base64.b64encode(plain).rstrip(b"=")[:-1],
            plain.hex().encode()]  # fmt: skip


def test_nothing_stolen_names_anyone(place: Installation) -> None:
    known = sorted(secrets())
    assert len(known) > 1000
    # Every fifth: the search takes long, and they were all stored by the same hands.
    hidden = {form for secret in known[::5] for form in forms(secret)}
    home = Path(place.environment["CANTIK_HOME"])
    files = [path for path in home.rglob("*") if path.is_file()]
    stolen = {str(path.relative_to(home)): path.read_bytes() for path in files}
    rows = place.python(DUMP).split()
    stolen["the database"] = b"\n".join(bytes.fromhex(row) for row in rows)
    assert b"Agen Contoh" in stolen["the database"]  # the search would find what is there
    for name, content in stolen.items():
        for secret in hidden:
            assert secret not in content, name


def test_the_key_is_nowhere_in_the_folder(place: Installation) -> None:
    key = Path(place.environment["CANTIK_KEY_FILE"]).read_bytes().strip()
    home = Path(place.environment["CANTIK_HOME"])
    for path in home.rglob("*"):
        if path.is_file():
            assert key not in path.read_bytes(), path.name
