"""A questionnaire carried from one village to another as one file, and what is no questionnaire."""

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cantik.design import api, carrying, store
from cantik.design.checks import check_files
from cantik.design.models import PackRecord
from cantik.design.reading import FILES, OPTIONAL, contents
from tests.action.people import person, village
from tests.action.test_design_activities import opened
from tests.web.test_design_bring import brought, sent, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def post(client: Client, here: Any, data: bytes) -> Any:
    return client.post(
        f"/kantor/{here.id}/kegiatan/terima/", {"file": SimpleUploadedFile("k.zip", data)}
    )


@pytest.mark.parametrize("folder", store.folders(), ids=lambda one: f"{one.parent.name}-{one.name}")
def test_what_is_carried_is_the_same_pack(folder: Any) -> None:
    content, pack, faults = check_files(store.texts(folder))
    assert faults == []
    data = carrying.packed(content)
    assert data == carrying.packed(content)
    again = check_files(carrying.unpacked(data))
    assert again[2] == []
    assert again[1].hash == pack.hash


def test_a_village_gives_its_questionnaire_to_another() -> None:
    here, there = village(), village("Sana")
    agent, other = person("agen_statistik", here), person("agen_statistik", there)
    pack = brought(signed_in(agent), here)
    activity = sent(agent, here, pack, count=3)
    answer = signed_in(agent).get(f"/kantor/{here.id}/kegiatan/{activity.id}/kuesioner.zip")
    assert answer.status_code == 200
    data = answer.content
    assert b"Pemilik 1" not in b"".join(
        zipfile.ZipFile(io.BytesIO(data)).read(name) for name in FILES if name not in OPTIONAL
    )
    answer = post(signed_in(other), there, data)
    assert answer.status_code == 200, answer.content.decode()
    mine = {one.id: one for one in api.packs(there.id)}
    [taken] = set(mine) - {one.id for one in api.packs()}
    assert taken != pack.id
    assert [one.id for one in mine[taken].tables] == [one.id for one in pack.tables]
    assert sent(other, there, mine[taken], count=3)


def test_the_pack_of_the_program_is_not_taken_twice() -> None:
    here = village()
    made = opened(here)
    agent = person("agen_statistik", here, "pembawa")
    data = carrying.packed(store.content(made.pack_id))
    before = PackRecord.objects.count()
    assert post(signed_in(agent), here, data).status_code == 200
    assert PackRecord.objects.count() == before


def zipped(**files: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name.replace("_", "."), text)
    return out.getvalue()


def test_a_list_of_ten_thousand_answers_is_carried() -> None:
    head = "list_name,name,label::Indonesia (id),label::English (en)\n"
    rows = "".join(f"jalan,{n},Jalan {n},Street {n}\n" for n in range(10_000))
    texts = {**store.texts(store.FOLDER / "umkm" / "v1"), "choices.csv": head + rows}
    content, faults = contents(texts)
    assert faults == []
    assert len(content["choices.csv"]) == 10_000


GROWING = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
)


def test_what_stands_twice_is_carried_twice() -> None:
    both = {"id": "Sama", "en": "Same"}
    data = carrying.packed({"pack.yaml": {"title": both, "source": both}})
    text = carrying.unpacked(data)["pack.yaml"]
    assert "&" not in text
    assert text.count("Sama") == 2


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "kosong"),
        (b"halo", "bukan kuesioner"),
        (zipped(a_txt="x"), "tidak memuat"),
        (zipped(pack_yaml="id: x"), "belum ada"),
        (zipped(pack_yaml="0" * 50_000_000), "terlalu besar"),
        (zipped(pack_yaml="!!python/object/apply:os.system ['true']"), "bukan YAML"),
        # Small texts that would grow without end, or stop the reader.
        (zipped(pack_yaml=GROWING), "rujukan"),
        (zipped(pack_yaml="a: &a [*a]"), "rujukan"),
        (zipped(pack_yaml="a: " + "[" * 5_000), "terlalu dalam"),
        (zipped(pack_yaml="".join(f"k{n}: 1\n" for n in range(16_000))), "terlalu besar"),
        (zipped(pack_yaml="id: " + "9" * 9_000), "angka atau tanggal"),
        (zipped(pack_yaml="id: 2026-13-45"), "angka atau tanggal"),
        (zipped(rules_yaml="- {id: a}\n" * 1_001), "lebih dari 1000 butir"),
        (zipped(survey_csv='type,name,role\n"' + "x" * 200_000 + '"'), "terlalu panjang"),
        (zipped(survey_csv="type,name,role\n" + "text,a,free\n" * 1_001), "lebih dari 1000 baris"),
    ],
    ids=[
        "empty",
        "text",
        "other",
        "torn",
        "bomb",
        "code",
        "growing",
        "endless",
        "deep",
        "keys",
        "number",
        "day",
        "entries",
        "cell",
        "rows",
    ],
)
def test_what_is_no_questionnaire_is_refused_and_leaves_nothing(data: bytes, words: str) -> None:
    here = village()
    before = PackRecord.objects.count()
    answer = post(signed_in(person("agen_statistik", here)), here, data)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert PackRecord.objects.count() == before


def test_strangers_neither_take_nor_bring() -> None:
    here, there = village(), village("Sana")
    made = opened(here)
    stranger = signed_in(person("agen_statistik", there))
    assert stranger.get(f"/kantor/{here.id}/kegiatan/{made.id}/kuesioner.zip").status_code == 404
    assert stranger.get(f"/kantor/{there.id}/kegiatan/{made.id}/kuesioner.zip").status_code == 404
    assert post(stranger, here, b"x").status_code == 404
    assert post(signed_in(person("petugas", here)), here, b"x").status_code == 404


def loosened(name: str, *changes: tuple[str, str, str]) -> dict[str, str]:
    """The texts of a pack of the program with something in them replaced: (file, old, new)."""
    texts = dict(store.texts(store.FOLDER / name / "v1"))
    for file, old, new in changes:
        assert old in texts[file]
        texts[file] = texts[file].replace(old, new)
    return texts


CLASSES = "classifications.yaml"
HEAD = ("pack.yaml", "version: ", "version: '9' # ")


@pytest.mark.parametrize("name", ["keluarga", "umkm", "fasilitas"])
def test_an_unchanged_pack_under_a_new_version_is_taken(name: str) -> None:
    here = village()
    made = opened(here)
    assert made
    texts = loosened(name, HEAD)
    answer = post(signed_in(person("agen_statistik", here, "pembawa")), here, as_zip(texts))
    assert answer.status_code == 200, answer.content.decode()


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("keluarga", [(CLASSES, "sensitivity: sensitive", "sensitivity: restricted")]),
        ("keluarga", [(CLASSES, "sensitivity: restricted", "sensitivity: open")]),
        # Exact persons by sex, of those only who answered something else.
        ("keluarga", [("pack.yaml", "counted: ", "counted: \"${kesulitan_fungsi} = '1'\" # ")]),
    ],
    ids=["sensitive", "exact", "counted"],
)  # fmt: skip
def test_a_file_from_outside_makes_no_policy(
    name: str, changes: list[tuple[str, str, str]]
) -> None:
    here = village()
    assert opened(here)
    before = PackRecord.objects.count()
    texts = loosened(name, HEAD, *changes)
    answer = post(signed_in(person("agen_statistik", here, "pembawa")), here, as_zip(texts))
    assert answer.status_code == 422
    assert "lebih longgar" in answer.content.decode()
    assert PackRecord.objects.count() == before


def as_zip(texts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            archive.writestr(name, text)
    return out.getvalue()
