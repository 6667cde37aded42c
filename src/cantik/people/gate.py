"""Whoever an office asks for a second step gets no further than the page that sets it up."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from . import second
from .api import area as area_info
from .api import held_by_date, today

STRONG = "strong"  # this session went through a second step
OFFICE = ("/kantor/", "/beranda/", "/administrasi/", "/padanan/")


class SecondStep:
    """From the day an office asks for it, a session without a second step holds no right at all
    (``api.held``), and the office's pages lead to setting one up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # A reader without a session is nobody, and costs no question to the database.
        if request.session.session_key and not request.session.get(STRONG):
            person = request.user
            if person.is_authenticated and self._missing(request):
                person.kept_out = True
                if request.path_info.startswith(OFFICE):
                    return redirect(reverse("people:second_step"))
        return self.get_response(request)

    @staticmethod
    def _missing(request: HttpRequest) -> bool:
        now = timezone.now()
        due = second.demanded_from(request.user, now)
        if due is None:
            return False
        one = held_by_date(request.user)[0]
        return due <= today(area_info(one.area_id), now)
