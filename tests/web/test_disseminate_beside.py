"""Two years of a village, and villages added up: only what is published, never kinds mixed."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cantik.disseminate import beside, publishing
from cantik.people import actions
from cantik.people import api as people
from cantik.people.models import Area
from tests.action.people import DAY, above, village
from tests.unit.disseminate_sample import VILLAGE, sample

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def released(settings: Any, tmp_path: Path) -> Path:
    settings.RELEASED = tmp_path / "released"
    beside._together.cache_clear()
    return tmp_path / "released"


def publish(root: Path, area: Area, label: str, kind: str = "real", **states: str) -> None:
    """Releases 1.. of 2025, 2026, …; ``states`` by "r1" and so on, published by default."""
    listed = []
    folder = root / area.id
    folder.mkdir(parents=True)
    for number, period in enumerate(("2025", "2026"), 1):
        files = sample(number)
        facts = json.loads(files["release.json"])
        facts["village"] |= {"id": area.id, "label": label, "kind": kind}
        facts |= {"period": period, "pack": "keluarga"}
        files["release.json"] = json.dumps(facts).encode()
        state = states.get(f"r{number}", "published")
        gone = state == "withdrawn"
        if not gone:
            publishing.put_release(folder, number, files)
        listed.append({
            "number": number, "activity": f"k{number}", "period": period,
            "reference_date": f"{period}-10-31", "title": facts["title"], "state": state,
            "released_at": f"{period}-11-20T02:00:00+00:00", "replaces": None,
            "replaced_by": None, "note": "", "reason": "salah", "changed_at": None,
            "files": {} if gone else {n: [_sha(d), len(d)] for n, d in files.items()},
        })  # fmt: skip
    publishing.put_index(folder, {
        "village": area.id, "label": label, "name": label, "kind": kind,
        "above": list(VILLAGE.above), "time_zone": "Asia/Makassar", "releases": listed,
    })  # fmt: skip


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_two_years_stand_side_by_side(released: Path) -> None:
    here = village("Satu", "real")
    publish(released, here, "Desa Satu")
    page = Client().get(f"/desa/{here.id}/banding/").content.decode()
    assert ">2025</th>" in page
    assert ">2026</th>" in page
    assert "poin" in page
    assert "style=" not in page


@pytest.mark.parametrize(
    ("query", "status"),
    [("?dari=1&ke=2", 200), ("?dari=2&ke=2", 200), ("?dari=1&ke=9", 404), ("?dari=x&ke=2", 404),
     ("?dari=1", 404), ("?dari=%C2%B2&ke=1", 404)],
)  # fmt: skip
def test_only_what_is_published_is_compared(released: Path, query: str, status: int) -> None:
    here = village("Satu", "real")
    publish(released, here, "Desa Satu")
    assert Client().get(f"/desa/{here.id}/banding/{query}").status_code == status


def test_what_was_withdrawn_or_replaced_is_compared_no_more(released: Path) -> None:
    gone, old = village("Tarik", "real"), village("Lama", "real")
    publish(released, gone, "Desa Tarik", r1="withdrawn")
    publish(released, old, "Desa Lama", r1="replaced")
    assert Client().get(f"/desa/{gone.id}/banding/?dari=1&ke=2").status_code == 410
    assert Client().get(f"/desa/{old.id}/banding/?dari=1&ke=2").status_code == 404
    empty = Client().get(f"/desa/{old.id}/banding/").content.decode()
    assert "Belum ada dua tahun" in empty
    assert Client().get("/desa/tidakada/banding/").status_code == 404


def test_an_area_bears_its_name_only_when_all_villages_are_in_it(released: Path) -> None:
    one = village("Satu", "real")
    kecamatan = above(one, "kecamatan")
    label = people.area(kecamatan.id).label
    publish(released, one, "Desa Satu")
    page = Client().get(f"/wilayah/{kecamatan.id}/").content.decode()
    assert f"<h2>{label}, " in page
    assert "Gabungan" not in page
    actions.place(
        parent=kecamatan, level="desa", name="Dua", kind="real", village_kind="desa", day=DAY,
        source="uji",
    )  # fmt: skip
    page = Client().get(f"/wilayah/{kecamatan.id}/").content.decode()
    assert f"<h2>{label}, " not in page
    assert f"<h2>Gabungan 1 dari 2 desa/kelurahan di {label}, " in page
    assert "Ini bukan angka seluruh wilayah." in page
    assert "belum mengumumkan" in page


def test_examples_and_real_villages_are_never_added(released: Path) -> None:
    real, example = village("Nyata", "real"), village("Contoh", "contoh")
    publish(released, real, "Desa Nyata")
    publish(released, example, "Desa Contoh", kind="contoh")
    for one, other in ((real, "Desa Contoh"), (example, "Desa Nyata")):
        for level in ("kecamatan", "kabupaten", "provinsi"):
            answer = Client().get(f"/wilayah/{above(one, level).id}/")
            assert answer.status_code == 200
            assert other not in answer.content.decode()
    noted = Client().get(f"/wilayah/{above(example, 'provinsi').id}/")
    assert noted["X-Robots-Tag"] == "noindex"


def test_only_areas_above_the_village_are_added(released: Path) -> None:
    here = village("Satu", "real")
    practice = village("Latih", "latihan")
    for id_ in (here.id, above(practice, "kecamatan").id, "tidakada", "a.b"):
        assert Client().get(f"/wilayah/{id_}/").status_code == 404, id_


def test_villages_that_are_called_alike_are_two(released: Path) -> None:
    """A name counts no village twice and hides none that has not published."""
    one = village("Satu", "real")
    kecamatan = above(one, "kecamatan")
    other = actions.place(
        parent=kecamatan, level="desa", name="Satu", kind="real", village_kind="desa", day=DAY,
        source="uji",
    )  # fmt: skip
    publish(released, one, "Desa Satu")
    page = Client().get(f"/wilayah/{kecamatan.id}/").content.decode()
    assert "Gabungan 1 dari 2" in page
    publish(released, other, "Desa Satu")
    beside._together.cache_clear()
    page = Client().get(f"/wilayah/{kecamatan.id}/").content.decode()
    assert "Gabungan" not in page


def test_a_break_is_marked_on_the_page(released: Path) -> None:
    here = village("Satu", "real")
    publish(released, here, "Desa Satu")
    for number in (1, 2):
        path = released / here.id / str(number) / "release.json"
        facts = json.loads(path.read_bytes()) | {"counted": f"m{number}"}
        path.write_text(json.dumps(facts))
        listed = json.loads((released / here.id / "index.json").read_bytes())
        entry = next(one for one in listed["releases"] if one["number"] == number)
        entry["files"]["release.json"] = [_sha(path.read_bytes()), path.stat().st_size]
        (released / here.id / "index.json").write_text(json.dumps(listed))
    page = Client().get(f"/desa/{here.id}/banding/").content.decode()
    assert "Putus deret." in page
    assert "Siapa yang termasuk penduduk terdata berubah" in page
