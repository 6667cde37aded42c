"""What people do with packs and activities: one verb, one transaction, one line in the log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cantik.kernel import canonical
from cantik.kernel.problems import Refused
from cantik.kernel.text import Text
from cantik.kernel.tree import Node
from cantik.ledger import api as ledger
from cantik.people import api as people

from . import carrying, store, strictness, tabling
from .checks import check, check_files
from .models import Activity, Metadata, PackRecord, Target
from .pack import Pack
from .reading import BadPack, Content, build

LICENCES = ("CC BY 4.0", "CC BY-SA 4.0", "CC0 1.0")
NOT_CARRIED = {
    "not_zip": gettext_lazy("Berkas ini bukan kuesioner Cantik (.zip)."),
    "too_large": gettext_lazy("Berkas ini terlalu besar untuk sebuah kuesioner."),
    "not_pack": gettext_lazy("Berkas ini tidak memuat kuesioner Cantik."),
}
MOST_PACKS = 200  # of a village
MOST_TOLD = 5
MOST = 100_000  # families or persons of one RT: more is a slip of the finger


@transaction.atomic
def load_packs(*, now: datetime, actor: Any = None, root: Path = store.FOLDER) -> list[str]:
    """Bring the packs of the folder into the database; the hashes of the new ones.

    Raises BadPack with all faults of all packs, and for a version that was already used with other
    content: what was asked once is never changed afterwards. An unused version is replaced.
    """
    faults: list[str] = []
    new: list[tuple[str, str, str, str]] = []
    for folder in store.folders(root):
        content, pack, told = store.checked(folder)
        faults += [f"{folder.parent.name}/{folder.name}/{fault}" for fault in told]
        if pack is None or told or PackRecord.objects.filter(pk=pack.hash).exists():
            continue
        earlier = PackRecord.objects.filter(name=pack.id, version=pack.version)
        if Activity.objects.filter(pack__in=earlier).exists():
            words = "sudah dipakai dengan isi lain; tulis perubahan sebagai versi baru"
            faults.append(f"{folder.parent.name}/{folder.name}: versi {pack.version} {words}")
            continue
        earlier.delete()
        text = canonical.dumps(content).decode()
        new.append((pack.hash, pack.id, pack.version, text))
    if faults:
        raise BadPack(faults)
    for hash_, id_, version, text in new:
        PackRecord.objects.create(
            hash=hash_, name=id_, version=version, content=text, loaded_at=now
        )
        ledger.record(
            actor=actor,
            verb="design.load_pack",
            thing="pack",
            thing_id=hash_,
            now=now,
            detail={"pack": id_, "version": version},
        )
    return [one[0] for one in new]


@transaction.atomic
def add_pack(*, actor: Any, village_id: str, content: Content, now: datetime) -> PackRecord:
    """Keep a village's own questionnaire. Raises NotAllowed; Refused when it does not fit
    together (who brings it along was told before), and when the village has too many."""
    people.check_can(actor, "activity.open", village_id)
    pack, faults = build(content)
    faults += check(pack)
    if faults:
        raise Refused("unfit", "; ".join(str(one) for one in faults[:MOST_TOLD]))
    record = PackRecord.objects.filter(pk=pack.hash).first()
    if record is not None and record.village_id == village_id:
        return record
    if PackRecord.objects.filter(village_id=village_id).count() >= MOST_PACKS:
        raise Refused("many", _("Desa ini sudah punya banyak kuesioner sendiri."))
    record = PackRecord.objects.create(
        hash=pack.hash, name=pack.id, version=pack.version,
        content=canonical.dumps(content).decode(), loaded_at=now, village_id=village_id,
    )  # fmt: skip
    ledger.record(
        actor=actor, verb="design.add_pack", thing="pack", thing_id=pack.hash, area_id=village_id,
        now=now, detail={"pack": pack.id, "version": pack.version},
    )  # fmt: skip
    return record


def receive_pack(
    *, actor: Any, village_id: str, data: bytes, now: datetime
) -> tuple[PackRecord | None, list[str]]:
    """Keep a questionnaire that was carried here: the record, or what is wrong with it. It becomes
    the village's own, under a name of its own: nobody's pack is replaced by a file."""
    people.check_can(actor, "activity.open", village_id)
    try:
        files = carrying.unpacked(data)
    except carrying.NotCarried as fault:
        raise Refused(fault.code, str(NOT_CARRIED[fault.code])) from None
    content, pack, faults = check_files(files)
    if faults:
        return None, [str(one) for one in faults]
    known = PackRecord.objects.filter(pk=pack.hash).first()
    if known is not None and known.village_id in (None, village_id):
        return known, []
    own = [store.by_hash(one.pk) for one in PackRecord.objects.filter(village=None).only("pk")]
    if free := list(strictness.looser(pack, own)):
        return None, [str(one) for one in free]
    content["pack.yaml"] = {**content["pack.yaml"], "id": "desa_" + ledger.random_id()}
    return add_pack(actor=actor, village_id=village_id, content=content, now=now), []


@transaction.atomic
def open_activity(
    *,
    actor: Any,
    village_id: str,
    pack_hash: str,
    period: str,
    reference_date: date,
    licence: str = LICENCES[0],
    now: datetime,
) -> Activity:
    """Begin a collection. Raises NotAllowed, and Refused with the reason."""
    people.check_can(actor, "activity.open", village_id)
    village = people.area(village_id)
    if village.level != "desa":
        raise Refused("village", _("Kegiatan dibuka di desa atau kelurahan."))
    record = PackRecord.objects.filter(pk=pack_hash).first()
    if record is None or record.village_id not in (None, village_id):
        raise Refused("pack", _("Kuesioner ini tidak ada. Pilih dari daftar."))
    if not (
        period.isascii() and period.isdigit() and len(period) == 4 and 2000 <= int(period) <= 2100
    ):
        raise Refused("period", _("Tahun ditulis dengan empat angka, misalnya 2026."))
    if reference_date.year != int(period):
        raise Refused("reference_date", _("Tanggal rujukan harus berada dalam tahun kegiatan."))
    if licence not in LICENCES:
        raise Refused("licence", _("Pilih izin pakai dari daftar."))
    twice = Refused(
        "twice", _("Kegiatan ini sudah dibuka untuk tahun %(year)s.") % {"year": period}
    )
    same = Activity.objects.filter(village_id=village_id, period=period)
    if same.filter(pack__name=record.name).exists():
        raise twice
    try:
        with transaction.atomic():
            made = Activity.objects.create(
                id=ledger.random_id(),
                village_id=village_id,
                pack=record,
                period=period,
                reference_date=reference_date,
                licence=licence,
                opened_at=now,
                opened_by=actor,
            )
    except IntegrityError:  # someone else opened it in the same moment
        raise twice from None
    ledger.record(
        actor=actor,
        verb="design.open_activity",
        thing="activity",
        thing_id=made.id,
        area_id=village_id,
        now=now,
        detail={"pack": pack_hash, "period": period, "reference_date": reference_date.isoformat()},
    )
    return made


def target_areas(village_id: str, pack: Pack) -> list[Node]:
    """Of which areas a plan says how many there are: every RT, or only the village."""
    tree = people.village_tree(village_id)
    return list(tree.leaves()) if pack.placed else [tree.root]


@transaction.atomic
def save_table(
    *, actor: Any, activity_id: str, operation: Mapping[str, Any], now: datetime
) -> Activity:
    """Keep a table that was put together, in a version of the village's own, and use it in the
    activity. Raises NotAllowed; Refused when it does not fit together with the other tables."""
    activity = Activity.objects.select_for_update().filter(pk=activity_id).first()
    if activity is None:
        raise people.NotAllowed
    people.check_can(actor, "activity.open", activity.village_id)
    content = tabling.added(store.content(activity.pack_id), operation)
    content["pack.yaml"] = {**content["pack.yaml"], "version": _own_version(activity)}
    record = add_pack(actor=actor, village_id=activity.village_id, content=content, now=now)
    return adopt_tables(actor=actor, activity_id=activity_id, pack_hash=record.hash, now=now)


def _earlier_own(activity: Activity) -> tuple[Content, Content] | None:
    """The village's newest version of the activity's questionnaire with tables of its own, other
    than the one in use, and the shared version it was made from; None where there is none."""
    made = [
        one
        for one in PackRecord.objects.filter(name=activity.pack.name).defer("content")
        if one.village_id == activity.village_id and ".0." in one.version
        and one.hash not in (activity.pack_id, *activity.earlier_packs)
    ]  # fmt: skip
    if not made:
        return None
    newest = max(made, key=lambda one: store.version_key(one.version))
    base = PackRecord.objects.filter(
        name=activity.pack.name, version=newest.version.split(".0.")[0]
    ).first()
    return (store.content(newest.hash), store.content(base.hash)) if base else None


def tables_to_carry(activity_id: str) -> list[Text]:
    """Titles of tables the village put together for another version, and does not have here."""
    activity = Activity.objects.select_related("pack").get(pk=activity_id)
    found = _earlier_own(activity)
    if found is None:
        return []
    return [one["title"] for one in tabling.own(*found, store.content(activity.pack_id))]


@transaction.atomic
def carry_tables(
    *, actor: Any, activity_id: str, now: datetime
) -> tuple[Activity, list[Text], list[Text]]:
    """Bring the village's own tables along to the version this activity uses: the activity, titles
    of those it has now, and of those that no longer fit. Raises NotAllowed and Refused."""
    activity = Activity.objects.select_for_update().filter(pk=activity_id).first()
    if activity is None:
        raise people.NotAllowed
    people.check_can(actor, "activity.open", activity.village_id)
    found = _earlier_own(activity)
    if found is None:
        raise Refused("none", _("Tidak ada tabel lain yang pernah disusun desa ini."))
    content, kept, left = tabling.carried(*found, store.content(activity.pack_id))
    if not kept:
        return activity, kept, left
    content["pack.yaml"] = {**content["pack.yaml"], "version": _own_version(activity)}
    record = add_pack(actor=actor, village_id=activity.village_id, content=content, now=now)
    activity = adopt_tables(actor=actor, activity_id=activity_id, pack_hash=record.hash, now=now)
    return activity, kept, left


def _own_version(activity: Activity) -> str:
    """A version of the same questionnaire that nobody has: 1.0.1 of 1, 1.0.2 of 1.0.1."""
    base = activity.pack.version.split(".0.")[0]
    taken = set(
        PackRecord.objects.filter(name=activity.pack.name).values_list("version", flat=True)
    )
    at = 1
    while f"{base}.0.{at}" in taken:
        at += 1
    return f"{base}.0.{at}"


@transaction.atomic
def adopt_tables(*, actor: Any, activity_id: str, pack_hash: str, now: datetime) -> Activity:
    """Go on with a pack that asks the same and has more tables: the next release shows them. What
    was released stays as it is. Raises NotAllowed and Refused."""
    activity = Activity.objects.select_for_update().filter(pk=activity_id).first()
    if activity is None:
        raise people.NotAllowed
    people.check_can(actor, "activity.open", activity.village_id)
    record = PackRecord.objects.filter(pk=pack_hash, name=activity.pack.name).first()
    if record is None or record.village_id not in (None, activity.village_id):
        raise Refused("pack", _("Kuesioner ini tidak ada. Pilih dari daftar."))
    old, new = store.content(activity.pack_id), store.content(record.hash)
    if not tabling.same_questions(old, new):
        raise Refused(
            "questions",
            _(
                "Pertanyaan atau aturannya berbeda. Kegiatan yang berjalan memakai pertanyaan yang "
                "sama sampai selesai; buka kegiatan baru untuk kuesioner itu."
            ),
        )
    shown = ledger.Edition.objects.filter(activity_id=activity_id, kind="proposed")
    if tabling.lost(old, new) and shown.exists():
        raise Refused(
            "tables",
            _(
                "Ada tabel yang hilang atau berubah, padahal tabel kegiatan ini sudah diusulkan "
                "atau diumumkan. Sesudah itu tabelnya hanya dapat bertambah."
            ),
        )
    if record.hash == activity.pack_id:
        return activity
    activity.earlier_packs = [*activity.earlier_packs, activity.pack_id]
    activity.pack = record
    activity.save(update_fields=["pack", "earlier_packs"])
    ledger.record(
        actor=actor, verb="design.adopt_tables", thing="activity", thing_id=activity.id,
        area_id=activity.village_id, now=now, detail={"pack": record.hash},
    )  # fmt: skip
    return activity


@dataclass(frozen=True)
class LeafTarget:
    """Forms to expect from one area, family cards as a rule; persons by sex where known."""

    families: int
    male: int | None = None
    female: int | None = None


@transaction.atomic
def set_targets(
    *,
    actor: Any,
    activity_id: str,
    targets: Mapping[str, LeafTarget],
    source: str,
    source_date: date,
    now: datetime,
) -> None:
    """Write what the register says of every RT, all at once. Raises NotAllowed and Refused."""
    activity = Activity.objects.select_for_update().filter(pk=activity_id).first()
    if activity is None:
        raise people.NotAllowed
    people.check_can(actor, "register.edit", activity.village_id)
    pack = store.by_hash(activity.pack_id)
    leaves = {leaf.id for leaf in target_areas(activity.village_id, pack)}
    if set(targets) - leaves:
        raise Refused("leaf", _("Ada RT yang bukan bagian wilayah ini. Muat ulang halaman ini."))
    if leaves - set(targets):
        raise Refused("missing", _("Isi jumlahnya untuk setiap RT; 0 bila tidak ada."))
    source = source.strip()
    if not source or len(source) > 120:
        raise Refused("source", _("Tulis sumbernya, misalnya Dukcapil atau buku induk penduduk."))
    if source_date > people.today(people.area(activity.village_id), now):
        raise Refused("source_date", _("Tanggal sumber tidak boleh setelah hari ini."))
    for one in targets.values():
        numbers = (one.families, one.male or 0, one.female or 0)
        if any(not 0 <= n <= MOST for n in numbers):
            raise Refused("number", _("Jumlah ditulis sebagai angka bulat, 0 atau lebih."))
        if (one.male is None) != (one.female is None):
            raise Refused(
                "sex", _("Isi laki-laki dan perempuan dua-duanya, atau kosongkan keduanya.")
            )
    Target.objects.filter(activity=activity).delete()
    Target.objects.bulk_create(
        Target(
            activity=activity, leaf_id=leaf, families=one.families, male=one.male, female=one.female
        )
        for leaf, one in targets.items()
    )
    activity.target_source = source
    activity.target_date = source_date
    activity.save(update_fields=["target_source", "target_date"])
    ledger.record(
        actor=actor,
        verb="design.set_targets",
        thing="activity",
        thing_id=activity.id,
        area_id=activity.village_id,
        now=now,
        detail={
            "families": {leaf: one.families for leaf, one in sorted(targets.items())},
            "source_date": source_date.isoformat(),
        },
    )


@transaction.atomic
def save_metadata(
    *,
    actor: Any,
    activity_id: str,
    part: str,
    about: str,
    answers: Mapping[str, str],
    now: datetime,
) -> None:
    """Keep what a village says of an activity (``part`` activity), of one variable or of one
    indicator (``about`` its name). Answers were cleaned by the form."""
    activity = Activity.objects.select_for_update().get(pk=activity_id)
    people.check_can(actor, "activity.open", activity.village_id)
    kept, _made = Metadata.objects.get_or_create(activity=activity, defaults={"changed_at": now})
    if part == "activity":
        kept.answers = dict(answers)
    else:
        told = kept.variables if part == "variable" else kept.indicators
        told[about] = dict(answers)
    kept.changed_at, kept.changed_by = now, actor
    kept.save()
    ledger.record(
        actor=actor, verb="design.metadata", thing="activity", thing_id=activity_id,
        area_id=activity.village_id, now=now, detail={"part": part},
    )  # fmt: skip
