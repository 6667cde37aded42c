from django.urls import path

from . import views

app_name = "collect"
OFFICE = "kantor/<str:village_id>/pendataan/"
urlpatterns = [
    path(OFFICE, views.overview, name="overview"),
    path(OFFICE + "formulir/<str:activity_id>/", views.workbook, name="workbook"),
    path(OFFICE + "berkas/<str:upload_id>/", views.upload, name="upload"),
    path(OFFICE + "berkas/<str:upload_id>/lagi/", views.again, name="again"),
    path(OFFICE + "berkas/<str:upload_id>/ditandai/", views.marked, name="marked"),
]
