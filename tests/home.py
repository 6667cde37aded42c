"""Every test process has a home and a key of its own: nothing is read from or written to ``var/``.

Loaded with ``-p`` because the settings are read before any ``conftest.py``.
"""

import os
import tempfile
from pathlib import Path

_HOME = Path(tempfile.mkdtemp(prefix="cantik-test-"))
os.environ["CANTIK_TESTING"] = "1"
os.environ["CANTIK_HOME"] = str(_HOME / "home")
os.environ["CANTIK_KEY_FILE"] = str(_HOME / "key" / "master.key")
os.environ["DJANGO_SETTINGS_MODULE"] = "cantik.web.settings"
# Playwright's own loop makes Django think it is in async code; our tests are plain threads.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
