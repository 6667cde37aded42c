"""What checking found in a family's answers, and the clean data that were cut."""

from django.db import models


class Checked(models.Model):
    """The version of a family's answers that was last checked."""

    submission_id = models.CharField(max_length=26, primary_key=True)
    activity_id = models.CharField(max_length=26, db_index=True)
    version = models.PositiveIntegerField()
    returned = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.submission_id


class Finding(models.Model):
    """One thing to look at: open until the answers change or someone says why they are right.

    Solved ones stay, to say what was mended."""

    activity_id = models.CharField(max_length=26, db_index=True)
    submission_id = models.CharField(max_length=26, db_index=True)
    kind = models.CharField(max_length=10)  # as rules.Found
    name = models.CharField(max_length=60)
    member = models.IntegerField(default=-1)  # -1: the family itself
    mark = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, default="open")  # open, accepted, solved
    reason_id = models.CharField(max_length=80, blank=True)  # sealed: reasons speak of people
    accepted_by = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["submission_id", "member", "kind", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission_id", "kind", "name", "member"], name="process_finding_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.submission_id}/{self.name}"


class Cut(models.Model):
    """A clean edition of an activity; the last one with files is what tables are made from."""

    activity_id = models.CharField(max_length=26, db_index=True)
    edition_id = models.CharField(max_length=64)
    cut_by = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    cut_at = models.DateTimeField()
    summary = models.JSONField()

    class Meta:
        ordering = ["-cut_at", "-pk"]

    def __str__(self) -> str:
        return self.edition_id


class NameList(models.Model):
    """A list by name that somebody asked for: its rule, never its names. Names are put to it when
    it is opened, from the answers as they then stand."""

    id = models.CharField(max_length=16, primary_key=True)
    village_id = models.CharField(max_length=10, db_index=True)
    activity_id = models.CharField(max_length=26)
    rule = models.JSONField()  # naming.Rule.plain
    columns = models.JSONField()  # names of questions shown beside the name
    use = models.CharField(max_length=20)  # of lists.yaml
    purpose = models.BinaryField()  # sealed: purposes speak of people
    asked_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    found = models.PositiveIntegerField()  # how many it named when it was asked for
    sensitive = models.JSONField()  # names of sensitive questions it touches
    children = models.BooleanField(default=False)  # it names people under age
    state = models.CharField(max_length=10)  # waiting, ready, refused, revoked
    days = models.PositiveSmallIntegerField()
    expires_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    head_purpose = models.BinaryField(null=True)  # sealed: the head's own words
    opened = models.PositiveIntegerField(default=0)
    printed = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-asked_at", "id"]

    def __str__(self) -> str:
        return self.id
