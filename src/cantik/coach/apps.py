from django.apps import AppConfig


class CoachConfig(AppConfig):
    name = "cantik.coach"
    label = "coach"

    def ready(self) -> None:
        from cantik.assess import api as assess
        from cantik.ledger import api as ledger

        from . import findings
        from .programme import (
            actions,
            jobs,  # noqa: F401 the job registers itself
            probes,
        )

        assess.CHECKS["stages"] = probes.check
        findings.register()
        ledger.ON_RECORD.append(actions.on_record)
