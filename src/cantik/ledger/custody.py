"""Whether a key and the sealed data at hand belong together. The key itself stays in ``crypto``."""

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.utils.translation import gettext as _

from cantik.ledger import crypto
from cantik.ledger.crypto import KeyProblem


def database_stands() -> bool:
    """Whether a database was ever made here; asking makes none."""
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        return "memory" in name or Path(name).exists()
    return True


def sealed_data_stand() -> bool:
    """Whether anything here can be opened with the lost key only.

    Sealed bytes are the only binary columns we have, so every room is asked without knowing it.
    """
    if any((Path(settings.HOME) / "files").glob("*/s*")):
        return True
    if not database_stands():
        return False
    tables = set(connection.introspection.table_names())
    return any(
        model._default_manager.exists()
        for model in apps.get_models()
        if model._meta.db_table in tables
        and any(isinstance(field, models.BinaryField) for field in model._meta.fields)
    )


def _mark() -> Path:
    return Path(settings.HOME) / "key.fingerprint"


def remembered() -> str:
    """Fingerprint of the key that sealed the data of this home; empty when nobody noted it."""
    return _mark().read_text().strip() if _mark().exists() else ""


def remember(fingerprint: str) -> None:
    _mark().parent.mkdir(parents=True, exist_ok=True)
    _mark().write_text(fingerprint + "\n")


def check_belongs(fingerprint: str, wanted: str) -> None:
    """Raises KeyProblem when data were sealed with another key than the one at hand."""
    if wanted and wanted != fingerprint:
        raise KeyProblem(
            _(
                "Kunci tidak cocok: data disegel dengan kunci bersidik %(wanted)s, kunci yang ada "
                "bersidik %(given)s. Pakai lembar pemulihan yang benar: cantik key restore"
            )
            % {"wanted": wanted, "given": fingerprint}
        )


def ensure() -> bool:
    """Make a key where nothing is sealed yet; True when one was made. Raises KeyProblem else."""
    if crypto.key_file().exists():
        given = crypto.fingerprint()
        check_belongs(given, remembered())
        remember(given)
        return False
    if remembered() or sealed_data_stand():
        raise KeyProblem(
            _(
                "Berkas kunci %(path)s tidak ada, padahal data di sini sudah disegel dengannya. "
                "Pulihkan dari lembar pemulihan: cantik key restore"
            )
            % {"path": crypto.key_file()}
        )
    crypto.create_key()
    remember(crypto.fingerprint())
    return True
