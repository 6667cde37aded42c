"""A pack checked as one object: all that no longer fits together is told, not only the first.

Pure. A fault names file, item and what is broken, for the person who writes the pack. What is
broken is followed down the line: question, table, indicator, chapter of the book.
"""

import re
import string
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from cantik.kernel.expression import Expression, names
from cantik.kernel.problems import Severity
from cantik.kernel.text import Text, complete

from .contradictions import contradictions, told
from .faults import Fault
from .pack import (
    AGE,
    EVERY,
    LOWEST,
    PERSONS,
    ROLES,
    SENSITIVITIES,
    SEX,
    Class,
    Classification,
    Indicator,
    Pack,
    Question,
    TableTemplate,
    one_count,
)
from .reading import Content, build, contents
from .universes import plain
from .universes import universe as counted_for
from .xform import unfit
from .xlsform import AREAS

MOST_SENSITIVE_CLASSES = 3
MOST_BASE, MOST_ITEMS, MOST_DECIMALS = 60, 100, 4  # of a series
CHARTS = ("bars", "pyramid", "stacked", "dots")
# Columns of the clean data and codes of published tables that no pack may use for its own.
TAKEN_NAMES = frozenset({"id", "wilayah", "nomor", "data"})
TAKEN_CODES = frozenset({"jumlah", "di_luar"})
BLANKS = frozenset({"n", "d", "p"})
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CODE = re.compile(r"[A-Za-z0-9_]{1,20}")
_EQUALS = re.compile(r"([^\W\d]\w*)\s*!?=\s*(?:'([^']+)'|\"([^\"]+)\")")
_EQUALS_BACK = re.compile(r"(?:'([^']+)'|\"([^\"]+)\")\s*!?=\s*([^\W\d]\w*)")


def check_files(files: Mapping[str, str]) -> tuple[Content, Pack, list[Fault]]:
    """Everything wrong with the files of one pack, each fault once. The pack is as much of it as
    can be read; it is whole when there is no fault."""
    content, faults = contents(files)
    pack, told = build(content)
    unread = {fault.file for fault in faults}
    # A file that cannot be read is told once, not again by everything that is missing from it.
    follow = [fault for fault in (*told, *check(pack)) if fault.file not in unread]
    return content, pack, list(dict.fromkeys([*faults, *follow]))


def check(pack: Pack) -> list[Fault]:
    """All faults of what was read; empty when the pack holds together. Whether its rules
    contradict each other is looked at once everything else is in order."""
    return [*_parts(pack)] or [*_contradictions(pack)]


def _contradictions(pack: Pack) -> Iterator[Fault]:
    for one in contradictions(pack):
        yield Fault(*told(pack, one))


def _parts(pack: Pack) -> list[Fault]:
    return [
        *_survey(pack),
        *_choices(pack),
        *_head(pack),
        *_expressions(pack),
        *_rules(pack),
        *_classifications(pack),
        *_tables(pack),
        *_indicators(pack),
        *_series(pack),
        *_book(pack),
        *_texts(pack),
    ]


def twice(items: Iterable[str]) -> list[str]:
    return [item for item, n in Counter(items).items() if n > 1]


# -- questions ----------------------------------------------------------------------------------


def _survey(pack: Pack) -> Iterator[Fault]:
    questions = pack.instrument.questions
    records = {one.name for one in pack.records}
    dated = {one.date for one in pack.series}

    def fault(item: str, words: str) -> Fault:
        return Fault("survey.csv", item, words)

    for name in twice(q.name for q in questions):
        yield fault(name, "nama dipakai dua kali")
    for one in questions:
        if not _NAME.fullmatch(one.name) or one.name in TAKEN_NAMES | records:
            yield fault(
                one.name, "nama hanya huruf kecil, angka, dan _, dan bukan nama yang dipakai"
            )
        if one.role not in ROLES:
            yield fault(one.name, f"peran {one.role or 'kosong'} tidak dikenal")
        if one.record not in records:
            yield fault(one.name, f"bagian {one.record} tidak dikenal")
        if one.kind == "choice" and one.choices != AREAS and not pack.choices(one):
            yield fault(one.name, f"daftar {one.choices or 'kosong'} tidak ada")
        if (one.role == "period") != (one.name in dated):
            yield fault(one.name, "peran period hanya dan selalu untuk tanggal sebuah deret")
        elif one.role == "period":
            if one.kind != "date" or one.record != pack.main:
                yield fault(one.name, f"tanggal deret berjenis date dan ada pada {pack.main}")
            if one.constraint is not None:
                yield fault(one.name, "tanggal deret tidak diberi batas isian")
        elif one.kind in ("text", "date") and not one.sealed and one.role in ROLES:
            yield fault(
                one.name, "teks dan tanggal hanya boleh di brankas: peran key, identity, free"
            )
        if (one.choices == AREAS) != (one.role == "area"):
            yield fault(one.name, f"daftar {AREAS} hanya untuk pertanyaan berperan area")
        if one.constraint is not None and not one.constraint_message:
            yield fault(one.name, "batas isian belum punya penjelasan")
        for expression in (one.relevant, one.constraint, one.calculate):
            if expression is not None and (words := unfit(expression.source)):
                yield fault(one.name, words)
        if (one.role == "derived") != (one.calculate is not None):
            yield fault(one.name, "rumus hanya dan selalu ada pada isian berperan derived")
    for role in ("key", "area"):
        having = [q.record for q in questions if q.role == role]
        if having != [pack.main] and (having or pack.persons):
            yield fault("", f"harus ada tepat satu pertanyaan berperan {role} pada {pack.main}")
    if pack.persons:
        yield from _needed(pack)
    yield from _purposes(pack)


def _needed(pack: Pack) -> Iterator[Fault]:
    """What the rest of the house reads by name."""
    for name, role in ((SEX, "fact"), (AGE, "derived")):
        found = [q for q in pack.instrument.questions if q.name == name]
        if not found:
            yield Fault("survey.csv", name, f"pertanyaan {name} harus ada pada {pack.persons}")
        elif (found[0].record, found[0].role) != (pack.persons, role):
            yield Fault("survey.csv", name, f"harus ada pada {pack.persons} dengan peran {role}")
        elif name == SEX and {c.code for c in pack.choices(found[0])} != {"1", "2"}:
            yield Fault("survey.csv", name, "kode jenis kelamin harus 1 dan 2")
        elif name == AGE and found[0].kind != "integer":
            yield Fault("survey.csv", name, "umur harus bilangan bulat")


def _purposes(pack: Pack) -> Iterator[Fault]:
    """UU 27/2022 asks that no more is collected than a stated purpose needs."""
    used = {*serving(pack), *in_series(pack)}
    for one in pack.instrument.questions:
        if one.role != "derived" and one.name not in used and not one.why:
            yield Fault(
                "survey.csv", one.name, "belum ada alasan bertanya (why) dan tidak dipakai tabel"
            )


def in_series(pack: Pack) -> frozenset[str]:
    """The questions that the pack's series are made from."""
    return frozenset(
        name for one in pack.series for name in (one.date, *(item.name for item in one.items))
    )


def serving(pack: Pack) -> dict[str, list[TableTemplate]]:
    """Tables by the questions they are made from: the variable, its universe, and what a
    derived one is calculated from. The age counts for what only limits who is asked."""
    known = {q.name: q for q in pack.instrument.questions}
    found: dict[str, list[TableTemplate]] = {}
    for table in pack.tables:
        open_names = {table.variable}
        if table.universe is not None:
            open_names |= names(table.universe)
        done: set[str] = set()
        while open_names:
            name = open_names.pop()
            question = known.get(name)
            if name in done or question is None:
                continue
            done.add(name)
            found.setdefault(name, []).append(table)
            if question.calculate is not None:
                open_names |= names(question.calculate)
    return found


def _choices(pack: Pack) -> Iterator[Fault]:
    asked = {q.choices for q in pack.instrument.questions}
    for name, items in pack.code_lists.items():
        for code in twice(one.code for one in items):
            yield Fault("choices.csv", f"{name} {code}", "kode dipakai dua kali")
        for one in items:
            if not _CODE.fullmatch(one.code):
                yield Fault("choices.csv", f"{name} {one.code}", "kode hanya huruf, angka, dan _")
        if name not in asked:
            yield Fault("choices.csv", name, "daftar tidak dipakai pertanyaan mana pun")
        if name == AREAS:
            yield Fault("choices.csv", name, "daftar RT diisi oleh setiap desa, bukan oleh paket")


def _head(pack: Pack) -> Iterator[Fault]:
    for one in pack.records:
        for word in (one.name, one.unit):
            if not _NAME.fullmatch(word) or word in TAKEN_NAMES:
                yield Fault("pack.yaml", "records", f"nama {word or 'kosong'} tidak boleh dipakai")
    names, units = ([getattr(one, key) for one in pack.records] for key in ("name", "unit"))
    for word in (*twice(names), *twice(units)):
        yield Fault("pack.yaml", "records", f"nama {word} dipakai dua kali")
    for text in (t for one in pack.records for t in (one.title, one.unit_label)):
        if complete(text):
            yield Fault("pack.yaml", "records", "judul dan satuan harus ada dalam kedua bahasa")
    if pack.id and not _NAME.fullmatch(pack.id):
        yield Fault("pack.yaml", "id", "hanya huruf kecil, angka, dan _")
    if pack.version and not re.fullmatch(r"[0-9]+(\.[0-9]+)*", pack.version):
        yield Fault("pack.yaml", "version", "versi ditulis sebagai angka dalam tanda kutip")
    found = [q for q in pack.instrument.questions if q.name == pack.result]
    if pack.result and (not found or (found[0].record, found[0].role) != (pack.main, "fact")):
        yield Fault("pack.yaml", "result", f"pertanyaan {pack.result} tidak ada pada {pack.main}")
    elif found:
        known = {c.code for c in pack.choices(found[0])}
        for code in sorted(pack.no_answers - known):
            yield Fault("pack.yaml", "no_answers", f"kode {code} tidak ada pada {pack.result}")
        if known and not known - pack.no_answers:
            yield Fault("pack.yaml", "no_answers", "harus ada hasil yang membawa jawaban")


# -- expressions --------------------------------------------------------------------------------


def _all_expressions(pack: Pack) -> Iterator[tuple[str, str, Expression, bool]]:
    """File, item, expression, and whether it is evaluated over facts only."""
    for one in pack.instrument.questions:
        for column, found in (
            ("relevant", one.relevant),
            ("constraint", one.constraint),
            ("calculation", one.calculate),
        ):
            if found is not None:
                facts_only = column == "calculation" and one.name != AGE
                yield "survey.csv", f"{one.name}, {column}", found, facts_only
    for rule in pack.rules:
        yield "rules.yaml", f"{rule.id}, expression", rule.expression, True
    for table in pack.tables:
        if table.universe is not None:
            yield "tables.yaml", f"{table.id}, universe", table.universe, True
    if pack.counted is not None:
        yield "pack.yaml", "counted", pack.counted, True


def _expressions(pack: Pack) -> Iterator[Fault]:
    known = {q.name: q for q in pack.instrument.questions}
    for one in known.values():
        if one.relevant is not None and one.name in names(one.relevant):
            words = "syarat bertanya tidak boleh menyebut pertanyaan itu sendiri"
            yield Fault("survey.csv", one.name, words)
    yield from _circles(known)
    for file, item, expression, facts_only in _all_expressions(pack):
        for name in sorted(names(expression) - {pack.member, "data"}):
            if name not in known:
                yield Fault(file, item, f"pertanyaan {name} tidak ada")
            elif facts_only and known[name].role not in ("fact", "derived"):
                yield Fault(
                    file, item, f"isian {name} ada di brankas dan tidak dapat dipakai di sini"
                )
        for name, code in compared(expression):
            question = known.get(name)
            if question is None or question.kind != "choice" or not pack.choices(question):
                continue
            if code not in {c.code for c in pack.choices(question)}:
                yield Fault(file, item, f"kode {code} tidak ada pada {name}")


def _circles(known: Mapping[str, Question]) -> Iterator[Fault]:
    """Questions that wait for each other: none of them could ever be asked or worked out, and the
    form on the screen would not open. Calculations are worked out from top to bottom."""
    waits = {
        name: [
            other
            for expression in (one.relevant, one.calculate)
            if expression is not None
            for other in sorted(names(expression))
            if other in known and name not in (other, AGE)
        ]
        for name, one in known.items()
    }
    order = {name: at for at, name in enumerate(known)}
    told: set[str] = set()
    for name, one in known.items():
        circle = _way_back(name, waits)
        if circle and not told & set(circle):
            told |= set(circle)
            words = " → ".join([*circle, name])
            yield Fault("survey.csv", name, f"saling menunggu: {words}. Hapus salah satu syaratnya")
        if one.calculate is None or name == AGE:
            continue
        if name in names(one.calculate):
            yield Fault("survey.csv", name, "rumus tidak boleh menyebut dirinya sendiri")
        for other in waits[name]:
            if known[other].calculate is not None and order[other] > order[name] and not circle:
                yield Fault(
                    "survey.csv", name, f"rumus memakai {other}, yang dihitung sesudahnya; "
                    f"pindahkan {other} ke atasnya",
                )  # fmt: skip


def _way_back(start: str, waits: Mapping[str, list[str]]) -> list[str]:
    """The shortest way from a question over those it waits for back to it; empty for none."""
    came: dict[str, str] = {}
    row = [start]
    while row:
        following = []
        for name in row:
            for other in waits[name]:
                if other == start:
                    way = [name]
                    while way[-1] != start:
                        way.append(came[way[-1]])
                    return way[::-1]
                if other not in came:
                    came[other] = name
                    following.append(other)
        row = following
    return []


def compared(expression: Expression) -> list[tuple[str, str]]:
    """Pairs (name, code) that the expression holds equal or unequal."""
    found = [(name, one or other) for name, one, other in _EQUALS.findall(expression.source)]
    found += [(name, one or other) for one, other, name in _EQUALS_BACK.findall(expression.source)]
    return list(dict.fromkeys(found))


def _rules(pack: Pack) -> Iterator[Fault]:
    for id_ in twice(rule.id for rule in pack.rules):
        yield Fault("rules.yaml", id_, "nama dipakai dua kali")
    for rule in pack.rules:
        if not _NAME.fullmatch(rule.id):
            yield Fault("rules.yaml", rule.id, "nama hanya huruf kecil, angka, dan _")
        if rule.record not in {one.name for one in pack.records}:
            yield Fault("rules.yaml", rule.id, f"bagian {rule.record} tidak dikenal")
        if rule.severity not in (Severity.WAIT, Severity.NOTE):
            yield Fault("rules.yaml", rule.id, "severity hanya wait atau note")


# -- classes ------------------------------------------------------------------------------------


def _classifications(pack: Pack) -> Iterator[Fault]:
    used = {table.classification for table in pack.tables}
    known = {q.name: q for q in pack.instrument.questions}
    for one in pack.classifications.values():
        for words in _classification(one):
            yield Fault("classifications.yaml", one.id, words)
        if one.id not in used:
            yield Fault("classifications.yaml", one.id, "tidak dipakai tabel mana pun")
        question = known.get(one.variable)
        if question is None:
            yield Fault("classifications.yaml", one.id, f"pertanyaan {one.variable} tidak ada")
            continue
        if question.role not in ("fact", "derived"):
            words = f"{question.name} ada di brankas dan tidak boleh diumumkan"
            yield Fault("classifications.yaml", one.id, words)
        for words in _covers(pack, one, question):
            yield Fault("classifications.yaml", one.id, words)


def _classification(one: Classification) -> Iterator[str]:
    if one.sensitivity not in SENSITIVITIES:
        yield f"kepekaan {one.sensitivity} tidak dikenal"
    if one.lowest not in LOWEST:
        yield f"tingkat {one.lowest} tidak dikenal"
    if not one.classes:
        yield "belum punya kelompok"
    if one.sensitivity == "sensitive":
        if len(one.merged or one.classes) > MOST_SENSITIVE_CLASSES:
            yield f"data peka paling banyak {MOST_SENSITIVE_CLASSES} kelompok"
        if one.lowest != "desa" or one.merged_lowest not in ("", "desa"):
            yield "data peka hanya diumumkan pada tingkat desa"
    if one.merged_lowest:
        if one.merged_lowest not in LOWEST:
            yield f"tingkat {one.merged_lowest} tidak dikenal"
        elif not one.merged:
            yield "merged_lowest tanpa gabungan"
        elif one.lowest in LOWEST and LOWEST.index(one.merged_lowest) >= LOWEST.index(one.lowest):
            yield "gabungan harus turun lebih jauh daripada kelompoknya"
    for part in (one.classes, one.merged):
        for code in twice(c.code for c in part):
            yield f"kelompok {code} dipakai dua kali"
        for c in part:
            if not _CODE.fullmatch(c.code) or c.code in TAKEN_CODES:
                yield f"kode kelompok {c.code} tidak boleh dipakai"
    if one.merged:
        yield from _merged(one)


def _merged(one: Classification) -> Iterator[str]:
    finest = {c.code for c in one.classes}
    inside = [code for c in one.merged for code in c.members]
    for code in sorted(set(inside) - finest):
        yield f"gabungan memuat kelompok {code} yang tidak ada"
    for code in twice(inside):
        yield f"kelompok {code} ada pada dua gabungan"
    for code in sorted(finest - set(inside)):
        yield f"kelompok {code} tidak masuk gabungan mana pun"
    if len(one.merged) >= len(one.classes):
        yield "gabungan harus lebih sedikit daripada kelompoknya"
    finest_members = {c.code: {c.code} for c in one.classes}
    for c in one.merged:
        if c.code in finest_members and set(c.members) != finest_members[c.code]:
            yield f"kode {c.code} dipakai kelompok dan gabungan yang berbeda isinya"
        if c.range is not None:
            yield f"gabungan {c.code} memuat kelompok, bukan rentang"


def _covers(pack: Pack, one: Classification, question: Question) -> Iterator[str]:
    spans = [c.range is not None for c in one.classes]
    if any(spans) or question.kind == "integer":
        if not all(spans) or any(c.members for c in one.classes):
            yield "setiap kelompok angka ditulis sebagai rentang"
        elif question.kind != "integer":
            yield f"rentang hanya untuk angka, dan {question.name} bukan angka"
        else:
            yield from _ranges(one.classes)
        return
    inside = [code for c in one.classes for code in c.members]
    for c in one.classes:
        if not c.members:
            yield f"kelompok {c.code} belum berisi kode"
    for code in twice(inside):
        yield f"kode {code} ada pada dua kelompok"
    known = {c.code for c in pack.choices(question)}
    for code in sorted(set(inside) - known):
        yield f"kode {code} tidak ada pada {question.name}"
    left = known - set(inside)
    if question.name == pack.result:
        left -= pack.no_answers
    for code in sorted(left):
        yield f"kode {code} dari {question.name} tidak masuk kelompok mana pun"


def _ranges(classes: tuple[Class, ...]) -> Iterator[str]:
    """Ranges follow each other without gap or overlap; only the last one may be open."""
    end: int | None = None
    for place, one in enumerate(classes):
        low, high = one.range or (None, None)
        if low is None or (place and (end is None or low <= end)):
            yield f"rentang {one.code} bertumpuk dengan yang sebelumnya atau tanpa awal"
        elif place and end is not None and low > end + 1:
            yield f"ada angka di antara {one.code} dan yang sebelumnya yang tidak masuk kelompok"
        if low is not None and high is not None and high < low:
            yield f"rentang {one.code} terbalik"
        if high is None and place != len(classes) - 1:
            yield f"rentang {one.code} terbuka di tengah"
        end = high


# -- tables, indicators, book -------------------------------------------------------------------


def broken_questions(pack: Pack) -> dict[str, str]:
    """Derived questions whose formula reads a question that is not there, by the missing name."""
    known = {q.name for q in pack.instrument.questions}
    broken: dict[str, str] = {}
    changed = True
    while changed:
        changed = False
        for one in pack.instrument.questions:
            if one.name in broken or one.role != "derived":
                continue
            if one.calculate is None:
                broken[one.name] = one.name
                changed = True
                continue
            for name in sorted(names(one.calculate) - {pack.member, "data"}):
                if name not in known or name in broken:
                    broken[one.name] = broken.get(name, name)
                    changed = True
                    break
    return broken


def broken_tables(pack: Pack) -> dict[str, str]:
    """Tables that cannot be made, by what they miss."""
    known = {q.name for q in pack.instrument.questions}
    derived = broken_questions(pack)
    broken: dict[str, str] = {}
    for table in pack.tables:
        needed = {table.variable}
        if table.universe is not None:
            needed |= names(table.universe) - {pack.member, "data"}
        found = pack.classifications.get(table.classification)
        if found is None:
            broken[table.id] = f"klasifikasi {table.classification}"
        elif found.variable not in known:
            needed.add(found.variable)
        for name in sorted(needed):
            if name not in known or name in derived:
                broken[table.id] = f"pertanyaan {name}"
    return broken


def _tables(pack: Pack) -> Iterator[Fault]:
    chapters = {c.id for c in pack.book.chapters}
    derived = broken_questions(pack)
    for id_ in twice(table.id for table in pack.tables):
        yield Fault("tables.yaml", id_, "nama dipakai dua kali")
    for one in pack.tables:
        if not _NAME.fullmatch(one.id):
            yield Fault("tables.yaml", one.id, "nama hanya huruf kecil, angka, dan _")
        for words in _table(pack, one, chapters):
            yield Fault("tables.yaml", one.id, words)
        if one.variable in derived:
            yield Fault("tables.yaml", one.id, f"rumus {one.variable} tidak dapat dihitung")
    same: dict[tuple[str, str], list[TableTemplate]] = {}
    for one in pack.tables:
        universe = plain(counted_for(pack, one))
        same.setdefault((one.variable, universe), []).append(one)
    for (variable, _universe), found in same.items():
        if len(found) > 1 and not one_count(found):
            # Two roundings of one count could be compared.
            words = f"{variable} dengan semesta yang sama sudah ada pada tabel {found[0].id}"
            yield Fault("tables.yaml", ", ".join(one.id for one in found[1:]), words)
    yield from _repeated(pack)


def _repeated(pack: Pack) -> Iterator[Fault]:
    for table, words in _recounted(pack):
        yield Fault("tables.yaml", table.id, words)


def recounting(pack: Pack) -> list[str]:
    """The calculated questions whose tables would only count one published answer again."""
    return [table.variable for table, _words in _recounted(pack)]


def _recounted(pack: Pack) -> Iterator[tuple[TableTemplate, str]]:
    """A calculation of one answer only shows that answer again in other classes. Where both have a
    table of the same unit, two roundings of one count could be compared."""
    calculated = {
        one.name: names(one.calculate) - {pack.member, "data", one.name}
        for one in pack.instrument.questions
        if one.calculate is not None and one.name != AGE
    }

    def made_of(name: str, on_the_way: frozenset[str] = frozenset()) -> set[str]:
        if name not in calculated or name in on_the_way:
            return {name}
        below = on_the_way | {name}
        return {leaf for inner in calculated[name] for leaf in made_of(inner, below)}

    shown: dict[tuple[str, str], str] = {}
    for table in sorted(pack.tables, key=lambda one: one.variable in calculated):
        many = any(
            use.many
            for one in pack.instrument.questions
            if one.name == table.variable and one.calculate is not None
            for use in one.calculate.uses
        )
        leaves = made_of(table.variable)
        if len(leaves) != 1 or many:
            continue
        [leaf] = leaves
        first = shown.setdefault((leaf, table.unit), table.variable)
        if first != table.variable and table.variable in calculated:
            words = f"{table.variable} hanya menghitung ulang {leaf}, yang sudah diumumkan"
            words += f" {'' if first == leaf else f'lewat {first} '}pada tabel lain; pakai kelompok"
            yield table, words + f" atau gabungan dari {leaf}"


def _table(pack: Pack, one: TableTemplate, chapters: set[str]) -> Iterator[str]:
    if one.unit not in {counted.unit for counted in pack.records}:
        yield f"satuan {one.unit} tidak dikenal"
    found = pack.classifications.get(one.classification)
    if found is None:
        yield f"klasifikasi {one.classification} tidak ada"
    elif one.merged and not found.merged_lowest:
        yield f"klasifikasi {found.id} tidak mengizinkan tabel gabungan (merged_lowest)"
    elif found.variable != one.variable:
        yield f"klasifikasi {found.id} dibuat untuk {found.variable}, bukan {one.variable}"
    record = next((q.record for q in pack.instrument.questions if q.name == one.variable), None)
    if record is None:
        yield f"pertanyaan {one.variable} tidak ada"
    elif record == pack.member and one.unit == pack.records[0].unit:
        unit = pack.records[1].unit
        yield f"{one.variable} adalah isian {pack.member}, satuannya {unit}"
    if one.by_sex and (one.unit != PERSONS or one.variable == SEX):
        yield "menurut jenis kelamin hanya untuk tabel orang tentang hal lain"
    if one.chapter not in chapters:
        yield f"bab {one.chapter} tidak ada"
    if one.chart not in CHARTS:
        yield f"grafik {one.chart} tidak dikenal"
    elif one.chart == "pyramid" and not one.by_sex:
        yield "piramida butuh tabel menurut jenis kelamin"


def _indicators(pack: Pack) -> Iterator[Fault]:
    broken = broken_tables(pack)
    tables = {table.id: table for table in pack.tables}
    for id_ in twice(one.id for one in pack.indicators):
        yield Fault("indicators.yaml", id_, "nama dipakai dua kali")
    for one in pack.indicators:
        if not _NAME.fullmatch(one.id):
            yield Fault("indicators.yaml", one.id, "nama hanya huruf kecil, angka, dan _")
        if one.table not in tables:
            yield Fault("indicators.yaml", one.id, f"tabel {one.table} tidak ada")
        else:
            if one.table in broken:
                words = f"tabel {one.table} tidak dapat dibuat: {broken[one.table]} tidak ada"
                yield Fault("indicators.yaml", one.id, words)
            table = tables[one.table]
            for words in _indicator(
                one, pack.classifications.get(table.classification), merged=table.merged
            ):
                yield Fault("indicators.yaml", one.id, words)
        if one.multiplier < 1:
            yield Fault("indicators.yaml", one.id, "pengali harus 1 atau lebih")
        for language, sentence in one.sentence.items():
            for words in _sentence(sentence):
                yield Fault("indicators.yaml", one.id, f"kalimat {language} {words}")


def _indicator(one: Indicator, found: Classification | None, *, merged: bool) -> Iterator[str]:
    if found is None:
        return
    # What is published of a sensitive variable is its merged classes.
    merged = merged or found.sensitivity == "sensitive"
    shown = found.merged if merged and found.merged else found.classes
    codes = {c.code for c in shown}
    below = () if isinstance(one.denominator, str) else one.denominator
    for name, picked in (("pembilang", one.numerator), ("penyebut", below)):
        for code in twice(picked):
            yield f"{name}: kelompok {code} dihitung dua kali"
        for code in sorted(set(picked) - codes):
            yield f"{name}: kelompok {code} tidak ada pada tabel {one.table}"
    if not one.numerator:
        yield "pembilang kosong"
    if isinstance(one.denominator, str) and one.denominator != "all":
        yield "penyebut adalah daftar kelompok atau all"
    elif not isinstance(one.denominator, str) and not one.denominator:
        yield "penyebut kosong"


def _sentence(sentence: str) -> Iterator[str]:
    try:
        parts = [(n, f, c) for _t, n, f, c in string.Formatter().parse(sentence) if n is not None]
    except ValueError:
        yield "punya kurung kurawal yang tidak ditutup"
        return
    for name, form, conversion in parts:
        if name not in BLANKS or form or conversion:
            yield f"memakai isian {name or 'kosong'} yang tidak dikenal"
    for name in sorted(BLANKS - {name for name, _form, _conversion in parts}):
        yield f"belum memuat {{{name}}}"


def _series(pack: Pack) -> Iterator[Fault]:
    known = {q.name: q for q in pack.instrument.questions}
    chapters = {c.id for c in pack.book.chapters}
    tables = {one.id for one in pack.tables}
    for id_ in twice(one.id for one in pack.series):
        yield Fault("series.yaml", id_, "nama dipakai dua kali")
    for one in pack.series:
        told = []
        if not _NAME.fullmatch(one.id) or one.id in tables:
            told.append("nama hanya huruf kecil, angka, dan _, dan bukan nama tabel")
        if one.chapter not in chapters:
            told.append(f"bab {one.chapter or 'kosong'} tidak ada")
        if one.every not in EVERY:
            told.append(f"every: {' atau '.join(EVERY)}")
        if not 1 <= one.base <= MOST_BASE:
            told.append(f"base: 1 sampai {MOST_BASE} masa")
        if not 0 <= one.decimals <= MOST_DECIMALS:
            told.append(f"decimals: 0 sampai {MOST_DECIMALS}")
        if one.sensitivity not in ("open", "restricted"):
            told.append("kerahasiaan deret: open atau restricted")
        if pack.persons:
            told.append("deret harga tidak boleh ada pada kuesioner tentang orang")
        if one.sensitivity == "open" and any(q.sealed for q in known.values()):
            told.append("deret terbuka hanya pada kuesioner tanpa nama dan tanpa catatan")
        if one.date not in known:
            told.append(f"pertanyaan {one.date or 'kosong'} tidak ada")
        if not 1 <= len(one.items) <= MOST_ITEMS:
            told.append(f"1 sampai {MOST_ITEMS} barang")
        told += [f"barang {name} ditulis dua kali" for name in twice(i.name for i in one.items)]
        for item in one.items:
            asked = known.get(item.name)
            if asked is None:
                told.append(f"pertanyaan {item.name} tidak ada")
            elif (asked.kind, asked.role, asked.record) != ("integer", "fact", pack.main):
                told.append(f"{item.name} bukan angka bulat (fact) pada {pack.main}")
        for words in told:
            yield Fault("series.yaml", one.id, words)


def _book(pack: Pack) -> Iterator[Fault]:
    broken = broken_tables(pack)
    for id_ in twice(chapter.id for chapter in pack.book.chapters):
        yield Fault("book.yaml", id_, "nama dipakai dua kali")
    for chapter in pack.book.chapters:
        inside = [table.id for table in pack.tables if table.chapter == chapter.id]
        if not inside and all(one.chapter != chapter.id for one in pack.series):
            yield Fault("book.yaml", chapter.id, "bab tanpa tabel")
        for id_ in inside:
            if id_ in broken:
                words = f"tabel {id_} tidak dapat dibuat: {broken[id_]} tidak ada"
                yield Fault("book.yaml", chapter.id, words)


# -- words --------------------------------------------------------------------------------------


def _texts(pack: Pack) -> Iterator[Fault]:
    for file, item, text in _all_texts(pack):
        for language in complete(text):
            yield Fault(file, item, f"belum ada dalam bahasa {language}")


def _all_texts(pack: Pack) -> Iterator[tuple[str, str, Text]]:
    yield "pack.yaml", "title", pack.title
    yield "pack.yaml", "source", pack.source
    yield "pack.yaml", "privacy_notice", pack.privacy_notice
    for q in pack.instrument.questions:
        yield "survey.csv", f"{q.name}, label", q.label
        for key, text in (
            ("hint", q.hint),
            ("constraint_message", q.constraint_message),
            ("why", q.why),
            ("concept", q.concept),
            ("definition", q.definition),
            ("time", q.time),
        ):
            if text:
                yield "survey.csv", f"{q.name}, {key}", text
    for name, items in pack.code_lists.items():
        for item in items:
            yield "choices.csv", f"{name} {item.code}", item.label
    for rule in pack.rules:
        yield "rules.yaml", f"{rule.id}, message", rule.message
        yield "rules.yaml", f"{rule.id}, remedy", rule.remedy
    for c in pack.classifications.values():
        for shown in (*c.classes, *c.merged):
            yield "classifications.yaml", f"{c.id} {shown.code}", shown.label
    for table in pack.tables:
        yield "tables.yaml", f"{table.id}, title", table.title
        yield "tables.yaml", f"{table.id}, question", table.question
        for note in table.notes:
            yield "tables.yaml", f"{table.id}, notes", note
    for i in pack.indicators:
        for key in ("title", "sentence", "question", "concept", "interpretation"):
            yield "indicators.yaml", f"{i.id}, {key}", getattr(i, key)
        for key in ("definition", "classification", "measure", "unit"):
            if getattr(i, key):
                yield "indicators.yaml", f"{i.id}, {key}", getattr(i, key)
    for one in pack.series:
        for key in ("title", "question", "currency"):
            yield "series.yaml", f"{one.id}, {key}", getattr(one, key)
        for note in one.notes:
            yield "series.yaml", f"{one.id}, notes", note
        for priced in one.items:
            yield "series.yaml", f"{one.id} {priced.name}, label", priced.label
            yield "series.yaml", f"{one.id} {priced.name}, unit", priced.unit
    for chapter in pack.book.chapters:
        yield "book.yaml", f"{chapter.id}, title", chapter.title
        if chapter.words:
            yield "book.yaml", f"{chapter.id}, words", chapter.words
