"""The curriculum as it lies in files: modules, tests by hash, rules. Read once."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from . import lesson, sitting

FOLDER = Path(__file__).with_name("curriculum")


@cache
def rules() -> Mapping[str, Any]:
    """``modules`` in their order, and the bounds for words about items."""
    read: Mapping[str, Any] = yaml.safe_load((FOLDER / "aturan.yaml").read_text("utf-8"))
    return read


def modules() -> tuple[str, ...]:
    return tuple(rules()["modules"])


@cache
def lessons() -> Mapping[str, lesson.Lesson]:
    """Modules by id, in the order of the curriculum."""
    return {
        id_: lesson.read(id_, (FOLDER / id_ / "module.md").read_text("utf-8")) for id_ in modules()
    }


@cache
def _tests() -> Mapping[str, sitting.Test]:
    """Every test there is by its hash; what is asked now stands first. Older ones stay in files
    ``tes.<year>.yaml`` so that what was answered keeps its words."""
    current, *older = sorted(FOLDER.glob("tes*.yaml"), key=lambda p: (p.name != "tes.yaml", p.name))
    made = [
        sitting.read(yaml.safe_load(path.read_text("utf-8")), modules())
        for path in (current, *older)
    ]
    return {one.hash: one for one in made}


def test_now() -> sitting.Test:
    return next(iter(_tests().values()))


def test(hash_: str) -> sitting.Test | None:
    """The test with these words; None when it is not kept here any more."""
    return _tests().get(hash_)
