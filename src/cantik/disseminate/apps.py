from django.apps import AppConfig


class DisseminateConfig(AppConfig):
    name = "cantik.disseminate"
    label = "disseminate"

    def ready(self) -> None:
        from . import jobs  # noqa: F401 the jobs are known once this room stands
