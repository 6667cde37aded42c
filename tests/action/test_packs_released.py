"""Packs about no family, from made-up answers through every gate to a release."""

import hashlib
import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.test import Client
from pypdf import PdfReader

from cantik.collect import api as collect
from cantik.demo import answers
from cantik.design import api as design
from cantik.disseminate import reading
from cantik.disseminate.publication import Publication
from cantik.ledger import api as ledger
from cantik.people import api as people
from cantik.process import api as process
from cantik.process.models import Finding
from cantik.protect import api as protect
from tests.action.people import person, village

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
ON = date(2026, 10, 31)
DATA = Path(answers.__file__).with_name("data")


@pytest.fixture(autouse=True)
def released(settings: Any, tmp_path: Path) -> None:
    settings.RELEASED = tmp_path / "released"


def a_place() -> tuple[Any, Any, Any]:
    """A village, its agent and its head."""
    here = village()
    return here, person("agen_statistik", here), person("kepala_desa", here)


def through_the_gates(
    name: str, each: int, people_each: int, place: tuple[Any, Any, Any] | None = None
) -> tuple[list[answers.MadeForm], Publication]:
    place = place or a_place()
    made, proposal = up_to_the_gate(name, each, people_each, place)
    here, _agent, head = place
    release = protect.decide(
        actor=head, proposal_id=proposal.id, verdict="approve", shown_files=proposal.files,
        confirmed=True, now=NOW,
    )  # fmt: skip
    assert release is not None
    return made, reading.publication(here.id, release.number)[1]


def up_to_the_gate(
    name: str, each: int, people_each: int, place: tuple[Any, Any, Any]
) -> tuple[list[answers.MadeForm], protect.Proposal]:
    here, agent, _head = place
    design.load_packs(now=NOW)
    pack = design.latest_pack(name)
    activity = design.open_activity(
        actor=agent, village_id=here.id, pack_hash=pack.hash, period="2026",
        reference_date=ON, now=NOW,
    )  # fmt: skip
    leaves = [leaf.id for leaf in people.village_tree(here.id).leaves()]
    design.set_targets(
        actor=agent, activity_id=activity.id, source="uji", source_date=ON, now=NOW,
        targets={leaf: design.LeafTarget(each, people_each, people_each) for leaf in leaves},
    )  # fmt: skip
    told = yaml.safe_load((DATA / f"{name}.yaml").read_text("utf-8"))
    made = answers.forms(pack, dict.fromkeys(leaves, each), seed=5, on=ON, **told)
    _name, data = collect.workbook(
        actor=agent, activity_id=activity.id, families=len(made),
        answers=[(one.leaf_id, one.main, one.members) for one in made],
    )  # fmt: skip
    upload = collect.receive(actor=agent, activity_id=activity.id, data=data, now=NOW)
    collect.accept(actor=agent, upload_id=upload.id, keep_edits=True, now=NOW)
    process.check(activity.id)
    assert not Finding.objects.filter(activity_id=activity.id, state="open").exists()
    process.cut(actor=agent, activity_id=activity.id, now=NOW)
    clean = process.clean_edition(activity.id)
    assert clean is not None
    proposal = protect.propose(
        actor=agent, clean_edition_id=clean.id, licence="CC BY 4.0", note="", now=NOW
    )
    return made, protect.proposal(proposal.id)


def test_facilities_are_published_exactly_down_to_the_rt() -> None:
    made, read = through_the_gates("fasilitas", each=1, people_each=60)
    sheet = read.sheet("jenis_pendidikan")
    facilities = [member for one in made for member in one.members]
    schools = [one for one in facilities if one["bidang"] == "1"]
    whole = sheet.whole_village
    for code, value in (("paud", "1"), ("sd", "2"), ("smp", "3")):
        wanted = sum(one["jenis_pendidikan"] == value for one in schools)
        assert whole.cell(code).value == wanted
    lines = sheet.parts[0].lines
    assert len(lines) == 6  # the village, two dusun, three RT
    assert not any(line.withheld for line in lines)
    assert all(one["percent"] is not None for one in read.indicators)
    assert read.book().startswith(b"%PDF")


def test_businesses_are_published_as_protected_counts_without_names() -> None:
    # A register without people is not filled: it makes no village too small to be told of.
    made, read = through_the_gates("umkm", each=40, people_each=0)
    answered = [one for one in made if one.main["hasil_pendataan"] <= "2"]
    assert read.facts["open"][0]["families"] == len(answered) == 120
    assert "persons" not in read.facts["open"][0]
    shown = {one["id"] for one in read.facts["tables"] if one["shown"]}
    assert len(shown) >= 14, sorted(shown)
    for id_ in shown - {"usaha"}:
        sheet = read.sheet(id_)
        base = 5 if id_ in ("omset", "kredit") else 3
        cells = [sheet.whole_village.cell(head.code).value for head in sheet.classes]
        assert all(n is not None and (n == 0 or n >= base) for n in cells), (id_, cells)
        if base == 5:
            assert len(cells) <= 3
    names = {one.main["nama_usaha"] for one in made} | {one.main["nama_pemilik"] for one in made}
    assert not any(name in str(read.facts) for name in names)
    assert read.book().startswith(b"%PDF")


def test_the_book_of_the_year_holds_all_that_is_out(client: Client) -> None:
    place = a_place()
    here, _agent, head = place
    _made, first = through_the_gates("fasilitas", 1, 60, place)
    _made, second = through_the_gates("umkm", 40, 0, place)
    assert first.together == []
    assert [one["number"] for one in second.together] == [1]

    words = " ".join(
        " ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(second.book())).pages
    )
    assert "Dari 2 pendataan" in words
    schools = first.sheet("jenis_pendidikan").whole_village
    line = " ".join(str(schools.cell(code).value) for code in ("paud", "sd", "smp"))
    assert line in words  # the figures of the first release, as they were approved
    usual = ["1. Geografi dan pemerintahan", "Kesehatan", "Pendidikan", "Ekonomi", "Komunikasi"]
    places = [words.index(one) for one in usual]
    assert places == sorted(places)

    page = client.get(f"/desa/{here.id}/").content.decode()
    assert f"/desa/{here.id}/terbitan/2/buku.pdf" in page
    assert "Juga memuat" in page
    assert client.get(f"/desa/{here.id}/terbitan/2/buku.pdf").status_code == 200

    release = next(one for one in protect.releases(here.id) if one.number == 1)
    protect.withdraw(actor=head, release_id=release.id, reason="salah hitung", now=NOW)
    assert client.get(f"/desa/{here.id}/terbitan/2/buku.pdf").status_code == 404
    assert client.get(f"/desa/{here.id}/terbitan/2/tabel/usaha.csv").status_code == 200
    page = client.get(f"/desa/{here.id}/").content.decode()
    assert "terbitan/2/buku.pdf" not in page
    assert "sudah ditarik" in page


def test_a_book_set_before_another_release_is_set_again_not_approved(client: Client) -> None:
    place = a_place()
    here, _agent, head = place
    _made, waiting = up_to_the_gate("umkm", 40, 0, place)
    _made, first = through_the_gates("fasilitas", 1, 60, place)
    before = ledger.edition_file(waiting.proposed_edition_id, "buku.pdf")
    client.force_login(head)
    home = f"/kantor/{here.id}/persetujuan/{waiting.id}/"

    def approve(files: dict[str, str]) -> str:
        shown = [f"{name}={sha}" for name, sha in files.items()]
        given = {"berkas": shown, "verdict": "approve", "note": "", "password": "kata-sandi-uji"}
        return client.post(home + "putuskan/", given, follow=True).content.decode()

    assert "Bukunya sedang disusun lagi" in approve(waiting.files)
    again = protect.proposal(waiting.id)
    assert again.state == "waiting"
    assert again.files["buku.pdf"] != waiting.files["buku.pdf"]
    assert len(protect.releases(here.id)) == 1

    approve(again.files)
    read = reading.publication(here.id, 2)[1]
    assert read.book() != before
    told = (settings.RELEASED / here.id / "1" / "release.json").read_bytes()
    assert [(one["number"], one["release"]) for one in read.together] == [
        (1, hashlib.sha256(told).hexdigest())
    ]
    assert first.together == []
    # The chain of editions names what the book was set from.
    made_from = ledger.manifest(again.proposed_edition_id)["made_from"]
    assert protect.releases(here.id)[-1].proposal.proposed_edition_id in made_from
