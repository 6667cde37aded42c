"""`cantik packs load [folder]`: read, check and keep the packs of a folder."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cantik.design import actions
from cantik.design.reading import BadPack


class Command(BaseCommand):
    help = "Load packs. One that is loaded already stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["load"])
        parser.add_argument("folder", nargs="?", default=str(actions.PACKS))

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = actions.load_packs(folder=Path(options["folder"]), now=timezone.now())
        except BadPack as bad:
            raise CommandError("\n".join(["Paket ini belum utuh:", *bad.faults])) from None
        if options["verbosity"]:
            self.stdout.write(f"{len(loaded)} paket baru.")
