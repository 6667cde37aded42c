from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "cantik.vault"
    label = "vault"
