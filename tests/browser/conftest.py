"""The served app and its readers, on this machine only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.serving.server import Server, serve
from tests.serving.watched import VISITED, Watched


@pytest.fixture(scope="session")
def server(demo_data: Path) -> Iterator[Server]:
    """The app, serving the demo."""
    with serve(demo_data) as running:
        yield running


@pytest.fixture(scope="session")
def served(server: Server) -> str:
    """The address of the app, serving the demo."""
    return server.address


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
