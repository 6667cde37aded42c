"""Maps between code lists that conflict, and what may be compared through them."""

import copy
from typing import Any

import pytest
import yaml
from tools import code_lists

from cantik.design import mapping, store
from cantik.design.mapping import EXACT, FILE, JOINED, NONE, SPLIT, BadMaps, known, read, together

DATA = yaml.safe_load(FILE.read_text("utf-8"))


def test_each_map_tells_every_code_of_both_sides() -> None:
    maps = known()
    assert len(maps.maps) >= 15
    for one in maps.maps:
        assert set(one.codes) == set(one.before.codes)
        reached = {code for goes in one.codes.values() for code in goes}
        assert reached | set(one.new) == set(one.after.codes)
        assert one.source
        assert one.note["id"]
        assert one.note["en"]


def test_the_lists_of_our_packs_are_the_lists_they_are_said_to_be() -> None:
    named = {name: one for one in known().lists.values() for name in one.packs}
    found = set()
    for folder in store.folders():
        pack = store.checked(folder)[1]
        for name, items in pack.code_lists.items():
            codes = {one.code: one.label["id"] for one in items}
            if f"{pack.id}/{name}" in named:
                assert known().list_of(codes) == named[f"{pack.id}/{name}"].id
                found.add(f"{pack.id}/{name}")
    assert found == set(named)


def test_how_exact_a_code_goes() -> None:
    of = {(one.before.id, one.after.id): one for one in known().maps}
    faith = of["agama_kk", "agama_dc26"]
    assert faith.codes["7"] == ("9",)
    assert faith.exactness("7") == EXACT
    school = of["pendidikan_kk", "ijazah_dc26"]
    assert school.exactness("1") == school.exactness("10") == JOINED
    kbli = of["kbli_2020", "kbli_2025"]
    assert kbli.exactness("G") == SPLIT
    work = of["status_kerja_dc26", "status_kerja_singkat"]
    assert work.exactness("9") == NONE
    size = of["omset_tahun", "skala_2021"]
    assert {code: goes[0] for code, goes in size.codes.items()}["3"] == "mikro"
    assert of["omset_tahun", "skala_2008"].codes["3"] == ("kecil",)


def test_a_list_is_known_by_its_words_not_only_its_codes() -> None:
    """Roofs of 2026 have the same codes as Regsosek, two of them swapped."""
    roofs = dict(known().lists["atap_regsosek"].codes)
    assert known().list_of(roofs) == "atap_regsosek"
    swapped = known().lists["atap_dc26"].codes
    assert (swapped["5"], swapped["6"]) == (roofs["6"], roofs["5"])
    assert known().list_of(swapped) == "atap_dc26"
    assert known().list_of({**roofs, "5": "Sirap"}) == ""
    assert known().list_of({}) == ""


def spoilt(change: Any) -> Any:
    data = copy.deepcopy(DATA)
    change(data)
    return data


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d["maps"][0]["codes"].pop("7"), "codes"),
        (lambda d: d["maps"][0]["codes"].update({"7": ["8"]}), "reached"),
        (lambda d: d["maps"][0]["codes"].update({"7": ["6"]}), "reached"),
        (lambda d: d["maps"][0].update({"to": "agama"}), "unknown list"),
        (lambda d: d["maps"][0].update({"new": {"9": {"id": "x", "en": "x"}}}), "new"),
        (lambda d: d["maps"].append(d["maps"][0]), "two maps"),
        (lambda d: d["lists"].append(d["lists"][0]), "list agama_kk"),
        (lambda d: d["lists"][0].update({"packs": ["keluarga/atap"]}), "two lists"),
    ],
)
def test_a_map_with_a_hole_is_refused(change: Any, words: str) -> None:
    with pytest.raises(BadMaps, match=words):
        read(spoilt(change))


def test_only_classes_that_hold_the_same_answers_stand_together() -> None:
    pairs = known().between("atap_regsosek", "atap_dc26")
    assert pairs is not None
    before = {"kayu": ["5"], "bambu": ["6"], "lain": ["1", "2", "3", "4", "7", "8"]}
    assert together(pairs, before, before) == [
        (("bambu",), ("kayu",)), (("kayu",), ("bambu",)), (("lain",), ("lain",)),
    ]  # fmt: skip


def test_a_split_code_joins_the_classes_it_may_be_in() -> None:
    pairs = known().between("bahan_bakar_singkat", "bahan_bakar_regsosek")  # against its direction
    assert pairs is not None
    before = {"gas": ["2"], "kayu": ["4"], "lain": ["1", "3", "5", "6"]}
    after = {"tabung_besar": ["2", "3"], "tabung_kecil": ["4"], "kayu": ["10"],
             "lain": ["1", "5", "6", "7", "8", "9", "11", "12"]}  # fmt: skip
    assert together(pairs, before, after) == [
        (("gas",), ("tabung_besar", "tabung_kecil")),
        (("kayu",), ("kayu",)),
        (("lain",), ("lain",)),
    ]


def test_a_group_with_a_code_that_the_other_list_lacks_is_left_out() -> None:
    pairs = known().between("keberadaan_singkat", "keberadaan_dc26")
    assert pairs is not None
    before = {"sini": ["1", "5"], "tidak": ["2", "3", "4"]}
    after = {"sini": ["1", "5"], "tidak": ["2", "3", "4", "6", "7"]}
    assert together(pairs, before, after) == [(("sini",), ("sini",))]
    assert known().between("agama_kk", "atap_dc26") is None
    assert mapping.together((), before, after) == []


def test_the_page_of_code_lists_is_that_of_the_data() -> None:
    assert code_lists.PAGE.read_text("utf-8") == code_lists.page(known())
