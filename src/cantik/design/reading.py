"""From the text files of a pack to a Pack. Pure: the files' texts come in, nothing is opened here.

The survey and choices are an XLSForm written as CSV; pyxform turns it into the XForm whose
expressions are what counts everywhere (web form, workbook, rules). YAML holds the rest.
"""

import csv
import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from typing import Any

import yaml
from defusedxml.ElementTree import fromstring
from pyxform.xls2xform import convert

from cantik.kernel import canonical
from cantik.kernel.expression import Expression, Unsupported, parse
from cantik.kernel.text import Text

from .pack import (
    FAMILY,
    MEMBER,
    Chapter,
    Choice,
    Class,
    Classification,
    Indicator,
    Instrument,
    Pack,
    Question,
    Rule,
    TableTemplate,
)

FILES = (
    "pack.yaml", "survey.csv", "choices.csv", "classifications.yaml", "rules.yaml", "tables.yaml",
    "indicators.yaml", "book.yaml",
)  # fmt: skip
LANGUAGES = {"id": "Indonesia (id)", "en": "English (en)"}
KINDS = {"integer": "integer", "date": "date", "text": "text", "calculate": "calculate"}
OWN_COLUMNS = ("role", "answers")  # answers: what a calculation gives, "integer" or a code list
AREAS = "wilayah"  # the choice list that every village fills with its own RT
_NAME = re.compile(r"\$\{\s*([^}]+?)\s*\}")
_BIND = "{http://www.w3.org/2002/xforms}bind"


class BadPack(ValueError):
    """The files are no pack; every fault is told, each with its file and item."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def digest(files: Mapping[str, str]) -> str:
    """The hash of the content: the same whatever the order, line ends or layout of YAML."""
    content: dict[str, Any] = {}
    for name in FILES:
        text = files[name].replace("\r\n", "\n")
        if name.endswith(".csv"):
            content[name] = [
                {k: v for k, v in row.items() if v} for row in csv.DictReader(io.StringIO(text))
            ]
        else:
            content[name] = yaml.safe_load(text)
    return canonical.digest(canonical.dumps(content))


def read(files: Mapping[str, str]) -> Pack:
    """Raises BadPack with all faults that keep the files from being read at all. What is readable
    but does not fit together is found by ``checks.check``."""
    missing = [f"{name}: tidak ada" for name in FILES if name not in files]
    if missing:
        raise BadPack(missing)
    faults: list[str] = []
    survey = list(csv.DictReader(io.StringIO(files["survey.csv"])))
    choices = list(csv.DictReader(io.StringIO(files["choices.csv"])))
    try:
        data = {name: yaml.safe_load(files[name]) for name in FILES if name.endswith(".yaml")}
    except yaml.YAMLError as fault:
        raise BadPack([f"yaml: {fault}"]) from None
    records = _records(survey)

    def expression(where: str, source: object, record: str) -> Expression | None:
        if source in (None, ""):
            return None
        try:
            return parse(_in_record(str(source), record, records))
        except Unsupported as fault:
            faults.append(f"{where}: {fault}")
            return None

    instrument = Instrument(tuple(_questions(survey, choices, faults)))
    try:
        head = data["pack.yaml"]
        made = Pack(
            id=head["id"],
            version=str(head["version"]),
            hash=digest(files),
            title=head["title"],
            source=head["source"],
            privacy_notice=head["privacy_notice"],
            instrument=instrument,
            code_lists=_code_lists(choices),
            rules=tuple(_rules(data["rules.yaml"] or [], expression)),
            classifications={c.id: c for c in _classifications(data["classifications.yaml"])},
            tables=tuple(_tables(data["tables.yaml"], expression)),
            indicators=tuple(_indicators(data["indicators.yaml"])),
            book=tuple(Chapter(c["id"], c["title"]) for c in data["book.yaml"]["chapters"]),
            counted=expression("pack.yaml: counted", head.get("counted"), MEMBER),
            result=head.get("result", ""),
            no_answers=frozenset(head.get("no_answers", ())),
        )
    except (KeyError, TypeError, AttributeError) as fault:
        raise BadPack([*faults, f"yaml: {type(fault).__name__} {fault}"]) from None
    if faults:
        raise BadPack(faults)
    return made


# -- survey -----------------------------------------------------------------------------------


def _records(survey: list[dict[str, str]]) -> dict[str, str]:
    """The record of each question by name; a repeat is the record of its members."""
    found: dict[str, str] = {}
    record = FAMILY
    for row in survey:
        if row["type"] == "begin repeat":
            record = row["name"]
        elif row["type"] == "end repeat":
            record = FAMILY
        elif row["name"]:
            found[row["name"]] = record
    return found


def _in_record(source: str, record: str, records: Mapping[str, str]) -> str:
    """``${name}`` as a path seen from a record, as pyxform would write it."""

    def path(found: re.Match[str]) -> str:
        name = found.group(1)
        if name == MEMBER:
            return f"/data/{MEMBER}"
        if record == FAMILY and records.get(name) == MEMBER:
            return f"/data/{MEMBER}/{name}"
        return name

    return _NAME.sub(path, source)


def _text(row: Mapping[str, str], column: str) -> Text:
    found = {lang: row.get(f"{column}::{name}", "") for lang, name in LANGUAGES.items()}
    return {lang: words for lang, words in found.items() if words}


def _xform(survey: list[dict[str, str]], choices: list[dict[str, str]]) -> ET.Element:
    """The XForm pyxform writes. Raises BadPack with its words."""
    lists = {row["list_name"] for row in choices}
    listed = [dict(row) for row in choices]
    if AREAS not in lists:
        listed.append({"list_name": AREAS, "name": "0", "label::Indonesia (id)": "RT"})
    form = {
        "survey": [
            {k: v for k, v in row.items() if v and k not in OWN_COLUMNS}
            for row in survey
        ],
        "choices": [{k: v for k, v in row.items() if v} for row in listed],
        "settings": [{"form_title": "Cantik", "form_id": "cantik", "name": "data", "version": "1",
                      "default_language": LANGUAGES["id"]}],
    }  # fmt: skip
    try:
        root: ET.Element = fromstring(convert(form).xform)
    except Exception as fault:  # pyxform raises many kinds; all mean the form is wrong
        raise BadPack([f"survey.csv: {fault}"]) from None
    return root


def _questions(
    survey: list[dict[str, str]], choices: list[dict[str, str]], faults: list[str]
) -> list[Question]:
    binds = {
        b.attrib["nodeset"].rsplit("/", 1)[-1]: b.attrib
        for b in _xform(survey, choices).iter(_BIND)
    }
    records = _records(survey)

    def part(name: str, key: str) -> Expression | None:
        source = binds.get(name, {}).get(key)
        if not source:
            return None
        try:
            return parse(source)
        except Unsupported as fault:
            faults.append(f"survey.csv: {name}, {key}: {fault}")
            return None

    found = []
    for row in survey:
        type_, _space, list_name = row["type"].partition(" ")
        if type_ in ("begin", "end") or not row["name"]:
            continue
        kind = "choice" if type_ == "select_one" else KINDS.get(type_, "")
        if not kind:
            faults.append(f"survey.csv: {row['name']}: jenis {row['type']} belum didukung")
            continue
        if kind == "calculate":
            kind = "integer" if row["answers"] == "integer" else "choice"
            list_name = "" if kind == "integer" else row["answers"]
        if row["required"] not in ("", "yes", "no"):
            faults.append(f"survey.csv: {row['name']}: required hanya yes atau kosong")
        found.append(
            Question(
                name=row["name"],
                record=records[row["name"]],
                kind=kind,
                role=row["role"],
                label=_text(row, "label"),
                hint=_text(row, "hint"),
                choices=list_name,
                required=row["required"] == "yes",
                relevant=part(row["name"], "relevant"),
                constraint=part(row["name"], "constraint"),
                constraint_message=_text(row, "constraint_message"),
                calculate=part(row["name"], "calculate"),
            )
        )
    return found


def _code_lists(choices: list[dict[str, str]]) -> dict[str, tuple[Choice, ...]]:
    lists: dict[str, list[Choice]] = {}
    for row in choices:
        lists.setdefault(row["list_name"], []).append(Choice(row["name"], _text(row, "label")))
    return {name: tuple(items) for name, items in lists.items()}


# -- the YAML files ---------------------------------------------------------------------------

Reader = Callable[[str, object, str], Expression | None]


def _rules(rows: list[dict[str, Any]], expression: Reader) -> list[Rule]:
    found = []
    for row in rows:
        parsed = expression(f"rules.yaml: {row['id']}", row["expression"], row["record"])
        if parsed is not None:
            found.append(Rule(row["id"], row["record"], parsed, row["message"], row["remedy"]))
    return found


def _classes(rows: list[dict[str, Any]]) -> tuple[Class, ...]:
    return tuple(
        Class(
            row["code"],
            row["label"],
            tuple(row.get("members", ())),
            tuple(row["range"]) if "range" in row else None,
        )
        for row in rows
    )


def _classifications(rows: list[dict[str, Any]]) -> list[Classification]:
    return [
        Classification(
            row["id"], row["variable"], row["sensitivity"], row["lowest"],
            _classes(row["classes"]), _classes(row.get("merged", [])),
        )
        for row in rows
    ]  # fmt: skip


def _tables(rows: list[dict[str, Any]], expression: Reader) -> list[TableTemplate]:
    return [
        TableTemplate(
            id=row["id"],
            title=row["title"],
            unit=row["unit"],
            variable=row["variable"],
            classification=row["classification"],
            by_sex=bool(row["by_sex"]),
            universe=expression(
                f"tables.yaml: {row['id']}",
                row.get("universe"),
                FAMILY if row["unit"] == FAMILY else MEMBER,
            ),
            question=row["question"],
            chapter=row["chapter"],
            chart=row["chart"],
            notes=tuple(row.get("notes", ())),
        )
        for row in rows
    ]


def _indicators(rows: list[dict[str, Any]]) -> list[Indicator]:
    return [
        Indicator(
            id=row["id"],
            title=row["title"],
            table=row["table"],
            numerator=tuple(row["numerator"]),
            denominator="all" if row["denominator"] == "all" else tuple(row["denominator"]),
            multiplier=int(row["multiplier"]),
            sentence=row["sentence"],
            question=row["question"],
            concept=row["concept"],
            interpretation=row["interpretation"],
        )
        for row in rows
    ]
