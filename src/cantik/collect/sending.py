"""Send a form filled on a screen: judged and stored exactly as a workbook with one form in it.

Same contents, same verdicts, same comparison with what is known, same writing down.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from cantik.design import api as design
from cantik.kernel import canonical
from cantik.kernel.problems import Problem, Severity
from cantik.ledger import api as ledger
from cantik.vault import api as vault

from . import checking, drafts, storing
from .models import Upload

KEYED = "keyed"  # the kind of a form keyed from paper


@dataclass(frozen=True)
class Outcome:
    """``state`` is refused (nothing stored), ask (stored once the sender is ``sure`` with ``mark``)
    or stored. ``verdict`` is new, same, changed or no_answer; ``place`` the area in which what it
    would change stands."""

    state: str
    problems: list[Problem] = field(default_factory=list)
    verdict: str = ""
    place: str = ""
    clashes: int = 0
    mark: str = ""
    upload: Upload | None = None
    known: str = ""  # the submission it would change, or that is the same


@transaction.atomic
def send(
    *,
    actor: Any,
    draft_id: str,
    village_id: str,
    version: int,
    data: bytes,
    sure: str,
    now: datetime,
    kind: str = "form",
) -> Outcome:
    """Judge a form and store it. ``sure`` repeats the mark of what the sender was asked; where that
    no longer fits what would happen, the question comes again. Raises Stale and Unreadable."""
    draft = drafts.own(actor, draft_id, village_id, now, lock=True)
    if version != draft.version:
        raise drafts.Stale(draft)
    activity = design.activity(draft.activity_id)
    found = drafts.contents(draft, activity, data)
    names = drafts.areas(activity)
    checked = checking.check(
        found, pack=activity.pack, leaves={id_: id_ for id_ in names}, today=activity.reference_date
    )
    if checked.refused:
        return Outcome("refused", checked.problems)
    # One form or file of an activity at a time, or two would each take the same family for new:
    # files hold their rows, forms the lock of the audit from here on.
    locked = Upload.objects.select_for_update().filter(activity_id=activity.id)
    list(locked.order_by("id").values_list("pk"))  # in the order in which files take them
    drafts.note(draft, "collect.send", actor, now, bytes=len(data))
    compared = storing.compare(
        checked.families, pack=activity.pack, activity_id=activity.id, book_id=draft.id,
        today=activity.reference_date, now=now,
    )  # fmt: skip
    verdict = compared[0].verdict if compared else "no_answer"
    known = compared[0].submission if compared else None
    outcome = Outcome(
        "ask",
        checked.problems,
        verdict,
        names.get(known.leaf_id, "") if known is not None else "",
        len(compared[0].clashes) if compared else 0,
        known=known.id if known is not None else "",
    )
    outcome = replace(outcome, mark=_mark(outcome))
    if _asks(outcome) and sure != outcome.mark:
        return outcome
    upload = Upload(
        id=ledger.random_id(), kind=kind, activity_id=activity.id, village_id=draft.village_id,
        state="accepted", size=len(data), uploaded_by=actor, uploaded_at=now, accepted_at=now,
        file_id=vault.seal_file(
            village_id=draft.village_id, activity_id=activity.id, data=data, now=now
        ),
    )  # fmt: skip
    upload.summary = {
        "families": len(checked.families),
        "persons": sum(len(one.members) for one in checked.families),
        "no_answers": sum(checked.no_answers.values()),
        **{v: sum(c.verdict == v for c in compared) for v in ("new", "same", "changed")},
        "clashes": outcome.clashes,
        "refusing": 0,
        "waiting": sum(p.severity == Severity.WAIT for p in checked.problems),
    }
    if kind == KEYED:
        # Written on the paper, so that the form can be found again in its pile.
        upload.summary["number"] = (
            Upload.objects.filter(activity_id=activity.id, kind=KEYED).count() + 1
        )
    upload.save(force_insert=True)
    storing.store(
        upload, compared, checked.no_answers, pack=activity.pack, book_id=draft.id, now=now
    )
    ledger.record(
        actor=actor, verb="collect.store", thing="upload", thing_id=upload.id,
        area_id=upload.village_id, now=now, detail={verdict: 1},
    )  # fmt: skip
    draft.delete()
    return replace(outcome, state="stored", upload=upload)


def _asks(outcome: Outcome) -> bool:
    """Whether the sender must say yes first: something is left to mend, or another's answers are
    replaced."""
    told = any(p.severity != Severity.REFUSE for p in outcome.problems)
    return told or outcome.verdict == "changed"


def _mark(outcome: Outcome) -> str:
    what = [[p.code, p.sheet, p.row, p.field] for p in outcome.problems]
    seen = {"verdict": outcome.verdict, "place": outcome.place, "clashes": outcome.clashes}
    return canonical.digest(canonical.dumps({**seen, "problems": what}))[:16]
