"""One settings file. What a machine may choose comes from the environment:

PORT, HOST, CANTIK_HOME, CANTIK_KEY_FILE, DATABASE_URL, DEMO; behind a web server CANTIK_HTTPS,
CANTIK_ORIGINS, CANTIK_HOSTS, CANTIK_PROXIES.
"""

import os
import secrets
from pathlib import Path
from typing import Any

import dj_database_url
import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured

django_stubs_ext.monkeypatch()

ROOT = Path(__file__).resolve().parents[3]
HOME = Path(os.environ.get("CANTIK_HOME", ROOT / "var")).resolve()
# The master key stands outside CANTIK_HOME, so that a copied data folder or a backup opens nothing.
KEY_FILE = Path(
    os.environ.get("CANTIK_KEY_FILE", Path.home() / ".config" / "cantik" / "master.key")
).expanduser()
RELEASED = HOME / "released"
DEMO = os.environ.get("DEMO", "1") != "0"
TESTING = os.environ.get("CANTIK_TESTING") == "1"


def _session_secret() -> str:
    """The key that signs sessions: made once per installation, never committed."""
    path = HOME / "session.key"
    try:
        if not path.exists():
            HOME.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(48))
        return path.read_text()
    except OSError as fault:
        raise ImproperlyConfigured(
            f"{path}: {fault.strerror}. Jalankan sebagai pengguna layanan, dengan setelannya "
            "(docs/operasi.md), atau periksa CANTIK_HOME."
        ) from None


SECRET_KEY = "only-for-tests" if TESTING else _session_secret()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("CANTIK_HOSTS", "*").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CANTIK_ORIGINS", "").split(",") if o]


def _proxies() -> int:
    """How many web servers of our own stand in front; only then X-Forwarded-For is believed."""
    given = os.environ.get("CANTIK_PROXIES", "").strip() or "0"
    if not (given.isascii() and given.isdigit()):
        raise ImproperlyConfigured(f"CANTIK_PROXIES adalah angka, misalnya 1, bukan {given!r}.")
    return int(given)


PROXIES = _proxies()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "cantik.look",
    "cantik.ledger",
    "cantik.people",
    "cantik.vault",
    "cantik.talk",
    "cantik.assess",
    "cantik.design",
    "cantik.collect",
    "cantik.process",
    "cantik.protect",
    "cantik.disseminate",
    "cantik.coach",
    "cantik.web",
    "cantik.demo",
]

MIDDLEWARE = [
    "cantik.web.middleware.ClientAddress",
    "cantik.web.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cantik.disseminate.keeping.KeptPages",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "cantik.web.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cantik.people.gate.SecondStep",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "cantik.web.urls"
WSGI_APPLICATION = "cantik.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cantik.web.context.shell",
            ],
            "builtins": ["django.templatetags.i18n", "cantik.look.templatetags.look"],
        },
    }
]


def _database() -> dict[str, Any]:
    """Of DATABASE_URL only the kind is repeated in words: the rest may hold a password."""
    given = os.environ.get("DATABASE_URL") or f"sqlite:///{HOME / 'cantik.sqlite3'}"
    kind = given.partition(":")[0]
    if kind not in ("postgres", "postgresql", "sqlite"):
        raise ImproperlyConfigured("DATABASE_URL diawali postgres://, misalnya postgres:///cantik.")
    try:
        return dict(dj_database_url.parse(given))
    except ValueError:
        raise ImproperlyConfigured(
            "DATABASE_URL tidak terbaca; contoh: postgres:///cantik."
        ) from None


DATABASES = {"default": _database()}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Person"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if TESTING:
    # Argon2 is meant to be slow; only tests of passwords themselves use it.
    PASSWORD_HASHERS.insert(0, "django.contrib.auth.hashers.MD5PasswordHasher")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/masuk/"
LOGIN_REDIRECT_URL = "/beranda/"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("CANTIK_HTTPS") == "1"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SESSION_COOKIE_SECURE else None
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Indonesia"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Makassar"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = TESTING

# 200 MB is refused in one sentence; what is larger than this never reaches a view.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
MAX_WORKBOOK_BYTES = 25 * 1024 * 1024

TASKS = {
    "default": {
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend"
        if TESTING or os.environ.get("CANTIK_INLINE_JOBS") == "1"
        else "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default"],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "cantik.web.logs.PlaceOnly",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
