"""Made-up answers to any pack, from a fixed seed: only for measuring, never shown to anyone."""

import random
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from cantik.kernel.tree import Node, Tree

SEED = 20261123


def village(dusun: int, rt: int) -> Tree:
    """A made-up village with ``dusun`` dusun of ``rt`` RT each."""
    nodes = [Node("B0", "desa", "latihan", "Ukur", "Desa Ukur", None, "desa")]
    for d in range(1, dusun + 1):
        nodes.append(Node(f"B{d}", "dusun", "latihan", f"{d}", f"Dusun {d}", "B0"))
        nodes += [
            Node(f"B{d}{r:02d}", "rt", "latihan", f"{r:02d}", f"RT {r:02d}", f"B{d}")
            for r in range(1, rt + 1)
        ]
    return Tree(nodes)


def _answers(pack: Any, record: str, count: int, draw: random.Random) -> dict[str, list[Any]]:
    answers: dict[str, list[Any]] = {}
    for question in pack.instrument.questions:
        if question.record != record or question.role not in ("fact", "derived"):
            continue
        if question.kind in ("choice", "many"):
            codes = [choice.code for choice in pack.code_lists[question.choices]]
            answers[question.name] = draw.choices(codes, k=count)
        elif question.kind == "integer" or question.name == "umur":
            answers[question.name] = [draw.randrange(0, 90) for _ in range(count)]
    return answers


def editions(
    pack: Any,
    leaves: Sequence[str],
    *,
    families: int,
    members_each: int,
    main: str = "keluarga",
    inner: str = "anggota",
) -> tuple[pa.Table, pa.Table]:
    """Clean tables of what a form is about and of what is repeated in it, as process cuts them:
    rows in tree order."""
    draw = random.Random(SEED)
    homes = sorted(draw.choices(range(len(leaves)), k=families))
    ids = [f"k{at:07d}" for at in range(families)]
    family = {"id": ids, "wilayah": [leaves[at] for at in homes]}
    family |= _answers(pack, main, families, draw)
    count = families * members_each
    member: dict[str, list[Any]] = {
        main: [ids[at // members_each] for at in range(count)],
        "wilayah": [leaves[homes[at // members_each]] for at in range(count)],
        "nomor": [at % members_each + 1 for at in range(count)],
    }
    member |= _answers(pack, inner, count, draw)
    return _table(family), _table(member)


def _table(columns: dict[str, list[Any]]) -> pa.Table:
    return pa.table(
        {
            name: pa.array(values, pa.int32() if isinstance(values[0], int) else pa.string())
            for name, values in columns.items()
        }
    )
