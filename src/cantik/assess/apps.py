from django.apps import AppConfig


class AssessConfig(AppConfig):
    name = "cantik.assess"
    label = "assess"
