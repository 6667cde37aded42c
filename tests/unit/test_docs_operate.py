"""The recipe for an office names only settings the program reads and commands it has, and its files
are understood by systemd and nginx where these are at hand; nginx is run as written."""

import json
import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.management import get_commands

from cantik.web.middleware import client_address

SITE = "data.contoh.go.id"
ROOT = Path(__file__).resolve().parents[2]
RECIPE = (ROOT / "docs" / "operasi.md").read_text(encoding="utf-8")
SOURCES = "\n".join(
    path.read_text(encoding="utf-8") for path in (ROOT / "src" / "cantik" / "web").rglob("*.py")
)


def test_every_setting_is_read_by_the_program() -> None:
    named = set(re.findall(r"^(?:export )?([A-Z_]+)=", RECIPE, re.M))
    assert {"CANTIK_HOME", "CANTIK_KEY_FILE", "DATABASE_URL", "CANTIK_PROXIES"} <= named
    assert {name for name in named if f'"{name}"' not in SOURCES} == set()


def test_every_command_exists() -> None:
    named = set(re.findall(r"(?:bin/|^|`|&& )cantik ([a-z]+)", RECIPE, re.M))
    assert {"prepare", "serve", "backup", "restore", "doctor", "key", "people"} <= named
    assert named - set(get_commands()) == set()


def test_every_make_target_exists() -> None:
    made = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"(?:`|&& )make ([a-z]+)", RECIPE):
        assert re.search(rf"^{target}:", made, re.M), target


@pytest.mark.parametrize("word", ["$remote_addr", "$request ", "$args", "$http_referer"])
def test_the_web_servers_log_holds_no_person(word: str) -> None:
    formats = re.findall(r"log_format .*", RECIPE)
    assert len(formats) == 1
    assert word not in formats[0]


# -- the files of the recipe, tried where the machine has what reads them ---------------------


def _file(name: str) -> str:
    """A file the recipe writes out, word for word."""
    return re.search(rf"`/etc/[^`]*/{re.escape(name)}`[^\n]*:\n\n```\n(.*?)```", RECIPE, re.S)[1]  # type: ignore[index]


def _tool(name: str) -> str:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin") or ""


def test_what_may_hold_names_stays_off_the_web_servers_disk() -> None:
    text = _file("cantik")
    assert "proxy_max_temp_file_size 0;" in text
    for size in re.findall(r"client_max_body_size (\w+);", text):
        assert f"client_body_buffer_size {size};" in text


@pytest.mark.skipif(not _tool("systemd-analyze"), reason="no systemd-analyze on this machine")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    units = []
    for name in ("cantik.service", "cantik-backup.service", "cantik-backup.timer"):
        units.append(tmp_path / name)
        # Only the program itself does not stand at its place here.
        text = _file(name).replace("/opt/cantik/cantik/.venv/bin/cantik", sys.executable)
        units[-1].write_text(text)
    done = subprocess.run(
        [_tool("systemd-analyze"), "verify", "--man=no", *units],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_the_command_beside_the_service_is_sound(tmp_path: Path) -> None:
    script = re.search(r"`/usr/local/bin/cantik`[^\n]*:\n\n```\n(.*?)```", RECIPE, re.S)
    assert script is not None
    (tmp_path / "cantik").write_text(script[1])
    assert subprocess.run(["sh", "-n", tmp_path / "cantik"], check=False).returncode == 0
    assert "/etc/cantik/cantik.env" in script[1]


class _Program(BaseHTTPRequestHandler):
    """Stands for Cantik: says what arrived."""

    def _answer(self) -> None:
        got = len(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        names = ("Host", "X-Forwarded-For", "X-Forwarded-Proto")
        said = json.dumps({"bytes": got, **{name: self.headers[name] for name in names}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST = _answer  # noqa: N815 the names http.server calls

    def log_message(self, *words: object) -> None:
        pass


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, SITE)])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    made = made.public_key(key.public_key()).serial_number(x509.random_serial_number())
    now = datetime.now(UTC)
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    (folder / "fullchain.pem").write_bytes(
        made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def _free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class _Site(NamedTuple):
    secure: int
    plain: int
    program: ThreadingHTTPServer
    logs: Path

    def ask(
        self,
        way: str,
        path: str,
        body: bytes | None = None,
        secure: bool = True,
        claimed: str = "203.0.113.7",
    ) -> tuple[int, str, dict[str, str]]:
        trust = ssl.create_default_context()
        trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
        line = (
            HTTPSConnection("127.0.0.1", self.secure, context=trust, timeout=30)
            if secure
            else HTTPConnection("127.0.0.1", self.plain, timeout=30)
        )
        with closing(line):
            with suppress(BrokenPipeError, ConnectionResetError):  # refused before all was sent
                line.request(way, path, body, {"Host": SITE, "X-Forwarded-For": claimed})
            answer = line.getresponse()
            return answer.status, answer.read().decode(), dict(answer.getheaders())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Site]:
    folder = tmp_path_factory.mktemp("nginx")
    (folder / "logs").mkdir()
    _certificate(folder)
    program = ThreadingHTTPServer(("127.0.0.1", 0), _Program)
    threading.Thread(target=program.serve_forever, daemon=True).start()
    secure, plain = _free(), _free()
    text = _file("cantik")
    for ours, here in (
        ("/etc/letsencrypt/live/data.contoh.go.id", str(folder)),
        ("/var/log/nginx", str(folder / "logs")),
        ("listen 443 ", f"listen 127.0.0.1:{secure} "),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("127.0.0.1:8000", f"127.0.0.1:{program.server_port}"),
    ):
        assert ours in text
        text = text.replace(ours, here)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "\n".join(f"{kind}_temp_path {folder}/spilt/{kind};" for kind in kinds)
    (folder / "spilt").mkdir()
    (folder / "nginx.conf").write_text(
        f"daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/logs/own.log;\n"
        f"events {{ worker_connections 64; }}\nhttp {{\n{places}\n{text}\n}}\n"
    )
    command = [_tool("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")]
    command += ["-e", str(folder / "logs" / "start.log")]
    tried = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
    running = subprocess.Popen(command)
    try:
        for _ in range(100):
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", secure)) == 0:
                    break
            time.sleep(0.05)
        shutil.rmtree(folder / "spilt")  # whatever would be laid on the disk fails from here on
        yield _Site(secure, plain, program, folder / "logs")
    finally:
        running.terminate()
        running.wait(timeout=10)
        program.shutdown()
        program.server_close()


nginx = pytest.mark.skipif(not _tool("nginx"), reason="no nginx on this machine")


@nginx
def test_a_large_workbook_passes_and_is_laid_on_no_disk(site: _Site) -> None:
    sent = bytes(25 * 1024 * 1024)
    status, said, headers = site.ask("POST", "/kantor/x/pendataan/", sent)
    assert status == 200
    assert json.loads(said)["bytes"] == len(sent)
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    status, said, _ = site.ask("POST", "/kantor/x/pendataan/", bytes(27 * 1024 * 1024))
    assert (status, "25 MB" in said) == (413, True)


@nginx
def test_the_program_hears_who_asks_and_what_was_only_claimed_stands_left(site: _Site) -> None:
    _, said, _ = site.ask("GET", "/", claimed="203.0.113.9")
    heard = json.loads(said)
    assert heard["Host"] == SITE
    assert heard["X-Forwarded-Proto"] == "https"
    assert client_address("127.0.0.1", heard["X-Forwarded-For"], 1) == "127.0.0.1"


@nginx
def test_plain_http_is_sent_to_https(site: _Site) -> None:
    status, _, headers = site.ask("GET", "/masuk/?next=/x", secure=False)
    assert (status, headers["Location"]) == (301, f"https://{SITE}/masuk/?next=/x")


@nginx
def test_the_logs_hold_neither_sender_nor_question_nor_code(site: _Site) -> None:
    statuses = {site.ask("GET", f"/masuk/?nama=rahasia{at}")[0] for at in range(30)}
    assert statuses == {200, 429}
    site.ask("GET", "/undangan/ABCD-EFGH-JKLM/")
    site.ask("POST", "/kantor/x/?nama=rahasia", bytes(27 * 1024 * 1024))
    site.program.shutdown()
    site.program.server_close()
    status, said, _ = site.ask("GET", "/?nama=rahasia")
    assert (status, "dimulai ulang" in said) == (503, True)
    time.sleep(0.2)
    logs = "".join(path.read_text() for path in site.logs.iterdir())
    assert "GET /masuk/ 200" in logs
    for word in ("rahasia", "127.0.0.1", "ABCD", "undangan"):
        assert word not in logs
