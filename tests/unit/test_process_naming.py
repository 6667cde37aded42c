"""Whom a rule names, and which rules need the head: small tables, and a property."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cantik.design import store
from cantik.design.api import Pack
from cantik.process import naming
from cantik.process.naming import Condition, Rule

FAMILY = {"fasilitas_bab": "6", "air_minum": "1", "luas_lantai": 30, "lantai": None}
MEMBERS = [
    {"umur": 40, "jenis_kelamin": "1", "ijazah": "1"},
    {"umur": 9, "jenis_kelamin": "2", "ijazah": "2"},
    {"umur": None, "jenis_kelamin": "2", "ijazah": "1"},
]
ANSWERS = {"keluarga": FAMILY, "anggota": MEMBERS}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return store.checked(store.FOLDER / "keluarga" / "v1")[1]


@pytest.fixture(scope="module")
def whole() -> Pack:
    return store.checked(store.FOLDER / "keluarga_lengkap" / "v1")[1]


def one_of(question: str, *codes: str) -> Condition:
    return Condition(question, "one_of", codes)


@pytest.mark.parametrize(
    ("record", "join", "conditions", "expected"),
    [
        ("keluarga", "all", [one_of("fasilitas_bab", "5", "6")], [None]),
        ("keluarga", "all", [one_of("fasilitas_bab", "1")], []),
        ("keluarga", "all", [Condition("luas_lantai", "at_most", number=30)], [None]),
        ("keluarga", "all", [Condition("luas_lantai", "at_least", number=31)], []),
        ("keluarga", "all", [Condition("lantai", "empty")], [None]),
        # An answer that is missing is no answer: neither small nor large, and of no code.
        ("keluarga", "all", [Condition("lantai", "one_of", ("1", "2"))], []),
        ("anggota", "all", [Condition("umur", "at_most", number=50)], [0, 1]),
        ("anggota", "all", [one_of("fasilitas_bab", "6"), one_of("jenis_kelamin", "2")], [1, 2]),
        ("anggota", "any", [one_of("ijazah", "2"), Condition("umur", "at_least", number=40)],
         [0, 1]),
        # For a family one and the same member must fulfil all that is asked of members.
        ("keluarga", "all", [one_of("jenis_kelamin", "1"), one_of("ijazah", "2")], []),
        ("keluarga", "all", [one_of("jenis_kelamin", "2"), one_of("ijazah", "2")], [None]),
        ("keluarga", "any", [one_of("air_minum", "9"), one_of("ijazah", "2")], [None]),
        ("keluarga", "any", [one_of("air_minum", "1"), one_of("ijazah", "7")], [None]),
    ],
)  # fmt: skip
def test_whom_a_rule_names(
    pack: Pack, record: str, join: str, conditions: list[Condition], expected: list[int | None]
) -> None:
    rule = Rule(record, tuple(conditions), join)
    assert naming.matches(rule, pack, ANSWERS, "rt1") == expected


def test_a_rule_of_some_areas_names_nobody_elsewhere(pack: Pack) -> None:
    rule = Rule("keluarga", (one_of("fasilitas_bab", "6"),), areas=frozenset({"rt2"}))
    assert naming.matches(rule, pack, ANSWERS, "rt1") == []
    assert naming.matches(rule, pack, ANSWERS, "rt2") == [None]


def test_a_rule_is_kept_and_read_as_it_was(pack: Pack) -> None:
    rule = Rule("anggota", (one_of("ijazah", "1"), Condition("umur", "at_least", number=7)), "any",
                frozenset({"b", "a"}))  # fmt: skip
    assert naming.read(rule.plain()) == rule


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (Rule("keluarga", ()), "keadaan"),
        (Rule("rumah", (one_of("lantai", "1"),)), "didaftar"),
        (Rule("keluarga", (one_of("nama", "1"),)), "tidak ada pada kuesioner"),
        (Rule("keluarga", (one_of("nik", "1"),)), "tidak ada pada kuesioner"),
        (Rule("keluarga", (one_of("lantai", "77"),)), "dari daftarnya"),
        (Rule("keluarga", (Condition("lantai", "at_least", number=1),)), "tidak berisi angka"),
        (Rule("keluarga", (Condition("lantai", "regex"),)), "tidak ada pada kuesioner"),
        (Rule("keluarga", (one_of("lantai", "1"),) * 5), "Paling banyak 4"),
    ],
)
def test_a_wrong_rule_is_refused_in_words(pack: Pack, rule: Rule, said: str) -> None:
    with pytest.raises(naming.NoRule, match=said):
        naming.check(rule, pack)


# health, religion, children and what a pack keeps to the whole village; by name only with the
# head's written purpose. Source: UU 27/2022 Pasal 4 ayat (2), and our packs' own sensitivities.
SENSITIVE = ("jaminan_kesehatan", "sakit_menahun", "kesulitan_fungsi", "sulit_melihat", "kb",
             "kurang_gizi", "imunisasi", "posyandu", "akta", "sekolah", "bantuan", "bantuan_pkh",
             "ekonomi_setahun", "merokok")  # fmt: skip
PLAIN = ("fasilitas_bab", "air_minum", "lantai", "umur", "jenis_kelamin", "luas_lantai", "internet",
         "penerangan", "ijazah", "tempayan", "sulit_air")  # fmt: skip


@pytest.mark.parametrize("name", SENSITIVE)
def test_what_is_sensitive_needs_the_head(whole: Pack, name: str) -> None:
    assert naming.sensitive(whole, whole.instrument.question(name))


@pytest.mark.parametrize("name", PLAIN)
def test_what_is_not_sensitive_does_not(whole: Pack, name: str) -> None:
    assert not naming.sensitive(whole, whole.instrument.question(name))


def test_a_shown_column_counts_as_much_as_a_condition(whole: Pack) -> None:
    rule = Rule("keluarga", (one_of("fasilitas_bab", "6"),))
    assert naming.touched(rule, [], whole) == []
    assert [q.name for q in naming.touched(rule, ["kb"], whole)] == ["kb"]


def test_a_person_of_unknown_age_is_treated_as_a_child(pack: Pack) -> None:
    assert [naming.is_child(pack, "anggota", m) for m in MEMBERS] == [False, True, True]
    assert not naming.is_child(pack, "keluarga", {})


def test_a_family_is_not_named_for_its_children(pack: Pack) -> None:
    """A list of families with somebody young tells of children by the name of their family."""
    young = Rule("keluarga", (Condition("umur", "at_most", number=12),))
    assert naming.children_in(young, pack, ANSWERS, None) == 1
    both = Rule(
        "keluarga", (one_of("fasilitas_bab", "6"), Condition("umur", "at_least", number=30))
    )
    assert naming.children_in(both, pack, ANSWERS, None) == 0
    unasked = Rule("keluarga", (one_of("jenis_kelamin", "2"),))  # a child, and one of unknown age
    assert naming.children_in(unasked, pack, ANSWERS, None) == 2


def test_rules_to_begin_with_are_valid_and_name_what_is_lacking(whole: Pack) -> None:
    made = naming.ready_made(whole)
    assert len(made) >= 5
    told = [naming.words(rule, whole, "id")[0] for rule in made]
    assert "Tempat buang air besar: Tidak ada" in told
    assert not any(words.startswith(("Hasil", "Kendala", "Merokok")) for words in told)
    for rule in made:
        naming.check(rule, whole)


VALUES: Any = st.one_of(st.none(), st.sampled_from(["1", "2", "6"]))


@given(codes=st.sets(st.sampled_from(["1", "2", "6"]), min_size=1), value=VALUES)
def test_a_family_is_never_named_when_the_rule_is_false(
    pack: Pack, codes: set[str], value: str | None
) -> None:
    rule = Rule("keluarga", (one_of("fasilitas_bab", *sorted(codes)),))
    named = naming.matches(rule, pack, {"keluarga": {"fasilitas_bab": value}, "anggota": []}, "a")
    assert named == ([None] if value in codes else [])
