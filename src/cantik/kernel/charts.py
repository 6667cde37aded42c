"""Charts as SVG text, drawn on the server from numbers that are already fit to be shown.

No style attributes and no scripts, so they pass a strict content policy. Two inks:
``ink="css"`` leaves colour to classes (c1..c5 fill, s1..s5 stroke, soft for second text, grid for
lines; without a style sheet all is currentColor); ``ink="print"`` writes fixed colours for a PDF.
Every shape carries its number or a scale stands beside it; the title stays outside, in the page.
The drawing is aria-hidden because the table beside it repeats every value.
The drawing is 360 units wide and its text 13 units or more: at least 11.8 px at 328 px.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import isfinite
from typing import Literal, TypeAlias

from .numbers import whole

Ink: TypeAlias = Literal["css", "print"]
WIDTH = 360
SIZE = 14
SMALL = 13
_PRINT = {
    "c1": "#1F6FB2",
    "c2": "#BF5415",
    "c3": "#12796C",
    "c4": "#7A4BA0",
    "c5": "#697A7F",
    "soft": "#44565C",
    "grid": "#CBD5D4",
    "ink": "#14242A",
}
WITHHELD = {"id": "tidak diumumkan", "en": "not published"}
TONES = 5


@dataclass(frozen=True)
class Item:
    """One value. ``value`` None means withheld: words stand there instead of a shape.

    ``shown`` is the number as text; left empty it is the whole number in the reader's form.
    """

    label: str
    value: float | None
    shown: str = ""


@dataclass(frozen=True)
class Series:
    """One named run of values, in the order of the chart's labels."""

    label: str
    values: Sequence[int | None]
    shown: str = ""


@dataclass(frozen=True)
class Range:
    """A value between two bounds, all on one scale."""

    label: str
    low: float
    value: float
    high: float
    shown: str = ""


def bars(items: Sequence[Item], *, tone: int = 1, ink: Ink = "css", language: str = "id") -> str:
    """Horizontal bars from zero with the number at the end of each. Long labels stand above."""
    pen = _Pen(ink, language)
    labels = [item.label for item in items]
    above = any(_width(label) > 112 for label in labels)
    ends = [pen.number(item.value, item.shown) for item in items]
    tail = (
        max(
            [
                _width(end, bold=True)
                for end, i in zip(ends, items, strict=True)
                if i.value is not None
            ]
            or [0]
        )
        + 10
    )
    left = 0.0 if above else max([_width(label) for label in labels] or [0]) + 10
    room = WIDTH - left - tail
    top = _top([item.value for item in items])
    y = 0.0
    for item, end in zip(items, ends, strict=True):
        if above:
            for words in _lines(item.label, WIDTH):
                y += 18
                pen.text(0, y, words)
            y += 5
        height = 20
        if not above:
            pen.text(left - 8, y + 15, item.label, anchor="end")
        if item.value is None:
            pen.text(left, y + 15, end, kind="soft", size=SMALL)
        else:
            length = room * max(item.value, 0) / top
            if length:
                pen.rect(left, y, max(length, 1.5), height, tone)
            pen.text(left + length + (6 if length else 0), y + 15, end, bold=True)
        y += height + (9 if above else 8)
    return pen.svg(y)


def pyramid(
    groups: Sequence[str],
    left: Series,
    right: Series,
    *,
    ink: Ink = "css",
    language: str = "id",
    axis: str = "",
) -> str:
    """Two series back to back, one row per group, groups given from the youngest up.

    ``axis`` names what the groups are ("umur"). Withheld rows show no bar but a mark in the middle.
    """
    pen = _Pen(ink, language)
    count = len(groups)
    row, head = 21, 30
    middle = (
        max([_width(group, size=SMALL) for group in groups] + [_width(axis, size=SMALL), 30]) + 14
    )
    half = (WIDTH - middle) / 2
    values = [v for v in (*left.values, *right.values) if v is not None]
    top = max([*values, 1])
    step = _step(top)
    scale = half / max(top, step)
    bottom = head + count * row
    ticks = list(range(step, int(max(top, step)) + 1, step))
    for tick in ticks:
        for x in (half - tick * scale, half + middle + tick * scale):
            pen.line(x, head - 4, x, bottom + 2)
    for series, x, anchor, tone in (
        (left, half, "end", 1),
        (right, half + middle, "start", 2),
    ):
        name = f"{series.label} {series.shown}".strip()
        pen.text(x, 16, name, anchor=anchor, kind=f"c{tone}", bold=True)
    for at, group in enumerate(reversed(groups)):
        place = count - 1 - at
        y = head + at * row
        a, b = left.values[place], right.values[place]
        if a is not None:
            pen.rect(half - a * scale, y, a * scale, row - 3, 1)
        if b is not None:
            pen.rect(half + middle, y, b * scale, row - 3, 2)
        for value, x, anchor in ((a, half - 4, "end"), (b, half + middle + 4, "start")):
            if value is None:
                pen.text(x, y + 14, WITHHELD[pen.language], anchor=anchor, kind="soft", size=SMALL)
        pen.text(WIDTH / 2, y + 14, group, anchor="middle", size=SMALL)
    for tick in ticks:
        words = whole(tick, pen.language)
        for x in (half - tick * scale, half + middle + tick * scale):
            centre = min(
                max(x, _width(words, size=SMALL) / 2), WIDTH - _width(words, size=SMALL) / 2
            )
            pen.text(centre, bottom + 18, words, anchor="middle", kind="soft", size=SMALL)
    if axis:
        pen.text(WIDTH / 2, bottom + 18, axis, anchor="middle", kind="soft", size=SMALL)
    return pen.svg(bottom + 24)


def line(points: Sequence[Item], *, tone: int = 1, ink: Ink = "css", language: str = "id") -> str:
    """A line over time; first, last, highest and lowest point carry their number."""
    pen = _Pen(ink, language)
    height, foot = 118, 146
    known = [point.value for point in points if point.value is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    span = high - low or 1.0
    side = max([_width(p.label, size=SMALL) for p in points] + [40]) / 2 + 4
    width = WIDTH - 2 * side
    gap = width / max(len(points) - 1, 1)
    places: list[tuple[float, float] | None] = []
    for at, point in enumerate(points):
        if point.value is None:
            places.append(None)
            continue
        x = side + at * gap if len(points) > 1 else WIDTH / 2
        places.append((x, 34 + (height - 48) * (high - point.value) / span))
    pen.line(0, height + 6, WIDTH, height + 6)
    run: list[tuple[float, float]] = []
    for place in [*places, None]:
        if place is not None:
            run.append(place)
            continue
        if len(run) > 1:
            pen.path(run, tone)
        run = []
    named = {0, len(points) - 1}
    for extreme in (low, high):
        named.add(next((i for i, p in enumerate(points) if p.value == extreme), 0))
    every = -(
        -len(points) * (max([_width(p.label, size=SMALL) for p in points] or [0]) + 8) // WIDTH
    )
    for at, (point, place) in enumerate(zip(points, places, strict=True)):
        x = side + at * gap if len(points) > 1 else WIDTH / 2
        last = len(points) - 1
        if at == last or (at % max(int(every), 1) == 0 and last - at >= every):
            pen.text(x, foot, point.label, anchor="middle", size=SMALL)
        if place is None:
            pen.text(x, height, "…", anchor="middle", kind="soft")
            continue
        pen.dot(*place, tone)
        if at in named:
            words = pen.number(point.value, point.shown)
            half = _width(words, bold=True) / 2
            centre = min(max(x, half), WIDTH - half)
            below = point.value == low and high != low and place[1] + 24 < height + 4
            pen.text(centre, place[1] + (20 if below else -11), words, anchor="middle", bold=True)
    return pen.svg(foot + 8)


def stacked(
    labels: Sequence[str], series: Sequence[Series], *, ink: Ink = "css", language: str = "id"
) -> str:
    """Shares of one whole per row, each row 100 percent wide, with the key on top.

    At most five series (ValueError). A row with a withheld part is not drawn but says so.
    """
    if len(series) > TONES:
        raise ValueError("at most five parts can be told apart")
    pen = _Pen(ink, language)
    y, x = 0.0, 0.0
    for tone, part in enumerate(series, 1):
        need = 20 + _width(part.label, size=SMALL) + 12
        if x and x + need > WIDTH:
            x, y = 0.0, y + 20
        pen.rect(x, y + 2, 13, 13, tone)
        pen.text(x + 19, y + 14, part.label, size=SMALL)
        x += need
    y += 30
    for at, label in enumerate(labels):
        for words in _lines(label, WIDTH):
            y += 15
            pen.text(0, y, words)
            y += 4
        y += 2
        values = [part.values[at] for part in series]
        known = [value for value in values if value is not None]
        total = sum(known)
        if len(known) < len(values):
            pen.text(0, y + 16, WITHHELD[pen.language], kind="soft", size=SMALL)
        elif not total:
            pen.text(0, y + 16, "0", bold=True)
        else:
            x = 0.0
            for tone, value in enumerate(known, 1):
                width = WIDTH * value / total
                if value:
                    pen.rect(min(x, WIDTH - 0.5), y, max(width - 1, 0.5), 22, tone)
                    words = whole(value, pen.language)
                    if width > _width(words, bold=True) + 8:
                        pen.text(x + 5, y + 16, words, kind="on", bold=True, size=SMALL)
                x += width
        y += 30
    return pen.svg(y)


def dots(items: Sequence[Range], *, tone: int = 1, ink: Ink = "css", language: str = "id") -> str:
    """A dot between two bounds per row, one scale for all."""
    pen = _Pen(ink, language)
    low = min([item.low for item in items], default=0.0)
    high = max([item.high for item in items], default=1.0)
    span = high - low or 1.0
    ends = [pen.number(item.value, item.shown) for item in items]
    tail = max([_width(end, bold=True) for end in ends] or [0]) + 14
    room = WIDTH - tail - 10
    y = 0.0
    for item, end in zip(items, ends, strict=True):
        for words in _lines(item.label, WIDTH):
            y += 17
            pen.text(0, y, words)
        y += 16
        x = [6 + room * (value - low) / span for value in (item.low, item.value, item.high)]
        pen.line(x[0], y, x[2], y, thick=True)
        pen.dot(x[1], y, tone)
        pen.text(WIDTH, y + 5, end, anchor="end", bold=True)
        y += 12
    return pen.svg(y)


class _Pen:
    """Writes shapes in one of the two inks."""

    def __init__(self, ink: Ink, language: str) -> None:
        if ink not in ("css", "print"):
            raise ValueError(f"unknown ink: {ink}")
        self.print = ink == "print"
        self.language = "en" if language.lower().startswith("en") else "id"
        self.parts: list[str] = []

    def number(self, value: float | None, shown: str) -> str:
        if value is None:
            return WITHHELD[self.language]
        if shown:
            return shown
        if not isfinite(value):
            raise ValueError("a chart shows finite numbers")
        return whole(round(value), self.language)

    def _fill(self, kind: str) -> str:
        if kind == "on":
            return ' class="on" fill="#FFFFFF"' if not self.print else ' fill="#FFFFFF"'
        if self.print:
            return f' fill="{_PRINT[kind or "ink"]}"'
        return f' class="{kind}"' if kind else ""

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        anchor: str = "start",
        kind: str = "",
        bold: bool = False,
        size: int = SIZE,
    ) -> None:
        more = f' text-anchor="{anchor}"' if anchor != "start" else ""
        more += ' font-weight="600"' if bold else ""
        more += f' font-size="{size}"' if size != SIZE else ""
        self.parts.append(
            f'<text x="{_n(x)}" y="{_n(y)}"{more}{self._fill(kind)}>{escape(words)}</text>'
        )

    def rect(self, x: float, y: float, width: float, height: float, tone: int) -> None:
        self.parts.append(
            f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'
            f"{self._fill(_tone(tone))}/>"
        )

    def dot(self, x: float, y: float, tone: int) -> None:
        self.parts.append(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="5"{self._fill(_tone(tone))}/>')

    def line(self, x: float, y: float, x2: float, y2: float, *, thick: bool = False) -> None:
        stroke = (
            f' stroke="{_PRINT["grid"]}"' if self.print else ' class="grid" stroke="currentColor"'
        )
        wide = ' stroke-width="3"' if thick else ""
        self.parts.append(
            f'<line x1="{_n(x)}" y1="{_n(y)}" x2="{_n(x2)}" y2="{_n(y2)}"{stroke}{wide}/>'
        )

    def path(self, points: Sequence[tuple[float, float]], tone: int) -> None:
        name = _tone(tone)
        stroke = (
            f' stroke="{_PRINT[name]}"'
            if self.print
            else f' class="s{name[1:]}" stroke="currentColor"'
        )
        run = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        self.parts.append(
            f'<polyline points="{run}" fill="none" stroke-width="3"'
            f' stroke-linejoin="round"{stroke}/>'
        )

    def svg(self, height: float) -> str:
        tall = max(int(height + 0.999), 1)
        face = (
            f' font-family="Noto Sans" fill="{_PRINT["ink"]}"'
            if self.print
            else ' fill="currentColor"'
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {tall}" '
            f'font-size="{SIZE}" aria-hidden="true" focusable="false"{face}>'
            + "".join(self.parts)
            + "</svg>"
        )


def _tone(tone: int) -> str:
    if not 1 <= tone <= TONES:
        raise ValueError("tones run from 1 to 5")
    return f"c{tone}"


def _n(value: float) -> str:
    """A coordinate with one decimal at most, and never "-0"."""
    if not isfinite(value):
        raise ValueError("a chart shows finite numbers")
    words = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if words == "-0" else words


def _top(values: Sequence[float | None]) -> float:
    return max([value for value in values if value is not None and value > 0], default=1.0)


def _step(top: float) -> int:
    """A round distance between scale lines that gives one to three of them."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if top / (step * factor) < 3:
                return step * factor
        step *= 10


def _width(words: str, *, size: int = SIZE, bold: bool = False) -> float:
    """About how wide the words are in Noto Sans: enough to place a label, never to cut one."""
    units = sum(
        0.3
        if c in " .,:;'!|ijlIt()[]-/"
        else 0.92
        if c in "mwMW%@"
        else 0.66
        if c.isupper()
        else 0.57
        for c in words
    )
    return units * size * (1.07 if bold else 1.0)


def _lines(words: str, width: float) -> list[str]:
    """The words in lines that fit; a single long word keeps its line."""
    lines: list[str] = []
    for word in words.split():
        if lines and _width(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]
