"""Who may open the pages of a programme: what may not be seen answers 404."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase

from cantik.coach.models import Programme
from cantik.people import api as people

View = Callable[..., HttpResponseBase]


def programme_page(capability: str) -> Callable[[View], View]:
    """For views of ``/pembinaan/<programme_id>/…``; the view is given the programme."""

    def wrap(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest, programme_id: str, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not programme_id.isalnum():
                raise people.NotAllowed
            found = Programme.objects.filter(pk=programme_id).first()
            if found is None or not people.can(request.user, capability, found.area_id):
                raise people.NotAllowed
            return view(request, found, **kwargs)

        return opened

    return wrap
