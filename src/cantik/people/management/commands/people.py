"""`cantik people create-admin`: the first administrator of a new installation."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cantik.kernel.problems import Refused
from cantik.people import actions


def _site() -> str:
    """Where pages are read: the site behind a web server, else this machine."""
    given = settings.CSRF_TRUSTED_ORIGINS
    return given[0].rstrip("/") if given else f"http://localhost:{os.environ.get('PORT', '8000')}"


class Command(BaseCommand):
    help = "Make the first administrator and print the slip with which the password is chosen."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["create-admin"])
        parser.add_argument("--username", default="administrator")
        parser.add_argument("--name", default="Administrator")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            code = actions.first_administrator(
                username=options["username"], name=options["name"], now=timezone.now()
            )
        except Refused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(
            f"Akun: {options['username']}\nKode: {code}\n"
            f"Buka {_site()}/undangan/{code}/ dan pilih kata sandi. "
            f"Kode berlaku {actions.SLIP_DAYS} hari, satu kali."
        )
