"""The order of the stops along streets, where crow-fly would cross a river."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.errors import BadInput
from geo.outreach.route import MOST_MIN, route
from geo.outreach.stops import Stops
from geo.parameters import Parameters
from geo.roads.cut import cut_around
from geo.roads.graph import build_graph
from geo.roads.rules import CAR_RULES, WALK_RULES
from tests.geo.road_fixture import LAMBERT, at, street, ways_of

# Two banks 100 m apart; the only bridge is at the left end.
PLACES = {1: (0, 0), 2: (500, 0), 3: (1000, 0), 4: (0, 100), 5: (500, 100), 6: (1000, 100)}


def _graph(rules=WALK_RULES):
    roads = ways_of(PLACES, [street(1, 2, 3), street(4, 5, 6), street(1, 4)])
    return build_graph(roads, rules, crs=LAMBERT)


def _plain(words):
    return words.replace("\u00a0", " ").replace("\u202f", " ")


def _stops(*names):
    xy = at(*(PLACES[name] for name in names))
    points = gpd.GeoSeries.from_xy(xy[:, 0], xy[:, 1], crs=LAMBERT).to_crs(4326)
    frame = gpd.GeoDataFrame(
        {
            "stop": [str(name) for name in names],
            "dwellings": np.arange(len(names), 0.0, -1.0),
            "weight": 1 / len(names),
            "lon": points.x.to_numpy(),
            "lat": points.y.to_numpy(),
        },
        geometry=points.to_numpy(),
        crs=4326,
    )
    return Stops("QN", "75", frame, 3.0, "brought", "", shapely.box(0, 0, 1, 1))


def test_streets_go_round_by_the_bridge_and_crow_fly_does_not():
    stops = _stops(2, 3, 5, 6)
    crow, along = route(stops, Parameters()), route(stops, Parameters(), _graph())
    assert along.along == "streets" and crow.along == "crow"
    names = [stops.frame["stop"][place] for place in along.order]
    assert names in (["3", "2", "5", "6"], ["6", "5", "2", "3"])
    assert along.total_min > crow.total_min
    # 500 m, then 500 + 100 + 500 over the bridge, then 500 m.
    assert sum(along.minutes) == pytest.approx(along.total_min)
    assert along.minutes[2] == pytest.approx(along.minutes[1] * 1100 / 500, rel=0.05)


def test_a_stop_on_no_street_is_measured_crow_fly_and_said():
    stops = _stops(2, 3)
    far = stops.frame.copy()
    far.loc[1, "lat"] += 0.05
    lost = dataclasses.replace(stops, frame=far)
    found = route(lost, Parameters(), _graph())
    assert "aucune rue lue n'y joint deux îlots" in found.how and found.along == "crow"
    assert found.steps == ("", "crow") and np.isfinite(found.total_min)


def test_kept_streets_give_the_order_of_the_whole_network_and_name_their_source():
    """The bridge is 500 m outside what is kept around the stops, as streets."""
    stops, whole = _stops(2, 3, 5, 6), _graph()
    (west, south), (east, north) = at((450, -50), (1050, 150))
    [kept] = cut_around(whole, [(west, south, east, north)], max_min=MOST_MIN, max_snap_m=100.0)
    given, found = (route(stops, Parameters(), graph) for graph in (whole, kept))
    assert found.order == given.order and found.how == given.how
    assert found.minutes == pytest.approx(given.minutes, abs=1e-4)
    assert "© les contributeurs d'OpenStreetMap, sous licence ODbL 1.0" in found.how
    dated = dataclasses.replace(kept, dated="2026-01-02T03:04:05Z")
    assert "données du 02/01/2026" in route(stops, Parameters(), dated).how
    odd = dataclasses.replace(kept, dated="hier soir")
    assert "données sans date lisible" in route(stops, Parameters(), odd).how
    # A stop beyond what is kept has a street under it: none is known here, and that is said.
    away = route(_stops(2, 3, 4), Parameters(), kept)
    assert "faute de rue connue, 1 des 2 trajets à vol d'oiseau" in _plain(away.how)
    assert sorted(away.steps) == ["", "crow", "streets"]
    assert "rue connue" not in route(_stops(2, 3, 4), Parameters(), whole).how


def test_a_road_network_for_cars_is_refused():
    with pytest.raises(BadInput, match="walk"):
        route(_stops(2, 3), Parameters(), _graph(CAR_RULES))
