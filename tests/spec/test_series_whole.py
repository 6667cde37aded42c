"""A pack with a series holds together, or is told what does not; and stays known by its content."""

from collections.abc import Callable
from typing import Any

import pytest

from cantik.design import carrying, reading, store
from cantik.design.checks import check, check_files

Content = dict[str, Any]
FOLDER = store.FOLDER / "harga" / "v1"


def content() -> Content:
    found, _faults = reading.contents(store.texts(FOLDER))
    return found


def first(found: Content) -> Any:
    return found["series.yaml"][0]


def question(found: Content, name: str) -> Any:
    return next(row for row in found["survey.csv"] if row["name"] == name)


def named(found: Content) -> None:
    found["survey.csv"].append(
        {
            "type": "text", "name": "penjual", "role": "identity",
            "label::Indonesia (id)": "Penjual", "label::English (en)": "Seller",
            "why::Indonesia (id)": "x", "why::English (en)": "x",
        }
    )  # fmt: skip


BROKEN: list[tuple[Callable[[Content], object], str]] = [
    (lambda c: first(c).update(date="hari"), "pertanyaan hari tidak ada"),
    (lambda c: first(c).update(every="fortnight"), "every"),
    (lambda c: first(c).update(base=0), "base"),
    (lambda c: first(c).update(decimals=9), "decimals"),
    (lambda c: first(c).update(sensitivity="sensitive"), "open atau restricted"),
    (lambda c: first(c).update(chapter="lain"), "bab lain tidak ada"),
    (lambda c: first(c).update(id="tempat"), "bukan nama tabel"),
    (lambda c: first(c).update(items=[]), "barang"),
    (lambda c: first(c)["items"].append(first(c)["items"][0]), "ditulis dua kali"),
    (lambda c: first(c)["items"][0].update(name="kopi"), "pertanyaan kopi tidak ada"),
    (lambda c: first(c)["items"][0].update(name="tempat"), "bukan angka bulat"),
    (lambda c: first(c)["items"][0].pop("unit"), "unit belum ada"),
    (lambda c: question(c, "tanggal").update(role="fact"), "peran period"),
    (lambda c: question(c, "beras_medium").update(role="period"), "peran period"),
    (named, "tanpa nama"),
    (lambda c: c["series.yaml"].append(dict(first(c))), "nama dipakai dua kali"),
]


@pytest.mark.parametrize(("broken", "words"), BROKEN, ids=[words for _b, words in BROKEN])
def test_what_does_not_fit_is_told(broken: Callable[[Content], object], words: str) -> None:
    found = content()
    broken(found)
    pack, faults = reading.build(found)
    assert words in "; ".join(map(str, [*faults, *check(pack)]))


def test_prices_never_stand_in_a_questionnaire_about_people() -> None:
    found, _faults = reading.contents(store.texts(store.FOLDER / "keluarga" / "v1"))
    found["series.yaml"] = content()["series.yaml"]
    pack, faults = reading.build(found)
    assert "tidak boleh ada pada kuesioner tentang orang" in "; ".join(
        map(str, [*faults, *check(pack)])
    )


def test_a_pack_without_prices_is_the_same_pack_as_before_there_were_any() -> None:
    found, faults = reading.contents(store.texts(store.FOLDER / "fasilitas" / "v1"))
    assert faults == []
    assert "series.yaml" not in found


def test_prices_are_carried_with_their_pack() -> None:
    found = content()
    files = carrying.unpacked(carrying.packed(found))
    again, pack, faults = check_files(files)
    assert faults == []
    assert reading.digest(again) == reading.digest(found)
    assert len(pack.series[0].items) == 20
