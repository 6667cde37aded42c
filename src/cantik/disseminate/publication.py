"""One release, or a proposal of one, as its files tell it. Pure: the reader of bytes is given.

The same class stands behind the public pages and behind the approval screen, so what is approved
is read exactly as it will be read by the public.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cantik.kernel.text import Text, as_said_in

from .series import PriceSeries
from .sheet import Sheet, sheet

FACTS, INDICATORS, BOOK = "release.json", "indicators.json", "buku.pdf"
POSTER, PICTURE = "infografis.pdf", "infografis.png"
WORKBOOK = "tabel.xlsx"


class NotReleased(Exception):
    """There is no such release, table or file to be read."""


@dataclass(frozen=True)
class Place:
    """The village as a released file names it, for headers and banners."""

    id: str
    label: str
    name: str
    kind: str
    village_kind: str
    time_zone: str
    above: tuple[str, ...]
    head: str
    level: str = "desa"

    @property
    def full_label(self) -> str:
        return f"{self.label}, {self.around}"

    @property
    def around(self) -> str:
        """The places above, the nearest first."""
        return ", ".join(reversed(self.above))


@dataclass(frozen=True)
class Collected:
    """How many families answered, out of how many; ``target`` 0 means that nobody knows."""

    families: int
    target: int
    refused: int
    edits: int
    explained: int
    warn_below: int

    @property
    def incomplete(self) -> bool:
        return self.target > 0 and self.families * 100 < self.target * self.warn_below


def table_file(table_id: str, end: str) -> str:
    return f"tabel/{table_id}.{end}"


def series_file(series_id: str, end: str) -> str:
    return f"deret/{series_id}.{end}"


def _said(kind: str, given: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {**given, **{name: as_said_in(given[name], kind) for name in names if given.get(name)}}


def chapters_in(kind: str, chapters: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Words of the pack about chapters as the kind of village says them: lurah, kelurahan, RW."""
    return [_said(kind, one, "title", "words") for one in chapters]


def indicators_in(kind: str, indicators: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same for indicators."""
    texts = ("title", "sentence", "question", "concept", "definition", "interpretation")
    return [_said(kind, one, *texts) for one in indicators]


class Publication:
    """``get`` gives the bytes of a file by name or raises NotReleased."""

    def __init__(self, get: Callable[[str], bytes], sizes: Mapping[str, int]) -> None:
        self._get = get
        self.sizes = sizes

    def size(self, name: str) -> int | None:
        """Bytes of a file; None when this release has no such file."""
        try:
            return self.sizes[name]
        except (KeyError, NotReleased):
            return None

    @cached_property
    def facts(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self._get(FACTS))
        return read

    @property
    def together(self) -> list[dict[str, Any]]:
        """The other releases that the book holds: number, title and pack of each."""
        return list(self.facts.get("together", ()))

    @cached_property
    def village(self) -> Place:
        given = {**self.facts["village"]}
        given["above"] = tuple(given["above"])
        return Place(**given)

    @cached_property
    def collected(self) -> Collected:
        return Collected(**self.facts["collected"])

    @cached_property
    def indicators(self) -> list[dict[str, Any]]:
        read: list[dict[str, Any]] = json.loads(self._get(INDICATORS))
        return indicators_in(self.village.village_kind, read)

    @property
    def chapters(self) -> list[dict[str, Any]]:
        return chapters_in(self.village.village_kind, self.facts["chapters"])

    @property
    def title(self) -> Text:
        title: Text = self.facts["title"]
        return title

    @property
    def table_ids(self) -> list[str]:
        return [one["id"] for one in self.facts["tables"]]

    def sheet(self, table_id: str) -> Sheet:
        return sheet(json.loads(self._table(table_id, "json")), self.village.village_kind)

    def csv(self, table_id: str) -> bytes:
        return self._table(table_id, "csv")

    def xlsx(self, table_id: str) -> bytes:
        """Raises NotReleased for releases from before there were workbooks."""
        return self._table(table_id, "xlsx")

    @property
    def series_ids(self) -> list[str]:
        return [one["id"] for one in self.facts.get("series", ())]

    def series(self, series_id: str) -> PriceSeries:
        return PriceSeries(json.loads(self._of_series(series_id, "json")))

    def series_file(self, series_id: str, end: str) -> bytes:
        return self._of_series(series_id, end)

    def _of_series(self, series_id: str, end: str) -> bytes:
        if series_id not in self.series_ids:
            raise NotReleased(series_id[:20])
        return self._get(series_file(series_id, end))

    def workbook(self) -> bytes:
        return self._get(WORKBOOK)

    def infographic(self, name: str) -> bytes:
        """Raises NotReleased for a release of before there were any."""
        return self._get(name)

    def book(self) -> bytes:
        return self._get(BOOK)

    def _table(self, table_id: str, end: str) -> bytes:
        if table_id not in self.table_ids:
            raise NotReleased(table_id[:20])
        return self._get(table_file(table_id, end))
