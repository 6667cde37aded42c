"""``cantik backup`` and ``cantik restore``: database, files and releases in one archive; no key.

SQLite is copied by its own backup API, PostgreSQL table by table by COPY in one repeatable-read
transaction (no client programs needed). Sessions stay out: a stolen backup signs nobody in.
A restore is built beside what stands and put in place at the end; what stood is kept aside.
"""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from cantik.ledger import archive, crypto, custody
from cantik.ledger.archive import BackupProblem

FOLDERS = ("files", "released")
SQLITE_MEMBER = "database.sqlite3"
SESSIONS = "django_session"
RESTORING = "cantik_restoring"


def _home() -> Path:
    return Path(settings.HOME)


def _unfinished() -> Path:
    """Stands from the first to the last move of a restore; names the archive."""
    return _home() / "restore.unfinished"


def check_finished() -> None:
    """Raises BackupProblem when a restore was stopped in the middle."""
    if _unfinished().exists():
        raise BackupProblem(
            _("Pemulihan terhenti di tengah. Ulangi sampai selesai: cantik restore %(path)s")
            % {"path": _unfinished().read_text().strip()}
        )


# -- backup -----------------------------------------------------------------------------------


def default_path(now: datetime) -> Path:
    return _home() / "backups" / f"cantik-{now.astimezone(UTC):%Y%m%d-%H%M%S}.tar.gz"


def migrations_wait() -> bool:
    """Whether a database with data stands here that a newer program would change."""
    if not custody.database_stands():
        return False
    executor = MigrationExecutor(connection)
    known = executor.loader.applied_migrations
    return bool(known) and bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def snapshot(path: Path, *, now: datetime) -> None:
    """Write the archive: whole or not at all. Raises BackupProblem, KeyProblem."""
    check_finished()
    if path.exists():
        raise BackupProblem(_("Berkas %(path)s sudah ada; tidak ditimpa.") % {"path": path})
    if not custody.database_stands():
        raise BackupProblem(_("Belum ada basis data di sini; tidak ada yang dicadangkan."))
    path.parent.mkdir(parents=True, exist_ok=True)
    waiting = path.with_name(f".{path.name}.{crypto.random_id()}")
    try:
        with TemporaryDirectory(prefix=".cadangan-", dir=path.parent) as folder:
            members, facts = (
                _dump_sqlite(Path(folder))
                if connection.vendor == "sqlite"
                else _dump_postgres(Path(folder))
            )
            manifest = {
                "made_at": now.astimezone(UTC).isoformat(),
                "key": crypto.fingerprint(),
                "database": connection.vendor,
                **facts,
            }
            with open(os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:  # noqa: PTH123 a file nobody else may read
                with archive.Writer(out, manifest, int(now.timestamp())) as writer:
                    for name in members:
                        writer.add(name, Path(folder) / name)
                    for name, kept in _kept_files():
                        writer.add(name, kept)
                out.flush()
                os.fsync(out.fileno())
        waiting.replace(path)
    except (OSError, sqlite3.Error) as fault:
        raise BackupProblem(
            _("Cadangan tidak dapat ditulis ke %(path)s: %(fault)s")
            % {"path": path, "fault": getattr(fault, "strerror", None) or fault}
        ) from fault
    finally:
        waiting.unlink(missing_ok=True)


def _kept_files() -> Iterator[tuple[str, Path]]:
    """Files on their way in or out begin with a dot; they belong to no finished transaction."""
    for folder in FOLDERS:
        for path in sorted((_home() / folder).rglob("*")):
            name = path.relative_to(_home())
            if path.is_file() and not any(part.startswith(".") for part in name.parts):
                yield name.as_posix(), path


def _migrations() -> list[list[str]]:
    return sorted([app, name] for app, name in MigrationRecorder(connection).applied_migrations())


def _dump_sqlite(folder: Path) -> tuple[list[str], dict[str, Any]]:
    connection.ensure_connection()
    with closing(sqlite3.connect(folder / SQLITE_MEMBER)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        if SESSIONS in connection.introspection.table_names():
            copy.execute("DELETE FROM django_session")
            copy.commit()
            copy.execute("VACUUM")
        migrations = sorted(
            [app, name] for app, name in copy.execute("SELECT app, name FROM django_migrations")
        )
    return [SQLITE_MEMBER], {"migrations": migrations}


COLUMNS = """
    SELECT c.relname, a.attname, a.attidentity <> '' OR pg_get_serial_sequence(
        format('%I.%I', n.nspname, c.relname), a.attname) IS NOT NULL
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE n.nspname = current_schema() AND c.relkind = 'r' AND a.attgenerated = ''
    ORDER BY c.relname, a.attnum
"""
LAST_NUMBER = """
    SELECT s.last_value FROM pg_sequences s
    WHERE format('%%I.%%I', s.schemaname, s.sequencename) =
        pg_get_serial_sequence(format('%%I.%%I', current_schema(), %s::text), %s)
"""
SET_NUMBER = """
    SELECT setval(pg_get_serial_sequence(format('%%I.%%I', current_schema(), %s::text), %s), %s)
"""


def _dump_postgres(folder: Path) -> tuple[list[str], dict[str, Any]]:
    from psycopg import sql

    (folder / "tables").mkdir()
    tables: dict[str, list[str]] = {}
    numbers: list[list[Any]] = []
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute(COLUMNS)
        counted = []
        for table, column, has_numbers in cursor.fetchall():
            tables.setdefault(table, []).append(column)
            if has_numbers:
                counted.append((table, column))
        for table, column in counted:
            cursor.execute(LAST_NUMBER, [table, column])
            found = cursor.fetchone()
            if found and found[0] is not None:
                numbers.append([table, column, found[0]])
        for table, columns in tables.items():
            with (folder / "tables" / f"{table}.copy").open("wb") as out:
                if table == SESSIONS:
                    continue
                statement = sql.SQL("COPY {} ({}) TO STDOUT").format(
                    sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
                )
                with cursor.copy(statement) as copy:
                    for chunk in copy:
                        out.write(chunk)
        migrations = _migrations()
    members = [f"tables/{table}.copy" for table in tables]
    return members, {"migrations": migrations, "tables": tables, "numbers": numbers}


# -- restore ----------------------------------------------------------------------------------


def restore(path: Path, *, now: datetime) -> Path:
    """Put the archive in place of what stands; the folder where that is kept aside is returned.

    Raises BackupProblem or KeyProblem with nothing changed.
    """
    manifest = archive.check(path)
    custody.check_belongs(crypto.fingerprint(), str(manifest["key"]))
    if manifest["database"] != connection.vendor:
        raise BackupProblem(
            _(
                "Cadangan ini dari %(theirs)s, sedangkan DATABASE_URL menunjuk %(ours)s. "
                "Ubah DATABASE_URL, lalu ulangi."
            )
            % {"theirs": manifest["database"], "ours": connection.vendor}
        )
    _check_known(manifest)
    home = _home()
    home.mkdir(parents=True, exist_ok=True)
    stamp = f"{now.astimezone(UTC):%Y%m%d-%H%M%S}"
    aside = home / f"before-restore-{stamp}"
    if aside.exists():
        raise BackupProblem(_("Berkas %(path)s sudah ada; tidak ditimpa.") % {"path": aside})
    try:
        with TemporaryDirectory(prefix=".pulih-", dir=home) as folder:
            staged = Path(folder)
            archive.extract(path, staged)
            for name in FOLDERS:
                (staged / name).mkdir(exist_ok=True)
            if connection.vendor == "sqlite":
                _place_sqlite(path, staged, aside)
            else:
                _place_postgres(path, staged, aside, manifest, f"before_restore_{stamp}")
    except (OSError, DatabaseError, sqlite3.Error) as fault:
        raise BackupProblem(
            _("Pemulihan gagal (%(kind)s); keadaan lama dikembalikan.")
            % {"kind": getattr(fault, "strerror", None) or type(fault).__name__}
        ) from fault
    custody.remember(str(manifest["key"]))
    return aside


def _check_known(manifest: Mapping[str, Any]) -> None:
    known = MigrationLoader(None).disk_migrations
    if any((app, name) not in known for app, name in manifest["migrations"]):
        raise BackupProblem(
            _("Arsip ini dibuat oleh Cantik yang lebih baru. Perbarui Cantik, lalu ulangi.")
        )


@contextmanager
def _moves(archive_path: Path, aside: Path) -> Iterator[Callable[[Path, Path], None]]:
    """Moves that are all undone, last first, when the block fails."""
    done: list[tuple[Path, Path]] = []

    def move(source: Path, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(source, target)
        done.append((source, target))

    aside.mkdir()
    _unfinished().write_text(f"{archive_path}\n")
    try:
        yield move
    except BaseException:
        for source, target in reversed(done):
            shutil.move(target, source)
        aside.rmdir()
        raise
    finally:
        _unfinished().unlink(missing_ok=True)


def _place_folders(move: Callable[[Path, Path], None], staged: Path, aside: Path) -> None:
    for name in FOLDERS:
        if (_home() / name).exists():
            move(_home() / name, aside / name)
        move(staged / name, _home() / name)


def _place_sqlite(path: Path, staged: Path, aside: Path) -> None:
    with closing(sqlite3.connect(staged / SQLITE_MEMBER)) as copy:
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise sqlite3.DatabaseError
    connection.close()
    database = Path(str(connection.settings_dict["NAME"]))
    with _moves(path, aside) as move:
        _place_folders(move, staged, aside)
        # The write-ahead log belongs to its database: both go, or old pages would enter the new.
        for tail in ("", "-wal", "-shm"):
            old = database.with_name(database.name + tail)
            if old.exists():
                move(old, aside / old.name)
        move(staged / SQLITE_MEMBER, database)


def _place_postgres(
    path: Path, staged: Path, aside: Path, manifest: Mapping[str, Any], old_name: str
) -> None:
    """Build a schema beside ours by our own migrations, fill it, then let the two change names."""
    from psycopg import sql

    ours, theirs = sql.Identifier(RESTORING), sql.Identifier(old_name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        standing = sql.Identifier(cursor.fetchone()[0])
        cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(ours))
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(ours))
        cursor.execute("SELECT set_config('search_path', %s, false)", [RESTORING])
    try:
        executor = MigrationExecutor(connection)
        executor.migrate(_leaves(executor, manifest))
        with _moves(path, aside) as move, transaction.atomic(durable=True):
            with connection.cursor() as cursor:
                for table in manifest["tables"]:
                    cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
                for table, columns in manifest["tables"].items():
                    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
                        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
                    )
                    source = (staged / "tables" / f"{table}.copy").open("rb")
                    with source, cursor.copy(statement) as copy:
                        while chunk := source.read(archive.CHUNK):
                            copy.write(chunk)
                for table, column, last in manifest["numbers"]:
                    cursor.execute(SET_NUMBER, [table, column, last])
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                rename = sql.SQL("ALTER SCHEMA {} RENAME TO {}")
                cursor.execute(rename.format(standing, theirs))
                cursor.execute(rename.format(ours, standing))
            _place_folders(move, staged, aside)
        (aside / "database.json").write_text(json.dumps({"schema": old_name}) + "\n")
    except BaseException:
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(ours))
        raise
    finally:
        connection.close()


def _leaves(executor: MigrationExecutor, manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The last applied migration of each app; naming an earlier one would take later ones back."""
    applied = {(app, name) for app, name in manifest["migrations"]}
    nodes = executor.loader.graph.node_map
    return sorted(
        key
        for key in applied
        if key in nodes
        and not any(
            child.key[0] == key[0] and (child.key[0], child.key[1]) in applied
            for child in nodes[key].children
        )
    )
