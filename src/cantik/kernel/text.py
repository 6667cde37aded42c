"""Words in two languages as content carries them; the mark for words translated later."""

import re
from collections.abc import Mapping
from typing import TypeAlias

Text: TypeAlias = Mapping[str, str]  # {"id": ..., "en": ...}

SOURCE = "id"


def pick(text: Text, language: str) -> str:
    """The words of ``text`` in ``language`` ("en-gb" counts as "en"); Indonesian when missing."""
    short = language.split("-", 1)[0].lower()
    return text.get(short) or text.get(SOURCE) or next((t for t in text.values() if t), "")


_KELURAHAN = {
    # What names both already must not become "kelurahan atau kelurahan".
    "kepala desa atau lurah": "lurah",
    "desa atau kelurahan": "kelurahan",
    "desa/kelurahan": "kelurahan",
    "dusun atau RW": "RW",
    "dusun/RW": "RW",
    "kepala desa": "lurah",
    "kepala dusun": "ketua RW",
    "desa": "kelurahan",
    "dusun": "RW",
}
_NAMED = re.compile(rf"\b(?:{'|'.join(map(re.escape, _KELURAHAN))})\b")


def as_said_in(text: Text, village_kind: str) -> Text:
    """The Indonesian words of ``text`` as a kelurahan says them: lurah, kelurahan, RW. Only what is
    written small is a common word; "Dana Desa" and other names stay."""
    if village_kind != "kelurahan" or SOURCE not in text:
        return text
    return {**text, SOURCE: _NAMED.sub(lambda found: _KELURAHAN[found[0]], text[SOURCE])}


def complete(text: Text, languages: tuple[str, ...] = ("id", "en")) -> tuple[str, ...]:
    """The languages in which ``text`` has no words; empty when it is complete."""
    return tuple(language for language in languages if not text.get(language, "").strip())


def N_(message: str) -> str:  # noqa: N802  the name gettext tools know
    """Mark ``message`` for translation where there is no Django; it is translated when shown."""
    return message
