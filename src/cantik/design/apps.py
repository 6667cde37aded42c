import sys
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def _load(sender: Any, using: str = "default", **other: Any) -> None:
    """The packs that come with the program stand in the database once its tables do. One that may
    not be loaded is told and stops nothing: what was in use before goes on as it was."""
    from django.db import connections
    from django.utils import timezone

    from . import actions
    from .faults import BadPack
    from .models import PackRecord

    if PackRecord._meta.db_table in connections[using].introspection.table_names():
        try:
            actions.load_packs(now=timezone.now())
        except BadPack as bad:
            sys.stderr.write("\n".join(["Paket belum dimuat:", *bad.faults, ""]))


class DesignConfig(AppConfig):
    name = "cantik.design"
    label = "design"

    def ready(self) -> None:
        post_migrate.connect(_load, sender=self, dispatch_uid="cantik.design.load_packs")
