"""Pages of released villages, kept as they were sent, so that a warm page costs little more than a
file. Only what everybody without an account reads alike: no session, no query, no cookie set.

A kept page holds for as long as the list of the village (``index.json``) is the very same file: a
release, a correction and a withdrawal each put another one in its place. The views stay the only
makers of pages; what is given from here is byte for byte what they gave.
"""

import re
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags

from .publishing import INDEX

GetResponse = Callable[[HttpRequest], HttpResponse]
LARGEST = 32 * 1024 * 1024  # bytes kept by one process
LARGEST_PAGE = 512 * 1024
_PATH = re.compile(r"/desa/([A-Za-z0-9_-]{1,10})/(?:[a-z0-9_/-]*/)?")
# What a page may depend on besides its address: how the reader chose to have it, and what the
# browser can read.
_CHOICES = ("lang", "theme")
_SAME = ("ETag", "Vary", "Cache-Control", "Content-Language", "X-Robots-Tag")

Key = tuple[str, ...]
Stamp = tuple[int, int, int]


class Kept:
    """Answers by what they depend on, the least lately asked for leaving first."""

    def __init__(self, largest: int = LARGEST) -> None:
        self.largest = largest
        self.size = 0
        self._lock = Lock()
        self._held: OrderedDict[Key, tuple[Stamp, bytes, dict[str, str]]] = OrderedDict()

    def get(self, key: Key, stamp: Stamp) -> tuple[bytes, dict[str, str]] | None:
        with self._lock:
            found = self._held.get(key)
            if found is None:
                return None
            if found[0] != stamp:
                self._drop(key)
                return None
            self._held.move_to_end(key)
            return found[1], found[2]

    def put(self, key: Key, stamp: Stamp, body: bytes, headers: dict[str, str]) -> None:
        with self._lock:
            if key in self._held:
                self._drop(key)
            self._held[key] = (stamp, body, headers)
            self.size += len(body)
            while self.size > self.largest:
                self._drop(next(iter(self._held)))

    def _drop(self, key: Key) -> None:
        self.size -= len(self._held.pop(key)[1])


class KeptPages:
    """Stands outside of sessions: it never learns who asks."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.kept = Kept()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = _PATH.fullmatch(request.path)
        if found is None or not _for_everybody(request):
            return self.get_response(request)
        stamp = _stamp(found[1])
        if stamp is None:
            return self.get_response(request)
        key = _key(request)
        kept = self.kept.get(key, stamp)
        if kept is not None:
            return _again(request, *kept)
        response = self.get_response(request)
        if _may_be_kept(response) and _stamp(found[1]) == stamp:
            headers = {name: value for name, value in response.items() if name != "Date"}
            self.kept.put(key, stamp, response.content, headers)
        return response


def _for_everybody(request: HttpRequest) -> bool:
    return (
        request.method == "GET"
        and not request.META.get("QUERY_STRING")
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "HTTP_RANGE" not in request.META
    )


def _key(request: HttpRequest) -> Key:
    return (
        str(settings.RELEASED),
        request.path,
        *(request.COOKIES.get(name, "")[:8] for name in _CHOICES),
        request.META.get("HTTP_SAVE_DATA", "").lower()[:8],
        "gzip" if "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "") else "",
        "https" if request.is_secure() else "",
    )


def _stamp(village_id: str) -> Stamp | None:
    try:
        told = (Path(settings.RELEASED) / village_id / INDEX).stat()
    except OSError:
        return None
    return told.st_ino, told.st_mtime_ns, told.st_size


def _may_be_kept(response: HttpResponse) -> bool:
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and response.get("Content-Type", "").startswith("text/html")
        and len(response.content) <= LARGEST_PAGE
    )


def _again(request: HttpRequest, body: bytes, headers: dict[str, str]) -> HttpResponse:
    asked = request.META.get("HTTP_IF_NONE_MATCH", "")
    mark = headers.get("ETag", "")
    if asked and mark and _weak(mark) in {_weak(one) for one in parse_etags(asked)}:
        response: HttpResponse = HttpResponseNotModified()
        for name in _SAME:
            if name in headers:
                response[name] = headers[name]
        return response
    response = HttpResponse(body)
    for name, value in headers.items():
        response[name] = value
    return response


def _weak(mark: str) -> str:
    return mark.removeprefix("W/")
