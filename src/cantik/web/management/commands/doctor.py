"""``cantik doctor``: says what is wrong and how to mend it; ends with 1 when something is bad."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from cantik.web.doctor import State, examine

MARKS = {State.OK: "v", State.LOOK: "!", State.BAD: "x"}


class Command(BaseCommand):
    help = "Examine this installation: what is wrong, and how to mend it. Changes nothing."
    requires_system_checks: list[str] = []  # a broken installation is what it is for

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON line per finding")

    def handle(self, *args: Any, **options: Any) -> None:
        found = examine()
        for one in found:
            if options["json"]:
                self.stdout.write(json.dumps(asdict(one), ensure_ascii=False))
                continue
            self.stdout.write(f" {MARKS[one.state]}  {one.words}")
            if one.remedy:
                self.stdout.write(f"      -> {one.remedy}")
        bad = sum(one.state is State.BAD for one in found)
        if bad:
            raise CommandError(_("%(n)s hal harus diperbaiki.") % {"n": bad})
