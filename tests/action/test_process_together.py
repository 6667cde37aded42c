"""Two officers at the same moment."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections

from cantik.collect import api as collect
from cantik.kernel.problems import Refused
from cantik.process import actions
from cantik.process.models import Cut, Finding
from tests.action.process_village import NOW, Answered, answered

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


def together(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each call gave, or the code with which it was refused. Really together on PostgreSQL;
    SQLite lets in one after the other anyway, and its test database belongs to one thread."""

    def run(call: Callable[[], Any]) -> Any:
        try:
            return call()
        except Refused as refused:
            return refused.code

    if connection.vendor != "postgresql":
        return [run(call) for call in calls]
    start = Barrier(len(calls), timeout=30)

    def wait(call: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return run(call)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(wait, calls))


def edit(done: Answered, id_: str, place: tuple[str, int | None, str], value: str) -> Any:
    return lambda: actions.edit(
        actor=done.people["agen"], submission_id=id_, changes={place: value}, reason="ya",
        seen=1, now=NOW,
    )  # fmt: skip


def test_of_two_edits_in_the_same_moment_one_stands_and_one_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done = answered(3)
    id_ = done.ids()[0]
    place = ("keluarga", None, "luas_lantai")
    if connection.vendor == "postgresql":  # both have looked before either may change
        look, looked = collect.submission, Barrier(2, timeout=30)

        def wait(submission_id: str) -> collect.SubmissionInfo:
            one = look(submission_id)
            looked.wait()
            return one

        monkeypatch.setattr(actions.collect, "submission", wait)
    told = together([edit(done, id_, place, size) for size in ("41", "42")])
    monkeypatch.undo()
    assert sorted(told, key=str) == [None, "changed"]
    now = collect.submission(id_)
    assert now.version == 2
    assert now.answers["keluarga"]["luas_lantai"] == (41 if told[0] is None else 42)
    assert collect.edits(done.activity.id) == 1


def test_edits_of_two_families_in_the_same_moment_both_stand() -> None:
    done = answered(3)
    place = ("keluarga", None, "luas_lantai")
    ids = done.ids()[:2]
    assert together([edit(done, id_, place, "41") for id_ in ids]) == [None, None]
    assert [collect.submission(id_).answers["keluarga"]["luas_lantai"] for id_ in ids] == [41, 41]


def test_two_checks_in_the_same_moment_find_everything_once() -> None:
    def plant(made: list[Any]) -> None:
        for one in made:
            one.family.pop("lantai")

    done = answered(3, plant=plant)
    together([lambda: actions.check(done.activity.id)] * 2)
    assert Finding.objects.filter(name="lantai", state="open").count() == 3


def test_two_cuts_in_the_same_moment_make_one_clean_edition() -> None:
    done = answered(3)
    made = together(
        [
            lambda: (
                actions.cut(
                    actor=done.people["agen"], activity_id=done.activity.id, confirmed=True, now=NOW
                ).edition_id
            )
        ]
        * 2
    )
    assert made[0] == made[1]
    assert set(Cut.objects.values_list("edition_id", flat=True)) == {made[0]}
