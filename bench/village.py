"""village.tables_all: every table of the packs for a village of 10,000 people, at all levels."""

from collections import Counter
from collections.abc import Iterator

from bench.figure import Figure, NotMeasured, fresh, measured, median_seconds

RUNS = 7
FAMILIES, EACH = 2_500, 4


def figures() -> Iterator[Figure]:
    with fresh(DEMO="0") as place:
        yield from measured(place, "village")


def measure() -> Iterator[Figure]:
    """Runs inside an installation that holds the pack."""
    from bench import families
    from cantik.analyse import api as analyse
    from cantik.design import api as design

    pack = design.latest_pack("keluarga")
    tree = families.village(dusun=5, rt=4)
    leaves = [node.id for node in tree.leaves()]
    family, member = families.editions(pack, leaves, families=FAMILIES, members_each=EACH)
    records = {"keluarga": family, "anggota": member}
    groups = [(node.id, {"id": node.label}, tree.leaf_slice(node.id)) for node in tree]
    cells = 0

    def count() -> None:
        nonlocal cells
        cubes = analyse.tabulate(pack=pack, tree=tree, tables=records)
        if len(cubes) != len(pack.tables):
            raise NotMeasured(f"{len(cubes)} cubes for {len(pack.tables)} tables")
        cells = sum(int(cube.roll_up(groups).values.size) for cube in cubes.values())

    def by_hand() -> None:
        # The least a program without arrays must do: one dictionary of counts per table.
        for table in pack.tables:
            rows = family if table.unit == "keluarga" else member
            if table.variable not in rows.column_names:
                continue
            columns = [rows["wilayah"].to_pylist(), rows[table.variable].to_pylist()]
            Counter(zip(*columns, strict=True))

    seconds = median_seconds(count, RUNS)
    yield Figure(
        "village.tables_all",
        seconds,
        "seconds",
        RUNS,
        {
            "tables": len(pack.tables),
            "cells": cells,
            "people": FAMILIES * EACH,
            "areas": len(tree),
            "python_counter_area_by_code_seconds": round(median_seconds(by_hand, RUNS), 4),
        },
    )
