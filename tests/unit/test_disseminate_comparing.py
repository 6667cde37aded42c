"""Side by side only what counts the same; added up only what counts the same."""

import json
from typing import Any

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
    assert "air_layak" not in str([line.label for line in found.indicators])
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
    assert "air_layak" not in str([line.label for line in compare(before, after, "id").indicators])


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
