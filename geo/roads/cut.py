"""A small graph cut from a large one around a place, with the times of the large one.

The streets around the place are kept as they are. Further away, crossings are passed over
(``geo.roads.core``): the way round by a far bridge stays, as one arc. A plain crop would lose that
way round, and two banks of a river would look joined by nothing but a straight line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from geo.measure import Floats
from geo.roads.core import core_of
from geo.roads.graph import Arcs, BoxM, Flags, Pieces, RoadGraph, arcs_of
from geo.roads.snap import MAX_SNAP_M
from geo.roads.ways import Ids, Positions

# Lengths of the ground and of the projected system differ by much less.
_STRETCH = 1.05
_SEARCHES = 64  # at once: their predecessors are held in memory


def cut_around(
    graph: RoadGraph, boxes: Sequence[BoxM], *, max_min: float, max_snap_m: float = MAX_SNAP_M
) -> list[RoadGraph | None]:
    """For each box, the part of ``graph`` that gives the same times between points inside it.

    Parameters
    ----------
    boxes : west, south, east, north in metres of ``graph.crs``.
    max_min : minutes up to which times stay those of ``graph`` (but for the order of additions).
    max_snap_m : the furthest that a point of a box may stand from its road.

    Returns ``None`` for a box with no road within ``max_snap_m``. ``metres`` of the arcs are not
    followed (zeros); the report is that of the whole graph.
    """
    spans = _spans(graph.pieces)
    return [_cut(graph, box, spans, max_min, max_snap_m) for box in boxes]


def _cut(
    graph: RoadGraph, box: BoxM, spans: Floats, max_min: float, max_snap_m: float
) -> RoadGraph | None:
    west, south, east, north = _wider(box, max_snap_m)
    low_x, low_y, high_x, high_y = spans
    near = np.flatnonzero((low_x <= east) & (high_x >= west) & (low_y <= north) & (high_y >= south))
    if not len(near):
        return None
    edges, edge_of_piece = np.unique(graph.pieces.edge[near], return_inverse=True)
    ends = np.unique(np.concatenate([graph.edge_from[edges], graph.edge_to[edges]]))
    limit = _longest(graph, ends, max_min)
    inside, needed, arcs = _around(graph, ends, limit)
    arcs, number = core_of(arcs, needed, limit)
    inside, needed = inside[number >= 0], needed[number >= 0]
    kept = np.flatnonzero(needed | _on_the_way(arcs, needed, limit))
    left = inside[kept]
    return replace(
        graph,
        osm_node=graph.osm_node[left],
        x=graph.x[left],
        y=graph.y[left],
        arcs=_arcs_between(arcs, kept),
        edge_from=np.searchsorted(left, graph.edge_from[edges]).astype(np.int32),
        edge_to=np.searchsorted(left, graph.edge_to[edges]).astype(np.int32),
        edge_minutes=graph.edge_minutes[edges],
        edge_two_way=graph.edge_two_way[edges],
        pieces=_some_pieces(graph.pieces, near, edge_of_piece.astype(np.int32)),
        within=(float(box[0]), float(box[1]), float(box[2]), float(box[3])),
    )


def _around(graph: RoadGraph, ends: Ids, limit: float) -> tuple[Ids, Flags, Arcs]:
    """The nodes that a way of ``limit`` minutes between two of ``ends`` may pass.

    Returns their positions in the graph, which of them are ``ends``, and the arcs between them.
    """
    reach = limit / 2 * _fastest(graph.arcs) * _STRETCH
    x, y = graph.x[ends], graph.y[ends]
    west, south, east, north = _wider((x.min(), y.min(), x.max(), y.max()), reach)
    inside = np.flatnonzero(
        (graph.x >= west) & (graph.x <= east) & (graph.y >= south) & (graph.y <= north)
    )
    return inside, np.isin(inside, ends), _arcs_between(graph.arcs, inside)


def _longest(graph: RoadGraph, ends: Ids, max_min: float) -> float:
    """Minutes that no shortest way between two of ``ends`` exceeds, ``max_min`` at most.

    All go by way of one of them; what is found near by is often enough, and never too short.
    """
    for limit in (max_min / 8, max_min / 2):
        _, needed, arcs = _around(graph, ends, limit)
        places = np.flatnonzero(needed)
        middle = places[len(places) // 2]
        there = dijkstra(_matrix(arcs), indices=middle)[places].max()
        back = dijkstra(_matrix(arcs.reversed()), indices=middle)[places].max()
        if np.isfinite(there + back):
            return float(min(max_min, (there + back) * (1 + 1e-6)))
    return max_min


def _on_the_way(arcs: Arcs, needed: Flags, limit: float) -> Flags:
    """The nodes of one shortest way between each two needed nodes that others are joined to."""
    tails = _tails(arcs)
    leaving = needed[tails] != needed[arcs.heads]
    doors = np.unique(np.concatenate([tails[leaving], arcs.heads[leaving]]))
    doors = doors[needed[doors]]
    passed = np.zeros(len(needed), np.bool_)
    links = _matrix(arcs)
    for first in range(0, len(doors), _SEARCHES):
        _, before = dijkstra(
            links, indices=doors[first : first + _SEARCHES], limit=limit, return_predecessors=True
        )
        row, node = (of.ravel() for of in np.meshgrid(np.arange(len(before)), doors, indexing="ij"))
        while len(node):
            passed[node] = True
            node = before[row, node]
            row, node = row[node >= 0], node[node >= 0]
    return passed


def _tails(arcs: Arcs) -> Positions:
    return np.repeat(np.arange(len(arcs.indptr) - 1, dtype=np.int32), np.diff(arcs.indptr))


def _matrix(arcs: Arcs) -> csr_matrix:
    nodes = len(arcs.indptr) - 1
    return csr_matrix((arcs.minutes.astype(float), arcs.heads, arcs.indptr), shape=(nodes, nodes))


def _spans(pieces: Pieces) -> Floats:
    """(4, p): west, south, east and north end of each piece."""
    x, y = (np.stack([of[pieces.a], of[pieces.b]]) for of in (pieces.x, pieces.y))
    return np.stack([x.min(axis=0), y.min(axis=0), x.max(axis=0), y.max(axis=0)])


def _fastest(arcs: Arcs) -> float:
    """Metres a minute on the fastest arc."""
    timed = arcs.minutes > 0
    return float((arcs.metres[timed] / arcs.minutes[timed]).max()) if timed.any() else 0.0


def _wider(box: BoxM, margin_m: float) -> BoxM:
    west, south, east, north = box
    return west - margin_m, south - margin_m, east + margin_m, north + margin_m


def _arcs_between(arcs: Arcs, inside: Ids) -> Arcs:
    """The arcs between some nodes (in order), which take the numbers of their places."""
    place = np.full(len(arcs.indptr) - 1, -1, np.int32)
    place[inside] = np.arange(len(inside), dtype=np.int32)
    counts = np.diff(arcs.indptr)[inside]
    first = np.cumsum(counts) - counts
    of_all = np.repeat(arcs.indptr[inside] - first, counts) + np.arange(int(counts.sum()))
    heads = place[arcs.heads[of_all]]
    of_kept = of_all[heads >= 0]
    tails = np.repeat(np.arange(len(inside), dtype=np.int32), counts)[heads >= 0]
    return arcs_of(
        len(inside), tails, heads[heads >= 0], arcs.minutes[of_kept], arcs.metres[of_kept],
        np.float64,
    )  # fmt: skip


def _some_pieces(pieces: Pieces, near: Ids, edge: Positions) -> Pieces:
    used, ends = np.unique(np.concatenate([pieces.a[near], pieces.b[near]]), return_inverse=True)
    a, b = np.split(ends.astype(np.int32), 2)
    return Pieces(
        pieces.x[used], pieces.y[used], a, b, edge, pieces.start_min[near], pieces.minutes[near]
    )
