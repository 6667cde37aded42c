"""`cantik key ensure | create | sheet | restore`: the master key and its printed recovery sheet."""

import sys
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from cantik.ledger import api as ledger
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
        fingerprint, lines = crypto.fingerprint(), crypto.sheet_lines(crypto.master_key())
        self.stdout.write(_("LEMBAR PEMULIHAN KUNCI CANTIK"))
        self.stdout.write(_("Simpan di tempat terkunci, jauh dari komputer dan cadangannya."))
        self.stdout.write(_("Sidik kunci: %(sidik)s") % {"sidik": fingerprint})
        self.stdout.write("\n".join(["", *lines]))
        self._written_down(fingerprint)

    def _written_down(self, fingerprint: str) -> None:
        """In the trail where there is one: a database that is down keeps no sheet from paper."""
        if not custody.database_stands():
            return
        with suppress(DatabaseError):
            ledger.record(
                actor=None, verb=ledger.KEY_SHEET_PRINTED, thing="key", thing_id=fingerprint,
                now=timezone.now(),
            )  # fmt: skip

    def restore(self) -> None:
        self.stdout.write(_("Ketik tujuh baris dari lembar pemulihan, lalu Ctrl+D."))
        key = crypto.key_from_sheet(sys.stdin.read().splitlines())
        custody.check_belongs(crypto.fingerprint_of(key), custody.remembered())
        path = crypto.write_key(key)
        self.stdout.write(_("Kunci dipulihkan ke %(path)s.") % {"path": path})
