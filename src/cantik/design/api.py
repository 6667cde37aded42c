"""The door of design: packs by hash, the activities of a village, what to do next about them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cantik.kernel.text import Text, pick
from cantik.kernel.tree import Tree
from cantik.look.tasks import Task
from cantik.people import api as people

from . import composing, metadata, store, wording, xform
from .actions import LICENCES, LeafTarget, load_packs, open_activity, save_metadata, set_targets
from .derived import age_on, counted_members, derive
from .judging import Verdict, involved, judge
from .models import Activity, Metadata, PackRecord
from .pack import (
    FAMILY,
    MEMBER,
    Book,
    Chapter,
    Choice,
    Class,
    Classification,
    Indicator,
    Instrument,
    Pack,
    Question,
    Record,
    Rule,
    SeriesTemplate,
    TableTemplate,
    one_count,
)
from .pricing import NotPrices, PriceSheet, scaled
from .pricing import cells as _price_cells
from .pricing import read as _read_prices
from .reading import BadPack
from .remembering import Remembered
from .universes import counted, universe_words, when_asked
from .wording import Asked
from .xlsform import AREAS

__all__ = [
    "AREAS",
    "FAMILY",
    "LICENCES",
    "MEMBER",
    "ActivityInfo",
    "Annex",
    "Asked",
    "BadPack",
    "Book",
    "Chapter",
    "Choice",
    "Class",
    "Classification",
    "Indicator",
    "Instrument",
    "LeafTarget",
    "NotPrices",
    "Pack",
    "PriceSheet",
    "Question",
    "Record",
    "Remembered",
    "Rule",
    "SeriesTemplate",
    "TableTemplate",
    "Verdict",
    "activities",
    "activity",
    "age_on",
    "annex",
    "asked",
    "at_leisure",
    "counted",
    "counted_members",
    "derive",
    "form_of",
    "involved",
    "judge",
    "latest_activities",
    "latest_pack",
    "load_packs",
    "metadata_answers",
    "metadata_filled",
    "next_things",
    "of_activity",
    "one_count",
    "open_activity",
    "pack",
    "packs",
    "previous_activity",
    "running",
    "save_metadata",
    "set_targets",
    "tree_of",
    "universe_words",
    "when_asked",
]


asked = wording.questionnaire

REGIONS = ("provinsi", "kabupaten")  # of which MS-Kegiatan asks


@dataclass(frozen=True)
class ActivityInfo:
    """``kk_targets`` is families by leaf area, ``register`` (male, female) where known; both are
    empty until the agent types them."""

    id: str
    village_id: str
    pack: Pack
    period: str
    reference_date: date
    licence: str
    kk_targets: dict[str, int] = field(default_factory=dict)
    register: dict[str, tuple[int, int]] = field(default_factory=dict)
    target_source: str = ""
    target_date: date | None = None

    @property
    def target(self) -> int:
        """Families to reach in the whole village; 0 while nobody knows."""
        return sum(self.kk_targets.values())

    @property
    def unit(self) -> Text:
        """What is counted: the word for many of what one form is about."""
        return self.pack.records[0].unit_label

    @property
    def inner_unit(self) -> Text:
        """The word for many of what is repeated inside a form; empty where nothing is."""
        return self.pack.records[1].unit_label if self.pack.member else {}


def scaled_price(value: Decimal, decimals: int) -> int:
    """A price as a whole number of the last digit kept, rounded half up."""
    return scaled(value, decimals)


def price_sheet(data: bytes, *, limit: int) -> PriceSheet:
    """What a price sheet in somebody's own shape says. Raises NotPrices."""
    return _read_prices(_price_cells(data, limit=limit))


def pack(hash_: str) -> Pack:
    """Raises PackRecord.DoesNotExist for a hash that was never loaded."""
    return store.by_hash(hash_)


def packs(village_id: str = "") -> list[Pack]:
    """The newest version of every pack, by id: those for all, and a village's own."""
    newest: dict[str, PackRecord] = {}
    found = PackRecord.objects.filter(Q(village=None) | Q(village_id=village_id))
    for one in found.defer("content"):
        known = newest.get(one.name)
        if known is None or store.version_key(one.version) > store.version_key(known.version):
            newest[one.name] = one
    return [store.by_hash(newest[id_].hash) for id_ in sorted(newest)]


def latest_pack(id_: str) -> Pack:
    """The newest version of a pack. Raises KeyError for an unknown id."""
    for one in packs():
        if one.id == id_:
            return one
    raise KeyError(id_)


def _info(one: Activity) -> ActivityInfo:
    targets = list(one.targets.all())
    return ActivityInfo(
        id=one.id,
        village_id=one.village_id,
        pack=_pack_of(one),
        period=one.period,
        reference_date=one.reference_date,
        licence=one.licence,
        kk_targets={t.leaf_id: t.families for t in targets},
        register={
            t.leaf_id: (t.male, t.female)
            for t in targets
            if t.male is not None and t.female is not None
        },
        target_source=one.target_source,
        target_date=one.target_date,
    )


def _pack_of(one: Activity) -> Pack:
    found = store.by_hash(one.pack_id)
    if not one.earlier_packs:
        return found
    return replace(found, earlier=frozenset(one.earlier_packs))


def activity(id_: str) -> ActivityInfo:
    """Raises Http404 for an id nobody knows."""
    found = Activity.objects.prefetch_related("targets").filter(pk=id_).first()
    if found is None:
        raise Http404
    return _info(found)


def tree_of(activity: ActivityInfo) -> Tree:
    """The village's areas at the reference date, down to where the pack places its records."""
    tree = people.village_tree(activity.village_id, on=activity.reference_date)
    return tree if activity.pack.placed else Tree([replace(tree.root, parent_id=None)])


def form_of(one: ActivityInfo, areas: Mapping[str, str], *, form_id: str, version: str) -> str:
    """The XForm of an activity, its dates told for the reference date; ``areas`` is the name of
    each leaf area by its id."""
    return _form(one.pack.hash, tuple(areas.items()), one.reference_date, form_id, version)


@lru_cache(maxsize=16)
def _form(
    hash_: str, areas: tuple[tuple[str, str], ...], day: date, form_id: str, version: str
) -> str:
    return xform.xform(
        store.content(hash_), form_id=form_id, version=version,
        title=store.by_hash(hash_).title["id"], areas=dict(areas), day=day,
    )  # fmt: skip


def activities(village_id: str) -> list[ActivityInfo]:
    """Activities of a village, the latest reference date first."""
    found = Activity.objects.prefetch_related("targets").filter(village_id=village_id)
    return [_info(one) for one in found]


def running(village_id: str) -> list[ActivityInfo]:
    """The newest activity of each pack in a village, the latest reference date first: what a
    village works on side by side."""
    newest: dict[str, ActivityInfo] = {}
    for one in activities(village_id):
        newest.setdefault(one.pack.id, one)
    return list(newest.values())


def of_activity(task: Task, one: ActivityInfo, known: Sequence[ActivityInfo]) -> Task:
    """The task as one of this activity; where several run it says of which."""
    task = replace(task, activity_id=one.id)
    if len(known) < 2:
        return task
    return replace(task, title=f"{task.title} ({_say(one.pack.title)} {one.period})")


def latest_activities(village_ids: Iterable[str]) -> dict[str, ActivityInfo]:
    """The latest activity of each of many villages, in two queries; none for those without."""
    found = Activity.objects.prefetch_related("targets").filter(village_id__in=list(village_ids))
    latest: dict[str, ActivityInfo] = {}
    for one in found:  # the latest reference date first
        if one.village_id not in latest:
            latest[one.village_id] = _info(one)
    return latest


def previous_activity(activity_id: str) -> ActivityInfo | None:
    """The same pack's activity in the same village before this one, whatever its version."""
    this = activity(activity_id)
    found = (
        Activity.objects.prefetch_related("targets")
        .filter(
            village_id=this.village_id,
            pack__name=this.pack.id,
            reference_date__lt=this.reference_date,
        )
        .first()
    )
    return _info(found) if found else None


@dataclass(frozen=True)
class Annex:
    """Printed lines (label, words) of MS-Kegiatan by block, of every variable and indicator; words
    are "" where nothing is known."""

    source: str
    activity: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    variables: tuple[tuple[tuple[str, str], ...], ...]
    indicators: tuple[tuple[tuple[str, str], ...], ...]


def metadata_filled(activity_id: str) -> tuple[int, int]:
    """How many fields of an activity's metadata have an answer, of those that are asked."""
    answers = metadata_answers(activity(activity_id))
    asked = [one for one in metadata.form().fields() if metadata.applies(one, answers)]
    return sum(bool(answers.get(one.key)) for one in asked), len(asked)


def metadata_answers(one: ActivityInfo) -> dict[str, str]:
    """MS-Kegiatan as far as it is known: what the village wrote, before that what follows from the
    activity itself."""
    area = people.area(one.village_id)
    known = metadata.known_activity(
        one.pack,
        village=area.label,
        producer=f"Pemerintah {area.label}",
        places=", ".join(
            above.label for above in people.ancestors(area.id) if above.level in REGIONS
        ),
        period=one.period,
        year=one.reference_date.year,
    )
    kept = Metadata.objects.filter(activity_id=one.id).first()
    return known if kept is None or not kept.answers else dict(kept.answers)


def annex(one: ActivityInfo) -> Annex:
    """The metadata annex of a book."""
    kept = Metadata.objects.filter(activity_id=one.id).first() or Metadata()
    answers, form = metadata_answers(one), metadata.form()
    title = answers.get("judul_kegiatan", "")
    return Annex(
        form.source,
        tuple(
            (
                block.title,
                tuple(
                    (f"{f.no} {f.label}".strip(), f.words(answers.get(f.key, "")))
                    for f in block.fields
                    if metadata.applies(f, answers)
                ),
            )
            for block in form.activity
        ),
        tuple(
            tuple(metadata.variable(one.pack, q, kept.variables.get(q.name, {})))
            for q in metadata.described(one.pack)
        ),
        tuple(
            tuple(metadata.indicator(one.pack, i, kept.indicators.get(i.id, {}), title))
            for i in one.pack.indicators
        )
        + tuple(tuple(told) for s in one.pack.series for told in metadata.of_series(s, title)),
    )


def next_things(person: Any, village_id: str, now: datetime) -> list[Task]:
    """Open an activity; then fill the register, which completeness is measured against."""
    known = running(village_id)
    if not known:
        if not people.can(person, "activity.open", village_id):
            return []
        return [
            Task(
                title=_("Buka kegiatan pendataan"),
                why=_("Formulir dan daftar keluarga baru bisa dipakai setelah kegiatan dibuka."),
                chip="",
                minutes=3,
                url=reverse("design:open", kwargs={"village_id": village_id}),
                button=_("Buka kegiatan"),
            ),
            *_taken_up(person, village_id),
        ]
    found = _taken_up(person, village_id)
    if not people.can(person, "register.edit", village_id):
        return found
    leaves = {leaf.id for leaf in people.village_tree(village_id).leaves()}
    for one in known:
        if not one.pack.placed or leaves <= set(one.kk_targets):
            continue
        task = Task(
            title=_("Isi jumlah %(unit)s tiap RT") % {"unit": _say(one.unit)},
            why=_("Tanpa jumlah ini tidak diketahui berapa %(unit)s yang belum didata.")
            % {"unit": _say(one.unit)},
            chip="",
            minutes=10,
            url=reverse("design:targets", kwargs={"village_id": village_id, "activity_id": one.id}),
            button=_("Isi jumlah"),
        )
        found.append(of_activity(task, one, known))
    return found


def at_leisure(person: Any, village_id: str, now: datetime) -> list[Task]:
    """Metadata that are not complete yet, and the next theme; the questionnaire on paper for who
    goes from door to door."""
    known = running(village_id)
    found = []
    if not people.can(person, "activity.open", village_id):
        if people.can(person, "collect.upload", village_id):
            for one in known:
                given = {"village_id": village_id, "activity_id": one.id}
                task = Task(
                    title=_("Cetak kuesioner kertas"),
                    why=_("Untuk rumah tanpa sinyal; jawabannya diketik kemudian."),
                    chip="",
                    minutes=2,
                    url=reverse("design:printed", kwargs=given),
                    button=_("Unduh PDF"),
                    pressing=False,
                )
                found.append(of_activity(task, one, known))
        return found
    if not known:
        return []
    for one in known:
        filled, asked = metadata_filled(one.id)
        if filled < asked:
            task = Task(
                title=_("Lengkapi metadata kegiatan"),
                why=_("%(n)s isian masih kosong; semuanya tercetak di lampiran buku.")
                % {"n": asked - filled},
                chip="",
                minutes=15,
                url=reverse(
                    "design:metadata", kwargs={"village_id": village_id, "activity_id": one.id}
                ),
                button=_("Lengkapi"),
                pressing=False,
            )
            found.append(of_activity(task, one, known))
    found.append(
        Task(
            title=_("Buka kegiatan lain"),
            why=_("Usaha, fasilitas, harga, atau pertanyaan sendiri."),
            chip="",
            minutes=5,
            url=reverse("design:open", kwargs={"village_id": village_id}),
            button=_("Pilih kegiatan"),
            pressing=False,
        )
    )
    return found


def _taken_up(person: Any, village_id: str) -> list[Task]:
    """Own questionnaires whose base has a new version."""
    if not people.can(person, "activity.open", village_id):
        return []
    return [
        Task(
            title=_("Lihat versi baru kuesioner asal"),
            why=_("%(title)s berdiri di atas kuesioner yang kini punya versi baru.")
            % {"title": own.title},
            chip="",
            minutes=5,
            url=reverse(
                "design:newer", kwargs={"village_id": village_id, "composition_id": own.id}
            ),
            button=_("Lihat"),
        )
        for own in composing.to_take_up(village_id)
    ]


def _say(text: Text) -> str:
    return pick(text, get_language() or "id")
