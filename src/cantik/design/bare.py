"""A bare XLSForm made into a pack that collects and publishes. Pure: bytes in, content out.

What a pack needs and an XLSForm does not say is set by default: every choice question a table by
area, every number a table in classes, all of it restricted and for the whole village only. What
cannot be compiled is refused with its row and what to do instead; what is left out is told.
"""

import html
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from cantik.kernel import workbooks
from cantik.kernel.expression import Unsupported, parse
from cantik.kernel.problems import Kind, Problem, Severity, column_letter

from . import catalogue as told
from .checks import TAKEN_CODES, TAKEN_NAMES, check, recounting
from .pack import Pack
from .reading import Content, build
from .xlsform import AREAS, LANGUAGES

LARGEST = 2 * 1024 * 1024
MOST_ROWS = {"survey": 500, "choices": 20_000}
MOST_CLASSES = 20
MOST_OPTIONS = 8  # of a question with several answers: a table each
LONGEST_FILTER = 9_000  # of the expression that a choice filter becomes
MOST_TICKED = 40  # of them that can be asked at all: each becomes a question of its own
LONGEST = 500  # of the words of a question, and of an answer
YES_NO = "ya_tidak"
CHAPTER = "hasil"
OTHER = {"id": "Lainnya", "en": "Other"}
# Written by the phone about itself; nobody is asked.
BY_THE_PHONE = frozenset(
    {"start", "end", "today", "deviceid", "phonenumber", "username", "email", "audit",
     "simserial", "subscriberid", "start-geopoint", "background-audio", "note", "acknowledge",
     "trigger", "hidden"}
)  # fmt: skip
PLAIN = {"integer": "integer", "int": "integer", "text": "text", "string": "text", "date": "date",
         "barcode": "text"}  # fmt: skip
# What to do instead differs: a row that cannot be kept is taken out, another is asked otherwise.
INSTEAD = {
    **dict.fromkeys(
        ("geopoint", "geotrace", "geoshape", "image", "photo", "audio", "video", "file",
         "background-geopoint"), told.MEDIA,
    ),
    **dict.fromkeys(("time", "datetime"), told.CLOCK),
    "range": told.RANGE, "rank": told.RANK,
    **dict.fromkeys(
        ("select_one_from_file", "select_multiple_from_file", "select_one_external", "csv-external",
         "xml-external"), told.ELSEWHERE,
    ),
}  # fmt: skip
# Columns that change what is asked, and that nothing here follows.
UNFOLLOWED = ("default", "read_only", "readonly", "trigger", "parameters", "guidance_hint",
              "count")  # fmt: skip
CHOSEN = {"select one from": 1, "select_one": 1, "select one": 1, "select1": 1,
          "select_multiple": 2, "select multiple": 2, "select all that apply from": 2,
          "select all that apply": 2}  # fmt: skip
OR_OTHER = " or_other"
EXPRESSIONS = ("relevant", "constraint", "calculation")
AKA = {"relevance": "relevant", "calculate": "calculation", "list name": "list_name",
       "value": "name", "constraint message": "constraint_message",
       "bind:relevant": "relevant", "bind:constraint": "constraint",
       "bind:calculate": "calculation", "bind:required": "required"}  # fmt: skip
_LANGUAGE = re.compile(r"^(label|hint|constraint_message)\s*::?\s*(.+)$", re.IGNORECASE)
_SELECTED = re.compile(r"selected\(\s*\$\{\s*([^}]*?)\s*\}\s*,\s*['\"]([^'\"]*)['\"]\s*\)")
_REFERENCE = re.compile(r"\$\{\s*([^}]*?)\s*\}")
_EQUAL = re.compile(
    r"(?P<asked>\$\{\s*[^}]*?\s*\}|(?<![\w.)\]/])\.(?![\w./]))"
    r"(?P<sign>\s*!?=\s*)(?P<quote>['\"])(?P<code>[^'\"]*)(?P=quote)"
)
_EQUAL_BACK = re.compile(
    r"(?P<quote>['\"])(?P<code>[^'\"]*)(?P=quote)(?P<sign>\s*!?=\s*)"
    r"(?P<asked>\$\{\s*[^}]*?\s*\}|\.(?![\w./]))"
)
_SELECTED_HERE = re.compile(
    r"selected\(\s*\.\s*,\s*(?P<quote>['\"])(?P<code>[^'\"]*)(?P=quote)\s*\)"
)
_CODE = re.compile(r"[A-Za-z0-9_]{1,20}")
_FILTER = re.compile(
    r"\s*(?:(?P<column>[^\W\d][\w.-]*)\s*=\s*\$\{\s*(?P<asked>[^}]*?)\s*\}"
    r"|\$\{\s*(?P<asked_back>[^}]*?)\s*\}\s*=\s*(?P<column_back>[^\W\d][\w.-]*))\s*"
)
_TAG = re.compile(r"<\s*/?\s*[A-Za-z][^<>]*>")
_MARKED = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
# Classes of a number of which nothing is known: (first, last), None is open.
STEPS: tuple[tuple[int, int | None], ...] = (
    (0, 0), (1, 4), (5, 9), (10, 19), (20, 49), (50, 99), (100, 999), (1000, None),
)  # fmt: skip
WIDER: tuple[tuple[int, int], ...] = ((0, 3), (4, 5), (6, 7))  # which steps are merged


@dataclass(frozen=True)
class Wishes:
    """What the officer says of the activity: an id for the pack, its title, what the data are for,
    what one form is about ("kapal"), and whether forms belong to an RT."""

    id: str
    title: str
    purpose: str
    unit: str
    placed: bool = True
    source: str = "XLSForm"


@dataclass
class Made:
    """``content`` is whole when no problem refuses it."""

    content: Content
    problems: list[Problem] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        return any(one.severity == Severity.REFUSE for one in self.problems)


Text = dict[str, str]


@dataclass
class _Row:
    """One row of a sheet by plain heading; ``texts`` by heading and language."""

    sheet: str
    number: int
    cells: dict[str, str]
    texts: dict[str, Text]
    letters: Mapping[str, str]

    def text(self, heading: str, otherwise: str = "") -> Text:
        """In both languages: what is missing in one is taken from the other."""
        found = self.texts.get(heading, {})
        first = next((words for words in found.values() if words), otherwise)
        return {one: found.get(one) or first for one in LANGUAGES} if first else {}


def read(data: bytes, wishes: Wishes) -> Made:
    """The content of a pack, and everything that is wrong with the workbook or left out of it."""
    made = Made({})
    try:
        workbooks.guard(data, limit=LARGEST, formulas=True)
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = {name.strip().lower(): name for name in book.sheet_names}
        rows = {
            name: list(_rows(book, sheets.get(name), name, made.problems))
            for name in ("survey", "choices")
        }
    except (workbooks.Unsafe, CalamineError):
        return Made({}, [told.NOT_WORKBOOK.problem()])
    except BaseException as fault:
        if type(fault).__name__ != "PanicException":  # how the reader's own mistakes come out
            raise
        return Made({}, [told.NOT_WORKBOOK.problem()])
    if not rows["survey"] and not made.refused:
        made.problems.append(told.NO_SHEET.problem(sheet="survey"))
    if made.refused:
        return made
    form = _Form(rows["survey"], rows["choices"], wishes, made.problems)
    made.content = form.content()
    if not made.refused:
        made.problems += form.unfit(made.content)
    return made


def _rows(book: Any, sheet: str | None, name: str, problems: list[Problem]) -> Iterator[_Row]:
    if sheet is None:
        return
    cells = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    if not cells:
        return
    if len(cells) > MOST_ROWS[name] + 1:
        problems.append(told.MANY.problem(sheet=name, limit=str(MOST_ROWS[name])))
        return
    heads = [str(cell).strip() for cell in cells[0]]
    plain = [AKA.get(head.lower(), head.lower()) for head in heads]
    letters = {head: column_letter(at) for at, head in enumerate(plain)}
    for needed in ("type", "name") if name == "survey" else ("list_name", "name"):
        if needed not in plain:
            problems.append(told.NO_COLUMN.problem(sheet=name, row=1, field=needed))
            return
    for number, row in enumerate(cells[1:], start=2):
        values = [_written(cell) for cell in row]
        if not any(values):
            continue
        found = _Row(name, number, {}, {}, letters)
        for head, lowered, value in zip(heads, plain, values, strict=False):
            spoken = _LANGUAGE.match(head)
            if spoken:
                language = _language(spoken[2])
                found.texts.setdefault(spoken[1].lower(), {})[language] = value
            elif lowered in ("label", "hint", "constraint_message"):
                found.texts.setdefault(lowered, {})[""] = value
            elif lowered:
                found.cells[lowered] = value
        yield found


def _written(cell: Any) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell if cell is not None else "").strip()


def _language(words: str) -> str:
    lowered = words.lower()
    if "indonesia" in lowered or "(id)" in lowered or lowered == "id":
        return "id"
    return "en" if "english" in lowered or "(en)" in lowered or lowered == "en" else lowered


@dataclass
class _Asked:
    """A question as it will stand in the pack."""

    row: _Row
    cells: dict[str, str]
    tabled: str = ""  # "choices", "number" or "" for no table
    codes: list[tuple[str, Text]] = field(default_factory=list)


class _Form:
    def __init__(
        self,
        survey: Sequence[_Row],
        choices: Sequence[_Row],
        wishes: Wishes,
        problems: list[Problem],
    ) -> None:
        self.wishes, self.problems = wishes, problems
        self.names: dict[str, str] = {}  # as written -> as it stands in the pack
        self.many: dict[str, dict[str, str]] = {}  # question -> code -> question of that option
        self.lists: dict[str, list[tuple[str, Text]]] = {}
        self.options: set[str] = set()  # the questions of all options
        self.used: set[str] = set()
        self.beside: dict[tuple[str, str], Mapping[str, str]] = {}  # of (list, code): its cells
        self.recoded: dict[str, dict[str, str]] = {}  # list -> code as written -> code
        self.answered_from: dict[str, str] = {}  # question as written -> its list
        self.rows = {row.cells.get("name", ""): row for row in survey}
        self.asked: list[_Asked] = []
        self.repeat = ""
        self.main = "isian"
        self._choices(choices)
        self._names(survey)
        self._survey(survey)
        self._unfollowed(survey)

    def tell(self, kind: Kind, row: _Row, heading: str = "", **more: str) -> None:
        more.setdefault("shown", row.cells.get(heading, "")[:40])
        self.problems.append(
            kind.problem(
                sheet=row.sheet, row=row.number, column=row.letters.get(heading, ""),
                **{"field": row.cells.get("name", ""), **more},
            )
        )  # fmt: skip

    # -- lists and names

    def _choices(self, rows: Sequence[_Row]) -> None:
        seen: set[tuple[str, str]] = set()
        fit = {
            (row.cells.get("list_name", ""), code)
            for row in rows
            if _CODE.fullmatch(code := row.cells.get("name", ""))
        }
        for row in rows:
            name, code = row.cells.get("list_name", ""), row.cells.get("name", "")
            if not name:
                continue
            if not code or (name, code) in seen:
                self.tell(told.CODE, row, "name", shown=code[:40])
                continue
            seen.add((name, code))
            if (name, code) not in fit:
                if name not in self.recoded:
                    self.tell(told.RECODED, row, "name", field=name, shown=code[:40])
                short = _fit_code(code, {one for list_, one in fit if list_ == name})
                fit.add((name, short))
                self.recoded.setdefault(name, {})[code] = short
                code = short
            label = {one: _worded(words) for one, words in row.text("label", code).items()}
            if any(len(words) > LONGEST for words in label.values()):
                self.tell(told.LONG, row, "label", limit=str(LONGEST))
            self.beside[name, code] = row.cells
            self.lists.setdefault(name, []).append(
                (code, {one: words or code for one, words in label.items()})
            )

    def _names(self, survey: Sequence[_Row]) -> None:
        taken = set(TAKEN_NAMES) | {self.main, AREAS, "rt"}
        for row in survey:  # one more answer of a list is one for all who are asked from it
            if row.cells.get("type", "").endswith(OR_OTHER):
                type_ = " ".join(row.cells["type"].split())
                list_ = _list_of(type_, 1) or _list_of(type_, 2)
                if codes := self._codes(list_):
                    self.lists[list_.removesuffix(OR_OTHER)] = codes
        for row in survey:
            kind = row.cells.get("type", "").split(" ")[0].lower()
            name = row.cells.get("name", "")
            if kind in BY_THE_PHONE or kind.startswith(("end", "begin")) or not kind:
                continue
            if not name or name in self.names:
                self.tell(told.NAME, row, "name", shown=name[:40])
                continue
            plain = re.sub(r"[^a-z0-9_]", "_", name.lower())[:34]
            plain = plain if plain[:1].isalpha() else "p_" + plain
            while plain in taken:
                plain += "_"
            taken.add(plain)
            self.names[name] = plain
            type_ = " ".join(row.cells.get("type", "").split())
            list_ = _list_of(type_, 1) or _list_of(type_, 2)
            self.answered_from[name] = list_.removesuffix(OR_OTHER)
            if _list_of(type_, 2):
                options = self.many.setdefault(name, {})
                for code, _ in self._codes(list_)[:MOST_TICKED]:
                    option, at = f"{plain[:18]}_{code.lower()}", 2
                    while option in taken:
                        option, at = f"{plain[:16]}{at}_{code.lower()}", at + 1
                    options[code] = option
                    taken.add(option)
                self.options |= set(options.values())
            if plain != name:
                self.tell(told.RENAMED, row, "name", field=plain, shown=name[:40])

    # -- questions

    def _survey(self, survey: Sequence[_Row]) -> None:
        open_: list[tuple[str, str]] = []  # (group or repeat, its condition)
        for row in survey:
            type_ = " ".join(row.cells.get("type", "").split())
            kind = type_.lower().replace("_", " ", 1) if type_[:3] in ("beg", "end") else ""
            if kind.startswith("begin"):
                what = kind.partition(" ")[2]
                if what == "repeat":
                    if self.repeat or any(one == "repeat" for one, _ in open_):
                        self.tell(told.REPEAT, row, "type")
                    self.repeat = self._repeat_name(row)
                    self.asked.append(_Asked(row, {"type": "begin repeat", "name": self.repeat}))
                elif what != "group":
                    self.tell(told.TYPE, row, "type", shown=type_[:40])
                open_.append((what, row.cells.get("relevant", "")))
                if row.cells.get("repeat_count"):
                    self.tell(told.LEFT_OUT, row, "repeat_count", shown="repeat_count")
                continue
            if kind.startswith("end"):
                what = kind.partition(" ")[2]
                if not open_ or open_[-1][0] != what:
                    self.tell(told.NESTING, row, "type")
                    return
                open_.pop()
                if what == "repeat":
                    if self.asked and self.asked[-1].cells["type"] == "begin repeat":
                        self.tell(told.EMPTY_PART, self.asked[-1].row, "type")
                    self.asked.append(_Asked(row, {"type": "end repeat", "name": self.repeat}))
                continue
            if type_:
                self._question(row, type_, [one for _, one in open_ if one])
        if open_:
            self.tell(told.NESTING, survey[-1], "type")

    def _repeat_name(self, row: _Row) -> str:
        name = re.sub(r"[^a-z0-9_]", "_", row.cells.get("name", "").lower())[:30] or "rincian"
        name = name if name[:1].isalpha() else "r_" + name
        taken = set(self.names.values()) | set(TAKEN_NAMES) | {self.main}
        while name in taken:
            name += "_"
        return name

    def _question(self, row: _Row, type_: str, around: Sequence[str]) -> None:
        if type_.lower() in BY_THE_PHONE:
            self.tell(told.LEFT_OUT, row, "type", shown=type_[:40])
            return
        if row.cells.get("name", "") not in self.names:
            return  # told already
        cells = {"name": self.names[row.cells["name"]]}
        for heading in ("label", "hint", "constraint_message"):
            otherwise = row.cells["name"] if heading == "label" else ""
            spoken = self._spoken(row, heading, otherwise)
            cells |= {f"{heading}::{LANGUAGES[one]}": spoken[one] for one in spoken}
        cells |= self._expressions(row, around)
        if cells.get("constraint") and not row.text("constraint_message"):
            words = {"id": "Isian ini di luar batas.", "en": "This answer is out of bounds."}
            cells |= {f"constraint_message::{LANGUAGES[one]}": words[one] for one in LANGUAGES}
        required = row.cells.get("required", "").lower()
        if required in ("yes", "true", "true()", "1"):
            cells["required"] = "yes"
        elif required not in ("", "no", "false", "false()", "0"):
            self.tell(told.REQUIRED, row, "required", shown=required[:40])
        cells |= {f"why::{language}": self.wishes.purpose for language in LANGUAGES.values()}
        cells["source"] = self.wishes.source
        word, _, rest = type_.partition(" ")
        for how in (1, 2):
            if list_ := _list_of(type_, how):
                self._choice(row, cells, list_, how)
                return
        if word.lower() == "decimal":
            self.tell(told.DECIMAL, row, "type")
        elif word.lower() == "calculate" or (
            cells.get("calculation") and PLAIN.get(word.lower()) == "integer" and not rest
        ):
            for column in ("required", "constraint"):  # nobody is asked
                cells.pop(column, None)
            self.asked.append(
                _Asked(row, {**cells, "type": "calculate", "role": "derived"}, "number")
            )
        elif word.lower() in PLAIN and not rest:
            kind = PLAIN[word.lower()]
            sealed = kind != "integer"
            role = "free" if sealed else "fact"
            self.asked.append(
                _Asked(row, {**cells, "type": kind, "role": role}, "" if sealed else "number")
            )
            if sealed:
                self.tell(told.SEALED, row, "type", field=cells["name"])
        else:
            self.tell(INSTEAD.get(word.lower(), told.TYPE), row, "type", shown=type_[:40])

    def _spoken(self, row: _Row, heading: str, otherwise: str) -> Text:
        """Words as they can be printed: without signs for screens, and with the question in
        brackets where an answer would be put in."""
        found: Text = {}
        for language, words in row.text(heading, otherwise).items():
            named = self._naming(words, language)
            if named != words and language == "id":
                self.tell(told.NAMED, row, heading)
            found[language] = _worded(named)
            if len(found[language]) > LONGEST:
                self.tell(told.LONG, row, heading, limit=str(LONGEST))
                found[language] = found[language][:LONGEST]
        if heading == "label" and not all(found.values()):
            return dict.fromkeys(LANGUAGES, otherwise)
        return {language: words for language, words in found.items() if words}

    def _naming(self, words: str, language: str) -> str:
        def named(match: re.Match[str]) -> str:
            row = self.rows.get(match[1])
            asked = row.text("label", match[1]).get(language, match[1]) if row else match[1]
            return f"[{_REFERENCE.sub('…', asked).strip(' ?:')}]"

        return _REFERENCE.sub(named, words)

    def _unfollowed(self, survey: Sequence[_Row]) -> None:
        """Each column that is not followed is told once, where it first says something."""
        for column in survey[0].letters if survey else ():
            if column not in UNFOLLOWED and not column.startswith("media"):
                continue
            for row in survey:
                if row.cells.get(column) and row.cells.get("name", "") in self.names:
                    self.tell(told.COLUMN_LEFT_OUT, row, column, what=column)
                    break

    def _choice(self, row: _Row, cells: dict[str, str], list_: str, how: int) -> None:
        codes = self._codes(list_)
        list_ = list_.removesuffix(OR_OTHER)
        if not codes:
            self.tell(told.LIST, row, "type", shown=list_[:40])
            return
        if row.cells.get("choice_filter"):
            fitting = self._filter(row, list_, codes) if how == 1 else ""
            if not fitting or len(fitting) > LONGEST_FILTER:
                self.tell(told.FILTER, row, "choice_filter")
                return
            self.tell(told.FILTERED, row, "choice_filter")
            constraint = cells.get("constraint", "")
            cells["constraint"] = f"({constraint}) and ({fitting})" if constraint else fitting
            if not constraint:
                words = {"id": "Pilihan ini tidak cocok dengan jawaban sebelumnya.",
                         "en": "This choice does not fit an earlier answer."}  # fmt: skip
                cells |= {f"constraint_message::{LANGUAGES[one]}": words[one] for one in LANGUAGES}
        if how == 1:
            self.used.add(list_)
            tabled = "choices" if len(codes) <= MOST_CLASSES else ""
            if not tabled:
                self.tell(told.NO_TABLE, row, "type", shown=str(len(codes)))
            cells |= {"type": f"select_one {self._list(list_)}", "role": "fact"}
            self.asked.append(_Asked(row, cells, tabled, codes))
            return
        if len(codes) > MOST_TICKED:
            self.tell(
                told.MANY_TICKED, row, "type", limit=str(MOST_TICKED), shown=str(len(codes))
            )  # fmt: skip
            return
        # Several answers become one yes or no for each option: that can be counted and rounded.
        self.used.add(YES_NO)
        yes_no = [("1", {"id": "Ya", "en": "Yes"}), ("2", {"id": "Tidak", "en": "No"})]
        self.lists.setdefault(YES_NO, yes_no)
        if len(codes) > MOST_OPTIONS:
            self.tell(told.NO_TABLE, row, "type", shown=str(len(codes)))
        if cells.pop("constraint", ""):
            self.tell(told.LEFT_OUT, row, "constraint", shown="constraint")
        for code, label in codes:
            own = dict(cells)
            own["name"] = self.many[row.cells["name"]][code]
            for language, name in LANGUAGES.items():
                own[f"label::{name}"] = f"{cells[f'label::{name}']}: {label[language]}"
            own |= {"type": f"select_one {YES_NO}", "role": "fact"}
            tabled = "choices" if len(codes) <= MOST_OPTIONS else ""
            self.asked.append(_Asked(row, own, tabled, yes_no))

    def _filter(self, row: _Row, list_: str, codes: Sequence[tuple[str, Text]]) -> str:
        """The bound that a filter "column = ${question}" puts on an answer: which choices fit which
        earlier answer. "" for a filter of another shape."""
        found = _FILTER.fullmatch(row.cells["choice_filter"])
        if found is None:
            return ""
        asked = found["asked"] or found["asked_back"]
        column = (found["column"] or found["column_back"]).lower()
        if asked not in self.names or asked in self.many or not self.answered_from.get(asked):
            return ""
        fitting: dict[str, list[str]] = {}
        always = []
        for code, _label in codes:
            beside = self.beside.get((list_, code))
            if beside is None:  # "other" is of no row
                always.append(f". = '{code}'")
                continue
            value = self._code(asked, beside.get(column, ""))
            if not _CODE.fullmatch(value):
                return ""
            fitting.setdefault(value, []).append(f". = '{code}'")
        known = {code for code, _label in self.lists.get(self.answered_from[asked], ())}
        parts = [
            f"(${{{self.names[asked]}}} = '{value}' and ({' or '.join(some)}))"
            for value, some in fitting.items()
            if value in known
        ]
        return " or ".join([*parts, *always]) if parts else ""

    def _codes(self, list_: str) -> list[tuple[str, Text]]:
        """The choices of a list; with one more for "or_other"."""
        codes = list(self.lists.get(list_.removesuffix(OR_OTHER), ()))
        if codes and list_.endswith(OR_OTHER) and "other" not in {code for code, _ in codes}:
            codes.append(("other", OTHER))
        return codes

    def _list(self, name: str) -> str:
        """A list may not be called as the list of RT is."""
        return name + "_" if name == AREAS else name

    # -- expressions

    def _expressions(self, row: _Row, around: Sequence[str]) -> dict[str, str]:
        found = {}
        for column in EXPRESSIONS:
            source = row.cells.get(column, "")
            if column == "relevant":
                parts = [*around, source] if source else list(around)
                source = " and ".join(f"({part})" for part in parts) if len(parts) > 1 else (
                    parts[0] if parts else ""
                )  # fmt: skip
            if source:
                found[column] = self._renamed(row, column, source)
        return found

    def _renamed(self, row: _Row, column: str, source: str) -> str:
        """The expression with the names of the pack; what cannot be compiled is told."""

        own = row.cells.get("name", "")

        def coded(match: re.Match[str]) -> str:
            asked = match["asked"]
            name = own if asked == "." else asked[2:-1].strip()
            code = self._code(name, match["code"])
            said = f"{match['quote']}{code}{match['quote']}"
            first = match.start("asked") < match.start("code")
            return f"{asked}{match['sign']}{said}" if first else f"{said}{match['sign']}{asked}"

        if self.recoded:
            source = _EQUAL.sub(coded, source)
            source = _EQUAL_BACK.sub(coded, source)
            source = _SELECTED_HERE.sub(
                lambda match: f"selected(., '{self._code(own, match['code'])}')", source
            )

        def chosen(match: re.Match[str]) -> str:
            options = self.many.get(match[1])
            code = self._code(match[1], match[2])
            if options is None:
                return f"(${{{match[1]}}} = '{code}')"
            if code not in options:
                self.tell(
                    told.EXPRESSION, row, column, column_name=column,
                    reason=f"pilihan {match[2][:30]} tidak ada",
                )  # fmt: skip
                return "1 = 1"
            return f"(${{{options[code]}}} = '1')"

        source = _SELECTED.sub(chosen, source)

        def named(match: re.Match[str]) -> str:
            if match[1] in self.options:
                return match[0]
            if match[1] in self.many:
                self.tell(
                    told.MANY_CHOSEN, row, column, column_name=column, shown=match[1][:40]
                )  # fmt: skip
            elif match[1] not in self.names and match[1] != self.repeat:
                self.tell(
                    told.EXPRESSION, row, column, column_name=column,
                    reason=f"pertanyaan {match[1][:40]} tidak ada",
                )  # fmt: skip
            return f"${{{self.names.get(match[1], match[1])}}}"

        source = _REFERENCE.sub(named, source)
        try:
            parse(_REFERENCE.sub(lambda match: match[1] or "x", source))
        except Unsupported as fault:
            self.tell(told.EXPRESSION, row, column, column_name=column, reason=str(fault)[:200])
        return source

    def _code(self, name: str, code: str) -> str:
        """The code as it stands in the pack of an answer to a question as written."""
        return self.recoded.get(self.answered_from.get(name, ""), {}).get(code, code)

    # -- the pack

    def content(self) -> Content:
        wishes = self.wishes
        both = dict.fromkeys(LANGUAGES, wishes.title)
        title = {one: f"{wishes.unit}"[:1].upper() + wishes.unit[1:] for one in LANGUAGES}
        records: list[dict[str, Any]] = [
            {"name": self.main, "title": title, "unit": plain(wishes.unit, self.main),
             "unit_label": dict.fromkeys(LANGUAGES, wishes.unit)},
        ]  # fmt: skip
        if self.repeat:
            row = next(one.row for one in self.asked if one.cells["name"] == self.repeat)
            label = row.text("label", self.repeat)
            records.append(
                {"name": self.repeat, "inside": self.main, "title": label,
                 "unit": plain(self.repeat, "rincian"), "unit_label": label}
            )  # fmt: skip
        asked = [dict(one.cells) for one in self.asked]
        if wishes.placed:
            asked.insert(0, place(wishes.source))
        tables, classes = self._tables(records)
        if not tables and not any(one.severity == Severity.REFUSE for one in self.problems):
            self.problems.append(told.NOTHING.problem(sheet="survey"))
        lists = [
            {"list_name": self._list(name), "name": code,
             **{f"label::{LANGUAGES[one]}": label[one] for one in LANGUAGES}}
            for name in sorted(self.used) for code, label in self.lists[name]
        ]  # fmt: skip
        return {
            "pack.yaml": {
                "id": wishes.id,
                "version": "1",
                "title": both,
                "source": dict.fromkeys(LANGUAGES, wishes.source),
                "records": records,
                "privacy_notice": notice(wishes.purpose),
            },
            "survey.csv": [{k: v for k, v in cells.items() if v} for cells in asked],
            "choices.csv": lists,
            "classifications.yaml": classes,
            "rules.yaml": [],
            "tables.yaml": tables,
            "indicators.yaml": [],
            "book.yaml": {"chapters": [{"id": CHAPTER, "title": both}]},
        }

    def _tables(
        self, records: Sequence[Mapping[str, Any]]
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        tables: list[dict[str, Any]] = []
        classes: list[dict[str, Any]] = []
        inside = False
        for one in self.asked:
            if one.cells["type"] in ("begin repeat", "end repeat"):
                inside = one.cells["type"].startswith("begin")
            if not one.tabled:
                continue
            name = one.cells["name"]
            record = records[1 if inside else 0]
            label = {code: one.cells[f"label::{long}"] for code, long in LANGUAGES.items()}
            title = {
                "id": f"{record['title']['id']} menurut {label['id'].strip(' ?:')}",
                "en": f"{record['title']['en']} by {label['en'].strip(' ?:')}",
            }
            kind: dict[str, Any] = {
                "id": name, "variable": name, "sensitivity": "restricted", "lowest": "desa",
            }  # fmt: skip
            kind |= steps() if one.tabled == "number" else listed(one.codes)
            classes.append(kind)
            tables.append(
                {"id": name, "title": title, "unit": record["unit"], "variable": name,
                 "classification": name, "by_sex": False, "chapter": CHAPTER, "chart": "bars",
                 "question": dict.fromkeys(LANGUAGES, self.wishes.purpose)}
            )  # fmt: skip
        return tables, classes

    def _recounting(self, content: Content, pack: Pack) -> bool:
        """A calculation that only shows one answer again has no table of its own: two roundings of
        one count could be compared."""
        found = recounting(pack)
        for name in found:
            row = next(one.row for one in self.asked if one.cells["name"] == name)
            self.tell(told.RECOUNTING, row, "calculation", field=name)
            for file in ("tables.yaml", "classifications.yaml"):
                content[file] = [one for one in content[file] if one["variable"] != name]
        return bool(found)

    def unfit(self, content: Content) -> list[Problem]:
        """What the pack's own checks say, at the row of the workbook."""
        pack, faults = build(content)
        if self._recounting(content, pack):
            pack, faults = build(content)
        rows = {one.cells["name"]: one.row for one in self.asked if "name" in one.cells}
        found = []
        for fault in dict.fromkeys([*faults, *check(pack)]):
            row = rows.get(re.split(r"[ ,]", fault.item)[0])
            found.append(
                told.UNFIT.problem(
                    sheet=row.sheet if row else "survey", row=row.number if row else 0,
                    field=fault.item or fault.file, reason=fault.words,
                )
            )  # fmt: skip
        return found


def _fit_code(code: str, taken: set[str]) -> str:
    """A short code of its own for one that is too long or has other signs."""
    base = re.sub(r"[^A-Za-z0-9_]", "_", code)[:20]
    short, at = base, 2
    while short in taken:
        short, at = f"{base[:16]}_{at}", at + 1
    return short


def _worded(words: str) -> str:
    """Words without the marks that only a screen turns into bold or colour."""
    plain_words = html.unescape(_TAG.sub(" ", words))
    return " ".join(_MARKED.sub(r"\2", plain_words).lstrip("# ").split())


def place(source: str) -> dict[str, str]:
    """The question on the RT, as a row of the survey."""
    words = {"id": "RT", "en": "RT"}
    why = {"id": "Mengetahui RT mana yang belum didata.", "en": "To know which RT is missing."}
    return {
        "type": f"select_one {AREAS}", "name": "rt", "role": "area", "required": "yes",
        "source": source,
        **{f"label::{LANGUAGES[one]}": words[one] for one in LANGUAGES},
        **{f"why::{LANGUAGES[one]}": why[one] for one in LANGUAGES},
    }  # fmt: skip


def _list_of(type_: str, how: int) -> str:
    """The list of a question with one answer (1) or several (2); "" for another kind."""
    for spoken, answers in CHOSEN.items():
        if answers == how and type_.lower().startswith(spoken + " "):
            return type_[len(spoken) + 1 :].strip()
    return ""


def plain(words: str, otherwise: str) -> str:
    name = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")[:30]
    if not name or not name[0].isalpha() or name in TAKEN_NAMES | {"orang", "keluarga"}:
        return otherwise + "_" if otherwise in TAKEN_NAMES else otherwise
    return name


def listed(codes: Sequence[tuple[str, Text]]) -> dict[str, Any]:
    return {
        "classes": [
            {"code": code + "_" if code in TAKEN_CODES else code, "label": label, "members": [code]}
            for code, label in codes
        ]
    }


def steps(most: int | None = None) -> dict[str, Any]:
    """Classes of a number; of one that is bounded only as many as can hold something."""
    ranges = [one for one in STEPS if not most or one[0] <= most]
    ranges[-1] = (ranges[-1][0], None)

    def label(low: int, high: int | None) -> Text:
        return {
            one: f"{low:,}".replace(",", mark) + ("+" if high is None else "")
            if high is None or low == high
            else f"{low}–{high}"
            for one, mark in (("id", "."), ("en", ","))
        }

    merged = []
    for first, last in WIDER:
        found = ranges[first : last + 1]
        if not found:
            continue
        low, high = found[0][0], found[-1][1]
        members = [f"a{one[0]}" for one in found]
        merged.append({"code": f"g{low}", "label": label(low, high), "members": members})
    return {
        "classes": [
            {"code": f"a{low}", "label": label(low, high), "range": [low, high]}
            for low, high in ranges
        ],
        **({"merged": merged} if len(merged) > 1 else {}),
    }


def notice(purpose: str) -> Text:
    return {
        "id": f"Data ini dikumpulkan pemerintah desa atau kelurahan. Gunanya: {purpose}\n\n"
        "Nama dan keterangan tertulis disimpan terkunci. Yang diumumkan hanya jumlah; angka kecil "
        "dibulatkan atau tidak diumumkan.\n\nMenjawab bersifat sukarela. Bapak/Ibu berhak melihat "
        "jawaban sendiri, memintanya diperbaiki, dan memintanya dihapus di kantor desa atau "
        "kelurahan, sesuai Undang-Undang Nomor 27 Tahun 2022.",
        "en": f"The village government collects these data. What for: {purpose}\n\nNames and "
        "written notes are kept sealed. Only counts are published; small numbers are rounded or "
        "not published.\n\nAnswering is voluntary. You have the right to see your answers, to have "
        "them corrected and to have them erased, at the village office, under Law 27/2022.",
    }
