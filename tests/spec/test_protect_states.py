from pathlib import Path

import pytest

from cantik.kernel.states import StateTable
from cantik.protect.models import PROPOSAL, RELEASE


@pytest.mark.parametrize("table", [PROPOSAL, RELEASE], ids=lambda table: table.name)
def test_the_diagram_in_the_documents_is_the_table(table: StateTable) -> None:
    text = (Path(__file__).parents[2] / "docs" / "protection.md").read_text("utf-8")
    assert table.diagram() in text
