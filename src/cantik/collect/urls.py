from django.urls import path

from . import form_views, keying_views, views

app_name = "collect"
OFFICE = "kantor/<str:village_id>/pendataan/"
KEY = OFFICE + "ketik/<str:activity_id>/"
FORM = OFFICE + "isi/<str:activity_id>/"
DRAFT = FORM + "<str:draft_id>/"
urlpatterns = [
    path(OFFICE, views.overview, name="overview"),
    path(OFFICE + "formulir/<str:activity_id>/", views.workbook, name="workbook"),
    path(OFFICE + "berkas/<str:upload_id>/", views.upload, name="upload"),
    path(OFFICE + "berkas/<str:upload_id>/lagi/", views.again, name="again"),
    path(OFFICE + "berkas/<str:upload_id>/ditandai/", views.marked, name="marked"),
    path(KEY, keying_views.key, name="key"),
    path(KEY + "kedua/", keying_views.second, name="second"),
    path(KEY + "kedua/<str:entry_id>/", keying_views.key_second, name="key_second"),
    path(KEY + "kedua/<str:entry_id>/banding/", keying_views.compare, name="compare"),
    path(FORM, form_views.begin, name="fill"),
    path(DRAFT, form_views.page, name="form"),
    path(DRAFT + "isian/", form_views.content, name="form_content"),
    path(DRAFT + "simpan/", form_views.save, name="form_save"),
    path(DRAFT + "kirim/", form_views.send, name="form_send"),
    path(DRAFT + "buang/", form_views.discard, name="form_discard"),
]
