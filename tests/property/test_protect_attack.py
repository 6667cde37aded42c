"""What the audit lets through, the adversary written apart from it cannot break either."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.protocol.test_protect_adversary import attack_tables
from tests.unit.test_protect_audit import PERSONS, job, run

ROW = st.lists(st.one_of(st.integers(0, 4), st.integers(0, 30)), min_size=4, max_size=4)


@given(
    st.lists(ROW, min_size=3, max_size=3),
    st.lists(st.integers(0, 3), min_size=3, max_size=3),
    st.lists(st.sampled_from([50, 90]), min_size=3, max_size=3),
)
def test_release_and_correction_resist(rows: Any, changes: list[int], halves: list[int]) -> None:
    persons = PERSONS.copy()
    persons[:] = np.asarray(halves)[:, None] - [[5, 0]]
    counts = np.asarray(rows)
    first = run(job(counts), persons=persons)
    corrected = counts.copy()
    corrected[np.arange(3), changes] += 1
    corrected[0] = counts[0]
    second = run(job(corrected), previous=first.state, earlier=[first.tables], persons=persons)
    assert attack_tables([first.tables, second.tables]) == []
    again = run(job(counts), previous=first.state, earlier=[first.tables], persons=persons)
    assert again.tables == first.tables
