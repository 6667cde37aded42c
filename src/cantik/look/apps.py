from django.apps import AppConfig


class LookConfig(AppConfig):
    name = "cantik.look"
    label = "look"
