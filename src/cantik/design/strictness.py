"""Whether a questionnaire from outside would publish more than the program's own. Pure.

How sensitive an answer is and how far down it may be told is policy. A file that somebody carried
here does not make policy: exact figures, or figures below the whole village, it may only have of
questions that the program's packs publish so, asked and counted of the same people.
"""

from collections.abc import Iterator, Sequence

from cantik.kernel.expression import Expression, names

from .faults import Fault
from .pack import LOWEST, SENSITIVITIES, Classification, Pack, Question

UNKNOWN = "restricted", "desa"  # what a question may be that no pack of the program asks


def looser(pack: Pack, known: Sequence[Pack]) -> Iterator[Fault]:
    """What is published more freely than the packs of the program allow."""
    for one in pack.classifications.values():
        allowed = [found for other in known if (found := _allowed(pack, other, one)) is not None]
        if not any(_within(one, *pair) for pair in allowed or [UNKNOWN]):
            kind, lowest = max(allowed, key=lambda pair: _rank(*pair), default=UNKNOWN)
            yield Fault(
                "classifications.yaml", one.id,
                "lebih longgar daripada yang boleh untuk kuesioner yang diterima sebagai berkas; "
                f"tulis sensitivity: {kind} dan lowest: {lowest}",
            )  # fmt: skip
        elif not _within(one, *UNKNOWN):
            yield from _universes(pack, known, one)


def _rank(kind: str, lowest: str) -> tuple[int, int]:
    """Larger is stricter."""
    return SENSITIVITIES.index(kind), LOWEST.index(lowest)


def _within(one: Classification, kind: str, lowest: str) -> bool:
    strict, far = _rank(kind, lowest)
    deepest = min(LOWEST.index(level) for level in (one.lowest, one.merged_lowest or one.lowest))
    return SENSITIVITIES.index(one.sensitivity) >= strict and deepest >= far


def _allowed(pack: Pack, other: Pack, one: Classification) -> tuple[str, str] | None:
    """What a pack of the program allows for the same answers; None where it asks something else."""
    if not _same(pack, other, one.variable, set()):
        return None
    theirs = [c for c in other.classifications.values() if c.variable == one.variable]
    named = [c for c in theirs if c.id == one.id] or theirs
    pairs = [(c.sensitivity, c.merged_lowest or c.lowest) for c in named]
    return max(pairs, key=lambda pair: _rank(*pair), default=None)


def _universes(pack: Pack, known: Sequence[Pack], one: Classification) -> Iterator[Fault]:
    for table in pack.tables:
        if table.classification != one.id:
            continue
        same = any(
            _source(table.universe) == _source(theirs.universe)
            and theirs.variable == table.variable
            and (table.universe is None or _all_same(pack, other, table.universe, set()))
            for other in known
            for theirs in other.tables
        )
        if table.universe is not None and not same:
            yield Fault(
                "tables.yaml", table.id,
                "syarat (universe) ini tidak ada pada kuesioner Cantik, jadi tabelnya hanya boleh "
                "restricted untuk seluruh desa",
            )  # fmt: skip


def _same(pack: Pack, other: Pack, name: str, done: set[str]) -> bool:
    """Whether a question, and all it depends on, is the one that another pack asks."""
    if name in done:
        return True
    done.add(name)
    mine, theirs = _found(pack, name), _found(other, name)
    if mine is None or theirs is None:
        return mine is theirs
    counted = (pack.record(mine.record).unit, _source(pack.counted))
    if counted != (other.record(theirs.record).unit, _source(other.counted)):
        return False
    parts = [q for q in (pack.counted, mine.relevant, mine.calculate) if q is not None]
    return (
        (mine.kind, mine.role) == (theirs.kind, theirs.role)
        and {c.code: c.label for c in pack.choices(mine)}
        == {c.code: c.label for c in other.choices(theirs)}
        and _source(mine.relevant) == _source(theirs.relevant)
        and _source(mine.calculate) == _source(theirs.calculate)
        and all(_all_same(pack, other, one, done) for one in parts)
    )


def _all_same(pack: Pack, other: Pack, condition: Expression, done: set[str]) -> bool:
    return all(_same(pack, other, name, done) for name in names(condition))


def _found(pack: Pack, name: str) -> Question | None:
    return next((q for q in pack.instrument.questions if q.name == name), None)


def _source(condition: Expression | None) -> str:
    return "" if condition is None else condition.source
