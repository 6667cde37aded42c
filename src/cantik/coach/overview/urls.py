from django.urls import URLPattern, path

from . import views

urlpatterns: list[URLPattern] = [path("pembinaan/", views.desk, name="desk")]
