from django.urls import URLPattern, path

from . import views

VILLAGE = "kantor/<str:village_id>/pembinaan/"
YEAR = "pembinaan/<str:programme_id>/"
urlpatterns: list[URLPattern] = [
    path(VILLAGE, views.village, name="village"),
    path(VILLAGE + "agen/", views.agents, name="agents"),
    path(VILLAGE + "bukti/<str:requirement>/", views.proof, name="proof"),
    path("pembinaan/buka/", views.open_year, name="open_year"),
    path(YEAR, views.programme, name="programme"),
    path(YEAR + "tim/", views.team, name="team"),
    path(YEAR + "bukti/<str:requirement>/", views.shared_proof, name="shared_proof"),
    path(YEAR + "penjajakan/", views.candidates, name="candidates"),
    path(YEAR + "penjajakan/<str:candidate_id>/", views.candidate, name="candidate"),
    path(YEAR + "desa/<str:lokus_id>/tutup/", views.close, name="close"),
]
