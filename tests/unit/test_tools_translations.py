"""The tool that gathers, checks and compiles every visible word."""

import gettext
import importlib.util
import sys
from pathlib import Path

import pytest

_SPEC = importlib.util.spec_from_file_location(
    "translations_tool", Path(__file__).resolve().parents[2] / "tools" / "translations.py"
)
assert _SPEC
assert _SPEC.loader
tool = importlib.util.module_from_spec(_SPEC)
sys.modules["translations_tool"] = tool
_SPEC.loader.exec_module(tool)
M = tool.Message


@pytest.mark.parametrize(
    ("source", "messages"),
    [
        ('_("Kirim berkas")', [M("Kirim berkas")]),
        ('N_("Judul" " panjang")', [M("Judul panjang")]),
        ('ngettext("%(n)s isian", "%(n)s isian", n)', [M("%(n)s isian", "%(n)s isian")]),
        ('pgettext_lazy("kata kerja", "Kirim")', [M("Kirim", "", "kata kerja")]),
        ('npgettext("c", "a", "b", 2)', [M("a", "b", "c")]),
        ('from django.utils.translation import gettext_lazy as t\nt("Keluarga")', [M("Keluarga")]),
        ('translation.gettext("Dusun")', [M("Dusun")]),
        ("_(kind.title)", []),
        ('print("bukan")', []),
    ],
)
def test_messages_of_python(source: str, messages: list[object]) -> None:
    assert tool.from_python(source) == tool.Found(tuple(messages))


@pytest.mark.parametrize(
    "source",
    ['_(f"Halo {x}")', '_("Halo %s" % x)', '_("Halo {}".format(x))', '_("Halo " + x)'],
)
def test_words_built_at_run_time_are_told(source: str) -> None:
    found = tool.from_python(source)
    assert not found.messages
    assert "line 1" in found.faults[0]


@pytest.mark.parametrize(
    ("source", "messages"),
    [
        ('{% translate "Masuk" %}', [M("Masuk")]),
        ("{% trans 'Keluar' as x %}", [M("Keluar")]),
        ('{% translate "Kirim" context "kata kerja" %}', [M("Kirim", "", "kata kerja")]),
        ('{% translate "80% keluarga" %}', [M("80%% keluarga")]),
        ('{% translate "Masuk"|upper %}', [M("Masuk")]),
        ("{% translate words %}", []),
        ('{{ x|default:_("Belum ada") }}', [M("Belum ada")]),
        ('{% include "a.html" with title=_("Judul") %}', [M("Judul")]),
        (
            "{% blocktranslate with n=count|whole %}Ada {{ n }} isian{% endblocktranslate %}",
            [M("Ada %(n)s isian")],
        ),
        (
            "{% blocktrans count n=3 trimmed %}\n{{ n }} RT{%plural%}\n{{ n }} RT{%endblocktrans%}",
            [M("%(n)s RT", "%(n)s RT")],
        ),
        ("{% blocktrans %}50%{% endblocktrans %}", [M("50%%")]),
        ('{# {% translate "tidak" %} #}{% comment %}{% translate "tidak" %}{% endcomment %}', []),
        ('{% verbatim %}{% translate "tidak" %}{% endverbatim %}', []),
    ],
)
def test_messages_of_a_template(source: str, messages: list[object]) -> None:
    assert tool.from_template(source) == tool.Found(tuple(messages))


@pytest.mark.parametrize(
    "source",
    [
        "{% blocktranslate %}{{ x.y }}{% endblocktranslate %}",
        "{% blocktranslate %}{{ n|whole }}{% endblocktranslate %}",
        "{% blocktranslate %}{% if x %}a{% endif %}{% endblocktranslate %}",
        "{% blocktranslate %}tanpa akhir",
    ],
)
def test_blocks_django_cannot_translate_are_told(source: str) -> None:
    assert tool.from_template(source).faults


@pytest.fixture
def room(tmp_path: Path) -> "tool.Room":
    place = tmp_path / "collect"
    (place / "templates" / "collect").mkdir(parents=True)
    (place / "__init__.py").write_text("")
    (place / "apps.py").write_text("")
    (place / "views.py").write_text('_("Kirim berkas")\nngettext("%(n)s RT", "%(n)s RT", 2)\n')
    (place / "templates" / "collect" / "a.html").write_text('{% translate "Kirim berkas" %}')
    return tool.Room(place)


def _translate(room: "tool.Room", *pairs: tuple[str, str]) -> None:
    text = room.po.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    room.po.write_text(text, encoding="utf-8")


def _complete(room: "tool.Room") -> None:
    tool.extract(room)
    _translate(
        room,
        ('msgid "Kirim berkas"\nmsgstr ""', 'msgid "Kirim berkas"\nmsgstr "Send a file"'),
        ('msgstr[0] ""', 'msgstr[0] "%(n)s RT"'),
        ('msgstr[1] ""', 'msgstr[1] "%(n)s RTs"'),
    )


def test_extract_then_translate_then_all_is_well(room: "tool.Room") -> None:
    assert any("not in the catalogue" in fault for fault in tool.failures(room))
    assert tool.extract(room)
    assert len([fault for fault in tool.failures(room) if "no English" in fault]) == 2
    _complete(room)
    assert tool.failures(room) == []
    assert not tool.extract(room)


def test_the_compiled_file_translates(room: "tool.Room") -> None:
    _complete(room)
    assert tool.compile_(room)
    with room.po.with_suffix(".mo").open("rb") as file:
        words = gettext.GNUTranslations(file)
    assert words.gettext("Kirim berkas") == "Send a file"
    assert words.ngettext("%(n)s RT", "%(n)s RT", 1) == "%(n)s RT"
    assert words.ngettext("%(n)s RT", "%(n)s RT", 2) == "%(n)s RTs"


def test_an_unused_translation_is_told_then_kept_aside_and_comes_back(room: "tool.Room") -> None:
    _complete(room)
    views = room.path / "views.py"
    before = views.read_text()
    views.write_text('_("Kirim berkas")\n')
    assert any("used nowhere" in fault for fault in tool.failures(room))
    assert tool.extract(room)
    assert "#~ " in room.po.read_text()
    assert tool.failures(room) == []
    views.write_text(before)
    tool.extract(room)
    assert tool.failures(room) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('msgstr "Send a file"', 'msgstr "  "', "no English"),
        ('msgid "Kirim berkas"', '#, fuzzy\nmsgid "Kirim berkas"', "fuzzy"),
        ('"%(n)s RTs"', '"%(m)s RTs"', "placeholders"),
        ('"Send a file"', '"Send %s"', "placeholders"),
    ],
)
def test_each_fault_is_told(room: "tool.Room", old: str, new: str, told: str) -> None:
    _complete(room)
    _translate(room, (old, new))
    faults = tool.failures(room)
    assert len(faults) == 1
    assert told in faults[0]


def test_words_outside_an_app_are_told(room: "tool.Room") -> None:
    _complete(room)
    (room.path / "apps.py").unlink()
    assert any("no Django app" in fault for fault in tool.failures(room))


def test_the_command_answers_with_its_exit_code(
    room: "tool.Room", capsys: pytest.CaptureFixture[str]
) -> None:
    root = room.path.parent
    assert tool.main(["check"], root) == 1
    assert "2 faults" in capsys.readouterr().out
    assert tool.main(["extract"], root) == 0
    _complete(room)
    assert tool.main(["check"], root) == 0
    assert tool.main(["compile"], root) == 0
    assert room.po.with_suffix(".mo").exists()
