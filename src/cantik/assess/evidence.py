"""Evidence: files taken in by what they are, sealed as received, known by their hash."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cantik.kernel import canonical
from cantik.kernel.problems import Refused
from cantik.ledger import api as ledger
from cantik.people import api as people

from .models import Evidence, EvidenceUse

LARGEST = 10 * 1024 * 1024
CONTEXT = "evidence"
PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
ENDINGS = {PDF: "pdf", PNG: "png", JPEG: "jpg"}
# Letters are kept as they were signed: as PDF, so that all their pages are there.
LETTER = "sk"
EDIT = ("coach.work", "coach.lead", "coach.name")
SEE = ("coach.view", *EDIT)


@dataclass(frozen=True)
class EvidenceInfo:
    """``withdrawn_at`` set: the file is gone, what was said of it stays."""

    id: str
    area_id: str
    kind: str
    title: str
    media: str
    size: int
    sha256: str
    thing: str
    thing_id: str
    number: str
    dated: date | None
    expires_on: date | None
    owner_id: int
    added_at: datetime
    withdrawn_at: datetime | None
    withdrawn_by_id: int | None
    withdrawn_why: str

    @property
    def stands(self) -> bool:
        return self.withdrawn_at is None

    @property
    def file_name(self) -> str:
        """A name to keep it under: of its kind and hash, never of what somebody typed."""
        return f"{self.kind}-{self.sha256[:8]}.{ENDINGS.get(self.media, 'bin')}"


def media_of(data: bytes) -> str | None:
    """What a file is by its content: PDF, PNG or JPEG, whole from its head to its end; else None.
    Its name and what a browser says of it count for nothing."""
    if data.startswith(b"%PDF-") and b"%%EOF" in data[-2048:]:
        return PDF
    if data.startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR") and b"IEND" in data[-64:]:
        return PNG
    if data.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in data[-4096:]:
        return JPEG
    return None


def info(row: Evidence) -> EvidenceInfo:
    return EvidenceInfo(
        row.id, row.area_id, row.kind, row.title, row.media, row.size, row.sha256, row.thing,
        row.thing_id, row.number, row.dated, row.expires_on, row.owner_id, row.added_at,
        row.withdrawn_at, row.withdrawn_by_id, row.withdrawn_why,
    )  # fmt: skip


def may_edit(person: Any, area_id: str) -> bool:
    return any(people.can(person, one, area_id) for one in EDIT)


def check_edit(person: Any, area_id: str) -> None:
    if not may_edit(person, area_id):
        raise people.NotAllowed


def may_see(person: Any, area_id: str) -> bool:
    """Here or above; what stands at an area above, such as the decree of the coaching team, is also
    for the villages below it."""
    if any(people.can(person, one, area_id) for one in SEE):
        return True
    return any(
        area_id in (one.id for one in people.ancestors(held.id))
        for capability in SEE
        for held in people.areas_with(person, capability)
    )


@transaction.atomic
def add_evidence(
    *,
    actor: Any,
    area_id: str,
    kind: str,
    title: str,
    data: bytes = b"",
    number: str = "",
    dated: date | None = None,
    expires_on: date | None = None,
    thing: str = "",
    thing_id: str = "",
    now: datetime,
) -> EvidenceInfo:
    """Keep a file, or name a thing of the house, as evidence. The same file for the same kind in
    the same area is the same evidence. Raises NotAllowed, Refused (file, large, media, letter,
    title)."""
    check_edit(actor, area_id)
    title = " ".join(title.split())
    if not title:
        raise Refused("title", _("Beri nama bukti ini, misalnya SK Agen Statistik 2026."))
    if not data and not (thing and thing_id):
        raise Refused("file", _("Pilih berkasnya. Berkas yang terkirim kosong."))
    media = check_file(data, kind) if data else ""
    sha256 = canonical.digest(data) if data else ""
    standing = Evidence.objects.filter(
        area_id=area_id, kind=kind, sha256=sha256, thing=thing, thing_id=thing_id, withdrawn_at=None
    ).first()
    if standing is not None:
        return info(standing)
    row = Evidence.objects.create(
        id=ledger.random_id(), area_id=area_id, kind=kind, title=title[:200], sha256=sha256,
        file_id=ledger.store_sealed(data, context=CONTEXT) if data else "", media=media,
        size=len(data), thing=thing, thing_id=thing_id, number=number.strip()[:80], dated=dated,
        expires_on=expires_on, owner=actor, added_at=now,
    )  # fmt: skip
    _log(row, actor, "add_evidence", now)
    return info(row)


def check_file(data: bytes, kind: str = "") -> str:
    """The media type of a file that may be kept. Raises Refused."""
    if len(data) > LARGEST:
        raise Refused("large", _("Berkas lebih dari 10 MB. Perkecil atau pindai lebih ringan."))
    media = media_of(data)
    if kind.split("_")[0] == LETTER and media != PDF:
        raise Refused(
            "letter",
            _(
                "Ini bukan berkas PDF yang utuh, apa pun nama berkasnya. "
                "Pindai SK menjadi PDF, semua halaman, lalu kirim lagi."
            ),
        )
    if media is None:
        raise Refused(
            "media",
            _("Hanya PDF, PNG, atau JPEG yang utuh. Simpan ulang berkasnya, lalu coba lagi."),
        )
    return media


def _log(row: Evidence, actor: Any, verb: str, now: datetime) -> None:
    ledger.record(
        actor=actor, verb=f"assess.{verb}", thing="evidence", thing_id=row.id, area_id=row.area_id,
        now=now, detail={"kind": row.kind, "sha256": row.sha256},
    )  # fmt: skip


@transaction.atomic
def withdraw_evidence(*, actor: Any, evidence_id: str, why: str, now: datetime) -> EvidenceInfo:
    """Take evidence back. Its file goes, its row stays with the reason; whoever counts on it sees
    that it is gone. Raises NotAllowed, Refused (why, gone)."""
    row = Evidence.objects.select_for_update().filter(pk=evidence_id).first()
    if row is None:
        raise people.NotAllowed
    check_edit(actor, row.area_id)
    if row.withdrawn_at is not None:
        raise Refused("gone", _("Bukti ini sudah ditarik."))
    why = " ".join(why.split())
    if len(why) < 5:
        raise Refused("why", _("Tulis alasannya, misalnya: salah berkas."))
    file_id, row.file_id = row.file_id, ""
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_why = now, actor, why[:200]
    row.save(update_fields=["file_id", "withdrawn_at", "withdrawn_by", "withdrawn_why"])
    if file_id:
        ledger.delete_file(file_id)
    _log(row, actor, "withdraw_evidence", now)
    return info(row)


def evidence(evidence_id: str) -> EvidenceInfo:
    """Raises NotAllowed (404) for an id nobody knows."""
    row = Evidence.objects.filter(pk=evidence_id).first()
    if row is None:
        raise people.NotAllowed
    return info(row)


def evidence_of(area_id: str, kind: str = "", *, withdrawn: bool = False) -> list[EvidenceInfo]:
    """Evidence of an area, the newest first."""
    found = Evidence.objects.filter(area_id=area_id)
    if kind:
        found = found.filter(kind=kind)
    if not withdrawn:
        found = found.filter(withdrawn_at=None)
    return [info(row) for row in found]


def evidence_by(ids: "list[str] | tuple[str, ...] | set[str]") -> dict[str, EvidenceInfo]:
    return {row.id: info(row) for row in Evidence.objects.filter(pk__in=list(ids))}


def evidence_file(evidence_id: str) -> bytes:
    """The file as received; whoever gives it on has asked who may see it. Raises ledger.Missing."""
    row = Evidence.objects.filter(pk=evidence_id).first()
    if row is None or not row.file_id:
        raise ledger.Missing(evidence_id)
    return ledger.read_sealed(row.file_id, context=CONTEXT)


def uses(evidence_id: str) -> list[tuple[str, str]]:
    """(sheet, item) that count on it."""
    return list(EvidenceUse.objects.filter(evidence_id=evidence_id).values_list("sheet_id", "item"))
