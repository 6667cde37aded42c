"""The questionnaire: an XLSForm written as two CSV files, read through pyxform. Pure.

pyxform writes the XForm that phones run; the expressions are parsed from that XForm, so that the
workbook, the web form and the phone ask under the same conditions. Columns of our own (``role``,
``list``, ``source``, ``why``) are taken out before pyxform sees the rows.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from defusedxml.ElementTree import fromstring
from pyxform.xls2xform import convert

from cantik.kernel.expression import Expression, Unsupported, parse
from cantik.kernel.text import Text

from .faults import Fault
from .pack import Choice, Question

Row = Mapping[str, str]

LANGUAGES = {"id": "Indonesia (id)", "en": "English (en)"}
KINDS = {"integer": "integer", "date": "date", "text": "text"}
AREAS = "wilayah"  # the choice list that every village fills with its own RT
OWN = ("role", "list", "source", "why", "concept", "definition", "time")
EXPRESSIONS = {"relevant": "relevant", "constraint": "constraint", "calculation": "calculate"}
SPOKEN = ("label", "hint", "constraint_message", "why", "concept", "definition", "time")
SURVEY_COLUMNS = frozenset(
    {"type", "name", "role", "list", "source", "required", *EXPRESSIONS}
    | {f"{column}::{name}" for column in SPOKEN for name in LANGUAGES.values()}
)
CHOICE_COLUMNS = frozenset(
    {"list_name", "name", "source"} | {f"label::{name}" for name in LANGUAGES.values()}
)
_BIND = "{http://www.w3.org/2002/xforms}bind"
_REFERENCE = re.compile(r"\$\{\s*([^}]*?)\s*\}")


def records(survey: Sequence[Row], main: str) -> dict[str, str]:
    """The record of each question by name: the main one, or the repeat it stands in."""
    found: dict[str, str] = {}
    record = main
    for row in survey:
        kind = row.get("type", "")
        if kind == "begin repeat":
            record = row.get("name", "")
        elif kind == "end repeat":
            record = main
        elif row.get("name"):
            found[row["name"]] = record
    return found


def references(source: str) -> list[str]:
    """Names in ``${...}``, in order."""
    return _REFERENCE.findall(source)


def seen_from(source: str, record: str, known: Mapping[str, str], names: Sequence[str]) -> str:
    """``${name}`` as a path seen from a record, as pyxform writes it for the form. ``names`` are
    the main record and the one repeated in it."""
    main, *inside = names

    def path(found: re.Match[str]) -> str:
        name = found.group(1)
        if name in inside:
            return f"/data/{name}"
        if record == main and known.get(name) in inside:
            return f"/data/{known[name]}/{name}"
        return name

    return _REFERENCE.sub(path, source)


def text(row: Row, column: str) -> Text:
    found = {short: row.get(f"{column}::{name}", "") for short, name in LANGUAGES.items()}
    return {short: words for short, words in found.items() if words}


def code_lists(choices: Sequence[Row], faults: list[Fault]) -> dict[str, tuple[Choice, ...]]:
    lists: dict[str, list[Choice]] = {}
    for at, row in enumerate(choices, start=2):
        faults += _columns("choices.csv", f"baris {at}", row, CHOICE_COLUMNS)
        name, code = row.get("list_name", ""), row.get("name", "")
        if not name or not code:
            faults.append(Fault("choices.csv", f"baris {at}", "list_name dan name harus terisi"))
            continue
        lists.setdefault(name, []).append(Choice(code, text(row, "label")))
    return {name: tuple(items) for name, items in lists.items()}


def questions(
    survey: Sequence[Row], choices: Sequence[Row], faults: list[Fault], names: Sequence[str]
) -> tuple[Question, ...]:
    """All questions in their order. What cannot be read is told in ``faults`` and left out.
    ``names`` are the main record and the one repeated in it."""
    known = records(survey, names[0])
    whole = [_whole(row, known, names[1:], faults) for row in survey]
    binds = _binds(whole, choices, faults)
    found = []
    for row in whole:
        made = _question(row, known, names[1:], binds, faults)
        if made is not None:
            found.append(made)
    return tuple(found)


def _whole(
    row: Row, known: Mapping[str, str], inside: Sequence[str], faults: list[Fault]
) -> dict[str, str]:
    """The row without expressions that name a question which is not there; each is told. So one
    renamed question does not hide what else is broken."""
    name = row.get("name", "")
    faults += _columns("survey.csv", name, row, SURVEY_COLUMNS)
    kept = dict(row)
    for column in EXPRESSIONS:
        missing = [
            one for one in references(row.get(column, "")) if one not in known and one not in inside
        ]
        for one in dict.fromkeys(missing):
            faults.append(Fault("survey.csv", f"{name}, {column}", f"pertanyaan {one} tidak ada"))
        if missing:
            kept.pop(column)
    return kept


def _columns(file: str, item: str, row: Row, known: frozenset[str]) -> Iterator[Fault]:
    for column in row:
        if column not in known:
            yield Fault(file, item, f"kolom {column or 'tanpa judul'} tidak dikenal")


def _binds(
    survey: Sequence[Row], choices: Sequence[Row], faults: list[Fault]
) -> dict[str, Mapping[str, str]]:
    """The binds of the XForm by the last step of their path; none when pyxform refuses the form."""
    # One choice of each list will do: binds do not speak of choices, and lists may be very long.
    first = {
        row["list_name"]: row
        for row in reversed(choices)
        if row.get("list_name") and row.get("name")
    }
    listed = [
        {k: v for k, v in row.items() if k.split("::")[0] not in OWN} for row in first.values()
    ]
    if not any(row["list_name"] == AREAS for row in listed):
        listed.append(
            {"list_name": AREAS, "name": "0"}
            | {f"label::{name}": "RT" for name in LANGUAGES.values()}
        )
    form: dict[str, Any] = {
        "survey": [{k: v for k, v in row.items() if k.split("::")[0] not in OWN} for row in survey],
        "choices": listed,
        "settings": [
            {
                "form_title": "Cantik",
                "form_id": "cantik",
                "name": "data",
                "version": "1",
                "default_language": LANGUAGES["id"],
            }
        ],
    }
    try:
        root = fromstring(convert(form).xform)
    except Exception as fault:  # pyxform raises many kinds; all mean that the form is wrong
        faults.append(Fault("survey.csv", "", f"formulir belum dapat dibaca: {fault}"))
        return {}
    return {one.attrib["nodeset"].rsplit("/", 1)[-1]: one.attrib for one in root.iter(_BIND)}


def _question(
    row: Row,
    known: Mapping[str, str],
    inside: Sequence[str],
    binds: Mapping[str, Mapping[str, str]],
    faults: list[Fault],
) -> Question | None:
    type_, _space, list_name = row.get("type", "").partition(" ")
    name = row.get("name", "")
    if type_ in ("begin", "end"):
        if (type_, list_name) not in (("begin", "repeat"), ("end", "repeat")):
            faults.append(Fault("survey.csv", name, f"jenis {row['type']} belum didukung"))
        elif name and name not in inside:
            words = " atau ".join(inside) or "(tidak ada pada paket ini)"
            faults.append(Fault("survey.csv", name, f"bagian berulang harus bernama {words}"))
        return None
    if not name:
        faults.append(Fault("survey.csv", row.get("type", ""), "pertanyaan tanpa nama"))
        return None
    if type_ == "calculate":
        kind, list_name = ("choice" if row.get("list") else "integer"), row.get("list", "")
    else:
        kind = "choice" if type_ == "select_one" else KINDS.get(type_, "")
    if not kind:
        faults.append(
            Fault("survey.csv", name, f"jenis {row.get('type') or 'kosong'} belum didukung")
        )
        return None
    if row.get("required", "") not in ("", "yes", "no"):
        faults.append(Fault("survey.csv", name, "required hanya yes, no, atau kosong"))
    parsed: dict[str, Expression | None] = {}
    for column, key in EXPRESSIONS.items():
        source = binds.get(name, {}).get(key, "")
        parsed[key] = expression("survey.csv", f"{name}, {column}", source, faults)
    return Question(
        name=name,
        record=known[name],
        kind=kind,
        role=row.get("role", ""),
        label=text(row, "label"),
        hint=text(row, "hint"),
        choices=list_name,
        required=row.get("required") == "yes",
        constraint_message=text(row, "constraint_message"),
        source=row.get("source", ""),
        why=text(row, "why"),
        concept=text(row, "concept"),
        definition=text(row, "definition"),
        time=text(row, "time"),
        relevant=parsed["relevant"],
        constraint=parsed["constraint"],
        calculate=parsed["calculate"],
    )


def expression(file: str, item: str, source: str, faults: list[Fault]) -> Expression | None:
    """The parsed expression; None for an empty one, and for a refused one, which is told."""
    if not source.strip():
        return None
    try:
        return parse(source)
    except Unsupported as fault:
        faults.append(Fault(file, item, str(fault)))
        return None
