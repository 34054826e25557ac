"""Times along the roads: snapping, orientation, limit; and equality with scipy's Dijkstra."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import dijkstra

from geo.errors import BadInput
from geo.roads.graph import RoadGraph, build_graph
from geo.roads.rules import CAR_RULES, WALK_RULES
from geo.roads.snap import Snapped, snap
from geo.roads.synthetic import synthetic_roads
from geo.roads.times import road_times
from geo.times.matrix import TravelTimes
from tests.geo.road_fixture import Way, at, node_position, random_town, street, ways_of
from tests.geo.test_roads_graph import SQUARE, matrix

FAST = 1e9  # km/h of a walk to the road that takes no time


def town(*ways: Way) -> RoadGraph:
    return build_graph(ways_of(SQUARE, ways))


def put(graph: RoadGraph, *points: tuple[float, float], **options: float) -> Snapped:
    return snap(graph, at(*points), **options)


def dense(times: TravelTimes) -> np.ndarray:
    """Minutes, infinite where there is no entry."""
    full = np.full(times.shape, np.inf)
    rows = np.repeat(np.arange(times.shape[0]), np.diff(times.indptr))
    full[rows, times.indices] = times.minutes
    return full


def test_a_point_goes_to_the_nearest_place_along_a_road() -> None:
    graph = town(street(1, 2))
    points = put(graph, (250, 30), (-40, 30), (500, 0))
    assert points.metres == pytest.approx([30, 50, 0], abs=0.01)
    assert points.access_min == pytest.approx([0.36, 0.6, 0], abs=1e-3)
    times = road_times(graph, points, put(graph, (1000, 0)), max_min=30)
    # One kilometre a minute along the road, the walk to it counted once.
    assert dense(times)[:, 0] == pytest.approx([0.75 + 0.36, 1.6, 0.5], abs=1e-3)


def test_a_point_too_far_or_without_position_is_listed_and_never_guessed() -> None:
    graph = town(street(1, 2))
    xy = at((0, 300), (0, 301), (np.nan, 0), (90_000, 90_000))
    points = snap(graph, xy, ids=["near", "far", "nowhere", "away"], max_m=300.01)
    assert points.unsnapped.tolist() == ["far", "nowhere", "away"]
    times = road_times(graph, points, put(graph, (0, 0)), max_min=60).validate()
    assert np.diff(times.indptr).tolist() == [1, 0, 0, 0]
    assert "hors réseau : 3 lieux de demande et 0 lieux d'offre" in times.provenance
    backwards = road_times(graph, put(graph, (0, 0)), points, max_min=60)
    assert backwards.indices.tolist() == [0]


def test_no_trip_begins_on_a_motorway() -> None:
    nodes = SQUARE
    motorway = ((4, 3), {"highway": "motorway", "oneway": "no"})
    graph = build_graph(ways_of(nodes, [street(4, 1, 2, 3), motorway]))
    assert put(graph, (500, 990), max_m=400).on_road.tolist() == [False]
    assert put(graph, (400, 990), max_m=500).metres == pytest.approx([400], abs=0.01)


@pytest.mark.parametrize("extra", [0, 3])
def test_times_run_from_demand_to_supply_on_one_way_streets(extra: int) -> None:
    graph = town(street(1, 2, 3, 4, 1, oneway="yes"))
    # More demand than supply: the search starts from supply, along the roads led backwards.
    demand = put(graph, (250, 0), *[(0, 500)] * extra)
    supply = put(graph, (750, 0), (0, 0))
    minutes = dense(road_times(graph, demand, supply, max_min=30))
    assert minutes[0] == pytest.approx([0.5, 3.75], abs=1e-3)
    back = dense(road_times(graph, supply, demand, max_min=30))
    assert back[:, 0] == pytest.approx([3.5, 0.25], abs=1e-3)


def test_two_points_on_one_street_need_not_pass_by_its_ends() -> None:
    graph = town(street(1, 2))
    demand, supply = put(graph, (200, 0), (900, 0)), put(graph, (300, 0), (200, 0))
    minutes = dense(road_times(graph, demand, supply, max_min=30))
    assert minutes == pytest.approx(np.array([[0.1, 0.0], [0.6, 0.7]]), abs=1e-3)


def test_a_point_on_a_loop_is_reached_both_ways_round() -> None:
    nodes = SQUARE | {5: (-1000, 0)}
    graph = build_graph(ways_of(nodes, [street(1, 2, 3, 4, 1), street(1, 5)]))
    minutes = dense(
        road_times(graph, put(graph, (-1000, 0)), put(graph, (500, 0), (0, 500)), max_min=30)
    )
    assert minutes[0] == pytest.approx([1.5, 1.5], abs=1e-3)


def test_times_are_the_same_both_ways_without_one_way_streets() -> None:
    graph = build_graph(synthetic_roads(25, seed=2), WALK_RULES)
    rng = np.random.default_rng(0)
    span = [np.ptp(graph.x), np.ptp(graph.y)]
    points = snap(graph, [graph.x.min(), graph.y.min()] + rng.random((60, 2)) * span)
    minutes = dense(road_times(graph, points, points, max_min=45))
    assert np.isfinite(minutes).sum() > 500
    assert minutes == pytest.approx(minutes.T, rel=1e-5)
    assert np.diag(minutes) == pytest.approx(2 * points.access_min, rel=1e-5)


def test_on_foot_is_slower_than_by_car() -> None:
    ways = synthetic_roads(15, seed=1)
    points = at(*np.random.default_rng(1).uniform(0, 2500, (30, 2)))
    points += [700_000.0, 6_500_000.0] - at((0, 0))[0]
    car, walk = (
        dense(road_times(graph, snap(graph, points), snap(graph, points), max_min=60))
        for graph in (build_graph(ways, CAR_RULES), build_graph(ways, WALK_RULES))
    )
    apart = ~np.eye(30, dtype=bool)
    assert np.isfinite(car[apart]).all()
    assert np.median(walk[apart] / car[apart]) > 3
    # Some trips are shorter on foot, against a one-way street, but none is out of all proportion.
    assert np.isfinite(walk[apart]).sum() > 100


def test_the_limit_itself_is_kept_and_nothing_beyond() -> None:
    graph = build_graph(synthetic_roads(25, seed=3))
    points = snap(graph, np.column_stack([graph.x, graph.y])[::9])
    every = road_times(graph, points, points, max_min=12)
    limit = np.sort(every.minutes)[every.nnz // 2]
    at_limit = road_times(graph, points, points, max_min=float(limit)).validate()
    assert at_limit.minutes.max() == limit
    assert at_limit.nnz == (every.minutes <= limit).sum()
    below = road_times(graph, points, points, max_min=float(np.nextafter(limit, np.float32(0))))
    assert below.nnz == (every.minutes < limit).sum() < at_limit.nnz


def test_threads_and_sides_change_nothing_and_progress_is_told() -> None:
    graph = build_graph(synthetic_roads(25, seed=3))
    places = snap(graph, np.column_stack([graph.x, graph.y])[::5])
    sites = snap(graph, np.column_stack([graph.x, graph.y])[::11])
    told: list[tuple[int, int]] = []
    one = road_times(
        graph, places, sites, max_min=6, threads=1, progress=lambda *step: told.append(step)
    ).validate()
    four = road_times(graph, places, sites, max_min=6, threads=4)
    assert (one.indices == four.indices).all()
    assert (one.minutes == four.minutes).all()
    assert told == sorted(told)
    assert told[-1] == (len(sites.ids), len(sites.ids))
    # The same pairs when the search starts from the other side.
    alone = dense(road_times(graph, snap(graph, at_point(graph, 0)), sites, max_min=6))[0]
    assert dense(one)[0] == pytest.approx(alone, rel=1e-5)


def at_point(graph: RoadGraph, node: int) -> np.ndarray:
    return np.array([[graph.x[node], graph.y[node]]])


def test_ids_mode_and_provenance_are_carried() -> None:
    graph = town(street(1, 2))
    demand = snap(graph, at((0, 0), (100, 0)), ids=["a", "b"])
    times = road_times(graph, demand, snap(graph, at((500, 0)), ids=["s"]), max_min=5).validate()
    assert (times.demand_ids.tolist(), times.supply_ids.tolist()) == (["a", "b"], ["s"])
    assert (times.mode, times.max_min) == ("car", 5.0)
    assert "OpenStreetMap" in times.provenance
    assert "sans embouteillages" in times.provenance


def test_empty_sides_give_empty_times() -> None:
    graph = town(street(1, 2))
    nothing, one = snap(graph, np.zeros((0, 2))), put(graph, (0, 0))
    assert road_times(graph, nothing, one, max_min=5).validate().shape == (0, 1)
    assert road_times(graph, one, nothing, max_min=5).validate().shape == (1, 0)


def test_bad_requests_are_refused_in_french() -> None:
    graph = town(street(1, 2))
    with pytest.raises(BadInput, match="degrés"):
        snap(graph, np.array([[3.0, 49.0]]))
    with pytest.raises(BadInput, match="1 lieux, 2 identifiants"):
        snap(graph, at((0, 0)), ids=["a", "b"])
    with pytest.raises(BadInput):
        snap(graph, at((0, 0), (1, 1)), ids=["a", "a"])
    with pytest.raises(BadInput, match="deux colonnes"):
        snap(graph, np.zeros((3, 3)))
    one = put(graph, (0, 0))
    for wrong in (-1.0, np.nan, np.inf):
        with pytest.raises(BadInput, match="Durée maximale"):
            road_times(graph, one, one, max_min=wrong)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1.0, 4.0, 9.0, 60.0]))
def test_equal_to_scipy_on_a_graph_cut_at_every_point(seed: int, limit: float) -> None:
    """The reference knows nothing of snapping: each point is a node of its own network."""
    nodes, ways = random_town(seed)
    rng = np.random.default_rng(seed)
    count_demand, count_supply = rng.integers(1, 12, 2)
    cut_nodes, cut_ways, points = dict(nodes), [], []
    chosen = rng.integers(0, len(ways), count_demand + count_supply)
    for position, (refs, tags) in enumerate(ways):
        on_first = np.sort(rng.random((chosen == position).sum()))
        start, end = np.array(nodes[refs[0]]), np.array(nodes[refs[1]])
        added = []
        for share in on_first:
            added.append(1000 + len(points))
            points.append(tuple(start + share * (end - start)))
            cut_nodes[added[-1]] = points[-1]
        cut_ways.append(((refs[0], *added, *refs[1:]), tags))
    whole = build_graph(ways_of(cut_nodes, cut_ways), simplify=False, min_part_nodes=1)
    order = rng.permutation(len(points))
    sides = order[:count_demand], order[count_demand:]
    rows, columns = ([node_position(whole, 1000 + one) for one in side] for side in sides)
    expected = dijkstra(matrix(whole), indices=rows)[:, columns]

    graph = build_graph(ways_of(nodes, ways), min_part_nodes=1)
    demand, supply = (
        snap(graph, at(*[points[one] for one in side]), access_kmh=FAST) for side in sides
    )
    assert demand.on_road.all()
    inside = expected < limit - 1e-3
    for core in (False, True):
        found = road_times(graph, demand, supply, max_min=limit, core=core)
        minutes = dense(found.validate())
        # Lambert-93 lengths drift by some 1e-5 along a street of several kilometres.
        assert minutes[inside] == pytest.approx(expected[inside], rel=1e-4, abs=1e-4)
        assert np.isinf(minutes[expected > limit + 1e-3]).all()


@pytest.mark.parametrize("core", [False, True])
def test_equal_to_scipy_on_a_town_of_crossings(core: bool) -> None:
    graph = build_graph(synthetic_roads(60, seed=6))
    rng = np.random.default_rng(6)
    rows, columns = (rng.choice(graph.shape[0], size, replace=False) for size in (300, 40))
    # Points on a trunk road would go to the nearest street: they are set aside.
    xy = np.column_stack([graph.x, graph.y])
    demand, supply = snap(graph, xy[rows]), snap(graph, xy[columns])
    here = np.flatnonzero(demand.metres < 1e-3), np.flatnonzero(supply.metres < 1e-3)
    expected = dijkstra(matrix(graph), indices=rows[here[0]], limit=9.0)[:, columns[here[1]]]
    minutes = dense(road_times(graph, demand, supply, max_min=9.0, core=core))[np.ix_(*here)]
    assert 500 < np.isfinite(expected).sum() < expected.size
    assert (np.isfinite(minutes) == np.isfinite(expected)).all()
    both = np.isfinite(expected)
    assert minutes[both] == pytest.approx(expected[both], abs=1e-4)
