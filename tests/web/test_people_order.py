"""The officer puts dusun and RT in an order of their own; lists follow it, no figure changes."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cantik.ledger import api as ledger
from cantik.ledger.models import AuditLine
from cantik.people import api
from cantik.people.models import Area
from cantik.protect import api as protect
from tests.action.disseminate_chain import NOW, Chain, chain
from tests.action.people import person, village

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def signed_in(one: object) -> Client:
    client = Client()
    client.force_login(one)  # type: ignore[arg-type]
    return client


def labels(here: Area) -> list[str]:
    return [node.label for node in list(api.village_tree(here.id))[1:]]


def node(here: Area, label: str) -> Any:
    return next(one for one in api.village_tree(here.id) if one.label == label)


def press(client: Client, here: Area, label: str, what: str) -> str:
    """What the form of an area on the list sends; the address it leads back to."""
    page = f"/kantor/{here.id}/wilayah/"
    address = f"{page}{node(here, label).id}/"
    form = re.search(
        rf'<form method="post" action="{address}">.*?</form>', client.get(page).content.decode()
    )
    assert form is not None
    button = re.search(rf'<button[^>]*value="{what}"[^>]*>', form[0])
    assert button is not None
    assert "disabled" not in button[0]
    answer = client.post(address, {"what": what})
    assert answer.status_code == 302
    return str(answer["Location"])


def test_buttons_move_one_place_and_lead_back_to_the_same_line() -> None:
    here = village()
    client = signed_in(person("agen_statistik", here))
    before = AuditLine.objects.count()
    moved = node(here, "Dusun Hulu").id
    assert press(client, here, "Dusun Hulu", "up") == f"/kantor/{here.id}/wilayah/#w-{moved}"
    assert labels(here) == ["Dusun Hulu", "RT 03", "Dusun Hilir", "RT 01", "RT 02"]
    press(client, here, "RT 01", "down")
    assert labels(here) == ["Dusun Hulu", "RT 03", "Dusun Hilir", "RT 02", "RT 01"]
    lines = list(AuditLine.objects.order_by("number"))[before:]
    assert [line.verb for line in lines] == ["people.move_area"] * 2
    words = client.get(f"/kantor/{here.id}/wilayah/").content.decode()
    assert f'id="w-{moved}"' in words
    assert words.index("<b>Dusun Hulu</b>") < words.index("<b>Dusun Hilir</b>")


def test_the_first_does_not_go_up_nor_the_last_down_and_one_alone_has_no_buttons() -> None:
    here = village()
    words = signed_in(person("agen_statistik", here)).get(f"/kantor/{here.id}/wilayah/")
    rows = re.findall(r'<li class="end[^"]*" id="w-(\w+)">(.*?)</li>', words.content.decode())
    found = {id_: re.findall(r'value="(up|down)"( disabled)?', row) for id_, row in rows}

    def told(label: str) -> Any:
        return found[node(here, label).id]

    assert told("Dusun Hilir") == [("up", " disabled"), ("down", "")]
    assert told("Dusun Hulu") == [("up", ""), ("down", " disabled")]
    assert told("RT 03") == []


def test_a_press_too_many_changes_nothing() -> None:
    here = village()
    client = signed_in(person("agen_statistik", here))
    before = labels(here)
    first = node(here, "Dusun Hilir").id
    assert client.post(f"/kantor/{here.id}/wilayah/{first}/", {"what": "up"}).status_code == 302
    assert labels(here) == before


@pytest.mark.parametrize("role", ["petugas", "kepala_desa"])
def test_who_does_not_keep_the_areas_moves_none(role: str) -> None:
    here, elsewhere = village("Sini"), village("Sana")
    before = labels(here)
    address = f"/kantor/{here.id}/wilayah/{node(here, 'Dusun Hulu').id}/"
    for one in (person(role, here), person("agen_statistik", elsewhere)):
        assert signed_in(one).post(address, {"what": "up"}).status_code == 404
    assert labels(here) == before


# -- everywhere -------------------------------------------------------------------------------


def tables(proposal: protect.Proposal) -> dict[str, Any]:
    return {
        name: json.loads(ledger.read_bytes(sha))
        for name, sha in proposal.files.items()
        if re.fullmatch(r"tabel/\w+\.json", name)
    }


def figures(made: dict[str, Any]) -> Any:
    """Rows of each table by area, whatever their order."""
    return {
        name: {row["area"]: {k: v for k, v in row.items() if k != "area"} for row in table["rows"]}
        for name, table in made.items()
    }


def rows_of(made: dict[str, Any]) -> list[str]:
    """Labels of the table with most rows, below the village."""
    table = max(made.values(), key=lambda one: len(one["rows"]))
    return [row["label"] for row in table["rows"][1:]]


def test_published_tables_follow_the_order_and_no_figure_changes(
    settings: Any, tmp_path: Path
) -> None:
    settings.RELEASED = tmp_path / "released"
    made: Chain = chain(families=150)
    first = made.propose()
    protect.decide(
        actor=made.people["kepala"], proposal_id=first.id, verdict="return", note="urutan",
        shown_files=first.files, confirmed=True, now=NOW,
    )  # fmt: skip
    before = tables(first)
    press(signed_in(made.people["agen"]), made.village, "Dusun Hulu", "up")
    after = tables(made.propose())
    assert rows_of(before) == ["Dusun Hilir", "RT 01", "RT 02", "Dusun Hulu", "RT 03"]
    assert rows_of(after) == ["Dusun Hulu", "RT 03", "Dusun Hilir", "RT 01", "RT 02"]
    assert figures(before) == figures(after)
