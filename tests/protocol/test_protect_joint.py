"""The second adversary against planted publications: he finds what is told, and only that."""

from typing import Any

import pytest

from tests.protocol.protect_joint import ages_told, attack_jointly, class_ages, span


def table(columns: dict[str, str], cells: list[int], title: str, **other: Any) -> dict[str, Any]:
    listed = [{"code": code, "label": {"id": label}} for code, label in columns.items()]
    row = {"area": "d", "parent": None, "level": "desa", "open": [sum(cells)], "corrected": False,
           "values": [[*cells, sum(cells)]]}  # fmt: skip
    return {"base": 3, "largest_step": 2, "unit": "orang", "title": {"id": title}, "rows": [row],
            "columns": [*listed, {"code": "jumlah", "label": {"id": "Jumlah"}}],
            "by": [{"code": "jumlah"}], **other}  # fmt: skip


def ages(*cells: int) -> dict[str, Any]:
    labels = {"u00": "0–4", "u05": "5–14", "u15": "15+"}
    return table(labels, list(cells), "Penduduk menurut umur", variable="umur")


def asked(title: str, *cells: int) -> dict[str, Any]:
    return table({"x": "X", "y": "Y", "di_luar": "Di luar"}, list(cells), title)


def told(*releases: dict[str, Any], trusting: bool = False) -> set[tuple[str, ...]]:
    return {cell[1:] for cell in attack_jointly(releases, trusting=trusting)[0]}


def test_he_reads_ages_out_of_titles_and_labels() -> None:
    assert ages_told(asked("Warga 15 tahun ke atas", 1, 1, 1)) == (15, 200)
    assert ages_told(asked("Anak 7–18 tahun", 1, 1, 1)) == (7, 18)
    assert ages_told(asked("Warga", 1, 1, 1)) is None
    assert class_ages(ages(1, 1, 1)) == {"u00": (0, 4), "u05": (5, 14), "u15": (15, 200)}
    assert class_ages(asked("Warga", 1, 1, 1)) == {}


@pytest.mark.parametrize(
    ("shown", "true"), [(0, (0, 2)), (3, (1, 5)), (4, (4, 6)), (9, (7, 11)), (2, (2, 2))]
)
def test_he_knows_which_counts_are_shown_so(shown: int, true: tuple[int, int]) -> None:
    assert span(shown, 3, 2) == true


def test_one_table_that_keeps_to_the_method_tells_nothing() -> None:
    assert told({"ages": ages(3, 40, 52)}) == set()
    assert ("ages", "d", "jumlah", "u00") in told({"ages": ages(2, 40, 52)})


def test_children_outside_one_table_and_shown_in_another_are_told() -> None:
    apart = {"ages": ages(3, 40, 52), "sick": asked("Warga 5 tahun ke atas", 90, 5, 0)}
    assert told(apart) >= {("ages", "d", "jumlah", "u00"), ("sick", "d", "jumlah", "di_luar")}
    assert told({**apart, "sick": asked("Warga", 90, 5, 0)}) == set()


def test_the_trusting_one_tells_more_than_the_careful_one() -> None:
    """The children are 39 to 43, those outside 35 to 39 or 43 to 47. Who believes that everybody
    answered takes these for the same; some may not have answered, but nobody is counted twice."""
    title = "Warga 15 tahun ke atas"
    both = {"ages": ages(30, 11, 54), "work": asked(title, 53, 5, 37)}
    assert ("work", "d", "jumlah", "di_luar") in told(both)
    more = {**both, "work": asked(title, 45, 5, 45)}
    assert told(more) == set()
    assert ("work", "d", "jumlah", "di_luar") in told(more, trusting=True)
    assert told({**both, "work": asked(title, 47, 5, 43)}, trusting=True) == set()
    # Far apart, so that somebody did not answer: he sees that he cannot trust.
    assert told({**both, "work": asked(title, 40, 5, 50)}, trusting=True) == set()


def test_two_tables_of_the_same_people_are_laid_over_each_other() -> None:
    title = "Warga 15 tahun ke atas"
    shown = {"work": asked(title, 20, 5, 70), "paper": asked(title, 15, 14, 66)}
    assert told(shown) == set()
    assert ("paper", "d", "jumlah", "di_luar") in told(shown, trusting=True)


def test_releases_are_laid_over_each_other() -> None:
    first, second = {"ages": ages(31, 3, 0)}, {"ages": ages(31, 0, 3)}
    assert {cell[-1] for cell in told(first, second)} == {"u05", "u15"}
    second["ages"]["rows"][0]["corrected"] = True
    assert told(first, second) == set()


def test_what_no_method_shows_is_told_as_such() -> None:
    impossible = ages(3, 40, 52)
    impossible["rows"][0]["open"] = [200]
    assert {cell[-1] for cell in told({"ages": impossible})} == {"impossible"}
