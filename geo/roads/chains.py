"""A chain of road pieces without a crossing is one edge: compiled merging.

A node with exactly two pieces, both two-way or one leading in and one leading out, offers no
choice: it is left out of the graph, and its chain keeps the sum of lengths and of times. The
pieces stay known, with their place along the edge, so that a point can be put on them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from geo.compiled import compiled


@compiled
def incident_pieces(nodes: int, a: Any, b: Any) -> Any:
    """(starts, pieces): the pieces that touch each node, in order of piece."""
    starts = np.zeros(nodes + 1, np.int64)
    for piece in range(len(a)):
        starts[a[piece] + 1] += 1
        starts[b[piece] + 1] += 1
    for node in range(nodes):
        starts[node + 1] += starts[node]
    free = starts[:-1].copy()
    pieces = np.empty(2 * len(a), np.int32)
    for piece in range(len(a)):
        for node in (a[piece], b[piece]):
            pieces[free[node]] = piece
            free[node] += 1
    return starts, pieces


@compiled
def passed_through(a: Any, b: Any, two_way: Any, starts: Any, pieces: Any) -> Any:
    """(n,) bool: the nodes that offer no choice."""
    nodes = len(starts) - 1
    passed = np.zeros(nodes, np.bool_)
    for node in range(nodes):
        if starts[node + 1] - starts[node] != 2:
            continue
        first, second = pieces[starts[node]], pieces[starts[node] + 1]
        if two_way[first] and two_way[second]:
            passed[node] = True
        elif not two_way[first] and not two_way[second]:
            passed[node] = (b[first] == node) != (b[second] == node)
    return passed


@compiled
def merge_chains(
    a: Any, b: Any, two_way: Any, metres: Any, minutes: Any, starts: Any, pieces: Any, passed: Any
) -> Any:
    """Edges, and where each piece lies on its edge.

    Pieces lead from ``a`` to ``b``, and back when ``two_way``. Returns (edge_from, edge_to,
    edge_minutes, edge_metres, edge_two_way, piece_edge, piece_start_minutes, piece_flipped);
    a flipped piece is followed from ``b`` to ``a`` along its edge. A ring without any crossing
    keeps one of its nodes.
    """
    count = len(a)
    edge_from = np.empty(count, np.int32)
    edge_to = np.empty(count, np.int32)
    edge_minutes = np.empty(count, np.float64)
    edge_metres = np.empty(count, np.float64)
    edge_two_way = np.empty(count, np.bool_)
    piece_edge = np.full(count, -1, np.int32)
    piece_start = np.empty(count, np.float64)
    flipped = np.zeros(count, np.bool_)
    edges = 0
    nodes = len(starts) - 1
    # Nodes first, then what is left: rings, each entered by its first piece.
    for entry in range(nodes + count):
        ring = entry >= nodes
        if ring:
            if piece_edge[entry - nodes] >= 0:
                continue
            begin = a[entry - nodes]
        else:
            begin = entry
            if passed[begin]:
                continue
        for slot in range(starts[begin], starts[begin + 1]):
            piece = pieces[slot]
            if piece_edge[piece] >= 0 or (not two_way[piece] and a[piece] != begin):
                continue
            node = begin
            spent = 0.0
            length = 0.0
            while True:
                piece_edge[piece] = edges
                piece_start[piece] = spent
                flipped[piece] = a[piece] != node
                spent += minutes[piece]
                length += metres[piece]
                node = a[piece] if flipped[piece] else b[piece]
                if not passed[node] or node == begin:
                    break
                other = pieces[starts[node]]
                piece = pieces[starts[node] + 1] if other == piece else other
            edge_from[edges] = begin
            edge_to[edges] = node
            edge_minutes[edges] = spent
            edge_metres[edges] = length
            edge_two_way[edges] = two_way[piece]
            edges += 1
    return (
        edge_from[:edges],
        edge_to[:edges],
        edge_minutes[:edges],
        edge_metres[:edges],
        edge_two_way[:edges],
        piece_edge,
        piece_start,
        flipped,
    )
