"""Rulebooks as they were loaded: immutable, known by the hash of their canonical content."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from cantik.kernel import scorecard
from cantik.ledger import api as ledger

from . import reading
from .models import Rulebook

FOLDER = Path(__file__).resolve().parents[1] / "rulebooks"
SCORECARD = "scorecard"

# kind -> what has to hold of a rulebook of that kind; raises ValueError with the smallest words of
# where it does not. A room that reads a kind registers its check.
CHECKS: dict[str, Callable[[Mapping[str, Any]], object]] = {}


class NoRulebook(LookupError):
    """Nothing of that hash or name was loaded."""


@dataclass(frozen=True)
class RulebookInfo:
    """``content`` is the rulebook itself as plain data; do not change it."""

    hash: str
    name: str
    kind: str
    version: str
    year: int | None
    complete: bool
    content: Mapping[str, Any]
    loaded_by_id: int | None
    loaded_at: datetime

    @property
    def title(self) -> Mapping[str, str]:
        found: Mapping[str, str] = self.content.get("title") or {"id": self.name}
        return found

    @property
    def source(self) -> Mapping[str, str]:
        found: Mapping[str, str] = self.content.get("source") or {}
        return found

    @property
    def card(self) -> scorecard.Scorecard:
        return card_of(self.hash)

    @property
    def layers(self) -> "tuple[Layer, ...]":
        return layers(self.content)


@dataclass(frozen=True)
class Layer:
    """Who answers, one after another; ``capability`` is asked for in the area of the sheet."""

    id: str
    title: Mapping[str, str]
    capability: str


def layers(content: Mapping[str, Any]) -> tuple[Layer, ...]:
    return tuple(
        Layer(one["id"], one.get("title") or {"id": one["id"]}, one["capability"])
        for one in content.get("layers") or ()
    )


@lru_cache(maxsize=64)
def _card(content: str) -> scorecard.Scorecard:
    return scorecard.read(json.loads(content))


def card_of(hash_: str) -> scorecard.Scorecard:
    return _card(_row(hash_).content)


def check(content: Mapping[str, Any]) -> None:
    """Raises ValueError (BadScorecard, NotReadable, ...) for content that may not be loaded."""
    _name, kind, _version, _year, _complete = reading.header(content)
    found = CHECKS.get(kind)
    if found is not None:
        found(content)


def put(
    *, content: Mapping[str, Any], actor: Any = None, now: datetime
) -> tuple[RulebookInfo, bool]:
    """Keep a rulebook that holds; whether it is new here. Raises what ``check`` raises."""
    check(content)
    name, kind, version, year, complete = reading.header(content)
    hash_, text = reading.content(content)
    with transaction.atomic():
        row, made = Rulebook.objects.get_or_create(
            hash=hash_,
            defaults={
                "name": name, "version": version, "year": year, "content": text,
                "complete": complete, "loaded_by": actor, "loaded_at": now,
            },
        )  # fmt: skip
        if made:
            ledger.record(
                actor=actor, verb="assess.load_rulebook", thing="rulebook", thing_id=hash_, now=now,
                detail={"name": name, "version": version, "kind": kind},
            )  # fmt: skip
    return _info(row), made


def bundled() -> dict[str, dict[str, Any]]:
    """The rulebooks that come with the program, by file name."""
    return {
        path.name: reading.read_yaml(path.read_bytes()) for path in sorted(FOLDER.glob("*.yaml"))
    }


def load_rulebooks(*, now: datetime) -> list[RulebookInfo]:
    """Load what comes with the program; what stands already stays as it is."""
    return [put(content=content, now=now)[0] for content in bundled().values()]


@lru_cache(maxsize=1)
def _bundled_hashes() -> frozenset[str]:
    return frozenset(reading.content(one)[0] for one in bundled().values())


def ensure(*, now: datetime) -> None:
    """Load what comes with the program where something of it is missing."""
    wanted = _bundled_hashes()
    if Rulebook.objects.filter(pk__in=wanted).count() < len(wanted):
        load_rulebooks(now=now)


def _row(hash_: str) -> Rulebook:
    row = Rulebook.objects.filter(pk=hash_).first()
    if row is None:
        raise NoRulebook(hash_)
    return row


def _info(row: Rulebook) -> RulebookInfo:
    content = json.loads(row.content)
    return RulebookInfo(
        row.hash, row.name, content["kind"], row.version, row.year, row.complete, content,
        row.loaded_by_id, row.loaded_at,
    )  # fmt: skip


def rulebook(hash_: str) -> RulebookInfo:
    """Raises NoRulebook."""
    return _info(_row(hash_))


def latest(name: str, year: int | None = None) -> RulebookInfo:
    """The one that holds: of the year when one was loaded for it, else of the newest year up to it,
    else the newest; of several the last loaded. Raises NoRulebook."""
    found = list(Rulebook.objects.filter(name=name))
    if not found:
        load_rulebooks(now=timezone.now())
        found = list(Rulebook.objects.filter(name=name))
    if not found:
        raise NoRulebook(name)
    if year is not None:
        found = [one for one in found if one.year is None or one.year <= year] or found
    return _info(max(found, key=lambda one: (one.year or 0, one.loaded_at, one.version)))


def rulebooks(kind: str = "") -> list[RulebookInfo]:
    """All that were loaded, by name, the newest first."""
    found = [_info(row) for row in Rulebook.objects.all()]
    return [one for one in found if not kind or one.kind == kind]


def _check_scorecard(content: Mapping[str, Any]) -> None:
    scorecard.read(content)
    ids = []
    for at, one in enumerate(content.get("layers") or ()):
        if not isinstance(one, dict) or not one.get("id") or not one.get("capability"):
            raise reading.NotReadable("header", f"layers/{at + 1}")
        ids.append(one["id"])
    if not ids or len(set(ids)) != len(ids):
        raise reading.NotReadable("header", "layers")


CHECKS[SCORECARD] = _check_scorecard
