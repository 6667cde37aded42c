"""Numbers, dates and masked values as a reader in Indonesia (or of the English page) expects them.

Rounding is half away from zero and done on whole numbers, so that the page, the CSV and the book
can never print two different percents for one cell.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

MINUS = "\u2212"
NOT_AVAILABLE = "…"
_MONTHS = {
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    "en": "January February March April May June July August September October November December",
}
_SHORT = {
    "id": "Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des",
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
}
_WEEKDAYS = {
    "id": "Senin Selasa Rabu Kamis Jumat Sabtu Minggu",
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
}
_ZONES = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Jayapura": "WIT",
}


def _language(language: str) -> str:
    return "en" if language.lower().startswith("en") else "id"


def whole(number: int, language: str = "id") -> str:
    """1234567 -> "1.234.567" (English: "1,234,567"); minus is U+2212."""
    digits = f"{abs(number):,}"
    if _language(language) == "id":
        digits = digits.replace(",", ".")
    return MINUS + digits if number < 0 else digits


def scaled(number: int, decimals: int, language: str = "id", *, sign: bool = False) -> str:
    """A whole number of the last digit: (123456, 2) -> "1.234,56"; with ``sign`` what is above
    nought says so: "+2,5"."""
    front, back = divmod(abs(number), 10**decimals)
    digits = whole(front, language)
    if decimals:
        digits += f"{',' if _language(language) == 'id' else '.'}{back:0{decimals}d}"
    before = MINUS if number < 0 else "+" if sign and number > 0 else ""
    return before + digits


def ratio(numerator: int, denominator: int, *, multiplier: int = 100, decimals: int = 1) -> str:
    """numerator / denominator x multiplier, rounded half up, with a decimal comma and no grouping.

    "…" when the denominator is zero: a share of nothing is not available.
    """
    if denominator == 0:
        return NOT_AVAILABLE
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    scaled = abs(numerator) * multiplier * 10**decimals
    value = (2 * scaled + denominator) // (2 * denominator)
    sign = MINUS if numerator < 0 and value else ""
    if decimals == 0:
        return f"{sign}{value}"
    front, back = divmod(value, 10**decimals)
    return f"{sign}{front},{back:0{decimals}d}"


def percent(numerator: int, denominator: int, decimals: int = 1, language: str = "id") -> str:
    """(927, 1000) -> "92,7%"; half up; "…" when the denominator is zero."""
    share = ratio(numerator, denominator, decimals=decimals)
    if share == NOT_AVAILABLE:
        return share
    return (share if _language(language) == "id" else share.replace(",", ".")) + "%"


def day(value: date, language: str = "id") -> str:
    """23 November 2026."""
    return f"{value.day} {_MONTHS[_language(language)].split()[value.month - 1]} {value.year}"


def day_short(value: date, language: str = "id") -> str:
    """23 Nov 2026, for tight tables."""
    return f"{value.day} {_SHORT[_language(language)].split()[value.month - 1]} {value.year}"


def weekday(value: date, language: str = "id") -> str:
    """Senin, 23 November 2026: for a day that is a promise."""
    return f"{_WEEKDAYS[_language(language)].split()[value.weekday()]}, {day(value, language)}"


def zone_name(zone: str) -> str:
    """WIB, WITA or WIT for a time zone of Indonesia; UTC and others by their own name."""
    return _ZONES.get(zone, zone)


def clock(value: datetime, zone: str, language: str = "id") -> str:
    """ "pukul 09.00 WITA" at the place; ``value`` must know its zone (ValueError otherwise)."""
    if value.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be shown")
    local = value.astimezone(ZoneInfo(zone))
    if _language(language) == "en":
        return f"{local:%H:%M} {zone_name(zone)}"
    return f"pukul {local:%H.%M} {zone_name(zone)}"


def local_day(value: datetime, zone: str) -> date:
    """The date at the place at that moment."""
    if value.tzinfo is None:
        raise ValueError("a moment without a time zone has no day at a place")
    return value.astimezone(ZoneInfo(zone)).date()


def mask(value: object) -> str:
    """6404…013 with bullets between; the number of bullets is fixed, so the length stays hidden.

    Telephone numbers keep two digits in front. What is shorter than ten characters keeps nothing.
    """
    plain = "".join(str(value).split())
    if len(plain) < 10:
        return "••••" if plain else ""
    if plain.startswith(("08", "+62")):
        return plain[:2] + "••••••" + plain[-3:]
    return plain[:4] + "••••••••" + plain[-3:]


def size_kb(size: int, language: str = "id") -> str:
    """Bytes as "12 KB" (1 KB = 1.000 bytes, never 0 KB for a file that has bytes) or "3,4 MB"."""
    if size >= 1_000_000:
        words = ratio(size, 1_000_000, multiplier=1)
        return (words if _language(language) == "id" else words.replace(",", ".")) + " MB"
    return f"{whole(-(-size // 1000), language)} KB"
