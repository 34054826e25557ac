"""A file of 200 MB sent to the app: refused in words, nothing kept of it, the others go on."""

from __future__ import annotations

import asyncio
import http.client
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from tests.serving.server import Server
from tests.serving.session import session
from tests.serving.watched import Watched

pytestmark = pytest.mark.browser

LONG = 120_000
SIZE = 200_000_000
# server.maxUploadSize of .streamlit/config.toml, and the room that Streamlit leaves to framing.
SERVER_LIMIT = 61 * 1024 * 1024
PIECE = b"\0" * 1_000_000


def test_a_file_of_200_mb_is_refused_in_words_before_it_leaves(
    watched: Watched, narrow: Watched, served: str, demo_data: Path, tmp_path: Path
) -> None:
    before = sorted(demo_data.rglob("*"))
    heavy = tmp_path / "heavy.csv"
    with heavy.open("wb") as target:
        target.truncate(SIZE)
    page = watched.page
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if one.method == "PUT" else None)
    page.goto(f"{served}/donnees?territoire=demo")
    place = page.locator("[data-testid=stFileUploader]").first
    place.wait_for(timeout=LONG)
    place.locator("input[type=file]").set_input_files(heavy)
    other = narrow.open_still(f"{served}/?territoire=demo")
    assert other.locator(".qpv-map path").count() > 10
    place.locator("[aria-invalid=true]").wait_for(timeout=LONG)
    shown = place.evaluate("box => getComputedStyle(box, '::after').content")
    assert "Fichier refusé : trop lourd" in shown
    place.scroll_into_view_if_needed()
    watched.shot("donnees-200-mo")
    assert sent == []
    # Were the limit of a place above that of the server, the server would answer 413.
    page.route("**/_stcore/upload_file/**", lambda route: route.fulfill(status=413))
    place.locator("input[type=file]").set_input_files(
        {"name": "light.csv", "mimeType": "text/csv", "buffer": b"a"}
    )
    refused = place.locator("[aria-invalid=true]").filter(has_text="light.csv")
    refused.wait_for(timeout=LONG)
    refused.hover()
    page.get_by_text("Fichier trop lourd : refusé.").first.wait_for(timeout=LONG)
    watched.shot("donnees-413")
    watched.errors.clear()  # the browser itself logs an answer of 413
    assert sorted(demo_data.rglob("*")) == before
    assert watched.errors == narrow.errors == []


def test_a_client_that_sends_it_all_the_same_is_cut_at_the_limit_of_the_server(
    server: Server, demo_data: Path
) -> None:
    before = sorted(demo_data.rglob("*"))
    with ThreadPoolExecutor(1) as aside:
        answers = aside.submit(asyncio.run, _send_all_the_same(server)).result()
    assert answers["told its size"] == 413
    assert answers["silent on its size"] == 413
    assert answers["most memory"] < 2 * SERVER_LIMIT
    assert answers["stranger"] == 400
    assert answers["without token"] == 403
    assert sorted(demo_data.rglob("*")) == before


async def _send_all_the_same(server: Server) -> dict[str, int]:
    process = psutil.Process(server.pid)
    token = _token(server)
    async with session(server.stream) as sender, session(server.stream) as reader:
        await sender.open("donnees", "territoire=demo")
        await reader.open("", "territoire=demo")
        path = await sender.upload_path("heavy.csv")
        memory = process.memory_info().rss
        told = await asyncio.to_thread(_put, server, path, token, {"Content-Length": str(SIZE)})
        pushing = asyncio.create_task(
            asyncio.to_thread(_put, server, path, token, {"Transfer-Encoding": "chunked"})
        )
        meanwhile = await reader.open("donnees", "territoire=demo")
        assert meanwhile.failures == []
        most = memory
        while not pushing.done():
            most = max(most, process.memory_info().rss)
            await asyncio.sleep(0.02)
        silent = await pushing
        stranger = await asyncio.to_thread(
            _put, server, "/_stcore/upload_file/personne/rien", token, {"Content-Length": "9"}
        )
        refused = await asyncio.to_thread(_put, server, path, "", {"Content-Length": "9"})
        after = await sender.open("donnees", "territoire=demo")
        assert after.failures == []
    return {
        "told its size": told, "silent on its size": silent, "most memory": most - memory,
        "stranger": stranger, "without token": refused,
    }  # fmt: skip


def _token(server: Server) -> str:
    """What Streamlit gives a browser so that another site cannot send in its name."""
    line = http.client.HTTPConnection(urlsplit(server.address).netloc, timeout=60)
    line.request("GET", "/_stcore/health")
    cookie = line.getresponse().getheader("Set-Cookie") or ""
    line.close()
    return cookie.partition("_streamlit_xsrf=")[2].partition(";")[0]


def _put(server: Server, path: str, token: str, headers: dict[str, str]) -> int:
    """The status answered; without a length, the whole body is pushed in pieces."""
    line = http.client.HTTPConnection(urlsplit(server.address).netloc, timeout=60)
    line.putrequest("PUT", path)
    wanted = {
        "Content-Type": "multipart/form-data; boundary=limite", "X-Xsrftoken": token,
        "Cookie": f"_streamlit_xsrf={token}", **headers,
    }  # fmt: skip
    for name, value in wanted.items():
        line.putheader(name, value)
    line.endheaders()
    if "Transfer-Encoding" in headers:
        try:
            for piece in _body():
                line.send(b"%x\r\n%b\r\n" % (len(piece), piece))
            line.send(b"0\r\n\r\n")
        except OSError:  # the server has answered and hung up
            pass
    status = line.getresponse().status
    line.close()
    return status


def _body() -> Iterator[bytes]:
    yield (b'--limite\r\nContent-Disposition: form-data; name="f"; filename="heavy.csv"\r\n\r\n')
    for _ in range(SIZE // len(PIECE)):
        yield PIECE
    yield b"\r\n--limite--\r\n"
