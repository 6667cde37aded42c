"""Rules of a pack that contradict each other: which ones, by name. Pure.

``required``, ``relevant``, ``constraint`` and the rules are conditions on one form (its main record
and one record inside it). Each variable gets a few answers that stand for all the others (codes,
the numbers around every limit that is compared with it, empty), and a search looks for answers that
hold them all. Where none are found the set is shrunk until every condition in it is needed.

Nothing is said where this cannot be sure: what counts over several members, calculates, or reads a
date is left out, so conditions only ever become weaker; a search that grows too long is given up.
An answer that is calculated may be anything.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import floor, isfinite
from typing import Any

from cantik.kernel.expression import Answers, Expression, Unsupported, holds, number, parse
from cantik.kernel.problems import Severity

from .pack import Pack, Question, TableTemplate

MOST_STEPS = 4_000  # of one search
MOST_TUPLES = 50_000  # answers tried on one condition
MOST_CODES = 60  # of a list that are all tried
MOST_LINKED = 6  # numbers compared with each other
MOST_FOUND = 5  # contradictions told of one pack
ELSE = "?"  # any other text
_NO_DAY = date(2000, 1, 1)  # conditions that read the day are left out
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Place:
    """Where a condition stands: a column of a question, or a rule (``column`` is "rule")."""

    name: str
    column: str


@dataclass
class Condition:
    """What must be true of the answers to ``names``."""

    place: Place
    names: tuple[str, ...]
    test: Callable[[Values], bool]
    known: dict[tuple[Any, ...], bool] = field(default_factory=dict)
    weight: int = 1

    def holds(self, values: Values) -> bool:
        key = tuple([values[name] for name in self.names])
        found = self.known.get(key)
        if found is None:
            found = self.test(dict(zip(self.names, key, strict=True)))
            if len(self.known) < MOST_TUPLES:
                self.known[key] = found
        return found


@dataclass(frozen=True)
class Contradiction:
    """``kind`` is form (no answers fit the main record), member (none fit a record inside it),
    answer (a question that no answer fits when it is asked), asked (one that is never asked) or
    table (one that counts nobody). ``name`` is the question or table; ``places`` the smallest set:
    without any one of them there are answers that fit."""

    kind: str
    name: str
    places: tuple[Place, ...]


# -- reading expressions ------------------------------------------------------------------------

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d*)?|\.\d+)|(?P<text>"[^"]*"|'[^']*')
    |(?P<name>(?:(?:\.\.|\.)?/)*[^\W\d][\w\-]*(?:/[^\W\d][\w\-]*)*|\.(?![\d.\w]))
    |(?P<sign>!=|<=|>=|[-=<>(),]))""",
    re.VERBOSE,
)
_COMPARES = frozenset({"=", "!=", "<", "<=", ">", ">="})


class Unclear(Exception):
    """Outside of what is reasoned about here."""


@dataclass
class _Use:
    """What a condition does with its variables: literals each is compared with, and which are
    compared with each other."""

    literals: dict[str, list[str | float]] = field(default_factory=dict)
    links: list[tuple[str, str]] = field(default_factory=list)

    def add(self, other: "_Use") -> None:
        for name, found in other.literals.items():
            self.literals.setdefault(name, []).extend(found)
        self.links += other.links


class _Reader:
    """Reads comparisons, ``selected``, and/or/not. ``pieces`` are the spans that are joined by
    "and" at the top, each with its use, or None for one that is unclear."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens: list[tuple[str, str, int, int]] = []
        at, end = 0, len(source.rstrip())
        while at < end:
            found = _TOKEN.match(source, at)
            if found is None or found.lastgroup is None:
                raise Unclear
            kind = found.lastgroup
            self.tokens.append((kind, found.group(kind), found.start(kind), found.end()))
            at = found.end()
        self.tokens.append(("end", "", end, end))
        self.at = 0
        self.use = _Use()

    def next(self) -> tuple[str, str, int, int]:
        token = self.tokens[self.at]
        self.at = min(self.at + 1, len(self.tokens) - 1)
        return token

    def sees(self, *words: str) -> bool:
        return self.tokens[self.at][0] != "text" and self.tokens[self.at][1] in words

    def expect(self, sign: str) -> None:
        if not self.sees(sign):
            raise Unclear
        self.next()

    def whole(self) -> _Use:
        self.either()
        if self.tokens[self.at][0] != "end":
            raise Unclear
        return self.use

    def either(self) -> None:
        self.both()
        while self.sees("or"):
            self.next()
            self.both()

    def both(self) -> None:
        self.comparison()
        while self.sees("and"):
            self.next()
            self.comparison()

    def comparison(self) -> None:
        first = self.operand()
        if self.tokens[self.at][1] not in _COMPARES or self.tokens[self.at][0] != "sign":
            if first is not None and first[0] == "name":
                self.use.literals.setdefault(first[1], []).append("")
            elif first is not None:
                raise Unclear  # a bare text or number is no condition
            return
        self.next()
        second = self.operand()
        if first is None or second is None or self.tokens[self.at][1] in _COMPARES:
            raise Unclear  # a truth value compared
        for one, other in ((first, second), (second, first)):
            if one[0] == "name" and other[0] != "name":
                self.use.literals.setdefault(one[1], []).append(other[1])
        if first[0] == second[0] == "name":
            self.use.literals.setdefault(first[1], [])
            self.use.literals.setdefault(second[1], [])
            self.use.links.append((first[1], second[1]))

    def operand(self) -> tuple[str, Any] | None:
        """A variable or a literal; None for what is true or false by itself."""
        kind, words, _start, _end = self.next()
        if kind == "number":
            return ("literal", float(words))
        if kind == "text":
            return ("literal", words[1:-1])
        if (kind, words) == ("sign", "-"):
            kind, words, _start, _end = self.next()
            if kind != "number":
                raise Unclear
            return ("literal", -float(words))
        if (kind, words) == ("sign", "("):
            self.either()
            self.expect(")")
            return None
        if kind != "name" or words in ("and", "or"):
            raise Unclear
        if not self.sees("("):
            return ("name", words if words == "." else words.rsplit("/", 1)[-1])
        self.next()
        if words in ("true", "false"):
            self.expect(")")
        elif words in ("not", "boolean"):
            self.either()
            self.expect(")")
        elif words == "selected":
            what = self.operand()
            self.expect(",")
            code = self.operand()
            self.expect(")")
            if what is None or code is None or what[0] != "name" or code[0] == "name":
                raise Unclear
            self.use.literals.setdefault(what[1], []).append(code[1])
        else:
            raise Unclear
        return None


def _pieces(source: str) -> list[str]:
    """The parts joined by "and" at the top, brackets around the whole taken off."""
    try:
        tokens = _Reader(source).tokens
    except Unclear:
        return _rough(source)
    depth, cuts = 0, []
    for kind, words, start, end in tokens:
        depth += (words == "(") - (words == ")") if kind == "sign" else 0
        if depth == 0 and kind == "name" and words == "or":
            return [source]
        if depth == 0 and kind == "name" and words == "and":
            cuts.append((start, end))
    if not cuts:
        bare = source.strip()
        closed = [words for kind, words, *_ in tokens if kind == "sign"]
        if bare.startswith("(") and bare.endswith(")") and _one_bracket(bare) and closed:
            return _pieces(bare[1:-1])
        return [source]
    starts = [0, *(end for _start, end in cuts)]
    stops = [*(start for start, _end in cuts), len(source)]
    return [
        inner
        for start, stop in zip(starts, stops, strict=True)
        for inner in _pieces(source[start:stop])
    ]


_SPLIT = re.compile(r"""("[^"]*"|'[^']*')|([(\[])|([)\]])|\b(or)\b(?!\s*\()|\b(and)\b(?!\s*\()""")


def _rough(source: str) -> list[str]:
    """As ``_pieces`` for a source with signs that are unclear; the pieces may be clear."""
    depth, last, found = 0, 0, []
    for match in _SPLIT.finditer(source):
        depth += bool(match[2]) - bool(match[3])
        if depth == 0 and match[4]:
            return [source]
        if depth == 0 and match[5]:
            found.append(source[last : match.start()])
            last = match.end()
    return [*found, source[last:]]


def _one_bracket(bare: str) -> bool:
    """Whether the first bracket closes with the last sign."""
    depth = 0
    for match in re.finditer(r"""("[^"]*"|'[^']*')|(\()|(\))""", bare):
        depth += bool(match[2]) - bool(match[3])
        if depth == 0 and match.end() < len(bare):
            return False
    return True


@dataclass(frozen=True)
class _Clear:
    """A piece that can be reasoned about: who it reads, "." being the question itself."""

    expression: Expression
    use: _Use
    names: tuple[str, ...]


# -- what stands for all answers ----------------------------------------------------------------


class _Form:
    """The conditions of a pack on one form, with the answers to try."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.questions = {one.name: one for one in pack.instrument.questions}
        self.crowded: frozenset[str] = frozenset()
        self._collect()
        groups = self._groups()
        self.crowded = frozenset(name for name in groups if len(groups[name]) > MOST_LINKED)
        if self.crowded:
            self._collect()
            groups = self._groups()
        numbers = self._numbers(groups)
        self.domains = {name: self._domain(one, numbers) for name, one in self.questions.items()}

    # conditions

    def pieces(self, expression: Expression, record: str, own: str) -> tuple[list[_Clear], bool]:
        """The clear pieces of an expression, and whether they are all of it."""
        key = (expression.source, record, own)
        if key not in self.clear:
            sources = _pieces(expression.source)
            found = [one for one in (self._piece(s, record, own) for s in sources) if one]
            for one in found:
                self.use.add(one.use)
            self.clear[key] = (found, len(found) == len(sources))
        return self.clear[key]

    def _piece(self, source: str, record: str, own: str) -> _Clear | None:
        try:
            read = _Reader(source).whole()
            expression = parse(source)
        except (Unclear, Unsupported):
            return None
        if "." in read.literals and not own:
            return None
        named = {(own if name == "." else name): found for name, found in read.literals.items()}
        for name in named:
            question = self.questions.get(name)
            if question is None or (record == self.pack.main and question.record != record):
                return None
        links = [tuple(own if name == "." else name for name in pair) for pair in read.links]
        for name, found in named.items():
            linked = any(name in pair for pair in links)
            if linked and name in self.crowded:
                return None
            if not self._fits(self.questions[name], found, linked=linked):
                return None
        use = _Use({name: list(found) for name, found in named.items()}, [(a, b) for a, b in links])
        return _Clear(expression, use, tuple(sorted(named)))

    def _fits(self, question: Question, literals: Sequence[str | float], *, linked: bool) -> bool:
        """Texts, dates and areas may only be empty or not; long lists are not compared."""
        if question.kind == "integer":
            return True
        codes = self.pack.choices(question)
        if question.kind == "choice" and codes:
            return not linked or len(codes) <= MOST_CODES
        return not linked and all(one == "" for one in literals)

    def held(self, piece: _Clear, own: str) -> Callable[[Values], bool]:
        def test(values: Values) -> bool:
            scope = Answers(values, today=_NO_DAY)
            return holds(piece.expression, scope.at(values[own]) if own else scope)

        return test

    def _add(self, place: Place, names: Iterable[str], test: Callable[[Values], bool]) -> None:
        self.conditions.append(Condition(place, tuple(sorted(set(names))), test))

    def _collect(self) -> None:
        self.use = _Use()
        self.conditions: list[Condition] = []
        self.clear: dict[tuple[str, str, str], tuple[list[_Clear], bool]] = {}
        for one in self.pack.instrument.questions:
            if one.role != "derived" and one.calculate is None:
                self._question(one)
        for rule in self.pack.rules:
            if rule.severity == Severity.WAIT:
                for piece in self.pieces(rule.expression, rule.record, "")[0]:
                    self._add(Place(rule.id, "rule"), piece.names, self.held(piece, ""))
        for table in self.pack.tables:
            self.counted(table)

    def _question(self, one: Question) -> None:
        name = one.name
        pieces, exact = (
            ([], True) if one.relevant is None else self.pieces(one.relevant, one.record, name)
        )
        tests = [self.held(piece, name) for piece in pieces]
        for piece, test in zip(pieces, tests, strict=True):
            self._add(Place(name, "relevant"), (name, *piece.names), _implied(name, test))
        if one.required and one.role != "area" and exact:
            read = (name, *(inner for piece in pieces for inner in piece.names))
            self._add(Place(name, "required"), read, _needed(name, tests))
        if one.constraint is not None:
            for piece in self.pieces(one.constraint, one.record, name)[0]:
                test = _implied(name, self.held(piece, name))
                self._add(Place(name, "constraint"), (name, *piece.names), test)

    def asked(self, one: Question) -> list[Condition]:
        """That a question is asked; its clear pieces."""
        if one.relevant is None:
            return []
        return [
            Condition(Place(one.name, "relevant"), piece.names, self.held(piece, ""))
            for piece in self.pieces(one.relevant, one.record, one.name)[0]
            if one.name not in piece.names
        ]

    def counted(self, table: TableTemplate) -> list[Condition]:
        """That a table counts somebody; the clear pieces of its universe."""
        record = next((one.name for one in self.pack.records if one.unit == table.unit), "")
        if table.universe is None or not record:
            return []
        return [
            Condition(Place(table.id, "universe"), piece.names, self.held(piece, ""))
            for piece in self.pieces(table.universe, record, "")[0]
        ]

    # answers

    def _groups(self) -> dict[str, set[str]]:
        """By variable those that are compared with each other, itself among them."""
        groups: dict[str, set[str]] = {name: {name} for name in self.questions}
        for a, b in self.use.links:
            if groups[a] is not groups[b]:
                groups[a] |= groups[b]
                for name in groups[a]:
                    groups[name] = groups[a]
        return groups

    def _numbers(self, groups: Mapping[str, set[str]]) -> dict[str, frozenset[int]]:
        """The whole numbers to try for each number: around every limit, and as many more beside
        it as numbers are compared with each other."""
        found: dict[str, frozenset[int]] = {}
        for name in self.questions:
            limits = {0}
            for one in groups[name]:
                values = [number(value) for value in self.use.literals.get(one, ())]
                if len(groups[name]) > 1:
                    values += [number(c.code) for c in self.pack.choices(self.questions[one])]
                limits |= {floor(value) for value in values if isfinite(value)}
            wide = len(groups[name])
            found[name] = frozenset(
                limit + step for limit in limits for step in range(-wide, wide + 1)
            )
        return found

    def _domain(self, one: Question, numbers: Mapping[str, frozenset[int]]) -> tuple[Any, ...]:
        if one.kind == "integer":
            return (*sorted(numbers[one.name], key=lambda n: (n < 0, n)), "")
        codes = [c.code for c in self.pack.choices(one)]
        if one.kind == "choice" and codes:
            if len(codes) > MOST_CODES:
                codes = self._alike(one.name, codes)
            if one.role == "derived":
                codes.append(ELSE)
            return (*codes, "")
        return (_NO_DAY if one.kind == "date" else ELSE, "")

    def _alike(self, name: str, codes: Sequence[str]) -> list[str]:
        """One code for all that stand to every literal in the same way."""
        found: dict[tuple[Any, ...], str] = {}
        literals = list(dict.fromkeys(self.use.literals.get(name, ())))
        for code in codes:
            value = number(code)
            key = tuple(
                (code == one, value < number(one), value == number(one), value > number(one))
                for one in literals
            )
            found.setdefault(key, code)
        return list(found.values())


def _implied(name: str, test: Callable[[Values], bool]) -> Callable[[Values], bool]:
    """Who answered must fit the test."""
    return lambda values: values[name] == "" or test(values)


def _needed(name: str, tests: Sequence[Callable[[Values], bool]]) -> Callable[[Values], bool]:
    """Who is asked must answer."""
    return lambda values: values[name] != "" or not all(test(values) for test in tests)


# -- searching ----------------------------------------------------------------------------------


class GivenUp(Exception):
    """The search grew too long to tell."""


def search(
    conditions: Sequence[Condition], domains: Mapping[str, Sequence[Any]]
) -> dict[str, Any] | None:
    """Answers that hold all conditions; None when there are none. The variable with the fewest
    answers left and the most trouble so far comes first, and a new start is made now and then.
    Raises GivenUp."""
    names = sorted({name for one in conditions for name in one.names})
    by: dict[str, list[Condition]] = {name: [] for name in names}
    for one in conditions:
        if not one.names:
            if not one.holds({}):
                return None
            continue
        for name in one.names:
            by[name].append(one)
    left = {name: list(domains[name]) for name in names}
    if any(not values for values in left.values()):
        raise GivenUp
    for one in conditions:
        if len(one.names) == 1 and not _narrow(one, one.names[0], {}, left):
            return None
    budget, steps = 60, 0
    while steps < MOST_STEPS:
        try:
            found = _Descent(by, left, budget).run()
        except GivenUp:
            steps += budget
            budget *= 2
            continue
        return found
    raise GivenUp


def _narrow(
    one: Condition, name: str, values: Mapping[str, Any], left: dict[str, list[Any]]
) -> bool:
    """Keep of the answers to ``name`` those that hold the condition with all others given."""
    kept = [value for value in left[name] if one.holds({**values, name: value})]
    if len(kept) < len(left[name]):
        left[name] = kept
    return bool(kept)


class _Descent:
    """One search from the beginning, given up after ``budget`` answers tried."""

    def __init__(
        self, by: Mapping[str, list[Condition]], left: Mapping[str, list[Any]], budget: int
    ) -> None:
        self.by = by
        self.left = dict(left)
        self.budget = budget
        self.values: dict[str, Any] = {}
        self.open = set(left)
        self.weight = {name: sum(one.weight for one in by[name]) for name in left}

    def run(self) -> dict[str, Any] | None:
        """Raises GivenUp."""
        stack: list[tuple[str, Iterator[Any], dict[str, list[Any]]]] = []
        name = ""
        while self.open:
            name = min(self.open, key=lambda one: (len(self.left[one]) / self.weight[one], one))
            self.open.discard(name)
            stack.append((name, iter(self.left[name]), {}))
            while stack and not self._next(stack):
                self.open.add(stack.pop()[0])
            if not stack:
                return None
        return self.values

    def _next(self, stack: list[tuple[str, Iterator[Any], dict[str, list[Any]]]]) -> bool:
        """The next answer of the last variable that leaves answers to all others."""
        name, values, changed = stack[-1]
        self.left.update(changed)
        for value in values:
            self.budget -= 1
            if self.budget < 0:
                raise GivenUp
            self.values[name] = value
            narrowed = self._forward(name)
            if narrowed is not None:
                stack[-1] = (name, values, narrowed)
                return True
        self.values.pop(name, None)
        return False

    def _forward(self, name: str) -> dict[str, list[Any]] | None:
        """Narrow what is left of the last open variable of each condition; the answers before, to
        be given back. None, with all given back, when one has none left."""
        before: dict[str, list[Any]] = {}
        for one in self.by[name]:
            still = [other for other in one.names if other in self.open]
            if len(still) > 1:
                continue
            if not still:
                fits = one.holds(self.values)
            else:
                before.setdefault(still[0], self.left[still[0]])
                fits = _narrow(one, still[0], self.values, self.left)
            if not fits:
                one.weight += 1
                for other in one.names:
                    self.weight[other] += 1
                self.left.update(before)
                return None
        return before


def smallest(
    conditions: Sequence[Condition],
    domains: Mapping[str, Sequence[Any]],
    always: Sequence[Condition] = (),
) -> list[Place] | None:
    """The places without any one of which the rest can be held, together with ``always``; None
    when everything can be held, or when that cannot be told."""
    kept = list(conditions)

    def fits(some: Sequence[Condition]) -> bool:
        """Also where it cannot be told: then what is left away stays."""
        try:
            return search([*some, *always], domains) is not None
        except GivenUp:
            return True

    if fits(kept):
        return None
    near = {one.place for one in _near(kept, fits)}
    kept = [one for one in kept if one.place in near]  # a rule is named whole
    for place in reversed(list(dict.fromkeys(one.place for one in kept))):
        without = [one for one in kept if one.place != place]
        if not fits(without):
            kept = without
    return list(dict.fromkeys(one.place for one in kept))


def _near(
    conditions: Sequence[Condition], fits: Callable[[Sequence[Condition]], bool]
) -> list[Condition]:
    """A part of the conditions that contradicts already: halves of them are left away as long as
    that goes."""
    kept = list(conditions)
    size = len(kept) // 2
    while size >= 1:
        at = 0
        while at < len(kept):
            without = [*kept[:at], *kept[at + size :]]
            if fits(without):
                at += size
            else:
                kept = without
        size //= 2
    return kept


# -- a pack -------------------------------------------------------------------------------------


def contradictions(pack: Pack) -> list[Contradiction]:
    """What no answers can satisfy, each with the smallest set of places that brings it about."""
    form = _Form(pack)
    found = list(_whole(form))
    if not found:
        found = list(_each(form))
    return found[:MOST_FOUND]


def _whole(form: _Form) -> Iterator[Contradiction]:
    pack = form.pack
    domains = _with_answers(form)
    inside = {one.name for one in pack.instrument.questions if one.record != pack.main}
    inner_rules = {rule.id for rule in pack.rules if rule.record != pack.main}

    def main(one: Condition) -> bool:
        of_rule = one.place.column == "rule" and one.place.name in inner_rules
        return not of_rule and one.place.name not in inside and not set(one.names) & inside

    kept = [one for one in form.conditions if main(one)]
    for kind, more in (("form", []), ("member", [c for c in form.conditions if not main(c)])):
        kept += more
        while (places := smallest(kept, domains)) is not None:
            yield Contradiction(kind, pack.main if kind == "form" else pack.member, tuple(places))
            kept = [one for one in kept if one.place not in places]


def _with_answers(form: _Form) -> dict[str, tuple[Any, ...]]:
    """Of a visit that brought answers: the others are judged by no rule."""
    pack = form.pack
    if not pack.result or pack.result not in form.domains:
        return form.domains
    codes = tuple(c for c in form.domains[pack.result] if c not in pack.no_answers)
    return {**form.domains, pack.result: codes}


def _modes(form: _Form) -> Iterator[tuple[list[Condition], dict[str, tuple[Any, ...]]]]:
    """Visits that brought answers, then those that did not: no rule judges them."""
    pack = form.pack
    yield form.conditions, _with_answers(form)
    if pack.no_answers and pack.result in form.domains:
        codes = tuple(c for c in form.domains[pack.result] if c in pack.no_answers)
        if codes:
            plain = [one for one in form.conditions if one.place.column != "rule"]
            yield plain, {**form.domains, pack.result: codes}


def _each(form: _Form) -> Iterator[Contradiction]:
    """Questions that can never be asked, or that no answer fits, and tables that count nobody."""
    modes = list(_modes(form))
    seen: set[str] = set()  # questions that some answers fit

    def fits(goals: Sequence[Condition], left_out: Place | None = None) -> bool:
        for conditions, domains in modes:
            kept = [one for one in conditions if one.place != left_out]
            try:
                answers = search([*goals, *kept], domains)
            except GivenUp:
                return True
            if answers is not None:
                if left_out is None:
                    seen.update(name for name, value in answers.items() if value != "")
                return True
        return False

    told: set[tuple[str, tuple[Place, ...]]] = set()

    def shrunk(kind: str, name: str, goals: Sequence[Condition]) -> Iterator[Contradiction]:
        conditions, domains = modes[0]
        needed = Place(name, "required")
        own = Place(name, "relevant")
        kept = [one for one in conditions if kind != "asked" or one.place != needed]
        places = smallest(kept, domains, goals)
        if places is None:
            return
        cause = tuple(one for one in places if one != own)
        if (kind, cause) not in told or not cause:
            told.add((kind, cause))
            yield Contradiction(kind, name, tuple(places))

    for one in form.pack.instrument.questions:
        if one.role == "derived" or one.calculate is not None or one.name in seen:
            continue
        answered = _answered(one.name)
        if fits([answered]):
            continue
        asked = form.asked(one)
        if asked and not fits(asked, Place(one.name, "required")):
            yield from shrunk("asked", one.name, asked)
        else:
            yield from shrunk("answer", one.name, [answered])
    for table in form.pack.tables:
        if table.universe is None or table.variable not in form.questions:
            continue
        goals = form.counted(table)
        goals.append(_answered(table.variable))
        if not fits(goals):
            yield from shrunk("table", table.id, goals)


def _answered(name: str) -> Condition:
    return Condition(Place(name, ""), (name,), lambda values: values[name] != "")


# -- in words -----------------------------------------------------------------------------------

_PATH = re.compile(r"(?:(?:\.\.|\.)?/)+(?:\w+/)*(\w+)")
SHOWN = 120  # signs of an expression that are shown


def told(pack: Pack, one: Contradiction) -> tuple[str, str, str]:
    """File, item and words of a contradiction, for the person who writes the pack."""
    said = "; ".join(_said(pack, place) for place in one.places)
    remedy = (
        "Ubah atau hapus salah satunya" if len(one.places) > 1 or one.kind == "asked" else "Ubah"
    )
    if one.kind in ("form", "member"):
        survey = [place.name for place in one.places if place.column != "rule"]
        item = (survey or [place.name for place in one.places])[-1]
        words = f"tidak ada jawaban {one.name} yang memenuhi semua ini sekaligus: {said}. {remedy}"
        return ("survey.csv" if survey else "rules.yaml"), item, words
    if one.kind == "table":
        table = pack.table(one.name)
        universe = "" if table.universe is None else f" ({_short(table.universe.source)})"
        words = f"tabel ini tidak akan pernah menghitung apa pun: semestanya{universe} bertentangan"
        words += f" dengan {said}" if said else " dengan dirinya sendiri"
        return "tables.yaml", one.name, words + ". Ubah semestanya"
    own = Place(one.name, "relevant")
    if one.kind == "asked":
        others = "; ".join(_said(pack, place) for place in one.places if place != own)
        words = f"pertanyaan ini tidak akan pernah ditanyakan: {_said(pack, own)}"
        if not others:
            return "survey.csv", one.name, words + " tidak pernah terpenuhi. Ubah syaratnya"
        return "survey.csv", one.name, f"{words} bertentangan dengan {others}. {remedy}"
    words = f"pertanyaan ini tidak dapat dijawab setiap kali ditanyakan: {said}"
    return "survey.csv", one.name, f"{words}. {remedy}"


def _said(pack: Pack, place: Place) -> str:
    if place.column == "rule":
        rule = next(one for one in pack.rules if one.id == place.name)
        return f"aturan {rule.id} ({_short(rule.expression.source)})"
    question = pack.instrument.question(place.name)
    if place.column == "required":
        return f"{place.name} wajib dijawab"
    expression = question.relevant if place.column == "relevant" else question.constraint
    shown = "" if expression is None else f" ({_short(expression.source)})"
    words = "syarat bertanya" if place.column == "relevant" else "batas isian"
    return f"{words} {place.name}{shown}"


def _short(source: str) -> str:
    plain = " ".join(_PATH.sub(r"\1", source).split()).replace("( ", "(")
    return plain if len(plain) <= SHOWN else plain[: SHOWN - 1] + "…"
