"""The job that looks again where a village stands."""

from datetime import datetime

from cantik.ledger import api as ledger

from . import actions


@ledger.job(actions.REFRESH)
def refresh(job: ledger.JobHandle) -> None:
    actions.refresh(lokus_id=job.params["lokus"], now=datetime.fromisoformat(job.params["at"]))
