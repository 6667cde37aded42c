"""An invented village with protected tables, made by the pure functions of protect from random
counts; the shape is that of a real release."""

import json
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np

from cantik.design.pack import HOUSEHOLD
from cantik.disseminate.download import table_csv
from cantik.disseminate.facts import release_facts
from cantik.disseminate.publication import Place
from cantik.disseminate.sheet import Sheet, sheet
from cantik.disseminate.spreadsheet import Told, release_xlsx, table_xlsx
from cantik.kernel import canonical
from cantik.kernel.cube import AREA, Cube, Dimension
from cantik.kernel.tree import Node, Tree
from cantik.protect.indicators import indicators
from cantik.protect.plan import Job, OpenTotals, protect
from cantik.protect.policy import policy


def words(id_: str, en: str = "") -> dict[str, str]:
    return {"id": id_, "en": en or id_}


VILLAGE = Place(
    id="contoh1",
    label="Desa Sungai Angka",
    name="Sungai Angka",
    kind="contoh",
    village_kind="desa",
    time_zone="Asia/Makassar",
    above=("Provinsi Contoh", "Kabupaten Contoh", "Kecamatan Contoh"),
    head="Kepala Desa",
)
TREE = Tree(
    [
        Node("contoh1", "desa", "contoh", "Sungai Angka", "Desa Sungai Angka", "up", "desa"),
        Node("h", "dusun", "contoh", "Hilir", "Dusun Hilir", "contoh1"),
        *(Node(f"h{n}", "rt", "contoh", f"0{n}", f"RT 0{n}", "h") for n in (1, 2, 3)),
        Node("u", "dusun", "contoh", "Hulu", "Dusun Hulu", "contoh1"),
        *(Node(f"u{n}", "rt", "contoh", f"0{n}", f"RT 0{n}", "u") for n in (4, 5)),
    ]
)
LEAVES = TREE.leaves()
AGES = ["0–4", "5–9", "10–14", "15–19", "20–24", "25–29", "30–34", "35–39", "40–44", "45–49",
        "50–54", "55–59", "60–64", "65–69", "70–74", "75+"]  # fmt: skip
WATER = [
    words("Ledeng", "Piped"), words("Sumur bor", "Borehole"),
    words("Sumur terlindung", "Protected well"), words("Air hujan", "Rain water"),
    words("Sungai dan lainnya", "River and other"),
]  # fmt: skip
HELP = [words("Menerima bantuan", "Receives aid"), words("Tidak menerima", "Does not")]


def _class(at: int, label: dict[str, str]) -> SimpleNamespace:
    return SimpleNamespace(code=f"k{at}", label=label, members=(f"k{at}",))


def _job(
    id_: str,
    title: dict[str, str],
    unit: str,
    labels: list[dict[str, str]],
    counts: Any,
    **more: str,
) -> Job:
    classes = tuple(_class(at, label) for at, label in enumerate(labels))
    dimensions = [Dimension(AREA, tuple(n.id for n in LEAVES), (words("x"),) * len(LEAVES))]
    if counts.ndim == 3:
        dimensions.append(
            Dimension("jenis_kelamin", ("l", "p"), (words("Laki-laki"), words("Perempuan")))
        )
    dimensions.append(
        Dimension("kelas", tuple(c.code for c in classes), tuple(c.label for c in classes))
    )
    template = SimpleNamespace(
        id=id_, title=title, unit=unit, variable=id_, by_sex=counts.ndim == 3, universe=None,
        classification=id_, chapter=more["chapter"], chart=more["chart"], notes=(),
        question=words("Di mana layanan dasar perlu ditambah?", "Where are services needed?"),
    )  # fmt: skip
    kind = SimpleNamespace(
        id=id_,
        sensitivity=more["sensitivity"],
        lowest=more["lowest"],
        classes=classes,
        merged=None,
        merged_lowest="",
    )
    return Job(template, kind, Cube(tuple(dimensions), counts, unit))


def jobs(seed: int = 1) -> tuple[list[Job], OpenTotals]:
    draw = np.random.default_rng(seed)
    weights = np.r_[np.linspace(9, 5, 13), 3, 2, 2]
    ages = draw.poisson(weights, size=(len(LEAVES), 2, len(AGES)))
    persons = ages.sum(axis=2)
    families = persons.sum(axis=1) // 4
    water = np.asarray([draw.multinomial(n, [0.5, 0.25, 0.12, 0.08, 0.05]) for n in families])
    aid = np.asarray([draw.multinomial(n, [0.3, 0.7]) for n in families])
    made = [
        _job("penduduk", words("Penduduk menurut wilayah", "Population by area"), "orang",
             [words("Penduduk terdata", "Persons counted")], persons[:, :, None],
             sensitivity="open", lowest="rt", chapter="penduduk", chart="bars"),
        _job("umur", words("Penduduk menurut umur", "Population by age"), "orang",
             [words(age) for age in AGES], ages, sensitivity="restricted", lowest="desa",
             chapter="penduduk", chart="pyramid"),
        _job("air", words("Keluarga menurut sumber air minum", "Families by drinking water"),
             "keluarga", WATER, water, sensitivity="restricted", lowest="rt", chapter="rumah",
             chart="bars"),
        _job("bantuan", words("Keluarga menurut bantuan", "Families by aid"), "keluarga", HELP, aid,
             sensitivity="sensitive", lowest="desa", chapter="bantuan", chart="bars"),
    ]  # fmt: skip
    return made, OpenTotals({"keluarga": families, "orang": persons.sum(axis=1)}, persons)


def _indicator(id_: str, table: str, numerator: tuple[str, ...], id_words: str) -> SimpleNamespace:
    return SimpleNamespace(
        id=id_, title=words(f"Indikator {id_}"), table=table, numerator=numerator,
        denominator="all", multiplier=100,
        sentence={"id": "{n} dari {d} " + id_words + " ({p}%).", "en": "{n} of {d} ({p}%)."},
        question=words("Apa yang perlu direncanakan?"), concept=words("Konsep indikator."),
        interpretation=words("Cara membaca indikator."),
    )  # fmt: skip


INDICATORS = [
    _indicator("air_layak", "air", ("k0", "k1", "k2"), "keluarga memakai air minum layak"),
    _indicator("balita", "umur", ("k0",), "penduduk berumur di bawah lima tahun"),
    _indicator("bantuan", "bantuan", ("k0",), "keluarga menerima bantuan"),
]
ACTIVITY = SimpleNamespace(
    id="kegiatan1",
    period="2026",
    reference_date=date(2026, 10, 31),
    kk_targets={leaf.id: 40 for leaf in LEAVES},
    target_source="Register desa",
    target_date=date(2026, 9, 1),
    pack=SimpleNamespace(
        title=words("Pendataan keluarga", "Family listing"),
        records=HOUSEHOLD,
        version="1",
        instrument=SimpleNamespace(questions=range(40)),
        rules=range(12),
        book=SimpleNamespace(
            chapters=(
                SimpleNamespace(id="penduduk", title=words("Penduduk", "Population")),
                SimpleNamespace(id="rumah", title=words("Perumahan", "Housing")),
                SimpleNamespace(id="bantuan", title=words("Bantuan", "Aid")),
            )
        ),
    ),
)


def tables(seed: int = 1, order: tuple[str, ...] = ()) -> dict[str, Any]:
    made, opened = jobs(seed)
    result = protect(
        tree=TREE, jobs=made, opened=opened, policy=policy(), secret=b"s" * 32, previous={},
        earlier=(), period="2026", reference_date="2026-10-31",
    )  # fmt: skip
    return result.tables


def opened_rows(seed: int = 1) -> list[dict[str, Any]]:
    _, opened = jobs(seed)
    rows = []
    for node in TREE:
        span = TREE.leaf_slice(node.id)
        male, female = (int(n) for n in opened.persons[span].sum(axis=0))
        rows.append(
            {"area": node.id, "level": node.level, "label": node.label, "persons": male + female,
             "male": male, "female": female, "families": int(opened.units["keluarga"][span].sum())}
        )  # fmt: skip
    return rows


def sample(seed: int = 1, **facts: Any) -> dict[str, bytes]:
    """Files of a release but for the book: release.json, indicators.json, tabel.xlsx, tabel/*."""
    made = json.loads(canonical.dumps(tables(seed)))
    files = {f"tabel/{id_}.json": canonical.dumps(one) for id_, one in made.items()}
    village = {**VILLAGE.__dict__, "above": list(VILLAGE.above)}
    for id_, one in made.items():
        files[f"tabel/{id_}.csv"] = table_csv(sheet(one), village, lambda code: "Tidak diumumkan.")
        told = Told(sheet(one), ("Dibulatkan.",))
        files[f"tabel/{id_}.xlsx"] = table_xlsx(told, village, lambda code: "Tidak diumumkan.", ())
    files["tabel.xlsx"] = release_xlsx(
        "Angka", [Told(sheet(one), ("Dibulatkan.",)) for one in made.values()], village,
        lambda code: "Tidak diumumkan.", reference_date="2026-10-31", lines=(), chapters={},
    )  # fmt: skip
    files["indicators.json"] = canonical.dumps(indicators(INDICATORS, made, TREE.root.id))
    given = {
        "village": VILLAGE, "activity": ACTIVITY,
        "mutu": {"target": 270, "refusals": {"4": 3}, "explained": 1, "edits": 5},
        "opened": opened_rows(seed), "tables": list(made.values()), "licence": "CC BY 4.0",
        "note": "", "corrects": False, "cut_on": "2026-11-20", "proposal_id": "usulan1",
        "policy_version": "1", "warn_below": 80,
    }  # fmt: skip
    files["release.json"] = canonical.dumps(release_facts(**{**given, **facts}))
    return files


def sheets(files: dict[str, bytes]) -> list[Sheet]:
    listed = json.loads(files["release.json"])["tables"]
    return [sheet(json.loads(files[f"tabel/{one['id']}.json"])) for one in listed]
