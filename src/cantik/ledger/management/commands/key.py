"""`cantik key create | sheet | restore`: the master key and its printed recovery sheet."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cantik.ledger import crypto


class Command(BaseCommand):
    help = "Make the master key, print its recovery sheet, or bring it back from the sheet."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["create", "sheet", "restore"])

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["what"] == "create":
                self.stdout.write(f"Kunci dibuat di {crypto.create_key()}. Cetak: cantik key sheet")
            elif options["what"] == "sheet":
                lines = crypto.sheet_lines(crypto.master_key())
                self.stdout.write("LEMBAR PEMULIHAN KUNCI CANTIK\nSimpan di tempat terkunci.\n")
                self.stdout.write("\n".join(lines))
            else:
                self.stdout.write("Ketik tujuh baris dari lembar pemulihan, lalu Ctrl+D.")
                key = crypto.key_from_sheet(sys.stdin.read().splitlines())
                self.stdout.write(f"Kunci dipulihkan ke {crypto.write_key(key)}.")
        except crypto.KeyProblem as problem:
            raise CommandError(str(problem)) from None
