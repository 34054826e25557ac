"""A real HTTP server on 127.0.0.1 that can be told to misbehave.

``Site.pages`` maps a path to what it serves; each ``Page`` holds a list of ``faults`` used one
request after the other, after which it serves honestly. Every request is kept in ``asked``.
"""

from __future__ import annotations

import io
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass
class Asked:
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""


@dataclass
class Page:
    """``faults``: "500", "404", "429:3", "429:<date>", "cut:100", "delay:0.5", "html",
    "longer:50", "shorter:50", "reset", "bad-range", "to:<url>" or "" (honest)."""

    body: bytes | Callable[[Asked], bytes] = b""
    etag: str = ""
    last_modified: str = ""
    ranges: bool = True
    length: bool = True
    kind: str = "application/octet-stream"
    faults: list[str] = field(default_factory=list)
    always: str = ""


class Site:
    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.asked: list[Asked] = []
        self.url = ""
        self.lock = threading.Lock()

    def put(self, path: str, body: bytes | Callable[[Asked], bytes] = b"", **more: object) -> Page:
        self.pages[path] = Page(body, **more)  # type: ignore[arg-type]
        return self.pages[path]

    def asked_of(self, path: str) -> list[Asked]:
        return [each for each in self.asked if each.path == path]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def log_message(self, format: str, *args: object) -> None:
        del format, args

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])))

    def do_GET(self) -> None:
        self._answer(b"")

    def _answer(self, body: bytes) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        asked = Asked(parts.path, query, dict(self.headers), body)
        with self.site.lock:
            self.site.asked.append(asked)
            page = self.site.pages.get(parts.path)
            fault = ""
            if page is not None:
                fault = page.faults.pop(0) if page.faults else page.always
        try:
            self._serve(page, asked, fault)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _serve(self, page: Page | None, asked: Asked, fault: str) -> None:
        name, _, value = fault.partition(":")
        if page is None or name == "404":
            self._plain(404, b"<html>introuvable</html>")
        elif name in ("500", "503", "403"):
            self._plain(int(name), b"<html>panne</html>")
        elif name == "429":
            self._plain(429, b"", {"Retry-After": value} if value else {})
        elif name == "html":
            self._plain(200, b"<!DOCTYPE html><html><body>Maintenance</body></html>")
        elif name == "to":
            self._plain(302, b"", {"Location": value})
        elif name == "reset":
            self.close_connection = True
        else:
            self._file(page, asked, name, value)

    def _plain(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _file(self, page: Page, asked: Asked, fault: str, value: str) -> None:
        body = page.body(asked) if callable(page.body) else page.body
        headers = asked.headers
        if page.etag and headers.get("If-None-Match") == page.etag:
            self.send_response(304)
            self.end_headers()
            return
        if page.last_modified and headers.get("If-Modified-Since") == page.last_modified:
            self.send_response(304)
            self.end_headers()
            return
        start = self._start(page, headers)
        if start >= len(body) > 0:
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(body)}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        rest = body[start:]
        announced = len(rest)
        if fault == "longer":
            announced += int(value)
        if fault == "shorter":
            announced -= int(value)
        self.send_response(206 if start else 200)
        if start:
            shown = start + 1 if fault == "bad-range" else start
            self.send_header("Content-Range", f"bytes {shown}-{len(body) - 1}/{len(body)}")
        self.send_header("Content-Type", page.kind)
        if page.etag:
            self.send_header("ETag", page.etag)
        if page.last_modified:
            self.send_header("Last-Modified", page.last_modified)
        if page.length:
            self.send_header("Content-Length", str(announced))
        else:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if fault == "delay":
            time.sleep(float(value))
        if fault in ("cut", "hang"):
            self.wfile.write(rest[: int(value)])
            self.wfile.flush()
            if fault == "hang":
                time.sleep(30)
            self.close_connection = True
            return
        self.wfile.write(rest)
        if fault in ("longer", "shorter"):
            self.close_connection = True

    def _start(self, page: Page, headers: dict[str, str]) -> int:
        wanted = headers.get("Range", "")
        if not page.ranges or not wanted:
            return 0
        condition = headers.get("If-Range", "")
        if condition and condition not in (page.etag, page.last_modified):
            return 0
        return int(wanted.removeprefix("bytes=").partition("-")[0])


@contextmanager
def serving() -> Iterator[Site]:
    """The server, for the time of a test."""
    site = Site()
    handler = type("Handler", (_Handler,), {"site": site})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.block_on_close = False
    site.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def zipped(text: str = "code;valeur\n01001;1\n", name: str = "data.csv", filler: int = 0) -> bytes:
    """A small stored (not compressed) zip, made larger by ``filler`` bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), text)
        if filler:
            archive.writestr(zipfile.ZipInfo("filler.bin"), bytes(range(256)) * (filler // 256))
    return stream.getvalue()
