from django.apps import AppConfig


class ProtectConfig(AppConfig):
    name = "cantik.protect"
    label = "protect"
