"""All tests on SQLite; on PostgreSQL those that touch the database, and the main journey.

The database server is DATABASE_URL when that names PostgreSQL, else one started here from the
package pgserver, else a clear line that says what is missing.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SLOW_OR_BROWSER = "browser"


@contextmanager
def postgres() -> Iterator[str]:
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        yield given
        return
    try:
        from pgserver.postgres_server import get_server
    except ImportError:
        sys.exit(
            "No PostgreSQL for the tests: this Python has no pgserver package. "
            "Install PostgreSQL 15 or newer (apt-get install postgresql) and set DATABASE_URL."
        )
    with tempfile.TemporaryDirectory(prefix="cantik-pg-", ignore_cleanup_errors=True) as folder:
        # The server runs as an account of its own when we are root; it must reach its folder.
        Path(folder).chmod(0o755)
        server = get_server(Path(folder) / "data")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def _pytest(*arguments: str, **environment: str) -> int:
    started = time.monotonic()
    env = {**os.environ, **environment}
    code = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments], cwd=ROOT, env=env, check=False
    ).returncode
    print(f"-- {time.monotonic() - started:.0f} s", flush=True)
    return code


def main(arguments: list[str]) -> int:
    soak = "--soak" in arguments
    rest = [a for a in arguments if a != "--soak"]
    chosen = rest or ["tests"]
    marks = "" if soak else "not soak"
    codes = []
    print("== SQLite", flush=True)
    os.environ.pop("DATABASE_URL", None) if not os.environ.get("DATABASE_URL", "").startswith(
        "postgres"
    ) else None
    sqlite = {"DATABASE_URL": ""}
    codes.append(
        _pytest(
            "-n", "2", "-m", " and ".join(filter(None, [marks, "not browser"])), *chosen, **sqlite
        )
    )
    codes.append(_pytest("-m", " and ".join(filter(None, [marks, "browser"])), *chosen, **sqlite))
    print("== PostgreSQL", flush=True)
    with postgres() as url:
        codes.append(
            _pytest(
                "-n",
                "2",
                "-m",
                " and ".join(filter(None, [marks, "database and not browser"])),
                *chosen,
                DATABASE_URL=url,
            )
        )
        codes.append(
            _pytest(
                "-m",
                " and ".join(filter(None, [marks, "browser and database"])),
                *chosen,
                DATABASE_URL=url,
            )
        )
    # 5 is pytest's word for "nothing to run", which is fine for a chosen part.
    return max((c for c in codes if c != 5), default=5)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
