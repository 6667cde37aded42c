from django.urls import path

from . import loading_views, views

app_name = "assess"
SHEETS = "kantor/<str:village_id>/lembar/"
SHEET = SHEETS + "<str:sheet_id>/"
ITEM = SHEET + "tanya/<str:item_id>/"
urlpatterns = [
    path("lembar/", loading_views.overview, name="loading"),
    path("lembar/contoh.xlsx", loading_views.sample, name="sample"),
    path("bukti/<str:evidence_id>/", views.download, name="download"),
    path("kantor/<str:village_id>/bukti/<str:evidence_id>/", views.withdraw, name="evidence"),
    path(SHEETS, views.overview, name="sheets"),
    path(SHEET, views.detail, name="sheet"),
    path(SHEET + "hitungan/", views.steps, name="steps"),
    path(SHEET + "cetak/", views.printed, name="printed"),
    path(SHEET + "langkah/<str:verb>/", views.move, name="move"),
    path(ITEM, views.question, name="item"),
    path(ITEM + "bukti/", views.add_evidence, name="add_evidence"),
    path(ITEM + "pakai/", views.use, name="use"),
]
