"""Packs of a few questions about one record, made without files."""

from collections.abc import Mapping, Sequence

from cantik.design.pack import (
    Book,
    Choice,
    Class,
    Classification,
    Instrument,
    Pack,
    Question,
    Record,
    Rule,
    TableTemplate,
)
from cantik.design.xlsform import seen_from
from cantik.kernel.expression import Expression, parse

MAIN = "isian"
YES_NO = {"id": "x", "en": "x"}


def expression(source: str) -> Expression | None:
    return parse(seen_from(source, MAIN, {}, [MAIN])) if source else None


def small(
    ask: Mapping[str, Sequence[object]],
    rules: Mapping[str, str] | None = None,
    table: Sequence[str] = (),
) -> Pack:
    """``ask`` is name: [int or codes, yes or no, relevant, constraint]."""
    questions, lists = [], {}
    for name, (kind, needed, relevant, constraint) in ask.items():
        codes = () if kind == "int" else tuple(str(kind).split())
        if codes:
            lists[name] = tuple(Choice(code, YES_NO) for code in codes)
        questions.append(
            Question(
                name, MAIN, "choice" if codes else "integer", "fact", YES_NO, {},
                choices=name if codes else "", required=needed in ("yes", True),
                relevant=expression(str(relevant)), constraint=expression(str(constraint)),
            )
        )  # fmt: skip
    made = []
    for id_, source in (rules or {}).items():
        parsed = expression(source)
        assert parsed is not None
        made.append(Rule(id_, MAIN, parsed, YES_NO, YES_NO))
    tables, classes = [], {}
    if table:
        variable, universe = table
        tables = [
            TableTemplate("t", YES_NO, MAIN, variable, "k", False, expression(universe), YES_NO,
                          "bab", "bars")
        ]  # fmt: skip
        rows = tuple(Class(f"k{c.code}", YES_NO, (c.code,)) for c in lists.get(variable, ()))
        classes = {"k": Classification("k", variable, "restricted", "desa", rows)}
    return Pack(
        id="kecil", version="1", hash="0", title=YES_NO, source=YES_NO, privacy_notice=YES_NO,
        instrument=Instrument(tuple(questions)), code_lists=lists, rules=tuple(made),
        classifications=classes, tables=tuple(tables), indicators=(), book=Book(()), counted=None,
        result="", no_answers=frozenset(), records=(Record(MAIN, YES_NO, MAIN, YES_NO),),
    )  # fmt: skip
