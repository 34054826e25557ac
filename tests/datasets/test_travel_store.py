"""Travel times of a built territory: published with its tables, checked before they are used."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from datasets import store
from geo.checks import BadMinutes
from geo.errors import BadInput
from geo.schema import Layers
from geo.times.matrix import TravelTimes
from tests.datasets.tables import small_layers


def times(mode: str = "car", minute: float = 4.5) -> TravelTimes:
    return TravelTimes(
        np.array([0, 2, 2], np.int64),
        np.array([1, 0], np.int32),
        np.array([0.0, minute], np.float32),
        np.array(["d1", "d2"], object),
        np.array(["s1", "s2"], object),
        mode,  # type: ignore[arg-type]
        20.0,
        "pour l'essai",
    )


def travelled(minute: float = 4.5) -> Layers:
    travel = {"car": times("car", minute), "car:sage_femme": times(), "walk": times("walk")}
    return replace(small_layers(), travel=travel)


def test_travel_times_are_read_back_as_they_were(tmp_path: Path) -> None:
    built = store.write(travelled(), {}, "demo", tmp_path)
    read = store.load("demo", tmp_path).travel
    assert list(read) == ["car", "car:sage_femme", "walk"]
    assert (read["walk"].mode, read["car"].max_min, read["car"].provenance) == (
        "walk",
        20.0,
        "pour l'essai",
    )
    assert read["car"].indptr.tolist() == [0, 2, 2]
    assert read["car"].indices.tolist() == [1, 0]
    assert read["car"].minutes.tolist() == [0.0, 4.5]
    assert read["car"].demand_ids.tolist() == ["d1", "d2"]
    assert read["car"] is read["car"]
    entry = built.manifest["travel"]["car:sage_femme"]
    assert entry["file"] == "travel-car-sage_femme.parquet"
    assert (entry["pairs"], entry["demand"], entry["supply"]) == (2, 2, 2)


def test_a_territory_without_roads_has_no_travel_times(tmp_path: Path) -> None:
    store.write(small_layers(), {}, "demo", tmp_path)
    assert dict(store.load("demo", tmp_path).travel) == {}


def test_other_minutes_make_another_build(tmp_path: Path) -> None:
    first = store.write(travelled(), {}, "demo", tmp_path)
    assert store.write(travelled(), {}, "demo", tmp_path).path == first.path
    assert store.write(travelled(5.0), {}, "demo", tmp_path).path != first.path


def test_bad_minutes_publish_nothing(tmp_path: Path) -> None:
    before = store.write(travelled(), {}, "demo", tmp_path)
    with pytest.raises(BadMinutes, match="d1 → s1"):
        store.write(travelled(-1.0), {}, "demo", tmp_path)
    odd = replace(small_layers(), travel={"../car": times()})
    with pytest.raises(BadInput, match=r"\.\./car"):
        store.write(odd, {}, "demo", tmp_path)
    assert store.find("demo", tmp_path).path == before.path


def test_damaged_times_are_refused_by_name_and_mended_by_building_again(tmp_path: Path) -> None:
    built = store.write(travelled(), {}, "demo", tmp_path)
    whole = (built.path / "travel-car.parquet").read_bytes()
    for damage in (b"PAR1 not really", whole[:-9], b""):
        (built.path / "travel-car.parquet").write_bytes(damage)
        with pytest.raises(store.DamagedBuild, match=r"travel-car\.parquet.*qpv build demo"):
            store.load("demo", tmp_path).travel["car"]
        with pytest.raises(store.DamagedBuild):
            store.check("demo", tmp_path)
        assert store.load("demo", tmp_path).travel["walk"].nnz == 2
        store.write(travelled(), {}, "demo", tmp_path)
        assert store.load("demo", tmp_path).travel["car"].nnz == 2


def test_absent_times_are_seen_on_opening(tmp_path: Path) -> None:
    built = store.write(travelled(), {}, "demo", tmp_path)
    opened = store.load("demo", tmp_path)
    (built.path / "travel-walk.parquet").unlink()
    with pytest.raises(store.DamagedBuild, match=r"travel-walk\.parquet"):
        store.load("demo", tmp_path)
    with pytest.raises(store.DamagedBuild, match=r"travel-walk\.parquet"):
        opened.travel["walk"]
