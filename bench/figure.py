"""A figure as it is printed, and how its runs are timed."""

import json
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.journey.installation import Installation, installation


class NotMeasured(Exception):
    """The figure could not be measured; the text says why."""


@dataclass(frozen=True)
class Figure:
    """``value`` is the median of ``runs``; ``compared_with`` was measured in the same run."""

    name: str
    value: float
    unit: str
    runs: int
    compared_with: Mapping[str, object] = field(default_factory=dict)

    def line(self) -> str:
        return json.dumps(
            {
                "name": self.name,
                "value": round(self.value, 4),
                "unit": self.unit,
                "runs": self.runs,
                "compared_with": dict(self.compared_with),
            },
            ensure_ascii=False,
        )

    @classmethod
    def from_line(cls, line: str) -> "Figure":
        """Read what ``line`` wrote, as a measuring process hands it back."""
        return cls(**json.loads(line))


def median_seconds(work: Callable[[], object], runs: int) -> float:
    """The median wall time of ``runs`` runs, after one that is not counted."""
    work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


@contextmanager
def fresh(**settings: str) -> Iterator[Installation]:
    """An installation with its own home, key and SQLite database, ready to serve."""
    with (
        TemporaryDirectory(prefix="cantik-bench-") as home,
        installation(Path(home), settings) as place,
    ):
        place.environment["DATABASE_URL"] = ""
        try:
            place.run("prepare")
        except AssertionError as failed:
            raise NotMeasured(f"`cantik prepare` failed: {str(failed)[-400:]}") from None
        yield place


def measured(place: Installation, module: str) -> Iterator[Figure]:
    """The figures that ``bench.<module>.measure`` yields inside the installation."""
    source = (
        f"from bench.{module} import measure\nfor figure in measure():\n    print(figure.line())\n"
    )
    try:
        printed = place.python(source)
    except AssertionError as failed:
        raise NotMeasured(str(failed)[-600:]) from None
    for line in printed.splitlines():
        if line.startswith("{"):
            yield Figure.from_line(line)
