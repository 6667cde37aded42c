"""`cantik areas load`: the lists that come with the program. `cantik areas import FILE`: another
list, for example of the whole nation; without --apply it only tells what would change. `cantik
areas index FILE`: the official status of villages by year, in the same way."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cantik.people import actions, areas, indices, listing

SHOWN = 20


class Command(BaseCommand):
    help = "Load the areas that come with the program, or import a list. Twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["load", "import", "index"])
        parser.add_argument(
            "file",
            nargs="?",
            type=Path,
            help="import: kode, nama[, kode_bps]; index: kode, tahun, skor, status",
        )
        parser.add_argument("--apply", action="store_true", help="write what is told")
        parser.add_argument("--source", default="", help="who made the list")
        parser.add_argument("--year", type=int, default=date.today().year, help="of the list")  # noqa: DTZ011

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "load":
            made = areas.load()
            if options["verbosity"]:
                self.stdout.write(f"{made} wilayah baru.")
            return
        if options["file"] is None:
            what = options["what"]
            raise CommandError(f"Sebut berkasnya: cantik areas {what} daftar.csv")
        try:
            data = options["file"].read_bytes()
        except OSError as fault:
            raise CommandError(f"Berkas tidak dapat dibaca: {fault.strerror}") from None
        if options["what"] == "index":
            self._index(data, options)
            return
        found = listing.read(data)
        self._stop(found.faults)
        if options["apply"]:
            now = timezone.now()
            report = actions.import_list(
                rows=found.rows,
                source=options["source"] or "Kemendagri",
                list_year=options["year"],
                day=timezone.localdate(now), now=now,
            )  # fmt: skip
        else:
            report = actions.compare_list(found.rows)
        self._tell(report, written=options["apply"])

    def _stop(self, faults: list[str]) -> None:
        if faults:
            for words in faults:
                self.stderr.write(words)
            raise CommandError("Tidak ada yang ditulis. Perbaiki baris-baris di atas.")

    def _index(self, data: bytes, options: dict[str, Any]) -> None:
        if not options["source"]:
            raise CommandError(
                'Sebut sumbernya, misalnya --source "Kementerian Desa, hasil IDM 2024"'
            )
        found = indices.read(data)
        self._stop(found.faults)
        report = actions.load_indices(
            rows=found.rows, source=options["source"], now=timezone.now(), write=options["apply"]
        )
        self._stop(
            [f"baris {line}: desa {code} tidak dikenal" for line, code in report.unknown][:SHOWN]
        )
        self.stdout.write(f"{report.added} baru, {report.changed} berubah.")
        if not options["apply"]:
            self.stdout.write("Belum ditulis. Tambahkan --apply untuk menulisnya.")

    def _tell(self, report: actions.ListReport, *, written: bool) -> None:
        for level in listing.LEVELS.values():
            if report.added.get(level):
                self.stdout.write(f"baru: {report.added[level]} {level}")
        self._some("berganti nama", [f"{c} {a} -> {b}" for c, a, b in report.renamed])
        self._some("tidak ada di daftar, tetap disimpan", [f"{c} {n}" for c, n in report.unmatched])
        self._some(
            "mungkin desa yang sama dengan kode lain (periksa; keduanya tidak digabung)",
            [f"{was} -> {now} {name}" for was, now, name in report.moved],
        )
        self._some("pasangan BPS menunggu diperiksa", [f"{c} = {b}" for c, b in report.pairs])
        if report.empty:
            self.stdout.write("Tidak ada yang berubah.")
        elif not written:
            self.stdout.write("Belum ditulis. Tambahkan --apply untuk menulisnya.")

    def _some(self, title: str, lines: list[str]) -> None:
        if lines:
            self.stdout.write(f"{title}: {len(lines)}")
            for line in lines[:SHOWN]:
                self.stdout.write(f"  {line}")
            if len(lines) > SHOWN:
                self.stdout.write(f"  … dan {len(lines) - SHOWN} lagi")
