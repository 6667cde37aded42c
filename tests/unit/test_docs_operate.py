"""The recipe for an office names only settings the program reads and commands it has."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
RECIPE = (ROOT / "docs" / "operasi.md").read_text(encoding="utf-8")
SOURCES = "\n".join(
    path.read_text(encoding="utf-8") for path in (ROOT / "src" / "cantik" / "web").rglob("*.py")
)


def test_every_setting_is_read_by_the_program() -> None:
    named = set(re.findall(r"^(?:export )?([A-Z_]+)=", RECIPE, re.M))
    assert {"CANTIK_HOME", "CANTIK_KEY_FILE", "DATABASE_URL", "CANTIK_PROXIES"} <= named
    assert {name for name in named if f'"{name}"' not in SOURCES} == set()


def test_every_command_exists() -> None:
    named = set(re.findall(r"(?:bin/|^|`|&& )cantik ([a-z]+)", RECIPE, re.M))
    assert {"prepare", "serve", "backup", "restore", "doctor", "key", "people"} <= named
    assert named - set(get_commands()) == set()


def test_every_make_target_exists() -> None:
    made = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"(?:`|&& )make ([a-z]+)", RECIPE):
        assert re.search(rf"^{target}:", made, re.M), target


@pytest.mark.parametrize("word", ["$remote_addr", "$request ", "$args", "$http_referer"])
def test_the_web_servers_log_holds_no_person(word: str) -> None:
    formats = re.findall(r"log_format .*", RECIPE)
    assert len(formats) == 1
    assert word not in formats[0]
