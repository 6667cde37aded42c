"""What pyxform writes into an XForm is what the kernel reads."""

import xml.etree.ElementTree as ET
from datetime import date

import pytest
from pyxform.xls2xform import convert

from cantik.kernel import expression
from cantik.kernel.expression import Answers

LABEL = "label::Indonesia (id)"
FORM = {
    "survey": [
        {"type": "text", "name": "kk", LABEL: "KK", "constraint": "regex(., '^[0-9]{16}$')"},
        {"type": "select_one a", "name": "air", LABEL: "Air", "required": "${kk} != ''"},
        {"type": "begin repeat", "name": "anggota", LABEL: "Anggota"},
        {"type": "select_one a", "name": "hubungan", LABEL: "Hubungan"},
        {"type": "date", "name": "lahir", LABEL: "Lahir", "constraint": ". <= today()"},
        {
            "type": "calculate",
            "name": "umur",
            "calculation": "int((today() - ${lahir}) div 365.25)",
        },
        {
            "type": "integer",
            "name": "sekolah",
            LABEL: "Sekolah",
            "relevant": "${umur} >= 5 and selected(${hubungan}, '1') and ${air} = '2'",
        },
        {"type": "end repeat"},
        {"type": "calculate", "name": "orang", "calculation": "count(${anggota})"},
        {"type": "calculate", "name": "kepala", "calculation": "count(${anggota}[hubungan='1'])"},
        {"type": "calculate", "name": "tertua", "calculation": "max(${umur})"},
    ],
    "choices": [{"list_name": "a", "name": n, LABEL: n} for n in ("1", "2")],
    "settings": [{"form_title": "U", "form_id": "u", "name": "data", "version": "1"}],
}


@pytest.fixture(scope="module")
def binds() -> dict[tuple[str, str], expression.Expression]:
    root = ET.fromstring(convert(FORM).xform)  # noqa: S314  written by ourselves
    return {
        (bind.attrib["nodeset"].rsplit("/", 1)[-1], part): expression.parse(bind.attrib[part])
        for bind in root.iter("{http://www.w3.org/2002/xforms}bind")
        for part in ("required", "relevant", "constraint", "calculate")
        if part in bind.attrib
    }


def test_every_part_of_the_form_is_read(
    binds: dict[tuple[str, str], expression.Expression],
) -> None:
    assert set(binds) == {
        ("kk", "constraint"),
        ("air", "required"),
        ("lahir", "constraint"),
        ("umur", "calculate"),
        ("sekolah", "relevant"),
        ("orang", "calculate"),
        ("kepala", "calculate"),
        ("tertua", "calculate"),
    }
    assert expression.names(binds["sekolah", "relevant"]) == {"umur", "hubungan", "air"}


def test_the_parts_hold_over_a_family(
    binds: dict[tuple[str, str], expression.Expression],
) -> None:
    family = Answers.family(
        {"kk": "1" * 16, "air": "2"},
        [
            {"hubungan": "1", "lahir": date(1980, 1, 1), "umur": 46},
            {"hubungan": "2", "lahir": date(2024, 1, 1), "umur": 2},
        ],
        today=date(2026, 11, 23),
    )
    first, second = family.repeats["anggota"]
    assert expression.holds(binds["kk", "constraint"], family.at("1" * 16))
    assert not expression.holds(binds["kk", "constraint"], family.at("1" * 20))
    assert expression.evaluate(binds["umur", "calculate"], first) == 46
    assert expression.holds(binds["sekolah", "relevant"], first)
    assert not expression.holds(binds["sekolah", "relevant"], second)
    assert expression.evaluate(binds["orang", "calculate"], family) == 2
    assert expression.evaluate(binds["kepala", "calculate"], family) == 1
    assert expression.evaluate(binds["tertua", "calculate"], family) == 46
