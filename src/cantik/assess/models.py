"""Reviewed sheets: a scorecard, answers per item and layer, evidence, and what is locked when."""

from django.db import models

from cantik.kernel.states import StateTable

# The unit answers first, its reviewers after it; then nothing changes. A sheet of one layer has no
# reviewers: who answers it finishes it.
SHEET = StateTable(
    "sheet",
    "answering",
    {
        "answering": {"submit": "reviewing", "finish": "closed"},
        "reviewing": {"send_back": "answering", "close": "closed"},
        "closed": {},
    },
)


class Rulebook(models.Model):
    """A scorecard as it was loaded: immutable, known by the hash of its canonical content. One that
    is not ``complete`` is an example: what it gives is shown as such, and never ranked."""

    hash = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField(null=True)  # of the sheet; None: holds until replaced
    content = models.TextField()
    complete = models.BooleanField()
    loaded_by = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "-year", "-loaded_at"]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class Sheet(models.Model):
    """One area judged by one rulebook in one year."""

    id = models.CharField(max_length=26, primary_key=True)
    rulebook = models.ForeignKey(Rulebook, on_delete=models.PROTECT, related_name="sheets")
    area = models.ForeignKey("people.Area", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, default=SHEET.start)
    opened_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-year", "-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["rulebook", "area", "year"], name="assess_one_sheet_a_year"
            )
        ]

    def __str__(self) -> str:
        return self.id


class Answer(models.Model):
    """What a layer answered to an item; a changed answer is a further row, the last one counts.
    ``choice`` is the id of an option, or a number as written with a point."""

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="answers")
    item = models.CharField(max_length=40)
    layer = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    choice = models.CharField(max_length=40, blank=True)  # "" takes an answer back
    words = models.BinaryField(null=True)  # sealed: explanations speak of people
    by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["item", "layer", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "item", "layer", "number"], name="assess_answer_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id}/{self.item}/{self.layer}/{self.number}"


class Evidence(models.Model):
    """What proves something: a file, sealed as received and known by its hash, or a thing of the
    house. Withdrawn, it stays as a row: history says what stood there."""

    id = models.CharField(max_length=26, primary_key=True)
    area = models.ForeignKey("people.Area", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)  # sk_agen, notulen, ... of the rulebook that asks for it
    file_id = models.CharField(max_length=40, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    media = models.CharField(max_length=60, blank=True)
    size = models.PositiveIntegerField(default=0)
    thing = models.CharField(max_length=40, blank=True)
    thing_id = models.CharField(max_length=120, blank=True)
    number = models.CharField(max_length=80, blank=True)  # of the letter
    dated = models.DateField(null=True)  # of the letter
    expires_on = models.DateField(null=True)
    owner = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-added_at", "id"]
        indexes = [models.Index(fields=["area", "kind"])]

    def __str__(self) -> str:
        return self.id


class EvidenceUse(models.Model):
    """One item of evidence serves many questions."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="uses")
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="evidence")
    item = models.CharField(max_length=40)
    by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evidence", "sheet", "item"], name="assess_use_once")
        ]

    def __str__(self) -> str:
        return f"{self.evidence_id}/{self.item}"
