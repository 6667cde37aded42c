"""Pages of design: the activities of a village, their register and their questionnaire."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cantik.people.api import office


@office("collect.progress")
def activities(request: HttpRequest, village_id: str) -> HttpResponse:
    return render(request, "design/activities.html", {})


@office("activity.open")
def open_activity(request: HttpRequest, village_id: str) -> HttpResponse:
    return render(request, "design/open.html", {})


@office("collect.progress")
def activity(request: HttpRequest, village_id: str, activity_id: str) -> HttpResponse:
    return render(request, "design/activity.html", {})


@office("register.edit")
def targets(request: HttpRequest, village_id: str, activity_id: str) -> HttpResponse:
    return render(request, "design/targets.html", {})


@office("collect.progress")
def questions(request: HttpRequest, village_id: str, activity_id: str) -> HttpResponse:
    return render(request, "design/questions.html", {})
