"""Areas as listed, every cell of the table of rights, slips, and what is refused."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.http import Http404

from cantik.kernel.problems import Refused
from cantik.ledger.models import AuditLine
from cantik.people import actions, api, areas
from cantik.people.models import Appointment, Area, AreaCode, BpsRecord, Slip
from cantik.people.roles import BadRoles, read, rights

from .people import NOW, above, person, village

pytestmark = [pytest.mark.django_db, pytest.mark.database]

# Written out by hand, apart from the file: who may do what in the own village, in another village
# and (for roles above) in a village below. "o" own area, "d" an area below, "-" never.
EXPECTED = """
    agen_statistik kepala_desa petugas pembina_kabupaten pembina_provinsi administrator
area.edit         o              -           -       -                 -                -
people.invite     o              o           -       od                od               od
people.policy     -              o           -       -                 -                o
people.delegate   -              o           -       -                 -                -
activity.open     o              -           -       -                 -                -
register.edit     o              -           -       -                 -                -
collect.upload    o              -           o       -                 -                -
collect.progress  o              o           o       od                od               -
answers.read      o              o           -       -                 -                -
identity.read     o              -           -       -                 -                -
names.list        o              o           -       -                 -                -
names.allow       -              o           -       -                 -                -
process.edit      o              -           -       -                 -                -
process.cut       o              -           -       -                 -                -
release.propose   o              -           -       -                 -                -
release.comment   -              -           -       od                od               -
release.decide    -              o           -       -                 -                -
release.withdraw  -              o           -       -                 -                -
proposal.view     o              o           -       od                od               -
coach.view        o              o           -       od                od               -
coach.lead        -              -           -       od                -                -
coach.work        o              o           -       -                 -                -
coach.name        -              o           -       -                 -                -
coach.approve     -              -           -       -                 -                -
coach.learn       o              o           o       -                 -                -
erase             o              -           -       -                 -                -
audit.read        -              o           -       -                 -                o
key.sheet         -              -           -       -                 -                o
system.admin      -              -           -       -                 -                o
"""

# Those who watch over villages do nothing in them; what is not named is "-" for all.
WATCHING = """
                  walidata bappeda camat kepala_bps kepala_bps_provinsi
people.invite     -        -       -     od         od
people.policy     -        -       -     o          o
collect.progress  od       od      od    od         od
proposal.view     od       -       -     od         od
coach.view        -        -       -     od         od
coach.approve     -        -       -     od         -
"""

# Reads along, and decides only while the head lets them act.
DEPUTY = """
                  sekretaris_desa
collect.progress  o
proposal.view     o
coach.view        o
coach.learn       o
"""


def table() -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for block in (EXPECTED, WATCHING, DEPUTY):
        head, *lines = block.strip("\n").splitlines()
        roles = head.split()
        for line in lines:
            name, *row = line.split()
            found |= {(name, role): cell for role, cell in zip(roles, row, strict=True)}
        for capability in rights().capabilities:
            for role in roles:
                found.setdefault((capability, role), "-")
    return found


def test_every_cell_of_the_rights() -> None:
    here, other = village("Sini"), village("Sana")
    cells = table()
    assert {capability for capability, _ in cells} == set(rights().capabilities)
    assert {role for _, role in cells} == set(rights().roles)
    for name, role in rights().roles.items():
        seat = above(here, role.level)
        one = person(name, seat)
        below = here if seat != here else Area.objects.get(path__startswith=here.path, name="RT 01")
        for capability in rights().capabilities:
            cell = cells[capability, name]
            assert api.can(one, capability, seat.id) == ("o" in cell), (capability, name)
            reached = "d" in cell or (seat == here and rights().reach(capability) == "down"
                                      and "o" in cell)  # fmt: skip
            assert api.can(one, capability, below.id) == reached, (capability, name)
            for foreign in (other, above(other, role.level)):
                assert not api.can(one, capability, foreign.id), (capability, name)
            if seat != above(here, "provinsi"):
                assert not api.can(one, capability, above(here, "provinsi").id)


def test_unknown_capability_is_a_fault_of_the_page() -> None:
    with pytest.raises(KeyError):
        api.can(person("agen_statistik", village()), "collect.uplaod", "x")


def test_no_role_outside_its_dates_and_none_for_closed_accounts() -> None:
    here = village()
    one = person("agen_statistik", here)
    Appointment.objects.update(valid_to=NOW.date() - timedelta(days=60))
    assert not api.can(one, "collect.upload", here.id)
    two = person("agen_statistik", here, "dua")
    two.is_active = False
    assert not api.can(two, "collect.upload", here.id)
    with pytest.raises(Http404):
        api.check_can(None, "collect.upload", here.id)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        ({"capabilities": {"a": "sideways"}, "roles": {}}, "sideways"),
        ({"capabilities": {"a": "own"}, "roles": {"r": {"label": {"id": "R"}, "level": "desa",
          "can": ["b"], "invites": []}}}, "b"),
        ({"capabilities": {"a": "own"}, "roles": {"r": {"label": {"id": "R"}, "level": "desa",
          "can": ["a"], "invites": ["s"]}}}, "invites"),
    ],
)  # fmt: skip
def test_a_contradicting_table_is_refused(spoil: dict[str, object], told: str) -> None:
    with pytest.raises(BadRoles, match=told):
        read(spoil)


# -- areas ------------------------------------------------------------------------------------


def test_the_lists_as_they_are() -> None:
    """Kemendagri 2026 and BPS 2018: 482 villages, 427 with both codes, 39 BPS records waiting."""
    assert areas.load() == 1 + 5 + 55 + 482
    assert areas.load() == 0
    villages = Area.objects.filter(level="desa", kind="real")
    assert villages.count() == 482
    assert villages.filter(codes__scheme="bps").count() == 427
    assert AreaCode.objects.filter(scheme="kemendagri", area__level="desa").count() == 482
    assert Area.objects.filter(level="kecamatan").count() == 55
    assert BpsRecord.objects.filter(state="waiting").count() == 39
    assert Area.objects.filter(level="kecamatan", codes__scheme="bps").count() == 53
    assert not AreaCode.objects.exclude(valid_from=None).exists()
    bulungan = AreaCode.objects.get(scheme="kemendagri", code="65.01").area
    assert bulungan.codes.get(scheme="bps").code == "6502"
    for name, kind, code in (
        ("Malinau Kota", "desa", "65.02.02.2002"),
        ("Apung", "desa", "65.01.05.2007"),
        ("Kampung Empat", "kelurahan", "65.71.03.1003"),
    ):
        pilot = AreaCode.objects.get(scheme="kemendagri", code=code).area
        assert (pilot.name, pilot.village_kind, pilot.time_zone) == (name, kind, "Asia/Makassar")
    assert areas.made_id("kemendagri", "65.01.05.2007") == Area.objects.get(name="Apung").id


def test_examples_are_never_mixed_with_villages() -> None:
    areas.load()
    example = village("Apung (contoh)")
    real = AreaCode.objects.get(scheme="kemendagri", code="65").area
    assert len(api.villages_under(real.id, "real")) == 482
    assert api.villages_under(real.id, "contoh") == []
    assert [v.id for v in api.search_villages("apung", kinds=["contoh"])] == [example.id]
    found = api.search_villages("apung")
    assert [v.kind for v in found][-1] == "contoh"
    assert found[0].name == "Apung"
    assert not AreaCode.objects.filter(area=example).exists()


def test_a_village_keeps_its_areas() -> None:
    here = village()
    agent = person("agen_statistik", here)
    tree = api.village_tree(here.id)
    assert [n.label for n in tree] == [
        "Desa Uji", "Dusun Hilir", "RT 01", "RT 02", "Dusun Hulu", "RT 03",
    ]  # fmt: skip
    hulu = tree.level("dusun")[1]
    common = {"actor": agent, "village_id": here.id, "now": NOW}
    actions.add_areas(parent_id=hulu.id, level="rt", names=["RT 10", " RT  2 "], **common)
    assert [n.name for n in api.village_tree(here.id).children(hulu.id)] == [
        "RT 2", "RT 03", "RT 10",
    ]  # fmt: skip
    with pytest.raises(Refused, match="sudah ada"):
        actions.add_areas(parent_id=hulu.id, level="rt", names=["rt 10"], **common)
    with pytest.raises(Refused):
        actions.add_areas(parent_id=hulu.id, level="dusun", names=["X"], **common)
    with pytest.raises(Refused):
        actions.add_areas(parent_id=village("Lain").id, level="rt", names=["X"], **common)
    actions.rename_area(area_id=hulu.id, name="Dusun Atas", **common)
    assert api.village_tree(here.id).node(hulu.id).name == "Dusun Atas"
    assert Area.objects.get(pk=hulu.id).names.count() == 2
    actions.close_area(area_id=hulu.id, **common)
    assert hulu.id not in api.village_tree(here.id, on=NOW.date())
    assert hulu.id in api.village_tree(here.id, on=NOW.date() - timedelta(days=1))
    with pytest.raises(Http404):
        actions.close_area(
            actor=person("petugas", here), village_id=here.id, area_id=hulu.id, now=NOW
        )


def test_a_pair_is_confirmed_once() -> None:
    areas.load()
    province = AreaCode.objects.get(scheme="kemendagri", code="65").area
    admin = person("administrator", province)
    record = BpsRecord.objects.first()
    assert record is not None
    bare = Area.objects.filter(level="desa").exclude(codes__scheme="bps").first()
    full = Area.objects.filter(level="desa", codes__scheme="bps").first()
    assert bare is not None
    assert full is not None
    common = {"actor": admin, "bps_code": record.code, "province_id": province.id, "now": NOW}
    with pytest.raises(Refused):
        actions.decide_pair(area_id=full.id, **common)
    actions.decide_pair(area_id=bare.id, **common)
    assert bare.codes.get(scheme="bps").code == record.code
    with pytest.raises(Refused, match="sudah"):
        actions.decide_pair(area_id=None, **common)


# -- persons ----------------------------------------------------------------------------------


def test_a_slip_opens_once_within_seven_days() -> None:
    here = village()
    head = person("kepala_desa", here)
    new, code = actions.invite(
        actor=head, username="siti", name="Siti", role="agen_statistik", area_id=here.id, now=NOW
    )
    assert code not in str(Slip.objects.values_list("code_hash", flat=True))
    assert not new.has_usable_password()
    assert actions.find_slip(code, NOW + timedelta(days=7)) is None
    assert actions.find_slip("AAAA-BBBB-CCCC", NOW) is None
    assert actions.find_slip(code.lower().replace("-", " "), NOW) is not None
    actions.accept_slip(code=code, password="tiga kata panjang", now=NOW)
    with pytest.raises(Refused):
        actions.accept_slip(code=code, password="tiga kata panjang", now=NOW)
    new.refresh_from_db()
    assert new.check_password("tiga kata panjang")
    code = actions.reset_slip(actor=head, person_id=new.pk, area_id=here.id, now=NOW)
    new.refresh_from_db()
    assert not new.check_password("tiga kata panjang")
    text = str(list(AuditLine.objects.values()))
    assert code not in text
    assert "tiga kata" not in text


@pytest.mark.parametrize(
    ("role", "inviter"),
    [("kepala_desa", "kepala_desa"), ("administrator", "kepala_desa"),
     ("agen_statistik", "agen_statistik"), ("tidak_ada", "kepala_desa")],
)  # fmt: skip
def test_nobody_hands_out_more_than_the_table_says(role: str, inviter: str) -> None:
    here = village()
    one = person(inviter, here)
    with pytest.raises(Refused):
        actions.invite(actor=one, username="baru", name="Baru", role=role, area_id=here.id, now=NOW)


@pytest.mark.parametrize("username", ["a", "Siti", "dua kata", "x" * 61, "<b>", ""])
def test_bad_account_names_are_refused(username: str) -> None:
    here = village()
    with pytest.raises(Refused):
        actions.invite(
            actor=person("kepala_desa", here), username=username, name="Baru", role="petugas",
            area_id=here.id, now=NOW,
        )  # fmt: skip


def test_acting_head_and_words_of_a_kelurahan() -> None:
    here = village("Empat", village_kind="kelurahan")
    one = person("kepala_desa", here, acting=True)
    held = api.role_in(one, here.id)
    assert held is not None
    assert held.label == "Plt. Lurah"
    assert api.area(here.id).label == "Kelurahan Empat"
    assert api.word(api.area(here.id), "head") == "Lurah"
    assert api.can(one, "release.decide", here.id)


def test_an_ended_role_gives_nothing() -> None:
    here = village()
    head, agent = person("kepala_desa", here), person("agen_statistik", here)
    actions.end_appointment(actor=head, appointment_id=agent.appointments.get().pk, now=NOW)
    fresh = type(agent).objects.get(pk=agent.pk)
    assert not api.can(fresh, "collect.upload", here.id)


def test_examples_stay_in_example_areas_and_can_be_ended() -> None:
    areas.load()
    apung = Area.objects.get(name="Apung")
    example = village("Apung (contoh)")
    common = {"username": "contoh", "name": "Contoh", "role": "agen_statistik", "day": NOW.date(),
              "password": "belajar-agen-2026", "now": NOW}  # fmt: skip
    with pytest.raises(Refused):
        actions.example_person(area_id=apung.id, **common)
    actions.example_person(area_id=example.id, **common)
    assert api.example_sign_ins() == [
        ("Agen statistik, Apung (contoh)", "contoh", "belajar-agen-2026")
    ]
    assert actions.end_examples(now=NOW) == 1
    assert api.example_sign_ins() == []


def test_passwords_are_kept_with_argon2() -> None:
    source = (Path(api.__file__).parents[1] / "web" / "settings.py").read_text()
    assert 'PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]' in source
    assert Argon2PasswordHasher().encode("x" * 12, "s" * 16).startswith("argon2$argon2id$")
