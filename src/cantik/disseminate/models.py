"""Words and choices of people that go into the files of a release: nothing here is a figure."""

from django.db import models


class Foreword(models.Model):
    """The foreword of a book as its writer typed it. The last one stands; earlier ones stay."""

    village_id = models.CharField(max_length=10)
    activity_id = models.CharField(max_length=26, db_index=True)
    text = models.TextField()
    name = models.CharField(max_length=120)  # as it stands under the words
    written_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["-written_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.activity_id}/{self.pk}"


class PosterChoice(models.Model):
    """Which indicators stand on the infographic, in their order; without one a rule chooses."""

    village_id = models.CharField(max_length=10)
    activity_id = models.CharField(max_length=26, unique=True)
    indicators = models.JSONField(default=list)
    chosen_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.activity_id
