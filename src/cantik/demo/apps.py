from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "cantik.demo"
    label = "demo"
