"""The job that looks again where the villages of an area stand."""

from datetime import datetime

from cantik.ledger import api as ledger

from . import actions


@ledger.job(actions.REFRESH)
def refresh(job: ledger.JobHandle) -> None:
    now = datetime.fromisoformat(job.params["at"])
    for one in actions.touched(job.area_id).values_list("id", flat=True):
        actions.refresh(lokus_id=one, now=now)
