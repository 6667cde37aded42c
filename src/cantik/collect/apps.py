from django.apps import AppConfig


class CollectConfig(AppConfig):
    name = "cantik.collect"

    def ready(self) -> None:
        from . import jobs  # noqa: F401 the jobs register themselves
