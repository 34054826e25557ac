"""On foot along the streets, from the pieces of a QPV; crow-fly where no street is known."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from geo.access.gp import travel_rows
from geo.access.journeys import journeys
from geo.access.walking import care_on_foot, practices_near, street_walks
from geo.measure import xy_m
from geo.parameters import Parameters
from geo.travel import Straight, crow_fly
from tests.geo.test_professions import care, with_care

GP = "pharmacie"
SETTINGS = Parameters()


def on_streets(layers, detour, left_out=()):
    """Street times at 5 km/h, so many times as long as the straight line."""
    rows, supply = travel_rows(layers, SETTINGS), layers.geo("supply")
    rows, supply = rows[~rows["id"].isin(left_out)], supply[~supply["supply_id"].isin(left_out)]
    times = crow_fly(
        xy_m(rows.geometry.to_crs(2154)),
        xy_m(supply.geometry.to_crs(2154)),
        max_min=30.0,
        minutes_of=Straight(5.0, detour),
        demand_ids=rows["id"].to_numpy(object),
        supply_ids=supply["supply_id"].to_numpy(object),
    )
    return dataclasses.replace(layers, travel={"walk": dataclasses.replace(times, mode="walk")})


def on_foot(layers, parameters=SETTINGS):
    found = journeys(layers, parameters, (GP,), 20.0)
    walks = street_walks(layers, found.pieces, parameters)
    supply = layers.geo("supply")
    near = practices_near(supply, found.quarters, parameters, walks)
    table = care_on_foot(GP, near, supply, found.quarters, found.communes, parameters, walks)
    return table.set_index(found.quarters["code_qp"]), near


@pytest.fixture
def layers(make_layers):
    # QN04201M is 600 m wide around the town hall of 42218: 700 m and 1,100 m from its edge.
    return with_care(
        make_layers, care(GP, ("42218", 1000.0, 0.0, 2.0), ("42218", 1400.0, 0.0, 1.0))
    )


def test_street_minutes_start_from_the_pieces(layers):
    table, _ = on_foot(on_streets(layers, 1.0))
    row = table.loc["QN04201M"]
    found = journeys(layers, SETTINGS, (GP,), 20.0)
    piece = found.pieces.set_index("code_qp").loc[["QN04201M"]].to_crs(2154).geometry
    metres = piece.distance(layers.geo("supply").set_index("supply_id").to_crs(2154)
                            .geometry[f"{GP}-0"]).min()  # fmt: skip
    assert row["nearest_walk_min"] == pytest.approx(metres * 0.06 / 5, rel=1e-5)
    assert row["walk"] == 2 and row["inside"] == 0


def test_a_long_way_round_is_no_walk(layers):
    crow, _ = on_foot(layers)
    round_about, _ = on_foot(on_streets(layers, 2.0))
    assert crow.loc["QN04201M", "walk"] == 2
    assert round_about.loc["QN04201M", "walk"] == 0
    assert 20 < round_about.loc["QN04201M", "nearest_walk_min"] < 30
    # Beyond what was looked for: at least that long.
    endless, _ = on_foot(on_streets(layers, 4.0))
    assert endless.loc["QN04201M", "nearest_walk_min"] == 30
    set_aside, _ = on_foot(on_streets(layers, 4.0), Parameters(travel_mode_source="crow_fly"))
    pd.testing.assert_frame_equal(set_aside, crow)


def test_what_is_inside_stays_inside(make_layers):
    layers = with_care(make_layers, care(GP, ("42218", 100.0, 0.0, 2.0)))
    table, near = on_foot(on_streets(layers, 50.0))
    assert table.loc["QN04201M", ["inside", "walk", "nearest_walk_min"]].tolist() == [2, 2, 0]
    assert near.loc[near["profession"] == GP, "relation"].tolist() == ["inside"]


def test_places_on_no_street_keep_the_straight_line(layers):
    crow, _ = on_foot(layers)
    lost_site, _ = on_foot(on_streets(layers, 4.0, left_out={f"{GP}-0"}))
    assert lost_site.loc["QN04201M", "nearest_walk_min"] == pytest.approx(
        crow.loc["QN04201M", "nearest_walk_min"]
    )
    assert lost_site.loc["QN04201M", "walk"] == 2  # the other one is too far by the streets
    pieces = set(travel_rows(layers, SETTINGS)["id"])
    quarter = {name for name in pieces if name.startswith("QN04201M/")}
    lost_quarter, _ = on_foot(on_streets(layers, 4.0, left_out=quarter))
    assert lost_quarter.loc["QN04201M"].tolist() == pytest.approx(crow.loc["QN04201M"].tolist())
    assert np.isnan(lost_quarter.loc["QN03101M", "walk"]) == np.isnan(crow.loc["QN03101M", "walk"])
