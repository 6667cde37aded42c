"""Uploads, the answers of families by random id, their versions, and visits without answers.

Answers here are facts only. Names, numbers, birth dates, addresses and free text are in the vault
under the same id.
"""

from django.db import models

from cantik.kernel.states import StateTable

UPLOAD = StateTable(
    "upload",
    "reading",
    {
        "reading": {"refuse": "refused", "show": "draft", "fail": "failed"},
        "refused": {"mend": "reading", "discard": "discarded"},
        "draft": {"mend": "reading", "accept": "accepting", "discard": "discarded"},
        "accepting": {"finish": "accepted", "fail": "draft"},
        "accepted": {},
        "failed": {"mend": "reading", "discard": "discarded"},
        "discarded": {},
    },
)


class Upload(models.Model):
    """A workbook somebody sent. Original, parsed draft and fault list are sealed files."""

    id = models.CharField(max_length=26, primary_key=True)
    kind = models.CharField(max_length=10, default="workbook")  # workbook, form, keyed
    activity_id = models.CharField(max_length=26, db_index=True)
    village_id = models.CharField(max_length=10)
    state = models.CharField(max_length=10, default=UPLOAD.start)
    size = models.PositiveIntegerField()
    file_id = models.CharField(max_length=80, blank=True)
    draft_id = models.CharField(max_length=80, blank=True)
    report_id = models.CharField(max_length=80, blank=True)
    # Counts only: families, persons, new, same, changed, edited, refusals, faults by kind.
    summary = models.JSONField(default=dict)
    mends_id = models.CharField(max_length=80, blank=True)  # sealed: what was written may be a name
    keep_edits = models.BooleanField(default=True)
    job_id = models.CharField(max_length=26, blank=True)
    uploaded_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-uploaded_at", "id"]

    def __str__(self) -> str:
        return self.id

    @property
    def receipt(self) -> str:
        """The number on the receipt, in groups that can be read out on the telephone."""
        return "-".join(self.id[at : at + 4] for at in range(0, len(self.id), 4)).upper()


class Draft(models.Model):
    """A form somebody is filling on a screen, sealed whole. ``version`` counts what was saved; 0 is
    a form with nothing typed yet."""

    id = models.CharField(max_length=26, primary_key=True)
    activity_id = models.CharField(max_length=26, db_index=True)
    village_id = models.CharField(max_length=10)
    owner = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=0)
    sealed = models.BinaryField(default=b"")
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-saved_at", "id"]

    def __str__(self) -> str:
        return self.id


class SecondEntry(models.Model):
    """A form keyed from paper that was drawn to be keyed again by somebody else. What was keyed is
    sealed until the two are compared; then only which questions differed stays."""

    id = models.CharField(max_length=26, primary_key=True)
    activity_id = models.CharField(max_length=26, db_index=True)
    village_id = models.CharField(max_length=10)
    submission_id = models.CharField(max_length=26, unique=True)
    number = models.PositiveIntegerField()  # on the paper
    first_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default="drawn")  # drawn, keyed, compared
    drawn_at = models.DateTimeField()
    second_by = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    keyed_at = models.DateTimeField(null=True)
    sealed = models.BinaryField(default=b"")
    compared = models.PositiveIntegerField(default=0)  # answers compared
    differing = models.JSONField(default=list)  # names of questions, once for each difference
    settled_by = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["number", "id"]

    def __str__(self) -> str:
        return self.id


class Submission(models.Model):
    """The present answers of one family."""

    id = models.CharField(max_length=26, primary_key=True)
    activity_id = models.CharField(max_length=26, db_index=True)
    village_id = models.CharField(max_length=10)
    leaf_id = models.CharField(max_length=10)
    version = models.PositiveIntegerField(default=1)
    answers = models.JSONField()
    # Faults of sealed answers, which only the sender's file can show: [kind, member, question].
    sealed_faults = models.JSONField(default=list)
    identity_mark = models.CharField(max_length=64)
    edited = models.JSONField(default=list)  # [record, member, question]
    state = models.CharField(max_length=10, default="accepted")  # accepted, returned
    upload_id = models.CharField(max_length=26)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.id


class SubmissionVersion(models.Model):
    """What a family's answers were before; the reason of an edit stays with it."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    answers = models.JSONField()
    why = models.CharField(max_length=10)  # upload, edit, return
    reason_id = models.CharField(max_length=80, blank=True)  # sealed: reasons speak of people
    fields = models.JSONField(default=list)
    by = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )  # fmt: skip
    at = models.DateTimeField()

    class Meta:
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "version"], name="collect_version_once"
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.submission_id}/{self.version}"


class NoAnswer(models.Model):
    """Visits that brought no answers, counted by workbook, RT and result; no record of the family
    is kept. A workbook that is sent again replaces its own counts."""

    activity_id = models.CharField(max_length=26, db_index=True)
    leaf_id = models.CharField(max_length=10)
    result = models.CharField(max_length=4)
    book_id = models.CharField(max_length=26)
    families = models.PositiveIntegerField()
    upload_id = models.CharField(max_length=26)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["activity_id", "leaf_id", "result", "book_id"],
                name="collect_no_answer_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.leaf_id}/{self.result}"
