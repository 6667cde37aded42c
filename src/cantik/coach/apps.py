from django.apps import AppConfig


class CoachConfig(AppConfig):
    name = "cantik.coach"
    label = "coach"
