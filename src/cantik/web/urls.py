"""Every address of the house. Public addresses are Indonesian and never change."""

from django.urls import URLPattern, URLResolver, include, path

from cantik.web import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", views.healthz, name="healthz"),
    path("beranda/", views.home, name="home"),
    path("", include("cantik.people.urls")),
    path("", include("cantik.vault.urls")),
    path("", include("cantik.design.urls")),
    path("", include("cantik.collect.urls")),
    path("", include("cantik.process.urls")),
    path("", include("cantik.talk.urls")),
    path("", include("cantik.assess.urls")),
    path("", include("cantik.coach.urls")),
    path("", include("cantik.disseminate.urls")),
]

handler404 = "cantik.web.views.not_found"
handler403 = "cantik.web.views.not_found"
handler500 = "cantik.web.views.broken"
