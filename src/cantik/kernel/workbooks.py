"""Whether a workbook is safe to open: what it claims to be, how large it grows. Pure.

Nothing of a file is looked at before its size, kind and unpacked size are known to be harmless.
"""

import io
import re
import zipfile

MOST_ENTRIES = 300
MOST_UNPACKED = 600 * 1024 * 1024
MOST_RATIO = 120
RATIO_FROM = 20 * 1024 * 1024  # small files may compress well
CHUNK = 1024 * 1024
LONGEST_TAG = 64 * 1024
FORMULA = re.compile(rb"<(?:\w{1,8}:)?f[\s/>]")
# A cell that does not say plainly that it stands within AZ399999. The reader lays out everything
# between the first cell and the last: one cell far away would take all memory.
NOT_PLACED = re.compile(
    rb"""<(?:\w{1,8}:)?c(?=[\s/>])"""
    rb"""(?!(?:\s+(?!r[\s=])[\w:]+="[^"<>]*")*\s+r="A?[A-Z][1-3]?\d{1,5}"[\s/>])"""
)


class Unsafe(Exception):
    """``code`` is too_large, old_or_locked, not_workbook, broken, bomb, macros, outside_links, far
    or formulas."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def guard(data: bytes, *, limit: int, formulas: bool = False) -> None:
    """Raises Unsafe for what is no plain workbook of at most ``limit`` bytes. Unpacks in small
    pieces to measure it; ``formulas`` says whether there may be any."""
    if len(data) > limit:
        raise Unsafe("too_large")
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise Unsafe("old_or_locked")
    if data[:2] != b"PK":
        raise Unsafe("not_workbook")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = _entries(archive, len(data))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError):
        raise Unsafe("broken") from None
    except RuntimeError:  # zipfile's word for an encrypted entry
        raise Unsafe("old_or_locked") from None
    if found and not formulas:
        raise Unsafe("formulas")


def _entries(archive: zipfile.ZipFile, packed: int) -> bool:
    """Whether there are formulas; Unsafe for everything else that must not be there."""
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_ENTRIES:
        raise Unsafe("bomb")
    if any("vbaproject" in name.lower() or (name.lower().endswith(".bin") and "vba" in name.lower())
           for name in names):  # fmt: skip
        raise Unsafe("macros")
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        raise Unsafe("not_workbook")
    if any(name.startswith("xl/externalLinks/") for name in names):
        raise Unsafe("outside_links")
    if any(name.lower().startswith("xl/macrosheets/") for name in names):
        raise Unsafe("macros")
    total = 0
    formulas = False
    for entry in entries:
        tail = b""
        with archive.open(entry) as stream:
            while chunk := stream.read(CHUNK):
                total += len(chunk)
                if total > MOST_UNPACKED or (total > RATIO_FROM and total > packed * MOST_RATIO):
                    raise Unsafe("bomb")
                if entry.filename == "[Content_Types].xml" and b"macroEnabled" in chunk:
                    raise Unsafe("macros")
                seen = tail + chunk
                whole = max(seen.rfind(b"<"), 0)  # the last tag may be cut
                tail = seen[whole:] if len(seen) - whole < LONGEST_TAG else b""
                # Every part: which of them is a sheet is said inside the file.
                if NOT_PLACED.search(seen, 0, whole if tail else len(seen)):
                    raise Unsafe("far")
                if entry.filename.startswith("xl/worksheets/"):
                    formulas = formulas or FORMULA.search(seen) is not None
    return formulas
