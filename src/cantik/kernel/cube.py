"""A table is a cube: named dimensions over a dense array of whole numbers.

The area axis is dimension 0, named "wilayah", in tree order, so that an area's figure is the sum
of a slice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from .text import Text

AREA = "wilayah"
Counts: TypeAlias = npt.NDArray[np.int64]
Pick: TypeAlias = slice | Sequence[int]


@dataclass(frozen=True)
class Dimension:
    """``codes`` and ``labels`` run in parallel; codes are unique."""

    name: str
    codes: tuple[str, ...]
    labels: tuple[Text, ...]

    def __post_init__(self) -> None:
        if len(self.codes) != len(self.labels):
            raise ValueError(f"{self.name}: {len(self.codes)} codes, {len(self.labels)} labels")
        if len(set(self.codes)) != len(self.codes):
            raise ValueError(f"{self.name}: a code stands twice")

    def __len__(self) -> int:
        return len(self.codes)

    def at(self, code: str) -> int:
        """Raises KeyError for a code that is not on this axis."""
        try:
            return self.codes.index(code)
        except ValueError:
            raise KeyError(f"{self.name}: {code}") from None


@dataclass(frozen=True, eq=False)
class Cube:
    """``values`` has the shape of ``dimensions`` (int64). ``unit`` is what is counted.

    Cubes are values: no method changes one, each gives a new one.
    """

    dimensions: tuple[Dimension, ...]
    values: Counts
    unit: str

    def __post_init__(self) -> None:
        values = np.asarray(self.values)
        if values.dtype.kind not in "iu":
            raise TypeError("a cube counts in whole numbers")
        shape = tuple(len(dimension) for dimension in self.dimensions)
        if values.shape != shape:
            raise ValueError(f"values have shape {values.shape}, dimensions {shape}")
        if len({dimension.name for dimension in self.dimensions}) != len(self.dimensions):
            raise ValueError("a dimension stands twice")
        own: Counts = values.astype(np.int64)
        own.setflags(write=False)
        object.__setattr__(self, "values", own)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Cube)
            and self.dimensions == other.dimensions
            and self.unit == other.unit
            and bool(np.array_equal(self.values, other.values))
        )

    __hash__ = None  # type: ignore[assignment]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dimension.name for dimension in self.dimensions)

    @property
    def total(self) -> int:
        return int(self.values.sum())

    def axis(self, name: str) -> int:
        """Raises KeyError."""
        try:
            return self.names.index(name)
        except ValueError:
            raise KeyError(name) from None

    def dimension(self, name: str) -> Dimension:
        """Raises KeyError."""
        return self.dimensions[self.axis(name)]

    def sum_over(self, name: str) -> "Cube":
        """The cube without dimension ``name``."""
        axis = self.axis(name)
        return Cube(
            self.dimensions[:axis] + self.dimensions[axis + 1 :],
            self.values.sum(axis=axis, dtype=np.int64),
            self.unit,
        )

    def roll_up(self, groups: Sequence[tuple[str, Text, Pick]]) -> "Cube":
        """Areas as sums of areas: each group is (code, label, which positions of the area axis)."""
        return self._grouped(AREA, groups)

    def merge(self, name: str, groups: Sequence[tuple[str, Text, Sequence[str]]]) -> "Cube":
        """Classes of ``name`` joined into coarser ones: (code, label, codes that fall into it).

        Every code must fall into exactly one group (ValueError), so that the total stays.
        """
        dimension = self.dimension(name)
        named = [code for _, _, codes in groups for code in codes]
        if sorted(named) != sorted(dimension.codes):
            raise ValueError(f"{name}: every class must fall into exactly one group")
        return self._grouped(
            name, [(code, label, [dimension.at(c) for c in codes]) for code, label, codes in groups]
        )

    def select(self, name: str, codes: Sequence[str]) -> "Cube":
        """Only these codes of ``name``, in this order."""
        dimension = self.dimension(name)
        places = [dimension.at(code) for code in codes]
        return self._grouped(
            name, [(dimension.codes[at], dimension.labels[at], [at]) for at in places]
        )

    def _grouped(self, name: str, groups: Sequence[tuple[str, Text, Pick]]) -> "Cube":
        axis = self.axis(name)
        moved = np.moveaxis(self.values, axis, 0)
        summed = np.zeros((len(groups), *moved.shape[1:]), dtype=np.int64)
        for at, (_, _, picked) in enumerate(groups):
            key: Any = picked if isinstance(picked, slice) else list(picked)
            if isinstance(key, slice) or key:
                summed[at] = moved[key].sum(axis=0, dtype=np.int64)
        dimension = Dimension(
            name, tuple(code for code, _, _ in groups), tuple(label for _, label, _ in groups)
        )
        return Cube(
            (*self.dimensions[:axis], dimension, *self.dimensions[axis + 1 :]),
            np.ascontiguousarray(np.moveaxis(summed, 0, axis)),
            self.unit,
        )

    def cell(self, **codes: str) -> int:
        """One number; dimensions that are not named are summed. Raises KeyError."""
        for name in codes:
            self.axis(name)
        key = tuple(
            dimension.at(codes[dimension.name]) if dimension.name in codes else slice(None)
            for dimension in self.dimensions
        )
        return int(np.sum(self.values[key]))
