"""Links and pictures of the guides lead somewhere, and no guide is left out of the way in."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()
    if not name.startswith("tests/")
)  # fmt: skip
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.S)
LARGEST = 150_000  # bytes of a picture: guides are read where the signal is weak


def _words(page: Path) -> str:
    return CODE.sub("", page.read_text(encoding="utf-8"))


def _anchors(page: Path) -> set[str]:
    """What headings are called in addresses: lower case, no marks, spaces as hyphens."""
    heads = re.findall(r"^#+ (.+)$", _words(page), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda one: str(one.relative_to(ROOT)))
def test_links_resolve(page: Path) -> None:
    for target in LINK.findall(_words(page)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        place = (page.parent / name).resolve() if name else page
        assert place.exists(), target
        if anchor:
            assert anchor in _anchors(place), target


def test_every_guide_can_be_found_from_the_readme() -> None:
    linked = {
        (ROOT / target).resolve()
        for name in ("README.md", "README.id.md")
        for target in LINK.findall(_words(ROOT / name))
    }
    while True:
        further = {
            (page.parent / target.partition("#")[0]).resolve()
            for page in linked
            if page.suffix == ".md" and page.is_file()
            for target in LINK.findall(_words(page))
            if not re.match(r"[a-z]+:", target)
        }
        if further <= linked:
            break
        linked |= further
    lost = {page for page in PAGES if page.parent == ROOT / "docs"} - linked
    assert lost == set()


def test_pictures_are_small_and_used() -> None:
    used = {
        (page.parent / target).resolve() for page in PAGES for target in LINK.findall(_words(page))
    }
    for picture in (ROOT / "docs" / "pictures").iterdir():
        assert picture.stat().st_size <= LARGEST, picture.name
        assert picture in used, f"{picture.name} is shown nowhere"
