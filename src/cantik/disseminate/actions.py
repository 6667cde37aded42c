"""What a person does in this room; proposing and deciding are actions of protect."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from cantik.design import api as design
from cantik.kernel import numbers
from cantik.kernel.problems import Refused
from cantik.kernel.text import pick
from cantik.ledger import api as ledger
from cantik.people import api as people
from cantik.protect import api as protect

from . import poster
from .book import Beside, Extras, Preface, Question, Since
from .comparing import compare, same_questions
from .models import Foreword, PosterChoice
from .publication import FACTS, NotReleased, Publication

PUBLISH = "disseminate.publish"


@transaction.atomic
def publish_again(*, actor: Any, village_id: str, now: datetime) -> int:
    """Ask anew for the publishing of a village whose folder lags behind its decisions (a full disk,
    say). Nothing new is decided. How many releases were asked for; 0 when nothing lags."""
    people.check_can(actor, "release.decide", village_id)
    late = lagging(village_id)
    for one in late:
        ledger.enqueue(
            kind=PUBLISH, params={"release": one.id}, actor=actor, area_id=village_id, now=now
        )
        ledger.record(
            actor=actor,
            verb="disseminate.publish_again",
            thing="release",
            thing_id=one.id,
            area_id=village_id,
            now=now,
        )
    return len(late)


def lagging(village_id: str) -> list[protect.Release]:
    """Releases whose last job to publish failed."""
    late = []
    for one in protect.releases(village_id):
        jobs = ledger.Job.objects.filter(kind=PUBLISH, params__release=one.id)
        last = jobs.order_by("-at", "-id").first()
        if last is not None and last.state == ledger.Job.State.FAILED:
            late.append(one)
    return late


# -- words and choices that go into the files -------------------------------------------------

LONGEST_FOREWORD = 6000


@transaction.atomic
def write_foreword(
    *, actor: Any, activity_id: str, text: str, name: str, now: datetime
) -> Foreword:
    """Keep the foreword of a book, typed by who decides on it; "" takes it back. A proposal that
    waits is prepared anew, so that what is read is what is decided on."""
    activity = design.activity(activity_id)
    people.check_can(actor, "release.decide", activity.village_id)
    if text.strip() and not name.strip():
        raise Refused("name", _("Tulis nama yang berdiri di bawah kata pengantar."))
    if len(text) > LONGEST_FOREWORD:
        raise Refused(
            "text", _("Terlalu panjang: paling banyak %(n)s huruf.") % {"n": LONGEST_FOREWORD}
        )
    kept = Foreword.objects.create(
        village_id=activity.village_id,
        activity_id=activity_id,
        text=text.strip().replace("\r\n", "\n"),
        name=" ".join(name.split()),
        written_by=actor,
        written_at=now,
    )
    ledger.record(
        actor=actor, verb="disseminate.foreword", thing="activity", thing_id=activity_id,
        area_id=activity.village_id, now=now,
    )  # fmt: skip
    _again(actor, activity, now)
    return kept


@transaction.atomic
def choose_figures(
    *, actor: Any, activity_id: str, indicators: Sequence[str], now: datetime
) -> PosterChoice:
    """Which indicators stand on the infographic; none lets the rule choose again."""
    activity = design.activity(activity_id)
    people.check_can(actor, "release.propose", activity.village_id)
    known = {one.id for one in activity.pack.indicators}
    wanted = list(dict.fromkeys(indicators))
    if not set(wanted) <= known:
        raise Refused("indicators", _("Pilih dari daftar."))
    if len(wanted) > poster.MOST:
        raise Refused("indicators", _("Paling banyak %(n)s angka.") % {"n": poster.MOST})
    kept, _made = PosterChoice.objects.update_or_create(
        activity_id=activity_id,
        defaults={
            "village_id": activity.village_id,
            "indicators": wanted,
            "chosen_by": actor,
            "chosen_at": now,
        },
    )
    ledger.record(
        actor=actor, verb="disseminate.choose_figures", thing="activity", thing_id=activity_id,
        area_id=activity.village_id, now=now,
    )  # fmt: skip
    _again(actor, activity, now)
    return kept


def _again(actor: Any, activity: design.ActivityInfo, now: datetime) -> None:
    """Prepare the files of a waiting proposal anew."""
    waiting = protect.Proposal.objects.filter(
        village_id=activity.village_id, activity_id=activity.id, state="waiting"
    )
    for one in waiting:
        protect.rework(actor=actor, proposal_id=one.id, now=now)


def foreword(activity_id: str) -> Foreword | None:
    """The foreword that stands; None when there is none, or it was taken back."""
    last = Foreword.objects.filter(activity_id=activity_id).first()
    return last if last is not None and last.text else None


def wanted_figures(activity_id: str) -> list[str]:
    found = PosterChoice.objects.filter(activity_id=activity_id).first()
    return list(found.indicators) if found else []


def on_infographic(
    activity_id: str, facts: Mapping[str, Any], indicators: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Ids of the indicators on the infographic, in their order."""
    chapter_of = {one["id"]: one["chapter"] for one in facts["tables"]}
    return [one["id"] for one in poster.chosen(indicators, chapter_of, wanted_figures(activity_id))]


def _questions(pack: design.Pack) -> tuple[tuple[str, tuple[Question, ...]], ...]:
    """The questionnaire as it was asked, by record."""
    parts = []
    for record in pack.records:
        asked = [
            Question(
                pick(one.label, "id"),
                "; ".join(pick(choice.label, "id") for choice in pack.choices(one)),
                _asked_of(pack, one),
            )
            for one in pack.instrument.of(record.name)
            if one.role != "derived"
        ]
        if asked:
            parts.append((pick(record.title, "id"), tuple(asked)))
    return tuple(parts)


def _asked_of(pack: design.Pack, question: design.Question) -> str:
    told = design.when_asked(pack, question)
    if told:
        return _("bila %(condition)s") % {"condition": told}
    return _("tidak ditanyakan kepada semua") if question.relevant is not None else ""


def since(activity_id: str, now_read: Publication) -> Since | None:
    """What the last earlier year released of the same questions; None when there is none."""
    activity = design.activity(activity_id)
    for one in protect.releases(activity.village_id):
        if one.state != "published" or one.activity_id == activity_id:
            continue
        before = _released(one)
        if before.facts["reference_date"] >= now_read.facts["reference_date"]:
            continue
        if not same_questions(before, now_read):
            continue
        if before.facts["period"] == now_read.facts["period"]:
            continue  # another activity of the same year is no year before
        found = compare(before, now_read, "id")
        lines = [*found.counts, *found.indicators]
        return Since(
            str(before.facts["period"]),
            str(now_read.facts["period"]),
            tuple(
                (line.label, line.before, line.after, _("putus") if line.broken else line.change)
                for line in lines
            ),
            found.notes,
            tuple(
                f"{title}: {why}"
                for title, why in [
                    *((line.label, line.broken) for line in lines),
                    *((pair.title, pair.broken) for pair in (*found.tables, *found.prices)),
                ]
                if why
            ),
        )
    return None


def _released(one: protect.Release) -> Publication:
    """The files of a release as they were decided on."""

    def get(name: str) -> bytes:
        try:
            return ledger.edition_file(one.proposal.proposed_edition_id, name)
        except (ledger.Missing, ledger.NotOpened):
            raise NotReleased(name[:40]) from None

    return Publication(get, {})


def beside(proposal: protect.Proposal, facts: Mapping[str, Any]) -> list[Beside]:
    """What else the village has out of the same year, one release of each questionnaire: the book
    of the year holds it as well, from the very files that were approved."""
    taken = {facts["pack"]}
    found = []
    for one in protect.releases(proposal.village_id):  # the newest first
        if one.state != "published" or one.activity_id == proposal.activity_id:
            continue
        read = _released(one)
        try:
            told = read.facts
        except NotReleased:
            continue
        same_year = told["reference_date"][:4] == facts["reference_date"][:4]
        if not same_year or told.get("pack") in taken:
            continue
        taken.add(told.get("pack"))
        found.append(
            Beside(
                one.number,
                told,
                [read.sheet(id_) for id_ in read.table_ids],
                read.indicators,
                [read.series(id_) for id_ in read.series_ids],
                one.proposal.proposed_edition_id,
                one.proposal.files[FACTS],
            )
        )
    return sorted(found, key=lambda one: (one.facts["reference_date"], one.number))


def named(besides: Sequence[Beside]) -> list[dict[str, Any]]:
    """How release.json names what its book holds too: each by its number and the public hash of its
    own release.json."""
    return [
        {
            "number": one.number,
            "title": one.facts["title"],
            "pack": one.facts["pack"],
            "release": one.mark,
        }
        for one in besides
    ]


def outdated(proposal: protect.Proposal) -> bool:
    """Whether something was released, corrected or withdrawn since the book of a waiting proposal
    was set, so that the book would not hold what is out."""
    if not proposal.proposed_edition_id:
        return False
    try:
        facts = json.loads(ledger.edition_file(proposal.proposed_edition_id, FACTS))
    except (ledger.Missing, ledger.NotOpened):
        return False
    held = [(one["number"], one.get("release")) for one in facts.get("together", ())]
    return held != [(one.number, one.mark) for one in beside(proposal, facts)]


def extras(
    activity_id: str, now_read: Publication | None = None, besides: Sequence[Beside] = ()
) -> Extras:
    """What stands in the book of an activity besides its own figures. The foreword is the one typed
    for it, else the newest of what the book holds too."""
    activity = design.activity(activity_id)
    area = people.area(activity.village_id)
    typed = foreword(activity_id) or max(
        filter(None, (foreword(one.facts["activity"]) for one in besides)),
        key=lambda one: one.written_at,
        default=None,
    )
    with translation.override("id"):
        annex = design.annex(activity)
        earlier = since(activity_id, now_read) if now_read else None
        asked = _questions(activity.pack)
        preface = None
        if typed is not None:
            preface = Preface(
                tuple(" ".join(part.split()) for part in typed.text.split("\n") if part.strip()),
                typed.name,
                f"{people.word(area, 'head')} {area.name}",
                numbers.day(numbers.local_day(typed.written_at, area.time_zone)),
            )
    return Extras(
        preface,
        earlier,
        asked,
        annex.source,
        annex.activity,
        annex.variables,
        annex.indicators,
    )
