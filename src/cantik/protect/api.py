"""The door of protect: prepare protected tables, and read proposals and releases."""

import io
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow.parquet as parquet

from cantik.analyse import api as analyse
from cantik.design import api as design
from cantik.kernel import canonical
from cantik.kernel.problems import Refused
from cantik.kernel.tree import Tree
from cantik.ledger import api as ledger

from . import actions
from .actions import comment, decide, propose, rework, withdraw
from .catalogue import withheld_words
from .indicators import indicators
from .models import PROPOSAL, RELEASE, Proposal, Release
from .plan import Job, OpenTotals, protect
from .policy import policy
from .series import document
from .tasks import above, at_leisure, next_things

__all__ = [
    "PROPOSAL",
    "RELEASE",
    "Proposal",
    "Refused",
    "Release",
    "above",
    "at_leisure",
    "comment",
    "decide",
    "earlier_tables",
    "next_things",
    "prepare",
    "proposal",
    "propose",
    "ready",
    "release",
    "releases",
    "rework",
    "waiting",
    "withdraw",
    "withheld_words",
]

ready = actions.ready
STATE = "protection"
CROSSINGS = "crossings.json"


def proposal(id_: str) -> Proposal:
    """Raises Proposal.DoesNotExist."""
    return Proposal.objects.get(pk=id_)


def release(id_: str) -> Release:
    """Raises Release.DoesNotExist."""
    return Release.objects.get(pk=id_)


def waiting(village_id: str) -> set[str]:
    """Activities of a village of which a proposal is prepared or waits for a decision."""
    found = Proposal.objects.filter(village_id=village_id, state__in=["preparing", "waiting"])
    return set(found.values_list("activity_id", flat=True))


def releases(village_id: str) -> list[Release]:
    """All releases of a village, the newest first."""
    return list(Release.objects.filter(village_id=village_id).order_by("-number"))


def earlier_tables(village_id: str, activity_id: str) -> list[dict[str, Any]]:
    """Tables by id of every release of the activity, withdrawn ones too, oldest first."""
    return [_tables(id_) for id_ in _earlier(village_id, activity_id)]


def _earlier(village_id: str, activity_id: str) -> list[str]:
    """Protected editions of every release of the activity, oldest first."""
    found = Release.objects.filter(village_id=village_id, activity_id=activity_id)
    return list(found.order_by("number").values_list("proposal__protected_edition_id", flat=True))


def _earlier_crossings(village_id: str, activity_id: str) -> list[list[analyse.Crossing]]:
    return [
        [
            analyse.Crossing(
                one["variable"],
                one["unit"],
                tuple(
                    analyse.Atom(atom["classes"], tuple(atom["inside"]), tuple(atom["outside"]))
                    for atom in one["atoms"]
                ),
            )
            for one in json.loads(ledger.edition_file(id_, CROSSINGS))
        ]
        for id_ in _earlier(village_id, activity_id)
    ]


def _tables(edition_id: str) -> dict[str, Any]:
    listed = json.loads(ledger.edition_file(edition_id, "tables.json"))
    return {id_: json.loads(ledger.edition_file(edition_id, f"tabel/{id_}.json")) for id_ in listed}


def _previous_state(village_id: str, activity_id: str) -> dict[str, tuple[int, int]]:
    """The state behind the last release; proposals that were returned leave no trace."""
    last = (
        Release.objects.filter(village_id=village_id, activity_id=activity_id)
        .order_by("-number")
        .first()
    )
    sealed = ledger.sealed_get(kind=STATE, ref=last.proposal_id) if last else None
    if sealed is None:
        return {}
    return {key: (int(pair[0]), int(pair[1])) for key, pair in json.loads(sealed)["cells"].items()}


def prepare(proposal_id: str, now: datetime) -> ledger.Edition:
    """Tabulate, round, audit, and keep the protected edition of a proposal. Idempotent: the same
    answers, earlier state and secret give the same bytes."""
    wanted = Proposal.objects.get(pk=proposal_id)
    activity = design.activity(wanted.activity_id)
    tree = design.tree_of(activity)
    pack = design.counted(activity.pack)
    given: dict[str, Any] = {
        "pack": pack,
        "tree": tree,
        "tables": {
            one.name: parquet.read_table(
                io.BytesIO(ledger.edition_file(wanted.clean_edition_id, f"{one.name}.parquet"))
            )
            for one in activity.pack.records
        },
    }
    cubes = analyse.tabulate(**given, today=activity.reference_date)
    crossings = analyse.crossings(**given, today=activity.reference_date)
    opened = analyse.open_counts(**given)
    made = analyse.series(pack=pack, tables=given["tables"])
    known = analyse.classifications(pack)
    rules = policy()
    result = protect(
        tree=tree,
        jobs=[
            Job(
                one,
                known[one.classification],
                cubes[one.id],
                design.universe_words(activity.pack, activity.pack.table(one.id)),
            )
            for one in analyse.templates(pack)
        ],
        opened=OpenTotals(opened.units, opened.persons, _residents(activity, tree)),
        policy=rules,
        secret=ledger.secret("protect:" + wanted.activity_id),
        previous=_previous_state(wanted.village_id, wanted.activity_id),
        earlier=earlier_tables(wanted.village_id, wanted.activity_id),
        period=str(wanted.period),
        reference_date=activity.reference_date.isoformat(),
        crossings=crossings,
        earlier_crossings=_earlier_crossings(wanted.village_id, wanted.activity_id),
    )
    listed = activity.pack.indicators
    files: dict[str, bytes] = {
        f"tabel/{id_}.json": canonical.dumps(table) for id_, table in result.tables.items()
    }
    for one in pack.series:
        files[f"deret/{one.id}.json"] = canonical.dumps(
            document(one, made[one.id], fewest=rules.fewest_quotes, period=str(wanted.period))
        )
    files["tables.json"] = canonical.dumps(list(result.tables))
    files["indicators.json"] = canonical.dumps(
        indicators(
            list(listed.values() if isinstance(listed, Mapping) else listed),
            result.tables,
            tree.root.id,
        )
    )
    # Who is asked what, as it stood in these answers; no counts, and not published.
    files[CROSSINGS] = canonical.dumps([asdict(one) for one in crossings])
    files["open.json"] = canonical.dumps(_open(activity.pack, tree, opened))
    ledger.sealed_put(
        kind=STATE,
        ref=wanted.id,
        data=canonical.dumps({"cells": {key: list(pair) for key, pair in result.state.items()}}),
        now=now,
    )
    edition = ledger.put_edition(
        kind="protected",
        area_id=wanted.village_id,
        activity_id=wanted.activity_id,
        period=wanted.period,
        files=files,
        made_from=[wanted.clean_edition_id],
        words={"proposal": wanted.id, "policy": rules.version},
        now=now,
    )
    Proposal.objects.filter(pk=wanted.pk).update(protected_edition_id=edition.id)
    return edition


def _residents(activity: design.ActivityInfo, tree: Tree) -> Any:
    """People by leaf from the newest register of the village, for a pack that counts none."""
    leaves = [leaf.id for leaf in tree.leaves()]
    for one in design.activities(activity.village_id):
        # A register of noughts is one that was not filled: nobody lives in no village.
        if set(leaves) <= set(one.register) and any(map(sum, one.register.values())):
            return np.asarray([sum(one.register[leaf]) for leaf in leaves])
    return None


def _open(pack: design.Pack, tree: Tree, opened: analyse.OpenCounts) -> list[dict[str, Any]]:
    """Exact totals that are published: people and families by area; of what is not people, the
    whole village only."""
    rows = []
    for node in tree if pack.persons else [tree.root]:
        span = tree.leaf_slice(node.id)
        row: dict[str, Any] = {"area": node.id, "level": node.level, "label": node.label}
        row["families"] = int(opened.units[pack.records[0].unit][span].sum())
        if opened.persons is not None:
            male, female = (int(n) for n in opened.persons[span].sum(axis=0))
            row |= {"persons": male + female, "male": male, "female": female}
        rows.append(row)
    return rows
