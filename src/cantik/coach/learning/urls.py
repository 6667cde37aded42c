from django.urls import path

from . import views

urlpatterns = [
    path("belajar/", views.learning, name="learning"),
    path("belajar/tes/", views.test, name="test"),
    path("belajar/tes/<str:attempt_id>/", views.review, name="test_review"),
    path("belajar/tes/<str:attempt_id>/selesai/", views.finish, name="test_finish"),
    path("belajar/tes/<str:attempt_id>/hasil/", views.result, name="test_result"),
    path("belajar/tes/<str:attempt_id>/<int:number>/", views.item, name="test_item"),
    path("belajar/<str:module>/", views.module, name="module"),
    path("kantor/<str:village_id>/pembinaan/belajar/", views.learned, name="learned"),
    path("pembinaan/<str:programme_id>/soal/", views.quality, name="items"),
]
