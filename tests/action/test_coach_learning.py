"""Sitting a test: two tabs, late answers, who may; and what a village gained."""

import threading
from fractions import Fraction

import pytest
from django.db import connection
from django.http import Http404

from cantik.coach.learning import actions, curriculum, standing
from cantik.coach.learning.next import next_things
from cantik.coach.models import Attempt, LastTestOpened, Reading, Response
from cantik.kernel.problems import Refused
from cantik.ledger.models import AuditLine
from tests.action.coach_learning import LATER, Learners, learners, read_modules, sit
from tests.action.people import NOW, person, village

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def here() -> Learners:
    return learners()


def begun(here: Learners) -> Attempt:
    return actions.begin(actor=here.agen, village_id=here.village.id, moment="pre", now=NOW)


def first(one: Attempt) -> tuple[str, str, str]:
    """(id, right letter, another letter) of the first item."""
    item = actions.test_of(one).forms[one.form][0]
    return item.id, item.right, "a" if item.right != "a" else "b"


def test_two_tabs_sit_one_test_and_the_last_answer_stands(here: Learners) -> None:
    one, other = begun(here), begun(here)
    assert one.id == other.id
    item, right, wrong = first(one)
    for choice in (right, wrong, right):
        actions.answer(actor=here.agen, attempt_id=one.id, item=item, choice=choice, now=NOW)
    assert list(one.responses.values_list("choice", "right")) == [(right, True)]


def test_a_late_answer_changes_nothing(here: Learners) -> None:
    one = begun(here)
    item, right, wrong = first(one)
    actions.answer(actor=here.agen, attempt_id=one.id, item=item, choice=wrong, now=NOW)
    done = actions.finish(actor=here.agen, attempt_id=one.id, now=NOW)
    with pytest.raises(Refused) as refused:
        actions.answer(actor=here.agen, attempt_id=one.id, item=item, choice=right, now=LATER)
    assert refused.value.code == "late"
    done.refresh_from_db()
    assert (done.score, done.marks) == (0, "0" * 18)
    assert Response.objects.get().choice == wrong


def test_finishing_twice_is_one(here: Learners) -> None:
    one = begun(here)
    done = actions.finish(actor=here.agen, attempt_id=one.id, now=NOW)
    again = actions.finish(actor=here.agen, attempt_id=one.id, now=LATER)
    assert (again.finished_at, again.score) == (done.finished_at, 0)
    assert AuditLine.objects.filter(verb="coach.finish_test").count() == 1
    assert AuditLine.objects.filter(verb="coach.begin_test").count() == 1


def test_what_no_item_or_choice_is_is_refused(here: Learners) -> None:
    one = begun(here)
    item = first(one)[0]
    with pytest.raises(Refused):
        actions.answer(actor=here.agen, attempt_id=one.id, item=item, choice="e", now=NOW)
    other = next_form_item(one)
    with pytest.raises(Http404):
        actions.answer(actor=here.agen, attempt_id=one.id, item=other, choice="a", now=NOW)
    assert not Response.objects.exists()


def next_form_item(one: Attempt) -> str:
    return actions.test_of(one).forms["B" if one.form == "A" else "A"][0].id


def test_nobody_touches_another_sitting(here: Learners) -> None:
    one = begun(here)
    item, right, _wrong = first(one)
    for who in (here.kepala, here.pembina, person("agen_statistik", village("Lain"))):
        with pytest.raises(Http404):
            actions.answer(actor=who, attempt_id=one.id, item=item, choice=right, now=NOW)
        with pytest.raises(Http404):
            actions.finish(actor=who, attempt_id=one.id, now=NOW)
        with pytest.raises(Http404):
            actions.own(who, one.id)
    with pytest.raises(Http404):
        actions.begin(actor=here.pembina, village_id=here.village.id, moment="pre", now=NOW)
    with pytest.raises(Http404):
        actions.begin(actor=here.agen, village_id=here.village.id, moment="x", now=NOW)


def test_the_last_test_opens_with_six_modules_or_by_the_coach(here: Learners) -> None:
    sit(here, here.agen, "pre", 9)
    read_modules(here, here.agen, 5)
    with pytest.raises(Refused) as refused:
        actions.begin(actor=here.agen, village_id=here.village.id, moment="post", now=LATER)
    assert refused.value.code == "closed"
    with pytest.raises(Http404):
        actions.open_last_test(actor=here.kepala, village_id=here.village.id, now=LATER)
    for _twice in range(2):
        actions.open_last_test(actor=here.pembina, village_id=here.village.id, now=LATER)
    assert LastTestOpened.objects.count() == 1
    assert AuditLine.objects.filter(verb="coach.open_test").count() == 1
    post = actions.begin(actor=here.agen, village_id=here.village.id, moment="post", now=LATER)
    pre = Attempt.objects.get(moment="pre")
    assert {pre.form, post.form} == {"A", "B"}
    assert pre.test == post.test


def test_nobody_reaches_the_last_test_without_the_first(here: Learners) -> None:
    read_modules(here, here.agen)
    actions.open_last_test(actor=here.pembina, village_id=here.village.id, now=NOW)
    with pytest.raises(Refused):
        actions.begin(actor=here.agen, village_id=here.village.id, moment="post", now=LATER)


def test_gains(here: Learners) -> None:
    for who, pre, post in ((here.agen, 9, 15), (here.kepala, 18, 18)):
        sit(here, who, "pre", pre)
        read_modules(here, who)
        sit(here, who, "post", post, LATER)
    sit(here, here.petugas, "pre", 4)
    whole = standing.gains([here.village.id], 2026)[here.village.id]
    assert (whole.mean, whole.n, whole.of) == (Fraction(2, 3), 1, 3)
    found = {one.person_id: one for one in standing.learners(here.village.id, 2026)}
    assert found[here.agen.pk].words == "middle"
    assert found[here.agen.pk].agent
    assert found[here.kepala.pk].gain is None
    assert found[here.kepala.pk].full
    only = standing.learners(here.village.id, 2026, agents_only=True)
    assert [one.person_id for one in only] == [here.agen.pk]


def test_reading_counts_nothing_and_is_told_once(here: Learners) -> None:
    sit(here, here.agen, "pre", 9)
    for _twice in range(2):
        actions.read_to_end(actor=here.agen, village_id=here.village.id, module="konsep", now=NOW)
    assert Reading.objects.count() == 1
    assert AuditLine.objects.filter(verb="coach.read_module").count() == 1
    stands = standing.standing(here.agen, here.village.id, 2026)
    assert stands.read == 1
    assert {one.id: one.state for one in stands.modules}["konsep"] == "read"
    with pytest.raises(Http404):
        actions.read_to_end(actor=here.agen, village_id=here.village.id, module="x", now=NOW)


def test_kinds_are_never_mixed_in_the_figures_of_items(here: Learners) -> None:
    example = learners("Contoh", "contoh")
    sit(here, here.agen, "pre", 9)
    sit(example, example.agen, "pre", 18)
    test = curriculum.test_now()
    counts = {
        kind: sum(standing.figures(test.hash, form, kind).n for form in "AB")
        for kind in ("real", "contoh", "latihan")
    }
    assert counts == {"real": 1, "contoh": 1, "latihan": 0}


def test_next_things_follow_the_learning(here: Learners) -> None:
    def said() -> list[str]:
        return [one.url for one in next_things(here.agen, here.village.id, LATER)]

    assert said() == ["/belajar/tes/"]
    sit(here, here.agen, "pre", 9)
    assert said() == ["/belajar/kebutuhan/"]
    read_modules(here, here.agen)
    assert said() == ["/belajar/tes/"]
    sit(here, here.agen, "post", 12, LATER)
    assert said() == []
    assert next_things(here.pembina, here.village.id, LATER) == []
    alone = village("Sendiri")
    assert next_things(person("agen_statistik", alone), alone.id, LATER) == []


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="rows are locked one by one there")
@pytest.mark.django_db(transaction=True)
def test_an_answer_and_the_end_at_once() -> None:
    """Whichever comes first: the marks say what the answers say."""
    here = learners()
    one = begun(here)
    item, right, _wrong = first(one)

    def answer() -> None:
        try:
            actions.answer(actor=here.agen, attempt_id=one.id, item=item, choice=right, now=NOW)
        except Refused:
            pass
        finally:
            connection.close()

    def end() -> None:
        try:
            actions.finish(actor=here.agen, attempt_id=one.id, now=NOW)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for work in (answer, end)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    one.refresh_from_db()
    assert one.score == one.responses.filter(right=True).count()
