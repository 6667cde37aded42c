"""What a learner does: sit a test, end a module. And the coach: open the last test."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cantik.kernel.problems import Refused
from cantik.ledger import api as ledger
from cantik.people import api as people

from ..models import ATTEMPT, Attempt, LastTestOpened, Reading, Response
from . import curriculum, sitting, standing


def _log(actor: Any, verb: str, thing: str, id_: str, village_id: str, now: datetime) -> None:
    ledger.record(
        actor=actor, verb=f"coach.{verb}", thing=thing, thing_id=id_, area_id=village_id, now=now
    )


def _draw(person: Any, year: int) -> int:
    """The same for one person and year for ever, and not to be guessed from an id."""
    return int(ledger.keyed_hash("coach.form", f"{person.pk}/{year}")[:8], 16)


# -- tests --------------------------------------------------------------------------------------


@transaction.atomic
def begin(*, actor: Any, village_id: str, moment: str, now: datetime) -> Attempt:
    """The sitting of this moment: begun, or the one that stands already (a second tab, a press
    sent twice). Raises Refused for a last test that is not open yet."""
    people.check_can(actor, "coach.learn", village_id)
    village = people.area(village_id)
    if moment not in (standing.PRE, standing.POST) or village.kind == "latihan":
        raise people.NotAllowed
    year = standing.year_of(village, now)
    stands = standing.standing(actor, village_id, year)
    there = stands.pre if moment == standing.PRE else stands.post
    if there is not None:
        return there
    if moment == standing.POST and not stands.may_post:
        raise Refused(
            "closed", _("Tes akhir terbuka setelah keenam modul dibaca, atau dibuka pembina.")
        )
    first = stands.pre
    known = curriculum.test(first.test) if first and moment == standing.POST else None
    test = known or curriculum.test_now()
    drawn = first.form if first and moment == standing.POST else ""
    form = sitting.form_for(moment, _draw(actor, year), drawn)
    made, new = Attempt.objects.get_or_create(
        person=actor, year=year, moment=moment,
        defaults={
            "id": ledger.random_id(), "village_id": village_id, "test": test.hash, "form": form,
            "begun_at": now, "items": len(test.forms[form]),
        },
    )  # fmt: skip
    if new:
        _log(actor, "begin_test", "attempt", made.id, village_id, now)
    return made


def own(person: Any, attempt_id: str) -> Attempt:
    """Somebody's own sitting. Raises NotAllowed (404) for everybody else's, the coach's too."""
    one = Attempt.objects.filter(pk=attempt_id, person=person).first()
    if one is None:
        raise people.NotAllowed
    return one


def test_of(attempt: Attempt) -> sitting.Test:
    """Raises Refused when its words are not kept here any more."""
    found = curriculum.test(attempt.test)
    if found is None:
        raise Refused("gone", _("Soal tes ini sudah tidak tersimpan. Beri tahu pembina."))
    return found


def _held(actor: Any, attempt_id: str) -> Attempt:
    one = Attempt.objects.select_for_update().filter(pk=attempt_id, person=actor).first()
    if one is None:
        raise people.NotAllowed
    return one


@transaction.atomic
def answer(*, actor: Any, attempt_id: str, item: str, choice: str, now: datetime) -> Response:
    """Keep an answer; the last one given to an item stands, whatever page it came from, until the
    sitting is finished. After that it is refused and nothing changes. No audit line: the answers
    are the sitting's own record, and half of them are changed before the end."""
    one = _held(actor, attempt_id)
    if not ATTEMPT.can(one.state, "finish"):
        raise Refused(
            "late",
            _(
                "Tes ini sudah selesai. Jawaban yang datang sesudahnya tidak disimpan, "
                "dan hasil tidak berubah."
            ),
        )
    asked = next((i for i in test_of(one).forms[one.form] if i.id == item), None)
    if asked is None:
        raise people.NotAllowed
    if choice not in dict(asked.choices):
        raise Refused("choice", _("Pilih satu jawaban."))
    made, _new = Response.objects.update_or_create(
        attempt=one, item=item,
        defaults={"choice": choice, "right": choice == asked.right, "at": now},
    )  # fmt: skip
    return made


@transaction.atomic
def finish(*, actor: Any, attempt_id: str, now: datetime) -> Attempt:
    """Mark the sitting, once: finishing again shows what stands."""
    one = _held(actor, attempt_id)
    if one.state == "finished":
        return one
    given = dict(one.responses.values_list("item", "choice"))
    one.marks = test_of(one).marks(one.form, given)
    one.score = one.marks.count("1")
    one.state, one.finished_at = ATTEMPT.after(one.state, "finish"), now
    one.save()
    _log(actor, "finish_test", "attempt", one.id, one.village_id, now)
    return one


@transaction.atomic
def open_last_test(*, actor: Any, village_id: str, now: datetime) -> LastTestOpened:
    """The coach opens the last test for everybody of a village who finished the first one."""
    people.check_can(actor, "coach.lead", village_id)
    year = standing.year_of(people.area(village_id), now)
    made, new = LastTestOpened.objects.get_or_create(
        village_id=village_id, year=year, defaults={"by": actor, "at": now}
    )
    if new:
        _log(actor, "open_test", "village", village_id, village_id, now)
    return made


# -- modules ------------------------------------------------------------------------------------


def opened(*, actor: Any, module: str, now: datetime) -> None:
    """Remember the first time somebody opened a module; it counts nothing."""
    Reading.objects.get_or_create(person=actor, module=module, defaults={"opened_at": now})


@transaction.atomic
def read_to_end(*, actor: Any, village_id: str, module: str, now: datetime) -> Reading:
    """Remember that somebody read a module to its end; it counts nothing by itself."""
    people.check_can(actor, "coach.learn", village_id)
    if module not in curriculum.modules():
        raise people.NotAllowed
    one, _new = Reading.objects.select_for_update().get_or_create(
        person=actor, module=module, defaults={"opened_at": now}
    )
    if one.finished_at is None:
        one.finished_at = now
        one.save(update_fields=["finished_at"])
        _log(actor, "read_module", "module", module, village_id, now)
    return one
