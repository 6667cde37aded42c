"""Putting a questionnaire together: begin, add, drop, reword, make a pack of it, take up the next
version of its base."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cantik.kernel.problems import Refused
from cantik.kernel.text import pick
from cantik.ledger import api as ledger
from cantik.people import api as people

from . import actions, bank, overlay, store
from .models import Activity, Composition, PackRecord
from .reading import Content

MOST_COMPOSITIONS = 100
CHANGE = "change"  # of an own question, written as a new addition in the place of the old one


def _words(fault: overlay.NotAdded) -> str:
    said = {
        "gone": _("Pertanyaan itu sudah tidak ada."),
        "taken": _("Pertanyaan dengan nama yang sama sudah ada."),
        "many": _("Paling banyak %(n)s pertanyaan.") % {"n": overlay.MOST_QUESTIONS},
        "words": _("Tulis pertanyaannya, paling panjang %(n)s huruf.") % {"n": overlay.LONGEST},
        "options": _("Tulis dua jawaban atau lebih, satu di setiap baris, semuanya berbeda."),
        "condition": _("Jawaban yang membuka pertanyaan ini tidak ada pada pertanyaan itu."),
        "bounds": _("Angka terbesar tidak boleh di bawah angka terkecil."),
        "apart": _("Pertanyaan ini tidak dapat diletakkan di sana."),
        "used": _("Pertanyaan ini dipakai oleh: %(who)s. Hapus itu dahulu.") % {"who": fault.shown},
        "needed": _("Pertanyaan ini selalu diperlukan."),
    }
    return said.get(fault.code, fault.code)


def base_of(one: Composition) -> Content:
    if one.base_id is not None:
        return store.content(one.base_id)
    return overlay.empty(overlay.Start(one.pack_name, one.title, one.purpose, one.unit, one.placed))


def compiled(one: Composition) -> overlay.Compiled:
    """The questionnaire as it stands now. The head carries the village's own id and title."""
    made = overlay.compiled(base_of(one), one.operations)
    made.content["pack.yaml"] = {**made.content["pack.yaml"], **_head(one)}
    return made


def _head(one: Composition) -> dict[str, Any]:
    head: dict[str, Any] = {
        "id": one.pack_name,
        "version": str(one.made_count + 1),
        "title": {"id": one.title, "en": one.title},
    }
    if one.base is not None:
        base = {"id": one.base.name, "version": one.base.version, "hash": one.base_id}
        head["base"] = base
    return head


def _log(one: Composition, actor: Any, verb: str, now: datetime, **detail: object) -> None:
    ledger.record(
        actor=actor, verb=f"design.{verb}", thing="composition", thing_id=one.id,
        area_id=one.village_id, now=now, detail=detail,
    )  # fmt: skip


@transaction.atomic
def begin(
    *,
    actor: Any,
    village_id: str,
    base_hash: str,
    title: str,
    purpose: str,
    unit: str,
    placed: bool,
    now: datetime,
) -> Composition:
    """A new questionnaire, from nothing or from a pack that the village may use."""
    people.check_can(actor, "activity.open", village_id)
    if Composition.objects.filter(village_id=village_id).count() >= MOST_COMPOSITIONS:
        raise Refused("many", _("Desa ini sudah punya banyak kuesioner sendiri."))
    base = None
    if base_hash:
        base = PackRecord.objects.filter(pk=base_hash).first()
        if base is None or base.village_id not in (None, village_id):
            raise people.NotAllowed
    one = Composition.objects.create(
        id=ledger.random_id(), village_id=village_id, base=base, title=title.strip(),
        pack_name="desa_" + ledger.random_id(), purpose=purpose.strip(), unit=unit.strip().lower(),
        placed=placed, begun_by=actor, changed_at=now,
    )  # fmt: skip
    _log(one, actor, "compose", now, base=base.name if base else "")
    return one


def of(village_id: str, id_: str) -> Composition:
    """Raises NotAllowed (404), also for one of another village."""
    found = Composition.objects.filter(pk=id_, village_id=village_id).select_related("base").first()
    if found is None:
        raise people.NotAllowed
    return found


def _locked(actor: Any, village_id: str, id_: str, version: int) -> Composition:
    people.check_can(actor, "activity.open", village_id)
    one = (
        Composition.objects.select_for_update(of=("self",)).filter(pk=id_, village_id=village_id)
        .first()
    )  # fmt: skip
    if one is None:
        raise people.NotAllowed
    if one.version != version:
        raise Refused(
            "stale", _("Kuesioner ini baru saja diubah di tempat lain. Lihat yang sekarang dahulu.")
        )
    return one


def _save(one: Composition, now: datetime) -> None:
    one.version += 1
    one.changed_at = now
    one.save()


@transaction.atomic
def change(
    *,
    actor: Any,
    village_id: str,
    composition_id: str,
    version: int,
    operations: list[overlay.Operation],
    now: datetime,
) -> Composition:
    """Append operations; all or none. Names of new questions come from their words. Raises Refused
    with what to do."""
    one = _locked(actor, village_id, composition_id, version)
    standing = compiled(one).content
    taken = [row["name"] for row in overlay.questions(standing)]
    taken += [row["list_name"] for row in standing["choices.csv"]]
    fresh: list[overlay.Operation] = []
    for operation in operations:
        if operation["op"] == overlay.ADD and "name" not in operation:
            operation = {**operation, "name": overlay.name_for(operation["label"], taken)}
            taken.append(operation["name"])
        if operation["op"] == overlay.DROP and (
            using := overlay.users(standing, operation["name"])
        ):
            raise Refused("used", _words(overlay.NotAdded("used", ", ".join(using[:3]))))
        fresh.append(operation)
    try:
        wanted = _without(one.operations, fresh)
        made = overlay.compiled(base_of(one), wanted)
    except overlay.NotAdded as fault:
        raise Refused(fault.code, _words(fault)) from None
    before = set(overlay.compiled(base_of(one), one.operations).faults)
    new = [fault for fault in made.faults if fault not in before and fault.file != "tables.yaml"]
    if new and overlay.questions(made.content):
        raise Refused("unfit", "; ".join(str(fault) for fault in new[:3]))
    one.operations = wanted
    _save(one, now)
    _log(one, actor, "compose_change", now, changes=[op["op"] for op in fresh])
    return one


def _without(
    standing: list[overlay.Operation], fresh: list[overlay.Operation]
) -> list[overlay.Operation]:
    """Dropping one's own question takes its addition away: what never was is no deviation.
    Changing it changes the addition where it stands."""
    made = list(standing)
    for one in fresh:
        if one["op"] == CHANGE:
            at = own_addition(made, one["name"])
            changed = {**one, "op": overlay.ADD, "after": made[at].get("after", "")}
            made[at] = changed
            made = [o for o in made if not (o["op"] == overlay.REWORD and o["name"] == one["name"])]
            continue
        own = [
            at
            for at, old in enumerate(made)
            if one["op"] == overlay.DROP and old["op"] == overlay.ADD and _adds(old, one["name"])
        ]
        if own:
            gone = made[own[0]]
            left = [o for o in made if o is not gone and not _about(o, one["name"])]
            if "row" in gone or gone.get("kind") != "many":
                made = left
                continue
        made.append(one)
    return made


def own_addition(operations: list[overlay.Operation], name: str) -> int:
    """Where a question was added that the village put into words itself. Raises NotAdded."""
    for at, one in enumerate(operations):
        if one["op"] == overlay.ADD and one["name"] == name and "row" not in one:
            return at
    raise overlay.NotAdded("gone", name)


def _adds(operation: overlay.Operation, name: str) -> bool:
    return bool(operation["name"] == name)


def _about(operation: overlay.Operation, name: str) -> bool:
    if operation["op"] == overlay.MOVE:
        return name in (operation["name"], operation["after"])
    return bool(operation["op"] == overlay.REWORD and operation["name"] == name)


@transaction.atomic
def finish(
    *, actor: Any, village_id: str, composition_id: str, version: int, now: datetime
) -> PackRecord:
    """Make a pack of it, for activities. The same again gives the pack that stands."""
    one = _locked(actor, village_id, composition_id, version)
    if one.made is not None and not _differs(one):
        return one.made
    made = compiled(one)
    if made.faults:
        raise Refused("unfit", "; ".join(str(fault) for fault in made.faults[:3]))
    record = actions.add_pack(actor=actor, village_id=village_id, content=made.content, now=now)
    one.made, one.made_count = record, one.made_count + 1
    one.save()
    return record


def _differs(one: Composition) -> bool:
    """Whether it changed since a pack was made of it."""
    if one.made_id is None:
        return True
    made = compiled(one).content
    was = store.content(one.made_id)
    head = {**made["pack.yaml"], "version": was["pack.yaml"]["version"]}
    return {**made, "pack.yaml": head} != was


@transaction.atomic
def keep_table(
    *, actor: Any, activity_id: str, operation: overlay.Operation, now: datetime
) -> None:
    """Keep a table that was put together for an activity. Where its questionnaire was composed
    here, the table is one more deviation, so that it stands on the next version too."""
    before = Activity.objects.get(pk=activity_id).pack_id
    after = actions.save_table(
        actor=actor, activity_id=activity_id, operation=operation, now=now
    ).pack_id
    one = Composition.objects.select_for_update(of=("self",)).filter(made_id=before).first()
    if one is None:
        return
    settled = not _differs(one)
    drops = [{"op": overlay.DROP_TABLE, "id": id_} for id_ in operation.get("drop", ())]
    kept = {key: value for key, value in operation.items() if key != "drop"}
    one.operations = [*one.operations, *drops, kept]
    if settled:
        one.made_id = after
    _save(one, now)
    _log(one, actor, "compose_change", now, changes=[overlay.ADD_TABLE])


def deviations(one: Composition) -> list[str]:
    """What differs from the base, in words."""
    base = {row["name"]: row for row in overlay.questions(base_of(one))}
    label = "label::Indonesia (id)"
    told = []
    for op in one.operations:
        was = base.get(op.get("name", ""), {}).get(label, op.get("name", ""))
        if op["op"] == overlay.ADD:
            words = op.get("label") or op["row"].get(label, op["name"])
            told.append(_("Ditambah: %(what)s") % {"what": words})
        elif op["op"] == overlay.DROP:
            told.append(_("Tidak ditanyakan: %(what)s") % {"what": was})
        elif op["op"] == overlay.REWORD:
            told.append(
                _("Kata-kata diubah: %(was)s menjadi %(now)s") % {"was": was, "now": op["label"]}
            )
        elif op["op"] == overlay.MOVE:
            own = {o["name"]: o for o in one.operations if o["op"] == overlay.ADD}
            words = was if op["name"] in base else own.get(op["name"], {}).get("label", was)
            told.append(_("Dipindah: %(what)s") % {"what": words})
        elif op["op"] == overlay.ADD_TABLE:
            told.append(_("Tabel ditambah: %(what)s") % {"what": pick(op["table"]["title"], "id")})
        else:
            told.append(_("Tabel dihapus: %(what)s") % {"what": op["id"]})
    return told


def behind(village_id: str, pack_id: str) -> tuple[Composition, list[str]] | None:
    """The composition a village's own pack was made of, with what differs from its base; None for
    a pack that nobody here put together."""
    one = (
        Composition.objects.filter(village_id=village_id, pack_name=pack_id)
        .select_related("base").first()
    )  # fmt: skip
    return None if one is None else (one, deviations(one) if one.base_id else [])


def to_take_up(village_id: str) -> list[Composition]:
    """Own questionnaires whose base has a later version."""
    rows = Composition.objects.filter(village_id=village_id).exclude(base=None)
    return [one for one in rows.select_related("base") if newer_base(one) is not None]


# -- the next version of the base -------------------------------------------------------------


def newer_base(one: Composition) -> PackRecord | None:
    """A later version of the base, where there is one."""
    if one.base is None:
        return None
    rows = PackRecord.objects.filter(name=one.base.name, village=one.base.village_id).defer(
        "content"
    )
    found = [r for r in rows if store.version_key(r.version) > store.version_key(one.base.version)]
    return max(found, key=lambda r: store.version_key(r.version), default=None)


def waiting(
    one: Composition, newer: PackRecord
) -> tuple[list[overlay.Operation], list[overlay.Conflict]]:
    if one.base_id is None:
        return one.operations, []
    return overlay.rebased(one.operations, store.content(one.base_id), store.content(newer.hash))


@transaction.atomic
def take_up(
    *,
    actor: Any,
    village_id: str,
    composition_id: str,
    version: int,
    keep: Mapping[int, bool],
    now: datetime,
) -> Composition:
    """Stand on the next version of the base; ``keep`` says of each conflict whether it is kept as
    the village's own. Nothing is lost without having been asked."""
    one = _locked(actor, village_id, composition_id, version)
    newer = newer_base(one)
    if newer is None:
        raise Refused("none", _("Tidak ada versi yang lebih baru."))
    kept, conflicts = waiting(one, newer)
    if any(conflict.at not in keep for conflict in conflicts):
        raise Refused("choose", _("Pilih dahulu untuk setiap hal yang tidak cocok lagi."))
    wanted = overlay.resolved(kept, conflicts, keep)
    try:
        made = overlay.compiled(store.content(newer.hash), wanted)
    except overlay.NotAdded as fault:
        raise Refused(fault.code, _words(fault)) from None
    if made.faults:
        raise Refused("unfit", "; ".join(str(fault) for fault in made.faults[:3]))
    one.base, one.operations = newer, wanted
    _save(one, now)
    _log(one, actor, "compose_base", now, base=newer.version, conflicts=len(conflicts))
    return one


# -- the bank ---------------------------------------------------------------------------------


def bank_items() -> list[bank.Item]:
    """The bank, of the newest version of each pack that is for all."""
    newest: dict[str, PackRecord] = {}
    for one in PackRecord.objects.filter(village=None).defer("content"):
        known = newest.get(one.name)
        if known is None or store.version_key(one.version) > store.version_key(known.version):
            newest[one.name] = one
    return list(_bank(tuple(newest[name].hash for name in sorted(newest, reverse=True))))


@lru_cache(maxsize=4)
def _bank(hashes: tuple[str, ...]) -> tuple[bank.Item, ...]:
    packs = [(store.content(one), store.by_hash(one)) for one in hashes]
    # What a price sheet asks of its market is no variable of anybody else.
    return tuple(bank.items([one for one in packs if not one[1].series]))
