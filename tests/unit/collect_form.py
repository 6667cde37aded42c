"""A form of the pack keluarga for a made-up village, without a database."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

import openpyxl

from cantik.collect import checking, reading, workbook
from cantik.demo.families import MadeFamily, families
from cantik.design import store
from cantik.design.api import Pack
from cantik.kernel.tree import Node, Tree

TODAY = date(2026, 8, 31)
LIMIT = 25 * 1024 * 1024
LEAVES = ("rt1", "rt2", "rt3")
HEADING_ACTIVITY = "kegiatan"


@cache
def pack() -> Pack:
    return store.check_files(store.texts(store.FOLDER / "keluarga" / "v1"))[1]


@cache
def tree() -> Tree:
    nodes = [Node("desa", "desa", "contoh", "Uji", "Desa Uji", None, "desa")]
    nodes += [Node(id_, "rt", "contoh", id_, f"RT 0{id_[-1]}", "desa") for id_ in LEAVES]
    return Tree(nodes)


def made(count: int = 6, seed: int = 1) -> list[MadeFamily]:
    counts = {leaf: count // 3 + (at < count % 3) for at, leaf in enumerate(LEAVES)}
    return families(counts, seed=seed, on=TODAY)


def form(answers: Sequence[MadeFamily] = (), **heading: str) -> bytes:
    given = {"activity_id": HEADING_ACTIVITY, "pack_hash": pack().hash, "format": workbook.FORMAT}
    return workbook.build(
        pack(),
        tree(),
        heading=workbook.Heading(**{**given, "book_id": "buku", **heading}),
        title="Uji",
        notice="Uji",
        example=True,
        rows=max(5, len(answers)),
        answers=[(one.leaf_id, one.family, one.members) for one in answers],
    )


def changed(data: bytes, change: Callable[[Any], Any]) -> bytes:
    """The same workbook after ``change`` of it in openpyxl."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(
    data: bytes,
    *,
    add: Mapping[str, bytes] | None = None,
    edit: Mapping[str, Callable[[bytes], bytes]] | None = None,
) -> bytes:
    """The same archive with entries added, or edited by name."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(entry.filename, (edit or {}).get(entry.filename, bytes)(content))
        for name, content in (add or {}).items():
            new.writestr(name, content)
    return out.getvalue()


def contents(data: bytes) -> reading.Contents:
    return reading.contents(data, pack=pack(), activity_id=HEADING_ACTIVITY, limit=LIMIT)


def codes(data: bytes) -> list[str]:
    """The reasons for which a file is not read; empty when it is."""
    try:
        contents(data)
    except reading.Unreadable as bad:
        return [one.code for one in bad.problems]
    return []


def checked(data: bytes, **mends: Any) -> checking.Checked:
    return checking.check(
        contents(data), pack=pack(), leaves=workbook.leaf_names(tree()), today=TODAY, **mends
    )
