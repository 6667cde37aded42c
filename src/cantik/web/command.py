"""The ``cantik`` command: Django's own commands under the house's name."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cantik.web.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["cantik", *sys.argv[1:]])
