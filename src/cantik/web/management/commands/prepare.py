"""``cantik prepare``: bring this machine from whatever state it is in to ready, losing nothing."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

import cantik
from cantik.assess import api as assess


def compile_translations() -> int:
    """Write each room's ``django.mo`` beside its ``django.po`` when that is newer."""
    written = 0
    for source in sorted(Path(cantik.__file__).parent.glob("*/locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as po:
            catalog = read_po(po)
        with target.open("wb") as mo:
            write_mo(mo, catalog)
        written += 1
    return written


class Command(BaseCommand):
    help = "Key, backup, migrations, areas, examples: everything `make run` needs before it serves."

    def handle(self, *args: Any, **options: Any) -> None:
        settings.HOME.mkdir(parents=True, exist_ok=True)
        compile_translations()
        call_command("key", "ensure")
        call_command("backup", if_migrations=True)
        call_command("migrate", verbosity=0, interactive=False)
        call_command("areas", "load", verbosity=0)
        assess.load_rulebooks(now=timezone.now())
        call_command("collectstatic", verbosity=0, interactive=False)
        if settings.DEMO:
            call_command("demo", "seed")
