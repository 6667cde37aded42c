"""Which answers decide who is counted in a table, as someone who knows the form can tell. Pure.

Children are outside a table of adults, and the table of ages shows how many children there are: two
tables of the same people can be laid over each other. A crossing lists the answers of one variable
in groups that every table treats alike. It is read off the clean data, so it never says what is not
so; it holds no counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Atom:
    """Answers to one variable that all tables treat alike: ``classes`` the class they fall into,
    by table that shows the variable; ``inside`` the other tables that count everybody who gave
    them, ``outside`` those that count nobody who did. A table in none of the three counts some."""

    classes: Mapping[str, str]
    inside: tuple[str, ...]
    outside: tuple[str, ...]


@dataclass(frozen=True)
class Crossing:
    """``unit`` is "keluarga" or "orang"; everybody is in exactly one atom."""

    variable: str
    unit: str
    atoms: tuple[Atom, ...]

    @property
    def tables(self) -> frozenset[str]:
        return frozenset(
            id_ for atom in self.atoms for id_ in (*atom.classes, *atom.inside, *atom.outside)
        )


@dataclass(frozen=True)
class Counted:
    """Who is counted in one table: ``at`` the position of the class for each record, -1 outside."""

    id: str
    variable: str
    classes: tuple[str, ...]
    at: npt.NDArray[np.int64]


def crossing(
    variable: str, unit: str, codes: npt.NDArray[np.int64], tables: Sequence[Counted]
) -> Crossing | None:
    """``codes``: the position of each record's answer among the different answers. None when no
    answer puts anybody outside a table."""
    size = int(codes.max()) + 1 if len(codes) else 0
    everybody = np.bincount(codes, minlength=size)
    marks: list[dict[str, str]] = [{} for _ in range(size)]
    told = False
    for table in tables:
        within = np.bincount(codes[table.at >= 0], minlength=size)
        if bool((within == everybody).all()) and table.variable != variable:
            continue
        for value in range(size):
            if within[value] == 0:
                marks[value][table.id] = "outside"
                told = True
            elif within[value] == everybody[value]:
                first = table.at[int(np.argmax(codes == value))]
                own = table.variable == variable
                marks[value][table.id] = "=" + table.classes[first] if own else "inside"
    if not told:
        return None
    found: dict[tuple[tuple[str, str], ...], Atom] = {}
    for mark in marks:
        key = tuple(sorted(mark.items()))
        found[key] = Atom(
            {id_: how[1:] for id_, how in key if how[0] == "="},
            tuple(id_ for id_, how in key if how == "inside"),
            tuple(id_ for id_, how in key if how == "outside"),
        )
    return Crossing(variable, unit, tuple(found[key] for key in sorted(found)))
