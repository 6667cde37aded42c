"""What a person does in this room; proposing and deciding are actions of protect."""

from datetime import datetime
from typing import Any

from django.db import transaction

from cantik.ledger import api as ledger
from cantik.people import api as people
from cantik.protect import api as protect

PUBLISH = "disseminate.publish"


@transaction.atomic
def publish_again(*, actor: Any, village_id: str, now: datetime) -> int:
    """Ask anew for the publishing of a village whose folder lags behind its decisions (a full disk,
    say). Nothing new is decided. How many releases were asked for; 0 when nothing lags."""
    people.check_can(actor, "release.decide", village_id)
    late = lagging(village_id)
    for one in late:
        ledger.enqueue(
            kind=PUBLISH, params={"release": one.id}, actor=actor, area_id=village_id, now=now
        )
        ledger.record(
            actor=actor,
            verb="disseminate.publish_again",
            thing="release",
            thing_id=one.id,
            area_id=village_id,
            now=now,
        )
    return len(late)


def lagging(village_id: str) -> list[protect.Release]:
    """Releases whose last job to publish failed."""
    late = []
    for one in protect.releases(village_id):
        jobs = ledger.Job.objects.filter(kind=PUBLISH, params__release=one.id)
        last = jobs.order_by("-at", "-id").first()
        if last is not None and last.state == ledger.Job.State.FAILED:
            late.append(one)
    return late
