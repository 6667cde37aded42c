"""From raw cubes to protected tables: which rows and classes are shown, what is withheld. Pure.

An area not shown is counted together with the other hidden areas below the nearest shown one, as
one inner row; so whatever can be derived from the shown rows is itself a rounded figure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cantik.analyse.api import Crossing
from cantik.kernel.cube import Cube
from cantik.kernel.tree import Node, Tree

from .audit import OUTSIDE, RANK, Failing, audit, rows_of
from .policy import Policy
from .rounding import CellState, Within, round_rows

OUTSIDE_LABEL = {"id": "Di luar tabel atau tidak terjawab", "en": "Outside the table or no answer"}
TOTAL_LABEL = {"id": "Jumlah", "en": "Total"}
BY = {
    "jumlah": TOTAL_LABEL,
    "l": {"id": "Laki-laki", "en": "Male"},
    "p": {"id": "Perempuan", "en": "Female"},
}
Table = dict[str, Any]


@dataclass(frozen=True)
class OpenTotals:
    """Exact counts by leaf: ``units`` (leaves,) by unit; ``persons`` (leaves, 2) by sex, None
    where nobody is counted; then ``residents`` (leaves,) says how many people live there, None
    where nobody knows: no area below the village is then taken for large enough."""

    units: Mapping[str, Any]
    persons: Any = None
    residents: Any = None

    def people(self, span: slice) -> int | None:
        if self.persons is not None:
            return int(np.asarray(self.persons)[span].sum())
        return None if self.residents is None else int(np.asarray(self.residents)[span].sum())


@dataclass(frozen=True)
class Result:
    tables: dict[str, Table]
    state: dict[str, CellState]
    failing: tuple[Failing, ...]


@dataclass(frozen=True)
class Job:
    """One table to protect: its template, classification and raw cube; ``universe`` says in words
    for whom it counts, where that is not everybody."""

    template: Any
    classification: Any
    cube: Cube
    universe: Mapping[str, str] = field(default_factory=dict)


def protect(
    *,
    tree: Tree,
    jobs: Sequence[Job],
    opened: OpenTotals,
    policy: Policy,
    secret: bytes,
    previous: Mapping[str, CellState],
    earlier: Sequence[Mapping[str, Table]],
    period: str,
    reference_date: str,
    crossings: Sequence[Crossing] = (),
    earlier_crossings: Sequence[Sequence[Crossing]] = (),
) -> Result:
    """Round, audit against all earlier releases and the tables that share people, and withhold
    what fails or stays undecided. Of tables that tell only together, the later one is withheld.

    ``crossings`` of these answers, ``earlier_crossings`` of the answers behind each of ``earlier``.
    """
    tables: dict[str, Table] = {}
    state: dict[str, CellState] = {}
    failures: list[Failing] = []
    members = {job.template.id: _members(job.classification) for job in jobs}
    groups = _groups(jobs, [*crossings, *(one for some in earlier_crossings for one in some)])

    def made(job: Job, within: Within | None = None) -> tuple[Table, dict[str, CellState]]:
        id_ = job.template.id
        near = {one: tables[one] for one in groups[id_] if one in tables}
        before = [{one: t[one] for one in groups[id_] if one in t} for t in earlier]

        def attack(shown: Mapping[str, Table]) -> list[Failing]:
            return audit(
                tables={**near, **shown},
                earlier=before,
                crossings=crossings,
                earlier_crossings=earlier_crossings,
                members=members,
                seconds=policy.audit_seconds,
                most_classes=policy.most_sensitive_classes,
            )

        # What earlier releases tell by themselves cannot be taken back by this table.
        lost = {one.cell for one in attack({})} if any(before) else set()
        hidden: dict[str, str] = {}
        merged = _broad(job)
        for attempt in range(policy.audit_rounds + 1):
            table, kept = _build(
                job,
                tree,
                opened,
                policy,
                secret,
                previous,
                hidden,
                merged,
                period,
                reference_date,
                within,
            )
            failing = [one for one in attack({id_: table}) if one.cell not in lost]
            if not failing:
                return table, kept
            failures.extend(failing)
            if attempt == policy.audit_rounds:
                break
            root_fails = any(f.area == tree.root.id or f.area.startswith("rest:") for f in failing)
            below = {f.area for f in failing if not f.area.startswith("rest:")} - {tree.root.id}
            if below:
                hidden.update(dict.fromkeys(below, "audit"))
            elif root_fails and job.classification.merged and not merged:
                merged = True
            elif root_fails and len([r for r in table["rows"] if r["values"]]) > 1:
                hidden.update({node.id: "level" for node in tree if node.id != tree.root.id})
            else:
                break
        return _withheld(table, "audit"), {}

    broad = {(one.template.classification, _universe(one)): one for one in jobs if _broad(one)}
    for job in jobs:
        if _broad(job):
            continue
        id_ = job.template.id
        wide = broad.pop((job.template.classification, _universe(job)), None)
        if wide is None:
            tables[id_], kept = made(job)
            state.update(kept)
            continue
        # The broad classes go further down, so they are rounded first and the finer ones to them.
        table, wide_kept = made(wide)
        if len(rows_of(table)) < 2:
            table, wide_kept = _withheld(table, "no_parts"), {}
        tables[wide.template.id] = table
        fine, kept = made(job, _within(table, job)) if rows_of(table) else made(job)
        if rows_of(table) and (fine["merged"] or tree.root.id not in rows_of(fine)):
            tables[wide.template.id], wide_kept = _withheld(table, "not_closed"), {}
            fine, kept = made(job)
        tables[id_] = fine
        state.update({**wide_kept, **kept})
    for alone in broad.values():
        tables[alone.template.id], kept = made(alone)
        state.update(kept)
    return Result(dict(sorted(tables.items())), state, tuple(failures))


def _broad(job: Job) -> bool:
    return bool(getattr(job.template, "merged", False))


def _universe(job: Job) -> str:
    universe = job.template.universe
    return getattr(universe, "source", universe) or ""


def _within(table: Table, job: Job) -> Within:
    """The village's published counts in broad classes, which the finer ones have to add up to."""
    root = table["rows"][0]
    codes = [column["code"] for column in table["columns"]]
    parts = [(one.code, tuple(one.members)) for one in job.classification.merged]
    parts += [(OUTSIDE, (OUTSIDE,))] if OUTSIDE in codes else []
    return Within(
        tuple(members for _, members in parts),
        {
            f"{root['area']}/{by['code']}": tuple(cells[codes.index(code)] for code, _ in parts)
            for by, cells in zip(table["by"], root["values"], strict=True)
        },
    )


def _members(classification: Any) -> dict[str, tuple[str, ...]]:
    return {one.code: tuple(one.members) for one in classification.merged or ()}


def _groups(jobs: Sequence[Job], crossings: Sequence[Crossing]) -> dict[str, set[str]]:
    """For each table, those that may tell something together with it, itself among them."""
    groups = {job.template.id: {job.template.id} for job in jobs}
    for crossing in crossings:
        met = [groups[id_] for id_ in sorted(crossing.tables) if id_ in groups]
        whole = set().union(*met)
        for id_ in whole:
            groups[id_] = whole
    return groups


def _withheld(table: Table, code: str) -> Table:
    rows = [{**row, "values": None, "withheld": row["withheld"] or code} for row in table["rows"]]
    levels = {row["level"]: code for row in rows}
    return {**table, "rows": rows, "levels_withheld": {**levels, **table["levels_withheld"]}}


def _lowest(job: Job) -> str:
    one = job.classification
    if one.sensitivity == "sensitive":
        return "desa"
    lowest: str = (one.merged_lowest or one.lowest) if _broad(job) else one.lowest
    return lowest


def _nodes(tree: Tree, lowest: str) -> list[Node]:
    return [node for node in tree if RANK.get(node.level, 0) <= RANK[lowest]]


def _build(
    job: Job,
    tree: Tree,
    opened: OpenTotals,
    policy: Policy,
    secret: bytes,
    previous: Mapping[str, CellState],
    hidden: Mapping[str, str],
    merged: bool,
    period: str,
    reference_date: str,
    within: Within | None = None,
) -> tuple[Table, dict[str, CellState]]:
    template, classification = job.template, job.classification
    kind = classification.sensitivity
    classes = [(one.code, one.label, [one.code]) for one in classification.classes]
    if classification.merged and (merged or kind == "sensitive"):
        classes = [(one.code, one.label, list(one.members)) for one in classification.merged]
        merged = True
    if merged:
        within = None  # what the fine classes have to add up to; a merged table stands alone
    method = policy.methods.get(kind)
    raw = job.cube.merge("kelas", classes).values if merged else job.cube.values
    separate = raw.ndim == 3
    raw = raw if separate else raw[:, None, :]
    exact = np.asarray(opened.persons if separate else opened.units[template.unit][:, None])
    outside = exact - raw.sum(axis=2)
    if bool((outside < 0).any()):
        raise ValueError("a table counts more than the open total")
    codes = [code for code, _, _ in classes]
    labels = [label for _, label, _ in classes]
    if template.universe is not None or bool(outside.any()):
        raw = np.concatenate([raw, outside[:, :, None]], axis=2)
        codes.append(OUTSIDE)
        labels.append(OUTSIDE_LABEL)
    lowest = _lowest(job)
    nodes = _nodes(tree, lowest)
    why: dict[str, str | None] = {}
    for node in nodes:
        count = opened.people(tree.leaf_slice(node.id))
        small = method is not None and (
            node.id != tree.root.id if count is None else count < policy.smallest_area
        )
        why[node.id] = "small_area" if small else hidden.get(node.id)
    root = tree.root.id
    by = ["l", "p"] if separate else ["jumlah"]
    if method is not None and kind == "sensitive":
        whole = raw.sum(axis=0)
        most = len(codes) - (1 if OUTSIDE in codes else 0)
        if most > policy.most_sensitive_classes:
            why[root] = "too_many_classes"
        elif any(int(row.max()) == int(row.sum()) for row in whole):
            why[root] = "one_class"
    if why[root]:
        why = {id_: code or why[root] for id_, code in why.items()}
    values: dict[str, Any] = {}
    state: dict[str, CellState] = {}
    corrected: set[str] = set()
    # People outside may come and go with a correction; the classes are still the same.
    variable = f"{template.id}:{','.join(code for code in codes if code != OUTSIDE)}"
    while not why[root]:
        units = _units(tree, nodes, why)
        rows = {
            f"{unit}/{sex}": raw[list(leaves), at].sum(axis=0).tolist()
            for unit, leaves in units.items()
            for at, sex in enumerate(by)
        }
        if method is None:
            shown = {key: tuple(row) for key, row in rows.items()}
            break_rows: set[str] = set()
        else:
            done = round_rows(
                variable=variable,
                codes=codes,
                rows=rows,
                base=method.base,
                largest_step=method.largest_step,
                secret=secret,
                previous=previous,
                within=within,
            )
            shown, state = done.rows, done.state
            break_rows = {key.rsplit("/", 1)[0] for key in done.open_rows}
            corrected = {key.rsplit("/", 1)[0] for key in done.changed}
        if not break_rows:
            for node in nodes:
                if not why[node.id]:
                    inside = set(range(*tree.leaf_slice(node.id).indices(len(tree.leaves()))))
                    parts = [u for u, leaves in units.items() if inside.issuperset(leaves)]
                    values[node.id] = np.asarray(
                        [[shown[f"{u}/{sex}"] for sex in by] for u in parts]
                    ).sum(axis=0)
                    if corrected & set(parts):
                        corrected.add(node.id)
            break
        for unit in break_rows:
            name = unit.removeprefix("rest:")
            if unit == root or (name == root and all(why[n.id] for n in nodes if n.id != root)):
                why[root] = "not_closed"
            elif name == root:
                why.update({n.id: why[n.id] or "level" for n in nodes if n.id != root})
            else:
                why[name] = "not_closed"
    if why[root] == "not_closed" and classification.merged and not merged:
        return _build(
            job, tree, opened, policy, secret, previous, hidden, True, period, reference_date
        )  # a table in its merged classes stands alone
    if why[root]:
        state, values = {}, {}
        why = {id_: code or why[root] for id_, code in why.items()}
    table = _table(job, codes, labels, separate, method, merged, period, reference_date)
    shown_by = [one["code"] for one in table["by"]]
    for node in nodes:
        span = tree.leaf_slice(node.id)
        margin = exact[span].sum(axis=0).tolist()
        table["rows"].append(
            {
                "area": node.id,
                "parent": node.parent_id if node.parent_id in tree else None,
                "level": node.level,
                "label": node.label,
                "open": [sum(margin), *margin] if separate else margin,
                "values": _cells(values[node.id], codes, shown_by) if node.id in values else None,
                "withheld": why[node.id],
                "corrected": node.id in corrected and node.id in values,
            }
        )
    for level in dict.fromkeys(node.level for node in nodes):
        reasons = [why[node.id] for node in nodes if node.level == level]
        if all(reasons):
            table["levels_withheld"][level] = reasons[0]
    for level in tree.levels():
        if RANK.get(level, 0) > RANK[lowest]:
            table["levels_withheld"][level] = "level"
    return table, state


def _units(
    tree: Tree, nodes: Sequence[Node], why: Mapping[str, str | None]
) -> dict[str, list[int]]:
    """Leaves by inner row: a shown lowest area, or the rest of the nearest shown area."""
    shown = {node.id for node in nodes if not why[node.id]}
    with_shown_below = {up for id_ in shown for up in _above(tree, id_) if up in shown}
    units: dict[str, list[int]] = {}
    for at, leaf in enumerate(tree.leaves()):
        nearest = next(id_ for id_ in (leaf.id, *_above(tree, leaf.id)) if id_ in shown)
        name = "rest:" + nearest if nearest in with_shown_below else nearest
        units.setdefault(name, []).append(at)
    return units


def _above(tree: Tree, id_: str) -> list[str]:
    above = []
    up = tree.node(id_).parent_id
    while up is not None and up in tree:
        above.append(up)
        up = tree.node(up).parent_id
    return above


def _cells(inner: Any, codes: Sequence[str], by: Sequence[str]) -> list[list[int]]:
    rows = [[int(n) for n in row] for row in inner]
    if len(by) > 1:
        rows.insert(0, [sum(column) for column in zip(*rows, strict=True)])
    skip = {at for at, code in enumerate(codes) if code == OUTSIDE}
    return [[*row, sum(n for at, n in enumerate(row) if at not in skip)] for row in rows]


def _table(
    job: Job,
    codes: Sequence[str],
    labels: Sequence[Any],
    separate: bool,
    method: Any,
    merged: bool,
    period: str,
    reference_date: str,
) -> Table:
    one = job.template
    columns: list[dict[str, Any]] = [
        {"code": code, "label": dict(label), **({"outside": True} if code == OUTSIDE else {})}
        for code, label in zip(codes, labels, strict=True)
    ]
    columns.append({"code": "jumlah", "label": TOTAL_LABEL, "exact": OUTSIDE not in codes})
    return {
        "table": one.id,
        "title": one.title,
        "unit": one.unit,
        "period": period,
        "reference_date": reference_date,
        "variable": one.variable,
        "sensitivity": job.classification.sensitivity,
        "lowest": _lowest(job),
        "base": method.base if method else 0,
        "largest_step": method.largest_step if method else 0,
        "chapter": one.chapter,
        "chart": one.chart,
        "question": one.question,
        "notes": list(one.notes or ()),
        **({"universe": dict(job.universe)} if job.universe else {}),
        "columns": columns,
        "by": [
            {"code": code, "label": BY[code]}
            for code in (("jumlah", "l", "p") if separate else ("jumlah",))
        ],
        "rows": [],
        "levels_withheld": {},
        "merged": merged,
        "broad": _broad(job),
    }
