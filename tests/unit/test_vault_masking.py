"""What a list shows of an identity."""

import pytest

from cantik.vault.masking import masked


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Siti Aminah", "S••• A•••"),
        ("6404010101010001", "6404••••••••001"),
        ("6404 0101 0101 0001", "6404••••••••001"),
        ("081234567890", "08••••••890"),
        ("12", "••••"),
        ("1990-02-03", "•••"),
        ("Jl. Mawar 5", "J••• M••• •••"),
        ("", ""),
        (None, None),
        ({"nama": "Budi", "anggota": [{"nik": 6404010101010001}]},
         {"nama": "B•••", "anggota": [{"nik": "6404••••••••001"}]}),
    ],
)  # fmt: skip
def test_covered(value, shown):
    assert masked(value) == shown
