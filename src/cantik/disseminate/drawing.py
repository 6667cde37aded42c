"""The chart of a table, and the finding that stands above it. Pure; from published cells only."""

from dataclasses import dataclass

from cantik.kernel import charts, numbers
from cantik.kernel.charts import Ink
from cantik.kernel.text import pick

from .sheet import TOTAL, Line, Sheet, unit_words

AGE = {"id": "umur", "en": "age"}
MOST_AREAS = 40


@dataclass(frozen=True)
class Drawing:
    """``svg`` is hidden from screen readers: ``rows`` repeat every value under ``names``."""

    svg: str
    names: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def draw(one: Sheet, *, language: str = "id", ink: Ink = "css", tone: int = 1) -> Drawing | None:
    """None when the village's row is withheld or there is nothing to compare."""
    if one.chart == "none":
        return None
    classes = one.classes
    if len(classes) < 2:
        return _areas(one, language, ink, tone)
    if one.chart == "stacked" and (drawn := _shares(one, language, ink)) is not None:
        return drawn
    if one.whole_village.withheld:
        return None
    men, women = one.part("l"), one.part("p")
    if one.chart == "pyramid" and men and women:
        return _pyramid(one, men.lines[0], women.lines[0], language, ink)
    items = []
    for head in classes:
        value = one.whole_village.cell(head.code).value
        items.append(charts.Item(pick(head.label, language), value))
    if not any(item.value for item in items):
        return None
    return Drawing(
        charts.bars(items, tone=tone, ink=ink, language=language),
        (pick(unit_words(one.unit), language),),
        tuple((item.label, (_number(item.value, language),)) for item in items),
    )


def _pyramid(one: Sheet, men: Line, women: Line, language: str, ink: Ink) -> Drawing:
    groups = [pick(head.label, language) for head in one.classes]
    series = []
    for part, line in (("l", men), ("p", women)):
        found = one.part(part)
        label = pick(found.label, language) if found else part
        whole = line.cell(TOTAL).value
        series.append(
            charts.Series(
                label, [line.cell(h.code).value for h in one.classes], _number(whole, language)
            )
        )
    left, right = series
    return Drawing(
        charts.pyramid(groups, left, right, ink=ink, language=language, axis=pick(AGE, language)),
        (left.label, right.label),
        tuple(
            (group, (_number(a, language), _number(b, language)))
            for group, a, b in zip(groups, left.values, right.values, strict=True)
        ),
    )


def _areas(one: Sheet, language: str, ink: Ink, tone: int) -> Drawing | None:
    """One class only: the lowest areas beside each other."""
    lines = [line for line in one.parts[0].lines if line.depth]
    lowest = max((line.depth for line in lines), default=0)
    lines = [line for line in lines if line.depth == lowest]
    if not 2 <= len(lines) <= MOST_AREAS:
        return None
    men, women = one.part("l"), one.part("p")
    if men and women:
        pairs = [
            [line.cell(TOTAL).value for line in part.lines if line.depth == lowest]
            for part in (men, women)
        ]
        parts = [
            charts.Series(pick(part.label, language), values)
            for part, values in zip((men, women), pairs, strict=True)
        ]
        return Drawing(
            charts.stacked([line.label for line in lines], parts, ink=ink, language=language),
            tuple(part.label for part in parts),
            tuple(
                (line.label, tuple(_number(v, language) for v in both))
                for line, *both in zip(lines, *pairs, strict=True)
            ),
        )
    items = [charts.Item(line.label, line.cell(TOTAL).value) for line in lines]
    return Drawing(
        charts.bars(items, tone=tone, ink=ink, language=language),
        (pick(unit_words(one.unit), language),),
        tuple((item.label, (_number(item.value, language),)) for item in items),
    )


def areas_of(one: Sheet, *, language: str = "id", ink: Ink = "css") -> Drawing | None:
    """The classes of the lowest areas that are shown, beside each other."""
    return _shares(one, language, ink)


def _shares(one: Sheet, language: str, ink: Ink) -> Drawing | None:
    """The classes of each area below the village that is shown."""
    lines = [line for line in one.parts[0].lines if line.depth and not line.withheld]
    lowest = max((line.depth for line in lines), default=0)
    lines = [line for line in lines if line.depth == lowest]
    if not 2 <= len(lines) <= MOST_AREAS or len(one.classes) > charts.TONES:
        return None
    parts = [
        charts.Series(pick(head.label, language), [line.cell(head.code).value for line in lines])
        for head in one.classes
    ]
    return Drawing(
        charts.stacked([line.label for line in lines], parts, ink=ink, language=language),
        tuple(part.label for part in parts),
        tuple(
            (line.label, tuple(_number(part.values[at], language) for part in parts))
            for at, line in enumerate(lines)
        ),
    )


def _number(value: float | None, language: str) -> str:
    return charts.WITHHELD[language] if value is None else numbers.whole(int(value), language)


@dataclass(frozen=True)
class Finding:
    """The largest class of the village: its label, count, total and percent."""

    label: str
    value: str
    total: str
    percent: str
    unit: str


def finding(one: Sheet, language: str = "id") -> Finding | None:
    """None when withheld, when two classes share the first place, or when all are 0. The widest
    step of a pyramid says nothing."""
    if one.whole_village.withheld or len(one.classes) < 2 or one.chart == "pyramid":
        return None
    line = one.whole_village
    counts = sorted(((line.cell(h.code).value or 0, h) for h in one.classes), key=lambda c: -c[0])
    total = line.cell(TOTAL).value or 0
    (first, head), (second, _) = counts[0], counts[1]
    if not first or first == second or not total:
        return None
    return Finding(
        pick(head.label, language),
        numbers.whole(first, language),
        numbers.whole(total, language),
        numbers.percent(first, total, language=language),
        pick(unit_words(one.unit), language),
    )
