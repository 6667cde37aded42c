from django.apps import AppConfig


class CollectConfig(AppConfig):
    name = "cantik.collect"
    label = "collect"
