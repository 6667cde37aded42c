"""The two jobs of collect. Both may be run again after a crash: they look at the state first."""

from django.utils import timezone
from django.utils.translation import gettext as _

from cantik.ledger import api as ledger

from . import actions


@ledger.job("collect.read")
def read(job: ledger.JobHandle) -> None:
    def progress(done: int, total: int) -> None:
        job.progress(done, total, _("Memeriksa keluarga"))

    try:
        actions.read(upload_id=job.params["upload"], now=timezone.now(), progress=progress)
    except Exception:
        actions.fail(upload_id=job.params["upload"])
        raise


@ledger.job("collect.store")
def store(job: ledger.JobHandle) -> None:
    try:
        actions.store(upload_id=job.params["upload"], now=timezone.now())
    except Exception:
        actions.fail(upload_id=job.params["upload"])
        raise
