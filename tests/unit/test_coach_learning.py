"""The modules and the forms of the test as they are written, and what is refused of others."""

import copy
from typing import Any

import pytest
import yaml

from cantik.coach.learning import curriculum, lesson, sitting

DATA: dict[str, Any] = yaml.safe_load((curriculum.FOLDER / "tes.yaml").read_text("utf-8"))
HEAD = "---\ntitle: X\nminutes: 5\naims: [a]\nsources: [b]\npage: periksa\npage_words: Buka\n---\n"
FIVE = "".join(f"\n## Layar {n}\n\nKata.\n" for n in range(5))


def test_the_six_modules_keep_the_bounds() -> None:
    assert len(curriculum.lessons()) == 6
    for one in curriculum.lessons().values():
        assert one.words <= lesson.MOST_WORDS
        assert one.minutes <= 15
        assert one.aims
        assert one.sources
        asks = [b for s in one.screens for b in s.blocks if b.kind == "ask"]
        assert len(asks) >= 3, one.id


def test_right_answers_of_modules_are_not_always_in_one_place() -> None:
    for one in curriculum.lessons().values():
        asks = [b for s in one.screens for b in s.blocks if b.kind == "ask"]
        assert len({[c.right for c in b.choices].index(True) for b in asks}) > 1, one.id


def test_html_stays_words() -> None:
    made = lesson.line("<script>alert(1)</script> **tebal** [kata](/belajar/)")
    assert [one.kind for one in made] == ["plain", "bold", "plain", "link"]
    assert made[0].words == "<script>alert(1)</script> "


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "http://x.id", "//x.id", "data:text/html,x"]
)
def test_a_link_elsewhere_is_refused(url: str) -> None:
    with pytest.raises(lesson.BadLesson):
        lesson.line(f"[kata]({url})")


@pytest.mark.parametrize(
    "text",
    [
        "tanpa kepala",
        HEAD + "\n## Satu\n\nKata.\n",
        HEAD + FIVE + "\n? Tanya\n( ) a | b\n( ) c | d\n",
        HEAD + FIVE + "\n? Tanya\n(x) a | b\n(x) c | d\n",
        HEAD + FIVE + "\n? Tanya\n(x) a | b\n",
        HEAD + FIVE + "\n" + "kata " * 901,
        HEAD.replace("minutes: 5", "minutes: 16") + FIVE,
        HEAD.replace("title: X\n", "") + FIVE,
        HEAD + "Kata dulu.\n" + FIVE,
    ],
)
def test_a_bad_module_is_refused(text: str) -> None:
    with pytest.raises(lesson.BadLesson):
        lesson.read("x", text)


def test_a_good_small_module_is_read() -> None:
    made = lesson.read("x", HEAD + FIVE + "\n? Tanya\n(x) a | b\n( ) c | d\n")
    assert made.screens[-1].blocks[-1].choices[0].right


def test_forms_are_parallel() -> None:
    made = curriculum.test_now()
    assert [len(items) for items in made.forms.values()] == [18, 18]
    plan = [[(i.module, i.level) for i in items] for items in made.forms.values()]
    assert plan[0] == plan[1]


def spoilt(change: Any) -> dict[str, Any]:
    data = copy.deepcopy(DATA)
    change(data["forms"])
    return data


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: f["A"].pop(), "items for each module"),
        (lambda f: f["B"][0].update(level="sukar"), "one plan"),
        (lambda f: f["B"][0].update(ask=f["A"][0]["ask"].upper()), "asked twice"),
        (lambda f: f["A"][0].update(right="e"), "no right choice"),
        (lambda f: f["A"][0].update(right=["a", "b"]), "no right choice"),
        (lambda f: f["A"][0]["choices"].pop("d"), "choices are not"),
        (lambda f: f["A"][0]["choices"].update(a=f["A"][0]["choices"]["b"]), "say the same"),
        (lambda f: [one.update(right="a") for one in f["A"]], "spread"),
        (lambda f: f["A"][0].update(id="b01"), "twice"),
        (lambda f: f["A"][0].update(why=""), "without words"),
    ],
)
def test_an_unsound_test_is_refused(change: Any, words: str) -> None:
    with pytest.raises(sitting.BadTest, match=words):
        sitting.read(spoilt(change), curriculum.modules())


def test_another_word_is_another_test() -> None:
    other = spoilt(lambda f: f["A"][0].update(why="Sebab lain."))
    assert sitting.read(other, curriculum.modules()).hash != curriculum.test_now().hash


def test_the_last_form_is_the_other_one() -> None:
    for draw in range(4):
        first = sitting.form_for("pre", draw)
        assert sitting.form_for("post", draw, first) != first
        assert sitting.form_for("post", draw) != first
    assert {sitting.form_for("pre", draw) for draw in range(2)} == {"A", "B"}


def test_what_is_open_is_not_right() -> None:
    made = curriculum.test_now()
    first = made.forms["A"][0]
    assert made.marks("A", {}) == "0" * 18
    assert made.marks("A", {first.id: first.right}) == "1" + "0" * 17
