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


def on_day(expression: str, day: date) -> str:
    """The expression with the day in place of ``today()``; what stands in quotes stays."""
    return _TODAY.sub(lambda found: found[1] or f"date('{day.isoformat()}')", expression)


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
