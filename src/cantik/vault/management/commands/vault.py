"""`cantik vault retention`: what the vault keeps longer than the policy allows."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cantik.kernel import numbers
from cantik.vault.retention import due


class Command(BaseCommand):
    help = "List what is due to be erased by the retention policy. Nothing is erased by this."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["retention"])

    def handle(self, *args: Any, **options: Any) -> None:
        kinds = {
            "identity": _("identitas keluarga"),
            "originals": _("berkas seperti yang diterima"),
            "lookups": _("sidik NIK dan KK"),
            "purpose_log": _("catatan pembukaan identitas"),
        }
        language = get_language() or "id"
        found = due(now=timezone.now())
        for one in found:
            self.stdout.write(
                _("Desa %(village)s, kegiatan %(activity)s: %(count)s %(kind)s, sejak %(day)s")
                % {
                    "village": one.village_id,
                    "activity": one.activity_id,
                    "count": numbers.whole(one.count, language),
                    "kind": kinds[one.kind],
                    "day": numbers.day(timezone.localdate(one.since), language),
                }
            )
        if not found:
            self.stdout.write(_("Tidak ada isi brankas yang melewati masa simpannya."))
