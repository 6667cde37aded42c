"""``cantik doctor``: what is wrong with this installation, and the one step that mends it.

Each check looks at one thing and answers with findings; none changes anything, none tells anything
about a respondent. A check that fails itself is a finding too.
"""

import filecmp
import json
import os
import shutil
import stat
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import DatabaseError, OperationalError, connection
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
CLOCK_SLACK = timedelta(minutes=5)
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


def home(now: datetime) -> Iterator[Finding]:
    """The folder with everything: there, writable, private, with room left."""
    place = Path(settings.HOME)
    if not place.is_dir() or not os.access(place, os.W_OK):
        words = _("Folder data %(path)s tidak ada, atau pengguna ini tidak boleh menulisinya.") % {
            "path": place
        }
        remedy = _(
            "Periksa CANTIK_HOME, dan jalankan perintah ini sebagai pengguna layanan, "
            "dengan setelannya (docs/operasi.md)."
        )
        yield Finding("home", State.BAD, words, remedy)
        return
    free = shutil.disk_usage(place).free
    words = _("Folder data %(path)s, ruang kosong %(size)s.") % {
        "path": place, "size": _gigabytes(free),
    }  # fmt: skip
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
        yield Finding("key", State.BAD, str(problem), _key_remedy(path))
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


def _key_remedy(path: Path) -> str:
    """A key is never written over: one that is no use is put aside first."""
    try:
        stands = path.exists()
        readable = not stands or os.access(path, os.R_OK)
    except OSError:
        readable = False
    if not readable:
        return _("Jalankan perintah ini sebagai pengguna layanan (docs/operasi.md).")
    if stands:
        return f"mv {path} {path}.salah && cantik key restore"
    if not (Path(settings.HOME) / "key.fingerprint").exists():
        return _(
            "Di folder data ini belum ada yang disegel. Bila CANTIK_HOME dan CANTIK_KEY_FILE "
            "sudah benar dan ini instalasi baru: cantik prepare"
        )
    return _("Pulihkan dari lembar pemulihan: cantik key restore")


def database(now: datetime) -> Iterator[Finding]:
    """The database answers, is whole, and is of this program's version."""
    try:
        yield from _database()
    except DatabaseError as fault:
        yield _no_database(fault)


def _database() -> Iterator[Finding]:
    if connection.vendor == "sqlite" and not _stands():
        words = _("Belum ada basis data di folder data ini.")
        remedy = (
            _("Pulihkan cadangan: cantik restore BERKAS")
            if (Path(settings.HOME) / "key.fingerprint").exists()
            else _("Periksa CANTIK_HOME; bila ini instalasi baru: cantik prepare")
        )
        yield Finding("database", State.BAD, words, remedy)
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA quick_check(1)")
            if str(cursor.fetchone()[0]) != "ok":
                yield _spoilt()
                return
        elif connection.pg_version < 150000:  # type: ignore[attr-defined]
            words = _("PostgreSQL di bawah versi 15.")
            yield Finding("database", State.BAD, words, _("Naikkan PostgreSQL ke 15 atau lebih."))
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


def _stands() -> bool:
    """SQLite makes an empty file when asked; the doctor changes nothing, so it looks first."""
    name = str(connection.settings_dict["NAME"])
    return "memory" in name or (Path(name).exists() and Path(name).stat().st_size > 0)


def _spoilt() -> Finding:
    words = _("Basis data rusak.")
    remedy = _("Hentikan Cantik, lalu pulihkan cadangan: cantik restore BERKAS")
    return Finding("database", State.BAD, words, remedy)


def _no_database(fault: DatabaseError) -> Finding:
    """What a driver says before anybody is connected names host, user and database, no more."""
    if connection.vendor == "sqlite":
        said = str(fault)
        if "malformed" in said or "not a database" in said:
            return _spoilt()
        words = _("Basis data tidak dapat dibuka: %(said)s.") % {"said": said}
        remedy = _("Periksa pemilik dan hak berkas di folder data, juga ruang disk.")
        return Finding("database", State.BAD, words, remedy)
    if not isinstance(fault, OperationalError):
        words = _("PostgreSQL menolak: %(kind)s.") % {"kind": type(fault).__name__}
        return Finding("database", State.BAD, words, _("Lihat log PostgreSQL."))
    said = " ".join(str(fault).split())
    if 'database "' in said and "does not exist" in said:
        words = _("PostgreSQL berjalan, tetapi basis datanya belum dibuat.")
        remedy = "runuser -u postgres -- createdb --owner=cantik --encoding=UTF8 cantik"
    elif "authentication failed" in said or ('role "' in said and "does not exist" in said):
        words = _("PostgreSQL berjalan, tetapi menolak pengguna ini.")
        remedy = _(
            "Jalankan sebagai pengguna layanan, atau periksa pengguna dan sandi di DATABASE_URL."
        )
    else:
        words = _("PostgreSQL tidak dapat dihubungi.")
        remedy = _("systemctl start postgresql; bila sudah berjalan, periksa DATABASE_URL.")
    return Finding("database", State.BAD, words, remedy)


def sheet(now: datetime) -> Iterator[Finding]:
    """The recovery sheet of this very key was printed, on the page or by the command."""
    try:
        fingerprint = ledger.check_key()
    except ledger.KeyProblem:
        return  # told already; a sheet of a wrong key is no use
    if people.example_sign_ins():
        return
    verbs = ("people.show_key_sheet", ledger.KEY_SHEET_PRINTED)
    if not ledger.AuditLine.objects.filter(verb__in=verbs, thing_id=fingerprint).exists():
        words = _("Lembar pemulihan kunci belum pernah dicetak.")
        remedy = _("Cetak dan simpan di amplop tertutup: cantik key sheet")
        yield Finding("sheet", State.LOOK, words, remedy)


def clock(now: datetime) -> Iterator[Finding]:
    """Time has not run backwards: codes of telephones, slips and the trail go by the clock."""
    last = ledger.AuditLine.objects.order_by("-number").first()
    if last is not None and datetime.fromisoformat(last.at) > now + CLOCK_SLACK:
        words = _("Jam komputer mundur: kejadian terakhir dicatat %(day)s, sekarang %(now)s.") % {
            "day": _minute(datetime.fromisoformat(last.at)), "now": _minute(now),
        }  # fmt: skip
        yield Finding("clock", State.BAD, words, "timedatectl set-ntp true")


def _minute(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


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
    yield _look()


def _look() -> Finding:
    """What the pages are drawn with: collected, and from this version of the program."""
    if settings.TESTING:
        return Finding("serving", State.OK, _("Berkas tampilan siap."))
    try:
        staticfiles_storage.url("look/cantik.css")
    except ValueError:
        return Finding("serving", State.BAD, _("Berkas tampilan belum disiapkan."), _PREPARE)
    if stale_look(Path(settings.STATIC_ROOT)):
        words = _("Berkas tampilan dari versi lain, atau ada yang hilang.")
        return Finding("serving", State.BAD, words, _PREPARE)
    return Finding("serving", State.OK, _("Berkas tampilan siap."))


def stale_look(collected: Path) -> list[str]:
    """Names of this program's own files of the look that are not the ones collected."""
    return [
        name
        for finder in get_finders()
        for name, storage in finder.list([])
        if not (collected / name).is_file()
        or not filecmp.cmp(storage.path(name), collected / name, shallow=False)
    ]


def running(now: datetime) -> Iterator[Finding]:
    """Whether pages are answered here at all."""
    host = os.environ.get("HOST", "127.0.0.1")
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 to ask, not to serve
    address = f"[{host}]" if ":" in host else host
    address = f"{address}:{os.environ.get('PORT', '8000')}"
    if answers(address):
        words = _("Halaman dilayani di %(address)s.") % {"address": address}
        yield Finding("running", State.OK, words)
        return
    words = _("Cantik tidak menjawab di %(address)s.") % {"address": address}
    remedy = _("systemctl start cantik, atau make run; lihat sebabnya: journalctl -u cantik")
    yield Finding("running", State.LOOK, words, remedy)


def answers(address: str) -> bool:
    """Whether /healthz of the program there says that it is ready; waits 3 seconds at most."""
    site = settings.ALLOWED_HOSTS[0]
    asked = urllib.request.Request(
        f"http://{address}/healthz", headers={} if site == "*" else {"Host": site.lstrip(".")}
    )
    try:
        with urllib.request.urlopen(asked, timeout=3) as answer:  # noqa: S310
            return bool(json.load(answer)["status"] == "ok")
    except (OSError, ValueError, KeyError, TypeError):
        return False


_PREPARE = "cantik prepare"
# In the order in which they should be mended; the second kind asks the database.
FIRST: tuple[Check, ...] = (program, home, key, database)
AFTER: tuple[Check, ...] = (
    sheet, clock, audit, files, jobs, backups, serving, running,
)  # fmt: skip


def examine(now: datetime | None = None) -> list[Finding]:
    """All findings. Where the database is bad, what needs it is not asked eight times over."""
    at = now or timezone.now()
    found = [one for check in FIRST for one in _looked(check, at)]
    if any(one.check == "database" and one.state is State.BAD for one in found):
        words = _("Yang lain diperiksa sesudah basis datanya beres.")
        return [*found, Finding("rest", State.LOOK, words)]
    return found + [one for check in AFTER for one in _looked(check, at)]


def _looked(check: Check, now: datetime) -> list[Finding]:
    try:
        return list(check(now))
    except Exception as fault:  # whatever is broken must not hide the rest
        words = _("Pemeriksaan %(check)s sendiri gagal: %(kind)s.") % {
            "check": check.__name__, "kind": type(fault).__name__,
        }  # fmt: skip
        remedy = _("Perbaiki dahulu yang disebut di atasnya, lalu jalankan lagi.")
        return [Finding(check.__name__, State.BAD, words, remedy)]
