"""The core of a graph: fewer nodes, no more arcs, the same times between the nodes kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from geo.roads.core import core_of, worth_a_core
from geo.roads.graph import Arcs, arcs_of, build_graph
from geo.roads.rules import WALK_RULES
from geo.roads.synthetic import synthetic_roads


def spent(arcs: Arcs, starts: np.ndarray) -> np.ndarray:
    nodes = len(arcs.indptr) - 1
    links = csr_matrix((arcs.minutes.astype(float), arcs.heads, arcs.indptr), shape=(nodes, nodes))
    return dijkstra(links, indices=starts)[:, starts]


def random_arcs(seed: int) -> Arcs:
    """Up to 40 nodes in any shape: arcs one way, both ways, twice with other times."""
    rng = np.random.default_rng(seed)
    nodes = int(rng.integers(3, 40))
    pairs = rng.integers(0, nodes, (int(rng.integers(2, 4 * nodes)), 2))
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    pairs = np.concatenate([pairs, pairs[::2, ::-1], pairs[:2]])
    minutes = rng.integers(1, 40, len(pairs)) / 8  # sums are exact
    heads, tails = pairs[:, 1].astype(np.int32), pairs[:, 0].astype(np.int32)
    return arcs_of(nodes, tails, heads, minutes, minutes)


def shortest_of_each_pair(arcs: Arcs) -> Arcs:
    """scipy adds up the arcs of a same pair: only the shortest is left to it."""
    nodes = len(arcs.indptr) - 1
    tails = np.repeat(np.arange(nodes, dtype=np.int32), np.diff(arcs.indptr))
    order = np.lexsort((arcs.minutes, arcs.heads, tails))
    pair = tails[order].astype(np.int64) * nodes + arcs.heads[order]
    first = order[np.unique(pair, return_index=True)[1]]
    return arcs_of(nodes, tails[first], arcs.heads[first], arcs.minutes[first], arcs.metres[first])


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.0, 1.0), st.sampled_from([2.0, 6.0, 1000.0]))
def test_times_between_the_nodes_kept_do_not_change(seed: int, share: float, limit: float) -> None:
    arcs = random_arcs(seed)
    needed = np.random.default_rng(seed).random(len(arcs.indptr) - 1) < share
    needed[0] = True
    core, number = core_of(arcs, needed, limit)
    assert (number[needed] >= 0).all()
    assert len(core.heads) <= len(arcs.heads)
    kept = np.flatnonzero(needed)
    before = spent(shortest_of_each_pair(arcs), kept)
    after = spent(core, number[kept])
    within = before <= limit
    assert np.array_equal(after[within], before[within])
    assert (after[~within] > limit).all()


def test_most_of_a_town_where_few_stand_is_passed_over() -> None:
    graph = build_graph(synthetic_roads(40), WALK_RULES)
    needed = np.zeros(graph.shape[0], bool)
    needed[::50] = True
    core, number = core_of(graph.arcs, needed, 90.0)
    assert (number >= 0).sum() == len(core.indptr) - 1 < graph.shape[0] / 3
    kept = np.flatnonzero(needed)
    before, after = spent(graph.arcs, kept), spent(core, number[kept])
    assert (before <= 90).sum() > 500
    assert after[before <= 90] == pytest.approx(before[before <= 90], rel=1e-12)


def test_a_core_is_made_only_when_it_is_repaid() -> None:
    graph = build_graph(synthetic_roads(40))
    assert worth_a_core(graph, 100_000, 20.0)
    assert not worth_a_core(graph, 1, 20.0)
    assert not worth_a_core(graph, 100_000, 0.01)
    nothing = replace(graph, osm_node=graph.osm_node[:1])
    assert not worth_a_core(nothing, 100_000, 20.0)
