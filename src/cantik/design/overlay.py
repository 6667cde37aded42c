"""What a village adds to a questionnaire, leaves out and words in its own way, kept as deviations.

An overlay is a list of operations on the content of a base, which may be empty: a questionnaire
from nothing. Applied to the next version of the base they stand again, and what no longer fits is
told, never dropped in silence. Pure: content in, content out.
"""

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cantik.kernel.expression import names as names_in
from cantik.kernel.expression import parse

from . import bare
from .checks import TAKEN_NAMES, check
from .faults import Fault
from .reading import Content, build
from .xlsform import AREAS, LANGUAGES, records

Operation = dict[str, Any]
ADD, DROP, REWORD, ADD_TABLE, DROP_TABLE = "add", "drop", "reword", "add_table", "drop_table"
MOVE = "move"
KINDS = ("choice", "many", "yes_no", "integer", "text", "date")
SIGNS = ("=", "!=", ">=", "<=")
MOST_QUESTIONS = 200
MOST_OPTIONS = 60
LONGEST = 200
OWN = "desa_sendiri"  # the chapter of questions added to a base
YES, NO = {"id": "Ya", "en": "Yes"}, {"id": "Tidak", "en": "No"}
_WORD = re.compile(r"[a-z0-9]+")
_SMALL = frozenset(
    {"yang", "dan", "atau", "di", "ke", "dari", "apa", "apakah", "berapa", "bagaimana", "ada",
     "para", "dalam", "untuk", "pada", "ini", "itu"}
)  # fmt: skip


class NotAdded(ValueError):
    """The operation does not fit; ``code`` says how."""

    def __init__(self, code: str, shown: str = "") -> None:
        super().__init__(code)
        self.code, self.shown = code, shown


@dataclass(frozen=True)
class Start:
    """What a questionnaire from nothing says of itself."""

    id: str
    title: str
    purpose: str
    unit: str
    placed: bool


@dataclass
class Compiled:
    """The whole content, and what does not fit together in it."""

    content: Content
    faults: list[Fault] = field(default_factory=list)


def empty(start: Start) -> Content:
    """A questionnaire with no question but the place."""
    both = dict.fromkeys(LANGUAGES, start.title)
    unit = start.unit.lower()
    return {
        "pack.yaml": {
            "id": start.id, "version": "1", "title": both,
            "source": dict.fromkeys(LANGUAGES, "Disusun desa"),
            "records": [
                {"name": "isian", "title": dict.fromkeys(LANGUAGES, unit.capitalize()),
                 "unit": bare.plain(unit, "isian"), "unit_label": dict.fromkeys(LANGUAGES, unit)},
            ],
            "privacy_notice": bare.notice(start.purpose),
        },
        "survey.csv": [bare.place("Disusun desa")] if start.placed else [],
        "choices.csv": [], "classifications.yaml": [], "rules.yaml": [], "tables.yaml": [],
        "indicators.yaml": [],
        "book.yaml": {"chapters": [{"id": bare.CHAPTER, "title": both}]},
    }  # fmt: skip


def name_for(words: str, taken: Sequence[str]) -> str:
    """A short name of the question, from its words: "Alat tangkap utama" is alat_tangkap_utama."""
    said = [word for word in _WORD.findall(words.lower()) if word not in _SMALL] or ["isian"]
    made = "_".join(said[:3])[:28].strip("_")
    made = made if made[0].isalpha() else f"p_{made}"
    known = (
        set(taken) | TAKEN_NAMES | {"rt", "isian", AREAS, "umur", "keluarga", "anggota", "orang"}
    )
    name, at = made, 2
    while name in known:
        name, at = f"{made}_{at}", at + 1
    return name


# -- applying ---------------------------------------------------------------------------------


def compiled(base: Content, operations: Sequence[Operation]) -> Compiled:
    """The content with every operation applied in turn, and checked as a whole. Raises NotAdded
    for an operation that names what is not there."""
    content: Content = copy.deepcopy(dict(base))
    for one in operations:
        APPLY[one["op"]](content, one)
    pack, faults = build(content)
    return Compiled(content, list(dict.fromkeys([*faults, *check(pack)])))


def questions(content: Content) -> list[dict[str, str]]:
    """The rows that ask something, in order."""
    return [row for row in content["survey.csv"] if "name" in row and " repeat" not in row["type"]]


def _row(content: Content, name: str) -> dict[str, str]:
    found = next((row for row in questions(content) if row["name"] == name), None)
    if found is None:
        raise NotAdded("gone", name)
    return found


def _add(content: Content, one: Operation) -> None:
    """``question``: name, label, kind, options (words), required, only_if, after; or ``rows``,
    ``choices``, ``classification`` and ``table`` as a bank gives them."""
    taken = {row["name"] for row in questions(content)}
    if one["name"] in taken:
        raise NotAdded("taken", one["name"])
    if len(taken) >= MOST_QUESTIONS:
        raise NotAdded("many")
    rows, tabled = _rows(content, one)
    if len({row["name"] for row in rows} | taken) != len(rows) + len(taken):
        raise NotAdded("taken", one["name"])
    condition = _condition(content, one.get("only_if"))
    for row in rows:
        if condition:
            row["relevant"] = condition
    survey = content["survey.csv"]
    at = _place(content, one.get("after", ""))
    survey[at:at] = rows
    lists = {row["list_name"] for row in content["choices.csv"]}
    content["choices.csv"] += [
        row for row in one.get("choices", ()) if row["list_name"] not in lists
    ]
    for row, codes in tabled:
        _tabulate(content, row, codes, one)


def _place(content: Content, after: str) -> int:
    """Where a question goes: after the named one, else behind the last of the form itself."""
    survey = content["survey.csv"]
    for at, row in enumerate(survey):
        if after and row.get("name") == after and " repeat" not in row["type"]:
            return at + 1
    opening = next((at for at, row in enumerate(survey) if row["type"] == "begin repeat"), None)
    return len(survey) if opening is None else opening


Codes = list[tuple[str, dict[str, str]]]


def _rows(
    content: Content, one: Operation
) -> tuple[list[dict[str, str]], list[tuple[dict[str, str], Codes | None]]]:
    """Rows of the survey, and which of them make a table: with codes, or None for a number."""
    if "row" in one:  # of the bank: as it stands in its pack
        row = dict(one["row"])
        return [row], [(row, None)]
    kind, label = one["kind"], one["label"].strip()
    if kind not in KINDS or not label or len(label) > LONGEST:
        raise NotAdded("words")
    row = {"name": one["name"], "source": "Disusun desa", **_spoken("label", label)}
    row |= _spoken("why", one.get("why") or label)
    if one.get("required"):
        row["required"] = "yes"
    if kind in ("text", "date"):
        return [{**row, "type": kind, "role": "free"}], []
    if kind == "integer":
        row |= {"type": "integer", "role": "fact", **_bounds(one.get("least"), one.get("most"))}
        return [row], [(row, None)]
    if kind == "yes_no":
        _list(content, bare.YES_NO, [("1", YES), ("2", NO)])
        row |= {"type": f"select_one {bare.YES_NO}", "role": "fact"}
        return [row], [(row, [("1", YES), ("2", NO)])]
    options = [words.strip() for words in one.get("options", ()) if words.strip()]
    if len(options) < 2 or len(options) > MOST_OPTIONS or len(set(options)) != len(options):
        raise NotAdded("options")
    codes: Codes = [
        (str(at), dict.fromkeys(LANGUAGES, words[:LONGEST])) for at, words in enumerate(options, 1)
    ]
    if kind == "choice":
        _list(content, one["name"], codes)
        row |= {"type": f"select_one {one['name']}", "role": "fact"}
        return [row], [(row, codes)] if len(codes) <= bare.MOST_CLASSES else []
    # Several answers become one yes or no for each option: that can be counted and rounded.
    _list(content, bare.YES_NO, [("1", YES), ("2", NO)])
    rows = [
        {**row, "type": f"select_one {bare.YES_NO}", "role": "fact",
         "name": f"{one['name']}_{code}",
         **_spoken("label", f"{label.rstrip(' ?:')}: {words['id']}")}
        for code, words in codes
    ]  # fmt: skip
    tabled = rows if len(rows) <= bare.MOST_OPTIONS else []
    return rows, [(each, [("1", YES), ("2", NO)]) for each in tabled]


def _bounds(least: int | None, most: int | None) -> dict[str, str]:
    """The columns by which a number is kept within bounds; nothing below zero otherwise."""
    low = least or 0
    if most is None:
        said = (("Angkanya tidak boleh kurang dari nol.", "The number cannot be below zero.")
                if not low else (f"Paling sedikit {low}.", f"At least {low}."))  # fmt: skip
        return {"constraint": f". >= {low}", **_spoken("constraint_message", *said)}
    if low > most:
        raise NotAdded("bounds")
    said = (f"Angkanya {low} sampai {most}.", f"The number is {low} to {most}.")
    source = f". >= {low} and . <= {most}"
    return {"constraint": source, **_spoken("constraint_message", *said)}


def _spoken(what: str, words: str, english: str = "") -> dict[str, str]:
    said = {"id": words, "en": english or words}
    return {f"{what}::{LANGUAGES[one]}": said[one] for one in LANGUAGES}


def _list(content: Content, name: str, codes: Codes) -> None:
    if any(row["list_name"] == name for row in content["choices.csv"]):
        if name != bare.YES_NO:
            raise NotAdded("taken", name)
        return
    content["choices.csv"] += [
        {"list_name": name, "name": code,
         **{f"label::{LANGUAGES[one]}": label[one] for one in LANGUAGES}}
        for code, label in codes
    ]  # fmt: skip


def _condition(content: Content, only_if: Mapping[str, Any] | None) -> str:
    """``only_if``: question, sign and value (a code or a whole number)."""
    if not only_if:
        return ""
    row = _row(content, only_if["question"])
    sign, value = only_if["sign"], str(only_if["value"]).strip()
    if sign not in SIGNS or not re.fullmatch(r"\w{1,20}", value):
        raise NotAdded("condition", row["name"])
    if row["type"].startswith("select_one"):
        listed = {c["name"] for c in content["choices.csv"]
                  if c["list_name"] == row["type"].partition(" ")[2]}  # fmt: skip
        if value not in listed or sign not in ("=", "!="):
            raise NotAdded("condition", row["name"])
        return f"${{{row['name']}}} {sign} '{value}'"
    if row["type"] != "integer" or not value.isdigit():
        raise NotAdded("condition", row["name"])
    return f"${{{row['name']}}} {sign} {value}"


def _tabulate(
    content: Content, row: Mapping[str, str], codes: Codes | None, one: Operation
) -> None:
    """A table of its own for a question, restricted and for the whole village unless a bank says
    otherwise."""
    record = content["pack.yaml"].get("records", [{}])[0]
    unit = record.get("unit", "keluarga")
    title = record.get("title", {"id": "Keluarga", "en": "Families"})
    label = {code: row[f"label::{long}"].strip(" ?:") for code, long in LANGUAGES.items()}
    kind: dict[str, Any] = dict(one.get("classification", {})) or {
        "sensitivity": "restricted", "lowest": "desa",
        **(bare.listed(codes) if codes is not None else bare.steps(one.get("most"))),
    }  # fmt: skip
    content["classifications.yaml"].append({**kind, "id": row["name"], "variable": row["name"]})
    chapters = content["book.yaml"]["chapters"]
    if len(chapters) > 1 or chapters[0]["id"] != bare.CHAPTER:
        chapter = OWN
        if chapter not in {c["id"] for c in chapters}:
            words = {"id": "Pertanyaan desa sendiri", "en": "The village's own questions"}
            chapters.append({"id": OWN, "title": words})
    else:
        chapter = bare.CHAPTER
    why = {code: row.get(f"why::{long}", label[code]) for code, long in LANGUAGES.items()}
    content["tables.yaml"].append(
        {"id": row["name"],
         "title": {"id": f"{title['id']} menurut {label['id'][:1].lower()}{label['id'][1:]}",
                   "en": f"{title['en']} by {label['en'][:1].lower()}{label['en'][1:]}"},
         "unit": unit, "variable": row["name"], "classification": row["name"], "by_sex": False,
         "chapter": chapter, "chart": "bars", "question": why}
    )  # fmt: skip


def users(content: Content, name: str) -> list[str]:
    """The questions and rules that speak of a question in an expression."""
    found = []
    for row in questions(content):
        if row["name"] != name and any(
            name in _names(row.get(part, "")) for part in ("relevant", "constraint", "calculation")
        ):
            found.append(row["name"])
    found += [one["id"] for one in content["rules.yaml"] if name in _names(one["expression"])]
    return found


def _names(source: str) -> frozenset[str]:
    plain = re.sub(r"\$\{\s*([^}]*?)\s*\}", lambda match: match[1], source)
    return names_in(parse(plain)) if plain else frozenset()


def _drop(content: Content, one: Operation) -> None:
    """A question goes with its tables, indicators and list; not while others ask because of it."""
    row = _row(content, one["name"])
    if row.get("role") in ("area", "key"):
        raise NotAdded("needed", one["name"])
    if using := users(content, one["name"]):
        raise NotAdded("used", ", ".join(using[:3]))
    content["survey.csv"].remove(row)
    gone = {t["id"] for t in content["tables.yaml"] if t["variable"] == one["name"]
            or one["name"] in _names(t.get("universe", ""))}  # fmt: skip
    for id_ in gone:
        _drop_table(content, {"id": id_})
    content["classifications.yaml"] = [
        c for c in content["classifications.yaml"] if c["variable"] != one["name"]
    ]
    _unused_lists(content)


def _unused_lists(content: Content) -> None:
    used = {row["type"].partition(" ")[2] for row in questions(content)}
    content["choices.csv"] = [c for c in content["choices.csv"] if c["list_name"] in used]


def _reword(content: Content, one: Operation) -> None:
    row = _row(content, one["name"])
    if not one["label"].strip() or len(one["label"]) > LONGEST:
        raise NotAdded("words")
    row |= _spoken("label", one["label"].strip())


def _move(content: Content, one: Operation) -> None:
    """A question to its place after another one of the same record; ``after`` "" is the front."""
    row, survey = _row(content, one["name"]), content["survey.csv"]
    if row.get("role") in ("area", "key"):
        raise NotAdded("needed", one["name"])
    known = records(survey, "")
    same = [each for each in questions(content) if known[each["name"]] == known[one["name"]]]
    fixed = [each for each in same if each.get("role") in ("area", "key")]
    last = _row(content, one["after"]) if one["after"] else (fixed[-1] if fixed else None)
    if last is row or (last is not None and last not in same):
        raise NotAdded("apart", one["name"])
    first = next((each for each in same if each is not row), row)
    survey.remove(row)
    survey.insert(survey.index(first) if last is None else survey.index(last) + 1, row)


def _add_table(content: Content, one: Operation) -> None:
    """``table`` and, where its classes are new, ``classification``, as a pack writes them."""
    table = one["table"]
    if table["id"] in {t["id"] for t in content["tables.yaml"]}:
        raise NotAdded("taken", table["id"])
    _row(content, table["variable"])
    if "classification" in one:
        content["classifications.yaml"].append(one["classification"])
    content["tables.yaml"].append(table)


def _drop_table(content: Content, one: Operation) -> None:
    found = next((t for t in content["tables.yaml"] if t["id"] == one["id"]), None)
    if found is None:
        raise NotAdded("gone", one["id"])
    content["tables.yaml"].remove(found)
    used = {t["classification"] for t in content["tables.yaml"]}
    content["classifications.yaml"] = [
        c for c in content["classifications.yaml"]
        if c["id"] != found["classification"] or c["id"] in used
    ]  # fmt: skip
    content["indicators.yaml"] = [i for i in content["indicators.yaml"] if i["table"] != one["id"]]
    chapters = {t["chapter"] for t in content["tables.yaml"]}
    kept = [c for c in content["book.yaml"]["chapters"] if c["id"] in chapters]
    if kept:
        content["book.yaml"] = {**content["book.yaml"], "chapters": kept}


APPLY = {
    ADD: _add, DROP: _drop, REWORD: _reword, MOVE: _move, ADD_TABLE: _add_table,
    DROP_TABLE: _drop_table,
}  # fmt: skip


# -- a new version of the base ----------------------------------------------------------------


@dataclass(frozen=True)
class Conflict:
    """An operation that does not stand on the new version. ``code``: gone (what it is about was
    dropped), taken (its name is used there now), other codes of NotAdded. ``was`` is the question
    as the old version had it, so that it can be kept as one's own."""

    at: int
    operation: Operation
    code: str
    was: Operation | None = None


def rebased(
    operations: Sequence[Operation], old: Content, new: Content
) -> tuple[list[Operation], list[Conflict]]:
    """The operations that stand on the new version in their order, and those that do not. What
    the new version did itself (dropped the same question) needs nothing more."""
    content: Content = copy.deepcopy(dict(new))
    kept: list[Operation] = []
    conflicts: list[Conflict] = []
    for at, one in enumerate(operations):
        if one["op"] == DROP and one["name"] not in {row["name"] for row in questions(content)}:
            continue
        if one["op"] == DROP_TABLE and one["id"] not in {t["id"] for t in content["tables.yaml"]}:
            continue
        trial = copy.deepcopy(content)
        try:
            APPLY[one["op"]](trial, one)
        except NotAdded as fault:
            was = as_own(old, one["name"]) if one["op"] == REWORD else None
            conflicts.append(Conflict(at, one, fault.code, was))
            continue
        content = trial
        kept.append(one)
    return kept, conflicts


def as_own(content: Content, name: str) -> Operation | None:
    """A question of a base as an operation that adds it: how it is kept when the base drops it."""
    row = next((row for row in questions(content) if row["name"] == name), None)
    if row is None or row.get("role") != "fact":
        return None
    list_ = row["type"].partition(" ")[2]
    made: Operation = {
        "op": ADD, "name": name,
        "row": {key: value for key, value in row.items() if key != "relevant"},
        "choices": [c for c in content["choices.csv"] if c["list_name"] == list_],
    }  # fmt: skip
    kind = next((c for c in content["classifications.yaml"] if c["variable"] == name), None)
    if kind is not None:
        made["classification"] = {k: v for k, v in kind.items() if k not in ("id", "variable")}
    return made


def resolved(
    kept: Sequence[Operation], conflicts: Sequence[Conflict], keep: Mapping[int, bool]
) -> list[Operation]:
    """The operations after people chose: a kept question comes as the village's own, a name that
    is taken gets a new one; what is given up is left out."""
    made = list(kept)
    taken = [one["name"] for one in made if one["op"] == ADD]
    for conflict in conflicts:
        one = conflict.operation
        if not keep.get(conflict.at):
            continue
        if one["op"] == REWORD and conflict.was is not None:
            row = {**conflict.was["row"], **_spoken("label", one["label"].strip())}
            made.append({**conflict.was, "row": row})
        elif one["op"] == ADD and conflict.code == "taken":
            name = name_for(one["name"].replace("_", " ") + " desa", taken)
            renamed = {**one, "name": name}
            if "row" in one:
                renamed["row"] = {**one["row"], "name": name}
            made.append(renamed)
        elif one["op"] == ADD and conflict.code in ("gone", "condition"):
            made.append({key: value for key, value in one.items() if key != "only_if"})
    return made


def changes(old: Content, new: Content) -> Iterator[tuple[str, str]]:
    """What a new version of a base changed: (added, dropped or reworded; words of the question)."""
    label = f"label::{LANGUAGES['id']}"
    before = {row["name"]: row for row in questions(old)}
    after = {row["name"]: row for row in questions(new)}
    for name, row in after.items():
        if name not in before:
            yield "added", row.get(label, name)
        elif before[name].get(label) != row.get(label):
            yield "reworded", row.get(label, name)
    for name, row in before.items():
        if name not in after:
            yield "dropped", row.get(label, name)
