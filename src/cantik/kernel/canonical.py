"""One way to write a value as bytes, so that equal content has equal bytes and one hash.

Sorted keys, UTF-8, no spaces. Floating numbers are refused: their text depends on the writer, and
no count or percent of ours needs them.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


class NotCanonical(ValueError):
    """The value holds something that has no single written form (a float, a key not text)."""


def dumps(value: Any) -> bytes:
    """JSON bytes of ``value``: text, whole numbers, booleans, None, lists, tuples and mappings."""
    return json.dumps(
        _plain(value, "$"),
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        allow_nan=False,
    ).encode("utf-8")


def digest(data: bytes) -> str:
    """sha256 of ``data`` in lower hexadecimal (64 characters)."""
    return hashlib.sha256(data).hexdigest()


def _plain(value: Any, place: str) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise NotCanonical(f"{place}: broken text") from None
        return str(value)
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise NotCanonical(f"{place}: a key must be text, not {type(key).__name__}")
        return {str(key): _plain(item, f"{place}.{key}") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, f"{place}[{at}]") for at, item in enumerate(value)]
    raise NotCanonical(f"{place}: {type(value).__name__} has no canonical form")
