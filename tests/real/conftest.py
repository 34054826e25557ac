"""Official files beside the project: read where they are, never copied."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from datasets import store
from datasets.layers import build_territory
from datasets.raw import RawFolder
from geo import Analysis, Layers, analyse
from geo.territory import parse_territory
from tests.once import once

_DEFAULT = Path(__file__).resolve().parents[2].parent / "shared" / "mirror"


@pytest.fixture(scope="session")
def mirror() -> Path:
    """The folder of official files (``QPV_MIRROR`` or ../shared/mirror), or a skip that says so."""
    folder = Path(os.environ.get("QPV_MIRROR", _DEFAULT))
    if not (folder / "qpv_2024").is_dir():
        pytest.skip(f"official files are absent from {folder}: real-file tests are skipped")
    return folder


@pytest.fixture(scope="session")
def region_data(mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder where Auvergne-Rhône-Alpes is built, once for all. Read only."""
    return once(
        tmp_path_factory,
        "region",
        lambda data: build_territory(parse_territory("region:84"), RawFolder(mirror), data),
    )


@pytest.fixture(scope="session")
def region_layers(region_data: Path) -> Layers:
    return store.load("region-84", region_data)


@pytest.fixture(scope="session")
def region(region_layers: Layers) -> Analysis:
    return analyse(region_layers)
