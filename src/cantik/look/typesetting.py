"""Sets pages in a process of its own: ``python typesetting.py FOLDER`` reads FOLDER/orders.json.

What typst remembers from one document for the next would otherwise stay in the worker for good,
some 40 MiB a book. Only typst is needed here, no Django; what goes wrong is told by its kind alone,
since the text of a fault quotes the document.
"""

import json
import sys
from pathlib import Path

ORDERS, FAULT = "orders.json", "fault"


def main(place: str, fonts: str) -> int:
    """0 when every order was made; else 1, with the kind of fault in the file ``fault``."""
    import typst

    folder = Path(place)
    for order in json.loads((folder / ORDERS).read_text(encoding="utf-8")):
        given = {"ppi": order["ppi"]} if order["ppi"] else {}
        try:
            made = typst.compile(
                str(folder / order["source"]),
                root=place,
                font_paths=[fonts],
                ignore_system_fonts=True,
                format=order["format"],
                timestamp=0,
                package_path=place,
                package_cache_path=place,
                sys_inputs=order["inputs"],
                **given,
            )
        except typst.TypstError as fault:
            (folder / FAULT).write_text(type(fault).__name__, encoding="utf-8")
            return 1
        (folder / order["result"]).write_bytes(bytes(made))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
