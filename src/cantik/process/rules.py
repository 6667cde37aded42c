"""What is to be looked at in the answers of a village. Pure: answers in, findings out.

One family is judged by its pack; all families together are searched for the same family twice.
A finding is a place and a mark of the facts it is about, no name and no number of anyone; with the
mark an explanation falls when those facts change.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cantik.design.api import Pack, Remembered, Verdict, involved, judge
from cantik.kernel import canonical, expression
from cantik.kernel.problems import Severity

ITSELF = -1  # the family, not one of its members
RULE, TWIN, AREA = "rule", "twin", "area"
AGE, BORN = "umur", "tanggal_lahir"  # the one derived answer that needs a sealed one
# Two families of fewer members may be alike by chance (ketentuan kami).
FEWEST_TWIN_MEMBERS = 3
Answers = Mapping[str, Any]


@dataclass(frozen=True, order=True)
class Found:
    """``kind`` is missing, misplaced, bounds, rule, twin or area; ``name`` the question or rule;
    ``member`` counts from 0; ``mark`` stands for the facts it is about."""

    kind: str
    name: str
    member: int = ITSELF
    mark: str = ""

    @property
    def key(self) -> tuple[str, str, int]:
        return self.kind, self.name, self.member


def in_family(
    pack: Pack,
    answers: Answers,
    sealed_faults: Iterable[tuple[str, int | None, str]],
    today: date,
    remembered: Remembered | None = None,
) -> list[Found]:
    """Findings of one family, in order. ``sealed_faults`` were found where identity was at hand."""
    sealed = [Verdict(kind, member, name) for kind, member, name in sealed_faults]
    unborn = {one.member for one in sealed if one.name == BORN}
    verdicts = sealed + [
        one
        for one in judge(
            pack,
            answers[pack.main],
            pack.inside(answers),
            today,
            with_sealed=False,
            remembered=remembered,
        )
        if one.member not in unborn or not _for_want_of_age(pack, one, answers)
    ]
    return sorted(
        {
            Found(
                one.kind,
                one.name,
                ITSELF if one.member is None else one.member,
                _mark(pack, one, answers),
            )
            for one in verdicts
        }
    )


def _for_want_of_age(pack: Pack, verdict: Verdict, answers: Answers) -> bool:
    """Whether an answer seems out of place only because the age is not known: the birth date is
    what must be mended, and saying it once is enough."""
    if verdict.kind != "misplaced" or verdict.member is None:
        return False
    relevant = pack.instrument.question(verdict.name).relevant
    unknown = pack.inside(answers)[verdict.member].get(AGE) is None
    return unknown and relevant is not None and AGE in expression.names(relevant)


def _mark(pack: Pack, verdict: Verdict, answers: Answers) -> str:
    names = involved(pack, verdict)
    own = [answers[pack.main].get(name) for name in names]
    members = pack.inside(answers)
    chosen = range(len(members)) if verdict.member is None else [verdict.member]
    inner = [members[at].get(name) for at in chosen if at < len(members) for name in names]
    if verdict.member is not None and verdict.kind == RULE:  # a rule may read the others too
        inner += [member.get(name) for member in members for name in names]
    return canonical.digest(canonical.dumps([own, inner]))


def twins(pack: Pack, families: Sequence[tuple[str, Answers]]) -> dict[str, Found]:
    """Families (id, answers) whose members are all alike: perhaps one family sent twice."""
    alike: dict[str, list[str]] = {}
    for id_, answers in families:
        members = pack.inside(answers)
        if len(members) >= FEWEST_TWIN_MEMBERS:
            mark = canonical.digest(canonical.dumps(list(members)))
            alike.setdefault(mark, []).append(id_)
    return {
        id_: Found(TWIN, pack.main, ITSELF, mark)
        for mark, ids in alike.items()
        if len(ids) > 1
        for id_ in ids
    }


def severity(pack: Pack, kind: str, name: str) -> Severity:
    """Refuse: no clean data before it is mended. Wait: someone must have seen it. Note: stops
    nothing."""
    if kind == AREA:
        return Severity.REFUSE
    if kind == RULE:
        rule = next((one for one in pack.rules if one.id == name), None)
        return Severity(rule.severity) if rule is not None else Severity.WAIT
    return Severity.WAIT
