"""One English word for one thing on every page, as GLOSSARY.md has it."""

import re

import pytest
from tools.translations import rooms

# Indonesian word -> the English it must come out as; the others are ways it was once said.
SAID = {
    r"\bterbitan\b": r"\breleases?\b",
    r"\bdata bersih\b": r"clean data",
    r"\bnomor KK\b": r"\bKK\b",
    r"\bkuesioner": r"questionnaire",
    r"\bagen statistik\b": r"statistics agent",
    r"\bpembina\b": r"\bcoach",
    r"\busul(an|kan)\b": r"\bpropos",
    r"\bkegiatan pendataan\b": r"\bactivit",
    r"\btanggal rujukan\b": r"reference date",
}
RETIRED = r"\b(mend(s|ed|ing)?|family card numbers?|import(s|ed)?|upload(s|ed)?|dataset|suppress)\b"


def said() -> list[tuple[str, str, str]]:
    """(room, Indonesian, English) of every word on the screens."""
    found = []
    for room in rooms():
        for entry in room.catalog():
            ids = entry.id if isinstance(entry.id, list | tuple) else [entry.id]
            texts = entry.string if isinstance(entry.string, list | tuple) else [entry.string]
            found += [(room.name, ids[0], text) for text in texts if entry.id]
    return found


@pytest.mark.parametrize("word", SAID)
def test_a_thing_has_one_name(word: str) -> None:
    held = [one for one in said() if re.search(word, one[1], re.IGNORECASE)]
    assert held
    wrong = [one for one in held if not re.search(SAID[word], one[2], re.IGNORECASE)]
    assert wrong == []


def test_words_we_gave_up_do_not_come_back() -> None:
    plain = [(room, re.sub(r"%\(\w+\)s", "", text)) for room, _id, text in said()]
    assert len(plain) > 500
    assert [one for one in plain if re.search(RETIRED, one[1], re.IGNORECASE)] == []
