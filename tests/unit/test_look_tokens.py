"""The colours of look.md §6: every pair has the contrast it was chosen for, light and dark."""

import gzip
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "src" / "cantik" / "look" / "static" / "look"
SHEET = re.sub(r"/\*.*?\*/", "", (STATIC / "cantik.css").read_text(encoding="utf-8"), flags=re.S)
KIB = 1024
TEXT, SHAPE = 4.5, 3.0

# text or shape, ground, ratio in light, ratio in dark, least
PAIRS = [
    ("ink", "bg", 14.8, 15.5, TEXT),
    ("ink", "surface", 16.0, 13.6, TEXT),
    ("ink-2", "bg", 7.1, 9.4, TEXT),
    ("ink-2", "sunken", 6.6, 9.9, TEXT),
    ("action", "bg", 6.6, 9.3, TEXT),
    ("action", "surface", 7.1, 8.2, TEXT),
    ("action-ink", "action", 7.1, 8.7, TEXT),
    ("board-ink", "board", 11.8, 14.7, TEXT),
    ("board-ink-2", "board", 8.1, 10.2, TEXT),
    ("board-mark", "board", 6.9, 8.7, TEXT),
    ("ink", "mark-soft", 12.7, 7.7, TEXT),
    ("ok", "ok-bg", 6.2, 7.8, TEXT),
    ("warn", "warn-bg", 7.1, 8.7, TEXT),
    ("bad", "bad-bg", 6.3, 7.8, TEXT),
    ("info", "info-bg", 6.1, 8.0, TEXT),
    ("line-strong", "surface", 4.5, 5.1, SHAPE),
    ("c1", "surface", 5.3, 6.3, SHAPE),
    ("c2", "surface", 4.7, 6.6, SHAPE),
    ("c3", "surface", 5.3, 6.5, SHAPE),
    ("c4", "surface", 6.3, 6.0, SHAPE),
    ("c5", "surface", 4.5, 5.8, SHAPE),
]
# Pairs the pages use besides: no figure was promised for them, only that they can be read.
MORE = [
    ("action-ink", "action-hover", TEXT),
    ("action-hover", "info-bg", TEXT),
    ("action", "info-bg", TEXT),
    ("ink", "info-bg", TEXT),
    ("ink", "ok-bg", TEXT),
    ("ink", "warn-bg", TEXT),
    ("ink", "bad-bg", TEXT),
    ("bad", "surface", TEXT),
    ("bad", "bg", TEXT),
    ("warn", "bg", TEXT),
    ("ok", "surface", TEXT),
    ("ink-2", "hatch", TEXT),
    ("ink-2", "surface", TEXT),
    ("mark-ink", "mark", TEXT),
    ("on", "c1", TEXT),
    ("on", "c2", TEXT),
    ("on", "c3", TEXT),
    ("on", "c4", TEXT),
    ("on", "c5", 4.4),
    ("focus", "bg", SHAPE),
    ("focus", "surface", SHAPE),
]


def tokens(selector: str) -> dict[str, str]:
    found = re.search(re.escape(selector) + r"\{([^}]*)\}", SHEET)
    assert found, selector
    return dict(re.findall(r"--([\w-]+):(#[0-9A-Fa-f]{6})", found[1]))


LIGHT = tokens(":root")
DARK = {**LIGHT, **tokens(":root[data-theme=dark]")}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_wcag_does() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("front", "ground", "light", "dark", "least"), PAIRS)
def test_pairs_have_the_measured_contrast(
    front: str, ground: str, light: float, dark: float, least: float
) -> None:
    for theme, wanted in ((LIGHT, light), (DARK, dark)):
        ratio = contrast(theme[front], theme[ground])
        assert ratio == pytest.approx(wanted, abs=0.1)
        assert ratio >= least - 0.05


@pytest.mark.parametrize(("front", "ground", "least"), MORE)
def test_other_pairs_can_be_read(front: str, ground: str, least: float) -> None:
    assert contrast(LIGHT[front], LIGHT[ground]) >= least
    assert contrast(DARK[front], DARK[ground]) >= least


def test_the_pyramid_on_the_board() -> None:
    for colour in re.findall(r"\.board \.[cs][12]\{(?:fill|stroke):(#\w{6})\}", SHEET):
        assert contrast(colour, LIGHT["board"]) >= TEXT
        assert contrast(colour, DARK["board"]) >= TEXT


def test_dark_by_the_phone_and_dark_by_choice_are_the_same() -> None:
    assert tokens(":root:not([data-theme=light])") == tokens(":root[data-theme=dark]")


def test_paper_is_light_even_when_the_phone_is_dark() -> None:
    changed = set(tokens(":root[data-theme=dark]"))
    paper = re.search(r"@media print\{\s*:root[^{]*\{([^}]*)\}", SHEET)
    assert paper
    on_screen_only = {"action-ink", "action-hover", "focus"}
    assert changed - set(re.findall(r"--([\w-]+):", paper[1])) == on_screen_only


def test_every_colour_that_is_used_is_set() -> None:
    used = set(re.findall(r"var\(--([\w-]+)", SHEET))
    given = set(re.findall(r"--([\w-]+):", SHEET))
    assert used - given == set()


def test_the_sheet_stays_within_its_budget() -> None:
    raw = (STATIC / "cantik.css").read_bytes() + (STATIC / "fonts.css").read_bytes()
    assert len(gzip.compress(raw, 9, mtime=0)) <= 10 * KIB
    fonts = sum(path.stat().st_size for path in (STATIC / "fonts").glob("*.woff2"))
    assert fonts <= 40 * KIB


def depth_faults(sheet: str) -> list[str]:
    """Rules inside rules; only at-rules may hold others."""
    stack: list[str] = []
    faults = []
    for piece in re.findall(r"[^{}]*[{}]", sheet):
        head = piece[:-1].strip().rsplit(";", 1)[-1].strip()
        if piece.endswith("}"):
            stack.pop()
            continue
        if any(not parent.startswith("@") for parent in stack):
            faults.append(head)
        stack.append(head)
    return faults


def test_nesting_is_noticed() -> None:
    assert depth_faults("a{color:red}@media print{b{color:red}}") == []
    assert depth_faults("a{color:red;b{color:blue}}") == ["b"]


def test_a_browser_of_2020_can_read_the_sheet() -> None:
    assert depth_faults(SHEET) == []
    for word in (":has(", "color-mix(", "light-dark(", "@container", "@layer", "@import", ":is("):
        assert word not in SHEET


def test_nothing_is_fetched_from_elsewhere() -> None:
    for path in STATIC.rglob("*"):
        if path.suffix == ".css":
            for address in re.findall(r"url\(\"?([^\")]+)", path.read_text(encoding="utf-8")):
                assert (path.parent / address).is_file(), address


def test_borrowed_work_carries_its_licence() -> None:
    assert "SIL Open Font License" in (STATIC / "fonts" / "noto-sans-OFL.txt").read_text()
    assert "SIL Open Font License" in (STATIC / "fonts" / "plus-jakarta-sans-OFL.txt").read_text()
    assert "Zero-Clause BSD" in (STATIC / "js" / "htmx-0BSD.txt").read_text()
    assert "MIT License" in (STATIC.parents[1] / "icons" / "LICENSE").read_text()
