"""People, the tree of areas, and who holds which role where.

An area is an opaque id, a level and a kind; everything that changes with time (name, code, parent)
is a dated row of its own. An undated source leaves ``valid_from`` empty and names its list's year.
"""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models


class PersonManager(BaseUserManager["Person"]):
    pass


class Person(AbstractBaseUser):
    """Someone who signs in: an officer or an example of one. Never a respondent."""

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    is_example = models.BooleanField(default=False)
    # Only of example accounts, and known to everybody: shown when the site starts.
    example = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=2, default="id")
    created_at = models.DateTimeField()

    # Set for one request by the gate: an office asks for a second step that is not there.
    kept_out = False

    objects = PersonManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name


class SignIn(models.Model):
    """One sign-in of a person, for this person to look at: when, and with what kind of device. No
    address and no version. ``session`` is a keyed hash of the session's key, since the key itself
    signs in; empty once it was ended. Old rows go."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="sign_ins")
    at = models.DateTimeField()
    device = models.CharField(max_length=60, blank=True)
    session = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["person", "at"])]


class Area(models.Model):
    class Level(models.TextChoices):
        PROVINSI = "provinsi"
        KABUPATEN = "kabupaten"
        KECAMATAN = "kecamatan"
        DESA = "desa"
        DUSUN = "dusun"
        RW = "rw"
        RT = "rt"

    class Kind(models.TextChoices):
        REAL = "real"
        CONTOH = "contoh"
        LATIHAN = "latihan"

    class VillageKind(models.TextChoices):
        DESA = "desa"
        KELURAHAN = "kelurahan"

    id = models.CharField(max_length=10, primary_key=True)
    level = models.CharField(max_length=10, choices=Level)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.REAL)
    village_kind = models.CharField(max_length=10, choices=VillageKind, blank=True)
    time_zone = models.CharField(max_length=40, blank=True)
    # Present name and position, derived from AreaName and AreaParent for quick reading: ids from
    # the province down, and a key that sorts areas in tree order.
    name = models.CharField(max_length=120)
    path = models.CharField(max_length=120, db_index=True)
    sort_key = models.CharField(max_length=200, db_index=True)
    closed_on = models.DateField(null=True, blank=True)  # an area is closed, never deleted

    class Meta:
        ordering = ["sort_key"]

    def __str__(self) -> str:
        return self.id


class Dated(models.Model):
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=120)
    list_year = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        abstract = True


class AreaName(Dated):
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="names")
    name = models.CharField(max_length=120)


class AreaCode(Dated):
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="codes")
    scheme = models.CharField(max_length=20)  # kemendagri, bps, bps_kecamatan
    code = models.CharField(max_length=20, db_index=True)


class AreaParent(Dated):
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="parents")
    parent = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="children")


class AreaIndex(models.Model):
    """How far a village has come by an official index, as its source gives it. ``score`` is the
    number as written there, with a point."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="indices")
    index = models.CharField(max_length=20)  # idm, indeks_desa
    year = models.PositiveSmallIntegerField()
    score = models.CharField(max_length=12, blank=True)
    status = models.CharField(max_length=20)
    source = models.CharField(max_length=120)

    class Meta:
        ordering = ["-year", "index"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "index", "year"], name="people_one_index_a_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.area_id}/{self.index}/{self.year}"


class Appointment(models.Model):
    """One person holds one role in one area between two dates."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    role = models.CharField(max_length=40)
    area = models.ForeignKey(Area, on_delete=models.PROTECT)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    acting = models.BooleanField(default=False)  # Plt.
    # Acts in the name of this person, a.n., until valid_to; why, in the giver's own words.
    on_behalf_of = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person", "valid_from"])]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role", "area"],
                condition=models.Q(valid_to=None),
                name="people_one_open_appointment",
            )
        ]


class BpsRecord(models.Model):
    """A record of the BPS list that no code joins to a village: it waits until a person confirms or
    rejects a pair, and is never shown or counted as a village."""

    class State(models.TextChoices):
        WAITING = "waiting"
        CONFIRMED = "confirmed"
        REJECTED = "rejected"

    code = models.CharField(max_length=20, primary_key=True)
    name = models.CharField(max_length=120)
    kecamatan_code = models.CharField(max_length=20)
    kecamatan_name = models.CharField(max_length=120)
    list_year = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT)
    decided_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Slip(models.Model):
    """A printed code that lets someone choose a password once, within seven days."""

    class Kind(models.TextChoices):
        INVITATION = "invitation"
        RESET = "reset"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="slips")
    kind = models.CharField(max_length=10, choices=Kind)
    code_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.pk)


class CodeDevice(models.Model):
    """The secret that a person's telephone makes six-digit codes from, sealed. It counts from the
    moment a first code confirmed it; ``last_step`` is the 30-second step last used, so that no code
    opens twice."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="code_device")
    sealed = models.BinaryField()
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    last_step = models.BigIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)


class Passkey(models.Model):
    """The public half of a passkey, bound to the host under which it was made."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="passkeys")
    host = models.CharField(max_length=253)
    name = models.CharField(max_length=60)
    credential = models.CharField(max_length=2048, unique=True)  # hexadecimal, at most 1,023 bytes
    public = models.BinaryField()
    counter = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["made_at", "pk"]


class RecoveryCode(models.Model):
    """A code on paper that stands in for the second step once; only its keyed hash is kept."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True, blank=True)


class Policy(models.Model):
    """What an office asks of those who hold a role there or below: a second step from a day on, and
    how many hours a sign-in lasts."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    second_step = models.BooleanField(default=False)
    hours = models.PositiveSmallIntegerField()
    since = models.DateField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "role"], name="people_one_policy_of_a_role")
        ]
