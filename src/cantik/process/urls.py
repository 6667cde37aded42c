from django.urls import path

from . import lists_views, quality, views

app_name = "process"
OFFICE = "kantor/<str:village_id>/periksa/"
NAMES = "kantor/<str:village_id>/daftar-nama/"
urlpatterns = [
    path(OFFICE, views.overview, name="overview"),
    path(OFFICE + "data-bersih/", views.cut, name="cut"),
    path(OFFICE + "mutu/", quality.quality, name="quality"),
    path(OFFICE + "keluarga/<str:submission_id>/", views.family, name="family"),
    path(NAMES, lists_views.overview, name="lists"),
    path(NAMES + "baru/", lists_views.new, name="lists_new"),
    path(NAMES + "<str:list_id>/", lists_views.detail, name="list"),
    path(NAMES + "<str:list_id>/buka/", lists_views.show, name="list_show"),
    path(NAMES + "<str:list_id>/cetak/", lists_views.printed, name="list_printed"),
    path(NAMES + "<str:list_id>/putuskan/", lists_views.decide, name="list_decide"),
    path(NAMES + "<str:list_id>/tutup/", lists_views.close, name="list_close"),
]
