"""EPSS in its own numbers, and what every rulebook of ours has to be."""

from fractions import Fraction
from typing import Any

import pytest

from cantik.assess import reading, rulebooks
from cantik.kernel import scorecard
from cantik.kernel.text import complete

BOOKS = rulebooks.bundled()
CARDS = {name: one for name, one in BOOKS.items() if one["kind"] == "scorecard"}
EPSS = scorecard.read(BOOKS["epss_2026.yaml"])
# Share of each indicator in the index, in ten thousandths of a per cent, as published (EPSS 2026).
SHARES = {
    "10101": 70000, "10201": 70000, "10301": 70000, "10401": 70000, "20101": 30240, "20102": 20160,
    "20201": 38400, "20301": 25200, "20302": 25200, "20401": 17136, "20402": 16632, "20403": 16632,
    "20501": 25200, "20502": 25200, "30101": 20064, "30102": 20064, "30103": 20672, "30201": 49400,
    "30301": 19950, "30302": 19950, "30401": 39900, "40101": 14875, "40102": 14875, "40103": 14875,
    "40104": 14875, "40201": 25500, "40202": 25500, "40301": 14875, "40302": 14875, "40303": 14875,
    "40304": 14875, "50101": 13872, "50102": 13464, "50103": 13464, "50201": 39600, "50301": 13068,
    "50302": 13068, "50303": 13464,
}  # fmt: skip


def all_at(level: str) -> dict[str, str]:
    return {one.id: level for one in EPSS.items()}


def test_shape_and_weights() -> None:
    assert len(EPSS.sections) == 5
    assert [one.weight for one in EPSS.sections] == [28, 24, 19, 17, 12]
    assert sum(len(one.parts) for one in EPSS.sections) == 19
    assert len(EPSS.items()) == 38
    assert all([o.id for o in one.options] == list("12345") for one in EPSS.items())


def test_the_share_of_each_indicator_is_the_published_one() -> None:
    tree = scorecard.score(EPSS, {})
    found = {node.id: node.part * 1_000_000 for _depth, node in tree.walk() if node.item}
    assert found == SHARES
    assert sum(SHARES.values()) == 1_000_000


@pytest.mark.parametrize("level", list("12345"))
def test_all_on_one_level_is_that_level(level: str) -> None:
    assert scorecard.score(EPSS, all_at(level)).raw == int(level)


def test_one_indicator_moves_the_index_by_its_share() -> None:
    before, after = all_at("3"), all_at("3") | {"30201": "5"}
    moved = scorecard.score(EPSS, after).raw - scorecard.score(EPSS, before).raw
    assert moved == Fraction(494, 10000) * 2


@pytest.mark.parametrize(
    ("value", "band"),
    [("1", "kurang"), ("1.79", "kurang"), ("1.8", "cukup"), ("1.97", "cukup"), ("2.3", "cukup"),
     ("2.6", "baik"), ("3.4999", "baik"), ("3.5", "sangat_baik"), ("4.2", "memuaskan"),
     ("5", "memuaskan")],
)  # fmt: skip
def test_bands_are_half_open(value: str, band: str) -> None:
    found = EPSS.band(Fraction(value))
    assert found is not None
    assert found.id == band


@pytest.mark.parametrize("name", CARDS)
def test_every_card_is_whole_in_both_languages(name: str) -> None:
    book = CARDS[name]
    card = scorecard.read(book)
    texts: list[Any] = [book["title"], book["lead"], book["source"]]
    for section in card.sections:
        texts.append(section.title)
    for item in card.items():
        texts += [item.title, *(o.title for o in item.options)]
        texts += [o.means for o in item.options if o.means] + ([item.help] if item.help else [])
    assert [one for one in texts if complete(one)] == []


def test_the_example_says_what_it_does_not_know() -> None:
    book = CARDS["evaluasi_desa_cantik_2024.yaml"]
    card = scorecard.read(book)
    assert book["complete"] is False
    assert card.combine == scorecard.NONE
    assert scorecard.score(card, {"I.1.a": "4"}).raw is None
    assert [one.id for one in card.items() if not one.known] == ["II.2"]
    assert book["unread"]


def test_the_same_content_has_the_same_hash_however_it_is_written() -> None:
    one = reading.read_yaml(b"name: x\nkind: y\nversion: '1'\nweights: [1.50, 2]\n")
    other = reading.read_yaml(b"# words\nversion: '1'\nkind: y\nweights:\n - 1.50\n - 2\nname: x\n")
    assert reading.content(one) == reading.content(other)
    assert one["weights"][0] == "1.50"
    assert reading.content(one)[0] != reading.content({**one, "version": "2"})[0]
