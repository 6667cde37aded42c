"""Everything that must hold of the text of the program, all failures at once.

Lint, format, strict types (those of the form on the screen too), import contracts, named
migrations, complete translations, and that no committed file names a package registry's host.
"""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import frontend

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
ENV = {**os.environ, "CANTIK_TESTING": "1", "CANTIK_HOME": str(ROOT / "var" / "check")}
AUTO_NAMED = re.compile(r"^\d{4}_(auto_\w+|alter_\w+_options)\.py$")
HOSTS = re.compile(
    "|".join(("pypi" + r"\.org", "pythonhosted" + r"\.org", "registry" + r"\.npmjs"))
)


def _run(*command: str) -> tuple[bool, str]:
    done = subprocess.run(command, cwd=ROOT, env=ENV, capture_output=True, text=True, check=False)
    return done.returncode == 0, (done.stdout + done.stderr).strip()


def _migrations() -> tuple[bool, str]:
    bad = [
        str(path.relative_to(ROOT))
        for path in ROOT.glob("src/cantik/*/migrations/*.py")
        if AUTO_NAMED.match(path.name)
    ]
    if bad:
        return False, "Migrations without a name of their own: " + ", ".join(sorted(bad))
    return _run(str(BIN / "cantik"), "makemigrations", "--check", "--dry-run")


def _hosts() -> tuple[bool, str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    bad = [
        name
        for name in listed
        if name
        and (ROOT / name).is_file()
        and HOSTS.search((ROOT / name).read_text(encoding="utf-8", errors="ignore"))
    ]
    return not bad, "A package registry's host is named in: " + ", ".join(bad)


def _form() -> tuple[bool, str]:
    try:
        return frontend.check()
    except frontend.Missing as missing:
        return False, str(missing)


CHECKS = {
    "lint": lambda: _run(str(BIN / "ruff"), "check", "."),
    "format": lambda: _run(str(BIN / "ruff"), "format", "--check", "."),
    "types": lambda: _run(str(BIN / "mypy")),
    "imports": lambda: _run(str(BIN / "lint-imports"), "--no-cache"),
    "migrations": _migrations,
    "translations": lambda: _run(sys.executable, "tools/translations.py", "check"),
    "hosts": _hosts,
    "form": _form,
}


def main() -> int:
    with ThreadPoolExecutor(max_workers=2) as pool:
        results = {name: pool.submit(check) for name, check in CHECKS.items()}
        failed = []
        for name, result in results.items():
            ok, words = result.result()
            print(f"{'ok    ' if ok else 'FAILED'} {name}")
            if not ok:
                failed.append(name)
                print("\n".join("       " + line for line in words.splitlines()[-60:]))
    print(f"{len(CHECKS) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
