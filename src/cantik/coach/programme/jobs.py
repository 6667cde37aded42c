"""The job that looks again where a village stands."""

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from cantik.ledger import api as ledger

from . import actions


@ledger.job(actions.REFRESH)
def refresh(job: ledger.JobHandle) -> None:
    actions.refresh(
        lokus_id=job.params["lokus"],
        now=timezone.now(),
        happened=parse_datetime(job.params["at"]),
    )
