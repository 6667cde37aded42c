"""The official status of a village in its release: as others gave it, approved with the rest."""

from pathlib import Path
from typing import Any

import pytest

from cantik.disseminate import official, reading
from cantik.people.models import AreaIndex
from tests.action.disseminate_chain import chain

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_a_release_tells_the_status_of_its_time(settings: Any, tmp_path: Path, client: Any) -> None:
    settings.RELEASED = tmp_path / "released"
    made = chain()
    common = {"area": made.village, "source": "Kementerian Desa"}
    AreaIndex.objects.create(index="idm", year=2024, score="0.7073", status="maju", **common)
    AreaIndex.objects.create(index="indeks_desa", year=2025, score="", status="mandiri", **common)
    release = made.approve(made.propose())
    AreaIndex.objects.all().delete()  # the page opens released files and nothing else
    _entry, read = reading.publication(made.village.id, release.number)
    assert len(read.facts["indices"]) == 2
    groups = official.by_index(read.facts, "id")
    assert [one["years"] for one in groups] == [[(2025, "Mandiri", "")], [(2024, "Maju", "0,7073")]]
    page = client.get(f"/desa/{made.village.id}/").content.decode()
    assert "Maju (0,7073)" in page
    assert "Bobot dan batas Indeks Desa tidak kami ketahui" in page
    assert "Sumber: Kementerian Desa." in page
    assert read.book().startswith(b"%PDF")


def test_a_release_of_before_says_nothing() -> None:
    assert official.by_index({}, "id") == []
