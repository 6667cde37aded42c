"""Packs as they were loaded, and the activities of villages that use them."""

from django.db import models


class PackRecord(models.Model):
    """The files of one pack by the hash of their content. Never changed, never removed."""

    hash = models.CharField(max_length=64, primary_key=True)
    pack_id = models.CharField(max_length=40, db_index=True)
    version = models.CharField(max_length=20)
    files = models.JSONField()
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ["pack_id", "loaded_at"]

    def __str__(self) -> str:
        return f"{self.pack_id} {self.version}"


class Activity(models.Model):
    """One village collects with one pack for one period."""

    id = models.CharField(max_length=26, primary_key=True)
    village_id = models.CharField(max_length=10, db_index=True)
    pack_hash = models.CharField(max_length=64)
    period = models.CharField(max_length=20)
    reference_date = models.DateField()
    licence = models.CharField(max_length=60)
    # By leaf area: families to reach; registered persons [male, female].
    kk_targets = models.JSONField(default=dict)
    register = models.JSONField(default=dict)
    target_source = models.CharField(max_length=200, blank=True)
    target_date = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["-reference_date", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["village_id", "pack_hash", "period"], name="design_activity_once"
            )
        ]

    def __str__(self) -> str:
        return self.id
