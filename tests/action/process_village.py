"""A village whose answers came in through the real gates, ready to be looked at."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from cantik.collect import api as collect
from cantik.demo.families import MadeFamily, families
from cantik.design import api as design
from cantik.people import api as people
from cantik.people.models import Area
from cantik.process.models import Finding
from tests.action.people import above, person, village

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
ON = date(2026, 10, 31)


@dataclass
class Answered:
    village: Area
    activity: design.ActivityInfo
    people: dict[str, Any]
    made: list[MadeFamily]

    def send(self, made: list[MadeFamily]) -> None:
        """Upload and accept; the file must have nothing that refuses it."""
        agent = self.people["agen"]
        filled = [(one.leaf_id, one.family, one.members) for one in made]
        _name, data = collect.workbook(
            actor=agent, activity_id=self.activity.id, families=len(made), answers=filled
        )
        upload = collect.receive(actor=agent, activity_id=self.activity.id, data=data, now=NOW)
        collect.accept(actor=agent, upload_id=upload.id, keep_edits=True, now=NOW)

    def open(self) -> list[tuple[str, str, int]]:
        rows = Finding.objects.filter(activity_id=self.activity.id, state="open")
        return sorted((row.kind, row.name, row.member) for row in rows)

    def ids(self) -> list[str]:
        return [one.id for one in collect.submissions(self.activity.id)]


def answered(
    count: int = 12, plant: Callable[[list[MadeFamily]], None] | None = None, name: str = "Uji"
) -> Answered:
    """``plant`` changes the made-up answers before they are sent."""
    here, elsewhere = village(name), village(name + " Lain")
    who = {
        "agen": person("agen_statistik", here),
        "kepala": person("kepala_desa", here),
        "petugas": person("petugas", here),
        "pembina": person("pembina_kabupaten", above(here, "kabupaten")),
        "rekan": person("agen_statistik", elsewhere),
        "administrator": person("administrator", above(here, "provinsi")),
    }
    design.load_packs(now=NOW)
    pack = design.latest_pack("keluarga")
    opened = design.open_activity(
        actor=who["agen"], village_id=here.id, pack_hash=pack.hash, period="2026",
        reference_date=ON, now=NOW,
    )  # fmt: skip
    leaves = [leaf.id for leaf in people.village_tree(here.id).leaves()]
    share = count // len(leaves)
    made = families(dict.fromkeys(leaves, share), seed=7, on=ON)
    design.set_targets(
        actor=who["agen"], activity_id=opened.id, source="uji", source_date=ON, now=NOW,
        targets={leaf: design.LeafTarget(share + 1, 20, 20) for leaf in leaves},
    )  # fmt: skip
    if plant is not None:
        plant(made)
    done = Answered(here, design.activity(opened.id), who, made)
    done.send(made)
    return done
