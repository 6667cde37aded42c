"""Headers every answer carries, and the language the reader chose."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

GetResponse = Callable[[HttpRequest], HttpResponse]
LANGUAGES = ("id", "en")

# No other host is ever asked for anything; inline SVG and data: icons are our own.
CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)


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
