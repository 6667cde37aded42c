"""The words of state chips: an icon, a tone and a word each. There are no others."""

from dataclasses import dataclass

from cantik.kernel.text import N_


@dataclass(frozen=True)
class State:
    word: str
    tone: str  # "", ok, warn, bad, info
    icon: str


STATES: dict[str, State] = {
    "draft": State(N_("Draf"), "", "pencil"),
    "preparing": State(N_("Sedang disiapkan"), "info", "clock"),
    "waiting": State(N_("Menunggu persetujuan"), "info", "clock"),
    "fix": State(N_("Perlu diperbaiki"), "warn", "pencil"),
    "returned": State(N_("Dikembalikan dengan catatan"), "warn", "arrow-back-up"),
    "ready": State(N_("Siap dikirim"), "ok", "circle-check"),
    "done": State(N_("Selesai"), "ok", "check"),
    "approved": State(N_("Disetujui"), "ok", "check"),
    "published": State(N_("Diumumkan"), "ok", "check"),
    "late": State(N_("Terlambat"), "bad", "alert-triangle"),
    "failed": State(N_("Gagal disiapkan"), "bad", "alert-triangle"),
    "withheld": State(N_("Tidak diumumkan"), "", "eye-off"),
    "replaced": State(N_("Diganti terbitan baru"), "", "history"),
    "withdrawn": State(N_("Ditarik"), "", "ban"),
    "provisional": State(N_("Sementara"), "", "circle-dashed"),
}
