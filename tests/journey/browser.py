"""A real browser for the journeys: found or installed, never skipped; and what it must see.

with browser() as chromium, page_of(chromium, width=360, theme="dark") as page:
    page.goto(url)
    assert axe(page) == []
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Request, sync_playwright

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = (
    "No browser for the tests. Install one (as root: apt-get install chromium) "
    "or name it: CHROMIUM=/path/to/chromium make test"
)
GRAVE = ("serious", "critical")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class NoBrowserError(RuntimeError):
    """There is no browser and none could be installed; the message says what to do."""


def _on_path() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def _install() -> None:
    """Only as root, and only the real package: Ubuntu's is a stub that asks for snap."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    offered = subprocess.run(
        ["apt-cache", "show", "chromium"], capture_output=True, text=True, check=False
    )
    if "snap" in offered.stdout.lower():
        return
    for command in (["apt-get", "update"], ["apt-get", "install", "-y", "chromium"]):
        subprocess.run(command, env=environment, capture_output=True, check=False)


def chromium_path() -> str:
    """CHROMIUM, else on PATH, else installed when root. Raises NoBrowserError with the remedy."""
    named = os.environ.get("CHROMIUM", "")
    if named:
        if not os.access(named, os.X_OK):
            raise NoBrowserError(f"CHROMIUM names {named}, which cannot be run. {MISSING}")
        return named
    found = _on_path()
    if found is None:
        _install()
        found = _on_path()
    if found is None:
        raise NoBrowserError(MISSING)
    return found


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        try:
            yield started
        finally:
            started.close()


@contextmanager
def page_of(
    chromium: Browser,
    *,
    width: int = 360,
    theme: str = "light",
    javascript: bool = True,
    bypass_policy: bool = False,
    language: str = "id",
    base: str | None = None,
) -> Iterator[Page]:
    """A fresh page. ``bypass_policy`` switches off the content policy, so that axe can be put in;
    leave it off for tests of the pages themselves. Requests are kept in ``seen_by(page)``."""
    context = chromium.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if theme == "dark" else "light",
        java_script_enabled=javascript,
        bypass_csp=bypass_policy,
        locale="id-ID" if language == "id" else "en-GB",
        accept_downloads=True,
        base_url=base,
    )
    page = context.new_page()
    requests: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: _keep(request, requests))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    _SEEN[id(page)] = (requests, faults)
    try:
        yield page
    finally:
        _SEEN.pop(id(page), None)
        context.close()


_SEEN: dict[int, tuple[list[str], list[str]]] = {}


def _keep(request: Request, into: list[str]) -> None:
    into.append(request.url)


def seen_by(page: Page) -> list[str]:
    """Addresses this page has asked for, in order."""
    return _SEEN[id(page)][0]


def faults_of(page: Page) -> list[str]:
    """Errors in the console, a broken content policy among them."""
    return _SEEN[id(page)][1]


def other_hosts(page: Page, own: str) -> list[str]:
    """Addresses asked for that are neither on ``own`` nor inside the page itself."""
    host = urlsplit(own).netloc
    return [
        url
        for url in seen_by(page)
        if urlsplit(url).scheme not in ("data", "blob", "about") and urlsplit(url).netloc != host
    ]


def axe_source() -> str:
    spec = find_spec("axe_playwright_python")
    if spec is None or spec.origin is None:
        raise NoBrowserError("axe is missing: install requirements/dev.txt")
    return (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8")


def axe(page: Page, *, least: tuple[str, ...] = GRAVE) -> list[str]:
    """Serious and critical faults of the page as it stands, one line each: rule, why, where.

    The page must come from ``page_of(..., bypass_policy=True)``.
    """
    # Appended, because axe alone would be taken for a function to be called.
    page.evaluate(axe_source() + "\n;0")
    answer: dict[str, Any] = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", RULES
    )
    if not answer["passes"]:
        raise AssertionError("axe looked at nothing")
    return [
        f"{fault['id']} ({fault['impact']}): {fault['help']}: {node['target']} {node['html'][:160]}"
        for fault in answer["violations"]
        if fault["impact"] in least
        for node in fault["nodes"]
    ]


def overflow(page: Page) -> list[str]:
    """What makes the page scroll sideways; empty when nothing does."""
    found: list[str] = page.evaluate(
        """() => {
          const wide = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= wide) return [];
          return [...document.querySelectorAll('body *')]
            .filter(e => e.getBoundingClientRect().right > wide + 1 && !e.closest('.scroll'))
            .map(e => `${e.tagName}.${e.getAttribute('class')}: `
              + e.textContent.trim().slice(0, 40));
        }"""
    )
    if not found and page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    ):
        return ["the page scrolls sideways"]
    return found
