"""The one-page infographic: which figures stand on it, and its words. Pure.

Unless somebody chose, each chapter in its order gives the share that leaves the most families or
persons outside (d - n), then each chapter its next one, until the page is full. Ratios come last.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from cantik.kernel import numbers
from cantik.kernel.text import pick

from . import order
from .sheet import unit_words

MOST = 6
LANGUAGE = "id"


def told(indicators: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those that say something: nothing withheld, and no share of nothing."""
    return [one for one in indicators if one["sentence"] and one["percent"] is not None]


def chosen(
    indicators: Sequence[Mapping[str, Any]],
    chapter_of: Mapping[str, str],
    wanted: Sequence[str] = (),
) -> list[Mapping[str, Any]]:
    """At most six indicators, in the order they stand on the page. ``chapter_of`` by table."""
    can = told(indicators)
    if wanted:
        by_id = {one["id"]: one for one in can}
        return [by_id[id_] for id_ in dict.fromkeys(wanted) if id_ in by_id][:MOST]
    chapters: dict[str, list[Mapping[str, Any]]] = {}
    for one in can:
        chapters.setdefault(chapter_of.get(one["table"], ""), []).append(one)
    for listed in chapters.values():
        listed.sort(key=lambda one: -_left(one))
    queues = [chapters[id_] for id_ in sorted(chapters, key=order.place)]
    found: list[Mapping[str, Any]] = []
    while any(queues) and len(found) < MOST:
        found += [queue.pop(0) for queue in queues if queue]
    shares = [one for one in found if share(one)]
    return [*shares, *(one for one in found if not share(one))][:MOST]


def share(one: Mapping[str, Any]) -> bool:
    """Whether it is a part of a whole, which a bar can show."""
    if not one["d"] or one["n"] > one["d"]:
        return False
    return str(one["percent"]) == numbers.percent(one["n"], one["d"], language=LANGUAGE).rstrip("%")


def _left(one: Mapping[str, Any]) -> int:
    return one["d"] - one["n"] if share(one) else -1


def items(chosen_ones: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """``part`` in thousandths, -1 for a ratio."""
    return [
        {
            "big": f"{one['percent']}%" if share(one) else str(one["percent"]),
            "title": pick(one["title"], LANGUAGE),
            "sentence": pick(one["sentence"], LANGUAGE),
            "part": one["n"] * 1000 // one["d"] if share(one) else -1,
        }
        for one in chosen_ones
    ]


def in_words(
    facts: Mapping[str, Any], chosen_ones: Sequence[Mapping[str, Any]], language: str
) -> str:
    """All that the picture says, for those who do not see it."""
    root = facts["open"][0]
    given = {
        "village": facts["village"]["label"],
        "period": facts["period"],
        "families": numbers.whole(root["families"], language),
        "unit": pick(facts.get("unit", unit_words("keluarga")), language),
    }
    if "persons" in root:
        lead = _(
            "Infografis %(village)s %(period)s: %(n)s penduduk terdata, %(families)s keluarga."
        )
        given["n"] = numbers.whole(root["persons"], language)
    else:
        lead = _("Infografis %(village)s %(period)s: %(families)s %(unit)s terdata.")
    said = lead % given
    return " ".join([said, *(pick(one["sentence"], language) for one in chosen_ones)])
