"""portal.village_bytes: what crosses the wire when a phone opens a village page the first time;
portal.village_warm: how fast the page is given again, beside a plain file of the same size.
"""

import gzip
import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from bench.figure import Figure, NotMeasured, fresh

RUNS = 3
CONNECTIONS, SECONDS = 8, 2.0
PLAIN = "ukur.bin"
_URL = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)""")


class _Parts(HTMLParser):
    """Collects what a browser loads for a page, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []
        self._folded = 0  # how deep in parts that are folded away

    def handle_endtag(self, tag: str) -> None:
        if tag == "details" and self._folded:
            self._folded -= 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "link":
            if set(given.get("rel", "").split()) & {"stylesheet", "preload", "icon", "manifest"}:
                self.loaded.append(given.get("href", ""))
        elif tag == "details" and (self._folded or "open" not in given):
            self._folded += 1
        elif tag == "img" and self._folded and given.get("loading") == "lazy":
            pass  # browsers ask for it when the part is unfolded
        elif tag in ("script", "img", "source", "iframe"):
            self.loaded.append(given.get("src", ""))


def over_the_wire(url: str) -> tuple[int, str, bytes]:
    """All bytes of the answer (status line, headers, body as sent), its type, its plain body."""
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    request = (
        f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept-Encoding: gzip\r\n"
        "Accept-Language: id\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=30) as line:
        line.sendall(request.encode("ascii"))
        answer = b""
        while piece := line.recv(65536):
            answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    if " 200 " not in lines[0] + " ":
        raise NotMeasured(f"{path}: {lines[0]}")
    headers = {
        name.strip().lower(): value.strip().lower()
        for name, _, value in (line_.partition(":") for line_ in lines[1:])
    }
    if headers.get("transfer-encoding") == "chunked":
        body = _joined(body)
    if headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    return len(answer), headers.get("content-type", ""), body


def _joined(chunked: bytes) -> bytes:
    whole = b""
    while chunked:
        size, _, chunked = chunked.partition(b"\r\n")
        length = int(size.split(b";")[0], 16)
        if not length:
            break
        whole, chunked = whole + chunked[:length], chunked[length + 2 :]
    return whole


def first_view(page: str) -> dict[str, int]:
    """Bytes by kind for everything a browser without a cache loads, fonts included."""
    sizes: dict[str, int] = {}
    waiting, seen = [page], {page}
    while waiting:
        url = waiting.pop()
        size, kind, body = over_the_wire(url)
        name = kind.split(";")[0].rsplit("/", 1)[-1] or "other"
        sizes[name] = sizes.get(name, 0) + size
        text = body.decode("utf-8", "replace") if "text" in kind else ""
        found: list[str] = []
        if "html" in kind:
            parts = _Parts()
            parts.feed(text)
            found = parts.loaded
        elif "css" in kind:
            found = _URL.findall(text)
        for address in found:
            target = urljoin(url, address).split("#", 1)[0]
            if not address or address.startswith(("data:", "#")) or target in seen:
                continue
            if urlsplit(target).netloc != urlsplit(page).netloc:
                raise NotMeasured(f"the page loads from another host: {urlsplit(target).netloc}")
            seen.add(target)
            waiting.append(target)
    return sizes


def _released_village(site: str) -> str:
    """The address of a village page that shows a release, found as a reader would find it."""
    _, _, body = over_the_wire(site + "/")
    parts = _Parts()
    parts.feed(body.decode("utf-8", "replace"))
    for link in parts.links:
        if re.fullmatch(r"/desa/[^/]+/", link):
            _, _, page = over_the_wire(site + link)
            if b"/terbitan/" in page:
                return site + link
    raise NotMeasured("the front page leads to no village with a release")


def sized(url: str) -> int:
    """Bytes of the body of a page as it is sent."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=30) as line:
        line.sendall(_asked(parts.path, parts.netloc))
        _rest, length = _answer(line, b"")
    return length


def per_second(url: str, seconds: float = SECONDS) -> float:
    """Answers per second to ``CONNECTIONS`` clients that keep their connection and ask again as
    soon as they were answered. Raises NotMeasured for any answer but 200."""
    parts = urlsplit(url)
    asked = _asked(parts.path, parts.netloc)
    counts = [0] * CONNECTIONS
    faults: list[str] = []
    begins = threading.Barrier(CONNECTIONS)

    def client(at: int) -> None:
        try:
            with socket.create_connection(
                (parts.hostname or "", parts.port or 80), timeout=30
            ) as line:
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                begins.wait()
                until, rest = time.perf_counter() + seconds, b""
                while time.perf_counter() < until:
                    line.sendall(asked)
                    rest, _length = _answer(line, rest)
                    counts[at] += 1
        except (OSError, NotMeasured) as fault:
            faults.append(str(fault))

    clients = [threading.Thread(target=client, args=(at,)) for at in range(CONNECTIONS)]
    started = time.perf_counter()
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    if faults:
        raise NotMeasured(faults[0])
    return sum(counts) / (time.perf_counter() - started)


def _asked(path: str, host: str) -> bytes:
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip\r\n"
        "Accept-Language: id\r\nConnection: keep-alive\r\n\r\n"
    ).encode("ascii")


def _answer(line: socket.socket, rest: bytes) -> tuple[bytes, int]:
    """Read one whole answer; what came after it, and the length of its body."""
    while b"\r\n\r\n" not in rest:
        piece = line.recv(65536)
        if not piece:
            raise NotMeasured("the server closed a connection that was to be kept")
        rest += piece
    head, _, rest = rest.partition(b"\r\n\r\n")
    if b" 200 " not in head[:20]:
        raise NotMeasured(head[:40].decode("latin-1"))
    found = re.search(rb"content-length: (\d+)", head.lower())
    if found is None:
        raise NotMeasured("an answer without its length")
    length = int(found.group(1))
    while len(rest) < length:
        rest += line.recv(65536)
    return rest[length:], length


def figures() -> Iterator[Figure]:
    with fresh() as place:
        place.serve()
        page = _released_village(place.url)
        runs = [first_view(page) for _ in range(RUNS)]
        size = sized(page)
        # A file without words is sent as it stands: as many bytes as the page has when it is sent.
        place.stop()
        (place.home / "var" / "static" / PLAIN).write_bytes(os.urandom(size))
        place.serve()
        page = place.url + urlsplit(page).path
        plain = place.url + "/static/" + PLAIN
        if sized(plain) != size:
            raise NotMeasured("the plain file is not sent as it stands")
        per_second(page, 0.5)
        pairs = [(per_second(page), per_second(plain)) for _ in range(RUNS)]
    totals = sorted(sum(run.values()) for run in runs)
    yield Figure(
        "portal.village_bytes",
        totals[len(totals) // 2] / 1000,
        "KB",
        RUNS,
        {f"{kind}_kb": round(size / 1000, 2) for kind, size in sorted(runs[-1].items())},
    )
    ratio, warm, beside = sorted((one / other, one, other) for one, other in pairs)[RUNS // 2]
    yield Figure(
        "portal.village_warm",
        ratio,
        "ratio to a static file of equal size from the same server",
        RUNS,
        {
            "page_per_second": round(warm, 1),
            "file_per_second": round(beside, 1),
            "body_bytes": size,
            "connections": CONNECTIONS,
        },
    )
