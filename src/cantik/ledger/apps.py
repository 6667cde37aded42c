from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "cantik.ledger"
    label = "ledger"
