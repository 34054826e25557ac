"""A territory built from the screen Données: to its end, stopped, its process killed."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import Page

from datasets import build_job, store
from datasets.build_job import JOB_FOLDER
from datasets.build_worker import LOCK
from tests.serving.server import serve
from tests.serving.watched import Watched, as_read

pytestmark = pytest.mark.browser

LONG = 120_000
# The build is in its middle: it has said this much of its steps, and has as many to come.
MIDDLE = 0.3


def test_a_build_ends_is_stopped_or_dies_and_the_last_good_one_stays(
    watched: Watched, narrow: Watched, tmp_path: Path
) -> None:
    with serve(tmp_path) as server:
        page = watched.open_still(f"{server.address}/donnees")
        page.get_by_text("Aucun territoire n'est encore construit").wait_for()
        _to_its_end(watched, tmp_path)
        first = _build(tmp_path)
        _opens_its_map(watched)
        page.get_by_role("link", name="Données").click()
        _stopped(watched, narrow, server.address, tmp_path)
        assert _build(tmp_path) == first
        _killed(watched, tmp_path)
        assert _build(tmp_path) == first
        page.get_by_role("button", name="Relancer : ").click()
        page.get_by_text("est construit : il est dans la liste").wait_for()
        # Content names a build: the same files make the same.
        assert _build(tmp_path) == first
    assert watched.outside == narrow.outside == []
    assert watched.errors == narrow.errors == []


def _to_its_end(watched: Watched, data: Path) -> None:
    _ask(watched.page)
    shares = _shares_until(watched.page, "est construit : il est dans la liste")
    assert shares == sorted(shares)
    assert len(set(shares)) >= 3
    assert not (data / JOB_FOLDER / "cancelled").exists()
    watched.shot("construction-finie")


def _opens_its_map(watched: Watched) -> None:
    page = watched.page
    page.get_by_role("button", name="Ouvrir : ").click()
    watched.still()
    offered = page.get_by_role("combobox", name="Territoire").first.input_value()
    assert offered == "Territoire de démonstration (données fictives)"
    page.get_by_role("link", name="Carte").click()
    page.get_by_role("heading", name="Carte").wait_for()
    watched.still()
    assert page.locator(".qpv-map path").count() > 10
    assert "territoire=demo" in page.url


def _stopped(watched: Watched, narrow: Watched, address: str, data: Path) -> None:
    page, other = watched.page, narrow.page
    _ask(page)
    _until_the_middle(data)
    # Whoever opens the screen sees the same build; it waits, or a slow page would come after it.
    worker = build_job.account(data).job.pid
    os.kill(worker, signal.SIGSTOP)
    other.goto(f"{address}/donnees")
    other.get_by_role("progressbar").wait_for()
    os.kill(worker, signal.SIGCONT)
    page.get_by_role("button", name="Arrêter la construction").click()
    for one in (page, other):
        said = one.get_by_text("Construction arrêtée : ")
        said.wait_for()
        assert "Ce qui était construit n'a pas changé" in said.inner_text()
    watched.shot("construction-arretee")
    narrow.shot("construction-arretee-390")
    _lock_is_free(data)


def _killed(watched: Watched, data: Path) -> None:
    page = watched.page
    _ask(page)
    _until_the_middle(data)
    os.kill(build_job.account(data).job.pid, signal.SIGKILL)
    said = page.get_by_text("Construction interrompue : ")
    said.wait_for()
    text = as_read(said.inner_text())
    assert "Ce qui était construit n'a pas changé" in text
    assert "À faire : relancez-la" in text
    watched.shot("construction-interrompue")
    _lock_is_free(data)


def _ask(page: Page) -> None:
    box = page.get_by_role("textbox", name="Territoire à construire")
    box.fill("démonstration")
    box.press("Enter")
    page.get_by_role("button", name="Construire : ").click()


def _shares_until(page: Page, words: str) -> list[float]:
    """The values that the progress bar took until ``words`` are on the page."""
    shares: list[float] = []
    until = time.monotonic() + LONG / 1000
    while not page.get_by_text(words).count():
        assert time.monotonic() < until, shares
        # Read at once: the bar goes away when the build ends.
        bars = page.get_by_role("progressbar")
        told = bars.evaluate_all("bars => bars.map(bar => bar.getAttribute('aria-valuenow'))")
        shares += [float(one or 0) for one in told[:1]]
        page.wait_for_timeout(200)
    return shares


def _until_the_middle(data: Path) -> None:
    """Until the build asked for runs and is in its middle: the account may still tell the last."""
    until = time.monotonic() + LONG / 1000
    while not ((now := build_job.account(data)) and now.running and now.share >= MIDDLE):
        assert time.monotonic() < until, now
        time.sleep(0.05)


def _lock_is_free(data: Path) -> None:
    with FileLock(data / JOB_FOLDER / LOCK, timeout=30):
        pass


def _build(data: Path) -> str:
    [entry] = store.list_built(data)
    assert len(store.load(entry.slug, data)["qpv"]) == 18
    return str(entry.manifest["build"])
