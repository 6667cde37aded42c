"""Every test run has a home of its own: nothing is read from or written to ``var/``."""

import os
import tempfile
from pathlib import Path

_HOME = Path(tempfile.mkdtemp(prefix="cantik-test-"))
os.environ["CANTIK_TESTING"] = "1"
os.environ["CANTIK_HOME"] = str(_HOME / "home")
os.environ["CANTIK_KEY_FILE"] = str(_HOME / "key" / "master.key")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cantik.web.settings")
