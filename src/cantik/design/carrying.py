"""A pack as one file that can be carried to another village: its texts in a zip. Pure.

The same content gives the same bytes. What comes in is measured before it is unpacked, and is
checked as a whole by ``checks`` like every other pack.
"""

import csv
import io
import zipfile
from collections.abc import Mapping
from typing import Any

import yaml

from .reading import FILES, LARGEST, Content

LARGEST_FILE = 2 * 1024 * 1024
_DAY = (1980, 1, 1, 0, 0, 0)  # a zip must say one; the content has no date


class NotCarried(Exception):
    """The file is no pack that was carried; ``code`` is not_zip, too_large or not_pack."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def packed(content: Content) -> bytes:
    """The pack's files in one zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in (name for name in FILES if name in content):
            info = zipfile.ZipInfo(name, _DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, _text(name, content[name]))
    return out.getvalue()


class _Plain(yaml.SafeDumper):
    """What stands twice is written twice: nothing that refers back is read again."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(name: str, value: Any) -> str:
    if not name.endswith(".csv"):
        return yaml.dump(value, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=100)
    headings = list(dict.fromkeys(key for row in value for key in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, headings, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(value)
    return out.getvalue()


def unpacked(data: bytes) -> Mapping[str, str]:
    """The texts of the files by name. Raises NotCarried before anything large is unpacked."""
    if len(data) > LARGEST_FILE:
        raise NotCarried("too_large")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            named = {entry.filename: entry for entry in archive.infolist()}
            if not set(FILES) & set(named):
                raise NotCarried("not_pack")
            found = {}
            for name in FILES:
                if name in named:
                    with archive.open(named[name]) as stream:
                        text = stream.read(LARGEST + 1)
                    if len(text) > LARGEST:
                        raise NotCarried("too_large")
                    found[name] = text.decode("utf-8", errors="replace")
            return found
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        raise NotCarried("not_zip") from None
