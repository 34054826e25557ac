"""A graph cut around a place: the times of the whole, far bridges included, in few nodes."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.roads.between import times_between
from geo.roads.cut import cut_around
from geo.roads.graph import RoadGraph, build_graph
from geo.roads.rules import WALK_RULES
from geo.roads.synthetic import synthetic_roads
from tests.geo.road_fixture import ORIGIN, at, random_town, street, ways_of


def minutes(graph: RoadGraph, xy: np.ndarray, max_min: float = 120.0) -> np.ndarray:
    """(n, n) minutes between points, infinite beyond the limit or off the roads."""
    ids = np.arange(len(xy)).astype(str).astype(object)
    found = times_between(graph, ids, xy, ids, xy, max_min=max_min).times
    table = np.full((len(xy), len(xy)), np.inf)
    rows = np.repeat(found.demand_ids.astype(int), np.diff(found.indptr))
    table[rows, found.supply_ids.astype(int)[found.indices]] = found.minutes
    return table


def box(west: float, south: float, east: float, north: float) -> tuple[float, float, float, float]:
    x, y = ORIGIN
    return x + west, y + south, x + east, y + north


@settings(max_examples=60)
@given(
    st.integers(0, 2**32 - 1),
    st.floats(-4000, 3000),
    st.floats(-4000, 3000),
    st.floats(100, 3000),
    st.sampled_from([20.0, 60.0, 120.0]),
)
def test_times_inside_the_box_are_those_of_the_whole(
    seed: int, west: float, south: float, side: float, max_min: float
) -> None:
    """One-way streets too: a town by car, whose ways round leave the box."""
    graph = build_graph(ways_of(*random_town(seed)))
    asked = box(west, south, west + side, south + side)
    [cut] = cut_around(graph, [asked], max_min=max_min)
    xy = np.random.default_rng(seed).uniform(asked[:2], asked[2:], (12, 2))
    before = minutes(graph, xy, max_min)
    if cut is None:
        assert np.isinf(before).all()
        return
    assert np.allclose(minutes(cut, xy, max_min), before, rtol=1e-5, atol=1e-5)
    assert set(cut.osm_node) <= set(graph.osm_node)


def test_the_way_round_by_a_bridge_far_outside_the_box_is_kept() -> None:
    """Two banks 100 m apart, joined 3 km further: the box holds neither the bridge nor its road."""
    nodes = {1: (0, 0), 2: (500, 0), 3: (3000, 0), 4: (0, 100), 5: (500, 100), 6: (3000, 100),
             7: (1500, 0), 8: (1500, -2000)}  # fmt: skip
    ways = [street(1, 2, 7, 3), street(4, 5, 6), street(3, 6), street(7, 8)]
    graph = build_graph(ways_of(nodes, ways), WALK_RULES)
    [cut] = cut_around(graph, [box(-50, -50, 600, 150)], max_min=120.0)
    assert cut is not None
    banks = at((500, 0), (500, 100))
    round_trip = minutes(cut, banks)
    assert np.allclose(round_trip, minutes(graph, banks))
    assert round_trip[0, 1] > 5000 / 5000 * 60
    assert 8 not in cut.osm_node


def test_a_point_outside_the_box_is_on_no_road() -> None:
    graph = build_graph(ways_of({1: (0, 0), 2: (3000, 0)}, [street(1, 2)]), WALK_RULES)
    [cut] = cut_around(graph, [box(0, -100, 1000, 100)], max_min=120.0)
    assert cut is not None
    found = minutes(cut, at((10, 0), (990, 0), (1010, 0)))
    assert np.isfinite(found[:2, :2]).all()
    assert np.isinf(found[2]).all() and np.isinf(found[:, 2]).all()
    assert np.isfinite(minutes(graph, at((10, 0), (1010, 0)))).all()


def test_a_box_without_any_road_has_no_graph() -> None:
    graph = build_graph(ways_of({1: (0, 0), 2: (3000, 0)}, [street(1, 2)]), WALK_RULES)
    assert cut_around(graph, [box(0, 600, 1000, 700)], max_min=120.0) == [None]
    assert cut_around(graph, [], max_min=120.0) == []


def test_little_is_kept_of_a_large_network() -> None:
    graph = build_graph(synthetic_roads(60, spacing_m=100.0), WALK_RULES)
    x, y = float(graph.x.mean()), float(graph.y.mean())
    [cut] = cut_around(graph, [(x - 300, y - 300, x + 300, y + 300)], max_min=120.0)
    assert cut is not None
    inside = (np.abs(graph.x - x) < 950) & (np.abs(graph.y - y) < 950)
    assert cut.shape[0] < 1.6 * inside.sum() < 0.25 * graph.shape[0]
    assert cut.within == (x - 300, y - 300, x + 300, y + 300)
