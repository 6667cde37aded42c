"""`cantik demo seed [name …] | remove`: the example villages, and the end of their sign-ins."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cantik.demo import seeding
from cantik.people import actions as people


class Command(BaseCommand):
    help = "Make the example villages, or end the example sign-ins."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["seed", "remove"])
        parser.add_argument("names", nargs="*", default=[], metavar="name")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "seed":
            unknown = set(options["names"]) - set(seeding.STORIES)
            if unknown:
                raise CommandError(f"Yang ada: {', '.join(seeding.STORIES)}")
            seeding.seed(options["names"] or seeding.STORIES, tell=self._tell)
            return
        ended = people.end_examples(now=timezone.now())
        self.stdout.write(
            f"{ended} akun contoh diakhiri. Desa contoh tetap dapat dibaca sebagai contoh."
        )

    def _tell(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
