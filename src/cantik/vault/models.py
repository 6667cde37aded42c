"""Identity, and nothing else: sealed entries, keyed look-ups, and who read what and why."""

from django.db import models


class DataKey(models.Model):
    village_id = models.CharField(max_length=10)
    activity_id = models.CharField(max_length=40)
    wrapped = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["village_id", "activity_id"], name="one_data_key")
        ]

    def __str__(self) -> str:
        return self.activity_id


class SealedIdentity(models.Model):
    village_id = models.CharField(max_length=10)
    activity_id = models.CharField(max_length=40)
    record_id = models.CharField(max_length=40)
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity_id", "record_id"], name="one_identity")
        ]

    def __str__(self) -> str:
        return self.record_id


class Lookup(models.Model):
    activity_id = models.CharField(max_length=40)
    kind = models.CharField(max_length=5)
    hash = models.CharField(max_length=64)
    record_id = models.CharField(max_length=40)

    class Meta:
        indexes = [
            models.Index(fields=["activity_id", "kind", "hash"], name="lookup_hash"),
            models.Index(fields=["activity_id", "record_id"], name="lookup_record"),
        ]

    def __str__(self) -> str:
        return self.hash[:8]


class PurposeLine(models.Model):
    at = models.DateTimeField()
    actor_id = models.CharField(max_length=40, blank=True)
    village_id = models.CharField(max_length=10)
    activity_id = models.CharField(max_length=40)
    purpose = models.CharField(max_length=40)
    count = models.PositiveIntegerField()
    record_ids = models.JSONField()

    def __str__(self) -> str:
        return f"{self.purpose} {self.count}"
