"""Once figures are out, families still missing no longer press; a release withdrawn, they do."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cantik.collect.models import Upload
from cantik.design import api as design
from cantik.people import api as people
from cantik.protect import api as protect
from tests.action.disseminate_chain import NOW, Chain, chain

pytestmark = [pytest.mark.django_db, pytest.mark.database]
PRESSING = "Kirim isian keluarga"


@pytest.fixture
def made(settings: Any, tmp_path: Path) -> Chain:
    settings.RELEASED = tmp_path / "released"
    made = chain(families=60)
    leaves = [leaf.id for leaf in people.village_tree(made.village.id).leaves()]
    design.set_targets(
        actor=made.people["agen"], activity_id=made.activity.id,
        targets={leaf: design.LeafTarget(30, None, None) for leaf in leaves},

        source="uji", source_date=NOW.date(), now=NOW,
    )  # fmt: skip
    return made


def home(made: Chain, who: str = "agen") -> str:
    client = Client()
    client.force_login(made.people[who])
    return client.get("/beranda/").content.decode()


def test_families_still_missing_press_only_until_the_figures_are_out(made: Chain) -> None:
    before = home(made)
    assert PRESSING in before
    assert "0 dari 90 keluarga" in before
    release = made.approve(made.propose())
    after = home(made)
    assert "Tidak ada yang mendesak" in after
    assert PRESSING in after.partition("Yang bisa dikerjakan sekarang")[2]
    assert "Angka 2026 sudah diumumkan." in after
    assert "0 dari 90 keluarga" in after
    protect.withdraw(actor=made.people["kepala"], release_id=release.id, reason="Salah.", now=NOW)
    again = home(made)
    assert "Tidak ada yang mendesak" not in again
    assert PRESSING in again


def test_a_file_that_waits_is_still_asked_for_after_a_release(made: Chain) -> None:
    made.approve(made.propose())
    Upload.objects.create(
        id="u1", activity_id=made.activity.id, village_id=made.village.id, state="draft",
        size=1, uploaded_by=made.people["agen"], uploaded_at=NOW,
    )  # fmt: skip
    shown = home(made, "petugas")
    assert "Lihat dan simpan isian" in shown
    assert PRESSING not in shown


def test_the_next_year_presses_again(made: Chain) -> None:
    made.approve(made.propose())
    later = design.open_activity(
        actor=made.people["agen"], village_id=made.village.id, pack_hash=made.activity.pack.hash,
        period="2027", reference_date=date(2027, 10, 31), now=NOW,
    )  # fmt: skip
    leaves = people.village_tree(made.village.id).leaves()
    design.set_targets(
        actor=made.people["agen"], activity_id=later.id,
        targets={leaf.id: design.LeafTarget(9, None, None) for leaf in leaves},
        source="uji", source_date=NOW.date(), now=NOW,
    )  # fmt: skip
    assert PRESSING in home(made)
