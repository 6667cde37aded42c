"""A mark changes when what is counted changes, and only then."""

from functools import cache
from typing import Any

import pytest

from cantik.design import store
from cantik.design.checks import check_files
from cantik.design.pack import Pack
from cantik.disseminate import meaning


def read(name: str, *changes: tuple[str, str, str]) -> Pack:
    """A pack with (file, old, new) put into its texts."""
    files = store.texts(store.FOLDER / name / "v1")
    for file, old, new in changes:
        assert old in files[file], old
        files[file] = files[file].replace(old, new)
    pack: Pack = check_files(files)[1]
    return pack


@cache
def family() -> Pack:
    return read("keluarga_lengkap")


def marks(pack: Pack, table: str) -> dict[str, str]:
    return meaning.of_table(pack, pack.table(table))


def test_the_same_pack_means_the_same() -> None:
    again = read("keluarga_lengkap")
    for one in family().tables:
        assert meaning.changed(marks(family(), one.id), marks(again, one.id)) == []


CHANGES: list[tuple[str, tuple[str, str, str], str, list[str]]] = [
    ("keberadaan of the counted", ("pack.yaml", " and ${keberadaan} != '6'\"", '"'), "umur",
     [meaning.POPULATION]),
    ("months of reference", ("survey.csv", "memakan waktu dalam seminggu.",
     "memakan waktu dalam sebulan."), "kegiatan", [meaning.SAID]),
    ("what is asked for", ("survey.csv", "Kegiatan utama seminggu terakhir,",
     "Pekerjaan utama seminggu terakhir,"), "kegiatan", [meaning.WORDING]),
    ("full stop", ("survey.csv", "memakan waktu dalam seminggu.", "memakan waktu dalam seminggu"),
     "kegiatan", []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "table", "differ"), [one[1:] for one in CHANGES], ids=[c[0] for c in CHANGES]
)
def test_a_change_moves_its_own_mark(
    change: tuple[str, str, str], table: str, differ: list[str]
) -> None:
    changed = read("keluarga_lengkap", change)
    assert meaning.changed(marks(family(), table), marks(changed, table)) == differ


def test_a_calculation_is_followed_to_the_answers_it_reads() -> None:
    """Functional difficulty is made of six answers on one scale: other words of the scale or
    another limit are another figure."""
    table = next(one for one in family().tables if one.variable == "kesulitan_fungsi").id
    limit = ("survey.csv", "${sulit_melihat} = '1' or ${sulit_melihat} = '2'",
             "${sulit_melihat} = '1' or ${sulit_melihat} = '1'")  # fmt: skip
    for change in (limit, ("choices.csv", "Banyak kesulitan", "Sedang kesulitan")):
        changed = read("keluarga_lengkap", change)
        assert meaning.changed(marks(family(), table), marks(changed, table)) == [meaning.FORMULA]


def test_other_words_of_a_choice_are_other_answers() -> None:
    changed = read("umkm", ("choices.csv", "Sampai 60 juta rupiah", "Sampai 50 juta rupiah"))
    table = next(one.id for one in changed.tables if one.variable == "omset")
    assert meaning.changed(marks(read("umkm"), table), marks(changed, table)) == [meaning.ANSWERS]


def test_only_members_are_of_a_population() -> None:
    assert marks(family(), "air_minum")[meaning.POPULATION] == ""
    assert marks(family(), "umur")[meaning.POPULATION] == meaning.population(family()) != ""
    assert meaning.population(read("fasilitas")) == ""


def test_short_and_full_family_survey_can_be_compared_where_they_count_alike() -> None:
    short: Any = read("keluarga")
    shared = {one.id for one in short.tables} & {one.id for one in family().tables}
    same = [
        id_ for id_ in sorted(shared)
        if not set(meaning.changed(marks(short, id_), marks(family(), id_))) & set(meaning.BREAKS)
    ]  # fmt: skip
    assert {"fasilitas_bab", "penerangan", "status_bangunan"} <= set(same)
    assert "umur" not in same  # who has another family card by now is counted there
