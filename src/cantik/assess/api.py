"""The door of assess: rulebooks by hash, evidence, sheets with their answers and scores."""

from collections.abc import Callable
from dataclasses import dataclass

from .evidence import (
    EvidenceInfo,
    add_evidence,
    check_file,
    evidence,
    evidence_by,
    evidence_file,
    evidence_of,
    may_see,
    media_of,
    uses,
    withdraw_evidence,
)
from .reading import NotReadable
from .rulebooks import (
    CHECKS,
    Layer,
    NoRulebook,
    RulebookInfo,
    bundled,
    latest,
    load_rulebooks,
    put,
    rulebook,
    rulebooks,
)
from .sheets import (
    Given,
    SheetInfo,
    answer,
    answers,
    close,
    evidence_on,
    history,
    open_sheet,
    returns,
    score,
    send_back,
    sheet,
    sheets,
    sheets_by,
    submit,
    use_evidence,
)

__all__ = [
    "CHECKS",
    "PROPOSE",
    "EvidenceInfo",
    "Found",
    "Given",
    "Layer",
    "NoRulebook",
    "NotReadable",
    "RulebookInfo",
    "SheetInfo",
    "add_evidence",
    "answer",
    "answers",
    "bundled",
    "check_file",
    "close",
    "evidence",
    "evidence_by",
    "evidence_file",
    "evidence_of",
    "evidence_on",
    "files",
    "history",
    "latest",
    "load_rulebooks",
    "may_see",
    "media_of",
    "open_sheet",
    "put",
    "returns",
    "rulebook",
    "rulebooks",
    "score",
    "send_back",
    "sheet",
    "sheets",
    "sheets_by",
    "submit",
    "use_evidence",
    "uses",
    "withdraw_evidence",
]

files = evidence_file


@dataclass(frozen=True)
class Found:
    """Something of the house that may prove an item: what to call it and where to look at it.
    ``thing`` and ``thing_id`` name it when it is taken as evidence."""

    label: str
    url: str
    thing: str
    thing_id: str


# name in a rulebook's ``propose`` -> finder(sheet, item id). Rooms that hold such things register.
PROPOSE: dict[str, Callable[[SheetInfo, str], list[Found]]] = {}
