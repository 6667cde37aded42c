"""Print one JSON line per figure: ``python -m bench [ONLY=group]``.

Groups: import, village, portal, book, coach. ``ONLY`` takes a group or the full name of a figure.
A figure that cannot be measured is told on standard error and makes the exit code 1.
"""

import os
import sys
from collections.abc import Callable, Iterator

from bench import books, coaching, importing, portal, village
from bench.figure import Figure, NotMeasured

GROUPS: dict[str, Callable[[], Iterator[Figure]]] = {
    "import": importing.figures,
    "village": village.figures,
    "portal": portal.figures,
    "book": books.figures,
    "coach": coaching.figures,
}


def wanted(arguments: list[str]) -> str:
    """The group or figure asked for, "" for all."""
    named = [argument.removeprefix("ONLY=") for argument in arguments]
    return (named or [os.environ.get("ONLY", "")])[0]


def main(arguments: list[str]) -> int:
    only = wanted(arguments)
    group = only.split(".", 1)[0]
    if group and group not in GROUPS:
        print(f"No group {group!r}. There are: {', '.join(GROUPS)}", file=sys.stderr)
        return 2
    missing = 0
    for name in [group] if group else list(GROUPS):
        try:
            for figure in GROUPS[name]():
                if only in ("", name, figure.name):
                    print(figure.line(), flush=True)
        except NotMeasured as reason:
            missing += 1
            print(f"{name}: not measured: {reason}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
