"""Proposals, decisions and releases. Files and editions are held by id, never by foreign key."""

from django.db import models

from cantik.kernel.states import StateTable

PROPOSAL = StateTable(
    "proposal",
    "preparing",
    {
        "preparing": {"ready": "waiting", "fail": "failed"},
        "waiting": {"approve": "approved", "return": "returned", "rework": "preparing"},
        "returned": {},
        "approved": {},
        "failed": {},
    },
)
RELEASE = StateTable(
    "release",
    "published",
    {
        "published": {"replace": "replaced", "withdraw": "withdrawn"},
        "replaced": {},
        "withdrawn": {},
    },
)


class Proposal(models.Model):
    """Protected tables of one activity, put before the head of the village."""

    id = models.CharField(max_length=26, primary_key=True)
    village_id = models.CharField(max_length=10, db_index=True)
    activity_id = models.CharField(max_length=26, db_index=True)
    period = models.CharField(max_length=20)
    clean_edition_id = models.CharField(max_length=64)
    protected_edition_id = models.CharField(max_length=64, blank=True)
    proposed_edition_id = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, default=PROPOSAL.start)
    licence = models.CharField(max_length=60)
    note = models.TextField(blank=True)
    files = models.JSONField(default=dict)
    proposed_by = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="proposals"
    )
    proposed_at = models.DateTimeField()

    class Meta:
        ordering = ["-proposed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["village_id", "activity_id"],
                condition=models.Q(state__in=["preparing", "waiting"]),
                name="protect_one_going_proposal",
            )
        ]

    def __str__(self) -> str:
        return self.id


class Comment(models.Model):
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="comments")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"{self.proposal_id}/{self.pk}"


class Decision(models.Model):
    """What the head decided, on exactly which files. One for each proposal."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="decision")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10)
    note = models.TextField(blank=True)
    files = models.JSONField()
    decided_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.proposal_id}: {self.verdict}"


class Release(models.Model):
    id = models.CharField(max_length=26, primary_key=True)
    number = models.PositiveIntegerField()
    village_id = models.CharField(max_length=10, db_index=True)
    activity_id = models.CharField(max_length=26)
    period = models.CharField(max_length=20)
    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="release")
    state = models.CharField(max_length=10, default=RELEASE.start)
    replaces = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    note = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    released_at = models.DateTimeField()

    class Meta:
        ordering = ["village_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["village_id", "number"], name="protect_release_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.village_id}/{self.number}"
