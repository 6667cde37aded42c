"""How long the vault keeps what, and what of it is due. It lists; a person decides and erases."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import yaml

from cantik.vault.models import DataKey, Lookup, Original, PurposeLine, SealedIdentity


@dataclass(frozen=True)
class Rule:
    """Months a kind of thing is kept, and why."""

    months: int
    why: str


@dataclass(frozen=True)
class Due:
    """``count`` things of one ``kind`` that should have gone on ``since``."""

    village_id: str
    activity_id: str
    kind: str
    since: datetime
    count: int


COUNTED: dict[str, Callable[[str, str], int]] = {
    "identity": lambda village, activity: SealedIdentity.objects.filter(
        village_id=village, activity_id=activity
    ).count(),
    "originals": lambda village, activity: Original.objects.filter(
        village_id=village, activity_id=activity
    ).count(),
    "lookups": lambda _village, activity: Lookup.objects.filter(activity_id=activity).count(),
    "purpose_log": lambda village, activity: PurposeLine.objects.filter(
        village_id=village, activity_id=activity
    ).count(),
}


@lru_cache(maxsize=1)
def policy() -> dict[str, Rule]:
    """Raises ValueError when the file and what we can count do not name the same kinds."""
    read = yaml.safe_load((Path(__file__).parent / "retention.yaml").read_text("utf-8"))
    rules = {kind: Rule(int(rule["months"]), str(rule["why"])) for kind, rule in read.items()}
    if set(rules) != set(COUNTED) or any(rule.months < 1 for rule in rules.values()):
        raise ValueError("retention.yaml")
    return rules


def after(start: datetime, months: int) -> datetime:
    """The same day so many months later; the last day of a shorter month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    for day in range(start.day, 27, -1):
        try:
            return start.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return start.replace(year=year, month=month + 1)


def due(*, now: datetime) -> list[Due]:
    """What is kept longer than the policy allows, oldest first."""
    found = []
    for key in DataKey.objects.order_by("at", "activity_id"):
        for kind, rule in policy().items():
            since = after(key.at, rule.months)
            if since > now:
                continue
            if count := COUNTED[kind](key.village_id, key.activity_id):
                found.append(Due(key.village_id, key.activity_id, kind, since, count))
    return found
