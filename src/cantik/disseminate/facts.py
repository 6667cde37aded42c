"""What a release says of itself (release.json): words, counts and random ids. Pure.

No hash of anything unreleased stands here: a public hash of raw counts would let anyone test a
guess.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from cantik.design import mapping
from cantik.kernel import expression

from . import meaning, order
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
    infographic: Sequence[str] = (),
    indices: Sequence[Mapping[str, Any]] = (),
    series: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """``opened`` are the exact totals with the village first; ``mutu`` is mutu.json of the clean
    data (target, refusals by code, edits, explained); ``tables`` the protected tables in
    their order; ``infographic`` the indicators on the infographic; ``indices`` the official status
    of the village by year, as others gave it; ``series`` the protected series."""
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
        "pack": str(getattr(pack, "id", "")),
        "counted": meaning.population(pack),
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
        "unit": dict(pack.records[0].unit_label),
        "open": [dict(row) for row in opened],
        "chapters": chapters(pack, [*tables, *series]),
        "tables": [
            {
                "id": one["table"],
                "title": one["title"],
                "unit": one["unit"],
                "chapter": str(one["chapter"] or ""),
                "question": one["question"] or {},
                "shown": one["rows"][0]["values"] is not None,
                **definition(pack, one["table"]),
            }
            for one in tables
        ],
        "instrument": {
            "title": dict(pack.title),
            "version": str(pack.version),
            "questions": len(pack.instrument.questions),
        },
        "rules": len(pack.rules),
        "quality": quality(mutu),
        "infographic": list(infographic),
        "indices": [dict(one) for one in indices],
        **_series(pack, series),
    }


def _series(pack: Any, series: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The series of a release, and what each of their items is; a release without any says nothing
    of them."""
    listed = [{name: one[name] for name in ("title", "question", "chapter")} for one in series]
    return {
        "series": [
            {
                "id": one["series"],
                **told,
                "means": {i["name"]: meaning.of_item(pack, i["name"]) for i in one["items"]},
            }
            for one, told in zip(series, listed, strict=True)
        ]
    } if series else {}  # fmt: skip


def quality(mutu: Mapping[str, Any]) -> dict[str, Any]:
    """What may be told of the quality of clean data, and nothing else of it: families reached and
    families of the register by area, which are open counts, and how many questions were looked at.
    Empty for data that were cut before quality was measured."""
    told = mutu.get("public") or {}
    return {
        "coverage": [
            {name: row[name] for name in ("area", "level", "label", "families", "target")}
            for row in told.get("coverage", ())
        ],
        "questions": int(told.get("questions", 0)),
        "numeric": int(told.get("numeric", 0)),
    }


def definition(pack: Any, table_id: str) -> dict[str, Any]:
    """What a table counts, to be compared with the same table of another year: ``who`` stands for
    unit, universe and variable, ``means`` for what the answers mean (see meaning), ``classes``
    for the classes, ``list`` for the known code list of the answers and ``coded`` for the codes of
    each class. Empty for a pack that cannot say."""
    template = next((one for one in getattr(pack, "tables", ()) if one.id == table_id), None)
    if template is None:
        return {}
    kind = pack.classification(template)
    universe = template.universe.source if template.universe is not None else ""
    classes = [
        [one.code, list(one.members), list(one.range or ())]
        for one in (kind.merged if template.merged else kind.classes)
    ]
    question = pack.instrument.question(template.variable)
    return {
        "universe": universe,
        "asked": "all" if not universe and _of_everybody(pack, question) else "some",
        "who": meaning.mark([template.unit, template.variable, universe]),
        "means": meaning.of_table(pack, template),
        "classes": meaning.mark(classes),
        **_coded(pack, kind, question),
    }


def _coded(pack: Any, kind: Any, question: Any) -> dict[str, Any]:
    codes = {one.code: one.label.get("id", "") for one in pack.choices(question)}
    list_ = mapping.known().list_of(codes) if codes else ""
    if not list_:
        return {}
    fine = {one.code: list(one.members) for one in kind.classes}
    merged = {one.code: [c for name in one.members for c in fine[name]] for one in kind.merged}
    return {"list": list_, "coded": {**merged, **fine}}


def _of_everybody(pack: Any, question: Any) -> bool:
    """Whether the question is put to all who answer at all."""
    if question.role != "fact":
        return False
    return question.relevant is None or expression.names(question.relevant) <= {pack.result}


def chapters(pack: Any, tables: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Chapters of the book that have tables, in the order villages use; unknown ones stand last,
    as the pack orders them."""
    found = {
        one.id: {
            "id": one.id,
            "title": dict(one.title),
            "words": dict(getattr(one, "words", None) or {}),
        }
        for one in pack.book.chapters
    }
    used = list(dict.fromkeys(str(one["chapter"] or "") for one in tables))
    for code in used:
        found.setdefault(code, {"id": code, "title": {"id": code, "en": code}, "words": {}})
    return sorted((one for code, one in found.items() if code in used), key=_place)


def _place(chapter: Mapping[str, Any]) -> int:
    return order.place(chapter["id"])
