"""Conversations attached to any thing of the house. Words are sealed: people write of people."""

from django.db import models


class Thread(models.Model):
    """One conversation about one thing. ``thing`` is a kind that a room has described
    (``api.describe``), ``thing_id`` its id there; ``label`` is how the room called the thing when
    the thread began and names nobody."""

    id = models.CharField(max_length=26, primary_key=True)
    area = models.ForeignKey("people.Area", on_delete=models.PROTECT, related_name="+")
    thing = models.CharField(max_length=40)
    thing_id = models.CharField(max_length=120)
    label = models.CharField(max_length=200)
    opened_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-last_at", "id"]
        indexes = [
            models.Index(fields=["area", "closed_at", "last_at"]),
            models.Index(fields=["thing", "thing_id"]),
        ]

    def __str__(self) -> str:
        return self.id


class Message(models.Model):
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="messages")
    by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    words = models.BinaryField()  # sealed
    once = models.CharField(
        max_length=40, unique=True
    )  # the form's own token: sent twice, kept once

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.thread_id}/{self.pk}"


class Seen(models.Model):
    """Up to when a person has read a thread."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="seen")
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "person"], name="talk_seen_once")]

    def __str__(self) -> str:
        return f"{self.thread_id}/{self.person_id}"
