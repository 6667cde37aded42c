"""The Desa Cantik programme: years, villages in it, proof of each stage, plans, visits, reports,
learning. Other rooms' things are held by id; free words are sealed, since people write of people.
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
PLAN = StateTable(
    "plan_item",
    "proposed",
    {
        "proposed": {"accept": "accepted", "drop": "dropped"},
        "accepted": {"finish": "done", "drop": "dropped"},
        "done": {"reopen": "accepted"},
        "dropped": {"propose": "proposed"},
    },
)
VISIT = StateTable(
    "visit",
    "planned",
    {
        "planned": {"invite": "invited", "open": "open", "cancel": "cancelled"},
        "invited": {"invite": "invited", "open": "open", "cancel": "cancelled"},
        "open": {"close": "held"},
        "held": {"open": "open", "write_up": "minuted"},
        "minuted": {},
        "cancelled": {},
    },
)
REPORT = StateTable(
    "report",
    "draft",
    {
        "draft": {"propose": "proposed"},
        "proposed": {"verify": "verified", "return": "returned"},
        "verified": {"approve": "approved", "return": "returned"},
        "returned": {"propose": "proposed"},
        "approved": {},
    },
)
ATTEMPT = StateTable("attempt", "going", {"going": {"finish": "finished"}, "finished": {}})
PRACTICE = StateTable(
    "practice",
    "preparing",
    {
        "preparing": {"ready": "open", "fail": "failed"},
        "open": {"pass": "passed", "restart": "dropped"},
        "passed": {"restart": "dropped"},
        "failed": {"restart": "dropped"},
        "dropped": {},
    },
)


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
    kind = models.CharField(max_length=10)  # of the village: real, contoh, latihan
    stage = models.PositiveSmallIntegerField(default=0)  # stages passed; the next one is going on
    moved_at = models.DateTimeField()  # when anything last happened
    missing = models.CharField(max_length=60, blank=True)  # first requirement without proof
    slips = models.PositiveSmallIntegerField(default=0)  # plan items past their date
    due = models.DateField(null=True)  # the next date of the plan
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


# -- needs and plan -----------------------------------------------------------------------------


class Needs(models.Model):
    """The needs identification as the village sent it to its coach: a summary that names nobody.
    The answers stay in the village."""

    lokus = models.ForeignKey(Lokus, on_delete=models.PROTECT, related_name="needs")
    activity_id = models.CharField(max_length=26)
    number = models.PositiveSmallIntegerField()
    summary = models.JSONField()
    sent_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["lokus", "number"], name="coach_needs_once")]

    def __str__(self) -> str:
        return f"{self.lokus_id}/{self.number}"


class PlanItem(models.Model):
    """One thing to be done by a day. ``origin`` says where it comes from: needs, visit, own."""

    id = models.CharField(max_length=26, primary_key=True)
    lokus = models.ForeignKey(Lokus, on_delete=models.PROTECT, related_name="plan")
    code = models.CharField(max_length=60, blank=True)  # of the proposal's rule; "" typed by hand
    words = models.CharField(max_length=200)
    actor = models.CharField(max_length=20)  # of the rulebook: agen, kepala, pembina, perangkat
    outcome = models.CharField(max_length=200, blank=True)
    target = models.DateField()
    state = models.CharField(max_length=10, default=PLAN.start)
    origin = models.CharField(max_length=10)
    origin_id = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    evidence_id = models.CharField(max_length=26, blank=True)

    class Meta:
        ordering = ["target", "at", "id"]

    def __str__(self) -> str:
        return self.id


class PlanDate(models.Model):
    """Each day an item was meant for: the first, and every later one with its reason."""

    item = models.ForeignKey(PlanItem, on_delete=models.CASCADE, related_name="dates")
    target = models.DateField()
    why = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.item_id}/{self.target}"


# -- visits -------------------------------------------------------------------------------------


class Visit(models.Model):
    id = models.CharField(max_length=26, primary_key=True)
    lokus = models.ForeignKey(Lokus, on_delete=models.PROTECT, related_name="visits")
    purpose = models.CharField(max_length=40)  # of the rulebook
    at = models.DateTimeField()
    place = models.CharField(max_length=120)
    agenda = models.BinaryField(null=True)  # sealed
    state = models.CharField(max_length=10, default=VISIT.start)
    planned_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    invited_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)
    minutes = models.BinaryField(null=True)  # sealed
    minuted_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    minuted_at = models.DateTimeField(null=True)
    cancelled_why = models.BinaryField(null=True)  # sealed

    class Meta:
        ordering = ["-at", "id"]
        indexes = [models.Index(fields=["lokus", "state"])]

    def __str__(self) -> str:
        return self.id


class Attendance(models.Model):
    """Somebody who was there. Without an account: the name and post as written, sealed. ``mark``
    is a keyed hash that keeps one person from standing there twice."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="attendance")
    person = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.BinaryField(null=True)
    post = models.BinaryField(null=True)
    group = models.CharField(max_length=20)  # of the rulebook: agen, aparat, warga, ...
    how = models.CharField(max_length=10)  # qr, typed
    mark = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["visit", "mark"], name="coach_there_once")]

    def __str__(self) -> str:
        return f"{self.visit_id}/{self.pk}"


class Photo(models.Model):
    """A photo of a visit, sealed; made anew from its pixels: it tells no place and no device."""

    id = models.CharField(max_length=26, primary_key=True)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="photos")
    file_id = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    caption = models.BinaryField(null=True)  # sealed
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.id


# -- reports ------------------------------------------------------------------------------------


class Report(models.Model):
    """A monthly report (``period`` 2026-05) or the final one (``period`` 2026). ``facts`` is what
    really happened, compiled anew until it is proposed; ``words`` what the village adds, sealed."""

    id = models.CharField(max_length=26, primary_key=True)
    lokus = models.ForeignKey(Lokus, on_delete=models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=10)  # bulanan, akhir
    period = models.CharField(max_length=7)
    state = models.CharField(max_length=10, default=REPORT.start)
    number = models.PositiveSmallIntegerField(default=1)  # grows with each proposing
    facts = models.JSONField(default=dict)
    words = models.BinaryField(null=True)  # sealed JSON: obstacle, solution, ...
    digest = models.CharField(max_length=64, blank=True)  # of facts and words as proposed
    pdf_id = models.CharField(max_length=40, blank=True)  # sealed files, made when proposed
    docx_id = models.CharField(max_length=40, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    docx_sha256 = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-period", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["lokus", "kind", "period"], name="coach_one_report_a_period"
            )
        ]

    def __str__(self) -> str:
        return self.id


class ReportStep(models.Model):
    """Who did what to a report, when, about which digest; a return carries its reason, sealed."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=10)
    digest = models.CharField(max_length=64, blank=True)
    note = models.BinaryField(null=True)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.report_id}/{self.verb}"


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


class Practice(models.Model):
    """A practice village made for one person and one module, with the fault it begins with."""

    id = models.CharField(max_length=26, primary_key=True)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    home = models.ForeignKey("people.Area", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    module = models.CharField(max_length=40)
    story = models.JSONField(default=dict)  # ids and made-up values that marking needs
    village = models.ForeignKey(
        "people.Area", null=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=10, default=PRACTICE.start)
    made_at = models.DateTimeField()
    passed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "module", "year"],
                condition=~models.Q(state="dropped"),
                name="coach_one_going_practice",
            )
        ]

    def __str__(self) -> str:
        return self.id


class PracticeTry(models.Model):
    """One marking of a practice village's state: what was found, as codes of the module."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="tries")
    right = models.BooleanField()
    findings = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.practice_id}/{self.pk}"
