"""The one expression language: the part of XPath that village forms need, as XForms write it.

``relevant``, ``constraint``, ``required`` and ``calculate`` come from the XForm pyxform writes;
rules and universes of tables use the same language. A source is parsed once into nested Python
functions and evaluated many times over typed answers. Whatever is outside the list is refused at
parsing, so that no form does here something else than on the phone.

Values are text, numbers (float), booleans and dates; an empty answer is the empty text. Types meet
as in XPath 1.0 with the ODK additions: text that is no number counts as NaN, NaN is unequal to
everything and neither less nor more; a date counts as days since 1970-01-01. Evaluation is total:
over a scope that gives such values it never raises.
Cases: tests/spec/expression_cases.yaml.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol, TypeAlias

Value: TypeAlias = str | float | bool | date
Path: TypeAlias = tuple[str, ...]

_EPOCH = date(1970, 1, 1).toordinal()
_LONGEST = 10_000
_DEEPEST = 40
_NUMBER = re.compile(r"-?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T.*)?", re.ASCII | re.DOTALL)


class Unsupported(ValueError):
    """The expression is broken or asks for something outside the list; ``reason`` says what, in
    the words of whoever wrote it into a questionnaire."""

    def __init__(self, reason: str, source: str = "", at: int = -1) -> None:
        place = f" (huruf ke-{at + 1} dari: {source.strip()[:120]})" if at >= 0 else ""
        super().__init__(reason + place)
        self.reason = reason
        self.source = source
        self.at = at


class Scope(Protocol):
    """Where an expression finds its answers.

    A path is its steps; an absolute one begins with "/": ("/", "data", "anggota", "umur"),
    ("..", "umur"), ("hubungan",). ``value`` gives None, text, a number, a boolean, a date, or a
    list of codes. ``nodes`` gives one scope per instance of a repeat, or per answer inside it, with
    ``this`` being that answer. ``position`` counts the instance from 1, 0 outside a repeat.
    """

    @property
    def today(self) -> date: ...
    @property
    def this(self) -> object: ...
    @property
    def position(self) -> int: ...
    def value(self, path: Path) -> object: ...
    def nodes(self, path: Path) -> "Sequence[Scope]": ...


class Answers:
    """The usual scope: a record's answers by variable name, and its repeats by name.

    A name is looked up in the record, then in the record around it: variable names are unique in a
    pack, so the last step of a path is enough. Use ``at`` for the question being judged (``.``).
    """

    __slots__ = ("around", "position", "repeats", "this", "today", "values")

    def __init__(
        self,
        values: Mapping[str, object],
        *,
        today: date,
        repeats: "Mapping[str, Sequence[Answers]] | None" = None,
        around: "Answers | None" = None,
        this: object = None,
        position: int = 0,
    ) -> None:
        self.values = values
        self.today = today
        self.repeats: Mapping[str, Sequence[Answers]] = {} if repeats is None else repeats
        self.around = around
        self.this = this
        self.position = position

    @classmethod
    def family(
        cls,
        values: Mapping[str, object],
        members: Sequence[Mapping[str, object]],
        *,
        today: date,
        repeat: str = "anggota",
    ) -> "Answers":
        """A family with its members; the members' scopes are ``family.repeats[repeat]``."""
        inside: list[Answers] = []
        outer = cls(values, today=today, repeats={repeat: inside})
        inside.extend(
            cls(member, today=today, around=outer, position=at)
            for at, member in enumerate(members, 1)
        )
        return outer

    def at(self, this: object) -> "Answers":
        """The same record, with ``this`` as the answer that ``.`` means."""
        return Answers(
            self.values,
            today=self.today,
            repeats=self.repeats,
            around=self.around,
            this=this,
            position=self.position,
        )

    def value(self, path: Path) -> object:
        name = path[-1]
        if name in self.values:
            return self.values[name]
        return None if self.around is None else self.around.value(path)

    def nodes(self, path: Path) -> "Sequence[Answers]":
        name = path[-1]
        around = path[-2] if len(path) > 1 else ""
        scope: Answers | None = self
        while scope is not None:
            if name in scope.repeats:
                return scope.repeats[name]
            if around in scope.repeats:
                return [inner.at(inner.values.get(name)) for inner in scope.repeats[around]]
            scope = scope.around
        return [self.at(self.value(path))]


Run: TypeAlias = Callable[[Scope], Value]
RunNodes: TypeAlias = Callable[[Scope], "Sequence[Scope]"]


@dataclass(frozen=True)
class Use:
    """One place where an expression reads an answer; ``many`` when it reads all instances."""

    path: Path
    many: bool


@dataclass(frozen=True)
class Expression:
    """A parsed expression. Equal sources are equal expressions."""

    source: str
    uses: tuple[Use, ...] = field(compare=False)
    functions: frozenset[str] = field(compare=False)
    run: Run = field(compare=False, repr=False)

    def __call__(self, scope: Scope) -> Value:
        return self.run(scope)


def parse(source: str) -> Expression:
    """Read an expression. Raises Unsupported, and nothing else."""
    if len(source) > _LONGEST:
        raise Unsupported(f"rumus paling panjang {_LONGEST} huruf")
    return _Parser(source).whole()


def evaluate(expression: Expression, scope: Scope) -> Value:
    """The value over ``scope``: text, float, bool or date. Use ``truth`` for conditions."""
    return expression.run(scope)


def holds(expression: Expression, scope: Scope) -> bool:
    """Whether a condition is true over ``scope``."""
    return truth(expression.run(scope))


def names(expression: Expression) -> frozenset[str]:
    """The variables and repeats an expression reads, each by its last step."""
    return frozenset(
        step for use in expression.uses for step in use.path[-1:] if step not in {"/", ".", ".."}
    )


# -- how types meet ---------------------------------------------------------------------------


def truth(value: Value) -> bool:
    """Empty text, 0 and NaN are false; all else is true."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value != ""
    if isinstance(value, float | int):
        return value != 0 and value == value
    return True


def number(value: Value) -> float:
    """The number a value counts as; NaN when it is none."""
    if type(value) is float:
        return value
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, str):
        plain = value.strip(" \t\r\n")
        if _NUMBER.fullmatch(plain):
            return float(plain)
        return math.nan
    if isinstance(value, float | int):
        return _float(value)
    return float(value.toordinal() - _EPOCH)


def text(value: Value) -> str:
    """The text of a value: 3.0 is "3", true is "true", a date is ISO."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | int):
        if value != value:
            return "NaN"
        if value in (math.inf, -math.inf):
            return "Infinity" if value > 0 else "-Infinity"
        if value == int(value):
            return str(int(value))
        return format(Decimal(repr(value)), "f")
    return value.isoformat()


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def typed(raw: object) -> Value:
    """An answer as stored -> a value: None and lists become text, whole numbers float."""
    if raw is None:
        return ""
    kind = type(raw)
    if kind is str or kind is float or kind is bool or kind is date:
        return raw  # type: ignore[return-value]
    if kind is int:
        return _float(raw)  # type: ignore[arg-type]
    if isinstance(raw, bool | str):
        return raw
    if isinstance(raw, int):
        return _float(raw)
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, float | date):
        return raw
    if isinstance(raw, list | tuple | set | frozenset):
        codes = [str(code) for code in raw]
        return " ".join(sorted(codes) if isinstance(raw, set | frozenset) else codes)
    return str(raw)


def _as_date(value: Value) -> date | None:
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        found = _DAY.fullmatch(value)
        if found:
            try:
                return date(*(int(part) for part in found.groups()))
            except ValueError:
                return None
        value = number(value)
    elif isinstance(value, bool):
        return None
    if value != value or abs(value) > 4_000_000:
        return None
    try:
        return date(1970, 1, 1) + timedelta(days=math.floor(value))
    except OverflowError:
        return None


def _equal(a: Value, b: Value) -> bool:
    if isinstance(a, str) and isinstance(b, str):
        return a == b
    if isinstance(a, bool) or isinstance(b, bool):
        return truth(a) == truth(b)
    if isinstance(a, float) or isinstance(b, float):
        return number(a) == number(b)
    first, second = _as_date(a), _as_date(b)
    return first is not None and first == second


def _ordered(value: Value) -> float:
    """What < and > compare: numbers; text that is a date counts as that date."""
    if type(value) is float:
        return value
    if isinstance(value, str):
        counted = number(value)
        if counted != counted:
            day = _as_date(value) if _DAY.fullmatch(value) else None
            return counted if day is None else float(day.toordinal() - _EPOCH)
        return counted
    return number(value)


def _divide(a: float, b: float) -> float:
    if b == 0:
        return math.nan if a == 0 or a != a else math.copysign(math.inf, a) * math.copysign(1, b)
    return a / b


def _modulo(a: float, b: float) -> float:
    if b == 0 or math.isinf(a) or a != a or b != b:
        return math.nan
    return math.fmod(a, b)


def _power(a: float, b: float) -> float:
    try:
        return math.pow(a, b)
    except OverflowError:
        odd = b == int(b) and int(b) % 2 == 1
        return -math.inf if a < 0 and odd else math.inf
    except ValueError:
        return math.inf if a == 0 else math.nan


def _whole(value: float) -> float:
    return float(math.trunc(value)) if math.isfinite(value) else math.nan


def _round(value: float, places: float = 0.0) -> float:
    """Half up (towards plus infinity), as XPath does."""
    if not math.isfinite(value):
        return value
    if places != places or abs(places) > 15:
        return math.nan
    try:
        factor = Decimal(10) ** int(places)
        scaled = Decimal(repr(value)) * factor
        return float(math.floor(scaled + Decimal("0.5")) / factor)
    except (ArithmeticError, OverflowError):
        return value


def _day_text(value: Value, form: str) -> str:
    day = _as_date(value)
    if day is None:
        return ""
    parts = {
        "Y": f"{day.year:04d}",
        "y": f"{day.year % 100:02d}",
        "m": f"{day.month:02d}",
        "n": str(day.month),
        "d": f"{day.day:02d}",
        "e": str(day.day),
        "%": "%",
    }
    return re.sub(r"%(.)", lambda found: parts[found.group(1)], form, flags=re.DOTALL)


# -- functions --------------------------------------------------------------------------------

_Args: TypeAlias = tuple[Run, ...]


def _plain(work: Callable[..., Value], kind: Callable[[Value], object]) -> Callable[[_Args], Run]:
    """A function of any number of values of one kind."""

    def build(args: _Args) -> Run:
        if len(args) == 1:
            only = args[0]
            return lambda scope: work(kind(only(scope)))
        if len(args) == 2:
            first, second = args
            return lambda scope: work(kind(first(scope)), kind(second(scope)))
        return lambda scope: work(*[kind(arg(scope)) for arg in args])

    return build


def _substring(whole: str, start: str, stop: str | None = None) -> str:
    begin = number(start)
    end = float(len(whole)) if stop is None else number(stop)
    if begin != begin or end != end:
        return ""
    size = len(whole)

    def place(at: float) -> int:
        at = max(min(at, float(size)), float(-size))
        at = math.trunc(at)
        return int(at) + size if at < 0 else int(at)

    return whole[place(begin) : place(end)]


def _selected_at(codes: str, at: str) -> str:
    listed, place = codes.split(), number(at)
    if place != place or not 0 <= place < len(listed):
        return ""
    return listed[int(place)]


def _if(args: _Args) -> Run:
    condition, yes, no = args
    return lambda scope: yes(scope) if truth(condition(scope)) else no(scope)


def _coalesce(args: _Args) -> Run:
    def run(scope: Scope) -> Value:
        value: Value = ""
        for arg in args:
            value = arg(scope)
            if value != "":
                return value
        return value

    return run


def _selected(args: _Args) -> Run:
    codes, code = args

    # one choice, or one code among many: the split is only needed for the latter
    def run(scope: Scope) -> Value:
        wanted = text(code(scope)).strip()
        given = text(codes(scope))
        return wanted != "" and (given == wanted or wanted in given.split())

    return run


def _to_date(value: Value) -> Value:
    day = _as_date(value)
    return "" if day is None else day


def _today(args: _Args) -> Run:
    return lambda scope: scope.today


def _constant(value: Value) -> Callable[[_Args], Run]:
    return lambda args: lambda scope: value


def _same(value: Value) -> Value:
    return value


@dataclass(frozen=True)
class _Function:
    least: int
    most: int | None
    build: Callable[[_Args], Run]


_FUNCTIONS: dict[str, _Function] = {
    "true": _Function(0, 0, _constant(True)),
    "false": _Function(0, 0, _constant(False)),
    "not": _Function(1, 1, _plain(lambda a: not a, truth)),
    "boolean": _Function(1, 1, _plain(lambda a: a, truth)),
    "number": _Function(1, 1, _plain(lambda a: a, number)),
    "string": _Function(1, 1, _plain(lambda a: a, text)),
    "int": _Function(1, 1, _plain(_whole, number)),
    "round": _Function(1, 2, _plain(_round, number)),
    "abs": _Function(1, 1, _plain(abs, number)),
    "pow": _Function(2, 2, _plain(_power, number)),
    "if": _Function(3, 3, _if),
    "coalesce": _Function(2, None, _coalesce),
    "concat": _Function(1, None, _plain(lambda *all_: "".join(all_), text)),
    "string-length": _Function(1, 1, _plain(lambda a: float(len(a)), text)),
    "substr": _Function(2, 3, _plain(_substring, text)),
    "contains": _Function(2, 2, _plain(lambda a, b: b in a, text)),
    "starts-with": _Function(2, 2, _plain(lambda a, b: a.startswith(b), text)),
    "ends-with": _Function(2, 2, _plain(lambda a, b: a.endswith(b), text)),
    "normalize-space": _Function(1, 1, _plain(lambda a: " ".join(a.split()), text)),
    "selected": _Function(2, 2, _selected),
    "selected-at": _Function(2, 2, _plain(_selected_at, text)),
    "count-selected": _Function(1, 1, _plain(lambda a: float(len(a.split())), text)),
    "today": _Function(0, 0, _today),
    "date": _Function(1, 1, _plain(_to_date, _same)),
    "decimal-date-time": _Function(
        1, 1, _plain(lambda a: math.nan if (d := _as_date(a)) is None else number(d), _same)
    ),
}
_NODE_FUNCTIONS = frozenset({"count", "count-non-empty", "sum"})
_BOTH = frozenset({"min", "max"})
_SPECIAL = frozenset({"regex", "format-date", "position"})
SUPPORTED_FUNCTIONS: frozenset[str] = frozenset(_FUNCTIONS) | _NODE_FUNCTIONS | _BOTH | _SPECIAL

_INSTEAD = {
    "now": "pakai today(): jawaban tidak boleh bergantung pada menit",
    "format-date-time": "pakai format-date()",
    "random": "jawaban tidak boleh bergantung pada undian",
    "uuid": "jawaban tidak boleh bergantung pada undian",
    "once": "jawaban tidak boleh bergantung pada kapan formulir dibuka",
    "pulldata": "tulis isinya sebagai daftar pilihan",
    "instance": "pakai kodenya sendiri; daftar pilihan sudah dikenal",
    "indexed-repeat": "pakai jalur dengan syarat, misalnya /data/anggota[hubungan='1']/umur",
    "floor": "pakai int()",
    "ceiling": "pakai int()",
    "last": "pakai count()",
}


def _least(values: Sequence[float]) -> float:
    return math.nan if not values or any(v != v for v in values) else min(values)


def _most(values: Sequence[float]) -> float:
    return math.nan if not values or any(v != v for v in values) else max(values)


# -- reading ----------------------------------------------------------------------------------

_TOKENS = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d*)?|\.\d+)
    | (?P<text>"[^"]*"|'[^']*')
    | (?P<name>[^\W\d][\w\-]*(?:\.[\w\-]+)*(?::[^\W\d][\w\-]*(?:\.[\w\-]+)*)?)
    | (?P<sign>\.\.|!=|<=|>=|::|//|[-+*/=<>()\[\],.|@$])
    )""",
    re.VERBOSE,
)
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "div": _divide,
    "mod": _modulo,
}


@dataclass(frozen=True)
class _Token:
    kind: str
    words: str
    at: int


@dataclass(frozen=True)
class _Term:
    """A compiled part; ``nodes`` when it is a path, ``literal`` when it is a constant."""

    run: Run
    nodes: RunNodes | None = None
    literal: Value | None = None


def _literal(value: Value) -> _Term:
    return _Term(lambda scope: value, literal=value)


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = list(self._split())
        self.at = 0
        self.depth = 0
        self.uses: list[Use] = []
        self.functions: set[str] = set()

    def _split(self) -> Iterator[_Token]:
        at = 0
        end = len(self.source.rstrip())
        while at < end:
            found = _TOKENS.match(self.source, at)
            if not found or found.lastgroup is None:
                raise Unsupported("tanda ini tidak dikenal", self.source, at)
            yield _Token(
                found.lastgroup, found.group(found.lastgroup), found.start(found.lastgroup)
            )
            at = found.end()
        yield _Token("end", "", end)

    def fail(self, reason: str, token: _Token | None = None) -> Unsupported:
        return Unsupported(reason, self.source, (token or self.token).at)

    @property
    def token(self) -> _Token:
        return self.tokens[self.at]

    def next(self) -> _Token:
        token = self.tokens[self.at]
        if token.kind != "end":
            self.at += 1
        return token

    def is_sign(self, *signs: str) -> bool:
        return self.token.kind == "sign" and self.token.words in signs

    def expect(self, sign: str) -> None:
        if not self.is_sign(sign):
            raise self.fail(f"di sini seharusnya {sign}")
        self.next()

    def whole(self) -> Expression:
        if self.token.kind == "end":
            raise self.fail("rumusnya kosong")
        term = self.either()
        if self.token.kind != "end":
            raise self.fail("rumus seharusnya berakhir di sini")
        return Expression(self.source, tuple(self.uses), frozenset(self.functions), term.run)

    def _operator(self, *names_: str) -> str:
        token = self.token
        if token.kind in ("sign", "name") and token.words in names_:
            self.next()
            return token.words
        return ""

    def either(self) -> _Term:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.fail(f"kurung bersusun lebih dari {_DEEPEST}")
        terms = [self.both()]
        while self._operator("or"):
            terms.append(self.both())
        self.depth -= 1
        if len(terms) == 1:
            return terms[0]
        runs = tuple(term.run for term in terms)

        def run(scope: Scope) -> Value:
            return any(truth(part(scope)) for part in runs)

        return _Term(run)

    def both(self) -> _Term:
        terms = [self.equality()]
        while self._operator("and"):
            terms.append(self.equality())
        if len(terms) == 1:
            return terms[0]
        runs = tuple(term.run for term in terms)

        def run(scope: Scope) -> Value:
            return all(truth(part(scope)) for part in runs)

        return _Term(run)

    def equality(self) -> _Term:
        term = self.relation()
        rest: list[tuple[bool, Run]] = []
        literal = None
        while sign := self._operator("=", "!="):
            other = self.relation()
            literal = other.literal
            rest.append((sign == "=", other.run))
        if not rest:
            return term
        first = term.run
        if len(rest) == 1:
            wanted, second = rest[0]
            if isinstance(literal, str):
                return _Term(_equal_to(first, literal, wanted))
            return _Term(lambda scope: _equal(first(scope), second(scope)) is wanted)

        def run(scope: Scope) -> Value:
            value = first(scope)
            for wanted, second in rest:
                value = _equal(value, second(scope)) is wanted
            return value

        return _Term(run)

    def relation(self) -> _Term:
        term = self.sum()
        rest: list[tuple[Callable[[float, float], bool], Run]] = []
        while sign := self._operator("<", "<=", ">", ">="):
            rest.append((_COMPARE[sign], self.sum().run))
        if not rest:
            return term
        first = term.run
        if len(rest) == 1:
            compare, second = rest[0]
            return _Term(lambda scope: compare(_ordered(first(scope)), _ordered(second(scope))))

        def run(scope: Scope) -> Value:
            value = first(scope)
            for compare, second in rest:
                value = compare(_ordered(value), _ordered(second(scope)))
            return value

        return _Term(run)

    def sum(self) -> _Term:
        return self._chain(self.product, "+", "-")

    def product(self) -> _Term:
        return self._chain(self.minus, "*", "div", "mod")

    def _chain(self, inner: Callable[[], _Term], *signs: str) -> _Term:
        term = inner()
        rest: list[tuple[Callable[[float, float], float], Run]] = []
        while sign := self._operator(*signs):
            rest.append((_ARITHMETIC[sign], inner().run))
        if not rest:
            return term
        first = term.run

        def run(scope: Scope) -> Value:
            value = number(first(scope))
            for work, other in rest:
                value = work(value, number(other(scope)))
            return value

        return _Term(run)

    def minus(self) -> _Term:
        negative, seen = False, False
        while self._operator("-"):
            negative, seen = not negative, True
        term = self.primary()
        if not seen:
            return term
        run = term.run
        if isinstance(term.literal, float):
            return _literal(-term.literal if negative else term.literal)
        if negative:
            return _Term(lambda scope: -number(run(scope)))
        return _Term(lambda scope: number(run(scope)))

    def primary(self) -> _Term:
        token = self.token
        if token.kind == "number":
            self.next()
            return _literal(float(token.words))
        if token.kind == "text":
            self.next()
            return _literal(token.words[1:-1])
        if self.is_sign("("):
            self.next()
            term = self.either()
            self.expect(")")
            if self.is_sign("[", "/"):
                raise self.fail("tidak boleh ada jalur sesudah kurung")
            return _Term(term.run, literal=term.literal)
        if token.kind == "name" and self._follows("("):
            return self.function()
        if token.kind == "name" or self.is_sign("/", ".", ".."):
            return self.path(many=False)
        if token.kind == "end":
            raise self.fail("rumusnya belum selesai")
        raise self.fail(f"{token.words} tidak didukung di sini")

    def _follows(self, sign: str) -> bool:
        after = self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        return after.kind == "sign" and after.words == sign

    # paths

    def path(self, *, many: bool) -> _Term:
        pieces: list[tuple[Path, list[Run]]] = []
        whole: list[str] = []
        steps: list[str] = []
        if self.is_sign("/"):
            self.next()
            steps.append("/")
        mark = len(self.uses)
        while True:
            steps.append(self.step())
            conditions: list[Run] = []
            while self.is_sign("["):
                self.next()
                conditions.append(self.either().run)
                self.expect("]")
            if conditions:
                whole += steps
                pieces.append((tuple(steps), conditions))
                steps = []
            if not self.is_sign("/"):
                break
            self.next()
        if self.is_sign("//", "::", "@", "|", "$"):
            raise self.fail(f"{self.token.words} tidak didukung dalam jalur")
        whole += steps
        rest = tuple(steps)
        self.uses.insert(mark, Use(tuple(whole), many or bool(pieces)))
        if not pieces:
            return self._plain_path(rest)
        nodes = _filtered(tuple((p, tuple(c)) for p, c in pieces), rest)
        leaf = not rest

        def run(scope: Scope) -> Value:
            for node in nodes(scope):
                return "" if leaf else typed(node.this)
            return ""

        return _Term(run, nodes=nodes)

    def step(self) -> str:
        token = self.next()
        if token.kind == "name":
            if ":" in token.words:
                raise self.fail(f"{token.words} tidak didukung dalam jalur", token)
            if self.is_sign("("):
                raise self.fail(f"{token.words}() tidak didukung dalam jalur", token)
            return token.words
        if token.kind == "sign" and token.words in (".", ".."):
            return token.words
        if token.kind == "sign" and token.words in ("//", "*", "@", "::"):
            raise self.fail(f"{token.words} tidak didukung dalam jalur", token)
        raise self.fail("jalurnya kurang satu nama", token)

    def _plain_path(self, path: Path) -> _Term:
        if path == (".",):
            return _Term(lambda scope: typed(scope.this), nodes=lambda scope: (scope,))
        if path[-1] in (".", "..") or path == ("/",):
            # a step up names a record, and a record alone has no value
            return _Term(lambda scope: "", nodes=lambda scope: scope.nodes(path))

        def run(scope: Scope) -> Value:
            raw = scope.value(path)
            if raw is None:
                return ""
            return raw if type(raw) is str else typed(raw)

        return _Term(run, nodes=lambda scope: scope.nodes(path))

    # functions

    def function(self) -> _Term:
        token = self.next()
        name = token.words
        if name not in SUPPORTED_FUNCTIONS:
            if name.startswith("jr:"):
                raise self.fail(f"{name}() milik satu program saja dan tidak didukung", token)
            instead = _INSTEAD.get(name, "lihat daftar fungsi yang didukung")
            raise self.fail(f"{name}() tidak didukung; {instead}", token)
        self.functions.add(name)
        self.expect("(")
        if name == "position":
            return self._position()
        args: list[_Term] = []
        while not self.is_sign(")"):
            if args:
                self.expect(",")
            args.append(self._argument(name))
        self.next()
        if self.is_sign("[", "/"):
            raise self.fail("tidak boleh ada jalur sesudah fungsi")
        runs = tuple(arg.run for arg in args)
        if name in _NODE_FUNCTIONS:
            return self._over_nodes(name, args, token)
        if name in _BOTH:
            return self._extreme(name, args, token)
        if name == "regex":
            return self._regex(args, token)
        if name == "format-date":
            return self._format_date(args, token)
        known = _FUNCTIONS[name]
        if len(args) < known.least or (known.most is not None and len(args) > known.most):
            raise self.fail(f"{name}() tidak menerima {len(args)} isian", token)
        return _Term(known.build(runs))

    def _argument(self, name: str) -> _Term:
        many = name in _NODE_FUNCTIONS or name in _BOTH
        mark = len(self.uses)
        term = self.either()
        if many and term.nodes is not None and len(self.uses) > mark:
            self.uses[mark] = Use(self.uses[mark].path, True)
        return term

    def _position(self) -> _Term:
        if self.is_sign(".."):
            self.next()
        self.expect(")")
        return _Term(lambda scope: float(scope.position))

    def _over_nodes(self, name: str, args: list[_Term], token: _Token) -> _Term:
        if len(args) != 1 or args[0].nodes is None:
            raise self.fail(f"{name}() menerima satu jalur", token)
        nodes = args[0].nodes
        if name == "count":
            return _Term(lambda scope: float(len(nodes(scope))))
        if name == "sum":
            return _Term(
                lambda scope: float(sum(number(typed(node.this)) for node in nodes(scope)))
            )
        return _Term(lambda scope: float(sum(1 for node in nodes(scope) if typed(node.this) != "")))

    def _extreme(self, name: str, args: list[_Term], token: _Token) -> _Term:
        work = _least if name == "min" else _most
        if not args:
            raise self.fail(f"{name}() menerima jalur atau isian", token)
        if len(args) == 1:
            nodes = args[0].nodes
            if nodes is None:
                raise self.fail(f"{name}() dengan satu isian menerima jalur", token)
            return _Term(lambda scope: work([number(typed(n.this)) for n in nodes(scope)]))
        runs = [arg.run for arg in args]
        return _Term(lambda scope: work([number(run(scope)) for run in runs]))

    def _regex(self, args: list[_Term], token: _Token) -> _Term:
        if len(args) != 2 or not isinstance(args[1].literal, str):
            raise self.fail("regex() menerima jawaban dan pola dalam tanda kutip", token)
        pattern = args[1].literal
        if not (pattern.startswith("^") and pattern.endswith("$")) or pattern.endswith("\\$"):
            # phones differ on whether a bare pattern must fit the whole answer
            raise self.fail("pola diawali ^ dan diakhiri $", token)
        if re.search(r"\(\?(?!:)|\\[pPAZzbBkG1-9]|[+*?}]\+|\[\[|&&", pattern):
            raise self.fail("pola memakai tanda yang dibaca berbeda di HP", token)
        try:
            fits = re.compile(pattern, re.ASCII).fullmatch
        except (re.error, OverflowError, RecursionError, ValueError):
            raise self.fail("polanya rusak", token) from None
        run = args[0].run
        return _Term(lambda scope: fits(text(run(scope))) is not None)

    def _format_date(self, args: list[_Term], token: _Token) -> _Term:
        if len(args) != 2 or not isinstance(args[1].literal, str):
            raise self.fail("format-date() menerima tanggal dan bentuknya dalam tanda kutip", token)
        form = args[1].literal
        if "%" in re.sub(r"%[Yymnde%]", "", form):
            raise self.fail("format-date() hanya mengenal %Y %y %m %n %d %e", token)
        run = args[0].run
        return _Term(lambda scope: _day_text(run(scope), form))


def _equal_to(first: Run, literal: str, wanted: bool) -> Run:
    """The most frequent comparison of all, an answer with a code, without detours."""

    def run(scope: Scope) -> Value:
        value = first(scope)
        if type(value) is str:
            return (value == literal) is wanted
        return _equal(value, literal) is wanted

    return run


def _filtered(pieces: tuple[tuple[Path, tuple[Run, ...]], ...], rest: Path) -> RunNodes:
    def fits(node: Scope, conditions: tuple[Run, ...], at: int) -> bool:
        for condition in conditions:
            value = condition(node)
            if isinstance(value, float):
                if value != at:
                    return False
            elif not truth(value):
                return False
        return True

    def run(scope: Scope) -> Sequence[Scope]:
        found: list[Scope] = [scope]
        for path, conditions in pieces:
            found = [
                node
                for outer in found
                for at, node in enumerate(outer.nodes(path), 1)
                if fits(node, conditions, at)
            ]
        if rest:
            return [inner for node in found for inner in node.nodes(rest)]
        return found

    return run
