from django.apps import AppConfig


class ProcessConfig(AppConfig):
    name = "cantik.process"
    label = "process"
