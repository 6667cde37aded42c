"""Jobs: a row in our own database, written in the transaction of what asks for it.

The queue's row (django-tasks) says what a worker takes next; ours says who asked, how far it is and
how it ended. A job may be started again after a worker was killed, so its work must bear that.
"""

import logging
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from cantik.ledger.crypto import random_id
from cantik.ledger.files import Missing, sweep
from cantik.ledger.models import Job

MOST_STARTS = 3
QUEUE_KEPT = timedelta(days=30)  # ketentuan kami; our own row stays
logger = logging.getLogger("cantik.jobs")


class JobFailed(Exception):
    """Raised by a job with the kind of its failure; the kind never holds personal data."""


@dataclass(frozen=True)
class JobHandle:
    id: str
    params: Mapping[str, Any]
    actor_id: str
    area_id: str

    def progress(self, done: int, total: int, words: str = "") -> None:
        """Say how far the job is. Inside a transaction nobody could see it, so it is left out."""
        if not connection.in_atomic_block:
            Job.objects.filter(id=self.id).update(done=done, total=total, words=words[:200])


@dataclass(frozen=True)
class JobView:
    """``state``: waiting, running, done or failed; ``failure`` is a kind, for the room to word."""

    id: str
    kind: str
    state: str
    done: int
    total: int
    words: str
    failure: str
    area_id: str


JOBS: dict[str, Callable[[JobHandle], None]] = {}


def job(kind: str) -> Callable[[Callable[[JobHandle], None]], Callable[[JobHandle], None]]:
    """Register the work of a kind of job ("room.verb")."""

    def keep(work: Callable[[JobHandle], None]) -> Callable[[JobHandle], None]:
        JOBS[kind] = work
        return work

    return keep


def enqueue(
    *, kind: str, params: Mapping[str, Any], actor: Any, area_id: str, now: datetime
) -> Job:
    """Ask for a job in the caller's transaction. Raises LookupError for an unknown kind."""
    if kind not in JOBS:
        raise LookupError(kind)
    with transaction.atomic():
        row = Job.objects.create(
            id=random_id("j"),
            kind=kind,
            params=dict(params),
            area_id=area_id or "",
            at=now,
            actor_id=str(actor.pk) if actor is not None else "",
        )
        run.enqueue(row.id)
    row.refresh_from_db()
    return row


@task()  # type: ignore[untyped-decorator, unused-ignore]
def run(job_id: str) -> None:
    """What the worker calls. Nothing escapes: the queue would keep the text of the fault."""
    open_states = (Job.State.WAITING, Job.State.RUNNING)
    taken = Job.objects.filter(id=job_id, state__in=open_states)
    if not taken.update(state=Job.State.RUNNING, starts=F("starts") + 1):
        return
    row = Job.objects.get(id=job_id)
    handle = JobHandle(row.id, row.params, row.actor_id, row.area_id)
    try:
        work = JOBS.get(row.kind)
        if work is None:
            raise JobFailed("unknown_kind")
        if connection.in_atomic_block:
            with transaction.atomic():
                work(handle)
        else:
            work(handle)
    except JobFailed as failed:
        _fail(job_id, str(failed))
    except Exception as fault:
        # Only the kind of the fault and where it arose: its text could hold an answer.
        where = traceback.extract_tb(fault.__traceback__)[-1]
        place = f"{Path(where.filename).name}:{where.lineno}"
        logger.error("%s %s: %s at %s", row.kind, job_id, type(fault).__name__, place)
        _fail(job_id, type(fault).__name__)
    else:
        Job.objects.filter(id=job_id).update(state=Job.State.DONE)


def _fail(job_id: str, kind: str) -> None:
    Job.objects.filter(id=job_id).update(state=Job.State.FAILED, failure=kind[:60])


def waits(kind: str, area_id: str) -> bool:
    """Whether a job of this kind for this area has not begun yet: it will see what is new now."""
    return Job.objects.filter(kind=kind, area_id=area_id, state=Job.State.WAITING).exists()


def job_state(id: str) -> JobView:  # noqa: A002
    row = Job.objects.filter(id=id).first()
    if row is None:
        raise Missing(id)
    return JobView(
        row.id, row.kind, row.state, row.done, row.total, row.words, row.failure, row.area_id
    )


def recover(*, now: datetime) -> int:
    """Before the only worker starts: put back what a killed one had in hand; how many that were.

    The queue never takes a row again that a killed worker had claimed. A job that was started
    ``MOST_STARTS`` times without an end is what kills the worker: it fails instead.
    """
    ours = run.module_path
    again = 0
    with transaction.atomic():
        # Our rows first: one added while we look then has its place in the queue seen below.
        left = list(
            Job.objects.select_for_update()
            .filter(state__in=(Job.State.WAITING, Job.State.RUNNING))
            .order_by("at", "id")
        )
        queue = DBTaskResult.objects.filter(task_path=ours)
        queue.running().delete()
        queue.finished().filter(finished_at__lt=now - QUEUE_KEPT).delete()
        queued = {row.args_kwargs["args"][0] for row in queue.filter(status="READY")}
        for row in left:
            if row.id in queued:
                continue
            if row.starts >= MOST_STARTS:
                _fail(row.id, "stopped_too_often")
                continue
            Job.objects.filter(id=row.id).update(state=Job.State.WAITING, done=0)
            run.enqueue(row.id)
            again += 1
    sweep(now=now)
    return again
