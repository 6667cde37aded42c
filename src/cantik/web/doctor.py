"""``cantik doctor``: what is wrong with this installation, and the one step that mends it.

Each check looks at one thing and answers with findings; none changes anything, none tells anything
about a respondent. A check that fails itself is a finding too.
"""

import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _

from cantik.disseminate import api as disseminate
from cantik.kernel import numbers
from cantik.ledger import api as ledger
from cantik.people import api as people

LEAST_FREE = 1 << 30  # bytes; a backup and a book need room
BACKUP_DAYS = 7
JOB_WAITS = timedelta(minutes=15)
SHOWN = 5


class State(StrEnum):
    OK = "ok"
    LOOK = "look"  # works, but somebody should look at it
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    check: str
    state: State
    words: str
    remedy: str = ""


Check = Callable[[datetime], Iterator[Finding]]


def program(now: datetime) -> Iterator[Finding]:
    """The machine the program runs on."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("program", State.OK, f"Python {version}, {connection.vendor}")
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        if connection.pg_version < 150000:  # type: ignore[attr-defined]
            words = _("PostgreSQL di bawah versi 15.")
            yield Finding("program", State.BAD, words, _("Naikkan PostgreSQL ke 15 atau lebih."))


def home(now: datetime) -> Iterator[Finding]:
    """The folder with everything: there, writable, private, with room left."""
    place = Path(settings.HOME)
    if not place.is_dir() or not os.access(place, os.W_OK):
        words = _("Folder data %(path)s tidak ada atau tidak dapat ditulisi.") % {"path": place}
        remedy = _("Periksa CANTIK_HOME dan pemilik foldernya, lalu: cantik prepare")
        yield Finding("home", State.BAD, words, remedy)
        return
    free = shutil.disk_usage(place).free
    words = _("Ruang kosong %(size)s.") % {"size": _gigabytes(free)}
    if free < LEAST_FREE:
        remedy = _("Kosongkan disk, atau pindahkan cadangan lama dari %(path)s.") % {
            "path": place / "backups"
        }
        yield Finding("home", State.BAD, words, remedy)
    else:
        yield Finding("home", State.OK, words)
    if os.name == "posix" and place.stat().st_mode & stat.S_IWOTH:
        words = _("Semua pengguna komputer ini dapat mengubah folder data.")
        yield Finding("home", State.BAD, words, f"chmod o-w {place}")
    try:
        ledger.check_finished()
    except ledger.BackupProblem as problem:
        yield Finding("home", State.BAD, str(problem), _("Ulangi perintah cantik restore."))


def _gigabytes(size: int) -> str:
    return f"{size / (1 << 30):.1f} GB".replace(".", ",")


def key(now: datetime) -> Iterator[Finding]:
    """The master key: there, private, apart from the data, and the one that sealed them."""
    path = Path(settings.KEY_FILE)
    try:
        fingerprint = ledger.check_key()
    except ledger.KeyProblem as problem:
        remedy = _("Pulihkan dari lembar pemulihan: cantik key restore")
        yield Finding("key", State.BAD, str(problem), remedy)
        return
    words = _("Kunci cocok dengan data, sidik %(fingerprint)s.") % {"fingerprint": fingerprint}
    yield Finding("key", State.OK, words)
    if os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        words = _("Pengguna lain di komputer ini dapat membaca berkas kunci.")
        yield Finding("key", State.BAD, words, f"chmod 600 {path}")
    if Path(settings.HOME) in path.resolve().parents:
        words = _("Berkas kunci ada di dalam folder data: salinan folder itu membuka semua nama.")
        remedy = _("Pindahkan kunci dan setel CANTIK_KEY_FILE ke tempat barunya.")
        yield Finding("key", State.BAD, words, remedy)
    shown = ledger.AuditLine.objects.filter(verb="people.show_key_sheet")
    if not people.example_sign_ins() and not shown.exists():
        words = _("Lembar pemulihan kunci belum pernah dicetak.")
        remedy = _("Cetak dan simpan di amplop tertutup: cantik key sheet")
        yield Finding("key", State.LOOK, words, remedy)


def database(now: datetime) -> Iterator[Finding]:
    """The database answers, is whole, and is of this program's version."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA quick_check(1)")
            said = str(cursor.fetchone()[0])
            if said != "ok":
                words = _("Basis data rusak.")
                remedy = _("Hentikan Cantik, lalu pulihkan cadangan: cantik restore BERKAS")
                yield Finding("database", State.BAD, words, remedy)
                return
        else:
            cursor.execute("SELECT 1")
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    known = set(executor.loader.disk_migrations)
    newer = [
        one for one in executor.loader.applied_migrations
        if one not in known and one[0] in executor.loader.migrated_apps
    ]  # fmt: skip
    if newer:
        words = _("Basis data ini dari versi Cantik yang lebih baru.")
        remedy = _("Pasang versi yang baru itu, atau pulihkan cadangan dari sebelum naik versi.")
        yield Finding("database", State.BAD, words, remedy)
    elif waiting:
        words = _("%(n)s perubahan basis data belum dijalankan.") % {"n": len(waiting)}
        yield Finding("database", State.BAD, words, "cantik prepare")
    else:
        yield Finding("database", State.OK, _("Basis data utuh dan mutakhir."))


def audit(now: datetime) -> Iterator[Finding]:
    """The trail of who did what is as it was written."""
    broken = ledger.verify_audit()
    if broken is None:
        yield Finding("audit", State.OK, _("Jejak audit utuh."))
        return
    words = _("Jejak audit berubah mulai baris %(number)s.") % {"number": broken}
    remedy = _("Bandingkan dengan cadangan, dan cari siapa yang dapat mengubah basis data.")
    yield Finding("audit", State.BAD, words, remedy)


def files(now: datetime) -> Iterator[Finding]:
    """Every edition's files stand under their own sums; every released file is the approved one."""
    lost = ledger.lost_files()
    if lost:
        words = _("%(n)s berkas hilang atau berubah.") % {"n": len(lost)}
        remedy = _("Pulihkan dari cadangan: cantik restore BERKAS")
        yield Finding("files", State.BAD, words, remedy)
    else:
        yield Finding("files", State.OK, _("Semua berkas utuh."))
    for village, number in disseminate.damaged()[:SHOWN]:
        words = _("Terbitan %(number)s desa %(village)s tidak lagi seperti yang disetujui.") % {
            "number": number, "village": village,
        }  # fmt: skip
        remedy = _("Buka Persetujuan desa itu, tekan Coba umumkan lagi.")
        yield Finding("files", State.BAD, words, remedy)


def jobs(now: datetime) -> Iterator[Finding]:
    """Work in the background goes on and does not fail."""
    waiting = ledger.Job.objects.filter(
        state__in=(ledger.Job.State.WAITING, ledger.Job.State.RUNNING), at__lt=now - JOB_WAITS
    ).count()
    failed = ledger.Job.objects.filter(
        state=ledger.Job.State.FAILED, at__gt=now - timedelta(days=7)
    ).count()
    if waiting:
        words = _("%(n)s pekerjaan menunggu lebih dari 15 menit.") % {"n": waiting}
        remedy = _("Pastikan cantik serve (atau layanan cantik) berjalan.")
        yield Finding("jobs", State.BAD, words, remedy)
    if failed:
        words = _("%(n)s pekerjaan gagal dalam tujuh hari.") % {"n": failed}
        remedy = _("Lihat log; ulangi dari halaman tempat pekerjaan itu diminta.")
        yield Finding("jobs", State.LOOK, words, remedy)
    if not waiting and not failed:
        yield Finding("jobs", State.OK, _("Tidak ada pekerjaan yang macet."))


def backups(now: datetime) -> Iterator[Finding]:
    """A backup of this week exists, and not only on this disk."""
    made = sorted(
        (Path(settings.HOME) / "backups").glob("*.tar.gz"), key=lambda one: one.stat().st_mtime
    )
    if not ledger.AuditLine.objects.exists():
        return
    remedy = _("Jalankan cantik backup, lalu salin berkasnya ke luar komputer ini.")
    if not made:
        yield Finding("backups", State.LOOK, _("Belum ada cadangan di folder data."), remedy)
        return
    latest = datetime.fromtimestamp(made[-1].stat().st_mtime, UTC)
    words = _("Cadangan terakhir %(day)s.") % {"day": numbers.day(latest.date(), "id")}
    old = now - latest > timedelta(days=BACKUP_DAYS)
    yield Finding("backups", State.LOOK if old else State.OK, words, remedy if old else "")


def serving(now: datetime) -> Iterator[Finding]:
    """What the pages need, and whether they may be seen from outside."""
    host = os.environ.get("HOST", "127.0.0.1")
    outside = host not in ("127.0.0.1", "localhost", "::1") or settings.PROXIES > 0
    if people.example_sign_ins() and outside:
        words = _("Ada akun contoh, sandinya diketahui umum, padahal dilayani ke luar.")
        yield Finding("serving", State.BAD, words, "cantik demo remove")
    if outside and not settings.SESSION_COOKIE_SECURE:
        words = _("Dilayani ke luar tanpa https: kata sandi terbaca di jaringan.")
        remedy = _("Pasang https di depannya dan setel CANTIK_HTTPS=1 (docs/operasi.md).")
        yield Finding("serving", State.BAD, words, remedy)
    if settings.PROXIES > 0 and "*" in settings.ALLOWED_HOSTS:
        words = _("Cantik menjawab untuk nama situs apa pun.")
        remedy = _("Setel CANTIK_HOSTS ke nama situs, misalnya data.contoh.go.id.")
        yield Finding("serving", State.LOOK, words, remedy)
    try:
        staticfiles_storage.url("look/cantik.css")
        stands = settings.TESTING or (Path(settings.STATIC_ROOT) / "look").is_dir()
    except ValueError:
        stands = False
    if not stands:
        words = _("Berkas tampilan belum disiapkan.")
        yield Finding("serving", State.BAD, words, "cantik prepare")
    else:
        yield Finding("serving", State.OK, _("Berkas tampilan siap."))


CHECKS: tuple[Check, ...] = (
    program, home, key, database, audit, files, jobs, backups, serving,
)  # fmt: skip


def examine(now: datetime | None = None) -> list[Finding]:
    """All findings, in the order in which they should be mended."""
    found: list[Finding] = []
    for check in CHECKS:
        try:
            found += check(now or timezone.now())
        except Exception as fault:  # whatever is broken must not hide the rest
            words = _("Pemeriksaan ini sendiri gagal: %(kind)s.") % {"kind": type(fault).__name__}
            remedy = _("Mendekati sebabnya: mulai dari temuan di atasnya.")
            found.append(Finding(check.__name__, State.BAD, words, remedy))
    return found
