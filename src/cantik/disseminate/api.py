"""The door of disseminate: what has been released, as the rooms after it may tell it."""

from .actions import write_foreword
from .publishers import Published, Topic, releases, topics

__all__ = ["Published", "Topic", "releases", "topics", "write_foreword"]
