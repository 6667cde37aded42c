"""A fault of a pack: where it stands and what no longer fits, for the person who writes packs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    file: str
    item: str
    words: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.item, self.words) if part)


class BadPack(ValueError):
    """The files are no pack, or do not fit together; ``faults`` tells all that was found."""

    def __init__(self, faults: "list[Fault] | list[str]") -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = [str(fault) for fault in faults]
