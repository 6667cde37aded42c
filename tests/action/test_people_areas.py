"""Dusun, RW and RT as the village keeps them; real and example areas apart; few queries."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404
from pytest_django import DjangoAssertNumQueries

from cantik.kernel.problems import Refused
from cantik.people import actions, api, areas
from cantik.people.models import Area, AreaCode, BpsRecord, Person

from .people import NOW, above, person, village

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def labels(here: Area) -> list[str]:
    return [node.label for node in api.village_tree(here.id)][1:]


def keep(here: Area, verb: str, **given: Any) -> Any:
    agent = person("agen_statistik", here, f"agen.{Person.objects.count()}")
    return getattr(actions, verb)(actor=agent, village_id=here.id, now=NOW, **given)


def named(here: Area, label: str) -> Area:
    return Area.objects.get(pk=next(n.id for n in api.village_tree(here.id) if n.label == label))


@pytest.mark.parametrize("twin", ["RT 01", "rt 1", "01", "1", "RT.001"])
def test_one_rt_is_not_added_twice_under_another_spelling(twin: str) -> None:
    here = village()
    hilir = named(here, "Dusun Hilir")
    with pytest.raises(Refused) as refused:
        keep(here, "add_areas", parent_id=hilir.id, level="rt", names=["RT 07", twin])
    assert refused.value.code == "twice"
    assert "RT 07" not in labels(here)
    with pytest.raises(Refused):
        keep(here, "rename_area", area_id=named(here, "RT 02").id, name=twin)


@pytest.mark.parametrize(
    ("names", "code"), [([], "empty"), (["  ", ""], "empty"), (["x" * 61], "long")]
)
def test_nothing_and_too_much_are_refused(names: list[str], code: str) -> None:
    here = village()
    with pytest.raises(Refused) as refused:
        keep(here, "add_areas", parent_id=here.id, level="dusun", names=names)
    assert refused.value.code == code


def test_names_alike_in_letters_do_not_mix_two_dusun() -> None:
    here = village()
    one, two = keep(
        here, "add_areas", parent_id=here.id, level="dusun",
        names=["Dusun Ågé", "Dusun Êgù"],
    )  # fmt: skip
    for dusun in (one, two):
        keep(here, "add_areas", parent_id=dusun.id, level="rt", names=["RT 20", "RT 21"])
    tree = api.village_tree(here.id)
    for dusun in (one, two):
        assert [n.name for n in tree.children(dusun.id)] == ["RT 20", "RT 21"]


def test_a_closed_dusun_may_come_back_under_its_name() -> None:
    here = village()
    old = named(here, "Dusun Hilir")
    keep(here, "close_area", area_id=old.id)
    (new,) = keep(here, "add_areas", parent_id=here.id, level="dusun", names=["Dusun Hilir"])
    keep(here, "add_areas", parent_id=new.id, level="rt", names=["RT 01"])
    assert labels(here) == ["Dusun Hilir", "RT 01", "Dusun Hulu", "RT 03"]
    assert Area.objects.filter(pk=old.id).exists()
    assert old.id in api.village_tree(here.id, on=NOW.date() - timedelta(days=1))
    with pytest.raises(Refused):
        keep(here, "add_areas", parent_id=old.id, level="rt", names=["RT 30"])


def test_a_kelurahan_has_rw_and_rt_but_no_dusun() -> None:
    here = village("Empat", village_kind="kelurahan")
    with pytest.raises(Refused) as refused:
        keep(here, "add_areas", parent_id=here.id, level="dusun", names=["Baru"])
    assert refused.value.code == "level"
    (rw,) = keep(here, "add_areas", parent_id=here.id, level="rw", names=["05"])
    keep(here, "add_areas", parent_id=rw.id, level="rt", names=["11"])
    assert labels(here)[-1] == "RT 11"
    assert "RW 05" in labels(here)


def test_the_order_is_by_name_until_someone_moves_one() -> None:
    here = village()
    keep(here, "move_area", area_id=named(here, "Dusun Hulu").id, steps=-1)
    assert labels(here) == ["Dusun Hulu", "RT 03", "Dusun Hilir", "RT 01", "RT 02"]
    keep(here, "rename_area", area_id=named(here, "Dusun Hulu").id, name="Dusun Zaman")
    assert labels(here)[0] == "Dusun Zaman"
    keep(here, "add_areas", parent_id=here.id, level="dusun", names=["Dusun Awal"])
    assert labels(here)[-1] == "Dusun Awal"
    keep(here, "move_area", area_id=named(here, "Dusun Zaman").id, steps=-1)
    assert labels(here)[0] == "Dusun Zaman"
    with pytest.raises(Refused):
        keep(here, "move_area", area_id=here.id, steps=1)


def test_the_village_itself_is_neither_renamed_nor_closed_here() -> None:
    here = village()
    for verb, given in (("rename_area", {"name": "Lain"}), ("close_area", {})):
        with pytest.raises(Refused) as refused:
            keep(here, verb, area_id=here.id, **given)
        assert refused.value.code == "village"


def test_a_village_without_parts_is_its_own_leaf() -> None:
    areas.load()
    apung = Area.objects.get(name="Apung")
    assert [n.id for n in api.village_tree(apung.id).leaves()] == [apung.id]
    with pytest.raises(Http404):
        api.village_tree(above(apung, "kecamatan").id)
    with pytest.raises(Http404):
        api.village_tree("tidakada")


def test_each_village_stands_under_its_kemendagri_kabupaten() -> None:
    areas.load()
    expected = {"65.01": "6502", "65.02": "6501", "65.03": "6504", "65.04": "6503", "65.71": "6571"}
    for code, bps in expected.items():
        kabupaten = AreaCode.objects.get(scheme="kemendagri", code=code).area
        assert kabupaten.codes.get(scheme="bps").code == bps
        below = Area.objects.filter(path__startswith=kabupaten.path + "/", level="desa")
        wrong = AreaCode.objects.filter(scheme="bps", area__in=below).exclude(code__startswith=bps)
        assert below.exists()
        assert not wrong.exists()
    assert set(Area.objects.values_list("time_zone", flat=True)) == {"Asia/Makassar"}
    years = set(AreaCode.objects.values_list("scheme", "list_year").distinct())
    assert years == {("kemendagri", 2026), ("bps", 2018), ("bps_kecamatan", 2018)}


def test_records_that_wait_are_no_villages() -> None:
    areas.load()
    record = BpsRecord.objects.order_by("code").first()
    assert record is not None
    assert not AreaCode.objects.filter(code=record.code).exists()
    assert api.search_villages(record.name, kinds=["real"]) == []
    province = AreaCode.objects.get(scheme="kemendagri", code="65").area
    here, counts = areas.area_counts(province.id)
    total = counts[province.id]
    assert (total.villages, total.with_bps, total.kecamatan) == (482, 427, 55)
    assert sum(counts[one.id].villages for one in here) == 482
    assert total.kelurahan == 35


def test_the_choices_for_a_pair_are_of_the_same_kabupaten_likest_first() -> None:
    areas.load()
    province = api.area(AreaCode.objects.get(scheme="kemendagri", code="65").area.id)
    record = BpsRecord.objects.get(name="PLAJU")
    choices = areas.pair_choices([record], province)[record.code]
    assert choices[0].name == "Pelaju"
    assert {one.above[0] for one in choices} == {"Kabupaten Nunukan"}


def test_an_administrator_of_examples_decides_nothing_about_real_villages() -> None:
    areas.load()
    example = person("administrator", above(village("Contoh"), "provinsi"))
    province = AreaCode.objects.get(scheme="kemendagri", code="65").area
    record = BpsRecord.objects.earliest("code")
    own = example.appointments.get().area
    for place in (own, province):
        with pytest.raises(Http404):
            actions.decide_pair(
                actor=example, bps_code=record.code, area_id=None, province_id=place.id, now=NOW
            )
    admin = person("administrator", province, "admin.nyata")
    with pytest.raises(Refused):
        actions.decide_pair(
            actor=admin, bps_code=record.code, area_id=village("Lain").id,
            province_id=province.id, now=NOW,
        )  # fmt: skip
    with pytest.raises(Http404):
        actions.decide_pair(
            actor=admin, bps_code="9999", area_id=None, province_id=province.id, now=NOW
        )
    record.refresh_from_db()
    assert record.state == "waiting"
    done = actions.decide_pair(
        actor=admin, bps_code=record.code, area_id=None, province_id=province.id, now=NOW
    )
    assert (done.state, done.area) == ("rejected", None)


def test_many_areas_are_read_in_few_queries(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    areas.load()
    province = AreaCode.objects.get(scheme="kemendagri", code="65").area
    coach = person("pembina_provinsi", province)
    with django_assert_max_num_queries(3):
        assert len(api.villages_under(province.id)) == 482
    here = village()
    with django_assert_max_num_queries(3):
        api.village_tree(here.id)
    with django_assert_max_num_queries(5):
        api.areas_with(coach, "collect.progress")
        assert api.search_villages("malinau")
