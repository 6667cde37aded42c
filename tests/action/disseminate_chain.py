"""A village with clean data of the real pack, proposed through the real gate of protect."""

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
from bench.families import editions

from cantik.design import api as design
from cantik.kernel import canonical
from cantik.ledger import api as ledger
from cantik.people import api as people
from cantik.people.models import Area
from cantik.process.models import Cut
from cantik.protect import api as protect
from tests.action.people import above, person, village

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@dataclass
class Chain:
    village: Area
    activity: design.ActivityInfo
    clean: ledger.Edition
    people: dict[str, Any]

    def propose(self, note: str = "", clean: ledger.Edition | None = None) -> protect.Proposal:
        made = protect.propose(
            actor=self.people["agen"], clean_edition_id=(clean or self.clean).id,
            licence="CC BY 4.0", note=note, now=NOW,
        )  # fmt: skip
        return protect.proposal(made.id)

    def approve(self, proposal: protect.Proposal) -> protect.Release:
        made = protect.decide(
            actor=self.people["kepala"], proposal_id=proposal.id, verdict="approve",
            shown_files=proposal.files, confirmed=True, now=NOW,
        )  # fmt: skip
        assert made is not None
        return protect.release(made.id)

    def cut(self, families: int, members: int = 4) -> ledger.Edition:
        leaves = [node.id for node in people.village_tree(self.village.id).leaves()]
        tables = editions(self.activity.pack, leaves, families=families, members_each=members)
        names = ("keluarga.parquet", "anggota.parquet")
        files = {name: _bytes(table) for name, table in zip(names, tables, strict=True)}
        mutu = {
            "target": families + 6,
            "terdata": families,
            "refusals": {"4": 2},
            "explained": 1,
            "edits": 4,
        }
        made = ledger.put_edition(
            kind="clean", area_id=self.village.id, activity_id=self.activity.id, period="2026",
            files={**files, "mutu.json": canonical.dumps(mutu)}, made_from=[], words={}, now=NOW,
        )  # fmt: skip
        Cut.objects.create(
            activity_id=self.activity.id, edition_id=made.id, cut_by=self.people["agen"],
            cut_at=NOW, summary=mutu,
        )  # fmt: skip
        return made


def _bytes(table: pa.Table) -> bytes:
    out = io.BytesIO()
    parquet.write_table(table, out)
    return out.getvalue()


def chain(name: str = "Uji", kind: str = "contoh", families: int = 90) -> Chain:
    """Two dusun, three RT; an agent, a head, a coach, a colleague from elsewhere, a stranger."""
    here, elsewhere = village(name, kind), village(name + " Lain", kind)
    who = {
        "agen": person("agen_statistik", here),
        "kepala": person("kepala_desa", here),
        "petugas": person("petugas", here),
        "pembina": person("pembina_kabupaten", above(here, "kabupaten")),
        "rekan": person("agen_statistik", elsewhere),
        "kepala_lain": person("kepala_desa", elsewhere),
        "administrator": person("administrator", above(here, "provinsi")),
    }
    design.load_packs(now=NOW)
    pack = design.latest_pack("keluarga")
    assert pack is not None
    opened = design.open_activity(
        actor=who["agen"], village_id=here.id, pack_hash=pack.hash, period="2026",
        reference_date=date(2026, 10, 31), now=NOW,
    )  # fmt: skip
    made = Chain(here, design.activity(opened.id), None, who)  # type: ignore[arg-type]
    made.clean = made.cut(families)
    return made
