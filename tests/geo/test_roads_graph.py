"""From ways to graphs: directions, parts left out, chains merged without changing any time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from geo.errors import BadInput
from geo.roads.graph import RoadGraph, build_graph, ground_metres
from geo.roads.rules import CAR_RULES, WALK_RULES
from geo.roads.synthetic import synthetic_roads
from tests.geo.road_fixture import node_position, random_town, street, ways_of

SQUARE = {1: (0, 0), 2: (1000, 0), 3: (1000, 1000), 4: (0, 1000)}


def matrix(graph: RoadGraph, values: str = "minutes") -> csr_matrix:
    """The least of parallel arcs, as scipy wants it."""
    best: dict[tuple[int, int], float] = {}
    for tail in range(graph.shape[0]):
        for arc in range(graph.arcs.indptr[tail], graph.arcs.indptr[tail + 1]):
            pair = (tail, int(graph.arcs.heads[arc]))
            best[pair] = min(float(getattr(graph.arcs, values)[arc]), best.get(pair, np.inf))
    tails, heads = zip(*best, strict=True) if best else ((), ())
    shape = (graph.shape[0], graph.shape[0])
    return csr_matrix((list(best.values()), (list(tails), list(heads))), shape=shape)


def minutes(graph: RoadGraph, start: int, end: int) -> float:
    found = dijkstra(matrix(graph), indices=node_position(graph, start))
    return float(found[node_position(graph, end)])


def test_lengths_are_those_of_the_ellipsoid() -> None:
    rng = np.random.default_rng(3)
    lon, lat = rng.uniform(-5, 9, 200), rng.uniform(-22, 51, 200)
    further_lon, further_lat = (
        lon + rng.uniform(-0.02, 0.02, 200),
        lat + rng.uniform(-0.02, 0.02, 200),
    )
    exact = Geod(ellps="WGS84").inv(lon, lat, further_lon, further_lat)[2]
    assert ground_metres(lon, lat, further_lon, further_lat) == pytest.approx(exact, rel=1e-6)


def test_one_way_streets_go_one_way() -> None:
    ring = [street(1, 2, oneway="yes"), street(3, 2, oneway="-1"), street(3, 4, 1)]
    graph = build_graph(ways_of(SQUARE, ring), simplify=False)
    assert minutes(graph, 1, 2) == pytest.approx(1.0, abs=1e-4)
    assert minutes(graph, 2, 1) == pytest.approx(3.0, abs=1e-4)


def test_a_roundabout_turns_one_way() -> None:
    graph = build_graph(
        ways_of(SQUARE, [street(1, 2, 3, 4, 1, junction="roundabout")]), simplify=False
    )
    assert minutes(graph, 1, 2) == pytest.approx(1.0, abs=1e-4)
    assert minutes(graph, 2, 1) == pytest.approx(3.0, abs=1e-4)


def test_what_cannot_be_left_again_is_dropped_and_counted() -> None:
    nodes = SQUARE | {5: (3000, 0), 8: (9000, 0), 9: (9500, 0)}
    ways = [street(1, 2, 3, 4, 1), street(2, 5, oneway="yes"), street(8, 9)]
    graph = build_graph(ways_of(nodes, ways), simplify=False)
    assert sorted(graph.osm_node) == [1, 2, 3, 4]
    report = graph.report
    assert (report.parts_dropped, report.nodes_dropped) == (2, 3)
    assert report.km_dropped == pytest.approx(2.5, abs=1e-3)
    assert report.km_open == pytest.approx(6.5, abs=1e-3)
    assert any("2 morceaux isolés" in sentence for sentence in report.sentences())


def test_an_island_is_kept_when_parts_of_its_size_are() -> None:
    nodes = SQUARE | {8: (9000, 0), 9: (9500, 0)}
    ways = ways_of(nodes, [street(1, 2, 3, 4, 1), street(8, 9)])
    assert {8, 9} <= set(build_graph(ways, min_part_nodes=2).osm_node)
    assert not {8, 9} & set(build_graph(ways, min_part_nodes=3).osm_node)


def test_a_chain_becomes_one_edge_with_its_length_and_time() -> None:
    nodes = {1: (0, 0), 2: (1000, 0), 3: (1000, 500), 4: (3000, 500), 5: (0, 900)}
    ways = [street(1, 2, 3), street(3, 4, maxspeed="37.5"), street(1, 5)]
    graph = build_graph(ways_of(nodes, ways))
    # 1 has two pieces, as a bend has: everything is one road from 5 to 4.
    assert sorted(graph.osm_node) == [4, 5]
    assert graph.shape == (2, 2)
    assert graph.arcs.metres == pytest.approx([4400, 4400], abs=0.1)
    assert graph.arcs.minutes == pytest.approx([0.9 + 1.5 + 4.0] * 2, abs=1e-3)


def test_a_node_where_the_direction_changes_is_kept() -> None:
    ways = [street(1, 2, oneway="yes"), street(2, 3), street(3, 4, 1, oneway="yes"), street(1, 3)]
    graph = build_graph(ways_of(SQUARE, ways))
    assert 2 in graph.osm_node
    assert 4 not in graph.osm_node


def test_a_loop_is_no_arc_and_a_ring_keeps_one_node() -> None:
    nodes = SQUARE | {5: (-1000, 0), 6: (-2000, 0), 7: (-2000, 1000)}
    lollipop = build_graph(ways_of(nodes, [street(1, 2, 3, 4, 1), street(1, 5)]))
    assert sorted(lollipop.osm_node) == [1, 5]
    assert (lollipop.report.loops, lollipop.shape) == (1, (2, 2))
    ring = build_graph(ways_of(SQUARE, [street(1, 2, 3, 4, 1, oneway="yes")]))
    assert (ring.shape, ring.report.loops) == ((1, 0), 1)


def test_absent_nodes_cut_the_way() -> None:
    nodes = {1: (0, 0), 2: (1000, 0), 4: (3000, 0)}
    graph = build_graph(ways_of(nodes, [street(1, 2, 3, 4)]))
    assert graph.report.nodes_absent == 1
    assert sorted(graph.osm_node) == [1, 2]
    assert any("1 points manquent" in sentence for sentence in graph.report.sentences())


def test_unread_limits_are_counted() -> None:
    graph = build_graph(ways_of(SQUARE, [street(1, 2, maxspeed="signals"), street(2, 3)]))
    assert graph.report.limits_unread == {"signals": 1}


def test_walkers_and_cars_have_their_own_graphs() -> None:
    ways = ways_of(
        SQUARE,
        [
            street(1, 2, oneway="yes"),
            street(2, 3, 4, 1, oneway="yes"),
            ((1, 3), {"highway": "footway"}),
        ],
    )
    car = build_graph(ways, CAR_RULES, simplify=False)
    walk = build_graph(ways, WALK_RULES, simplify=False)
    assert minutes(car, 1, 3) == pytest.approx(2.0, abs=1e-3)
    assert minutes(walk, 1, 3) == pytest.approx(1.41421 * 12, abs=1e-2)
    assert minutes(walk, 2, 1) == pytest.approx(12.0, abs=1e-2)
    there, back = dijkstra(matrix(walk)), dijkstra(matrix(walk).T)
    assert there == pytest.approx(back)


def test_nothing_open_is_an_error_in_french() -> None:
    with pytest.raises(BadInput, match="aucune voie ouverte"):
        build_graph(ways_of(SQUARE, [street(1, 2, access="no")]))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_merging_chains_changes_no_time_between_kept_nodes(seed: int) -> None:
    ways = ways_of(*random_town(seed))
    whole, short = build_graph(ways, simplify=False), build_graph(ways)
    assert set(short.osm_node) <= set(whole.osm_node)
    kept = [node_position(whole, node) for node in short.osm_node]
    for values in ("minutes", "metres"):
        before = dijkstra(matrix(whole, values))[np.ix_(kept, kept)]
        assert dijkstra(matrix(short, values)) == pytest.approx(before, rel=1e-5)
    assert short.edge_minutes.sum() == pytest.approx(whole.edge_minutes.sum())


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_everything_kept_is_reached_from_everywhere(seed: int) -> None:
    graph = build_graph(ways_of(*random_town(seed)))
    assert np.isfinite(dijkstra(matrix(graph))).all()


def test_the_synthetic_network_is_the_same_at_every_run() -> None:
    first, second = synthetic_roads(30, seed=4), synthetic_roads(30, seed=4)
    assert (first.lon == second.lon).all()
    assert first.tags.equals(second.tags)
    other = synthetic_roads(30, seed=5)
    assert other.shape != first.shape or (other.lon != first.lon).any()
    graph = build_graph(first)
    assert 0.8 * 900 < graph.shape[0] <= 900
    assert (~graph.edge_two_way).any()
