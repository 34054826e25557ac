"""A real Chromium and a served app, on this machine only."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.serving.drawn import FLAGS, chromium_path
from tests.serving.server import ROOT, Server, serve

SHOTS = ROOT / "artifacts"
# Chromium tells of header names it does not know; Streamlit asks its own health address under the
# page's path first when a page other than the first is opened directly. Neither is ours.
_NOT_OURS = ("Unrecognized feature", "allow-scripts and allow-same-origin", "/_stcore/")


# Somebody who already took the guided visit: it stands above the screens of who comes first.
VISITED = {
    "name": "qpv_visite", "value": "faite", "domain": "127.0.0.1", "path": "/"
}  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = chromium_path()
    if found is None:
        message = "no Chromium on this machine: install it (apt-get install chromium)"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(demo_data: Path) -> Iterator[Server]:
    """The app, serving the demo."""
    with serve(demo_data) as running:
        yield running


@pytest.fixture(scope="session")
def served(server: Server) -> str:
    """The address of the app, serving the demo."""
    return server.address


class Watched:
    """A page, with every request that left the machine and every error it met."""

    def __init__(self, page: Page):
        self.page = page
        self.outside: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self._request(request.url))
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _request(self, url: str) -> None:
        local = ("data:", "blob:", "about:", "file:", "http://127.0.0.1", "ws://127.0.0.1")
        if not url.startswith(local):
            self.outside.append(url)

    def _console(self, message) -> None:
        text = f"{message.text} {message.location.get('url', '')}"
        if message.type == "error" and not any(known in text for known in _NOT_OURS):
            self.errors.append(text)

    def shot(self, name: str) -> None:
        SHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png")


@pytest.fixture
def watched(chromium: Browser) -> Iterator[Watched]:
    context = chromium.new_context(
        viewport={"width": 1440, "height": 1000}, accept_downloads=True, locale="fr-FR"
    )
    context.add_cookies([VISITED])
    yield Watched(context.new_page())
    context.close()


@pytest.fixture
def narrow(chromium: Browser) -> Iterator[Watched]:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="fr-FR")
    context.add_cookies([VISITED])
    yield Watched(context.new_page())
    context.close()
