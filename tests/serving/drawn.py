"""What a reader waits for and receives: a page opened in Chromium until its map is drawn."""

from __future__ import annotations

import base64
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, sync_playwright

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_NAMES = ("chromium", "chromium-browser", "google-chrome")
# Streamlit's own scripts, then the map's: fetched once, kept by the browser for a year.
_STREAMLIT = ("/static/", "/_stcore/", "/favicon")
_LIBRARIES = ("/app/static/vendor/", "/component/")
MAP_DRAWN = '[data-ready="1"], path[role=button]'
_PATIENCE_MS = 120_000
# The first frame where the sign is found, in whatever document or shadow it is, then two frames
# of the browser, so that what is told has been painted.
_WATCH = """
(() => {
  const has = (root) => root.querySelector(SIGN) ||
    [...root.querySelectorAll("*")].some((one) => one.shadowRoot && has(one.shadowRoot));
  const look = () => {
    if (!document.documentElement || !has(document)) { setTimeout(look, 20); return; }
    requestAnimationFrame(() => requestAnimationFrame(() => {
      window.drawnAt = performance.timeOrigin + performance.now();
    }));
  };
  look();
})();
"""


def chromium_path() -> str | None:
    """The Chromium of this machine, None when there is none."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """That Chromium, started; the path must exist."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Received:
    """Bytes that came to the browser: as they are, and as a compressing server would send them."""

    plain: int = 0
    packed: int = 0

    def add(self, body: bytes) -> None:
        self.plain += len(body)
        self.packed += len(zlib.compress(body, 6))


@dataclass
class Opening:
    """One page opened by a browser that has never been here."""

    seconds: float = 0.0
    outside: list[str] = field(default_factory=list)
    ours: Received = field(default_factory=Received)
    libraries: Received = field(default_factory=Received)
    streamlit: Received = field(default_factory=Received)


def opening(browser: Browser, address: str, sign: str = MAP_DRAWN, weigh: bool = False) -> Opening:
    """Seconds from navigation until ``sign`` (a CSS selector) is painted, in any frame.

    ``weigh`` also counts what came, which costs time: never both in one measure.
    """
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="fr-FR")
    page = context.new_page()
    page.add_init_script(_WATCH.replace("SIGN", repr(sign)))
    found = Opening()
    page.on("request", lambda request: _outside(found, request.url))
    bodies: list = []
    if weigh:
        wire = context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.on("Network.webSocketFrameReceived", lambda event: _frame(found, event))
        page.on("response", lambda response: bodies.append(response))
    page.goto(address, wait_until="commit")
    start = page.evaluate("performance.timeOrigin")
    waited = 0
    drawn = None
    while drawn is None and waited < _PATIENCE_MS:
        drawn = next(filter(None, (_drawn_at(frame) for frame in page.frames)), None)
        page.wait_for_timeout(50)
        waited += 50
    if drawn is None:
        raise TimeoutError(f"nothing drawn at {address}: {page.inner_text('body')[:400]}")
    found.seconds = (drawn - start) / 1000
    if weigh:
        # What follows the map (table, expanders, the answers of the components) counts too.
        page.wait_for_timeout(3_000)
        for response in bodies:
            _response(found, response)
    context.close()
    return found


def _drawn_at(frame) -> float | None:
    try:
        return frame.evaluate("window.drawnAt || null")
    except Exception:
        # A frame that is being replaced has nothing drawn.
        return None


def _outside(found: Opening, url: str) -> None:
    if not url.startswith(("data:", "blob:", "about:", "http://127.0.0.1", "ws://127.0.0.1")):
        found.outside.append(url)


def _frame(found: Opening, event: dict) -> None:
    payload, binary = event["response"]["payloadData"], event["response"]["opcode"] == 2
    found.ours.add(base64.b64decode(payload) if binary else payload.encode())


def _response(found: Opening, response) -> None:
    try:
        body = response.body()
    except Exception:
        # A redirection or an answer without body.
        return
    path = "/" + response.url.split("/", 3)[-1]
    if path.split("?")[0] == "/" or path.startswith(_STREAMLIT):
        found.streamlit.add(body)
    elif path.startswith(_LIBRARIES):
        found.libraries.add(body)
    else:
        found.ours.add(body)
