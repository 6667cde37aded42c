"""Packs as they were when they were used, and the activities of villages."""

from django.db import models

from cantik.people.models import Area, Person


class PackRecord(models.Model):
    """A pack by the hash of its content. Rows are added and never changed (a trigger holds this):
    the version behind an edition can always be read again."""

    hash = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    content = models.TextField()  # canonical JSON of the pack's files; its sha256 is the hash
    loaded_at = models.DateTimeField()
    # Whose own questionnaire it is; packs that come with the program belong to all.
    village = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="design_one_pack_version")
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class Activity(models.Model):
    """One village asks one pack's questions for one period."""

    id = models.CharField(max_length=16, primary_key=True)
    village = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    pack = models.ForeignKey(PackRecord, on_delete=models.PROTECT, related_name="activities")
    period = models.CharField(max_length=20)
    reference_date = models.DateField()
    licence = models.CharField(max_length=40)
    # Hashes of packs with the same questions and fewer tables that it was run with before.
    earlier_packs = models.JSONField(default=list)
    target_source = models.CharField(max_length=120, blank=True)
    target_date = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-reference_date", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["village", "pack", "period"], name="design_one_activity_per_period"
            )
        ]

    def __str__(self) -> str:
        return self.id


class Target(models.Model):
    """What the civil register says of one RT: family cards, and persons by sex (may be unknown)."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="targets")
    leaf = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    families = models.PositiveIntegerField()
    male = models.PositiveIntegerField(null=True)
    female = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "leaf"], name="design_one_target_per_leaf")
        ]


class Metadata(models.Model):
    """What a village added to the metadata of an activity, for the annex of its book."""

    activity = models.OneToOneField(Activity, on_delete=models.PROTECT, related_name="metadata")
    answers = models.JSONField(default=dict)  # MS-Kegiatan, by key
    variables = models.JSONField(default=dict)  # MS-Variabel: name -> key -> words
    indicators = models.JSONField(default=dict)  # MS-Indikator: id -> key -> words
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.activity_id


class Composition(models.Model):
    """A questionnaire somebody of the village puts together: operations on a base, or on nothing.
    ``version`` counts what was saved, so that of two who change it the later is told."""

    id = models.CharField(max_length=16, primary_key=True)
    village = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    base = models.ForeignKey(
        PackRecord, null=True, on_delete=models.PROTECT, related_name="compositions"
    )
    # the pack made of it last, and how many were made
    made = models.ForeignKey(PackRecord, null=True, on_delete=models.PROTECT, related_name="+")
    made_count = models.PositiveIntegerField(default=0)
    pack_name = models.CharField(max_length=40)
    title = models.CharField(max_length=80)
    purpose = models.CharField(max_length=200)
    unit = models.CharField(max_length=30)
    placed = models.BooleanField(default=True)
    operations = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)
    begun_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-changed_at", "id"]

    def __str__(self) -> str:
        return self.id
