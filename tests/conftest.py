"""Every test run has a home of its own: nothing is read from or written to ``var/``."""

import os
import tempfile
from pathlib import Path

_HOME = Path(tempfile.mkdtemp(prefix="cantik-test-"))
os.environ["CANTIK_TESTING"] = "1"
os.environ["CANTIK_HOME"] = str(_HOME / "home")
os.environ["CANTIK_KEY_FILE"] = str(_HOME / "key" / "master.key")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cantik.web.settings")

from hypothesis import HealthCheck, settings  # noqa: E402 the home must be set first

settings.register_profile(
    "short", max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("soak", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "short"))
# Playwright's own loop makes Django think it is in async code; our tests are plain threads.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
