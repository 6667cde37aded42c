"""Identity, and nothing else: sealed entries, keyed look-ups, and who read what and why."""

from django.db import models


class DataKey(models.Model):
    """One data key per village and activity (an activity binds its period), wrapped by the master.

    ``at`` is when its first entry was sealed: retention is counted from there.
    """

    village_id = models.CharField(max_length=10)
    activity_id = models.CharField(max_length=40)
    wrapped = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["village_id", "activity_id"], name="one_data_key")
        ]

    def __str__(self) -> str:
        return self.activity_id


class SealedIdentity(models.Model):
    """One version of a family's identity; only the last is current, earlier ones stay sealed."""

    village_id = models.CharField(max_length=10)
    activity_id = models.CharField(max_length=40)
    record_id = models.CharField(max_length=40)
    version = models.PositiveIntegerField(default=1)
    current = models.BooleanField(default=True)
    sealed = models.BinaryField()
    # Keyed digest of the entry: sealing the same entry again adds no version.
    mark = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["activity_id", "record_id", "version"], name="one_identity_version"
            ),
            models.UniqueConstraint(
                fields=["activity_id", "record_id"],
                condition=models.Q(current=True),
                name="one_current_identity",
            ),
        ]

    def __str__(self) -> str:
        return self.record_id


class Lookup(models.Model):
    """The keyed hash of a KK or NIK of one activity, and the record it stands in."""

    activity_id = models.CharField(max_length=40)
    kind = models.CharField(max_length=5)
    hash = models.CharField(max_length=64)
    record_id = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["activity_id", "kind", "hash", "record_id"], name="one_lookup"
            )
        ]
        indexes = [models.Index(fields=["activity_id", "record_id"], name="lookup_record")]

    def __str__(self) -> str:
        return self.hash[:8]


class Original(models.Model):
    """Which activity a sealed file (a workbook as it was received) belongs to; goes with it."""

    file = models.OneToOneField("ledger.SealedFile", primary_key=True, on_delete=models.CASCADE)
    village_id = models.CharField(max_length=10)
    activity_id = models.CharField(max_length=40, db_index=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)


class PurposeLine(models.Model):
    """Who opened which records, when and why. The system has no ``actor_id``."""

    at = models.DateTimeField()
    actor_id = models.CharField(max_length=40, blank=True)
    village_id = models.CharField(max_length=10)
    activity_id = models.CharField(max_length=40)
    purpose = models.CharField(max_length=40)
    count = models.PositiveIntegerField()
    record_ids = models.JSONField()

    def __str__(self) -> str:
        return f"{self.purpose} {self.count}"
