"""The door of disseminate: what has been released, as the rooms after it may tell it."""

from .actions import write_foreword
from .publishers import Published, Topic, releases, topics
from .reading import damaged
from .tasks import at_leisure, compare

__all__ = [
    "Published",
    "Topic",
    "at_leisure",
    "compare",
    "damaged",
    "releases",
    "topics",
    "write_foreword",
]
