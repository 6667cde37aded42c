"""The file of rights, ids of areas and their order; nothing touches the database."""

import copy
import csv
from collections import Counter
from typing import Any

import pytest
import yaml

from cantik.people.areas import DATA, bare, in_order, label_of, made_id, sort_word
from cantik.people.models import Area
from cantik.people.roles import FILE, BadRoles, read, rights


@pytest.fixture
def raw() -> dict[str, Any]:
    made: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return made


def test_a_further_role_needs_no_code(raw: dict[str, Any]) -> None:
    raw["roles"]["operator"] = {
        "label": {"id": "Operator", "en": "Operator"}, "level": "kecamatan",
        "invites": ["petugas"], "can": ["collect.progress"],
    }  # fmt: skip
    made = read(raw)
    assert made.roles["operator"].can == {"collect.progress"}
    assert made.roles["operator"].label_for() == "Operator"
    assert made.handed_out_in_the_end("operator") == {"petugas"}


@pytest.mark.parametrize("capability", ["collect.uplaod", "", "*"])
def test_an_unknown_capability_is_refused(raw: dict[str, Any], capability: str) -> None:
    raw["roles"]["petugas"]["can"].append(capability)
    with pytest.raises(BadRoles, match="petugas"):
        read(raw)


def test_every_role_speaks_both_languages(raw: dict[str, Any]) -> None:
    for name, role in read(raw).roles.items():
        assert set(role.labels) == {"id", "en"}, name
        assert all(role.labels.values()), name


def test_nobody_above_the_village_reads_answers_or_identity() -> None:
    inside = {"answers.read", "identity.read"}
    for name, role in rights().roles.items():
        assert role.level == "desa" or not role.can & inside, name
    assert {rights().reach(one) for one in inside} == {"own"}


def test_who_proposes_never_decides() -> None:
    for name, role in rights().roles.items():
        assert not {"release.propose", "release.decide"} <= role.can, name


def test_what_is_handed_out_in_the_end_ends_in_a_circle_too(raw: dict[str, Any]) -> None:
    circle = copy.deepcopy(raw)
    circle["roles"]["petugas"]["invites"] = ["kepala_desa"]
    reached = read(circle).handed_out_in_the_end("petugas")
    assert reached == {"kepala_desa", "sekretaris_desa", "agen_statistik", "petugas"}
    assert rights().handed_out_in_the_end("petugas") == frozenset()
    assert "agen_statistik" in rights().handed_out_in_the_end("administrator")
    assert "administrator" not in rights().handed_out_in_the_end("pembina_provinsi")


# -- areas ------------------------------------------------------------------------------------


def test_ids_of_areas_are_pinned_and_never_meet() -> None:
    assert made_id("kemendagri", "65.02.02.2002") == PINNED["Malinau Kota"]
    assert made_id("kemendagri", "65.01.05.2007") == PINNED["Apung"]
    assert made_id("kemendagri", "65.71.03.1003") == PINNED["Kampung Empat"]
    with (DATA / "kaltara_wilayah.csv").open(encoding="utf-8") as file:
        ids = [made_id("kemendagri", row["kemendagri_code"]) for row in csv.DictReader(file)]
    assert Counter(ids).most_common(1)[0][1] == 1
    assert all(len(one) <= 10 and one.isalnum() and one == one.lower() for one in ids)


PINNED = {"Malinau Kota": "yxmc53qajo", "Apung": "ysngybfjr7", "Kampung Empat": "qvcl54isws"}


@pytest.mark.parametrize(
    ("level", "name", "kind", "label"),
    [
        ("rt", "03", "", "RT 03"),
        ("rt", "RT 03", "", "RT 03"),
        ("rt", "rt 3", "", "rt 3"),
        ("rw", "RT lama", "", "RW RT lama"),
        ("dusun", "Hilir", "", "Dusun Hilir"),
        ("dusun", "Dusuna", "", "Dusun Dusuna"),
        ("desa", "Apung", "desa", "Desa Apung"),
        ("desa", "Kampung Empat", "kelurahan", "Kelurahan Kampung Empat"),
        ("kecamatan", "Sesayap", "", "Kecamatan Sesayap"),
        ("kabupaten", "Kota Tarakan", "", "Kota Tarakan"),
    ],
)
def test_labels_follow_level_and_kind(level: str, name: str, kind: str, label: str) -> None:
    assert label_of(level, name, kind) == label


def test_the_same_name_written_otherwise_is_the_same() -> None:
    assert bare("RT 1") == bare("rt-001") == bare("RT.01")
    assert bare("RT 0") != bare("RT 1")
    assert bare("Dusun A1") != bare("Dusun A 11")


def test_numbers_stand_in_their_order() -> None:
    assert sort_word("RT 2") < sort_word("RT 10") < sort_word("RT 100")
    assert sort_word("RT 10", "001") < sort_word("RT 2")


def test_neighbours_with_one_sort_key_keep_their_own_children() -> None:
    def area(id_: str, path: str, key: str) -> Area:
        return Area(id=id_, path=path, sort_key=key, name=id_, level="rt")

    listed = [
        area("v", "v", "v"),
        area("a", "v/a", "v/x"),
        area("b", "v/b", "v/x"),
        area("b1", "v/b/b1", "v/x/1"),
        area("a2", "v/a/a2", "v/x/2"),
        area("lost", "v/gone/lost", "v/x/0"),
    ]
    ordered = [one.id for one in in_order(reversed(listed))]
    assert ordered.index("a2") == ordered.index("a") + 1
    assert ordered.index("b1") == ordered.index("b") + 1
    assert len(ordered) == len(listed)
