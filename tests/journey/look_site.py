"""Pages of the look on a small server of their own: invented people and villages, no database."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.template import Context, RequestContext, Template
from django.test import override_settings
from django.urls import include, path

from cantik.kernel import charts
from cantik.look.states import STATES
from cantik.look.tasks import Task
from cantik.web import context, home, views

PAGES = Path(__file__).parent / "pages"
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TASKS = [
    Task("Hubungi pencacah RT 08", "Sudah 4 hari tidak mengirim isian. Baru 21 dari 77 keluarga.",
         "late", 5, "/kantor/d1/pendataan/", "Hubungi"),
    Task("Perbaiki 14 isian RT 06", "Enam isian bisa dibetulkan sekaligus.",
         "fix", 20, "/kantor/d1/periksa/", "Perbaiki"),
    Task("Usulkan terbitan 2026", "Data bersih sudah dipotong. Tinggal minta persetujuan.",
         "ready", 3, "/kantor/d1/persetujuan/", "Usulkan"),
    Task("Isi jumlah keluarga RT 09", "Tanpa itu kemajuan tidak bisa dihitung.",
         "", 0, "/kantor/d1/wilayah/", "Isi"),
]  # fmt: skip


OFFERS = [
    Task("Lengkapi metadata kegiatan", "17 isian masih kosong.", "", 15,
         "/kantor/d1/kegiatan/", "Lengkapi", pressing=False),
]  # fmt: skip
ABOVE = [
    Task("Tanggapi usulan terbitan 2026 Desa Sungai Angka", "Menunggu keputusan kepala desa.",
         "waiting", 10, "/kantor/d1/persetujuan/p/", "Baca dan tanggapi"),
    Task("Undang Kepala desa", "Di 3 tempat belum ada yang memegang peran ini.", "", 3,
         "/undang/?peran=kepala_desa", "Undang", pressing=False),
]  # fmt: skip


@dataclass(frozen=True)
class Place:
    id: str
    label: str
    level: str = "desa"
    kind: str = "contoh"
    time_zone: str = "Asia/Makassar"

    @property
    def full_label(self) -> str:
        return f"{self.label}, Kecamatan Hulu Angka"


@dataclass
class Officer:
    """Someone signed in, with the villages in which each capability is held."""

    name: str
    role: Mapping[str, str]
    may: Mapping[str, list[Place]]
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False


REGENCY = Place("k1", "Kabupaten Hulu", "kabupaten")
PROVINCE = Place("p1", "Provinsi Hulu", "provinsi")
VILLAGES = [Place(f"d{n}", f"Desa {name}") for n, name in enumerate(
    ("Sungai Angka", "Lembah Tabel", "Tanjung Grafik", "Muara Rasio"), start=1)]  # fmt: skip
WORK = ("collect.upload", "collect.progress", "process.edit", "release.propose", "proposal.view",
        "activity.open", "area.edit", "people.invite")  # fmt: skip
DECIDES = ("release.decide", "proposal.view", "collect.progress", "people.invite")
PEOPLE = {
    "agen": Officer("Ani", {"id": "Agen statistik", "en": "Statistics agent"},
                    dict.fromkeys(WORK, VILLAGES[:1])),
    "dua": Officer("Budi", {"id": "Agen statistik", "en": "Statistics agent"},
                   dict.fromkeys(WORK, VILLAGES[:2])),
    "kepala": Officer("Citra", {"id": "Kepala Desa", "en": "Kepala Desa"},
                      dict.fromkeys(DECIDES, VILLAGES[:1])),
    "pembina": Officer("Dedi", {"id": "Pembina kabupaten", "en": "Pembina kabupaten"},
                       {able: [REGENCY] for able in ("collect.progress", "proposal.view")}),
    "administrator": Officer("Eka", {"id": "Administrator", "en": "Administrator"},
                             {able: [PROVINCE] for able in ("people.invite", "system.admin")}),
    "baru": Officer("Fitri", {"id": "", "en": ""}, {}),
}  # fmt: skip


@dataclass
class Village:
    """What the doors of the rooms answer; a test changes a copy."""

    counts: dict[str, int] = field(
        default_factory=lambda: {"r1": 108, "r2": 101, "r3": 57, "r4": 0}
    )
    targets: dict[str, int] = field(
        default_factory=lambda: {"r1": 108, "r2": 101, "r3": 87, "r4": 77}
    )
    begun: tuple[str, ...] = ("d1", "d2")
    clean: bool = False
    released: bool = False
    tasks: list[Task] = field(default_factory=lambda: list(TASKS))
    offers: list[Task] = field(default_factory=lambda: list(OFFERS))
    above: list[Task] = field(default_factory=lambda: list(ABOVE))

    def activity(self, village: str) -> SimpleNamespace:
        title = {"id": "Pendataan keluarga", "en": "Family listing"}
        return SimpleNamespace(
            id="k1", village_id=village, period="2026", reference_date=date(2026, 10, 31),
            kk_targets=self.targets, pack=SimpleNamespace(title=title),
            unit={"id": "keluarga", "en": "families"},
        )  # fmt: skip

    def stand_in(self, patch: pytest.MonkeyPatch) -> None:
        """Put these doors in the place of the real ones."""
        doors = self.doors()
        for name, room in doors.items():
            patch.setattr(home, name, room)
        for page in (context, views):
            patch.setattr(page, "people", doors["people"])

    def doors(self) -> dict[str, SimpleNamespace]:
        leaves = [SimpleNamespace(id=f"r{n}", label=f"RT 0{n}") for n in range(1, 5)]
        released = [SimpleNamespace(activity_id="k1", state="published")]
        return {
            "people": SimpleNamespace(
                areas_with=lambda person, able: person.may.get(able, []),
                villages_under=lambda id_, kind: VILLAGES,
                can=lambda person, able, id_: any(
                    p.id == id_ or p.level != "desa" for p in person.may.get(able, [])
                ),
                next_things=lambda *given: [],
                at_leisure=lambda *given: [],
                above=lambda person, now: self.above[1:] if "system.admin" in person.may else [],
                role_in=lambda person, id_: SimpleNamespace(
                    label=person.role, watches=("progress",)
                ),
                today=lambda area: date(2026, 11, 23),
            ),
            "design": SimpleNamespace(
                running=lambda id_: [self.activity(id_)] if id_ in self.begun else [],
                latest_activities=lambda ids: {
                    id_: self.activity(id_) for id_ in ids if id_ in self.begun
                },
                next_things=lambda *given: [],
                at_leisure=lambda *given: self.offers,
                metadata_filled=lambda id_: (36, 53),
                tree_of=lambda activity: SimpleNamespace(leaves=lambda: leaves),
            ),
            "collect": SimpleNamespace(
                progress=lambda id_: self.counts,
                next_things=lambda *given: self.tasks[:2],
                at_leisure=lambda *given: [],
            ),
            "disseminate": SimpleNamespace(
                at_leisure=lambda *given: [], releases=lambda ids: [], topics=lambda found: []
            ),
            "process": SimpleNamespace(
                clean_edition=lambda id_: object() if self.clean else None,
                next_things=lambda *given: self.tasks[2:],
                at_leisure=lambda *given: [],
            ),
            "coach": SimpleNamespace(
                sees_desk=lambda person: False,
                next_things=lambda *given: [],
                next_things_above=lambda *given: [],
            ),
            "protect": SimpleNamespace(
                releases=lambda id_: released if self.released else [],
                next_things=lambda *given: [],
                at_leisure=lambda *given: [],
                above=lambda person, ids: self.above[:1] if list(ids) else [],
                waiting=lambda id_: set(),
            ),
        }


class Decision(forms.Form):
    verdict = forms.ChoiceField(
        label="Keputusan",
        choices=[("approve", "Setujui dan umumkan"), ("return", "Kembalikan dengan catatan")],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label="Catatan", required=False, widget=forms.Textarea)
    born = forms.DateField(label="Tanggal", help_text="Contoh: 28/02/1988.")
    read = forms.BooleanField(label="Saya sudah membaca buku dan tabelnya")


def sheet(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for the eye and for axe."""
    ages = ["0–4", "5–9", "10–14", "15–19", "20–24", "25–29", "30–34", "35–39"]
    men, women = [117, 123, 135, 114, 102, 96, 90, 84], [111, 120, 129, 117, 105, 99, None, 81]
    context = {
        "example": True,
        "village": VILLAGES[0],
        "menu": [("Angka desa", "/sheet/", "", True), ("Semua tabel", "#tabel", "", False)],
        "pyramid": charts.pyramid(ages, charts.Series("Laki-laki", men, "861"),
                                  charts.Series("Perempuan", women, "843"), axis="umur"),
        "bars": charts.bars([charts.Item("Air ledeng", 289), charts.Item("Sumur bor", 188),
                             charts.Item("Sungai", None)], tone=3),
        "stacked": charts.stacked(["RT 01", "RT 02"], [charts.Series("Keramik", [60, 45]),
                                  charts.Series("Semen", [30, 39]),
                                  charts.Series("Kayu", [12, 9])]),
        "line": charts.line([charts.Item("2024", 84.6, "84,6%"), charts.Item("2025", 90, "90,0%"),
                             charts.Item("2026", 92.7, "92,7%")]),
        "dots": charts.dots([charts.Range("RT 01", 18, 31, 52), charts.Range("RT 02", 20, 34, 60)]),
        "tasks": TASKS[:3],
        "states": list(STATES),
        "faults": [
            {"place": "Anggota, baris 14, kolom F", "shown": "31/02/1988",
             "problem": "Tanggal 31 Februari tidak ada.",
             "remedy": "Cocokkan dengan Kartu Keluarga.", "url": "#isi", "button": ""},
            {"place": "Keluarga, baris 66–69, kolom M", "shown": "",
             "problem": "Sumber air minum belum diisi pada 4 keluarga.",
             "remedy": "Tanyakan ke pencacah, atau pilih dari daftar.", "url": "#isi",
             "button": "Isi"},
        ],
        "changes": [{"label": "Jumlah keluarga RT 03 tahun 2025", "before": 90, "after": 89,
                     "reason": "Perbaikan: satu keluarga tercatat dua kali."}],
        "stages": home.stages(3, finished=False),
        "steps": [
            {"title": "Ditanyakan", "state": "done", "when": "Formulir Keluarga"},
            {"title": "Diperiksa", "state": "now", "when": "12 pemeriksaan"},
            {"title": "Diumumkan", "state": "later"},
        ],
        "form": Decision({"born": "31/02/1988", "note": ""}),
        "moment": NOW,
        "page": Paginator(range(50), 10).page(2),
    }  # fmt: skip
    template = Template((PAGES / "sheet.html").read_text(encoding="utf-8"))
    return HttpResponse(template.render(RequestContext(request, context)))


def home_of(request: HttpRequest, who: str) -> HttpResponse:
    request.user = PEOPLE[who]  # type: ignore[assignment]
    request.path = "/beranda/"
    return views.home(request)


def form_page(request: HttpRequest) -> HttpResponse:
    """A page of work: no bottom bar, htmx loaded."""
    request.user = PEOPLE["agen"]  # type: ignore[assignment]
    source = (
        '{% extends "look/office.html" %}{% block content %}<h1>Kirim berkas</h1>'
        '{% include "look/includes/error_summary.html" %}<form method="post">'
        "{% for one in form %}{% field one %}{% endfor %}"
        '<div class="row"><button class="btn main">Kirim</button></div></form>{% endblock %}'
    )
    words: dict[str, Any] = {"form": Decision({"born": "x"})}
    return HttpResponse(Template(source).render(RequestContext(request, words)))


def office(request: HttpRequest, **place: str) -> HttpResponse:
    return HttpResponse(Template("").render(Context()))


def crash(request: HttpRequest) -> HttpResponse:
    return views.broken(request)


urlpatterns = [
    path("sheet/", sheet),
    path("form/", form_page),
    path("crash/", crash),
    path("beranda/<who>/", home_of),
    path("kantor/<village>/<name>/", office),
    path(
        "", include(([path("kantor/<village_id>/pendataan/", office, name="overview")], "collect"))
    ),
    path(
        "",
        include(
            (
                [path("wilayah/<area_id>/terbitan.csv", office, name="publishers_csv")],
                "disseminate",
            )
        ),
    ),
    path("undang/", office),
]
handler404 = "cantik.web.views.not_found"


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextmanager
def serving() -> Iterator[str]:
    """The address of a running server of these pages."""
    patched = pytest.MonkeyPatch()
    village = Village()
    village.stand_in(patched)
    with override_settings(ROOT_URLCONF=__name__):
        server = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet)
        server.set_app(get_wsgi_application())
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
            patched.undo()
