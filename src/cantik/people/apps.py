from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "cantik.people"
    label = "people"
