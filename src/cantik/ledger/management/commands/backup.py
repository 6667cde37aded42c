"""`cantik backup [file] [--if-migrations]`: everything but the key, in one archive."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from cantik.ledger import backup
from cantik.ledger.archive import BackupProblem
from cantik.ledger.crypto import KeyProblem


class Command(BaseCommand):
    help = "Write database, files and releases to one archive; never the key."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path)
        parser.add_argument(
            "--if-migrations",
            action="store_true",
            help="only when a standing database is about to be changed by a newer program",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            if options["if_migrations"]:
                backup.check_finished()
                if not backup.migrations_wait():
                    return
            path = options["file"] or backup.default_path(now)
            backup.snapshot(path, now=now)
        except (BackupProblem, KeyProblem) as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(
            _("Cadangan ditulis ke %(path)s. Kunci tidak ikut: simpan lembar pemulihannya.")
            % {"path": path}
        )
