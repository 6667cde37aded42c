"""Tags and filters: words, numbers and components as every page writes them."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.template import Context, Template, engines
from django.test import RequestFactory
from django.utils import translation

from cantik.look.states import STATES
from cantik.look.templatetags import look

ROOMS = Path(look.__file__).resolve().parents[2]


def render(source: str, **words: Any) -> str:
    return Template(source).render(Context(words))


@pytest.mark.parametrize(
    ("source", "language", "shown"),
    [
        ("{{ n|whole }}", "id", "1.234.567"),
        ("{{ n|whole }}", "en", "1,234,567"),
        ("{{ none|whole }}", "id", "…"),
        ("{% percent 927 1000 %}", "id", "92,7%"),
        ("{% percent 927 1000 %}", "en", "92.7%"),
        ("{% percent 0 0 %}", "id", "…"),
        ("{{ d|day }}", "id", "23 November 2026"),
        ("{{ d|day_short }}", "id", "23 Nov 2026"),
        ("{{ d|weekday }}", "id", "Senin, 23 November 2026"),
        ("{{ none|day }}", "id", ""),
        ("{{ t|clock:'Asia/Makassar' }}", "id", "pukul 09.00 WITA"),
        ("{{ t|clock:area }}", "id", "pukul 08.00 WIB"),
        ("{{ t|day_at:area }}", "id", "23 November 2026"),
        ("{{ words|say }}", "id", "air"),
        ("{{ words|say }}", "en", "water"),
        ("{{ plain|say }}", "en", "apa adanya"),
        ("{{ none|say }}", "id", ""),
        ("{{ served|say:city }}", "id", "layanan kelurahan"),
        ("{{ served|say:city }}", "en", "village services"),
        ("{{ served|say:area }}", "id", "layanan desa"),
        ("{{ served|say }}", "id", "layanan desa"),
        ("{{ 61000|size }}", "id", "61 KB"),
        ("{{ long|mask }}", "id", "6404••••••••013"),
    ],
)
def test_numbers_days_and_words(source: str, language: str, shown: str) -> None:
    with translation.override(language):
        assert render(
            source, n=1234567, d=date(2026, 11, 23), t=datetime(2026, 11, 23, 1, 0, tzinfo=UTC),
            area=SimpleNamespace(time_zone="Asia/Jakarta"), words={"id": "air", "en": "water"},
            city=SimpleNamespace(village_kind="kelurahan"),
            served={"id": "layanan desa", "en": "village services"},
            plain="apa adanya", long="6404000000000013", none=None,
        ) == shown  # fmt: skip


def test_an_icon_is_hidden_and_unknown_ones_are_refused() -> None:
    drawn = render('{% icon "home" %}')
    assert 'aria-hidden="true"' in drawn
    assert "<path" in drawn
    for name in ("no-such", "../LICENSE", "", "home.svg"):
        with pytest.raises(ValueError, match="no icon"):
            look.drawing(name)


def test_every_icon_that_a_page_names_is_there() -> None:
    named = {state.icon for state in STATES.values()}
    for path in ROOMS.glob("*/templates/**/*.html"):
        named |= set(re.findall(r'{% icon "([\w-]+)" %}', path.read_text(encoding="utf-8")))
    for name in named:
        look.drawing(name)


@pytest.mark.parametrize("state", list(STATES))
def test_a_chip_has_icon_and_word(state: str) -> None:
    shown = render("{% chip state %}", state=state)
    assert "<svg" in shown
    assert STATES[state].word in shown


def test_a_chip_with_other_words_and_an_unknown_one() -> None:
    assert "Selesai 108" in render('{% chip "done" "Selesai 108" %}')
    assert "&lt;b&gt;" in render('{% chip "done" words %}', words="<b>")
    with pytest.raises(KeyError):
        render('{% chip "hijau" %}')


@pytest.mark.parametrize(
    ("done", "total", "width", "look_"),
    [
        (57, 87, 65, "bar"),
        (87, 87, 100, "bar done"),
        (90, 87, 100, "bar done"),
        (0, 87, 0, "bar"),
        (5, 0, 0, "bar"),
    ],
)
def test_a_bar_says_its_numbers(done: int, total: int, width: int, look_: str) -> None:
    shown = look.bar(done, total, "RT 07")
    assert f'width="{width}%"' in shown
    assert f'class="{look_}"' in shown
    assert f'aria-valuetext="{done} dari {total}"' in shown
    assert "style=" not in shown


class Form(forms.Form):
    name = forms.CharField(label="Nama", help_text="Seperti di KTP.")
    kind = forms.ChoiceField(
        label="Jenis", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect
    )
    agree = forms.BooleanField(label="Setuju", required=False)
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


FIELDS = "{% for one in form %}{% field one %}{% endfor %}"


def test_a_field_ties_label_hint_and_fault_to_the_input() -> None:
    shown = render(FIELDS, form=Form({"name": "", "kind": "c"}))
    assert '<label for="id_name">Nama' in shown
    assert 'aria-describedby="id_name_helptext id_name_error"' in shown
    assert 'id="id_name_error"' in shown
    assert "<legend>Jenis</legend>" in shown
    assert shown.index("id_name_helptext") < shown.index("id_name_error") < shown.index("<input")


def test_only_the_first_faulty_field_takes_the_focus() -> None:
    shown = render(FIELDS, form=Form({"name": "", "kind": "c"}))
    assert re.findall(r'name="(\w+)"[^>]*autofocus', shown) == ["name"]
    assert "autofocus" not in render(FIELDS, form=Form())


def test_the_error_summary_leads_to_the_fields() -> None:
    source = '{% include "look/includes/error_summary.html" %}'
    shown = render(source, form=Form({"name": "", "kind": "c"}))
    assert 'href="#id_name"' in shown
    assert 'href="#id_kind"' in shown
    assert "Ada 2 isian" in shown
    assert render(source, form=Form()).strip() == ""


def test_what_was_typed_is_escaped() -> None:
    shown = render(FIELDS, form=Form({"name": '"><script>', "kind": "a"}))
    assert "<script>" not in shown
    row = {
        "place": "<b>",
        "shown": "<i>",
        "problem": "<u>",
        "remedy": "<s>",
        "url": "",
        "button": "",
    }
    table = render('{% include "look/includes/faults.html" %}', faults=[row])
    assert not re.search(r"<[bius]>", table)


def test_the_other_language_keeps_what_was_asked_for() -> None:
    request = RequestFactory().get("/", {"cari": "apung & hulu", "lang": "id"})
    link = Template("{% language_link %}").render(Context({"request": request}))
    assert link.replace("&amp;", "&") == "?cari=apung+%26+hulu&lang=en"
    with translation.override("en"):
        assert render("{% language_link %}") == "?lang=id"


@pytest.mark.parametrize(
    ("village", "example", "banner", "noindex"),
    [
        (None, False, "", False),
        (SimpleNamespace(kind="real", label="Desa Apung"), False, "", False),
        (SimpleNamespace(kind="contoh", label="Apung (contoh)"), False, "Contoh data.", True),
        (SimpleNamespace(kind="latihan", label="Apung (latihan)"), False, "Data latihan.", True),
        (None, True, "Contoh data.", True),
    ],
)
def test_examples_are_marked_on_every_page(
    village: Any, example: bool, banner: str, noindex: bool
) -> None:
    page = engines["django"].get_template("look/base.html")
    shown = page.render({"village": village, "example": example})
    assert ('class="banner"' in shown) == bool(banner)
    assert banner in shown
    assert ('content="noindex"' in shown) == noindex


def test_the_base_page_asks_only_for_our_own_files_and_has_no_inline_code() -> None:
    for name in ("look/base.html", "look/office.html", "look/office_list.html", "500.html"):
        shown = engines["django"].get_template(name).render({"LANGUAGE_CODE": "id"})
        for address in re.findall(r'(?:src|href)="([^"]+)"', shown):
            assert address.startswith(("/", "#", "?")), address
            assert not address.startswith("//")
        assert not re.search(r"<style|style=|<script(?![^>]*\bsrc=)|\son\w+=", shown)


def test_the_public_page_carries_no_htmx() -> None:
    templates = engines["django"]
    assert "htmx" not in templates.get_template("look/base.html").render({})
    assert "htmx-4.0.1.min.js" in templates.get_template("look/office.html").render({})


def test_fonts_stay_away_when_the_browser_saves_data() -> None:
    page = engines["django"].get_template("look/base.html")
    assert "fonts.css" in page.render({"shell": SimpleNamespace(save_data=False)})
    assert "fonts.css" not in page.render({"shell": SimpleNamespace(save_data=True)})
