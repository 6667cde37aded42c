"""The XForm of an activity: the instrument as phones and the form on the screen run it. Pure.

The same rows as in ``xlsform`` go through pyxform, with the village's own areas as a choice list.
``today()`` becomes the reference date: ages are told for that day, whenever the form is filled in.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pyxform.xls2xform import convert

from .reading import Content
from .xlsform import AREAS, EXPRESSIONS, LANGUAGES, OWN

ROOT = "data"
_TODAY = re.compile(r"""("[^"]*"|'[^']*')|\btoday\s*\(\s*\)""")

_QUOTED = re.compile(r"""\"[^\"]*\"|'[^']*'""")
_DATE = re.compile(r"""\bdate\s*\(\s*["']([^"']*)["']\s*\)""")
_MINUS = re.compile(r"(?:^|[(\[,=<>+*]|\b(?:and|or|div|mod)\b)\s*-\s*-")


def on_day(expression: str, day: date) -> str:
    """The expression with the day in place of ``today()``; what stands in quotes stays."""
    return _TODAY.sub(lambda found: found[1] or f"date('{day.isoformat()}')", expression)


def unfit(source: str) -> str:
    """Why the form on the screen would not open with an expression that we can read; "" where it
    does. Cases: ``on_screen`` in tests/spec/expression_cases.yaml."""
    for day in _DATE.findall(source):
        try:
            date.fromisoformat(day)
        except ValueError:
            return f"tanggal {day[:20] or 'kosong'} tidak ada di kalender"
    bare = _QUOTED.sub("''", source)
    if _MINUS.search(bare):
        return "dua tanda minus berurutan: beri kurung"
    for found in re.finditer(r"\bcoalesce\s*\(", bare):
        if _given(bare, found.end()) != 2:
            return "coalesce menerima tepat dua isian: tulis coalesce(a, coalesce(b, c))"
    return ""


def _given(source: str, at: int) -> int:
    """How many things stand between the brackets that were just opened."""
    depth, commas = 1, 0
    for sign in source[at:]:
        depth += (sign in "([") - (sign in ")]")
        if depth == 0:
            break
        commas += depth == 1 and sign == ","
    return commas + 1


def xform(
    content: Content,
    *,
    form_id: str,
    version: str,
    title: str,
    areas: Mapping[str, str],
    day: date,
) -> str:
    """XML of the form. ``areas`` is the name of each leaf area by its id."""
    listed = _rows(content["choices.csv"])
    listed = [row for row in listed if row["list_name"] != AREAS]
    listed += [
        {"list_name": AREAS, "name": id_} | {f"label::{one}": name for one in LANGUAGES.values()}
        for id_, name in areas.items()
    ]
    form: dict[str, Any] = {
        "survey": [
            {k: on_day(v, day) if k in EXPRESSIONS else v for k, v in row.items()}
            for row in _rows(content["survey.csv"])
        ],
        "choices": listed,
        "settings": [
            {
                "form_title": title,
                "form_id": form_id,
                "name": ROOT,
                "version": version,
                "default_language": LANGUAGES["id"],
            }
        ],
    }
    made: str = convert(form).xform
    return made


def _rows(rows: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    return [{k: v for k, v in row.items() if k.split("::")[0] not in OWN} for row in rows]
