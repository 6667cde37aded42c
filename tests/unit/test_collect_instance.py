"""XML of a form filled on a screen: read into the answers of a workbook, and nothing trusted."""

from datetime import date
from typing import Any

import pytest

from cantik.collect import checking, instance, workbook
from cantik.collect.reading import Unreadable
from cantik.collect.screens import NOTES, PLACE, screens
from cantik.design import store, xform
from cantik.kernel.problems import Severity
from tests.unit.collect_form import HEADING_ACTIVITY, TODAY, checked, form, made, pack, tree
from tests.unit.collect_instance import xml

AREAS = {leaf.id: leaf.id for leaf in tree().leaves()}


def read(data: bytes) -> checking.Checked:
    found = instance.contents(data, pack=pack(), activity_id=HEADING_ACTIVITY, book_id="draf")
    return checking.check(found, pack=pack(), leaves=AREAS, today=TODAY)


def filled(**other: str) -> bytes:
    return xml(made()[0], pack(), HEADING_ACTIVITY, **other)


def code(data: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        instance.contents(data, pack=pack(), activity_id=HEADING_ACTIVITY, book_id="draf")
    return refused.value.problems[0].code


def test_a_form_and_a_workbook_give_the_same_answers_and_verdicts() -> None:
    for at, one in enumerate(made(12)):
        if at % 3 == 0:
            one.family["luas_lantai"] = 3  # out of bounds
            one.members[0].pop("nama", None)
        screen, sheet = read(xml(one, pack(), HEADING_ACTIVITY)), checked(form([one]))
        for mine, theirs in zip(screen.families, sheet.families, strict=True):
            assert mine.answers(pack()) == theirs.answers(pack())
            assert mine.identity(pack()) == theirs.identity(pack())
            assert mine.sealed_faults == theirs.sealed_faults
            assert mine.leaf_id == theirs.leaf_id == one.leaf_id
        assert [(p.code, p.severity, p.field) for p in screen.problems] == [
            (p.code, p.severity, p.field) for p in sheet.problems
        ]
        assert bool(screen.problems) == (at % 3 == 0)


def test_ages_are_of_the_calendar_and_not_what_the_form_says() -> None:
    one = made()[0]
    one.members[0] |= {"tanggal_lahir": date(2008, 9, 1), "umur": 71}
    assert read(xml(one, pack(), HEADING_ACTIVITY)).families[0].members[0][0]["umur"] == 17


def test_a_fault_names_its_member() -> None:
    one = made()[0]
    one.members[-1]["jenis_kelamin"] = "9"
    fault = next(p for p in read(xml(one, pack(), HEADING_ACTIVITY)).problems)
    assert (fault.code, fault.severity) == ("unknown_code", Severity.REFUSE)
    named = workbook.sheets(pack())
    place = instance.place(fault.sheet, fault.row, named, pack())
    assert place == ("anggota", len(one.members) - 1)
    assert instance.place(named["keluarga"], 1, named, pack()) == ("keluarga", None)


def test_a_refused_visit_is_counted_and_nothing_else() -> None:
    one = made()[0]
    one.family["hasil_pendataan"] = "4"
    found = read(xml(one, pack(), HEADING_ACTIVITY))
    assert (found.families, found.problems) == ([], [])
    assert found.no_answers == {(one.leaf_id, "4"): 1}


ENTITIES = '<!DOCTYPE data [<!ENTITY a "x">]>'
BOMB = '<!DOCTYPE data [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE data [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
DOCUMENT = '<!DOCTYPE data SYSTEM "http://example.org/data.dtd">'


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"before": ENTITIES, "inside": "<catatan>&a;</catatan>"}, "form_broken"),
        ({"before": BOMB, "inside": "<catatan>&b;</catatan>"}, "form_broken"),
        ({"before": OUTSIDE, "inside": "<catatan>&a;</catatan>"}, "form_broken"),
        ({"before": DOCUMENT}, "form_broken"),
        ({"inside": "<tidak_dikenal>1</tidak_dikenal>"}, "form_broken"),
        ({"inside": "<nama>Orang</nama>"}, "form_broken"),  # of another record
        ({"inside": "<rt>rt1</rt>"}, "form_broken"),  # a second time
        ({"inside": "<catatan><b>x</b></catatan>"}, "form_broken"),
        ({"inside": "<anggota><anggota/></anggota>"}, "form_broken"),
        ({"inside": "<anggota><nama>a</nama><nama>b</nama></anggota>"}, "form_broken"),
        ({"inside": "<anggota/>" * 300}, "form_large"),
        ({"inside": "<" + "a>" * 2}, "form_broken"),
        ({"meta": ""}, "form_broken"),
        ({"meta": "<meta/>"}, "form_broken"),
        ({"meta": "<meta><instanceID> </instanceID></meta>"}, "form_broken"),
        ({"meta": "<meta><instanceID>" + "x" * 99 + "</instanceID></meta>"}, "form_broken"),
        ({"id": "cantik-lain"}, "form_other"),
        ({"version": "0"}, "form_other"),
    ],
)
def test_what_is_not_this_form_is_refused(given: dict[str, str], told: str) -> None:
    assert code(filled(**given)) == told


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00\x01", b"PK\x03\x04", b"<data", b"<data/>" * 2, b"\xff\xfe<data/>",
     b'<?xml version="1.0" encoding="tidak-ada"?><data/>', b"<data>" * 2000 + b"</data>" * 2000],
)  # fmt: skip
def test_what_is_no_xml_is_refused_calmly(data: bytes) -> None:
    assert code(data) in ("form_broken", "form_other")


def test_ten_megabytes_are_let_go_by_unread() -> None:
    assert code(filled(inside=f"<!--{'x' * 10_000_000}-->")) == "form_large"


def test_namespaced_meta_and_comments_are_harmless() -> None:
    meta = (
        '<m:meta xmlns:m="http://openrosa.org/xforms"><m:instanceID>uuid:1</m:instanceID></m:meta>'
    )
    assert read(filled(meta=meta, inside="<!-- a -->")).families


# -- the form that is sent out ------------------------------------------------------------------


def test_today_becomes_the_reference_date_outside_quotes() -> None:
    day = date(2026, 8, 31)
    assert xform.on_day(". <= today()", day) == ". <= date('2026-08-31')"
    assert xform.on_day("concat('today()', today( ))", day) == (
        "concat('today()', date('2026-08-31'))"
    )
    assert xform.on_day("yesterday() < x", day) == "yesterday() < x"


@pytest.mark.parametrize("name", ["keluarga", "keluarga_lengkap"])
def test_the_form_offers_the_villages_own_areas(name: str) -> None:
    content, found, _faults = store.checked(store.FOLDER / name / "v1")
    given: dict[str, Any] = {
        "form_id": "cantik-a", "version": "1", "title": "Uji & coba", "day": TODAY,
    }  # fmt: skip
    made_ = xform.xform(content, areas={"a1": "RT 01 <Hilir>", "a2": "RT 02"}, **given)
    assert "<value>RT 01 &lt;Hilir&gt;</value>" in made_
    assert '<data id="cantik-a" version="1">' in made_
    assert "today()" not in made_
    for question in found.instrument.questions:
        assert f"/{question.name}" in made_


# -- screens ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["keluarga", "keluarga_lengkap"])
def test_every_asked_question_stands_on_one_screen_in_its_order(name: str) -> None:
    _content, found, _faults = store.checked(store.FOLDER / name / "v1")
    for record in found.records:
        listed = screens(found, record.name)
        names = [name for screen in listed for name in screen.names]
        asked = [q.name for q in found.instrument.of(record.name) if q.calculate is None]
        assert sorted(names) == sorted(asked)
        free = [q.name for q in found.instrument.of(record.name) if q.role == "free"]
        assert [n for n in names if n not in free] == [n for n in asked if n not in free]
        assert all(screen.names for screen in listed)
        assert all(len(screen.names) <= 10 for screen in listed)
    first = screens(found, found.main)[0]
    assert first.kind == PLACE
    assert "rt" in first.names
    assert screens(found, found.main)[-1].kind == NOTES
