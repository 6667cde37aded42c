"""Identity with most of it covered, to tell two entries apart on a screen without reading them."""

import re
from collections.abc import Mapping
from typing import Any

from cantik.kernel import numbers

COVER = "•••"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"[+\d][\d .-]*")


def masked(value: Any) -> Any:
    """The same shape as ``value`` with every text and number covered.

    "Siti Aminah" -> "S••• A•••"; a number as ``kernel.numbers.mask``; a date not at all.
    """
    if isinstance(value, Mapping):
        return {name: masked(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [masked(part) for part in value]
    if value is None or value == "":
        return value
    text = str(value)
    if _DATE.fullmatch(text):
        return COVER
    if _NUMBER.fullmatch(text):
        return numbers.mask(text)
    return " ".join((word[0] if word[0].isalpha() else "") + COVER for word in text.split())
