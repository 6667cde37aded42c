"""Who may give, take and reset what: no slip opens more than its maker could give."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from cantik.kernel.problems import Refused
from cantik.ledger.models import AuditLine
from cantik.people import actions, api
from cantik.people.models import Appointment, Area, Person, Slip

from .people import NOW, above, person, village

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def reset(actor: Person, one: Person, here: Area) -> str:
    return actions.reset_slip(actor=actor, person_id=one.pk, area_id=here.id, now=NOW)


def test_a_slip_is_not_a_way_to_become_the_head_of_another_village() -> None:
    here, other = village("Sini"), village("Sana")
    agent, both = person("agen_statistik", here), person("petugas", here, "dua-desa")
    both.appointments.create(role="kepala_desa", area=other, valid_from=date(2026, 1, 1))
    both.set_password("masih sama")
    both.save()
    with pytest.raises(Refused) as refused:
        reset(agent, both, here)
    assert refused.value.code == "not_all"
    both.refresh_from_db()
    assert both.check_password("masih sama")
    assert not Slip.objects.exists()


def test_who_works_in_two_villages_gets_a_slip_from_above_both() -> None:
    here = village("Sini")
    beside = actions.place(
        parent=above(here, "kecamatan"), level="desa", name="Sebelah", kind="contoh",
        village_kind="desa", day=NOW.date(), source="uji",
    )  # fmt: skip
    both = person("petugas", here, "dua-desa")
    both.appointments.create(role="agen_statistik", area=beside, valid_from=date(2026, 1, 1))
    for role in ("agen_statistik", "kepala_desa"):
        with pytest.raises(Refused):
            reset(person(role, here), both, here)
    for role in ("pembina_kabupaten", "pembina_provinsi", "administrator"):
        assert reset(person(role, above(here, _level(role))), both, here)
    strange = person("pembina_kabupaten", above(village("Jauh"), "kabupaten"))
    with pytest.raises(Http404):
        reset(strange, both, here)


def _level(role: str) -> str:
    return "kabupaten" if role == "pembina_kabupaten" else "provinsi"


@pytest.mark.parametrize(
    ("actor", "of", "allowed"),
    [
        ("agen_statistik", "petugas", True),
        ("agen_statistik", "agen_statistik", False),
        ("agen_statistik", "kepala_desa", False),
        ("kepala_desa", "agen_statistik", True),
        ("kepala_desa", "kepala_desa", False),
        ("administrator", "pembina_provinsi", True),
        ("pembina_provinsi", "administrator", False),
    ],
)
def test_slips_follow_the_table(actor: str, of: str, allowed: bool) -> None:
    here = village()
    one = person(actor, above(here, _seat(actor)), "pembuat")
    where = above(here, _seat(of))
    two = person(of, where, "penerima")
    assert (two.pk in actions.resettable(one, [two.pk])) == allowed
    assert one.pk not in actions.resettable(one, [one.pk])


def _seat(role: str) -> str:
    return "desa" if role in ("agen_statistik", "kepala_desa", "petugas") else "provinsi"


def test_someone_without_any_duty_gets_no_slip() -> None:
    here = village()
    head, agent = person("kepala_desa", here), person("agen_statistik", here)
    actions.end_appointment(actor=head, appointment_id=agent.appointments.get().pk, now=NOW)
    assert actions.resettable(head, [agent.pk]) == set()
    with pytest.raises(Refused, match="tidak bertugas"):
        reset(head, agent, here)


def test_a_new_slip_makes_the_former_one_worthless() -> None:
    here = village()
    head = person("kepala_desa", here)
    new, first = actions.invite(
        actor=head, username="siti", name="Siti", role="petugas", area_id=here.id, now=NOW
    )
    second = reset(head, new, here)
    assert actions.find_slip(first, NOW) is None
    assert actions.find_slip(second, NOW + timedelta(days=6)) is not None
    with pytest.raises(Refused):
        actions.accept_slip(code=first, password="tiga kata panjang", now=NOW)


def test_a_poor_password_leaves_the_slip_open() -> None:
    here = village()
    _new, code = actions.invite(
        actor=person("kepala_desa", here), username="siti", name="Siti", role="petugas",
        area_id=here.id, now=NOW,
    )  # fmt: skip
    with pytest.raises(ValidationError):
        actions.accept_slip(code=code, password="12345", now=NOW)
    assert actions.find_slip(code, NOW) is not None


# -- a further role ---------------------------------------------------------------------------


def test_a_further_role_for_an_account_that_is_there() -> None:
    here, other = village("Sini"), village("Sana")
    worker, head = person("petugas", other, "lama"), person("kepala_desa", here)
    common = {"actor": head, "area_id": here.id, "now": NOW}
    actions.appoint(username="lama", role="petugas", **common)
    fresh = Person.objects.get(pk=worker.pk)
    assert api.can(fresh, "collect.upload", here.id)
    assert api.can(fresh, "collect.upload", other.id)
    with pytest.raises(Refused) as refused:
        actions.appoint(username="lama", role="petugas", **common)
    assert refused.value.code == "twice"
    with pytest.raises(Refused) as refused:
        actions.appoint(username="tidakada", role="petugas", **common)
    assert refused.value.code == "unknown"
    with pytest.raises(Refused) as refused:
        actions.appoint(username="lama", role="kepala_desa", **common)
    assert refused.value.code == "may_not"
    with pytest.raises(Http404):
        actions.appoint(
            actor=head, username="lama", role="petugas", area_id=village("Jauh").id, now=NOW
        )


def test_an_example_account_never_works_in_a_real_area() -> None:
    example, real = village("Contoh"), village("Nyata", kind="real")
    actions.example_person(
        username="contoh", name="Contoh", role="petugas", area_id=example.id,
        password="belajar-petugas", day=NOW.date(), now=NOW,
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        actions.appoint(
            actor=person("kepala_desa", real), username="contoh", role="petugas",
            area_id=real.id, now=NOW,
        )  # fmt: skip
    assert refused.value.code == "example"


def test_the_database_keeps_one_open_appointment() -> None:
    here = village()
    one = person("petugas", here)
    with pytest.raises(IntegrityError), transaction.atomic():
        one.appointments.create(role="petugas", area=here, valid_from=NOW.date())
    Appointment.objects.update(valid_to=NOW.date())
    one.appointments.create(role="petugas", area=here, valid_from=NOW.date())


def test_nobody_ends_the_own_role() -> None:
    here = village()
    admin = person("administrator", above(here, "provinsi"))
    with pytest.raises(Refused) as refused:
        actions.end_appointment(actor=admin, appointment_id=admin.appointments.get().pk, now=NOW)
    assert refused.value.code == "self"


# -- days and lines ---------------------------------------------------------------------------


def test_days_are_days_of_the_village() -> None:
    """22.30 UTC of the 23rd is the morning of the 24th in WITA."""
    late = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
    here = village()
    assert api.today(api.area(here.id), late) == date(2026, 11, 24)
    new, _code = actions.invite(
        actor=person("kepala_desa", here), username="siti", name="Siti", role="petugas",
        area_id=here.id, now=late,
    )  # fmt: skip
    assert new.appointments.get().valid_from == date(2026, 11, 24)
    agent = person("agen_statistik", here)
    (made,) = actions.add_areas(
        actor=agent, village_id=here.id, parent_id=here.id, level="dusun", names=["Baru"], now=late
    )
    assert made.names.get().valid_from == date(2026, 11, 24)


def test_every_step_writes_one_line_and_no_word_of_a_person() -> None:
    here = village()
    head, agent = person("kepala_desa", here), person("agen_statistik", here)
    now = timezone.now()
    before = AuditLine.objects.count()
    new, code = actions.invite(
        actor=head, username="siti", name="Siti Rahasia", role="petugas", area_id=here.id, now=now
    )
    actions.accept_slip(code=code, password="tiga kata panjang", now=now)
    actions.change_password(actor=new, password="empat kata panjang", now=now)
    actions.set_language(actor=new, language="en", now=now)
    actions.reset_slip(actor=head, person_id=new.pk, area_id=here.id, now=now)
    (made,) = actions.add_areas(
        actor=agent, village_id=here.id, parent_id=here.id, level="rt", names=["RT 09"], now=now
    )
    common = {"actor": agent, "village_id": here.id, "area_id": made.id, "now": now}
    actions.rename_area(name="RT 9A", **common)
    actions.move_area(steps=-1, **common)
    actions.close_area(**common)
    actions.end_appointment(actor=head, appointment_id=new.appointments.get().pk, now=now)
    lines = list(AuditLine.objects.order_by("number"))[before:]
    assert [line.verb for line in lines] == [
        "people.invite", "people.accept", "people.password", "people.language", "people.reset",
        "people.add_areas", "people.rename_area", "people.move_area", "people.close_area",
        "people.end",
    ]  # fmt: skip
    told = " ".join(str(vars(line)) for line in lines)
    for secret in ("Siti", "siti", code, "tiga kata", "empat kata"):
        assert secret not in told


def test_a_language_nobody_speaks_here_is_refused() -> None:
    with pytest.raises(Refused):
        actions.set_language(actor=person("petugas", village()), language="xx", now=NOW)
