"""A list of ten thousand answers: checks, workbook, paper and form cope with it in bounded time."""

import io
import time
from datetime import date
from functools import cache
from pathlib import Path

import openpyxl

from cantik.collect.reading import contents
from cantik.collect.workbook import FORMAT, Heading
from cantik.collect.workbook import build as workbook
from cantik.design import paper as module
from cantik.design import tabling
from cantik.design.checks import check
from cantik.design.pack import Pack
from cantik.design.reading import Content
from cantik.design.reading import build as read
from cantik.design.xform import xform
from cantik.kernel.tree import Node, Tree
from cantik.look.printing import Order, typeset
from tests.unit.design_fishery import CHOICES, form
from tests.unit.test_design_paper import sheet

MANY = 10_000
LONGEST = 30  # seconds; measured about 3 on two shared cores
TREE = Tree([Node("d", "desa", "contoh", "Uji", "Desa Uji", None, "desa")])


@cache
def long() -> tuple[Content, Pack]:
    species = [["spesies", f"s{at}", f"Spesies {at}", f"Species {at}"] for at in range(MANY)]
    made = form(
        ["select_one spesies", "spesies", "Jenis ikan terbanyak?", "yes"],
        ["integer", "ekor", "Berapa ekor?", "yes", "${spesies} = 's9999'", ". >= 1"],
        choices=[*CHOICES, *species],
    )
    assert not made.refused
    return made.content, read(made.content)[0]


def test_checks_workbook_paper_and_form_cope() -> None:
    before = time.process_time()
    content, pack = long()
    assert check(pack) == []
    heading = Heading("kegiatan", pack.hash, FORMAT, "buku")
    leaf = TREE.root.id
    data = workbook(
        pack, TREE, heading=heading, title="Ikan", notice="", example=True, rows=20,
        answers=[(leaf, {"spesies": "s9999", "ekor": 3}, [])],
    )  # fmt: skip
    assert len(data) < 1_000_000
    kept = contents(data, pack=pack, activity_id="kegiatan", limit=20_000_000)
    assert len(kept.family.rows) >= 1
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    listed = [cell for row in book["Kode"].iter_rows(values_only=True) for cell in row]
    assert sum(str(cell).startswith("s") and " = Spesies" in str(cell) for cell in listed) == MANY
    shown = sheet(pack)
    [pdf] = typeset([Path(module.__file__).with_name("paper.typ")], shown, [Order("pdf")])
    assert len(pdf) < 500_000
    xml = xform(
        content, form_id="f", version="1", title="Ikan", areas={"d": "Desa Uji"},
        day=date(2026, 8, 31),
    )  # fmt: skip
    assert xml.count("<name>s") >= MANY
    assert "spesies" not in {one.name for one in tabling.tabled(pack)}
    assert time.process_time() - before < LONGEST


def test_a_condition_that_no_code_of_a_long_list_fulfils_is_named() -> None:
    content, _pack = long()
    survey = [dict(row) for row in content["survey.csv"]]
    survey[-1]["relevant"] = "${spesies} = 's1' and ${spesies} = 's2'"
    [fault] = check(read({**content, "survey.csv": survey})[0])
    assert fault.item == "ekor"
    assert "tidak pernah terpenuhi" in fault.words
