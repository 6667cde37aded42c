"""`cantik key ensure | create | sheet | restore`: the master key and its printed recovery sheet."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from cantik.ledger import crypto, custody


class Command(BaseCommand):
    help = "Make the master key, print its recovery sheet, or bring it back from the sheet."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["ensure", "create", "sheet", "restore"])

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, options["what"])()
        except crypto.KeyProblem as problem:
            raise CommandError(str(problem)) from None

    def ensure(self) -> None:
        custody.ensure()

    def create(self) -> None:
        if not crypto.key_file().exists():
            custody.ensure()
            made = crypto.key_file()
        else:
            made = crypto.create_key()  # refuses, in its own words
        self.stdout.write(
            _("Kunci dibuat di %(path)s. Cetak lembarnya: cantik key sheet") % {"path": made}
        )

    def sheet(self) -> None:
        self.stdout.write(_("LEMBAR PEMULIHAN KUNCI CANTIK"))
        self.stdout.write(_("Simpan di tempat terkunci, jauh dari komputer dan cadangannya."))
        self.stdout.write(_("Sidik kunci: %(sidik)s") % {"sidik": crypto.fingerprint()})
        self.stdout.write("\n".join(["", *crypto.sheet_lines(crypto.master_key())]))

    def restore(self) -> None:
        self.stdout.write(_("Ketik tujuh baris dari lembar pemulihan, lalu Ctrl+D."))
        key = crypto.key_from_sheet(sys.stdin.read().splitlines())
        custody.check_belongs(crypto.fingerprint_of(key), custody.remembered())
        path = crypto.write_key(key)
        self.stdout.write(_("Kunci dipulihkan ke %(path)s.") % {"path": path})
