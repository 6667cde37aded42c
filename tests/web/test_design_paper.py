"""Who may print the empty questionnaire: everybody who may see the activity, and nobody else."""

import pytest
from django.test import Client

from tests.action.people import above, person, village
from tests.action.test_design_activities import opened

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_the_office_prints_and_a_stranger_finds_nothing() -> None:
    here = village()
    made = opened(here)
    address = f"/kantor/{here.id}/kegiatan/{made.id}/kuesioner.pdf"
    for one in (person("petugas", here), person("pembina_kabupaten", above(here, "kabupaten"))):
        client = Client()
        client.force_login(one)
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")
        assert client.post(address).status_code == 405
    other = village("Lain")
    far = Client()
    far.force_login(person("agen_statistik", other))
    assert far.get(address).status_code == 404
    assert far.get(f"/kantor/{other.id}/kegiatan/{made.id}/kuesioner.pdf").status_code == 404
    assert Client().get(address)["Location"].startswith("/masuk/")
