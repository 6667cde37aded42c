"""import.workbook_50k: a workbook of 50,000 rows over both sheets, from upload to commit."""

import io
import resource
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import accumulate
from typing import Any

from bench.figure import Figure, NotMeasured, fresh, measured

RUNS = 3
ROWS, LEAVES = 50_000, 20
NOW = datetime(2026, 9, 1, tzinfo=UTC)


def figures() -> Iterator[Figure]:
    # Jobs run at once in the measuring process: the queue's wait is no part of the work.
    with fresh(DEMO="0", CANTIK_INLINE_JOBS="1") as place:
        yield from measured(place, "importing")


def measure() -> Iterator[Figure]:
    """Runs inside an installation that holds the pack: sent, checked, accepted, stored."""
    import openpyxl

    from cantik.collect import api as collect
    from cantik.demo.families import families
    from cantik.design import api as design
    from cantik.people.api import village_tree

    here, agent = _village()
    leaves = [leaf.id for leaf in village_tree(here.id).leaves()]
    first = date(2024, 8, 31)
    made = families(dict.fromkeys(leaves, ROWS // 3 // LEAVES), seed=1, on=first)
    rows = list(accumulate(1 + len(one.members) for one in made))
    made = made[: next(at for at, total in enumerate(rows) if total >= ROWS) + 1]
    answers = [(one.leaf_id, one.family, one.members) for one in made]
    times: dict[str, list[float]] = {"all": [], "read": []}
    data = b""
    for year in range(RUNS):
        activity = design.open_activity(
            actor=agent, village_id=here.id, pack_hash=design.latest_pack("keluarga").hash,
            period=str(first.year + year),
            reference_date=first.replace(year=first.year + year), now=NOW,
        )  # fmt: skip
        common: dict[str, Any] = {"actor": agent, "now": NOW}
        _name, data = collect.workbook(
            actor=agent, activity_id=activity.id, families=len(made), answers=answers
        )
        start = time.perf_counter()
        upload = collect.receive(activity_id=activity.id, data=data, **common)
        times["read"].append(time.perf_counter() - start)
        collect.accept(upload_id=upload.id, keep_edits=True, **common)
        times["all"].append(time.perf_counter() - start)
        stored = sum(collect.progress(activity.id).values())
        if not 0.9 * len(made) < stored <= len(made):
            raise NotMeasured(f"{stored} of {len(made)} families were stored")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    start = time.perf_counter()
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    seen = sum(1 for name in ("Keluarga", "Anggota") for _ in book[name].iter_rows())
    opened = time.perf_counter() - start
    yield Figure(
        "import.workbook_50k",
        statistics.median(times["all"]),
        "seconds",
        RUNS,
        {
            "families": len(made),
            "rows": seen - 4,
            "workbook_mib": round(len(data) / 1024 / 1024, 1),
            "read_and_checked_seconds": round(statistics.median(times["read"]), 2),
            "openpyxl_opens_it_seconds": round(opened, 2),
            "peak_mib_with_making_the_workbook": round(most),
        },
    )


def _village() -> tuple[Any, Any]:
    """A made-up village of 20 RT and its agent."""
    from cantik.people import actions

    day = date(2020, 1, 1)
    here: Any = None
    for level in ("provinsi", "kabupaten", "kecamatan", "desa"):
        here = actions.place(
            parent=here, level=level, name="Ukur", kind="latihan", day=day, source="ukur",
            village_kind="desa" if level == "desa" else "", time_zone="Asia/Makassar",
        )  # fmt: skip
    for number in range(1, LEAVES + 1):
        actions.place(
            parent=here, level="rt", name=f"RT {number:02d}", kind="latihan", day=day,
            source="ukur",
        )  # fmt: skip
    agent = actions.example_person(
        username="ukur", name="Ukur", role="agen_statistik", area_id=here.id,
        password="kata sandi untuk mengukur", day=day, now=NOW,  # noqa: S106 made up
    )  # fmt: skip
    return here, agent
