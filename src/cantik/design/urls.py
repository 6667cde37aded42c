from django.urls import path

from . import annexes, tables, views

app_name = "design"
OFFICE = "kantor/<str:village_id>/kegiatan/"
urlpatterns = [
    path(OFFICE, views.activities, name="activities"),
    path(OFFICE + "buka/", views.open_activity, name="open"),
    path(OFFICE + "xlsform/", views.bring, name="bring"),
    path(OFFICE + "terima/", views.receive, name="receive"),
    path(OFFICE + "<str:activity_id>/", views.activity, name="activity"),
    path(OFFICE + "<str:activity_id>/daftar-kk/", views.targets, name="targets"),
    path(OFFICE + "<str:activity_id>/pertanyaan/", views.questions, name="questions"),
    path(OFFICE + "<str:activity_id>/susun-tabel/", tables.choose, name="table_choose"),
    path(OFFICE + "<str:activity_id>/susun-tabel/<str:name>/", tables.compose, name="table"),
    path(OFFICE + "<str:activity_id>/kuesioner.pdf", views.printed, name="printed"),
    path(OFFICE + "<str:activity_id>/kuesioner.zip", views.carry, name="carry"),
    path(OFFICE + "<str:activity_id>/metadata/", annexes.activity, name="metadata"),
    path(
        OFFICE + "<str:activity_id>/metadata/<str:kind>/<str:name>/",
        annexes.detail,
        name="metadata_detail",
    ),
]
