"""Building a territory along roads: times for all its places, what is off the roads listed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from datasets import prepare, store
from datasets.outreach.streets import walking_graph
from datasets.prepare import road_network
from geo.access.gp import travel_rows
from geo.analysis import analyse
from geo.errors import BadInput
from geo.maps.data import map_data
from geo.outreach import Asked
from geo.outreach.record import order_words, tour_frame
from geo.outreach.round import make_round
from geo.outreach.streets import streets_around
from geo.parameters import Parameters
from geo.report import attributions
from geo.roads.graph import build_graph
from geo.roads.rules import WALK_RULES
from geo.roads.synthetic import synthetic_roads
from geo.schema import Layers
from geo.territory import Territory
from tests.datasets.road_extracts import WEST_HALF, grid_pbf

DEMO = Territory("demo")


@pytest.fixture(scope="module")
def layers(roads_data: Path) -> Layers:
    return store.load("demo", roads_data)


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


def test_the_same_roads_give_the_same_build(
    roads_data: Path, demo_raw: Path, tmp_path: Path
) -> None:
    before = store.find("demo", roads_data)
    again = prepare.build(
        DEMO, tmp_path, from_dir=demo_raw, road_files=[roads_data / "ouest.osm.pbf"],
        say=lambda _: None,
    )  # fmt: skip
    assert again.path.name == before.path.name


def test_the_streets_of_each_covered_quarter_are_kept_as_the_extract_gives_them(
    layers: Layers, roads_data: Path, demo_raw: Path
) -> None:
    """The same order and minutes as with the extract at hand, whose graph is the whole half."""
    quarters = layers.geo("qpv")
    west = quarters[quarters.geometry.representative_point().x < -4.01]
    east = quarters[quarters.geometry.representative_point().x > -4.0]
    assert set(west["code_qp"]) <= set(layers.streets) and not set(east["code_qp"]) & set(
        layers.streets
    )
    analysis = analyse(layers)
    network = road_network([roads_data / "ouest.osm.pbf"], roads_data, lambda _: None)
    for code in west.sort_values("area_m2")["code_qp"].tail(3):
        whole = walking_graph(layers, code, network)
        assert whole is not None and layers.streets[code].shape[0] < 0.05 * whole.shape[0]
        asked = Asked(dwellings=200)
        kept = make_round(analysis, layers, code, asked)
        given = make_round(analysis, layers, code, asked, graph=whole)
        assert kept.route.along == given.route.along == "streets"
        assert kept.route.order == given.route.order and kept.route.how == given.route.how
        assert kept.route.minutes == pytest.approx(given.route.minutes, abs=1e-4)
    crow = make_round(analysis, layers, east["code_qp"].iloc[0], Asked(dwellings=50))
    assert crow.route.along == "crow"
    assert "ne couvrent pas ce quartier" in crow.route.how and "osm_roads" in crow.to_do


def test_a_brought_stop_beyond_the_kept_streets_is_measured_crow_fly_and_said(
    layers: Layers,
) -> None:
    quarters = layers.geo("qpv")
    own = quarters[quarters["code_qp"].isin(layers.streets)].iloc[0]
    place = own.geometry.representative_point()
    listed = pd.DataFrame(
        {
            "stop": ["Rue haute", "Rue basse", "Hameau"],
            "dwellings": [40, 60, 10],
            "lon": [place.x, place.x + 0.001, place.x + 0.1],
            "lat": [place.y] * 3,
        }
    )
    asked = Asked(dwellings=50)
    made = make_round(analyse(layers), layers, own["code_qp"], asked, listed=listed)
    assert sorted(made.tour["walk_along"]) == ["", "crow", "streets"]
    assert "faute de rue connue, 1 des 2" in made.route.how
    assert "sauf 1\u00a0trajet à vol d'oiseau" in order_words(made)
    assert tour_frame(made).iloc[:, -1].str.endswith("(à vol d'oiseau)").sum() == 1


def test_streets_are_cut_in_the_system_of_their_own_island(layers: Layers) -> None:
    """A territory of several overseas départements: each graph serves its own quarters only."""
    graph = build_graph(synthetic_roads(10), WALK_RULES, crs="EPSG:5490")
    x, y = float(graph.x.mean()), float(graph.y.mean())
    place = gpd.GeoSeries([shapely.box(x - 50, y - 50, x + 50, y + 50)], crs=graph.crs)
    quarters = layers.geo("qpv").iloc[:3].copy()
    quarters["departement"] = ["971", "972", "974"]
    quarters["scope"], quarters["perimeter"] = "territory", "2024"
    quarters.geometry = [place.to_crs(4326).iloc[0]] * 3
    island = replace(layers, tables={**layers.tables, "qpv": quarters})
    found = streets_around(island, graph)
    assert list(found) == quarters["code_qp"].tolist()[:2]
    assert {part.crs for part in found.values()} == {"EPSG:5490"}
    assert streets_around(island, replace(graph, crs="EPSG:2975")).keys() == set()


def test_an_extract_in_the_raw_folder_is_used(demo_raw: Path, tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    for folder in demo_raw.iterdir():
        (raw / folder.name).symlink_to(folder)
    (raw / "osm_roads").mkdir()
    grid_pbf(raw / "osm_roads" / "ile.osm.pbf", WEST_HALF, step_deg=0.05)
    built = prepare.build(DEMO, tmp_path, from_dir=raw, say=lambda _: None)
    assert set(built.manifest["travel"]) == {"car", "car:sage_femme", "walk"}
    assert built.manifest["streets"]


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
