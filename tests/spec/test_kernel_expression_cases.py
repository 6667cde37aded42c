"""The table of expression cases, run through our own engine."""

import math
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from cantik.kernel import expression
from cantik.kernel.expression import Answers, Unsupported

TABLE = yaml.safe_load((Path(__file__).parent / "expression_cases.yaml").read_text("utf-8"))
TODAY = date(2026, 11, 23)
CASES = [
    pytest.param(
        {"given": g.get("given"), "members": g.get("members"), **case},
        id=f"{g['group']}: {case['expression']}",
    )
    for g in TABLE
    for case in g["cases"]
]


def _value(raw: Any) -> Any:
    return raw["date"] if isinstance(raw, dict) else raw


def _scope(case: dict[str, Any]) -> Answers:
    family = Answers.family(case["given"] or {}, case["members"] or [], today=TODAY)
    scope = family.repeats["anggota"][case["at"] - 1] if "at" in case else family
    return scope.at(_value(case.get("this")))


@pytest.mark.parametrize("case", CASES)
def test_case(case: dict[str, Any]) -> None:
    if "refused" in case:
        with pytest.raises(Unsupported, match=re.escape(case["refused"])):
            expression.parse(case["expression"])
        return
    value = expression.evaluate(expression.parse(case["expression"]), _scope(case))
    wanted = _value(case["expect"])
    if isinstance(wanted, int) and not isinstance(wanted, bool):
        wanted = float(wanted)
    assert type(value) is type(wanted)
    if isinstance(wanted, float) and math.isnan(wanted):
        assert math.isnan(value)  # type: ignore[arg-type]
    else:
        assert value == wanted


def test_every_supported_function_has_a_case() -> None:
    used: set[str] = set()
    for param in CASES:
        case = param.values[0]
        if "refused" not in case:
            used |= expression.parse(case["expression"]).functions
    assert used == expression.SUPPORTED_FUNCTIONS
