"""The fictional territory, written and built once for the whole test session."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from datasets import store
from datasets.demo import write_demo
from datasets.layers import build_territory
from datasets.raw import RawFolder
from geo import Analysis, Layers, analyse
from geo.territory import Territory
from tests.once import once

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
def demo_layers(demo_data: Path) -> Layers:
    return store.load("demo", demo_data)


@pytest.fixture(scope="session")
def demo_analysis(demo_layers: Layers) -> Analysis:
    return analyse(demo_layers)
