"""Records of fit, read beside each other: sheets of ``assess`` by the rulebook named here."""

from collections.abc import Sequence
from dataclasses import dataclass

from cantik.assess import api as assess
from cantik.kernel.text import pick

NAME = "penjajakan"


@dataclass(frozen=True)
class Line:
    """One thing looked at, and what was found in each village; "" where nobody has answered."""

    title: str
    answers: tuple[str, ...]


def filled(sheet_id: str) -> bool:
    """Whether every question has an answer."""
    one = assess.sheet(sheet_id)
    given = assess.answers(sheet_id)
    return all(given.get(item.id) for item in one.card.items() if item.known)


def side_by_side(sheet_ids: Sequence[str], language: str) -> list[Line]:
    """The questions of the first sheet with everybody's answers, in the order of the sheets."""
    if not sheet_ids:
        return []
    asked = [item for item in assess.sheet(sheet_ids[0]).card.items() if item.known]
    given = {id_: assess.answers(id_) for id_ in sheet_ids}
    made = []
    for item in asked:
        words = []
        for id_ in sheet_ids:
            option = item.option(given[id_].get(item.id, ""))
            words.append(pick(option.title, language) if option else given[id_].get(item.id, ""))
        made.append(Line(pick(item.title, language), tuple(words)))
    return made
