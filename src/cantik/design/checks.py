"""A pack checked as one object: every part that no longer fits another is told, not only the first.

Pure. Faults are sentences "file: item: what", for the person who writes the pack.
"""

import re
from collections import Counter
from collections.abc import Iterator

from cantik.kernel.expression import Expression, names
from cantik.kernel.text import Text, complete

from .pack import (
    FAMILY,
    LOWEST,
    MEMBER,
    RECORDS,
    ROLES,
    SENSITIVITIES,
    Class,
    Classification,
    Pack,
    Question,
)
from .reading import AREAS

# What the rest of the house reads by name.
NEEDED = {"jenis_kelamin": MEMBER, "umur": MEMBER}
MOST_SENSITIVE_CLASSES = 3
BUILT_IN = frozenset({MEMBER, "data"})


def check(pack: Pack) -> list[str]:
    """All faults; empty when the pack holds together."""
    return [
        *_survey(pack),
        *_expressions(pack),
        *_classifications(pack),
        *_tables(pack),
        *_indicators(pack),
        *_texts(pack),
    ]


def _twice(items: Iterator[str] | list[str]) -> list[str]:
    return [item for item, n in Counter(items).items() if n > 1]


def _survey(pack: Pack) -> Iterator[str]:
    questions = pack.instrument.questions
    for name in _twice([q.name for q in questions]):
        yield f"survey.csv: {name}: nama dipakai dua kali"
    for one in questions:
        if one.role not in ROLES:
            yield f"survey.csv: {one.name}: peran {one.role or 'kosong'} tidak dikenal"
        if one.record not in RECORDS:
            yield f"survey.csv: {one.name}: bagian {one.record} tidak dikenal"
        listed = one.choices == AREAS or one.choices in pack.code_lists
        if one.kind == "choice" and not listed:
            yield f"survey.csv: {one.name}: daftar {one.choices or 'kosong'} tidak ada"
        if one.kind in ("text", "date") and one.role not in ("key", "identity", "free"):
            yield f"survey.csv: {one.name}: teks dan tanggal hanya boleh di brankas"
        if one.constraint is not None and not one.constraint_message:
            yield f"survey.csv: {one.name}: batas tanpa penjelasan"
    for role in ("key", "area"):
        if [q.record for q in questions if q.role == role] != [FAMILY]:
            yield f"survey.csv: harus ada tepat satu pertanyaan berperan {role} pada keluarga"
    for needed, record in NEEDED.items():
        if not any(q.name == needed and q.record == record for q in questions):
            yield f"survey.csv: {needed}: harus ada pada {record}"
    for list_name, items in pack.code_lists.items():
        for code in _twice([one.code for one in items]):
            yield f"choices.csv: {list_name}: kode {code} dipakai dua kali"
    if pack.result:
        if pack.result not in pack.instrument.names():
            yield f"pack.yaml: result: pertanyaan {pack.result} tidak ada"
        else:
            known = {c.code for c in pack.choices(pack.instrument.question(pack.result))}
            for code in sorted(pack.no_answers - known):
                yield f"pack.yaml: no_answers: kode {code} tidak ada"


def _expressions(pack: Pack) -> Iterator[str]:
    known = pack.instrument.names() | BUILT_IN
    for where, expression in _all_expressions(pack):
        for name in sorted(names(expression) - known):
            yield f"{where}: pertanyaan {name} tidak ada"
        for name, codes in _compared(pack, expression):
            for code in codes:
                yield f"{where}: kode {code} tidak ada pada {name}"


def _all_expressions(pack: Pack) -> Iterator[tuple[str, Expression]]:
    for one in pack.instrument.questions:
        for key in ("relevant", "constraint", "calculate"):
            found = getattr(one, key)
            if found is not None:
                yield f"survey.csv: {one.name}, {key}", found
    for rule in pack.rules:
        yield f"rules.yaml: {rule.id}", rule.expression
    for table in pack.tables:
        if table.universe is not None:
            yield f"tables.yaml: {table.id}, universe", table.universe
    if pack.counted is not None:
        yield "pack.yaml: counted", pack.counted


def _compared(pack: Pack, expression: Expression) -> Iterator[tuple[str, list[str]]]:
    """Codes a choice question is compared with that its list does not have."""
    for name, code in re.findall(r"([A-Za-z_]\w*)\s*!?=\s*'([^']+)'", expression.source):
        try:
            question = pack.instrument.question(name)
        except KeyError:
            continue
        known = {c.code for c in pack.choices(question)}
        if question.kind == "choice" and known and code not in known:
            yield name, [code]


def _classifications(pack: Pack) -> Iterator[str]:
    for one in pack.classifications.values():
        where = f"classifications.yaml: {one.id}"
        if one.sensitivity not in SENSITIVITIES or one.lowest not in LOWEST:
            yield f"{where}: kepekaan atau tingkat tidak dikenal"
        if one.sensitivity == "sensitive":
            finest = one.merged or one.classes
            if len(finest) > MOST_SENSITIVE_CLASSES:
                yield f"{where}: data peka paling banyak {MOST_SENSITIVE_CLASSES} kelompok"
            if one.lowest != "desa":
                yield f"{where}: data peka hanya pada tingkat desa"
        for code in _twice([c.code for c in one.classes]) + _twice([c.code for c in one.merged]):
            yield f"{where}: kelompok {code} dipakai dua kali"
        merged = [m for c in one.merged for m in c.members]
        if one.merged and sorted(merged) != sorted(c.code for c in one.classes):
            yield f"{where}: gabungan tidak memuat setiap kelompok tepat satu kali"
        try:
            question = pack.instrument.question(one.variable)
        except KeyError:
            yield f"{where}: pertanyaan {one.variable} tidak ada"
            continue
        yield from _covers(pack, where, one, question)


def _covers(pack: Pack, where: str, one: Classification, question: Question) -> Iterator[str]:
    if question.sealed:
        yield f"{where}: {question.name} adalah isian brankas dan tidak boleh diumumkan"
    if any(c.range is not None for c in one.classes):
        yield from _ranges(where, one.classes)
        return
    used = [m for c in one.classes for m in c.members]
    for code in _twice(used):
        yield f"{where}: kode {code} ada pada dua kelompok"
    known = {c.code for c in pack.choices(question)}
    for code in sorted(set(used) - known):
        yield f"{where}: kode {code} tidak ada pada {question.name}"
    left = known - set(used)
    if question.name == pack.result:
        left -= pack.no_answers
    for code in sorted(left):
        yield f"{where}: kode {code} dari {question.name} tidak masuk kelompok mana pun"


def _ranges(where: str, classes: tuple[Class, ...]) -> Iterator[str]:
    at: int | None = None
    for place, one in enumerate(classes):
        if one.range is None:
            yield f"{where}: {one.code} tanpa rentang"
            return
        low, high = one.range
        if low is None or (at is not None and low != at + 1):
            yield f"{where}: {one.code} bertumpuk atau berlubang"
        if high is None and place != len(classes) - 1:
            yield f"{where}: {one.code} terbuka di tengah"
        at = high if high is not None else at


def _tables(pack: Pack) -> Iterator[str]:
    for id_ in _twice([t.id for t in pack.tables]):
        yield f"tables.yaml: {id_}: nama dipakai dua kali"
    chapters = {c.id for c in pack.book}
    same: Counter[tuple[str, str]] = Counter()
    for one in pack.tables:
        where = f"tables.yaml: {one.id}"
        found = pack.classifications.get(one.classification)
        if found is None:
            yield f"{where}: klasifikasi {one.classification} tidak ada"
        elif found.variable != one.variable:
            yield f"{where}: klasifikasi {one.classification} bukan untuk {one.variable}"
        if one.variable not in pack.instrument.names():
            yield f"{where}: pertanyaan {one.variable} tidak ada"
        elif pack.instrument.question(one.variable).record == MEMBER and one.unit == FAMILY:
            yield f"{where}: {one.variable} adalah isian anggota"
        if one.chapter not in chapters:
            yield f"{where}: bab {one.chapter} tidak ada"
        if one.unit not in ("keluarga", "orang"):
            yield f"{where}: satuan {one.unit} tidak dikenal"
        same[one.variable, one.universe.source if one.universe else ""] += 1
    for (variable, _universe), n in same.items():
        if n > 1:
            # Two roundings of one count would let a reader compare them.
            yield f"tables.yaml: {variable}: dua tabel untuk isian dan semesta yang sama"
    for chapter in pack.book:
        if not any(t.chapter == chapter.id for t in pack.tables):
            yield f"book.yaml: {chapter.id}: bab tanpa tabel"


def _indicators(pack: Pack) -> Iterator[str]:
    known = {t.id: pack.classifications.get(t.classification) for t in pack.tables}
    for one in pack.indicators:
        where = f"indicators.yaml: {one.id}"
        found = known.get(one.table)
        if found is None:
            yield f"{where}: tabel {one.table} tidak ada"
            continue
        shown = found.merged if found.sensitivity == "sensitive" and found.merged else found.classes
        codes = {c.code for c in shown}
        used = set(one.numerator) | (
            set() if isinstance(one.denominator, str) else set(one.denominator)
        )
        for code in sorted(used - codes):
            yield f"{where}: kelompok {code} tidak ada pada tabel {one.table}"
        for language, sentence in one.sentence.items():
            try:
                sentence.format(n="", d="", p="")
            except (KeyError, IndexError, ValueError):
                yield f"{where}: kalimat {language} memakai isian yang tidak dikenal"


def _texts(pack: Pack) -> Iterator[str]:
    def missing(where: str, text: Text) -> Iterator[str]:
        for language in complete(text):
            yield f"{where}: belum ada dalam bahasa {language}"

    yield from missing("pack.yaml: title", pack.title)
    yield from missing("pack.yaml: privacy_notice", pack.privacy_notice)
    for q in pack.instrument.questions:
        yield from missing(f"survey.csv: {q.name}, label", q.label)
        if q.hint:
            yield from missing(f"survey.csv: {q.name}, hint", q.hint)
        if q.constraint_message:
            yield from missing(f"survey.csv: {q.name}, constraint_message", q.constraint_message)
    for name, items in pack.code_lists.items():
        for item in items:
            yield from missing(f"choices.csv: {name} {item.code}", item.label)
    for rule in pack.rules:
        yield from missing(f"rules.yaml: {rule.id}, message", rule.message)
        yield from missing(f"rules.yaml: {rule.id}, remedy", rule.remedy)
    for c in pack.classifications.values():
        for one in (*c.classes, *c.merged):
            yield from missing(f"classifications.yaml: {c.id} {one.code}", one.label)
    for table in pack.tables:
        yield from missing(f"tables.yaml: {table.id}, title", table.title)
        yield from missing(f"tables.yaml: {table.id}, question", table.question)
    for i in pack.indicators:
        for key in ("title", "sentence", "question", "concept", "interpretation"):
            yield from missing(f"indicators.yaml: {i.id}, {key}", getattr(i, key))
