from django.apps import AppConfig


class TalkConfig(AppConfig):
    name = "cantik.talk"
    label = "talk"
