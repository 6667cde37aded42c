from django.urls import path

from . import views

app_name = "vault"
urlpatterns = [path("kantor/<str:village_id>/pembukaan/", views.readings, name="readings")]
