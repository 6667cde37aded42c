"""Sheets: answered by a layer at a time, sent, sent back, closed; every answer stays."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cantik.kernel import scorecard
from cantik.kernel.problems import Refused
from cantik.kernel.states import NotNow
from cantik.ledger import api as ledger
from cantik.people import api as people

from . import rulebooks
from .evidence import EvidenceInfo
from .evidence import info as evidence_info
from .models import SHEET, Answer, Evidence, EvidenceUse, Sheet
from .rulebooks import Layer, RulebookInfo

SEE = ("coach.view", "coach.work", "coach.lead")
LONGEST = 2000


@dataclass(frozen=True)
class SheetInfo:
    """``layers`` in the order in which they answer; the last one's answers count at the end."""

    id: str
    rulebook: RulebookInfo
    area_id: str
    year: int
    state: str
    opened_by_id: int
    opened_at: datetime
    closed_at: datetime | None

    @property
    def layers(self) -> tuple[Layer, ...]:
        return self.rulebook.layers

    @property
    def card(self) -> scorecard.Scorecard:
        return self.rulebook.card

    @property
    def answering(self) -> Layer | None:
        """Whose turn it is; None when the sheet is closed."""
        if self.state == "closed":
            return None
        return self.layers[0] if self.state == "answering" else self.layers[-1]


@dataclass(frozen=True)
class Given:
    """An answer as it stands, or stood. ``number`` counts from 1; 0: nobody has answered."""

    item: str
    layer: str
    number: int = 0
    choice: str = ""
    words: str = ""
    by_id: int | None = None
    at: datetime | None = None


def _info(row: Sheet) -> SheetInfo:
    return SheetInfo(
        row.id, rulebooks.rulebook(row.rulebook_id), row.area_id, row.year, row.state,
        row.opened_by_id, row.opened_at, row.closed_at,
    )  # fmt: skip


def sheet(sheet_id: str) -> SheetInfo:
    """Raises NotAllowed (404) for an id nobody knows."""
    row = Sheet.objects.filter(pk=sheet_id).first()
    if row is None:
        raise people.NotAllowed
    return _info(row)


def sheets(area_id: str, name: str = "") -> list[SheetInfo]:
    """The sheets of an area, the newest first."""
    found = Sheet.objects.filter(area_id=area_id)
    if name:
        found = found.filter(rulebook__name=name)
    return [_info(row) for row in found]


def sheets_by(ids: "list[str] | set[str]") -> dict[str, SheetInfo]:
    return {row.id: _info(row) for row in Sheet.objects.filter(pk__in=list(ids))}


def may_see(person: Any, one: SheetInfo) -> bool:
    """Who answers it may see it, and those whom the rulebook names: by default who may see the
    programme of the area."""
    named = one.rulebook.content.get("seen_by") or SEE
    wanted = {*named, *(layer.capability for layer in one.layers)}
    return any(people.can(person, capability, one.area_id) for capability in wanted)


def may_open(person: Any, rulebook: RulebookInfo, area_id: str) -> bool:
    return any(people.can(person, layer.capability, area_id) for layer in rulebook.layers)


@transaction.atomic
def open_sheet(*, actor: Any, rulebook: str, area_id: str, year: int, now: datetime) -> SheetInfo:
    """Begin the sheet of an area and a year by the rulebook of that hash; opening it again gives
    the one that stands. Raises NotAllowed."""
    found = rulebooks.rulebook(rulebook)
    if not may_open(actor, found, area_id):
        raise people.NotAllowed
    standing = Sheet.objects.filter(rulebook_id=rulebook, area_id=area_id, year=year).first()
    if standing is not None:
        return _info(standing)
    try:
        with transaction.atomic():
            row = Sheet.objects.create(
                id=ledger.random_id(), rulebook_id=rulebook, area_id=area_id, year=year,
                opened_by=actor, opened_at=now,
            )  # fmt: skip
    except IntegrityError:  # somebody opened it in the same moment
        return _info(Sheet.objects.get(rulebook_id=rulebook, area_id=area_id, year=year))
    _log(row, actor, "open_sheet", now, rulebook=found.name)
    return _info(row)


def _log(row: Sheet, actor: Any, verb: str, now: datetime, **detail: object) -> None:
    ledger.record(
        actor=actor, verb=f"assess.{verb}", thing="sheet", thing_id=row.id, area_id=row.area_id,
        now=now, detail=detail,
    )  # fmt: skip


# -- answering ----------------------------------------------------------------------------------


def own_layer(person: Any, one: SheetInfo) -> Layer | None:
    """The layer this person may answer now: whose turn it is, held by the person, who has answered
    in no other layer of this sheet. Nobody reviews their own."""
    layer = one.answering
    if layer is None or not people.can(person, layer.capability, one.area_id):
        return None
    others = Answer.objects.filter(sheet_id=one.id, by=person).exclude(layer=layer.id)
    return None if others.exists() else layer


def check_own_layer(person: Any, one: SheetInfo, layer: str = "") -> Layer:
    """The layer to answer. Raises NotAllowed for strangers, Refused (turn, own)."""
    held = [one_ for one_ in one.layers if people.can(person, one_.capability, one.area_id)]
    if not held or (layer and layer not in {one_.id for one_ in held}):
        raise people.NotAllowed
    turn = one.answering
    if turn is None:
        raise Refused("closed", _("Lembar ini sudah selesai. Isinya tidak berubah lagi."))
    if turn not in held or (layer and turn.id != layer):
        raise Refused("turn", _("Lembar ini sedang di tangan pihak lain. Buka lagi nanti."))
    if own_layer(person, one) is None:
        raise Refused("own", _("Bapak/Ibu sudah mengisi lembar ini, jadi orang lain yang menilai."))
    return turn


def _locked(sheet_id: str) -> tuple[Sheet, SheetInfo]:
    row = Sheet.objects.select_for_update().filter(pk=sheet_id).first()
    if row is None:
        raise people.NotAllowed
    return row, _info(row)


@transaction.atomic
def answer(
    *,
    actor: Any,
    sheet_id: str,
    item: str,
    choice: str,
    words: str = "",
    seen: int | None = None,
    layer: str = "",
    now: datetime,
) -> Given:
    """Answer an item for the layer whose turn it is. ``seen`` is the number of the answer that
    stood on the page: when somebody of the same layer answered since, this one is told and nothing
    is kept. The same answer again changes nothing. Raises NotAllowed, Refused (turn, own, closed,
    item, faster, long, and the codes of BadAnswer)."""
    row, one = _locked(sheet_id)
    turn = check_own_layer(actor, one, layer)
    asked = one.card.item(item)
    if asked is None or not asked.known:
        raise Refused("item", _("Pertanyaan ini tidak ada di lembar ini."))
    choice, words = choice.strip(), words.strip()
    if len(words) > LONGEST:
        raise Refused("long", _("Penjelasan paling panjang %(n)s huruf.") % {"n": LONGEST})
    try:
        scorecard.worth(asked, choice)
    except scorecard.BadAnswer as wrong:
        raise Refused(wrong.code, _wrong(wrong.code, asked)) from None
    before = _standing(row, item, turn.id)
    if before.choice == choice and before.words == words:
        return before
    if seen is not None and seen != before.number:
        raise Refused(
            "faster",
            _(
                "%(who)s baru saja menjawab pertanyaan ini. "
                "Baca dahulu jawabannya, lalu putuskan lagi."
            )
            % {"who": people.person_name(before.by_id) or _("Orang lain")},
        )
    number = before.number + 1
    made = Answer.objects.create(
        sheet=row, item=item, layer=turn.id, number=number, choice=choice, by=actor, at=now,
        words=ledger.seal(words.encode(), context=_context(row.pk, item, turn.id, number))
        if words else None,
    )  # fmt: skip
    _log(row, actor, "answer", now, item=item, layer=turn.id, number=number)
    return _given(made)


def _wrong(code: str, item: scorecard.Item) -> str:
    if code == "option":
        return _("Pilih salah satu jawaban yang tersedia.")
    if code == "range":
        return _("Isi angka dari %(low)s sampai %(high)s.") % {"low": item.low, "high": item.high}
    if code == "ratio":
        return _("Isi dua angka bulat: berapa dari berapa.")
    if code == "above":
        return _("Angka pertama tidak boleh lebih besar dari angka kedua.")
    return _("Isi angka, misalnya 3.")


def _context(sheet_id: str, item: str, layer: str, number: int) -> str:
    return f"assess/answer/{sheet_id}/{item}/{layer}/{number}"


def _given(row: Answer) -> Given:
    words = ""
    if row.words:
        words = ledger.unseal(
            bytes(row.words), context=_context(row.sheet_id, row.item, row.layer, row.number)
        ).decode()
    return Given(row.item, row.layer, row.number, row.choice, words, row.by_id, row.at)


def _standing(row: Sheet, item: str, layer: str) -> Given:
    last = Answer.objects.filter(sheet=row, item=item, layer=layer).order_by("-number").first()
    return _given(last) if last else Given(item, layer)


def history(sheet_id: str, item: str) -> list[Given]:
    """All that was ever answered to an item, the oldest first."""
    return sorted(
        (_given(row) for row in Answer.objects.filter(sheet_id=sheet_id, item=item)),
        key=lambda one: (one.at, one.number),
    )


def standing(sheet_id: str) -> dict[tuple[str, str], Given]:
    """(layer, item) -> the answer that counts, with its words."""
    made: dict[tuple[str, str], Given] = {}
    for row in Answer.objects.filter(sheet_id=sheet_id).order_by("number"):
        made[row.layer, row.item] = _given(row)
    return made


def answers(sheet_id: str, layer: str = "") -> dict[str, str]:
    """item -> choice that counts: of a layer, or of the last layer that has answered anything."""
    made: dict[str, dict[str, str]] = {}
    found = Answer.objects.filter(sheet_id=sheet_id).order_by("number")
    for layer_, item, choice in found.values_list("layer", "item", "choice"):
        made.setdefault(layer_, {})[item] = choice
    if not layer:
        order = [one.id for one in sheet(sheet_id).layers]
        layer = next((one for one in reversed(order) if one in made), "")
    return {item: choice for item, choice in made.get(layer, {}).items() if choice}


def score(sheet_id: str, layer: str = "") -> scorecard.Node:
    """The tree of scores of a layer's answers."""
    return scorecard.score(sheet(sheet_id).card, answers(sheet_id, layer))


# -- moving -------------------------------------------------------------------------------------


def unanswered(one: SheetInfo, layer: str) -> list[scorecard.Item]:
    given = answers(one.id, layer)
    return [item for item in one.card.items() if item.known and not given.get(item.id)]


def _move(row: Sheet, verb: str) -> None:
    """Take the sheet to its next state, or lose against someone faster (NotNow)."""
    after = SHEET.after(row.state, verb)
    if not Sheet.objects.filter(pk=row.pk, state=row.state).update(state=after):
        raise NotNow(SHEET.name, row.state, verb)
    row.state = after


def _check_all(one: SheetInfo, layer: Layer) -> None:
    left = unanswered(one, layer.id)
    if left:
        raise Refused(
            "unanswered",
            _("Masih ada %(n)s pertanyaan yang belum dijawab.") % {"n": len(left)},
        )


@transaction.atomic
def submit(*, actor: Any, sheet_id: str, now: datetime) -> SheetInfo:
    """The unit sends what it answered to its reviewers; a sheet without reviewers is finished by
    it. Raises NotAllowed, Refused (turn, own, closed, unanswered)."""
    row, one = _locked(sheet_id)
    turn = check_own_layer(actor, one, one.layers[0].id)
    _check_all(one, turn)
    alone = len(one.layers) == 1
    _move(row, "finish" if alone else "submit")
    if alone:
        row.closed_at = now
        row.save(update_fields=["closed_at"])
    _log(row, actor, "finish_sheet" if alone else "submit_sheet", now)
    return _info(row)


@transaction.atomic
def send_back(*, actor: Any, sheet_id: str, why: str, now: datetime) -> SheetInfo:
    """A reviewer gives the sheet back to the unit. Raises NotAllowed, Refused (turn, own, why)."""
    row, one = _locked(sheet_id)
    check_own_layer(actor, one, one.layers[-1].id)
    if row.state != "reviewing":
        raise Refused("turn", _("Lembar ini belum dikirim."))
    why = why.strip()
    if len(why) < 5:
        raise Refused("why", _("Tulis apa yang perlu diperbaiki."))
    _move(row, "send_back")
    # The reason stands as the unit's own question would: sealed, dated, by whom.
    number = _standing(row, BACK, one.layers[-1].id).number + 1
    Answer.objects.create(
        sheet=row, item=BACK, layer=one.layers[-1].id, number=number, by=actor, at=now,
        words=ledger.seal(
            why[:LONGEST].encode(), context=_context(row.pk, BACK, one.layers[-1].id, number)
        ),
    )  # fmt: skip
    _log(row, actor, "send_back_sheet", now)
    return _info(row)


BACK = "-kembali"  # no item of a rulebook: reasons of sending back, by number


def returns(sheet_id: str) -> list[Given]:
    """Why the sheet was sent back, the oldest first."""
    return history(sheet_id, BACK)


@transaction.atomic
def close(*, actor: Any, sheet_id: str, now: datetime) -> SheetInfo:
    """A reviewer ends the sheet when every question has a reviewer's answer; nothing changes after
    it. Raises NotAllowed, Refused (turn, own, unanswered)."""
    row, one = _locked(sheet_id)
    turn = check_own_layer(actor, one, one.layers[-1].id)
    if row.state != "reviewing":
        raise Refused("turn", _("Lembar ini belum dikirim."))
    _check_all(one, turn)
    _move(row, "close")
    row.closed_at = now
    row.save(update_fields=["closed_at"])
    _log(row, actor, "close_sheet", now)
    return _info(row)


# -- evidence on a sheet ------------------------------------------------------------------------


@transaction.atomic
def use_evidence(*, actor: Any, sheet_id: str, item: str, evidence_id: str, now: datetime) -> None:
    """Let evidence of the area stand for an item; doing it twice changes nothing. Raises
    NotAllowed, Refused (turn, own, closed, item, gone)."""
    row, one = _locked(sheet_id)
    check_own_layer(actor, one)
    found = Evidence.objects.filter(pk=evidence_id, area_id=row.area_id).first()
    if found is None:
        raise people.NotAllowed
    if one.card.item(item) is None:
        raise Refused("item", _("Pertanyaan ini tidak ada di lembar ini."))
    if found.withdrawn_at is not None:
        raise Refused("gone", _("Bukti ini sudah ditarik."))
    _use, made = EvidenceUse.objects.get_or_create(
        evidence=found, sheet=row, item=item, defaults={"by": actor, "at": now}
    )
    if made:
        _log(row, actor, "use_evidence", now, item=item, evidence=evidence_id)


@transaction.atomic
def drop_use(*, actor: Any, sheet_id: str, item: str, evidence_id: str, now: datetime) -> None:
    """Take evidence off an item; the evidence itself stays."""
    row, one = _locked(sheet_id)
    check_own_layer(actor, one)
    gone, _each = EvidenceUse.objects.filter(evidence_id=evidence_id, sheet=row, item=item).delete()
    if gone:
        _log(row, actor, "drop_evidence", now, item=item, evidence=evidence_id)


def evidence_on(sheet_id: str) -> dict[str, list[EvidenceInfo]]:
    """item -> its evidence, withdrawn ones too."""
    made: dict[str, list[EvidenceInfo]] = {}
    for use in EvidenceUse.objects.filter(sheet_id=sheet_id).select_related("evidence"):
        made.setdefault(use.item, []).append(evidence_info(use.evidence))
    return made


def scored(content: Mapping[str, Any]) -> bool:
    """Whether a total of this rulebook may be shown as one: complete, and added up."""
    return bool(content.get("complete", True)) and content.get("combine", "share") != "none"
