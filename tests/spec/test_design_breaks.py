"""A pack is checked as one object: planted breakages, each told in every place it reaches."""

import csv
import io
from functools import cache
from pathlib import Path

import pytest
import yaml

from cantik.design import store
from cantik.design.checks import broken_tables, check_files, serving
from cantik.design.pack import MEMBER, Pack
from cantik.design.reading import FILES, OPTIONAL, digest
from cantik.kernel.expression import names

V1 = store.FOLDER / "keluarga" / "v1"
BREAKS = Path(__file__).with_name("design_breaks.yaml")


@cache
def files() -> dict[str, str]:
    return store.texts(V1)


def faults(**changed: str | None) -> list[str]:
    given = dict(files())
    for key, text in changed.items():
        name = key.replace("_yaml", ".yaml").replace("_csv", ".csv")
        if text is None:
            del given[name]
        else:
            given[name] = text
    return [str(one) for one in check_files(given)[2]]


def swapped(name: str, old: str, new: str, count: int = 1) -> dict[str, str]:
    """A file with a text replaced; the text must be there."""
    text = files()[name]
    assert text.count(old) >= count, old
    return {name.replace(".", "_"): text.replace(old, new, count)}


@cache
def whole() -> Pack:
    return check_files(files())[1]


def test_the_pack_holds_together() -> None:
    assert faults() == []
    pack = whole()
    asked = [q for q in pack.instrument.questions if q.role != "derived"]
    assert 35 <= len(asked) <= 45
    assert len(pack.tables) >= 10
    assert len(pack.indicators) >= 7
    assert len(pack.rules) >= 15
    assert all(q.source for q in pack.instrument.questions)


def test_nothing_sealed_is_a_fact() -> None:
    facts = {q.name for q in whole().instrument.questions if q.role in ("fact", "derived")}
    sealed = {q.name for q in whole().instrument.questions if q.sealed}
    assert sealed == {
        "nomor_kk", "alamat", "telepon", "catatan", "nama", "nik", "tanggal_lahir",
    }  # fmt: skip
    assert not facts & sealed
    for table in whole().tables:
        assert table.variable in facts


def test_sensitivity_and_levels_are_those_decided() -> None:
    decided = {
        "open rt": {"jenis_kelamin", "keluarga_terdata"},
        "restricted rt": {"status_bangunan", "lantai", "air_minum", "fasilitas_bab", "penerangan"},
        "restricted desa": {"umur_lima", "ukuran_keluarga", "status_kawin", "ijazah", "kegiatan"},
        "sensitive desa": {"sekolah_anak", "kesulitan_fungsi", "jaminan_kesehatan", "bantuan"},
    }
    found: dict[str, set[str]] = {}
    for one in whole().classifications.values():
        found.setdefault(f"{one.sensitivity} {one.lowest}", set()).add(one.id)
    assert found == decided


def breaks() -> list[tuple[str, str, str, list[str]]]:
    cases = yaml.safe_load(BREAKS.read_text("utf-8"))
    return [(file, c["old"], c["new"], c["told"]) for file in cases for c in cases[file]]


@pytest.mark.parametrize(("file", "old", "new", "told"), breaks())
def test_a_planted_breakage_is_told(file: str, old: str, new: str, told: list[str]) -> None:
    found = faults(**swapped(file, old, new))
    for part in told:
        assert any(part in one for one in found), found
    if not told:
        assert found == []


def test_two_tables_of_one_variable_and_universe_are_told() -> None:
    text = files()["tables.yaml"]
    start = text.index("- id: sekolah_anak")
    table = text[start : text.index("- id:", start + 1)]
    again = table.replace("- id: sekolah_anak", "- id: sekolah_lagi").replace(
        "${umur} >= 7 and", "${umur}>=7  and"
    )
    [one] = faults(tables_yaml=text + again)
    assert one.startswith("tables.yaml: sekolah_lagi: sekolah dengan semesta yang sama")


def test_a_sensitive_variable_has_three_classes_at_most() -> None:
    text = files()["classifications.yaml"]
    start = text.index("- id: jaminan_kesehatan")
    head = text[:start]
    tail = text[start:].replace(
        '- {code: punya, label: {id: Punya, en: Covered}, members: ["1", "2", "3"]}',
        "\n    ".join(
            f'- {{code: p{n}, label: {{id: P, en: P}}, members: ["{n}"]}}' for n in (1, 2, 3)
        ),
    )
    found = faults(classifications_yaml=head + tail)
    assert "classifications.yaml: jaminan_kesehatan: data peka paling banyak 3 kelompok" in found


@pytest.mark.parametrize("name", FILES)
def test_a_missing_or_unreadable_file_is_told_once(name: str) -> None:
    key = name.replace(".", "_")
    for text, words in (
        *([] if name in OPTIONAL else [(None, "berkas tidak ada")]),
        ("\x00\x01", "bukan teks"),
        ("- [", "bukan YAML" if name.endswith("yaml") else "belum ada"),
        ("satu", "harus berupa" if name.endswith("yaml") else "belum ada"),
        ("[1.5, {a: .nan}]", "angka bulat" if name.endswith("yaml") else "belum ada"),
        ("", "harus berupa" if name.endswith("yaml") else "belum ada"),
    ):
        found = [one for one in faults(**{key: text}) if one.startswith(name)]
        assert found
        assert all(words in one for one in found)


def test_yaml_carries_no_code() -> None:
    text = "!!python/object/apply:os.getcwd []"
    assert any("bukan YAML" in one for one in faults(book_yaml=text))


# -- one question renamed -------------------------------------------------------------------------

FACTS = [q.name for q in check_files(store.texts(V1))[1].instrument.questions if not q.sealed
         and q.role != "area"]  # fmt: skip


def renamed(name: str) -> str:
    rows = list(csv.DictReader(io.StringIO(files()["survey.csv"])))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({**row, "name": name + "_baru" if row["name"] == name else row["name"]})
    return out.getvalue()


@pytest.mark.parametrize("name", FACTS)
def test_a_renamed_question_is_told_wherever_it_was_used(name: str) -> None:
    """The expected places are read off the whole pack, independently of the checks."""
    pack = whole()
    found = faults(survey_csv=renamed(name))
    told = {tuple(one.split(": ")[:2]) for one in found}
    expected = set()
    for q in pack.instrument.questions:
        for column in ("relevant", "constraint", "calculation"):
            source = getattr(q, "calculate" if column == "calculation" else column)
            if source is not None and name in names(source):
                expected.add(
                    ("survey.csv", f"{q.name if q.name != name else name + '_baru'}, {column}")
                )
    for rule in pack.rules:
        if name in names(rule.expression):
            expected.add(("rules.yaml", f"{rule.id}, expression"))
    if pack.counted is not None and name in names(pack.counted):
        expected.add(("pack.yaml", "counted"))
    if pack.result == name:
        expected.add(("pack.yaml", "result"))
    broken = {
        table.id
        for table in pack.tables
        if table.variable == name
        or (table.universe is not None and name in names(table.universe))
        or table in derived_from(pack, name)
    }
    for c in pack.classifications.values():
        if c.variable == name:
            expected.add(("classifications.yaml", c.id))
    for table in pack.tables:
        if table.id in broken:
            item = table.id if table.variable == name or table in derived_from(pack, name) else (
                f"{table.id}, universe")  # fmt: skip
            expected.add(("tables.yaml", item))
            expected.add(("book.yaml", table.chapter))
    for one in pack.indicators:
        if one.table in broken:
            expected.add(("indicators.yaml", one.id))
    assert expected <= told, expected - told
    assert expected or name not in serving(pack)


def derived_from(pack: Pack, name: str) -> list[object]:
    """Tables of a calculated variable that reads the question, by one step or two."""
    out: list[object] = []
    formulas = {
        q.name: names(q.calculate) for q in pack.instrument.questions if q.calculate is not None
    }
    for table in pack.tables:
        read = formulas.get(table.variable, frozenset())
        if name in read or any(name in formulas.get(one, frozenset()) for one in read):
            out.append(table)
    return out


def test_the_whole_pack_has_no_broken_table_and_tells_what_serves_what() -> None:
    pack = whole()
    assert broken_tables(pack) == {}
    assert [t.id for t in serving(pack)["sulit_melihat"]] == ["kesulitan_fungsi"]
    assert {t.id for t in serving(pack)["tanggal_lahir"]} >= {"umur", "sekolah_anak"}
    assert "nama" not in serving(pack)
    assert pack.instrument.question("umur").record == MEMBER


# -- the hash -------------------------------------------------------------------------------------


def test_the_hash_does_not_depend_on_order_line_ends_or_layout() -> None:
    mixed = {
        name: text.replace("\n", "\r\n") for name, text in sorted(files().items(), reverse=True)
    }
    mixed["survey.csv"] = "\ufeff" + mixed["survey.csv"]
    mixed["book.yaml"] = "# catatan\n" + mixed["book.yaml"]
    mixed["choices.csv"] += "\r\n,,,\r\n"
    content, pack, told = check_files(mixed)
    assert told == []
    assert pack.hash == whole().hash == digest(content)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("rules.yaml", "<= 110", "<= 111"),
        ("choices.csv", "lantai,8,Tanah,Earth", "lantai,8,Tanah ,Soil"),
        ("survey.csv", "Bahan lantai terluas", "Bahan lantai"),
        ("pack.yaml", "bersifat sukarela", "sukarela"),
    ],
)
def test_the_hash_changes_with_the_content(name: str, old: str, new: str) -> None:
    changed = {**files(), name: files()[name].replace(old, new)}
    assert check_files(changed)[1].hash != whole().hash
