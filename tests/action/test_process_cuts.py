"""How complete clean data are, when they count as old, and what 2,000 families cost."""

import json
import time
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cantik.collect import api as collect
from cantik.collect.models import Submission
from cantik.demo.families import MadeFamily
from cantik.kernel.problems import Refused
from cantik.ledger import api as ledger
from cantik.people import api as people
from cantik.process import actions, api
from cantik.process.models import Cut, Finding
from tests.action.process_village import NOW, Answered, answered

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def cut(done: Answered) -> Cut:
    return actions.cut(
        actor=done.people["agen"], activity_id=done.activity.id, confirmed=True, now=NOW
    )


def quality(made: Cut) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ledger.edition_file(made.edition_id, "mutu.json"))
    return found


def give_back(done: Answered, id_: str) -> None:
    actions.give_back(actor=done.people["agen"], submission_id=id_, note="ulang", now=NOW)


def refusing(made: list[MadeFamily]) -> None:
    """In the first RT one refuses and one was away, in the second one refuses."""
    leaves = list(dict.fromkeys(one.leaf_id for one in made))
    for leaf, at, result in ((0, 0, "4"), (0, 1, "3"), (1, 0, "4")):
        here = [one for one in made if one.leaf_id == leaves[leaf]]
        here[at].family = {"hasil_pendataan": result}
        here[at].members = []


def test_who_did_not_answer_is_counted_by_rt_and_is_no_family() -> None:
    done = answered(12, plant=refusing)
    told = quality(cut(done))
    leaves = [leaf.id for leaf in people.village_tree(done.village.id).leaves()]
    assert told["families"] == 9
    assert told["refusals"] == {"3": 1, "4": 2}
    assert {leaf: told["by_leaf"][leaf] for leaf in leaves} == {
        leaves[0]: {"families": 2, "target": 5, "refusals": 2},
        leaves[1]: {"families": 3, "target": 5, "refusals": 1},
        leaves[2]: {"families": 4, "target": 5, "refusals": 0},
    }
    assert api.lineage_words(cut(done).edition_id)["refusals"] == 3


def test_quality_holds_counts_and_areas_only() -> None:
    done = answered(12, plant=refusing)
    give_back(done, done.ids()[0])
    text = json.dumps(quality(cut(done)))
    assert not any(id_ in text for id_ in done.ids())
    for one in done.made:
        for member in one.members:
            assert member["nama"] not in text


def test_returned_families_are_counted_apart_and_not_as_never_visited() -> None:
    done = answered(12, plant=refusing)
    give_back(done, done.ids()[0])
    assert quality(cut(done))["returned"] == 1
    client = Client()
    client.force_login(done.people["agen"])
    page = client.get(f"/kantor/{done.village.id}/periksa/data-bersih/").content.decode()
    assert "3 keluarga tidak menjawab" in page
    assert "3 keluarga belum didatangi" in page  # 15 wanted: 8 ready, 3 silent, 1 asked again
    assert "1 keluarga menunggu ditanyakan lagi" in page


def test_the_same_answers_sent_again_after_a_return_are_current_again() -> None:
    done = answered(3)
    first = cut(done)
    give_back(done, done.ids()[0])
    assert not api.is_current(done.activity.id)
    done.send(done.made)
    assert cut(done).pk == first.pk
    assert api.is_current(done.activity.id)
    assert api.next_things(done.people["agen"], done.village.id, NOW) == []


def test_going_back_to_earlier_answers_makes_their_clean_data_the_last() -> None:
    done = answered(3)
    ids = [cut(done).edition_id]
    give_back(done, done.ids()[0])
    ids.append(cut(done).edition_id)
    done.send(done.made)
    ids.append(cut(done).edition_id)
    assert ids[0] == ids[2] != ids[1]
    last = api.clean_edition(done.activity.id)
    assert last is not None
    assert last.id == ids[0]
    assert len(api.clean_editions(done.activity.id)) == 2


def test_a_refused_cut_leaves_nothing() -> None:
    done = answered(3, plant=planted)
    before = Counter(ledger.Edition.objects.values_list("kind", flat=True))
    with pytest.raises(Refused):
        actions.cut(actor=done.people["agen"], activity_id=done.activity.id, now=NOW)
    assert Counter(ledger.Edition.objects.values_list("kind", flat=True)) == before
    assert not Cut.objects.exists()
    assert not ledger.AuditLine.objects.filter(verb="process.cut").exists()


def test_each_cut_is_one_line_in_the_log_with_counts_only() -> None:
    done = answered(3)
    made = cut(done)
    cut(done)
    line = ledger.AuditLine.objects.get(verb="process.cut")
    persons = sum(len(one.members) for one in done.made)
    assert json.loads(line.detail) == {"families": 3, "persons": persons}
    assert line.thing_id == made.edition_id[:16]


# -- many families ----------------------------------------------------------------------------


def many(done: Answered, copies: int) -> None:
    """More families beside those that came in, with the same answers under ids of their own."""
    kept = list(Submission.objects.all())
    for _n in range(copies):
        for one in kept:
            one.pk = ledger.random_id()
            one._state.adding = True
        Submission.objects.bulk_create(kept)


def planted(made: list[MadeFamily]) -> None:
    for one in made[::3]:
        one.family.pop("lantai")


def queries(done: Answered, page: str) -> int:
    client = Client()
    client.force_login(done.people["agen"])
    url = f"/kantor/{done.village.id}/periksa/{page}"
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_no_page_asks_the_database_once_per_family() -> None:
    done = answered(6, plant=planted)
    one = f"keluarga/{done.ids()[0]}/"
    few = [queries(done, page) for page in ("", "data-bersih/", one)]
    many(done, 20)
    assert [queries(done, page) for page in ("", "data-bersih/", one)] == few


def test_two_thousand_families_are_checked_within_seconds() -> None:
    """Takes about 1.5 s on two busy cores; once more, when nothing changed, a fraction of it."""
    done = answered(30, plant=planted)
    many(done, 66)
    start = time.process_time()
    assert actions.check(done.activity.id) == 2010
    first = time.process_time() - start
    assert Finding.objects.filter(name="lantai").count() == 670
    start = time.process_time()
    assert actions.check(done.activity.id) == 0
    again = time.process_time() - start
    assert first < 8
    assert again < first / 2
    assert collect.progress(done.activity.id)
