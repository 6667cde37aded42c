"""What happened, what was made, and what is being worked on. Nobody's identity stands here."""

from django.db import models


class AuditLine(models.Model):
    """One line of the audit: only ever added, refused by the database when changed or removed."""

    number = models.BigIntegerField(primary_key=True)
    at = models.CharField(max_length=40)
    actor_id = models.CharField(max_length=40, blank=True)
    verb = models.CharField(max_length=60, db_index=True)
    thing = models.CharField(max_length=40)
    thing_id = models.CharField(max_length=80)
    area_id = models.CharField(max_length=10, blank=True, db_index=True)
    detail = models.TextField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.verb}"


class SealedFile(models.Model):
    """A file on disk, encrypted; the id says nothing of what is in it."""

    id = models.CharField(max_length=40, primary_key=True)

    def __str__(self) -> str:
        return self.id


class SealedDocument(models.Model):
    """A small encrypted document; every put adds a version."""

    kind = models.CharField(max_length=40)
    ref = models.CharField(max_length=120)
    version = models.PositiveIntegerField()
    sealed = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "ref", "version"], name="one_document_version")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref} {self.version}"


class Edition(models.Model):
    """Write-once: the id is the hash of the manifest, which names every file by its hash."""

    class Kind(models.TextChoices):
        CLEAN = "clean"
        PROTECTED = "protected"
        PROPOSED = "proposed"
        RELEASED = "released"

    id = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=10, choices=Kind)
    area_id = models.CharField(max_length=10, db_index=True)
    activity_id = models.CharField(max_length=40, db_index=True)
    period = models.CharField(max_length=20)
    manifest_text = models.TextField()
    at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)
    deleted_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.id[:12]}"


class Job(models.Model):
    """Our row beside the queue's: who asked, how far it is, how it ended."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    id = models.CharField(max_length=40, primary_key=True)
    kind = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    actor_id = models.CharField(max_length=40, blank=True)
    area_id = models.CharField(max_length=10, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    starts = models.PositiveSmallIntegerField(default=0)
    words = models.CharField(max_length=200, blank=True)
    failure = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [  # few rows wait at any time, out of all that ever were
            models.Index(
                fields=["kind", "area_id"],
                condition=models.Q(state="waiting"),
                name="ledger_job_waits",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class RateHit(models.Model):
    """One try under a keyed hash: no address or name can be read from it."""

    key = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["key", "at"], name="rate_key_at")]

    def __str__(self) -> str:
        return self.key[:8]
