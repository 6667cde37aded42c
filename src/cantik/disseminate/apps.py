from django.apps import AppConfig


class DisseminateConfig(AppConfig):
    name = "cantik.disseminate"
    label = "disseminate"
