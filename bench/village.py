"""village.tables_all: every table of the packs for a village of 10,000 people, at all levels."""

from collections import Counter
from collections.abc import Iterator

from bench.figure import Figure, NotMeasured, fresh, measured, median_seconds

RUNS = 7
FAMILIES, EACH = 2_500, 4
# A pack, its forms in such a village, and what is repeated in each. ``keluarga`` is left out: all
# it asks is in the longer one. ``harga`` has series, no tables.
WORK = (("keluarga_lengkap", FAMILIES, EACH), ("umkm", 400, 1), ("fasilitas", 20, 12))


def figures() -> Iterator[Figure]:
    with fresh(DEMO="0") as place:
        yield from measured(place, "village")


def measure() -> Iterator[Figure]:
    """Runs inside an installation that holds the packs."""
    from bench import families
    from cantik.analyse import api as analyse
    from cantik.design import api as design

    tree = families.village(dusun=5, rt=4)
    leaves = [node.id for node in tree.leaves()]
    groups = [(node.id, {"id": node.label}, tree.leaf_slice(node.id)) for node in tree]
    work = []
    for id_, forms, each in WORK:
        pack = design.latest_pack(id_)
        names = [one.name for one in pack.records]
        inner = names[1] if len(names) > 1 else "anggota"
        tables = families.editions(
            pack, leaves, families=forms, members_each=each, main=names[0], inner=inner
        )
        work.append((pack, dict(zip(names, tables, strict=False))))
    wanted = sum(len(pack.tables) for pack, _records in work)
    cells = 0

    def count() -> None:
        nonlocal cells
        cells = found = 0
        for pack, records in work:
            cubes = analyse.tabulate(pack=pack, tree=tree, tables=records)
            found += len(cubes)
            cells += sum(int(cube.roll_up(groups).values.size) for cube in cubes.values())
        if found != wanted:
            raise NotMeasured(f"{found} cubes for {wanted} tables")

    def by_hand() -> None:
        # The least a program without arrays must do: one dictionary of counts per table.
        for pack, records in work:
            units = {one.unit: records.get(one.name) for one in pack.records}
            for table in pack.tables:
                rows = units.get(table.unit)
                if rows is None or table.variable not in rows.column_names:
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
            "tables": wanted,
            "packs": [id_ for id_, _forms, _each in WORK],
            "cells": cells,
            "people": FAMILIES * EACH,
            "areas": len(tree),
            "python_counter_area_by_code_seconds": round(median_seconds(by_hand, RUNS), 4),
        },
    )
