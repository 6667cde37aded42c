from django.urls import path

from . import views

app_name = "people"
OFFICE = "kantor/<str:village_id>/"
urlpatterns = [
    path("masuk/", views.sign_in, name="sign_in"),
    path("keluar/", views.sign_out, name="sign_out"),
    path("undangan/", views.invitation, name="invitation_start"),
    path("undangan/<str:code>/", views.invitation, name="invitation"),
    path("sandi/", views.password, name="password"),
    path("sandi/keluarkan/", views.end_others, name="end_others"),
    path("administrasi/", views.administration, name="administration"),
    path("administrasi/lembar-kunci/", views.key_sheet, name="key_sheet"),
    path("padanan/", views.pairs, name="pairs"),
    path(OFFICE + "wilayah/", views.areas, name="areas"),
    path(OFFICE + "wilayah/<str:area_id>/", views.one_area, name="one_area"),
    path(OFFICE + "orang/", views.people, name="people"),
    path(OFFICE + "orang/<int:appointment_id>/lembar/", views.reset, name="reset"),
    path(OFFICE + "orang/<int:appointment_id>/akhiri/", views.end, name="end"),
]
