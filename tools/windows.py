"""Whether the locked libraries of the program could be installed on Windows: fetched as wheels for
it, each with its hash, and every library they ask for there is in the lock too. Nothing is run.

``python tools/windows.py`` looks at Python 3.11, 3.12 and 3.13; ends with 1 where one is missing.
"""

import re
import subprocess
import sys
import tempfile
import zipfile
from email.parser import Parser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCK = Path(__file__).resolve().parents[1] / "requirements" / "run.txt"
VERSIONS = ("3.11", "3.12", "3.13")


def environment(version: str) -> dict[str, str]:
    """What a marker is judged by, on 64-bit Windows with CPython ``version``."""
    return {
        "implementation_name": "cpython", "implementation_version": f"{version}.0",
        "os_name": "nt", "platform_machine": "AMD64", "platform_python_implementation": "CPython",
        "platform_release": "10", "platform_system": "Windows", "platform_version": "10.0",
        "python_full_version": f"{version}.0", "python_version": version,
        "sys_platform": "win32", "extra": "",
    }  # fmt: skip


def wanted(lock: str, version: str) -> dict[str, str]:
    """Canonical name -> the lock's entry with its hashes, without marker; only what is for it."""
    found: dict[str, str] = {}
    for entry in re.split(r"\n(?=\S)", lock.strip()):
        head, _, hashes = entry.partition("\\\n")
        one = Requirement(head.strip())
        if one.marker is None or one.marker.evaluate(environment(version)):
            found[canonicalize_name(one.name)] = f"{one.name}{one.specifier} \\\n{hashes}"
    return found


def asked(wheel: Path, version: str) -> set[str]:
    """Names of what this wheel needs on Windows."""
    with zipfile.ZipFile(wheel) as inside:
        name = next(n for n in inside.namelist() if n.endswith(".dist-info/METADATA"))
        told = Parser().parsestr(inside.read(name).decode("utf-8"))
    needs = [Requirement(one) for one in told.get_all("Requires-Dist") or []]
    return {
        canonicalize_name(one.name) for one in needs
        if one.marker is None or one.marker.evaluate(environment(version))
    }  # fmt: skip


def check(version: str, folder: Path) -> list[str]:
    """What stands in the way, one line each; empty when all is there."""
    lock = wanted(LOCK.read_text(encoding="utf-8"), version)
    (folder / "lock.txt").write_text("\n".join(lock.values()) + "\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes",
         "--platform", "win_amd64", "--python-version", version, "--only-binary=:all:",
         "--dest", str(folder / "wheels"), "--requirement", str(folder / "lock.txt")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        return [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
    wheels = sorted((folder / "wheels").glob("*.whl"))
    return [
        f"{wheel.name} needs {name}, which is not in the lock"
        for wheel in wheels for name in sorted(asked(wheel, version) - set(lock))
    ] + ([] if len(wheels) == len(lock) else ["fewer wheels than entries"])  # fmt: skip


def main() -> int:
    bad = 0
    for version in VERSIONS:
        with tempfile.TemporaryDirectory() as folder:
            told = check(version, Path(folder))
        print(f"Python {version}, win_amd64: " + ("all there" if not told else "; ".join(told)))
        bad += bool(told)
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
