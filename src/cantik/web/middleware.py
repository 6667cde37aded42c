"""Headers every answer carries, where a request comes from, and the language the reader chose."""

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from cantik.look.policy import CONTENT_POLICY

GetResponse = Callable[[HttpRequest], HttpResponse]
LANGUAGES = ("id", "en")


def client_address(remote: str, forwarded: str, proxies: int) -> str:
    """The address a request comes from. ``remote`` is who connected to us, ``forwarded`` the header
    X-Forwarded-For, to whose right end each proxy adds whom it heard. What stands further left than
    our own ``proxies`` wrote is only claimed; with none of them, or a header they did not write,
    ``remote`` stands."""
    heard = [one.strip() for one in forwarded.split(",")] if proxies else []
    if len(heard) < proxies or not heard:
        return remote
    found = heard[-proxies]
    if found.startswith("["):  # [IPv6]:port
        found = found[1:].partition("]")[0]
    elif found.count(":") == 1:  # IPv4:port
        found = found.partition(":")[0]
    try:
        return str(ip_address(found))
    except ValueError:
        return remote


class ClientAddress:
    """Behind CANTIK_PROXIES trusted proxies REMOTE_ADDR is the client's, not the nearest proxy's:
    limits by address then count people, and one of them cannot use up the limit of all."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.META["REMOTE_ADDR"] = client_address(
            request.META.get("REMOTE_ADDR", ""),
            request.headers.get("X-Forwarded-For", ""),
            settings.PROXIES,
        )
        return self.get_response(request)


class SecurityHeaders:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", CONTENT_POLICY)
        response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if request.user.is_authenticated if hasattr(request, "user") else False:
            # A shared phone keeps no copy of a page that was read after signing in.
            response.setdefault("Cache-Control", "no-store")
        return response


class ChosenLanguage:
    """Indonesian, unless the reader asks with ``?lang=en``; the choice is kept in a cookie."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("lang")
        language = asked if asked in LANGUAGES else request.COOKIES.get("lang", "id")
        language = language if language in LANGUAGES else "id"
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        if asked in LANGUAGES:
            response.set_cookie("lang", language, max_age=31536000, samesite="Lax")
        response.setdefault("Content-Language", language)
        return response
