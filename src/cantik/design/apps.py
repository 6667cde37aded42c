from django.apps import AppConfig


class DesignConfig(AppConfig):
    name = "cantik.design"
    label = "design"
