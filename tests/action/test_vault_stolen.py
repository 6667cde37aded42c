"""A stolen data folder, database or backup, searched byte by byte: no name, no NIK, no KK."""

import base64
import gzip
import hashlib
import json
import shutil
import tarfile

import pytest

from tests.journey.installation import installation

pytestmark = [pytest.mark.database]

NAMES = ["Zulkarnaen Qwyjibo", "Xyzzy Plughwati"]
NUMBERS = ["6404019907550001", "6404010208110077", "6404017654321098"]
ADDRESS = "Gang Bekantan Sembilan 71"

FILL = """
import datetime as dt, io, os, signal
import xlsxwriter
from cantik.ledger import api as ledger
from cantik.vault import api as vault
from cantik.kernel import canonical
now = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
names, numbers, address = {names!r}, {numbers!r}, {address!r}
place = {{"village_id": "v", "activity_id": "a"}}
sheet = io.BytesIO()
book = xlsxwriter.Workbook(sheet)
page = book.add_worksheet()
entries = {{}}
for n, name in enumerate(names):
    entries["r%d" % n] = {{"kk": numbers[-1], "alamat": address, "lat": "2.84331907",
        "anggota": [{{"nama": name, "nik": numbers[n], "lahir": "1987-06-05"}}]}}
    page.write_row(n, 0, [name, numbers[n], numbers[-1], address])
book.close()
vault.seal_identities(entries=entries, now=now, **place)
changed = {{**entries["r0"], "telepon": "081234500099"}}
vault.seal_identities(entries={{"r0": changed}}, now=now, **place)
vault.register_lookups(activity_id="a", kind="kk", pairs=[(numbers[-1], "r0"), (numbers[-1], "r1")])
vault.register_lookups(activity_id="a", kind="nik", pairs=[(numbers[0], "r0"), (numbers[1], "r1")])
original = vault.seal_file(data=sheet.getvalue(), now=now, **place)
text = vault.seal_file(data=" ".join(names + numbers).encode(), now=now, **place)
ledger.sealed_put(kind="draft", ref="v", data=canonical.dumps(entries), now=now)
assert ledger.rate_limited("sign-in:" + names[0], limit=9, seconds=9, now=now) is False
assert vault.find(activity_id="a", kind="nik", values=numbers)
assert vault.system_identities(record_ids=["r0", "r1"], now=now, **place)

@ledger.job("test.breaks")
def breaks(handle):
    raise ValueError(names[0] + numbers[0])

os.environ["CANTIK_INLINE_JOBS"] = "1"
made = ledger.enqueue(kind="test.breaks", params={{}}, actor=None, area_id="v", now=now)
from cantik.ledger.jobs import run
run.call(made.id)
assert ledger.job_state(made.id).failure == "ValueError"
vault.erase_record(record_id="r1", file_ids=[text], actor=None, now=now, **place)
{end}
"""
# Killed, so that what SQLite has not yet written back stays in its write-ahead log.
END = "os.kill(os.getpid(), signal.SIGKILL)"


def _forms(text):
    """How a value could lie in a file without being encrypted."""
    plain = [text, text.upper(), text.lower()]
    plain += [word for word in text.split() if len(word) > 5]
    found = set()
    for one in plain:
        for code in ("utf-8", "utf-16-le", "utf-16-be"):
            data = one.encode(code)
            found |= {data, data[::-1], data.hex().encode()}
            for shift in range(3):
                # Base64 of the same bytes differs by where they stand; the ends depend on others.
                coded = base64.b64encode(b"\0" * shift + data)
                found.add(coded[4 if shift else 0 : len(coded) - 4])
        found |= {hashlib.new(kind, one.encode()).digest() for kind in ("sha256", "md5", "sha1")}
        found |= {
            hashlib.new(kind, one.encode()).hexdigest().encode()
            for kind in ("sha256", "md5", "sha1")
        }
    if text.isdigit():
        for order in ("little", "big"):
            found.add(int(text).to_bytes(8, order).strip(b"\0"))
        found.add(" ".join(text[at : at + 4] for at in range(0, 16, 4)).encode())
    return found


SOUGHT = {value: _forms(value) for value in [*NAMES, *NUMBERS, ADDRESS, "081234500099"]}


def _found(data):
    return {value for value, forms in SOUGHT.items() for form in forms if form in data}


def _bytes(folder):
    """Every file of a folder, and what lies in archives."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        yield path.name, path.read_bytes()
        yield f"name of {path.name}", str(path.relative_to(folder)).encode()
        if path.name.endswith(".tar.gz"):
            with tarfile.open(path) as tar:
                for member in tar:
                    yield f"{path.name}:{member.name}", tar.extractfile(member).read()


@pytest.fixture(scope="module")
def stolen(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stolen")
    with installation(folder, {}) as place:
        place.run("key", "ensure")
        place.run("migrate", "--verbosity=0")
        code = FILL.format(names=NAMES, numbers=NUMBERS, address=ADDRESS, end=END)
        with pytest.raises(AssertionError) as killed:
            place.python(code)
        yield place, folder / "var", str(killed.value)


def test_the_killed_process_had_done_its_work_and_left_its_log(stolen):
    place, home, said = stolen
    if not place.environment["DATABASE_URL"]:
        assert (home / "cantik.sqlite3-wal").stat().st_size > 0
    done = place.python(
        "from cantik.ledger.models import AuditLine\n"
        "print(AuditLine.objects.filter(verb='vault.erase').count())"
    )
    assert done.strip() == "1"
    assert "Traceback" not in said
    assert not _found(said.encode())  # nor in what was printed or logged


def test_a_stolen_folder_database_and_backup_show_nobody(stolen, tmp_path):
    place, home, _ = stolen
    thief = tmp_path / "thief"
    shutil.copytree(home, thief)  # the folder as it lay, log and all
    place.run("backup", str(thief / "backup.tar.gz"))  # holds every table of either database
    searched = 0
    for name, data in _bytes(thief):
        assert not _found(data), name
        searched += len(data)
    assert searched > 20_000


def test_the_key_beside_the_folder_opens_it(stolen):
    """The other half of the truth: what is searched above is really there."""
    place, *_ = stolen
    read = place.python(
        "import datetime as dt, json\nfrom cantik.vault import api as vault\n"
        "now = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)\n"
        "print(json.dumps(vault.system_identities(\n"
        "    village_id='v', activity_id='a', record_ids=['r0', 'r1'], now=now)))"
    )
    entries = json.loads(read)
    assert set(entries) == {"r0"}
    assert entries["r0"]["anggota"][0]["nama"] == NAMES[0]
    assert entries["r0"]["telepon"] == "081234500099"


@pytest.mark.parametrize("value", list(SOUGHT))
@pytest.mark.parametrize(
    "lay",
    [
        lambda v: v.encode(),
        lambda v: v.encode("utf-16"),
        lambda v: v.upper().encode(),
        lambda v: base64.b64encode(b"x" + v.encode() + b"yy"),
        lambda v: base64.b64encode(f'{{"nama":"{v}"}}'.encode()),
        lambda v: base64.b64encode(f'{{"nama2":"{v}"}}'.encode("utf-16-le")),
        lambda v: v.encode().hex().encode(),
        lambda v: hashlib.sha256(v.encode()).hexdigest().encode(),
        lambda v: v.split()[-1].encode() if " " in v and not v[-1].isdigit() else v.encode(),
        lambda v: int(v).to_bytes(8, "big") if v.isdigit() else v.encode(),
    ],
)
def test_the_search_finds_what_lies_open(value, lay, tmp_path):
    (tmp_path / "x").write_bytes(b"\0" * 99 + lay(value) + b"\xff" * 99)
    (tmp_path / "y").write_bytes(gzip.compress(b"nothing"))
    assert value in set().union(*(_found(data) for _, data in _bytes(tmp_path)))
