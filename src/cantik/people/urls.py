from django.urls import path

from . import duties_views, second_views, views

app_name = "people"
OFFICE = "kantor/<str:village_id>/"
urlpatterns = [
    path("masuk/", views.sign_in, name="sign_in"),
    path("masuk/kode/", second_views.second_step_at_the_door, name="second"),
    path("masuk/kunci/mulai/", second_views.begin_passkey_sign_in, name="passkey_begin"),
    path("masuk/kunci/selesai/", second_views.finish_passkey_sign_in, name="passkey_finish"),
    path("keluar/", views.sign_out, name="sign_out"),
    path("undangan/", views.invitation, name="invitation_start"),
    path("undangan/<str:code>/", views.invitation, name="invitation"),
    path("sandi/", views.password, name="password"),
    path("sandi/keluarkan/", views.end_others, name="end_others"),
    path("sandi/dua-langkah/", second_views.second_step, name="second_step"),
    path("sandi/dua-langkah/kunci/mulai/", second_views.begin_passkey, name="key_begin"),
    path("sandi/dua-langkah/kunci/selesai/", second_views.finish_passkey, name="key_finish"),
    path("undang/", views.invite_where, name="invite"),
    path("administrasi/", views.administration, name="administration"),
    path("administrasi/lembar-kunci/", views.key_sheet, name="key_sheet"),
    path("padanan/", views.pairs, name="pairs"),
    path(OFFICE + "wilayah/", views.areas, name="areas"),
    path(OFFICE + "wilayah/<str:area_id>/", views.one_area, name="one_area"),
    path(OFFICE + "orang/", views.people, name="people"),
    path(OFFICE + "orang/aturan/", second_views.policies, name="policies"),
    path(OFFICE + "orang/pelimpahan/", duties_views.delegation, name="delegation"),
    path(OFFICE + "orang/<int:appointment_id>/ganti/", duties_views.hand_over, name="hand_over"),
    path(OFFICE + "orang/<int:appointment_id>/lembar/", views.reset, name="reset"),
    path(OFFICE + "orang/<int:appointment_id>/akhiri/", views.end, name="end"),
]
