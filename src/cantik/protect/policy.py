"""The numbers of the protection method, read from policy.yaml (ketentuan kami)."""

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml


@dataclass(frozen=True)
class Method:
    """``base`` is the threshold too; no rounded count moves by more than ``largest_step`` unless
    it was smaller than ``base``."""

    base: int
    largest_step: int

    def __post_init__(self) -> None:
        if self.base < 2 or not 0 <= self.largest_step < self.base:
            raise ValueError("a step is smaller than the base")


@dataclass(frozen=True)
class Policy:
    version: str
    smallest_area: int
    methods: dict[str, Method]
    most_sensitive_classes: int
    fewest_quotes: int
    completeness_warning_percent: int
    audit_rounds: int
    audit_seconds: int


def read(data: dict[str, Any]) -> Policy:
    """Raises KeyError for a missing number and ValueError for an impossible one."""
    return Policy(
        version=str(data["version"]),
        smallest_area=int(data["smallest_area"]),
        methods={
            name: Method(int(data[name]["base"]), int(data[name]["largest_step"]))
            for name in ("restricted", "sensitive")
        },
        most_sensitive_classes=int(data["sensitive"]["most_classes"]),
        fewest_quotes=int(data["series"]["fewest_quotes"]),
        completeness_warning_percent=int(data["completeness_warning_percent"]),
        audit_rounds=int(data["audit_rounds"]),
        audit_seconds=int(data["audit_seconds"]),
    )


@lru_cache(maxsize=1)
def policy() -> Policy:
    text = resources.files("cantik.protect").joinpath("policy.yaml").read_text("utf-8")
    return read(yaml.safe_load(text))
