"""Weekly prices, from sheets through every gate to a released series."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cantik.collect import api as collect
from cantik.design import api as design
from cantik.disseminate import reading
from cantik.disseminate.publication import NotReleased, Publication
from cantik.people import api as people
from cantik.process import api as process
from cantik.process.models import Finding
from cantik.protect import api as protect
from tests.action.people import person, village

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
MONDAY = date(2026, 1, 5)


@pytest.fixture(autouse=True)
def released(settings: Any, tmp_path: Path) -> None:
    settings.RELEASED = tmp_path / "released"


def sheet(week: int, **prices: int) -> dict[str, Any]:
    fixed = {"tempat": "1", "cara": "1", "langka": "1"}
    return {"tanggal": MONDAY + timedelta(days=7 * week), **fixed, **prices}


def begun() -> tuple[Any, Any, Any]:
    """An activity of prices with its agent and its head."""
    here = village()
    agent, head = person("agen_statistik", here), person("kepala_desa", here)
    design.load_packs(now=NOW)
    activity = design.open_activity(
        actor=agent, village_id=here.id, pack_hash=design.latest_pack("harga").hash,
        period="2026", reference_date=date(2026, 10, 31), now=NOW,
    )  # fmt: skip
    return activity, agent, head


def through_the_gates(
    begun_: tuple[Any, Any, Any], sheets: list[dict[str, Any]], note: str = ""
) -> Publication:
    activity, agent, head = begun_
    root = people.village_tree(activity.village_id).root.id
    _name, data = collect.workbook(
        actor=agent, activity_id=activity.id, families=len(sheets),
        answers=[(root, one, []) for one in sheets],
    )  # fmt: skip
    upload = collect.receive(actor=agent, activity_id=activity.id, data=data, now=NOW)
    collect.accept(actor=agent, upload_id=upload.id, keep_edits=True, now=NOW)
    process.check(activity.id)
    assert not Finding.objects.filter(activity_id=activity.id, state="open").exists()
    process.cut(actor=agent, activity_id=activity.id, now=NOW)
    clean = process.clean_edition(activity.id)
    assert clean is not None
    proposal = protect.propose(
        actor=agent, clean_edition_id=clean.id, licence="CC BY 4.0", note=note, now=NOW
    )
    proposal = protect.proposal(proposal.id)
    release = protect.decide(
        actor=head, proposal_id=proposal.id, verdict="approve", shown_files=proposal.files,
        confirmed=True, now=NOW,
    )  # fmt: skip
    assert release is not None
    return reading.publication(activity.village_id, release.number)[1]


def test_prices_become_a_series_with_its_gaps() -> None:
    read = through_the_gates(
        begun(),
        [
            sheet(0, telur=30000, gula=18000),
            sheet(0, telur=34000, gula=18000),
            sheet(1, telur=32000),
            sheet(3, telur=40000, gula=19000),
            sheet(3, telur=41000),
            sheet(3, telur=48000),
        ],
    )
    series = read.series("harga")
    assert series.periods == ["2026-W02", "2026-W03", "2026-W04", "2026-W05"]
    by_name = {one.name: one for one in series.items}
    assert by_name["telur"].prices == [32000, 32000, None, 41000]
    assert by_name["telur"].quotes == [2, 1, 0, 3]
    assert by_name["telur"].changes == [None, 0, None, None]  # week 4 is missing: no change to 5
    assert by_name["telur"].lowest == [30000, 32000, None, 40000]
    assert by_name["gula"].prices == [18000, None, None, 19000]
    assert by_name["beras_medium"].prices == [None] * 4
    rows = list(csv.DictReader(io.StringIO(read.series_file("harga", "csv").decode())))
    assert len(rows) == 4 * 20
    eggs = [one for one in rows if one["barang"] == "Telur ayam ras"]
    assert [one["harga"] for one in eggs] == ["32000", "32000", "", "41000"]
    assert eggs[2]["keterangan"] == "tidak ada catatan harga"
    assert read.book().startswith(b"%PDF")
    assert [one["id"] for one in read.facts["series"]] == ["harga"]
    assert read.sheet("tempat").whole_village.cell("pasar").value == 6
    with pytest.raises(NotReleased):
        read.series("tempat")
    raw = json.loads(read.series_file("harga", "json"))
    assert raw["sensitivity"] == "open"


def test_prices_do_not_push_the_village_away_from_its_own_page() -> None:
    """The latest count of people is the page of the village; without one, what there is."""

    def entry(number: int, people_: bool, day: date, state: str = "published") -> reading.Entry:
        return reading.Entry(
            number, str(number), "2026", day, {"id": "x"}, state, NOW, None, None, "", "", None, {},
            people_,
        )  # fmt: skip

    families, newer = entry(1, True, date(2026, 6, 30)), entry(3, True, date(2026, 9, 30))
    prices = entry(2, False, date(2026, 12, 31))

    def front(*entries: reading.Entry) -> reading.Entry | None:
        return reading.Village("a", "Desa A", "A", "real", (), "Asia/Makassar", entries).front()

    assert front(prices, families) is families
    assert front(prices, families, newer) is newer
    assert front(prices) is prices
    assert front(prices, entry(4, True, date(2027, 1, 1), "withdrawn")) is prices
    assert front() is None


def test_next_week_is_an_update_and_no_correction() -> None:
    begun_ = begun()
    through_the_gates(begun_, [sheet(0, telur=30000)])
    read = through_the_gates(begun_, [sheet(1, telur=31500)], "Ditambah catatan harga terbaru.")
    assert read.series("harga").periods == ["2026-W02", "2026-W03"]
    assert next(i for i in read.series("harga").items if i.name == "telur").changes == [None, 50]
    page = Client().get(f"/desa/{begun_[0].village_id}/").content.decode()
    assert "Pembaruan." in page
    assert "Perbaikan." not in page
