"""The same table of expression cases, run through the engine of the form on the screen.

A case stands in a small XForm as pyxform would write it: the answers as nodes, the expression as
``calculate``; where it speaks of ``.``, as ``required``, which is asked at the answer itself. A
case with ``on_screen`` gives another value there, for the reason told beside it. What the house
refuses when a pack is checked never comes to a screen, so refused cases are not run.
"""

import json
import math
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element
from xml.sax.saxutils import quoteattr

import pytest
from defusedxml.ElementTree import fromstring
from playwright.sync_api import Browser, Page, Route

from cantik.collect import checking, instance
from cantik.design import store, xform
from cantik.design.api import Pack
from cantik.design.xform import on_day
from cantik.look.policy import WITH_WASM
from tests.spec.test_kernel_expression_cases import CASES, TODAY, _value
from tests.unit.collect_form import LEAVES, made
from tests.unit.collect_form import TODAY as DAY
from tests.unit.collect_instance import xml

from .browser import browser, faults_of, page_of

pytestmark = pytest.mark.browser
ENGINE = Path(__file__).resolve().parents[2] / "frontend" / "build" / "engine.js"
HOST = "http://formulir.test/"
SHOWN = [case.values[0] for case in CASES if "refused" not in case.values[0]]  # type: ignore[index]
_QUOTED_OR_INSIDE = re.compile(
    r"""("[^"]*"|'[^']*'|\[[^\]]*\])|(?<![\w/.\-])([a-z_]+)(?![\w(\-])"""
)
_KINDS = {int: "int", date: "date"}


def text(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(value)
    return "" if value is None else str(value)


def expected(value: Any) -> str:
    """A value as XPath writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if math.isnan(value):
            return ""  # the engine writes it so, and our derived answers are empty then too
        return ("-" if value < 0 else "") + "Infinity" if math.isinf(value) else f"{value:g}"
    return text(value)


def with_paths(expression: str, given: dict[str, Any]) -> str:
    """Bare names of the family's answers as paths, as pyxform writes them."""

    def path(found: re.Match[str]) -> str:
        name = found[2]
        return found[0] if found[1] or name not in given else f"/data/{name}"

    return _QUOTED_OR_INSIDE.sub(path, expression)


def form(case: dict[str, Any]) -> str:
    given = {name: _value(value) for name, value in (case["given"] or {}).items()}
    names = re.findall(r"\b(air|jumlah|bantuan)\b", case["expression"])
    given = {**dict.fromkeys(names), **given}
    expression = on_day(with_paths(case["expression"], given), TODAY)
    members = case["members"] or []
    binds = [bind(f"/data/{name}", value) for name, value in given.items()]
    nodes = "".join(f"<{name}>{text(value)}</{name}>" for name, value in given.items())
    place = "/data/anggota/hasil" if "at" in case else "/data/hasil"
    inner = "<hasil/>" if "at" in case else ""
    for member in members:
        nodes += "".join(
            [
                "<anggota>",
                *(f"<{k}>{text(v)}</{k}>" for k, v in member.items()),
                inner,
                "</anggota>",
            ]
        )
    if members:
        binds += [bind(f"/data/anggota/{k}", v) for k, v in members[0].items()]
    if "this" in case:
        this = _value(case["this"])
        nodes += f"<ini>{text(this)}</ini>"
        wanted = f"string({expression}) = '{expected(_value(case['expect']))}'"
        binds.append(bind("/data/ini", this, f"required={quoteattr(wanted)}"))
    elif "at" not in case:
        nodes += "<hasil/>"
    if "this" not in case:
        binds.append(bind(place, "", f"calculate={quoteattr(f'string({expression})')}"))
    repeat = '<group ref="/data/anggota"><label>A</label><repeat nodeset="/data/anggota"/></group>'
    asked = '<input ref="/data/ini"><label>I</label></input>' if "this" in case else ""
    return (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
        ' xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>a</h:title><model><instance>'
        f'<data id="a" version="1">{nodes}<meta><instanceID/></meta></data></instance>'
        f"{''.join(binds)}</model></h:head><h:body>{asked}{repeat if members else ''}</h:body>"
        "</h:html>"
    )


def bind(path: str, value: Any, more: str = "") -> str:
    return f'<bind nodeset="{path}" type="{_KINDS.get(type(value), "string")}" {more}/>'


RUN = """async forms => {
  const {createInstance} = await import('/engine.js');
  const name = node => node.currentState.reference.replace(/^.*\\//, '').replace(/\\[\\d+\\]$/, '');
  const all = [];
  for (const {xml, at} of forms) {
    try {
      const {root} = await createInstance(xml);
      const under = node => node.currentState.children ?? [];
      const asked = under(root).find(one => name(one) === 'ini');
      let where = root;
      if (at) {
        const range = under(root).find(one => one.nodeType.startsWith('repeat-range'));
        where = under(range)[at - 1];
      }
      const made = under(where).find(one => name(one) === 'hasil');
      all.push(asked ? (asked.currentState.required ? 'as expected' : 'not as expected')
        : made.currentState.instanceValue);
    } catch (error) { all.push('error: ' + error); }
  }
  return all;
}"""


def serve(route: Route) -> None:
    script = route.request.url.endswith("/engine.js")
    route.fulfill(
        body=ENGINE.read_text("utf-8") if script else "<!doctype html><title>a</title>",
        content_type="text/javascript" if script else "text/html",
        headers={"Content-Security-Policy": WITH_WASM},
    )


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


def answers(page: Page, cases: list[dict[str, Any]]) -> list[str]:
    page.route("**/*", serve)
    page.goto(HOST)
    forms = [{"xml": form(case), "at": case.get("at")} for case in cases]
    found: list[str] = page.evaluate(RUN, forms)
    return found


def test_every_case_holds_on_the_screen_too(chromium: Browser) -> None:
    assert ENGINE.is_file(), "the form is not built; build it with: make frontend"
    with page_of(chromium) as page:
        found = answers(page, SHOWN)
        assert faults_of(page) == []
    wrong = []
    for case, got in zip(SHOWN, found, strict=True):
        usual = "as expected" if "this" in case else expected(_value(case["expect"]))
        wanted = str(case["on_screen"]["gives"]) if "on_screen" in case else usual
        if got != wanted and not (wanted == "error" and got.startswith("error: ")):
            wrong.append(f"{case['expression']}: {got!r}, not {wanted!r}")
        if "on_screen" in case:
            assert wanted != usual, f"{case['expression']}: no difference to excuse"
            assert len(case["on_screen"]["why"]) > 20
    assert not wrong, "\n".join(wrong)
    assert len(found) > 140


FILL = """async ([form, drafts]) => {
  const {restoreInstance} = await import('/engine.js');
  const all = [];
  for (const xml of drafts) {
    const data = new FormData();
    data.set('xml_submission_file', new File([xml], 'xml_submission_file', {type: 'text/xml'}));
    const {root} = await restoreInstance(form, {data: [data]});
    const wrong = root.validationState.violations.map(one => one.reference);
    all.push([root.instanceState.instanceXML, wrong]);
  }
  return all;
}"""


def derived(root: Element, pack: Pack) -> list[dict[str, str]]:
    """Calculated answers of the form and of each member, empty ones left out."""
    found = []
    for record, places in ((pack.main, [root]), (pack.member, root.findall(pack.member))):
        names = [q.name for q in pack.instrument.of(record) if q.calculate is not None]
        found += [{n: t for n in names if (t := place.findtext(n) or "")} for place in places]
    return found


@pytest.mark.parametrize("name", ["keluarga", "keluarga_lengkap"])
def test_ages_skips_and_calculated_answers_are_those_of_the_server(
    chromium: Browser, name: str
) -> None:
    content, pack, _faults = store.checked(store.FOLDER / name / "v1")
    written = xform.xform(
        content, form_id=instance.form_id("a"), version=instance.version(pack), title="Uji",
        areas={leaf: leaf for leaf in LEAVES}, day=DAY,
    )  # fmt: skip
    families = made(12)
    born = [date(2000, 2, 29), date(2008, 2, 29), date(2011, 9, 1), date(2011, 8, 31),
            date(2021, 9, 1), DAY, date(1930, 1, 1), date(2020, 8, 31)]  # fmt: skip
    for one, day in zip(families, born, strict=False):
        one.members[0]["tanggal_lahir"] = day
    families[8].members[0].pop("tanggal_lahir")
    drafts = [xml(one, pack, "a") for one in families]
    with page_of(chromium) as page:
        page.route("**/*", serve)
        page.goto(HOST)
        found = page.evaluate(FILL, [written, [one.decode() for one in drafts]])
    for (filled, wrong), draft in zip(found, drafts, strict=True):
        # Judged as it was sent, the answers the screen drops as not asked among them.
        read = instance.contents(filled.encode(), pack=pack, activity_id="a", book_id="b")
        checked = checking.check(read, pack=pack, leaves={x: x for x in LEAVES}, today=DAY)
        family = checked.families[0]
        ours = [
            {n: str(v) for n, v in values.items() if pack.instrument.question(n).calculate}
            for values in (family.facts, *(facts for facts, _sealed in family.members))
        ]
        assert derived(fromstring(filled), pack) == ours
        assert len(read.member.rows) == draft.count(b"<anggota>")
        # What each side finds missing or out of bounds; nothing it left stands where it must not.
        told = sorted(
            (p.field, p.row - 1 if p.sheet == "Anggota" else None)
            for p in checked.problems if p.code in ("missing", "bounds", "misplaced")
        )  # fmt: skip
        theirs = [re.fullmatch(r"/data/(?:anggota\[(\d+)\]/)?(\w+)", one) for one in wrong]
        assert told == sorted((m[2], int(m[1]) - 1 if m[1] else None) for m in theirs if m)


def test_the_engine_is_asked_and_not_ourselves(chromium: Browser) -> None:
    """A wrong expectation is found: the test above can fail."""
    cases = [{"expression": "1 + 1", "given": None, "members": None, "expect": 3}]
    with page_of(chromium) as page:
        assert answers(page, cases) == ["2"]
    assert json.dumps(expected(3)) == '"3"'
