from django.urls import path

from . import quality, views

app_name = "process"
OFFICE = "kantor/<str:village_id>/periksa/"
urlpatterns = [
    path(OFFICE, views.overview, name="overview"),
    path(OFFICE + "data-bersih/", views.cut, name="cut"),
    path(OFFICE + "mutu/", quality.quality, name="quality"),
    path(OFFICE + "keluarga/<str:submission_id>/", views.family, name="family"),
]
