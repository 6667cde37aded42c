"""`cantik packs load [folder]` and `cantik packs check [folder]`: read, check and keep packs."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cantik.design import actions, store
from cantik.design.reading import BadPack


class Command(BaseCommand):
    help = "Load packs, or only check them. A pack that is loaded already stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["load", "check"])
        parser.add_argument("folder", nargs="?", default=str(store.FOLDER))

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(options["folder"])
        if not store.folders(folder):
            raise CommandError(f"Tidak ada paket di {folder} (dicari: */*/pack.yaml).")
        try:
            if options["what"] == "check":
                words = f"{store.check_all(folder)} paket utuh."
            else:
                words = f"{len(actions.load_packs(root=folder, now=timezone.now()))} paket baru."
        except BadPack as bad:
            raise CommandError("\n".join(["Paket belum utuh:", *bad.faults])) from None
        if options["verbosity"]:
            self.stdout.write(words)
