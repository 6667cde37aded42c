"""From the text files of a pack to a Pack. Pure: texts come in, nothing is opened here.

Three steps: ``contents`` reads CSV and YAML into plain values, ``digest`` is the hash of those
values (so order of files, line ends and layout do not matter), ``build`` makes the Pack of them.
"""

import csv
import io
from collections.abc import Hashable, Mapping, Sequence
from itertools import islice
from typing import Any

import yaml

from cantik.kernel import canonical
from cantik.kernel.expression import Expression
from cantik.kernel.text import Text

from . import xlsform
from .faults import BadPack, Fault
from .pack import (
    HOUSEHOLD,
    Book,
    Chapter,
    Class,
    Classification,
    Indicator,
    Instrument,
    Item,
    Pack,
    Record,
    Rule,
    SeriesTemplate,
    TableTemplate,
)

__all__ = ["FILES", "BadPack", "Content", "build", "contents", "digest", "read"]

Content = dict[str, Any]
FILES = (
    "pack.yaml", "survey.csv", "choices.csv", "classifications.yaml", "rules.yaml", "tables.yaml",
    "indicators.yaml", "book.yaml", "series.yaml",
)  # fmt: skip
# Not every pack has prices: a pack without is the same pack as before there were any.
OPTIONAL = frozenset({"series.yaml"})
LISTS = (
    "classifications.yaml", "rules.yaml", "tables.yaml", "indicators.yaml", "series.yaml",
)  # fmt: skip
NEEDED = {"survey.csv": ("type", "name", "role"), "choices.csv": ("list_name", "name")}
LARGEST = 1_000_000  # characters of one file
MOST_RECORDS = 2
# A pack may come from anybody: what is checked must stay as small as its text.
MOST_ROWS = {"survey.csv": 1_000, "choices.csv": 30_000}
MOST_ENTRIES = 1_000  # of a list at the top of a YAML file
DEEPEST = 24
MOST_NODES = 30_000  # of a YAML file: keys, values, lists


def contents(files: Mapping[str, str]) -> tuple[Content, list[Fault]]:
    """The plain values of all files, and what cannot be read at all. A broken file is empty."""
    found: Content = {}
    faults: list[Fault] = []
    for name in FILES:
        text = files.get(name)
        if text is None and name in OPTIONAL:
            continue
        found[name] = [] if name.endswith(".csv") or name in LISTS else {}
        if text is None:
            faults.append(Fault(name, "", "berkas tidak ada"))
        elif len(text) > LARGEST or "\ufffd" in text or "\x00" in text:
            faults.append(Fault(name, "", "berkas bukan teks UTF-8 atau terlalu besar"))
        elif name.endswith(".csv"):
            found[name] = _csv(name, text, faults)
        else:
            _yaml(name, text, found, faults)
    return found, faults


def _csv(name: str, text: str, faults: list[Fault]) -> list[dict[str, str]]:
    """Rows without their empty cells. A cell beyond the last heading stands under ""."""
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    reader = csv.DictReader(io.StringIO(plain), restkey="", restval="")
    try:
        headings = [heading.strip() for heading in reader.fieldnames or ()]
        lines = list(islice(reader, MOST_ROWS[name] + 1))
    except csv.Error:
        faults.append(Fault(name, "", "bukan CSV: ada isian yang terlalu panjang"))
        return []
    missing = [column for column in NEEDED[name] if column not in headings]
    faults += [Fault(name, "", f"kolom {column} belum ada") for column in missing]
    if missing:
        return []
    rows = []
    if len(lines) > MOST_ROWS[name]:
        faults.append(Fault(name, "", f"lebih dari {MOST_ROWS[name]} baris"))
        return []
    for row in lines:
        cells = {
            (column or "").strip(): (" ".join(cell) if isinstance(cell, list) else cell).strip()
            for column, cell in row.items()
        }
        kept = {column: cell for column, cell in cells.items() if cell}
        if kept:
            rows.append(kept)
    return rows


def _yaml(name: str, text: str, found: Content, faults: list[Fault]) -> None:
    try:
        value = yaml.load(text, Loader=_Strict)  # noqa: S506 a SafeLoader that refuses more
        canonical.dumps(value)
    except yaml.YAMLError as fault:
        faults.append(Fault(name, "", f"bukan YAML: {' '.join(str(fault).split())}"))
    except canonical.NotCanonical as fault:
        faults.append(
            Fault(name, "", f"hanya teks, angka bulat, ya/tidak, daftar, dan pasangan: {fault}")
        )
    except ValueError:  # a day that does not exist, a number beyond all bounds
        faults.append(Fault(name, "", "bukan YAML: ada angka atau tanggal yang tidak dapat dibaca"))
    else:
        wanted = list if name in LISTS else dict
        if isinstance(value, wanted) and len(value) > MOST_ENTRIES:
            faults.append(Fault(name, "", f"lebih dari {MOST_ENTRIES} butir"))
        elif isinstance(value, wanted):
            found[name] = value
        else:
            faults.append(
                Fault(name, "", "harus berupa " + ("daftar" if wanted is list else "pasangan"))
            )


class _Strict(yaml.SafeLoader):
    """YAML in which one key stands once, and nothing stands for something else: what refers back
    could grow without end, or hold itself."""

    depth = nodes = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.composer.ComposerError(None, None, "rujukan (*) tidak dipakai")
        self.depth, self.nodes = self.depth + 1, self.nodes + 1
        if self.depth > DEEPEST or self.nodes > MOST_NODES:
            raise yaml.composer.ComposerError(None, None, "terlalu dalam atau terlalu besar")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for named, _value in node.value:
            key = self.construct_object(named, deep=True)
            if not isinstance(key, Hashable) or key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key} ditulis dua kali", node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def digest(content: Content) -> str:
    """sha256 of the canonical content: the same whatever the order, line ends or layout."""
    return canonical.digest(canonical.dumps(content))


def read(content: Content) -> Pack:
    """A pack that was checked before. Raises BadPack."""
    pack, faults = build(content)
    if faults:
        raise BadPack(faults)
    return pack


# -- one entry of a YAML file -------------------------------------------------------------------


class Entry:
    """A mapping of a file, read key by key; what is missing, of a wrong kind or unknown is told."""

    def __init__(self, file: str, item: str, value: Any, faults: list[Fault]) -> None:
        self.file = file
        self.item = item
        self.faults = faults
        self.used: set[str] = set()
        self.value: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
        if not isinstance(value, Mapping):
            self.tell("harus berupa pasangan kunci dan isi")

    def tell(self, words: str) -> None:
        self.faults.append(Fault(self.file, self.item, words))

    def _get(self, key: str, kinds: tuple[type, ...], default: Any, needed: bool) -> Any:
        self.used.add(key)
        value = self.value.get(key)
        if value is None:
            if needed:
                self.tell(f"{key} belum ada")
            return default
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            self.tell(f"{key}: {value!r} bukan isian yang benar")
            return default
        return value

    def word(self, key: str, *, needed: bool = True) -> str:
        found: str = self._get(key, (str,), "", needed)
        return found

    def number(self, key: str) -> int:
        found: int = self._get(key, (int,), 0, True)
        return found

    def flag(self, key: str, *, needed: bool = True) -> bool:
        found: bool = self._get(key, (bool,), False, needed)
        return found

    def text(self, key: str, *, needed: bool = True) -> Text:
        found = self._get(key, (Mapping, dict), {}, needed)
        return self._text(key, found)

    def _text(self, key: str, found: Any) -> Text:
        if not isinstance(found, Mapping) or not all(isinstance(v, str) for v in found.values()):
            self.tell(f"{key}: terjemahan harus berupa teks")
            return {}
        for language in found:
            if language not in xlsform.LANGUAGES:
                self.tell(f"{key}: bahasa {language} tidak dikenal")
        return dict(found)

    def texts(self, key: str) -> tuple[Text, ...]:
        return tuple(self._text(key, one) for one in self._get(key, (list,), [], False))

    def words(self, key: str, *, needed: bool = True) -> tuple[str, ...]:
        found = self._get(key, (list,), [], needed)
        if not all(isinstance(one, str) for one in found):
            self.tell(f'{key}: kode ditulis sebagai teks dalam tanda kutip, misalnya "1"')
            return tuple(str(one) for one in found)
        return tuple(found)

    def entries(self, key: str, *, needed: bool = True) -> list["Entry"]:
        found = self._get(key, (list,), [], needed)
        return [
            Entry(self.file, f"{self.item} {_name(one, at)}".strip(), one, self.faults)
            for at, one in enumerate(found, start=1)
        ]

    def span(self, key: str) -> tuple[int | None, int | None] | None:
        found = self._get(key, (list,), None, False)
        if found is None:
            return None
        if len(found) != 2 or any(
            isinstance(n, bool) or not isinstance(n, int | None) for n in found
        ):
            self.tell(f"{key}: dua angka bulat, yang terakhir boleh kosong (null)")
            return None
        return (found[0], found[1])

    def done(self) -> None:
        """Nothing may stand there that nobody reads."""
        for key in self.value:
            if key not in self.used:
                self.tell(f"kunci {key} tidak dikenal")


def _name(value: Any, at: int) -> str:
    if isinstance(value, Mapping):
        for key in ("id", "code", "name"):
            if isinstance(value.get(key), str) and value[key]:
                return str(value[key])
    return f"ke-{at}"


# -- the pack -----------------------------------------------------------------------------------


def build(content: Content) -> tuple[Pack, list[Fault]]:
    """As much of the pack as can be read, with the faults met on the way."""
    faults: list[Fault] = []
    survey = content["survey.csv"]
    head = Entry("pack.yaml", "", content["pack.yaml"], faults)
    listed = _records(head)
    names = [one.name for one in listed]
    _base(head)
    reader = _Reader(content, xlsform.records(survey, names[0]), listed, faults)
    pack = Pack(
        id=head.word("id"),
        version=head.word("version"),
        hash=digest(content),
        title=head.text("title"),
        source=head.text("source"),
        privacy_notice=head.text("privacy_notice"),
        instrument=Instrument(xlsform.questions(survey, content["choices.csv"], faults, names)),
        code_lists=xlsform.code_lists(content["choices.csv"], faults),
        rules=tuple(reader.rules()),
        classifications=reader.classifications(),
        tables=tuple(reader.tables()),
        indicators=tuple(reader.indicators()),
        book=reader.book(),
        counted=reader.expression(head, "counted", names[-1]),
        result=head.word("result", needed=False),
        no_answers=frozenset(head.words("no_answers", needed=False)),
        records=listed,
        series=tuple(reader.series()),
    )
    head.done()
    return pack, faults


def _base(head: Entry) -> None:
    """From which pack a village made its own; nothing of it is read when the pack is used."""
    if "base" not in head.value:
        return
    head.used.add("base")
    one = Entry(head.file, "base", head.value["base"], head.faults)
    for key in ("id", "version", "hash"):
        one.word(key)
    one.done()


def _records(head: Entry) -> tuple[Record, ...]:
    """The records a pack names; those of a household when it names none."""
    found = []
    for one in head.entries("records", needed=False):
        found.append(
            Record(one.word("name"), one.text("title"), one.word("unit"), one.text("unit_label"))
        )
        if one.word("inside", needed=False) != (found[0].name if len(found) > 1 else ""):
            one.tell("inside menyebut bagian pertama, dan hanya pada bagian kedua")
        one.done()
    if len(found) > MOST_RECORDS:
        head.tell("records: paling banyak dua bagian, yang kedua berulang di dalam yang pertama")
    return tuple(found[:MOST_RECORDS]) or HOUSEHOLD


class _Reader:
    def __init__(
        self,
        content: Content,
        records: Mapping[str, str],
        listed: Sequence[Record],
        faults: list[Fault],
    ) -> None:
        self.content = content
        self.records = records
        self.listed = listed
        self.names = [one.name for one in listed]
        self.faults = faults

    def expression(
        self, one: Entry, key: str, record: str, *, needed: bool = False
    ) -> Expression | None:
        source = one.word(key, needed=needed)
        return xlsform.expression(
            one.file,
            f"{one.item}, {key}".removeprefix(", "),
            xlsform.seen_from(source, record, self.records, self.names),
            self.faults,
        )

    def counted(self, unit: str) -> str:
        """The record a unit counts; the innermost one for an unknown unit, which is told later."""
        return next((one.name for one in self.listed if one.unit == unit), self.names[-1])

    def entries(self, file: str) -> list[Entry]:
        return [
            Entry(file, _name(one, at), one, self.faults)
            for at, one in enumerate(self.content.get(file, ()), start=1)
        ]

    def rules(self) -> list[Rule]:
        found = []
        for one in self.entries("rules.yaml"):
            record = one.word("record")
            parsed = self.expression(one, "expression", record, needed=True)
            id_, message, remedy = one.word("id"), one.text("message"), one.text("remedy")
            severity = one.word("severity", needed=False) or "wait"
            if parsed is not None:
                found.append(Rule(id_, record, parsed, message, remedy, severity))
            one.done()
        return found

    def classes(self, one: Entry, key: str, *, needed: bool) -> tuple[Class, ...]:
        found = []
        for row in one.entries(key, needed=needed):
            found.append(
                Class(
                    row.word("code"), row.text("label"), row.words("members", needed=False),
                    row.span("range"),
                )
            )  # fmt: skip
            row.done()
        return tuple(found)

    def classifications(self) -> dict[str, Classification]:
        found: dict[str, Classification] = {}
        for one in self.entries("classifications.yaml"):
            made = Classification(
                id=one.word("id"),
                variable=one.word("variable"),
                sensitivity=one.word("sensitivity"),
                lowest=one.word("lowest"),
                classes=self.classes(one, "classes", needed=True),
                merged=self.classes(one, "merged", needed=False),
                merged_lowest=one.word("merged_lowest", needed=False),
            )
            one.done()
            if made.id in found:
                one.tell("nama dipakai dua kali")
            found[made.id] = made
        return found

    def tables(self) -> list[TableTemplate]:
        found = []
        for one in self.entries("tables.yaml"):
            unit = one.word("unit")
            found.append(
                TableTemplate(
                    id=one.word("id"),
                    title=one.text("title"),
                    unit=unit,
                    variable=one.word("variable"),
                    classification=one.word("classification"),
                    by_sex=one.flag("by_sex"),
                    universe=self.expression(one, "universe", self.counted(unit)),
                    question=one.text("question"),
                    chapter=one.word("chapter"),
                    chart=one.word("chart"),
                    notes=one.texts("notes"),
                    merged=one.flag("merged", needed=False),
                )
            )
            one.done()
        return found

    def indicators(self) -> list[Indicator]:
        found = []
        for one in self.entries("indicators.yaml"):
            everything = one.value.get("denominator") == "all"
            found.append(
                Indicator(
                    id=one.word("id"),
                    title=one.text("title"),
                    table=one.word("table"),
                    numerator=one.words("numerator"),
                    denominator=one.word("denominator") if everything else one.words("denominator"),
                    multiplier=one.number("multiplier"),
                    sentence=one.text("sentence"),
                    question=one.text("question"),
                    concept=one.text("concept"),
                    interpretation=one.text("interpretation"),
                    definition=one.text("definition", needed=False),
                    classification=one.text("classification", needed=False),
                    measure=one.text("measure", needed=False),
                    unit=one.text("unit", needed=False),
                )
            )
            one.done()
        return found

    def series(self) -> list[SeriesTemplate]:
        found = []
        for one in self.entries("series.yaml"):
            found.append(
                SeriesTemplate(
                    id=one.word("id"),
                    title=one.text("title"),
                    question=one.text("question"),
                    chapter=one.word("chapter"),
                    date=one.word("date"),
                    every=one.word("every"),
                    base=one.number("base"),
                    currency=one.text("currency"),
                    decimals=one.number("decimals"),
                    sensitivity=one.word("sensitivity"),
                    items=self.items(one),
                    notes=one.texts("notes"),
                )
            )
            one.done()
        return found

    def items(self, one: Entry) -> tuple[Item, ...]:
        found = []
        for row in one.entries("items"):
            found.append(Item(row.word("name"), row.text("label"), row.text("unit")))
            row.done()
        return tuple(found)

    def book(self) -> Book:
        book = Entry("book.yaml", "", self.content["book.yaml"], self.faults)
        found = []
        for one in book.entries("chapters"):
            found.append(
                Chapter(one.word("id"), one.text("title"), one.text("words", needed=False))
            )
            one.done()
        book.done()
        return Book(tuple(found))
