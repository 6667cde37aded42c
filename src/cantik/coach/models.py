"""The Desa Cantik programme: years, villages in it, proof of each stage, learning. Other rooms'
things are held by id; free words are sealed, since people write of people.
"""

from django.db import models

from cantik.kernel.states import StateTable

PERSON = "people.Person"

CANDIDATE = StateTable(
    "candidate",
    "weighed",
    {
        "weighed": {"choose": "chosen", "decline": "declined"},
        "declined": {"weigh": "weighed"},
        "chosen": {},
    },
)
ATTEMPT = StateTable("attempt", "going", {"going": {"finish": "finished"}, "finished": {}})

# -- the programme ------------------------------------------------------------------------------


class Programme(models.Model):
    """A year of coaching in a regency, by the stages of one rulebook (by hash, of ``assess``)."""

    id = models.CharField(max_length=26, primary_key=True)
    area = models.ForeignKey("people.Area", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    rulebook = models.CharField(max_length=64)
    opened_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["-year", "id"]
        constraints = [
            models.UniqueConstraint(fields=["area", "year"], name="coach_one_programme_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.area_id}/{self.year}"


class TeamMember(models.Model):
    """Someone of the coaching team named by the SK of the programme."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="team")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=20)  # of the rulebook: ketua, anggota, ...
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.programme_id}/{self.person_id}"


class Candidate(models.Model):
    """A village looked at before it is chosen; ``sheet_id`` is its record of fit in ``assess``."""

    id = models.CharField(max_length=26, primary_key=True)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="candidates")
    village = models.ForeignKey("people.Area", on_delete=models.PROTECT, related_name="+")
    sheet_id = models.CharField(max_length=26)
    state = models.CharField(max_length=10, default=CANDIDATE.start)
    reason = models.BinaryField(null=True)  # sealed
    decided_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    added_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "village"], name="coach_candidate_once")
        ]

    def __str__(self) -> str:
        return self.id


class Lokus(models.Model):
    """A village in a year's programme. ``stage`` and what follows it are derived from the proof
    (``stages.standing``) and kept for the coach's desk, which may show a whole nation."""

    id = models.CharField(max_length=26, primary_key=True)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="lokus")
    village = models.ForeignKey("people.Area", on_delete=models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField()
    follows = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="followed_by"
    )
    closed_at = models.DateTimeField(null=True)
    closed_why = models.CharField(max_length=20, blank=True)  # split, merged, left

    year = models.PositiveSmallIntegerField()  # of the programme, as is the regency
    regency = models.CharField(max_length=10)
    province = models.CharField(max_length=10)
    stage = models.PositiveSmallIntegerField(default=0)  # stages passed; the next one is going on
    moved_at = models.DateTimeField()  # when anything last happened
    missing = models.CharField(max_length=60, blank=True)  # first requirement without proof
    lost = models.BooleanField(default=False)  # proof of a passed stage is gone

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "village"], name="coach_lokus_once")
        ]
        indexes = [
            models.Index(
                fields=["regency", "year", "closed_at", "stage", "moved_at"],
                name="coach_lokus_regency",
            ),
            models.Index(
                fields=["province", "year", "closed_at", "stage", "moved_at"],
                name="coach_lokus_province",
            ),
            # Where only a page of the longest without movement is wanted of very many.
            models.Index(fields=["province", "moved_at"], name="coach_lokus_still"),
            models.Index(fields=["village"], name="coach_lokus_village"),
        ]

    def __str__(self) -> str:
        return self.id


class Agent(models.Model):
    """An agen statistik named by an SK of the head (``evidence_id`` of ``assess``)."""

    lokus = models.ForeignKey(Lokus, on_delete=models.PROTECT, related_name="agents")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    evidence_id = models.CharField(max_length=26)
    officer = models.BooleanField()  # an officer of the village, or somebody from outside it
    since = models.DateField()
    until = models.DateField(null=True)
    named_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()

    class Meta:
        ordering = ["since", "pk"]

    def __str__(self) -> str:
        return f"{self.lokus_id}/{self.person_id}"


class Proof(models.Model):
    """Evidence put to a requirement of a stage: for one village, or for the whole programme."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="proofs")
    lokus = models.ForeignKey(Lokus, null=True, on_delete=models.PROTECT, related_name="proofs")
    requirement = models.CharField(max_length=60)
    evidence_id = models.CharField(max_length=26)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "lokus", "requirement", "evidence_id"],
                name="coach_proof_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.requirement}/{self.evidence_id}"


class Passed(models.Model):
    """A stage that was passed, when, and what proved it then. Never changed: history stays true
    also when the proof is gone later."""

    lokus = models.ForeignKey(Lokus, on_delete=models.PROTECT, related_name="passed")
    stage = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    proofs = models.JSONField()  # requirement -> [[kind, ref, sha256 or "", words], ...]

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["lokus", "stage"], name="coach_passed_once")]

    def __str__(self) -> str:
        return f"{self.lokus_id}/{self.stage}"


# -- learning -----------------------------------------------------------------------------------


class Reading(models.Model):
    """A module somebody opened and read to its end. It counts nothing by itself."""

    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    module = models.CharField(max_length=40)
    opened_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "module"], name="coach_reading_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id}/{self.module}"


class Attempt(models.Model):
    """One person's sitting of one form of the test. ``test`` is the hash of the forms as asked."""

    id = models.CharField(max_length=26, primary_key=True)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    village = models.ForeignKey("people.Area", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    test = models.CharField(max_length=64)
    form = models.CharField(max_length=1)  # A, B
    moment = models.CharField(max_length=4)  # pre, post
    state = models.CharField(max_length=10, default=ATTEMPT.start)
    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    score = models.PositiveSmallIntegerField(null=True)
    items = models.PositiveSmallIntegerField()
    # "1" right, "0" not, an item a sign in the order of the form; written when it is finished, so
    # that a nation's items are figured without reading every single answer
    marks = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["begun_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "year", "moment"], name="coach_one_attempt_a_moment"
            )
        ]
        indexes = [
            models.Index(fields=["test", "form", "state"]),
            models.Index(fields=["village", "year"]),
        ]

    def __str__(self) -> str:
        return self.id


class Response(models.Model):
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="responses")
    item = models.CharField(max_length=40)
    choice = models.CharField(max_length=10)
    right = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attempt", "item"], name="coach_response_once")
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.item}"


class LastTestOpened(models.Model):
    """The coach opened the last test for a village before all practices were passed there."""

    village = models.ForeignKey("people.Area", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["village", "year"], name="coach_test_opened_once")
        ]

    def __str__(self) -> str:
        return f"{self.village_id}/{self.year}"
