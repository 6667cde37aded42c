from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "cantik.web"
    label = "web"
