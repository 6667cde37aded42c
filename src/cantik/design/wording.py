"""A pack in words for readers: when a question is asked, why, and what its tables show. Pure."""

from dataclasses import dataclass

from cantik.kernel.text import Text

from .asking import Condition, conditions
from .checks import serving
from .pack import Choice, Pack, Question, TableTemplate
from .universes import universe_words


@dataclass(frozen=True)
class Asked:
    """A question as it is read: when it is asked and which tables it serves."""

    number: int
    question: Question
    choices: tuple[Choice, ...]
    conditions: tuple[Condition, ...]
    tables: tuple[TableTemplate, ...]


@dataclass(frozen=True)
class Shown:
    """A table as it is planned: from which questions, in how many classes, down to which level."""

    table: TableTemplate
    questions: tuple[Question, ...]
    sensitivity: str
    lowest: str
    classes: tuple[Text, ...]
    universe: Text


def questionnaire(pack: Pack) -> dict[str, list[Asked]]:
    """Questions by record in their order, numbered through; derived ones are not asked."""
    used = serving(pack)
    found: dict[str, list[Asked]] = {one.name: [] for one in pack.records}
    number = 0
    for question in pack.instrument.questions:
        if question.role == "derived":
            continue
        number += 1
        found[question.record].append(
            Asked(
                number,
                question,
                pack.choices(question),
                conditions(pack, question.relevant),
                tuple(used.get(question.name, ())),
            )
        )
    return found


def planned(pack: Pack) -> list[tuple[Text, Text, list[Shown]]]:
    """(title, words, tables) by chapter of the book."""
    used = serving(pack)
    found = []
    for chapter in pack.book.chapters:
        shown = []
        for table in pack.tables:
            if table.chapter != chapter.id:
                continue
            classes = pack.classification(table)
            lowest = (table.merged and classes.merged_lowest) or classes.lowest
            shown.append(
                Shown(
                    table,
                    tuple(
                        q
                        for q in pack.instrument.questions
                        if q.role != "derived" and table in used.get(q.name, ())
                    ),
                    classes.sensitivity,
                    lowest,
                    tuple(c.label for c in (classes.merged if table.merged else classes.classes)),
                    universe_words(pack, table),
                )
            )
        found.append((chapter.title, chapter.words, shown))
    return found
