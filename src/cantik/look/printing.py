"""Pages for paper: a typst document and its data become PDF or a picture.

Each is set in a process of its own (``typesetting``). The same document and data give the same
bytes: no clock, no system fonts, nothing from the network.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import typesetting

FONTS = Path(__file__).with_name("print_fonts")
LONGEST_SECONDS = 300
MEMORY = "/dev/shm"  # noqa: S108 a folder of our own is made in it, closed to others


class NotPrinted(RuntimeError):
    """A document could not be set; only the kind of fault is told, since its text quotes words."""


@dataclass(frozen=True)
class Order:
    """One file to be made of a document; ``inputs`` are read by the document."""

    format: str
    ppi: int = 0
    inputs: Mapping[str, str] = field(default_factory=dict)


def typeset(
    sources: Sequence[Path],
    data: Mapping[str, Any],
    orders: Sequence[Order],
    *,
    private: bool = False,
) -> list[bytes]:
    """Set the first of the sources, which may read the others and ``data.json``. Raises
    NotPrinted. What is ``private`` stays in memory where the system has a place for that."""
    memory = MEMORY if private and os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="cantik-", dir=memory) as place:
        folder = Path(place)
        for one in sources:
            (folder / one.name).write_bytes(one.read_bytes())
        (folder / "data.json").write_text(json.dumps(data), encoding="utf-8")
        listed = [
            {
                "source": sources[0].name,
                "format": one.format,
                "ppi": one.ppi,
                "inputs": dict(one.inputs),
                "result": f"{at}.{one.format}",
            }
            for at, one in enumerate(orders)
        ]
        (folder / typesetting.ORDERS).write_text(json.dumps(listed), encoding="utf-8")
        done = subprocess.run(  # noqa: S603 our own file and a folder we made
            [sys.executable, typesetting.__file__, place, str(FONTS)],
            capture_output=True,
            check=False,
            timeout=LONGEST_SECONDS,
        )
        if done.returncode:
            fault = folder / typesetting.FAULT
            raise NotPrinted(fault.read_text("utf-8") if fault.exists() else "stopped")
        return [(folder / str(one["result"])).read_bytes() for one in listed]
