"""Load packs, open an activity, write down whom it should reach."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

import cantik
from cantik.kernel.problems import Refused
from cantik.ledger import api as ledger
from cantik.people import api as people

from .checks import check
from .models import Activity, PackRecord
from .pack import Pack
from .reading import FILES, BadPack, read

PACKS = Path(cantik.__file__).parent / "packs"
LICENCES = ("CC BY 4.0", "CC0 1.0")
FIRST_YEAR = 2000


def read_folder(folder: Path) -> tuple[Pack, dict[str, str]]:
    """Raises BadPack with every fault, those of the checks included."""
    files = {
        name: (folder / name).read_text(encoding="utf-8")
        for name in FILES
        if (folder / name).exists()
    }
    pack = read(files)
    faults = check(pack)
    if faults:
        raise BadPack(faults)
    return pack, files


@transaction.atomic
def load_packs(*, folder: Path = PACKS, now: datetime) -> list[str]:
    """Load every pack below a folder; one that is there already stays as it is."""
    loaded = []
    for one in sorted(folder.glob("*/v*/pack.yaml")):
        pack, files = read_folder(one.parent)
        made = PackRecord.objects.get_or_create(
            hash=pack.hash,
            defaults={
                "pack_id": pack.id,
                "version": pack.version,
                "files": files,
                "loaded_at": now,
            },
        )[1]
        if made:
            ledger.record(
                actor=None, verb="design.load_pack", thing="pack", thing_id=pack.hash[:16],
                area_id="", now=now, detail={"id": pack.id, "version": pack.version},
            )  # fmt: skip
            loaded.append(pack.hash)
    return loaded


@transaction.atomic
def open_activity(
    *,
    actor: Any,
    village_id: str,
    pack_hash: str,
    period: str,
    reference_date: date,
    licence: str,
    now: datetime,
) -> Activity:
    people.check_can(actor, "activity.open", village_id)
    if not PackRecord.objects.filter(hash=pack_hash).exists():
        raise Refused("pack", _("Kuesioner ini tidak dikenal."))
    if not (period.isascii() and period.isdigit() and FIRST_YEAR <= int(period) <= now.year + 1):
        raise Refused("period", _("Tahun terdiri dari empat angka, misalnya 2026."))
    if str(reference_date.year) != period:
        raise Refused("reference", _("Tanggal rujukan harus di dalam tahun itu."))
    if licence not in LICENCES:
        raise Refused("licence", _("Pilih lisensi data."))
    if Activity.objects.filter(village_id=village_id, pack_hash=pack_hash, period=period).exists():
        raise Refused("twice", _("Kegiatan untuk tahun ini sudah dibuka."))
    made = Activity.objects.create(
        id=ledger.random_id(),
        village_id=village_id,
        pack_hash=pack_hash,
        period=period,
        reference_date=reference_date,
        licence=licence,
        opened_at=now,
    )
    _log(actor, "design.open_activity", made, now, {"period": period})
    return made


@transaction.atomic
def set_targets(
    *,
    actor: Any,
    activity_id: str,
    kk_targets: Mapping[str, int],
    register: Mapping[str, tuple[int, int]],
    source: str,
    on: date,
    now: datetime,
) -> Activity:
    """Families to reach and registered persons (male, female) for each RT, with their source."""
    activity = Activity.objects.select_for_update().get(pk=activity_id)
    people.check_can(actor, "register.edit", activity.village_id)
    leaves = {leaf.id for leaf in people.village_tree(activity.village_id).leaves()}
    if (set(kk_targets) | set(register)) - leaves:
        raise Refused("where", _("Wilayah ini tidak ada di sini."))
    numbers = [*kk_targets.values(), *(n for pair in register.values() for n in pair)]
    if any(n < 0 or n > 100_000 for n in numbers):
        raise Refused("number", _("Isi dengan bilangan bulat, 0 atau lebih."))
    if not source.strip():
        raise Refused("source", _("Tulis dari mana jumlah ini."))
    activity.kk_targets = {id_: int(n) for id_, n in kk_targets.items()}
    activity.register = {id_: [int(a), int(b)] for id_, (a, b) in register.items()}
    activity.target_source, activity.target_date = source.strip()[:200], on
    activity.save()
    _log(actor, "design.set_targets", activity, now, {"families": sum(kk_targets.values())})
    return activity


def _log(
    actor: Any, verb: str, activity: Activity, now: datetime, detail: dict[str, object]
) -> None:
    ledger.record(
        actor=actor, verb=verb, thing="activity", thing_id=activity.id,
        area_id=activity.village_id, now=now, detail=detail,
    )  # fmt: skip
