"""`cantik restore file`: put a backup in place of what stands; what stood is kept aside."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from cantik.ledger import backup
from cantik.ledger.archive import BackupProblem
from cantik.ledger.crypto import KeyProblem


class Command(BaseCommand):
    help = "Restore database, files and releases from an archive of `cantik backup`."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            aside = backup.restore(options["file"].resolve(), now=timezone.now())
        except (BackupProblem, KeyProblem) as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(
            _(
                "Pulih. Keadaan sebelumnya disimpan di %(aside)s; hapus bila sudah yakin. "
                "Lanjutkan dengan: make run"
            )
            % {"aside": aside}
        )
