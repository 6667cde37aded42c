from django.apps import AppConfig


class ProcessConfig(AppConfig):
    name = "cantik.process"

    def ready(self) -> None:
        from cantik.collect import api as collect

        from .actions import after_erasure

        collect.ON_ERASE.append(after_erasure)
