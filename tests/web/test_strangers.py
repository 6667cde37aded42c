"""A questionnaire that nobody here wrote goes from its file to a released table, with no code."""

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from cantik.collect import api as collect
from cantik.design import api as design
from cantik.design.models import PackRecord
from cantik.ledger import api as ledger
from cantik.process import api as process
from cantik.protect import api as protect
from tests.action.people import person, village
from tests.action.process_village import NOW, ON
from tests.protocol.test_protect_adversary import attack_tables

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ROSTER = Path(__file__).parents[1] / "data" / "strangers" / "tutorial.xls"
RELATIONS = ("head", "wife_or_husband", "son_or_daughter")


@pytest.fixture(autouse=True)
def released(settings: Any, tmp_path: Any) -> None:
    settings.RELEASED = tmp_path / "released"


def as_xlsx(path: Path) -> bytes:
    """The old workbook saved in the newer form, cell by cell."""
    old, new = CalamineWorkbook.from_path(path), openpyxl.Workbook()
    new.remove(new.worksheets[0])
    for name in old.sheet_names:
        sheet = new.create_sheet(name)
        for row in old.get_sheet_by_name(name).to_python(skip_empty_area=False):
            sheet.append([cell if cell != "" else None for cell in row])
    out = io.BytesIO()
    new.save(out)
    return out.getvalue()


def member(at: int, place: int) -> dict[str, Any]:
    old = place < 2 or at % 3 > 0
    age = 15 + (at * 7 + place * 11) % 40
    asked = {} if place == 0 or age < 15 or age > 49 else {"literate": "yes", "pregnant": "no"}
    return {
        "name": f"Penghuni {at} {place}",
        "relationship_to_household_head": RELATIONS[min(place, 2)],
        "sex": "male" if place == 0 else "female",
        "resident": "yes",
        "stayed_last_night": "yes" if (at + place) % 4 else "no",
        "older_than_five": "yes" if old else "no",
        **({"age_in_years": age, **asked} if old else {"age_in_months": (at * 5) % 60}),
    }


def test_a_roster_by_others_goes_from_its_file_to_released_tables() -> None:
    here = village()
    agent, head = person("agen_statistik", here), person("kepala_desa", here)
    client = Client()
    client.force_login(agent)
    page = reverse("design:bring", kwargs={"village_id": here.id})
    wishes = {
        "title": "Penghuni rumah", "purpose": "Mengenal siapa yang tinggal di sini.",
        "unit": "rumah", "placed": "rt",
    }  # fmt: skip
    # As it is, the old kind of workbook is refused with what to do about it.
    old = client.post(page, {**wishes, "file": SimpleUploadedFile("a.xls", ROSTER.read_bytes())})
    assert old.status_code == 422
    new = client.post(page, {**wishes, "file": SimpleUploadedFile("a.xlsx", as_xlsx(ROSTER))})
    assert new.status_code == 200, new.content.decode()
    pack = design.pack(PackRecord.objects.exclude(village=None).latest("loaded_at").hash)
    assert [q.name for q in pack.instrument.questions if q.sealed] == ["name"]
    opened = design.open_activity(
        actor=agent, village_id=here.id, pack_hash=pack.hash, period="2026", reference_date=ON,
        now=NOW,
    )  # fmt: skip
    activity = design.activity(opened.id)
    leaves = [leaf.id for leaf in design.tree_of(activity).leaves()]
    filled = [
        (leaves[at % len(leaves)], {}, [member(at, place) for place in range(2 + at % 3)])
        for at in range(60)
    ]
    _name, data = collect.workbook(
        actor=agent, activity_id=activity.id, families=60, answers=filled
    )
    upload = collect.receive(actor=agent, activity_id=activity.id, data=data, now=NOW)
    collect.accept(actor=agent, upload_id=upload.id, keep_edits=True, now=NOW)
    process.cut(actor=agent, activity_id=activity.id, confirmed=True, now=NOW)
    clean = process.clean_edition(activity.id)
    assert clean is not None
    made = protect.propose(
        actor=agent, clean_edition_id=clean.id, licence="CC BY 4.0", note="", now=NOW
    )
    proposal = protect.proposal(made.id)
    edition = proposal.protected_edition_id
    listed = json.loads(ledger.edition_file(edition, "tables.json"))
    tables = {one: json.loads(ledger.edition_file(edition, f"tabel/{one}.json")) for one in listed}
    assert {"sex", "resident", "older_than_five"} <= set(tables)
    assert attack_tables([tables]) == []
    protect.decide(
        actor=head, proposal_id=proposal.id, verdict="approve", shown_files=proposal.files,
        confirmed=True, now=NOW,
    )  # fmt: skip
    public = Client()
    words = public.get(f"/desa/{here.id}/terbitan/1/tabel/sex/").content.decode()
    assert "Female" in words
    assert "Penghuni 1" not in words
    # What only women of some ages are asked says so, though its author never wrote it down.
    asked = public.get(f"/desa/{here.id}/terbitan/1/tabel/literate/").content.decode()
    assert "Is (NAME) male or female" in asked
