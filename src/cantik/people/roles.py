"""The rights, read from ``roles.yaml``: role, capability, reach. Nothing here knows a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from cantik.kernel.text import Text, pick

FILE = Path(__file__).with_name("roles.yaml")
REACHES = ("own", "down")
WATCHES = ("progress", "publications", "topics", "metadata")


class BadRoles(ValueError):
    """The file of rights contradicts itself; the message names the entry."""


@dataclass(frozen=True)
class Role:
    name: str
    labels: Text
    labels_kelurahan: Text
    level: str
    can: frozenset[str]
    invites: tuple[str, ...]
    acting: bool  # may be held as Plt.
    watches: tuple[str, ...] = ()  # of the villages below, on the home page
    deputies: tuple[str, ...] = ()  # roles whose holders may act in this one's name (a.n.)

    def label_for(
        self, village_kind: str = "", *, acting: bool = False, behalf: bool = False
    ) -> str:
        from django.utils.translation import get_language

        texts = self.labels_kelurahan if village_kind == "kelurahan" else self.labels
        return ("a.n. " if behalf else "Plt. " if acting else "") + pick(
            texts, get_language() or "id"
        )


@dataclass(frozen=True)
class Rights:
    capabilities: Mapping[str, str]
    roles: Mapping[str, Role]

    def reach(self, capability: str) -> str:
        """Raises KeyError for a capability nobody has defined: a misspelt page must not open."""
        return self.capabilities[capability]

    def handed_out_in_the_end(self, role: str) -> frozenset[str]:
        """Roles someone with this role hands out, and those the invited hand out, and so on."""
        found: set[str] = set()
        waiting = list(self.roles[role].invites)
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self.roles[one].invites
        return frozenset(found)


def read(raw: Mapping[str, Any]) -> Rights:
    """Check and read the content of a rights file. Raises BadRoles."""
    capabilities = dict(raw["capabilities"])
    for name, reach in capabilities.items():
        if reach not in REACHES:
            raise BadRoles(f"{name}: {reach}")
    roles: dict[str, Role] = {}
    for name, given in raw["roles"].items():
        unknown = set(given["can"]) - set(capabilities)
        if unknown:
            raise BadRoles(f"{name}: {sorted(unknown)}")
        if set(given["invites"]) - set(raw["roles"]):
            raise BadRoles(f"{name}: invites")
        if set(given.get("watches", ())) - set(WATCHES):
            raise BadRoles(f"{name}: watches")
        if set(given.get("deputies", ())) - set(raw["roles"]):
            raise BadRoles(f"{name}: deputies")
        labels = dict(given["label"])
        roles[name] = Role(
            name,
            labels,
            dict(given.get("label_kelurahan", labels)),
            given["level"],
            frozenset(given["can"]),
            tuple(given["invites"]),
            bool(given.get("acting", False)),
            tuple(given.get("watches", ())),
            tuple(given.get("deputies", ())),
        )
    return Rights(capabilities, roles)


@cache
def rights() -> Rights:
    return read(yaml.safe_load(FILE.read_text(encoding="utf-8")))
