"""The fictional territory and a real Chromium, made once for the whole test session."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from datasets import prepare, store
from datasets.demo import write_demo
from datasets.layers import build_territory
from datasets.raw import RawFolder
from geo import Analysis, Layers, analyse
from geo.territory import Territory
from tests.datasets.road_extracts import WEST_HALF, grid_pbf
from tests.once import once
from tests.serving.drawn import FLAGS, chromium_path

# With ``--no-loadscope-reorder`` the files start in this order: those that take a minute first, so
# that no process is left alone with one at the end, and the many short ones last. The first of
# all reads the official files once for the territories that the others look at.
_ORDER = (
    "real/test_region.py",
    "browser/",
    "real/test_app_region.py",
    "real/",
    "geo/test_analysis.py",
    "geo/test_secret_faces.py",
    "datasets/",
    "test_",
    "workspace/",
)
_TESTS = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        name = item.path.relative_to(_TESTS).as_posix()
        return next((at for at, first in enumerate(_ORDER) if name.startswith(first)), len(_ORDER))

    items.sort(key=place)


# A deadline would judge the machine, not the code: nothing here is timed.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def demo_raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's files in the official formats. Read only: copy it to damage it."""
    return once(tmp_path_factory, "demo-raw", write_demo)


@pytest.fixture(scope="session")
def demo_data(demo_raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder where the demo is built. Read only."""
    return once(
        tmp_path_factory,
        "demo-data",
        lambda data: build_territory(Territory("demo"), RawFolder(demo_raw), data),
    )


@pytest.fixture(scope="session")
def roads_data(demo_raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder where the demo is built on made-up roads of its western half. Read only.

    The extract stands beside: ``ouest.osm.pbf``.
    """

    def make(data: Path) -> None:
        extract = grid_pbf(data / "ouest.osm.pbf", WEST_HALF)
        said: list[str] = []
        prepare.build(
            Territory("demo"), data, from_dir=demo_raw, road_files=[extract], say=said.append
        )
        assert any(line.startswith("Temps de trajet à pied, 30 min") for line in said)

    return once(tmp_path_factory, "roads-data", make)


@pytest.fixture(scope="session")
def demo_layers(demo_data: Path) -> Layers:
    return store.load("demo", demo_data)


@pytest.fixture(scope="session")
def demo_analysis(demo_layers: Layers) -> Analysis:
    return analyse(demo_layers)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The Chromium of this machine, without which a test is skipped, or fails if it must run."""
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
