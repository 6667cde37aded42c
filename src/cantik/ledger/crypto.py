"""The one place that touches cryptography. Everything here is the library's; we only choose.

AES-256-GCM for sealing (96-bit random nonce, context as associated data), HKDF-SHA256 to derive one
key per purpose, HMAC-SHA256 for keyed hashes. The master key is a file apart from all data.
"""

import base64
import hashlib
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

KEY_BYTES = 32
NONCE_BYTES = 12
VERSION = b"\x01"
# No 0, 1, 8 and 9 in base32; what a tired reader takes for a letter is put right on the way back.
_MISREAD = str.maketrans("018", "OIB")


class KeyProblem(Exception):
    """The master key is missing, damaged or not the one that sealed the data."""


class NotOpened(Exception):
    """Sealed bytes were cut, changed, or belong to another context or key."""


def key_file() -> Path:
    return Path(settings.KEY_FILE)


def create_key() -> Path:
    """Make a new master key file, readable by its owner only. Refuses to overwrite."""
    return write_key(secrets.token_bytes(KEY_BYTES))


def write_key(key: bytes) -> Path:
    path = key_file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyProblem(
            _("Kunci sudah ada di %(path)s; tidak ditimpa.") % {"path": path}
        ) from None
    with os.fdopen(handle, "wb") as out:
        out.write(base64.b64encode(key) + b"\n")
        out.flush()
        os.fsync(out.fileno())
    forget_key()
    return path


@lru_cache(maxsize=1)
def _master(path: str, changed: int) -> bytes:
    try:
        key = base64.b64decode(Path(path).read_bytes().strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyProblem(
            _("Berkas kunci %(path)s rusak. Pulihkan dari lembar pemulihan: cantik key restore")
            % {"path": path}
        )
    return key


def master_key() -> bytes:
    path = key_file()
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        raise KeyProblem(
            _(
                "Berkas kunci %(path)s tidak ada. Pulihkan dari lembar pemulihan: cantik key "
                "restore (instalasi baru: cantik key create)"
            )
            % {"path": path}
        ) from None
    return _master(str(path), changed)


def forget_key() -> None:
    _master.cache_clear()
    secret.cache_clear()


@lru_cache(maxsize=256)
def secret(purpose: str) -> bytes:
    """32 bytes for one purpose, the same for every call, derived from the master key."""
    return _derive(master_key(), purpose)


def _derive(key: bytes, purpose: str) -> bytes:
    return HKDF(
        algorithm=hashes.SHA256(), length=KEY_BYTES, salt=b"cantik", info=purpose.encode()
    ).derive(key)


def fingerprint() -> str:
    """A short public name of the key, to tell two keys apart; it opens nothing."""
    return fingerprint_of(master_key())


def fingerprint_of(key: bytes) -> str:
    return hash_with(_derive(key, "fingerprint"), "master")[:16]


def keyed_hash(purpose: str, value: str) -> str:
    """Hex HMAC-SHA256 of ``value`` under the secret of ``purpose``."""
    return hash_with(secret(purpose), value)


def hash_with(key: bytes, value: str) -> str:
    mac = hmac.HMAC(key, hashes.SHA256())
    mac.update(value.encode())
    return mac.finalize().hex()


def seal(plain: bytes, *, context: str, key: bytes | None = None) -> bytes:
    """Encrypt and bind to ``context``: version byte, nonce, ciphertext with its tag."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    cipher = AESGCM(key if key is not None else secret("seal:" + context))
    return VERSION + nonce + cipher.encrypt(nonce, plain, context.encode())


def unseal(sealed: bytes, *, context: str, key: bytes | None = None) -> bytes:
    """The plain bytes; raises NotOpened when anything about them is not as it was sealed."""
    if sealed[:1] != VERSION or len(sealed) < 1 + NONCE_BYTES + 16:
        raise NotOpened(_("Bukan data tersegel, atau isinya terpotong."))
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    cipher = AESGCM(key if key is not None else secret("seal:" + context))
    try:
        return cipher.decrypt(nonce, body, context.encode())
    except InvalidTag:
        raise NotOpened(_("Kunci atau isi data tersegel tidak cocok.")) from None


def new_key() -> bytes:
    return AESGCM.generate_key(bit_length=256)


def random_id(prefix: str = "") -> str:
    """80 random bits as 16 small letters and digits, after an optional prefix."""
    return prefix + base64.b32encode(secrets.token_bytes(10)).decode().lower()


def sheet_lines(key: bytes) -> list[str]:
    """The key as seven lines of two groups of four; each line ends with two check letters."""
    letters = base64.b32encode(key).decode().rstrip("=")
    groups = [letters[i : i + 4] for i in range(0, len(letters), 4)]
    lines = []
    for number in range(0, len(groups), 2):
        text = " ".join(groups[number : number + 2])
        lines.append(f"{number // 2 + 1}  {text}  {_check(number // 2 + 1, text)}")
    return lines


def key_from_sheet(lines: list[str]) -> bytes:
    """Back from the typed sheet; raises KeyProblem that names the line with a slip."""
    letters = ""
    expected = -(-52 // 8)
    given = [line.strip() for line in lines if line.strip()]
    if len(given) != expected:
        raise KeyProblem(
            _("Lembar pemulihan berisi %(wanted)s baris; yang diketik %(given)s baris.")
            % {"wanted": expected, "given": len(given)}
        )
    for number, line in enumerate(given, start=1):
        parts = line.upper().split()
        if parts and parts[0] == str(number):
            parts = parts[1:]
        parts = [part.translate(_MISREAD) for part in parts]
        text = " ".join(parts[:-1])
        if len(parts) < 2 or parts[-1] != _check(number, text):
            raise KeyProblem(
                _("Baris %(number)s salah ketik. Periksa huruf demi huruf, lalu ulangi.")
                % {"number": number}
            )
        letters += "".join(parts[:-1])
    try:
        key = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError:
        raise KeyProblem(_("Lembar pemulihan salah ketik. Periksa huruf demi huruf.")) from None
    if len(key) != KEY_BYTES:
        raise KeyProblem(_("Lembar pemulihan tidak lengkap."))
    return key


def _check(number: int, text: str) -> str:
    summed = hashlib.sha256(f"{number}:{text.replace(' ', '')}".encode()).digest()
    return base64.b32encode(summed).decode()[:2]
