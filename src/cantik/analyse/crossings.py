"""Which answers decide who is counted in a table, as someone who knows the form can tell. Pure.

Children are outside a table of adults, and the table of ages shows how many children there are: two
tables of the same people can be laid over each other. A crossing lists the answers of one variable
in groups that every table treats alike: by the table's universe, the condition under which its
question is asked, and the rule by which its answer is worked out. The clean data have the last
word: what they contradict is not claimed. A crossing holds no counts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


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
    """``unit`` is what is counted (persons: "orang"); everybody is in exactly one atom."""

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
    """Who is counted in one table: ``at`` the position of the class for each record, -1 outside;
    ``leaves_out`` whether the form leaves out everybody who gave an answer to a variable."""

    id: str
    variable: str
    classes: tuple[str, ...]
    at: npt.NDArray[np.int64]
    leaves_out: Callable[[str, object], bool]
    class_of: Callable[[object], int]


def crossing(
    variable: str,
    unit: str,
    values: Sequence[object],
    codes: npt.NDArray[np.int64],
    tables: Sequence[Counted],
) -> Crossing | None:
    """``values`` are all answers that can be given, first those that were; ``codes`` the position
    of each record's answer among them. None when it ties no two tables."""
    marks: list[dict[str, str]] = [{} for _ in values]
    for table in tables:
        within = np.bincount(codes[table.at >= 0], minlength=len(values))
        out = np.asarray([table.leaves_out(variable, value) for value in values], dtype=np.bool_)
        out &= within == 0
        own = table.variable == variable
        if not own and not bool(out.any()):
            continue
        # Nobody can tell who did not answer; when all answered, everybody can.
        answered = not bool((~out[codes] & (table.at < 0)).any())
        for at, value in enumerate(values):
            if out[at]:
                marks[at][table.id] = "outside"
            elif own and answered:
                marks[at][table.id] = "=" + table.classes[table.class_of(value)]
            elif answered:
                marks[at][table.id] = "inside"
    if len({id_ for mark in marks for id_ in mark}) < 2:
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
