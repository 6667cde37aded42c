"""The two code schemes of Indonesian areas. Codes are text; no code is ever derived from another.

Kemendagri writes 65.02.09.2003 (province, regency, district, village; the village part begins with
1 for a kelurahan and 2 for a desa). BPS writes 6501010001 (2 + 2 + 3 + 3 digits).
"""

import re
from dataclasses import dataclass

_KEMENDAGRI = re.compile(r"(\d{2})(?:\.(\d{2})(?:\.(\d{2})(?:\.(\d{4}))?)?)?", re.ASCII)
_KEMENDAGRI_PLAIN = re.compile(r"(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{4}))?)?)?", re.ASCII)
_BPS = re.compile(r"(\d{2})(?:(\d{2})(?:(\d{3})(?:(\d{3}))?)?)?", re.ASCII)
LEVELS = ("provinsi", "kabupaten", "kecamatan", "desa")
_VILLAGE_KINDS = {"1": "kelurahan", "2": "desa"}


class BadCode(ValueError):
    """The text is no code of this scheme."""


@dataclass(frozen=True)
class AreaCode:
    """``level`` is the level the code names; ``village_kind`` is "" above the village."""

    scheme: str
    parts: tuple[str, ...]
    level: str
    village_kind: str = ""

    @property
    def written(self) -> str:
        return ("." if self.scheme == "kemendagri" else "").join(self.parts)

    @property
    def parent(self) -> "AreaCode | None":
        """The code one level up, None for a province."""
        if len(self.parts) == 1:
            return None
        return AreaCode(self.scheme, self.parts[:-1], LEVELS[len(self.parts) - 2])


def kemendagri(text: str) -> AreaCode:
    """Read "65.02.09.2003" or "6502092003". Raises BadCode."""
    plain = text.strip()
    found = _KEMENDAGRI.fullmatch(plain) or _KEMENDAGRI_PLAIN.fullmatch(plain)
    if not found:
        raise BadCode(text)
    parts = tuple(part for part in found.groups() if part)
    kind = ""
    if len(parts) == 4:
        kind = _VILLAGE_KINDS.get(parts[3][0], "")
        if not kind:
            raise BadCode(text)
    return AreaCode("kemendagri", parts, LEVELS[len(parts) - 1], kind)


def bps(text: str) -> AreaCode:
    """Read "6501010001". Raises BadCode. The BPS code does not tell desa from kelurahan."""
    found = _BPS.fullmatch(text.strip())
    if not found:
        raise BadCode(text)
    parts = tuple(part for part in found.groups() if part)
    return AreaCode("bps", parts, LEVELS[len(parts) - 1])
