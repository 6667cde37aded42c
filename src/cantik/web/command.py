"""The ``cantik`` command: Django's own commands under the house's name."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cantik.web.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        _ = settings.HOME
    except ImproperlyConfigured as problem:  # a wrong setting is one sentence, not a traceback
        sys.exit(f"Setelan keliru. {problem}")
    execute_from_command_line(["cantik", *sys.argv[1:]])
