"""One thing a person should do next, as every room tells it to the home page."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """``title`` begins with the verb; ``why`` is one sentence; ``chip`` is a state known to
    ``cantik.look.states`` or ""; ``minutes`` about how long it takes, 0 when nobody can say;
    ``url`` and ``button`` lead to the one page where it is done. What is not ``pressing`` is worth
    doing when there is time, and fills the list up. ``until_released`` is what no longer presses
    once the figures of the activity ``activity_id`` are out."""

    title: str
    why: str
    chip: str
    minutes: int
    url: str
    button: str
    until_released: bool = False
    activity_id: str = ""
    pressing: bool = True
