"""A page of Chromium, watched: what left the machine, what failed, what a screen reader meets."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.serving.server import ROOT

SHOTS = ROOT / "artifacts"
# Somebody who already took the guided visit: it stands above the screens of who comes first.
VISITED = {
    "name": "qpv_visite", "value": "faite", "domain": "127.0.0.1", "path": "/"
}  # fmt: skip
# Whatever a page waits for, on the slowest of machines: a wait that is over costs nothing.
LONG_MS = 180_000
# Chromium tells of header names it does not know; Streamlit asks its own health address under the
# page's path first when a page other than the first is opened directly. Neither is ours.
_NOT_OURS = ("Unrecognized feature", "allow-scripts and allow-same-origin", "/_stcore/")
_STILL = "[data-testid=stApp][data-test-script-state=notRunning]"
_DRAWN = """() => [...document.querySelectorAll('.qpv-map')]
  .every((one) => one.querySelector("[data-ready='1']"))
  && [...document.images].every((one) => one.complete)
  && !document.querySelector('[data-testid=stSkeleton]')"""


class Watched:
    """A page, with every request that left the machine and every error it met."""

    def __init__(self, page: Page):
        self.page = page
        self.outside: list[str] = []
        self.errors: list[str] = []
        page.set_default_timeout(LONG_MS)
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

    def open_still(self, address: str) -> Page:
        """Open a screen and wait until it is whole: title, script at rest, map and pictures."""
        self.page.goto(address)
        return self.still()

    def still(self) -> Page:
        """Wait until the screen in view is whole."""
        self.page.locator("h1").first.wait_for()
        return self.at_rest()

    def at_rest(self) -> Page:
        """Wait until nothing runs or is still to come; a page that says an error has no title."""
        self.page.locator(_STILL).wait_for()
        self.page.wait_for_function(_DRAWN)
        return self.page


def as_read(text: str) -> str:
    """The words of a page, whatever spaces hold their signs on the line."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def serious(page: Page) -> list[tuple[str, list[str]]]:
    """The serious and critical findings of axe: what is wrong, and where."""
    return [
        (found["id"], [node["html"][:160] for node in found["nodes"]])
        for found in Axe().run(page).response["violations"]
        if found["impact"] in ("serious", "critical")
    ]
