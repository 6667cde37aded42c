"""The measure of a page counts what a browser would load, as it is sent."""

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from bench import portal
from bench.figure import Figure, NotMeasured

PAGES = {
    "/": ("text/html", b'<a href="/desa/x/">X</a><a href="/desa/y/">Y</a>'),
    "/desa/x/": ("text/html", b"<p>belum ada"),
    "/desa/y/": (
        "text/html",
        b'<link rel="stylesheet" href="/s.css"><script src="/a.js"></script>'
        b'<img src="data:image/png;base64,x"><a href="/desa/y/terbitan/1/">1</a>' + b"x" * 5000,
    ),
    "/s.css": ("text/css", b"@font-face{src:url('f.woff2')} a{background:url(#x)}" + b" " * 5000),
    "/a.js": ("text/javascript", b"1"),
    "/f.woff2": ("font/woff2", bytes(range(256)) * 4),
    "/luar/": ("text/html", b'<script src="http://luar.example/x.js"></script>'),
}


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        kind, body = PAGES.get(self.path, ("", b""))
        self.send_response(200 if kind else 404)
        if kind.startswith("text") and "gzip" in self.headers["Accept-Encoding"]:
            body = gzip.compress(body)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", kind + "; charset=utf-8")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_the_first_view_counts_page_style_script_and_font(site: str) -> None:
    sizes = portal.first_view(site + "/desa/y/")
    assert set(sizes) == {"html", "css", "javascript", "woff2"}
    assert sizes["woff2"] > 1024  # as sent, with its head
    assert sizes["html"] < 1000  # compressed


def test_the_village_with_a_release_is_found(site: str) -> None:
    assert portal._released_village(site) == site + "/desa/y/"


def test_what_comes_from_another_host_is_no_figure(site: str) -> None:
    with pytest.raises(NotMeasured, match="another host"):
        portal.first_view(site + "/luar/")


def test_a_missing_page_is_no_figure(site: str) -> None:
    with pytest.raises(NotMeasured, match="404"):
        portal.first_view(site + "/hilang/")


def test_a_figure_survives_its_line() -> None:
    figure = Figure("a.b", 1.5, "seconds", 3, {"c": 2})
    assert Figure.from_line(figure.line()) == figure
