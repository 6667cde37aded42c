"""The words and stages of a programme's rulebook. Pure but for the reading, kept by hash."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cantik.assess import api as assess
from cantik.coach import stages as steps
from cantik.kernel.text import Text

NAME = "desa_cantik"


@dataclass(frozen=True)
class Book:
    """``owners`` say who leads a stage, ``team`` the parts in a coaching team."""

    name: str
    version: str
    source: Text
    unconfirmed: bool
    stages: tuple[steps.Stage, ...]
    owners: Mapping[str, Text]
    owners_kelurahan: Mapping[str, Text]
    team: Mapping[str, Text]
    stuck_days: int

    def owner(self, id_: str, village_kind: str) -> Text:
        own = self.owners_kelurahan if village_kind == "kelurahan" else {}
        return own.get(id_) or self.owners[id_]

    def requirement(self, id_: str) -> tuple[steps.Stage, steps.Requirement] | None:
        return next(
            ((stage, need) for stage in self.stages for need in stage.needs if need.id == id_), None
        )

    def files(self, level: str) -> list[tuple[steps.Stage, steps.Requirement]]:
        """Requirements that a file proves, of one level, in their order."""
        return [
            (stage, need)
            for stage in self.stages
            for need in stage.needs
            if need.kind == steps.FILE and need.level == level
        ]


def read(data: Mapping[str, Any]) -> Book:
    """Raises steps.BadStages."""
    found = steps.read(data)
    for name in ("owners", "team"):
        if not data.get(name):
            raise steps.BadStages(f"{name}: missing")
    return Book(
        str(data["name"]),
        str(data["version"]),
        data["source"],
        bool(data.get("unconfirmed")),
        found,
        data["owners"],
        data.get("owners_kelurahan") or {},
        data["team"],
        int(data.get("stuck_days", 21)),
    )


@lru_cache(maxsize=16)
def book(hash_: str) -> Book:
    """The rulebook of a programme. Raises assess' own error for a hash that was never loaded."""
    return read(assess.rulebook(hash_).content)


def latest() -> str:
    """Hash of the newest rulebook of stages."""
    return assess.latest(NAME).hash
