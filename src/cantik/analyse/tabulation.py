"""From clean records to raw counts: leaf area x [sex] x finest class. Pure.

A person or family counts in a table when the table's universe holds for it and its answer falls
into a class; everything else is left out of the cube. Persons are those of the clean edition.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cantik.kernel.cube import AREA, Cube, Dimension
from cantik.kernel.expression import Answers, Expression, evaluate, holds, names, parse
from cantik.kernel.tree import Tree

from .crossings import Counted, Crossing, crossing

SEX = "jenis_kelamin"
PERSONS = "orang"
SEX_CODES = ("l", "p")
SEX_LABELS = ({"id": "Laki-laki", "en": "Male"}, {"id": "Perempuan", "en": "Female"})
_SEX_WORDS = {"l": 0, "1": 0, "p": 1, "2": 1}
CLASS = "kelas"
OLDEST = 150  # numbers that may be answered, where a class has no upper end
TRIED = (None, "1", "2", OLDEST)  # answers to other questions that are tried on a condition
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class OpenCounts:
    """Exact counts by leaf: ``units`` (leaves,) by unit; ``persons`` (leaves, 2) by sex, None
    where nobody is counted."""

    units: Mapping[str, Ints]
    persons: Ints | None


def _column(table: pa.Table, name: str) -> list[Any]:
    if name not in table.column_names:
        return [None] * table.num_rows
    values: list[Any] = table.column(name).to_pylist()
    return values


def _coded(values: Sequence[Any]) -> tuple[Ints, list[Any]]:
    """Position of each value in the list of distinct values, in order of first sight."""
    seen: dict[Any, int] = {}
    codes = np.fromiter(
        (seen.setdefault(value, len(seen)) for value in values), np.int64, len(values)
    )
    return codes, list(seen)


def class_of(classes: Sequence[Any], value: Any) -> int:
    """Which class an answer falls into; -1 for none. A class has ``members`` or a ``range``
    (lowest, highest; None is open, both ends belong to it)."""
    if value is None:
        return -1
    for at, one in enumerate(classes):
        span = getattr(one, "range", None)
        if span is not None:
            try:
                number = int(value)
            except (TypeError, ValueError):
                return -1
            low, high = span
            if (low is None or number >= low) and (high is None or number <= high):
                return at
        elif str(value) in (getattr(one, "members", None) or (one.code,)):
            return at
    return -1


class Rules:
    """What the form says of who is counted in one table."""

    def __init__(self, template: Any, classification: Any, question: Any, today: date) -> None:
        self.template, self.classification, self.today = template, classification, today
        self.classes = tuple(classification.classes)
        universe = template.universe
        given = [parse(universe) if isinstance(universe, str) and universe else universe or None]
        given.append(getattr(question, "relevant", None))
        self.conditions = [one for one in given if one is not None and _plain(one)]
        rule = getattr(question, "calculate", None)
        self.rule = rule if rule is not None and _plain(rule) else None
        self._told: dict[tuple[str, object], bool] = {}

    @property
    def names(self) -> set[str]:
        """Variables that may tell who is counted."""
        used = {name for one in self.conditions for name in names(one)}
        return used | (set(names(self.rule)) if self.rule is not None else set())

    def leaves_out(self, variable: str, value: object) -> bool:
        """Whether nobody who gave this answer can be counted, whatever else they answered."""
        if (variable, value) not in self._told:
            self._told[variable, value] = self._leaves_out(variable, value)
        return self._told[variable, value]

    def _leaves_out(self, variable: str, value: object) -> bool:
        if variable == self.template.variable and class_of(self.classes, value) < 0:
            return True
        for one in self.conditions:
            if variable in names(one) and not any(
                holds(one, scope) for scope in self._tries(one, variable, value)
            ):
                return True
        if self.rule is None or variable not in names(self.rule):
            return False
        tries = self._tries(self.rule, variable, value)
        return all(evaluate(self.rule, scope) == "" for scope in tries)

    def _tries(self, expression: Expression, variable: str, value: object) -> list[Answers]:
        others = names(expression) - {variable}
        return [
            Answers({**dict.fromkeys(others, other), variable: value}, today=self.today)
            for other in (TRIED if others else TRIED[:1])
        ]


def _plain(expression: Expression) -> bool:
    """Of one person's or family's own answers."""
    return not any(use.many for use in expression.uses)


class Records:
    """The tables of a clean edition, coded once, read by every table. ``tables`` by the name of
    the record, in the order of ``kinds`` (name, unit): the main one, and those inside it."""

    def __init__(
        self,
        tree: Tree,
        kinds: Sequence[tuple[str, str]],
        tables: Mapping[str, pa.Table],
        today: date | None,
    ) -> None:
        self.tree = tree
        self.today = today or date(1970, 1, 1)
        self.leaves = tree.leaves()
        self.kinds = tuple(kinds)
        self.main = kinds[0][0]
        self.member = kinds[1][0] if len(kinds) > 1 else ""
        at = {leaf.id: place for place, leaf in enumerate(self.leaves)}
        self._tables = dict(tables)
        self._area = {
            name: self._places(_column(tables[name], "wilayah"), at) for name, _ in self.kinds
        }
        self._main_at = {id_: place for place, id_ in enumerate(_column(tables[self.main], "id"))}
        self._coded: dict[tuple[str, str], tuple[Ints, list[Any]]] = {}
        self._masks: dict[tuple[str, str], npt.NDArray[np.bool_]] = {}
        self.persons = next((name for name, unit in self.kinds if unit == PERSONS), "")
        sexes = _column(tables[self.persons], SEX) if self.persons else []
        words = [_SEX_WORDS.get(str(v).strip().lower(), -1) for v in sexes]
        self.sex: Ints = np.asarray(words, dtype=np.int64)

    def record_of(self, template: Any) -> str:
        """The record that a table counts. Raises KeyError for a unit that none has."""
        for name, unit in self.kinds:
            if unit == template.unit:
                return name
        raise KeyError(template.unit)

    @staticmethod
    def _places(areas: Sequence[str], at: Mapping[str, int]) -> Ints:
        """Raises KeyError for a record whose area is no leaf of the tree."""
        return np.fromiter((at[area] for area in areas), np.int64, len(areas))

    def area(self, record: str) -> Ints:
        return self._area[record]

    def column(self, record: str, name: str) -> tuple[Ints, list[Any]]:
        """A variable of ``record``; for members also one of the record they stand in."""
        key = (record, name)
        if key not in self._coded:
            table = self._tables[record]
            if record == self.member and name not in table.column_names:
                codes, values = self.column(self.main, name)
                order = [self._main_at[id_] for id_ in _column(table, self.main)]
                self._coded[key] = (codes[np.asarray(order, dtype=np.int64)], values)
            else:
                self._coded[key] = _coded(_column(table, name))
        return self._coded[key]

    def mask(self, record: str, universe: Expression | str | None) -> npt.NDArray[np.bool_]:
        """For whom the universe holds; evaluated once for each different set of answers."""
        rows = self._tables[record].num_rows
        if universe is None or universe == "":
            return np.ones(rows, dtype=np.bool_)
        expression = parse(universe) if isinstance(universe, str) else universe
        key = (record, expression.source)
        if key not in self._masks:
            self._masks[key] = self._evaluate(record, expression, rows)
        return self._masks[key]

    def _evaluate(self, record: str, expression: Expression, rows: int) -> npt.NDArray[np.bool_]:
        used = sorted(names(expression))
        within = record == self.main and self.member in used
        if within or any(use.many for use in expression.uses):
            return self._one_by_one(record, expression)
        if not used:
            verdict = holds(expression, Answers({}, today=self.today))
            return np.full(rows, verdict, dtype=np.bool_)
        columns = [self.column(record, name) for name in used]
        joint = np.stack([codes for codes, _ in columns], axis=1)
        found, inverse = np.unique(joint, axis=0, return_inverse=True)
        verdicts = np.asarray(
            [
                holds(
                    expression,
                    Answers(
                        {
                            name: values[int(code)]
                            for name, (_, values), code in zip(used, columns, row, strict=True)
                        },
                        today=self.today,
                    ),
                )
                for row in found
            ],
            dtype=np.bool_,
        )
        chosen: npt.NDArray[np.bool_] = verdicts[inverse.reshape(-1)]
        return chosen

    def _one_by_one(self, record: str, expression: Expression) -> npt.NDArray[np.bool_]:
        families = self._tables[self.main].to_pylist()
        inside: dict[str, list[tuple[int, Mapping[str, object]]]] = {}
        members = self._tables[self.member].to_pylist() if self.member else []
        for at, member in enumerate(members):
            inside.setdefault(member[self.main], []).append((at, member))
        verdicts = np.zeros(self._tables[record].num_rows, dtype=np.bool_)
        for at, family in enumerate(families):
            own = inside.get(family["id"], [])
            scope = Answers.family(
                family, [member for _, member in own], today=self.today, repeat=self.member
            )
            if record == self.main:
                verdicts[at] = holds(expression, scope)
            else:
                for (place, _), person in zip(own, scope.repeats[self.member], strict=True):
                    verdicts[place] = holds(expression, person)
        return verdicts

    def open_counts(self) -> OpenCounts:
        """Units by leaf, persons by sex too. Raises ValueError for a person without a sex."""
        if bool((self.sex < 0).any()):
            raise ValueError("a person in the clean data has no sex")
        size = len(self.leaves)
        units = {
            unit: np.bincount(self.area(name), minlength=size).astype(np.int64)
            for name, unit in self.kinds
        }
        persons = None
        if self.persons:
            counts = np.bincount(self.area(self.persons) * 2 + self.sex, minlength=size * 2)
            persons = counts.reshape(size, 2).astype(np.int64)
        return OpenCounts(units, persons)

    def classed(self, template: Any, classification: Any) -> Ints:
        """The position of the class of every record; -1 for those that are not counted."""
        record = self.record_of(template)
        codes, values = self.column(record, template.variable)
        classes = classification.classes
        lookup = np.asarray([class_of(classes, value) for value in values] or [-1], dtype=np.int64)
        at = lookup[codes] if len(codes) else codes
        chosen: Ints = np.where(self.mask(record, template.universe), at, -1)
        return chosen

    def crossings(
        self, jobs: Sequence[tuple[Any, Any]], questions: Mapping[str, Any]
    ) -> list[Crossing]:
        """What the answers to one question tell of who is counted in several tables. ``jobs`` are
        templates with their classifications; ``questions`` of the form by name."""
        found = []
        for record, unit in self.kinds:
            rules = [
                Rules(template, classification, questions.get(template.variable), self.today)
                for template, classification in jobs
                if self.record_of(template) == record
            ]
            tables = [
                Counted(
                    one.template.id,
                    one.template.variable,
                    tuple(row.code for row in one.classes),
                    self.classed(one.template, one.classification),
                    one.leaves_out,
                    partial(class_of, one.classes),
                )
                for one in rules
            ]
            for variable in sorted({name for one in rules for name in one.names}):
                codes, values = self.column(record, variable)
                shows = [one.classes for one in rules if one.template.variable == variable]
                if any(getattr(row, "range", None) is not None for rows in shows for row in rows):
                    values = [*values, *(n for n in range(OLDEST) if n not in values)]
                one_crossing = crossing(variable, unit, values, codes, tables)
                if one_crossing is not None:
                    found.append(one_crossing)
        return found

    def cube(self, template: Any, classification: Any) -> Cube:
        """The raw cube of one table template."""
        record = self.record_of(template)
        classes = tuple(classification.classes)
        at = self.classed(template, classification)
        kept = at >= 0
        size, wide = len(self.leaves), len(classes)
        area = Dimension(
            AREA,
            tuple(leaf.id for leaf in self.leaves),
            tuple({"id": leaf.label, "en": leaf.label} for leaf in self.leaves),
        )
        across = Dimension(
            CLASS, tuple(one.code for one in classes), tuple(one.label for one in classes)
        )
        if record == self.persons and template.by_sex:
            kept &= self.sex >= 0
            flat = (self.area(record)[kept] * 2 + self.sex[kept]) * wide + at[kept]
            counts = np.bincount(flat, minlength=size * 2 * wide).reshape(size, 2, wide)
            return Cube((area, Dimension("sex", SEX_CODES, SEX_LABELS), across), counts, PERSONS)
        flat = self.area(record)[kept] * wide + at[kept]
        plain = np.bincount(flat, minlength=size * wide).reshape(size, wide)
        return Cube((area, across), plain, template.unit)
