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
    data (target, refusals by code, edits, explained); ``tables`` the protected tables in
    their order."""
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
            "target": int(mutu["target"]),
            "refused": sum(mutu["refusals"].values()),
            "edits": int(mutu["edits"]),
            "explained": int(mutu["explained"]),
            "warn_below": warn_below,
        },
        "target_source": activity.target_source,
        "target_date": activity.target_date.isoformat() if activity.target_date else "",
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


def chapters(pack: Any, tables: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Chapters of the book that have tables, in the pack's order; unknown ones stand last."""
    found = {one.id: {"id": one.id, "title": dict(one.title)} for one in pack.book.chapters}
    used = list(dict.fromkeys(str(one["chapter"] or "") for one in tables))
    for code in used:
        found.setdefault(code, {"id": code, "title": {"id": code, "en": code}})
    return [one for code, one in found.items() if code in used]
