from django.urls import path

from . import annexes, composing_views, prices_views, tables, views

app_name = "design"
OFFICE = "kantor/<str:village_id>/kegiatan/"
urlpatterns = [
    path(OFFICE, views.activities, name="activities"),
    path(OFFICE + "buka/", views.open_activity, name="open"),
    path(OFFICE + "xlsform/", views.bring, name="bring"),
    path(OFFICE + "lembar-harga/", prices_views.prices, name="prices"),
    path(OFFICE + "terima/", views.receive, name="receive"),
    path(OFFICE + "susun/", composing_views.begin, name="compose_begin"),
    path(OFFICE + "susun/<str:composition_id>/", composing_views.compose, name="compose"),
    path(
        OFFICE + "susun/<str:composition_id>/pakai/", composing_views.finish, name="compose_finish"
    ),
    path(
        OFFICE + "susun/<str:composition_id>/kuesioner.pdf",
        composing_views.on_paper,
        name="compose_paper",
    ),
    path(OFFICE + "susun/<str:composition_id>/versi-baru/", composing_views.newer, name="newer"),
    path(OFFICE + "<str:activity_id>/", views.activity, name="activity"),
    path(OFFICE + "<str:activity_id>/daftar-kk/", views.targets, name="targets"),
    path(OFFICE + "<str:activity_id>/pertanyaan/", views.questions, name="questions"),
    path(OFFICE + "<str:activity_id>/susun-tabel/", tables.choose, name="table_choose"),
    path(OFFICE + "<str:activity_id>/susun-tabel/<str:name>/", tables.compose, name="table"),
    path(OFFICE + "<str:activity_id>/bawa-tabel/", views.carry_tables, name="carry_tables"),
    path(OFFICE + "<str:activity_id>/kuesioner.pdf", views.printed, name="printed"),
    path(OFFICE + "<str:activity_id>/kuesioner.zip", views.carry, name="carry"),
    path(OFFICE + "<str:activity_id>/metadata/", annexes.activity, name="metadata"),
    path(
        OFFICE + "<str:activity_id>/metadata/<str:kind>/<str:name>/",
        annexes.detail,
        name="metadata_detail",
    ),
]
