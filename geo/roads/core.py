"""The part of a road graph that a search needs: crossings where nobody stands are passed over.

A node that no place is joined to is taken out, and its neighbours joined by the shortest way
through it, as in the first steps of contraction hierarchies (Geisberger et al. 2008), as long as
that does not make more arcs than it removes. Times between the nodes left do not change, but for
the order of additions.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from geo.compiled import compiled
from geo.roads.graph import Arcs, Flags, RoadGraph, arcs_of
from geo.roads.ways import Positions

_PASSES = 12
_MOST_NEIGHBOURS = 6
_NONE = -1
# Taking a node out costs about as much as forty settled ones (measured).
_WORTH = 40


def worth_a_core(graph: RoadGraph, searches: int, max_min: float) -> bool:
    """Whether so many searches would settle enough nodes to repay the making of a core.

    Supposes nodes spread evenly over their box, and journeys at the mean speed of the roads in a
    straight line: a rough count, on which nothing but time depends.
    """
    nodes = graph.shape[0]
    if nodes < 2:
        return False
    arcs = graph.arcs
    per_minute = float(arcs.metres.sum(dtype=float)) / max(
        float(arcs.minutes.sum(dtype=float)), 1e-9
    )
    box = max(float(np.ptp(graph.x)) * float(np.ptp(graph.y)), 1.0)
    settled = min(1.0, math.pi * (max_min * per_minute) ** 2 / box) * nodes
    return searches * settled > _WORTH * nodes


def core_of(arcs: Arcs, needed: Flags, max_min: float) -> tuple[Arcs, Positions]:
    """The arcs between the nodes left, and the new number of each node (-1: taken out).

    ``needed`` (n,) bool: the nodes that stay whatever happens. Ways longer than ``max_min`` are
    not kept. Lengths are not followed (``metres`` is empty).
    """
    nodes = len(arcs.indptr) - 1
    tails = np.repeat(np.arange(nodes, dtype=np.int32), np.diff(arcs.indptr))
    tail, head, minutes, gone = _contracted(
        nodes, tails, arcs.heads, arcs.minutes.astype(np.float64), needed,
        max_min * (1 + 1e-6), _PASSES, _MOST_NEIGHBOURS,
    )  # fmt: skip
    left = ~gone
    number = np.where(left, np.cumsum(left, dtype=np.int32) - 1, _NONE).astype(np.int32)
    nodes_left = int(left.sum())
    core = arcs_of(nodes_left, number[tail], number[head], minutes, np.zeros(len(tail)), np.float64)
    return core, number


@compiled
def _find(first: int, after: Any, end: Any, node: int) -> int:
    """The arc of a list that leads to (or comes from) ``node``, -1 when there is none."""
    arc = first
    while arc != _NONE and end[arc] != node:
        arc = after[arc]
    return arc


@compiled
def _unlink(first: Any, after: Any, node: int, arc: int) -> None:
    """Take ``arc`` out of the list of ``node``."""
    if first[node] == arc:
        first[node] = after[arc]
        return
    before = first[node]
    while after[before] != arc:
        before = after[before]
    after[before] = after[arc]


@compiled
def _shorter(
    out_first: Any, out_after: Any, head: Any, minutes: Any, start: int, end: int, without: int,
    limit: float,
) -> bool:  # fmt: skip
    """Whether two arcs, or one, lead from ``start`` to ``end`` as soon, not by ``without``."""
    arc = out_first[start]
    while arc != _NONE:
        middle = head[arc]
        if middle == end and minutes[arc] <= limit:
            return True
        if middle != without and minutes[arc] < limit:
            second = out_first[middle]
            while second != _NONE:
                if head[second] == end and minutes[arc] + minutes[second] <= limit:
                    return True
                second = out_after[second]
        arc = out_after[arc]
    return False


@compiled
def _contracted(
    nodes: int, tails: Any, heads: Any, spent: Any, needed: Any, horizon: float, passes: int,
    most: int,
) -> Any:  # fmt: skip
    count = len(tails)
    tail, head, minutes = np.empty(count, np.int32), np.empty(count, np.int32), np.empty(count)
    out_first, in_first = np.full(nodes, _NONE, np.int32), np.full(nodes, _NONE, np.int32)
    out_after, in_after = np.empty(count, np.int32), np.empty(count, np.int32)
    free = np.empty(count, np.int32)
    frees = 0
    for arc in range(count - 1, -1, -1):
        free[frees] = arc
        frees += 1
    for given in range(count):
        start, end = tails[given], heads[given]
        arc = _find(out_first[start], out_after, head, end)
        if arc != _NONE:
            minutes[arc] = min(minutes[arc], spent[given])
            continue
        frees -= 1
        arc = free[frees]
        tail[arc], head[arc], minutes[arc] = start, end, spent[given]
        out_after[arc], in_after[arc] = out_first[start], in_first[end]
        out_first[start] = in_first[end] = arc
    gone = np.zeros(nodes, np.bool_)
    stamp = np.full(nodes, _NONE, np.int32)
    # Not looked at again until a neighbour changes.
    open_ = ~needed
    new_start, new_end = np.empty(most * most, np.int32), np.empty(most * most, np.int32)
    new_minutes = np.empty(most * most)
    for round_ in range(passes):
        taken = 0
        for node in range(nodes):
            if not open_[node] or stamp[node] == round_:
                continue
            open_[node] = False
            arriving, leaving = 0, 0
            arc = in_first[node]
            while arc != _NONE and arriving <= most:
                arriving += 1
                arc = in_after[arc]
            arc = out_first[node]
            while arc != _NONE and leaving <= most:
                leaving += 1
                arc = out_after[arc]
            if arriving > most or leaving > most:
                continue
            room = arriving + leaving
            fresh = 0
            into = in_first[node]
            while into != _NONE and fresh <= room:
                start = tail[into]
                away = out_first[node]
                while away != _NONE and fresh <= room:
                    end = head[away]
                    limit = minutes[into] + minutes[away]
                    if start == end or limit > horizon:
                        away = out_after[away]
                        continue
                    if not _shorter(out_first, out_after, head, minutes, start, end, node, limit):
                        if fresh < room:
                            new_start[fresh], new_end[fresh] = start, end
                            new_minutes[fresh] = limit
                        fresh += 1
                    away = out_after[away]
                into = in_after[into]
            if fresh > room:
                continue
            arc = in_first[node]
            while arc != _NONE:
                _unlink(out_first, out_after, tail[arc], arc)
                stamp[tail[arc]] = round_
                open_[tail[arc]] = not needed[tail[arc]]
                free[frees] = arc
                frees += 1
                arc = in_after[arc]
            arc = out_first[node]
            while arc != _NONE:
                _unlink(in_first, in_after, head[arc], arc)
                stamp[head[arc]] = round_
                open_[head[arc]] = not needed[head[arc]]
                free[frees] = arc
                frees += 1
                arc = out_after[arc]
            out_first[node] = in_first[node] = _NONE
            gone[node] = True
            taken += 1
            for one in range(fresh):
                start, end = new_start[one], new_end[one]
                arc = _find(out_first[start], out_after, head, end)
                if arc != _NONE:
                    minutes[arc] = min(minutes[arc], new_minutes[one])
                    continue
                frees -= 1
                arc = free[frees]
                tail[arc], head[arc], minutes[arc] = start, end, new_minutes[one]
                out_after[arc], in_after[arc] = out_first[start], in_first[end]
                out_first[start] = in_first[end] = arc
        if taken * 200 < nodes:
            break
    left = np.empty(count - frees, np.int32)
    at = 0
    for node in range(nodes):
        arc = out_first[node]
        while arc != _NONE:
            left[at] = arc
            at += 1
            arc = out_after[arc]
    return tail[left], head[left], minutes[left], gone
