"""book.*: a village's book of 50 pages and more, and the books of all villages of a province."""

import io
import json
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bench.figure import Figure, NotMeasured, fresh, median_seconds
from cantik.kernel.tree import Node, Tree

RUNS = 7
PAGES = 50
VILLAGES = 482  # of Kalimantan Utara
FIRST_FAMILIES = 120  # each village has one family more than the last: no two books are alike
ON = date(2026, 8, 1)
NOW = datetime(2026, 9, 1, tzinfo=UTC)


def figures() -> Iterator[Figure]:
    # The files of a release are made in one process and set in another, so that the memory
    # measured is that of setting a book and not that of the tests for secrecy before it.
    with fresh(DEMO="0", CANTIK_INLINE_JOBS="1") as place, tempfile.TemporaryDirectory() as folder:
        for call in ("write", "measure", "province"):
            source = (
                f"from bench import books\nfor f in books.{call}({folder!r}): print(f.line())\n"
            )
            try:
                printed = place.python(source)
            except AssertionError as failed:
                raise NotMeasured(str(failed)[-600:]) from None
            for line in printed.splitlines():
                if line.startswith("{"):
                    yield Figure.from_line(line)


def village(number: int, dusun: int = 3, rt: int = 4) -> Tree:
    """A made-up village with a name of its own."""
    name = f"Ukur {number}"
    nodes = [Node("B0", "desa", "latihan", name, f"Desa {name}", None, "desa")]
    for d in range(1, dusun + 1):
        nodes.append(Node(f"B{d}", "dusun", "latihan", f"{d}", f"Dusun {d}", "B0"))
        nodes += [
            Node(f"B{d}{r:02d}", "rt", "latihan", f"{r:02d}", f"RT {r:02d}", f"B{d}")
            for r in range(1, rt + 1)
        ]
    return Tree(nodes)


def released(tree: Tree, families: int) -> dict[str, Any]:
    """release.json, indicators.json and the protected tables of made-up answers."""
    from bench import families as made_up
    from cantik.analyse import api as analyse
    from cantik.design import api as design
    from cantik.disseminate.facts import release_facts
    from cantik.disseminate.publication import Place
    from cantik.kernel import canonical
    from cantik.protect.api import _open
    from cantik.protect.indicators import indicators
    from cantik.protect.plan import Job, OpenTotals, protect
    from cantik.protect.policy import policy

    pack = design.latest_pack("keluarga")
    leaves = [leaf.id for leaf in tree.leaves()]
    family, member = made_up.editions(pack, leaves, families=families, members_each=4)
    given: dict[str, Any] = {
        "pack": pack, "tree": tree, "tables": {"keluarga": family, "anggota": member},
    }  # fmt: skip
    cubes = analyse.tabulate(**given, today=ON)
    opened = analyse.open_counts(**given)
    known = analyse.classifications(pack)
    result = protect(
        tree=tree,
        jobs=[
            Job(one, known[one.classification], cubes[one.id]) for one in analyse.templates(pack)
        ],
        opened=OpenTotals(opened.units, opened.persons, None),
        policy=policy(), secret=b"u" * 32, previous={}, earlier=(), period="2026",
        reference_date=ON.isoformat(), crossings=(), earlier_crossings=(),
    )  # fmt: skip
    tables = json.loads(canonical.dumps(result.tables))
    rows = _open(pack, tree, opened)
    by_leaf = {row["area"]: row["families"] for row in rows}
    facts = release_facts(
        village=Place(
            id="B0", label=tree.root.label, name=tree.root.name, kind="latihan",
            village_kind="desa", time_zone="Asia/Makassar",
            above=("Provinsi Ukur", "Kabupaten Ukur", "Kecamatan Ukur"), head="Kepala Desa",
        ),
        activity=SimpleNamespace(
            pack=pack, id="ukur", period="2026", reference_date=ON, target_source="ukur",
            target_date=ON,
        ),
        mutu={
            "target": families + 9, "refusals": {"4": 3}, "edits": 5, "explained": 2,
            "public": {
                "questions": 30, "numeric": 5,
                "coverage": [{**row, "target": by_leaf[row["area"]] + 2} for row in rows],
            },
        },
        opened=rows, tables=[tables[one.id] for one in pack.tables if one.id in tables],
        licence="CC BY 4.0", note="", corrects=False, cut_on=ON.isoformat(),
        proposal_id="ukur", policy_version="1", warn_below=80,
    )  # fmt: skip
    listed = json.loads(canonical.dumps(indicators(pack.indicators, tables, "B0")))
    return {"facts": facts, "indicators": listed, "tables": tables}


def _extras() -> Any:
    """The annexes as a village without a word of its own prints them."""
    from cantik.design import api as design
    from cantik.design import metadata
    from cantik.disseminate import actions
    from cantik.disseminate.book import Extras

    pack = design.latest_pack("keluarga")
    form = metadata.form()
    return Extras(
        None,
        None,
        actions._questions(pack),
        form.source,
        tuple(
            (block.title, tuple((f"{f.no} {f.label}", "") for f in block.fields))
            for block in form.activity
        ),
        tuple(tuple(metadata.variable(pack, q, {})) for q in metadata.described(pack)),
        tuple(tuple(metadata.indicator(pack, i, {}, "Ukur")) for i in pack.indicators),
    )


def write(folder: str) -> Iterator[Figure]:
    """The files of one large village, for ``measure``."""
    made = released(village(0, dusun=6, rt=14), 2800)
    (Path(folder) / "release.json").write_text(json.dumps(made), encoding="utf-8")
    yield from ()


def measure(folder: str) -> Iterator[Figure]:
    from pypdf import PdfReader

    from cantik.disseminate.book import book
    from cantik.disseminate.sheet import sheet

    made = json.loads((Path(folder) / "release.json").read_text(encoding="utf-8"))
    sheets = [sheet(made["tables"][one["id"]]) for one in made["facts"]["tables"]]
    extras = _extras()
    data = b""
    turn = 0

    def work() -> None:
        nonlocal data, turn
        turn += 1  # another title each time: nothing is kept from the run before
        facts = made["facts"] | {"village": made["facts"]["village"] | {"label": f"Desa {turn}"}}
        data = book(facts, sheets, made["indicators"], extras)

    seconds = median_seconds(work, RUNS)
    # Each book is set in a process of its own: the largest of them.
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    asking = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pages = len(PdfReader(_bytes(data)).pages)
    if pages < PAGES:
        raise NotMeasured(f"the book has {pages} pages")
    told = {
        "pages": pages,
        "kib": round(len(data) / 1024),
        "tables": len(sheets),
        "reference": "weasyprint 16.7 s on the same work (reported)",
    }
    yield Figure("book.pdf_50p", seconds, "seconds", RUNS, told)
    yield Figure("book.pdf_50p_rss", most, "MiB", RUNS, {"worker_that_asks_mib": round(asking)})


def province(folder: str) -> Iterator[Figure]:
    """All villages of a province in one job, each with figures of its own."""
    from cantik.disseminate.book import book, infographic
    from cantik.disseminate.sheet import sheet
    from cantik.ledger import api as ledger

    extras, times, protecting = _extras(), [], []
    size, cpu = 0, _cpu()

    @ledger.job("bench.books")
    def books(job: ledger.JobHandle) -> None:
        nonlocal size
        for number in range(1, VILLAGES + 1):
            start = time.perf_counter()
            made = released(village(number), FIRST_FAMILIES + number)
            protecting.append(time.perf_counter() - start)
            start = time.perf_counter()
            sheets = [sheet(made["tables"][one["id"]]) for one in made["facts"]["tables"]]
            data = book(made["facts"], sheets, made["indicators"], extras)
            paper, phone = infographic(made["facts"], sheets, made["indicators"])
            times.append(time.perf_counter() - start)
            size += len(data) + len(paper) + len(phone)
            job.progress(number, VILLAGES, "Menyusun buku")

    ledger.enqueue(kind="bench.books", params={}, actor=None, area_id="", now=NOW)
    if len(times) != VILLAGES:
        raise NotMeasured(f"{len(times)} of {VILLAGES} books were set")
    tenth = VILLAGES // 10
    yield Figure(
        "book.province",
        sum(times) / VILLAGES,
        "seconds per book",
        1,
        {
            "books": VILLAGES,
            "each_with": "book, infographic as PDF and as picture",
            "median_seconds": round(statistics.median(times), 3),
            "first_tenth_seconds": round(sum(times[:tenth]) / tenth, 3),
            "last_tenth_seconds": round(sum(times[-tenth:]) / tenth, 3),
            # On a machine that is busy with other work this tells more than the time on the wall.
            "cpu_seconds_each_with_tables": round((_cpu() - cpu) / VILLAGES, 3),
            "tables_made_and_tested_seconds_each": round(sum(protecting) / VILLAGES, 3),
            "mib_of_files": round(size / 1024 / 1024),
            "peak_mib_of_the_job": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        },
    )


def _cpu() -> float:
    """Seconds of processor of this process and of those it waited for."""
    return sum(os.times()[:4])


def _bytes(data: bytes) -> Any:
    return io.BytesIO(data)
