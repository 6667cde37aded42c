"""`cantik demo seed | remove`: the example village, and the end of its sign-ins."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from cantik.demo import seeding
from cantik.people import actions as people


class Command(BaseCommand):
    help = "Make the example village, or end the example sign-ins."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["seed", "remove"])

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "seed":
            seeding.seed(tell=self._tell)
            return
        ended = people.end_examples(now=timezone.now())
        self.stdout.write(
            f"{ended} akun contoh diakhiri. Desa contoh tetap dapat dibaca sebagai contoh."
        )

    def _tell(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
