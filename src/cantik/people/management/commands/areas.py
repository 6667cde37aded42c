"""`cantik areas load`: bring in the lists of areas that come with the program."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cantik.people import areas


class Command(BaseCommand):
    help = "Load the areas that come with the program. Doing it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["load"])

    def handle(self, *args: Any, **options: Any) -> None:
        made = areas.load()
        if options["verbosity"]:
            self.stdout.write(f"{made} wilayah baru.")
