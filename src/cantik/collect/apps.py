from django.apps import AppConfig


class CollectConfig(AppConfig):
    name = "cantik.collect"

    def ready(self) -> None:
        from cantik.ledger import api as ledger

        from . import drafts, jobs, twice  # noqa: F401 the jobs register themselves

        ledger.ON_SWEEP.append(lambda now: drafts.expire(now=now))
        ledger.ON_SWEEP.append(lambda now: twice.expire(now=now))
