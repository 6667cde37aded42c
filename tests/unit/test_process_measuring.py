"""Measures of quality: bounds that odd numbers cannot move, and who was asked at all."""

from datetime import date
from types import SimpleNamespace
from typing import Any

from cantik.design.pack import HOUSEHOLD
from cantik.kernel.expression import parse
from cantik.process.measuring import fences, measure, odd_rows, policy, publishable
from tests.unit.disseminate_sample import TREE

RULES = policy()


def question(name: str, record: str, kind: str, **more: Any) -> SimpleNamespace:
    given = {"choices": "", "relevant": None, "role": "fact", **more}
    clean = given["role"] in ("fact", "derived")
    return SimpleNamespace(name=name, record=record, kind=kind, clean=clean, **given)


def activity(*questions: SimpleNamespace, **more: Any) -> Any:
    by_name = {one.name: one for one in questions}
    instrument = SimpleNamespace(
        questions=questions, question=by_name.__getitem__, names=lambda: frozenset(by_name)
    )
    pack = SimpleNamespace(
        main="keluarga", member="anggota", persons="anggota", instrument=instrument,
        records=HOUSEHOLD,
        choices=lambda _q: [SimpleNamespace(code="1"), SimpleNamespace(code="2")],
    )  # fmt: skip
    return SimpleNamespace(pack=pack, reference_date=date(2026, 10, 31), **more)


def test_one_absurd_number_is_found_and_does_not_move_the_bounds() -> None:
    usual = [3, 4, 4, 5, 5, 5, 6, 6, 7, 8] * 5
    calm, spoilt = fences(usual, RULES), fences([*usual, 900], RULES)
    assert calm
    assert spoilt
    assert spoilt.odd(900)
    assert (calm.low, calm.middle) == (spoilt.low, spoilt.middle)
    assert spoilt.high - calm.high <= 2
    assert not any(spoilt.odd(value) for value in usual)


def test_a_long_tail_is_measured_by_its_own_side() -> None:
    ages = [*range(70), *range(30), *range(15)]
    edges = fences(ages, RULES)
    assert edges
    assert not edges.odd(99)
    assert edges.odd(220)
    assert edges.middle - edges.low < edges.high - edges.middle


def test_where_most_are_alike_the_rest_still_counts() -> None:
    edges = fences([1] * 60 + [2, 2, 40], RULES)
    assert edges
    assert edges.odd(40)
    assert not edges.odd(1)


def test_nothing_is_judged_from_few_or_equal_numbers() -> None:
    assert fences([1, 2, 900], RULES) is None
    assert fences([7] * 200, RULES) is None


def test_only_those_are_missing_who_were_asked() -> None:
    work = question(
        "kerja", "anggota", "choice", choices="c", relevant=parse("/data/anggota/umur >= 15")
    )
    one = activity(question("umur", "anggota", "integer"), work)
    main = {"id": ["a", "b"], "wilayah": ["h1", "h1"]}
    inner = {
        "keluarga": ["a", "a", "b", "b"], "wilayah": ["h1"] * 4, "nomor": [1, 2, 1, 2],
        "umur": [40, 3, 20, None], "kerja": ["1", None, None, None],
    }  # fmt: skip
    umur, kerja = measure(one, main, inner)
    assert (umur.asked, umur.filled) == (4, 3)
    assert (kerja.asked, kerja.filled, kerja.missing) == (2, 1, 1)


def test_a_condition_on_the_family_and_on_its_members_is_followed() -> None:
    roof = question("atap", "keluarga", "choice", choices="c", relevant=parse("/data/milik = '1'"))
    baby = question(
        "kia", "keluarga", "choice", choices="c",
        relevant=parse("count(/data/anggota/umur[. < 5]) > 0"),
    )  # fmt: skip
    one = activity(
        question("milik", "keluarga", "choice", choices="c"), roof, baby,
        question("umur", "anggota", "integer"),
    )  # fmt: skip
    main = {
        "id": ["a", "b"], "wilayah": ["h1", "h2"], "milik": ["1", "2"], "atap": ["9", None],
        "kia": [None, None],
    }  # fmt: skip
    inner = {"keluarga": ["a", "b"], "wilayah": ["h1", "h2"], "nomor": [1, 1], "umur": [3, 30]}
    found = {m.name: m for m in measure(one, main, inner)}
    assert (found["atap"].asked, found["atap"].filled, found["atap"].unknown) == (1, 1, 1)
    assert (found["kia"].asked, found["kia"].filled) == (1, 0)


def test_a_condition_on_what_was_sealed_is_said_to_be_unknown() -> None:
    one = activity(
        question("telepon", "keluarga", "text", role="identity"),
        question("pesan", "keluarga", "choice", choices="c", relevant=parse("/data/telepon != ''")),
    )
    [pesan] = measure(one, {"id": ["a"], "wilayah": ["h1"], "pesan": [None]}, {})
    assert pesan.asked is None
    assert pesan.missing is None


def test_odd_numbers_lead_to_the_family_and_the_member() -> None:
    one = activity(question("kamar", "keluarga", "integer"), question("umur", "anggota", "integer"))
    count = 40
    main = {"id": [f"k{n}" for n in range(count)], "wilayah": ["h1"] * count,
            "kamar": [2, 3] * 19 + [2, 80]}  # fmt: skip
    inner = {"keluarga": main["id"], "wilayah": ["h2"] * count, "nomor": [2] * count,
             "umur": [150, *range(1, count)]}  # fmt: skip
    rows = [
        (id_, leaf, member, q.name, n) for id_, leaf, member, q, n, _ in odd_rows(one, main, inner)
    ]
    assert rows == [("k39", "h1", -1, "kamar", 80), ("k0", "h2", 1, "umur", 150)]


def test_what_is_told_outside_depends_on_no_answer() -> None:
    questions = (
        question("kamar", "keluarga", "integer"),
        question("milik", "keluarga", "choice", choices="c"),
    )
    one = activity(*questions, kk_targets={"h1": 5, "u4": 7})
    told = []
    for rooms, owns in (([1, 2], ["1", None]), ([90, None], ["7", "2"])):
        main = {"id": ["a", "b"], "wilayah": ["h1", "u4"], "kamar": rooms, "milik": owns}
        told.append(publishable(one, TREE, {"h1": 1, "u4": 1}, measure(one, main, {})))
    assert told[0] == told[1]
    village = told[0]["coverage"][0]
    assert (village["level"], village["families"], village["target"]) == ("desa", 2, 12)
