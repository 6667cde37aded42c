"""The two jobs of a release: prepare the files a head decides on, and put approved files in the
open. Both may be run again after being killed anywhere."""

import json
import logging
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cantik.design import api as design
from cantik.kernel import canonical, numbers
from cantik.kernel.text import N_
from cantik.ledger import api as ledger
from cantik.people import api as people
from cantik.protect import api as protect

from . import actions, pages, publishing, words
from .book import book, infographic
from .download import table_csv
from .facts import release_facts
from .publication import (
    BOOK,
    FACTS,
    INDICATORS,
    PICTURE,
    POSTER,
    WORKBOOK,
    Place,
    Publication,
    series_file,
    table_file,
)
from .series import PriceSeries, series_csv
from .series import notes as series_notes
from .sheet import Sheet, sheet
from .spreadsheet import Told, release_xlsx, series_xlsx, table_xlsx

log = logging.getLogger(__name__)
STEPS = (
    N_("Menghitung, membulatkan, dan memeriksa tabel"),
    N_("Menulis tabel"),
    N_("Menyusun buku"),
    N_("Menyimpan usulan"),
)


@ledger.job("disseminate.prepare")
def prepare(job: ledger.JobHandle) -> None:
    """Protected tables, CSV, book and release.json of a proposal; then it waits for the head."""
    proposal = protect.proposal(job.params["proposal"])
    if proposal.state != "preparing":
        return
    try:
        _prepare(job, proposal, timezone.now())
    except Exception:
        # Not raised again: the proposal itself says that it failed, and the agent may ask anew.
        log.exception("a proposal could not be prepared")  # kind and place; never the words
        protect.actions.fail(proposal_id=proposal.id, now=timezone.now())  # type: ignore[attr-defined]


def _prepare(job: ledger.JobHandle, proposal: protect.Proposal, now: datetime) -> None:
    job.progress(0, len(STEPS), STEPS[0])
    protected = protect.prepare(proposal.id, now)
    job.progress(1, len(STEPS), STEPS[1])
    facts = _facts(proposal, protected.id)
    told = json.loads(raw_indicators := ledger.edition_file(protected.id, INDICATORS))
    facts["infographic"] = actions.on_infographic(proposal.activity_id, facts, told)
    beside = actions.beside(proposal, facts)
    if beside:
        facts["together"] = actions.named(beside)
    files = {FACTS: canonical.dumps(facts), INDICATORS: raw_indicators}
    sheets = []
    for one in facts["tables"]:
        raw = ledger.edition_file(protected.id, table_file(one["id"], "json"))
        read = sheet(json.loads(raw), facts["village"]["village_kind"])
        sheets.append(read)
        files[table_file(one["id"], "json")] = raw
        with translation.override("id"):
            files[table_file(one["id"], "csv")] = table_csv(read, facts["village"], words.withheld)
    files |= _workbooks(facts, sheets)
    files |= _series(facts, protected.id)
    job.progress(2, len(STEPS), STEPS[2])
    made = Publication(files.__getitem__, {})
    extras = actions.extras(proposal.activity_id, made, beside)
    listed = [made.series(id_) for id_ in made.series_ids]
    files[BOOK] = book(facts, sheets, told, extras, series=listed, beside=beside)
    files[POSTER], files[PICTURE] = infographic(facts, sheets, told)
    job.progress(3, len(STEPS), STEPS[3])
    edition = ledger.put_edition(
        kind="proposed",
        area_id=proposal.village_id,
        activity_id=proposal.activity_id,
        period=proposal.period,
        files=files,
        made_from=[protected.id, *(one.edition for one in beside)],
        words={"proposal": proposal.id},
        now=now,
    )
    protect.ready(
        proposal_id=proposal.id,
        files=ledger.manifest(edition.id)["files"],
        proposed_edition_id=edition.id,
        now=timezone.now(),
    )
    job.progress(4, len(STEPS), STEPS[3])


def _workbooks(facts: dict[str, Any], sheets: list[Sheet]) -> dict[str, bytes]:
    """Each table as a workbook, and one with all of them."""
    village = facts["village"]
    with translation.override("id"):
        told = [
            Told(
                one,
                (
                    *pages.notes(one, "id"),
                    *words.withheld_list(one.reasons, list(one.silent)),
                ),
            )
            for one in sheets
        ]
        lines = (
            words.not_official(village["label"]),
            _("Disusun oleh %(who)s.") % {"who": words.producer(village["label"])},
            _("Lisensi data: %(licence)s.") % {"licence": facts["licence"]},
        )
        files = {
            table_file(one.sheet.id, "xlsx"): table_xlsx(one, village, words.withheld, lines)
            for one in told
        }
        files[WORKBOOK] = release_xlsx(
            f"{village['label']} dalam angka {facts['period']}",
            told,
            village,
            words.withheld,
            reference_date=facts["reference_date"],
            lines=lines,
            chapters={one["id"]: one["title"]["id"] for one in facts["chapters"]},
        )
    return files


def _series(facts: dict[str, Any], protected_id: str) -> dict[str, bytes]:
    """Each series as it was protected, as CSV and as a workbook."""
    village = facts["village"]
    lines = (
        words.not_official(village["label"]),
        _("Disusun oleh %(who)s.") % {"who": words.producer(village["label"])},
        _("Lisensi data: %(licence)s.") % {"licence": facts["licence"]},
    )
    files = {}
    for listed in facts.get("series", ()):
        raw = ledger.edition_file(protected_id, series_file(listed["id"], "json"))
        one = PriceSeries(json.loads(raw))
        files[series_file(one.id, "json")] = raw
        files[series_file(one.id, "csv")] = series_csv(one, village)
        with translation.override("id"):
            files[series_file(one.id, "xlsx")] = series_xlsx(
                one, village, reference_date=facts["reference_date"],
                notes=(*series_notes(one, "id"), *lines),
            )  # fmt: skip
    return files


def _facts(proposal: protect.Proposal, protected_id: str) -> dict[str, Any]:
    area = people.area(proposal.village_id)
    activity = design.activity(proposal.activity_id)
    clean = ledger.edition(proposal.clean_edition_id)
    mutu = json.loads(ledger.edition_file(clean.id, "mutu.json"))
    made = {
        id_: json.loads(ledger.edition_file(protected_id, table_file(id_, "json")))
        for id_ in json.loads(ledger.edition_file(protected_id, "tables.json"))
    }
    with translation.override("id"):
        village = Place(
            id=area.id,
            label=area.label,
            name=area.name,
            kind=area.kind,
            village_kind=area.village_kind,
            time_zone=area.time_zone,
            above=tuple(one.label for one in people.ancestors(area.id)),
            head=people.word(area, "head"),
        )
    order = [one.id for one in activity.pack.tables]
    policy = protect.policy()  # type: ignore[attr-defined]
    earlier = [
        one
        for one in protect.releases(proposal.village_id)
        if one.activity_id == proposal.activity_id
    ]
    return release_facts(
        village=village,
        activity=activity,
        mutu=mutu,
        opened=json.loads(ledger.edition_file(protected_id, "open.json")),
        tables=[made[id_] for id_ in order if id_ in made],
        licence=proposal.licence,
        note=proposal.note,
        corrects=bool(earlier),
        cut_on=numbers.local_day(clean.at, area.time_zone).isoformat(),
        proposal_id=proposal.id,
        policy_version=policy.version,
        warn_below=policy.completeness_warning_percent,
        indices=people.indices(proposal.village_id),
        series=[
            json.loads(ledger.edition_file(protected_id, series_file(one.id, "json")))
            for one in activity.pack.series
        ],
    )


@ledger.job("disseminate.publish")
def publish(job: ledger.JobHandle) -> None:
    """Bring HOME/released of the village in line with its releases: approved bytes go out, what
    was withdrawn goes away, and the list changes in one step."""
    release = protect.release(job.params["release"])
    folder = Path(settings.RELEASED) / release.village_id
    with publishing.alone(folder):
        # Read again inside the lock: it may have been replaced or withdrawn meanwhile.
        known = protect.releases(release.village_id)
        for one in known:
            if one.id == release.id and one.state != "withdrawn":
                publishing.put_release(folder, one.number, _approved(one))
        listed = [
            one
            for one in known
            if one.state == "withdrawn"
            or publishing.has_release(folder, one.number, one.proposal.files)
        ]
        if listed:
            publishing.put_index(folder, index(listed))
        for one in known:
            if one.state == "withdrawn":
                publishing.drop_release(folder, one.number)


def _approved(release: protect.Release) -> dict[str, bytes]:
    """Exactly the bytes of the decision. Raises JobFailed when they are not to be had."""
    decision = release.proposal.decision
    try:
        files = {name: ledger.read_bytes(sha) for name, sha in decision.files.items()}
    except (ledger.Missing, ledger.NotOpened) as fault:
        raise ledger.JobFailed("approved_files_missing") from fault
    return files


def index(releases: list[protect.Release]) -> dict[str, Any]:
    """index.json of a village: every release, the newest first."""
    newest = max(releases, key=lambda one: one.number)
    numbers_by_id = {one.id: one.number for one in releases}
    replaced_by = {one.replaces_id: one.number for one in releases if one.replaces_id}
    facts = {one.id: json.loads(_file(one, FACTS)) for one in releases}
    village = facts[newest.id]["village"]
    return {
        "village": village["id"],
        "label": village["label"],
        "name": village["name"],
        "kind": village["kind"],
        "above": village["above"],
        "time_zone": village["time_zone"],
        "releases": [
            {
                "number": one.number,
                "activity": one.activity_id,
                "period": one.period,
                "reference_date": facts[one.id]["reference_date"],
                "title": facts[one.id]["title"],
                "people": "persons" in facts[one.id]["open"][0],
                "state": one.state,
                "released_at": one.released_at.isoformat(),
                "replaces": numbers_by_id.get(one.replaces_id or ""),
                "replaced_by": replaced_by.get(one.id),
                "note": one.note,
                "reason": one.reason,
                "changed_at": _withdrawn_at(one),
                "files": {}
                if one.state == "withdrawn"
                else {
                    name: [sha, len(_file(one, name))] for name, sha in one.proposal.files.items()
                },
            }
            for one in releases
        ],
    }


def _withdrawn_at(release: protect.Release) -> str | None:
    line = ledger.AuditLine.objects.filter(verb="protect.withdraw", thing_id=release.id).first()
    return line.at if line else None


def _file(release: protect.Release, name: str) -> bytes:
    try:
        return ledger.read_bytes(release.proposal.files[name])
    except (ledger.Missing, ledger.NotOpened) as fault:
        raise ledger.JobFailed("approved_files_missing") from fault
