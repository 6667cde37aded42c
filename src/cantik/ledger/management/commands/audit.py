"""`cantik audit verify`: whether the audit trail is still what was written."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from cantik.kernel import numbers
from cantik.ledger import api as ledger


class Command(BaseCommand):
    help = "Walk the chain of the audit trail; print its last line for comparison with a backup."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["verify"])

    def handle(self, *args: Any, **options: Any) -> None:
        broken = ledger.verify_audit()
        if broken is not None:
            raise CommandError(
                _("Jejak audit berubah mulai baris %(number)s. Bandingkan dengan cadangan.")
                % {"number": broken}
            )
        last = ledger.AuditLine.objects.last()
        self.stdout.write(
            _("Jejak audit utuh: %(count)s baris, sidik baris terakhir %(hash)s.")
            % {
                "count": numbers.whole(last.number if last else 0),
                "hash": last.hash if last else "-",
            }
        )
