"""The two jobs of collect. Both may be run again after a crash: they look at the state first."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone
from django.utils.translation import gettext as _

from cantik.ledger import api as ledger

from . import actions

OBJECTS = (50_000, 10, 10)  # before each kind of round


@contextmanager
def _many_objects() -> Iterator[None]:
    """A large file becomes millions of small objects that stay until the end: the collector would
    walk through all of them again and again. It still comes by, less often."""
    usual = gc.get_threshold()
    gc.set_threshold(*OBJECTS)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@ledger.job("collect.read")
def read(job: ledger.JobHandle) -> None:
    def progress(done: int, total: int) -> None:
        job.progress(done, total, _("Memeriksa isian"))

    try:
        with _many_objects():
            actions.read(upload_id=job.params["upload"], now=timezone.now(), progress=progress)
    except Exception:
        actions.fail(upload_id=job.params["upload"])
        raise


@ledger.job("collect.store")
def store(job: ledger.JobHandle) -> None:
    try:
        with _many_objects():
            actions.store(upload_id=job.params["upload"], now=timezone.now())
    except Exception:
        actions.fail(upload_id=job.params["upload"])
        raise
