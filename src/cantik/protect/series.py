"""Series at the gate: which prices may be published, as a document of the protected edition. Pure.

An open series is what anybody may read off a stall: published from one quote on, with the lowest
and the highest. Of a restricted one a period needs as many quotes as the policy says, and its
lowest and highest quote are somebody's own: they are not published. Changes and indices are worked
out from the published prices alone, so they cannot tell more than those.
"""

from typing import Any

from cantik.analyse import api as analyse
from cantik.design import api as design

FORMAT = 1


def document(
    template: design.SeriesTemplate, found: analyse.Series, *, fewest: int, period: str
) -> dict[str, Any]:
    """``fewest`` quotes stand behind each price of a restricted series."""
    opened = template.sensitivity == "open"
    least = 1 if opened else fewest
    items = []
    every_price: list[list[int | None]] = []
    for item, quoted in zip(template.items, found.items, strict=True):
        shown = [n >= least for n in quoted.quotes]
        prices = [p if s else None for p, s in zip(quoted.prices, shown, strict=True)]
        every_price.append(prices)
        items.append(
            {
                "name": item.name,
                "label": dict(item.label),
                "unit": dict(item.unit),
                "prices": prices,
                "quotes": [
                    n if s or n == 0 else None for n, s in zip(quoted.quotes, shown, strict=True)
                ],
                "lowest": list(quoted.lowest) if opened else [None] * len(prices),
                "highest": list(quoted.highest) if opened else [None] * len(prices),
                "changes": analyse.changes(prices),
                "indices": analyse.indices(prices, template.base),
            }
        )
    index, used = analyse.together(every_price, template.base)
    return {
        "format": FORMAT,
        "series": template.id,
        "title": dict(template.title),
        "question": dict(template.question),
        "chapter": template.chapter,
        "notes": [dict(note) for note in template.notes],
        "every": template.every,
        "base": template.base,
        "currency": dict(template.currency),
        "decimals": template.decimals,
        "sensitivity": template.sensitivity,
        "fewest": least,
        "period": period,
        "periods": list(found.periods),
        "items": items,
        "index": index,
        "used": used,
    }
