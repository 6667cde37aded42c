"""For whom a table counts, in words: from its stated universe and from when its question is asked.

Pure. A question that may be skipped gives a table of those who were asked; where the pack does not
state that, it is taken from the question, and said under the table in any case.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from cantik.kernel.expression import Expression, names
from cantik.kernel.text import Text, pick

from .asking import Condition, conditions
from .pack import Pack, Question, TableTemplate

LANGUAGES = ("id", "en")
_PATH = re.compile(r"(?:(?:\.\.|\.)?/)+(?:\w+/)*(\w+)")
_NUMBERS = {
    ">=": ("{n} atau lebih", "{n} or more"),
    "<=": ("{n} atau kurang", "{n} or less"),
    ">": ("lebih dari {n}", "more than {n}"),
    "<": ("kurang dari {n}", "less than {n}"),
    "=": ("{n}", "{n}"),
}


def plain(expression: Expression | None) -> str:
    """An expression without paths and spaces, so that equal ones look equal."""
    return "" if expression is None else "".join(_PATH.sub(r"\1", expression.source).split())


def universe(pack: Pack, table: TableTemplate) -> Expression | None:
    """For whom a table counts: as it states, else those whom its question is asked; None for all.
    What reads a sealed answer cannot be counted by, and leaves it at all."""
    if table.universe is not None:
        return table.universe
    asked = _asked(pack, table)
    if asked is None or not conditions(pack, asked):
        return None
    known = {one.name: one for one in pack.instrument.questions}
    read = [known.get(name) for name in names(asked) - {pack.member, "data"}]
    if any(one is None or one.role not in ("fact", "derived") for one in read):
        return None
    return asked


def _asked(pack: Pack, table: TableTemplate) -> Expression | None:
    found = [one for one in pack.instrument.questions if one.name == table.variable]
    return found[0].relevant if found else None


def universe_words(pack: Pack, table: TableTemplate) -> Text:
    """The words of the universe as they stand under the table; {} when everybody counts."""
    stated, asked = conditions(pack, table.universe), conditions(pack, _asked(pack, table))
    if not stated and not asked:
        return {}
    try:
        unit = pack.counted_as(table.unit).unit_label
    except KeyError:
        return {}
    numbered = _numbered(pack)
    untold = any(one.question is None for one in asked)
    found = _tightened([*stated, *(() if untold else asked)])
    said: dict[str, str] = {}
    for language in LANGUAGES:
        units = pick(unit, language)
        parts = [_part(one, numbered, language) for one in _spans(found, language)]
        parts += [_asked_part(pack, table, numbered, language)] if untold else []
        said[language] = _sentence(units, parts, language)
    return said


def when_asked(pack: Pack, question: Question, language: str = "id") -> str:
    """When a question is asked, in words; "" where everybody is asked it, or where its condition is
    too long for words."""
    found = conditions(pack, question.relevant)
    if not found or any(one.question is None for one in found):
        return ""
    numbered = _numbered(pack)
    parts = [_part(one, numbered, language) for one in _spans(_tightened(found), language)]
    return (" dan " if language == "id" else " and ").join(parts) if all(parts) else ""


def _numbered(pack: Pack) -> dict[str, int]:
    """The number of each question as it is asked."""
    asked = (one for one in pack.instrument.questions if one.role != "derived")
    return {one.name: at for at, one in enumerate(asked, start=1)}


def _sentence(units: str, parts: Sequence[str], language: str) -> str:
    """Where a condition is too long for words, the title has to do."""
    indonesian = language == "id"
    if not all(parts):
        if indonesian:
            return f"Semesta: sebagian {units}, seperti pada judul tabel."
        return f"Universe: some {units}, as the title says."
    joined = (" dan " if indonesian else " and ").join(parts)
    if indonesian:
        return f"Semesta: {units} dengan {joined}."
    return f"Universe: {units} with {joined}."


def _asked_part(pack: Pack, table: TableTemplate, numbered: dict[str, int], language: str) -> str:
    """That the question was asked, where its condition is too long for words."""
    label = _label(pack.instrument.question(table.variable), language)
    number = numbered.get(table.variable)
    if language == "id":
        where = "" if number is None else f" (pertanyaan {number})"
        return f"pertanyaan “{label}” yang ditanyakan kepadanya{where}"
    where = "" if number is None else f" (question {number})"
    return f"the question “{label}” asked of them{where}"


def _label(question: Question, language: str) -> str:
    return pick(question.label, language).strip(" :")


def _part(one: Condition, numbered: dict[str, int], language: str) -> str:
    """One condition in words; "" where it cannot be told."""
    if one.question is None:
        return ""
    indonesian = language == "id"
    number = numbered.get(one.question.name)
    where = "" if number is None else f" ({'pertanyaan' if indonesian else 'question'} {number})"
    label = _label(one.question, language)
    if one.answers:
        answers = (" atau " if indonesian else " or ").join(
            f"“{pick(answer.label, language)}”" for answer in one.answers
        )
        if indonesian:
            return f"jawaban {answers} pada “{label}”{where}"
        return f"answer {answers} to “{label}”{where}"
    if one.sign not in _NUMBERS:
        return ""
    return f"{label.lower()} {_NUMBERS[one.sign][not indonesian].format(n=one.number)}{where}"


def _spans(found: Sequence[Condition], language: str) -> list[Condition]:
    """Two limits of one number as one condition, "7 sampai 18"."""
    kept: list[Condition] = []
    for one in found:
        last = kept[-1] if kept else None
        if (
            last is not None and last.question is not None and one.question is not None
            and last.question.name == one.question.name
            and (last.sign, one.sign) == (">=", "<=")
        ):  # fmt: skip
            word = "sampai" if language == "id" else "to"
            kept[-1] = replace(last, sign="=", number=f"{last.number} {word} {one.number}")
        else:
            kept.append(one)
    return kept


def _tightened(found: Sequence[Condition]) -> list[Condition]:
    """Conditions of the same question as one: answers that all allow, the narrower limit."""
    kept: list[Condition] = []
    for one in found:
        for at, other in enumerate(kept):
            both = _both(other, one)
            if both is not None:
                kept[at] = both
                break
        else:
            kept.append(one)
    return kept


def _both(a: Condition, b: Condition) -> Condition | None:
    if a.question is None or b.question is None or a.question.name != b.question.name:
        return a if a == b else None
    if a.answers and b.answers:
        common = tuple(one for one in a.answers if one in b.answers)
        return replace(a, answers=common) if common else None
    if a.sign[:1] in ("<", ">") and a.sign == b.sign:
        pair = sorted((a, b), key=lambda one: float(one.number))
        return pair[-1] if a.sign[0] == ">" else pair[0]
    return None


def counted(pack: Pack) -> Pack:
    """The pack as it is tabulated: every table with the universe it counts."""
    tables = tuple(replace(one, universe=universe(pack, one)) for one in pack.tables)
    return pack if tables == pack.tables else replace(pack, tables=tables)
