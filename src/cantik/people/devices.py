"""What kind of device and program a browser says it is, in words that name nobody. Pure."""

DEVICES = (
    ("android", "Android"), ("iphone", "iPhone"), ("ipad", "iPad"), ("windows", "Windows"),
    ("mac os", "Mac"), ("macintosh", "Mac"), ("cros", "Chromebook"), ("linux", "Linux"),
)  # fmt: skip
# The first that fits: others say of themselves that they are Chrome or Safari too.
PROGRAMS = (
    ("edg", "Edge"), ("opr", "Opera"), ("samsungbrowser", "Samsung Internet"),
    ("ucbrowser", "UC Browser"), ("firefox", "Firefox"), ("fxios", "Firefox"),
    ("crios", "Chrome"), ("chrome", "Chrome"), ("safari", "Safari"),
)  # fmt: skip


def device(agent: str) -> str:
    """ "Android, Chrome"; "" for what says nothing we know. No version and no model: those could
    tell one person's telephone from another's."""
    lowered = agent.lower()[:500]
    found = [
        next((name for mark, name in known if mark in lowered), "") for known in (DEVICES, PROGRAMS)
    ]
    return ", ".join(name for name in found if name)
