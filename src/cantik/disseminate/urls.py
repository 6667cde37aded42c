from django.urls import path

from . import beside, composing, office, views

app_name = "disseminate"
RELEASE = "desa/<str:village_id>/terbitan/<int:number>/"
OFFICE = "kantor/<str:village_id>/persetujuan/"
ACTIVITY = "kantor/<str:village_id>/kegiatan/<str:activity_id>/"

urlpatterns = [
    path("", views.front, name="front"),
    path("desa/<str:village_id>/", views.village, name="village"),
    path("desa/<str:village_id>/banding/", beside.compare, name="compare"),
    path("wilayah/", beside.provinces, name="provinces"),
    path("wilayah/<str:area_id>/", beside.area, name="area"),
    path("wilayah/<str:area_id>/terbitan/", beside.publishers, name="publishers"),
    path("wilayah/<str:area_id>/terbitan.csv", beside.publishers_csv, name="publishers_csv"),
    path(RELEASE, views.release, name="release"),
    path(f"{RELEASE}buku.pdf", views.book, name="book"),
    path(f"{RELEASE}infografis.pdf", views.infographic, {"end": "pdf"}, name="poster"),
    path(f"{RELEASE}infografis.png", views.infographic, {"end": "png"}, name="picture"),
    path(f"{RELEASE}tabel.xlsx", views.workbook, name="workbook"),
    path(f"{RELEASE}tabel/<str:table_id>.csv", views.table_csv, name="csv"),
    path(f"{RELEASE}tabel/<str:table_id>.xlsx", views.table_xlsx, name="xlsx"),
    path(f"{RELEASE}tabel/<str:table_id>/", views.table, name="table"),
    path(
        f"{RELEASE}deret/<str:series_id>.csv", views.series_file, {"end": "csv"}, name="series_csv"
    ),
    path(
        f"{RELEASE}deret/<str:series_id>.xlsx",
        views.series_file,
        {"end": "xlsx"},
        name="series_xlsx",
    ),
    path(f"{RELEASE}deret/<str:series_id>/", views.series, name="series"),
    path(f"{RELEASE}asal-usul/<str:table_id>/", views.origin, name="origin"),
    path("kantor/<str:village_id>/tabel/", office.tables, name="tables"),
    path(f"{ACTIVITY}kata-pengantar/", composing.foreword, name="foreword"),
    path(f"{ACTIVITY}infografis/", composing.figures, name="figures"),
    path(OFFICE, office.approvals, name="approvals"),
    path(f"{OFFICE}umumkan-lagi/", office.publish_again, name="publish_again"),
    path(f"{OFFICE}terbitan/<int:number>/tarik/", office.withdraw, name="withdraw"),
    path(f"{OFFICE}<str:proposal_id>/", office.proposal, name="proposal"),
    path(f"{OFFICE}<str:proposal_id>/putuskan/", office.decide, name="decide"),
    path(f"{OFFICE}<str:proposal_id>/tanggapi/", office.comment, name="comment"),
    path(f"{OFFICE}<str:proposal_id>/halaman/", office.preview, name="preview"),
    path(
        f"{OFFICE}<str:proposal_id>/halaman/tabel/<str:table_id>/",
        office.preview_table,
        name="preview_table",
    ),
    path(
        f"{OFFICE}<str:proposal_id>/halaman/deret/<str:series_id>/",
        office.preview_series,
        name="preview_series",
    ),
    path(
        f"{OFFICE}<str:proposal_id>/halaman/asal-usul/<str:table_id>/",
        office.preview_origin,
        name="preview_origin",
    ),
    path(f"{OFFICE}<str:proposal_id>/berkas/<path:name>", office.proposed_file, name="file"),
]
