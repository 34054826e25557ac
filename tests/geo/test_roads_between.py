"""Times between anybody's places: points shared, places off the roads, extracts cut and joined."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import BadInput
from geo.roads.between import stacked, times_between
from geo.roads.graph import build_graph
from geo.roads.rules import WALK_RULES
from geo.roads.times import road_times, snap
from geo.roads.ways import cropped, merged
from geo.times.matrix import TravelTimes
from tests.geo.road_fixture import at, random_town, street, ways_of

# A straight two-way street of 3 km, and a one-way detour back from its end: 60 km/h.
NODES = {1: (0.0, 0.0), 2: (1000.0, 0.0), 3: (3000.0, 0.0), 4: (1000.0, 1000.0)}
WAYS = [street(1, 2, 3), street(2, 4, oneway="yes"), street(4, 3, oneway="yes")]


def cells(times: TravelTimes) -> dict[tuple[str, str], float]:
    rows = np.repeat(np.arange(times.shape[0]), np.diff(times.indptr))
    return {
        (str(times.demand_ids[row]), str(times.supply_ids[column])): float(minutes)
        for row, column, minutes in zip(rows, times.indices, times.minutes, strict=True)
    }


def test_places_at_one_point_have_the_same_times() -> None:
    graph = build_graph(ways_of(NODES, WAYS))
    found = times_between(
        graph,
        np.array(["d1", "d2", "d3"], object),
        at((0, 0), (1000, 0), (0, 0)),
        np.array(["s1", "s2", "s3"], object),
        at((3000, 0), (1000, 0), (3000, 0)),
        max_min=2.5,
    )
    assert found.demand_on.all() and found.supply_on.all()
    assert cells(found.times.validate()) == pytest.approx(
        {
            ("d1", "s2"): 1.0,
            ("d3", "s2"): 1.0,
            ("d2", "s1"): 2.0,
            ("d2", "s2"): 0.0,
            ("d2", "s3"): 2.0,
        },
        abs=1e-3,
    )


def test_the_way_there_is_not_the_way_back() -> None:
    """By car from (1000, 1000) one drives to the far end first; on foot one turns round."""
    ways = ways_of(NODES, WAYS)
    ids, end = np.array(["here"], object), np.array(["there"], object)
    here, there = at((1000, 1000)), at((1000, 0))
    out, back, walked = (
        times_between(graph, ids, start, end, goal, max_min=60).times.minutes[0]
        for graph, start, goal in (
            (build_graph(ways), here, there),
            (build_graph(ways), there, here),
            (build_graph(ways, WALK_RULES), here, there),
        )
    )
    assert back == pytest.approx(1.0, abs=1e-3)
    assert out == pytest.approx(np.hypot(2, 1) + 2.0, abs=1e-3)
    assert walked == pytest.approx(12.0, abs=1e-2)


def test_a_place_off_the_roads_is_not_among_the_ids() -> None:
    graph = build_graph(ways_of(NODES, WAYS))
    demand = np.vstack([at((0, 0), (0, 900)), [[np.nan, np.nan]]])
    found = times_between(
        graph,
        np.array(["on", "far", "nowhere"], object),
        demand,
        np.array(["s", "lost"], object),
        at((0, 10), (9000, 0)),
        max_min=20,
    )
    assert found.demand_on.tolist() == [True, False, False]
    assert found.supply_on.tolist() == [True, False]
    assert found.times.demand_ids.tolist() == ["on"]
    assert found.times.supply_ids.tolist() == ["s"]
    assert "2 lieux de demande et 1 lieux d'offre" in found.times.provenance
    nobody = times_between(
        graph, np.array(["far"], object), at((0, 900)), np.array(["s"], object), at((0, 0)),
        max_min=20,
    )  # fmt: skip
    assert nobody.times.validate().shape == (0, 1)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_shared_points_change_no_time(seed: int) -> None:
    """Against the plain search of each place by itself, on random towns."""
    graph = build_graph(ways_of(*random_town(seed)))
    rng = np.random.default_rng(seed)
    points = at(*rng.uniform(-4000, 4000, (6, 2)).tolist())
    demand, supply = points[rng.integers(0, 6, 9)], points[rng.integers(0, 6, 11)]
    ids = np.array([f"d{k}" for k in range(9)], object), np.array([f"s{k}" for k in range(11)])
    plain = road_times(
        graph,
        snap(graph, demand, ids=ids[0], max_m=800),
        snap(graph, supply, ids=ids[1], max_m=800),
        max_min=15,
    )
    found = times_between(graph, ids[0], demand, ids[1], supply, max_min=15, max_snap_m=800)
    assert cells(found.times.validate()) == cells(plain)


def test_islands_are_one_matrix_without_any_way_between() -> None:
    graph = build_graph(ways_of(NODES, WAYS))
    parts = [
        times_between(
            graph,
            np.array([f"d{name}", f"e{name}"], object),
            at((0, 0), (1000, 0)),
            np.array([f"s{name}"], object),
            at((3000, 0)),
            max_min=max_min,
        ).times
        for name, max_min in (("a", 3.5), ("b", 3.5), ("c", 9.0))
    ]
    both = stacked(parts[:2]).validate()
    assert cells(both) == cells(parts[0]) | cells(parts[1])
    assert both.demand_ids.tolist() == ["da", "ea", "db", "eb"]
    assert stacked(parts[:1]) is parts[0]
    with pytest.raises(BadInput, match="une seule limite"):
        stacked(parts)
    with pytest.raises(BadInput):
        stacked([])


def test_ways_cut_to_a_box_stay_whole_and_join_again() -> None:
    ways = ways_of(NODES, WAYS)
    lon, lat = ways.lon[3], ways.lat[3]
    north = cropped(ways, (lon - 1e-4, lat - 1e-4, lon + 1e-4, lat + 1e-4))
    assert north.way_id.tolist() == [2, 3]
    assert north.node_id.tolist() == [2, 3, 4]
    lost = replace(ways, lon=np.where(ways.node_id == 1, np.nan, ways.lon))
    again = merged([north, lost, ways])
    assert sorted(again.way_id) == [1, 2, 3]
    assert again.node_id.tolist() == [1, 2, 3, 4]
    by_way = dict(zip(again.way_id, np.split(again.nodes, again.indptr[1:-1]), strict=True))
    assert again.node_id[by_way[1]].tolist() == [1, 2, 3]
    # The node that one extract lacks is in the other; absent from both, it stays unknown.
    assert np.isfinite(again.lon).all()
    assert np.isnan(merged([north, lost]).lon).tolist() == [True, False, False, False]
    assert again.tags["oneway"].tolist().count("yes") == 2
    assert merged([ways]) is ways
