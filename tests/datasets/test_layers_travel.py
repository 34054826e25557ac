"""Building a territory along roads: times for all its places, what is off the roads listed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from datasets import prepare, store
from geo.access.gp import travel_rows
from geo.analysis import analyse
from geo.errors import BadInput
from geo.maps.data import map_data
from geo.parameters import Parameters
from geo.report import attributions
from geo.schema import Layers
from geo.territory import Territory
from tests.datasets.road_extracts import DEMO_BOX, grid_pbf

DEMO = Territory("demo")
WEST, SOUTH, EAST, NORTH = DEMO_BOX
HALF = (WEST, SOUTH, -4.0, NORTH)


@pytest.fixture(scope="module")
def built(demo_raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder where the demo is built on the roads of its western half."""
    data = tmp_path_factory.mktemp("roads")
    extract = grid_pbf(data / "ouest.osm.pbf", HALF)
    said: list[str] = []
    prepare.build(DEMO, data, from_dir=demo_raw, road_files=[extract], say=said.append)
    assert any(line.startswith("Temps de trajet à pied, 30 min") for line in said)
    return data


@pytest.fixture(scope="module")
def layers(built: Path) -> Layers:
    return store.load("demo", built)


def test_times_lead_from_every_place_on_the_roads_to_the_supply(layers: Layers) -> None:
    car, walk, midwives = (layers.travel[key] for key in ("car", "walk", "car:sage_femme"))
    assert (car.mode, car.max_min) == ("car", Parameters().reach_min)
    assert (midwives.mode, midwives.max_min) == ("car", 30.0)
    assert (walk.mode, walk.max_min) == ("walk", 30.0)
    rows = travel_rows(layers, Parameters())
    west = rows[rows.geometry.x < -4.02]["id"]
    east = rows[rows.geometry.x > -3.97]["id"]
    assert set(west) <= set(car.demand_ids)
    assert not set(east) & set(car.demand_ids)
    supply = layers["supply"]
    assert set(midwives.supply_ids) <= set(
        supply.loc[supply["profession"] == "sage_femme", "supply_id"]
    )
    assert set(midwives.supply_ids) < set(car.supply_ids) <= set(supply["supply_id"])
    assert car.nnz > walk.nnz > 0


def test_what_is_off_the_roads_is_listed(layers: Layers) -> None:
    off = layers["problems"].query("source_id == 'osm_roads'")
    rows = len(travel_rows(layers, Parameters()))
    known = layers.geo("supply").geometry
    places = rows + int((~(known.isna() | known.is_empty)).sum())
    for mode in ("car", "walk"):
        listed = off[off["column"] == mode]
        assert set(listed["kind"]) == {"unmatched"}
        assert listed["count"].sum() == places - sum(layers.travel[mode].shape)
        assert listed["message"].str.contains("aucun temps par la route").all()


def test_the_roads_are_a_source_with_their_licence_date_and_hash(layers: Layers) -> None:
    row = layers["sources"].set_index("source_id").loc["osm_roads"]
    assert row["licence"] == "ODbL 1.0"
    assert row["vintage"] == "2026-01-02"
    assert row["files"] == "ouest.osm.pbf"
    assert len(row["sha256"]) == 64
    assert "données du 2026-01-02" in layers.travel["car"].provenance


def test_times_are_those_of_the_grid(layers: Layers) -> None:
    """Along a grid at 64 km/h: never faster than the straight line, nor much longer than the two
    sides of its rectangle and two walks to the road."""
    car = layers.travel["car"]
    rows = travel_rows(layers, Parameters()).set_index("id").geometry.to_crs("EPSG:2154")
    supply = layers.geo("supply").set_index("supply_id").geometry.to_crs("EPSG:2154")
    start, end = rows[car.demand_ids], supply[car.supply_ids]
    of = np.repeat(np.arange(len(start)), np.diff(car.indptr))
    dx = np.abs(start.x.to_numpy()[of] - end.x.to_numpy()[car.indices])
    dy = np.abs(start.y.to_numpy()[of] - end.y.to_numpy()[car.indices])
    per_metre = 60 / 64_000
    assert (car.minutes >= np.hypot(dx, dy) * per_metre * 0.99 - 1e-3).all()
    assert (car.minutes <= (dx + dy + 4000) * per_metre + 12.1).all()


def test_the_same_roads_give_the_same_build(built: Path, demo_raw: Path) -> None:
    before = store.find("demo", built)
    again = prepare.build(
        DEMO, built, from_dir=demo_raw, road_files=[built / "ouest.osm.pbf"], say=lambda _: None
    )
    assert again.path == before.path


def test_an_extract_in_the_raw_folder_is_used(demo_raw: Path, tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    for folder in demo_raw.iterdir():
        (raw / folder.name).symlink_to(folder)
    (raw / "osm_roads").mkdir()
    grid_pbf(raw / "osm_roads" / "ile.osm.pbf", HALF, step_deg=0.05)
    built = prepare.build(DEMO, tmp_path, from_dir=raw, say=lambda _: None)
    assert set(built.manifest["travel"]) == {"car", "car:sage_femme", "walk"}


def test_an_absent_or_foreign_extract_builds_nothing(demo_raw: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"introuvable.*nulle\.osm\.pbf"):
        prepare.build(
            DEMO, tmp_path, from_dir=demo_raw, road_files=[tmp_path / "nulle.osm.pbf"], say=print
        )
    far = grid_pbf(tmp_path / "loin.osm.pbf", (6.0, 45.0, 6.1, 45.1))
    with pytest.raises(BadInput, match=r"Aucune route de loin\.osm\.pbf"):
        prepare.build(DEMO, tmp_path, from_dir=demo_raw, road_files=[far], say=lambda _: None)
    assert store.list_built(tmp_path) == []


def test_the_map_and_the_exports_name_openstreetmap_and_its_licence(
    layers: Layers, demo_layers: Layers
) -> None:
    analysis = analyse(layers)
    [line] = [line for line in attributions(analysis) if "OpenStreetMap" in line]
    assert line.startswith("© les contributeurs d'OpenStreetMap, ")
    assert "licence ODbL 1.0" in line
    shown = map_data(analysis, layers)["attribution"]
    assert "© les contributeurs d&#x27;OpenStreetMap" in shown
    without = map_data(analyse(demo_layers), demo_layers)["attribution"]
    assert "OpenStreetMap" not in without
