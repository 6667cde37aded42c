"""A real installation for the journeys: own home, key, database, and its two processes."""

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[2]
CANTIK = str(Path(sys.executable).parent / "cantik")


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def _fresh_database(server: str, name: str) -> str:
    """Make an empty database beside the given one; return its address."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    parts = urlsplit(server)
    return urlunsplit(parts._replace(path="/" + name))


@dataclass
class Installation:
    home: Path
    environment: dict[str, str]
    port: int
    process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(self, *command: str, stdin: str = "") -> str:
        """Run ``cantik …`` to its end and return what it printed; a failure shows its words."""
        done = subprocess.run(
            [CANTIK, *command], env=self.environment, cwd=ROOT, input=stdin,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise AssertionError(f"cantik {' '.join(command)}: {done.stdout}{done.stderr}")
        return done.stdout

    def python(self, source: str) -> str:
        """Run a few lines of Python with Django set up, inside this installation."""
        done = subprocess.run(
            [sys.executable, "-c", "import django; django.setup()\n" + source],
            env={**self.environment, "DJANGO_SETTINGS_MODULE": "cantik.web.settings"},
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise AssertionError(done.stdout + done.stderr)
        return done.stdout

    def serve(self) -> None:
        self.process = subprocess.Popen(
            [CANTIK, "serve"], env=self.environment, cwd=ROOT, text=True, start_new_session=True
        )
        for _ in range(300):
            try:
                with urllib.request.urlopen(self.url + "/healthz", timeout=2) as answer:  # noqa: S310
                    if json.load(answer)["status"] == "ok":
                        return
            except (OSError, ValueError):
                time.sleep(0.2)
        raise AssertionError("the site did not become ready")

    def stop(self, how: int = signal.SIGTERM) -> None:
        if self.process is None:
            return
        os.killpg(self.process.pid, how)
        self.process.wait(timeout=30)
        self.process = None


@contextmanager
def installation(home: Path, settings: Mapping[str, str]) -> Iterator[Installation]:
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if k != "CANTIK_TESTING"}
    environment |= {
        "CANTIK_HOME": str(home / "var"),
        "CANTIK_KEY_FILE": str(home / "key" / "master.key"),
        "PORT": str(port),
        **settings,
    }
    server = os.environ.get("DATABASE_URL", "")
    if server.startswith("postgres"):
        # Two workers of one run may have folders of the same name.
        name = "j_" + hashlib.sha256(str(home).encode()).hexdigest()[:20]
        environment["DATABASE_URL"] = _fresh_database(server, name)
    else:
        environment["DATABASE_URL"] = ""
    place = Installation(home=home, environment=environment, port=port)
    try:
        yield place
    finally:
        place.stop()
