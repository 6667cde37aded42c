"""A kelurahan says lurah, kelurahan and RW; names that hold "Desa" stay names."""

import pytest

from cantik.kernel.text import as_said_in


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("Berapa orang yang dilayani desa, dan di RT mana?",
         "Berapa orang yang dilayani kelurahan, dan di RT mana?"),
        ("Diputuskan kepala desa di tiap dusun.", "Diputuskan lurah di tiap RW."),
        ("Menerima BLT Dana Desa; program Desa Cantik.",
         "Menerima BLT Dana Desa; program Desa Cantik."),
        ("Perdesaan, desanya, kedesaan.", "Perdesaan, desanya, kedesaan."),
        ("Kantor desa atau kelurahan; dusun/RW dan dusun atau RW.", "Kantor kelurahan; RW dan RW."),
        ("Ditandatangani kepala desa atau lurah.", "Ditandatangani lurah."),
        ("Tanyakan kepada kepala dusun.", "Tanyakan kepada ketua RW."),
        ("", ""),
    ],
)  # fmt: skip
def test_common_words_change_and_names_stay(words: str, wanted: str) -> None:
    text = {"id": words, "en": "the desa"}
    assert as_said_in(text, "kelurahan") == {"id": wanted, "en": "the desa"}
    assert as_said_in(text, "desa") is text
    assert as_said_in({}, "kelurahan") == {}
