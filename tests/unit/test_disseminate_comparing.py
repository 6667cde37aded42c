"""Side by side only what counts the same; added up only what counts the same."""

import json
from typing import Any

import pytest

from cantik.disseminate.comparing import compare, points, same_questions, together
from cantik.disseminate.publication import Publication
from tests.unit.disseminate_sample import sample

MARKS = {"who": "a1", "classes": "b1", "universe": ""}


def publication(seed: int = 1, **facts: Any) -> Publication:
    files = sample(seed)
    told = json.loads(files["release.json"])
    changed = facts.pop("tables", {})
    told |= {"pack": "keluarga", **facts}
    told["tables"] = [{**one, **MARKS, **changed.get(one["id"], {})} for one in told["tables"]]
    files["release.json"] = json.dumps(told).encode()
    return Publication(files.__getitem__, {name: len(data) for name, data in files.items()})


def pair(found: Any, id_: str) -> Any:
    return next(one for one in found.tables if one.id == id_)


def test_equal_definitions_are_subtracted_as_shares() -> None:
    found = compare(publication(1, period="2025"), publication(2, period="2026"), "id")
    air = pair(found, "air")
    assert air.broken == ""
    assert all(line.change.endswith(" poin") for line in air.lines if "tidak" not in line.before)
    assert found.indicators
    assert found.only == ()
    people = found.counts[0]
    before, after = (p.facts["open"][0]["persons"] for p in (publication(1), publication(2)))
    assert people.change.lstrip("+\u2212") == str(abs(after - before))


def test_other_classes_are_a_break_and_nothing_is_subtracted() -> None:
    changed = publication(2, tables={"air": {"classes": "b2"}})
    found = compare(publication(1), changed, "id")
    air = pair(found, "air")
    assert "Kelompoknya berubah" in air.broken
    assert air.lines
    assert all(line.change == "" for line in air.lines)
    share = next(line for line in found.indicators if "air_layak" in line.label)
    assert (share.change, share.broken) == ("", air.broken)
    assert pair(found, "penduduk").broken == ""


ROOF = {"k0": ["1", "2", "3"], "k1": ["4"], "k2": ["5"], "k3": ["6"], "k4": ["7", "8"]}


def recoded(list_: str, **more: Any) -> dict[str, Any]:
    return {"air": {"list": list_, "coded": ROOF, **more}}


def test_equal_codes_of_two_lists_are_compared_by_what_they_mean() -> None:
    before = publication(1, tables=recoded("atap_regsosek"))
    after = publication(2, tables=recoded("atap_dc26"))
    air = pair(compare(before, after, "id"), "air")
    assert air.broken == ""
    assert "Daftar kodenya berubah" in air.mapped
    assert len(air.lines) == 5
    swapped = {line.label: line for line in air.lines}
    labels = [head.label["id"] for head in after.sheet("air").classes]
    old = [before.sheet("air").whole_village.cell(f"k{n}").value for n in range(5)]
    assert swapped[labels[2]].before.startswith(f"{old[3]} ")  # wood was 5 and is 6
    assert swapped[labels[3]].before.startswith(f"{old[2]} ")
    found = compare(before, after, "id").indicators
    share = next(line for line in found if "air_layak" in line.label)
    assert share.change == ""
    assert "Daftar kodenya berubah" in share.broken


def test_lists_without_a_map_are_a_break() -> None:
    before = publication(1, tables=recoded("atap_regsosek"))
    after = publication(2, tables=recoded("agama_kk"))
    air = pair(compare(before, after, "id"), "air")
    assert "Daftar kodenya berubah" in air.broken
    assert air.lines == ()


def test_other_people_in_another_list_stay_a_break() -> None:
    before = publication(1, tables=recoded("atap_regsosek"))
    after = publication(2, tables=recoded("atap_dc26", who="a9"))
    air = pair(compare(before, after, "id"), "air")
    assert "tidak disandingkan" in air.broken
    assert air.mapped == ""


def test_villages_coded_in_two_lists_are_not_added() -> None:
    some = [
        ("Desa A", publication(1, tables=recoded("atap_regsosek"))),
        ("Desa B", publication(2, tables=recoded("atap_regsosek"))),
        ("Desa C", publication(3, tables=recoded("atap_dc26"))),
    ]
    air = next(one for one in together(some, "id")[0].tables if one.id == "air")
    assert (air.villages, air.left_out) == (2, ("Desa C",))


def test_other_people_are_not_even_laid_side_by_side() -> None:
    found = compare(publication(1), publication(2, tables={"umur": {"who": "a2"}}), "id")
    umur = pair(found, "umur")
    assert "tidak disandingkan" in umur.broken
    assert umur.lines == ()
    assert all("balita" not in line.label for line in found.indicators)


def test_a_release_that_does_not_say_what_it_counts_is_not_trusted_across_versions() -> None:
    unsaid = {id_: {"who": "", "classes": ""} for id_ in ("penduduk", "umur", "air", "bantuan")}
    old = publication(1, tables=unsaid)
    newer = publication(2)
    newer.facts["instrument"]["version"] = "2"
    assert all(one.broken for one in compare(old, newer, "id").tables)
    same = compare(old, publication(2), "id")  # the same version: the same questionnaire
    assert not any(one.broken for one in same.tables)
    assert any("versi 1 menjadi 2" in note for note in compare(old, newer, "id").notes)


def test_unequal_completeness_is_said_before_the_figures() -> None:
    low = publication(1)
    low.facts["collected"]["target"] = 900
    assert any(
        "Kelengkapannya tidak sama" in note for note in compare(low, publication(2), "id").notes
    )
    assert compare(publication(1), publication(1), "id").notes == ()


def test_another_questionnaire_is_another_thing() -> None:
    assert same_questions(publication(1), publication(2))
    assert not same_questions(publication(1), publication(2, pack="umkm"))


def test_points_are_rounded_half_up_with_a_sign() -> None:
    assert points((1, 4), (2, 4), "id") == "+25,0 poin"
    assert points((50, 100), (49, 100), "id") == "\u22121,0 poin"
    assert points((1, 3), (1, 3), "id") == "0,0 poin"


def test_villages_are_added_class_by_class() -> None:
    one, two = publication(1), publication(2)
    [sum_] = together([("Desa A", one), ("Desa B", two)], "id")
    air = next(t for t in sum_.tables if t.id == "air")
    for label, n, _share in air.lines:
        each = [
            next(c.value for c in p.sheet("air").whole_village.cells if c.head.label["id"] == label)
            for p in (one, two)
        ]
        assert n == sum(each)
    assert air.villages == 2
    people = sum(p.facts["open"][0]["persons"] for p in (one, two))
    assert sum_.counts[0] == ("Penduduk terdata", people)


def test_what_counts_otherwise_is_left_out_by_name() -> None:
    same = [("Desa A", publication(1)), ("Desa B", publication(2))]
    other = ("Desa C", publication(3, tables={"air": {"who": "z9"}}))
    [sum_] = together([*same, other], "id")
    air = next(t for t in sum_.tables if t.id == "air")
    assert air.villages == 2
    assert air.left_out == ("Desa C",)
    assert next(t for t in sum_.tables if t.id == "penduduk").villages == 3


def test_years_and_questionnaires_are_never_added_together() -> None:
    reads = [
        ("Desa A", publication(1, period="2025")),
        ("Desa B", publication(2, period="2026")),
        ("Desa C", publication(3, period="2026", pack="umkm")),
    ]
    assert [one.names for one in together(reads, "id")] == [("Desa B",), ("Desa C",), ("Desa A",)]


MEANS = {"population": "", "asked": "q1", "formula": "", "answers": "c1", "said": "d1",
         "wording": "w1"}  # fmt: skip


def meant(**changed: str) -> dict[str, Any]:
    return {"air": {"means": {**MEANS, **changed}}}


@pytest.mark.parametrize(
    ("name", "words"),
    [("asked", "orang lain"), ("formula", "Cara menghitungnya"), ("said", "Pengertian"),
     ("answers", "Pilihan jawabannya"), ("population", "penduduk terdata berubah")],
)  # fmt: skip
def test_another_meaning_is_a_break_though_names_and_classes_are_the_same(
    name: str, words: str
) -> None:
    before, after = publication(1, tables=meant()), publication(2, tables=meant(**{name: "z"}))
    found = compare(before, after, "id")
    air = pair(found, "air")
    assert words in air.broken
    assert air.lines
    assert not any(line.change for line in air.lines)
    share = next(line for line in found.indicators if "air_layak" in line.label)
    assert (share.change, share.broken) == ("", air.broken)
    sums = together([("Desa A", before), ("Desa B", before), ("Desa C", after)], "id")
    assert next(t for t in sums[0].tables if t.id == "air").left_out == ("Desa C",)


def test_other_words_of_a_question_are_said_but_no_break() -> None:
    before, after = publication(1, tables=meant()), publication(2, tables=meant(wording="w2"))
    air = pair(compare(before, after, "id"), "air")
    assert air.broken == ""
    assert "Kalimat pertanyaannya berubah" in air.reworded
    assert any(line.change for line in air.lines)


def test_a_definition_put_into_words_for_the_first_time_is_no_other_one() -> None:
    before, after = publication(1, tables=meant(said="")), publication(2, tables=meant())
    assert pair(compare(before, after, "id"), "air").broken == ""


def test_a_release_without_meanings_is_laid_beside_another_version_but_not_subtracted() -> None:
    old, newer = publication(1), publication(2, tables=meant())
    assert pair(compare(old, newer, "id"), "air").broken == ""
    newer.facts["instrument"]["version"] = "2"
    air = pair(compare(old, newer, "id"), "air")
    assert "tidak mencatat pengertiannya" in air.broken
    assert air.lines


def test_a_map_does_not_mend_another_definition() -> None:
    one = {"list": "atap_regsosek", "coded": ROOF, "means": MEANS}
    other = {"list": "atap_dc26", "coded": ROOF, "means": {**MEANS, "answers": "c2"}}
    before = publication(1, tables={"air": one})
    mended = pair(compare(before, publication(2, tables={"air": other}), "id"), "air")
    assert (mended.broken, bool(mended.mapped)) == ("", True)
    other["means"] = {**MEANS, "answers": "c2", "said": "d2"}
    broken = pair(compare(before, publication(2, tables={"air": other}), "id"), "air")
    assert "Pengertian" in broken.broken
    assert broken.mapped == ""


def test_an_indicator_made_of_other_classes_is_not_subtracted() -> None:
    before, after = publication(1), publication(2)
    made = [{**one} for one in after.indicators]
    made[0]["made_of"] = {**made[0]["made_of"], "numerator": ["k0"]}
    changed = Publication(
        lambda name: json.dumps(made).encode() if name == "indicators.json" else after._get(name),
        {},
    )
    found = compare(before, changed, "id").indicators
    assert found[0].change == ""
    assert "Cara menghitung indikatornya berubah" in found[0].broken
    assert all(one.change and not one.broken for one in found[1:])


def test_persons_of_another_population_are_neither_subtracted_nor_added() -> None:
    before, after = publication(1, counted="m1"), publication(2, counted="m2")
    found = {line.label: line for line in compare(before, after, "id").counts}
    assert found["Penduduk terdata"].change == ""
    assert "penduduk terdata berubah" in found["Penduduk terdata"].broken
    assert found["Keluarga"].change
    sums = together([("Desa A", before), ("Desa B", after)], "id")
    assert [one.names for one in sums] == [("Desa A",), ("Desa B",)]


def test_two_questionnaires_are_compared_in_what_both_count() -> None:
    short = publication(1, tables=meant())
    other = publication(2, pack="keluarga_lengkap", tables=meant())
    assert same_questions(short, other)
    found = compare(short, other, "id")
    assert pair(found, "air").broken == ""
    assert pair(found, "umur").broken  # it does not say what it counts
    assert any("Kuesionernya berlainan" in note for note in found.notes)
    apart = publication(2, pack="umkm", tables={"air": {"means": MEANS, "who": "u7"}})
    assert not same_questions(short, apart)


def test_another_rule_of_secrecy_is_said() -> None:
    found = compare(publication(1), publication(2, policy="2"), "id")
    assert any("Aturan kerahasiaannya berubah" in note for note in found.notes)


def test_a_village_with_two_activities_of_a_year_is_added_once() -> None:
    newer, older = publication(1), publication(2)
    [sum_] = together([("Desa A", newer), ("Desa A", older)], "id")
    assert sum_.names == ("Desa A",)
    assert sum_.counts[0][1] == newer.facts["open"][0]["persons"]


# -- prices ------------------------------------------------------------------------------------


def prices(
    year: int, by_week: dict[int, int], *, unit: str = "kg", means: str = "d", every: str = "week"
) -> Publication:
    """A release with one series of one item, its prices by week of the year."""
    weeks = range(min(by_week), max(by_week) + 1)
    none = [None for _week in weeks]
    document = {
        "series": "harga", "title": {"id": "Harga"}, "question": {"id": "?"}, "chapter": "",
        "every": every, "currency": {"id": "rupiah"}, "decimals": 0, "period": str(year),
        "periods": [f"{year}-W{week:02}" for week in weeks], "index": none, "used": none,
        "items": [{
            "name": "beras", "label": {"id": "Beras"}, "unit": {"id": unit}, "quotes": none,
            "prices": [by_week.get(week) for week in weeks],
            "lowest": none, "highest": none, "changes": none, "indices": none,
        }],
    }  # fmt: skip
    made = publication(1, period=str(year), pack="harga")
    made.facts["series"] = [{"id": "harga", "means": {"beras": means}}]
    series = json.dumps(document).encode()
    get = made._get
    made._get = lambda name: series if name == "deret/harga.json" else get(name)
    return made


def test_prices_are_compared_in_the_weeks_that_both_years_have() -> None:
    # Weeks 3 and 4 are in both: medians 12 000 and 15 000; the dear week 1 has no counterpart.
    before = prices(2025, {1: 90_000, 3: 10_000, 4: 14_000})
    after = prices(2026, {3: 14_000, 4: 16_000, 5: 1})
    [found] = compare(before, after, "id").prices
    assert found.broken == ""
    [line] = found.lines
    assert line.label == "Beras, kg (2 minggu)"
    assert (line.before, line.after, line.change) == ("12.000", "15.000", "+25,0 persen")


def test_weeks_that_never_meet_give_no_change() -> None:
    [found] = compare(prices(2025, {1: 10}), prices(2026, {2: 20}), "id").prices
    assert [line.change for line in found.lines] == [""]


def test_prices_of_another_unit_or_quality_are_a_break() -> None:
    before = prices(2025, {3: 10_000})
    [unit] = compare(before, prices(2026, {3: 9_000}, unit="liter"), "id").prices
    assert "Satuannya berubah" in unit.lines[0].broken
    assert (unit.lines[0].before, unit.lines[0].change) == ("", "")
    [quality] = compare(before, prices(2026, {3: 9_000}, means="d2"), "id").prices
    assert "Mutu atau pengertian" in quality.lines[0].broken
    [period] = compare(before, prices(2026, {3: 9_000}, every="month"), "id").prices
    assert "Masa atau mata uangnya berubah" in period.broken
    [same] = compare(before, prices(2025, {3: 9_000}), "id").prices
    assert "tahun yang sama" in same.broken


def test_prices_are_never_added() -> None:
    some = [("Desa A", prices(2025, {3: 10})), ("Desa B", prices(2025, {3: 20}))]
    [sum_] = together(some, "id")
    assert sum_.prices
    assert not any(one.id == "harga" for one in sum_.tables)
