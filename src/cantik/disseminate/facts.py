"""What a release says of itself (release.json): words, counts and random ids. Pure.

No hash of anything unreleased stands here: a public hash of raw counts would let anyone test a
guess.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from .publication import Place


def release_facts(
    *,
    village: Place,
    activity: Any,
    mutu: Mapping[str, Any],
    opened: Sequence[Mapping[str, Any]],
    tables: Sequence[Mapping[str, Any]],
    licence: str,
    note: str,
    corrects: bool,
    cut_on: str,
    proposal_id: str,
    policy_version: str,
    warn_below: int,
) -> dict[str, Any]:
    """``opened`` are the exact totals with the village first; ``mutu`` is mutu.json of the clean
    data; ``tables`` the protected tables in their order."""
    pack, root = activity.pack, opened[0]
    return {
        "format": 1,
        "village": {
            "id": village.id,
            "label": village.label,
            "name": village.name,
            "kind": village.kind,
            "village_kind": village.village_kind,
            "time_zone": village.time_zone,
            "above": list(village.above),
            "head": village.head,
        },
        "proposal": proposal_id,
        "activity": activity.id,
        "title": dict(pack.title),
        "period": str(activity.period),
        "reference_date": activity.reference_date.isoformat(),
        "licence": licence,
        "note": note,
        "corrects": corrects,
        "cut_on": cut_on,
        "policy": policy_version,
        "collected": {
            "families": int(root["families"]),
            "target": _target(activity, mutu),
            "refused": _number(mutu, "refusals", "refused"),
            "edits": _number(mutu, "edits"),
            "warn_below": warn_below,
        },
        "target_source": str(getattr(activity, "target_source", "") or ""),
        "target_date": _day(getattr(activity, "target_date", None)),
        "open": [dict(row) for row in opened],
        "chapters": chapters(pack, tables),
        "tables": [
            {
                "id": one["table"],
                "title": one["title"],
                "unit": one["unit"],
                "chapter": str(one["chapter"] or ""),
                "question": one["question"] or {},
                "shown": one["rows"][0]["values"] is not None,
            }
            for one in tables
        ],
        "instrument": {
            "title": dict(pack.title),
            "version": str(pack.version),
            "questions": len(pack.instrument.questions),
        },
        "rules": len(pack.rules),
    }


def _target(activity: Any, mutu: Mapping[str, Any]) -> int:
    known = mutu.get("target")
    if isinstance(known, Mapping):
        return sum(int(n) for n in known.values())
    return int(known) if known else sum(activity.kk_targets.values())


def _number(mutu: Mapping[str, Any], *names: str) -> int:
    """A count of mutu.json, given whole or by area or kind."""
    for name in names:
        found = mutu.get(name)
        if isinstance(found, Mapping):
            return sum(int(n) for n in found.values())
        if isinstance(found, list | tuple):
            return len(found)
        if found is not None:
            return int(found)
    return 0


def _day(value: Any) -> str:
    return value.isoformat() if value else ""


def chapters(pack: Any, tables: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Chapters of the book that have tables, in the pack's order; unknown ones stand last."""
    found = {one.id: {"id": one.id, "title": dict(one.title)} for one in pack.book.chapters}
    used = list(dict.fromkeys(str(one["chapter"] or "") for one in tables))
    for code in used:
        found.setdefault(code, {"id": code, "title": {"id": code, "en": code}})
    return [one for code, one in found.items() if code in used]
