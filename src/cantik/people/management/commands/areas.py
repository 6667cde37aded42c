"""`cantik areas load`: the lists that come with the program. `cantik areas import FILE`: another
list, for example of the whole nation; without --apply it only tells what would change."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cantik.people import actions, areas, listing

SHOWN = 20


class Command(BaseCommand):
    help = "Load the areas that come with the program, or import a list. Twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["load", "import"])
        parser.add_argument("file", nargs="?", type=Path, help="CSV: kode, nama[, kode_bps]")
        parser.add_argument("--apply", action="store_true", help="write what is told")
        parser.add_argument("--source", default="Kemendagri", help="who made the list")
        parser.add_argument("--year", type=int, default=date.today().year, help="of the list")  # noqa: DTZ011

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "load":
            made = areas.load()
            if options["verbosity"]:
                self.stdout.write(f"{made} wilayah baru.")
            return
        if options["file"] is None:
            raise CommandError("Sebut berkasnya: cantik areas import daftar.csv")
        try:
            data = options["file"].read_bytes()
        except OSError as fault:
            raise CommandError(f"Berkas tidak dapat dibaca: {fault.strerror}") from None
        found = listing.read(data)
        if found.faults:
            for words in found.faults:
                self.stderr.write(words)
            raise CommandError("Tidak ada yang ditulis. Perbaiki baris-baris di atas.")
        if options["apply"]:
            now = timezone.now()
            report = actions.import_list(
                rows=found.rows, source=options["source"], list_year=options["year"],
                day=timezone.localdate(now), now=now,
            )  # fmt: skip
        else:
            report = actions.compare_list(found.rows)
        self._tell(report, written=options["apply"])

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
