"""Official files beside the project: read where they are, never copied."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import FunctionType

import pandas as pd
import pytest

from datasets import prepare, store
from datasets.brought.own_files import OwnFiles
from datasets.layers import build_territory
from datasets.layers.intake import Intake, Reader
from datasets.raw import RawFile, RawFolder
from datasets.reading import Reading
from geo import Analysis, Layers, analyse
from geo.territory import parse_territory
from tests.once import once

_DEFAULT = Path(__file__).resolve().parents[2].parent / "shared" / "mirror"
# Brought by hand: what the list of an ARS looks like, on three real communes.
ZONES = (
    "code_commune;code_tvs;code_qp;zone;annee;source\n"
    "42187;84T01;;;2026;Liste de démonstration du test\n"
    ";84T01;;ZAC;2026;Liste de démonstration du test\n"
    "69256;;;hors;2026;Liste de démonstration du test\n"
    ";;QN04217M;ZIP;2026;Liste de démonstration du test\n"
)
QUINTILES = "code;quintile;annee\n42187;4;2020\n69256;5;2020\n42218;2;2020\n"


@pytest.fixture(scope="session")
def mirror() -> Path:
    """The folder of official files (``QPV_MIRROR`` or ../shared/mirror), or a skip that says so."""
    folder = Path(os.environ.get("QPV_MIRROR", _DEFAULT))
    if not (folder / "qpv_2024").is_dir():
        pytest.skip(f"official files are absent from {folder}: real-file tests are skipped")
    return folder


@pytest.fixture(scope="session")
def read_once(mirror: Path) -> Iterator[None]:
    """An official file is read once by a process, however many territories it builds.

    Nine tenths of a build are that reading, which depends on the file alone.
    """
    kept: dict[tuple[Reader, Path], Reading] = {}
    read_one = Intake._read_one

    def from_kept(intake: Intake, file: RawFile, reader: Reader) -> pd.DataFrame:
        # A function made on the spot may hold the territory that it reads for.
        alone = isinstance(reader, FunctionType) and reader.__closure__ is None
        if not (alone and file.path.is_relative_to(mirror)):
            return read_one(intake, file, reader)

        def reads(path: Path) -> Reading:
            if (reader, path) not in kept:
                kept[reader, path] = reader(path)
            found = kept[reader, path]
            return replace(found, frame=found.frame.copy())

        return read_one(intake, file, reads)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Intake, "_read_one", from_kept)
        yield


@pytest.fixture(scope="session")
def region_data(mirror: Path, read_once: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder where Auvergne-Rhône-Alpes is built, once for all. Read only."""
    return once(
        tmp_path_factory,
        "region",
        lambda data: build_territory(parse_territory("region:84"), RawFolder(mirror), data),
    )


@pytest.fixture(scope="session")
def zoned_data(mirror: Path, read_once: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, with a list of medical zones and deprivation quintiles brought by hand."""

    def make(data: Path) -> None:
        zones, quintiles = data / "zones.csv", data / "fdep.csv"
        zones.write_text(ZONES, encoding="utf-8")
        quintiles.write_text(QUINTILES, encoding="utf-8")
        prepare.build(
            parse_territory("region:84"), data, from_dir=mirror,
            own=OwnFiles(zoning=[zones], fdep=[quintiles]), say=lambda step: None,
        )  # fmt: skip

    return once(tmp_path_factory, "region-zoned", make)


@pytest.fixture(scope="session")
def region_layers(region_data: Path) -> Layers:
    return store.load("region-84", region_data)


@pytest.fixture(scope="session")
def region(region_layers: Layers) -> Analysis:
    return analyse(region_layers)
