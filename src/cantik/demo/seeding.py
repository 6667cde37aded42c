"""Make the example villages by walking every gate a person walks: form, upload, faults, edits,
clean data, proposal, return, approval, correction. Nothing is written into a table directly.
"""

import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from django.conf import settings
from django.core.management import call_command

from cantik.collect import api as collect
from cantik.collect.models import Upload
from cantik.design import api as design
from cantik.design.models import PackRecord
from cantik.disseminate import api as disseminate
from cantik.people import actions as people
from cantik.people import api as people_api
from cantik.people.models import Area, Person
from cantik.process import api as process
from cantik.process.models import Finding
from cantik.protect import api as protect
from cantik.protect.models import Proposal

from . import answers
from .families import MadeFamily, families

DATA = Path(__file__).with_name("data")
STORIES = ("apung", "malinau-kota", "kampung-empat")
SOURCE = "contoh"
PLANTED = {"unknown_code": "SMU"}


class SeedingStopped(RuntimeError):
    """A gate did not open as the story expects; the message names the step."""


@dataclass
class Story:
    """What the steps share."""

    village_id: str
    agent: Any
    head: Any
    coach: Any
    leaves: list[str]
    data: dict[str, Any]


def run_jobs() -> None:
    """Do what waits in the queue, as the worker would."""
    if "immediate" in settings.TASKS["default"]["BACKEND"]:
        return
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    if hasattr(signal, "SIGQUIT"):
        kept[signal.SIGQUIT] = signal.getsignal(signal.SIGQUIT)
    try:
        call_command(
            "db_worker", batch=True, startup_delay=False, reload=False, queue_name="*",
            verbosity=0, interval=0,
        )  # fmt: skip
    finally:
        for number, before in kept.items():
            signal.signal(number, before)


def story_of(name: str) -> dict[str, Any]:
    """What is told of one example village."""
    read: dict[str, Any] = yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))
    return read


def seed(
    names: Sequence[str] = STORIES, *, tell: Callable[[str], None] = lambda _: None
) -> list[str]:
    """Make the example villages that are not there yet, each once; none after the examples were
    ended. Returns the names of those made."""
    examples = Area.objects.filter(kind=Area.Kind.CONTOH, level="desa")
    known = set(examples.values_list("name", flat=True))
    if known and not people_api.example_sign_ins():
        return []
    made: list[str] = []
    for name in names:
        data = story_of(name)
        village = data["places"]["desa"]
        if village in known:
            continue
        if _taken(data):
            tell(f"{village} tidak dibuat: nama akunnya sudah dipakai.")
            continue
        if not made:
            tell("Membuat desa contoh (sekali saja, kurang dari satu menit) ...")
        tell(f"  {village}")
        _tell_story(data)
        made.append(name)
    return made


def _taken(data: dict[str, Any]) -> bool:
    """Whether somebody has one of the names already; examples may share the people above them."""
    found = Person.objects.filter(username__in=[one["username"] for one in data["people"]])
    shared = [one["username"] for one in data["people"] if one.get("shared")]
    return found.exclude(username__in=shared, is_example=True).exists()


def _tell_story(data: dict[str, Any]) -> None:
    story = _places_and_people(data)
    for one in data.get("also", ()):
        _other(story, one)
    first = data["years"][0]["reference_date"].year
    for year in data["years"]:
        _year(story, year, later=year["reference_date"].year - first)


# -- places and people ------------------------------------------------------------------------


def _places_and_people(data: dict[str, Any]) -> Story:
    places = data["places"]
    day = data["years"][0]["reference_date"] - timedelta(days=60)
    now = _at(day, 8)
    made: dict[str, Area] = {}
    parent: Area | None = None
    for level in ("provinsi", "kabupaten", "kecamatan", "desa"):
        parent = made[level] = _place(parent, level, places, day)
    persons = {one["role"]: _person(one, made[one["at"]].id, day, now) for one in data["people"]}
    village_id = made["desa"].id
    agent = persons["agen_statistik"]
    for part in places["parts"]:
        common: dict[str, Any] = {"actor": agent, "village_id": village_id, "now": now}
        [area] = people.add_areas(
            parent_id=village_id, level=part["level"], names=[part["name"]], **common
        )
        if "rt" in part:
            people.add_areas(parent_id=area.id, level="rt", names=part["rt"], **common)
    return Story(
        village_id,
        agent,
        persons["kepala_desa"],
        Person.objects.get(username=data["coach"]),
        [leaf.id for leaf in people_api.village_tree(village_id).leaves()],
        data,
    )


def _person(one: dict[str, Any], area_id: str, day: date, now: datetime) -> Person:
    found = Person.objects.filter(username=one["username"], is_example=True).first()
    return found or people.example_person(
        username=one["username"],
        name=one["name"],
        role=one["role"],
        area_id=area_id,
        password=one["password"],
        day=day,
        now=now,
    )


def _place(parent: Area | None, level: str, places: dict[str, Any], day: date) -> Area:
    """An example area; those above a village may stand already, made for another village."""
    among = Area.objects.filter(kind=Area.Kind.CONTOH, level=level, name=places[level])
    if parent is not None:
        among = among.filter(path__startswith=parent.path + "/")
    found = among.first()
    if found is not None:
        return found
    return people.place(
        parent=parent,
        level=level,
        name=places[level],
        kind=Area.Kind.CONTOH,
        village_kind=places["village_kind"] if level == "desa" else "",
        time_zone=places["time_zone"],
        day=day,
        source=SOURCE,
    )


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    local = datetime.combine(day, time(hour, minute), ZoneInfo("Asia/Makassar"))
    return local.astimezone(UTC)


# -- a year -----------------------------------------------------------------------------------


def _year(story: Story, year: dict[str, Any], *, later: int) -> None:
    begins: date = year["begins"]
    # The version that the story answers; a newer one may ask more.
    wanted = story.data["pack"]
    pack = PackRecord.objects.get(name=wanted["id"], version=wanted["version"])
    activity = design.open_activity(
        actor=story.agent,
        village_id=story.village_id,
        pack_hash=pack.hash,
        period=year["period"],
        reference_date=year["reference_date"],
        licence=story.data["licence"],
        now=_at(begins, 8),
    )
    made = families(
        dict(zip(story.leaves, year["families"], strict=True)),
        seed=story.data["years"][0]["seed"],
        on=year["reference_date"],
        later=later,
        ways=story.data.get("ways"),
        area=story.data["number"],
    )
    _targets(story, activity.id, year, made)
    _plant(made, year["faults"])
    _collect(story, activity.id, made, begins + timedelta(days=20))
    _look_at(story, activity.id, made, begins + timedelta(days=22))
    _release(story, activity.id, begins + timedelta(days=24), year)
    if "correction" in year:
        _correct(story, activity.id, made, year["correction"])


def _other(story: Story, told: dict[str, Any]) -> None:
    """An activity about no family: businesses, or areas with their facilities."""
    begins: date = told["begins"]
    pack = design.pack(PackRecord.objects.get(name=told["pack"], version=told["version"]).hash)
    activity = design.open_activity(
        actor=story.agent,
        village_id=story.village_id,
        pack_hash=pack.hash,
        period=told["period"],
        reference_date=told["reference_date"],
        licence=story.data["licence"],
        now=_at(begins, 8),
    )
    design.set_targets(
        actor=story.agent,
        activity_id=activity.id,
        targets={
            leaf: design.LeafTarget(n, None, None)
            for leaf, n in zip(story.leaves, told["targets"], strict=True)
        },
        source=told["target_source"],
        source_date=told["reference_date"],
        now=_at(begins, 9),
    )
    given = yaml.safe_load((DATA / f"{told['pack']}.yaml").read_text(encoding="utf-8"))
    made = answers.forms(
        pack,
        dict(zip(story.leaves, told["forms"], strict=True)),
        seed=told["seed"],
        on=told["reference_date"],
        **given,
    )
    filled = [MadeFamily(one.leaf_id, one.main, one.members) for one in made]
    _collect(story, activity.id, filled, begins + timedelta(days=10))
    _look_at(story, activity.id, filled, begins + timedelta(days=11))
    _release(story, activity.id, begins + timedelta(days=12), {})


def _targets(story: Story, activity_id: str, year: dict[str, Any], made: list[MadeFamily]) -> None:
    by_sex: dict[str, list[int]] = {leaf: [0, 0] for leaf in story.leaves}
    for one in made:
        for member in one.members:
            by_sex[one.leaf_id][int(member["jenis_kelamin"]) - 1] += 1
    design.set_targets(
        actor=story.agent,
        activity_id=activity_id,
        targets={
            leaf: design.LeafTarget(target, by_sex[leaf][0] + 3, by_sex[leaf][1] + 2)
            for leaf, target in zip(story.leaves, year["targets"], strict=True)
        },
        source=story.data["target_source"],
        source_date=year["reference_date"],
        now=_at(year["begins"], 9),
    )


def _plant(made: list[MadeFamily], faults: dict[str, int]) -> None:
    """Put the faults of the story into the answers, from the first family on."""
    adults = [m for one in made for m in one.members if m.get("ijazah") == "3"]
    for member in adults[: faults["unknown_code"]]:
        member["ijazah"] = PLANTED["unknown_code"]
    for one in made[10 : 10 + faults["future_birth"]]:
        one.members[-1]["tanggal_lahir"] = date(one.members[-1]["tanggal_lahir"].year + 90, 1, 5)
    pairs = [one for one in made[20:] if len(one.members) > 2]
    for one in pairs[: faults["two_heads"]]:
        one.members[1]["hubungan"] = "1"
    for one in made[40 : 40 + faults["skipped"]]:
        one.family.pop("lantai")


def _filled(made: list[MadeFamily]) -> list[tuple[str, dict[str, Any], list[dict[str, Any]]]]:
    return [(one.leaf_id, one.family, one.members) for one in made]


def _upload(story: Story, activity_id: str, made: list[MadeFamily], now: datetime) -> Upload:
    _name, data = collect.workbook(
        actor=story.agent, activity_id=activity_id, families=len(made), answers=_filled(made)
    )
    upload = collect.receive(actor=story.agent, activity_id=activity_id, data=data, now=now)
    run_jobs()
    upload.refresh_from_db()
    return upload


def _collect(story: Story, activity_id: str, made: list[MadeFamily], day: date) -> None:
    """A sending with unknown codes is refused; they are mended together, then it is accepted."""
    upload = _upload(story, activity_id, made, _at(day, 9))
    if upload.state == "refused":
        collect.mend(
            actor=story.agent,
            upload_id=upload.id,
            mends={("ijazah", PLANTED["unknown_code"]): "3"},
            now=_at(day, 9, 10),
        )
        run_jobs()
        upload.refresh_from_db()
    _expect(upload.state, "draft", "mended")
    _accept(story, upload, _at(day, 9, 15))


def _accept(story: Story, upload: Upload, now: datetime) -> None:
    collect.accept(actor=story.agent, upload_id=upload.id, keep_edits=True, now=now)
    run_jobs()
    upload.refresh_from_db()
    _expect(upload.state, "accepted", "accepted")


def _expect(found: str, wanted: str, step: str) -> None:
    if found != wanted:
        raise SeedingStopped(f"{step}: {found}")


def _look_at(story: Story, activity_id: str, made: list[MadeFamily], day: date) -> None:
    """Mend what can be mended, explain the rest, cut clean data."""
    process.check(activity_id)
    now = _at(day, 10)
    for row in Finding.objects.filter(activity_id=activity_id, state="open"):
        change = _mended(row)
        if change is None or not Finding.objects.filter(pk=row.pk, state="open").exists():
            continue
        process.edit(
            actor=story.agent,
            submission_id=row.submission_id,
            changes=change,
            reason="Ditanyakan kembali kepada keluarga (contoh)",
            now=now,
        )
    for row in Finding.objects.filter(activity_id=activity_id, state="open"):
        process.accept_finding(
            actor=story.agent,
            finding_id=row.pk,
            reason="Sudah dilihat kartunya, memang demikian (contoh)",
            now=now,
        )
    process.cut(actor=story.agent, activity_id=activity_id, now=_at(day, 11))


def _mended(row: Finding) -> dict[tuple[str, int | None, str], Any] | None:
    """The right answer for what was planted."""
    if row.name == "tanggal_lahir":
        return {("anggota", row.member, "tanggal_lahir"): "05/01/2021"}
    if row.name == "satu_kepala":
        return {("anggota", 1, "hubungan"): "2"}
    if row.name == "lantai":
        return {("keluarga", None, "lantai"): "2"}
    return None


def _propose(story: Story, activity_id: str, now: datetime, note: str = "") -> Proposal:
    clean = process.clean_edition(activity_id)
    if clean is None:
        raise SeedingStopped("clean data")
    proposal = protect.propose(
        actor=story.agent,
        clean_edition_id=clean.id,
        licence=story.data["licence"],
        note=note,
        now=now,
    )
    run_jobs()
    proposal.refresh_from_db()
    _expect(proposal.state, "waiting", "prepared")
    return proposal


def _decide(story: Story, proposal: Proposal, verdict: str, now: datetime, note: str = "") -> None:
    protect.decide(
        actor=story.head,
        proposal_id=proposal.id,
        verdict=verdict,
        note=note,
        shown_files=proposal.files,
        confirmed=True,
        now=now,
    )
    run_jobs()


def _release(story: Story, activity_id: str, day: date, year: dict[str, Any]) -> None:
    if "foreword" in year:
        disseminate.write_foreword(
            actor=story.head,
            activity_id=activity_id,
            text=year["foreword"],
            name=story.head.name,
            now=_at(day, 8),
        )
    if "metadata" in year:
        known = design.metadata_answers(design.activity(activity_id))
        design.save_metadata(
            actor=story.agent,
            activity_id=activity_id,
            part="activity",
            about="",
            answers=known | year["metadata"],
            now=_at(day, 8, 30),
        )
    proposal = _propose(story, activity_id, _at(day, 9))
    if "returned_once" in year:
        _decide(story, proposal, "return", _at(day, 14), year["returned_once"])
        day += timedelta(days=1)
        proposal = _propose(story, activity_id, _at(day, 9))
    protect.comment(
        actor=story.coach,
        proposal_id=proposal.id,
        text="Sudah saya baca. Tabelnya lengkap (contoh).",
        now=_at(day, 10),
    )
    if not year.get("waits"):
        _decide(story, proposal, "approve", _at(day, 15))


def _correct(
    story: Story, activity_id: str, made: list[MadeFamily], correction: dict[str, Any]
) -> None:
    """Some families give other answers later: a second sending, new clean data, a new release."""
    day: date = correction["begins"]
    chosen = [one for one in made if one.family.get("fasilitas_bab") == "1"]
    changed = chosen[:: max(1, len(chosen) // correction["changed"])][: correction["changed"]]
    for one in changed:
        one.family |= {"fasilitas_bab": "2", "air_minum": "3"}
    for one in made:  # what was mended in the meantime stands in the corrected file too
        for member in one.members:
            if member.get("ijazah") == PLANTED["unknown_code"]:
                member["ijazah"] = "3"
    upload = _upload(story, activity_id, changed, _at(day, 9))
    _expect(upload.state, "draft", "correction")
    _accept(story, upload, _at(day, 9, 10))
    process.check(activity_id)
    for row in Finding.objects.filter(activity_id=activity_id, state="open"):
        process.accept_finding(
            actor=story.agent,
            finding_id=row.pk,
            reason="Sudah dilihat kartunya, memang demikian (contoh)",
            now=_at(day, 10),
        )
    process.cut(actor=story.agent, activity_id=activity_id, now=_at(day, 11))
    proposal = _propose(story, activity_id, _at(day + timedelta(days=1), 9), correction["note"])
    _decide(story, proposal, "approve", _at(day + timedelta(days=1), 15))
