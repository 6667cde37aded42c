"""Whatever is done to a pack's files: the checks answer with faults and never break themselves."""

import copy
from datetime import date
from functools import cache
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from cantik.design import store
from cantik.design.checks import check, check_files
from cantik.design.derived import age_on
from cantik.design.faults import Fault
from cantik.design.pack import Pack
from cantik.design.reading import FILES, OPTIONAL, build, contents, digest
from cantik.kernel.expression import Answers, evaluate

V1 = store.FOLDER / "keluarga" / "v1"
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 200), st.text(max_size=12),
    st.sampled_from(["umur", "${umur} >= 7", "${x", "all", "{n} {d} {p}", "1", "jumlah"]),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=5,
)


@cache
def sound() -> dict[str, Any]:
    content, faults = contents(store.texts(V1))
    assert not faults
    return content


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where something stands in nested lists and mappings."""
    found = [path] if path else []
    inner: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    for key, one in inner:
        found += places(one, (*path, key))
    return found


def changed(content: dict[str, Any], path: tuple[Any, ...], new: Any, *, remove: bool) -> Any:
    made = copy.deepcopy(content)
    at = made
    for key in path[:-1]:
        at = at[key]
    if remove:
        del at[path[-1]]
    else:
        at[path[-1]] = new
    return made


YAML_FILES = [name for name in FILES if name.endswith(".yaml") and name not in OPTIONAL]
CSV_FILES = [name for name in FILES if name.endswith(".csv")]


@given(st.data())
def test_a_mutilated_yaml_file_is_answered_with_faults(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(YAML_FILES))
    path = data.draw(st.sampled_from(places(sound()[name])))
    new = changed(
        {name: sound()[name]}, (name, *path), data.draw(VALUES), remove=data.draw(st.booleans())
    )
    files = {**store.texts(V1), name: yaml.safe_dump(new[name], allow_unicode=True)}
    content, pack, faults = check_files(files)
    assert all(isinstance(one, Fault) and one.file in FILES and one.words for one in faults)
    if content == sound():
        assert faults == []
    else:
        assert pack.hash != digest(sound())


@given(st.data())
def test_a_mutilated_survey_is_answered_with_faults(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(CSV_FILES))
    rows = copy.deepcopy(sound()[name])
    row = data.draw(st.sampled_from(rows))
    column = data.draw(st.sampled_from([*row, "relevant", "constraint", "calculation", "lain"]))
    row[column] = data.draw(
        st.one_of(st.text(max_size=15), st.sampled_from(["${umur} >=", "select_one x", "umur"]))
    )
    pack, told = build({**sound(), name: rows})
    faults = [*told, *check(pack)]
    assert all(one.file in FILES and one.words for one in faults)


@given(st.dates(date(1900, 1, 1), date(2026, 12, 31)), st.dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_the_formula_of_the_age_is_the_calendar(born: date, on: date) -> None:
    formula = sound_pack().instrument.question("umur").calculate
    assert formula is not None
    if born <= on:
        assert evaluate(formula, Answers({"tanggal_lahir": born}, today=on)) == age_on(born, on)
    assert evaluate(formula, Answers({}, today=on)) == ""


@cache
def sound_pack() -> Pack:
    return build(sound())[0]
