"""Rulebooks, evidence and sheets: who may do what, what is kept, what is refused."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cantik.assess import api as assess
from cantik.assess.models import Answer, Evidence, Rulebook
from cantik.kernel.problems import Refused
from cantik.ledger import api as ledger
from cantik.ledger.models import AuditLine
from cantik.people.api import NotAllowed
from cantik.people.models import Area

from . import people

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\0" * 40 + b"IEND\xaeB`\x82"
CARD: dict[str, Any] = {
    "name": "uji", "kind": "scorecard", "version": "1", "year": 2026, "combine": "points",
    "layers": [
        {"id": "desa", "capability": "coach.work"}, {"id": "pembina", "capability": "coach.lead"},
    ],
    "sections": [
        {"id": "A", "title": "A", "weight": 60, "items": [
            {"id": "A1", "title": "Ada?", "options": [
                {"id": "ya", "title": "Ya", "score": 1},
                {"id": "tidak", "title": "Tidak", "score": 0},
            ]},
            {"id": "A2", "title": "Berapa?", "kind": "number", "high": 4},
        ]},
        {"id": "B", "title": "B", "weight": 40, "items": [
            {"id": "B1", "title": "Berapa dari berapa?", "kind": "ratio", "zero": 0},
        ]},
    ],
}  # fmt: skip


class Place:
    """A village with its agent and a colleague, its coach, and a village next to it."""

    def __init__(self) -> None:
        self.village = people.village("Uji")
        regency = people.above(self.village, "kabupaten")
        self.agent = people.person("agen_statistik", self.village)
        self.head = people.person("kepala_desa", self.village)
        self.petugas = people.person("petugas", self.village)
        self.coach = people.person("pembina_kabupaten", regency)
        self.coach2 = people.person("pembina_kabupaten", regency, username="pembina.dua")
        self.other: Area = people.village("Lain")
        self.stranger = people.person("agen_statistik", self.other)
        self.book = assess.put(content=CARD, now=NOW)[0]

    def sheet(self) -> assess.SheetInfo:
        return assess.open_sheet(
            actor=self.agent, rulebook=self.book.hash, area_id=self.village.id, year=2026, now=NOW
        )

    def answer(self, actor: Any, item: str, choice: str, **more: Any) -> assess.Given:
        return assess.answer(
            actor=actor, sheet_id=self.sheet().id, item=item, choice=choice, now=NOW, **more
        )

    def fill(self, actor: Any) -> None:
        for item, choice in (("A1", "ya"), ("A2", "3"), ("B1", "1/2")):
            self.answer(actor, item, choice)


@pytest.fixture
def place() -> Place:
    return Place()


# -- rulebooks ----------------------------------------------------------------------------------


def test_bundled_rulebooks_load_once_and_stay() -> None:
    first = assess.load_rulebooks(now=NOW)
    again = assess.load_rulebooks(now=NOW + timedelta(days=1))
    assert [one.hash for one in first] == [one.hash for one in again]
    assert Rulebook.objects.count() == len(first)
    assert AuditLine.objects.filter(verb="assess.load_rulebook").count() == len(first)
    assert {"desa_cantik", "penjajakan"} <= {one.name for one in first}
    assert assess.latest("desa_cantik").kind == "stages"


def test_latest_loads_what_comes_with_the_program() -> None:
    assert assess.latest("penjajakan").card.items()
    with pytest.raises(assess.NoRulebook):
        assess.latest("tidak_ada")


def test_a_year_without_its_own_rulebook_takes_the_one_before_it() -> None:
    for year in (2024, 2026):
        assess.put(content={**CARD, "year": year}, now=NOW)
    assert assess.latest("uji", 2025).year == 2024
    assert assess.latest("uji", 2027).year == 2026
    assert assess.latest("uji", 2020).year == 2026


def test_weights_that_do_not_add_up_are_refused_with_the_smallest_words_where() -> None:
    wrong = {**CARD, "sections": [{**CARD["sections"][0], "weight": 59}, CARD["sections"][1]]}
    with pytest.raises(ValueError, match="sections: weights"):
        assess.put(content=wrong, now=NOW)
    assert not Rulebook.objects.filter(name="uji").exists()


# -- evidence -----------------------------------------------------------------------------------


def add(place: Place, actor: Any = None, **more: Any) -> assess.EvidenceInfo:
    given: dict[str, Any] = {"kind": "notulen", "title": "Notulen", "data": PNG, **more}
    return assess.add_evidence(
        actor=actor or place.agent, area_id=place.village.id, now=NOW, **given
    )


def test_evidence_is_kept_by_its_content_and_read_back(place: Place) -> None:
    made = add(place, kind="sk_agen", title="SK agen", data=PDF, number="1/2026")
    assert (made.media, made.size, made.number) == ("application/pdf", len(PDF), "1/2026")
    assert assess.files(made.id) == PDF
    assert add(place, kind="sk_agen", title="SK agen", data=PDF).id == made.id
    assert Evidence.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "data", "code"),
    [
        ("sk_agen", PNG, "letter"),
        ("sk_agen", b"MZ\x90 not a pdf", "letter"),
        ("notulen", b"<html><script>1</script>", "media"),
        ("notulen", PDF[:-8], "media"),
        ("notulen", b"", "file"),
        ("notulen", PDF + b"x" * (10 * 1024 * 1024) + b"%%EOF", "large"),
    ],
)
def test_what_is_no_document_is_refused(place: Place, kind: str, data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        add(place, kind=kind, data=data)
    assert refused.value.code == code
    assert not Evidence.objects.exists()


def test_only_the_village_and_its_coach_add_and_withdraw(place: Place) -> None:
    for stranger in (place.stranger, place.petugas):
        with pytest.raises(NotAllowed):
            add(place, actor=stranger)
    made = add(place, actor=place.coach)
    with pytest.raises(NotAllowed):
        assess.withdraw_evidence(
            actor=place.stranger, evidence_id=made.id, why="salah berkas", now=NOW
        )


def test_withdrawn_evidence_leaves_its_row_and_not_its_file(place: Place) -> None:
    made = add(place)
    with pytest.raises(Refused):
        assess.withdraw_evidence(actor=place.agent, evidence_id=made.id, why=" ", now=NOW)
    gone = assess.withdraw_evidence(
        actor=place.agent, evidence_id=made.id, why="salah berkas", now=NOW
    )
    assert not gone.stands
    assert gone.sha256 == made.sha256
    with pytest.raises(ledger.Missing):
        assess.files(made.id)
    assert assess.evidence_of(place.village.id) == []
    assert add(place).id != made.id


def test_the_decree_of_the_regency_is_seen_in_its_villages(place: Place) -> None:
    regency = people.above(place.village, "kabupaten")
    assert assess.may_see(place.agent, regency.id)
    assert not assess.may_see(place.stranger, regency.id)
    assert not assess.may_see(place.stranger, place.village.id)


# -- sheets -------------------------------------------------------------------------------------


def test_a_sheet_is_opened_once_a_year(place: Place) -> None:
    assert place.sheet().id == place.sheet().id
    with pytest.raises(NotAllowed):
        assess.open_sheet(
            actor=place.stranger, rulebook=place.book.hash, area_id=place.village.id, year=2026,
            now=NOW,
        )  # fmt: skip


def test_the_village_answers_sends_the_coach_judges_and_closes(place: Place) -> None:
    sheet = place.sheet()
    place.fill(place.agent)
    assert assess.score(sheet.id).raw == 30 + 30 * 3 / 4 + 20
    assess.submit(actor=place.agent, sheet_id=sheet.id, now=NOW)
    place.fill(place.coach)
    place.answer(place.coach, "A1", "tidak", words="SK tidak ada")
    closed = assess.close(actor=place.coach, sheet_id=sheet.id, now=NOW)
    assert closed.state == "closed"
    assert assess.score(sheet.id).raw == 42.5
    assert assess.answers(sheet.id, "desa")["A1"] == "ya"
    with pytest.raises(Refused) as refused:
        place.answer(place.coach, "A1", "ya")
    assert refused.value.code == "closed"


def test_each_answer_stays_and_its_words_are_sealed(place: Place) -> None:
    place.answer(place.agent, "A1", "ya", words="Pak Contoh tahu")
    place.answer(place.head, "A1", "tidak")
    assert [(one.choice, one.words) for one in assess.history(place.sheet().id, "A1")] == [
        ("ya", "Pak Contoh tahu"), ("tidak", ""),
    ]  # fmt: skip
    assert b"Contoh" not in bytes(Answer.objects.order_by("number")[0].words)
    assert "Contoh" not in str(list(AuditLine.objects.values()))


def test_the_second_of_two_is_told(place: Place) -> None:
    place.answer(place.agent, "A1", "ya", seen=0)
    with pytest.raises(Refused) as refused:
        place.answer(place.head, "A1", "tidak", seen=0)
    assert refused.value.code == "faster"
    assert place.agent.name in str(refused.value)
    place.answer(place.head, "A1", "ya", seen=0)  # the same answer: nothing to tell
    assert Answer.objects.count() == 1


@pytest.mark.parametrize(
    ("item", "choice", "code"),
    [
        ("A1", "mungkin", "option"), ("A2", "5", "range"), ("A2", "1.5", "number"),
        ("B1", "3", "ratio"), ("B1", "3/2", "above"), ("C9", "1", "item"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused(place: Place, item: str, choice: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        place.answer(place.agent, item, choice)
    assert refused.value.code == code


def test_each_layer_has_its_turn(place: Place) -> None:
    with pytest.raises(Refused) as refused:
        place.answer(place.coach, "A1", "ya")
    assert refused.value.code == "turn"
    for stranger in (place.stranger, place.petugas):
        with pytest.raises(NotAllowed):
            place.answer(stranger, "A1", "ya")
    with pytest.raises(Refused) as refused:
        assess.submit(actor=place.agent, sheet_id=place.sheet().id, now=NOW)
    assert refused.value.code == "unanswered"


def test_nobody_reviews_their_own(place: Place) -> None:
    place.coach.appointments.create(
        role="agen_statistik", area=place.village, valid_from=people.DAY
    )
    place.fill(place.coach)
    assess.submit(actor=place.coach, sheet_id=place.sheet().id, now=NOW)
    with pytest.raises(Refused) as refused:
        place.answer(place.coach, "A1", "ya")
    assert refused.value.code == "own"
    place.fill(place.coach2)
    with pytest.raises(Refused):
        assess.close(actor=place.coach, sheet_id=place.sheet().id, now=NOW)
    assess.close(actor=place.coach2, sheet_id=place.sheet().id, now=NOW)


def test_a_sheet_sent_back_says_why(place: Place) -> None:
    sheet = place.sheet()
    place.fill(place.agent)
    assess.submit(actor=place.agent, sheet_id=sheet.id, now=NOW)
    with pytest.raises(Refused):
        assess.send_back(actor=place.coach, sheet_id=sheet.id, why="", now=NOW)
    back = assess.send_back(actor=place.coach, sheet_id=sheet.id, why="Lampirkan SK", now=NOW)
    assert back.state == "answering"
    assert [one.words for one in assess.returns(sheet.id)] == ["Lampirkan SK"]
    place.answer(place.agent, "A2", "4")
    assess.submit(actor=place.agent, sheet_id=sheet.id, now=NOW)


def test_evidence_of_another_village_serves_no_item(place: Place) -> None:
    sheet, own = place.sheet(), add(place)
    other = assess.add_evidence(
        actor=place.stranger, area_id=place.other.id, kind="notulen", title="Notulen", data=PNG,
        now=NOW,
    )  # fmt: skip
    for _time in range(2):
        assess.use_evidence(
            actor=place.agent, sheet_id=sheet.id, item="A1", evidence_id=own.id, now=NOW
        )
    with pytest.raises(NotAllowed):
        assess.use_evidence(
            actor=place.agent, sheet_id=sheet.id, item="A1", evidence_id=other.id, now=NOW
        )
    assess.withdraw_evidence(actor=place.agent, evidence_id=own.id, why="salah foto", now=NOW)
    assert [one.stands for one in assess.evidence_on(sheet.id)["A1"]] == [False]
