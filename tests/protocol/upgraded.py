"""Run inside an upgraded home: read what the public reads, open every room, cut the same answers
again and release them again. Prints one JSON line; started by test_upgrade."""

import json
import sys
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from cantik.design import api as design  # noqa: E402
from cantik.ledger import api as ledger  # noqa: E402
from cantik.people.models import Person  # noqa: E402
from cantik.process import actions as process  # noqa: E402
from cantik.protect import api as protect  # noqa: E402
from cantik.web.doctor import State, examine  # noqa: E402

AGENT = {"username": "agen", "password": "belajar-agen-2026"}


def figures(release: protect.Release) -> dict[str, Any]:
    """The rows of each released table, by table and area."""
    edition = protect.proposal(release.proposal_id).proposed_edition_id
    found: dict[str, Any] = {}
    for name in ledger.manifest(edition)["files"]:
        if name.startswith("tabel/") and name.endswith(".json"):
            read = json.loads(ledger.edition_file(edition, name))
            found |= {f"{read['table']} {row['area']}": row["values"] for row in read["rows"]}
    return found


def examined(village: str) -> dict[str, Any]:
    settings.ALLOWED_HOSTS = ["*"]
    public, office = Client(), Client()
    pages = (f"/desa/{village}/", f"/desa/{village}/terbitan/3/", f"/desa/{village}/banding/",
             f"/desa/{village}/terbitan/3/buku.pdf", "/wilayah/")  # fmt: skip
    shown = {path: public.get(path).status_code for path in pages}
    office.post("/masuk/", AGENT)
    shown |= {
        part: office.get(f"/kantor/{village}/{part}/").status_code
        for part in ("pendataan", "periksa", "tabel", "kegiatan", "wilayah")
    }
    names = office.get(f"/kantor/{village}/pembukaan/").status_code

    agent, head = Person.objects.get(username="agen"), Person.objects.get(username="kepala")
    activity = max(design.activities(village), key=lambda one: one.period)
    before = figures(protect.releases(village)[-1])
    clean = process.cut(
        actor=agent, activity_id=activity.id, confirmed=True, now=timezone.now()
    ).edition_id
    made = protect.propose(
        actor=agent, clean_edition_id=clean, licence="CC BY 4.0", note="sesudah naik versi",
        now=timezone.now(),
    )  # fmt: skip
    made.refresh_from_db()
    protect.decide(
        actor=head, proposal_id=made.id, verdict="approve", shown_files=made.files,
        confirmed=True, now=timezone.now(),
    )  # fmt: skip
    after = figures(protect.releases(village)[-1])
    return {
        "shown": shown, "names": names, "tables": len(before), "different": sorted(
            name for name in before if after.get(name) != before[name]
        ),
        "again": public.get(f"/desa/{village}/terbitan/4/").status_code,
        "bad": [one.words for one in examine() if one.state is State.BAD],
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(examined(sys.argv[1])))  # noqa: T201 read by the test
