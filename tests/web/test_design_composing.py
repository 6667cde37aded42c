"""A questionnaire put together on the page: own questions, standard ones, the next base version."""

import copy
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from cantik.design import api as design
from cantik.design import bank, composing, overlay, store
from cantik.design.models import Composition, PackRecord
from cantik.design.reading import build
from cantik.kernel import canonical
from cantik.kernel.problems import Refused
from tests.action.people import above, person, village
from tests.action.process_village import NOW, ON

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def here() -> Any:
    design.load_packs(now=NOW)
    return village()


def signed_in(one: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(one)
    return client


def base(here: Any) -> str:
    return f"/kantor/{here.id}/kegiatan/susun/"


def begun(here: Any, agent: Any, **other: Any) -> Composition:
    given = {"base_hash": "", "title": "Perikanan sungai", "purpose": "Merencanakan bantuan.",
             "unit": "kapal", "placed": True}  # fmt: skip
    return composing.begin(actor=agent, village_id=here.id, now=NOW, **{**given, **other})


def changed(one: Composition, agent: Any, *operations: overlay.Operation) -> Composition:
    return composing.change(
        actor=agent, village_id=one.village_id, composition_id=one.id, version=one.version,
        operations=list(operations), now=NOW,
    )  # fmt: skip


def add(label: str, kind: str = "yes_no", *options: str, **other: Any) -> overlay.Operation:
    return {"op": "add", "label": label, "kind": kind, "options": list(options), **other}


def test_from_nothing_to_an_activity_with_its_tables(here: Any) -> None:
    agent = person("agen_statistik", here)
    client = signed_in(agent)
    given = {"title": "Perikanan sungai", "purpose": "Merencanakan bantuan alat tangkap.",
             "unit": "kapal", "placed": "rt"}  # fmt: skip
    made = client.post(base(here), given)
    assert made.status_code == 302
    url = made.url
    for turn, fields in enumerate(
        [
            {"label": "Alat tangkap utama", "kind": "choice", "options": "Jaring\nPancing\nBubu"},
            {"label": "Memakai mesin?", "kind": "yes_no"},
            {"label": "Jumlah awak", "kind": "integer"},
            {"label": "Ikan yang ditangkap", "kind": "many", "options": "Baung\nPatin"},
            {"label": "Nama pemilik", "kind": "text"},
            {"label": "Merek mesin", "kind": "choice", "options": "A\nB",
             "only_if": "memakai_mesin", "sign": "=", "value": "1"},
        ],
        start=1,
    ):  # fmt: skip
        answer = client.post(url, {"what": "add", "versi": str(turn), "sign": "=", **fields})
        assert answer.status_code == 302, answer.content.decode()
    page = client.get(url).content.decode()
    assert "6 tabel akan jadi" in page
    assert "Kapal menurut alat tangkap utama" in page
    assert "Hanya bila" in page
    assert client.get(url + "kuesioner.pdf")["Content-Type"] == "application/pdf"
    used = client.post(url + "pakai/", {"versi": "7"})
    assert used.status_code == 302
    pack_hash = used.url.partition("kuesioner=")[2]
    opened = client.get(used.url)
    assert opened.context["form"].initial["pack"] == pack_hash
    pack = design.pack(pack_hash)
    assert [t.id for t in pack.tables] == [
        "alat_tangkap_utama", "memakai_mesin", "jumlah_awak", "ikan_ditangkap_1",
        "ikan_ditangkap_2", "merek_mesin",
    ]  # fmt: skip
    assert {c.sensitivity for c in pack.classifications.values()} == {"restricted"}
    assert pack.instrument.question("nama_pemilik").sealed
    assert design.next_things(person("petugas", here, username="p"), here.id, NOW) == []
    activity = design.open_activity(
        actor=agent, village_id=here.id, pack_hash=pack_hash, period="2026", reference_date=ON,
        now=NOW,
    )  # fmt: skip
    assert design.activity(activity.id).pack.title["id"] == "Perikanan sungai"


def test_a_standard_question_comes_with_its_list_classes_and_source(here: Any) -> None:
    agent = person("agen_statistik", here)
    one = begun(here, agent, unit="rumah")
    client = signed_in(agent)
    url = f"{base(here)}{one.id}/"
    assert "Tempat buang air besar" in client.get(url).content.decode()
    items = {item.operation["name"]: item for item in composing.bank_items()}
    answer = client.post(
        url, {"what": "bank", "versi": "1",
              "ambil": [items["fasilitas_bab"].id, items["penerangan"].id, "bukan/ada"]},
    )  # fmt: skip
    assert answer.status_code == 302
    record = composing.finish(
        actor=agent, village_id=here.id, composition_id=one.id, version=2, now=NOW
    )
    pack = design.pack(record.hash)
    theirs = design.latest_pack("keluarga_lengkap")
    mine = pack.instrument.question("fasilitas_bab")
    assert mine.label == theirs.instrument.question("fasilitas_bab").label
    assert mine.source == theirs.instrument.question("fasilitas_bab").source
    assert pack.choices(mine) == theirs.choices(theirs.instrument.question("fasilitas_bab"))
    assert pack.classifications["fasilitas_bab"].lowest == "rt"
    nothing = client.post(url, {"what": "bank", "versi": "2"}, follow=True)
    assert "Beri tanda" in nothing.content.decode()


def test_the_bank_is_large_and_every_item_stands_alone(here: Any) -> None:
    found = composing.bank_items()
    assert len(found) >= 60
    start = overlay.empty(overlay.Start("desa_uji", "Uji", "Menguji.", "unit", True))
    for item in found:
        made = overlay.compiled(start, [item.operation])
        assert made.faults == [], item.id
        assert len(made.content["tables.yaml"]) == 1


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        (add(" "), "words"),
        (add("x" * 201), "words"),
        (add("Alat", "choice", "Jaring"), "options"),
        (add("Alat", "choice", "Jaring", "Jaring"), "options"),
        (add("Alat", "choice", *[f"A{n}" for n in range(61)]), "options"),
        (add("Alat", "gambar"), "words"),
        (add("Alat", only_if={"question": "tidak_ada", "sign": "=", "value": "1"}), "gone"),
        (add("Alat", only_if={"question": "mesin", "sign": "=", "value": "9"}), "condition"),
        (add("Alat", only_if={"question": "mesin", "sign": ">=", "value": "1"}), "condition"),
        (add("Alat", only_if={"question": "mesin", "sign": "=", "value": "1' or 1"}), "condition"),
        ({"op": "drop", "name": "tidak_ada"}, "gone"),
        ({"op": "drop", "name": "rt"}, "needed"),
        ({"op": "drop", "name": "mesin"}, "used"),
        ({"op": "reword", "name": "mesin", "label": " "}, "words"),
        ({"op": "add", "name": "mesin", "label": "Lain", "kind": "yes_no"}, "taken"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_changes(
    here: Any, operation: overlay.Operation, code: str
) -> None:
    agent = person("agen_statistik", here)
    one = changed(
        begun(here, agent), agent, add("Mesin"),
        add("Merek", "choice", "A", "B", only_if={"question": "mesin", "sign": "=", "value": "1"}),
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        changed(one, agent, operation)
    assert refused.value.code == code
    assert Composition.objects.get(pk=one.pk).operations == one.operations


def test_of_two_who_change_it_at_once_the_second_is_told(here: Any) -> None:
    agent = person("agen_statistik", here)
    one = begun(here, agent)
    stale = copy.copy(one)
    changed(one, agent, add("Mesin"))
    with pytest.raises(Refused, match="baru saja diubah"):
        changed(stale, agent, add("Alat"))
    page = signed_in(agent).post(
        f"{base(here)}{one.id}/", {"what": "add", "versi": "1", "label": "Alat", "kind": "yes_no"}
    )
    assert page.status_code == 422
    assert 'value="Alat"' in page.content.decode()  # what was typed is still there


def test_only_those_who_open_activities_of_this_village(here: Any) -> None:
    agent, elsewhere = person("agen_statistik", here), village("Lain")
    one = begun(here, agent)
    strangers = (
        person("agen_statistik", elsewhere), person("petugas", here), person("kepala_desa", here),
        person("pembina_kabupaten", above(here, "kabupaten")),
    )  # fmt: skip
    for stranger in strangers:
        client = signed_in(stranger)
        for url in ("", f"{one.id}/", f"{one.id}/kuesioner.pdf", f"{one.id}/versi-baru/"):
            assert client.get(base(here) + url).status_code == 404
        assert client.post(f"{base(here)}{one.id}/pakai/", {"versi": "1"}).status_code == 404
    other = person("agen_statistik", elsewhere, username="lain2")
    assert signed_in(other).get(f"{base(elsewhere)}{one.id}/").status_code == 404
    assert Client().get(base(here)).status_code == 302


# -- on a base, and its next version --------------------------------------------------------------


def own_base(here: Any, agent: Any) -> PackRecord:
    """A small shared pack to stand on."""
    one = changed(
        begun(here, agent, title="Asal"), agent, add("Mesin"), add("Jumlah awak", "integer"),
        add("Alat tangkap", "choice", "Jaring", "Pancing"),
    )  # fmt: skip
    return composing.finish(
        actor=agent, village_id=here.id, composition_id=one.id, version=one.version, now=NOW
    )


def next_version(here: Any, old: PackRecord, *operations: overlay.Operation) -> PackRecord:
    content = overlay.compiled(store.content(old.hash), list(operations)).content
    content["pack.yaml"] = {**content["pack.yaml"], "version": "2"}
    pack, faults = build(content)
    assert faults == []
    return PackRecord.objects.create(
        hash=pack.hash, name=old.name, version="2", content=canonical.dumps(content).decode(),
        loaded_at=NOW, village=here,
    )  # fmt: skip


def test_deviations_are_shown_and_survive_the_next_version(here: Any) -> None:
    agent = person("agen_statistik", here)
    old = own_base(here, agent)
    one = begun(here, agent, base_hash=old.hash, title="Punya kami")
    one = changed(
        one, agent, add("Punya izin"), {"op": "drop", "name": "jumlah_awak"},
        {"op": "reword", "name": "alat_tangkap", "label": "Alat yang paling sering"},
    )  # fmt: skip
    client = signed_in(agent)
    url = f"{base(here)}{one.id}/"
    page = client.get(url).content.decode()
    for words in ("di 3 hal", "Ditambah: Punya izin", "Tidak ditanyakan: Jumlah awak",
                  "Kata-kata diubah: Alat tangkap menjadi Alat yang paling sering"):  # fmt: skip
        assert words in page
    assert client.get(url + "versi-baru/").status_code == 404  # none yet
    # The new version asks something more, and neither fuel nor tools any longer.
    next_version(here, old, {**add("Bahan bakar", "choice", "Solar", "Bensin"), "name": "bahan"},
                 {"op": "drop", "name": "alat_tangkap"})  # fmt: skip
    assert "punya versi 2" in client.get(url).content.decode()
    tasks = design.next_things(agent, here.id, NOW)
    assert f"{url}versi-baru/" in [task.url for task in tasks]
    told = client.get(url + "versi-baru/").content.decode()
    for words in (
        "Bahan bakar",
        "Tidak ditanyakan lagi: Alat tangkap",
        "tidak ada lagi di versi baru",
    ):
        assert words in told
    unasked = client.post(url + "versi-baru/", {"versi": str(one.version)}, follow=True)
    assert "Pilih dahulu" in unasked.content.decode()
    answer = client.post(url + "versi-baru/", {"versi": str(one.version), "c.2": "simpan"})
    assert answer.url.rstrip("/").endswith(one.id)
    names = [row["name"] for row in overlay.questions(composing.compiled(
        Composition.objects.get(pk=one.pk)).content)]  # fmt: skip
    assert names == ["rt", "mesin", "bahan", "punya_izin", "alat_tangkap"]
    record = composing.finish(
        actor=agent, village_id=here.id, composition_id=one.id, version=one.version + 1, now=NOW
    )
    pack = design.pack(record.hash)
    assert pack.instrument.question("alat_tangkap").label["id"] == "Alat yang paling sering"
    assert store.content(record.hash)["pack.yaml"]["base"]["version"] == "2"


def test_what_is_given_up_goes_and_a_taken_name_gets_another(here: Any) -> None:
    agent = person("agen_statistik", here)
    old = own_base(here, agent)
    one = changed(
        begun(here, agent, base_hash=old.hash), agent, add("Punya izin"),
        {"op": "reword", "name": "mesin", "label": "Pakai mesin"},
    )  # fmt: skip
    new = next_version(here, old, {**add("Izin resmi"), "name": "punya_izin"},
                       {"op": "drop", "name": "mesin"})  # fmt: skip
    kept, conflicts = composing.waiting(one, new)
    assert kept == []
    assert [(c.at, c.code) for c in conflicts] == [(0, "taken"), (1, "gone")]
    wanted = overlay.resolved(kept, conflicts, {0: True, 1: False})
    content = overlay.compiled(store.content(new.hash), wanted)
    assert content.faults == []
    names = [row["name"] for row in overlay.questions(content.content)]
    assert "mesin" not in names
    assert {"punya_izin", "punya_izin_desa"} <= set(names)


def test_a_shared_pack_takes_a_village_s_questions(here: Any) -> None:
    agent = person("agen_statistik", here)
    shared = design.latest_pack("keluarga")
    one = changed(
        begun(here, agent, base_hash=shared.hash, title="Keluarga dan gaharu"), agent,
        add("Mengumpulkan gaharu"), {"op": "drop", "name": "bukti_tanah"},
    )  # fmt: skip
    assert composing.compiled(one).faults == []
    record = composing.finish(
        actor=agent, village_id=here.id, composition_id=one.id, version=one.version, now=NOW
    )
    pack = design.pack(record.hash)
    names = [q.name for q in pack.instrument.of(pack.main)]
    assert "mengumpulkan_gaharu" in names
    assert "bukti_tanah" not in names
    assert pack.table("mengumpulkan_gaharu").chapter == overlay.OWN
    opened = design.open_activity(
        actor=agent, village_id=here.id, pack_hash=pack.hash, period="2026", reference_date=ON,
        now=NOW,
    )  # fmt: skip
    page = signed_in(agent).get(f"/kantor/{here.id}/kegiatan/{opened.id}/").content.decode()
    assert "Berbeda dari keluarga v1 di 2 hal" in page
    assert "Ditambah: Mengumpulkan gaharu" in page


def test_dropping_one_s_own_question_leaves_no_deviation(here: Any) -> None:
    agent = person("agen_statistik", here)
    one = changed(begun(here, agent), agent, add("Mesin"), add("Alat", "choice", "A", "B"))
    one = changed(one, agent, {"op": "drop", "name": "mesin"})
    assert [op["name"] for op in one.operations] == ["alat"]
    assert [c["list_name"] for c in composing.compiled(one).content["choices.csv"]] == ["alat"] * 2


LABELS = st.lists(
    st.text("abcdefghij klmno", min_size=1, max_size=40).filter(str.strip), min_size=1, max_size=6
)


@settings(max_examples=25, deadline=None)
@given(
    labels=LABELS,
    kinds=st.lists(st.sampled_from(["yes_no", "integer", "text"]), min_size=6, max_size=6),
)
def test_standing_on_the_same_base_changes_nothing(labels: list[str], kinds: list[str]) -> None:
    start = overlay.empty(overlay.Start("desa_uji", "Uji", "Menguji.", "unit", True))
    taken: list[str] = []
    operations = []
    for label, kind in zip(labels, kinds, strict=False):
        name = overlay.name_for(label, taken)
        taken.append(name)
        operations.append({**add(label, kind), "name": name})
    made = overlay.compiled(start, operations)
    assert [row["name"] for row in overlay.questions(made.content)] == ["rt", *taken]
    assert overlay.rebased(operations, start, start) == (operations, [])


def test_items_of_the_bank_need_no_other_question() -> None:
    packs = []
    for folder in store.folders():
        content, pack, _faults = store.checked(folder)
        packs.append((content, pack))
    for item in bank.items(packs):
        assert "relevant" not in item.operation["row"]
        assert "$" not in item.operation["row"].get("constraint", "")


def test_the_bank_is_searched_by_question_answer_and_chapter(here: Any) -> None:
    agent = person("agen_statistik", here)
    one = begun(here, agent, unit="rumah")
    client = signed_in(agent)
    url = f"{base(here)}{one.id}/"

    def found(words: str) -> set[str]:
        groups = client.get(url, {"cari": words}).context["groups"]
        return {item.operation["name"] for _title, some in groups for item in some}

    everything = found("")
    assert "fasilitas_bab" in everything
    assert not {"langka", "cara", "beras_medium"} & everything  # of price sheets
    assert "fasilitas_bab" in found("buang AIR")
    assert "penerangan" not in found("buang air besar")
    assert "air_minum" in found("leding")  # by an answer of it
    assert found("leding") < everything
    page = client.get(url, {"cari": "<script>zzz"}).content.decode()
    assert "Tidak ada pertanyaan baku dengan kata itu" in page
    assert "<script>zzz" not in page


# -- changing one's own question ------------------------------------------------------------------


def change(name: str, label: str, kind: str, *options: str, **other: Any) -> overlay.Operation:
    return {**add(label, kind, *options, **other), "op": composing.CHANGE, "name": name}


def order(one: Composition) -> list[str]:
    return [row["name"] for row in overlay.questions(composing.compiled(one).content)]


def test_an_own_question_is_changed_where_it_stands(here: Any) -> None:
    agent = person("agen_statistik", here)
    one = changed(
        begun(here, agent), agent, add("Alat tangkap", "choice", "Jarng", "Pancing"),
        add("Jumlah awak", "integer"),
    )  # fmt: skip
    client, url = signed_in(agent), f"{base(here)}{one.id}/"
    page = client.get(f"{url}?ubah=alat_tangkap").content.decode()
    assert "Jarng\nPancing</textarea>" in page
    assert 'value="change"' in page
    given = {"what": "change", "name": "alat_tangkap", "versi": str(one.version), "sign": "=",
             "label": "Alat tangkap utama", "kind": "choice",
             "options": "Jaring\nPancing\nBubu"}  # fmt: skip
    assert client.post(url, given).status_code == 302
    one = Composition.objects.get(pk=one.pk)
    assert order(one) == ["rt", "alat_tangkap", "jumlah_awak"]
    content = composing.compiled(one).content
    labels = [row["label::Indonesia (id)"] for row in content["choices.csv"]]
    assert labels == ["Jaring", "Pancing", "Bubu"]
    assert "Alat tangkap utama" in client.get(url).content.decode()
    assert len(one.operations) == 2  # no trace of what it was: nobody was asked it yet


def test_a_change_that_breaks_another_question_is_refused_and_what_was_typed_is_kept(
    here: Any,
) -> None:
    agent = person("agen_statistik", here)
    one = changed(
        begun(here, agent), agent, add("Bahan bakar", "choice", "Solar", "Bensin", "Lain"),
        add("Bensin apa", "choice", "A", "B",
            only_if={"question": "bahan_bakar", "sign": "=", "value": "3"}),
    )  # fmt: skip
    given = {"what": "change", "name": "bahan_bakar", "versi": str(one.version), "sign": "=",
             "label": "Bahan bakar", "kind": "choice", "options": "Solar\nBensin"}  # fmt: skip
    page = signed_in(agent).post(f"{base(here)}{one.id}/", given)
    assert page.status_code == 422
    assert 'value="change"' in page.content.decode()
    assert Composition.objects.get(pk=one.pk).operations == one.operations
    for name in ("tidak_ada", "rt"):
        with pytest.raises(Refused):
            changed(one, agent, change(name, "X", "yes_no"))


def test_a_question_that_waits_for_itself_over_another_is_refused(here: Any) -> None:
    agent = person("agen_statistik", here)
    one = changed(
        begun(here, agent), agent, add("Mesin"),
        add("Solar", only_if={"question": "mesin", "sign": "=", "value": "1"}),
    )  # fmt: skip
    with pytest.raises(Refused):
        changed(
            one, agent,
            change("mesin", "Mesin", "yes_no",
                   only_if={"question": "solar", "sign": "=", "value": "1"}),
        )  # fmt: skip


def test_a_number_is_kept_within_the_bounds_that_were_typed(here: Any) -> None:
    agent = person("agen_statistik", here)
    one = begun(here, agent)
    client, url = signed_in(agent), f"{base(here)}{one.id}/"
    given = {"what": "add", "versi": "1", "sign": "=", "label": "Hari melaut", "kind": "integer",
             "least": "0", "most": "7"}  # fmt: skip
    wrong = client.post(url, {**given, "least": "9"})
    assert wrong.status_code == 422
    assert "tidak boleh di bawah" in wrong.content.decode()
    assert client.post(url, given).status_code == 302
    pack, faults = build(composing.compiled(Composition.objects.get(pk=one.pk)).content)
    assert faults == []
    constraint = pack.instrument.question("hari_melaut").constraint
    assert constraint is not None
    assert constraint.source == ". >= 0 and . <= 7"
    classes = pack.classifications["hari_melaut"].classes
    assert [one.range for one in classes] == [(0, 0), (1, 4), (5, None)]


def test_questions_are_put_in_another_order_and_it_counts_as_a_deviation(here: Any) -> None:
    agent = person("agen_statistik", here)
    one = changed(begun(here, agent), agent, add("Satu"), add("Dua"), add("Tiga"))
    client, url = signed_in(agent), f"{base(here)}{one.id}/"
    move = {"what": "move", "name": "tiga", "after": "", "versi": str(one.version)}
    assert client.post(url, move).status_code == 302
    one = Composition.objects.get(pk=one.pk)
    assert order(one) == ["rt", "tiga", "satu", "dua"]
    one = changed(one, agent, {"op": "move", "name": "satu", "after": "dua"})
    assert order(one) == ["rt", "tiga", "dua", "satu"]
    for name, after in (("rt", "satu"), ("satu", "satu"), ("satu", "tidak_ada"), ("x", "satu")):
        with pytest.raises(Refused):
            changed(one, agent, {"op": "move", "name": name, "after": after})
    one = changed(one, agent, {"op": "drop", "name": "dua"})  # its move goes with it
    assert order(one) == ["rt", "tiga", "satu"]
    assert "Dipindah: Tiga" in composing.deviations(one)
